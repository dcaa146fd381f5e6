"""External merge sort of lines, without duplicates, in constant memory."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

#: Size of a sorted run.
RUN_BYTES: Final = 1 << 23
_MAX_OPEN: Final = 200  # open files


class RunWriter:
    """Collects lines (with line end) and writes sorted runs of them into a folder."""

    def __init__(self, folder: Path, limit: int = RUN_BYTES) -> None:
        self._folder = folder
        self._limit = limit
        self._rows: set[bytes] = set()
        self._size = 0
        self._count = 0

    def add(self, rows: Iterable[bytes]) -> None:
        """Add lines; write a run if there are enough."""
        for row in rows:
            if row not in self._rows:
                self._rows.add(row)
                self._size += len(row)
        if self._size >= self._limit:
            self.flush()

    def flush(self) -> None:
        """Write the collected lines as a run."""
        if self._rows:
            with (self._folder / f"{self._count:06}.run").open("wb") as stream:
                stream.writelines(sorted(self._rows))
            self._count += 1
            self._rows, self._size = set(), 0


def merge_runs(runs: Sequence[Path], folder: Path, max_open: int = _MAX_OPEN) -> Iterator[bytes]:
    """Yield the distinct lines of sorted runs, in byte order.

    Args:
        runs: Sorted files.
        folder: Folder for intermediate runs.
        max_open: Maximum number of open files.
    """
    left = list(runs)
    number = 0
    while len(left) > max_open:
        target = folder / f"merged-{number:06}.run"
        with target.open("wb") as stream:
            stream.writelines(_merge(left[:max_open]))
        left = [*left[max_open:], target]
        number += 1
    return _merge(left)


def _merge(runs: Sequence[Path]) -> Iterator[bytes]:
    with ExitStack() as stack:
        before = b""
        for row in heapq.merge(*(stack.enter_context(path.open("rb")) for path in runs)):
            if row != before:
                yield row
                before = row
