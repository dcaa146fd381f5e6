"""Queries as they are sent to an endpoint."""

from __future__ import annotations

from ..core.errors import QueryError, QueryRefused
from ..core.vocabulary import PREFIXES
from ..sparql.guard import refuse_surrogates
from ..sparql.query_info import UPDATES, Outline, outline


def prepare(sparql: str) -> tuple[str, Outline]:
    """A query with the project's prefixes that it uses declared, and its outline.

    The declarations stand on the first line, so that line numbers in an endpoint's
    messages stay right.

    >>> prepare("ASK { wd:Q42 ?p ?o }")[0]
    'PREFIX wd: <http://www.wikidata.org/entity/> ASK { wd:Q42 ?p ?o }'

    :raises QueryRefused: if it is an update.
    :raises QueryError: if no form of query is found, or it has half a surrogate pair.
    """
    refuse_surrogates(sparql)
    found = outline(sparql)
    if found.verb in UPDATES:
        raise QueryRefused(f"{found.verb} would change data; only queries are sent to an endpoint")
    if found.form is None:
        raise QueryError("not a SPARQL query: SELECT, ASK, CONSTRUCT or DESCRIBE is missing")
    wanted = sorted((found.used - found.declared) & PREFIXES.keys())
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in wanted) + sparql, found
