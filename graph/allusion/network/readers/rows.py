"""Small helpers to read rows: text by column, and grouping."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ...core.errors import CutAnswer
from ...core.terms import Iri, Literal, Term
from ...store import Store, select
from ...store.pagination import whole


class Record(dict[str, Term]):
    """One row by column name; unbound columns are missing."""

    def text(self, name: str) -> str:
        """The value as text, "" where unbound."""
        term = self.get(name)
        return "" if term is None else str(term)

    def language(self, name: str) -> str:
        """The language tag of a literal, "" where it has none."""
        term = self.get(name)
        return term.language if isinstance(term, Literal) else ""

    def is_iri(self, name: str) -> bool:
        """Whether the value is an IRI."""
        return isinstance(self.get(name), Iri)


def records(store: Store, sparql: str) -> Iterator[Record]:
    """The rows of a SELECT, by column name.

    The first column holds IRIs and the query is ordered by it: where an endpoint cuts the
    answer, it is asked for in parts, and put together in that order.
    """
    try:
        rows = select(store, sparql)
    except CutAnswer:
        rows = whole(store, sparql)
    for row in rows:
        yield Record(
            {name: term for name, term in zip(rows.columns, row, strict=True) if term is not None}
        )


def grouped(store: Store, sparql: str, key: str) -> dict[str, list[Record]]:
    """The rows of a SELECT grouped by the text of one column, order kept."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records(store, sparql):
        groups[record.text(key)].append(record)
    return groups
