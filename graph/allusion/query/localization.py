"""Labels in a reader's language, and ways out, put into an answer after the query.

A column ``x`` with a column ``xLabel`` beside it is an entity with its label.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.terms import Iri, Literal, Term
from .results import Result

if TYPE_CHECKING:
    from ..search.name_index import Names


def relabelled(result: Result, names: Names, language: str) -> Result:
    """The result with labels in ``language`` where there are any."""
    pairs = list(_pairs(result.columns))

    def row_in_language(row: tuple[Term | None, ...]) -> tuple[Term | None, ...]:
        cells = list(row)
        for thing, label in pairs:
            iri = row[thing]
            name = names.label(iri.value, language) if isinstance(iri, Iri) else None
            if name:
                cells[label] = Literal(name.text, language=name.language)
        return tuple(cells)

    return replace(result, rows=[row_in_language(row) for row in result.rows])


def linked(result: Result, names: Names) -> Result:
    """The result with a column ``xLink`` for each entity: where it leads first."""
    pairs = list(_pairs(result.columns))
    columns = tuple(f"{result.columns[thing]}Link" for thing, _ in pairs)

    def address(term: Term | None) -> Term | None:
        links = names.links(term.value) if isinstance(term, Iri) else []
        return Literal(links[0].url) if links else None

    return replace(
        result,
        columns=(*result.columns, *columns),
        rows=[(*row, *(address(row[thing]) for thing, _ in pairs)) for row in result.rows],
    )


def _pairs(columns: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where a column ``x`` stands beside a column ``xLabel``: their two positions."""
    for index, name in enumerate(columns):
        if f"{name}Label" in columns:
            yield index, columns.index(f"{name}Label")
