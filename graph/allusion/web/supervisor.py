"""Several processes of the server that accept connections from one socket."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from ..core.errors import ParameterError, StoreError
from .options import ServerOptions
from .server import address_of, bind

#: Seconds between two looks at the processes.
_LOOK_S: Final = 0.2
_END_S: Final = 10.0


def supervise(
    command: Sequence[str], options: ServerOptions, started: Callable[[str], None]
) -> None:
    """Run processes of the server until SIGINT or SIGTERM.

    Args:
        command: Starts one process; ``--fd NUMBER`` is added. It writes a line to standard output
            when it accepts connections.
        options: Address to bind, and the number of processes.
        started: Called with the address when all processes accept connections.

    Raises:
        ParameterError: If the address cannot be bound, or the system is Windows.
        StoreError: If a process ends by itself; the others are stopped then.
    """
    if os.name != "posix":
        raise ParameterError("--processes needs a system with POSIX sockets; leave it out")
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with bind(options) as listener:
        children = [
            subprocess.Popen(  # noqa: S603 (this program again)
                [*command, "--fd", str(listener.fileno())],
                stdin=subprocess.PIPE,  # its end tells the process that this one has ended
                stdout=subprocess.PIPE,
                pass_fds=(listener.fileno(),),
                start_new_session=True,  # Ctrl-C reaches only this process
            )
            for _ in range(options.processes)
        ]
        try:
            for child in children:
                assert child.stdout is not None
                child.stdout.readline()
            if not stopping and all(child.poll() is None for child in children):
                started(address_of(options, listener))
            while not stopping and all(child.poll() is None for child in children):
                time.sleep(_LOOK_S)
        finally:
            _end(children)
    if not stopping:
        raise StoreError("a process of the server ended by itself; its log says why")


def end_with_owner() -> None:
    """Stop this process with SIGTERM when the process that started it has ended."""

    def wait() -> None:
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_END_S)
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                stream.close()
