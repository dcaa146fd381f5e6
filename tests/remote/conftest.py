"""Servers on loopback: a real SPARQL engine, and one that does whatever a test says."""

from __future__ import annotations

import gc
import shutil
import socket
import ssl
import subprocess
import sysconfig
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from allusion.errors import NetworkError
from allusion.store.remote import MAX_BYTES, RemoteStore
from allusion.vocabulary import PREFIXES

JSON = "application/sparql-results+json"
Behaviour = Callable[["Exchange"], None]
Serve = Callable[..., "Server"]


@dataclass
class Exchange:
    """One request as the server sees it, and what a behaviour needs to answer it."""

    handler: BaseHTTPRequestHandler
    number: int
    closing: threading.Event

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """A whole answer; ``Content_Type`` is the header Content-Type."""
        self.start(status, Content_Length=str(len(body)), **headers)
        self.handler.wfile.write(body)

    def start(self, status: int, **headers: str) -> None:
        """A status and headers, with the body still to come."""
        self.handler.send_response(status)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def say_yes(self) -> None:
        """A proper answer to ASK."""
        self.answer(200, b'{"head": {}, "boolean": true}', Content_Type=JSON)

    def drip(self, piece: bytes) -> None:
        """Send ``piece`` over and over, until the client has gone or the test is done."""
        while not self.closing.wait(0.03):
            self.handler.wfile.write(piece)


@dataclass
class Server:
    """What was asked of a misbehaving server, and when."""

    endpoint: str = ""
    paths: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    headers: list[Any] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def store(self, timeout_s: float = 5, max_bytes: int = MAX_BYTES) -> RemoteStore:
        """A client of this server, less patient than usual."""
        return RemoteStore(self.endpoint, timeout_s=timeout_s, max_bytes=max_bytes, backoff_s=0.05)

    def complaint(
        self, query: str = "ASK { ?s ?p ?o }", timeout_s: float = 5, max_bytes: int = MAX_BYTES
    ) -> str:
        """The one line that a query to this server fails with."""
        store = self.store(timeout_s, max_bytes)
        with pytest.raises(NetworkError) as caught:
            store.query(query)
        message = str(caught.value)
        assert "\n" not in message
        assert message.startswith(store.host)
        assert caught.value.exit_code == 4
        return message


@pytest.fixture(autouse=True)
def _loopback_without_leaks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield
    # So that a socket left open fails the test that left it.
    gc.collect()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server on a free port that answers every request with a behaviour.

    A second argument, an SSL context, makes it speak https.
    """
    running: list[tuple[ThreadingHTTPServer, threading.Thread, threading.Event]] = []

    def start(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Server:
        seen = Server()
        closing = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with seen.lock:
                    seen.paths.append(self.path)
                    seen.headers.append(self.headers)
                    seen.times.append(time.monotonic())
                    length = int(self.headers.get("Content-Length") or 0)
                    seen.bodies.append(self.rfile.read(length).decode())
                    seen.in_flight += 1
                    seen.most_in_flight = max(seen.most_in_flight, seen.in_flight)
                    number = len(seen.paths)
                try:
                    behaviour(Exchange(self, number, closing))
                except OSError:
                    pass  # the client hung up, which is often what the test is about
                finally:
                    with seen.lock:
                        seen.in_flight -= 1
                    self.close_connection = True

            do_POST = do_GET  # noqa: N815 (the name that http.server looks for)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = False  # closing waits for every one of them
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        running.append((server, thread, closing))
        scheme = "https" if tls else "http"
        seen.endpoint = f"{scheme}://127.0.0.1:{server.server_address[1]}/sparql"
        return seen

    yield start
    for server, thread, closing in running:
        closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Engine:
    """Oxigraph's server on loopback, empty at first."""

    base: str

    @property
    def endpoint(self) -> str:
        return f"{self.base}/query"

    def load(self, turtle: str) -> None:
        """Replace what it holds; the project's prefixes are declared."""
        heads = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
        request = urllib.request.Request(
            f"{self.base}/store?default",
            (heads + turtle).encode(),
            {"Content-Type": "text/turtle"},
            method="PUT",
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            assert response.status in {201, 204}


@pytest.fixture(scope="session")
def running_engine() -> Iterator[Engine]:
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    found = str(program) if program.exists() else shutil.which("oxigraph")
    if not found:
        pytest.fail("no oxigraph server; it is in the dev group: uv sync")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [found, "serve", "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(400):
            assert process.poll() is None, "the oxigraph server ended by itself"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.025)
        yield Engine(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def engine(running_engine: Engine) -> Engine:
    """The real engine, emptied."""
    running_engine.load("")
    return running_engine
