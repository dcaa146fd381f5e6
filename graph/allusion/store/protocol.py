"""Queries as they are sent to an endpoint, and answers as they come back."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from ..core.errors import QueryError, QueryRefused
from ..core.terms import Blank, Iri, Literal, Term, canonical_language
from ..core.vocabulary import PREFIXES
from ..sparql.query_info import UPDATES, Form, Outline, outline
from .base import Row, Rows, Triple, Triples

_TRUTH: Final = {"1": "true", "0": "false"}
_BOOLEAN: Final = PREFIXES["xsd"] + "boolean"
_NOT_IN_A_LABEL: Final = re.compile(r"[^A-Za-z0-9]")


class BrokenAnswer(ValueError):
    """An answer that is not what the SPARQL protocol promises; the message says how."""


def prepare(sparql: str) -> tuple[str, Outline]:
    """A query with the project's prefixes that it uses declared, and its outline.

    The declarations stand on the first line, so that line numbers in an endpoint's
    messages stay right.

    >>> prepare("ASK { wd:Q42 ?p ?o }")[0]
    'PREFIX wd: <http://www.wikidata.org/entity/> ASK { wd:Q42 ?p ?o }'

    :raises QueryRefused: if it is an update.
    :raises QueryError: if no form of query is found.
    """
    found = outline(sparql)
    if found.verb in UPDATES:
        raise QueryRefused(f"{found.verb} would change data; only queries are sent to an endpoint")
    if found.form is None:
        raise QueryError("not a SPARQL query: SELECT, ASK, CONSTRUCT or DESCRIBE is missing")
    wanted = sorted((found.used - found.declared) & PREFIXES.keys())
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in wanted) + sparql, found


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
        # Virtuoso 7 answers ASK with one binding of 1, or of 0, or with none for no.
        bindings = found["results"]["bindings"]
        if not bindings and [name.upper() for name in found["head"]["vars"]] == ["__ASK_RETVAL"]:
            return False
        (binding,) = bindings
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
            return Blank(_label(value))
        case "literal" | "typed-literal":  # the latter from before SPARQL 1.1
            if language := found.get("xml:lang"):
                return Literal(value, language=canonical_language(language))
            return _typed(value, found.get("datatype") or Literal("").datatype)
    raise ValueError(f"a term is of type {kind!r}")


def _typed(value: str, datatype: str) -> Literal:
    # Virtuoso keeps "true" as 1 and gives it back so: the same value, another text.
    return Literal(_TRUTH.get(value, value) if datatype == _BOOLEAN else value, datatype=datatype)


def _label(name: str) -> str:
    """A name that Turtle can write: Virtuoso's blank nodes are called nodeID://b10023."""
    return _NOT_IN_A_LABEL.sub(lambda sign: f"_{ord(sign[0]):x}_", name)


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
