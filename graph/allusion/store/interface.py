"""Interface of an engine, `Store`, and the results of a query: rows, triples or a boolean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, runtime_checkable

from ..core.terms import Term

Row = tuple[Term | None, ...]
Triple = tuple[Term, Term, Term]


class Rows:
    """Result of SELECT.

    Attributes:
        columns: Variable names without ``?``.
        rows: Rows of the width of ``columns``; None is an unbound variable. It may be a generator,
            which can be read once.
        json: Returns the whole result in SPARQL 1.1 JSON without making a Python object per term;
            call it instead of reading ``rows``. None if the engine does not offer it.
        notes: Irregularities of the result, such as values that are not RDF terms.
    """

    __slots__ = ("columns", "json", "notes", "rows")

    def __init__(
        self,
        columns: tuple[str, ...],
        rows: Iterable[Row],
        json: Callable[[], str] | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        self.columns = columns
        self.rows = rows
        self.json = json
        self.notes = notes

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


class Triples:
    """Result of CONSTRUCT or DESCRIBE; ``triples`` may be readable only once."""

    __slots__ = ("notes", "triples")

    def __init__(self, triples: Iterable[Triple], notes: tuple[str, ...] = ()) -> None:
        self.triples = triples
        self.notes = notes

    def __iter__(self) -> Iterator[Triple]:
        return iter(self.triples)


Answer = Rows | Triples | bool


@runtime_checkable
class Store(Protocol):
    """SPARQL 1.1 query engine over a dataset.

    Its default graph is the merge of its named graphs.
    """

    def query(self, sparql: str) -> Answer:
        """Run one query; the prefixes of the project need no declaration.

        Raises:
            QueryError: If the query is not valid SPARQL.
            StoreError: If the store cannot be read.
            NetworkError: If a remote engine fails or its response is invalid.
        """
        ...


def select(store: Store, sparql: str) -> Rows:
    """Return the rows of a SELECT query.

    Raises:
        TypeError: If the query has another form.
    """
    answer = store.query(sparql)
    if not isinstance(answer, Rows):
        raise TypeError("not a SELECT query")
    return answer
