"""Every format that the server advertises anywhere is served, and can be read."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import rdflib
from web_pages import HTML
from web_server import Reply, Running, loaded, running_server

from allusion.core.vocabulary import AL, BASE

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = "http://www.w3.org/ns/formats/"
#: Format of https://www.w3.org/ns/formats/ -> its media type.
W3C_FORMATS = {
    "SPARQL_Results_JSON": "application/sparql-results+json",
    "SPARQL_Results_XML": "application/sparql-results+xml",
    "SPARQL_Results_CSV": "text/csv",
    "SPARQL_Results_TSV": "text/tab-separated-values",
    "Turtle": "text/turtle",
    "N-Triples": "application/n-triples",
    "RDF_XML": "application/rdf+xml",
    "JSON-LD": "application/ld+json",
}


def rdf(form: str) -> Callable[[str], Any]:
    return lambda text: len(rdflib.Graph().parse(data=text, format=form)) or pytest.fail("empty")


#: Media type -> reads it, or fails.
READERS: dict[str, Callable[[str], Any]] = {
    "application/sparql-results+json": lambda text: json.loads(text)["head"],
    "application/sparql-results+xml": lambda text: ET.fromstring(text)[0],
    "text/csv": lambda text: next(csv.reader(io.StringIO(text))),
    "text/tab-separated-values": lambda text: text.splitlines()[0].split("\t"),
    "application/x-ndjson": lambda text: [json.loads(line) for line in text.splitlines()],
    "application/json": json.loads,
    "text/turtle": rdf("turtle"),
    "application/n-triples": rdf("nt"),
    "application/rdf+xml": rdf("xml"),
    "application/ld+json": rdf("json-ld"),
    "text/html": lambda text: text.index("<h1"),
    "text/markdown": lambda text: text.index("|") if text.startswith("|") else text.index("#"),
    "image/svg+xml": ET.fromstring,
    "application/sparql-query": lambda text: text.index("SELECT"),
}
SELECT = "SELECT ?s ?p { ?s ?p film:2046 } LIMIT 3"
GRAPH = "DESCRIBE film:2046"
_LINK = re.compile(r'<([^>]+)>; rel="alternate"; type="([^"]+)"')
_ELEMENT = re.compile(r'<link rel="alternate" type="([^"]+)" href="([^"]+)">')


def check(reply: Reply, media_type: str) -> None:
    assert reply.status == 200, reply.text[:300]
    assert reply.media_type == media_type
    READERS[media_type](reply.text)


def test_the_formats_of_the_service_description(site: Running) -> None:
    described = rdflib.Graph().parse(data=site.ask("/sparql").body, format="turtle")
    names = {str(one).removeprefix(FORMATS) for one in described.objects(None, SD.resultFormat)}
    assert names == set(W3C_FORMATS)
    for name in names:
        media_type = W3C_FORMATS[name]
        query = SELECT if name.startswith("SPARQL") else GRAPH
        check(site.query(query, media_type), media_type)
    for media_type in (
        "text/turtle",
        "application/n-triples",
        "application/rdf+xml",
        "application/ld+json",
    ):
        check(site.ask("/sparql", Accept=media_type), media_type)


def operations(site: Running) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in site.ask("/openapi.json").json()["paths"].items():
        yield path, item["get"]


def test_the_formats_of_the_endpoint_in_openapi(site: Running) -> None:
    [operation] = [one for path, one in operations(site) if path == "/sparql"]
    [names] = [one["schema"]["enum"] for one in operation["parameters"] if one["name"] == "format"]
    advertised = set(operation["responses"]["200"]["content"])
    served = set()
    for name in names:
        rows, triples = site.query(SELECT, format=name), site.query(GRAPH, format=name)
        assert {rows.status, triples.status} == {200, 406}
        [reply] = [one for one in (rows, triples) if one.status == 200]
        check(reply, reply.media_type)
        served.add(reply.media_type)
    assert served == advertised


def test_the_formats_of_canned_queries_in_openapi(site: Running) -> None:
    of_queries = [item for item in operations(site) if item[0].startswith("/query/")]
    advertised = set()
    for path, operation in of_queries:
        [form] = [one for one in operation["parameters"] if one["name"] == "format"]
        suffixes = tuple(form["schema"]["enum"])
        advertised.add((suffixes, tuple(operation["responses"]["200"]["content"])))
        if operation["operationId"] == "together":
            replies = [site.ask(path.replace("{format}", suffix)) for suffix in suffixes]
    [(_, media_types)] = advertised  # the same for all queries
    for reply, media_type in zip(replies, media_types, strict=True):
        check(reply, media_type)


PAGES = [
    "/film/2046",
    "/utterance/kill-tomokazu-miura",
    "/source/kpnv-223",
    "/connection/suzhou-river-after-vertigo",
    "/kind/name-drop",
    "/ontology/Film",
]


@pytest.mark.parametrize("path", PAGES)
def test_the_alternates_of_a_page(site: Running, path: str) -> None:
    reply = site.ask(path, Accept=HTML)
    folder = path.rpartition("/")[0]
    links = _LINK.findall(reply.headers["Link"])
    assert links
    for target, media_type in links:
        check(site.ask(f"{folder}/{target}"), media_type)
        moved = site.ask(path, Accept=media_type)
        assert (moved.status, moved.headers["Location"]) == (303, target)
    elements = _ELEMENT.findall(reply.text)
    assert elements
    for media_type, target in elements:
        check(site.ask(f"{folder}/{target.rpartition('/')[2]}"), media_type)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The server of a small graph, all of which every format can carry quickly."""
    film = f"<{BASE}film/2046> a <{AL}Film> ; <{AL}published> 2004 .\n"
    with running_server(loaded(tmp_path_factory.mktemp("films"), film, "ttl")) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "query"), [("/sparql", SELECT), ("/sparql", GRAPH), ("/graphs?default", "")]
)
def test_the_formats_in_the_message_of_406(films: Running, path: str, query: str) -> None:
    refused = films.query(query, "image/png") if query else films.ask(path, Accept="image/png")
    assert refused.status == 406
    for media_type in refused.json()["detail"].partition(": ")[2].split(", "):
        reply = films.query(query, media_type) if query else films.ask(path, Accept=media_type)
        check(reply, media_type)
