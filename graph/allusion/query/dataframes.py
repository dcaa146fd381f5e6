"""Conversion of rows to data frames with typed columns.

============================  ==================  ================
values of the column          pandas              polars
============================  ==================  ================
whole numbers and years       ``Int64``           ``Int64``
decimals and doubles          ``Float64``         ``Float64``
booleans                      ``boolean``         ``Boolean``
dates                         ``datetime64[s]``   ``Date``
date-times                    ``datetime64[us]``  ``Datetime``
text, IRIs and all others     ``str``             ``String``
============================  ==================  ================

Unbound cells are missing values and do not affect the type of a column. NaN is a value.
A column is text, with the lexical forms of its values, if the values are of several types
or if one is out of range: an integer of more than 64 bits, a decimal outside the range of
doubles, a date outside the years 1 to 9999, or more than six decimals of a second. Decimals
are exact only in ``Result.rows``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from math import isinf
from typing import TYPE_CHECKING, Any, Final

from ..core.errors import MissingExtra
from ..core.terms import Term
from ..store.interface import Row
from .serializers import to_python

if TYPE_CHECKING:
    import pandas
    import polars

_INT64: Final = range(-(2**63), 2**63)
_PANDAS: Final = {
    "int": "Int64",
    "float": "Float64",
    "bool": "boolean",
    "date": "datetime64[s]",
    "datetime": "datetime64[us]",
    "zoned": "datetime64[us, UTC]",
    "str": "str",
}


def to_pandas(columns: tuple[str, ...], rows: Sequence[Row]) -> pandas.DataFrame:
    """Convert rows to a pandas DataFrame.

    Raises:
        MissingExtra: If pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtra("to_pandas needs pandas: pip install 'allusion[pandas]'") from error
    series = []
    for name, (kind, values) in zip(columns, _columns(columns, rows), strict=True):
        series.append(pd.Series(_cells(kind, values), dtype=_PANDAS[kind], name=name))
    # A dictionary would lose the number of rows of a table without columns.
    return pd.concat(series, axis=1) if series else pd.DataFrame(index=range(len(rows)))


def _cells(kind: str, values: list[Any]) -> Any:
    """Return the cells of a column for pandas.

    Doubles get a mask; otherwise pandas would treat NaN as missing.
    """
    if kind != "float":
        return values
    import numpy as np
    import pandas as pd

    missing = np.array([value is None for value in values], dtype=bool)
    numbers = np.array([0.0 if value is None else value for value in values], dtype=np.float64)
    return pd.arrays.FloatingArray(numbers, missing)


def to_polars(columns: tuple[str, ...], rows: Sequence[Row]) -> polars.DataFrame:
    """Convert rows to a polars DataFrame.

    Raises:
        MissingExtra: If polars is not installed.
    """
    try:
        import polars as pl
    except ImportError as error:
        raise MissingExtra("to_polars needs polars: pip install 'allusion[polars]'") from error
    types: dict[str, Any] = {
        "int": pl.Int64,
        "float": pl.Float64,
        "bool": pl.Boolean,
        "date": pl.Date,
        "datetime": pl.Datetime("us"),
        "zoned": pl.Datetime("us", "UTC"),
        "str": pl.String,
    }
    return pl.DataFrame(
        [
            pl.Series(name, values, dtype=types[kind])
            for name, (kind, values) in zip(columns, _columns(columns, rows), strict=True)
        ]
    )


def _columns(columns: tuple[str, ...], rows: Sequence[Row]) -> list[tuple[str, list[Any]]]:
    """Return the type of each column, a key of ``_PANDAS``, and its values."""
    return [typed_column([row[index] for row in rows]) for index in range(len(columns))]


def typed_column(terms: Sequence[Term | None]) -> tuple[str, list[Any]]:
    """Return the common type of the terms of a column, and their values.

    Args:
        terms: The cells; None where unbound.

    Returns:
        One of "int", "float", "bool", "date", "datetime", "zoned" and "str", and as many
        values as there are terms. Values of the type "str" are lexical forms.
    """
    values: list[Any] = [to_python(term) for term in terms]
    kinds = {_kind(value) for value in values if value is not None}
    if kinds == {"int", "float"}:
        kinds = {"float"}
    kind = kinds.pop() if len(kinds) == 1 else "str"
    try:
        if kind == "float":
            return kind, [None if value is None else _double(value) for value in values]
        if kind == "zoned":
            return kind, [value and value.astimezone(dt.UTC) for value in values]
    except OverflowError:
        kind = "str"
    if kind == "str":
        return kind, [None if term is None else str(term) for term in terms]
    return kind, values


def _double(value: float | int | Decimal) -> float:
    found = float(value)
    if isinstance(value, float):
        return found
    if isinf(found) or (isinstance(value, int) and int(found) != value):
        raise OverflowError(f"{value} is beyond the doubles")
    return found


def _kind(value: object) -> str:
    match value:
        case bool():
            return "bool"
        case int():
            return "int" if value in _INT64 else "str"
        case float() | Decimal():
            return "float"
        case dt.datetime():
            return "zoned" if value.tzinfo else "datetime"
        case dt.date():
            return "date"
    return "str"
