"""SPARQL JSON that a worker writes is that of the serializers, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from allusion.core.errors import QueryStopped
from allusion.query.localization import tag_columns, with_canonical_tags
from allusion.query.serializers import write_ask, write_rows
from allusion.sparql.limits import DEFAULTS, Limits
from allusion.store import Rows
from allusion.store.sandbox.json_rows import JsonRows
from allusion.store.sandbox.store import WorkerStore

DATA = r"""
<urn:a> <urn:p> "text", "quote \" and \\ and \n and \u0001", "漢字"@zh-hant, "𝄞", "1"^^<urn:t>, 1, 1.5, true, <urn:b>, _:x .
_:x <urn:q> "a"@en-gb .
"""
QUERIES = [
    "SELECT ?s ?p ?o { ?s ?p ?o FILTER(!isBlank(?s) && !isBlank(?o)) } ORDER BY ?o",
    "SELECT ?none { ?s <urn:p> 1 }",
    "SELECT ?o ?none { ?s ?p ?o FILTER(isLiteral(?o)) OPTIONAL { ?s <urn:none> ?none } } ORDER BY ?o",
    "SELECT (LANG(?o) AS ?tag) { ?s ?p ?o FILTER(LANG(?o) != '') } ORDER BY ?tag",
    "SELECT * { <urn:none> ?p ?o }",
    'SELECT ?n { VALUES ?m { 1 2 3 4 5 6 7 8 9 } VALUES ?k { 1 2 3 4 5 6 7 8 9 } VALUES ?l { 1 2 3 4 5 6 7 8 9 } BIND(CONCAT("n", STR(?m * 100 + ?k * 10 + ?l)) AS ?n) } ORDER BY ?n',
    "ASK { ?s ?p ?o }",
    "ASK { <urn:none> ?p ?o }",
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerStore]:
    path = tmp_path_factory.mktemp("json") / "store"
    made = ox.Store(str(path))
    made.load(DATA, ox.RdfFormat.TURTLE)
    made.flush()
    del made
    workers = WorkerStore(path)
    yield workers
    workers.close()


def written(store: WorkerStore, query: str, limits: Limits = DEFAULTS) -> bytes:
    return b"".join(store.start(query, limits, tags=tag_columns(query)).json())


@pytest.mark.parametrize("query", QUERIES)
def test_a_worker_writes_what_the_serializers_write(query: str, store: WorkerStore) -> None:
    answer = with_canonical_tags(query, store.query(query))
    if isinstance(answer, bool):
        expected = write_ask(answer, "sparql-json")
    else:
        assert isinstance(answer, Rows)
        expected = "".join(write_rows("sparql-json", answer.columns, answer.rows))
    assert written(store, query).decode() == expected


@pytest.mark.parametrize(
    ("limits", "limit"),
    [(Limits(max_rows=3), "max_rows"), (Limits(max_bytes=300), "max_bytes")],
)
def test_a_limit_stops_the_json(limits: Limits, limit: str, store: WorkerStore) -> None:
    pieces = store.start(QUERIES[0], limits, tags=()).json()
    read: list[bytes] = []
    with pytest.raises(QueryStopped) as stopped:
        read.extend(pieces)
    assert stopped.value.limit == limit
    found = json.loads(b"".join([*read, b"]}}"]))["results"]["bindings"]
    assert 0 < len(found) <= 3
    assert f"first {len(found)} rows" in str(stopped.value)


def test_rows_are_truncated_at_the_byte_limit(store: WorkerStore) -> None:
    rows = JsonRows(["x"], ())
    texts = [rows.row((ox.Literal(str(number)),)) for number in range(3)]
    size = len(",".join(texts))
    assert JsonRows(["x"], ()).take(texts, size) == (",".join(texts).encode(), 3, True)
    assert JsonRows(["x"], ()).take(texts, size - 1)[1:] == (2, False)
    assert rows.take(texts[:1], size)[0] + rows.take(texts[1:], size)[0] == ",".join(texts).encode()


def test_a_worker_is_free_after_json_is_abandoned(store: WorkerStore) -> None:
    running = store.start("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", tags=())
    next(running.json())
    running.close()
    assert running.is_done
    assert written(store, QUERIES[-2]) == b'{"head":{},"boolean":true}\n'
