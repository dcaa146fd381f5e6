"""Graph Store HTTP Protocol: reading and writing named graphs and the default graph.

A graph is named by ``?graph=IRI`` or ``?default``, or is the address of the request below
``/graphs/``.

Source: https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import email.policy
import uuid
from email.parser import BytesParser
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ..core.terms import Iri
from .answers import client_of, collect_answer, send_response
from .endpoint import SparqlEndpoint, read_only
from .negotiation import GRAPH_ALIASES, TRIPLES
from .problems import HttpProblem, bad_request, wrong_method
from .sparql_protocol import SparqlRequest

if TYPE_CHECKING:
    from .writing import StoreWriter

_MULTIPART: Final = "multipart/form-data"
_WRITES: Final = ("PUT", "POST", "DELETE")
_READS: Final = ("GET", "HEAD")


class GraphStoreEndpoint:
    """The protocol as an ASGI application.

    Args:
        endpoint: Answers the queries that read a graph.
        writer: Writes graphs; None refuses to.
    """

    def __init__(self, endpoint: SparqlEndpoint, writer: StoreWriter | None = None) -> None:
        self.endpoint = endpoint
        self.writer = writer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        await send_response(self._answer(request, receive, send), scope, receive, send)

    async def _answer(self, request: Request, receive: Receive, send: Send) -> Response | None:
        if request.method in _READS:
            await request.body()
            return await self._read(request, receive, send)
        if request.method in _WRITES and self.writer is not None:
            return await self._write(request, receive, self.writer)
        allowed = ", ".join((*_READS, *(_WRITES if self.writer else ()), "OPTIONS"))
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": allowed})
        if request.method in _WRITES:
            raise read_only(405, Allow=allowed)
        raise wrong_method(allowed)

    async def _read(self, request: Request, receive: Receive, send: Send) -> Response | None:
        graph = self._graph_of(request)
        if graph and not await self._exists(graph, request, receive):
            raise _missing(graph)
        where = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        asked = SparqlRequest(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}",
            limits=self.endpoint.options.limits,
        )
        return await self.endpoint.respond(asked, request, receive, send)

    async def _write(self, request: Request, receive: Receive, writer: StoreWriter) -> Response:
        writer.authorize(request)
        is_new = (
            request.method == "POST"
            and not request.path_params.get("path")
            and not request.query_params
        )
        address = self.endpoint.address(request)
        graph = f"{address.rstrip('/')}/{uuid.uuid4()}" if is_new else self._graph_of(request)
        limits = self.endpoint.options.limits
        if request.method == "DELETE":
            await request.body()
            if graph and not await self._exists(graph, request, receive):
                raise _missing(graph)
            await writer.write_graph("delete", graph, (), limits)
            return Response(status_code=204, headers={"Cache-Control": "no-store"})
        documents = _documents(request.headers.get("content-type", ""), await request.body())
        created = await writer.write_graph(
            request.method.lower(),
            graph,
            [(media_type, data, graph or address) for media_type, data in documents],
            limits,
        )
        headers = {"Cache-Control": "no-store"}
        if is_new:
            headers["Location"] = graph
        return Response(status_code=201 if created else 204, headers=headers)

    async def _exists(self, graph: str, request: Request, receive: Receive) -> bool:
        """Return whether the store has a named graph."""
        sparql = f"ASK {{ GRAPH <{graph}> {{}} }}"
        limits, pool = self.endpoint.options.limits, self.endpoint.pool
        found, _ = await collect_answer(
            lambda watch: pool.job(sparql, limits, client_of(request), watch), receive
        )
        return bool(found)

    def _graph_of(self, request: Request) -> str:
        """Return the IRI of the graph that a request names; "" for the default graph.

        Raises:
            HttpProblem: If it names none or several, or the IRI is not valid.
        """
        graphs = request.query_params.getlist("graph")
        is_default = "default" in request.query_params
        is_direct = bool(request.path_params.get("path"))
        if len(graphs) + is_default + is_direct != 1:
            raise bad_request(
                "give ?default or one ?graph=IRI, or the address of a graph below /graphs/"
            )
        if is_direct:
            graphs = [self.endpoint.address(request)]
        try:
            return Iri(graphs[0]).value if graphs else ""
        except ValueError as error:
            raise bad_request(f"graph={error}") from None


def _documents(content_type: str, body: bytes) -> list[tuple[str, bytes]]:
    """Return the media type and content of each document in a body.

    Raises:
        HttpProblem: If a media type is not one of RDF.
    """
    if content_type.partition(";")[0].strip().lower() != _MULTIPART:
        return [(_media_type(content_type), body)]
    head = f"Content-Type: {content_type}\r\n\r\n".encode("utf-8", "replace")
    message = BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    parts = [part for part in message.iter_parts() if not part.is_multipart()]
    if not parts:
        raise bad_request("the body has no parts, or another boundary than its media type")
    return [
        (_media_type(part["content-type"] or ""), bytes(part.get_payload(decode=True) or b""))
        for part in parts
    ]


def _media_type(content_type: str) -> str:
    name = content_type.partition(";")[0].strip().lower()
    name = GRAPH_ALIASES.get(name, name)
    if name not in TRIPLES.values():
        raise HttpProblem(
            415,
            "media-type",
            "The media type of the body is not supported",
            f"send {', '.join(TRIPLES.values())}, or {_MULTIPART} with parts of these",
            headers={"Accept-Post": ", ".join((*TRIPLES.values(), _MULTIPART))},
        )
    return name


def _missing(graph: str) -> HttpProblem:
    return HttpProblem(
        404,
        "graph",
        "The graph does not exist",
        f"there is no graph <{graph}>; the graphs: SELECT DISTINCT ?g {{ GRAPH ?g {{}} }}",
    )
