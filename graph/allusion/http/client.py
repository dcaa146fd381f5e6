"""HTTP requests to one host: one at a time, one deadline, with retries.

All requests to an endpoint, for queries and for updates, share this code: waiting for other
requests, Retry-After, logins, and error messages of one line.
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
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPResponse
from typing import Final, TypeVar
from urllib.parse import urlsplit

from ..core.errors import AllusionError, NetworkError, ParameterError, QueryError
from ..sparql.limits import check_seconds
from .auth import LoginHandler
from .credentials import ADVICE, Login, without_login
from .deadline import Deadline
from .opener import build_opener

_T = TypeVar("_T")

_ATTEMPTS: Final = 4
# Wikidata requires a pause of one minute after a 429 without Retry-After.
_WAIT_AFTER_429_S: Final = 60.0
# About thirty years, so that the end of the pause is a valid date.
_MAX_WAIT_S: Final = 999_999_999.0
_MAX_ERROR_BYTES: Final = 4096
# By HTTP status. 0: the request is invalid; 400 and 500: default for all others of their class.
_ADVICE: Final = {
    0: "rejects the query as invalid",
    400: "refuses the request; check the address of the endpoint",
    500: "failed on this query, perhaps because it takes too long; request less or try later",
    403: "refuses this client; wait a while, and give a contact address that it can reach",
    404: "has no SPARQL endpoint at this address; check it",
    405: "does not accept this kind of request; check the address of the endpoint",
    406: "offers no format that allusion can read; use another endpoint",
    410: "no longer has a SPARQL endpoint at this address; check it",
    413: "rejects the request as too long; request less at a time",
    414: "rejects the request as too long; request less at a time",
    429: "asks for fewer requests; wait a minute and try again",
    501: "does not support this request, which will not change by retrying",
    503: "is too busy; try again later",
    505: "does not support this request, which will not change by retrying",
}
_ADVICE_ON_WRITING: Final = {
    0: "rejects the data to write",
    403: f"does not let this client write; it may require a login: {ADVICE}",
    404: "accepts no graphs or updates at this address; check it",
    405: "does not accept this kind of request; is it the address for updates, or for graphs?",
    413: "rejects the request as too large; raise its limit for one request",
    500: "failed to write; its own log may say why",
}


@dataclass(slots=True)
class _HostState:
    """State of one host: a lock for the request in flight, and the end of a pause."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    not_before: float = 0.0


# By host and port, so that all clients of one endpoint share a queue.
_HOSTS: Final[dict[str, _HostState]] = {}


