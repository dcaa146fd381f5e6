"""The answer to a query as a picture: what it joins, and what it says where it cannot be drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import allusion
from allusion.core.errors import ParameterError
from allusion.knowledge_graph import KnowledgeGraph
from allusion.network.networkx_graph import iter_edges
from allusion.query.results import Result
from allusion.view.picture import Picture

Covering = Callable[[str], list[tuple[str, str]]]


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return allusion.open()


def drawn(kg: KnowledgeGraph, sparql: str) -> Picture:
    answer = kg.sparql(sparql)
    assert not isinstance(answer, bool)
    picture = answer.view()
    assert isinstance(picture, Picture)
    return picture


def slugs(picture: Picture) -> set[str]:
    return {iri.rsplit("/", 1)[-1] for iri in picture.network}


def test_the_entity_parameter_is_the_focus_of_the_picture(kg: KnowledgeGraph) -> None:
    picture = kg.query("who-refers-to", entity="三浦友和").view()
    assert picture.focus.endswith("/tomokazu-miura")
    assert picture.options.layout == "focus"
    assert slugs(picture) == {"tomokazu-miura", "chungking-express"}
    assert "223 shouts that he will kill" in picture.svg()


def test_the_default_parameter_is_the_focus_of_the_picture(kg: KnowledgeGraph) -> None:
    assert kg.query("what-it-refers-to").view().focus.endswith("/chungking-express")


def test_only_the_edges_of_the_rows_are_drawn(kg: KnowledgeGraph) -> None:
    answer = kg.query("who-refers-to", entity="三浦友和")
    kinds = set(answer.column("kindLabel"))
    drawn_kinds = {edge.kind_label for edge in iter_edges(answer.view().network)}
    assert drawn_kinds == kinds


def test_a_pair_of_columns_is_drawn_with_the_edges_of_the_graph(kg: KnowledgeGraph) -> None:
    picture = drawn(
        kg,
        "SELECT ?origin ?target { ?origin al:refersTo ?target . ?target a al:Song } ORDER BY ?origin",
    )
    assert picture.options.layout == "network"
    assert all(edge.sentence for edge in iter_edges(picture.network))
    songs = {iri for iri in picture.network if "/song/" in iri}
    assert {edge.target for edge in iter_edges(picture.network)} <= songs


def test_a_pair_without_an_edge_gets_one_from_the_answer(
    kg: KnowledgeGraph,
) -> None:
    picture = drawn(
        kg, "SELECT ?origin ?target { VALUES (?origin ?target) { (film:moonlight film:yumeji) } }"
    )
    (edge,) = iter_edges(picture.network)
    assert edge.phrase == "in the same row as"
    assert edge.sentence.startswith("Only the answer connects the two")


def test_likenesses_are_drawn_as_edges(kg: KnowledgeGraph) -> None:
    picture = kg.query("likenesses").view()
    found = {(e.origin.rsplit("/", 1)[-1], e.kind) for e in iter_edges(picture.network)}
    assert ("may", "likeness") in found


def test_a_result_of_entities_is_drawn_with_their_edges_in_the_graph(kg: KnowledgeGraph) -> None:
    picture = drawn(
        kg, "SELECT ?x { VALUES ?x { film:chungking-express film:fallen-angels film:2046 } }"
    )
    assert slugs(picture) == {"chungking-express", "fallen-angels", "2046"}
    assert picture.network.number_of_edges() > 3


def test_a_connection_in_the_result_is_drawn_as_its_edge(kg: KnowledgeGraph) -> None:
    picture = drawn(
        kg, "SELECT ?connection { VALUES ?connection { connection:shout-names-tomokazu-miura } }"
    )
    (edge,) = iter_edges(picture.network)
    assert edge.iri.endswith("shout-names-tomokazu-miura")


def test_constructed_triples_are_edges(kg: KnowledgeGraph) -> None:
    picture = drawn(
        kg,
        "CONSTRUCT { ?x al:sameYearAs ?y } WHERE { VALUES (?x ?y) { (film:moonlight film:yumeji) } }",
    )
    (edge,) = iter_edges(picture.network)
    assert edge.phrase == "same year as"


def test_labels_in_another_language_and_links_keep_the_answer_drawable(kg: KnowledgeGraph) -> None:
    answer = kg.query("who-refers-to", entity="三浦友和", language="ja", links=True)
    assert answer.view(language="ja").focus.endswith("/tomokazu-miura")


@pytest.mark.parametrize(
    ("sparql", "message"),
    [
        ("SELECT ?n { film:yumeji rdfs:label ?n }", r"no column of the result \(n\) holds entities"),
        ("SELECT ?x { ?x a al:Nothing }", "no rows"),
        ("CONSTRUCT { ?s rdfs:label ?o } WHERE { film:yumeji rdfs:label ?o . film:yumeji a ?s }",
         "no triple of the result"),
        ("CONSTRUCT { ?s a ?o } WHERE { ?s a al:Nothing ; a ?o }", "no triples"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_drawn_is_an_error_that_names_the_columns_needed(
    kg: KnowledgeGraph, sparql: str, message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        drawn(kg, sparql)


def test_an_answer_without_its_graph_is_an_error_with_the_way_to_draw_it() -> None:
    with pytest.raises(ParameterError, match=r"kg\.view"):
        Result(("x",), [(None,)]).view()


def test_the_same_answer_is_the_same_picture_and_nothing_covers_anything(
    kg: KnowledgeGraph, covering: Covering
) -> None:
    for name in ("across-languages", "together", "own-works", "likenesses", "songs", "analogies"):
        one = kg.query(name).view().svg()
        assert one == kg.query(name).view().svg()
        assert covering(one) == [], name


def test_every_layout_takes_an_answer(kg: KnowledgeGraph, tmp_path: Path) -> None:
    answer = kg.query("together")
    for layout in ("focus", "network", "timeline"):
        saved = answer.view(layout=layout).save(tmp_path / f"{layout}.svg")
        assert saved.read_text(encoding="utf-8").startswith("<svg")
