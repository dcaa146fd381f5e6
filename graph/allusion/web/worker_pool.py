"""Queries in worker processes, for an event loop: admission, limits, cancellation.

The loop itself waits for a short answer. A thread waits for a longer one, one thread for each
worker, so the number of threads does not grow with the requests.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Final, TypeVar

from starlette.types import Receive

from ..core.errors import AllusionError
from ..query.localization import tag_columns, with_canonical_tags
from ..sparql.limits import Limits
from ..store.default_graph import Dataset
from ..store.interface import Answer
from ..store.sandbox.store import RunningQuery, WorkerStore
from .options import ServerOptions
from .problems import HttpProblem, busy

_T = TypeVar("_T")
#: Maximum number of clients whose query time is recorded.
_MAX_CLIENTS: Final = 10_000
#: Seconds over which the share of query time is counted.
_SHARE_WINDOW_S: Final = 60.0
#: Seconds in which the loop waits for the whole of a short answer.
_SHORT_S: Final = 0.02
#: Characters of a query that the loop itself sends.
_MAX_SHORT: Final = 10_000
#: Whether the loop can wait for a worker; that of Windows cannot.
_CAN_WAIT: Final = sys.platform != "win32"


def read_up_to(pieces: Iterator[bytes], size: int) -> tuple[bytes, bool]:
    """Read pieces until they have ``size`` bytes.

    Returns:
        The bytes, and whether these were the last ones.
    """
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) >= size:
            return bytes(data), False
    return bytes(data), True


class ClientLeft(Exception):
    """The client closed the connection, so no response can be sent."""


class ClientWatch:
    """Context in which a disconnection of the client is noticed.

    Args:
        receive: Of the ASGI application, after the body was read.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._gone: asyncio.Future[None] | None = None

    @property
    def gone(self) -> asyncio.Future[None]:
        """Done when the client disconnects."""
        if self._gone is None:
            self._gone = asyncio.ensure_future(self._wait())
        return self._gone

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def __enter__(self) -> ClientWatch:
        return self

    def __exit__(self, *_: object) -> None:
        if self._gone is not None:
            self._gone.cancel()


