"""RemoteStore at its limits: time, size, redirects, certificates."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from allusion.core.errors import NetworkError
from allusion.store.remote import RemoteStore

if TYPE_CHECKING:
    from .conftest import Behavior, Exchange, Serve

JSON = "application/sparql-results+json"
ASK = "ASK { ?s ?p ?o }"


def yes(exchange: Exchange) -> None:
    exchange.say_yes()


# Time and size


def drip_body(exchange: Exchange) -> None:
    exchange.start(200, Content_Type=JSON)
    exchange.drip(b" ")


def drip_headers(exchange: Exchange) -> None:
    exchange.handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    exchange.drip(b"x")


def drip_chunks(exchange: Exchange) -> None:
    exchange.handler.protocol_version = "HTTP/1.1"
    exchange.start(200, Content_Type=JSON, Transfer_Encoding="chunked")
    exchange.drip(b"1\r\n \r\n")


def drip_redirects(exchange: Exchange) -> None:
    time.sleep(0.3)
    exchange.answer(302, Location=f"/{exchange.number}")


@pytest.mark.parametrize(
    "behavior",
    [drip_body, drip_headers, drip_chunks, drip_redirects, lambda exchange: exchange.drip(b"")],
    ids=["body", "headers", "chunks", "redirects", "silence"],
)
def test_a_slow_response_is_stopped_at_the_deadline(serve: Serve, behavior: Behavior) -> None:
    server = serve(behavior)
    started = time.monotonic()
    message = server.complaint(timeout_s=0.5)
    assert time.monotonic() - started < 10, "it drips for ever"
    assert "did not finish within 0.5 s" in message


def test_a_content_length_above_the_limit_is_refused(serve: Serve) -> None:
    server = serve(
        lambda exchange: exchange.start(200, Content_Type=JSON, Content_Length="50000000")
    )
    assert "more than 32 MB" in server.complaint()


def test_a_body_without_length_is_stopped_at_the_size_limit(serve: Serve) -> None:
    sent = 0

    def pour(exchange: Exchange) -> None:
        nonlocal sent
        exchange.start(200, Content_Type=JSON)
        for _ in range(50):
            exchange.handler.wfile.write(b" " * 1_000_000)
            sent += 1_000_000

    assert "more than 5 MB" in serve(pour).complaint(max_bytes=5_000_000)
    assert sent < 20_000_000


# Redirects


def test_a_redirect_is_followed_with_the_same_headers(serve: Serve) -> None:
    def move(exchange: Exchange) -> None:
        if exchange.number == 1:
            exchange.answer(307, Location="/moved?" + urlsplit(exchange.handler.path).query)
        else:
            exchange.say_yes()

    server = serve(move)
    assert server.store().query(ASK) is True
    assert server.paths[1].startswith("/moved?query=ASK")
    assert server.headers[1]["User-Agent"] == server.headers[0]["User-Agent"]
    assert server.headers[1]["Accept"] == server.headers[0]["Accept"]


@pytest.mark.parametrize("location", ["/other", "/sparql?again", ""])
def test_a_redirect_loop_is_an_error(serve: Serve, location: str) -> None:
    server = serve(lambda exchange: exchange.answer(302, Location=location))
    assert "redirects too many times" in server.complaint()
    assert len(server.paths) <= 4


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/", "data:,x"])
def test_a_redirect_to_another_scheme_is_not_followed(serve: Serve, location: str) -> None:
    server = serve(lambda exchange: exchange.answer(301, Location=location))
    assert "not safe to follow" in server.complaint()


@pytest.mark.parametrize("location", ["http://[", "//[::1", "http://127.0.0.1]/"])
def test_a_redirect_to_an_invalid_address_is_an_error(serve: Serve, location: str) -> None:
    server = serve(lambda exchange: exchange.answer(301, Location=location))
    assert "redirects to an invalid address (301)" in server.complaint()


def test_a_redirect_with_non_ascii_letters_is_followed(serve: Serve) -> None:
    def move(exchange: Exchange) -> None:
        if exchange.number == 1:
            exchange.answer(308, Location="/b\xc3\xa9 moved?query=x")
        else:
            exchange.say_yes()

    server = serve(move)
    assert server.store().query(ASK) is True
    assert server.paths[1] == "/b%C3%A9%20moved?query=x"


def test_a_redirect_that_would_lose_the_query_is_not_followed(serve: Serve) -> None:
    server = serve(lambda exchange: exchange.answer(302, Location="/other"))
    query = f"ASK {{ ?s ?p '{'x' * 7600}' }}"
    assert "would lose the query" in server.complaint(query)
    assert len(server.paths) == 1


@pytest.mark.parametrize(
    ("text", "method"), [("x" * 7000, "GET"), ("x" * 7600, "POST"), ("重慶森林" * 480, "POST")]
)
def test_a_query_is_a_form_where_its_address_would_be_too_long(
    serve: Serve, text: str, method: str
) -> None:
    server = serve(yes)
    query = f"ASK {{ ?s ?p '{text}' }}"
    assert server.store().query(query) is True
    assert server.methods == [method]
    assert max(map(len, server.paths)) <= 7500
    sent = server.bodies[0] or urlsplit(server.paths[0]).query
    assert parse_qs(sent)["query"] == [query]


def test_a_redirect_to_another_host_is_not_followed(serve: Serve) -> None:
    other = serve(yes)
    server = serve(lambda exchange: exchange.answer(302, Location=f"{other.endpoint}?query=x"))
    message = server.complaint()
    assert "redirects to another host" in message
    assert message.endswith(f"{other.endpoint!r}"), "the address to use, without the query"
    assert other.paths == []


# https


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 that nobody has signed."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("no openssl to make a certificate with")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    options = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=allusion-test"
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [openssl, *options.split(), *names, "-keyout", path, "-out", path.with_suffix(".crt")],
        check=True,
        capture_output=True,
    )
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.with_suffix(".crt"), certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))


@pytest.mark.usefixtures("trusted")
def test_an_endpoint_with_a_certificate_answers(serve: Serve, tls: ssl.SSLContext) -> None:
    assert serve(yes, tls).store().query(ASK) is True


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("behavior", [drip_body, drip_headers])
def test_a_slow_https_response_is_stopped_at_the_deadline(
    serve: Serve, tls: ssl.SSLContext, behavior: Behavior
) -> None:
    server = serve(behavior, tls)
    started = time.monotonic()
    assert "did not finish within 0.4 s" in server.complaint(timeout_s=0.4)
    assert time.monotonic() - started < 10, "it drips for ever"


@pytest.mark.usefixtures("trusted")
def test_a_redirect_from_https_to_http_is_not_followed(serve: Serve, tls: ssl.SSLContext) -> None:
    plain = serve(yes)
    server = serve(lambda exchange: exchange.answer(302, Location=plain.endpoint), tls)
    assert "not safe to follow" in server.complaint()
    assert plain.paths == []


def test_a_self_signed_certificate_is_refused(serve: Serve, tls: ssl.SSLContext) -> None:
    server = serve(yes, tls)
    assert "no valid certificate" in server.complaint()
    assert server.paths == []


def test_https_to_a_plain_http_server_is_an_error(serve: Serve) -> None:
    server = serve(yes)
    store = RemoteStore(server.endpoint.replace("http:", "https:"), timeout_s=5)
    with pytest.raises(NetworkError, match="failed to set up a TLS connection"):
        store.query(ASK)
