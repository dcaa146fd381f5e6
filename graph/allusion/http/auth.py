"""HTTP authentication: Basic, Digest and bearer tokens.

A password is sent only after a challenge, and a token only to its own host. Basic and Bearer are
not encrypted, so they require https or a loopback address.

Source: RFC 9110 section 11, RFC 7616 (Digest), RFC 7617 (Basic), RFC 6750 (Bearer)
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import urllib.error
import urllib.request
from ipaddress import ip_address
from typing import IO, Any
from urllib.parse import urlsplit

from ..core.errors import NetworkError
from .credentials import Login


class LoginHandler(urllib.request.AbstractDigestAuthHandler, urllib.request.BaseHandler):
    """Handler for urllib that stores the last challenge of one host.

    One instance is used for all requests to the host, one after another. Later requests therefore
    include the login at once: a large body is not sent twice, and a server cannot close the
    connection in the middle of a body because the login is missing.
    """

    handler_order = 480  # before the handlers that send

    def __init__(self, login: Login, endpoint: str) -> None:
        super().__init__()
        self._login = login
        parts = urlsplit(endpoint)
        self._origin = _origin(endpoint)
        self._safe = parts.scheme == "https" or _is_loopback(parts.hostname or "")
        self._challenge: dict[str, str] | None = None
        self._basic = False
        self.passwd: Any = self  # urllib gets the password of a realm from this object

    def find_user_password(self, _realm: str, _uri: str) -> tuple[str, str]:
        """Return the login for every realm; urllib calls this only for the host itself."""
        return self._login.user, self._login.password

    def http_request(self, req: urllib.request.Request) -> urllib.request.Request:
        """Add the Authorization header for the last challenge of the host."""
        ours = _origin(req.full_url) == self._origin and not req.has_header("Authorization")
        if ours and (value := self._authorization(req)):
            req.add_unredirected_header("Authorization", value)
        return req

    https_request = http_request

    def http_error_401(
        self, req: urllib.request.Request, fp: IO[bytes], _code: int, _msg: str, headers: Any
    ) -> Any:
        """Repeat the request with the login, once for each challenge.

        Returns:
            The response; None if there is no suitable login, which leaves the error 401.
        """
        if _origin(req.full_url) != self._origin:
            return None
        tried = req.has_header("Authorization")
        offers = _challenges(headers)
        if tried and offers.get("digest", {}).get("stale", "").lower() != "true":
            return None
        self._challenge, self._basic = None, False
        if "digest" in offers and self._login.user:
            self._challenge = offers["digest"]
        elif "basic" in offers and self._login.user:
            self._basic = True
        try:
            value = self._authorization(req)
        except NetworkError:
            fp.close()
            raise
        if not value:
            return None
        fp.close()
        req.remove_header("Authorization")
        req.add_unredirected_header("Authorization", value)
        return self.parent.open(req, timeout=req.timeout)

    def _authorization(self, req: urllib.request.Request) -> str:
        """Return the value of the header; "" without a challenge."""
        if self._login.token:
            self._require_encryption("a token")
            return f"Bearer {self._login.token}"
        if self._basic:
            self._require_encryption("a password")
            pair = f"{self._login.user}:{self._login.password}".encode()
            return f"Basic {base64.b64encode(pair).decode()}"
        if self._challenge is None:
            return ""
        try:
            value = self.get_authorization(req, self._challenge)
        except (ValueError, urllib.error.URLError):  # another algorithm, or only auth-int
            value = None
        if not value:
            raise NetworkError(
                f"{self._origin[1]} requests a Digest algorithm that allusion does not support"
            )
        return f"Digest {value}"

    def get_algorithm_impls(self, algorithm: str) -> tuple[Any, Any]:
        """Return the hash functions of RFC 7616.

        urllib hashes only ASCII text, and its older versions lack SHA-256.
        """
        names = {"MD5": "md5", "SHA-256": "sha256"}
        if algorithm.upper() not in names:
            raise ValueError(algorithm)

        def digest(text: str) -> str:
            return hashlib.new(names[algorithm.upper()], text.encode()).hexdigest()

        return digest, lambda secret, data: digest(f"{secret}:{data}")

    def _require_encryption(self, what: str) -> None:
        if not self._safe:
            raise NetworkError(
                f"{what} would be sent to {self._origin[1]} unencrypted; use its https address"
            )


def _challenges(headers: http.client.HTTPMessage) -> dict[str, dict[str, str]]:
    """Parse WWW-Authenticate: parameters by the lowercase name of their scheme.

    If a parameter of a scheme repeats, the first counts.
    """
    found: dict[str, dict[str, str]] = {}
    for line in headers.get_all("WWW-Authenticate", []):
        scheme = ""
        for part in urllib.request.parse_http_list(line):
            head, _, rest = part.strip().partition(" ")
            if "=" not in head:
                scheme, part = head.lower(), rest
                found.setdefault(scheme, {})
            name, equals, value = part.strip().partition("=")
            if equals and scheme:
                found[scheme].setdefault(name.strip().lower(), value.strip().strip('"'))
    return found


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc.lower()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
