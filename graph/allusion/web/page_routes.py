"""Routes of the pages for people, and of the same nodes as linked data."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..core.errors import UnknownName
from ..core.vocabulary import AL, BASE, ENTITY_REGISTERS, NODES_WITH_PAGE
from .answers import AnswerCache, entity_tag
from .gaps_page import first_page, gaps_page
from .list_page import list_pages
from .long_pages import PageSeries
from .negotiation import DOCUMENTS, GRAPH_ALIASES, TRIPLES, choose_format
from .news_page import feed, news_pages
from .problems import HttpProblem
from .rendering import ASSETS, asset, asset_of
from .site import Site

_T = TypeVar("_T")
#: Suffix of a path -> media type, for nodes of each kind.
_GRAPHS: Final = {("rdf" if form == "rdf-xml" else form): kind for form, kind in TRIPLES.items()}
_RESOURCE: Final = {"html": DOCUMENTS["html"], **_GRAPHS}
_STATEMENT: Final = {**_RESOURCE, **{form: DOCUMENTS[form] for form in ("json", "md")}}
#: Kind of page -> its formats.
_FORMATS: Final = {
    "entity": {**_STATEMENT, "svg": DOCUMENTS["svg"]},
    "statement": _STATEMENT,
    "source": _RESOURCE,
    "resource": _RESOURCE,
}
_WRITERS: Final = {"rdf": "rdf-xml"}
#: Threads that write pages.
_THREADS: Final = 2
#: Nodes whose kind is remembered.
_MAX_KINDS: Final = 20_000
_MAX_QUERY: Final = 200
_MAX_DIGITS: Final = 7


class Pages:
    """The pages of a site as routes.

    Args:
        site: Writes the pages.
        cache_bytes: Size of the cache of pages.
    """

    def __init__(self, site: Site, cache_bytes: int) -> None:
        self.site = site
        self._cache_bytes = cache_bytes
        self._cache = AnswerCache(cache_bytes)
        #: Kind of the page of a node; saves a change of threads.
        self._kinds: dict[str, str] = {}
        self._last_series: tuple[object, PageSeries] | None = None
        self._threads = ThreadPoolExecutor(_THREADS, "page")

    def replace(self, site: Site) -> None:
        """Write the pages of another state of the graph."""
        self.site = site
        self._cache = AnswerCache(self._cache_bytes)
        self._kinds = {}
        self._last_series = None

    def close(self) -> None:
        """End the threads as soon as their pages are written."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def routes(self) -> list[Route]:
        """Return the routes; that of the nodes is the last one."""
        return [
            Route("/", self._home),
            Route("/gaps", self._gaps),
            Route("/new", self._new),
            Route("/new.atom", self._feed),
            Route("/search", self._search),
            Route("/search.json", self._search_json),
            Route("/query", self._queries),
            Route("/static/{name}", self._static),
            Route("/{register}", self._list),
            Route("/{register}/{slug}", self._node),
        ]

    async def run(self, make: Callable[[], _T]) -> _T:
        """Run work in a thread that takes longer than the loop may wait.

        Args:
            make: The work; its result is returned.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, make)

    async def write(self, key: tuple[str, ...], make: Callable[[], str]) -> bytes:
        """Return a page from the cache, or write it in a thread.

        Args:
            key: Identifies the page.
            make: Writes it.
        """
        name, cache = repr(key), self._cache
        if (known := cache.get(name)) is not None:
            return known
        data = (await self.run(make)).encode("utf-8")
        cache.put(name, data)
        return data

    async def respond(
        self,
        request: Request,
        key: tuple[str, ...],
        make: Callable[[], str],
        media_type: str = "text/html",
    ) -> Response:
        """Return a page with its entity tag, or 304 if the client has it.

        Args:
            request: The request.
            key: Identifies the page.
            make: Writes it.
            media_type: Media type of the page.
        """
        tag = entity_tag(self.site.renderer.digest, key)
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        data = await self.write(key, make)
        return Response(data, headers=headers, media_type=media_type)

    async def _home(self, request: Request) -> Response:
        return await self.respond(request, ("home",), partial(first_page, self.site))

    async def _gaps(self, request: Request) -> Response:
        return await self.respond(request, ("gaps",), partial(gaps_page, self.site))

    async def _new(self, request: Request) -> Response:
        number = _number(request)
        make = partial(self._page, partial(news_pages, self.site), number)
        return await self.respond(request, ("new", str(number)), make)

    async def _feed(self, request: Request) -> Response:
        make = partial(feed, self.site)
        return await self.respond(request, ("feed",), make, "application/atom+xml")

    async def _queries(self, request: Request) -> Response:
        return await self.respond(request, ("queries",), self.site.queries_page)

    async def _search(self, request: Request) -> Response:
        text = request.query_params.get("q", "")[:_MAX_QUERY]
        return await self.respond(request, ("search", text), partial(self.site.search_page, text))

    async def _search_json(self, request: Request) -> Response:
        text = request.query_params.get("q", "")[:_MAX_QUERY]
        kind = request.query_params.get("kind", "")
        kinds = [one for one in kind.split(",") if one in ENTITY_REGISTERS]
        make = partial(self.site.search_json, text, kind=kinds)
        return await self.respond(request, ("find", text, *kinds), make, "application/json")

    async def _static(self, request: Request) -> Response:
        name = asset_of(request.path_params["name"])
        if not name:
            raise HttpProblem(404, "page", "There is no such page", request.url.path)
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(asset(name), headers=headers, media_type=ASSETS[name])

    async def _list(self, request: Request) -> Response:
        register, number = request.path_params["register"], _number(request)
        return await self.respond(
            request,
            ("list", register, str(number)),
            lambda: self._page(partial(list_pages, self.site, register), number),
        )

    async def _node(self, request: Request) -> Response:
        register, slug = request.path_params["register"], request.path_params["slug"]
        name, dot, suffix = slug.rpartition(".")
        if not dot:
            name, suffix = slug, ""
        iri = AL + name if register == "ontology" else f"{BASE}{register}/{name}"
        if register not in NODES_WITH_PAGE or any(sign in iri for sign in '<>"{}|^`\\ '):
            raise HttpProblem(404, "page", "There is no such page", request.url.path)
        if (kind := self._kinds.get(iri)) is None:
            kind = await self.run(partial(self._kind_of, iri))
            if len(self._kinds) < _MAX_KINDS:
                self._kinds[iri] = kind
        formats = _FORMATS[kind]
        if suffix and suffix not in formats:
            raise HttpProblem(
                404, "format", "There is no such format",
                f"{request.url.path}: the formats of this page: {', '.join(formats)}",
            )  # fmt: skip
        form = suffix or choose_format(request.headers.get("accept", ""), formats, GRAPH_ALIASES)
        if form is None:
            raise HttpProblem(
                406, "format", "No format of this page is acceptable", ", ".join(formats.values())
            )
        if not suffix and form != "html":
            headers = {"Vary": "Accept"}
            return RedirectResponse(f"{name}.{form}", 303, headers)
        language = request.query_params.get("lang", "")[:20] if form == "html" else ""
        number = _number(request) if form == "html" else 1
        make = partial(self._make, kind, iri, form, language, number)
        key = (kind, iri, form, language, str(number))
        response = await self.respond(request, key, make, formats[form])
        if form == "html":
            links = [
                f'<{name}.{other}>; rel="alternate"; type="{media_type}"'
                for other, media_type in formats.items()
                if other != "html"
            ]
            described = f'<{name}.ttl>; rel="describedby"; type="{formats["ttl"]}"'
            links = [f'<{iri}>; rel="canonical"', described, *links]
            response.headers["Link"] = ", ".join(links)
        return response

    def _kind_of(self, iri: str) -> str:
        """Return the kind of page that a node has.

        Raises:
            UnknownName: If the graph has no statement about it.
        """
        if not self.site.has(iri):
            raise UnknownName(f"the graph has no statement about {iri}")
        return self.site.kind_of(iri)

    def _page(self, make: partial[PageSeries], number: int) -> str:
        """Return one page of a series; the last series is kept for its other pages."""
        key = (make.func, make.args)
        last = self._last_series
        if last is None or last[0] != key:
            last = self._last_series = (key, make())
        return last[1].page(number)

    def _make(self, kind: str, iri: str, form: str, language: str, number: int) -> str:
        """Write a node in a format."""
        match (kind, form):
            case ("entity" | "statement", "html"):
                return self._page(partial(self.site.entity_pages, iri, language), number)
            case ("source", "html"):
                return self._page(partial(self.site.source_pages, iri), number)
            case (_, "html"):
                return self._page(partial(self.site.resource_pages, iri), number)
            case (_, "json"):
                return self.site.entity_json(iri)
            case (_, "md"):
                return self.site.entity_markdown(iri)
            case (_, "svg"):
                return self.site.entity_svg(iri)
        return self.site.triples(iri).write(_WRITERS.get(form, form))


def _number(request: Request) -> int:
    """Return the number of the page of a long page.

    Raises:
        HttpProblem: If it is no number from 1.
    """
    text = request.query_params.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < _MAX_DIGITS and int(text)):
        raise HttpProblem(404, "page", "There is no such page", f"page={text[:20]}")
    return int(text)
