"""Program of a worker: open a store, then run queries until its owner ends."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from time import monotonic
from typing import Any, Final

import pyoxigraph as ox

from ..default_graph import Dataset, query_dataset
from .confinement import confine
from .framing import (
    BOOLEAN,
    COLUMNS,
    END,
    ERROR,
    HEAD_BYTES,
    OUT_OF_MEMORY,
    QUERY,
    READY,
    ROWS,
    TRIPLES,
    Frames,
    frame,
    text_frame,
)
from .json_rows import JsonRows
from .memory_limit import MemoryLimit

#: Rows are sent after CHUNK_ROWS rows, or CHUNK_S seconds after the previous ones.
CHUNK_ROWS: Final = 512
CHUNK_S: Final = 0.005
#: Seconds that a stopped query has to end before the process ends itself.
GRACE_S: Final = 0.05
#: A worker with more additional memory than this ends after its query.
MAX_REUSE_BYTES: Final = 256 * 1024 * 1024
#: Seconds in which no query takes so much memory. The peak, whose reading takes longer than many a
#: query, is read after longer ones only.
_SHORT_S: Final = 0.01
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"


def main(settings: dict[str, Any]) -> None:
    """Run the worker; does not return."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the owner handles Ctrl-C
    channel = _open_channel(settings)
    done = confine(network=settings["network"])
    try:
        store = ox.Store.read_only(settings["store"])
    except (OSError, ValueError, RuntimeError) as error:
        channel.sendall(frame(ERROR, ["open", str(error)]))
        os._exit(0)
    worker = Worker(store, channel, settings["prefixes"], MemoryLimit(watch=settings["watch"]))
    channel.sendall(frame(READY, [*done, str(worker.memory)]))
    worker.run()


def _open_channel(settings: dict[str, Any]) -> socket.socket:
    if sys.platform == "win32":
        import base64

        return socket.fromshare(base64.b64decode(settings["line"]))
    return socket.socket(fileno=settings["line"])


