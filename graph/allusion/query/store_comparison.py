"""Comparison of two stores by their results of the canned queries."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..core.errors import AllusionError, NetworkError
from ..core.terms import Iri, Literal, Term
from ..store import Row, Rows, Store, select
from .bound_query import bind_terms
from .catalog import CannedQuery
from .equivalence import Traits, difference, first_out_of_order, traits_of
from .results import to_text

#: Number of additional values that are tried for each parameter.
_VALUES = 2


@dataclass(frozen=True, slots=True)
class StoreComparison:
    """Results of one query with one set of parameters in two stores.

    "Here" is the reference store, "there" the store under test.

    Attributes:
        query: Name of the query.
        parameters: Parameters as text; empty for the defaults.
        columns: Columns of the result.
        rows_here: Number of rows here.
        rows_there: Number of rows there.
        missing: Rows that only the result here has.
        extra: Rows that only the result there has.
        out_of_order: Index of the first row there that violates ORDER BY, or -1.
        seconds_here: Run time here.
        seconds_there: Run time there.
        error: Why there is no result there, or "".
    """

    query: str
    parameters: Mapping[str, str]
    columns: tuple[str, ...]
    rows_here: int
    rows_there: int = 0
    missing: tuple[Row, ...] = ()
    extra: tuple[Row, ...] = ()
    out_of_order: int = -1
    seconds_here: float = 0.0
    seconds_there: float = 0.0
    error: str = ""

    @property
    def same(self) -> bool:
        """Whether both results are equal."""
        return not (self.missing or self.extra or self.error or self.out_of_order >= 0)

    @property
    def ratio(self) -> float | None:
        """Run time there divided by run time here; None if there is no result."""
        return None if self.error else self.seconds_there / max(self.seconds_here, 1e-6)


@dataclass
class _Run:
    here: Store
    there: Store
    silent: str = ""
    traits: dict[str, Traits] = field(default_factory=dict)


def compare(
    queries: Iterable[CannedQuery], here: Store, there: Store, *, more: bool = False
) -> Iterator[StoreComparison]:
    """Run queries in both stores; yield one comparison after the other.

    Args:
        queries: The queries.
        here: The reference store.
        there: The store under test. If it stops responding, the remaining comparisons
            report an error.
        more: Also run each query with values from the parameter's own column in the default
            result.

    Raises:
        NetworkError: If ``there`` fails to answer ``ASK {}``.
    """
    there.query("ASK {}")
    run = _Run(here, there)
    for query in queries:
        default = select(here, query.sparql)
        rows = Rows(default.columns, list(default))
        for values in ({}, *(_others(query, rows) if more else ())):
            yield _compare(run, query, values)


def _others(query: CannedQuery, answer: Rows) -> Iterator[dict[str, Term]]:
    for parameter in query.parameters:
        if parameter.name not in answer.columns:
            continue
        index = answer.columns.index(parameter.name)
        wanted = Literal if parameter.type in ("text", "language", "year", "integer") else Iri
        found = {row[index] for row in answer if isinstance(row[index], wanted)}
        for term in sorted(found, key=str)[:_VALUES]:
            if isinstance(term, Iri | Literal):
                yield {parameter.name: term}


def _compare(run: _Run, query: CannedQuery, values: Mapping[str, Term]) -> StoreComparison:
    text = bind_terms(query, values)
    started = time.perf_counter()
    mine = select(run.here, text)
    here = list(mine)
    between = time.perf_counter()
    shown = {name: to_text(term) for name, term in values.items()}
    seconds = between - started
    error, there = "", Rows(mine.columns, [])
    if run.silent:
        error = f"not run: the store has not responded since {run.silent}"
    else:
        try:
            there = select(run.there, text)
        except AllusionError as trouble:
            error = str(trouble)
            run.silent = "" if _answers(run.there) else query.name
    taken = time.perf_counter() - between
    if not error and there.columns != mine.columns:
        error = f"the columns are {', '.join(there.columns)}"
    if error:
        return StoreComparison(
            query.name, shown, mine.columns, len(here), seconds_here=seconds, error=error
        )
    rows = list(there)
    traits = run.traits.setdefault(query.name, traits_of(query.sparql))
    missing, extra = difference(mine.columns, here, rows, traits)
    return StoreComparison(
        query.name,
        shown,
        mine.columns,
        len(here),
        len(rows),
        tuple(missing),
        tuple(extra),
        first_out_of_order(mine.columns, rows, traits),
        seconds,
        taken,
    )


def _answers(store: Store) -> bool:
    try:
        return store.query("ASK {}") is True
    except NetworkError:
        return False
