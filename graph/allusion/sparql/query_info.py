"""The words of SPARQL, and what a query says of itself: its verb, its prefixes, DISTINCT.

This is a reading of tokens, not of grammar. It decides nothing about safety: `guard`
refuses words wherever they stand, and an engine parses what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from .tokenizer import Token, scan

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
# What may follow the dataset clause; DESCRIBE need not have WHERE.
_AFTER_DATASET: Final = frozenset(
    ("WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
)
_PROLOGUE: Final = frozenset(("", "PREFIX", "BASE"))


@dataclass(frozen=True, slots=True)
class Outline:
    """``verb`` is the first keyword after the prologue, in capitals, or "".

    ``distinct`` says whether the outermost SELECT is SELECT DISTINCT, ``words`` are all
    keywords. Prefixes are without their colon.
    """

    verb: str
    distinct: bool
    words: frozenset[str]
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
    for token in scan(sparql):
        if token.word not in _PROLOGUE:
            return token.word
    return ""


def outline(sparql: str) -> Outline:
    """What ``sparql`` says of itself.

    >>> outline("PREFIX a: <urn:a> select distinct * { ?s a:b 'ASK' }").distinct
    True
    """
    verb, before, distinct = "", "", False
    used: set[str] = set()
    words: set[str] = set()
    declared: set[str] = set()
    for token in scan(sparql):
        if token.kind == "name" and not token.text.startswith(("_", ":")):
            prefix = token.text.partition(":")[0]
            (declared if before == "PREFIX" else used).add(prefix)
        words.add(token.word)
        # Only the word after the first SELECT counts; a later SELECT is a subquery.
        distinct = distinct or (before == verb == "SELECT" and token.word == "DISTINCT")
        before = token.word if not verb else ""
        verb = verb or ("" if token.word in _PROLOGUE else token.word)
    return Outline(verb, distinct, frozenset(words - {""}), frozenset(declared), frozenset(used))


def with_dataset(sparql: str, default: str, named: Iterable[str]) -> str:
    """Return a valid query with FROM and FROM NAMED clauses for these graphs.

    >>> with_dataset("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "urn:d", ["urn:a"])
    'SELECT (COUNT(*) AS ?n) FROM <urn:d> FROM NAMED <urn:a> { ?s ?p ?o }'
    """
    clauses = [f"FROM <{default}>", *(f"FROM NAMED <{graph}>" for graph in named)]
    place = _place_of_dataset(sparql)
    return f"{sparql[:place].rstrip()} {' '.join(clauses)} {sparql[place:]}".rstrip()


def _place_of_dataset(sparql: str) -> int:
    """Where the dataset clause of a query belongs: before its WHERE clause."""
    verb, before, depth = "", "", 0
    for token in scan(sparql):
        is_template = token.text == "{" and before == verb == "CONSTRUCT"
        if verb and depth == 0 and not is_template and _may_follow_dataset(token):
            return token.place
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(token.text, 0)
        verb = verb or FORMS.get(token.word, "")
        before = token.word
    return len(sparql)


def _may_follow_dataset(token: Token) -> bool:
    return token.text == "{" or token.word in _AFTER_DATASET
