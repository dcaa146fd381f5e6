"""Signals and limits of a command while the engine runs.

The engine cannot be interrupted, and Python handles a signal only between two of its own
instructions. But the engine lets other threads run. So a thread checks twenty times a second:

- If Python has not handled a signal after a short time, the thread ends the process.
- If a query yields no row for too long, or uses too much memory, the thread ends the process.
  For a canned query, the cause is a damaged store or a fault of the engine. SPARQL of the user
  runs in a separate process (`allusion.store.sandbox`).

Before the thread ends the process, it removes unfinished files.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
import time
from types import FrameType
from typing import Final

from ..core.errors import ParameterError, QueryStopped

#: Environment variables that raise the limits: seconds, and a size such as 4G.
TIMEOUT: Final = "ALLUSION_TIMEOUT"
MAX_MEMORY: Final = "ALLUSION_MAX_MEMORY"

_TICK_S: Final = 0.05
#: Time for Python to handle a signal before the thread ends the process.
_GRACE_S: Final = 0.5
_SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP")
# The limits are those of one query of the sandbox. They grow with the number of quads.
_QUADS: Final = 1_000_000
_BYTES_PER_QUAD: Final = 2_048


def start() -> None:
    """Start to watch this process. Call it from the main thread of the command line.

    Raises:
        ParameterError: An environment variable has no valid limit.
    """
    watchdog = Watchdog()
    with contextlib.suppress(ValueError):  # not the main thread
        watchdog.catch_signals()
    threading.Thread(target=watchdog.run, name="watchdog", daemon=True).start()


class Watchdog:
    """Handlers of signals, and the function of the thread that watches the process."""

    def __init__(self) -> None:
        self.timeout_s, self.max_memory = _limits()
        self._handled: set[int] = set()
        self._signals = -1

    def catch_signals(self) -> None:
        """Install handlers that unwind the command, so that it removes unfinished files.

        Raises:
            ValueError: This is not the main thread.
        """
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is None or signal.getsignal(number) is signal.SIG_IGN:  # nohup, or in `&`
                continue
            signal.signal(number, self._exit_on_signal)
        if os.name == "posix":
            self._signals, write = os.pipe()
            os.set_blocking(write, False)
            signal.set_wakeup_fd(write, warn_on_full_buffer=False)

    def _exit_on_signal(self, number: int, frame: FrameType | None) -> None:
        self._handled.add(number)
        if number == signal.SIGINT:
            signal.default_int_handler(number, frame)
        raise SystemExit(128 + number)

    def run(self) -> None:
        """Check signals and limits in an endless loop."""
        stalled_s, steps, idle = 0.0, -1, _resident_bytes()
        while True:
            for number in self._wait():
                self._end_if_not_handled(number)
            engine = getattr(sys.modules.get("allusion.store.oxigraph"), "ENGINE", None)
            if engine is None:
                continue
            # Count ticks, because the time of a suspended process does not count.
            same = engine.steps == steps
            steps = engine.steps
            stalled_s = stalled_s + _TICK_S if same and steps % 2 else 0.0
            resident = _resident_bytes()
            if same and not steps % 2:
                idle = resident
            timeout_s = self.timeout_s * max(1.0, engine.quads / _QUADS)
            if stalled_s > timeout_s:
                engine.require_full_check()
                _end_process(
                    f"stopped: the engine found nothing for {timeout_s:g} s. To allow more: "
                    f"{TIMEOUT}=SECONDS. If the store may be damaged: allusion check --store"
                )
            if resident - idle > self.max_memory + _BYTES_PER_QUAD * engine.quads:
                engine.require_full_check()
                _end_process(
                    f"stopped: the engine took {(resident - idle) >> 20:,} MB. To allow more: "
                    f"{MAX_MEMORY}=SIZE. If the store may be damaged: allusion check --store"
                )

    def _wait(self) -> bytes:
        """Wait for a tick or for signals; return the numbers of the signals."""
        if self._signals < 0:
            time.sleep(_TICK_S)
        elif select.select([self._signals], [], [], _TICK_S)[0]:
            return os.read(self._signals, 64)
        return b""

    def _end_if_not_handled(self, number: int) -> None:
        if signal.getsignal(number) != self._exit_on_signal:
            return  # the command has a handler of its own, such as that of a server
        until = time.monotonic() + _GRACE_S
        while time.monotonic() < until:
            if number in self._handled:
                self._handled.discard(number)
                return
            time.sleep(_TICK_S / 10)
        _remove_unfinished()
        os._exit(128 + number)


def _limits() -> tuple[float, int]:
    from ..sparql.limits import DEFAULTS, bytes_of, check_memory, check_seconds

    timeout, memory = os.environ.get(TIMEOUT), os.environ.get(MAX_MEMORY)
    try:
        seconds = check_seconds(float(timeout), TIMEOUT) if timeout else DEFAULTS.timeout
    except ValueError as error:
        if isinstance(error, ParameterError):
            raise
        raise ParameterError(f"{TIMEOUT} is {timeout!r}; it must be a number of seconds") from error
    return seconds, check_memory(bytes_of(memory), MAX_MEMORY) if memory else DEFAULTS.max_memory


def _end_process(message: str) -> None:
    _remove_unfinished()
    with contextlib.suppress(OSError):
        os.write(2, f"allusion: {message}\n".encode())
    os._exit(QueryStopped.exit_code)


def _remove_unfinished() -> None:
    """Remove unfinished files; there are none until their module is imported."""
    module = sys.modules.get("allusion.core.unfinished_files")
    if remove := getattr(module, "remove_unfinished", None):
        remove()


def _resident_bytes() -> int:
    """Return the bytes of memory in use, or their peak if only that is known."""
    try:
        with open("/proc/self/statm", "rb") as numbers:  # noqa: PTH123 (twenty times a second)
            return int(numbers.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
