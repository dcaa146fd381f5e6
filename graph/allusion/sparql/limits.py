"""How much one ad hoc query may take, in one place."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

from ..core.errors import ParameterError

_UNITS: Final = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
#: The longest that anything waits: what counts milliseconds in 32 bits goes no further.
LONGEST_S: Final = 1_000_000
#: The most of anything else: the kernel's own limits are whole numbers of 64 bits.
_MOST: Final = 1 << 60


@dataclass(frozen=True, slots=True)
class Limits:
    """What one ad hoc query may take; a query that wants more is stopped or refused.

    The first four stop a query that runs, and what had been found can be had; the others
    refuse it before it starts.

    :raises ParameterError: if one of them is not a positive number, or not a whole one where
        it counts something.
    """

    #: Seconds that the engine may keep its user waiting.
    timeout: float = 10.0
    #: Rows, or triples.
    max_rows: int = 1_000_000
    #: Bytes of memory that the engine may take on top of the opened store.
    max_memory: int = 1 << 30
    #: Bytes of the answer: of its rows as the worker writes them in JSON (`worker.frames`), or of
    #: all that an endpoint sends, which is whole or an error.
    max_bytes: int = 128 << 20
    #: Characters of the query.
    max_length: int = 100_000
    #: Nesting of brackets, counted in the text as it stands, strings included.
    max_depth: int = 100
    #: Operators, UNIONs and the like: the engine's parser recurses over chains of them.
    max_operators: int = 1_000

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if field.name == "timeout":
                check_seconds(value, field.name)
            elif isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _MOST:
                raise ParameterError(
                    f"{field.name} is {value!r}; it is a whole number from 1 to {_MOST:,}"
                )

    def but(self, **changes: Any) -> Limits:
        """These limits with some of them changed; None changes nothing.

        :raises ParameterError: if a name is not that of a limit, or a value is no good.

        >>> Limits().but(timeout=2, max_rows=None).timeout
        2
        """
        known = [field.name for field in dataclasses.fields(self)]
        for name in changes:
            if name not in known:
                raise ParameterError(f"there is no limit {name!r}; there are: {', '.join(known)}")
        return dataclasses.replace(self, **{k: v for k, v in changes.items() if v is not None})


def check_seconds(value: float, name: str) -> float:
    """``value``, which may limit a wait.

    :raises ParameterError: if it is not above 0, or longer than `LONGEST_S`; also if it is
        no number at all, as NaN is.
    """
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (number and 0 < value <= LONGEST_S):
        raise ParameterError(
            f"{name} is {value!r}; it is a number of seconds above 0 and up to {LONGEST_S:,}"
        )
    return value


#: The limits where nobody sets others.
DEFAULTS: Final = Limits()


def bytes_of(text: str) -> int:
    """A size as people write it: bytes, or with K, M or G.

    :raises ParameterError: if it is not a size.

    >>> bytes_of("512M")
    536870912
    """
    number = text.strip().lower().removesuffix("b")
    unit = _UNITS.get(number[-1:], 1)
    try:
        size = int(float(number if unit == 1 else number[:-1]) * unit)
    except (ValueError, OverflowError):
        size = 0
    if size <= 0:
        raise ParameterError(f"{text!r} is not a size; write it like 512M or 2G")
    return size


def size_of(number: int) -> str:
    """A number of bytes as people write it.

    >>> size_of(512 << 20), size_of(1 << 30), size_of(100)
    ('512 MB', '1 GB', '100 bytes')
    """
    for unit, word in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")):
        if number >= unit:
            return f"{number / unit:.3g} {word}"
    return f"{number} bytes"
