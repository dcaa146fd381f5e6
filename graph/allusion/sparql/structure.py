"""Groups, SELECTs and filters of a query, as ranges of its tokens.

It reads queries that an engine has accepted, so brackets match. It makes no decision about
safety; see `guard`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from .query_info import FORMS
from .tokenizer import Token, tokens_of

_CLOSING: Final = {"{": "}", "(": ")", "[": "]"}
_SECTIONS: Final = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
_SENTINELS: Final = 4
_SIGNS: Final = ("/", "|", "^", "*", "+", "?", "!")


@dataclass(frozen=True, slots=True)
class GroupPattern:
    """A group in braces.

    Attributes:
        start: Index of the token "{".
        end: Index of the token "}".
        parent: Index of the "{" of the enclosing group; -1 if there is none.
    """

    start: int
    end: int
    parent: int


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT.

    Attributes:
        start: Index of the token SELECT.
        group: Its group.
        sections: Token ranges of the clauses after the group, by keyword.
    """

    start: int
    group: GroupPattern
    sections: dict[str, range]

    @property
    def head(self) -> range:
        """Token range between SELECT and its group."""
        return range(self.start + 1, self.group.start)


class Structure:
    """Structure of one query."""

    def __init__(self, sparql: str) -> None:
        self.sparql = sparql
        # Empty tokens before and after, so that an access next to a token needs no check of bounds.
        before, behind = Token("", "", 0), Token("", "", len(sparql))
        self.tokens = [*[before] * _SENTINELS, *tokens_of(sparql), *[behind] * _SENTINELS]
        self.closes: dict[int, int] = {}
        self.groups: dict[int, GroupPattern] = {}
        #: By token: index of the enclosing "{" (-1: none), and number of enclosing "(" within it.
        self.brace_of: list[int] = []
        self.depth_of: list[int] = []
        self._read()

    def _read(self) -> None:
        opened: list[int] = []
        braces, depths = [-1], [0]
        for index, token in enumerate(self.tokens):
            text = token.text if token.kind == "mark" else ""
            if text in _CLOSING.values() and opened:
                start = opened.pop()
                self.closes[start] = index
                if text == "}":
                    braces.pop()
                    depths.pop()
                    self.groups[start] = GroupPattern(start, index, braces[-1])
                elif text == ")":
                    depths[-1] -= 1
            self.brace_of.append(braces[-1])
            self.depth_of.append(depths[-1])
            if text in _CLOSING:
                opened.append(index)
                if text == "{":
                    braces.append(index)
                    depths.append(0)
                elif text == "(":
                    depths[-1] += 1

    def text(self, span: range) -> str:
        """Return the text of a range of tokens, without the space around it."""
        if not span:
            return ""
        return self.sparql[self.tokens[span[0]].place : self.tokens[span[-1]].end]

    @cached_property
    def prologue(self) -> str:
        """The PREFIX and BASE declarations."""
        first = next((t for t in self.tokens if t.word in FORMS), None)
        return self.sparql[: first.place] if first else ""

    @cached_property
    def dataset(self) -> str:
        """The FROM and FROM NAMED clauses."""
        return " ".join(
            self.text(range(i, i + (3 if self.tokens[i + 1].word == "NAMED" else 2)))
            for i, token in enumerate(self.tokens)
            if token.word == "FROM" and self.brace_of[i] == -1
        )

    @cached_property
    def selects(self) -> list[Select]:
        """All SELECTs, including subqueries, in the order of the text."""
        return [
            select
            for index, token in enumerate(self.tokens)
            if token.word == "SELECT" and (select := self._select(index))
        ]

    def _select(self, index: int) -> Select | None:
        inside = self.brace_of[index]
        end = self.groups[inside].end if inside in self.groups else len(self.tokens)
        same = [i for i in range(index, end) if self.brace_of[i] == inside]
        brace = next((i for i in same if i in self.groups), None)
        if brace is None:
            return None
        group = self.groups[brace]
        starts = [
            i
            for i in same
            if i > group.end and self.depth_of[i] == 0 and self.tokens[i].word in _SECTIONS
        ]
        ends = [*starts[1:], end][: len(starts)]
        sections = {
            self.tokens[i].word: range(i, stop) for i, stop in zip(starts, ends, strict=True)
        }
        return Select(index, group, sections)

    @property
    def projection(self) -> tuple[str, ...] | None:
        """Columns of the result of a SELECT; None for ``SELECT *`` and other forms."""
        if not self.selects:
            return None
        head = self.selects[0].head
        names: list[str] = []
        for index in head:
            token, before = self.tokens[index], self.tokens[index - 1]
            if token.text == "*" and self.depth_of[index] == 0:
                return None
            if token.kind == "variable" and (self.depth_of[index] == 0 or before.word == "AS"):
                names.append(token.text[1:])
        return tuple(dict.fromkeys(names))

    def columns_of(self, function: str) -> set[str]:
        """Return the variables that are bound by AS to a call of one function.

        >>> Structure("SELECT (LANG(?l) AS ?tag) { ?s ?p ?l }").columns_of("LANG")
        {'tag'}
        """
        found = set()
        for index, token in enumerate(self.tokens):
            end = self.closes.get(index + 1, -1)
            if token.word == function and end > 0 and self.tokens[index - 1].text == "(":
                behind = self.tokens[end + 1 : end + 3]
                if behind[0].word == "AS" and behind[1].kind == "variable":
                    found.add(behind[1].text[1:])
        return found

    def filters(self, group: GroupPattern) -> Iterator[range]:
        """Yield the FILTERs directly in a group, except FILTER EXISTS and NOT EXISTS."""
        for index in range(group.start + 1, group.end):
            if self.brace_of[index] == group.start and self.tokens[index].word == "FILTER":
                after = index + 1
                if self.tokens[after].kind != "mark":
                    after += 1
                if after in self.closes and self.tokens[after].text == "(":
                    yield range(index, self.closes[after] + 1)

    def standalone(self, group: GroupPattern, changes: dict[range, str], more: str = "") -> str:
        """Return a group as the text of a group that can be queried alone.

        Args:
            group: The group.
            changes: Token ranges, in order, with their replacements.
            more: Text to append to the group.

        Returns:
            The group in braces, inside the GRAPH clause that encloses it.
        """
        parts, start = [], group.start + 1
        for span, text in changes.items():
            parts += [self.text(range(start, span.start)), text]
            start = span.stop
        parts.append(self.text(range(start, group.end)))
        body = " ".join(parts)
        if more and self.tokens[group.start + 1].word == "SELECT":
            body = f"{{ {body} }}"  # nothing may follow a subquery in its own braces
        text = f"{{ {body} {more} }}"
        inner = group
        while True:
            if inner.start >= 2 and self.tokens[inner.start - 2].word == "GRAPH":
                return f"{{ GRAPH {self.tokens[inner.start - 1].text} {text} }}"
            if inner.parent not in self.groups:
                return text
            inner = self.groups[inner.parent]

    def operand_before(self, index: int) -> range:
        """Return the token range of the value that ends before the token at ``index``."""
        start = end = index - 1
        if self.tokens[end].text == ")":
            start = next(i for i, close in self.closes.items() if close == end)
            if self.tokens[start - 1].kind in ("word", "name", "iri"):
                start -= 1
        elif self.tokens[end].kind == "tag":
            start -= 1
        elif self.tokens[end - 1].text == "^^":
            start -= 2
        return range(start, end + 1)

    def operand_after(self, index: int) -> range:
        """Return the token range of the value that begins after the token at ``index``."""
        start = end = index + 1
        token = self.tokens[start]
        if token.text in ("-", "+"):
            end += 1
        if token.text != "(" and end + 1 in self.closes and self.tokens[end + 1].text == "(":
            end += 1
        if end in self.closes:
            end = self.closes[end]
        elif token.kind == "string":
            end = self.literal_end(start)
        return range(start, end + 1)

    def literal_end(self, index: int) -> int:
        """Return the index of the last token of the literal with its string at ``index``."""
        after = self.tokens[index + 1]
        if after.kind == "tag":
            return index + 1
        return index + 2 if after.text == "^^" else index

    def predicate_before(self, index: int) -> str:
        """Return the predicate whose object is the token at ``index``.

        Returns:
            The text of a property path; for a sequence path only its last step. "" if the token is
            not an object of a triple pattern, or if the predicate is a variable.
        """
        brace = self.brace_of[index]
        is_template = self.tokens[brace - 1].word == "CONSTRUCT"
        if brace == -1 or self.depth_of[index] or is_template or self._is_data(brace):
            return ""
        start = index
        while start - 1 > brace and not self._is_boundary(start - 1):
            start -= 1
        span = list(range(start, index))
        commas = [i for i in span if self.tokens[i].text == ","]
        if commas:  # the predicate is before the first object
            span = list(range(start, self.operand_before(commas[0]).start))
        before = self.tokens[start - 1].text
        if span and before not in (";", "[", "]"):
            span = span[1:]  # the subject
        path = [self.tokens[i] for i in span]
        for place in range(len(path) - 1, -1, -1):
            if path[place].text == "/" and path[place].kind == "sign":
                path = path[place + 1 :]
                break
        if not path or any(t.kind == "variable" for t in path):
            return ""
        if not all(t.kind in ("name", "iri", "word") or t.text in _SIGNS for t in path):
            return ""
        return "".join(token.text for token in path)

    def _is_boundary(self, index: int) -> bool:
        token = self.tokens[index]
        return token.kind == "mark" and token.text in "{}.;[])"

    def _is_data(self, brace: int) -> bool:
        """Return whether a brace begins the data block of VALUES."""
        before = brace - 1
        if before >= 0 and self.tokens[before].text == ")":
            before = next(i for i, close in self.closes.items() if close == before)
        return before >= 1 and self.tokens[before - 1].word == "VALUES"

    def predicates_of(self, variable: str) -> list[str]:
        """Return the predicates that have a variable ("?x") as object, without duplicates."""
        found = [
            predicate
            for index, token in enumerate(self.tokens)
            if token.kind == "variable"
            and token.text[1:] == variable[1:]
            and (predicate := self.predicate_before(index))
        ]
        return list(dict.fromkeys(found))

    def values_of(self, variable: str) -> Iterator[int]:
        """Yield the indexes of the strings that VALUES assigns to a variable ("?x")."""
        for brace, group in self.groups.items():
            if not self._is_data(brace):
                continue
            before = self.tokens[brace - 1]
            names = [before.text[1:]]
            if before.text == ")":
                opening = next(i for i, close in self.closes.items() if close == brace - 1)
                names = [self.tokens[i].text[1:] for i in range(opening + 1, brace - 1)]
            if variable[1:] not in names:
                continue
            place = names.index(variable[1:])
            for row in self._data_rows(group, single=before.text != ")"):
                if place < len(row) and self.tokens[row[place]].kind == "string":
                    yield row[place]

    def _data_rows(self, group: GroupPattern, *, single: bool) -> Iterator[list[int]]:
        row: list[int] = []
        index = group.start + 1
        while index < group.end:
            token = self.tokens[index]
            if token.kind == "mark":
                if token.text == ")":
                    yield row
                row = []
            elif token.text not in ("-", "+"):
                row.append(index)
                if single:
                    yield row
                    row = []
                if token.kind == "string":
                    index = self.literal_end(index)
            index += 1
