"""Any SPARQL 1.1 endpoint on the network, asked politely and never believed blindly.

SPARQLWrapper is the transport: it builds the request and runs it. What it lacks is
added here: one deadline for all, a size cap, checks of what comes back, retries that
honour Retry-After, one request in flight for each host.

Source: https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

import datetime as dt
import email.utils
import http.client
import re
import socket
import ssl
import threading
import time
import urllib.error
from dataclasses import dataclass, field
from http.client import HTTPResponse
from importlib import metadata
from typing import Final
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import SPARQLWrapper

from ..errors import NetworkError, ParameterError, QueryError
from .answer import Answer, Rows
from .deadline import Deadline, opener, read_body
from .wire import BrokenAnswer, Form, prepare, read_results, read_triples

CONTACT: Final = "https://w3id.org/allusion"
MAX_BYTES: Final = 32_000_000
_ATTEMPTS: Final = 4
# A query string longer than this is sent as a form: servers often stop at 8 kB a line.
_LONGEST_GET: Final = 6000
# Wikidata asks clients to stop for a minute when a 429 does not say how long.
_WAIT_AFTER_429_S: Final = 60.0
_SEEN_OF_A_REFUSAL: Final = 4096
_ACCEPT: Final = {
    "rows": "application/sparql-results+json, application/json;q=0.9",
    "triples": "application/n-triples, text/turtle;q=0.9",
}
_TYPES: Final = {
    "rows": {"application/sparql-results+json", "application/json"},
    "triples": {"application/n-triples", "text/turtle", "application/turtle"},
}
_ADVICE: Final = {
    401: "asks for a login; allusion has none to give: use an open endpoint",
    403: "refuses this client; wait a while, and give a contact address that it can reach",
    404: "has no SPARQL endpoint at this address; check it",
    405: "does not take this kind of request; check the address of the endpoint",
    406: "cannot answer in SPARQL JSON or N-Triples; use another endpoint",
    413: "finds the query too long; ask for less at a time",
    414: "finds the query too long; ask for less at a time",
    429: "asks for fewer requests; wait a minute and try again",
    503: "is too busy; try again later",
}


@dataclass(slots=True)
class _Gate:
    """One host: a lock for the one request in flight, and when it may be asked again."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    not_before: float = 0.0


# By host and port, so that two stores for one endpoint queue up like one.
_GATES: Final[dict[str, _Gate]] = {}


class _Request(SPARQLWrapper.SPARQLWrapper):
    """One request of SPARQLWrapper, run by an opener of our own."""

    def __init__(self, endpoint: str, agent: str, sparql: str, form: Form) -> None:
        self._form = form
        parts = urlsplit(endpoint)
        super().__init__(
            urlunsplit(parts._replace(query="")),
            returnFormat=SPARQLWrapper.JSON if form in {"SELECT", "ASK"} else SPARQLWrapper.TURTLE,
            agent=agent,
        )
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            self.addParameter(name, value)
        # Content negotiation alone: strict endpoints reject the extra parameters.
        self.setOnlyConneg(True)
        self.addCustomHttpHeader("Accept", _ACCEPT[_kind(form)])
        self.setQuery(sparql)
        if len(sparql.encode()) > _LONGEST_GET:
            self.setMethod(SPARQLWrapper.POST)

    def _parseQueryType(self, query: str) -> str:  # noqa: ARG002, N802
        # SPARQLWrapper guesses by a pattern that comments can mislead; we have read it.
        return self._form

    def run(self, deadline: Deadline) -> HTTPResponse:
        """The response, its headers read and its body not yet.

        SPARQLWrapper's own ``query`` calls the process-wide ``urlopen``; this is what
        it does, with an opener that keeps the deadline.
        """
        request = self._createRequest()
        response: HTTPResponse = opener(deadline).open(request, timeout=deadline.remaining_s())
        return SPARQLWrapper.QueryResult((response, self.returnFormat)).response


