"""The embedded store, and the state of its engine that the watchdog reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from allusion import open_or_build
from allusion.core.resources import Resources
from allusion.store.manifest import read_manifest
from allusion.store.oxigraph import ENGINE, OxigraphStore

Spoil = Callable[[str, str, str], Resources]
ALL = "SELECT * { ?s ?p ?o }"


def store_of(count: int) -> OxigraphStore:
    store = OxigraphStore(quads=count)
    names = [ox.NamedNode(f"http://example.org/{number}") for number in range(count)]
    store.engine.extend(ox.Quad(name, name, name) for name in names)
    return store


@pytest.fixture(autouse=True)
def _engine() -> Iterator[None]:
    quads, folders = ENGINE.quads, set(ENGINE.folders)
    yield
    ENGINE.quads, ENGINE.folders = quads, folders


def test_the_engine_has_the_quads_of_the_store_that_runs_not_of_the_last_one_opened() -> None:
    small, large = store_of(3), store_of(30)
    rows = iter(small.query(ALL))  # type: ignore[arg-type]
    next(rows)
    assert ENGINE.quads == 3
    list(large.query(ALL))  # type: ignore[arg-type]
    assert ENGINE.quads == 30
    next(rows)
    assert ENGINE.quads == 3
    large.query("ASK { ?s ?p ?o }")
    assert ENGINE.quads == 30


def test_a_call_is_counted_twice_even_if_it_fails() -> None:
    store, before = store_of(1), ENGINE.steps
    store.query("ASK { ?s ?p ?o }")
    with pytest.raises(Exception, match="not a valid SPARQL query"):
        store.query("ASK { ?s ?p")
    assert ENGINE.steps == before + 4
    rows = iter(store.query(ALL))  # type: ignore[arg-type]
    next(rows)
    assert ENGINE.steps % 2 == 0
    rows.close()  # type: ignore[attr-defined]
    assert ENGINE.steps % 2 == 0


def test_two_open_graphs_are_both_checked_in_full_after_a_failure(
    built: Resources, spoil: Spoil
) -> None:
    graphs = [open_or_build(built)]
    first, other = built.store, spoil("entities/all.ttl", '"Star"@en', '"Other"@en')
    graphs.append(open_or_build(other))
    second = other.store
    assert first != second
    graphs[0].executor.answer(ALL)
    assert ENGINE.quads == read_manifest(first).stored
    assert (first / "verified").exists()
    assert (second / "verified").exists()
    ENGINE.require_full_check()
    assert not (first / "verified").exists()
    assert not (second / "verified").exists()


def test_a_store_in_memory_has_no_folder_to_check(tmp_path: Path) -> None:
    ENGINE.folders = set()
    OxigraphStore()
    assert ENGINE.folders == set()
