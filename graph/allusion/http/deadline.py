"""HTTP with one deadline for connecting, headers, redirects and body.

urllib applies its timeout to each read of the socket, so a server that sends single bytes slowly
never exceeds it. Here each read gets the remaining time. No global state (opener, socket default)
changes.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import ssl
import string
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from typing import IO, Any, Final
from urllib.parse import quote, urljoin, urlsplit

from ..core.errors import NetworkError
from .credentials import without_login

_MAX_REDIRECTS: Final = 3
_UPGRADES: Final = {(None, None), (80, None), (None, 443), (80, 443)}


class Deadline:
    """Point in time, ``timeout_s`` seconds from now."""

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        self.at = time.monotonic() + timeout_s

    def remaining_s(self) -> float:
        """Return the remaining seconds, always more than 0.

        Raises:
            TimeoutError: If none remain.
        """
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"not finished within {self.timeout_s:g} s")
        return left


class _DeadlineReader(io.RawIOBase):
    """Stream of a socket in which each read gets the remaining time."""

    def __init__(self, stream: io.RawIOBase, sock: socket.socket, deadline: Deadline) -> None:
        self._stream = stream
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._deadline.remaining_s())
        count: int | None = self._stream.readinto(buffer)
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, deadline: Deadline, **more: Any) -> None:
        super().__init__(sock, *args, **more)
        stream = self.fp.detach()
        self.fp = io.BufferedReader(_DeadlineReader(stream, sock, deadline))


def _connect(
    deadline: Deadline, address: tuple[str, int], _timeout: Any, source: Any = None
) -> socket.socket:
    """Try the addresses of a host one after another, all within the deadline.

    ``socket.create_connection`` gives the whole timeout to each address.
    """
    failure: OSError | None = None
    for *_, place in socket.getaddrinfo(*address, type=socket.SOCK_STREAM):
        try:
            return socket.create_connection(
                (str(place[0]), int(place[1])), deadline.remaining_s(), source
            )
        except OSError as error:
            failure = error
    raise failure or OSError(f"{address[0]} has no address")


class _HttpConnection(http.client.HTTPConnection):
    def __init__(self, host: str, *, deadline: Deadline, **more: Any) -> None:
        super().__init__(host, **more)
        self._deadline = deadline
        # http.client reads both attributes from the instance, so other connections do not change.
        self._create_connection = partial(_connect, deadline)
        self.response_class = partial(_Response, deadline=deadline)  # type: ignore[assignment]

    def send(self, data: Any) -> None:
        """Send within the deadline; the server may respond before the end of the body."""
        if self.sock is not None:
            self.sock.settimeout(self._deadline.remaining_s())
        # A server that rejects a large body closes the connection; its response can be read.
        with contextlib.suppress(BrokenPipeError):
            super().send(data)


class _HttpsConnection(_HttpConnection, http.client.HTTPSConnection):
    pass


class _HttpHandler(urllib.request.HTTPHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_HttpConnection, req, deadline=self._deadline)  # type: ignore[arg-type]


class _HttpsHandler(urllib.request.HTTPSHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        context = ssl.create_default_context()
        return self.do_open(
            _HttpsConnection,  # type: ignore[arg-type]
            req,
            deadline=self._deadline,
            context=context,
        )


class _ProxyHandler(urllib.request.ProxyHandler):
    """Handler for the proxies of the environment, which must be HTTP proxies."""

    def proxy_open(self, req: urllib.request.Request, proxy: str, type: str) -> Any:  # noqa: A002
        """Refuse a proxy of another kind; urllib would report an unknown type of address."""
        if not urllib.request.proxy_bypass(req.host):
            _check_proxy(proxy)
        return super().proxy_open(req, proxy, type)


def _check_proxy(setting: str) -> None:
    parts = urlsplit(setting if "://" in setting else f"http://{setting}")
    try:
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise NetworkError(
            f"the proxy of this system, {without_login(setting)!r}, is not an HTTP proxy; check "
            "the settings http_proxy and https_proxy"
        )


class _RedirectHandler(urllib.request.BaseHandler):
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


def build_opener(
    deadline: Deadline,
    *more: urllib.request.BaseHandler,
    hide: Callable[[str], str] = str,
) -> urllib.request.OpenerDirector:
    """Return an opener for http and https only, with a deadline.

    The proxies of the environment apply. There is no handler for files, ftp or data.

    Args:
        deadline: The deadline for all operations.
        more: Additional handlers, such as one for logins.
        hide: Removes secrets from text of the server before it is part of a message.
    """
    director = urllib.request.OpenerDirector()
    for handler in (
        _ProxyHandler(),
        _HttpHandler(deadline),
        _HttpsHandler(deadline),
        _RedirectHandler(deadline, hide),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
        *more,
    ):
        director.add_handler(handler)
    return director
