"""Processes that a test watches from outside."""

from __future__ import annotations

import os
import time


def is_gone(pid: int, within_s: float = 5) -> bool:
    """Whether there is no such process any more, not even a zombie that nobody fetched."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False
