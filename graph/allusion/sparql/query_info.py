"""Keywords of SPARQL, and the outline of a query: verb, prefixes, DISTINCT.

This reads tokens, not grammar, and makes no decision about safety; see `guard`.
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
#: First keywords of updates; a query begins with none of them.
UPDATES: Final = frozenset(
    ("INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD")
)
# Keywords that can follow the dataset clause; DESCRIBE needs no WHERE.
_AFTER_DATASET: Final = frozenset(
    ("WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
)
_PROLOGUE: Final = frozenset(("", "PREFIX", "BASE"))


@dataclass(frozen=True, slots=True)
class QueryInfo:
    """Outline of a query.

    Attributes:
        verb: First keyword after the prologue, in capitals, or "".
        distinct: Whether the outermost SELECT is SELECT DISTINCT.
        words: All keywords, in capitals.
        declared: Declared prefixes, without the colon.
        used: Prefixes in the query, without the colon.
    """

    verb: str
    distinct: bool
    words: frozenset[str]
    declared: frozenset[str]
    used: frozenset[str]

    @property
    def query_form(self) -> Form | None:
        """Form of the query; None for an update or a text that is not SPARQL."""
        return FORMS.get(self.verb)


def query_verb(sparql: str) -> str:
    r"""Return the first keyword after the prologue, in capitals, or "".

    The text after it is not read.

    >>> query_verb("# SELECT\nPREFIX a: <urn:a> delete where { ?s ?p ?o }")
    'DELETE'
    """
    for token in scan(sparql):
        if token.word not in _PROLOGUE:
            return token.word
    return ""


def read_query_info(sparql: str) -> QueryInfo:
    """Read the outline of ``sparql``.

    >>> read_query_info("PREFIX a: <urn:a> select distinct * { ?s a:b 'ASK' }").distinct
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
    return QueryInfo(verb, distinct, frozenset(words - {""}), frozenset(declared), frozenset(used))


def with_dataset(sparql: str, default: str, named: Iterable[str]) -> str:
    """Return a valid query with FROM and FROM NAMED clauses for these graphs.

    >>> with_dataset("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "urn:d", ["urn:a"])
    'SELECT (COUNT(*) AS ?n) FROM <urn:d> FROM NAMED <urn:a> { ?s ?p ?o }'
    """
    clauses = [f"FROM <{default}>", *(f"FROM NAMED <{graph}>" for graph in named)]
    place = _place_of_dataset(sparql)
    return f"{sparql[:place].rstrip()} {' '.join(clauses)} {sparql[place:]}".rstrip()


def _place_of_dataset(sparql: str) -> int:
    """Return the index of the place for the dataset clause: before WHERE."""
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