class RemoteStore:
    """A SPARQL 1.1 endpoint.

    ``timeout_s`` is for all of a query: waiting for its turn, every attempt, every
    byte. ``max_bytes`` caps one answer. ``contact`` (an address or an e-mail) goes into
    the User-Agent, as Wikidata's policy asks; ``user_agent`` replaces it altogether.
    ``backoff_s`` is the first pause before a busy endpoint is asked again; it doubles.

    :raises ParameterError: if ``endpoint`` is not an http or https address.
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
    ) -> None:
        self.endpoint = endpoint
        self.host = _host_of(endpoint)
        self.timeout_s = timeout_s
        self.max_bytes = max_bytes
        self.user_agent = user_agent or default_user_agent(contact)
        if not re.fullmatch(r"[\x20-\x7e]+", self.user_agent):
            raise ParameterError(f"{self.user_agent!r} cannot be a User-Agent; use plain ASCII")
        self.backoff_s = backoff_s
        self._gate = _GATES.setdefault(self.host.lower(), _Gate())

    def query(self, sparql: str) -> Answer:
        """Answer one query; nothing is read after this returns.

        The prefixes of the project are declared where the query uses them.

        :raises QueryRefused: if it is an update.
        :raises QueryError: if it is no query, or the endpoint finds a fault in it.
        :raises NetworkError: if the endpoint is out of reach, says no, takes too long,
            or sends something that is not a whole answer.
        """
        sparql, form = prepare(sparql)
        deadline = Deadline(self.timeout_s)
        if not self._gate.lock.acquire(timeout=self.timeout_s):
            raise NetworkError(f"{self.host} is still busy with an earlier query; try again later")
        try:
            return self._ask(_Request(self.endpoint, self.user_agent, sparql, form), deadline)
        finally:
            self._gate.lock.release()

    def _ask(self, request: _Request, deadline: Deadline) -> Answer:
        for attempt in range(1, _ATTEMPTS + 1):
            self._await_turn(deadline)
            try:
                with request.run(deadline) as response:
                    return self._read(response, request._form)
            except urllib.error.HTTPError as error:
                with error:
                    problem = self._refusal(error, attempt)
                if error.code not in {429, 503} or attempt == _ATTEMPTS:
                    raise problem from error
            except (OSError, http.client.HTTPException) as error:
                if isinstance(error, NetworkError):
                    raise
                cause = error.reason if isinstance(error, urllib.error.URLError) else error
                if not isinstance(cause, ConnectionResetError) or attempt == _ATTEMPTS:
                    raise NetworkError(f"{self.host} {self._trouble(cause)}") from error
                self._hold(self.backoff_s * 2 ** (attempt - 1))
        raise AssertionError("the last attempt returns or raises")

    def _await_turn(self, deadline: Deadline) -> None:
        """Sleep until the host may be asked, or say when that will be."""
        wait_s = self._gate.not_before - time.monotonic()
        if wait_s <= 0:
            return
        if time.monotonic() + wait_s >= deadline.at:
            then = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=wait_s)
            raise NetworkError(
                f"{self.host} asks to be left alone for {wait_s:.0f} s; "
                f"try again after {then:%Y-%m-%d %H:%M:%S} UTC"
            )
        time.sleep(wait_s)

    def _hold(self, seconds: float) -> None:
        self._gate.not_before = max(self._gate.not_before, time.monotonic() + seconds)

    def _refusal(self, error: urllib.error.HTTPError, attempt: int) -> Exception:
        """What a status of 4xx or 5xx means, and when to ask again."""
        code = error.code
        if code in {429, 503}:
            wait_s = retry_after_s(error.headers.get("Retry-After"))
            if wait_s is None:
                wait_s = _WAIT_AFTER_429_S if code == 429 else self.backoff_s * 2 ** (attempt - 1)
            self._hold(wait_s)
        if code == 400:
            try:
                said = error.read(_SEEN_OF_A_REFUSAL).decode("utf-8", "replace")
            except (OSError, http.client.HTTPException):
                said = ""
            return QueryError(f"{self.host} finds a fault in the query: {_one_line(said)}")
        if 300 <= code < 400:
            return NetworkError(f"{self.host} answers {code}; check the address of the endpoint")
        advice = _ADVICE.get(code) or (
            "failed on this query, perhaps because it takes too long; ask for less or try later"
            if code >= 500
            else "refuses the request; check the address of the endpoint"
        )
        return NetworkError(f"{self.host} {advice} (HTTP {code})")

    def _read(self, response: HTTPResponse, form: Form) -> Answer:
        kind = _kind(form)
        content_type = response.headers.get("Content-Type", "")
        content_type = content_type.partition(";")[0].strip().lower()
        if response.status != 200 or content_type not in _TYPES[kind]:
            raise NetworkError(
                f"{self.host} answered with {content_type[:60] or 'nothing'!r} "
                f"(HTTP {response.status}), not with SPARQL results; "
                "check the address of the endpoint"
            )
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise NetworkError(f"{self.host} compressed its answer unasked; use another endpoint")
        body = read_body(response, self.host, self.max_bytes)
        try:
            answer = (
                read_results(body, form) if kind == "rows" else read_triples(body, content_type)
            )
        except BrokenAnswer as error:
            raise NetworkError(
                f"{self.host} sent {_one_line(str(error))}; perhaps the query takes too long: "
                "ask for less or try later"
            ) from error
        if _is_cut(response, answer):
            raise NetworkError(
                f"{self.host} cut its answer short at a limit of its own; ask for less at a time"
            )
        return answer

    def _trouble(self, cause: object) -> str:
        """Why there was no answer, as the end of a sentence that begins with the host."""
        match cause:
            case TimeoutError():
                return (
                    f"did not finish within {self.timeout_s:g} s; ask for less, "
                    "allow more time, or try later"
                )
            case ConnectionRefusedError():
                return "refuses connections; is it running, and is the address right?"
            case ConnectionResetError():
                return "keeps breaking the connection; try again later"
            case socket.gaierror():
                return "cannot be found; is there a network, and is the address right?"
            case ssl.SSLCertVerificationError():
                return (
                    f"has no valid certificate ({_one_line(cause.verify_message)}); do not use it"
                )
            case ssl.SSLError():
                return "does not speak https as it should; check the address of the endpoint"
            case http.client.IncompleteRead():
                return "broke off its answer before the end; try again"
            case http.client.HTTPException():
                return "does not speak HTTP as it should; check the address of the endpoint"
        return f"is out of reach ({_one_line(str(cause))}); is there a network?"


def default_user_agent(contact: str = CONTACT) -> str:
    """Who asks, in the form that Wikimedia's policy wants: client, contact, library.

    Source: https://meta.wikimedia.org/wiki/User-Agent_policy
    """
    try:
        version = metadata.version("allusion")
    except metadata.PackageNotFoundError:  # run from a source tree that is not installed
        version = "0"
    return f"allusion/{version} ({contact}) SPARQLWrapper/{SPARQLWrapper.__version__}"


def retry_after_s(value: str | None) -> float | None:
    """Seconds to wait by a Retry-After header, in either of its forms; None if unreadable.

    Source: RFC 9110, section 10.2.3.

    >>> retry_after_s("120"), retry_after_s("soon"), retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT")
    (120.0, None, 0.0)
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())


