"""Client of the MediaWiki action API, with a deadline and a size limit.

httpcore sends the requests: it accepts a custom network backend, which one deadline for all
socket operations needs, and it neither follows redirects nor decompresses by itself.
`HttpClient` handles pauses and Retry-After, for SPARQL as well as for this API.

Source: https://www.mediawiki.org/wiki/API:Etiquette
"""

from __future__ import annotations

import email.message
import http.client
import io
import json
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import unquote, urlencode, urlsplit

import httpcore

from ...core.errors import NetworkError, ParameterError
from ...http.client import HttpClient
from ...http.credentials import without_login
from ...http.deadline import Deadline
from ...store.remote import CONTACT, default_user_agent

#: 50 items with many statements have about 10 MB.
MAX_BYTES: Final = 32_000_000
_ADVICE: Final = {
    0: "rejects the request",
    404: "has no action API at this address; an address ends with /w/api.php",
    405: "does not accept GET; the address of an action API ends with /w/api.php",
    406: "cannot answer in JSON; check the address of the action API",
}
# Error codes that the API sends with status 200 to get fewer requests.
_RETRY_CODES: Final = {
    "maxlag",
    "ratelimited",
    "readonly",
    "internal_api_error_DBQueryTimeoutError",
}
_PAUSE_S: Final = "5"
# Possible lone surrogate: valid in JSON, but not in text.
_LONE_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


class ResponseTooLarge(NetworkError):
    """Response larger than the limit; a smaller batch may fit."""


