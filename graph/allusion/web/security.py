"""Checks of every request, and headers of every response.

If the server runs on a machine with a browser, every page in that browser can send requests
to it. The Host header, the Origin and the Fetch metadata are therefore checked.
"""

from __future__ import annotations

import logging
import secrets
import time
from itertools import count
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .options import ServerOptions
from .problems import HttpProblem

#: Policy of pages: everything from this server, nothing inline.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")
_EXPOSED: Final = "Allusion-Truncated, ETag, Retry-After, X-Request-Id"
#: Beginning of the ids of requests, and the numbers at their end.
_PROCESS: Final = secrets.token_hex(4)
_NUMBERS: Final = count(1)
#: Headers of every response.
_HEADERS: Final = ((b"x-content-type-options", b"nosniff"), (b"x-frame-options", b"DENY"))
_LOG: Final = logging.getLogger("allusion.web.access")


class Safety:
    """ASGI middleware with the checks and the headers.

    Args:
        app: The application.
        options: Allowed hosts and origin, and the maximum size of a body.
    """

    def __init__(self, app: ASGIApp, options: ServerOptions) -> None:
        self.app = app
        self.options = options
        self._hosts = options.allowed_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request, and pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = f"{_PROCESS}{next(_NUMBERS):08x}"
        began = time.monotonic()
        status = 0
        headers = Headers(scope=scope)
        allowed_origin = self._allowed_origin(headers)

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                found = MutableHeaders(raw=message.setdefault("headers", []))
                _add_headers(found, request_id, allowed_origin)
            await send(message)

        try:
            if response := self._refusal(scope, headers, allowed_origin):
                await response(scope, receive, send_with_headers)
            else:
                limited = _LimitedBody(receive, self.options.max_body)
                try:
                    await self.app(scope, limited, send_with_headers)
                except _TooLarge:
                    problem = self._too_large()
                    await problem.response()(scope, receive, send_with_headers)
        finally:
            client = scope.get("client") or ("-",)
            _LOG.info(
                "%s %s %s %s %d %.0f ms",
                request_id, client[0], scope["method"], scope["path"], status,
                (time.monotonic() - began) * 1000,
            )  # fmt: skip

    def _allowed_origin(self, headers: Headers) -> str:
        origin = headers.get("origin", "")
        return origin if origin and origin == self.options.allow_origin else ""

    def _refusal(self, scope: Scope, headers: Headers, allowed_origin: str) -> Response | None:
        """Return the response to a request that is refused; None if it is allowed."""
        host = headers.get("host", "").lower()
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if name not in self._hosts:
            return HttpProblem(
                421,
                "host",
                "The server does not answer for this host",
                f"the Host header is {host!r}; to allow it, start the server with --allow-host",
            ).response()
        if scope["method"] == "OPTIONS" and allowed_origin:
            return Response(status_code=204, headers={
                "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
                "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
                "Access-Control-Max-Age": "600",
            })  # fmt: skip
        if not allowed_origin and _is_foreign(scope, headers):
            return HttpProblem(
                403,
                "origin",
                "Requests from other sites are not allowed",
                "to allow one origin, start the server with --allow-origin",
            ).response()
        try:
            length = int(headers.get("content-length", "0"))
        except ValueError:
            length = 0
        if length > self.options.max_body:
            return self._too_large().response()
        return None

    def _too_large(self) -> HttpProblem:
        return HttpProblem(
            413,
            "body",
            "The body of the request is too large",
            f"at most {self.options.max_body:,} bytes",
        )


def _is_foreign(scope: Scope, headers: Headers) -> bool:
    """Return whether another site sends a request that it may not send.

    Links from other sites are allowed; their scripts, forms and images are not.
    """
    site = headers.get("sec-fetch-site", "")
    foreign = site in ("cross-site", "same-site")
    if scope["method"] in _SAFE_METHODS:
        navigates = headers.get("sec-fetch-mode", "") == "navigate"
        return foreign and not navigates
    origin = headers.get("origin", "")
    if site == "same-origin" or not origin:
        return foreign
    host = headers.get("host", "").lower()
    return origin.lower().partition("://")[2] != host


def _add_headers(headers: MutableHeaders, request_id: str, allowed_origin: str) -> None:
    headers.raw.extend((*_HEADERS, (b"x-request-id", request_id.encode())))
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Content-Security-Policy", POLICY)
    if allowed_origin:
        headers["Access-Control-Allow-Origin"] = allowed_origin
        headers["Access-Control-Expose-Headers"] = _EXPOSED
        headers.add_vary_header("Origin")
    else:
        headers["Cross-Origin-Resource-Policy"] = "same-origin"


class _TooLarge(Exception):
    """The body exceeds the maximum."""


class _LimitedBody:
    """``receive`` of an ASGI application that counts the bytes of the body."""

    def __init__(self, receive: Receive, max_bytes: int) -> None:
        self._receive = receive
        self._left = max_bytes

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise _TooLarge
        return message
