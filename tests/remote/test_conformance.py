"""Differences between engines are found, shown and told by the exit code."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from terminal import Run

from allusion import open as open_graph
from allusion.core.errors import CutAnswer, NetworkError, ParameterError, QueryStopped
from allusion.core.resources import Resources
from allusion.core.terms import Literal
from allusion.core.vocabulary import ONTOLOGY
from allusion.knowledge_graph import KnowledgeGraph
from allusion.network.readers import ReaderContext, read_entities
from allusion.query.results import Result
from allusion.query.store_comparison import compare
from allusion.store import Answer, Rows, Store
from allusion.store.pagination import select_all
from allusion.store.remote_copy import copy_to_memory
from allusion.store.remote_inventory import count_graphs

if TYPE_CHECKING:
    from .conftest import Engine, Exchange, Serve

NAMES = ("names", "songs")


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return open_graph()


class Spoiled:
    """The embedded store, with an answer spoiled in one way."""

    def __init__(self, kg: KnowledgeGraph, how: str) -> None:
        self.kg, self.how = kg, how

    def query(self, sparql: str) -> Answer:
        answer = self.kg.store.query(sparql)
        if not isinstance(answer, Rows):
            return answer
        rows = list(answer)
        match self.how:
            case "missing":
                rows = rows[1:]
            case "extra":
                rows = [*rows, rows[0]]
            case "changed":
                rows[0] = (Literal("other"), *rows[0][1:])
            case "order":
                rows.reverse()
            case "columns":
                return Rows(answer.columns[::-1], rows)
        return Rows(answer.columns, rows)


@pytest.mark.parametrize(
    ("how", "missing", "extra"),
    [("same", 0, 0), ("missing", 1, 0), ("extra", 0, 1), ("changed", 1, 1), ("order", 0, 0)],
)
def test_missing_and_additional_rows_are_shown(
    kg: KnowledgeGraph, how: str, missing: int, extra: int
) -> None:
    (found,) = compare([kg.queries.get("what-a-source-says")], kg.store, Spoiled(kg, how))
    assert (len(found.missing), len(found.extra)) == (missing, extra)
    assert found.same == (how == "same")
    assert (found.out_of_order >= 0) == (how in ("order", "extra", "changed"))


def test_other_columns_are_a_difference(kg: KnowledgeGraph) -> None:
    (found,) = compare([kg.queries.get("names")], kg.store, Spoiled(kg, "columns"))
    assert "the columns are" in found.error
    assert not found.same


def test_more_runs_queries_with_values_of_the_answer(kg: KnowledgeGraph) -> None:
    found = list(compare([kg.queries.get("wikidata-links")], kg.store, kg.store, more=True))
    assert [bool(one.parameters) for one in found] == [False, True, True]
    assert len({one.parameters.get("entity") for one in found}) == 3
    assert all(one.same for one in found)


def test_conformance_exits_with_0_if_all_answers_are_equal(
    small_oxigraph: Engine, built: Resources, run: Run
) -> None:
    words = ["conformance", "--store", small_oxigraph.endpoint, "--data", str(built.data)]
    code, out, err = run(*words, "--query", "stats-graph")
    assert code == 0
    assert "stats-graph" in out
    assert "all are the same" in err


def test_an_empty_store_differs_in_every_query_and_the_exit_code_is_1(
    engine: Engine, run: Run
) -> None:
    words = ["conformance", "--store", engine.endpoint, "--query", "songs", "--query", "names"]
    code, out, err = run(*words)
    assert code == 1
    assert "has no record of a complete push" in err
    assert "2 differ" in err
    assert re.search(r"songs +[1-9]\d* +0 +[1-9]\d* missing", out)
    assert re.search(r"  - and \d+ more", out)
    code, out, _ = run(*words, "-f", "json")
    assert code == 1
    found = {one["query"]: one for one in json.loads(out)}
    assert found.keys() == {"songs", "names"}
    assert found["songs"]["rows_there"] == 0
    assert len(found["songs"]["missing"]) == found["songs"]["rows_here"] > 0


def test_a_store_that_does_not_answer_is_not_compared(kg: KnowledgeGraph, serve: Serve) -> None:
    server = serve(lambda exchange: exchange.answer(404))
    with pytest.raises(NetworkError, match="no SPARQL endpoint"):
        list(compare(kg.queries.local, kg.store, server.store()))
    assert len(server.paths) == 1


def test_after_a_timeout_no_further_query_is_sent(kg: KnowledgeGraph, serve: Serve) -> None:
    def one_answer(exchange: Exchange) -> None:
        if exchange.number == 1:
            exchange.say_yes()
        else:
            exchange.answer(500)

    server = serve(one_answer)
    queries = [kg.queries.get(name) for name in NAMES]
    first, second = compare(queries, kg.store, server.store())
    assert "HTTP 500" in first.error
    assert second.error == "not run: the store has not responded since names"
    assert len(server.paths) == 3


# Which store answers


@pytest.mark.slow
def test_an_endpoint_gives_the_answers_of_the_local_store(
    whole_oxigraph: Engine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = [
        ["query", "songs", "-f", "csv"],
        ["query", "who-refers-to", "Momoe Yamaguchi", "--lang", "ja", "--links", "-f", "json"],
        ["sparql", "CONSTRUCT WHERE { film:chungking-express rdfs:label ?o }", "-f", "nt"],
        ["show", "重慶森林", "-f", "json"],
    ]
    for command in commands:
        here = run(*command)
        assert here[0] == 0
        for store in ("memory", whole_oxigraph.endpoint):
            there = run(*command, "--store", store)
            assert there == here, (command, store)
    monkeypatch.setenv("ALLUSION_STORE", "http://127.0.0.1:1/")
    assert run(*commands[0])[0] == 4, "the setting is heeded"


def test_limits_of_an_ad_hoc_query_hold_for_an_endpoint_too(
    small_oxigraph: Engine, built: Resources
) -> None:
    kg = open_graph(built.data, store=small_oxigraph.endpoint)
    query = "SELECT ?term WHERE { ?term a skos:Concept } ORDER BY ?term"
    with pytest.raises(QueryStopped, match="stopped at 3 rows") as caught:
        kg.sparql(query, max_rows=3)
    assert isinstance(caught.value.partial, Result)
    assert len(caught.value.partial) == 3
    cut = kg.sparql(query, max_rows=3, partial=True)
    assert isinstance(cut, Result)
    assert not cut.complete
    with pytest.raises(NetworkError, match=r"did not finish within 0\.001 s"):
        kg.sparql(query, timeout=0.001)
    with pytest.raises(NetworkError, match="sent more than"):
        kg.sparql(query, max_bytes=500)
    with pytest.raises(ParameterError, match="does not apply to an endpoint"):
        kg.sparql(query, allow_service=["example.org"])


def test_python_is_warned_of_other_data(engine: Engine) -> None:
    with pytest.warns(UserWarning, match="has no record of a complete push"):
        kg = open_graph(store=engine.endpoint)
    assert len(kg.query("names", entity="重慶森林", warn=False)) == 0
    assert kg.resolve("重慶森林"), "names are local"


def test_rdflib_gets_a_copy_of_what_an_endpoint_holds(
    small_oxigraph: Engine, built: Resources
) -> None:
    there = open_graph(built.data, store=small_oxigraph.endpoint)
    assert len(there.dataset) == len(open_graph(built.data).dataset) > 1000


class Capped:
    """A store with a limit of rows, at which it says that it stopped."""

    def __init__(self, store: Store, rows: int) -> None:
        self.store, self.rows, self.asked = store, rows, 0

    def query(self, sparql: str) -> Answer:
        self.asked += 1
        answer = self.store.query(sparql)
        if not isinstance(answer, Rows):
            return answer
        rows = list(answer)
        if len(rows) > self.rows:
            raise CutAnswer("cut")
        return Rows(answer.columns, rows)


def test_a_result_over_the_row_limit_is_read_in_parts(built: Resources) -> None:
    kg = KnowledgeGraph(built.store, built)
    capped = Capped(kg.store, 100)
    there, here = (
        read_entities(ReaderContext(store), kg.names.links) for store in (capped, kg.store)
    )
    assert capped.asked > 30
    assert [list(part.items()) for part in there] == [list(part.items()) for part in here]


@pytest.mark.slow
def test_a_graph_larger_than_an_answer_is_copied_in_parts(
    whole_oxigraph: Engine, kg: KnowledgeGraph
) -> None:
    store = whole_oxigraph.store()
    rows = max(count_graphs(store).values()) // 2
    copy = copy_to_memory(Capped(store, rows)).engine
    datasets = [ox.Dataset(engine) for engine in (copy, kg.embedded.engine)]
    for dataset in datasets:
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert datasets[0] == datasets[1]


def test_a_result_over_the_row_limit_that_cannot_be_split_is_an_error(kg: KnowledgeGraph) -> None:
    query = f"SELECT ?s ?o WHERE {{ VALUES ?s {{ <{ONTOLOGY}> }} ?s ?p ?o }} ORDER BY ?s"
    with pytest.raises(CutAnswer):
        select_all(Capped(kg.store, 2), query)
    with pytest.raises(ValueError, match="not of the form"):
        select_all(kg.store, "SELECT * WHERE { ?s ?p ?o }")
