"""Rows of SELECT queries: values by column name, and grouping."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from ...core.errors import CutAnswer
from ...core.terms import Iri, Literal, Term
from ...store import Store, select
from ...store.pagination import select_all


class Record(dict[str, Term]):
    """The values of a row by column name; unbound columns are missing."""

    def text(self, name: str) -> str:
        """Return the value as text; "" if it is unbound."""
        term = self.get(name)
        return "" if term is None else str(term)

    def language(self, name: str) -> str:
        """Return the language tag of a literal; "" if it has none."""
        term = self.get(name)
        return term.language if isinstance(term, Literal) else ""

    def is_iri(self, name: str) -> bool:
        """Whether the value is an IRI."""
        return isinstance(self.get(name), Iri)


def select_records(store: Store, sparql: str) -> Iterator[Record]:
    """Yield the rows of a SELECT query.

    If an endpoint truncates the result, the query is repeated for parts of the result.

    Args:
        store: The store.
        sparql: The query. Its first column holds IRIs, and it is ordered by that column.
    """
    try:
        rows = select(store, sparql)
    except CutAnswer:
        rows = select_all(store, sparql)
    for row in rows:
        yield Record(
            {name: term for name, term in zip(rows.columns, row, strict=True) if term is not None}
        )


def group_records(store: Store, sparql: str, key: str) -> dict[str, list[Record]]:
    """Group the rows of a SELECT query by the text of one column, in their order."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in select_records(store, sparql):
        groups[record.text(key)].append(record)
    return groups


def property_text(name: str) -> str:
    """Return a property name as text: "runningTimeMinutes" gives "running time minutes"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def in_english(node: str, properties: str, value: str) -> str:
    """Return a filter for texts in English or without language; else for all of the node.

    The rules of the ontology copy a text without language where English is missing.

    Args:
        node: The variable of the node.
        properties: The property, or a path of alternatives.
        value: The variable of the text.
    """
    return (
        f'FILTER(IF(LANG({value}) = "", "en", LANG({value})) = "en" || NOT EXISTS {{ '
        f'{node} {properties} ?inEnglish FILTER(LANG(?inEnglish) IN ("en", "")) }})'
    )
