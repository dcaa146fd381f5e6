"""Parallel map over blocks, with results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

_Answer = TypeVar("_Answer")

_worker: Callable[[bytes], Any] | None = None


def map_blocks(
    make_worker: Callable[[], Callable[[bytes], _Answer]], blocks: Iterable[bytes], jobs: int
) -> Iterator[_Answer]:
    """Yield the result for each block, from a worker in each of ``jobs`` processes.

    With one job, everything runs in this process. Only as many blocks are read ahead as keep the
    processes busy.
    """
    if jobs == 1:
        yield from map(make_worker(), blocks)
        return
    waiting: deque[Future[_Answer]] = deque()
    # "spawn", because a fork would inherit locks of the progress bar's threads.
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start_worker, (make_worker,)) as pool:
        try:
            for block in blocks:
                waiting.append(pool.submit(_run_worker, block))
                if len(waiting) > 2 * jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for late in waiting:
                late.cancel()


def _start_worker(make: Callable[[], Callable[[bytes], Any]]) -> None:
    global _worker
    _worker = make()


def _run_worker(block: bytes) -> Any:
    assert _worker is not None
    return _worker(block)
