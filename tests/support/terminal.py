"""What a command said: in the process of the test, or on a terminal made for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple


class Done(NamedTuple):
    """The exit code, and what went to stdout and stderr."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]

#: Characters that control a terminal or the direction of text; line breaks and tabs are allowed.
RAW = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def pieces(terminal: IO[bytes]) -> Iterator[bytes]:
    """What is written on a terminal, as it comes, until its other end is closed."""
    while True:
        try:
            piece = terminal.read(4096)
        except OSError:  # Linux says so where others give nothing
            return
        if not piece:
            return
        yield piece
