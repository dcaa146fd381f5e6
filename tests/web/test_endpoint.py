"""Answers of the endpoint: formats, negotiation, entity tags, errors with their place."""

from __future__ import annotations

import csv
import gzip
import io
import json
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import urlencode

import pytest
import rdflib
from web_server import Reply, Running

ROWS = "SELECT ?film ?year { VALUES (?film ?year) { (film:manhattan 1979) (film:2046 2004) } }"
GRAPH = "CONSTRUCT { film:2046 a al:Film } WHERE {}"
#: Accept headers that clients really send -> media type of the answer to SELECT.
CLIENTS = {
    "curl": ("*/*", "application/sparql-results+json"),
    "nothing": ("", "application/sparql-results+json"),
    "Jena": (
        "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
        "text/tab-separated-values;q=0.7, text/csv;q=0.5, application/json;q=0.2, "
        "application/xml;q=0.2, */*;q=0.1",
        "application/sparql-results+json",
    ),
    "SPARQLWrapper": (
        "application/sparql-results+xml,application/xml,text/xml",
        "application/sparql-results+xml",
    ),
    "rdflib": (
        "application/sparql-results+xml, application/rdf+xml",
        "application/sparql-results+xml",
    ),
    "YASGUI": (
        "application/sparql-results+json,*/*;q=0.9",
        "application/sparql-results+json",
    ),
    "pandas": ("text/csv", "text/csv"),
    "JSON": ("application/json", "application/sparql-results+json"),
}


@pytest.mark.parametrize("client", CLIENTS)
def test_each_client_gets_a_format_that_it_reads(site: Running, client: str) -> None:
    accept, wanted = CLIENTS[client]
    reply = site.query(ROWS, accept)
    assert reply.status == 200
    assert reply.media_type == wanted
    assert "Accept" in reply.headers["Vary"]


def years(reply: Reply) -> set[int]:
    """The years of the answer to ``ROWS`` in any of its formats."""
    match reply.media_type:
        case "application/sparql-results+json":
            rows = reply.json()["results"]["bindings"]
            return {int(row["year"]["value"]) for row in rows}
        case "application/sparql-results+xml":
            found = ET.fromstring(reply.body).findall(".//{*}literal")
            return {int(one.text or "") for one in found}
        case "text/csv":
            return {int(row["year"]) for row in csv.DictReader(io.StringIO(reply.text))}
        case "text/tab-separated-values":
            return {int(line.split('"')[1]) for line in reply.text.splitlines()[1:]}
        case "application/x-ndjson":
            return {json.loads(line)["year"] for line in reply.text.splitlines()}
    raise AssertionError(reply.media_type)


def test_every_format_that_is_offered_is_served(site: Running) -> None:
    refused = site.query(ROWS, "image/png")
    assert refused.status == 406
    offers = refused.json()["detail"].partition(": ")[2].split(", ")
    assert len(offers) == 5
    for media_type in offers:
        reply = site.query(ROWS, media_type)
        assert (reply.status, reply.media_type) == (200, media_type)
        assert years(reply) == {1979, 2004}
    for name in ("json", "xml", "csv", "tsv", "ndjson"):
        assert years(site.query(ROWS, format=name)) == {1979, 2004}


def test_every_graph_format_that_is_offered_is_served(site: Running) -> None:
    offers = site.query(GRAPH, "image/png").json()["detail"].partition(": ")[2].split(", ")
    names = {
        "text/turtle": "turtle",
        "application/n-triples": "nt",
        "application/rdf+xml": "xml",
        "application/ld+json": "json-ld",
    }
    assert set(offers) == set(names)
    for media_type in offers:
        reply = site.query(GRAPH, media_type)
        assert reply.media_type == media_type
        assert len(rdflib.Graph().parse(data=reply.body, format=names[media_type])) == 1


def test_ask_is_answered_in_json_and_xml_only(site: Running) -> None:
    assert site.query("ASK {}").json()["boolean"] is True
    assert b"<boolean>true</boolean>" in site.query("ASK {}", "application/xml").body
    assert site.query("ASK {}", "text/csv").status == 406


