"""Parse an RDF document statement by statement, with the line of each problem.

The parsers of the engine continue after a syntax error. They never access the network: a remote
JSON-LD context is an error, and an external DTD is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, NamedTuple
from xml.parsers import expat

import pyoxigraph as ox

from ..core.errors import DataError, Fault
from .rdf_files import RdfFile, Stream

#: Maximum token size of the parsers of the engine (oxttl, MAX_BUFFER_SIZE).
BUFFER_BYTES: Final = 16 * 1024 * 1024
#: Reason of a token that is larger.
TOO_LONG: Final = (
    f"a text begins here that is longer than {BUFFER_BYTES >> 20} MiB, or is never closed"
)
#: Maximum number of faults that are reported for one file.
MAX_FAULTS: Final = 10
#: Maximum length of an expanded XML entity; longer ones are entity bombs.
_MAX_ENTITY_LENGTH: Final = 1 << 16
#: Formats with one statement per line.
LINE_FORMATS: Final = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
# Parsers that report no positions and, in strict mode, silently drop invalid terms.
_CHECKED_HERE: Final = (ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD)
_PLACE: Final = re.compile(
    r"^Parser error (?:at|between) line \d+ (?:column \d+|between columns \d+ and \d+)"
    r"(?: and line \d+ column \d+)?: "
)
_LINE: Final = re.compile(r" \(line \d+\)$")
_REMOTE: Final = "No LoadDocumentCallback"
_ENTITY: Final = re.compile(r"&([^#;]+);")
_VALID: Final = ("", "")


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A syntax error or invalid term in a document.

    Attributes:
        line: Line, from 1; 0 if unknown.
        column: Column, from 1; 0 if unknown.
        reason: Description of the problem.
        quad: Statement with the invalid term, if it could be parsed.
        term: The invalid term, or "".
        ends: Whether the rest of the document cannot be read.
        cause: Message of the parser, or "".
    """

    line: int
    column: int
    reason: str
    quad: ox.Quad | None = None
    term: str = ""
    ends: bool = False
    cause: str = ""


class ParsedStatement(NamedTuple):
    """A statement, and the line that the parser has reached."""

    line: int
    quad: ox.Quad


def parse(
    file: RdfFile, *, lenient: bool = False, stream: Stream | None = None, rename: bool = True
) -> Iterator[ParsedStatement | SyntaxProblem]:
    """Yield the statements and problems of a document in order.

    Args:
        file: The document.
        lenient: Report an invalid IRI or language tag with its statement. Otherwise it is
            a syntax error, and the rest of a Turtle statement is lost.
        stream: Read this instead of the file.
        rename: Rename blank nodes, so that those of different files are distinct.
    """
    if stream is not None:
        yield from _parse(file, stream, lenient, rename)
        return
    if file.format == ox.RdfFormat.RDF_XML and (problem := xml_problem(file)):
        yield problem
        return
    with file.open(by_line=True) as opened:
        yield from _parse(file, opened, lenient, rename)


def _parse(
    file: RdfFile, stream: Stream, lenient: bool, rename: bool
) -> Iterator[ParsedStatement | SyntaxProblem]:
    loose = (lenient and file.format not in LINE_FORMATS) or file.format in _CHECKED_HERE
    quads = ox.parse(
        stream,  # type: ignore[arg-type]  # any object with read()
        file.format,
        base_iri=file.base or None,
        rename_blank_nodes=rename,
        lenient=loose,
    )
    formulas: set[object] = set()
    while True:
        try:
            quad = next(quads)
        except StopIteration:
            return
        except SyntaxError as error:
            problem = _problem(error, stream, file)
            yield problem
            if problem.ends:
                return
        except MemoryError:
            yield _unclosed_token(file, stream)
            return
        else:
            term, reason = _invalid_part(quad) if loose else _VALID
            if file.format == ox.RdfFormat.N3:
                if isinstance(quad.graph_name, ox.BlankNode):
                    formulas.add(quad.graph_name)
                if not formulas.isdisjoint((quad.subject, quad.object, quad.graph_name)):
                    reason = "a formula { ... } is not RDF"
            stream.rest()
            line = 0 if file.format == ox.RdfFormat.JSON_LD else stream.lines
            yield (
                SyntaxProblem(line, 0, reason, quad, term)
                if reason
                else ParsedStatement(line, _with_lower_case_tag(quad))
            )


def _with_lower_case_tag(quad: ox.Quad) -> ox.Quad:
    """Convert a language tag to lower case.

    The JSON-LD parser preserves its case, unlike the other parsers of the engine.
    """
    value = quad.object
    if not isinstance(value, ox.Literal) or not value.language or value.language.islower():
        return quad
    value = ox.Literal(value.value, language=value.language.lower(), direction=value.direction)
    return ox.Quad(quad.subject, quad.predicate, value, quad.graph_name)


