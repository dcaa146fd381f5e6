"""Limits for one ad hoc query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..core.errors import ParameterError
from ..core.text import count_text

_UNITS: Final = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
#: Minimum of every timeout: clocks of the system count in milliseconds.
MIN_TIMEOUT_S: Final = 0.001
#: Maximum of every timeout: a 32-bit number of milliseconds cannot hold much more.
MAX_TIMEOUT_S: Final = 1_000_000
#: Minimum of a memory limit. The memory of an idle process varies by some megabytes.
MIN_MEMORY: Final = 16 << 20
#: Maximum of the other limits: limits of the kernel are 64-bit integers.
_MAX_LIMIT: Final = 1 << 60


class _Limits(NamedTuple):
    #: Seconds that the user may wait for the engine.
    timeout: float = 10.0
    #: Rows or triples.
    max_rows: int = 1_000_000
    #: Bytes of memory that the engine may use in addition to the opened store.
    max_memory: int = 1 << 30
    #: Bytes of the result. Embedded engine: bytes of its rows in JSON (`store.sandbox.framing`).
    #: Endpoint: bytes of the response body; a larger body is an error.
    max_bytes: int = 128 << 20
    #: Characters of the query.
    max_length: int = 100_000
    #: Nesting depth of brackets in the text; brackets in strings and comments count too.
    max_depth: int = 100
    #: Operators, UNION, OPTIONAL and similar: the parser of the engine recurses over chains.
    max_operators: int = 1_000


class Limits(_Limits):
    """Limits for one ad hoc query.

    The first four stop a running query; its partial result is kept. The others reject a query
    before it runs.

    Raises:
        ParameterError: If a limit is below its minimum (1; ``MIN_TIMEOUT_S``, ``MIN_MEMORY``),
            or not an integer (``timeout`` may be a float).
    """

    __slots__ = ()

    if not TYPE_CHECKING:  # the parameters are those of the base class

        def __new__(cls, *values: Any, **named: Any) -> Limits:
            """Return valid limits."""
            made = super().__new__(cls, *values, **named)
            for name, value in zip(made._fields, made, strict=True):
                _check(name, value)
            return made

    def replace(self, **changes: Any) -> Limits:
        """Return these limits with changes; a value of None changes nothing.

        Raises:
            ParameterError: If a name is not the name of a limit, or a value is out of range.

        >>> Limits().replace(timeout=2, max_rows=None).timeout
        2
        """
        for name in changes:
            if name not in self._fields:
                known = ", ".join(self._fields)
                raise ParameterError(f"there is no limit {name!r}; allowed: {known}")
        given = {name: value for name, value in changes.items() if value is not None}
        return Limits(**(self._asdict() | given))


def _check(name: str, value: Any) -> None:
    if name == "timeout":
        check_seconds(value, name)
    elif name == "max_memory":
        check_memory(value, name)
    elif isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _MAX_LIMIT:
        raise ParameterError(
            f"{name} is {value!r}; it must be a whole number from 1 to {_MAX_LIMIT:,}"
        )


def check_seconds(value: float, name: str) -> float:
    """Return ``value`` if it is a valid timeout in seconds.

    Args:
        value: Must be from `MIN_TIMEOUT_S` to `MAX_TIMEOUT_S`.
        name: Name of the timeout, for the message.

    Raises:
        ParameterError: If ``value`` is out of range, NaN or not a number.
    """
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (number and MIN_TIMEOUT_S <= value <= MAX_TIMEOUT_S):
        raise ParameterError(
            f"{name} is {value!r}; it must be a number of seconds from {MIN_TIMEOUT_S} to "
            f"{MAX_TIMEOUT_S:,}"
        )
    return value


def check_memory(value: int, name: str) -> int:
    """Return ``value`` if it is a valid memory limit in bytes.

    Args:
        value: Must be a whole number from `MIN_MEMORY` to 1 EB.
        name: Name of the limit, for the message.

    Raises:
        ParameterError: If ``value`` is out of range or not a whole number.
    """
    number = isinstance(value, int) and not isinstance(value, bool)
    if not (number and MIN_MEMORY <= value <= _MAX_LIMIT):
        shown = size_of(value) if number and value > 0 else repr(value)
        raise ParameterError(
            f"{name} is {shown}; the smallest value is {MIN_MEMORY >> 20}M, and the largest "
            f"{_MAX_LIMIT >> 30:,}G"
        )
    return value


#: The default limits.
DEFAULTS: Final = Limits()


def bytes_of(text: str) -> int:
    """Parse a size: a number of bytes, or a number with the unit K, M or G.

    Raises:
        ParameterError: If ``text`` is not a positive size.

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
    """Format a number of bytes with a unit.

    >>> size_of(512 << 20), size_of(1 << 30), size_of(100)
    ('512 MB', '1 GB', '100 bytes')
    """
    for unit, word in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")):
        if number >= unit:
            return f"{number / unit:.3g} {word}"
    return count_text(number, "byte", "bytes")
