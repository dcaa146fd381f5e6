"""Warnings about loaded files, with the lines of the statements.

Loaded files are not checked like curated files. Problems that affect cards and queries are
reported as warnings, grouped by kind.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from ..core.errors import Fault
from ..core.replacements import REPLACED_BY, follow_replacements
from ..core.suggestions import did_you_mean
from ..core.terms import XSD, XSD_STRING, shorten
from ..core.text import count_text
from ..core.vocabulary import (
    AL,
    BASE,
    CONNECTION_CLASSES,
    ENTITY_REGISTERS,
    ONTOLOGY,
    PREFIXES,
    STATEMENT_REGISTERS,
    register_of,
)
from ..store.default_graph import DEFAULT_GRAPH
from .check.structure import is_of_ontology
from .lenient_parsing import ProblemLocator
from .rdf_files import RdfFile
from .rdf_parsing import LINE_FORMATS, ParsedStatement, parse

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
_CASTABLE_DATATYPES: Final = frozenset(XSD + name for name in _CASTABLE_TYPES)
_MAX_CAST: Final = 1000  # literals in one query
_CLASSES: Final = ", ".join(f"al:{name}" for name in CONNECTION_CLASSES)
_OF_CLASS: Final = f"VALUES ?class {{ {_CLASSES.replace(',', '')} }} ?s a ?class"
_WITH_END: Final = "VALUES ?end { al:from al:to } ?s ?end ?o"
_CONNECTION: Final = f"{{ {_WITH_END} }} UNION {{ {_OF_CLASS} }}"
_WITHOUT_CLASS: Final = (
    f"SELECT DISTINCT ?s {{ {_WITH_END} FILTER NOT EXISTS {{ {_OF_CLASS} }} }} ORDER BY ?s"
)
_WITHOUT_END: Final = f"""SELECT DISTINCT ?s ?end {{
  {_OF_CLASS} VALUES ?end {{ al:from al:to }} FILTER NOT EXISTS {{ ?s ?end ?o }} }} ORDER BY ?s"""
#: Only an IRI of the project with a class in a named graph has a card.
_CARD: Final = f"""GRAPH ?g {{ ?NAME a ?type }} ?type rdfs:subClassOf* al:Entity
  FILTER(STRSTARTS(STR(?NAME), "{BASE}"))"""
_WITHOUT_CARD: Final = f"""SELECT DISTINCT ?s ?one ?other {{
  {_OF_CLASS} . ?s al:from ?one ; al:to ?other
  FILTER NOT EXISTS {{ {_CARD.replace("NAME", "one")} }}
  FILTER NOT EXISTS {{ {_CARD.replace("NAME", "other")} }} }} ORDER BY ?s"""
_WITHOUT_NAME: Final = f"""SELECT DISTINCT ?s ?end ?o {{
  {_WITH_END} FILTER NOT EXISTS {{ ?o rdfs:label ?name }} }} ORDER BY ?s ?end"""
#: Maximum number of cases of each kind that are listed with their lines.
MAX_LISTED: Final = 5

Statement = tuple[str, str, str]
_Node = ox.NamedNode | ox.BlankNode | ox.Triple | None


@dataclass(slots=True)
class Warnings:
    """Warnings of one kind.

    Attributes:
        one: Description of the kind after the number 1.
        several: The same after other numbers.
        count: Number of cases.
        cases: Statement -> problem and fix, for the first cases.
        faults: The same cases with file and line.
    """

    one: str
    several: str
    count: int = 0
    cases: dict[Statement, tuple[str, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, statement: Statement, problem: str, fix: str) -> None:
        """Count one case; keep it if it is among the first."""
        self.count += 1
        if len(self.cases) < MAX_LISTED:
            self.cases[statement] = (problem, fix)

    def __str__(self) -> str:
        return count_text(self.count, self.one, self.several)


def check_loaded(
    store: ox.Store, files: Sequence[RdfFile], *, lenient: bool, default: ox.Store | None = None
) -> list[Warnings]:
    """Return the problems in loaded files, grouped by kind.

    Args:
        store: The store.
        files: The files that were loaded into it, which are read again for the lines.
        lenient: Whether invalid statements were skipped.
        default: A copy of its default graph, which is read instead.
    """
    check = _Check(store, store if default is None else default)
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
    """Checks a loaded store, one kind of warning after the other.

    The engine finds the distinct terms that are at fault; only their statements are read.
    """

    def __init__(self, store: ox.Store, default: ox.Store) -> None:
        self._store, self._default = store, default
        self._own = ox.NamedNode(ONTOLOGY)
        ontology = list(store.quads_for_pattern(None, None, None, self._own))
        self._declared = {q.subject.value for q in ontology if isinstance(q.subject, ox.NamedNode)}
        self._dated = {
            _value(q.subject)
            for q in ontology
            if q.predicate.value == _RANGE and _value(q.object) == AL + "PartialDate"
        }

    def groups(self) -> Iterator[Warnings]:
        """Yield the warnings of every kind."""
        unknown = Warnings(
            "use of an unknown term: queries do not find it",
            "uses of unknown terms: queries do not find them",
        )
        typed = Warnings(
            "value is not valid for its datatype: it cannot be compared or sorted",
            "values are not valid for their datatype: they cannot be compared or sorted",
        )
        pointing = Warnings(
            "statement refers to an IRI without a description",
            "statements refer to IRIs without a description",
        )
        predicates = [row[0] for row in self._select("SELECT DISTINCT ?p { ?s ?p ?o }")]
        for predicate in predicates:
            self._check_term(predicate, unknown, self._stated(None, predicate, None))
            if predicate.value in self._dated:
                self._dates_as_text(predicate, typed)
        castable: list[ox.Literal] = []
        described = {row[0] for row in self._select("SELECT DISTINCT ?s { ?s ?p ?o }")}
        for (node,) in self._select("SELECT DISTINCT ?o { ?s ?p ?o }"):
            if isinstance(node, ox.NamedNode):
                self._check_term(node, unknown, self._stated(None, None, node))
                if _is_of_register(node.value) and node not in described:
                    self._check_references(node, pointing)
            elif isinstance(node, ox.Literal) and node.datatype.value in _CASTABLE_DATATYPES:
                castable.append(node)
        for start in range(0, len(castable), _MAX_CAST):
            self._ill_typed(castable[start : start + _MAX_CAST], typed)
        yield from self._broken_connections()
        yield from (unknown, typed, pointing)
        yield self._connections_with_several_ends()
        yield self._unusable_replacements()
        yield self._described_twice()

    def _select(self, query: str, store: ox.Store | None = None) -> ox.QuerySolutions:
        store = self._default if store is None else store
        found = store.query(query, prefixes=PREFIXES)
        assert isinstance(found, ox.QuerySolutions)
        return found

    def _stated(
        self,
        subject: _Node,
        predicate: ox.NamedNode | None,
        value: ox.NamedNode | ox.Literal | None,
    ) -> Iterator[ox.Quad]:
        """Yield the statements about IRIs that are not of the ontology."""
        for quad in self._default.quads_for_pattern(subject, predicate, value, DEFAULT_GRAPH):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value not in self._declared:
                yield quad

    def _check_term(self, term: ox.NamedNode, group: Warnings, uses: Iterable[ox.Quad]) -> None:
        """Add the uses of a term that is in the namespaces of the ontology, but not in it."""
        iri = term.value
        if not is_of_ontology(iri) or iri in self._declared:
            return
        fix = ""
        for quad in uses:
            fix = fix or did_you_mean(iri, self._declared) or _allowed_terms_hint(iri)
            group.add(_statement_key(quad), f"{shorten(iri)} is unknown", fix)

    def _check_references(self, node: ox.NamedNode, group: Warnings) -> None:
        """Add the references to a node without a description, except those of connections."""
        for quad in self._stated(None, None, node):
            name = quad.predicate.value
            if name not in _ENDS:
                problem = f"{shorten(name)} {shorten(node.value)}"
                group.add(_statement_key(quad), problem, "describe it: its type and rdfs:label")

    def _dates_as_text(self, predicate: ox.NamedNode, group: Warnings) -> None:
        for (value,) in self._select(
            f"SELECT DISTINCT ?o {{ ?s {predicate} ?o FILTER(DATATYPE(?o) = <{XSD_STRING}>) }}"
        ):
            fix = f'write "{value.value}"^^xsd:gYear' if value.value.isdecimal() else _DATE_FORMS
            problem = f'{shorten(predicate.value)} "{value.value}" is a text, not a date'
            for quad in self._stated(None, predicate, value):
                group.add(_statement_key(quad), problem, fix)

    def _ill_typed(self, literals: Iterable[ox.Literal], group: Warnings) -> None:
        """Add those literals whose lexical form is not valid for their datatype."""
        cases = '"well"'
        for name in _CASTABLE_TYPES:
            cases = f"IF(DATATYPE(?o) = xsd:{name}, STR(xsd:{name}(STR(?o))), {cases})"
        values = " ".join(map(str, literals))
        for (value,) in self._select(
            f'SELECT ?o {{ VALUES ?o {{ {values} }} FILTER(COALESCE({cases}, "ill") = "ill") }}'
        ):
            datatype = value.datatype.value
            for quad in self._default.quads_for_pattern(None, None, value, DEFAULT_GRAPH):
                if isinstance(quad.subject, ox.NamedNode):
                    name = shorten(quad.predicate.value)
                    group.add(
                        _statement_key(quad),
                        f'{name} "{value.value}" is not a valid {shorten(datatype)}',
                        _DATE_FORMS
                        if datatype in _DATES
                        else "correct the text, or change its datatype",
                    )

    def _broken_connections(self) -> Iterator[Warnings]:
        """Yield connections that no card shows, and those with an end that has no name."""
        ((total,),) = self._select(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {_CONNECTION} }}")
        of_all = f"of {count_text(int(total.value), 'connection', 'connections')}"
        hidden = Warnings(f"{of_all} cannot be shown", f"{of_all} cannot be shown")
        for (node,) in self._select(_WITHOUT_CLASS):
            self._add_node(node, "has no class of a connection", f"write one: {_CLASSES}", hidden)
        for node, end in self._select(_WITHOUT_END):
            name = shorten(end.value)
            self._add_node(node, f"has no {name}", f"add {name} with an entity", hidden)
        pairs = ((node, pair) for node, *pair in self._select(_WITHOUT_CARD, self._store))
        for node, (one, other) in pairs:
            names = f"{shorten(_value(one))} nor al:to {shorten(_value(other))}"
            fix = "describe an end: its type and rdfs:label"
            self._add_node(node, f"neither al:from {names} has a card", fix, hidden)
        ends = "an end without a name: cards show its IRI, most queries nothing"
        nameless = Warnings(f"{of_all} has {ends}", f"{of_all} have {ends}")
        for node, end, value in self._select(_WITHOUT_NAME):
            if isinstance(node, ox.NamedNode) and node.value not in self._declared:
                nameless.add(
                    (node.value, end.value, _value(value)),
                    f"{shorten(end.value)} {shorten(_value(value))}, which has no rdfs:label",
                    "describe it: its type and rdfs:label",
                )
        yield hidden
        yield nameless

    def _add_node(self, node: _Node, problem: str, fix: str, group: Warnings) -> None:
        """Add a node, with the line of one of its statements."""
        if isinstance(node, ox.NamedNode) and (quad := next(self._stated(node, None, None), None)):
            group.add(_statement_key(quad), problem, fix)

    def _connections_with_several_ends(self) -> Warnings:
        """Return connections with more than one start or target."""
        group = Warnings(
            "connection has several ends: cards show one of them",
            "connections have several ends: cards show one of them",
        )
        for end in _ENDS:
            for (node,) in self._select(
                f"SELECT ?s {{ ?s <{end}> ?o }} GROUP BY ?s HAVING (COUNT(?o) > 1)"
            ):
                quads = list(
                    self._default.quads_for_pattern(node, ox.NamedNode(end), None, DEFAULT_GRAPH)
                )
                listed = " and ".join(sorted(shorten(_value(quad.object)) for quad in quads))
                fix = "write a connection for each, with an IRI of its own"
                group.add(_statement_key(quads[-1]), f"{shorten(end)} {listed}", fix)
        return group

    def _unusable_replacements(self) -> Warnings:
        """Return deprecated IRIs that are replaced by themselves, or by several IRIs."""
        group = Warnings(
            "deprecated IRI has no single replacement",
            "deprecated IRIs have no single replacement",
        )
        quads = self._stated(None, ox.NamedNode(REPLACED_BY), None)
        pairs = [(_value(quad.subject), _value(quad.object)) for quad in quads]
        found = follow_replacements(pairs)
        for old, new in sorted(pairs):
            if old in found.cyclic:
                problem = f"dcterms:isReplacedBy {shorten(new)} leads back to the IRI"
                fix = "remove the statement with the wrong direction"
            elif new in found.several.get(old, ())[1:]:
                problem = f"dcterms:isReplacedBy {' and '.join(map(shorten, found.several[old]))}"
                fix = f"state one; {shorten(found.several[old][0])} is used"
            else:
                continue
            group.add((old, REPLACED_BY, new), problem, fix)
        return group

    def _described_twice(self) -> Warnings:
        """Return IRIs that have different classes or labels in different graphs.

        Labels are compared within one language.
        """
        group = Warnings(
            "IRI is described differently by two files",
            "IRIs are described differently by two files",
        )
        if sum(graph != self._own for graph in self._store.named_graphs()) < 2:
            return group  # what the ontology describes is not compared
        for predicate in (_TYPE, _LABEL):
            found = self._store.query(
                f"SELECT ?s {{ GRAPH ?g {{ ?s <{predicate}> ?o }} }} "
                "GROUP BY ?s HAVING (COUNT(DISTINCT ?g) > 1)"
            )
            for (node,) in found:  # type: ignore[union-attr]
                if node.value not in self._declared:
                    self._check_descriptions(node, predicate, group)
        return group

    def _check_descriptions(self, node: _Node, predicate: str, group: Warnings) -> None:
        """Add a node if its graphs have no value in common, in one language."""
        met: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for quad in self._store.quads_for_pattern(node, ox.NamedNode(predicate), None):
            if isinstance(quad.graph_name, ox.NamedNode):
                tag = getattr(quad.object, "language", "") or ""
                met[tag][quad.graph_name.value].add(_value(quad.object))
        for graphs in met.values():
            values = list(graphs.values())
            if len(values) > 1 and not set.intersection(*values):
                both = " and ".join(sorted(min(map(shorten, one)) for one in values)[:2])
                fix = "if these are two things, give one of them another IRI"
                group.add(
                    (_value(node), predicate, min(values[-1])), f"{shorten(predicate)} {both}", fix
                )


def _is_of_register(iri: str) -> bool:
    return iri.startswith(BASE) and register_of(iri) in _REGISTERS


def _statement_key(quad: ox.Quad) -> Statement:
    return (_value(quad.subject), quad.predicate.value, _value(quad.object))


def _value(node: object) -> str:
    return str(getattr(node, "value", node))


def _allowed_terms_hint(iri: str) -> str:
    register = register_of(iri)
    lists = "classes" if iri.startswith(AL) else "kinds" if register == "kind" else "terms"
    return f"to list the known terms: allusion query {lists}"


def _find_lines(
    files: Sequence[RdfFile], wanted: set[Statement], *, lenient: bool
) -> dict[Statement, tuple[str, int]]:
    """Return the file and line of statements, by reading the files again."""
    found: dict[Statement, tuple[str, int]] = {}
    by_line = [file for file in files if file.format in LINE_FORMATS]
    # Statements with escaped IRIs are only found by parsing the whole file.
    for file, search in (*((one, one in by_line) for one in files), *((o, False) for o in by_line)):
        if len(found) == len(wanted):
            break
        places = ProblemLocator(file)
        parsed = _search_lines(file, wanted) if search else parse(file, lenient=lenient)
        for item in parsed:
            if (
                not isinstance(item, ParsedStatement)
                or (key := _statement_key(item.quad)) not in wanted
            ):
                continue
            if key not in found:
                found[key] = (file.name, places.line_of(item))
    return found


def _search_lines(file: RdfFile, wanted: Iterable[Statement]) -> Iterator[ParsedStatement]:
    """Yield the statements of N-Triples or N-Quads about the subjects of ``wanted``."""
    subjects = sorted({re.escape(statement[0].encode()) for statement in wanted})
    pattern = re.compile(rb"^[ \t]*<(?:%s)>[^\r\n]*" % b"|".join(subjects), re.MULTILINE)
    done, rest = 1, b""
    with file.open() as stream:
        while data := stream.read():
            lines, end, rest = (rest + data).rpartition(b"\n")
            yield from _matching_lines(pattern, lines, file.format, done)
            done += lines.count(b"\n") + len(end)
    yield from _matching_lines(pattern, rest, file.format, done)


def _matching_lines(
    pattern: re.Pattern[bytes], text: bytes, form: ox.RdfFormat, first: int
) -> Iterator[ParsedStatement]:
    for match in pattern.finditer(text):
        with suppress(SyntaxError):
            for quad in ox.parse(match[0], form):
                yield ParsedStatement(first + text.count(b"\n", 0, match.start()), quad)