def test_an_unchanged_answer_is_not_sent_again(site: Running) -> None:
    first = site.query(ROWS)
    path = f"/sparql?{urlencode({'query': ROWS})}"
    again = site.ask(path, If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    other = site.ask(path, If_None_Match=first.headers["ETag"], Accept="text/csv")
    assert other.status == 200


def test_an_answer_that_changes_has_no_entity_tag(site: Running) -> None:
    one, other = (site.query("SELECT (UUID() AS ?x) {}") for _ in range(2))
    assert "ETag" not in one.headers
    assert one.body != other.body


def test_large_answers_are_compressed(site: Running) -> None:
    query = urlencode({"query": "SELECT * { ?s ?p ?o } LIMIT 1000"})
    plain = site.ask(f"/sparql?{query}")
    packed = site.ask(f"/sparql?{query}", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 4


#: Query -> status and members of the problem.
FAULTS: dict[str, tuple[int, dict[str, Any]]] = {
    "SELECT * {\n ?s ?p \n}": (400, {"line": 3}),
    "SELECT * { ?s nothing:p ?o }": (400, {"line": 1}),
    "INSERT DATA { <urn:a> <urn:b> 1 }": (400, {}),
    "ASK { SERVICE <http://example.org/> {} }": (403, {"line": 1}),
    "nonsense": (400, {}),
}


@pytest.mark.parametrize("query", FAULTS)
def test_a_syntax_error_is_a_problem_with_its_line(site: Running, query: str) -> None:
    status, members = FAULTS[query]
    reply = site.query(query)
    assert reply.status == status
    assert reply.media_type == "application/problem+json"
    problem = reply.json()
    assert problem["status"] == status
    assert members.items() <= problem.items()
    assert problem["detail"]


def test_a_request_is_checked_before_it_runs(site: Running) -> None:
    assert site.ask("/sparql?format=csv").status == 400
    assert site.query("ASK {}", format="docx").status == 400
    assert site.query("ASK {}", timeout="soon").status == 400
    assert site.query("ASK {}", timeout="nan").status == 400
    assert site.ask("/sparql", method="DELETE").status == 405
    assert site.ask("/sparql?query=ASK%7B%7D&update=CLEAR%20ALL").status == 400
    assert site.ask("/sparql", method="POST", body="update=CLEAR+ALL",
                    Content_Type="application/x-www-form-urlencoded").status == 403  # fmt: skip


def test_graphs_are_read_by_the_graph_store_protocol(site: Running) -> None:
    graph = "https://w3id.org/allusion/source/kpnv-223"
    reply = site.ask(f"/graphs?{urlencode({'graph': graph})}", Accept="text/turtle")
    counted = site.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    [row] = counted.json()["results"]["bindings"]
    assert len(rdflib.Graph().parse(data=reply.body)) == int(row["n"]["value"]) > 0
    assert site.ask(f"/graphs?{urlencode({'graph': graph})}", method="HEAD").status == 200
    assert site.ask("/graphs?graph=urn:none").status == 404
    assert site.ask("/graphs?graph=not%20an%20iri").status == 400
    assert site.ask("/graphs").status == 400
    assert site.ask("/graphs?default", method="PUT", body=b"").status == 405
    whole = site.ask("/graphs?default", Accept="application/n-triples")
    assert whole.status == 200
    assert whole.text.count("\n") > 10_000


def test_a_statement_of_two_default_graphs_counts_once(site: Running) -> None:
    def count(**graphs: list[str]) -> int:
        text = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        reply = site.ask(f"/sparql?{urlencode({'query': text, **graphs}, doseq=True)}")
        return int(reply.json()["results"]["bindings"][0]["n"]["value"])

    sources = ["source:wikipedia-chungking-express", "source:piglix-chungking-express"]
    graphs = [source.replace("source:", "https://w3id.org/allusion/source/") for source in sources]
    both = "{ GRAPH source:wikipedia-chungking-express { ?s ?p ?o } } UNION { GRAPH source:piglix-chungking-express { ?s ?p ?o } }"
    reply = site.query(f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT ?s ?p ?o {{ {both} }} }}")
    distinct = int(reply.json()["results"]["bindings"][0]["n"]["value"])
    assert count(**{"default-graph-uri": [*graphs, *graphs]}) == distinct > 0
