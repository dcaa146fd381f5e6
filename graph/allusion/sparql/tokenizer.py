"""Tokenizer for SPARQL text, valid or not.

Source: SPARQL 1.1 Query Language, section 19.8
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"""(?P<comment>\#[^\r\n]*)
    |(?P<string>\"{3}(?:[^"\\]|\\.|\"{1,2}(?!\"))*\"{3}|'{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
        |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    |(?P<open>["'])
    |(?P<curly>[“”„‘’«»])
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<variable>[?$]\w+)
    |(?P<address>https?://[^\s<>"{}]*)
    |(?P<name>(?:[^\W\d_][\w.-]*)?:(?:[\w.%:-]|\\[_~.\-!$&'()*+,;=/?\#@%])*
            (?:[\w%:-]|\\[_~.\-!$&'()*+,;=/?\#@%])
        |[^\W\d_][\w.-]*:|_:\w+|:)
    |(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>==|!=|<=|>=|&&|\|\||\^\^|[=<>!+*/|^?-])
    |(?P<mark>[{}()\[\].;,])
    |(?P<other>\S)""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """Token of SPARQL; ``kind`` is the name of its group in the pattern above."""

    kind: str
    text: str
    place: int

    @property
    def word(self) -> str:
        """The text in capitals if it can be a keyword, else ""."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def end(self) -> int:
        """Index after the token."""
        return self.place + len(self.text)


def line_of(sparql: str, place: int) -> int:
    """Return the number of the line, from 1, that holds the character at ``place``."""
    return sparql.count("\n", 0, place) + 1


def tokens_of(sparql: str) -> list[Token]:
    """Return all tokens of a text, without comments."""
    return list(scan(sparql))


def scan(sparql: str) -> Iterator[Token]:
    """Yield the tokens of a text, without comments."""
    for found in _TOKEN.finditer(sparql):
        if found.lastgroup != "comment":
            yield Token(found.lastgroup or "", found[0], found.start())


def declared_prefixes(tokens: Sequence[Token]) -> dict[str, str]:
    """Return the prefixes that a text declares.

    >>> declared_prefixes(tokens_of("PREFIX ex: <urn:x> # PREFIX no: <urn:y>"))
    {'ex': 'urn:x'}
    """
    return {
        name.text.removesuffix(":"): iri.text[1:-1]
        for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if word.word == "PREFIX" and iri.kind == "iri"
    }
