"""The application: routes, and what they share."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ..core.errors import ParameterError
from ..store.inventory import count_default, count_graphs
from ..store.manifest import read_manifest
from ..store.oxigraph import OxigraphStore
from ..store.sandbox.store import WorkerStore
from .answers import entity_tag
from .description import describe_service
from .endpoint import SparqlEndpoint
from .graph_store import GraphStoreEndpoint
from .options import ServerOptions
from .pool import QueryPool
from .problems import Problem
from .safety import Safety

if TYPE_CHECKING:
    from ..knowledge_graph import KnowledgeGraph


class Server:
    """A graph and the parts of the server that share it.

    Args:
        graph: An embedded graph.
        options: Settings of the server.

    Raises:
        ParameterError: If the graph is an endpoint.
    """

    def __init__(self, graph: KnowledgeGraph, options: ServerOptions) -> None:
        path = store_path(graph)
        self.graph = graph
        self.options = options
        self.digest = entity_tag(read_manifest(path.parent))[3:-1]
        self.pool = QueryPool(WorkerStore(path, options.limits, workers=options.workers), options)
        self.sparql = SparqlEndpoint(self.pool, options, self.digest, self.describe)
        self._descriptions: dict[str, dict[str, str]] = {}

    def describe(self, endpoint: str) -> dict[str, str]:
        """Return the Service Description of an address, by format."""
        if endpoint not in self._descriptions:
            graphs, triples = self._sizes
            self._descriptions.clear()
            self._descriptions[endpoint] = describe_service(endpoint, graphs, triples)
        return self._descriptions[endpoint]

    @cached_property
    def _sizes(self) -> tuple[dict[str, int], int]:
        return count_graphs(self.graph.store), count_default(self.graph.store)

    def routes(self) -> list[Route]:
        """Return the routes for programs."""
        return [
            Route("/sparql", self.sparql),
            Route("/sparql/", self.sparql),
            Route("/graphs", GraphStoreEndpoint(self.sparql)),
            Route("/healthz", self._health),
        ]

    async def _health(self, _: Request) -> Response:
        return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})

    def app(self) -> Starlette:
        """Return the ASGI application."""

        @contextlib.asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            try:
                yield
            finally:
                self.pool.close()

        async def problem(_: Request, error: Exception) -> Response:
            assert isinstance(error, Problem)
            return error.response()

        async def http_error(_: Request, error: Exception) -> Response:
            assert isinstance(error, HTTPException)
            title = error.detail
            return Problem(error.status_code, "http", title, title).response()

        return Starlette(
            routes=self.routes(),
            middleware=[
                Middleware(Safety, options=self.options),
                Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
            ],
            exception_handlers={Problem: problem, HTTPException: http_error},
            lifespan=lifespan,
        )


def store_path(graph: KnowledgeGraph) -> Path:
    """Return the folder of the engine of an embedded graph.

    Raises:
        ParameterError: If the graph has no store on disk.
    """
    path = graph.store.path if isinstance(graph.store, OxigraphStore) else None
    if path is None:
        raise ParameterError(
            "only a store on disk can be served; leave out --store, or give a folder that "
            "allusion load made"
        )
    return path
