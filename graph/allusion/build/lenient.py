"""Lenient parsing: skip invalid statements and record them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final
from xml.sax.saxutils import escape

import pyoxigraph as ox

from ..core.errors import DataError, Fault
from ..core.terms import shorten
from .rdf_files import RdfFile, Stream
from .rdf_parsing import LINE_FORMATS, MAX_FAULTS, TAG_PLACEHOLDER, Parsed, Problem, fault_of, parse
from .rdf_statements import Statements, blank

#: Formats in which single statements can be removed from the text.
SPLITTABLE: Final = (
    ox.RdfFormat.N_TRIPLES,
    ox.RdfFormat.N_QUADS,
    ox.RdfFormat.TURTLE,
    ox.RdfFormat.TRIG,
    ox.RdfFormat.N3,
)
# Each round removes the faults that the earlier rounds made visible.
_MAX_ROUNDS: Final = 200
_BLOCK_LINES: Final = 10_000
_LOSES_POSITION: Final = re.compile("Line jumps|Unexpected end|UTF-8|longer than")
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


def faults_of(file: RdfFile) -> Iterator[Problem]:
    """Yield the faults of a document in order, at most one per statement."""
    if file.format in LINE_FORMATS:
        yield from _faulty_lines(file)
    elif file.format in SPLITTABLE:
        statements = Statements(file.format, flat=True, mark=False)
        last = -1
        with file.open() as stream:
            for problem in _problems(file, _JoinedStream(statements.split(_lines(stream)))):
                number = statements.statement_at(problem.line, problem.column)
                if number != last:
                    yield problem
                last = number
    else:
        places = ProblemLocator(file)
        for item in parse(file):
            if isinstance(item, Problem):
                yield places.locate(item)


def read_leniently(file: RdfFile, rejects: Rejects) -> Iterator[ox.Quad]:
    """Yield the valid statements of a document; record the others in ``rejects``.

    Raises:
        DataError: If the text is so damaged that its statements cannot be separated.
    """
    if file.format not in SPLITTABLE:
        places = ProblemLocator(file)
        for item in parse(file):
            if isinstance(item, Parsed):
                yield item.quad
            else:
                _reject(file, places.locate(item), rejects)
        return
    faulty = _faulty_statements(file)
    with file.open() as stream:
        text = _JoinedStream(_without_faulty(file, stream, faulty, rejects), by_line=True)
        for item in parse(file, lenient=True, stream=text):
            if isinstance(item, Parsed):
                yield item.quad
            elif item.quad is None:
                raise DataError([fault_of(file, item, "correct it")], file.name)
            else:
                _reject(file, item, rejects)


def _reject(file: RdfFile, problem: Problem, rejects: Rejects) -> None:
    if problem.quad is None:
        fix = f"the rest of the file is {_LEFT_OUT}"
        rejects.add(fault_of(file, problem, fix), f"# {fix}")
    else:
        quad = f"{problem.quad} .".replace(f"-{TAG_PLACEHOLDER}-", "_")
        rejects.add(fault_of(file, problem, f"{_LEFT_OUT}: {quad}"), quad)


def _faulty_statements(file: RdfFile) -> dict[int, Problem]:
    """Return statement number -> first problem, for all invalid statements."""
    if file.format in LINE_FORMATS:
        return {problem.line - 1: problem for problem in _faulty_lines(file)}
    faulty: dict[int, Problem] = {}
    for _ in range(_MAX_ROUNDS):
        statements = Statements(file.format, flat=True)
        new: dict[int, Problem] = {}
        with file.open() as stream:
            pieces = _replace_faulty(statements, stream, faulty, file.format)
            for problem in _problems(file, _JoinedStream(pieces, by_line=True), lenient=True):
                number = statements.statement_at(problem.line, problem.column)
                if number not in faulty:
                    new.setdefault(number, problem)
        for number, (line, column) in statements.unclosed.items():
            if number not in faulty:
                new[number] = Problem(line, column, "a quoted text is not closed on its line")
        if not new:
            break
        faulty |= new
    return faulty


def _faulty_lines(file: RdfFile) -> Iterator[Problem]:
    """Yield the first problem of each invalid line of N-Triples or N-Quads."""
    first = 1
    with file.open() as stream:
        lines = _lines(stream)
        while block := list(islice(lines, _BLOCK_LINES)):
            if any(_problems(file, _JoinedStream(block))):
                for number, line in enumerate(block, first):
                    if problem := next(_problems(file, _JoinedStream([line])), None):
                        yield replace(problem, line=number)
            first += len(block)


def _problems(file: RdfFile, text: Stream, *, lenient: bool = False) -> Iterator[Problem]:
    """Yield the syntax errors of a text; TriG is parsed as Turtle.

    They end after an unclosed string, where the parser no longer counts lines.
    """
    is_trig = file.format == ox.RdfFormat.TRIG
    plain = replace(file, format=ox.RdfFormat.TURTLE) if is_trig else file
    for item in parse(plain, lenient=lenient, stream=text):
        if isinstance(item, Problem) and (item.quad is None or not lenient):
            yield item
            if _LOSES_POSITION.search(item.reason):
                return


def _without_faulty(
    file: RdfFile, stream: Stream, faulty: dict[int, Problem], rejects: Rejects
) -> Iterator[str]:
    """Yield the text without its invalid statements; record these."""

    def drop(number: int, text: str) -> None:
        shown = text.replace(f"-{TAG_PLACEHOLDER}-", "_").strip()
        rejects.add(fault_of(file, faulty[number], f"{_LEFT_OUT}: {_shorten(shown)}"), shown)

    statements = Statements(file.format)
    return _replace_faulty(statements, stream, faulty, file.format, drop)


def _replace_faulty(
    statements: Statements,
    stream: Stream,
    faulty: dict[int, Problem],
    form: ox.RdfFormat,
    drop: Callable[[int, str], None] = lambda _number, _text: None,
) -> Iterator[str]:
    for number, text in enumerate(statements.split(_lines(stream))):
        if number in faulty:
            drop(number, text)
        elif number not in statements.unclosed:
            yield text
            continue
        kept = text[-1:] if form == ox.RdfFormat.TRIG and text[-1:] in ("{", "}") else ""
        yield blank(text[: len(text) - len(kept)]) + kept


def _shorten(text: str) -> str:
    line = " ".join(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").split())
    return line if len(line) <= 100 else f"{line[:99]}…"


def _lines(stream: Stream) -> Iterator[str]:
    """Yield the lines of a stream; invalid UTF-8 bytes are preserved."""
    rest = b""
    while data := stream.read(1 << 20):
        *whole, rest = (rest + data).split(b"\n")
        yield from (line.decode("utf-8", "surrogateescape") + "\n" for line in whole)
    if rest:
        yield rest.decode("utf-8", "surrogateescape")


class _JoinedStream(Stream):
    """A stream that joins pieces of text."""

    def __init__(self, pieces: Iterable[str], *, by_line: bool = False) -> None:
        encoded = (piece.encode("utf-8", "surrogateescape") for piece in pieces)
        super().__init__(io.BufferedReader(_PieceReader(encoded), 1 << 16), by_line=by_line)


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
    """Finds the lines of invalid terms in RDF/XML and JSON-LD.

    The parsers of these formats report no positions.
    """

    def __init__(self, file: RdfFile) -> None:
        self._file = file
        self._lines: list[str] = []
        self._last = 0

    def locate(self, problem: Problem) -> Problem:
        """Return the problem with the line of its term, if the term is found."""
        if problem.line or problem.quad is None:
            return problem
        if not self._lines:
            with self._file.open() as stream:
                self._lines = [line.casefold() for line in _lines(stream)]
        wanted = problem.term.casefold()
        folder = self._file.base.rpartition("/")[0].casefold()
        short = shorten(problem.term).casefold()
        forms = {wanted, short, escape(wanted), wanted.removeprefix(f"{folder}/")}
        count = len(self._lines)
        for number in ((self._last + step) % count for step in range(count)):
            if any(form in self._lines[number] for form in forms):
                self._last = number
                return replace(problem, line=number + 1)
        return problem


def open_rejects(path: Path) -> IO[str]:
    """Open the output file for `Rejects`."""
    return path.open("w", encoding="utf-8", errors="surrogateescape", newline="\n")
