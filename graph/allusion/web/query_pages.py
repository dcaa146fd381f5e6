"""Canned queries over HTTP: a page with pickers, the answer in all formats, and the SPARQL."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ..core.errors import AllusionError, ParameterError
from ..core.terms import Iri, Literal, Term, expand, xml_text
from ..query.bound_query import BoundQuery
from ..query.catalog import CannedQuery, Parameter, shown_default, without_header
from ..query.empty_answers import explain_empty
from ..query.localization import localize
from ..query.results import Result
from ..query.serializers import display_columns, to_python, to_text
from .answers import client_of, collect_answer, content_type
from .drawings import result_drawing, result_views
from .endpoint import SparqlEndpoint
from .negotiation import MEDIA_TYPES, choose_format
from .page_routes import Pages
from .problems import HttpProblem, from_error, wrong_method
from .site import Site
from .sparql_protocol import SparqlRequest
from .worker_pool import ClientLeft

#: Rows on a page; the formats for programs have all of them.
PAGE_ROWS: Final = 1_000
#: Suffix of the path -> output format.
FORMATS: Final = {
    **{form: form for form in ("html", "csv", "tsv", "json", "ndjson", "md")},
    "srj": "sparql-json",
    "srx": "sparql-xml",
    "svg": "svg",
    "rq": "sparql",
}
#: Parameters of a page besides those of its query.
#: Column of the titles of sources, and what is between two of them.
_TITLES: Final = "titles"
_SEPARATOR: Final = " | "
_OWN: Final = ("lang", "data", "view")


@dataclass(frozen=True, slots=True)
class PageCell:
    """A cell of a table.

    Attributes:
        text: Its text.
        language: Language of the text, or "".
        iri: IRI of the page that it links to, or "".
        is_number: Whether it is a number.
        parts: Titles of sources in the text, each with its IRI, or "".
    """

    text: str
    language: str
    iri: str
    is_number: bool
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PageTable:
    """Rows for a page.

    Attributes:
        stopped: Name of the limit that cut the rows, or "".
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[PageCell, ...], ...]
    stopped: str


def table_of(
    result: Result, stopped: str = "", sources: Mapping[str, str] | None = None
) -> PageTable:
    """Return a result as a table whose entities are links to pages.

    Args:
        result: The result.
        stopped: Name of the limit that cut the rows, or "".
        sources: Title of a source -> its IRI, for columns of titles.
    """
    columns, kept = display_columns(result.columns)
    things = {
        result.columns.index(f"{name}Label"): place
        for place, name in enumerate(result.columns)
        if f"{name}Label" in result.columns
    }
    titles = {place for place, name in enumerate(result.columns) if name == _TITLES}
    rows = tuple(
        tuple(
            _cell(
                row[place],
                row[things[place]] if place in things else None,
                sources if place in titles else None,
            )
            for place in kept
        )
        for row in result.rows
    )
    return PageTable(columns, rows, stopped)


def _cell(term: Term | None, thing: Term | None, sources: Mapping[str, str] | None) -> PageCell:
    if sources and isinstance(term, Literal):
        parts = tuple((title, sources.get(title, "")) for title in term.value.split(_SEPARATOR))
        if any(iri for _, iri in parts):
            return PageCell(term.value, "", "", is_number=False, parts=parts)
    iri = thing or term
    language = term.language if isinstance(term, Literal) else ""
    is_number = isinstance(to_python(term), int | float) and not isinstance(to_python(term), bool)
    target = iri.value if isinstance(iri, Iri) else ""
    return PageCell(xml_text(to_text(term)), language, target, is_number)


