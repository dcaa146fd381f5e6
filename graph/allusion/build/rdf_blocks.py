"""Find the invalid statements of N-Triples, N-Quads, Turtle, TriG and N3.

The parser of the engine checks a text block by block. A block that it rejects is checked again in
smaller blocks, and those that it rejects are split into statements. So the time is linear in the
size of the text, and most of it is spent in the engine.
"""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import pyoxigraph as ox

from .rdf_files import RdfFile, Stream
from .rdf_parsing import LINE_FORMATS, TOO_LONG, SyntaxProblem, problem_of
from .rdf_statements import Statements, blank

#: Formats in which single statements can be removed from the text.
SPLITTABLE: Final = (
    ox.RdfFormat.N_TRIPLES,
    ox.RdfFormat.N_QUADS,
    ox.RdfFormat.TURTLE,
    ox.RdfFormat.TRIG,
    ox.RdfFormat.N3,
)
_CHUNK_BYTES: Final = 1 << 20
_FEW_LINES: Final = 64
# Maximum number of lines of a small block.
_MAX_LINES: Final = 1_024
# The text up to the last line that may end a statement.
_STATEMENTS: Final = re.compile(rb".*[.}][ \t\r]*\n", re.DOTALL)
_DIRECTIVE: Final = re.compile(r"(?:\s|#.*\n)*@?(?:prefix|base|version)\b", re.IGNORECASE)
# A superset of the prefixes in a text.
_DELIMITERS: Final = r"\s<>\"'(){}\[\],;:^@#|!/*+?="
_PREFIXES: Final = re.compile(rf"(?<![^{_DELIMITERS}])([^{_DELIMITERS}]*):")
_NO_LABEL: Final = "<urn:x:graph>"


class ParsingContext(NamedTuple):
    """Prefixes and base IRI that the directives before a text declare.

    Attributes:
        prefixes: Prefix -> IRI.
        base: Base IRI; "" for none.
    """

    prefixes: dict[str, str]
    base: str

    def header(self, text: str | None = None, *, lenient: bool = False) -> str:
        """Return the prefixes as directives, on one line.

        Args:
            text: Include only prefixes that may be in this text; None includes all.
            lenient: Include IRIs that are not valid.
        """
        known = self.prefixes
        names = known if text is None else known.keys() & set(_PREFIXES.findall(text))
        return "".join(
            f"@prefix {name}: <{known[name]}> ."
            for name in names
            if _is_iri(known[name]) or (lenient and not set(known[name]) & set("<>\n"))
        )


@dataclass(slots=True)
class BlockStatement:
    """A statement of a block that was split.

    Attributes:
        text: The statement, with the white space before it.
        turtle: The same without the braces of TriG.
        line: Line of the first character, from 1.
        column: Number of characters before it in that line.
        context: Declarations before the statement.
        problem: Why the statement is not valid; None if it is.
        kept: The text that remains if the statement is left out: "" or a brace.
    """

    text: str
    turtle: str
    line: int
    column: int
    context: ParsingContext
    problem: SyntaxProblem | None = None
    kept: str = ""

    def alone(self, *, lenient: bool = False) -> bytes:
        """Return a document with the prefixes that the statement may use, and the statement.

        Args:
            lenient: Include prefixes whose IRI is not valid.
        """
        header = self.context.header(self.turtle, lenient=lenient)
        text = f"{header}\n{' ' * self.column}{self.turtle}"
        return text.encode("utf-8", "surrogateescape")

    def placed(self, problem: SyntaxProblem) -> SyntaxProblem:
        """Return a problem of the document of `alone` with its place in the original document."""
        if problem.reason == TOO_LONG or not problem.line:
            return replace(problem, line=self.first_line, column=0)
        return replace(problem, line=max(problem.line - 2, 0) + self.line)

    @property
    def first_line(self) -> int:
        """Line of the first character that is no white space."""
        return self.line + self.text.count("\n", 0, len(self.text) - len(self.text.lstrip()))


class Block(NamedTuple):
    """Consecutive statements of a document.

    Attributes:
        text: The block, if all of its statements are valid; otherwise b"".
        statements: The statements of a block with invalid ones; otherwise empty.
    """

    text: bytes
    statements: list[BlockStatement]


