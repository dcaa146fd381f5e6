"""Refusal of SPARQL that accesses a network, updates data or overloads the parser.

The engine evaluates ``SERVICE`` and cannot turn it off, and it needs no space around keywords.
The check therefore does not parse SPARQL: it refuses the word everywhere in the text, also in
strings and comments, except as the name of a variable. The query method of the engine rejects
updates by itself; here they only get a better message.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from ..core.errors import QueryError, QueryRefused
from .limits import DEFAULTS, Limits
from .query_info import UPDATES, query_verb

_SERVICE: Final = re.compile(r"(?<![?$])service", re.IGNORECASE)
#: Looser than the grammar: the engine needs no space around keywords.
_LOAD: Final = re.compile(r"(?<![\w?$./#-])load(?=\s*(?:silent|[#<]|[\w.-]*:))", re.IGNORECASE)
_OPERATOR: Final = re.compile(r"\|\||&&|[!+*/|^=<>-]|union|minus|optional|exists", re.IGNORECASE)


def refuse_unsafe(sparql: str, limits: Limits = DEFAULTS, services: Collection[str] = ()) -> None:
    """Refuse a query that is not safe to run.

    Args:
        sparql: The query.
        limits: Limits for length, nesting and operators.
        services: Hosts that SERVICE may access; see `allusion.sparql.federation`.

    Raises:
        QueryRefused: If ``sparql`` is an update, may access another server, or exceeds a limit.
        QueryError: If it contains a lone surrogate.
    """
    _refuse_oversized(sparql, limits)
    if found := _SERVICE.search(sparql):
        if services:
            from .federation import refuse_services

            refuse_services(sparql, [at.start() for at in _SERVICE.finditer(sparql)], services)
        else:
            raise QueryRefused(
                f"line {_line(sparql, found.start())}: SERVICE would query another server; "
                "queries read only the local graph, unless the host is allowed "
                "(--allow-service HOST). In a string or an IRI, write the word as \\u0073ervice"
            )
    if (verb := query_verb(sparql)) in UPDATES:
        raise QueryRefused(
            f"{verb} would change data; the graph is read-only. The facts are files in graph/data: "
            "edit them, then run: allusion build"
        )


def refuse_unsafe_update(update: str) -> None:
    """Refuse an update that accesses a file or another server.

    Raises:
        QueryRefused: If it may contain SERVICE or LOAD.
        QueryError: If it contains a lone surrogate.
    """
    refuse_surrogates(update)
    if found := _SERVICE.search(update) or _LOAD.search(update):
        word = found[0].upper()
        raise QueryRefused(
            f"line {_line(update, found.start())}: {word} would access a file or another server, "
            f"which updates may not do. In a string or an IRI, write the word as "
            f"\\u{ord(found[0][0]):04x}{found[0][1:]}"
        )


def _line(sparql: str, place: int) -> int:
    return sparql.count("\n", 0, place) + 1


def refuse_surrogates(sparql: str) -> None:
    """Refuse a text with a lone surrogate, which UTF-8 cannot encode.

    Raises:
        QueryError: If it contains a lone surrogate.
    """
    try:
        sparql.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QueryError(
            f"line {_line(sparql, error.start)}: half a surrogate pair "
            f"(U+{ord(sparql[error.start]):04X}) is not a character; write the complete character"
        ) from None


def _refuse_oversized(sparql: str, limits: Limits) -> None:
    if len(sparql) > limits.max_length:
        raise QueryRefused(
            f"the query has {len(sparql):,} characters; at most {limits.max_length:,} (max_length)"
        )
    refuse_surrogates(sparql)
    depth = 0
    for sign in sparql:
        if sign in "{([":
            depth += 1
            if depth > limits.max_depth:
                raise QueryRefused(
                    f"brackets are nested deeper than {limits.max_depth:,} (max_depth)"
                )
        elif sign in "})]":
            depth = max(depth - 1, 0)
    count = sum(1 for _ in _OPERATOR.finditer(sparql))
    if count > limits.max_operators:
        raise QueryRefused(
            f"the query has {count:,} operators; at most {limits.max_operators:,} (max_operators)"
        )