class ActionApi:
    """Client of the action API at ``address``.

    Args:
        address: http or https address without a query.
        contact: Address or e-mail for the User-Agent header, which Wikimedia's policy requires.
        timeout_s: Limit for one call, including waiting, retries and transfer.
        max_bytes: Limit for one response, both compressed and decompressed.
        backoff_s: First delay before a retry.

    Raises:
        ParameterError: If ``address`` is not a valid address of an API.
    """

    def __init__(
        self,
        address: str,
        *,
        contact: str = CONTACT,
        timeout_s: float = 60,
        max_bytes: int = MAX_BYTES,
        backoff_s: float = 1.0,
    ) -> None:
        self.address = address
        self.client = HttpClient(address, timeout_s=timeout_s, backoff_s=backoff_s, advice=_ADVICE)
        if urlsplit(address).query:
            raise ParameterError(
                f"{address!r}: the address of an action API must not have a query (?)"
            )
        self.max_bytes = max_bytes
        self.user_agent = default_user_agent(contact, f"httpcore/{httpcore.__version__}")

    def get(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Send a GET request with ``parameters`` and return the JSON object of the response.

        Raises:
            QueryError: If the API rejects the request.
            NetworkError: If the API is unreachable, refuses the request, exceeds the time limit or
                sends something other than a JSON object.
            ResponseTooLarge: If the response exceeds the size limit.
        """
        url = f"{self.address}?{urlencode(parameters)}"
        return self.client.attempt(lambda deadline: self._exchange(url, deadline))

    def _exchange(self, url: str, deadline: Deadline) -> dict[str, Any]:
        headers: dict[bytes | str, bytes | str] = {
            "User-Agent": self.user_agent,
            "Accept": "application/json",
            # Wikimedia requests it: a compressed batch has a tenth of the size.
            "Accept-Encoding": "gzip",
        }
        try:
            with (
                _open_pool(url, deadline) as pool,
                pool.stream("GET", url, headers=headers) as response,
            ):
                fields = _parse_headers(response.headers)
                if response.status != 200:
                    start = b"".join(_take_bytes(response.iter_stream(), 4096))
                    raise urllib.error.HTTPError(
                        url, response.status, "", fields, io.BytesIO(start)
                    )
                body = self._read_body(response, fields)
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _standard_error(error) from error
        except (httpcore.ProxyError, httpcore.UnsupportedProtocol) as error:
            raise NetworkError(
                f"the proxy rejects the connection to {self.client.host} "
                f"({self.client.excerpt(str(error))}); check the settings http_proxy and "
                "https_proxy"
            ) from error
        return self._parse_body(url, fields, body)

    def _read_body(self, response: httpcore.Response, fields: email.message.Message) -> bytes:
        kind = fields.get_content_type()
        if kind != "application/json":
            raise NetworkError(
                f"{self.client.host} answered with {self.client.excerpt(kind)[:60]!r}, not with "
                "JSON; check the address of the action API"
            )
        encoding = fields.get("Content-Encoding", "identity").lower()
        if encoding not in {"identity", "gzip"}:
            raise NetworkError(f"{self.client.host} used a content encoding that was not requested")
        too_large = ResponseTooLarge(
            f"{self.client.host} sent more than {self.max_bytes / 1e6:g} MB"
        )
        if int(fields.get("Content-Length") or 0) > self.max_bytes:
            raise too_large
        unpack = zlib.decompressobj(31) if encoding == "gzip" else None
        body = bytearray()
        for part in response.iter_stream():
            # Stop one byte above the limit, as a protection against decompression bombs.
            body += self._decompress(unpack, part, self.max_bytes + 1 - len(body))
            if len(body) > self.max_bytes:
                raise too_large
        if unpack and not unpack.eof:
            raise http.client.IncompleteRead(bytes(body))
        return bytes(body)

    def _decompress(self, unpack: zlib._Decompress | None, part: bytes, max_length: int) -> bytes:
        if unpack is None:
            return part
        try:
            found = unpack.decompress(part, max_length)
        except zlib.error as error:
            raise NetworkError(
                f"{self.client.host} sent a response that cannot be decompressed; try again"
            ) from error
        if unpack.unused_data:  # zlib would collect further data without limit
            raise NetworkError(f"{self.client.host} sent data after the end of its response")
        return found

    def _parse_body(self, url: str, fields: email.message.Message, body: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(body)
            if _LONE_SURROGATE.search(body):
                json.dumps(answer, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise NetworkError(f"{self.client.host} sent invalid JSON; try again") from error
        if not isinstance(answer, dict):
            raise NetworkError(f"{self.client.host} sent JSON that is not an object")
        fault = answer.get("error")
        if not isinstance(fault, dict):
            return answer
        code, words = str(fault.get("code")), str(fault.get("info") or "")
        if code in _RETRY_CODES:
            del fields["Content-Type"]
            if "Retry-After" not in fields:
                fields["Retry-After"] = _PAUSE_S
            raise urllib.error.HTTPError(url, 503, code, fields, io.BytesIO(b""))
        raise NetworkError(
            f"{self.client.host} refuses the request ({self.client.excerpt(code)}): "
            f"{self.client.excerpt(words)}"
        )


def _open_pool(url: str, deadline: Deadline) -> httpcore.ConnectionPool:
    """Open a pool of one connection, through the proxy of the environment if there is one."""
    parts = urlsplit(url)
    context = ssl.create_default_context() if parts.scheme == "https" else None
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.netloc):
        address, login = _parse_proxy(proxy)
        return httpcore.HTTPProxy(
            address,
            proxy_auth=login,
            ssl_context=context,
            max_connections=1,
            network_backend=_DeadlineBackend(deadline),
        )
    return httpcore.ConnectionPool(
        ssl_context=context, max_connections=1, network_backend=_DeadlineBackend(deadline)
    )


def _parse_proxy(setting: str) -> tuple[str, tuple[str, str] | None]:
    """Split a proxy setting into an address without credentials and the credentials."""
    parts = urlsplit(setting if "://" in setting else f"http://{setting}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if parts.scheme not in {"http", "https"} or not host:
        raise NetworkError(
            f"the proxy of this system, {without_login(setting)!r}, is not an HTTP proxy; check "
            "the settings http_proxy and https_proxy"
        )
    name = f"[{host}]" if ":" in host else host
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return f"{parts.scheme}://{name}" + (f":{port}" if port else ""), login


class _DeadlineBackend(httpcore.NetworkBackend):
    """Network backend in which all operations share one deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = OSError(f"{host} has no address")
        for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                stream = httpcore.SyncBackend().connect_tcp(
                    str(place[0]), port, self._deadline.remaining_s(), local_address, socket_options
                )
                return _DeadlineStream(stream, self._deadline)
            except httpcore.ConnectError as error:
                failure = error
        raise failure

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, self._deadline.remaining_s()))


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._deadline.remaining_s())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._deadline.remaining_s())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = self._deadline.remaining_s()
        return _DeadlineStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _parse_headers(headers: Iterable[tuple[bytes, bytes]]) -> email.message.Message:
    fields = email.message.Message()
    for name, value in headers:
        fields[name.decode("latin-1")] = re.sub(r"[\r\n]+", " ", value.decode("latin-1"))
    return fields


def _take_bytes(parts: Iterable[bytes], size: int) -> Iterable[bytes]:
    for part in parts:
        yield part[:size]
        size -= len(part)
        if size <= 0:
            return


def _standard_error(error: Exception) -> Exception:
    """Return the corresponding exception of the standard library, which `HttpClient` reports."""
    if isinstance(error, httpcore.TimeoutException):
        return TimeoutError(str(error))
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError):
            return cause
        cause = cause.__cause__ or cause.__context__
    words = str(error)
    if "without sending a response" in words:
        return ConnectionResetError(words)
    if "incomplete" in words or "without sending complete" in words:
        return http.client.IncompleteRead(b"")
    return http.client.HTTPException(words)
