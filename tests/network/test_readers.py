"""What is read out of a store: who speaks against a statement, and what each source says."""

from __future__ import annotations

from typing import Any

import pytest

from allusion import open_or_build
from allusion.core.model import Edge
from allusion.core.resources import Resources
from allusion.core.vocabulary import BASE
from allusion.knowledge_graph import KnowledgeGraph
from allusion.wikidata.export.eligibility import EligibilityRules


@pytest.fixture(scope="module")
def edges(kg: KnowledgeGraph) -> dict[str, Edge]:
    found: Any = kg.network(records=True).edges(data="edge")
    return {edge.iri: edge for _, _, edge in found}


def test_a_connection_that_a_claim_speaks_against_is_disputed(
    kg: KnowledgeGraph, edges: dict[str, Edge]
) -> None:
    against = kg.executor.answer("SELECT DISTINCT ?c { ?claim al:disputes ?c . ?c al:joins ?end }")
    disputed = [edges[str(iri)] for iri in against.column("c")]  # type: ignore[union-attr]
    assert len(disputed) >= 4
    assert [edge.iri for edge in disputed if not edge.disputed] == []
    judge = EligibilityRules(kg.network(records=True), kg.store)
    assert not [edge for edge in disputed if judge.decide(edge).outcome == "exported"]


def test_a_source_with_a_contrary_claim_is_listed_once_as_disputing(
    edges: dict[str, Edge],
) -> None:
    edge = edges[f"{BASE}connection/wong-and-tarantino"]
    against = [item.source for item in edge.evidence if item.stance == "disputes"]
    assert against == [f"{BASE}source/panix-chungking-express"]
    assert edge.sources == len({item.source for item in edge.evidence} - {*against})
    vertigo = edges[f"{BASE}connection/in-the-mood-for-love-and-vertigo"]
    said = [item.source for item in vertigo.evidence if item.stance == "disputes"]
    assert len(said) == len(set(said))


def test_a_release_has_place_date_and_version_as_each_source_states_them(
    kg: KnowledgeGraph,
) -> None:
    facts = {
        (fact.value, title)
        for name in ("重慶森林", "television:akai-giwaku")
        for fact in kg[name].entity.facts
        if fact.property == "release"
        for _, title in fact.sources
    }
    assert ("South Korea, 1995-09-02", "重慶森林") in facts
    dubbed = "Dubbed; the sources do not name the language"
    both = f"Hong Kong, 1982, 赤的疑惑, by TVB ({dubbed})"
    assert {both} == {value for value, _ in facts if value.startswith("Hong Kong, 1982")}
    firms = "by Miramax and Rolling Thunder Pictures"
    assert (f"United States, {firms}", "Chungking Express – Infoplease") in facts
    assert ("United States, 1996-03-08", "重慶森林") in facts


def test_the_first_card_names_what_the_entity_replaces_in_any_number_of_steps(
    tiny: Resources,
) -> None:
    register = tiny.data / "entities" / "all.ttl"
    chain = "".join(
        f'\nperson:{old} a al:Person ; rdfs:label "{old}"@en ; dcterms:source source:review ;\n'
        f"    owl:deprecated true ; dcterms:isReplacedBy person:{new} .\n"
        for old, new in (("first", "second"), ("second", "third"), ("third", "star"))
    )
    text = register.read_text(encoding="utf-8")
    register.write_text(
        "PREFIX owl: <http://www.w3.org/2002/07/owl#>\n" + text + chain, encoding="utf-8"
    )
    former = tuple(f"{BASE}person/{slug}" for slug in ("first", "second", "third"))
    graph = open_or_build(tiny)
    assert graph.card("person:star").entity.former == former
    assert "_network" not in graph.__dict__
    whole = graph.network(records=True)
    assert whole.nodes[f"{BASE}person/star"]["entity"].former == former


def test_a_deprecated_entity_is_followed_to_its_replacement(kg: KnowledgeGraph) -> None:
    new, old = f"{BASE}person/masaru-baba", f"{BASE}person/ataru-baba"
    for name in ("person:ataru-baba", old, "ataru-baba", "Baba Ataru"):
        assert kg.resolve(name) == new
    assert kg["person:ataru-baba"].entity.former == (old,)
    assert old not in kg.network()
    answer = kg.query("names", entity="person:ataru-baba")
    assert answer.rows == kg.query("names", entity="person:masaru-baba").rows
