"""The embedded engine in a process of its own, which can be stopped and may die.

For queries that somebody wrote just now. The engine cannot be timed out in process, and
some small queries end the process that runs them.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final
from typing import Literal as Word

from ...core.errors import NetworkError, QueryCrashed, QueryError, QueryStopped, StoreError
from ...core.terms import Blank, Iri, Literal, Term, canonical_language
from ...sparql.guard import refuse_unsafe
from ...sparql.limits import DEFAULTS, Limits, size_of
from ...sparql.syntax_errors import explain_syntax_error
from ..base import Answer, Row, Rows, Triples
from ..oxigraph import explain_failure
from .framing import COLUMNS, END, ERROR, ROWS, TRIPLES, YES_NO
from .process import WorkerEnded, WorkerProcess

#: Most processes of one store at a time; more threads than that wait.
MOST_WORKERS: Final = 4
_MOST_REMEMBERED: Final = 50_000
_STORES: Final[weakref.WeakSet[WorkerStore]] = weakref.WeakSet()


class WorkerStore:
    """The store on disk at ``path``, asked through worker processes.

    The first is started by the first query and kept for the next; a query that comes
    while an answer is still being read gets another. They end with this object, with
    its process, or by `close`. Safe to share between threads, and to inherit by fork.

    ``services`` are hosts that SERVICE may ask, as ``host`` or ``host:port``; without any
    the workers have no network, where the system allows it. ``bare`` goes without what
    only Linux offers, as other systems must.
    """

    def __init__(
        self,
        path: Path,
        limits: Limits = DEFAULTS,
        *,
        services: Sequence[str] = (),
        bare: bool = False,
    ) -> None:
        self.path = path
        self.limits = limits
        self.services = tuple(services)
        self._bare = bare
        self._reset()
        self._idle: list[WorkerProcess] = []
        self._all: set[WorkerProcess] = set()
        self._finalizer = weakref.finalize(self, _kill_all, self._all)
        _STORES.add(self)

    def _reset(self) -> None:
        # An answer that is forgotten gives its worker back when the collector finds it: in any
        # thread and between any two steps, even of the code that holds these. So a lock that
        # its owner may take again, and a queue of permits, which alone may be entered again.
        self._lock = threading.RLock()
        self._permits: SimpleQueue[None] = SimpleQueue()
        for _ in range(MOST_WORKERS):
            self._permits.put(None)

    def query(self, sparql: str, limits: Limits | None = None) -> Answer:
        """Answer one query within ``limits``, over the default graph.

        Rows and triples come while the engine still looks for more; reading them may raise
        what this raises. Seconds are counted while the engine is waited for.

        :raises QueryError: if ``sparql`` is not a valid query.
        :raises QueryRefused: if it is an update or asks a server that is not allowed.
        :raises QueryStopped: if it wants more than a limit allows.
        :raises QueryCrashed: if the engine does not survive it.
        """
        limits = limits or self.limits
        refuse_unsafe(sparql, limits, self.services)
        return _Reading(self, sparql, limits).answer()

    def confinement(self) -> tuple[str, ...]:
        """What a worker has given up on this system, in words."""
        process = self._take(DEFAULTS)
        self._give_back(process, keep=True)
        return process.confinement

    def close(self) -> None:
        """End all workers; a query after that starts another."""
        with self._lock:
            _kill_all(self._all)
            self._idle.clear()

    def _take(self, limits: Limits) -> WorkerProcess:
        try:
            self._permits.get(timeout=limits.timeout)
        except Empty:
            raise QueryStopped(
                f"not begun within {limits.timeout:g} s: {MOST_WORKERS} queries are still running",
                "timeout",
            ) from None
        process = None
        try:
            process = self._warm() or WorkerProcess(
                self.path, network=bool(self.services) or self._bare, watch=self._bare
            )
            with self._lock:
                self._all.add(process)
            process.wait_until_ready()
        except BaseException:
            if process:
                self._give_back(process, keep=False)
            else:
                self._permits.put(None)
            raise
        return process

    def _warm(self) -> WorkerProcess | None:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.is_running:
                    return process
                process.kill()
                self._all.discard(process)
        return None

    def _give_back(self, process: WorkerProcess, *, keep: bool) -> None:
        with self._lock:
            if keep and process in self._all:
                self._idle.append(process)
            else:
                process.kill()
                self._all.discard(process)
        self._permits.put(None)

    def _forget(self) -> None:
        """Leave the workers to the process of which this one is a forked copy."""
        for process in self._all:
            process.forget()
        self._all.clear()
        self._idle.clear()
        self._reset()


def _kill_all(processes: set[WorkerProcess]) -> None:
    while processes:
        processes.pop().kill()


def _forget_all() -> None:
    for store in list(_STORES):
        store._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


class _Reading:
    """One answer on its way; has the worker until it is read, closed or forgotten."""

    def __init__(self, store: WorkerStore, sparql: str, limits: Limits) -> None:
        self._store = store
        self._sparql = sparql
        self._limits = limits
        self._left_s = limits.timeout
        self._unit = "rows"
        self._count = 0
        self._limit: Word["timeout", "max_rows", "max_memory", "max_bytes", ""] = ""
        self._rows: Iterator[Row] = iter(())
        self._known = _Known()
        self._process: WorkerProcess | None = None
        self._process = store._take(limits)
        self._pid = os.getpid()
        with self._watched():
            self._process.ask(
                sparql,
                limits.max_rows,
                limits.max_bytes,
                limits.max_memory,
            )

    def answer(self) -> Answer:
        """The answer, of which the first part has come."""
        kind, body = self._next()
        if kind == YES_NO:
            self._next()
            return bool(body)
        if kind == COLUMNS:
            return Rows(tuple(body), self)
        assert kind == TRIPLES
        self._unit = "triples"
        return Triples(self)  # type: ignore[arg-type]  # rows of three cells, none unbound

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        while (row := next(self._rows, None)) is None:
            if self._process is None:
                raise StopIteration
            kind, body = self._next()
            if kind == ROWS:
                self._count += len(body)
                self._rows = map(self._known.row, body)
        return row

    def close(self) -> None:
        """Read no more: the worker stops looking, and is free for another query."""
        if self._process is None:
            return
        if self._pid != os.getpid():
            self._process = None
            return
        keep = False
        until = self._process.stop()
        with contextlib.suppress(TimeoutError, WorkerEnded):
            while not keep:
                kind, body = self._process.next_frame(until)
                if kind in (END, ERROR):
                    keep = kind == ERROR or not body[1]
                    break
        self._release(keep=keep)

    def __del__(self) -> None:
        self.close()

    def _release(self, *, keep: bool) -> None:
        process, self._process = self._process, None
        if process is not None:
            self._store._give_back(process, keep=keep)

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """Whatever goes wrong on the line to the worker ends the worker."""
        try:
            yield
        except WorkerEnded as ended:
            self._release(keep=False)
            if self._limit or ended.out_of_memory:
                raise self._stopped(self._limit or "max_memory") from ended
            raise QueryCrashed(
                f"the engine broke down over this query ({ended}); nothing else is harmed. It "
                "nests too deep or grows too large: try fewer brackets, paths and repetitions"
            ) from ended
        except BaseException:
            self._release(keep=False)
            raise

    def _next(self) -> tuple[int, Any]:
        """The next message, which is neither an error nor a cut answer."""
        with self._watched():
            kind, body = self._wait()
        if kind == END:
            reason, tired = body
            self._release(keep=not tired)
            if reason:
                raise self._stopped(self._limit or reason)
        elif kind == ERROR:
            self._release(keep=body[0] != "panic")
            raise self._explained(*body)
        return kind, body

    def _wait(self) -> tuple[int, Any]:
        assert self._process is not None
        began = time.monotonic()
        try:
            return self._process.next_frame(began + self._left_s)
        except TimeoutError:
            if self._limit:  # it was told to stop and did not
                raise self._stopped(self._limit) from None
        finally:
            self._left_s -= time.monotonic() - began
        # Rows that it has found and not sent are worth a moment more.
        self._limit = "timeout"
        self._left_s = self._process.stop() - time.monotonic()
        return self._wait()

    def _stopped(self, limit: str) -> QueryStopped:
        limits = self._limits
        where = {
            "timeout": f"after {limits.timeout:g} s",
            "max_rows": f"at {limits.max_rows:,} {self._unit}",
            "max_memory": f"at {size_of(limits.max_memory)} of memory",
            "max_bytes": f"at {size_of(limits.max_bytes)} of answer",
        }[limit]
        unit = self._unit if self._count != 1 else self._unit.removesuffix("s")
        nothing = "nothing found so far" if limit != "max_bytes" else "one of them alone is larger"
        found = f"first {self._count:,} {unit}" if self._count else nothing
        option = limit.replace("_", "-")
        return QueryStopped(
            f"stopped {where}; {found}. To allow more: --{option} (in Python {limit}=)", limit
        )

    def _explained(self, kind: str, message: str) -> Exception:
        if kind == "SyntaxError":
            return QueryError(explain_syntax_error(message, self._sparql))
        if kind == "panic":
            return QueryCrashed(f"the engine broke down over this query ({message})")
        if kind == "ValueError":
            return QueryError(message)
        error = explain_failure(message, self._store.path)
        if self._store.services and isinstance(error, StoreError):
            return NetworkError(f"a SERVICE did not answer as it should ({message})")
        return error


class _Known(dict[str, Term]):
    """Terms by their cells (see `allusion.store.sandbox.framing`), so that each is made once."""

    def row(self, cells: list[Any]) -> Row:
        """One row of terms."""
        if len(self) > _MOST_REMEMBERED:
            self.clear()
        return tuple([self[cell] if type(cell) is str else _term(cell) for cell in cells])

    def __missing__(self, cell: str) -> Term:
        sign, body = cell[0], cell[1:]
        term = Iri(body) if sign == "<" else Literal(body) if sign == '"' else Blank(body)
        self[cell] = term
        return term


def _term(cell: list[str] | None) -> Term | None:
    if cell is None:
        return None
    if cell[1]:
        return Literal(cell[0], language=canonical_language(cell[1]))
    return Literal(cell[0], datatype=cell[2])
