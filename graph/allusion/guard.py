"""Refusing SPARQL that would change data or reach out, before any engine sees it.

The decision is made on tokens, after the escapes that SPARQL resolves first
(SPARQL 1.1, section 19.2): a keyword is found whatever its case or spelling, and a
string, comment, IRI or prefixed name that merely contains the word is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .errors import QueryRefused

_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# SPARQL 1.1, section 19.8; longest first. Prefixed names come before bare words, so
# that ``service:thing`` and ``x:service`` are names.
_TOKEN: Final = re.compile(
    r"""
    (?P<long>'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''|\"\"\"(?:(?:"|"")?(?:[^"\\]|\\.))*\"\"\")
  | (?P<string>'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<comment>\#[^\n\r]*)
  | (?P<variable>[?$]\w+)
  | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<name>(?:[^\W\d_][\w.-]*)?:(?:[\w:%-]|\\.|\.(?=[\w:%\\-]))*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_UPDATES: Final = frozenset(
    "INSERT DELETE LOAD CLEAR CREATE DROP COPY MOVE ADD".split()  # noqa: SIM905 (reads as a list)
)
_FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})


def words(sparql: str) -> Iterator[tuple[str, int]]:
    """The bare words of a query, in upper case, each with the line it stands on."""
    resolved = _ESCAPE.sub(lambda found: _character(found[1] or found[2]), sparql)
    for token in _TOKEN.finditer(resolved):
        if token.lastgroup == "word":
            yield token[0].upper(), resolved.count("\n", 0, token.start()) + 1


def _character(digits: str) -> str:
    point = int(digits, 16)
    return chr(point) if point <= 0x10FFFF else "\ufffd"


def refuse_unsafe(sparql: str) -> None:
    """Let plain queries pass.

    :raises QueryRefused: if ``sparql`` is an update, or asks another server (SERVICE).
    """
    form = ""
    for word, line in words(sparql):
        if word == "SERVICE":
            raise QueryRefused(
                f"line {line}: SERVICE would ask another server; queries here are answered from "
                "the local graph alone"
            )
        if not form and word in _UPDATES:
            raise QueryRefused(
                f"line {line}: {word} would change data; the graph is read-only. Facts live in "
                "graph/data: edit there, then run: allusion build"
            )
        if not form and word in _FORMS:
            form = word
