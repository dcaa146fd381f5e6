"""Requests that pages of other sites send, and headers of every response."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from web_server import Running, running_server

from allusion.core.errors import ParameterError
from allusion.knowledge_graph import KnowledgeGraph
from allusion.web.options import ServerOptions

ASK = f"/sparql?{urlencode({'query': 'ASK {}'})}"
ORIGIN = "https://example.org"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.", "[::"]
)
def test_an_unknown_host_header_is_421(site: Running, host: str) -> None:
    assert site.ask(ASK, Host=host).status == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:99", "127.0.0.1", "[::1]:80"])
def test_a_host_of_this_machine_is_answered(site: Running, host: str) -> None:
    assert site.ask(ASK, Host=host).status == 200


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"}, 403),
        ("GET", {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}, 200),
        ("GET", {"Sec_Fetch_Site": "same-origin", "Sec_Fetch_Mode": "cors"}, 200),
        ("GET", {"Sec_Fetch_Site": "none", "Sec_Fetch_Mode": "navigate"}, 200),
        ("POST", {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}, 403),
        ("POST", {"Origin": "https://evil.example"}, 403),
        ("POST", {"Origin": "null"}, 403),
        ("POST", {"Origin": "http://127.0.0.1"}, 200),
        ("POST", {}, 200),
    ],
)
def test_other_sites_can_only_link(
    site: Running, method: str, headers: dict[str, str], status: int
) -> None:
    body = None
    if method == "POST":
        body = "query=ASK%7B%7D"
        headers = headers | {"Content_Type": "application/x-www-form-urlencoded"}
    reply = site.ask(
        "/sparql" if body else ASK, method=method, body=body, Host="127.0.0.1", **headers
    )
    assert reply.status == status


def test_one_origin_may_call_where_the_operator_allows_it(kg: KnowledgeGraph) -> None:
    with running_server(kg, allow_origin=ORIGIN) as running:
        allowed = running.ask(ASK, Origin=ORIGIN, Sec_Fetch_Site="cross-site")
        assert allowed.status == 200
        assert allowed.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert "Origin" in allowed.headers["Vary"]
        preflight = running.ask("/sparql", method="OPTIONS", Origin=ORIGIN)
        assert preflight.status == 204
        other = running.ask(ASK, Origin="https://other.example", Sec_Fetch_Site="cross-site")
        assert other.status == 403
        assert "Access-Control-Allow-Origin" not in other.headers


def test_every_response_has_the_security_headers(site: Running) -> None:
    for path in ("/sparql", ASK, "/sparql?query=x", "/nothing", "/graphs"):
        headers = site.ask(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Frame-Options"] == "DENY"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Request-Id"]
        assert "Server" not in headers


def test_a_body_beyond_the_limit_is_413(kg: KnowledgeGraph) -> None:
    with running_server(kg, max_body=1000) as running:
        form = {"Content_Type": "application/x-www-form-urlencoded"}
        body = "query=" + "x" * 2000
        assert running.ask("/sparql", method="POST", body=body, **form).status == 413


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org", "http://"])
def test_a_wrong_address_is_an_error_at_the_start(url: str) -> None:
    with pytest.raises(ParameterError):
        ServerOptions(public_url=url)
