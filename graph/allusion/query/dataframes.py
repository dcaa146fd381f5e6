"""Rows as data frames, each column with the type that its values share.

============================  ==================  ================
values of the column          pandas              polars
============================  ==================  ================
whole numbers and years       ``Int64``           ``Int64``
decimals and doubles          ``Float64``         ``Float64``
booleans                      ``boolean``         ``Boolean``
dates                         ``datetime64[s]``   ``Date``
moments                       ``datetime64[us]``  ``Datetime``
text, IRIs and all others     ``str``             ``String``
============================  ==================  ================

Unbound cells are missing values and change no type. A column of several kinds is text, as
is one of whole numbers too large for 64 bits. Decimals are exact in ``Result.rows`` alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ..core.errors import MissingExtra
from ..store.base import Row
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
    """The rows as a pandas DataFrame.

    :raises MissingExtra: if pandas is not installed; the message says how to.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtra("to_pandas needs pandas: pip install 'allusion[pandas]'") from error
    series = []
    for name, (kind, values) in zip(columns, _columns(columns, rows), strict=True):
        series.append(pd.Series(values, dtype=_PANDAS[kind], name=name))
    # Not from a dictionary: a table without columns keeps its rows.
    return pd.concat(series, axis=1) if series else pd.DataFrame(index=range(len(rows)))


def to_polars(columns: tuple[str, ...], rows: Sequence[Row]) -> polars.DataFrame:
    """The rows as a polars DataFrame.

    :raises MissingExtra: if polars is not installed; the message says how to.
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
    """Each column: its kind (a key of ``_PANDAS``), and its values ready for that kind."""
    return [_column([to_python(row[index]) for row in rows]) for index in range(len(columns))]


def _column(values: list[Any]) -> tuple[str, list[Any]]:
    kinds = {_kind(value) for value in values if value is not None}
    if kinds == {"int", "float"}:
        kinds = {"float"}
    kind = kinds.pop() if len(kinds) == 1 else "str"
    if kind == "float":
        return kind, [None if value is None else float(value) for value in values]
    if kind == "zoned":
        return kind, [value and value.astimezone(dt.UTC) for value in values]
    if kind == "str":
        return kind, [None if value is None else str(value) for value in values]
    return kind, values


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
