"""Requests and expected responses of W3C manifests that describe HTTP exchanges.

Sources: protocol/manifest.ttl and graph-store-protocol/manifest.ttl of the SPARQL 1.1 test suite.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
HTS = "http://www.w3.org/2011/http-statusCodes#"
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
_NAMES = {
    "OK": "200", "Created": "201", "NoContent": "204", "NotFound": "404",
    "StatusCode2xx": "2", "StatusCode3xx": "3", "StatusCode4xx": "4", "StatusCode5xx": "5",
}  # fmt: skip


@dataclass
class Expected:
    """What a response must be: statuses as prefixes ("2" is any 2xx)."""

    statuses: list[str]
    boolean: bool | None = None
    format: str = ""
    body: str | None = None
    media_type: str = ""
    location: str = ""


@dataclass
class Exchange:
    """One request, and its expected response."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    expected: Expected


@dataclass
class Case:
    """One test of a manifest."""

    name: str
    title: str
    exchanges: list[Exchange]
    graphs: dict[str, Path] = field(default_factory=dict)
    requires: set[str] = field(default_factory=set)


def read_cases(manifest: Path) -> list[Case]:
    """Read the tests of a manifest, in its order."""
    graph = rdflib.Graph().parse(manifest, format="turtle")
    cases = []
    for test in Collection(graph, next(graph.objects(None, MF.entries))):
        connection = graph.value(test, MF.action)
        requests = Collection(graph, next(graph.objects(connection, HT.requests)))
        cases.append(
            Case(
                str(test).rpartition("#")[2],
                str(graph.value(test, MF.name)),
                [_exchange(graph, request) for request in requests],
                {
                    str(graph.value(data, RDFS.label)): Path(
                        str(graph.value(data, UT.graph)).removeprefix("file://")
                    )
                    for data in graph.objects(test, UT.graphData)
                },
                {str(one).rpartition("#")[2] for one in graph.objects(test, MF.requires)},
            )
        )
    return cases


def _exchange(graph: rdflib.Graph, request: rdflib.term.Node) -> Exchange:
    response = graph.value(request, HT.resp)
    boolean = graph.value(response, MF.expectedBoolean)
    content = _body(graph, response)
    return Exchange(
        str(graph.value(request, HT.methodName)),
        str(graph.value(request, HT.absolutePath)),
        _headers(graph, request),
        _body(graph, request),
        Expected(
            sorted(
                _NAMES.get(str(one).removeprefix(HTS), str(one).removeprefix(HTS))
                for one in graph.objects(response, MF.expectedStatus)
            ),
            None if boolean is None else str(boolean) == "true",
            str(graph.value(response, MF.expectedFormat) or ""),
            None if content is None else content.decode(),
            _headers(graph, response).get("content-type", "").partition(";")[0],
            str(graph.value(response, MF.expectedLocation) or ""),
        ),
    )


def _headers(graph: rdflib.Graph, node: rdflib.term.Node | None) -> dict[str, str]:
    found = graph.value(node, HT.headers)
    if found is None or found == RDF.nil:
        return {}
    return {
        str(graph.value(one, HT.fieldName)).lower(): str(graph.value(one, HT.fieldValue))
        for one in Collection(graph, found)
    }


def _body(graph: rdflib.Graph, node: rdflib.term.Node | None) -> bytes | None:
    body = graph.value(node, HT.body)
    text = graph.value(body, CNT.chars) if body is not None else None
    if text is None:
        return None
    encoding = str(graph.value(body, CNT.characterEncoding) or "utf-8")
    return str(text).encode(encoding)
