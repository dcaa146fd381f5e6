"""Warnings about loaded files, with the lines of the statements.

Loaded files are not checked like curated files. Problems that affect cards and queries are
reported as warnings, grouped by kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from ..core.errors import Fault
from ..core.suggestions import did_you_mean
from ..core.terms import XSD, XSD_STRING, shorten
from ..core.vocabulary import (
    AL,
    BASE,
    ENTITY_REGISTERS,
    ONTOLOGY,
    PREFIXES,
    STATEMENT_REGISTERS,
)
from ..store.default_graph import DEFAULT_GRAPH
from .check.structure import is_of_ontology
from .lenient_parsing import ProblemLocator
from .rdf_files import RdfFile
from .rdf_parsing import ParsedStatement, SyntaxProblem, parse

_TYPE: Final = PREFIXES["rdf"] + "type"
_LABEL: Final = PREFIXES["rdfs"] + "label"
_RANGE: Final = PREFIXES["rdfs"] + "range"
_ENDS: Final = (AL + "from", AL + "to")
_DATES: Final = frozenset(XSD + name for name in ("date", "gYear", "gYearMonth", "dateTime"))
_REGISTERS: Final = frozenset((*ENTITY_REGISTERS, *STATEMENT_REGISTERS))
# Datatypes whose lexical forms the engine can check by a cast.
_CASTABLE_TYPES: Final = (
    *("date", "dateTime", "time", "gYear", "gYearMonth"),
    *("integer", "decimal", "double", "float", "boolean"),
)
_DATE_FORMS: Final = "write 1994-07-14 (xsd:date), 1994-07 (xsd:gYearMonth) or 1994 (xsd:gYear)"
#: Maximum number of cases of each kind that are listed with their lines.
MAX_LISTED: Final = 5

Statement = tuple[str, str, str]


@dataclass(slots=True)
class Warnings:
    """Warnings of one kind.

    Attributes:
        title: Description of the kind, with ``{count}`` as a placeholder.
        count: Number of cases.
        cases: Statement -> problem and fix, for the first cases.
        faults: The same cases with file and line.
    """

    title: str
    count: int = 0
    cases: dict[Statement, tuple[str, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, statement: Statement, problem: str, fix: str) -> None:
        """Count one case; keep it if it is among the first."""
        self.count += 1
        if len(self.cases) < MAX_LISTED:
            self.cases[statement] = (problem, fix)

    def __str__(self) -> str:
        return self.title.format(count=f"{self.count:,}")


def check_loaded(store: ox.Store, files: Sequence[RdfFile], *, lenient: bool) -> list[Warnings]:
    """Return the problems in loaded files, grouped by kind."""
    check = _Check(store)
    found = [group for group in check.groups() if group.count]
    wanted = {statement for group in found for statement in group.cases}
    places = _find_lines(files, wanted, lenient=lenient) if wanted else {}
    for group in found:
        for statement, (problem, fix) in group.cases.items():
            file, line = places.get(statement, ("", 0))
            about = shorten(statement[0])
            group.faults.append(Fault(file, line, about, problem, fix))
        group.faults.sort()
    return found


class _Check:
    """Checks a loaded store, one kind of warning after the other."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._own = ox.NamedNode(ONTOLOGY)
        ontology = list(store.quads_for_pattern(None, None, None, self._own))
        self._declared = {q.subject.value for q in ontology if isinstance(q.subject, ox.NamedNode)}
        self._dated = {
            _value(q.subject)
            for q in ontology
            if q.predicate.value == _RANGE and _value(q.object) == AL + "PartialDate"
        }
        self._terms: dict[str, str] = {}

    def groups(self) -> Iterator[Warnings]:
        """Yield the warnings of every kind."""
        unknown = Warnings("{count} uses of unknown terms: queries do not find them")
        typed = Warnings(
            "{count} values are not valid for their datatype: they cannot be compared or sorted"
        )
        pointing = Warnings("{count} statements refer to IRIs without a description")
        ends: list[tuple[Statement, str]] = []
        for quad in self._stated():
            self._check_terms(quad, unknown)
            self._check_date(quad, typed)
            if self._dangles(quad.object):
                if quad.predicate.value in _ENDS:
                    ends.append(
                        (_statement_key(quad), "from" if quad.predicate.value == _ENDS[0] else "to")
                    )
                else:
                    problem = f"{shorten(quad.predicate.value)} {shorten(_value(quad.object))}"
                    pointing.add(
                        _statement_key(quad), problem, "describe it: its type and rdfs:label"
                    )
        self._ill_typed(typed)
        yield self._broken_connections(ends)
        yield from (unknown, typed, pointing)
        yield self._connections_with_several_ends()
        yield self._described_twice()

    def _stated(self) -> Iterator[ox.Quad]:
        for quad in self._store.quads_for_pattern(None, None, None, DEFAULT_GRAPH):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value not in self._declared:
                yield quad

    def _check_terms(self, quad: ox.Quad, group: Warnings) -> None:
        for term in (quad.predicate, quad.object):
            iri = _value(term) if isinstance(term, ox.NamedNode) else ""
            if not is_of_ontology(iri) or iri in self._declared:
                continue
            if iri not in self._terms:
                self._terms[iri] = did_you_mean(iri, self._declared) or _allowed_terms_hint(iri)
            group.add(_statement_key(quad), f"{shorten(iri)} is unknown", self._terms[iri])

    def _check_date(self, quad: ox.Quad, group: Warnings) -> None:
        value = quad.object
        if (
            isinstance(value, ox.Literal)
            and value.datatype.value == XSD_STRING
            and quad.predicate.value in self._dated
        ):
            fix = f'write "{value.value}"^^xsd:gYear' if value.value.isdecimal() else _DATE_FORMS
            name = shorten(quad.predicate.value)
            group.add(_statement_key(quad), f'{name} "{value.value}" is a text, not a date', fix)

    def _ill_typed(self, group: Warnings) -> None:
        """Add literals whose lexical form is not valid for their datatype."""
        cases = '"well"'
        for name in _CASTABLE_TYPES:
            cases = f"IF(DATATYPE(?o) = xsd:{name}, STR(xsd:{name}(STR(?o))), {cases})"
        found = self._store.query(
            f"SELECT ?s ?p ?o {{ ?s ?p ?o FILTER(ISLITERAL(?o) && ISIRI(?s)) "
            f'FILTER(COALESCE({cases}, "ill") = "ill") }}',
            prefixes=PREFIXES,
        )
        for subject, predicate, value in found:  # type: ignore[union-attr]
            datatype = value.datatype.value
            group.add(
                (subject.value, predicate.value, value.value),
                f'{shorten(predicate.value)} "{value.value}" is not a valid {shorten(datatype)}',
                _DATE_FORMS if datatype in _DATES else "correct the text, or change its datatype",
            )

    def _dangles(self, node: object) -> bool:
        if not isinstance(node, ox.NamedNode) or not node.value.startswith(BASE):
            return False
        if node.value.removeprefix(BASE).split("/")[0] not in _REGISTERS:
            return False
        return not any(self._store.quads_for_pattern(node, None, None, DEFAULT_GRAPH))

    def _broken_connections(self, ends: Iterable[tuple[Statement, str]]) -> Warnings:
        """Return connections with an end that is not described."""
        total = {
            _value(quad.subject)
            for end in _ENDS
            for quad in self._store.quads_for_pattern(None, ox.NamedNode(end), None, DEFAULT_GRAPH)
        }
        group = Warnings(f"{{count}} of {len(total):,} connections cannot be shown")
        seen: set[str] = set()
        for statement, end in ends:
            if statement[0] in seen:
                continue
            seen.add(statement[0])
            group.add(
                statement,
                f"al:{end} {shorten(statement[2])}, which has no description",
                "describe it: its type and rdfs:label",
            )
        return group

    def _connections_with_several_ends(self) -> Warnings:
        """Return connections with more than one start or target."""
        group = Warnings("{count} connections have several ends: cards show one of them")
        for end in _ENDS:
            values: dict[str, list[ox.Quad]] = defaultdict(list)
            for quad in self._store.quads_for_pattern(None, ox.NamedNode(end), None, DEFAULT_GRAPH):
                values[_value(quad.subject)].append(quad)
            for quads in values.values():
                if len(quads) > 1:
                    listed = " and ".join(sorted(shorten(_value(quad.object)) for quad in quads))
                    fix = "write a connection for each, with an IRI of its own"
                    group.add(_statement_key(quads[-1]), f"{shorten(end)} {listed}", fix)
        return group

    def _described_twice(self) -> Warnings:
        """Return IRIs that have different classes or labels in different graphs.

        Labels are compared within one language.
        """
        group = Warnings("{count} IRIs are described differently by two files")
        for predicate in (_TYPE, _LABEL):
            met: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
            for quad in self._store.quads_for_pattern(None, ox.NamedNode(predicate), None):
                iri = _value(quad.subject)
                if isinstance(quad.graph_name, ox.NamedNode) and iri not in self._declared:
                    tag = getattr(quad.object, "language", "") or ""
                    met[iri, tag][quad.graph_name.value].add(_value(quad.object))
            for (iri, _), graphs in met.items():
                values = list(graphs.values())
                if len(values) > 1 and not set.intersection(*values):
                    both = " and ".join(sorted(min(map(shorten, one)) for one in values)[:2])
                    value = min(values[-1])
                    fix = "if these are two things, give one of them another IRI"
                    group.add((iri, predicate, value), f"{shorten(predicate)} {both}", fix)
        return group


def _statement_key(quad: ox.Quad) -> Statement:
    return (_value(quad.subject), quad.predicate.value, _value(quad.object))


def _value(node: object) -> str:
    return str(getattr(node, "value", node))


def _allowed_terms_hint(iri: str) -> str:
    register = iri.removeprefix(BASE).split("/")[0]
    lists = "classes" if iri.startswith(AL) else "kinds" if register == "kind" else "terms"
    return f"to list the known terms: allusion query {lists}"


def _find_lines(
    files: Sequence[RdfFile], wanted: set[Statement], *, lenient: bool
) -> dict[Statement, tuple[str, int]]:
    """Return the file and line of statements, by parsing the files again."""
    found: dict[Statement, tuple[str, int]] = {}
    for file in files:
        places = ProblemLocator(file)
        for item in parse(file, lenient=lenient):
            if (
                not isinstance(item, ParsedStatement)
                or (key := _statement_key(item.quad)) not in wanted
            ):
                continue
            line = item.line or places.locate(SyntaxProblem(0, 0, "", item.quad, key[2])).line
            found.setdefault(key, (file.name, line))
        if len(found) == len(wanted):
            break
    return found
