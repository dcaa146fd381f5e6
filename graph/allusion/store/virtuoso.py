"""What Virtuoso 7 does otherwise than the standard, found out from what it sends.

It stops at its limits of rows and of time with status 200. Of SELECT it tells in headers;
of CONSTRUCT it tells nothing, but sends one triple more than its limit, so the limit is
asked for once. What it changes in terms is undone in `wire`, the rows that it repeats in
`remote`. Seen in 7.2.5 of Debian.
"""

from __future__ import annotations

import math
from http.client import HTTPResponse
from typing import Final

from .base import Answer, Rows

#: Its answer has more rows than any limit, and little in each.
ASK_FOR_LIMIT: Final = "SELECT (1 AS ?one) WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT 2000000"
#: No server is set to so few rows; a smaller answer is whole without asking.
SURELY_WHOLE: Final = 100


def is_virtuoso(response: HTTPResponse) -> bool:
    """Whether the server says that it is Virtuoso."""
    return str(response.headers.get("Server") or "").startswith("Virtuoso")


def limit_of_rows(response: HTTPResponse) -> str | None:
    """The limit at which an answer may have been cut, as the header has it; None without one."""
    limit: str | None = response.headers.get("X-SPARQL-MaxRows")
    return limit


def cut_at(response: HTTPResponse, answer: Answer) -> str:
    """The limit at which the server says that it stopped, in words; "" where it does not."""
    if response.headers.get("X-SQL-State", "").upper().startswith("S1T"):
        return "a time limit of its own"
    limit = limit_of_rows(response)
    if limit is None or isinstance(answer, bool):
        return ""
    # The header also comes with answers that stayed below the limit.
    count = len(list(answer)) if isinstance(answer, Rows) else None
    most = most_rows(limit)
    if count is not None and most is not None and count < most:
        return ""
    return in_words(limit)


def most_rows(limit: str) -> float | None:
    """A limit of rows as a number, infinite where it has too many digits; None where it is none."""
    if not limit.isdecimal():
        return None
    return int(limit) if len(limit) < 19 else math.inf


def in_words(limit: str) -> str:
    """A limit of rows, and where its keeper sets it."""
    known = limit.isdecimal() and len(limit) < 10
    rows = f"{int(limit):,} rows" if known else "its limit of rows"
    return f"{rows} (ResultSetMaxRows in virtuoso.ini)"