def blocks(file: RdfFile, stream: Stream) -> Iterator[Block]:
    """Yield the blocks of a document in order. Together they are the whole text."""
    yield from _Blocks(file, stream).all()


class _Blocks:
    def __init__(self, file: RdfFile, stream: Stream) -> None:
        self._format = file.format
        self._stream = stream
        self._by_line = file.format in LINE_FORMATS
        self._is_trig = file.format == ox.RdfFormat.TRIG
        self._context = ParsingContext({}, file.base)
        self._inside = False  # whether the text so far ends inside a graph of TriG
        self._label: SyntaxProblem | None = None  # the problem of the label of that graph
        self._line = 1
        self._rest = b""
        self._lines: deque[bytes] = deque()

    def all(self) -> Iterator[Block]:
        while text := self._chunk():
            if self._label is None and self._is_sound(text):
                self._line += text.count(b"\n") + (not text.endswith(b"\n"))
                yield Block(text, [])
            else:
                self._lines.extend(io.BytesIO(text))  # split at line feeds only
                while self._lines:
                    yield self._small_block()
        if self._inside:
            yield Block(b"", [self._closing(max(self._line - 1, 1))])

    def _chunk(self) -> bytes:
        """Return text up to a line that may end a statement."""
        data, self._rest = self._rest, b""
        size = _CHUNK_BYTES
        while more := self._stream.read(size):
            data += more
            end = data.rfind(b"\n") + 1 if self._by_line else _last_end(data, len(more))
            if end:
                self._rest = data[end:]
                return data[:end]
            size = len(data)  # doubles the text, so that the time is linear
        return data

    def _small_block(self) -> Block:
        lines = [self._lines.popleft() for _ in range(min(_FEW_LINES, len(self._lines)))]
        if self._by_line:
            return self._of_lines(lines)
        while self._lines and not _may_end(lines[-1]) and len(lines) < _MAX_LINES:
            lines.append(self._lines.popleft())
        text = b"".join(lines)
        if self._label is None and self._is_sound(text):
            self._line += text.count(b"\n") + (not text.endswith(b"\n"))
            return Block(text, [])
        self._lines.extendleft(reversed(lines))
        return self._split()

    def _of_lines(self, lines: list[bytes]) -> Block:
        """Check N-Triples or N-Quads line by line."""
        text = b"".join(lines)
        first, self._line = self._line, self._line + len(lines)
        if self._is_sound(text):
            return Block(text, [])
        made = []
        for number, line in enumerate(lines, first):
            shown = line.decode("utf-8", "surrogateescape")
            problem = next(_problems(self._format, "", line), None)
            problem = replace(problem, line=number) if problem else None
            made.append(BlockStatement(shown, shown, number, 0, self._context, problem))
        return Block(b"", made)

    def _is_sound(self, text: bytes) -> bool:
        """Return whether a text is valid and ends with a statement; if so, move to its end."""
        before, after = self._context.header(), ""
        inside = self._inside
        if self._is_trig:
            before += f"{_NO_LABEL} {{" if inside else ""
            opened, closed = text.rfind(b"{"), text.rfind(b"}")
            inside = inside if opened == closed else opened > closed
            after = "}" if inside else ""
        data = b"".join((before.encode(), text, after.encode()))
        parser = ox.parse(data, self._format, base_iri=self._context.base or None)
        try:
            deque(parser, maxlen=0)
        except (SyntaxError, MemoryError):
            return False
        self._inside = inside
        if not self._by_line:
            self._context = ParsingContext(parser.prefixes, parser.base_iri or "")
        return True

    def _split(self) -> Block:
        """Split the next lines into statements, and check these."""
        statements = Statements(self._format, mark=False)
        taken: list[str] = []
        pieces = list(statements.split(self._feed(statements, taken)))
        turtle = pieces
        if self._is_trig:
            statements = Statements(self._format, flat=True, mark=False)
            turtle = list(statements.split(taken))
        made = []
        line, column = self._line, 0
        for text, flat in zip(pieces, turtle, strict=True):
            made.append(BlockStatement(text, flat, line, column, self._context))
            line += text.count("\n")
            column = len(text) - text.rfind("\n") - 1 + (0 if "\n" in text else column)
        self._check(made, statements.unclosed)
        self._line += len(taken)
        return Block(b"", list(self._graphs(made)) if self._is_trig else made)

    def _feed(self, statements: Statements, taken: list[str]) -> Iterator[str]:
        while not (statements.is_between and len(taken) >= _FEW_LINES):
            if not self._lines and (text := self._chunk()):
                self._lines.extend(io.BytesIO(text))
            if not self._lines:
                return
            taken.append(self._lines.popleft().decode("utf-8", "surrogateescape"))
            yield taken[-1]

    def _check(self, made: list[BlockStatement], unclosed: dict[int, tuple[int, int]]) -> None:
        """Find the invalid statements, and the declarations before each statement."""
        self._declare(made)
        for number, (line, column) in unclosed.items():
            reason = "a quoted text is not closed on its line"
            made[number].problem = SyntaxProblem(line + self._line - 1, column, reason)
        form = ox.RdfFormat.TURTLE if self._is_trig else self._format
        for one in made:
            if one.problem is None:
                found = next(_problems(form, one.context.base, one.alone()), None)
                one.problem = one.placed(found) if found else None

    def _declare(self, made: Iterable[BlockStatement]) -> None:
        for one in made:
            one.context = self._context
            if _DIRECTIVE.match(one.turtle):
                parser = ox.parse(
                    one.alone(lenient=True),
                    ox.RdfFormat.TURTLE,
                    base_iri=self._context.base or None,
                    lenient=True,
                )
                try:
                    deque(parser, maxlen=0)
                except SyntaxError:
                    continue
                base = parser.base_iri or ""
                prefixes = {**self._context.prefixes, **parser.prefixes}
                self._context = ParsingContext(prefixes, base if _is_iri(base) else "")

    def _graphs(self, made: Iterable[BlockStatement]) -> Iterator[BlockStatement]:
        """Check the labels and braces of TriG.

        A graph with an invalid label is skipped with its statements.
        """
        for one in made:
            end = one.text[-1:]
            if end == "{":
                if self._inside:
                    yield self._closing(one.first_line)
                self._inside, self._label = True, _label_problem(one)
            elif end == "}" and not self._inside:
                one.problem = one.problem or SyntaxProblem(
                    one.first_line, 0, "this } closes no graph"
                )
            elif end == "}" and not self._label:
                one.kept = end
            if self._label:
                is_empty = end == "{" or one.turtle.strip() in ("", ".")
                one.problem, one.turtle = None if is_empty else self._label, ""
                one.text = blank(one.text) if is_empty else one.text
            if end == "}":
                self._inside, self._label = False, None
            yield one

    def _closing(self, line: int) -> BlockStatement:
        problem = SyntaxProblem(line, 0, "the previous graph is not closed: } is missing")
        return BlockStatement("", "", line, 0, self._context, problem, "}")


def _label_problem(statement: BlockStatement) -> SyntaxProblem | None:
    text = f"{statement.context.header(statement.text)}{statement.text} <x:s> <x:p> <x:o> }}"
    data = text.encode("utf-8", "replace")
    found = next(_problems(ox.RdfFormat.TRIG, statement.context.base, data), None)
    return replace(found, line=statement.first_line, column=0) if found else None


def _problems(form: ox.RdfFormat, base: str, text: bytes) -> Iterator[SyntaxProblem]:
    """Yield the syntax errors of a text. Only the first is certain."""
    parser = ox.parse(text, form, base_iri=base or None)
    while True:
        try:
            deque(parser, maxlen=0)
        except SyntaxError as error:
            yield problem_of(error)
        except MemoryError:
            yield SyntaxProblem(0, 0, TOO_LONG)
            return
        else:
            return


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def _last_end(data: bytes, new: int) -> int:
    """Return the end of the last line in the new bytes that may end a statement, or 0."""
    start = max(0, len(data) - new - 8)
    found = _STATEMENTS.match(data, start)
    return found.end() if found else 0


def _may_end(line: bytes) -> bool:
    return line.rstrip()[-1:] in (b".", b"}")
