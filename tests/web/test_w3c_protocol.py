"""The W3C tests of the SPARQL protocol, the graph store and the Service Description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import rdflib
from rdflib.compare import isomorphic
from w3c_http import Case, Expected, read_cases
from web_server import Reply, Running, Writable, loaded, w3c_suite, writing

W3C = w3c_suite()
PROTOCOL = W3C / "protocol" / "manifest.ttl"
CASES = read_cases(PROTOCOL) if PROTOCOL.is_file() else []
GRAPH_STORE = [
    case
    for name in ("direct", "indirect")
    if (path := W3C / "graph-store-protocol" / f"manifest-{name}.ttl").is_file()
    for case in read_cases(path)
]
ABSENT = pytest.mark.skipif(not CASES, reason=f"the W3C test suite is not at {W3C}")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    """A server with all graphs that the tests name."""
    paths = {name: path for case in CASES for name, path in case.graphs.items()}
    lines = [
        line.replace(" .", f" <{name}> .")
        for name, path in paths.items()
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    folder = tmp_path_factory.mktemp("w3c")
    with writing(loaded(folder, "\n".join(lines)), folder / "copy") as running:
        yield running


@pytest.fixture(scope="module")
def graph_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    """A server that takes graphs."""
    folder = tmp_path_factory.mktemp("graph-store")
    with writing(loaded(folder, ""), folder / "copy") as running:
        yield running


def check(reply: Reply, expected: Expected) -> None:
    assert any(str(reply.status).startswith(one) for one in expected.statuses), reply.text
    if expected.boolean is not None:
        assert json.loads(reply.body)["boolean"] is expected.boolean
    allowed = {
        "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
        "tabular": {
            "application/sparql-results+json", "application/sparql-results+xml", "text/csv",
            "text/tab-separated-values",
        },
        "RDF": {"application/rdf+xml", "text/turtle", "application/n-triples"},
    }  # fmt: skip
    if expected.format:
        assert reply.media_type in allowed[expected.format]
    if expected.body is not None:
        assert reply.media_type == expected.media_type
        graphs = [rdflib.Graph().parse(data=data) for data in (reply.text, expected.body)]
        assert isomorphic(*graphs)
    if expected.location:
        assert reply.headers["Location"]


def run_case(case: Case, running: Writable, prefix: str, ours: str) -> None:
    """Send the requests of a case, each with the token, to our path instead of theirs."""
    location = ""
    for exchange in case.exchanges:
        path = exchange.path.replace("$LOCATION$", quote(location, safe=""))
        headers = {name.replace("-", "_"): value for name, value in exchange.headers.items()}
        reply = running.ask(
            path.replace(prefix, ours, 1),
            method=exchange.method,
            body=exchange.body,
            **headers,
            **running.token_header,
        )
        check(reply, exchange.expected)
        location = reply.headers["Location"] or location


@ABSENT
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_protocol(case: Case, endpoint: Writable) -> None:
    run_case(case, endpoint, "/sparql/", "/sparql")


@ABSENT
@pytest.mark.parametrize("case", GRAPH_STORE, ids=lambda case: case.name)
def test_graph_store(case: Case, graph_store: Writable) -> None:
    """Each case begins with no graphs: a named graph is also a part of the default graph."""
    assert graph_store.update("CLEAR ALL; DROP ALL").status == 204
    run_case(case, graph_store, "/gsp", "/graphs")


def test_the_endpoint_describes_itself_in_rdf(site: Running) -> None:
    """The three tests of the Service Description: RDF, sd:endpoint, and the schema."""
    for media_type, form in (("text/turtle", "turtle"), ("application/rdf+xml", "xml")):
        reply = site.ask("/sparql", Accept=media_type)
        assert reply.media_type == media_type
        graph = rdflib.Graph().parse(data=reply.body, format=form)
        [service] = graph.subjects(SD.endpoint, rdflib.URIRef(f"{site.address}/sparql"))
        assert (service, rdflib.RDF.type, SD.Service) in graph
        assert (service, SD.supportedLanguage, SD.SPARQL11Query) in graph
        dataset = graph.value(service, SD.defaultDataset)
        assert (dataset, rdflib.RDF.type, SD.Dataset) in graph
        assert (graph.value(dataset, SD.defaultGraph), rdflib.RDF.type, SD.Graph) in graph
        for named in graph.objects(dataset, SD.namedGraph):
            assert (named, rdflib.RDF.type, SD.NamedGraph) in graph
            assert len(list(graph.objects(named, SD.name))) == 1
            assert (graph.value(named, SD.graph), rdflib.RDF.type, SD.Graph) in graph
