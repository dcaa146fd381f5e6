"""Errors of the server as HTTP responses: problem+json, or a page for browsers.

Source: RFC 9457. The type of a problem is an address of this server: the page of the limits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from ..core.errors import (
    AllusionError,
    AmbiguousName,
    ParameterError,
    QueryCrashed,
    QueryError,
    QueryRefused,
    QueryStopped,
    UnknownName,
)

_POSITION: Final = re.compile(r"\bline (\d+)(?:, column (\d+))?")
_HINT: Final = re.compile(r"\. To allow more: .*")
#: Limit that stopped a query -> status and title.
_STOPPED: Final = {
    "timeout": (504, "The query exceeds the time limit"),
    "max_rows": (422, "The answer has more rows than the limit"),
    "max_bytes": (422, "The answer is larger than the limit"),
    "max_memory": (422, "The query needs more memory than the limit"),
    "cancelled": (499, "The client cancelled the query"),
}


class HttpProblem(Exception):
    """An error response.

    Attributes:
        status: HTTP status.
        kind: Identifier of the kind of problem, such as "timeout".
        title: What is wrong, the same for all problems of this kind.
        detail: Details of this problem, and what is allowed or what to do next.
        headers: More headers of the response.
        members: More members of the JSON object, such as ``line`` and ``column``.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members

    def to_json(self) -> dict[str, Any]:
        """Return the problem as the object of RFC 9457."""
        return {
            "type": f"/limits#{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }

    def response(self) -> Response:
        """Return the problem as a response in ``application/problem+json``."""
        body = json.dumps(self.to_json(), ensure_ascii=False).encode() + b"\n"
        headers = {"Cache-Control": "no-store", **self.headers}
        return Response(body, self.status, headers, "application/problem+json")


def wrong_method(allowed: str) -> HttpProblem:
    """Return the problem of a method that is not allowed.

    Args:
        allowed: The allowed methods, as the header Allow has them.
    """
    return HttpProblem(
        405, "method", "The method is not allowed", f"use {allowed}", headers={"Allow": allowed}
    )


def bad_request(detail: str) -> HttpProblem:
    """Return the problem of a request that is not valid."""
    return HttpProblem(400, "request", "The request is not valid", detail)


def busy(reason: str) -> HttpProblem:
    """Return the problem of a queue that is full."""
    return HttpProblem(
        503,
        "queue",
        "The server is busy",
        f"{reason}; try again in a second",
        headers={"Retry-After": "1"},
        retry_after=1,
    )


def from_error(error: AllusionError) -> HttpProblem:
    """Convert an exception of the library to a problem."""
    text = _HINT.sub("", str(error))
    match error:
        case QueryStopped():
            status, title = _STOPPED[error.limit]
            return HttpProblem(status, error.limit, title, text, limit=error.limit)
        case QueryCrashed():
            return HttpProblem(422, "engine", "The engine cannot run the query", text)
        case QueryRefused():
            return HttpProblem(403, "refused", "The query is refused", text, **_position(text))
        case QueryError():
            return HttpProblem(400, "query", "The query is not valid", text, **_position(text))
        case AmbiguousName():
            return HttpProblem(
                400, "name", "The name is ambiguous", text, candidates=list(error.candidates)
            )
        case UnknownName():
            return HttpProblem(
                404, "name", "The name is unknown", text, candidates=list(error.candidates)
            )
        case ParameterError():
            return HttpProblem(400, "parameter", "A parameter is not valid", text)
        case _:
            return HttpProblem(500, "internal", "The server failed", text)


def _position(text: str) -> dict[str, Any]:
    """Return the members line and column that a message names."""
    found = _POSITION.search(text)
    if not found:
        return {}
    position = {"line": int(found[1])}
    return position | {"column": int(found[2])} if found[2] else position
