"""Splitter for the statements of N-Triples, N-Quads, Turtle, TriG and N3.

The parsers of the engine continue after a fault. In TriG, however, they lose the current graph,
and they may have returned some triples of the invalid statement. Therefore an invalid statement
is replaced by spaces before parsing. The positions of all others stay the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from .rdf_parsing import LINE_FORMATS, TAG_PLACEHOLDER

_TOKEN: Final = re.compile(
    r'"""|\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    r"|<[^<>\n]*>|#.*|\\.|@[A-Za-z]+(?:-[A-Za-z0-9]+)*_[A-Za-z0-9_-]*"
    r"|\{\||\|\}|[{}]|\.(?=\s|$|[#<\"\[(}_?])"
)
_CLOSES: Final = {
    quote: re.compile(rf"(?:[^\\]|\\.)*?{quote}", re.DOTALL) for quote in ('"""', "'''")
}
# A directive in SPARQL syntax; it ends after the IRI or string that follows.
_DIRECTIVE: Final = re.compile(r"\s*(?:PREFIX\s+[^\s<]*:|BASE|VERSION)\s*", re.IGNORECASE)
_FEW: Final = 64


class Statements:
    """Splits a text into statements.

    Attributes:
        unclosed: Statements with a string that is not closed on its line, and the position.

    Args:
        flat: Convert TriG to Turtle, without graphs, so that a fault in one statement does
            not affect the next.
        mark: Replace the ``_`` of a tag such as ``en_US`` by `TAG_PLACEHOLDER`, which parsers
            accept.
    """

    def __init__(self, form: ox.RdfFormat, *, flat: bool = False, mark: bool = True) -> None:
        self._mark = mark
        self._is_trig = form == ox.RdfFormat.TRIG
        self._by_line = form in LINE_FORMATS
        self._flat = flat and self._is_trig
        self._quote = ""
        self._depth = 0
        self._held: list[str] = []
        self._is_blank = True  # only white space and comments so far
        self._column = 0
        self._count = 0
        self.unclosed: dict[int, tuple[int, int]] = {}

    @property
    def is_between(self) -> bool:
        """Whether the lines so far end between two statements."""
        return self._is_blank and not self._quote and self._depth <= 0

    def split(self, lines: Iterable[str]) -> Iterator[str]:
        """Yield the statements in order, each with the white space before it."""
        for number, line in enumerate(lines, 1):
            self._column = 0
            if self._by_line:
                self._append(line)
                yield self._end_statement()
            elif self._quote and self._quote not in line:
                self._held.append(line)
            else:
                yield from self._split_line(number, line)
        if self._held:
            yield self._end_statement()

    def _append(self, text: str) -> None:
        self._held.append(text)
        self._column += len(text)

    def _end_statement(self) -> str:
        text = "".join(self._held)
        self._held.clear()
        self._is_blank = True
        self._count += 1
        return text

    def _split_line(self, number: int, line: str) -> Iterator[str]:
        place = 0
        while place < len(line):
            if self._quote:
                closed = _CLOSES[self._quote].match(line, place)
                end = closed.end() if closed else len(line)
                self._quote = "" if closed else self._quote
                self._append(line[place:end])
                place = end
                continue
            found = _TOKEN.search(line, place)
            between = line[place : found.start() if found else len(line)]
            if between:
                if '"' in between or "'" in between:
                    self.unclosed.setdefault(self._count, (number, self._column + 1))
                self._append(between)
                self._is_blank = self._is_blank and between.isspace()
            if not found:
                return
            place = found.end()
            if self._add_token(found[0]):
                yield self._end_statement()

    def _add_token(self, word: str) -> bool:
        """Add a token; return whether it ends a statement."""
        if word[0] == "#":
            self._append(word)
            return False
        was_blank, self._is_blank = self._is_blank, False
        if word[0] == "@":
            self._append(word.replace("_", f"-{TAG_PLACEHOLDER}-") if self._mark else word)
            return False
        if word in _CLOSES:
            self._quote = word
        if word[0] in "<\"'" and self._begins_directive():
            self._append(word)
            return True
        brace = word in ("{", "}")
        if brace and not self._is_trig:
            self._depth += 1 if word == "{" else -1
        if brace and self._flat:
            if word == "{":
                self._held[:] = [blank(text) for text in self._held]
            word = " " if word == "{" or was_blank else "."
        self._append(word)
        return (brace and self._is_trig) or (word == "." and self._depth <= 0)

    def _begins_directive(self) -> bool:
        code = "".join(text for text in self._held[:_FEW] if text[0] != "#")
        return bool(_DIRECTIVE.fullmatch(code)) and len(self._held) <= _FEW


def blank(text: str) -> str:
    """Replace a text by white space; the positions after it do not change."""
    return "\n" * text.count("\n") + " " * (len(text) - text.rfind("\n") - 1)
