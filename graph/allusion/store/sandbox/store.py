"""Store whose queries run in worker processes, which can be stopped and can crash.

It is used for ad hoc queries. A call of the engine cannot be interrupted, and some small queries
crash the process that runs them.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
import weakref
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final
from typing import Literal as Word

from ...core.errors import NetworkError, QueryCrashed, QueryError, QueryStopped, StoreError
from ...core.terms import Blank, Iri, Literal, Term, canonical_language
from ...sparql.guard import refuse_unsafe
from ...sparql.limits import DEFAULTS, Limits, size_of
from ...sparql.syntax_errors import explain_syntax_error
from ..dataset_clause import read_dataset
from ..default_graph import Dataset
from ..interface import Answer, Row, Rows, Triples
from ..oxigraph import explain_failure
from .framing import BOOLEAN, COLUMNS, END, ERROR, ROWS, TEXT, TRIPLES
from .process import WorkerEnded, WorkerProcess

#: Default maximum of processes per store; more threads wait.
MAX_WORKERS: Final = 4
_MAX_CACHED: Final = 50_000
_STORES: Final[weakref.WeakSet[WorkerStore]] = weakref.WeakSet()


class WorkerStore:
    """Store on disk, queried through worker processes.

    The first query starts a worker, which is kept for later queries. A query that starts while
    another result is being read gets another worker. Workers end with this object, with its
    process, or with `close`. The object can be shared between threads and inherited by a fork.

    Args:
        path: A store on disk.
        limits: Default limits of a query.
        services: Hosts that SERVICE may access, as ``host`` or ``host:port``. Without any, the
            workers have no network if the system supports that.
        bare: Do not use restrictions that only Linux supports.
        workers: Maximum of processes.
    """

    def __init__(
        self,
        path: Path,
        limits: Limits = DEFAULTS,
        *,
        services: Sequence[str] = (),
        bare: bool = False,
        workers: int = MAX_WORKERS,
    ) -> None:
        self.path = path
        self.limits = limits
        self.services = tuple(services)
        self.workers = workers
        self._bare = bare
        self._is_retired = False
        self._reset()
        self._idle: list[WorkerProcess] = []
        self._all: set[WorkerProcess] = set()
        self._finalizer = weakref.finalize(self, _kill_all, self._all)
        _STORES.add(self)

    def _reset(self) -> None:
        # The garbage collector can finalize a result, and so return its worker, in any thread and
        # between any two steps, even while this thread holds the lock. RLock and SimpleQueue are
        # reentrant; Lock and Semaphore could wait forever.
        self._lock = threading.RLock()
        self._permits: SimpleQueue[None] = SimpleQueue()
        for _ in range(self.workers):
            self._permits.put(None)

    def query(self, sparql: str, limits: Limits | None = None) -> Answer:
        """Run one query within ``limits``; its default graph is the merge.

        Rows and triples are available while the engine is still running, so reading them can raise
        the same errors. The timeout counts only the time of waiting for the engine.

        Raises:
            QueryError: If ``sparql`` is not a valid query.
            QueryRefused: If ``sparql`` is an update, or accesses a server that is not allowed.
            QueryStopped: If it exceeds a limit.
            QueryCrashed: If the engine process crashes.
        """
        return self.start(sparql, limits).answer()

    def start(
        self,
        sparql: str,
        limits: Limits | None = None,
        *,
        base: str = "",
        dataset: Dataset | None = None,
        tags: Collection[str] | None = None,
    ) -> RunningQuery:
        """Start one query, and return it while the engine runs.

        Args:
            sparql: The query.
            limits: Its limits; None means those of the store.
            base: Base IRI of relative IRIs in the query; "" means none.
            dataset: Replaces the dataset of the query.
            tags: Columns with language tags, to read the result by `RunningQuery.json`; None to
                read it by `RunningQuery.answer`.

        Raises:
            QueryRefused: As in `query`.
            QueryStopped: If no worker is free within the time limit.
        """
        limits = limits or self.limits
        refuse_unsafe(sparql, limits, self.services)
        return RunningQuery(self, sparql, limits, base=base, dataset=dataset, tags=tags)

    @property
    def has_idle_worker(self) -> bool:
        """Whether `start` need not wait for a worker, nor start one."""
        with self._lock:
            is_ready = any(process.is_running for process in self._idle)
        return is_ready and not self._permits.empty()

    def confinement(self) -> tuple[str, ...]:
        """Return descriptions of the restrictions of a worker on this system."""
        process = self._acquire_process(DEFAULTS)
        self._release_process(process, keep=True)
        return process.confinement

    def close(self) -> None:
        """End all workers; a later query starts a new one."""
        with self._lock:
            _kill_all(self._all)
            self._idle.clear()

    def retire(self) -> None:
        """End each worker as soon as it has no query."""
        with self._lock:
            self._is_retired = True
            for process in self._idle:
                process.kill()
            self._all.difference_update(self._idle)
            self._idle.clear()

    def _acquire_process(self, limits: Limits) -> WorkerProcess:
        try:
            self._permits.get(timeout=limits.timeout)
        except Empty:
            raise QueryStopped(
                f"not started within {limits.timeout:g} s: {self.workers} queries are running",
                "timeout",
            ) from None
        process = None
        try:
            process = self._idle_process() or WorkerProcess(
                self.path, network=bool(self.services) or self._bare, watch=self._bare
            )
            with self._lock:
                self._all.add(process)
            process.wait_until_ready()
        except BaseException:
            if process:
                self._release_process(process, keep=False)
            else:
                self._permits.put(None)
            raise
        return process

    def _idle_process(self) -> WorkerProcess | None:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.is_running:
                    return process
                process.kill()
                self._all.discard(process)
        return None

    def _release_process(self, process: WorkerProcess, *, keep: bool) -> None:
        with self._lock:
            if keep and process in self._all and not self._is_retired:
                self._idle.append(process)
            else:
                process.kill()
                self._all.discard(process)
        self._permits.put(None)

    def _forget(self) -> None:
        """Release the workers in a fork of the process that owns them."""
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


class RunningQuery:
    """Query that a worker runs; it holds the worker until it is read, closed or freed.

    `stop` may be called from any thread, all other methods from one thread at a time.
    """

    def __init__(
        self,
        store: WorkerStore,
        sparql: str,
        limits: Limits,
        *,
        base: str = "",
        dataset: Dataset | None = None,
        tags: Collection[str] | None = None,
    ) -> None:
        self._store = store
        self._sparql = sparql
        self._limits = limits
        self._left_s = limits.timeout
        self._unit = "rows"
        self._count = 0
        self._limit: Word["timeout", "max_rows", "max_memory", "max_bytes", "cancelled", ""] = ""
        self._rows: Iterator[Row] = iter(())
        self._known = _TermCache()
        self._process: WorkerProcess | None = None
        self._process = store._acquire_process(limits)
        self._pid = os.getpid()
        with self._ends_worker_on_error():
            self._process.ask(
                sparql,
                limits.max_rows,
                limits.max_bytes,
                limits.max_memory,
                base,
                dataset or read_dataset(sparql, base) or Dataset(),
                tags,
            )

    def answer(self) -> Answer:
        """Return the result as soon as its first part is available."""
        kind, body = self._next()
        if kind == BOOLEAN:
            self._next()
            return bool(body)
        if kind == COLUMNS:
            return Rows(tuple(body), self)
        assert kind == TRIPLES
        self._unit = "triples"
        return Triples(self)  # type: ignore[arg-type]  # rows of three cells, none unbound

    def json(self) -> Iterator[bytes]:
        """Yield the result of SELECT or ASK in SPARQL 1.1 JSON, as the worker writes it."""
        kind, body = self._next()
        if kind == BOOLEAN:
            self._next()
            yield b'{"head":{},"boolean":%s}\n' % (b"true" if body else b"false")
            return
        assert kind == COLUMNS
        columns = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        yield f'{{"head":{{"vars":{columns}}},"results":{{"bindings":['.encode()
        while self._process is not None:
            kind, body = self._next()
            if kind == TEXT:
                self._count += body[0]
                yield body[1]
        yield b"\n]}}\n"

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when a part of the result arrives."""
        assert self._process is not None
        return self._process.fileno()

    def receive(self, waited: float) -> bool:
        """Receive what has arrived, without waiting.

        Args:
            waited: Seconds for which the caller has waited; they count for the time limit.

        Returns:
            Whether the result is complete, so that reading it does not wait.
        """
        assert self._process is not None
        self._left_s -= waited
        return self._process.receive()

    @property
    def is_done(self) -> bool:
        """Whether the worker has been returned."""
        return self._process is None

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

    def stop(self) -> None:
        """Ask the worker to stop.

        The thread that reads the answer then gets `QueryStopped` with the limit "cancelled".
        """
        with self._store._lock:
            if self._process is not None and not self._limit:
                self._limit = "cancelled"
                self._process.stop()

    def close(self) -> None:
        """Stop the query, and return the worker for another one."""
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
        with self._store._lock:  # `stop` must not reach the next query of the worker
            process, self._process = self._process, None
        if process is not None:
            self._store._release_process(process, keep=keep)

    @contextlib.contextmanager
    def _ends_worker_on_error(self) -> Iterator[None]:
        """End the worker after any error in the communication with it."""
        try:
            yield
        except WorkerEnded as ended:
            self._release(keep=False)
            if self._limit or ended.out_of_memory:
                raise self._stopped(self._limit or "max_memory") from ended
            raise QueryCrashed(
                f"the engine process crashed on this query ({ended}); this process continues. The "
                "query may be too large or nested too deeply: use fewer brackets, paths and "
                "repetitions"
            ) from ended
        except BaseException:
            self._release(keep=False)
            raise

    def _next(self) -> tuple[int, Any]:
        """Return the next message.

        Raises:
            QueryError: If the message is an error.
            QueryStopped: If the message is the end of an incomplete result.
        """
        with self._ends_worker_on_error():
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
            if self._limit:  # it did not stop in time
                raise self._stopped(self._limit) from None
        finally:
            self._left_s -= time.monotonic() - began
        # Wait for rows that the worker has found and not yet sent.
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
            "cancelled": "on request",
        }[limit]
        unit = self._unit if self._count != 1 else self._unit.removesuffix("s")
        nothing = "nothing found so far" if limit != "max_bytes" else "a single row is larger"
        found = f"first {self._count:,} {unit}" if self._count else nothing
        option = limit.replace("_", "-")
        more = f". To allow more: --{option} (in Python {limit}=)" if limit != "cancelled" else ""
        return QueryStopped(f"stopped {where}; {found}{more}", limit)

    def _explained(self, kind: str, message: str) -> Exception:
        if kind == "SyntaxError":
            return QueryError(explain_syntax_error(message, self._sparql))
        if kind == "panic":
            return QueryCrashed(f"the engine crashed on this query ({message})")
        if kind == "ValueError":
            return QueryError(message)
        error = explain_failure(message, self._store.path)
        if self._store.services and isinstance(error, StoreError):
            return NetworkError(f"a SERVICE sent no valid response ({message})")
        return error


class _TermCache(dict[str, Term]):
    """Cache of terms by their cells; see `allusion.store.sandbox.framing`."""

    def row(self, cells: list[Any]) -> Row:
        """Decode one row."""
        if len(self) > _MAX_CACHED:
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
