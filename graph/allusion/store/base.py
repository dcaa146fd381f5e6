"""What any engine answers: rows, triples or yes and no."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..core.terms import Term

Row = tuple[Term | None, ...]
Triple = tuple[Term, Term, Term]


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to SELECT: column names without ``?``, and rows of that width.

    ``rows`` may be a generator that can be read once; None is an unbound variable.
    ``json``, where the engine offers it, gives the whole answer in SPARQL 1.1 JSON, to be
    called instead of reading ``rows``: no term becomes an object of Python.
    """

    columns: tuple[str, ...]
    rows: Iterable[Row]
    json: Callable[[], str] | None = None
    #: What is odd in the answer, such as values that are no RDF terms.
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


@dataclass(frozen=True, slots=True)
class Triples:
    """The answer to CONSTRUCT and DESCRIBE. ``triples`` may be read once."""

    triples: Iterable[Triple]
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Triple]:
        return iter(self.triples)


Answer = Rows | Triples | bool


@runtime_checkable
class Store(Protocol):
    """An engine that answers SPARQL 1.1 queries over a dataset.

    Its default graph is the merge of its named graphs.
    """

    def query(self, sparql: str) -> Answer:
        """Answer one query.

        The prefixes of the project are known without being written.

        :raises QueryError: if the query is not valid SPARQL.
        :raises StoreError: if the store cannot be read.
        :raises NetworkError: if a remote engine does not answer as it should.
        """
        ...


def select(store: Store, sparql: str) -> Rows:
    """The rows of a query that the caller knows to be a SELECT."""
    answer = store.query(sparql)
    if not isinstance(answer, Rows):
        raise TypeError("not a SELECT query")
    return answer
