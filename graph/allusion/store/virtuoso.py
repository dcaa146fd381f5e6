"""Deviations of Virtuoso 7 from the standards, detected from its responses.

At its limits of rows and time, Virtuoso stops with status 200. For SELECT a header reports the
limit. For CONSTRUCT there is no header, but the result has one triple more than the limit, so
the limit is requested once. `answer_readers` corrects changed terms, and `remote` removes
repeated rows. Observed in version 7.2.5 of Debian.
"""

from __future__ import annotations

import math
from http.client import HTTPResponse
from typing import Final

from .interface import Answer, Rows

#: Its result has more rows than any limit, and each row is small.
ROW_LIMIT_PROBE: Final = "SELECT (1 AS ?one) WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT 2000000"
#: No server has a lower row limit; a smaller result is complete.
MIN_ROW_LIMIT: Final = 100


def is_virtuoso(response: HTTPResponse) -> bool:
    """Return whether the Server header names Virtuoso."""
    return str(response.headers.get("Server") or "").startswith("Virtuoso")


def limit_of_rows(response: HTTPResponse) -> str | None:
    """Return the header with the row limit; None if there is none."""
    limit: str | None = response.headers.get("X-SPARQL-MaxRows")
    return limit


def truncation_limit(response: HTTPResponse, answer: Answer) -> str:
    """Describe the limit at which the server stopped; "" if the result is complete."""
    if response.headers.get("X-SQL-State", "").upper().startswith("S1T"):
        return "a time limit of its own"
    limit = limit_of_rows(response)
    if limit is None or isinstance(answer, bool):
        return ""
    # The header is also present if the result is below the limit.
    count = len(list(answer)) if isinstance(answer, Rows) else None
    most = parse_row_limit(limit)
    if count is not None and most is not None and count < most:
        return ""
    return describe_row_limit(limit)


def parse_row_limit(limit: str) -> float | None:
    """Parse a row limit: infinite if it has too many digits, None if not a number."""
    if not limit.isdecimal():
        return None
    return int(limit) if len(limit) < 19 else math.inf


def describe_row_limit(limit: str) -> str:
    """Describe a row limit, and the setting of the server for it."""
    known = limit.isdecimal() and len(limit) < 10
    rows = f"{int(limit):,} rows" if known else "its limit of rows"
    return f"{rows} (ResultSetMaxRows in virtuoso.ini)"
