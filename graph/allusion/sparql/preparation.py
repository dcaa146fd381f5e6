"""Preparation of queries for an endpoint."""

from __future__ import annotations

from ..core.errors import QueryError, QueryRefused
from ..core.vocabulary import PREFIXES
from .guard import refuse_surrogates
from .query_info import UPDATES, QueryInfo, read_query_info


def prepare_query(sparql: str) -> tuple[str, QueryInfo]:
    """Declare the prefixes of the project that a query uses.

    The declarations are inserted in the first line, so that line numbers in messages of the
    endpoint remain correct.

    >>> prepare_query("ASK { wd:Q42 ?p ?o }")[0]
    'PREFIX wd: <http://www.wikidata.org/entity/> ASK { wd:Q42 ?p ?o }'

    Returns:
        The query with declarations, and its outline.

    Raises:
        QueryRefused: If it is an update.
        QueryError: If it has no query form, or contains a lone surrogate.
    """
    refuse_surrogates(sparql)
    found = read_query_info(sparql)
    if found.verb in UPDATES:
        raise QueryRefused(f"{found.verb} would change data; only queries are sent to an endpoint")
    if found.query_form is None:
        raise QueryError("not a SPARQL query: SELECT, ASK, CONSTRUCT or DESCRIBE is missing")
    wanted = sorted((found.used - found.declared) & PREFIXES.keys())
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in wanted) + sparql, found
