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
from .tokenizer import line_of

# Compiled at the first use, which most queries do not need.
_SERVICE: Final = r"(?i)(?<![?$])service"
_OPERATOR: Final = r"(?i)\|\||&&|[!+*/|^=<>-]|union|minus|optional|exists"
_OPERATOR_PARTS: Final = (*"|&!+*/^=<>-", "union", "minus", "optional", "exists")
#: Looser than the grammar: the engine needs no space around keywords.
_LOAD: Final = r"(?i)(?<![\w?$./#-])load(?=\s*(?:silent|[#<]|[\w.-]*:))"


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
    if "service" in sparql.casefold() and (found := re.search(_SERVICE, sparql)):
        if services:
            from .federation import refuse_services

            refuse_services(sparql, [at.start() for at in re.finditer(_SERVICE, sparql)], services)
        else:
            raise QueryRefused(
                f"line {line_of(sparql, found.start())}: SERVICE would query another server; "
                "queries read only the local graph, unless the host is allowed "
                "(--allow-service HOST). In a string or an IRI, write the word as \\u0073ervice"
            )
    if _begins_as_query(sparql):
        return
    from .query_info import UPDATES, query_verb

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
    if found := re.search(_SERVICE, update) or re.search(_LOAD, update):
        word = found[0].upper()
        raise QueryRefused(
            f"line {line_of(update, found.start())}: {word} would access a file or another server, "
            f"which updates may not do. In a string or an IRI, write the word as "
            f"\\u{ord(found[0][0]):04x}{found[0][1:]}"
        )


def _begins_as_query(sparql: str) -> bool:
    """Return whether a line after comments and prefixes begins with the keyword of a query.

    False means that the tokens must be read, which costs an import and is seldom needed.
    """
    for line in sparql.splitlines():
        word = line.split(maxsplit=1)[0].upper() if line.strip() else ""
        is_prefix = word == "PREFIX" and line.count("<") == 1 and line.rstrip().endswith(">")
        if word and not word.startswith("#") and not is_prefix:
            return word in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
    return False


def refuse_surrogates(sparql: str) -> None:
    """Refuse a text with a lone surrogate, which UTF-8 cannot encode.

    Raises:
        QueryError: If it contains a lone surrogate.
    """
    try:
        sparql.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QueryError(
            f"line {line_of(sparql, error.start)}: half a surrogate pair "
            f"(U+{ord(sparql[error.start]):04X}) is not a character; write the complete character"
        ) from None


def _refuse_oversized(sparql: str, limits: Limits) -> None:
    if len(sparql) > limits.max_length:
        raise QueryRefused(
            f"the query has {len(sparql):,} characters; at most {limits.max_length:,} (max_length)"
        )
    refuse_surrogates(sparql)
    if sum(map(sparql.count, "{([")) > limits.max_depth:
        _refuse_deep(sparql, limits)
    if len(sparql) > limits.max_operators:
        _refuse_operators(sparql, limits)


def _refuse_deep(sparql: str, limits: Limits) -> None:
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


def _refuse_operators(sparql: str, limits: Limits) -> None:
    # This is quicker, and at least the number of operators.
    count = sum(map(sparql.casefold().count, _OPERATOR_PARTS))
    if count > limits.max_operators:
        count = sum(1 for _ in re.finditer(_OPERATOR, sparql))
    if count > limits.max_operators:
        raise QueryRefused(
            f"the query has {count:,} operators; at most {limits.max_operators:,} (max_operators)"
        )
