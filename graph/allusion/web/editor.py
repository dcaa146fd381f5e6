"""The page of the SPARQL editor; it also works without JavaScript."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive

from ..core.errors import AllusionError
from ..core.terms import shorten
from ..core.vocabulary import AL, BASE, PREFIXES
from ..query.results import Result, TripleResult
from ..store.interface import select
from .answers import client_of, collect_answer
from .negotiation import BOOLEAN, ROWS, TRIPLES
from .page_routes import Pages
from .problems import HttpProblem, from_error
from .query_pages import PAGE_ROWS, PageTable, editable, table_of
from .site import Site
from .sparql_protocol import SparqlRequest
from .worker_pool import QueryPool

_FIRST: Final = """# Films that refer to Momoe Yamaguchi, each with the statement.
# For another person: write a name in place of person:momoe-yamaguchi, in any script,
# and choose from the list. Ctrl-Enter runs the query.
SELECT ?film ?filmLabel ?sentence WHERE {
  ?film a al:Film ;
    rdfs:label ?filmLabel .
  ?connection al:fromWork ?film ;
    al:to person:momoe-yamaguchi ;
    dcterms:description ?sentence .
  FILTER(LANG(?filmLabel) IN ("en", ""))
}
ORDER BY ?filmLabel
"""
_TERMS: Final = f"""
SELECT ?term ?label ?text WHERE {{
  ?term rdfs:label|skos:prefLabel ?label .
  FILTER(LANG(?label) = "en" && STRSTARTS(STR(?term), "{BASE}"))
  FILTER(STRSTARTS(STR(?term), "{AL}") || EXISTS {{ ?term skos:inScheme ?scheme }})
  OPTIONAL {{ ?term skos:definition ?text FILTER(LANG(?text) = "en") }}
}} ORDER BY ?term"""


class Editor:
    """The page of the endpoint.

    Args:
        pool: Runs the queries.
        pages: Render the page in a thread.
    """

    def __init__(self, pool: QueryPool, pages: Pages) -> None:
        self.pool = pool
        self.pages = pages

    @property
    def site(self) -> Site:
        """The present state of the pages."""
        return self.pages.site

    async def respond(self, asked: SparqlRequest, request: Request, receive: Receive) -> Response:
        """Return the page, with the answer to its query if it has one."""
        if not asked.query:
            name = request.query_params.get("example", "")
            text = editable(self.site.graph.queries.get(name).sparql) if name else _FIRST
            return await self.pages.run(lambda: self._page(text))
        limits = asked.limits.replace(max_rows=min(PAGE_ROWS, asked.limits.max_rows))
        began = time.monotonic()
        try:
            answer, stopped = await collect_answer(
                lambda watch: self.pool.job(
                    asked.query, limits, client_of(request), watch, dataset=asked.dataset
                ),
                receive,
                partial=True,
            )
        except (AllusionError, HttpProblem) as error:
            problem = error if isinstance(error, HttpProblem) else from_error(error)
            return await self.pages.run(partial(self._page, asked.query, problem=problem))
        milliseconds = round((time.monotonic() - began) * 1000)
        return await self.pages.run(partial(self._page, asked.query, answer, stopped, milliseconds))

    def _page(
        self,
        text: str,
        answer: Result | TripleResult | bool | None = None,
        stopped: str = "",
        milliseconds: int = 0,
        problem: HttpProblem | None = None,
    ) -> Response:
        table: PageTable | None = None
        formats = {**ROWS, **TRIPLES}
        if isinstance(answer, Result):
            table, formats = table_of(answer, stopped), ROWS
        elif isinstance(answer, TripleResult):
            rows = Result(("subject", "predicate", "object"), answer.triples)
            table, formats = table_of(rows, stopped), TRIPLES
        elif isinstance(answer, bool):
            formats = BOOLEAN
        page = self.site.renderer.render(
            "sparql",
            "sparql",
            section="sparql",
            title="SPARQL",
            text=text,
            table=table,
            boolean=answer if isinstance(answer, bool) else None,
            milliseconds=milliseconds,
            problem=problem,
            formats=list(formats),
            topics=self.site.topics(),
            prefixes=PREFIXES,
            page_rows=PAGE_ROWS,
        )
        status = problem.status if problem else 200
        headers = {
            "Vary": "Accept",
            "Cache-Control": "no-cache",
            **(problem.headers if problem else {}),
        }
        return Response(page, status, headers, "text/html")

    def terms_json(self) -> str:
        """Return the terms that the editor completes, as a JSON array."""
        rows = [
            {"curie": shorten(str(term)), "label": str(label), "text": str(text or "")}
            for term, label, text in select(self.site.graph.store, _TERMS)
        ]
        return json.dumps(rows, ensure_ascii=False)
