"""Datasets of queries, from the FROM clauses of their texts.

Source: SPARQL 1.1 Query Language, section 13.2
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from ..core.vocabulary import PREFIXES
from ..sparql.structure import Structure
from ..sparql.tokenizer import Token
from .default_graph import Dataset


def read_dataset(
    sparql: str, base: str = "", prefixes: Mapping[str, str] = PREFIXES
) -> Dataset | None:
    """Return the dataset that the FROM and FROM NAMED clauses of a query describe.

    Args:
        sparql: The query.
        base: Base IRI of relative IRIs.
        prefixes: Prefixes that need no declaration.

    Returns:
        None if there is no clause, or if one is not valid: the engine then explains the error.

    >>> read_dataset("SELECT * FROM <urn:a> FROM film:2046 FROM NAMED <urn:c> { ?s ?p ?o }")
    Dataset(default=('urn:a', 'https://w3id.org/allusion/film/2046'), named=('urn:c',))
    """
    if "from" not in sparql.lower():
        return None
    query = Structure(sparql)
    default: list[Token] = []
    named: list[Token] = []
    for index, token in enumerate(query.tokens):
        if token.word == "FROM" and query.brace_of[index] == -1 and query.depth_of[index] == 0:
            after = query.tokens[index + 1]
            if after.word == "NAMED":
                named.append(query.tokens[index + 2])
            else:
                default.append(after)
    # Without this check, VALUES would accept UNDEF and literals.
    if (not default and not named) or any(t.kind not in ("iri", "name") for t in default + named):
        return None
    try:
        return Dataset(
            *(_resolve(query.prologue, names, base, prefixes) for names in (default, named))
        )
    except (SyntaxError, ValueError):
        return None


def _resolve(
    prologue: str, names: Sequence[Token], base: str, prefixes: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the IRIs of names in SPARQL, as the engine reads them."""
    found = ox.Store().query(
        f"{prologue} SELECT ?g {{ VALUES ?g {{ {' '.join(name.text for name in names)} }} }}",
        base_iri=base or None,
        prefixes=dict(prefixes),
    )
    assert isinstance(found, ox.QuerySolutions)
    return tuple(ox.NamedNode(row["g"].value).value for row in found)
