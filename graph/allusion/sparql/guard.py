"""Refusing SPARQL that reaches out, writes, or would bring the engine down.

The engine follows ``SERVICE`` and has no switch for it, and it needs no space around a
keyword. So nothing here depends on reading SPARQL as the engine reads it: the word is
refused wherever it stands in the text, even in a string or a comment, unless it is the
name of a variable. Updates need no such care, for the engine's query call takes none;
they are only given a better message.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from ..core.errors import QueryError, QueryRefused
from .limits import DEFAULTS, Limits
from .query_info import UPDATES, verb_of

_SERVICE: Final = re.compile(r"(?<![?$])service", re.IGNORECASE)
_OPERATOR: Final = re.compile(r"\|\||&&|[!+*/|^=<>-]|union|minus|optional|exists", re.IGNORECASE)


def refuse_unsafe(sparql: str, limits: Limits = DEFAULTS, services: Collection[str] = ()) -> None:
    """Let plain queries pass.

    ``services`` are the hosts that SERVICE may ask; see `allusion.federation`.

    :raises QueryRefused: if ``sparql`` is an update, may ask another server, or is longer,
        deeper or more of a chain than ``limits`` allow.
    :raises QueryError: if it holds half a character.
    """
    _refuse_monsters(sparql, limits)
    if found := _SERVICE.search(sparql):
        if services:
            from .federation import refuse_services

            refuse_services(sparql, [at.start() for at in _SERVICE.finditer(sparql)], services)
        else:
            raise QueryRefused(
                f"line {_line(sparql, found.start())}: SERVICE would ask another server; queries "
                "here are answered from the local graph alone, unless its host is allowed "
                "(--allow-service HOST). In a string or an IRI, write the word as \\u0073ervice"
            )
    if (verb := verb_of(sparql)) in UPDATES:
        raise QueryRefused(
            f"{verb} would change data; the graph is read-only. Facts live in graph/data: edit "
            "there, then run: allusion build"
        )


def _line(sparql: str, place: int) -> int:
    return sparql.count("\n", 0, place) + 1


def refuse_surrogates(sparql: str) -> None:
    """Refuse a text that no encoding of Unicode can hold.

    Raises:
        QueryError: If it has half a surrogate pair.
    """
    try:
        sparql.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QueryError(
            f"line {_line(sparql, error.start)}: half a surrogate pair "
            f"(U+{ord(sparql[error.start]):04X}) is not a character; write the whole one"
        ) from None


def _refuse_monsters(sparql: str, limits: Limits) -> None:
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