def _kind(form: Form) -> str:
    return "rows" if form in {"SELECT", "ASK"} else "triples"


def _is_cut(response: HTTPResponse, answer: Answer) -> bool:
    """Whether Virtuoso says, in headers alone, that this is not all (its status is 200)."""
    if response.headers.get("X-SQL-State", "").upper().startswith("S1T"):
        return True
    limit = response.headers.get("X-SPARQL-MaxRows")
    if limit is None:
        return False
    # The header also comes with answers that stayed below the limit.
    whole = isinstance(answer, Rows) and limit.isdecimal() and len(list(answer)) < int(limit)
    return not (whole or isinstance(answer, bool))


def _one_line(text: str) -> str:
    """The start of what a server said, fit to print: one line, no control characters."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text[:2000])
    return " ".join(plain.split())[:200] or "it does not say which"


def _host_of(endpoint: str) -> str:
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname, parts.port
        (host or "").encode("idna")
    except ValueError as error:
        raise ParameterError(f"{endpoint!r} is not an address: {error}") from error
    if parts.scheme not in {"http", "https"} or not host or re.search(r"[\x00-\x20]", endpoint):
        raise ParameterError(f"{endpoint!r} is not the http or https address of an endpoint")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ParameterError(f"{parts.scheme}://{host}: an endpoint has no login and no fragment")
    return f"{host}:{port}" if port else host
