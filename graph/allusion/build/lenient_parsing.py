"""Lenient parsing: skip invalid statements and record them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph as ox

from ..core.atomic_files import is_device
from ..core.errors import AllusionError, DataError, Fault, OutputError, ParameterError
from ..core.unfinished_files import new_file
from .json_places import JsonPlaces
from .rdf_blocks import SPLITTABLE, BlockStatement, blocks
from .rdf_files import Amount, RdfFile, Stream
from .rdf_parsing import (
    LINE_FORMATS,
    MAX_FAULTS,
    TAG_PLACEHOLDER,
    TOO_LONG,
    ParsedStatement,
    SyntaxProblem,
    fault_of,
    parse,
)
from .rdf_statements import Statements, blank

# A language tag of Turtle after its string, also one that is not valid, such as en_US.
_TAG: Final = re.compile(r"(?<!\\)[\"']@([A-Za-z](?:-?\w)*)")
_LEFT_OUT: Final = "left out"


@dataclass(slots=True)
class Rejects:
    """Record of skipped statements.

    Attributes:
        count: Number of skipped statements; the unread rest of a file counts as one.
        faults: The first faults.
        file: Receives all faults as comments, each followed by the text of the statement.
    """

    file: IO[str] | None = None
    count: int = 0
    faults: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault, text: str) -> None:
        """Record one skipped statement."""
        self.count += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(fault)
        if self.file:
            where = f"{fault.file}:{fault.line}" if fault.line else fault.file
            self.file.write(f"# {where}: {fault.problem}\n{text.rstrip()}\n")


def faults_of(file: RdfFile) -> Iterator[SyntaxProblem]:
    """Yield the faults of a document in order, at most one per statement."""
    last, found = None, False
    if file.format in SPLITTABLE:
        with file.open() as stream:
            for block in blocks(file, stream):
                for statement in block.statements:
                    if statement.problem and statement.problem != last:
                        found = True
                        yield statement.problem
                    last = statement.problem
    # Formulas of N3 are valid statements that are not RDF.
    if file.format not in SPLITTABLE or (file.format == ox.RdfFormat.N3 and not found):
        places = ProblemLocator(file)
        before = None
        for item in parse(file):
            if isinstance(item, SyntaxProblem):
                located = places.locate(item)
                located = _respelled(located, places.spelling(located))
                same = (located.line, located.reason)
                if same != before:  # a formula can have several statements
                    yield located
                before = same


def read_leniently(file: RdfFile, rejects: Rejects) -> Iterator[ox.Quad]:
    """Yield the valid statements of RDF/XML, JSON-LD or N3; record the others in ``rejects``.

    Raises:
        DataError: If the text is so damaged that its statements cannot be separated.
    """
    if file.format not in SPLITTABLE:
        places = ProblemLocator(file)
        for item in parse(file):
            if isinstance(item, ParsedStatement):
                yield item.quad
            else:
                located = places.locate(item)
                _reject(file, located, rejects, places.spelling(located))
        return
    with valid_text(file, rejects) as stream:
        for item in parse(file, lenient=True, stream=stream):
            if isinstance(item, ParsedStatement):
                yield item.quad
            elif item.quad is None:
                raise DataError([fault_of(file, item, "correct it")], file.name)
            else:
                _reject(file, item, rejects)


@contextmanager
def valid_text(file: RdfFile, rejects: Rejects, amount: Amount | None = None) -> Iterator[Stream]:
    """Open a document whose format is in `SPLITTABLE` without its invalid statements.

    The other statements stay on their lines.

    Args:
        file: The document.
        rejects: Receives the invalid statements.
        amount: Called with the bytes read and their total.
    """
    with file.open(amount) as stream:
        pieces = _valid_pieces(file, stream, rejects)
        by_line = file.format == ox.RdfFormat.N3
        yield Stream(io.BufferedReader(_PieceReader(pieces), 1 << 16), by_line=by_line)


def _valid_pieces(file: RdfFile, stream: Stream, rejects: Rejects) -> Iterator[bytes]:
    for block in blocks(file, stream):
        yield block.text
        for statement in block.statements:
            text = statement.text
            if statement.problem:
                text = _valid_part(file, statement, statement.problem, rejects)
            yield text.encode("utf-8", "surrogateescape")


def _valid_part(
    file: RdfFile, statement: BlockStatement, problem: SyntaxProblem, rejects: Rejects
) -> str:
    """Return the triples of an invalid statement that are valid; reject the others.

    A triple is rejected because of an invalid term, a whole statement because of its syntax.
    """
    triples: list[ox.Triple] = []
    odd: list[SyntaxProblem] = []
    tags: list[str] = []
    written_tags = _TAG.findall(statement.text)
    if file.format not in LINE_FORMATS and problem.reason != TOO_LONG:
        for item in _triples(file, statement):
            tag = _take_tag(written_tags, item.quad)
            if isinstance(item, ParsedStatement):
                triples.append(item.quad.triple)
            elif item.quad is not None:
                odd.append(item)
                tags.append(tag)
            else:
                odd, problem = [], item
                break
    for one, tag in zip(odd, tags, strict=False):
        _reject(file, one, rejects, tag)
    if not odd:
        triples = []
        shown = statement.text.removesuffix(statement.kept).strip()
        rejects.add(fault_of(file, problem, f"{_LEFT_OUT}: {_shorten(shown)}"), shown)
    white = blank(statement.text[: len(statement.text) - len(statement.kept)])
    written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return white + written.decode().replace("\n", " ") + statement.kept


def _triples(file: RdfFile, statement: BlockStatement) -> Iterator[ParsedStatement | SyntaxProblem]:
    """Parse a statement leniently; blank nodes keep their names."""
    mark = Statements(ox.RdfFormat.TURTLE)
    text = "".join(
        mark.split(_lines(io.BytesIO(statement.turtle.encode("utf-8", "surrogateescape"))))
    )
    header = statement.context.header(lenient=True)
    data = f"{header}{' ' * statement.column}{text}".encode("utf-8", "surrogateescape")
    form = file.format if file.format == ox.RdfFormat.N3 else ox.RdfFormat.TURTLE
    alone = replace(file, format=form, base=statement.context.base)
    above = statement.line - 1 - header.count("\n")
    stream = Stream(io.BytesIO(data), by_line=True)
    for item in parse(alone, lenient=True, stream=stream, rename=False):
        if isinstance(item, SyntaxProblem):
            yield replace(item, line=item.line + above)
        else:
            yield item


def _tag_of(quad: ox.Quad | None) -> str:
    """Return the language tag of a statement, in the lower case of the parser, or ""."""
    value = quad.object if quad else None
    tag = value.language if isinstance(value, ox.Literal) else None
    return (tag or "").replace(f"-{TAG_PLACEHOLDER}-", "_")


def _take_tag(written: list[str], quad: ox.Quad | None) -> str:
    """Remove the tag of a statement from those of the text, and return it as written, or ""."""
    wanted = _tag_of(quad)
    for place, tag in enumerate(written):
        if tag.lower() == wanted:
            return written.pop(place)
    return ""


def _respelled(problem: SyntaxProblem, tag: str) -> SyntaxProblem:
    reason = problem.reason.replace(f"@{tag.lower()} ", f"@{tag} ")
    return replace(problem, reason=reason) if tag else problem


def _reject(file: RdfFile, problem: SyntaxProblem, rejects: Rejects, tag: str = "") -> None:
    """Record a problem.

    Args:
        file: The document.
        problem: The problem.
        rejects: Receives it.
        tag: The language tag of the statement as the document has it, or "".
    """
    if problem.quad is None:
        fix = f"the rest of the file is {_LEFT_OUT}"
        rejects.add(fault_of(file, problem, fix), f"# {fix}")
    else:
        quad = f"{problem.quad} .".replace(f"-{TAG_PLACEHOLDER}-", "_")
        if tag:
            before, at, after = quad.rpartition(f'"@{tag.lower()}')
            quad = f'{before}"@{tag}{after}' if at else quad
            problem = _respelled(problem, tag)
        rejects.add(fault_of(file, problem, f"{_LEFT_OUT}: {quad}"), quad)


def _shorten(text: str) -> str:
    line = " ".join(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").split())
    return line if len(line) <= 100 else f"{line[:99]}…"


def _lines(stream: Stream | IO[bytes]) -> Iterator[str]:
    """Yield the lines of a stream; invalid UTF-8 bytes are preserved."""
    rest = b""
    while data := stream.read(1 << 20):
        *whole, rest = (rest + data).split(b"\n")
        yield from (line.decode("utf-8", "surrogateescape") + "\n" for line in whole)
    if rest:
        yield rest.decode("utf-8", "surrogateescape")


class _PieceReader(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._ready = memoryview(piece)
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count


class ProblemLocator:
    """Finds the lines of problems in JSON-LD, and how a document spells language tags.

    The parsers of JSON-LD and RDF/XML report no positions. That of RDF/XML returns each statement
    when it has read it.
    """

    def __init__(self, file: RdfFile) -> None:
        self._file = file

    @cached_property
    def _written(self) -> list[str]:
        with self._file.open() as stream:
            return list(_lines(stream))

    @cached_property
    def _places(self) -> JsonPlaces:
        return JsonPlaces("".join(self._written), self._file.base)

    def locate(self, problem: SyntaxProblem) -> SyntaxProblem:
        """Return the problem with its line, if it is found."""
        if problem.line or self._file.format != ox.RdfFormat.JSON_LD:
            return problem
        if problem.quad is None:
            return replace(problem, line=self._places.find_error(problem.cause))
        return replace(problem, line=self._places.find_statement(problem.quad, problem.term))

    def line_of(self, statement: ParsedStatement) -> int:
        """Return the line of a valid statement; 0 if it is not found."""
        return self.locate(SyntaxProblem(statement.line, 0, "", statement.quad)).line

    def spelling(self, problem: SyntaxProblem) -> str:
        """Return the language tag of a located statement as the document has it, or ""."""
        if not (tag := _tag_of(problem.quad)):
            return ""
        quoted = re.compile(rf"[\"']({re.escape(tag)})[\"']", re.IGNORECASE)
        lines = chain(self._written[problem.line - 1 : problem.line], self._written)
        return next((found[1] for line in lines if (found := quoted.search(line))), "")


@contextmanager
def open_rejects(path: Path, documents: Iterable[RdfFile]) -> Iterator[IO[str]]:
    """Open the output file for `Rejects`; it is new or replaced only if the block succeeds.

    Raises:
        ParameterError: If the file is one of the documents.
        OutputError: If the file cannot be written.
    """
    if path.exists() and any(one.path.exists() and path.samefile(one.path) for one in documents):
        raise ParameterError(f"{path} is to be loaded; choose another file for the rejects")
    with ExitStack() as made:
        stream = None
        try:
            place = path if is_device(path) else made.enter_context(new_file(path))
            stream = place.open("w", encoding="utf-8", errors="surrogateescape", newline="\n")
            yield stream
            stream.close()
            if place != path:
                place.replace(path)
        except OSError as error:
            if isinstance(error, AllusionError) or (stream and not stream.closed):
                raise
            raise OutputError(f"{path} could not be written: {error.strerror or error}") from error
        finally:
            if stream:
                with suppress(OSError):
                    stream.close()
