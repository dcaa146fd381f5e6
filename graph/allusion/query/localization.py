"""Translated labels, external links and canonical language tags in results.

A column ``x`` with a column ``xLabel`` is an entity with its label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ..core.terms import Iri, Literal, Term, canonical_language
from ..store.interface import Answer, Rows
from .results import Result

if TYPE_CHECKING:
    from ..search.name_index import NameIndex

_LANG_AS: Final = re.compile(r"\blang\s*\((?:[^()]|\([^()]*\))*\)\s*as\b", re.IGNORECASE)


def with_canonical_tags(sparql: str, answer: Answer) -> Answer:
    """Return an answer with canonical language tags in ``LANG(...)`` columns.

    The engine returns them in lower case. BCP 47 recommends "zh-Hant".
    """
    if not isinstance(answer, Rows):
        return answer
    places = {answer.columns.index(n) for n in tag_columns(sparql) if n in answer.columns}
    if not places:
        return answer
    rows = (
        tuple(
            _canonical_tag_literal(term) if place in places else term
            for place, term in enumerate(row)
        )
        for row in answer
    )
    return Rows(answer.columns, rows, notes=answer.notes)


@lru_cache(maxsize=256)
def tag_columns(sparql: str) -> frozenset[str]:
    """Return the columns of a query that hold language tags."""
    if not _LANG_AS.search(sparql):
        return frozenset()
    from ..sparql.structure import Structure

    return frozenset(Structure(sparql).columns_of("LANG"))


def _canonical_tag_literal(term: Term | None) -> Term | None:
    return Literal(canonical_language(term.value)) if isinstance(term, Literal) else term


def with_labels(result: Result, names: NameIndex, language: str) -> Result:
    """Return the result with labels in another language.

    Entities without a label in that language keep their label.
    """
    pairs = list(_label_columns(result.columns))

    def row_in_language(row: tuple[Term | None, ...]) -> tuple[Term | None, ...]:
        cells = list(row)
        for thing, label in pairs:
            iri = row[thing]
            name = names.label(iri.value, language) if isinstance(iri, Iri) else None
            if name:
                cells[label] = Literal(name.text, language=name.language)
        return tuple(cells)

    return result._replace(rows=[row_in_language(row) for row in result.rows])


def with_links(result: Result, names: NameIndex) -> Result:
    """Return the result with a column ``xLink`` for each entity column ``x``.

    It holds the first external link of the entity.
    """
    pairs = list(_label_columns(result.columns))
    columns = tuple(f"{result.columns[thing]}Link" for thing, _ in pairs)

    def address(term: Term | None) -> Term | None:
        links = names.links(term.value) if isinstance(term, Iri) else []
        return Literal(links[0].url) if links else None

    return result._replace(
        columns=(*result.columns, *columns),
        rows=[(*row, *(address(row[thing]) for thing, _ in pairs)) for row in result.rows],
    )


def localize(
    result: Result, names: Callable[[], NameIndex], language: str, *, links: bool
) -> Result:
    """Return the result with labels in a language and with links.

    Args:
        result: Rows of a query.
        names: Opens the index of names; called only if it is needed.
        language: BCP 47 tag; labels without a translation stay in English.
        links: Add a column ``xLink`` with an external link for each entity column ``x``.
    """
    if language.lower() != "en":
        result = with_labels(result, names(), language)
    return with_links(result, names()) if links else result


def _label_columns(columns: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield the positions of each column ``x`` and its column ``xLabel``."""
    for index, name in enumerate(columns):
        if f"{name}Label" in columns:
            yield index, columns.index(f"{name}Label")
