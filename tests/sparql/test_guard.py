"""Queries that would write, reach out or bring the engine down are refused."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import rdflib
from pyparsing.exceptions import ParseException
from rdflib.plugins.sparql import prepareQuery

from allusion import open as open_graph
from allusion.core.errors import AllusionError, QueryRefused
from allusion.knowledge_graph import KnowledgeGraph
from allusion.sparql.guard import refuse_unsafe
from allusion.sparql.limits import DEFAULTS
from allusion.store.oxigraph import OxigraphStore

#: Ways to ask another server; URL stands for its address. Each is tried on a real listener.
REACHING = [
    "SELECT * WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "select * { service silent <URL> { ?s ?p ?o } }",
    "SELECT * {SERVICE<URL>{?s ?p ?o}}",
    "SELECT * { SERVICESILENT<URL>{?s ?p ?o} }",
    "SELECT * { BIND(true AS ?t) FILTER(?t||trueSERVICE<URL>{?s ?p ?o} }",
    "PREFIX s: <URL> SELECT * { SERVICEs:{?s ?p ?o} }",
    "PREFIX : <URL> SELECT * { SERVICE:{?s ?p ?o} }",
    'SELECT * { BIND("a\\u0022" AS ?a) SERVICE <URL> {?s ?p ?o} BIND("b\\u0022" AS ?c) }',
    "SELECT * { BIND('a\\u0027' AS ?a) SERVICE <URL> {?s ?p ?o} BIND('b\\u0027' AS ?c) }",
    'SELECT * { BIND("a\\u005c" AS ?a) SERVICE <URL> {?s ?p ?o} BIND("b" AS ?c) }',
    "SELECT * { BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b)SERVICE#>\n<URL>{?s ?p ?o} }",
    "SELECT * { FILTER(1<2) #>'''\n SERVICE <URL> {?s ?p ?o} #'''\n }",
    "# SELECT\nSELECT * { # x\n SERVICE # y\n <URL> {?s ?p ?o} }",
    "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "LOAD <URL>",
]

WRITING = [
    "INSERT DATA { <http://a> <http://b> 1 }",
    "PREFIX x: <http://x/> DELETE WHERE { ?s ?p ?o }",
    "# a remark\nload <http://e/> into graph <http://g/>",
    "CLEAR ALL",
    "DROP GRAPH <http://g/>",
    "CREATE GRAPH <http://g/>",
    "COPY <http://a/> TO <http://b/>",
    "MOVE <http://a/> TO <http://b/>",
    "ADD <http://a/> TO <http://b/>",
    "BASE <http://b/> WITH <http://g/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
]

ALLOWED = [
    "SELECT * WHERE { ?s ?p ?o }",
    "SELECT ?service ?load WHERE { ?service <http://example.org/> ?load }",
    "SELECT $Service WHERE { $Service ?p ?o }",
    'SELECT * { ?s ?p "\\u0073ervice" }',
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "DESCRIBE <http://e/>",
    "SELECT (REPLACE(?x, 'a', 'b') AS ?delete) WHERE { ?x ?insert ?o }",
    "PREFIX load: <http://e/> ASK { ?s load:insert ?o }",
]


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """An address on loopback, and what was sent to it."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except OSError:
                    continue
                with connection:
                    connection.settimeout(1)
                    heard.append(connection.recv(100))
                    connection.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", heard
        stop.set()
        thread.join()


def test_no_query_opens_a_network_connection(listener: tuple[str, list[bytes]]) -> None:
    url, heard = listener
    kg = open_graph()
    for query in REACHING:
        text = query.replace("URL", url)
        for ask in (kg.sparql, kg.store.query, kg.dataset.query):
            try:
                answer: Any = ask(text)
                list(answer if not isinstance(answer, bool) else ())
            except (AllusionError, SyntaxError, ValueError):
                continue
    assert heard == []


@pytest.mark.parametrize("way", ["rdflib evaluates", "base", "prepared"])
def test_no_graph_of_the_dataset_opens_a_network_connection(
    listener: tuple[str, list[bytes]], way: str
) -> None:
    url, heard = listener
    for query in REACHING:
        text = query.replace("URL", url)
        for graph in _graphs_of(open_graph().dataset):
            with contextlib.suppress(QueryRefused, SyntaxError, ValueError, ParseException):
                if way == "base":
                    list(graph.query(text, base="http://example.org/"))
                else:
                    asked: Any = prepareQuery(text) if way == "prepared" else text
                    list(graph.query(asked, use_store_provided=way != "rdflib evaluates"))
    assert heard == []


