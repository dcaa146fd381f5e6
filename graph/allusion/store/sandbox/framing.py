r"""Protocol between a worker and its owner: length-prefixed messages.

A message has four bytes of length, one byte of kind, and a body in JSON; that of TEXT is a number
of rows in four bytes, and their text. Terms are encoded as cells: ``"<iri"``, ``"_name"``,
``"\"text"``, ``[text, language]``, ``[text, "", datatype]`` or null. JSON is used instead of
pickle, because a query may have compromised the worker.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any, Final

#: Kinds of messages. QUERY comes from the owner, all others from the worker. COLUMNS and TRIPLES
#: begin a result, ROWS holds some rows or triples, END holds the reason of the end. TEXT holds some
#: rows in SPARQL JSON, for queries that ask for them.
QUERY: Final = 1
READY: Final = 2
BOOLEAN: Final = 3
COLUMNS: Final = 4
TRIPLES: Final = 5
ROWS: Final = 6
END: Final = 7
ERROR: Final = 8
TEXT: Final = 9

#: Exit code of a worker that exceeds its memory limit.
OUT_OF_MEMORY: Final = 77

_HEAD: Final = struct.Struct(">IB")
_COUNT: Final = struct.Struct(">I")
#: Size of the header of a message.
HEAD_BYTES: Final = _HEAD.size
_dumps: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def frame(kind: int, body: Any = None) -> bytes:
    """Encode one message."""
    data = _dumps(body).encode("utf-8")
    return _HEAD.pack(len(data), kind) + data


def text_frame(rows: int, text: bytes) -> bytes:
    """Encode a message with the text of some rows."""
    return _HEAD.pack(_COUNT.size + len(text), TEXT) + _COUNT.pack(rows) + text


class Frames:
    """Decoder of messages from the pieces in which they arrive."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, piece: bytes) -> Iterator[tuple[int, Any]]:
        """Add a piece, and yield the kind and body of each message that is now complete."""
        self._data += piece
        while len(self._data) >= _HEAD.size:
            length, kind = _HEAD.unpack_from(self._data)
            end = _HEAD.size + length
            if len(self._data) < end:
                return
            data = bytes(self._data[_HEAD.size : end])
            body: Any
            if kind == TEXT:
                body = _COUNT.unpack_from(data)[0], data[_COUNT.size :]
            else:
                body = json.loads(data)
            del self._data[:end]
            yield kind, body