class QueryPages:
    """The canned queries as an ASGI application, for paths ``/query/NAME.SUFFIX``.

    Args:
        endpoint: Runs the queries.
        pages: Write answers in threads.
    """

    def __init__(self, endpoint: SparqlEndpoint, pages: Pages) -> None:
        self.endpoint = endpoint
        self.pages = pages

    @property
    def site(self) -> Site:
        """The present state of the pages."""
        return self.pages.site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if request.method not in ("GET", "HEAD"):
            raise wrong_method("GET, HEAD")
        await request.body()
        try:
            response = await self._respond(request, receive, send)
        except (ClientLeft, ClientDisconnect):
            return
        if response is not None:
            await response(scope, receive, send)

    async def _respond(self, request: Request, receive: Receive, send: Send) -> Response | None:
        name, dot, suffix = request.path_params["name"].rpartition(".")
        query = self.site.graph.queries.get(name if dot else suffix)
        suffix = suffix if dot else self._suffix(request)
        if suffix not in FORMATS:
            raise HttpProblem(404, "format", "There is no such format",
                          f"{suffix!r}; the formats: {', '.join(FORMATS)}")  # fmt: skip
        form = FORMATS[suffix]
        media_type = content_type(form)
        try:
            bound = await self.pages.run(lambda: self._bind(query, request))
        except AllusionError as error:
            if form != "html":
                raise
            make = partial(self._page, request, query, None, problem=str(error))
            page = await self.pages.run(make)
            return Response(page, from_error(error).status, media_type=media_type)
        if form == "sparql":
            return Response(bound.text, media_type=media_type)
        if query.service_hosts:
            if form != "html":
                detail = (
                    f"it queries {', '.join(query.service_hosts)}; run it from the command line"
                )
                raise HttpProblem(403, "refused", "The query is refused", detail)
            page = await self.pages.run(partial(self._page, request, query, bound))
            return Response(page, media_type=media_type)
        language = request.query_params.get("lang", "")
        if form in ("html", "svg") or language:
            return await self._whole(request, receive, bound, form, media_type)
        asked = SparqlRequest(bound.text, limits=self.endpoint.options.limits)
        return await self.endpoint.respond(
            asked, request, receive, send, format_name=form, media_type=media_type
        )

    @staticmethod
    def _suffix(request: Request) -> str:
        offers = {suffix: MEDIA_TYPES[form] for suffix, form in FORMATS.items()}
        found = choose_format(request.headers.get("accept", ""), offers, {})
        if found is None:
            raise HttpProblem(
                406, "format", "No format of the answer is acceptable", ", ".join(offers.values())
            )
        return found

    def _bind(self, query: CannedQuery, request: Request) -> BoundQuery:
        given = {
            name: value
            for name, value in request.query_params.items()
            if name not in _OWN and value.strip()
        }
        return self.site.graph.bind(query.name, **given)

    async def _whole(
        self, request: Request, receive: Receive, bound: BoundQuery, form: str, media_type: str
    ) -> Response:
        """Return an answer that is not streamed: a page, a picture, or translated labels."""
        limits = self.endpoint.options.limits
        if form == "html":
            limits = limits.replace(max_rows=min(PAGE_ROWS, limits.max_rows))
        began = time.monotonic()
        result, stopped = await collect_answer(
            lambda watch: self.endpoint.pool.job(bound.text, limits, client_of(request), watch),
            receive,
            partial=form == "html",
        )
        if not isinstance(result, Result):
            raise ParameterError(f"{bound.query.name} is not a SELECT query")
        seconds = time.monotonic() - began
        make = partial(self._write, request, bound, result, stopped, seconds, form)
        headers = {"Cache-Control": "no-cache"} if form == "html" else None
        return Response(await self.pages.run(make), headers=headers, media_type=media_type)

    def _write(
        self,
        request: Request,
        bound: BoundQuery,
        result: Result,
        stopped: str,
        seconds: float,
        form: str,
    ) -> str:
        """Return an answer with its labels in the language of the request."""
        language = request.query_params.get("lang", "") or "en"
        result = result._replace(about=bound.entities)
        result = localize(result, lambda: self.site.graph.names, language, links=False)
        if form == "svg":
            return self.site.graph.view(result, theme="auto").svg()
        if form != "html":
            return result.write(form)
        return self._page(request, bound.query, bound, result, stopped, seconds)

    def _page(
        self,
        request: Request,
        query: CannedQuery,
        bound: BoundQuery | None,
        result: Result | None = None,
        stopped: str = "",
        seconds: float = 0.0,
        problem: str = "",
    ) -> str:
        values = dict(request.query_params)
        folder = self.endpoint.address(request).rpartition("/")[0]
        language, data, view = (values.pop(name, "") for name in _OWN)
        return query_page(
            self.site, query, values, bound, result,
            stopped=stopped, seconds=seconds, problem=problem, address=f"{folder}/{query.name}",
            language=language, data=data, view=view,
        )  # fmt: skip


