"""Writers of graphs to a remote store: Graph Store Protocol or SPARQL Update.

Both replace a graph in several parts of N-Triples. Triples that share a blank node are in one
part, because the scope of a blank node label is one request.

Source: https://www.w3.org/TR/sparql11-http-rdf-update/ and https://www.w3.org/TR/sparql11-update/
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterable
from http.client import HTTPResponse
from typing import Final, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ..core.errors import NetworkError
from ..http.body import read_body
from ..http.client import HttpClient
from ..http.credentials import Login
from ..http.user_agent import default_user_agent

# The body of a successful response is not used, only read so that the connection closes well.
_ANSWER_BYTES: Final = 10_000_000
_SUCCESS: Final = frozenset((200, 201, 202, 204))


class Writer(Protocol):
    """Writer that replaces and removes graphs of a remote store.

    The graph "" is the default graph.

    Attributes:
        lines_a_part: Preferred number of lines in a part.
    """

    lines_a_part: int

    def replace(self, graph: str, parts: Iterable[list[str]]) -> None:
        """Replace the content of ``graph`` with the N-Triples lines of ``parts``.

        Raises:
            NetworkError: If the store fails; the graph can then be incomplete.
        """
        ...

    def drop(self, graph: str) -> None:
        """Remove ``graph``; a graph that does not exist is not an error.

        Raises:
            NetworkError: If the store fails.
        """
        ...

    def check_access(self, graph: str) -> None:
        """Request ``graph``, so that the login is settled before large requests.

        Raises:
            NetworkError: If the store is unreachable or rejects the login.
        """
        ...


class _Endpoint:
    """Common part of both writers: a client, and success by status code."""

    def __init__(self, address: str, *, timeout_s: float = 120, login: Login | None = None) -> None:
        self.address = address
        self.client = HttpClient(address, timeout_s=timeout_s, login=login, writes=True)
        self._agent = default_user_agent()

    def _send(
        self,
        method: str,
        address: str,
        body: bytes | None = None,
        kind: str = "",
        *,
        repeatable: bool = True,
        allow_missing: bool = False,
    ) -> None:
        headers = {"User-Agent": self._agent, "Accept": "*/*"}
        if body is not None:
            headers["Content-Type"] = kind

        def make() -> urllib.request.Request:
            return urllib.request.Request(  # noqa: S310 (the address is checked by HttpClient)
                address, body, headers, method=method
            )

        try:
            self.client.send(make, self._read_done, repeatable=repeatable)
        except NetworkError as error:
            if not (allow_missing and error.status == 404):
                raise

    def _read_done(self, response: HTTPResponse) -> None:
        read_body(response, self.client.host, _ANSWER_BYTES)
        if response.status not in _SUCCESS:
            raise NetworkError(
                f"{self.client.host} answers a request to write with HTTP {response.status}; "
                "check the address"
            )


class GraphStoreWriter(_Endpoint):
    """Writer for the Graph Store Protocol: PUT for the first part, then POST."""

    lines_a_part = 20_000

    def replace(self, graph: str, parts: Iterable[list[str]]) -> None:
        """See `Writer`."""
        method = "PUT"
        for part in parts:
            # N-Triples is a subset of Turtle, which every Graph Store Protocol server can read.
            body = "".join(f"{line}\n" for line in part).encode()
            self._send(method, self._of(graph), body, "text/turtle", repeatable=method == "PUT")
            method = "POST"

    def drop(self, graph: str) -> None:
        """See `Writer`."""
        self._send("DELETE", self._of(graph), allow_missing=True)

    def check_access(self, graph: str) -> None:
        """See `Writer`."""
        self._send("GET", self._of(graph), allow_missing=True)

    def _of(self, graph: str) -> str:
        parts = urlsplit(self.address)
        own = urlencode(parse_qsl(parts.query, keep_blank_values=True))
        which = urlencode({"graph": graph}) if graph else "default"
        return urlunsplit(parts._replace(query="&".join(filter(None, (own, which)))))


class UpdateWriter(_Endpoint):
    """Writer for SPARQL Update: each request is a form."""

    lines_a_part = 1000  # engines parse an update as a whole, some of them slowly

    def replace(self, graph: str, parts: Iterable[list[str]]) -> None:
        """See `Writer`."""
        head = f"{_drop(graph)} ;\n"
        for part in parts:
            body = "\n".join(part)
            # Virtuoso rejects blank nodes in INSERT DATA, which the standard allows.
            blank = any("_:" in line for line in part)
            verb, where = ("INSERT", " WHERE {}") if blank else ("INSERT DATA", "")
            # A request with blank nodes is not repeated: it would create a second set of them.
            data = f"GRAPH <{graph}> {{\n{body}\n}}" if graph else f"\n{body}\n"
            self._update(
                f"{head}{verb} {{ {data} }}{where}",
                repeatable=bool(head) or not blank,
            )
            head = ""

    def drop(self, graph: str) -> None:
        """See `Writer`."""
        self._update(_drop(graph))

    def check_access(self, graph: str) -> None:
        """See `Writer`; the first request of a push is small, so none is needed here."""

    def _update(self, text: str, *, repeatable: bool = True) -> None:
        self._send(
            "POST",
            self.address,
            urlencode({"update": text}).encode(),
            "application/x-www-form-urlencoded",
            repeatable=repeatable,
        )


def _drop(graph: str) -> str:
    return f"DROP SILENT GRAPH <{graph}>" if graph else "DROP SILENT DEFAULT"