class QueryPool:
    """Worker processes, and the queue of the queries that wait for one.

    Args:
        store: The workers.
        options: Size of the queue and the share of each client.
    """

    def __init__(self, store: WorkerStore, options: ServerOptions) -> None:
        self.store = store
        self.options = options
        self._threads = ThreadPoolExecutor(store.workers, "query")
        self._free = store.workers
        #: Queries that wait for a worker; `Semaphore` would need a task for each.
        self._queue: deque[asyncio.Future[None]] = deque()
        #: Number of queries that wait for a worker, and of those that have one.
        self.waiting = self.running = 0
        self._used: dict[str, tuple[float, float]] = {}

    def close(self) -> None:
        """End all workers and threads."""
        self.store.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def job(
        self,
        sparql: str,
        limits: Limits,
        client: str,
        watch: ClientWatch,
        *,
        base: str = "",
        dataset: Dataset | None = None,
        json: bool = False,
    ) -> Job:
        """Return a query to run with ``async with``.

        Args:
            sparql: The query.
            limits: Its limits.
            client: Address of the client, for its share of query time.
            watch: Notices that the client leaves; the query then stops.
            base: Base IRI of relative IRIs in the query.
            dataset: Replaces the dataset of the query.
            json: Read the result of SELECT or ASK by `Job.json`, and not by `Job.answer`.
        """

        def start() -> RunningQuery:
            tags = tag_columns(sparql) if json else None
            return self.store.start(sparql, limits, base=base, dataset=dataset, tags=tags)

        return Job(self, start, sparql, limits, client, watch)

    def replace(self, store: WorkerStore) -> None:
        """Run the queries that have not begun in other workers, and end the present ones."""
        self.store, old = store, self.store
        old.retire()

    async def _admit(self, limits: Limits, client: str, watch: ClientWatch) -> None:
        """Wait for a worker.

        Raises:
            HttpProblem: 429 if the client has used its share, 503 if too many queries wait.
            ClientLeft: If the client leaves.
        """
        if wait := self._seconds_until_share(client):
            raise HttpProblem(
                429,
                "share",
                "The client has used its share of query time",
                f"{self.options.query_share:g} s of query time in a minute; wait {wait} s",
                headers={"Retry-After": str(wait)},
                retry_after=wait,
            )
        if self._free:
            self._free -= 1
            return
        if self.waiting >= self.options.queue:
            raise busy(f"{self.waiting} queries are waiting already")
        self.waiting += 1
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await asyncio.wait({turn}, timeout=min(_SHORT_S, limits.timeout))
            if not turn.done():
                await asyncio.wait(
                    {turn, watch.gone},
                    timeout=limits.timeout,
                    return_when=asyncio.FIRST_COMPLETED,
                )
        except asyncio.CancelledError:
            if turn.done():
                self._release()
            raise
        finally:
            self.waiting -= 1
            turn.cancel()
        if turn.cancelled():
            if watch.gone.done():
                raise ClientLeft
            raise busy(f"no worker was free within {limits.timeout:g} s")

    def _release(self) -> None:
        """Give a worker to the next query that waits."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _seconds_until_share(self, client: str) -> int:
        """Return the seconds until the client may run a query again; 0 means now."""
        used, at = self._used.get(client, (0.0, 0.0))
        rate = self.options.query_share / _SHARE_WINDOW_S
        over = used - (time.monotonic() - at) * rate - self.options.query_share
        return int(over / rate) + 1 if over > 0 else 0

    def _charge(self, client: str, seconds: float) -> None:
        now = time.monotonic()
        used, at = self._used.pop(client, (0.0, now))
        rate = self.options.query_share / _SHARE_WINDOW_S
        self._used[client] = (max(used - (now - at) * rate, 0.0) + seconds, now)
        while len(self._used) > _MAX_CLIENTS:
            self._used.pop(next(iter(self._used)))


class Job:
    """One query from its admission until its worker is free again."""

    def __init__(
        self,
        pool: QueryPool,
        start: Callable[[], RunningQuery],
        sparql: str,
        limits: Limits,
        client: str,
        watch: ClientWatch,
    ) -> None:
        self._pool = pool
        self._start = start
        self._sparql = sparql
        self._limits = limits
        self._client = client
        self._watch = watch
        self._cancelled = False
        self._running: RunningQuery | None = None
        self._seconds = 0.0

    async def __aenter__(self) -> Job:
        await self._pool._admit(self._limits, self._client, self._watch)
        self._pool.running += 1
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._running is not None and not self._running.is_done:
                self._running.stop()
                loop = asyncio.get_running_loop()
                closing = loop.run_in_executor(self._pool._threads, self._running.close)
                await asyncio.shield(closing)
        finally:
            self._pool._charge(self._client, self._seconds)
            self._pool.running -= 1
            self._pool._release()

    async def answer(self) -> Answer:
        """Start the query, and return its answer when the first part is available.

        Raises:
            AllusionError: As `WorkerStore.query`.
            ClientLeft: If the client leaves.
        """
        return await self.call(self._begin)

    async def json(self, size: int) -> tuple[bytes, bool, Iterator[bytes]]:
        """Start the query, and read its result in SPARQL JSON up to ``size`` bytes.

        Returns:
            What was read, whether this is all, and the rest.

        Raises:
            AllusionError: As `WorkerStore.query`.
            ClientLeft: If the client leaves.
        """

        def read() -> tuple[bytes, bool, Iterator[bytes]]:
            pieces = self._begun().json()
            return *read_up_to(pieces, size), pieces

        if _CAN_WAIT and len(self._sparql) <= _MAX_SHORT and self._pool.store.has_idle_worker:
            self._running = self._start()
            if await self._is_short(self._running):
                return read()
        return await self.call(read)

    async def _is_short(self, running: RunningQuery) -> bool:
        """Wait for a short time, and return whether the whole answer has arrived."""
        loop = asyncio.get_running_loop()
        readable = loop.create_future()

        def wake() -> None:
            if not readable.done():
                readable.set_result(None)

        began, worker = time.monotonic(), running.fileno()
        timer = loop.call_later(_SHORT_S, wake)
        loop.add_reader(worker, wake)
        try:
            await readable
        finally:
            loop.remove_reader(worker)
            timer.cancel()
        waited = time.monotonic() - began
        self._seconds += waited
        return running.receive(waited)

    def _begin(self) -> Answer:
        return with_canonical_tags(self._sparql, self._begun().answer())

    def _begun(self) -> RunningQuery:
        if self._running is None:
            self._running = self._start()
        if self._cancelled:
            self._running.stop()
        return self._running

    async def call(self, function: Callable[[], _T]) -> _T:
        """Run a function that reads the answer in a thread, and return its result.

        Raises:
            ClientLeft: If the client leaves before; the query is stopped then.
        """
        began = time.monotonic()
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._pool._threads, function)
        waiting: set[asyncio.Future[Any]] = {future, self._watch.gone}
        try:
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not future.done():
                    self._cancelled = True
                    if self._running is not None:
                        self._running.stop()
                    with contextlib.suppress(AllusionError):
                        await asyncio.shield(future)
                self._seconds += time.monotonic() - began
            if self._cancelled:
                raise ClientLeft
            return future.result()
        finally:
            # An exception refers to this frame: a cycle, which would keep the parts of the answer.
            del future, waiting
