"""Servers on loopback that nobody here wrote, for tests and benchmarks."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from configparser import ConfigParser
from contextlib import contextmanager
from io import StringIO
from pathlib import Path


def free_port() -> int:
    """A port on loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[str], port: int, folder: Path) -> Iterator[None]:
    """A server, started in ``folder``, from when it listens at ``port``; ended by its own id.

    :raises RuntimeError: if it ends by itself or does not listen within 60 s.
    """
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 60
        while not _listens(port):
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended by itself")
            if time.monotonic() > until:
                raise RuntimeError(f"{command[0]} does not listen after 60 s")
            time.sleep(0.025)
        yield
    finally:
        process.kill()
        process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def virtuoso_ini(
    *, sql: int, http: int, parameters: Mapping[str, object], sparql: Mapping[str, object]
) -> str:
    """The settings of a Virtuoso with files and ports of its own.

    ``sql`` and ``http`` are ports. ``parameters`` and ``sparql`` go into the sections of these
    names: what bears upon memory, and upon answers.
    """
    made = ConfigParser(interpolation=None)
    made.optionxform = str  # type: ignore[assignment, method-assign]  # names keep their case
    made["Database"] = {
        "DatabaseFile": "virtuoso.db",
        "ErrorLogFile": "virtuoso.log",
        "LockFile": "virtuoso.lck",
        "TransactionFile": "virtuoso.trx",
        "xa_persistent_file": "virtuoso.pxa",
    }
    made["TempDatabase"] = {
        "DatabaseFile": "virtuoso-temp.db",
        "TransactionFile": "virtuoso-temp.trx",
    }
    made["Parameters"] = {
        "ServerPort": f"127.0.0.1:{sql}",
        "DisableUnixSocket": "1",
        "DirsAllowed": ".",
        **{name: str(value) for name, value in parameters.items()},
    }
    made["HTTPServer"] = {
        "ServerPort": f"127.0.0.1:{http}",
        "ServerRoot": ".",
        "ServerThreads": "10",
    }
    made["SPARQL"] = {name: str(value) for name, value in sparql.items()}
    text = StringIO()
    made.write(text)
    return text.getvalue()
