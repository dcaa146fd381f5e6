"""Refusing SPARQL that reaches out, writes, or would bring the engine down.

The engine follows ``SERVICE`` and has no switch for it, and it needs no space around a
keyword. So nothing here depends on reading SPARQL as the engine reads it: the word is
refused wherever it stands in the text, even in a string or a comment, unless it is the
name of a variable. Updates need no such care, for the engine's query call takes none;
they are only given a better message.
"""

from __future__ import annotations

import re
from typing import Final

from .errors import QueryRefused
from .outline import UPDATES, verb_of

#: Longest query, in characters.
MAX_LENGTH: Final = 100_000
#: Deepest nesting of brackets, counted in the text as it stands, strings included.
MAX_DEPTH: Final = 100
#: Most operators and UNIONs in one query: the engine's parser recurses over chains of them.
MAX_OPERATORS: Final = 1_000

_SERVICE: Final = re.compile(r"(?<![?$])service", re.IGNORECASE)
_OPERATOR: Final = re.compile(r"\|\||&&|[!+*/|^=<>-]|union|minus|optional|exists", re.IGNORECASE)


def refuse_unsafe(sparql: str) -> None:
    """Let plain queries pass.

    :raises QueryRefused: if ``sparql`` is an update, may ask another server, or is longer,
        deeper or more of a chain than the limits of this module allow.
    """
    if word := _SERVICE.search(sparql):
        line = sparql.count("\n", 0, word.start()) + 1
        raise QueryRefused(
            f"line {line}: SERVICE would ask another server; queries here are answered from the "
            "local graph alone. (In a string or an IRI, write the word as \\u0073ervice.)"
        )
    if (verb := verb_of(sparql)) in UPDATES:
        raise QueryRefused(
            f"{verb} would change data; the graph is read-only. Facts live in graph/data: edit "
            "there, then run: allusion build"
        )
    _refuse_monsters(sparql)


def _refuse_monsters(sparql: str) -> None:
    if len(sparql) > MAX_LENGTH:
        raise QueryRefused(f"the query has {len(sparql):,} characters; at most {MAX_LENGTH:,}")
    depth = 0
    for sign in sparql:
        if sign in "{([":
            depth += 1
            if depth > MAX_DEPTH:
                raise QueryRefused(f"brackets are nested deeper than {MAX_DEPTH}")
        elif sign in "})]":
            depth = max(depth - 1, 0)
    count = sum(1 for _ in _OPERATOR.finditer(sparql))
    if count > MAX_OPERATORS:
        raise QueryRefused(f"the query has {count:,} operators; at most {MAX_OPERATORS:,}")
