"""HTTP under one deadline for everything: connecting, headers, redirects and body.

urllib's timeouts start anew with every read of the socket, so a server that sends a
byte now and then is never timed out. Here every read is given what is left of one
total, and nothing global (opener, socket default) is changed.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
import urllib.request
from functools import partial
from typing import IO, Any, Final
from urllib.parse import urljoin, urlsplit

from ..errors import NetworkError

_CHUNK: Final = 64 * 1024
_MAX_REDIRECTS: Final = 3


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
        _bind(self, deadline)


class _SecureConnection(http.client.HTTPSConnection):
    def __init__(self, host: str, *, deadline: Deadline, **more: Any) -> None:
        super().__init__(host, **more)
        _bind(self, deadline)


def _bind(connection: Any, deadline: Deadline) -> None:
    # Both are attributes of the instance that http.client looks up when it connects
    # and when it reads; other connections in the process are not touched.
    connection._create_connection = partial(_connect, deadline)
    connection.response_class = partial(_Response, deadline=deadline)


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
    """Follows a few redirects of GET requests, never from https to http.

    urllib's own handler follows ten, also downwards, and reads the body of each.
    """

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._followed = 0

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, _msg: str, headers: Any
    ) -> Any:
        fp.close()
        host = req.host
        place = urljoin(req.full_url, str(headers.get("Location") or ""))
        scheme = urlsplit(place).scheme
        if self._followed >= _MAX_REDIRECTS or place == req.full_url:
            raise NetworkError(
                f"{host} redirects without end ({code}); check the address of the endpoint"
            )
        if scheme not in {"http", "https"} or (req.type == "https" and scheme == "http"):
            raise NetworkError(
                f"{host} redirects to {place[:80]!r}, which is not safe to follow ({code}); "
                "check the address of the endpoint"
            )
        if req.data is not None:
            raise NetworkError(
                f"{host} redirects a form ({code}), which would lose the query; "
                f"use the address it names: {place[:80]!r}"
            )
        self._followed += 1
        again = urllib.request.Request(  # noqa: S310 (the scheme is checked above)
            place, headers=dict(req.headers), method="GET"
        )
        return self.parent.open(again, timeout=self._deadline.remaining_s())

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def opener(deadline: Deadline) -> urllib.request.OpenerDirector:
    """An opener of http and https addresses alone, all under ``deadline``.

    The environment's proxies are kept. There is no handler for files, ftp or data.
    """
    director = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Plain(deadline),
        _Secure(deadline),
        _Redirects(deadline),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
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
