"""The cost of canned queries, as a ratio to reading every triple of the same store."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest
from parameter_values import bindings

from allusion import open as open_graph
from allusion.core.resources import locate
from allusion.knowledge_graph import KnowledgeGraph
from allusion.query.bound_query import bind_terms
from allusion.query.catalog import CannedQuery, read_catalog

pytestmark = pytest.mark.slow

#: No canned query may cost more than so many full scans, whatever its parameters.
MAX_SCANS = 1.0
LOCAL = read_catalog(locate().query_files())[0].local


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return open_graph()


@pytest.fixture(scope="module")
def scan(kg: KnowledgeGraph) -> float:
    """CPU seconds of a full scan."""
    return min(_cost(kg.embedded.engine, "SELECT * { ?s ?p ?o }") for _ in range(3))


def _cost(engine: ox.Store, sparql: str) -> float:
    began = time.process_time()
    found = engine.query(sparql)
    assert isinstance(found, ox.QuerySolutions)
    found.serialize(format=ox.QueryResultsFormat.CSV)
    return time.process_time() - began


@pytest.mark.parametrize("query", LOCAL, ids=lambda query: query.name)
def test_a_canned_query_costs_at_most_some_full_scans(
    kg: KnowledgeGraph, scan: float, query: CannedQuery
) -> None:
    engine = kg.embedded.engine
    for binding in bindings(engine, query, 8):
        text = bind_terms(query, binding)
        cost = _cost(engine, text)
        if cost > MAX_SCANS * scan:  # another process may have been in the way
            cost = min(cost, _cost(engine, text), _cost(engine, text))
        assert cost <= MAX_SCANS * scan, f"{binding}: {cost / scan:.1f} full scans"
