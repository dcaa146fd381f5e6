"""Run the application in uvicorn until a signal stops it, in one process or in several."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from ..core.errors import ParameterError
from .frozen_heap import freeze_soon
from .options import MIN_RATE, ServerOptions

#: Seconds that running requests have to end after a signal.
_GRACE_S = 3
#: Bytes of a response that may wait without a limit of time.
_MAX_UNREAD: Final = 16 << 10
_LOG: Final = logging.getLogger("allusion.web")


class _Server(uvicorn.Server):
    """Server without signal handlers; the caller stops it with ``should_exit``."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Install no signal handlers."""
        yield


def impatient(write_timeout: float) -> type[asyncio.Protocol]:
    """Return the HTTP protocol that closes a connection whose client does not read.

    A response is in the buffer of its connection until the client has read it, and would be there
    for as long as a slow client wants.

    Args:
        write_timeout: Seconds in which the client must read `MIN_RATE` bytes a second.
    """

    class ImpatientProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
        _timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            transport.set_write_buffer_limits(high=_MAX_UNREAD)

        def pause_writing(self) -> None:
            super().pause_writing()
            self._watch(self.transport.get_write_buffer_size())

        def resume_writing(self) -> None:
            super().resume_writing()
            self._unwatch()

        def connection_lost(self, exc: Exception | None) -> None:
            self._unwatch()
            super().connection_lost(exc)

        def _watch(self, size: int) -> None:
            self._unwatch()
            self._timer = asyncio.get_running_loop().call_later(write_timeout, self._check, size)

        def _unwatch(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _check(self, before: int) -> None:
            size = self.transport.get_write_buffer_size()
            if size > before - write_timeout * MIN_RATE:
                _LOG.warning("the client does not read; the connection was closed")
                self.transport.abort()
            else:
                self._watch(size)

    return ImpatientProtocol


def serve(app: ASGIApp, options: ServerOptions, started: Callable[[str], None]) -> None:
    """Serve an application until SIGINT or SIGTERM.

    Args:
        app: The application.
        options: Address to bind.
        started: Called with the address when the server accepts connections.

    Raises:
        ParameterError: If the address cannot be bound.
    """
    listener = socket.socket(fileno=options.fd) if options.fd is not None else bind(options)
    config = uvicorn.Config(
        app,
        http=impatient(options.write_timeout),
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_GRACE_S,
        limit_concurrency=1000,
        h11_max_incomplete_event_size=64 << 10,
        proxy_headers=bool(options.public_url),
    )
    server = _Server(config)
    with listener, asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_run(server, listener, lambda: started(address_of(options, listener))))


async def _run(server: _Server, listener: socket.socket, started: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.force_exit = server.should_exit  # the second signal
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
    task = asyncio.ensure_future(server.serve(sockets=[listener]))
    while not (server.started or task.done()):
        await asyncio.sleep(0.01)
    if server.started:
        started()
        freeze_soon()
    await task


def bind(options: ServerOptions) -> socket.socket:
    """Return a socket that listens at the address of the options.

    Raises:
        ParameterError: If the address cannot be bound.
    """
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((options.host, options.port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise ParameterError(
            f"{options.host} port {options.port} cannot be used ({error.strerror or error}); "
            "choose another one: --port 0 takes a free port"
        ) from error
    return listener


def address_of(options: ServerOptions, listener: socket.socket) -> str:
    """Return the address of the server as people write it."""
    if options.public_url:
        return options.public_url
    host = "127.0.0.1" if options.host in ("0.0.0.0", "::") else options.host  # noqa: S104
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{listener.getsockname()[1]}/"
