r"""What a worker and its owner say to each other: short messages, each with its length.

One message is four bytes of length, one of kind, and a body in JSON. Terms travel as
cells: ``"<iri"``, ``"_name"``, ``"\"text"``, ``[text, language]``, ``[text, "", datatype]``
or null. JSON and not pickle, because a worker may have been overrun by what it was asked.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any, Final

#: From the owner: a query. From the worker: it is ready; a yes or no; the columns of rows
#: to come; triples to come; some rows or triples; the end, and why; an error.
QUERY: Final = 1
READY: Final = 2
YES_NO: Final = 3
COLUMNS: Final = 4
TRIPLES: Final = 5
ROWS: Final = 6
END: Final = 7
ERROR: Final = 8

#: Exit code of a worker that found itself with more memory than it may have.
OUT_OF_MEMORY: Final = 77

_HEAD: Final = struct.Struct(">IB")
#: So much of a message is not its body.
HEAD_BYTES: Final = _HEAD.size
_dumps: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def frame(kind: int, body: Any = None) -> bytes:
    """One message, ready to send."""
    data = _dumps(body).encode("utf-8")
    return _HEAD.pack(len(data), kind) + data


class Frames:
    """Messages out of the pieces in which they arrive."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, piece: bytes) -> Iterator[tuple[int, Any]]:
        """Take in a piece; the messages that are now whole, as kind and body."""
        self._data += piece
        while len(self._data) >= _HEAD.size:
            length, kind = _HEAD.unpack_from(self._data)
            end = _HEAD.size + length
            if len(self._data) < end:
                return
            body = json.loads(bytes(self._data[_HEAD.size : end]))
            del self._data[:end]
            yield kind, body
