"""SPARQL 1.1 endpoint: queries by GET and POST, in all result formats."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ..core.errors import QueryError
from ..sparql.query_info import UPDATES, read_query_info
from .answers import (
    AnswerCache,
    bytes_of,
    client_of,
    content_type,
    entity_tag,
    read_whole,
    send_response,
    stream,
)
from .negotiation import BOOLEAN, GRAPH_ALIASES, ROWS, TRIPLES, choose, choose_format
from .options import ServerOptions
from .problems import HttpProblem, bad_request, wrong_method
from .sparql_protocol import SparqlRequest, read_request
from .worker_pool import ClientWatch, QueryPool, read_up_to

if TYPE_CHECKING:
    from .writing import StoreWriter

#: Functions whose value differs between two runs of the same query.
_VOLATILE: Final = re.compile(r"\b(now|rand|uuid|struuid)\s*\(", re.IGNORECASE)
_FORMATS: Final = {"SELECT": ROWS, "ASK": BOOLEAN, "CONSTRUCT": TRIPLES, "DESCRIBE": TRIPLES}
_METHODS: Final = "GET, HEAD, POST, OPTIONS"

PageResponder: TypeAlias = Callable[[SparqlRequest, Request, Receive], Awaitable[Response]]


class SparqlEndpoint:
    """The endpoint as an ASGI application.

    Args:
        pool: Runs the queries.
        options: Settings of the server.
        digest: Version of the data, for entity tags.
        describe: Returns the Service Description of an address, by format of
            `negotiation.TRIPLES`. A request without a query gets it.
        writer: Applies updates; None refuses them.
    """

    def __init__(
        self,
        pool: QueryPool,
        options: ServerOptions,
        digest: str,
        describe: Callable[[str], Awaitable[Mapping[str, str]]],
        writer: StoreWriter | None = None,
    ) -> None:
        self.pool = pool
        self.options = options
        self.digest = digest
        self._description = describe
        self._writer = writer
        self._cache = AnswerCache(options.cache_bytes)
        #: Returns the page that answers a browser; None answers browsers like programs.
        self.answer_with_page: PageResponder | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        await send_response(self._answer(request, receive, send), scope, receive, send)

    async def _answer(self, request: Request, receive: Receive, send: Send) -> Response | None:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": _METHODS})
        if request.method not in ("GET", "HEAD", "POST"):
            raise wrong_method(_METHODS)
        asked = await read_request(request, self.options.limits)
        if asked.update:
            return await self._update(asked, request)
        if self.answer_with_page and not asked.form and _wants_page(request):
            return await self.answer_with_page(asked, request, receive)
        if not asked.query:
            return await self._describe(request)
        return await self.respond(asked, request, receive, send)

    async def _update(self, asked: SparqlRequest, request: Request) -> Response:
        if self._writer is None:
            raise read_only(403)
        self._writer.authorize(request)
        await self._writer.update(
            asked.update,
            asked.limits,
            base=self.address(request),
            using=asked.using,
            using_named=asked.using_named,
        )
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    def address(self, request: Request) -> str:
        """Return the address of this request as the client knows it, without its query."""
        if self.options.public_url:
            return self.options.public_url.rstrip("/") + request.url.path
        return str(URL(scope={**request.scope, "query_string": b""}))

    async def _describe(self, request: Request) -> Response:
        if request.method == "POST" or request.url.query:
            raise bad_request("the parameter query is missing")
        format_name = choose_format(request.headers.get("accept", ""), TRIPLES, GRAPH_ALIASES)
        description = await self._description(self.address(request))
        return Response(
            description[format_name or "ttl"],
            headers={"Vary": "Accept", "Cache-Control": "no-cache"},
            media_type=content_type(format_name or "ttl"),
        )

    async def respond(
        self,
        asked: SparqlRequest,
        request: Request,
        receive: Receive,
        send: Send,
        *,
        format_name: str = "",
        media_type: str = "",
    ) -> Response | None:
        """Run a query.

        Args:
            asked: The query and its limits.
            request: The request, whose body is read.
            receive: Of the ASGI application.
            send: Of the ASGI application.
            format_name: Format of the answer; "" chooses it by the request.
            media_type: Media type of the answer; "" is that of the format.

        Returns:
            The response; None if it was streamed to ``send``.

        Raises:
            HttpProblem: If the request is not acceptable, or the server is busy.
            AllusionError: If the query is not valid, or exceeds a limit.
            ClientLeft: If the client leaves.
        """
        format_name = format_name or self._format_name(asked, request)
        media_type = media_type or content_type(format_name)
        asked = self._limited(asked, format_name)
        base = self.address(request)
        key = entity_tag(self.digest, asked, format_name, base)
        fixed = not _VOLATILE.search(asked.query)
        headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
        if fixed:
            headers["ETag"] = key
            if key in request.headers.get("if-none-match", ""):
                return Response(status_code=304, headers=headers)
            if (known := self._cache.get(key)) is not None:
                return Response(known, headers=headers, media_type=media_type)
        client = client_of(request)
        buffer = 1 if asked.stream else self.options.buffer_bytes
        is_json = format_name == "sparql-json" and not asked.partial
        with ClientWatch(receive) as watch:
            async with self.pool.job(
                asked.query,
                asked.limits,
                client,
                watch,
                base=base,
                dataset=asked.dataset,
                json=is_json,
            ) as job:
                if asked.partial:
                    body = await read_whole(job, format_name)
                    if body.truncated:
                        headers = {"Vary": "Accept", "Cache-Control": "no-store"}
                        headers["Allusion-Truncated"] = body.truncated
                    return Response(body.data, headers=headers, media_type=media_type)
                if is_json:
                    data, whole, pieces = await job.json(buffer)
                else:
                    answer = await job.answer()
                    pieces = await job.call(lambda: bytes_of(answer, format_name))
                    data, whole = await job.call(partial(read_up_to, pieces, buffer))
                if not whole:
                    raw = [
                        (name.lower().encode(), value.encode()) for name, value in headers.items()
                    ]
                    raw.append((b"content-type", media_type.encode()))
                    await stream(job, data, pieces, send, raw, self.options.write_timeout)
                    return None
        if fixed:
            self._cache.put(key, data)
        return Response(data, headers=headers, media_type=media_type)

    def _format_name(self, asked: SparqlRequest, request: Request) -> str:
        """Return the format of the answer, by the parameter format or the Accept header.

        Raises:
            QueryError: If the text has no query form.
            HttpProblem: If no format of this query form is acceptable.
        """
        found = read_query_info(asked.query)
        if found.verb in UPDATES:
            raise bad_request(f"{found.verb} is an update, and the request sends it as a query")
        if found.query_form is None:
            raise QueryError("not a SPARQL query: SELECT, ASK, CONSTRUCT or DESCRIBE is missing")
        formats = _FORMATS[found.query_form]
        aliases = {} if formats is not TRIPLES else {"aliases": GRAPH_ALIASES}
        accepted = request.headers.get("accept", "")
        format_name = asked.form or choose_format(accepted, formats, **aliases)
        if format_name not in formats:
            raise HttpProblem(
                406,
                "format",
                "No format of the answer is acceptable",
                f"{found.query_form} is answered in: {', '.join(formats.values())}",
            )
        return format_name

    def _limited(self, asked: SparqlRequest, format_name: str) -> SparqlRequest:
        """Limit the triples of formats that are written as a whole."""
        if format_name not in TRIPLES or format_name == "nt":
            return asked
        rows = min(asked.limits.max_rows, self.options.max_triples)
        return replace(asked, limits=asked.limits.replace(max_rows=rows))


def read_only(status: int, **headers: str) -> HttpProblem:
    """Return the refusal of a write by a server that only reads.

    Args:
        status: HTTP status.
        **headers: More headers of the response.
    """
    return HttpProblem(
        status,
        "read-only",
        "The server is read-only",
        "to write to a copy of the store, start the server with --writable --token-file FILE",
        headers=headers,
    )


def _wants_page(request: Request) -> bool:
    """Return whether a client prefers HTML, as browsers do."""
    offers = [*ROWS.values(), *TRIPLES.values(), "text/html"]
    return choose(request.headers.get("accept", ""), offers) == "text/html"
