"""Reader for curated Turtle files, with the lines of their statements."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from ..core.errors import Fault
from ..core.own_namespace import OwnNamespace, namespace_of
from ..core.resources import Resources
from ..core.terms import shorten
from ..core.vocabulary import AL, BASE, GRAPH_REGISTER, GRAPH_WIKIDATA, PREFIXES

#: Properties whose values are addresses of pages.
_ADDRESSES: Final = (AL + "url", AL + "wikipediaArticle", AL + "copyOf")

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple of a file."""

    subject: ox.NamedNode | ox.BlankNode
    predicate: ox.NamedNode
    object: ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(slots=True)
class CuratedFile:
    """A curated Turtle file.

    Attributes:
        path: The file.
        name: Path below the data folder ("sources/kpnv-223.ttl"); in a collection it begins
            with the folder of the collection.
        graph: IRI of the named graph of its triples.
        text: Its content.
        statements: Its triples; empty if it is not valid Turtle.
        collection: Folder of the collection that it belongs to; None for the shipped facts.
        namespace: Namespace of the IRIs in its text; its statements have those of the project.
    """

    path: Path
    name: str
    graph: str
    text: str
    statements: list[Statement] = field(default_factory=list)
    collection: Path | None = None
    namespace: OwnNamespace | None = None
    _lines: list[str] = field(default_factory=list, repr=False)
    _block_starts: dict[str, int] = field(default_factory=dict, repr=False)

    def line_of(
        self, subject: Term, predicate: Term | None = None, value: Term | None = None
    ) -> int:
        """Return the line of a statement.

        The text is searched, because Turtle parsers report no positions. Curated files begin
        each subject at the start of a line.

        Returns:
            The line of the value, else of the predicate, else of the subject; 0 if none is found.
        """
        if not self._lines:
            self._lines = self.text.splitlines()
            for number, line in reversed(list(enumerate(self._lines))):
                if line and not line[0].isspace():
                    self._block_starts[line.split(maxsplit=1)[0]] = number
        start = next(
            (
                self._block_starts[form]
                for form in self._forms(subject)
                if form in self._block_starts
            ),
            None,
        )
        if start is None:
            return 0
        if value is None and predicate is None:
            return start + 1
        block = self._lines[start : self._end_of_block(self._lines, start)]
        for wanted in (value, predicate):
            forms = self._forms(wanted)
            for offset, line in enumerate(block):
                if any(form in (line if form[0] == '"' else _split_tokens(line)) for form in forms):
                    return start + offset + 1
        return start + 1

    def data(self) -> bytes:
        """Return its statements as Turtle, with the IRIs of the project."""
        if self.namespace is None:
            return self.text.encode()
        lines = (f"{one.subject} {one.predicate} {one.object} .\n" for one in self.statements)
        return "".join(lines).encode()

    def own_iris(self) -> Iterator[tuple[ox.NamedNode, ox.NamedNode]]:
        """Yield each node of its namespace with its IRI in the text."""
        for subject in {one.subject for one in self.statements} if self.namespace else ():
            if isinstance(subject, ox.NamedNode):
                own = self.namespace.outward(subject.value) if self.namespace else ""
                if own != subject.value:
                    yield subject, ox.NamedNode(own)

    def _forms(self, term: Term | None) -> list[str]:
        if self.namespace and isinstance(term, ox.NamedNode):
            term = ox.NamedNode(self.namespace.outward(term.value))
        return _turtle_forms(term)

    @staticmethod
    def _end_of_block(lines: list[str], start: int) -> int:
        for number in range(start + 1, len(lines)):
            if lines[number] and not lines[number][0].isspace() and lines[number][0] not in ".;,":
                return number
        return len(lines)


def _turtle_forms(term: Term | None) -> list[str]:
    if isinstance(term, ox.NamedNode):
        forms = [shorten(term.value), f"<{term.value}>"]
        if term.value == PREFIXES["rdf"] + "type":
            forms.append("a")
        return forms
    if isinstance(term, ox.Literal):
        return ['"' + term.value.replace("\\", "\\\\").replace('"', '\\"')[:60], term.value[:60]]
    return []


def _split_tokens(line: str) -> list[str]:
    return re.split(r"[\s,;]+", line.strip().rstrip("."))


def graph_of(path: Path) -> str:
    """Return the IRI of the named graph of a file."""
    if path.parent.name == "pulled":
        return GRAPH_WIKIDATA
    return f"{BASE}source/{path.stem}" if path.parent.name == "sources" else GRAPH_REGISTER


def parse_turtle(path: Path, name: str) -> tuple[CuratedFile, Fault | None]:
    """Parse a curated file; return it and its syntax fault, if any."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = Fault(
            name,
            0,
            "",
            f"is not UTF-8 ({error.reason} at byte {error.start})",
            "save the file as UTF-8",
            "syntax",
        )
        return CuratedFile(path, name, graph_of(path), ""), fault
    return parse_text(path, name, text)


def parse_text(path: Path, name: str, text: str) -> tuple[CuratedFile, Fault | None]:
    """Parse the text of a curated file; return it and its syntax fault, if any."""
    own = namespace_of(path.parents[1]) if path.parent.name == "sources" else None
    file = CuratedFile(path, name, graph_of(path), text, namespace=own)
    try:
        for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE):
            if not isinstance(quad.subject, ox.Triple) and not isinstance(quad.object, ox.Triple):
                one = Statement(quad.subject, quad.predicate, quad.object)
                file.statements.append(_inward(one, own) if own else one)
    except SyntaxError as error:
        file.statements.clear()
        # The message is "Parser error at line 3 column 5: reason"; remove the position.
        reason = re.sub(r"^Parser error at line \d+ (?:column \d+|.*?): ", "", error.msg)
        column = f", column {error.offset}" if error.offset else ""
        return file, Fault(
            name,
            error.lineno or 0,
            "",
            f"is not valid Turtle{column}: {reason}",
            "correct the line; Turtle grammar: https://www.w3.org/TR/turtle/",
            "syntax",
        )
    return file, None


def _inward(one: Statement, own: OwnNamespace) -> Statement:
    """Return a statement with the IRIs of the project; an address stays as it is."""

    def inward(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> Any:
        return ox.NamedNode(own.inward(term.value)) if isinstance(term, ox.NamedNode) else term

    is_address = one.predicate.value in _ADDRESSES
    return Statement(
        inward(one.subject), one.predicate, one.object if is_address else inward(one.object)
    )


@contextmanager
def quiet_rdflib() -> Iterator[None]:
    """Suppress the warnings of rdflib about invalid literals; a check reports them."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def read(resources: Resources) -> tuple[list[CuratedFile], list[Fault]]:
    """Read all Turtle files; return them and their syntax faults.

    The order is: registers, sources, Wikidata snapshot, collections.
    """
    files, faults = [], []
    for path in resources.turtle_files():
        folder = path.parents[1]
        layer = folder if folder in resources.collections else None
        name = f"{path.parent.name}/{path.name}"
        file, fault = parse_turtle(path, f"{layer.name}/{name}" if layer else name)
        file.collection = layer
        files.append(file)
        if fault:
            faults.append(fault)
    return files, faults


def statements(files: list[CuratedFile]) -> Iterator[tuple[CuratedFile, Statement]]:
    """Yield all statements, each with its file."""
    for file in files:
        for statement in file.statements:
            yield file, statement
