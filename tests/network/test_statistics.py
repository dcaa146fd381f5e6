"""The graph in figures: right on a graph one can count by hand, and in every format."""

from __future__ import annotations

import csv
import io
import json

import pytest

from allusion import open as open_graph
from allusion import open_or_build
from allusion.core.errors import ParameterError, UnknownName
from allusion.core.resources import Resources
from allusion.knowledge_graph import KnowledgeGraph
from allusion.store.manifest import read_manifest


@pytest.fixture
def small(built: Resources) -> KnowledgeGraph:
    return open_or_build(built)


def figures(kg: KnowledgeGraph, table: str, **row: str) -> dict[str, object]:
    (found,) = [
        record
        for record in kg.stats()[table].records()
        if all(record[name] == value for name, value in row.items())
    ]
    return {name: value for name, value in found.items() if name not in row}


def test_entities_are_counted_by_kind_with_links_and_languages(small: KnowledgeGraph) -> None:
    none = {"articleOnly": 0, "zhHans": 0, "romanised": 0}
    assert figures(small, "entities", kind="film") == none | {
        "entities": 2, "item": 1, "neither": 1, "en": 2, "zhHant": 1, "ja": 0,
    }  # fmt: skip
    assert figures(small, "entities", kind="all") == none | {
        "entities": 3, "item": 1, "neither": 2, "en": 3, "zhHant": 1, "ja": 1,
    }  # fmt: skip


def test_connections_are_counted_by_certainty_and_corroboration(small: KnowledgeGraph) -> None:
    one = {
        "total": 1, "explicit": 1, "maker": 0, "reported": 0, "claimed": 0, "inferred": 0, "doubtful": 0,
        "one": 1, "two": 0, "more": 0,
    }  # fmt: skip
    for family, kind in (("reference", "name-drop"), ("reference", "all"), ("all", "all")):
        assert figures(small, "connections", family=family, kind=kind) == one


EVIDENCE = """
evidence:{name}
    a al:Evidence ;
    dcterms:description "It says so too."@en ;
    al:locator "whole" ;
    al:source source:{name} ;
    al:stance stance:{stance} ;
.

source:{name}
    a al:Source ;
    dcterms:language "en" ;
    dcterms:title "{name}"@en ;
    al:sourceType source-type:review ;
    al:url <{url}> ;
{more}.

connection:later-star
    al:evidence evidence:{name} ;
.
"""


@pytest.mark.parametrize(
    ("url", "more", "stance", "column"),
    [
        ("https://elsewhere.org/a", "", "supports", "two"),
        ("https://www.example.org/another", "", "supports", "one"),
        ("https://elsewhere.org/a", "", "disputes", "one"),
        ("https://elsewhere.org/a", '    skos:note "A copy of the English Wikipedia."@en ;\n', "mentions", "two"),
    ],
)  # fmt: skip
def test_sources_that_are_not_independent_count_once(
    tiny: Resources, url: str, more: str, stance: str, column: str
) -> None:
    review = (tiny.data / "sources/review.ttl").read_text(encoding="utf-8")
    head = review.split("\n\n")[0] + "\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
    text = EVIDENCE.format(name="second", url=url, more=more, stance=stance)
    (tiny.data / "sources/second.ttl").write_text(head + text, encoding="utf-8")
    found = figures(open_or_build(tiny), "connections", family="all", kind="all")
    assert (found["total"], found[column]) == (1, 1)


def test_sources_are_counted_with_their_passages(small: KnowledgeGraph) -> None:
    assert figures(small, "sources", type="review") == {
        "sources": 1, "en": 1, "ja": 0, "zh": 0, "otherLanguages": 0, "evidence": 1, "withOffsets": 1,
    }  # fmt: skip


def test_the_triple_counts_equal_the_manifest(small: KnowledgeGraph) -> None:
    counted = {str(row["what"]): row["count"] for row in small.stats()["graph"].records()}
    triples = [
        n for what, n in counted.items() if what.startswith("triples") and isinstance(n, int)
    ]
    manifest = read_manifest(small.resources.store)
    assert sum(triples) == manifest.quads
    assert counted["different triples"] == manifest.merged
    assert counted["links to Wikidata"] == 1
    assert counted["namesakes in Wikidata, kept apart"] == 1
    assert counted["scenes"] == 0


def test_every_total_is_the_sum_of_its_rows() -> None:
    for name, table in open_graph().stats().tables.items():
        rows = table.records()
        words = [key for key, value in rows[0].items() if not isinstance(value, int)]
        if name == "graph":
            continue
        *parts, total = rows
        assert total[words[0]] == "all"
        for column in table.columns:
            if column not in words:
                lone = [row for row in parts if row[words[-1]] != "all"]
                assert sum(int(str(row[column])) for row in lone) == total[column], (name, column)


def test_json_is_an_object_and_csv_a_row_for_each_figure() -> None:
    stats = open_graph().stats()
    tables = json.loads(stats.write("json"))
    rows = list(csv.DictReader(io.StringIO(stats.write("csv"))))
    assert list(tables) == list(stats.tables) == ["graph", "sources", "entities", "connections"]
    films = next(row["entities"] for row in tables["entities"] if row["kind"] == "film")
    assert {"table": "entities", "row": "film", "measure": "entities", "value": str(films)} in rows
    assert {row["row"] for row in rows if row["table"] == "connections"} >= {
        "reference / name-drop"
    }


def test_markdown_has_a_heading_for_each_table() -> None:
    stats = open_graph().stats()
    text = stats.write("md")
    assert all(f"**{title}**\n\n| " in text for title in stats.titles.values())
    assert stats._repr_html_().count("<table>") == len(stats.tables)


def test_an_unknown_table_or_format_names_the_known_ones() -> None:
    stats = open_graph().stats()
    with pytest.raises(UnknownName, match="graph, sources, entities, connections"):
        stats["films"]
    with pytest.raises(ParameterError, match="ndjson"):
        stats.write("ttl")
