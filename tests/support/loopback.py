"""Servers on loopback: a real SPARQL engine, and one that answers as a test defines.

A conftest.py imports the fixtures that its tests need.
"""

from __future__ import annotations

import gc
import shutil
import ssl
import sysconfig
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from servers import free_port, running

from allusion.core.errors import NetworkError
from allusion.core.vocabulary import PREFIXES
from allusion.http import client as http_client
from allusion.http.credentials import Login
from allusion.store.graph_writers import GraphStoreWriter, UpdateWriter, Writer
from allusion.store.remote import MAX_BYTES, RemoteStore
from allusion.store.remote_inventory import count_graphs

JSON = "application/sparql-results+json"
Behavior = Callable[["Exchange"], None]
Serve = Callable[..., "Server"]
#: Where the action API of a server of the tests is.
API = "/w/api.php"


@dataclass
class Exchange:
    """One request as the server sees it, and what a behavior needs to answer it."""

    handler: BaseHTTPRequestHandler
    number: int
    closing: threading.Event
    over: Callable[[], None]

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """A whole answer; ``Content_Type`` is the header Content-Type.

        The exchange counts as over before the answer leaves: a client that has read it may
        ask again before this thread goes on, and that is no second one in flight.
        """
        self.over()
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
    api: str = ""
    methods: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    headers: list[Any] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    in_flight: set[int] = field(default_factory=set)
    most_in_flight: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def store(
        self, timeout_s: float = 5, max_bytes: int = MAX_BYTES, login: Login | None = None
    ) -> RemoteStore:
        """A client of this server, less patient than usual."""
        return RemoteStore(
            self.endpoint, timeout_s=timeout_s, max_bytes=max_bytes, backoff_s=0.05, login=login
        )

    def complaint(
        self,
        query: str = "ASK { ?s ?p ?o }",
        timeout_s: float = 5,
        max_bytes: int = MAX_BYTES,
        login: Login | None = None,
    ) -> str:
        """The one line that a query to this server fails with."""
        store = self.store(timeout_s, max_bytes, login)
        with pytest.raises(NetworkError) as caught:
            store.query(query)
        message = str(caught.value)
        assert "\n" not in message
        assert message.startswith(store.host)
        assert caught.value.exit_code in (4, 5)
        return message


@pytest.fixture(scope="module", autouse=True)
def _older_objects_are_frozen() -> None:
    """Keep the objects of other modules out of the collection after each test.

    They stay frozen: the next module then collects little before it freezes its own.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _loopback_without_leaks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield
    # So that a socket left open fails the test that left it.
    gc.collect()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server on a free port that answers every request with a behavior.

    A second argument, an SSL context, makes it speak https.
    """
    running: list[tuple[ThreadingHTTPServer, threading.Thread, threading.Event]] = []

    def start(behavior: Behavior, tls: ssl.SSLContext | None = None) -> Server:
        seen = Server()
        closing = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with seen.lock:
                    seen.methods.append(self.command)
                    seen.paths.append(self.path)
                    seen.headers.append(self.headers)
                    seen.times.append(time.monotonic())
                    length = int(self.headers.get("Content-Length") or 0)
                    seen.bodies.append(self.rfile.read(length).decode())
                    number = len(seen.paths)
                    seen.in_flight.add(number)
                    seen.most_in_flight = max(seen.most_in_flight, len(seen.in_flight))

                def over() -> None:
                    with seen.lock:
                        seen.in_flight.discard(number)

                try:
                    behavior(Exchange(self, number, closing, over))
                except OSError:
                    pass  # the client hung up, which is often what the test is about
                finally:
                    over()
                    self.close_connection = True

            do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 (names that http.server looks for)

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
        # An earlier server of this port may have required a pause.
        http_client._HOSTS.pop(f"127.0.0.1:{server.server_address[1]}", None)
        seen.endpoint = f"{scheme}://127.0.0.1:{server.server_address[1]}/sparql"
        seen.api = seen.endpoint.replace("/sparql", API)
        return seen

    yield start
    for server, thread, closing in running:
        closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Engine:
    """A real SPARQL server on loopback: where it answers, and where it takes data."""

    endpoint: str
    graphs: str
    updates: str
    login: Login | None = None

    def store(self, timeout_s: float = 30) -> RemoteStore:
        """A client of this server."""
        return RemoteStore(self.endpoint, timeout_s=timeout_s, login=self.login)

    def writers(self) -> dict[str, Writer]:
        """Both ways to write into it."""
        return {
            "graph store": GraphStoreWriter(self.graphs, login=self.login),
            "update": UpdateWriter(self.updates, login=self.login),
        }

    def load(self, turtle: str) -> None:
        """Replace its default graph; the project's prefixes are declared."""
        heads = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
        request = urllib.request.Request(
            f"{self.graphs}?default",
            (heads + turtle).encode(),
            {"Content-Type": "text/turtle"},
            method="PUT",
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            assert response.status in {201, 204}

    def clear(self) -> None:
        """Remove everything."""
        writer = UpdateWriter(self.updates, login=self.login)
        for graph in count_graphs(self.store().without_dataset()):
            writer.drop(graph)


@contextmanager
def oxigraph(folder: Path, *options: str) -> Iterator[Engine]:
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    found = str(program) if program.exists() else shutil.which("oxigraph")
    if not found:
        pytest.fail("no oxigraph server; it is in the dev group: uv sync")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with running([found, "serve", "--bind", f"127.0.0.1:{port}", *options], port, folder):
        yield Engine(f"{base}/query", f"{base}/store", f"{base}/update")


@pytest.fixture(scope="session")
def running_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as engine:
        yield engine


@pytest.fixture
def engine(running_engine: Engine) -> Engine:
    """The Oxigraph server, emptied; its default graph is its own."""
    running_engine.load("")
    running_engine.clear()
    return running_engine
