"""Redirects of GET requests, to the same host only."""

from __future__ import annotations

import string
import urllib.request
from collections.abc import Callable
from typing import IO, Any, Final
from urllib.parse import quote, urljoin, urlsplit

from ..core.errors import NetworkError
from .deadline import Deadline

_MAX_REDIRECTS: Final = 3
_UPGRADES: Final = {(None, None), (80, None), (None, 443), (80, 443)}


class RedirectHandler(urllib.request.BaseHandler):
    """Handler for a few redirects of GET requests to the same host.

    The handler of urllib follows ten redirects, also to other hosts and from https to http, and
    reads the body of each. Another host should not receive the query without consent.
    """

    def __init__(self, deadline: Deadline, hide: Callable[[str], str]) -> None:
        self._deadline = deadline
        self._hide = hide
        self._followed = 0

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, _msg: str, headers: Any
    ) -> Any:
        """Follow a redirect; the other redirect codes use this method too."""
        fp.close()
        host = req.host
        place, scheme = _redirect_target(req, str(headers.get("Location") or ""), code)
        seen = self._hide(place)
        shown = _display_address(place) if seen == place else seen
        if self._followed >= _MAX_REDIRECTS or place == req.full_url:
            raise NetworkError(
                f"{host} redirects too many times ({code}); check the address of the endpoint"
            )
        if scheme not in {"http", "https"} or (req.type == "https" and scheme == "http"):
            raise NetworkError(
                f"{host} redirects to {shown}, which is not safe to follow ({code}); "
                "check the address of the endpoint"
            )
        if not _same_host(req.full_url, place):
            raise NetworkError(
                f"{host} redirects to another host ({code}); if that is right, give its address "
                f"instead: {shown}"
            )
        if req.data is not None:
            raise NetworkError(
                f"{host} redirects a form ({code}), which would lose the query; "
                f"use the address it names: {shown}"
            )
        self._followed += 1
        again = urllib.request.Request(  # noqa: S310 (the scheme is checked above)
            place, headers=dict(req.headers), method="GET"
        )
        return self.parent.open(again, timeout=self._deadline.remaining_s())

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _redirect_target(req: urllib.request.Request, location: str, code: int) -> tuple[str, str]:
    """Return the target of a redirect and its scheme.

    Invalid characters are percent-encoded. http.client decodes headers as Latin-1, so encoding
    as Latin-1 restores the bytes from the server.
    """
    try:
        location = quote(location, safe=string.punctuation, encoding="latin-1")
        place = urljoin(req.full_url, location)
        return place, urlsplit(place).scheme
    except ValueError as error:
        raise NetworkError(
            f"{req.host} redirects to an invalid address ({code}); "
            "check the address of the endpoint"
        ) from error


def _display_address(place: str) -> str:
    """Return an address for messages: without login and query, in one short line."""
    parts = urlsplit(place)
    text = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return repr("".join(sign for sign in text if sign.isprintable())[:80])


def _same_host(one: str, other: str) -> bool:
    """Return whether two addresses have the same host and port.

    From http to https the port may change between the default ports.
    """
    here, there = urlsplit(one), urlsplit(other)
    try:
        ports = (here.port, there.port)
    except ValueError:
        return False
    upgraded = here.scheme == "http" and there.scheme == "https" and ports in _UPGRADES
    return here.hostname == there.hostname and (
        upgraded or (here.scheme == there.scheme and ports[0] == ports[1])
    )