class Worker:
    """Runs queries one after another; a second thread only receives stop requests."""

    def __init__(
        self, store: ox.Store, channel: socket.socket, prefixes: dict[str, str], memory: MemoryLimit
    ) -> None:
        self.memory = memory
        self._store = store
        self._channel = channel
        self._prefixes = prefixes
        #: Numbers of the current query, and of the last query that the owner has stopped.
        self._number = self._stopped = 0
        self._done = threading.Event()
        # Shared by the two threads: the head of the result, the rows not yet sent, and the number
        # of bytes that remain for rows.
        self._sending = threading.Lock()
        self._head = b""
        self._unsent: list[Any] = []
        self._bytes_left = 0
        #: Encoder of rows in SPARQL JSON; None sends cells.
        self._json: JsonRows | None = None

    def run(self) -> None:
        """Run queries until the owner closes the connection."""
        threading.Thread(target=self._listen, daemon=True).start()
        if not self.memory.by_kernel:
            threading.Thread(target=self.memory.watch, args=(OUT_OF_MEMORY,), daemon=True).start()
        frames = Frames()
        while piece := self._channel.recv(65536):
            for kind, request in frames.feed(piece):
                if kind == QUERY:
                    self._answer(*request)
        os._exit(0)

    def _listen(self) -> None:
        """Stop the query whose number the owner sends; exit when the owner ends.

        The engine lets other threads run, so the request arrives at once, but a query checks for it
        only at its next row. If the query does not end in time, this thread sends the rows found so
        far and ends the process.
        """
        while len(data := sys.stdin.buffer.read(4)) == 4:
            self._stopped = number = int.from_bytes(data, "big")
            if number != self._number or self._done.wait(GRACE_S):
                continue
            with self._sending:
                if number == self._number and not self._done.is_set():
                    piece, _ = self._unsent_frames()
                    self._channel.sendall(piece + frame(END, ["stopped", True]))
                    os._exit(0)
        os._exit(0)

    def _answer(
        self,
        number: int,
        sparql: str,
        max_rows: int,
        max_bytes: int,
        max_memory: int,
        base: str = "",
        dataset: Sequence[Any] = (),
        tags: list[str] | None = None,
    ) -> None:
        self._done.clear()
        self._number = number
        self._bytes_left = max_bytes
        self.memory.allow(max_memory)
        began = monotonic()
        try:
            reason = self._find(sparql, max_rows, base, Dataset(*dataset), tags)
            is_long = monotonic() - began > _SHORT_S
            end, body = END, [reason, is_long and self.memory.grown_bytes > MAX_REUSE_BYTES]
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except (SyntaxError, OSError, ValueError, RuntimeError) as error:
            kinds = (SyntaxError, OSError, ValueError, RuntimeError)
            kind = next(kind for kind in kinds if isinstance(error, kind))
            end, body = ERROR, [kind.__name__, str(error)]
        except BaseException as error:  # a panic of the engine is not an Exception
            self._channel.sendall(frame(ERROR, ["panic", str(error)]))
            os._exit(0)
        with self._sending:
            self._done.set()
            piece, whole = self._unsent_frames()
            if end == END and not whole:
                body[0] = "max_bytes"
            self._channel.sendall(piece + frame(end, body))

    def _find(
        self,
        sparql: str,
        max_rows: int,
        base: str,
        dataset: Dataset,
        tags: list[str] | None,
    ) -> str:
        """Send the result except its last part.

        Returns:
            Why it is incomplete, or "".
        """
        self._json = None
        found = query_dataset(
            self._store, sparql, dataset, base_iri=base or None, prefixes=self._prefixes_in(sparql)
        )
        if isinstance(found, ox.QueryBoolean):
            self._head = frame(BOOLEAN, bool(found))
            return ""
        return self._read(found, max_rows, tags)

    def _prefixes_in(self, sparql: str) -> dict[str, str]:
        """Return the prefixes that a query can use, because the engine parses each of them."""
        if "\\" in sparql:  # an escape can be part of a name
            return self._prefixes
        return {name: iri for name, iri in self._prefixes.items() if f"{name}:" in sparql}

    def _read(
        self, found: ox.QuerySolutions | ox.QueryTriples, max_rows: int, tags: list[str] | None
    ) -> str:
        """Send rows or triples except the last part, and return why they are incomplete."""
        if isinstance(found, ox.QueryTriples):
            self._head = frame(TRIPLES)
        else:
            columns = [variable.value for variable in found.variables]
            self._head = frame(COLUMNS, columns)
            if tags is not None:
                self._json = JsonRows(columns, tags)
        encode: Callable[[Any], Any] = self._json.row if self._json else _cells
        count, due = 0, monotonic() + CHUNK_S
        for row in found:
            if self._stopped == self._number:
                return "stopped"
            if count == max_rows:
                return "max_rows"
            # No lock is needed: append is atomic, and the sender takes the whole list.
            self._unsent.append(encode(row))
            count += 1
            if count % CHUNK_ROWS and monotonic() < due:
                continue
            with self._sending:
                piece, whole = self._unsent_frames()
                self._channel.sendall(piece)
            if not whole:
                return "max_bytes"
            due = monotonic() + CHUNK_S
        return ""

    def _unsent_frames(self) -> tuple[bytes, bool]:
        """Encode the rows not yet sent, and count them as sent.

        The size of a row includes its separator, so the limit does not depend on the division into
        messages.

        Returns:
            The messages up to the limit of bytes, and whether they contain all rows.
        """
        head, rows = self._head, self._unsent
        self._head, self._unsent = b"", []
        if not rows:
            return head, True
        if self._json:
            text, count, whole = self._json.take(rows, self._bytes_left)
            self._bytes_left -= len(text)
            return head + (text_frame(count, text) if count else b""), whole
        piece = frame(ROWS, rows)
        size = len(piece) - HEAD_BYTES - 1
        if size <= self._bytes_left:
            self._bytes_left -= size
            return head + piece, True
        sizes = accumulate(len(frame(ROWS, row)) - HEAD_BYTES + 1 for row in rows)
        rows = rows[: bisect_right(list(sizes), self._bytes_left)]
        self._bytes_left = 0
        return head + (frame(ROWS, rows) if rows else b""), False


def _cells(row: Any) -> list[Any]:
    return [_cell(term) for term in row]


def _cell(term: Any) -> Any:
    """Encode a term as a cell; see `allusion.store.sandbox.framing`."""
    if isinstance(term, ox.NamedNode):
        return f"<{term.value}"
    if isinstance(term, ox.Literal):
        if language := term.language:
            return [term.value, language]
        datatype = term.datatype.value
        return f'"{term.value}' if datatype == _STRING else [term.value, "", datatype]
    if isinstance(term, ox.BlankNode):
        return f"_{term.value}"
    if term is None:
        return None
    raise ValueError("triple terms (RDF 1.2) are not supported")
