"""The words of SPARQL, and what a query says of itself: its verb, its prefixes, DISTINCT.

This is a reading of tokens, not of grammar. It decides nothing about safety: `guard`
refuses words wherever they stand, and an engine parses what it is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

FORMS: Final[dict[str, Form]] = {
    "SELECT": "SELECT",
    "ASK": "ASK",
    "CONSTRUCT": "CONSTRUCT",
    "DESCRIBE": "DESCRIBE",
}
#: With one of these an update begins; a query never does.
UPDATES: Final = frozenset(
    ("INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD")
)
_PROLOGUE: Final = frozenset(("", "PREFIX", "BASE"))
# SPARQL 1.1, section 19.8, as far as prefixes and keywords need it.
_TOKEN: Final = re.compile(
    r"""
    '''(?:[^'\\]|\\.|'(?!''))*''' | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"
  | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*"
  | <[^<>"{}|^`\\\x00-\x20]*> | (?P<comment>\#[^\n\r]*) | [?$]\w+ | _:[\w.-]+ | @[A-Za-z-]+
  | (?P<prefix>[A-Za-z][\w.-]*)?:(?:[\w%.:-]|\\.)*
  | (?P<word>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Outline:
    """``verb`` is the first keyword after the prologue, in capitals, or "".

    ``distinct`` says whether the outermost SELECT is SELECT DISTINCT. Prefixes are
    without their colon.
    """

    verb: str
    distinct: bool
    declared: frozenset[str]
    used: frozenset[str]

    @property
    def form(self) -> Form | None:
        """The form of a query; None for an update, or for what is no SPARQL."""
        return FORMS.get(self.verb)


def verb_of(sparql: str) -> str:
    r"""The first keyword after the prologue, in capitals, or ""; nothing behind it is read.

    >>> verb_of("# SELECT\nPREFIX a: <urn:a> delete where { ?s ?p ?o }")
    'DELETE'
    """
    for token in _TOKEN.finditer(sparql):
        if (word := (token["word"] or "").upper()) not in _PROLOGUE:
            return word
    return ""


def outline(sparql: str) -> Outline:
    """What ``sparql`` says of itself.

    >>> outline("PREFIX a: <urn:a> select distinct * { ?s a:b 'ASK' }").distinct
    True
    """
    verb, before, distinct = "", "", False
    used: set[str] = set()
    declared: set[str] = set()
    for token in _TOKEN.finditer(sparql):
        if token["comment"] is not None:
            continue
        word = (token["word"] or "").upper()
        if token["prefix"]:
            (declared if before == "PREFIX" else used).add(token["prefix"])
        # Only the word after the first SELECT counts; a later SELECT is a subquery.
        distinct = distinct or (before == verb == "SELECT" and word == "DISTINCT")
        before = word if not verb else ""
        verb = verb or ("" if word in _PROLOGUE else word)
    return Outline(verb, distinct, frozenset(declared), frozenset(used))
