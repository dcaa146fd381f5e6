"""HTTP with one deadline for connecting, headers and body.

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
import time
import urllib.request
from functools import partial
from typing import Any


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


class HttpHandler(urllib.request.HTTPHandler):
    """Handler for http with a deadline."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Open a connection for a request."""
        return self.do_open(_HttpConnection, req, deadline=self._deadline)  # type: ignore[arg-type]


class HttpsHandler(urllib.request.HTTPSHandler):
    """Handler for https with a deadline."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Open a connection for a request."""
        context = ssl.create_default_context()
        return self.do_open(
            _HttpsConnection,  # type: ignore[arg-type]
            req,
            deadline=self._deadline,
            context=context,
        )
