"""The part of the heap that the garbage collector skips: the state of the graph.

The state has many objects that live until it is replaced. Without them the collector looks
only at what requests leave, so that it runs often enough.
"""

from __future__ import annotations

import asyncio
import gc
from typing import Final

#: Seconds after which the first pages of a state have been made.
_WARM_UP_S: Final = 5.0
_timer: asyncio.TimerHandle | None = None


def freeze_soon() -> None:
    """Freeze the heap of the process when the first pages are made."""
    global _timer
    if _timer is not None:
        _timer.cancel()
    _timer = asyncio.get_running_loop().call_later(_WARM_UP_S, _freeze)


def replace_frozen() -> None:
    """Let the replaced state be collected, and freeze the new one soon."""
    gc.unfreeze()
    freeze_soon()


def _freeze() -> None:
    gc.collect()  # what is frozen is never collected
    gc.freeze()
    gc.collect()  # full collections then depend on the few objects that are left
