"""Performances without details are read from the adjacency index, and make the same records."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

import allusion
from allusion.build.bulk_load import load
from allusion.core.model import Edge
from allusion.core.resources import locate
from allusion.core.vocabulary import BASE
from allusion.network import neighborhood
from allusion.store.adjacency_index import AdjacencyIndex

HEAD = f"""
@prefix al: <https://w3id.org/allusion/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix film: <{BASE}film/> .
@prefix person: <{BASE}person/> .
@prefix p: <{BASE}performance/> .
@prefix n: <{BASE}claim/> .
"""
ONE = """
film:f a al:Film ; rdfs:label "F"@en .
film:g a al:Film .
person:a a al:Person ; rdfs:label "A"@en .
person:b a al:Person .
person:old rdfs:label "Former"@en ; dcterms:isReplacedBy person:b .
p:bare a al:Performance ; al:performer person:a ; al:inWork film:f .
p:of-b a al:Performance ; al:performer person:b ; al:inWork film:f .
p:in-both a al:Performance ; al:performer person:a ; al:inWork film:g .
p:divided a al:Performance ; al:performer person:a .
p:two al:performer person:a, person:b ; al:inWork film:f .
p:described al:performer person:c ; al:inWork film:f ; al:character <urn:role> .
p:disputed al:performer person:c ; al:inWork film:g .
[] al:performer person:d ; al:inWork film:f .
p:of-e al:performer person:e ; al:inWork film:g .
p:of-f al:performer person:f ; al:inWork film:h .
n:1 a al:Claim ; al:about p:disputed ; dcterms:description "Somebody else plays it."@en .
n:2 a al:Opinion ; al:about film:g ; al:heldBy person:e ; dcterms:description "It is good."@en .
"""
OTHER = """
p:in-both a al:Performance ; al:performer person:a ; al:inWork film:g .
p:divided al:inWork film:g .
"""
BARE = {"bare", "of-b", "in-both", "of-e", "of-f"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    files = [folder / "one.ttl", folder / "other.ttl"]
    for file, text in zip(files, (ONE, OTHER), strict=True):
        file.write_text(HEAD + text, encoding="utf-8")
    load(files, folder / "store", locate(), names=True)
    return folder / "store"


@pytest.fixture
def index(store: Path) -> AdjacencyIndex:
    index = AdjacencyIndex.open(store)
    assert index
    return index


def by_ends(edges: Iterable[Edge]) -> dict[tuple[str, ...], Edge]:
    return {(edge.iri, edge.origin, edge.target): edge for edge in edges}


def test_the_index_knows_the_graphs_of_performances_without_details(index: AdjacencyIndex) -> None:
    edges = index.edges_between(range(len(index)))
    graphs = {node.rpartition("/")[2]: graphs for _, _, node, graphs in edges if graphs}
    assert graphs.keys() == BARE
    assert [graph.rpartition("/")[2] for graph in graphs["in-both"]] == ["one.ttl", "other.ttl"]


def test_the_index_knows_which_entities_other_statements_mention(index: AdjacencyIndex) -> None:
    iris = (index.iri(number) for number in range(len(index)) if not index.mentioned[number])
    assert {iri.removeprefix(BASE) for iri in iris} == {"film/h", "person/f"}


def test_the_records_equal_those_of_the_whole_graph(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = allusion.open(store=str(store)).network(records=True).graph["records"]
    monkeypatch.setattr(neighborhood, "LARGE_STORE_QUADS", 0)
    near = allusion.open(store=str(store)).neighborhood
    assert near is not None
    found = near.records([*whole.entities])
    assert found.entities == whole.entities
    assert by_ends(found.edges) == by_ends(whole.edges)
    assert any(entity.remarks for entity in found.entities.values())
    assert any(entity.former for entity in found.entities.values())
    assert {edge.iri.rpartition("/")[2] for edge in found.edges} >= BARE
