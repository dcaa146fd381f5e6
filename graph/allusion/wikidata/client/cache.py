"""Persistent cache of responses, with a pause and a lock for each host.

One SQLite file holds the responses; each batch is one transaction, so an interrupted run
leaves only whole batches. The file also records the end of a pause that a host requires. A lock
for each host is held during a request, so that concurrent processes take turns; the
operating system releases it if a process ends. diskcache is not used, because it adds pickles
and eviction to the same SQLite.
"""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from ...core.errors import NetworkError, StoreError
from ...core.resources import home

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, read_at REAL NOT NULL, body BLOB NOT NULL)
WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pause (host TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
"""
_MAX_VARIABLES: Final = 500  # in one SQL statement


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A JSON value and the time of its retrieval, in seconds since 1970."""

    value: Any
    read_at: float


class ResponseCache:
    """Cache of JSON values by key in ``folder`` (default: below `home`).

    Raises:
        StoreError: If the folder is not writable or the file is damaged.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or home() / "wikidata" / "cache"
        self.path = self.folder / "answers.sqlite"
        with self._open():
            pass

    def get(self, keys: Collection[str]) -> dict[str, CachedResponse]:
        """Return the cached responses among ``keys``."""
        remaining, found = list(keys), {}
        with self._open() as connection:
            for start in range(0, len(remaining), _MAX_VARIABLES):
                part = remaining[start : start + _MAX_VARIABLES]
                marks = ",".join("?" * len(part))
                for key, read_at, body in connection.execute(
                    f"SELECT key, read_at, body FROM answer WHERE key IN ({marks})",  # noqa: S608
                    part,
                ):
                    found[key] = CachedResponse(json.loads(zlib.decompress(body)), read_at)
        return found

    def put(self, answers: Mapping[str, Any]) -> float:
        """Store the values in one transaction; return the time in seconds since 1970."""
        now = time.time()
        rows = [
            (key, now, zlib.compress(json.dumps(value, ensure_ascii=False).encode()))
            for key, value in answers.items()
        ]
        with self._open() as connection:
            connection.executemany("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", rows)
        return now

    def record_pause(self, host: str, seconds: float) -> None:
        """Record that ``host`` requested a pause of this length, from now on."""
        with self._open() as connection:
            connection.execute(
                "INSERT INTO pause VALUES (?, ?) ON CONFLICT (host) "
                "DO UPDATE SET until = max(until, excluded.until)",
                (host, time.time() + seconds),
            )

    def pause_remaining_s(self, host: str) -> float:
        """Return the remaining pause of ``host`` in seconds; 0 if there is none."""
        with self._open() as connection:
            row = connection.execute("SELECT until FROM pause WHERE host = ?", (host,)).fetchone()
        return max(0.0, row[0] - time.time()) if row else 0.0

    @contextmanager
    def host_lock(self, host: str, timeout_s: float) -> Iterator[None]:
        """Hold the lock of ``host`` among all processes that use this folder.

        Raises:
            NetworkError: If another process holds it longer than ``timeout_s``.
        """
        path = self.folder / f"turn-{quote(host, safe='')}.sqlite"
        try:
            connection = sqlite3.connect(path, timeout=timeout_s, isolation_level=None)
        except sqlite3.Error as error:
            raise _cache_error(path, error) from error
        with closing(connection):
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.Error as error:
                if _result_code(error) != sqlite3.SQLITE_BUSY:
                    raise _cache_error(path, error) from error
                raise NetworkError(
                    f"another process sends requests to {host}, which gets one at a time; "
                    "wait until it has finished"
                ) from error
            yield

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open a connection that commits at the end of the block."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=30)) as connection, connection:
                connection.executescript(_SCHEMA)
                yield connection
        except (sqlite3.Error, zlib.error, ValueError) as error:
            raise _cache_error(self.path, error) from error
        except OSError as error:
            if isinstance(error, StoreError):
                raise
            raise StoreError(
                f"{self.folder} cannot be written: {error.strerror or error}"
            ) from error


#: Errors of the disk, the folder or another process; the file is not damaged.
_NOT_DAMAGED: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
}


def _result_code(error: Exception) -> int:
    """Return SQLite's primary result code; 0 for another error.

    Source: https://www.sqlite.org/rescode.html
    """
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _cache_error(path: Path, error: Exception) -> StoreError:
    if _result_code(error) in _NOT_DAMAGED:
        return StoreError(
            f"{path} cannot be read or written now: {error}; the cached responses are kept"
        )
    return StoreError(
        f"{path} cannot be used ({error}); it has only cached responses: delete it and run again"
    )
