"""Aggregates of a store that was pushed to are those of the merge, on every engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from datasets import PATTERNS, Statement, check, datasets, quads
from hypothesis import HealthCheck, given, settings

from allusion.store import select
from allusion.store.default_graph import merge
from allusion.store.oxigraph import OxigraphStore
from allusion.store.push import plan, push
from allusion.store.remote_inventory import DataVersion, count_default

if TYPE_CHECKING:
    from .conftest import Engine

ENGINES = ["engine", "running_virtuoso"]


def pushed(engine: Engine, dataset: list[Statement]) -> None:
    """Make the server hold ``dataset``, whatever a push has loaded before."""
    local = OxigraphStore()
    local.engine.extend(quads(dataset))
    merge(local.engine)
    store = engine.store()
    work = plan(local.engine, store, DataVersion("0", repr(dataset)))
    push(local.engine, store, engine.writers()["graph store"], work)


@pytest.mark.parametrize("name", ENGINES)
@given(dataset=datasets())
@settings(
    deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_aggregates_are_those_of_the_merge(
    request: pytest.FixtureRequest, name: str, dataset: list[Statement]
) -> None:
    engine: Engine = request.getfixturevalue(name)
    pushed(engine, dataset)
    store = engine.store()
    assert count_default(store) == len({statement[1:] for statement in dataset})
    check(store, dataset, PATTERNS)


@pytest.mark.parametrize("name", ENGINES)
def test_graph_ranges_over_the_sources_and_not_over_the_merge(
    request: pytest.FixtureRequest, name: str
) -> None:
    engine: Engine = request.getfixturevalue(name)
    statement = ("<urn:a>", "<urn:b>", "<urn:c>")
    dataset = [(f"<http://example.org/graph/{graph}>", *statement) for graph in "xyz"]
    pushed(engine, dataset)
    store = engine.store()
    of_each = "SELECT ?g WHERE { <urn:a> ?p ?o . GRAPH ?g { <urn:a> ?p ?o } } ORDER BY ?g"
    assert [f"<{graph}>" for (graph,) in select(store, of_each)] == [row[0] for row in dataset]
    of_one = "SELECT ?o WHERE { GRAPH <http://example.org/graph/x> { <urn:a> ?p ?o } }"
    assert len(list(select(store, of_one))) == 1
    own = "SELECT ?s FROM <http://example.org/graph/x> WHERE { ?s <urn:b> ?o }"
    assert len(list(select(store, own))) == 1
