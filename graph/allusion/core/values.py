"""Lexical forms of XML Schema datatypes, and their values in Python.

Separate from `allusion.core.terms`, because most commands only print lexical forms.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from .vocabulary import PREFIXES

if TYPE_CHECKING:
    from decimal import Decimal

_XSD: Final = PREFIXES["xsd"]
# Derived integer types, with minimum and maximum value; None means no limit.
_INTEGERS: Final[dict[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
# Lexical forms of XML Schema 1.1 part 2. The parsers of Python accept more: "1_000", "１９９４",
# "20240714". They also drop the digits of a second after the sixth.
_YEAR: Final = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_YEAR_AT_START: Final = re.compile(rf"{_YEAR}(?![0-9])")
_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DOUBLE: Final = re.compile(rf"{_DECIMAL.pattern}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(
    r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6}0*)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_MOMENT: Final = re.compile(rf"{_DATE.pattern}T{_TIME.pattern}")

PythonValue: TypeAlias = "bool | int | float | Decimal | dt.date | dt.datetime | dt.time | str"
"""Types of the results of `Literal.to_python`."""


def _checked_reader(
    form: re.Pattern[str], read: Callable[[str], PythonValue]
) -> Callable[[str], PythonValue]:
    def checked(text: str) -> PythonValue:
        if not form.fullmatch(text):
            raise ValueError(text)
        return read(text)

    return checked


def _integer(least: int | None, most: int | None) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text)
        if (least is not None and value < least) or (most is not None and value > most):
            raise ValueError(text)
        return value

    return read


def _decimal(text: str) -> Decimal:
    from decimal import Decimal

    return Decimal(text)


def _boolean(text: str) -> bool:
    if text not in {"true", "false", "1", "0"}:
        raise ValueError(text)
    return text in {"true", "1"}


#: Datatype -> parser of its lexical forms. Other datatypes stay text.
READERS: Final[dict[str, Callable[[str], PythonValue]]] = {
    **{_XSD + name: _checked_reader(_INTEGER, _integer(*ends)) for name, ends in _INTEGERS.items()},
    _XSD + "gYear": _checked_reader(re.compile(_YEAR), int),
    _XSD + "decimal": _checked_reader(_DECIMAL, _decimal),
    _XSD + "double": _checked_reader(_DOUBLE, float),
    _XSD + "float": _checked_reader(_DOUBLE, float),
    _XSD + "boolean": _boolean,
    _XSD + "date": _checked_reader(_DATE, dt.date.fromisoformat),
    _XSD + "dateTime": _checked_reader(_MOMENT, dt.datetime.fromisoformat),
    _XSD + "time": _checked_reader(_TIME, dt.time.fromisoformat),
}


def value_of(text: str, datatype: str) -> PythonValue:
    """Return the value of a lexical form; see `Literal.to_python`."""
    read = READERS.get(datatype)
    if read is None:
        return text
    try:
        return read(text)
    except ValueError:
        return text


def year_of(text: str) -> int | None:
    """Return the year of a date, month or year in XML Schema syntax, or None.

    >>> year_of("1994-07-14"), year_of("12024-01"), year_of("-0044"), year_of("about 1994")
    (1994, 12024, -44, None)
    """
    found = _YEAR_AT_START.match(text)
    return int(found[0]) if found else None
