"""Measures of the graph: what they count, what they leave out, and the same every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from terminal import Run

from allusion import open as open_graph
from allusion.cli import rank as rank_cli
from allusion.core.errors import ParameterError
from allusion.core.model import Edge, Entity, Evidence, Family
from allusion.core.vocabulary import BASE
from allusion.knowledge_graph import KnowledgeGraph
from allusion.network.centrality import MEASURES, rank
from allusion.network.networkx_graph import build_network, connection_edges

ROOT = Path(__file__).parents[2]


def edge(
    origin: str, target: str, family: Family = "reference", *, number: int = 1, certainty: str = "",
    sources: tuple[str, ...] = ("s",), stance: str = "supports",
) -> Edge:  # fmt: skip
    evidence = tuple(
        Evidence("", f"{BASE}source/{s}", s.title(), "", "", "", "", "", stance) for s in sources
    )
    slug = f"{origin}-{target}-{family}-{number}".replace("/", "-")
    return Edge(
        f"{BASE}connection/{slug}", BASE + origin, BASE + target, family, "kind", "kind", "", "", certainty,
        evidence=evidence,
    )  # fmt: skip


def network(*edges: Edge) -> nx.MultiDiGraph[str]:
    iris = sorted({end for e in edges for end in (e.origin, e.target)})
    entities = {
        iri: Entity(iri, iri.split("/")[-2], "", {"en": iri.rsplit("/", 1)[-1]}) for iri in iris
    }
    return build_network(entities, list(edges))


def rows(
    graph: nx.MultiDiGraph[str], measure: str, *columns: str, **options: Any
) -> list[tuple[object, ...]]:
    return [tuple(row[c] for c in columns) for row in rank(graph, measure, **options).records()]


def test_a_referring_entity_is_counted_once() -> None:
    graph = network(
        edge("film/a", "film/x"), edge("film/a", "film/x", number=2, sources=("s", "t", "u")),
        edge("film/b", "film/y"), edge("film/c", "film/y", "influence"),
    )  # fmt: skip
    assert rows(graph, "referred", "place", "entityLabel", "referrers", "connections", "families") == [
        (1, "y", 2, 2, "reference 1, influence 1"), (2, "x", 1, 2, "reference 2"),
    ]  # fmt: skip


def test_credits_uncertain_and_self_references_are_not_counted() -> None:
    graph = network(
        edge("film/a", "person/p", "credit"), edge("film/b", "person/p", "story"),
        edge("film/c", "person/p", certainty="doubtful"), edge("person/p", "person/p"),
    )  # fmt: skip
    for measure in ("referred", "bridges", "communities"):
        assert len(rank(graph, measure)) == 0, measure


def test_equal_scores_share_a_rank_and_the_next_rank_is_skipped() -> None:
    graph = network(
        edge("film/a", "film/x"), edge("film/a", "film/y"), edge("film/b", "film/y"), edge("film/b", "film/x"),
        edge("film/a", "film/z"),
    )  # fmt: skip
    assert rows(graph, "referred", "place", "entityLabel") == [(1, "x"), (1, "y"), (3, "z")]


def test_rank_is_limited_by_kind_and_family() -> None:
    graph = network(
        edge("film/a", "person/p"), edge("film/a", "film/x"), edge("film/b", "film/x", "comparison")
    )
    assert rows(graph, "referred", "entityLabel", kinds=("person",)) == [("p",)]
    assert rows(graph, "referred", "entityLabel", "referrers", families=("comparison",)) == [
        ("x", 1)
    ]


def test_the_only_way_between_two_groups_is_the_bridge() -> None:
    groups = [
        edge(f"film/{g}{i}", f"film/{g}{j}")
        for g in "ab"
        for i in range(4)
        for j in range(i + 1, 4)
    ]
    graph = network(*groups, edge("person/bridge", "film/a0"), edge("person/bridge", "film/b0"))
    found = rows(graph, "bridges", "place", "entityLabel", "joined")
    assert found[0] == (1, "bridge", 2)
    assert {label for _, label, _ in found[1:]} == {"a0", "b0"}
    assert all(0 < float(str(score)) <= 1 for (score,) in rows(graph, "bridges", "betweenness"))


def test_communities_are_named_by_their_best_connected_members() -> None:
    groups = [
        edge(f"film/{g}{i}", f"film/{g}{j}")
        for g in "ab"
        for i in range(4)
        for j in range(i + 1, 4)
    ]
    graph = network(*groups, edge("film/a4", "film/a2"), edge("film/a3", "film/b3"))
    assert rows(graph, "communities", "place", "community", "size", "members") == [
        (1, "a2, a0, a1", 5, "a2; a0; a1; a3; a4"), (2, "b0, b1, b2", 4, "b0; b1; b2; b3"),
    ]  # fmt: skip
    assert rows(graph, "communities", "place", kinds=("person",)) == []


def test_a_source_is_ranked_by_connections_and_those_it_supports_alone() -> None:
    graph = network(
        edge("film/a", "film/x", sources=("one",)), edge("film/b", "film/x", sources=("one", "two")),
        edge("film/c", "film/x", sources=("two",), stance="disputes"),
    )  # fmt: skip
    assert rows(graph, "sources", "place", "sourceLabel", "connections", "alone", "disputed") == [
        (1, "One", 2, 1, 0), (2, "Two", 1, 0, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "options", "message"),
    [
        ("fame", {}, "unknown measure 'fame'; allowed: referred, bridges, communities, sources"),
        ("referred", {"kinds": ("movie",)}, "unknown kind 'movie'; allowed: film, "),
        ("referred", {"families": ("credit",)}, "unknown family of connection 'credit'; allowed: reference, "),
        ("sources", {"kinds": ("film",)}, "ranks sources, not entities"),
        ("bridges", {"limit": 0}, "limit must be at least 1, not 0"),
    ],
)  # fmt: skip
def test_wrong_options_are_errors_that_list_the_allowed_ones(
    measure: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        rank(network(edge("film/a", "film/x")), measure, **options)


def test_a_large_network_is_sampled_and_answers_the_same_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("allusion.network.centrality._MAX_EXACT", 10)
    monkeypatch.setattr("allusion.network.centrality._SAMPLE_SIZE", 8)
    graph = network(*(edge(f"film/n{i}", f"film/n{(i * 7 + 1) % 40}") for i in range(40)))
    assert rank(graph, "bridges") == rank(graph, "bridges")


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return open_graph()


def test_the_most_referenced_films_are_those_of_wong(kg: KnowledgeGraph) -> None:
    top = kg.rank("referred", kind="film", limit=3).column("entityLabel")
    assert {"Chungking Express", "In the Mood for Love"} <= set(top)
    assert kg.rank("bridges", limit=1).column("entityLabel") == ["Chungking Express"]


def test_each_connected_entity_is_in_one_community(kg: KnowledgeGraph) -> None:
    sizes = [int(str(size)) for size in kg.rank("communities", limit=1000).column("size")]
    assert sizes == sorted(sizes, reverse=True)
    joined = {
        end
        for e in connection_edges(kg.network(records=True))
        for end in (e.origin, e.target)
        if e.origin != e.target
    }
    assert sum(sizes) == len(joined)


@pytest.mark.slow
def test_the_same_question_gives_the_same_answer_in_another_process() -> None:
    code = (
        "import allusion\nkg = allusion.open()\n"
        "for m in ('referred', 'bridges', 'communities', 'sources'): print(kg.rank(m).write('csv'))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, timeout=120,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "graph")},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(answers) == 1
    assert len(answers.pop()) > 2000


def test_the_command_line_knows_the_measures_and_explains_each(
    kg: KnowledgeGraph, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tuple(MEASURES) == rank_cli._MEASURES
    text = rank_cli.rank_command.help or ""
    assert all(f"\n{name} " in text or f"    {name} " in text for name in MEASURES)
    monkeypatch.setattr("allusion.cli.rank.open_graph", lambda _: kg)
    code, out, _ = run("rank", "--kind", "person", "-n", "2", "-f", "json")
    assert code == 0
    answer = json.loads(out)
    assert [row["kind"] for row in answer] == ["person", "person"]
