"""Client of the MediaWiki action API.

Source: https://www.mediawiki.org/wiki/API:Etiquette
"""

from __future__ import annotations

import io
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPResponse
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from ...core.errors import NetworkError, ParameterError
from ...http.body import read_body
from ...http.client import HttpClient
from ...http.user_agent import CONTACT, default_user_agent

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
        self.user_agent = default_user_agent(contact)

    def get(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Send a GET request with ``parameters`` and return the JSON object of the response.

        Raises:
            QueryError: If the API rejects the request.
            NetworkError: If the API is unreachable, refuses the request, exceeds the time limit or
                sends something other than a JSON object.
            ResponseTooLarge: If the response exceeds the size limit.
        """
        headers = {
            "User-Agent": self.user_agent,
            "Accept": "application/json",
            # Wikimedia requests it: a compressed batch has a tenth of the size.
            "Accept-Encoding": "gzip",
        }
        url = f"{self.address}?{urlencode(parameters)}"
        return self.client.send(
            lambda: urllib.request.Request(url, headers=headers),  # noqa: S310 (HttpClient checks it)
            self._read,
        )

    def _read(self, response: HTTPResponse) -> dict[str, Any]:
        kind = response.headers.get_content_type()
        if kind != "application/json":
            raise NetworkError(
                f"{self.client.host} answered with {self.client.excerpt(kind)[:60]!r}, not with "
                "JSON; check the address of the action API"
            )
        body = read_body(response, self.client.host, self.max_bytes, gzip=True)
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
            fields = response.headers
            del fields["Content-Type"]
            if "Retry-After" not in fields:
                fields["Retry-After"] = _PAUSE_S
            raise urllib.error.HTTPError(response.url, 503, code, fields, io.BytesIO(b""))
        raise NetworkError(
            f"{self.client.host} refuses the request ({self.client.excerpt(code)}): "
            f"{self.client.excerpt(words)}"
        )
