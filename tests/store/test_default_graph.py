"""A statement counts once, however many sources make it, wherever the graph is asked."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from datasets import GRAPHS, NAMESPACE, SIZE, TO, Statement, check, datasets, quads
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery

import allusion
from allusion import open as open_graph
from allusion import open_or_build
from allusion.build.bulk_load import load
from allusion.build.export import dump
from allusion.core.errors import QueryError, QueryRefused
from allusion.core.resources import Resources, locate
from allusion.core.terms import shorten
from allusion.knowledge_graph import KnowledgeGraph
from allusion.query.results import Result
from allusion.store import default_graph, select
from allusion.store.dataset_clause import read_dataset
from allusion.store.default_graph import (
    Dataset,
    MergedWriter,
    copy_graphs,
    default_quads,
    merge,
    named_quads,
    query_dataset,
    statements,
)
from allusion.store.manifest import read_manifest
from allusion.store.oxigraph import OxigraphStore
from allusion.store.sandbox.store import WorkerStore

SHIPPED = [
    ("SELECT (COUNT(*) AS ?n) { ?w al:partOfSeries series:akai }", [["10"]]),
    (
        "SELECT (COUNT(*) AS ?n) (AVG(?m) AS ?a) { film:chungking-express al:runningTimeMinutes ?m }",
        [["4", "100.75"]],
    ),
    (
        """SELECT ?who (COUNT(?work) AS ?n) {
          ?c a al:Performance ; al:inWork ?work ; al:performer ?who
        } GROUP BY ?who ORDER BY DESC(?n) LIMIT 3""",
        [
            ["person:momoe-yamaguchi", "21"],
            ["person:tomokazu-miura", "16"],
            ["person:tony-leung-chiu-wai", "12"],
        ],
    ),
]


def in_memory(dataset: list[Statement]) -> OxigraphStore:
    store = OxigraphStore()
    store.engine.extend(quads(dataset))
    merge(store.engine)
    return store


@given(dataset=datasets(), max_copied=st.sampled_from((0, 2, 1000)))
@settings(deadline=None, max_examples=40)
def test_a_merged_writer_writes_what_a_merge_makes(
    dataset: list[Statement], max_copied: int
) -> None:
    store = ox.Store()
    writer = MergedWriter(store, (f"{NAMESPACE}to",), max_copied)
    for start in range(0, len(dataset), 5):
        writer.extend(quads(dataset[start : start + 5]))
    assert set(store) == set(in_memory(dataset).engine)
    assert set(default_quads(writer.copy)) == set(default_quads(store))
    named = {quad for quad in named_quads(store) if quad.predicate.value == f"{NAMESPACE}to"}
    assert named <= set(named_quads(writer.copy))
    count = len(dataset) + sum(statement[2] == TO for statement in dataset)
    assert (writer.copy is store) == (count > max_copied or not max_copied)


@given(dataset=datasets(unnamed=True))
@settings(deadline=None, max_examples=40)
def test_aggregates_in_memory_are_those_of_the_merge(dataset: list[Statement]) -> None:
    check(in_memory(dataset), dataset)


@given(dataset=datasets(unnamed=True))
@settings(deadline=None, max_examples=10)
def test_aggregates_on_disk_and_in_the_worker_are_those_of_the_merge(
    dataset: list[Statement],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "store"
        disk = ox.Store(str(folder))
        disk.extend(quads(dataset))
        merge(disk)
        disk.flush()
        del disk
        check(OxigraphStore(folder), dataset)
        worker = WorkerStore(folder)
        check(worker, dataset)
        check(worker, dataset, graphs=GRAPHS[:2])
        worker.close()


@given(dataset=datasets(unnamed=True), graphs=st.lists(st.sampled_from(GRAPHS), min_size=1))
@settings(deadline=None, max_examples=40)
def test_aggregates_over_from_clauses_are_those_of_the_merge_of_their_graphs(
    dataset: list[Statement], graphs: list[str]
) -> None:
    check(in_memory(dataset), dataset, graphs=graphs)


@given(dataset=datasets(unnamed=True))
@settings(deadline=None, max_examples=30)
def test_distinct_solutions_over_from_clauses_are_those_of_a_copy(dataset: list[Statement]) -> None:
    store = in_memory(dataset)
    clauses = f"FROM {GRAPHS[0]} FROM {GRAPHS[1]} FROM NAMED {GRAPHS[1]} FROM NAMED {GRAPHS[2]}"
    for pattern in (
        "?s ?p ?o",
        f"?s {TO}/{TO} ?o",
        f"?s {TO}* ?o",
        f"?s {TO}+|^{TO} ?o",
        f"?s {TO} ?o OPTIONAL {{ ?o {SIZE} ?size }} FILTER NOT EXISTS {{ ?o {TO} ?s }}",
        "?s ?p ?o GRAPH ?g { ?s ?q ?o }",
    ):
        query = f"SELECT DISTINCT * {clauses} {{ {pattern} }}"
        copied = query_dataset(
            copy_graphs(store.engine, read_dataset(query) or Dataset()),
            query.replace(clauses, ""),
            Dataset(),
        )
        assert isinstance(copied, ox.QuerySolutions)
        found = query_dataset(store.engine, query, read_dataset(query) or Dataset())
        assert isinstance(found, ox.QuerySolutions)
        assert sorted(map(str, found)) == sorted(map(str, copied))


FROM_THREE = "FROM source:a FROM <http://example.org/source/b> FROM source:a"


@pytest.mark.parametrize(
    ("clauses", "pattern", "count"),
    [
        (FROM_THREE, "?s ?p ?o", 2),
        (FROM_THREE, "GRAPH ?g { ?s ?p ?o }", 0),
        (f"{FROM_THREE} FROM NAMED source:b", "?s ?p ?o", 2),
        (f"{FROM_THREE} FROM NAMED source:b", "GRAPH ?g { ?s ?p ?o }", 2),
        ("FROM source:c", "?s ?p ?o", 1),
        ("FROM NAMED source:a FROM NAMED source:c", "?s ?p ?o", 0),
        ("FROM NAMED source:a FROM NAMED source:c", "GRAPH ?g { ?s ?p ?o }", 2),
        ("", "{ SELECT ?s ?from ?to { ?s ?from ?to } }", 3),
    ],
)
def test_a_dataset_clause_means_the_same_in_each_engine_of_this_process(
    clauses: str, pattern: str, count: int
) -> None:
    shared = "<urn:a> <urn:p> <urn:o>"
    store = OxigraphStore()
    store.engine.load(
        f"""@prefix source: <http://example.org/source/> .
        source:a {{ {shared} }} source:b {{ {shared} , <urn:b> }} source:c {{ <urn:c> a 1 }}""",
        format=ox.RdfFormat.TRIG,
    )
    merge(store.engine)
    query = (
        "PREFIX source: <http://example.org/source/> "
        f"SELECT (COUNT(*) AS ?n) {clauses} {{ {pattern} }}"
    )
    ((found,),) = select(store, query)
    assert str(found) == str(count)
    ((number,),) = store.dataset().query(query)  # type: ignore[misc]
    assert str(number) == str(count)


def test_a_from_clause_with_an_undeclared_prefix_is_explained() -> None:
    with pytest.raises(QueryError, match="nothing:a"):
        OxigraphStore().query("SELECT * FROM nothing:a FROM <urn:b> { ?s ?p ?o }")


@pytest.mark.parametrize("clause", ["FROM UNDEF", "FROM NAMED UNDEF", "FROM 1", "FROM 'a'", "FROM"])
def test_a_from_clause_without_a_name_is_a_syntax_error(clause: str) -> None:
    query = f"SELECT * {clause} {{ ?s ?p ?o }}"
    assert read_dataset(query) is None
    with pytest.raises(QueryError, match="line 1"):
        OxigraphStore().query(query)


def test_several_from_copy_only_so_many_statements_and_only_where_they_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(default_graph, "MAX_COPIED", 3)
    both = [(name, "<urn:a>", SIZE, f"<urn:{n}>") for name in GRAPHS[:2] for n in range(2)]
    store = in_memory(both)
    named = f"FROM {GRAPHS[0]} FROM {GRAPHS[1]}"
    counted = f"SELECT (COUNT(*) AS ?n) {named} {{ ?s ?p ?o }}"
    for ask in (store.query, store.dataset().query):
        with pytest.raises(QueryError, match=r"more than 3 statements; write one FROM, or none"):
            ask(counted)
    assert len(list(select(store, f"SELECT DISTINCT ?o {named} {{ ?s ?p ?o }}"))) == 2
    assert store.query(f"ASK {named} {{ ?s ?p <urn:1> }}") is True
    monkeypatch.setattr(default_graph, "MAX_COPIED", 4)
    ((count,),) = select(store, counted)
    assert str(count) == "2"


def test_rdflib_s_dataset_and_its_graphs_refuse_other_servers() -> None:
    dataset = in_memory([(GRAPHS[0], "<urn:a>", SIZE, "<urn:o>")]).dataset()
    for graph in (dataset, dataset.graph(rdflib.URIRef(GRAPHS[0].strip("<>")))):
        assert len(graph.query("SELECT * { ?s ?p ?o }")) == 1
        with pytest.raises(QueryRefused, match="another server"):
            graph.query("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
        with pytest.raises(QueryRefused, match="as text"):
            graph.query(prepareQuery("SELECT * { ?s ?p ?o }"))


def test_rdflib_s_dataset_reads_a_graph_by_its_name_and_refuses_changes() -> None:
    dataset = in_memory([(GRAPHS[0], "<urn:a>", SIZE, "<urn:o>")]).dataset()
    graph = dataset.graph(rdflib.URIRef(GRAPHS[0].strip("<>")))
    assert len(graph) == 1
    change = (rdflib.URIRef("urn:a"),) * 3
    for refused in (
        lambda: graph.add(change),
        lambda: dataset.add(change),
        lambda: dataset.addN([(*change, graph)]),
        lambda: dataset.remove(change),
        lambda: dataset.remove_graph(graph),
        lambda: dataset.update("CLEAR ALL"),
    ):
        with pytest.raises(QueryRefused, match="read-only"):
            refused()


@given(dataset=datasets(unnamed=True))
@settings(deadline=None, max_examples=40)
def test_aggregates_of_rdflib_s_dataset_are_those_of_the_merge(dataset: list[Statement]) -> None:
    graph = in_memory(dataset).dataset()
    merged = {(s, p, o) for _, s, p, o in dataset}
    assert len(graph) == len(merged)
    rows = graph.query(f"SELECT (COUNT(*) AS ?n) (SUM(?m) AS ?sum) {{ ?x {SIZE} ?m }}")
    sizes = [o for _, p, o in merged if p == SIZE]
    ((count, total),) = rows  # type: ignore[misc]
    assert int(count) == len(sizes)
    assert int(total) == sum(int(size.split('"')[1]) for size in sizes)


@given(dataset=datasets(unnamed=True))
@settings(deadline=None, max_examples=40)
def test_a_merge_made_twice_is_the_same(dataset: list[Statement]) -> None:
    store = in_memory(dataset).engine
    once = set(store)
    merge(store)
    assert set(store) == once
    assert {quad.triple for quad in default_quads(store)} == {
        quad.triple for quad in quads(dataset)
    }
    assert set(named_quads(store)) == {
        quad for quad in quads(dataset) if quad.graph_name != ox.DefaultGraph()
    }


@given(dataset=datasets(unnamed=True))
@settings(deadline=None, max_examples=40)
@pytest.mark.parametrize("form", ["nq", "trig"])
def test_statements_only_in_the_default_graph_are_exported(
    dataset: list[Statement], form: str
) -> None:
    store = in_memory(dataset).engine
    back = ox.Store()
    back.load(
        dump(store, form).encode(),
        format=ox.RdfFormat.N_QUADS if form == "nq" else ox.RdfFormat.TRIG,
    )
    assert set(back) == set(statements(store))
    merge(back)
    assert set(back) == set(store)


@pytest.mark.parametrize("form", ["nq", "trig"])
def test_an_export_that_is_loaded_again_is_the_same_store(
    built: Resources, tmp_path: Path, form: str
) -> None:
    kg = open_or_build(built)
    file = tmp_path / f"export.{form}"
    file.write_text(dump(kg.embedded.engine, form), encoding="utf-8")
    load([file], tmp_path / "again", built)
    again = KnowledgeGraph(tmp_path / "again", built)
    assert canonical(again.embedded.engine) == canonical(kg.embedded.engine)
    here, there = read_manifest(built.store), read_manifest(tmp_path / "again")
    assert (here.quads, here.merged, here.stored) == (there.quads, there.merged, there.stored)


def test_an_export_without_graphs_has_the_same_default_graph(
    built: Resources, tmp_path: Path
) -> None:
    kg = open_or_build(built)
    file = tmp_path / "export.ttl"
    file.write_text(dump(kg.embedded.engine, "ttl"), encoding="utf-8")
    load([file], tmp_path / "again", built)
    again = OxigraphStore(tmp_path / "again/store")
    assert canonical(default_quads(again.engine)) == canonical(default_quads(kg.embedded.engine))


def canonical(source: object) -> ox.Dataset:
    dataset = ox.Dataset(source)  # type: ignore[arg-type]
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def test_the_manifest_counts_statements_and_their_merge_apart(built: Resources) -> None:
    kg = open_or_build(built)
    manifest, engine = read_manifest(built.store), kg.embedded.engine
    assert manifest.quads == len(list(named_quads(engine)))
    assert manifest.merged == len({quad.triple for quad in engine})
    assert manifest.stored == len(engine) == manifest.quads + manifest.merged


def test_a_statement_of_two_files_counts_once_in_a_loaded_store(tmp_path: Path) -> None:
    fact = f'<{NAMESPACE}a> {SIZE} "1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    texts = {
        "one.nq": f"{fact} <{NAMESPACE}g> .\n",
        "two.nq": f"{fact} <{NAMESPACE}h> .\n",
        "three.nt": f"{fact} .\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    load([tmp_path / name for name in texts], tmp_path / "store", locate())
    kg = allusion.open(store=str(tmp_path / "store"))
    assert answers(kg, f"SELECT (COUNT(*) AS ?n) {{ ?s {SIZE} ?o }}") == [["1"]]
    assert answers(kg, f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s {SIZE} ?o }} }}") == [["2"]]


def answers(kg: KnowledgeGraph, sparql: str) -> list[list[str]]:
    found = kg.sparql(sparql)
    assert isinstance(found, Result)
    return [[shorten(str(term)) for term in row] for row in found.rows]


@pytest.mark.parametrize("store", ["disk", "memory"])
@pytest.mark.parametrize(("query", "rows"), SHIPPED)
def test_the_shipped_graph_counts_a_statement_once(
    query: str, rows: list[list[str]], store: str
) -> None:
    assert answers(open_graph(store=store), query) == rows


def test_the_shipped_graph_has_fewer_statements_than_its_sources_make() -> None:
    kg = open_graph()
    manifest = read_manifest(kg.resources.store)
    everything = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert answers(kg, everything) == [[str(manifest.merged)]]
    assert answers(kg, everything.replace("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }")) == [
        [str(manifest.quads)]
    ]
    assert manifest.merged < manifest.quads