@pytest.mark.parametrize("own", [True, False])
def test_no_update_of_the_dataset_opens_a_network_connection(
    listener: tuple[str, list[bytes]], own: bool
) -> None:
    url, heard = listener
    update = f"LOAD <{url}>; INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"
    for graph in _graphs_of(open_graph().dataset):
        with pytest.raises(QueryRefused, match="read-only"):
            graph.update(update, use_store_provided=own)
        with pytest.raises(QueryRefused, match="read-only"):
            graph.parse(url, format="turtle")
    assert heard == []


def test_a_query_of_the_dataset_has_the_base_it_is_given() -> None:
    text = "ASK { <2046> a <../ontology#Film> }"
    assert open_graph().dataset.query(text, base="https://w3id.org/allusion/film/")
    assert not open_graph().dataset.query(text, base="http://example.org/")


def _graphs_of(dataset: rdflib.Dataset) -> list[rdflib.Graph]:
    """Return the dataset and a graph of it from each method that makes one."""
    named = next(iter(dataset.graphs()))
    described = dataset.resource("http://example.org/").graph
    made = [dataset.graph(named.identifier), dataset.get_context(named.identifier), named]
    return [dataset, dataset.default_graph, described, *made]


def test_the_test_listener_detects_a_connection(
    listener: tuple[str, list[bytes]],
) -> None:
    url, heard = listener
    with pytest.raises(OSError, match="500"):
        list(OxigraphStore().engine.query(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"))  # type: ignore[arg-type]
    assert len(heard) == 1


@pytest.mark.parametrize("query", [*REACHING[:17], *WRITING])
def test_updates_and_federated_queries_are_refused(query: str) -> None:
    with pytest.raises(QueryRefused):
        refuse_unsafe(query if query in WRITING else query.replace("\\u0053", "S"))


@pytest.mark.parametrize("query", ALLOWED)
def test_variables_and_escaped_keywords_are_allowed(query: str) -> None:
    refuse_unsafe(query)


def test_the_refusal_names_the_line_and_the_way_to_write_the_word() -> None:
    with pytest.raises(QueryRefused, match=r"line 3: SERVICE.*\\u0073ervice"):
        refuse_unsafe("SELECT *\nWHERE {\n SERVICE <http://e/> {} }")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * " + "{" * 3000 + "}" * 3000,
        "SELECT * { FILTER" + "(" * 5000 + "1" + ")" * 5000 + " }",
        "SELECT * { FILTER(" + "!" * 20000 + "true) }",
        "SELECT * { FILTER(" + "||".join(["true"] * 10000) + ") }",
        "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 10000) + " }",
        "SELECT * { ?s " + "/".join(["<a:b>"] * 10000) + " ?o }",
        "SELECT * { ?s ?p '" + "x" * DEFAULTS.max_length + "' }",
        "SELECT (" + "+".join(["1"] * 5000) + " AS ?x) {}",
    ],
    ids=lambda query: query[:30],
)
def test_a_query_that_would_crash_the_engine_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused):
        OxigraphStore().query(query)
    assert OxigraphStore().query("ASK {}") is True


def test_a_query_at_the_limits_is_answered() -> None:
    store = OxigraphStore()
    deep = DEFAULTS.max_depth - 2
    assert store.query("ASK { FILTER" + "(" * deep + "true" + ")" * deep + " }") is True
    assert (
        store.query("ASK { FILTER(" + "||".join(["true"] * (DEFAULTS.max_operators - 1)) + ") }")
        is True
    )


def test_the_dataset_for_rdflib_users_cannot_be_changed() -> None:
    kg: KnowledgeGraph = open_graph()
    size = len(kg.dataset)
    triple = (rdflib.URIRef("a:a"), rdflib.URIRef("a:b"), rdflib.Literal(1))
    for change in (
        lambda: kg.dataset.add(triple),
        lambda: kg.dataset.remove(triple),
        lambda: kg.dataset.addN([(*triple, kg.dataset)]),
        lambda: kg.dataset.update("INSERT DATA { <a:a> <a:b> 1 }"),
    ):
        with pytest.raises(QueryRefused, match="read-only"):
            change()
    assert len(kg.dataset) == size
