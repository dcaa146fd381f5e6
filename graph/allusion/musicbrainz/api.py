"""Client of the web service of MusicBrainz, version 2, in JSON.

Source: https://musicbrainz.org/doc/MusicBrainz_API/Rate_Limiting (one request per second)
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from http.client import HTTPResponse
from typing import Any, Final
from urllib.parse import urlencode

from ..core.errors import NetworkError
from ..http.body import read_body
from ..http.client import HttpClient
from ..http.user_agent import CONTACT, default_user_agent

ENDPOINT: Final = "https://musicbrainz.org/ws/2"
#: Seconds between two requests.
PAUSE_S: Final = 1.0
_MAX_BYTES: Final = 32_000_000
#: Number of recordings in one answer, the maximum of the service.
_PAGE: Final = 100
_ADVICE: Final = {
    0: "rejects the request",
    400: "rejects the request; check the address of the service",
    404: "has nothing at this address; check the address of the service",
    503: "asks for fewer requests; try again later",
}


class MusicBrainzApi:
    """Client of the web service.

    Args:
        endpoint: Its address, without a slash at the end.
        contact: Address or e-mail for the User-Agent header, which MusicBrainz requires.
        timeout_s: Limit for one request, with waiting, retries and transfer.
        pause_s: Seconds between two requests.
        backoff_s: First delay before a retry.

    Raises:
        ParameterError: If ``endpoint`` is not an http or https address.
    """

    def __init__(
        self,
        endpoint: str = ENDPOINT,
        *,
        contact: str = CONTACT,
        timeout_s: float = 60,
        pause_s: float = PAUSE_S,
        backoff_s: float = 1.0,
    ) -> None:
        self.endpoint = endpoint.rstrip("/")
        self._client = HttpClient(
            endpoint, timeout_s=timeout_s, backoff_s=backoff_s, advice=_ADVICE
        )
        self._pause_s = pause_s
        self._agent = default_user_agent(contact)

    def get(self, path: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Return the JSON object at a path.

        Raises:
            QueryError: If the service rejects the request.
            NetworkError: If it is unreachable, refuses the request, or sends something else.
        """
        url = f"{self.endpoint}/{path}?{urlencode({**parameters, 'fmt': 'json'})}"
        headers = {"User-Agent": self._agent, "Accept": "application/json"}
        found = self._client.send(
            lambda: urllib.request.Request(url, headers=headers),  # noqa: S310 (HttpClient checks it)
            self._read,
        )
        self._client.pause(self._pause_s)
        return found

    def _read(self, response: HTTPResponse) -> dict[str, Any]:
        body = read_body(response, self._client.host, _MAX_BYTES)
        try:
            found = json.loads(body)
        except ValueError as error:
            raise NetworkError(f"{self._client.host} sent invalid JSON; try again") from error
        if not isinstance(found, dict):
            raise NetworkError(f"{self._client.host} sent JSON that is not an object")
        return found

    def search_works(self, title: str) -> list[str]:
        """Return the identifiers of works with a title, best first.

        Only identifiers are read from the answer of a search.
        """
        quoted = title.replace("\\", "\\\\").replace('"', '\\"')
        found = self.get("work", {"query": f'work:"{quoted}"', "limit": "25"})
        return [one["id"] for one in found.get("works", ()) if isinstance(one.get("id"), str)]

    def work(self, mbid: str) -> dict[str, Any]:
        """Return a work with its aliases and its artists."""
        return self.get(f"work/{mbid}", {"inc": "aliases+artist-rels"})

    def recordings(self, work: str) -> Iterator[dict[str, Any]]:
        """Yield all recordings of a work, with artists and relations."""
        offset = 0
        while True:
            found = self.get(
                "recording",
                {
                    "work": work,
                    "inc": "artist-credits+work-rels+recording-rels",
                    "limit": str(_PAGE),
                    "offset": str(offset),
                },
            )
            page = found.get("recordings") or []
            yield from page
            offset += len(page)
            if not page or offset >= int(found.get("recording-count") or 0):
                return
