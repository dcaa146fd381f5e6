"""Queries and updates of the W3C test suite, with their data and expected results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import rdflib
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.namespace import RDF
from rdflib.query import Result

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
_FORMATS = {".srx": "xml", ".srj": "json", ".csv": "csv", ".tsv": "tsv"}


@dataclass(frozen=True)
class QueryCase:
    """A test: its kind, address and text, and for an evaluation its data and result."""

    name: str
    kind: str
    address: str
    text: str
    data: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()
    result: Path | None = None


def path_of(iri: str) -> Path:
    return Path(unquote(urlsplit(iri).path))


def read_query_cases(manifest: Path) -> Iterator[QueryCase]:
    """Yield the tests of a manifest, and of those that it includes."""
    graph = rdflib.Graph().parse(manifest, format="turtle")
    for included in graph.objects(None, MF.include):
        for one in Collection(graph, included):
            yield from read_query_cases(path_of(str(one)))
    for entries in graph.objects(None, MF.entries):
        for test in Collection(graph, entries):
            kind = str(graph.value(test, RDF.type)).rpartition("#")[2]
            action = graph.value(test, MF.action)
            name = f"{manifest.parent.name}/{str(test).rpartition('#')[2]}"
            if "UpdateEvaluation" in kind or "Protocol" in kind or "Description" in kind:
                continue
            query = graph.value(action, QT.query) or action
            result = graph.value(test, MF.result)
            yield QueryCase(
                name,
                kind,
                str(query),
                path_of(str(query)).read_text(encoding="utf-8"),
                tuple(map(str, graph.objects(action, QT.data))),
                tuple(map(str, graph.objects(action, QT.graphData))),
                path_of(str(result)) if result is not None else None,
            )


def expected_of(path: Path) -> Any:
    """The expected result: a boolean, columns and rows, or a graph."""
    if path.suffix in _FORMATS:
        with path.open("rb") as stream:
            return _rows(Result.parse(stream, format=_FORMATS[path.suffix]))
    graph = rdflib.Graph().parse(path, publicID=path.as_uri())
    head = graph.value(None, RDF.type, RS.ResultSet)
    if head is None:
        return graph
    boolean = graph.value(head, RS.boolean)
    if boolean is not None:
        return str(boolean) == "true"
    columns = {str(name) for name in graph.objects(head, RS.resultVariable)}
    rows = [
        {
            str(graph.value(binding, RS.variable)): graph.value(binding, RS.value)
            for binding in graph.objects(solution, RS.binding)
        }
        for solution in graph.objects(head, RS.solution)
    ]
    return columns, rows


def answer_of(body: bytes, media_type: str) -> Any:
    """The answer of a server, as `expected_of`."""
    import io

    if media_type == "application/n-triples":
        return rdflib.Graph().parse(data=body, format="nt")
    form = {"text/csv": "csv", "text/tab-separated-values": "tsv"}.get(media_type, "json")
    return _rows(Result.parse(io.BytesIO(body), format=form))


def _rows(result: Result) -> Any:
    if result.type == "ASK":
        return result.askAnswer
    columns = {str(name) for name in result.vars or ()}
    return columns, [{str(name): value for name, value in row.items()} for row in result.bindings]


def is_same(found: Any, expected: Any) -> bool:
    """Whether two results are equal up to the names of blank nodes and the order of rows."""
    if isinstance(expected, rdflib.Graph):
        return isinstance(found, rdflib.Graph) and isomorphic(found, expected)
    if isinstance(expected, bool):
        return found is expected
    if found[0] != expected[0] or len(found[1]) != len(expected[1]):
        return False
    keys = [Counter(frozenset(map(_key, row.items())) for row in rows) for _, rows in (found, expected)]  # fmt: skip
    return keys[0] == keys[1] or isomorphic(*map(_as_graph, (found[1], expected[1])))


def _key(item: tuple[str, Any]) -> tuple[str, Any]:
    return item[0], _by_value(item[1])


def _by_value(term: Any) -> Any:
    """A number in one spelling of its value; any other term as it is."""
    value = getattr(term, "value", None)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return term
    return rdflib.Literal(f"{float(value):.9g}", datatype=term.datatype, normalize=False)


def _as_graph(rows: list[dict[str, Any]]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for row in rows:
        node = rdflib.BNode()
        graph.add((node, RDF.type, RS.Solution))
        for name, value in row.items():
            graph.add((node, rdflib.URIRef(f"urn:{name}"), _by_value(value)))
    return graph
