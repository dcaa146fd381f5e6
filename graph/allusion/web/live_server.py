"""A server whose graph is built again while it runs."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ..core.errors import AllusionError
from ..knowledge_graph import KnowledgeGraph
from .app import Server
from .frozen_heap import replace_frozen
from .options import ServerOptions

_LOG = logging.getLogger("allusion.web")


class LiveServer:
    """ASGI application that serves the current graph, and replaces it on request.

    Args:
        open_graph: Opens the graph from the current files.
        options: Settings of the server.
        routes: More routes, which have priority over those of the server.

    Attributes:
        server: The server of the current graph.
        failure: Why the last build failed, or why the graph is outdated; "" if neither.
    """

    def __init__(
        self,
        open_graph: Callable[[], KnowledgeGraph],
        options: ServerOptions,
        routes: Callable[[LiveServer], Sequence[Route]],
    ) -> None:
        self._open_graph = open_graph
        self._options = options
        self._routes = list(routes(self))
        self._builder = ThreadPoolExecutor(1, "build")
        self._running: Counter[Server] = Counter()
        self._waiting = 0
        self.server, self._app = self._make()
        self.failure = self.server.graph.outdated

    @property
    def is_building(self) -> bool:
        """Whether a newer graph is being built."""
        return self._waiting > 0

    def rebuild(self) -> None:
        """Build the graph again in the background; the current one is served until then."""
        self._waiting += 1
        future = asyncio.get_running_loop().run_in_executor(self._builder, self._make)
        future.add_done_callback(self._replace)

    def _make(self) -> tuple[Server, Starlette]:
        server = Server(self._open_graph(), self._options, self._routes)
        return server, server.app()

    def _replace(self, future: asyncio.Future[tuple[Server, Starlette]]) -> None:
        self._waiting -= 1
        if future.cancelled():
            return
        error = future.exception()
        if error and self.is_building:
            return  # a newer build waits
        if error:
            self.failure = str(error)
            level = logging.WARNING if isinstance(error, AllusionError) else logging.ERROR
            _LOG.log(level, "the graph was not built again", exc_info=error)
            return
        old = self.server
        replace_frozen()
        self.server, self._app = future.result()
        self.failure = self.server.graph.outdated
        self._close_unused(old)

    def _close_unused(self, server: Server) -> None:
        if server is not self.server and not self._running[server]:
            server.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by the current graph."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        server, app = self.server, self._app
        self._running[server] += 1
        try:
            await app(scope, receive, send)
        finally:
            self._running[server] -= 1
            if not self._running[server]:
                del self._running[server]  # a key would keep a replaced server in memory
            self._close_unused(server)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                self._builder.shutdown(wait=False, cancel_futures=True)
                self.server.close()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
