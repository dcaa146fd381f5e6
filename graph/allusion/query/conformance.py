"""Whether another engine answers the canned queries as the embedded one does."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..core.errors import AllusionError, NetworkError
from ..core.terms import Iri, Literal, Term
from ..store import Row, Rows, Store, select
from .catalog import CannedQuery
from .equivalence import Traits, difference, first_out_of_order, traits_of
from .results import to_text

#: So many values of its own column are tried for a parameter beside its default.
_VALUES = 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """One query with one set of parameters, as people write them, answered here and there.

    ``missing`` rows are only here, ``extra`` rows only there; ``out_of_order`` is the index
    of the first row there that ORDER BY wants elsewhere, or -1. Where there was no answer,
    ``error`` says why.
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
        """Whether both answers are one."""
        return not (self.missing or self.extra or self.error or self.out_of_order >= 0)

    @property
    def ratio(self) -> float | None:
        """How many times longer it took there; None where there was no answer."""
        return None if self.error else self.seconds_there / max(self.seconds_here, 1e-6)


@dataclass
class _Run:
    here: Store
    there: Store
    silent: str = ""
    traits: dict[str, Traits] = field(default_factory=dict)


def compare(
    queries: Iterable[CannedQuery], here: Store, there: Store, *, more: bool = False
) -> Iterator[Comparison]:
    """Each query with its default answered by both stores; the comparisons come one by one.

    ``more`` asks also with the values that the default's answer has in the column of a
    parameter. A store that stops answering is not asked on.

    :raises NetworkError: if ``there`` does not even answer ``ASK {}``.
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


def _compare(run: _Run, query: CannedQuery, values: Mapping[str, Term]) -> Comparison:
    text = query.bind(values)
    started = time.perf_counter()
    mine = select(run.here, text)
    here = list(mine)
    between = time.perf_counter()
    shown = {name: to_text(term) for name, term in values.items()}
    seconds = between - started
    error, there = "", Rows(mine.columns, [])
    if run.silent:
        error = f"not asked: the store no longer answers since {run.silent}"
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
        return Comparison(
            query.name, shown, mine.columns, len(here), seconds_here=seconds, error=error
        )
    rows = list(there)
    traits = run.traits.setdefault(query.name, traits_of(query.sparql))
    missing, extra = difference(mine.columns, here, rows, traits)
    return Comparison(
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
