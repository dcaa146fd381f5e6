"""Check of SERVICE clauses against the hosts that the user allows.

Two independent readers must agree. The first uses no grammar: every occurrence of the word must
be the start of the form ``SERVICE <https://host/path> {`` with an allowed host, so no parser can
find another service there. The second is the parser of rdflib: it must find exactly the services
that the first has found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from ..core.errors import ParameterError, QueryError, QueryRefused
from ..core.vocabulary import PREFIXES
from .tokenizer import line_of

# Fewer characters than IRIs may have, so that all HTTP clients parse the address alike.
_FORM: Final = re.compile(
    r"service[ \t\r\n]+(?:silent[ \t\r\n]+)?<(?P<iri>https?://(?P<host>[a-z0-9.-]+(?::[0-9]{1,5})?)"
    r"(?:/[a-z0-9._~%?&=+/:,;-]*)?)>[ \t\r\n]*\{",
    re.IGNORECASE | re.ASCII,
)
#: Characters of a query with SERVICE: rdflib parses about ten thousand in a second.
_MAX_LENGTH: Final = 10_000
_IRI: Final = re.compile(r'<[^<>"{}|^`\\\x00-\x20]*>')
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")


def check_host(text: str) -> str:
    """Return a host in lower case, as ``host`` or ``host:port``.

    Raises:
        ParameterError: If ``text`` is anything else.

    >>> check_host("query.Wikidata.org")
    'query.wikidata.org'
    """
    host = text.strip().lower()
    if not _HOST.fullmatch(host):
        raise ParameterError(
            f"{text!r} is not a host; write it like query.wikidata.org or localhost:7878"
        )
    return host


def refuse_services(sparql: str, places: Sequence[int], hosts: Collection[str]) -> None:
    """Refuse a query with a SERVICE clause that is not allowed.

    Args:
        sparql: The query.
        places: Index of each occurrence of the word SERVICE.
        hosts: Allowed hosts, in lower case.

    Raises:
        QueryRefused: If a service does not have the required form, its host is not allowed, or the
            two readers disagree.
        QueryError: If rdflib rejects the query as invalid SPARQL 1.1.
    """
    if len(sparql) > _MAX_LENGTH:
        raise QueryRefused(
            f"a query with SERVICE may have at most {_MAX_LENGTH:,} characters; "
            f"this one has {len(sparql):,}"
        )
    asked = []
    for place in places:
        line = line_of(sparql, place)
        form = _FORM.match(sparql, place)
        if form is None:
            raise QueryRefused(
                f"line {line}: SERVICE is allowed only in the form SERVICE <https://host/path> "
                "{ ... }, with the full address and no variable. In a string or comment, write "
                "the word as \\u0073ervice, and in an address as %73ervice"
            )
        if form["host"].lower() not in hosts:
            raise QueryRefused(
                f"line {line}: SERVICE would ask {form['host']}, which is not allowed; allowed: "
                f"{', '.join(sorted(hosts))} (--allow-service HOST)"
            )
        asked.append(form["iri"])
    if sorted(asked) != sorted(_parsed(sparql)):
        raise QueryRefused(
            "the SPARQL parser finds other SERVICE clauses than the text search; remove the word "
            "SERVICE from comments and strings"
        )


def _parsed(sparql: str) -> list[str]:
    """Return the service of every SERVICE clause that the parser of rdflib finds."""
    from rdflib.plugins.sparql.parser import parseQuery

    text = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items()) + sparql
    # rdflib parses # in an IRI as the start of a comment if SERVICE follows in the same line.
    text = _IRI.sub(lambda found: found[0].replace("#", "%23"), text)
    try:
        tree = parseQuery(text)
    except RecursionError:
        raise QueryRefused(
            "a query with SERVICE must not be nested so deeply, nor have a SERVICE inside another"
        ) from None
    except Exception as error:  # pyparsing raises many classes
        raise QueryError(f"a query with SERVICE must be standard SPARQL 1.1: {error}") from error
    return [str(term) for term in _services(tree)]


def _services(node: Any) -> Iterator[Any]:
    from pyparsing import ParseResults
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, CompValue):
        if node.name == "ServiceGraphPattern":
            yield node.term
        for part in node.values():
            yield from _services(part)
    elif isinstance(node, ParseResults | list | tuple):
        for part in node:
            yield from _services(part)
