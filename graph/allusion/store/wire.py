"""Queries as they are sent to an endpoint, and answers as they come back."""

from __future__ import annotations

import json
import re
from typing import Any, Final, Literal

from ..errors import QueryError, QueryRefused
from ..terms import Blank, Iri, Term, canonical_language
from ..terms import Literal as LiteralTerm
from ..vocabulary import PREFIXES
from .answer import Row, Rows, Triple, Triples

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
_FORMS: Final[dict[str, Form]] = {
    "SELECT": "SELECT",
    "ASK": "ASK",
    "CONSTRUCT": "CONSTRUCT",
    "DESCRIBE": "DESCRIBE",
}
_UPDATES: Final = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
)
# SPARQL 1.1, section 19.8, as far as prefixes and the first keyword need it.
_TOKEN: Final = re.compile(
    r"""
    '''(?:[^'\\]|\\.|'(?!''))*''' | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"
  | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*"
  | <[^<>"{}|^`\\\x00-\x20]*> | \#[^\n\r]* | [?$]\w+ | _:[\w.-]+ | @[A-Za-z-]+
  | (?P<prefix>[A-Za-z][\w.-]*)?:(?:[\w%.:-]|\\.)*
  | (?P<word>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)


class BrokenAnswer(ValueError):
    """An answer that is not what the SPARQL protocol promises; the message says how."""


def prepare(sparql: str) -> tuple[str, Form]:
    """A query with the project's prefixes that it uses declared, and its form.

    The declarations stand on the first line, so that line numbers in an endpoint's
    messages stay right.

    >>> prepare("ASK { wd:Q42 ?p ?o }")
    ('PREFIX wd: <http://www.wikidata.org/entity/> ASK { wd:Q42 ?p ?o }', 'ASK')

    :raises QueryRefused: if it is an update.
    :raises QueryError: if no form of query is found.
    """
    used: set[str] = set()
    declared: set[str] = set()
    form: Form | None = None
    declaring = False
    for token in _TOKEN.finditer(sparql):
        if token["prefix"]:
            (declared if declaring else used).add(token["prefix"])
        word = (token["word"] or "").upper()
        if form is None and word in _UPDATES:
            raise QueryRefused(f"{word} would change data; only queries are sent to an endpoint")
        form = form or _FORMS.get(word)
        if not token[0].startswith("#"):
            declaring = word == "PREFIX"
    if form is None:
        raise QueryError("not a SPARQL query: SELECT, ASK, CONSTRUCT or DESCRIBE is missing")
    wanted = sorted((used - declared) & PREFIXES.keys())
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in wanted) + sparql, form


def read_results(body: bytes, form: Form) -> Rows | bool:
    """The answer to SELECT or ASK in SPARQL 1.1 Query Results JSON.

    Source: https://www.w3.org/TR/sparql11-results-json/

    :raises BrokenAnswer: if it is not whole or not of that shape.
    """
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BrokenAnswer("an answer that is cut off or not JSON") from error
    try:
        if form == "ASK":
            return _boolean(found)
        columns = tuple(found["head"]["vars"])
        if not all(isinstance(name, str) for name in columns):
            raise TypeError("a variable is not text")
        rows = [_row(binding, columns) for binding in found["results"]["bindings"]]
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise BrokenAnswer(f"JSON that is not a SPARQL result ({error})") from error
    return Rows(columns, rows)


def _boolean(found: Any) -> bool:
    if "boolean" not in found:
        # Virtuoso 7 answers ASK with one binding of 0 or 1.
        (binding,) = found["results"]["bindings"]
        (term,) = binding.values()
        return {"0": False, "1": True, "false": False, "true": True}[term["value"]]
    answer = found["boolean"]
    if not isinstance(answer, bool):
        raise TypeError("boolean is neither true nor false")
    return answer


def _row(binding: dict[str, Any], columns: tuple[str, ...]) -> Row:
    if unknown := binding.keys() - set(columns):
        raise ValueError(f"a row has {min(unknown)!r}, which is no column")
    return tuple(_term(binding[name]) if name in binding else None for name in columns)


def _term(found: dict[str, Any]) -> Term:
    kind, value = found["type"], found["value"]
    if not isinstance(value, str):
        raise TypeError("a value is not text")
    match kind:
        case "uri":
            return Iri(value)
        case "bnode":
            return Blank(value)
        case "literal" | "typed-literal":  # the latter from before SPARQL 1.1
            if language := found.get("xml:lang"):
                return LiteralTerm(value, language=canonical_language(language))
            return LiteralTerm(value, datatype=found.get("datatype") or LiteralTerm("").datatype)
    raise ValueError(f"a term is of type {kind!r}")


def read_triples(body: bytes, content_type: str) -> Triples:
    """The answer to CONSTRUCT or DESCRIBE, in N-Triples or Turtle.

    :raises BrokenAnswer: if it is not well formed.
    """
    import pyoxigraph as ox

    from .oxigraph import from_engine

    turtle = "turtle" in content_type
    parser = ox.parse(body, ox.RdfFormat.TURTLE if turtle else ox.RdfFormat.N_TRIPLES)
    triples: list[Triple] = []
    try:
        for quad in parser:
            subject, predicate, value = map(
                from_engine, (quad.subject, quad.predicate, quad.object)
            )
            if subject is not None and predicate is not None and value is not None:
                triples.append((subject, predicate, value))
    except (SyntaxError, ValueError) as error:
        name = "Turtle" if turtle else "N-Triples"
        raise BrokenAnswer(f"an answer that is cut off or not {name}") from error
    return Triples(triples)
