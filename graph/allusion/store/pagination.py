"""An answer that an endpoint cuts at a limit of its own, asked for in parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..core.errors import CutAnswer
from .base import Row, Rows, Store, select

_DIGITS: Final = "0123456789abcdef"
#: So many digits of the hash divide an answer into 65,536; whatever is cut still has one key.
_DEEPEST: Final = 4
_HEAD: Final = re.compile(r"\s*SELECT((?:\s+\?\w+)+)\s+WHERE\b")


def whole(store: Store, sparql: str) -> Rows:
    """The rows of ``SELECT ?key ... WHERE { ... } ORDER BY ...``, in the order of the key.

    The keys are divided by their MD5, which standard SPARQL has, and each part is asked for,
    again in parts if it is cut too. A key must be an IRI; its rows stay in one part.

    :raises CutAnswer: if the rows of one key alone are too many.
    :raises ValueError: if the query is not of that form.
    """
    found = _HEAD.match(sparql)
    if found is None:
        raise ValueError("the query is not of the form SELECT ?key ... WHERE")
    columns = tuple(name.removeprefix("?") for name in found[1].split())
    rows = list(_parts(store, sparql, columns, ""))
    return Rows(columns, sorted(rows, key=lambda row: str(row[0])))


def _parts(store: Store, sparql: str, columns: tuple[str, ...], start: str) -> Iterator[Row]:
    for digit in _DIGITS:
        begin = start + digit
        try:
            yield from select(store, _part(sparql, columns, begin))
        except CutAnswer:
            if len(begin) == _DEEPEST:
                raise
            yield from _parts(store, sparql, columns, begin)


def _part(sparql: str, columns: tuple[str, ...], begin: str) -> str:
    body, order, keys = sparql.rpartition("ORDER BY")
    names = " ".join(f"?{name}" for name in columns)
    key = f'STRSTARTS(MD5(STR(?{columns[0]})), "{begin}")'
    inner, tail = (body, f" ORDER BY{keys}") if order else (sparql, "")
    return f"SELECT {names} WHERE {{ {{ {inner} }} FILTER({key}) }}{tail}"
