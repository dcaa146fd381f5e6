"""Queries that must return nothing: what no shape can see, asked of the whole graph.

Each file of ``queries/checks/`` is standard SPARQL 1.1, headed ``# Problem:`` and
``# Solution:``, and gives one row a fault: the triple that is wrong, as the reports of
ROBOT have it (entity, property, value), the named graph it stands in, and a detail.

Source: http://robot.obolibrary.org/report (queries that find faults)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ...core.errors import DataError, Fault, ParameterError, QueryError, UnknownName
from ...core.resources import Resources
from ...core.terms import Iri, Literal, Term, shorten
from ...core.vocabulary import GRAPH_MAPPING
from ...query.results import Result
from ...store.base import Rows
from ...store.oxigraph import OxigraphStore
from ..pipeline import load_memory
from ..turtle import CuratedFile, statements
from . import Curated, read_curated, structural_faults

#: What every check gives, in this order; all but the entity may be unbound.
COLUMNS: Final = ("entity", "property", "value", "source", "detail")
_HEADER: Final = re.compile(r"# Problem: (.+)\n# Solution: (.+)\n")


@dataclass(frozen=True, slots=True)
class Check:
    """One violation query; ``name`` is that of its file, "violation-..."."""

    name: str
    problem: str
    solution: str
    sparql: str

    def run(self, store: OxigraphStore) -> Result:
        """Its rows: one for each fault, columns as in `COLUMNS`.

        :raises ParameterError: if the query gives other columns.
        :raises QueryError: if it is not valid SPARQL.
        """
        answer = store.query(self.sparql)
        if not isinstance(answer, Rows) or answer.columns != COLUMNS:
            raise ParameterError(f"a check is a SELECT of {' '.join(f'?{c}' for c in COLUMNS)}")
        return Result(answer.columns, list(answer))


def read_checks(resources: Resources) -> dict[str, Check]:
    """Every violation query by name.

    :raises DataError: if one lacks its header.
    """
    checks: dict[str, Check] = {}
    faults: list[Fault] = []
    for path in resources.check_files():
        text = path.read_text(encoding="utf-8-sig")
        header = _HEADER.match(text)
        if header:
            checks[path.stem] = Check(path.stem, header[1], header[2], text)
        else:
            faults.append(_fault_of_file(path, "does not begin with its header"))
    if faults:
        raise DataError(faults)
    return checks


def violation_faults(resources: Resources, only: Sequence[str] = ()) -> list[Fault]:
    """What the violation queries find in the curated files, sorted; all of them, or some.

    Files with structural faults make no graph to ask; then it is those that are given.

    :raises UnknownName: if ``only`` names a query that there is not.
    """
    checks = read_checks(resources)
    for name in only:
        if name not in checks:
            raise UnknownName(
                f"no check is called {name!r}; choose from: {', '.join(checks)}", list(checks)
            )
    curated = read_curated(resources)
    if broken := structural_faults(resources, curated):
        return broken
    store = OxigraphStore()
    store.engine = load_memory(resources, curated)
    finder = _Finder(resources, curated)
    faults: set[Fault] = set()
    for name in only or checks:
        try:
            rows = checks[name].run(store).rows
        except (QueryError, ParameterError) as error:
            path = resources.queries / "checks" / f"{name}.rq"
            faults.add(_fault_of_file(path, f"cannot be run: {error}"))
            continue
        faults.update(_fault(checks[name], row, finder) for row in rows)
    return sorted(faults)


def _fault_of_file(path: Path, problem: str) -> Fault:
    fix = "lines 1 and 2: # Problem: ..., # Solution: ...; see queries/README.md"
    return Fault(f"queries/checks/{path.name}", 1, path.stem, problem, fix, "query-header")


def _fault(check: Check, row: tuple[Term | None, ...], finder: _Finder) -> Fault:
    entity, prop, value, source, detail = row
    file, line = finder.place(entity, prop, value, source)
    said = " ".join(_shown(term) for term in (prop, value) if term is not None)
    more = ": ".join(part for part in (said, _shown(detail)) if part)
    problem = check.problem.removesuffix(".") + (f" ({more})" if more else "")
    return Fault(file, line, _shown(entity), problem, check.solution, check.name)


def _shown(term: Term | None) -> str:
    if isinstance(term, Iri):
        return shorten(term.value)
    return "" if term is None else str(term)


class _Finder:
    """Where in the curated files a triple stands."""

    def __init__(self, resources: Resources, curated: Curated) -> None:
        self._mapping_file = resources.mapping_file.name
        self._mappings = curated.mappings
        self._files = curated.files
        self._home = {s.subject.value: f for f, s in reversed(list(statements(curated.files)))}

    def place(
        self, entity: Term | None, prop: Term | None, value: Term | None, source: Term | None
    ) -> tuple[str, int]:
        """File and line, as near as can be told; line 0 where there is none."""
        about, graph = str(entity), str(source) if source else ""
        if graph == GRAPH_MAPPING:
            item = str(value).rsplit("/", 1)[-1]
            lines = (r.line for r in self._mappings if (r.subject, r.item) == (about, item))
            return self._mapping_file, next(lines, 0)
        for file in self._candidates(about, graph):
            line = file.line_of(ox.NamedNode(about), _engine(prop), _engine(value))
            if line:
                return file.name, line
        return "(inferred)", 0

    def _candidates(self, about: str, graph: str) -> Iterator[CuratedFile]:
        yield from (file for file in self._files if file.graph == graph)
        if about in self._home:
            yield self._home[about]


def _engine(term: Term | None) -> ox.NamedNode | ox.Literal | None:
    """The term as the finder of lines knows it; datatype and tag do not matter to it."""
    if isinstance(term, Iri):
        return ox.NamedNode(term.value)
    return ox.Literal(term.value) if isinstance(term, Literal) else None
