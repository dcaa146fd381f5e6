"""SPARQL endpoint client with timeout, size limit and response validation.

SPARQLWrapper builds the requests. This module adds a total deadline, a size limit, validation of
responses, logins, retries that honor Retry-After, and one request at a time per host.

Source: https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterable, Iterator
from http.client import HTTPResponse
from typing import Final, Literal, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import SPARQLWrapper

from ..core.errors import CutAnswer, NetworkError, QueryStopped
from ..http.body import read_body
from ..http.client import HttpClient
from ..http.credentials import Login
from ..http.user_agent import CONTACT, check_user_agent, default_user_agent
from ..sparql.limits import Limits
from ..sparql.preparation import prepare_query
from ..sparql.query_info import Form, QueryInfo, with_dataset
from ..sparql.structure import Structure
from .answer_readers import ROW_TYPES, TRIPLE_TYPES, MalformedAnswer, read_rows, read_triples
from .interface import Answer, Row, Rows, Triples
from .remote_inventory import pushed_graphs
from .virtuoso import (
    MIN_ROW_LIMIT,
    ROW_LIMIT_PROBE,
    describe_row_limit,
    is_virtuoso,
    limit_of_rows,
    parse_row_limit,
    truncation_limit,
)

_T = TypeVar("_T")

_LIBRARY: Final = f"SPARQLWrapper/{SPARQLWrapper.__version__}"
MAX_BYTES: Final = 32_000_000
# Maximum length of a percent-encoded GET address; a longer query is sent as a form. Many
# servers limit the request line to 8 kB.
_MAX_GET_LENGTH: Final = 7500
# Parameters of the SPARQL protocol that name the graphs of a query.
_DATASET: Final = ("default-graph-uri", "named-graph-uri")
# The Accept headers, most reliable formats first. Any format in the tables of parsers is
# accepted.
_ACCEPT: Final = {
    "rows": "application/sparql-results+json, application/json;q=0.9, "
    "application/sparql-results+xml;q=0.7, text/tab-separated-values;q=0.5, text/csv;q=0.3",
    "triples": "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.7, "
    "application/ld+json;q=0.5",
}
_TYPES: Final = {"rows": ROW_TYPES.keys(), "triples": TRIPLE_TYPES.keys()}
#: HTTP method of a query; "auto" is GET, or POST if the address would be too long.
Method = Literal["auto", "get", "post"]


_FINAL_FAILURE_ADVICE: Final = (
    "this will not change by retrying: check the address, change the query, or use another endpoint"
)


class _Request(SPARQLWrapper.SPARQLWrapper):
    """Builder of one request, by SPARQLWrapper."""

    def __init__(
        self, endpoint: str, agent: str, sparql: str, form: Form, method: Method = "auto"
    ) -> None:
        self._form = form
        parts = urlsplit(endpoint)
        super().__init__(
            urlunsplit(parts._replace(query="")),
            returnFormat=SPARQLWrapper.JSON if form in {"SELECT", "ASK"} else SPARQLWrapper.TURTLE,
            agent=agent,
        )
        in_text = _default_graph(endpoint)  # `RemoteStore._query` writes it into the query
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            if not (in_text and name in _DATASET):
                self.addParameter(name, value)
        # Only content negotiation: strict endpoints reject the additional parameters.
        self.setOnlyConneg(True)
        self.addCustomHttpHeader("Accept", _ACCEPT[_result_kind(form)])
        self.setQuery(sparql)
        if method == "post" or (method == "auto" and len(self.make().full_url) > _MAX_GET_LENGTH):
            self.setMethod(SPARQLWrapper.POST)

    def _parseQueryType(self, query: str) -> str:  # noqa: ARG002, N802
        # SPARQLWrapper uses a regular expression that comments can mislead.
        return self._form

    def make(self) -> urllib.request.Request:
        """Build the request; ``query`` of SPARQLWrapper would send it without a deadline."""
        request: urllib.request.Request = self._createRequest()
        return request


class RemoteStore:
    """SPARQL 1.1 endpoint.

    Args:
        endpoint: http or https address, possibly with parameters such as ``default-graph-uri``.
        timeout_s: Limit for one query, including waiting, retries and transfer.
        max_bytes: Limit for one response body.
        contact: Address or e-mail for the User-Agent header, which Wikimedia's policy requires.
        user_agent: Replaces the whole User-Agent header.
        backoff_s: First delay before a retry; it doubles.
        login: Sent only to this host, and only if it requests a login.
        method: HTTP method of a query.

    Raises:
        ParameterError: If ``endpoint`` is not an http or https address.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        timeout_s: float = 30,
        max_bytes: int = MAX_BYTES,
        contact: str = CONTACT,
        user_agent: str | None = None,
        backoff_s: float = 1.0,
        login: Login | None = None,
        method: Method = "auto",
    ) -> None:
        self.endpoint = endpoint
        self.method: Method = method
        self.client = HttpClient(endpoint, timeout_s=timeout_s, backoff_s=backoff_s, login=login)
        self.host = self.client.host
        self.max_bytes = max_bytes
        self.user_agent = (
            check_user_agent(user_agent) if user_agent else default_user_agent(contact, _LIBRARY)
        )
        self._is_virtuoso = False
        self._limit: str | None = None  # row limit of Virtuoso; None if not yet requested
        #: Default graph in the address if it names no other graphs, else "".
        self.default_graph = _default_graph(endpoint)
        self._named: list[str] | None = None

    def without_dataset(self) -> RemoteStore:
        """Return the same endpoint without the graph parameters of its address."""
        if not self.default_graph:
            return self
        parts = urlsplit(self.endpoint)
        names = parse_qsl(parts.query, keep_blank_values=True)
        query = urlencode([pair for pair in names if pair[0] not in _DATASET])
        return RemoteStore(
            urlunsplit(parts._replace(query=query)),
            timeout_s=self.client.timeout_s,
            max_bytes=self.max_bytes,
            user_agent=self.user_agent,
            login=self.client.login,
            method=self.method,
        )

    def query(self, sparql: str) -> Answer:
        """Run one query; the response is read completely before this returns.

        The prefixes of the project are declared if the query uses them.

        Raises:
            QueryRefused: If it is an update.
            QueryError: If it is not a query, or the endpoint rejects it as invalid.
            NetworkError: If the endpoint is unreachable, refuses the request, exceeds the timeout,
                or sends an invalid response.
            CutAnswer: If the result is incomplete.
        """
        return self._query(sparql, self.client.timeout_s, self.max_bytes)

    def _query(self, sparql: str, timeout_s: float, max_bytes: int) -> Answer:
        sparql, found = prepare_query(sparql)
        assert found.query_form is not None, "prepare raises where there is none"
        if self.default_graph and "FROM" not in found.words:
            # A FROM clause instead of a parameter, because Virtuoso repeats parameters in headers.
            named = self._named_graphs() if "GRAPH" in found.words else ()
            sparql = with_dataset(sparql, self.default_graph, named)
        request = _Request(self.endpoint, self.user_agent, sparql, found.query_form, self.method)
        answer = self.client.send(
            request.make,
            lambda response: self._read(response, found, max_bytes),
            timeout_s=timeout_s,
        )
        if isinstance(answer, Rows):
            answer = self._with_query_columns(answer, Structure(sparql).projection)
        if self._is_virtuoso and found.query_form == "CONSTRUCT" and isinstance(answer, Triples):
            self._refuse_truncated(answer)
        return answer

    def _with_query_columns(self, answer: Rows, columns: tuple[str, ...] | None) -> Rows:
        """Return the rows with the columns of the query, in its order.

        Raises:
            NetworkError: If the endpoint sent other columns.
        """
        if columns is None or answer.columns == columns:
            return answer
        rows: list[Row] = list(answer)
        if rows and set(answer.columns) != set(columns):
            sent = self.client.excerpt(", ".join(answer.columns)) if answer.columns else "none"
            raise NetworkError(
                f"{self.host} sent other columns: the query selects "
                f"{', '.join(columns)}, and it sent {sent}; {_FINAL_FAILURE_ADVICE}"
            )
        places = [answer.columns.index(name) for name in columns] if rows else []
        return Rows(columns, [tuple(row[i] for i in places) for row in rows], notes=answer.notes)

    def _named_graphs(self) -> list[str]:
        """Return the graphs for GRAPH: those of the push."""
        if self._named is None:
            self._named = pushed_graphs(self)
        return self._named

    def query_within(self, sparql: str, limits: Limits) -> Answer:
        """Run one query within the limits for time, bytes and rows.

        Raises:
            QueryStopped: At the limit of rows, while the result is read; see also `query`.
        """
        answer = self._query(sparql, limits.timeout, limits.max_bytes)
        if isinstance(answer, Rows):
            rows = _take_first(answer, limits.max_rows, "rows")
            return Rows(answer.columns, rows, notes=answer.notes)
        if isinstance(answer, Triples):
            return Triples(_take_first(answer, limits.max_rows, "triples"), answer.notes)
        return answer

    def _refuse_truncated(self, answer: Triples) -> None:
        count = len(list(answer))
        if count < MIN_ROW_LIMIT:
            return
        if self._limit is None:
            ask = _Request(self.endpoint, self.user_agent, ROW_LIMIT_PROBE, "SELECT")
            self._limit = self.client.send(ask.make, limit_of_rows) or ""
        most = parse_row_limit(self._limit)
        if most is not None and count > most:
            raise self._truncation_error(describe_row_limit(self._limit))

    def _truncation_error(self, limit: str) -> CutAnswer:
        return CutAnswer(f"{self.host} cut its answer at {limit}; request less at a time")

    def _read(self, response: HTTPResponse, found: QueryInfo, max_bytes: int) -> Answer:
        form = found.query_form or "SELECT"
        kind = _result_kind(form)
        content_type = response.headers.get("Content-Type", "")
        content_type = content_type.partition(";")[0].strip().lower()
        if response.status != 200 or content_type not in _TYPES[kind]:
            shown = self.client.excerpt(content_type)[:60] if content_type else "nothing"
            raise NetworkError(
                f"{self.host} answered with {shown!r} "
                f"(HTTP {response.status}), not with SPARQL results; "
                "check the address of the endpoint"
            )
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise NetworkError(
                f"{self.host} compressed its answer without being asked to; use another endpoint"
            )
        body = read_body(response, self.host, max_bytes)
        try:
            answer = (
                read_rows(body, content_type, form)
                if kind == "rows"
                else read_triples(body, content_type)
            )
        except MalformedAnswer as error:
            advice = (
                "perhaps the query takes too long: request less or try later"
                if error.is_cut
                else _FINAL_FAILURE_ADVICE
            )
            raise NetworkError(
                f"{self.host} sent {self.client.excerpt(str(error))}; {advice}"
            ) from error
        if limit := truncation_limit(response, answer):
            raise self._truncation_error(limit)
        self._is_virtuoso = is_virtuoso(response)
        if found.distinct and isinstance(answer, Rows):
            # Virtuoso 7 repeats rows of SELECT DISTINCT that have unbound columns.
            return Rows(answer.columns, list(dict.fromkeys(answer)), notes=answer.notes)
        return answer


def _default_graph(endpoint: str) -> str:
    """Return the default graph in an address; "" if it names other or several graphs."""
    pairs = [pair for pair in parse_qsl(urlsplit(endpoint).query) if pair[0] in _DATASET]
    return pairs[0][1] if [name for name, _ in pairs] == [_DATASET[0]] else ""


def _take_first(items: Iterable[_T], count: int, what: str) -> Iterator[_T]:
    for number, item in enumerate(items):
        if number == count:
            raise QueryStopped(
                f"stopped at {count:,} {what}; first {count:,} {what}. To allow more: --max-rows "
                "(in Python max_rows=)",
                "max_rows",
            )
        yield item


def _result_kind(form: Form) -> str:
    return "rows" if form in {"SELECT", "ASK"} else "triples"
