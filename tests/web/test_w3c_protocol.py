"""The W3C tests of the SPARQL protocol and the Service Description, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import rdflib
from w3c_http import Case, Expected, read_cases
from web_server import Reply, Running, loaded, running_server, w3c_suite

W3C = w3c_suite()
PROTOCOL = W3C / "protocol" / "manifest.ttl"
CASES = read_cases(PROTOCOL) if PROTOCOL.is_file() else []
QUERIES = [case for case in CASES if not case.updates]
ABSENT = pytest.mark.skipif(not CASES, reason=f"the W3C test suite is not at {W3C}")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with all graphs that the tests name."""
    paths = {name: path for case in CASES for name, path in case.graphs.items()}
    lines = [
        line.replace(" .", f" <{name}> .")
        for name, path in paths.items()
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    graph = loaded(tmp_path_factory.mktemp("w3c"), "\n".join(lines))
    with running_server(graph) as running:
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


def run_case(case: Case, running: Running) -> None:
    for exchange in case.exchanges:
        reply = running.ask(
            exchange.path.replace("/sparql/", "/sparql", 1),
            method=exchange.method,
            body=exchange.body,
            **{name.replace("-", "_"): value for name, value in exchange.headers.items()},
        )
        check(reply, exchange.expected)


@ABSENT
@pytest.mark.parametrize("case", QUERIES, ids=lambda case: case.name)
def test_protocol(case: Case, endpoint: Running) -> None:
    run_case(case, endpoint)


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