class HttpClient:
    """HTTP client of one endpoint.

    Args:
        endpoint: http or https address.
        timeout_s: Limit for one exchange, including waiting, retries and transfer.
        backoff_s: First delay before a retry; it doubles.
        login: Credentials. No message contains the secret, even if the server echoes it.
        writes: Choose advice for updates in error messages, not for queries.
        advice: Replaces the advice for some HTTP statuses.
        on_pause: Called with the seconds of a pause as soon as the host requires one.

    Raises:
        ParameterError: If ``endpoint`` is not an http or https address or contains a login, or if
            ``timeout_s`` is out of range.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        timeout_s: float = 30,
        backoff_s: float = 1.0,
        login: Login | None = None,
        writes: bool = False,
        advice: Mapping[int, str] | None = None,
        on_pause: Callable[[float], None] = lambda _: None,
    ) -> None:
        self.host = host_of(endpoint)
        self._advice = {**_ADVICE, **(_ADVICE_ON_WRITING if writes else {}), **(advice or {})}
        self.on_pause = on_pause
        self.timeout_s = check_seconds(timeout_s, "the timeout")
        self.backoff_s = backoff_s
        self.login = login
        self._login_handler = (LoginHandler(login, endpoint),) if login else ()
        self._hide = login.hide if login else str
        self._host_state = _HOSTS.setdefault(self.host.lower(), _HostState())
        self._running = threading.local()

    @contextmanager
    def one_deadline(self) -> Iterator[None]:
        """Give all exchanges and waits in the ``with`` block one deadline.

        It applies only to the current thread, and starts at the beginning of the block.
        """
        self._running.deadline = Deadline(self.timeout_s)
        try:
            yield
        finally:
            del self._running.deadline

    def start_deadline(self, seconds: float) -> None:
        """Give all exchanges of this thread one deadline, from now on."""
        self._running.deadline = Deadline(check_seconds(seconds, "the timeout"))

    def send(
        self,
        make: Callable[[], urllib.request.Request],
        read: Callable[[HTTPResponse], _T],
        *,
        repeatable: bool = True,
        timeout_s: float | None = None,
    ) -> _T:
        """Send a request, and return the result of ``read`` for the response.

        Args:
            make: Builds the request; called for each attempt.
            read: Reads the response, which is closed afterwards. It may raise
                ``urllib.error.HTTPError`` for an error that the body reports.
            repeatable: Whether a request that may have arrived can be repeated.
            timeout_s: Replaces the limit of this client.

        Raises:
            QueryError: If the endpoint rejects the request as invalid.
            NetworkError: If the endpoint is unreachable, refuses the request or is too slow.
        """

        def exchange(deadline: Deadline) -> _T:
            director = build_opener(deadline, *self._login_handler, hide=self._hide)
            with director.open(make(), timeout=deadline.remaining_s()) as response:
                return read(response)

        deadline = getattr(self._running, "deadline", None) or Deadline(
            self.timeout_s if timeout_s is None else timeout_s
        )
        try:
            return self._attempt_within(deadline, exchange, repeatable=repeatable)
        except (NetworkError, QueryError) as error:
            if self.login is None:
                raise
            # A chained exception can contain the echoed secret, and a traceback would show it.
            raise error from None

    def pause(self, seconds: float) -> None:
        """Send no request to the host for ``seconds``.

        A pause can also come from another process.
        """
        self._host_state.not_before = max(self._host_state.not_before, time.monotonic() + seconds)

    def excerpt(self, text: str) -> str:
        """Return the beginning of a server message in one line, without the secret."""
        words = "".join(letter if letter.isprintable() else " " for letter in text[:2000])
        short = " ".join(words.split())[:200] or "no details given"
        # The shortened text could end within the secret.
        seen = self.login.hide(text) if self.login else text
        return short if seen == text else seen

    def _attempt_within(
        self,
        deadline: Deadline,
        exchange: Callable[[Deadline], _T],
        *,
        repeatable: bool,
    ) -> _T:
        if not self._host_state.lock.acquire(timeout=max(0, deadline.at - time.monotonic())):
            raise NetworkError(f"{self.host} is still busy with an earlier query; try again later")
        try:
            for attempt in range(1, _ATTEMPTS + 1):
                self._await_turn(deadline)
                try:
                    return exchange(deadline)
                except urllib.error.HTTPError as error:
                    with error:
                        problem = self._status_error(error, attempt)
                    if error.code not in {429, 503} or attempt == _ATTEMPTS:
                        raise problem from error
                except (OSError, http.client.HTTPException) as error:
                    if isinstance(error, AllusionError):
                        raise
                    cause = error.reason if isinstance(error, urllib.error.URLError) else error
                    broken = isinstance(cause, ConnectionResetError | BrokenPipeError)
                    if not (broken and repeatable) or attempt == _ATTEMPTS:
                        raise NetworkError(
                            f"{self.host} {self._describe_failure(cause, deadline)}"
                        ) from error
                    self.pause(self.backoff_s * 2 ** (attempt - 1))
            raise AssertionError("the last attempt returns or raises")
        finally:
            self._host_state.lock.release()

    def _await_turn(self, deadline: Deadline) -> None:
        """Sleep until the pause ends, or raise an error if that is after the deadline."""
        wait_s = self._host_state.not_before - time.monotonic()
        if wait_s <= 0:
            return
        if time.monotonic() + wait_s >= deadline.at:
            then = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=wait_s)
            raise NetworkError(
                f"{self.host} requires a pause of {wait_s:.0f} s; "
                f"try again after {then:%Y-%m-%d %H:%M:%S} UTC"
            )
        time.sleep(wait_s)

    def _status_error(self, error: urllib.error.HTTPError, attempt: int) -> AllusionError:
        """Convert an error status to an exception, and start a pause if required."""
        code = error.code
        wait_s = retry_after_s(error.headers.get("Retry-After"))
        if wait_s is None and code in {429, 503}:
            wait_s = _WAIT_AFTER_429_S if code == 429 else self.backoff_s * 2 ** (attempt - 1)
        if wait_s is not None:
            self.pause(wait_s)
            self.on_pause(wait_s)
        plain = error.headers.get_content_type() == "text/plain"
        said = _error_text(error) if code == 400 or (plain and code not in {429, 503}) else ""
        if code == 400:
            return QueryError(f"{self.host} {self._advice[0]}: {self.excerpt(said)}")
        if 300 <= code < 400:
            return NetworkError(
                f"{self.host} answers {code}; check the address of the endpoint", code
            )
        advice = self._login_advice() if code == 401 else self._advice.get(code)
        advice = advice or self._advice[500 if code >= 500 else 400]
        words = f": {self.excerpt(said)}" if said.strip() else ""
        return NetworkError(f"{self.host} {advice} (HTTP {code}){words}", code)

    def _login_advice(self) -> str:
        if self.login is None:
            return f"asks for a login: {ADVICE}"
        return f"does not accept the login of {self.login.origin}; check it"

    def _describe_failure(self, cause: object, deadline: Deadline) -> str:
        """Describe a failure without a response; the sentence begins with the host."""
        match cause:
            case TimeoutError():
                return (
                    f"did not finish within {deadline.timeout_s:g} s; request less, "
                    "allow more time, or try later"
                )
            case ConnectionRefusedError():
                return "refuses connections; is it running, and is the address right?"
            case ConnectionResetError() | BrokenPipeError():
                return "closed the connection several times; try again later"
            case socket.gaierror():
                return "cannot be found; is there a network, and is the address right?"
            case ssl.SSLCertVerificationError():
                reason = self.excerpt(cause.verify_message)
                return f"has no valid certificate ({reason}); do not use it"
            case ssl.SSLError():
                return "failed to set up a TLS connection; check the address of the endpoint"
            case http.client.IncompleteRead():
                return "closed the connection before the end of its response; try again"
            case http.client.HTTPException():
                return "sent an invalid HTTP response; check the address of the endpoint"
        return f"cannot be reached ({self.excerpt(str(cause))}); is there a network?"


def retry_after_s(value: str | None) -> float | None:
    """Parse a Retry-After header.

    Source: RFC 9110, section 10.2.3.

    >>> retry_after_s("120"), retry_after_s("soon"), retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT")
    (120.0, None, 0.0)

    Returns:
        Seconds to wait, for both forms of the header; None if it is invalid.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a year or an offset can have any number of digits
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    wait_s = (moment - dt.datetime.now(dt.UTC)).total_seconds()
    return min(max(0.0, wait_s), _MAX_WAIT_S)


def _error_text(error: urllib.error.HTTPError) -> str:
    try:
        return error.read(_MAX_ERROR_BYTES).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return ""


def host_of(endpoint: str) -> str:
    """Return the host and port of an address.

    Raises:
        ParameterError: If ``endpoint`` is not an http or https address, or contains a login. The
            message never contains the login.
    """
    shown = without_login(endpoint)
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname, parts.port
        (host or "").encode("idna")
    except ValueError:
        raise ParameterError(f"{shown!r} is not an address") from None
    if "@" in parts.netloc:
        raise ParameterError(
            f"{shown!r}: an address must not contain a login, because the history of the shell "
            f"and the list of processes show it; {ADVICE}"
        )
    if parts.scheme not in {"http", "https"} or not host or re.search(r"[\x00-\x20]", endpoint):
        raise ParameterError(f"{shown!r} is not the http or https address of an endpoint")
    if parts.fragment:
        raise ParameterError(f"{shown!r}: the address of an endpoint has no fragment (#)")
    return f"{host}:{port}" if port else host
