"""Retrieval in parts of a result that exceeds the row limit of an endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..core.errors import CutAnswer
from .interface import Row, Rows, Store, select

_DIGITS: Final = "0123456789abcdef"
#: Maximum of hash digits, which divide a result into 65,536 parts. A part that still exceeds
#: the limit has a single key.
_MAX_PREFIX_LENGTH: Final = 4
_HEAD: Final = re.compile(r"\s*SELECT((?:\s+\?\w+)+)\s+WHERE\b")


def select_all(store: Store, sparql: str) -> Rows:
    """Return all rows of ``SELECT ?key ... WHERE { ... } ORDER BY ...``.

    The keys are divided by their MD5, a standard SPARQL function. Each part is a query of its own;
    a part that exceeds the limit is divided again. All rows of one key are in the same part.

    Args:
        store: The store.
        sparql: A query of this form. Its first column is the key and must be an IRI.

    Returns:
        The rows, sorted by key.

    Raises:
        CutAnswer: If the rows of a single key exceed the limit.
        ValueError: If the query does not have this form.
    """
    found = _HEAD.match(sparql)
    if found is None:
        raise ValueError("the query is not of the form SELECT ?key ... WHERE")
    columns = tuple(name.removeprefix("?") for name in found[1].split())
    rows = list(_read_parts(store, sparql, columns, ""))
    return Rows(columns, sorted(rows, key=lambda row: str(row[0])))


def _read_parts(store: Store, sparql: str, columns: tuple[str, ...], start: str) -> Iterator[Row]:
    for digit in _DIGITS:
        begin = start + digit
        try:
            yield from select(store, _part_query(sparql, columns, begin))
        except CutAnswer:
            if len(begin) == _MAX_PREFIX_LENGTH:
                raise
            yield from _read_parts(store, sparql, columns, begin)


def _part_query(sparql: str, columns: tuple[str, ...], begin: str) -> str:
    body, order, keys = sparql.rpartition("ORDER BY")
    names = " ".join(f"?{name}" for name in columns)
    key = f'STRSTARTS(MD5(STR(?{columns[0]})), "{begin}")'
    inner, tail = (body, f" ORDER BY{keys}") if order else (sparql, "")
    return f"SELECT {names} WHERE {{ {{ {inner} }} FILTER({key}) }}{tail}"
