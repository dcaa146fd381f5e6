"""The W3C tests of SPARQL 1.1 queries and of syntax, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import rdflib
from samples import every_nth
from w3c_queries import QueryCase, answer_of, expected_of, is_same, path_of, read_query_cases
from web_server import Running, Writable, loaded, running_server, w3c_suite, writing

from allusion.sparql.query_info import read_query_info

W3C = w3c_suite()
SUITES = [f"manifest-sparql11-{name}.ttl" for name in ("query", "results", "update", "fed")]
CASES = [
    case for suite in SUITES if (W3C / suite).is_file() for case in read_query_cases(W3C / suite)
]
ABSENT = pytest.mark.skipif(not CASES, reason=f"the W3C test suite is not at {W3C}")
EVALUATIONS = [c for c in CASES if c.kind in ("QueryEvaluationTest", "CSVResultFormatTest")]
SYNTAX = [case for case in CASES if "Syntax" in case.kind]
_TAG = "the engine keeps the language tag in GROUP_CONCAT"
_GRAPH = "the engine does not bind ?g of GRAPH around VALUES, MINUS or a subquery without a match"
_ZERO = "the engine finds no path of length zero from a constant in an empty graph"
_LEXICAL = "the engine keeps the value of a number and not its spelling: 1.0E6 becomes 1000000"
_LOAD = "LOAD is closed (403)"
_SERVICE = "SERVICE is closed (403)"
#: Test -> why it is not run. The first six reasons are faults of the engine, not of the server.
EXCLUDED: dict[str, str] = {
    "aggregates/agg-groupconcat-04": _TAG,
    "aggregates/agg-groupconcat-06": _TAG,
    "aggregates/agg-empty-group-count-graph": _GRAPH,
    "bindings/graph": _GRAPH,
    "negation/graph-minus": _GRAPH,
    "functions/bnode01": "the engine makes one blank node of a text in all rows",
    **dict.fromkeys(
        (f"property-path/zero_or_{many}_set_{end}" for many in ("one", "more") for end in ("start", "end")),
        _ZERO,
    ),
    "csv-tsv-res/csv03": _LEXICAL,
    "csv-tsv-res/tsv03": _LEXICAL,
    "syntax-query/test_4": "the engine knows no function of this name, and refuses the query (400)",
    **dict.fromkeys((f"syntax-update-1/test_{number}" for number in (1, 2, 3, 4, 37)), _LOAD),
    **dict.fromkeys((case.name for case in CASES if case.name.startswith(("service/", "syntax-fed/"))), _SERVICE),
}  # fmt: skip


def names(case: QueryCase) -> str:
    return case.name


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with every data file of the tests as a named graph."""
    dataset = rdflib.Dataset()
    for iri in {iri for case in EVALUATIONS for iri in (*case.data, *case.graphs)}:
        dataset.graph(rdflib.URIRef(iri)).parse(path_of(iri), publicID=iri)
    graph = loaded(tmp_path_factory.mktemp("w3c"), dataset.serialize(format="nquads"))
    with running_server(graph) as running:
        yield running


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    """A server that takes updates, without statements."""
    folder = tmp_path_factory.mktemp("w3c-updates")
    with writing(loaded(folder, ""), folder / "copy") as running:
        assert running.update("CLEAR ALL").status == 204
        yield running


@ABSENT
@pytest.mark.parametrize("case", every_nth(EVALUATIONS), ids=names)
def test_evaluation(case: QueryCase, endpoint: Running) -> None:
    if case.name in EXCLUDED:
        pytest.skip(EXCLUDED[case.name])
    accept = {
        ".csv": "text/csv",
        ".tsv": "text/tab-separated-values",
    }.get(case.result.suffix if case.result else "", "application/sparql-results+json, application/n-triples")  # fmt: skip
    dataset = {
        "default-graph-uri": case.data or ("urn:empty",),
        "named-graph-uri": case.graphs or ("urn:empty",),
    }
    if read_query_info(case.text).words & {"FROM"}:
        dataset = {}
    reply = endpoint.ask(
        f"/sparql?{urlencode(dataset, doseq=True)}",
        method="POST",
        body=f"BASE <{case.address}>\n{case.text}",
        Content_Type="application/sparql-query",
        Accept=accept,
    )
    assert reply.status == 200, reply.text
    assert case.result is not None
    found, expected = answer_of(reply.body, reply.media_type), expected_of(case.result)
    assert is_same(found, expected), (found, expected)


@ABSENT
@pytest.mark.parametrize("case", every_nth(SYNTAX), ids=names)
def test_syntax(case: QueryCase, writable: Writable) -> None:
    if case.name in EXCLUDED:
        pytest.skip(EXCLUDED[case.name])
    kind = "update" if "Update" in case.kind else "query"
    reply = writable.ask(
        "/sparql",
        method="POST",
        body=case.text,
        Content_Type=f"application/sparql-{kind}",
        Accept="application/sparql-results+json, application/n-triples",
        **writable.token_header,
    )
    if case.kind.startswith("Negative"):
        assert reply.status in (400, 403), reply.text
    else:
        assert reply.status in (200, 204, 409), reply.text
