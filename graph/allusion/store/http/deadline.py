"""HTTP under one deadline for everything: connecting, headers, redirects and body.

urllib's timeouts start anew with every read of the socket, so a server that sends a
byte now and then is never timed out. Here every read is given what is left of one
total, and nothing global (opener, socket default) is changed.
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

from ...core.errors import NetworkError

_CHUNK: Final = 64 * 1024
_MAX_REDIRECTS: Final = 3
_UPGRADES: Final = {(None, None), (80, None), (None, 443), (80, 443)}


class Deadline:
    """A moment by which all must be done, ``timeout_s`` seconds from now."""

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        self.at = time.monotonic() + timeout_s

    def remaining_s(self) -> float:
        """Seconds left, always more than 0.

        :raises TimeoutError: if none are left.
        """
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"not done within {self.timeout_s:g} s")
        return left


class _Reader(io.RawIOBase):
    """A socket's stream whose every read gets only the time that is left."""

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
        self.fp = io.BufferedReader(_Reader(stream, sock, deadline))


def _connect(
    deadline: Deadline, address: tuple[str, int], _timeout: Any, source: Any = None
) -> socket.socket:
    """Try the addresses of a host one after the other, all within the deadline.

    ``socket.create_connection`` gives each address the whole timeout.
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


class _Connection(http.client.HTTPConnection):
    def __init__(self, host: str, *, deadline: Deadline, **more: Any) -> None:
        super().__init__(host, **more)
        self._deadline = deadline
        # Both are attributes of the instance that http.client looks up when it connects
        # and when it reads; other connections in the process are not touched.
        self._create_connection = partial(_connect, deadline)
        self.response_class = partial(_Response, deadline=deadline)  # type: ignore[assignment]

    def send(self, data: Any) -> None:
        """Send within the deadline; a server may have said what it thinks before the end."""
        if self.sock is not None:
            self.sock.settimeout(self._deadline.remaining_s())
        # One that refuses a large body by its headers hangs up; its answer can be read.
        with contextlib.suppress(BrokenPipeError):
            super().send(data)


class _SecureConnection(_Connection, http.client.HTTPSConnection):
    pass


class _Plain(urllib.request.HTTPHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Connection, req, deadline=self._deadline)  # type: ignore[arg-type]


class _Secure(urllib.request.HTTPSHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        context = ssl.create_default_context()
        return self.do_open(
            _SecureConnection,  # type: ignore[arg-type]
            req,
            deadline=self._deadline,
            context=context,
        )


class _Redirects(urllib.request.BaseHandler):
    """Follows a few redirects of GET requests on one host, never from https to http.

    urllib's own handler follows ten, to any host and downwards too, and reads the body
    of each. Another host was not asked for, and might not be meant to see the query.
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
        place, scheme = _place(req, str(headers.get("Location") or ""), code)
        seen = self._hide(place)
        shown = _shown(place) if seen == place else seen
        if self._followed >= _MAX_REDIRECTS or place == req.full_url:
            raise NetworkError(
                f"{host} redirects without end ({code}); check the address of the endpoint"
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


def _place(req: urllib.request.Request, location: str, code: int) -> tuple[str, str]:
    """Where a redirect leads, and the scheme of that.

    What an address cannot hold is quoted: http.client reads headers as Latin-1, which gives
    back the bytes that the server sent.
    """
    try:
        location = quote(location, safe=string.punctuation, encoding="latin-1")
        place = urljoin(req.full_url, location)
        return place, urlsplit(place).scheme
    except ValueError as error:
        raise NetworkError(
            f"{req.host} redirects to what is no address ({code}); "
            "check the address of the endpoint"
        ) from error


def _shown(place: str) -> str:
    """An address fit to print: no login, no query, one line, and not long."""
    parts = urlsplit(place)
    text = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return repr("".join(sign for sign in text if sign.isprintable())[:80])


def _same_host(one: str, other: str) -> bool:
    """Whether both are on one host and port; going from http to https may change the port."""
    here, there = urlsplit(one), urlsplit(other)
    try:
        ports = (here.port, there.port)
    except ValueError:
        return False
    upgraded = here.scheme == "http" and there.scheme == "https" and ports in _UPGRADES
    return here.hostname == there.hostname and (
        upgraded or (here.scheme == there.scheme and ports[0] == ports[1])
    )


def opener(
    deadline: Deadline,
    *more: urllib.request.BaseHandler,
    hide: Callable[[str], str] = str,
) -> urllib.request.OpenerDirector:
    """An opener of http and https addresses alone, all under ``deadline``.

    The environment's proxies are kept. There is no handler for files, ftp or data.
    ``more`` are handlers to add, as for logins; ``hide`` makes what a server says fit to
    be printed.
    """
    director = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Plain(deadline),
        _Secure(deadline),
        _Redirects(deadline, hide),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
        *more,
    ):
        director.add_handler(handler)
    return director


def read_body(response: http.client.HTTPResponse, host: str, max_bytes: int) -> bytes:
    """The whole body.

    :raises NetworkError: if it is larger than ``max_bytes`` or ends before its length.
    :raises TimeoutError: if the deadline of the opener passes.
    """
    too_large = NetworkError(
        f"{host} sent more than {max_bytes / 1_000_000:g} MB; ask for less (LIMIT)"
    )
    if response.length is not None and response.length > max_bytes:
        raise too_large
    parts: list[bytes] = []
    size = 0
    while part := response.read(_CHUNK):
        size += len(part)
        if size > max_bytes:
            raise too_large
        parts.append(part)
    # http.client is silent when a body with a stated length ends early.
    if response.length:
        raise NetworkError(
            f"{host} broke off its answer {response.length} bytes before the end; try again"
        )
    return b"".join(parts)
