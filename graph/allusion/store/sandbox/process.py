"""Control of a worker process: start, query, stop, kill. `store` keeps the time limit.

It is a new interpreter and not a fork. The engine has threads, and a fork of a process with
threads can wait forever for a lock that no thread holds.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from ...core.errors import StoreError
from ...core.vocabulary import PREFIXES
from ..default_graph import Dataset
from ..manifest import remedy
from .framing import END, ERROR, OUT_OF_MEMORY, QUERY, READY, Frames, frame

#: -I -S ignores the environment, the user site and .pth files. The owner sends the module path on
#: stdin, like all other settings.
_PROGRAM: Final = (
    "import sys, json; settings = json.loads(sys.stdin.buffer.readline()); "
    "sys.path[:] = settings['path']; from allusion.store.sandbox.{} import main; main(settings)"
)
_PACKAGES: Final = Path(__file__).parents[3]
_START_S: Final = 30.0
#: Bytes of one reception. A larger buffer would be mapped and unmapped for each short answer.
_RECEIVED: Final = 1 << 16
#: Longer than the time in which the worker itself ends a stopped query.
_GRACE_S: Final = 0.3
# Messages of Python, Rust and C++ on stderr after a failed memory allocation.
_OUT_OF_MEMORY: Final = (b"memory allocation of", b"bad_alloc", b"MemoryError", b"out of memory")


def program_of(module: str) -> str:
    """Return the text of the program that runs ``main`` of a module of this package."""
    return _PROGRAM.format(module)


def module_paths() -> list[str]:
    """Return the module path for a program; it has no empty entry.

    An empty entry of sys.path (as in a notebook) means the current directory, which can change.
    The folder of this package is therefore passed explicitly.
    """
    places = [place for place in sys.path if place] + [str(_PACKAGES)]
    return [str(Path(place).absolute()) for place in places]


class WorkerEnded(Exception):
    """The process ended before its result was complete.

    Attributes:
        out_of_memory: Whether it exceeded its memory limit.
    """

    def __init__(self, code: int | None, stderr_tail: bytes) -> None:
        self.out_of_memory = code in (OUT_OF_MEMORY, -getattr(signal, "SIGKILL", 9)) or any(
            words in stderr_tail for words in _OUT_OF_MEMORY
        )
        super().__init__(_exit_text(code))


def _exit_text(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"


class WorkerProcess:
    """Running worker for the store at ``path``; one query at a time.

    Args:
        path: A store on disk.
        network: Keep the network, for queries with SERVICE.
        watch: Let a thread limit the memory, and not the kernel.

    Raises:
        StoreError: If the process cannot be started.
    """

    def __init__(self, path: Path, *, network: bool, watch: bool) -> None:
        self.owner = os.getpid()
        self._path = path
        self.confinement: tuple[str, ...] = ()
        self._number = 0
        self._frames = Frames()
        self._arrived: deque[tuple[int, Any]] = deque()
        self._talk, theirs = socket.socketpair()
        settings = {
            "path": module_paths(),
            "store": str(path),
            "prefixes": PREFIXES,
            "network": network,
            "watch": watch,
            "line": theirs.fileno(),
        }
        try:
            self._process = subprocess.Popen(  # noqa: S603 (this interpreter, a fixed program)
                [sys.executable, "-I", "-S", "-c", program_of("worker")],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=() if sys.platform == "win32" else (theirs.fileno(),),
            )
            if sys.platform == "win32":
                import base64

                settings["line"] = base64.b64encode(theirs.share(self._process.pid)).decode()
            self._send(json.dumps(settings).encode() + b"\n")
        except OSError as error:
            self._talk.close()
            raise StoreError(f"no worker could be started for the query ({error})") from error
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        """The process ID."""
        return self._process.pid

    def fileno(self) -> int:
        """Return the descriptor on which messages arrive."""
        return self._talk.fileno()

    def wait_until_ready(self) -> None:
        """Wait until the store is open; this time does not count for a query.

        Raises:
            StoreError: If the worker does not start, or cannot open the store.
        """
        if self.confinement:
            return
        try:
            kind, body = self.next_frame(time.monotonic() + _START_S)
        except (WorkerEnded, TimeoutError) as error:
            self.kill()
            raise StoreError(f"the worker for queries did not start ({error})") from error
        if kind == ERROR:
            self.kill()
            raise StoreError(
                f"the store {self._path} cannot be opened ({body[1]}); {remedy(self._path.parent)}"
            )
        assert kind == READY
        self.confinement = tuple(body)

    def ask(
        self,
        sparql: str,
        max_rows: int,
        max_bytes: int,
        max_memory: int,
        base: str,
        dataset: Dataset,
        tags: Collection[str] | None,
    ) -> None:
        """Send a query.

        Raises:
            WorkerEnded: If the process has ended.
        """
        self._number += 1
        self._talk.settimeout(_START_S)
        try:
            self._talk.sendall(
                frame(
                    QUERY,
                    [
                        self._number,
                        sparql,
                        max_rows,
                        max_bytes,
                        max_memory,
                        base,
                        dataset,
                        None if tags is None else list(tags),
                    ],
                )
            )
        except OSError as error:
            raise self._worker_ended() from error

    def next_frame(self, until: float) -> tuple[int, Any]:
        """Return the kind and body of the next message.

        Args:
            until: Deadline on the clock of `time.monotonic`.

        Raises:
            TimeoutError: If the deadline passes.
            WorkerEnded: If the process has ended.
        """
        while not self._arrived:
            self._talk.settimeout(max(until - time.monotonic(), 0.000_001))
            try:
                piece = self._talk.recv(1 << 18)
            except TimeoutError:
                raise
            except OSError as error:
                raise self._worker_ended() from error
            if not piece:
                raise self._worker_ended()
            self._arrived.extend(self._frames.feed(piece))
        return self._arrived.popleft()

    def receive(self) -> bool:
        """Receive what has arrived, without waiting, and return whether a result has ended."""
        self._talk.settimeout(0)
        with contextlib.suppress(OSError):  # `next_frame` reports an error
            self._arrived.extend(self._frames.feed(self._talk.recv(_RECEIVED)))
        return bool(self._arrived) and self._arrived[-1][0] == END

    def stop(self) -> float:
        """Stop the current query, and return the deadline for its last message."""
        self._send(self._number.to_bytes(4, "big"))
        return time.monotonic() + _GRACE_S

    @property
    def is_running(self) -> bool:
        """Whether the process is running."""
        return self._process.poll() is None

    def kill(self) -> None:
        """Kill the process, and close all its resources."""
        if self.owner != os.getpid():
            self.forget()
            return
        self._process.kill()
        self._process.wait()
        self._close()

    def forget(self) -> None:
        """Close the connection in a fork of the owner, which does not own the worker."""
        self._process.returncode = 0
        self._close()

    def _close(self) -> None:
        self._talk.close()
        for stream in (self._process.stdin, self._process.stderr):
            with contextlib.suppress(OSError):
                if stream:
                    stream.close()

    def _send(self, data: bytes) -> None:
        stream = self._process.stdin
        assert stream is not None
        with contextlib.suppress(OSError):  # it has ended: the next read reports that
            stream.write(data)
            stream.flush()

    def _worker_ended(self) -> WorkerEnded:
        """Return the cause of the end; a killed process can take a moment to end."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE_S)
        code = self._process.poll()
        if code is None:
            self._process.kill()
            self._process.wait()
        stderr = self._process.stderr
        stderr_tail = stderr.read() if stderr and not stderr.closed else b""
        self._close()
        return WorkerEnded(code, stderr_tail)
