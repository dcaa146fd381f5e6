"""Queries that mean harm, or do it by mistake: each is answered, and so is the next one.

Each runs twice: within the limits that guard the engine's parser, and with those lifted, so
that the worker has nothing but its own walls.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator

import pytest
from hostile_queries import HOSTILE

from allusion import open as open_graph
from allusion.core.errors import QueryCrashed, QueryError, QueryRefused, QueryStopped
from allusion.sparql.limits import Limits
from allusion.store.sandbox.store import WorkerStore

SMALL = Limits(timeout=0.25, max_rows=2_000, max_memory=96 << 20, max_bytes=2 << 20)
LIFTED = SMALL.replace(max_length=50_000_000, max_depth=10**7, max_operators=10**7)


@pytest.fixture(scope="module")
def worker() -> Iterator[WorkerStore]:
    path = open_graph().embedded.path
    assert path is not None
    store = WorkerStore(path)
    store.query("ASK {}")
    yield store
    store.close()


def outcome(store: WorkerStore, query: str, limits: Limits) -> str:
    try:
        answer = store.query(query, limits)
        if not isinstance(answer, bool):
            assert sum(1 for _ in answer) <= limits.max_rows
    except QueryStopped:
        return "stopped"
    except QueryRefused:
        return "refused"
    except QueryCrashed:
        return "crashed"
    except QueryError:
        return "invalid"
    return "answer"


def is_survived(store: WorkerStore, query: str, limits: Limits, fates: Collection[str]) -> bool:
    """Whether the query comes to one of these ends, and the next is answered within a second.

    A machine that stalls is given another chance; a query that harms has none.
    """
    for _ in range(5):
        began = time.monotonic()
        assert outcome(store, query, limits) in fates
        ended = time.monotonic()
        assert ended - began < limits.timeout + 20
        assert store.query("ASK {}") is True
        if time.monotonic() - ended < 1:
            return True
    return False


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_ends_and_the_next_is_answered(worker: WorkerStore, name: str) -> None:
    query, allowed = HOSTILE[name]
    assert is_survived(worker, query, SMALL, allowed.split())


REFUSED = [name for name, (_, allowed) in HOSTILE.items() if allowed == "refused"]


@pytest.mark.parametrize("name", [name for name in REFUSED if name.split()[0] not in ("SERVICE", "LOAD", "DROP", "DELETE")])  # fmt: skip
def test_refused_queries_can_only_harm_the_worker(worker: WorkerStore, name: str) -> None:
    fates = ("answer", "stopped", "crashed", "invalid")
    assert is_survived(worker, HOSTILE[name][0], LIFTED, fates)


def test_the_hostile_queries_cover_every_outcome() -> None:
    assert len(HOSTILE) >= 80
    fates = {fate for _, allowed in HOSTILE.values() for fate in allowed.split()}
    assert fates == {"answer", "stopped", "refused", "invalid"}
