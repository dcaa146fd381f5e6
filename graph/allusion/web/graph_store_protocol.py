"""Graph Store HTTP Protocol: reading named graphs and the default graph.

Source: https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from ..core.errors import AllusionError
from ..core.terms import Iri
from ..query.results import collect
from .answers import watch_client
from .endpoint import SparqlEndpoint
from .problems import HttpProblem, from_error
from .sparql_protocol import SparqlRequest
from .worker_pool import ClientLeft


class GraphStoreEndpoint:
    """The protocol as an ASGI application.

    Args:
        endpoint: Answers the queries that read a graph.
    """

    def __init__(self, endpoint: SparqlEndpoint) -> None:
        self.endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            if request.method not in ("GET", "HEAD"):
                raise HttpProblem(
                    405,
                    "method",
                    "The method is not allowed",
                    "the graph store is read-only here; use GET or HEAD",
                    headers={"Allow": "GET, HEAD, OPTIONS"},
                )
            await request.body()
            graph = graph_of(request)
            if graph:
                await self._require(graph, request, receive)
            where = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
            asked = SparqlRequest(
                f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}",
                limits=self.endpoint.options.limits,
            )
            response = await self.endpoint.respond(asked, request, receive, send)
        except AllusionError as error:
            response = from_error(error).response()
        except HttpProblem as problem:
            response = problem.response()
        except (ClientLeft, ClientDisconnect):
            return
        if response is not None:
            await response(scope, receive, send)

    async def _require(self, graph: str, request: Request, receive: Receive) -> None:
        """Check that a named graph exists.

        Raises:
            HttpProblem: If it does not.
        """
        sparql = f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        client = request.client.host if request.client else ""
        limits = self.endpoint.options.limits
        async with (
            watch_client(receive) as gone,
            self.endpoint.pool.job(sparql, limits, client, gone) as job,
        ):
            answer = await job.answer()
            found = await job.call(lambda: collect(answer))
        if not found:
            raise HttpProblem(
                404,
                "graph",
                "The graph does not exist",
                f"no statement is in the graph <{graph}>; the graphs: SELECT DISTINCT ?g "
                "{ GRAPH ?g {} }",
            )


def graph_of(request: Request) -> str:
    """Return the IRI of the graph that a request names; "" for the default graph.

    Raises:
        HttpProblem: If it names none or several, or the IRI is not valid.
    """
    graphs = request.query_params.getlist("graph")
    is_default = "default" in request.query_params
    if len(graphs) + is_default != 1:
        raise HttpProblem(
            400, "request", "The request is not valid", "give ?default or one ?graph=IRI"
        )
    try:
        return Iri(graphs[0]).value if graphs else ""
    except ValueError as error:
        raise HttpProblem(400, "request", "The request is not valid", f"graph={error}") from None
