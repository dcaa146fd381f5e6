"""Limit for the memory of a worker process.

This uses only the standard library and the kernel.
"""

from __future__ import annotations

import os
import sys
import time


class MemoryLimit:
    """Limit for the memory that this process uses in addition to that at the start.

    On Linux the kernel enforces it with RLIMIT_DATA, which counts writable private memory and not
    the mapped files of the store. On other systems, or with ``watch``, a thread checks the peak of
    resident memory fifty times a second. On Windows there is no limit.
    """

    def __init__(self, *, watch: bool) -> None:
        self.by_kernel = sys.platform == "linux" and not watch
        self._resident = _peak()
        self._data = _data_size() if self.by_kernel else 0
        self._set = -1
        #: Maximum of resident memory in bytes; None before the first query.
        self.most: int | None = None

    def __str__(self) -> str:
        if self.by_kernel:
            return "memory limited by the kernel (RLIMIT_DATA)"
        return "memory checked by a thread" if self._resident else "memory not limited"

    @property
    def grown_bytes(self) -> int:
        """Difference between the peak of resident memory and its size at the start."""
        return _peak() - self._resident

    def allow(self, size: int) -> None:
        """Allow at most ``size`` bytes more than at the start."""
        if not self.by_kernel:
            self.most = self._resident + size
        elif size != self._set:
            import resource

            _, hard = resource.getrlimit(resource.RLIMIT_DATA)
            resource.setrlimit(resource.RLIMIT_DATA, (self._data + size, hard))
            self._set = size

    def watch(self, exit_code: int) -> None:
        """Check the memory forever, and end this process if it exceeds the limit."""
        while self._resident:
            time.sleep(0.02)
            if self.most is not None and _peak() > self.most:
                os._exit(exit_code)


def _status_bytes(field: str) -> int:
    """Return a size from ``/proc/self/status`` in bytes; 0 if the system has no such file."""
    try:
        with open("/proc/self/status", encoding="ascii") as lines:  # noqa: PTH123 (pathlib is slow to load)
            for line in lines:
                if line.startswith(field):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _data_size() -> int:
    """Return the writable private memory in bytes, as RLIMIT_DATA counts it."""
    return _status_bytes("VmData:")


def _peak() -> int:
    """Return the peak of resident memory in bytes; 0 if the system does not report it.

    On Linux ``ru_maxrss`` would not do: a new process inherits it from the one that started it.
    """
    if peak := _status_bytes("VmHWM:"):
        return peak
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
