"""Violation queries: SPARQL queries on the whole graph that must return no rows.

They check what SHACL shapes cannot express. Each file in ``queries/checks/`` is standard SPARQL
1.1 with the headers ``# Problem:`` and ``# Solution:``. It returns one row per fault: the wrong
triple (entity, property, value, as in reports of ROBOT), its named graph, and a detail.

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
from ...store.interface import Rows
from ...store.oxigraph import OxigraphStore
from ..curated_data import CuratedData, infer_in_memory, read_curated
from ..turtle import CuratedFile, statements
from . import build_faults

#: Columns of every check, in this order; all except the entity may be unbound.
COLUMNS: Final = ("entity", "property", "value", "source", "detail")
#: Checks of completeness, which do not apply to collections.
_CURATED_ONLY: Final = frozenset(
    (
        "violation-weak-source",
        "violation-isolated-entity",
        "violation-kind-against-certainty",
        "violation-utterance-without-language",
    )
)
_HEADER: Final = re.compile(r"# Problem: (.+)\n# Solution: (.+)\n")


@dataclass(frozen=True, slots=True)
class Check:
    """A violation query.

    Attributes:
        name: Name of its file, "violation-...".
        problem: The header ``# Problem:``.
        solution: The header ``# Solution:``.
        sparql: Text of the file.
    """

    name: str
    problem: str
    solution: str
    sparql: str

    def run(self, store: OxigraphStore) -> Result:
        """Run the query; return one row per fault, with the columns `COLUMNS`.

        Raises:
            ParameterError: If the query has other columns.
            QueryError: If the query is not valid SPARQL.
        """
        answer = store.query(self.sparql)
        if not isinstance(answer, Rows) or answer.columns != COLUMNS:
            columns = " ".join(f"?{name}" for name in COLUMNS)
            raise ParameterError(
                f"a check must be a SELECT query with exactly the columns {columns}"
            )
        return Result(answer.columns, list(answer))


def read_checks(resources: Resources) -> dict[str, Check]:
    """Read all violation queries by name.

    Raises:
        DataError: If a query has no header.
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
    """Run violation queries on the curated files; return the faults, sorted.

    If the files have structural faults, the graph cannot be built, and those faults are returned
    instead.

    Args:
        resources: The curated files and queries.
        only: Names of queries; empty means all.

    Raises:
        UnknownName: If there is no query of that name.
        DataError: If a query has no header.
    """
    checks = read_checks(resources)
    for name in only:
        if name not in checks:
            raise UnknownName(
                f"no check is named {name!r}; choose from: {', '.join(checks)}", list(checks)
            )
    curated = read_curated(resources)
    if broken := build_faults(resources, curated):
        return broken
    return faults_of_checks(resources, curated, only)


def faults_of_checks(
    resources: Resources, curated: CuratedData, only: Sequence[str] = ()
) -> list[Fault]:
    """Run violation queries on files that can be built; return the faults, sorted.

    Args:
        resources: The ontology and the queries.
        curated: The files.
        only: Names of queries; empty means all.
    """
    checks = read_checks(resources)
    store = OxigraphStore()
    store.engine, _ = infer_in_memory(resources, curated)
    finder = _Finder(resources, curated)
    faults: set[Fault] = set()
    for name in only or checks:
        try:
            rows = checks[name].run(store).rows
        except (QueryError, ParameterError) as error:
            path = resources.queries / "checks" / f"{name}.rq"
            faults.add(_fault_of_file(path, f"cannot be run: {error}"))
            continue
        found = (_fault(checks[name], row, finder) for row in rows)
        faults.update(
            fault
            for fault in found
            if name not in _CURATED_ONLY or fault.file not in finder.of_collections
        )
    return sorted(faults)


def _fault_of_file(path: Path, problem: str) -> Fault:
    fix = "lines 1 and 2: # Problem: ..., # Solution: ...; see queries/README.md"
    return Fault(f"queries/checks/{path.name}", 1, path.stem, problem, fix, "query-header")


def _fault(check: Check, row: tuple[Term | None, ...], finder: _Finder) -> Fault:
    entity, prop, value, source, detail = row
    file, line = finder.place(entity, prop, value, source)
    said = " ".join(_display_text(term) for term in (prop, value) if term is not None)
    more = ": ".join(part for part in (said, _display_text(detail)) if part)
    problem = check.problem.removesuffix(".") + (f" ({more})" if more else "")
    return Fault(file, line, _display_text(entity), problem, check.solution, check.name)


def _display_text(term: Term | None) -> str:
    if isinstance(term, Iri):
        return shorten(term.value)
    return "" if term is None else str(term)


class _Finder:
    """Finds triples in the curated files."""

    def __init__(self, resources: Resources, curated: CuratedData) -> None:
        self._mapping_file = resources.mapping_file.name
        self._mappings = curated.mappings
        self._files = curated.files
        self.of_collections = {file.name for file in curated.files if file.collection}
        self._file_of_subject = {
            s.subject.value: f for f, s in reversed(list(statements(curated.files)))
        }

    def place(
        self, entity: Term | None, prop: Term | None, value: Term | None, source: Term | None
    ) -> tuple[str, int]:
        """Return file and line of a triple, as exact as possible; line 0 if unknown."""
        about, graph = str(entity), str(source) if source else ""
        if graph == GRAPH_MAPPING:
            item = str(value).rsplit("/", 1)[-1]
            lines = (r.line for r in self._mappings if (r.subject, r.item) == (about, item))
            return self._mapping_file, next(lines, 0)
        for file in self._candidates(about, graph):
            line = file.line_of(ox.NamedNode(about), _engine_term(prop), _engine_term(value))
            if line:
                return file.name, line
        return "(inferred)", 0

    def _candidates(self, about: str, graph: str) -> Iterator[CuratedFile]:
        yield from (file for file in self._files if file.graph == graph)
        if about in self._file_of_subject:
            yield self._file_of_subject[about]


def _engine_term(term: Term | None) -> ox.NamedNode | ox.Literal | None:
    """Convert a term for `CuratedFile.line_of`, which ignores datatype and language."""
    if isinstance(term, Iri):
        return ox.NamedNode(term.value)
    return ox.Literal(term.value) if isinstance(term, Literal) else None
