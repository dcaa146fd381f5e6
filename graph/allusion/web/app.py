"""The application: routes, and what they share."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from ..core.errors import AllusionError, MissingExtra, ParameterError
from ..core.resources import home
from ..knowledge_graph import KnowledgeGraph
from ..query.catalog import FILE_NAME
from ..query.shacl_executables import executables
from ..store.manifest import read_manifest
from ..store.oxigraph import OxigraphStore
from ..store.remote_inventory import count_default, count_graphs
from ..store.sandbox.store import WorkerStore
from ..store.working_copy import WorkingCopy, WriteReport
from .answers import entity_tag
from .editor import Editor
from .endpoint import SparqlEndpoint
from .frozen_heap import replace_frozen
from .gaps_page import first_page
from .graph_store_protocol import GraphStoreEndpoint
from .limits_table import limit_rows
from .negotiation import GRAPH_ALIASES, TRIPLES, choose, choose_format
from .openapi import describe_api
from .options import ServerOptions
from .page_routes import Pages
from .problems import HttpProblem, from_error
from .query_pages import QueryPages
from .reconciliation import Reconciliation
from .security import Safety
from .service_description import describe_service, void_triples
from .site import Site
from .vocabulary_page import vocabulary_page
from .worker_pool import QueryPool
from .writing import StoreWriter

if TYPE_CHECKING:
    from .metrics import Metrics


class Server:
    """A graph and the parts of the server that share it.

    Args:
        graph: An embedded graph.
        options: Settings of the server.
        more_routes: Routes that have priority over those of the server.

    Raises:
        ParameterError: If the graph is an endpoint.
        MissingExtra: If the options ask for metrics, and their library is not installed.
    """

    def __init__(
        self, graph: KnowledgeGraph, options: ServerOptions, more_routes: Sequence[Route] = ()
    ) -> None:
        path = store_path(graph)
        self.options = options
        self.writer: StoreWriter | None = None
        if options.token:
            root = options.copy or _usual_copy(path.parent)
            copy = WorkingCopy(root, path.parent, options.max_store, (FILE_NAME,))
            self.writer = StoreWriter(copy, options, self._written)
            graph = KnowledgeGraph(copy.folder, graph.resources)
        digest = data_digest(graph)
        self.pool = QueryPool(self._workers(graph), options)
        self.sparql = SparqlEndpoint(self.pool, options, digest, self.describe, self.writer)
        self.pages = Pages(Site(graph, digest), options.cache_bytes)
        self.editor = Editor(self.pool, self.pages)
        self.sparql.answer_with_page = self.editor.respond
        self._more_routes = more_routes
        self.metrics = _make_metrics(self.pool) if options.metrics else None
        self._described = ("", "")
        self._description: dict[str, str] = {}

    @property
    def site(self) -> Site:
        """The pages of the present state."""
        return self.pages.site

    @property
    def graph(self) -> KnowledgeGraph:
        """The present state of the graph."""
        return self.site.graph

    def _workers(self, graph: KnowledgeGraph) -> WorkerStore:
        options = self.options
        return WorkerStore(store_path(graph), options.limits, workers=options.workers)

    def _written(self, report: WriteReport) -> Callable[[], None]:
        """Open the state after a write.

        Returns:
            Makes it the present state; to call in the event loop.
        """
        graph = KnowledgeGraph(report.folder, self.graph.resources)
        digest = data_digest(graph)
        workers = self._workers(graph)

        def switch() -> None:
            self.pool.replace(workers)
            self.sparql.digest = digest
            self.pages.replace(Site(graph, digest))
            replace_frozen()

        return switch

    async def describe(self, endpoint: str) -> dict[str, str]:
        """Return the Service Description of an address, by format."""
        described = (endpoint, self.sparql.digest)
        if described != self._described:
            graph, writable = self.graph, self.writer is not None
            found = await self.pages.run(
                lambda: describe_service(
                    endpoint,
                    count_graphs(graph.store),
                    count_default(graph.store),
                    writable=writable,
                )
            )
            self._described, self._description = described, found
        return self._description

    def close(self) -> None:
        """End the threads and the worker processes."""
        self.pages.close()
        self.pool.close()
        if self.writer is not None:
            self.writer.close()

    def routes(self) -> list[Route]:
        """Return all routes."""
        return [
            *self._more_routes,
            *((self.metrics.route(),) if self.metrics else ()),
            Route("/sparql", self.sparql),
            Route("/sparql/", self.sparql),
            Route("/graphs", GraphStoreEndpoint(self.sparql, self.writer)),
            Route("/graphs/{path:path}", GraphStoreEndpoint(self.sparql, self.writer)),
            Route("/healthz", self._health),
            Route("/limits", self._limits),
            Route("/ontology", self._vocabulary),
            Route("/openapi.json", self._openapi),
            Route("/queries.{suffix}", self._executables),
            Route("/terms.json", self._terms),
            Route("/void", self._void),
            Route("/.well-known/void", self._well_known),
            Route("/robots.txt", self._robots),
            Route("/sitemap.xml", self._sitemap),
            Route("/query/{name}", QueryPages(self.sparql, self.pages)),
            *Reconciliation(self.pages, self.address).routes(),
            *self.pages.routes(),
        ]

    async def _health(self, _: Request) -> Response:
        return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})

    def problem(self, request: Request, problem: HttpProblem) -> Response:
        """Return a problem as an HTML page if the client prefers HTML, else as JSON."""
        offers = ["application/problem+json", "text/html"]
        if choose(request.headers.get("accept", ""), offers) != "text/html":
            return problem.response()
        path = request.url.path.lstrip("/")
        page = self.site.renderer.render("problem", path, title=problem.title, problem=problem)
        headers = {"Cache-Control": "no-store", **problem.headers}
        return HTMLResponse(page, problem.status, headers)

    async def _limits(self, request: Request) -> Response:
        rows = list(limit_rows(self.options))
        render = self.site.renderer.render
        return await self.pages.respond(
            request, ("limits",),
            lambda: render("limits", "limits", title="Limits and errors", limits=rows),
        )  # fmt: skip

    async def _vocabulary(self, request: Request) -> Response:
        return await self.pages.respond(request, ("ontology",), lambda: vocabulary_page(self.site))

    async def _openapi(self, request: Request) -> Response:
        address = self.address(request)

        def make() -> str:
            return json.dumps(describe_api(self.graph.queries, address), ensure_ascii=False)

        return await self.pages.respond(request, ("openapi", address), make, "application/json")

    async def _executables(self, request: Request) -> Response:
        suffix = request.path_params["suffix"]
        if suffix not in TRIPLES:
            raise HttpProblem(404, "format", "There is no such format", ", ".join(TRIPLES))
        return await self.pages.respond(
            request, ("queries", suffix),
            lambda: executables(self.graph.queries).write(suffix), TRIPLES[suffix],
        )  # fmt: skip

    async def _terms(self, request: Request) -> Response:
        return await self.pages.respond(
            request, ("terms",), self.editor.terms_json, "application/json"
        )

    async def _void(self, request: Request) -> Response:
        form = choose_format(request.headers.get("accept", ""), TRIPLES, GRAPH_ALIASES) or "ttl"

        return await self.pages.respond(
            request, ("void", form), lambda: void_triples(self.graph).write(form), TRIPLES[form]
        )

    async def _well_known(self, _: Request) -> Response:
        return RedirectResponse("../void", 302)

    async def _robots(self, request: Request) -> Response:
        text = (
            "User-agent: *\nDisallow: /sparql\nDisallow: /query/\nDisallow: /search\n"
            f"Sitemap: {self.address(request)}/sitemap.xml\n"
        )
        return PlainTextResponse(text)

    async def _sitemap(self, request: Request) -> Response:
        address = self.address(request)
        return await self.pages.respond(
            request, ("sitemap", address), lambda: self.site.sitemap(address), "application/xml"
        )

    def address(self, request: Request) -> str:
        """Return the address of the root of the server, without "/" at its end."""
        return self.options.public_url.rstrip("/") or str(request.base_url).rstrip("/")

    def app(self) -> Starlette:
        """Return the ASGI application."""

        @contextlib.asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            warming = asyncio.ensure_future(
                self.pages.write(("home",), partial(first_page, self.site))
            )
            try:
                yield
            finally:
                warming.cancel()
                self.close()

        async def problem(request: Request, error: Exception) -> Response:
            assert isinstance(error, HttpProblem)
            return self.problem(request, error)

        async def http_error(request: Request, error: Exception) -> Response:
            assert isinstance(error, HTTPException)
            found = HttpProblem(error.status_code, "page", error.detail, request.url.path)
            found.headers.update(error.headers or {})
            return self.problem(request, found)

        async def library_error(request: Request, error: Exception) -> Response:
            assert isinstance(error, AllusionError)
            return self.problem(request, from_error(error))

        async def failure(request: Request, _: Exception) -> Response:
            found = HttpProblem(500, "internal", "The server failed", "see its log")
            return self.problem(request, found)

        routes, measured = self.routes(), []
        if self.metrics:
            from .metrics import Measured

            self.metrics.name_routes(routes)
            measured = [Middleware(Measured, metrics=self.metrics)]
        return Starlette(
            routes=routes,
            middleware=[
                *measured,
                Middleware(Safety, options=self.options),
                Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
            ],
            exception_handlers={
                HttpProblem: problem,
                HTTPException: http_error,
                AllusionError: library_error,
                Exception: failure,
            },
            lifespan=lifespan,
        )


def _usual_copy(store: Path) -> Path:
    """Return the folder of the copy of a store: its name, and a digest of its place."""
    place = store.absolute()
    digest = hashlib.sha256(str(place).encode("utf-8", "surrogateescape")).hexdigest()
    return home() / "writable" / f"{place.name}-{digest[:12]}"


def _make_metrics(pool: QueryPool) -> Metrics:
    try:
        from .metrics import Metrics
    except ImportError as error:
        raise MissingExtra(
            f"metrics need {error.name}; install it: pip install 'allusion[serve,metrics]', or "
            "uv run --extra serve --extra metrics allusion serve --metrics"
        ) from error
    return Metrics(pool)


def data_digest(graph: KnowledgeGraph) -> str:
    """Return the version of the data of an embedded graph for pages and entity tags.

    Raises:
        ParameterError: If the graph has no store on disk.
    """
    return entity_tag(read_manifest(store_path(graph).parent))[3:-1]


def store_path(graph: KnowledgeGraph) -> Path:
    """Return the folder of the engine of an embedded graph.

    Raises:
        ParameterError: If the graph has no store on disk.
    """
    path = graph.store.path if isinstance(graph.store, OxigraphStore) else None
    if path is None:
        raise ParameterError(
            "only a store on disk can be served; remove --store, or give a folder that "
            "allusion load made"
        )
    return path