def problem_of(error: SyntaxError) -> SyntaxProblem:
    """Convert an error of the parsers of the engine."""
    reason = _LINE.sub("", _PLACE.sub("", error.msg))
    return SyntaxProblem(error.lineno or 0, error.offset or 0, reason)


def _problem(error: SyntaxError, stream: Stream, file: RdfFile) -> SyntaxProblem:
    found = problem_of(error)
    if _REMOTE in (reason := found.reason):
        reason = "names a remote context, which is never fetched; put the context into the file"
    line = found.line or (0 if file.format == ox.RdfFormat.JSON_LD else stream.lines)
    ends = file.format in _CHECKED_HERE
    return replace(found, line=line, reason=reason, ends=ends, cause=found.reason)


def _unclosed_token(file: RdfFile, stream: Stream) -> SyntaxProblem:
    """Find the start of the token that filled the buffer of the parser."""
    start = max(0, stream.done - BUFFER_BYTES)
    line = 1
    with file.open() as again:
        while start and (data := again.read(min(start, 1 << 20))):
            line += data.count(b"\n")
            start -= len(data)
    return SyntaxProblem(line, 0, TOO_LONG, ends=True)


def _invalid_part(quad: ox.Quad) -> tuple[str, str]:
    """Return an invalid term of a statement, and the reason."""
    for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
        if (odd := _invalid_term(term)) != _VALID:
            return odd
    return _VALID


def _invalid_term(term: object) -> tuple[str, str]:
    match term:
        case ox.NamedNode():
            return _invalid_iri(term.value)
        case ox.Literal(language=str(tag)):
            return _invalid_tag(tag)
        case ox.Literal(datatype=ox.NamedNode(value=iri)):
            return _invalid_iri(iri)
        case ox.Triple():
            odd = (_invalid_term(part) for part in (term.subject, term.predicate, term.object))
            return next((one for one in odd if one != _VALID), _VALID)
    return _VALID


@lru_cache(maxsize=100_000)
def _invalid_iri(iri: str) -> tuple[str, str]:
    try:
        ox.NamedNode(iri)
    except ValueError as error:
        return iri, f"<{iri}> is not an IRI: {error}"
    return _VALID


@lru_cache(maxsize=1_000)
def _invalid_tag(tag: str) -> tuple[str, str]:
    if TAG_PLACEHOLDER in tag:
        shown = tag.replace(f"-{TAG_PLACEHOLDER}-", "_")
        return shown, f"@{shown} is not a language tag: its parts are joined by hyphens"
    try:
        ox.Literal("", language=tag)
    except ValueError as error:
        return tag, f"@{tag} is not a language tag: {error}"
    return _VALID


#: Replaces the ``_`` of a tag such as en_US, so that the parser accepts it. No real tag has it.
TAG_PLACEHOLDER: Final = "underscored"


def xml_problem(file: RdfFile) -> SyntaxProblem | None:
    """Return why an XML document cannot be parsed, or None.

    It may be malformed, or have entities that expand to more text than is allowed.
    """
    sizes: dict[str, int] = {}
    bomb = f"an XML entity expands to more than {_MAX_ENTITY_LENGTH:,} characters"

    def entity(name: str, _parameter: bool, value: str | None, *_: object) -> None:
        inner = sum(sizes.get(one, 0) for one in _ENTITY.findall(value or ""))
        sizes[name] = len(value or "") + inner
        if sizes[name] > _MAX_ENTITY_LENGTH:
            raise _RefusedDtd(bomb)

    reader = expat.ParserCreate()
    reader.EntityDeclHandler = entity
    with file.open() as stream:
        try:
            while data := stream.read(1 << 16):
                reader.Parse(data)
            reader.Parse(b"", True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code) or "not well-formed"
            if "amplification" in reason:
                reason = bomb
            return SyntaxProblem(error.lineno, error.offset + 1, reason, ends=True)
        except _RefusedDtd as refused:
            return SyntaxProblem(
                reader.CurrentLineNumber, reader.CurrentColumnNumber + 1, str(refused), ends=True
            )
    return None


class _RefusedDtd(Exception):
    pass


def fault_of(file: RdfFile, problem: SyntaxProblem, fix: str = "") -> Fault:
    """Return a problem as a fault of its file."""
    column = f", column {problem.column}" if problem.column else ""
    return Fault(
        file.name,
        problem.line,
        "",
        f"is not valid {file.format.name}{column}: {problem.reason}",
        fix or "correct it, or skip it with --lenient",
        "syntax",
    )


def faults_in(file: RdfFile, problems: Iterator[SyntaxProblem]) -> DataError:
    """Return the first faults of a document as one error."""
    faults: list[Fault] = []
    for problem in problems:
        if len(faults) == MAX_FAULTS:
            return DataError(faults, f"{file.name}, the first of them")
        faults.append(fault_of(file, problem))
    return DataError(faults, file.name)