def query_page(
    site: Site,
    query: CannedQuery,
    given: Mapping[str, str],
    bound: BoundQuery | None,
    result: Result | None,
    *,
    stopped: str = "",
    seconds: float = 0.0,
    problem: str = "",
    address: str = "",
    language: str = "",
    data: str = "",
    view: str = "",
) -> str:
    """Return the page of a canned query.

    Args:
        site: Renders the page.
        query: The query.
        given: Parameters of the request.
        bound: The query with its parameters; None if one of them is wrong.
        result: The answer; None if there is none.
        stopped: Name of the limit that cut the rows, or "".
        seconds: Time of the query.
        problem: What is wrong with a parameter, or "".
        address: Address of the page, for the snippets.
        language: Language tag of the labels, or "".
        data: Version of the data in the link, or "".
        view: "table", "picture" or "timeline"; "" shows a small picture above the table.
    """
    kept = {name: value for name, value in given.items() if value.strip()}
    spoken = kept | ({"lang": language} if language else {})
    state = urlencode(spoken)
    table = None if result is None else table_of(result, stopped, site.source_titles)
    views = result_views(result, site.network) if result and site.near is None else ()
    picture = Markup()
    if result is not None and len(views) > 1 and view != "table":
        shown = next((one for one in views if one == view), None)
        try:
            url = site.page_address("query/")
            picture = result_drawing(
                result, site.network, shown, url, title=query.summary, language=language
            )
        except ParameterError as error:
            problem = problem or str(error)
    return site.renderer.render(
        "query",
        f"query/{query.name}",
        section="query",
        title=query.summary,
        query=query,
        asked=list(_asked(site, bound)) if bound else [],
        fields=[_field(site, parameter, given) for parameter in query.parameters],
        table=table,
        empty=_reason(site, bound) if bound and table and not table.rows else "",
        milliseconds=round(seconds * 1000),
        problem=problem,
        state=f"?{state}" if state else "",
        permalink=f"?{urlencode(spoken | {'data': site.renderer.digest})}",
        picture=picture,
        views={one: f"?{urlencode(spoken | {'view': one})}" for one in views},
        view=view,
        outdated=data if data and data != site.renderer.digest else "",
        formats=[suffix for suffix in FORMATS if suffix not in ("html", "rq")],
        snippets=dict(_snippets(query, kept, address)),
        sparql=editable(bound.text) if bound else "",
        edit=urlencode({"query": editable(bound.text)}) if bound else "",
        languages=site.graph.names.languages(),
        language=language,
    )


def _asked(site: Site, bound: BoundQuery) -> Iterator[tuple[str, str, str]]:
    """Yield each parameter that has a value: its name, the value, and the IRI of the value."""
    for parameter in bound.query.parameters:
        term = bound.terms.get(parameter.name)
        iri = term.value if isinstance(term, Iri) else expand(parameter.default) if not term else ""
        if iri:
            yield parameter.name, site.label(iri), iri
        elif term is not None:
            yield parameter.name, to_text(term), ""


def _reason(site: Site, bound: BoundQuery) -> str:
    """Return why a query has no rows; "" for a large store, which takes long to find it."""
    return explain_empty(bound, site.graph.store, site.label) if site.near is None else ""


def _field(site: Site, parameter: Parameter, given: Mapping[str, str]) -> dict[str, Any]:
    """Return a field of the form: its name, kind, value and choices."""
    default = shown_default(parameter)
    iri = expand(parameter.default)
    if iri and not parameter.optional and (label := site.graph.names.label(iri, "en")):
        default = label.text
    return {
        "name": parameter.name,
        "type": parameter.type,
        "description": list(_linked(site, parameter.description)),
        "default": "" if parameter.optional else default,
        "value": given.get(parameter.name, ""),
        "choices": parameter.choices,
        "registers": ",".join(parameter.registers),
        "completes": parameter.type in ("entity", "item"),
    }


def _linked(site: Site, text: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a text, and whether each is the name of a canned query."""
    for piece in re.split(r"\b([a-z]+(?:-[a-z]+)+)\b", text):
        yield piece, piece in site.graph.queries.queries


def _snippets(
    query: CannedQuery, given: Mapping[str, str], address: str
) -> Iterator[tuple[str, str]]:
    """Yield the same question for the command line, Python and curl."""

    def quoted(text: str) -> str:
        return "'" + text.replace("'", "'\\''") + "'"

    options = "".join(f" -p {name}={quoted(value)}" for name, value in given.items())
    yield "Command line", f"allusion query {query.name}{options}"
    arguments = "".join(f", {name}={value!r}" for name, value in given.items())
    yield "Python", f"import allusion\n\nallusion.open().query({query.name!r}{arguments})"
    if address and not query.service_hosts:
        state = f"?{urlencode(given)}" if given else ""
        yield "curl", f"curl {quoted(f'{address}.csv{state}')}"


def editable(text: str) -> str:
    """Return the text of a canned query as the editor shows it."""
    return without_header(text).strip() + "\n"
