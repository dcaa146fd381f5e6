"""The real server on loopback, in a thread of the test, and a client of it."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import uvicorn
from servers import free_port
from starlette.types import ASGIApp

from allusion import open as open_graph
from allusion.build.bulk_load import load
from allusion.core.resources import locate
from allusion.knowledge_graph import KnowledgeGraph
from allusion.store.default_graph import named_quads
from allusion.store.oxigraph import OxigraphStore
from allusion.web.app import Server
from allusion.web.options import ServerOptions
from allusion.web.server import impatient

TOKEN = "a-token-of-the-tests"
UPDATE = "application/sparql-update"


@dataclass
class Reply:
    """A whole response."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def media_type(self) -> str:
        return self.headers.get_content_type()


@dataclass
class Running:
    """A running server, and requests to it."""

    server: Server
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | str | None = None,
        **headers: str,
    ) -> Reply:
        """Send one request; ``Content_Type`` is the header Content-Type."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            data = body.encode() if isinstance(body, str) else body
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, data, names)
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def query(self, sparql: str, accept: str = "", **parameters: Any) -> Reply:
        """Ask the endpoint by GET."""
        query = urlencode({"query": sparql, **parameters})
        return self.ask(f"/sparql?{query}", **({"Accept": accept} if accept else {}))


class Writable(Running):
    """A running server, and writes to it."""

    def update(self, text: str, token: str = TOKEN, **headers: str) -> Reply:
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.ask("/sparql", method="POST", body=text, Content_Type=UPDATE, **headers)

    @property
    def token_header(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {TOKEN}"}

    def write(self, method: str, path: str, body: str = "", form: str = "text/turtle") -> Reply:
        return self.ask(
            path, method=method, body=body, Content_Type=form, Authorization=f"Bearer {TOKEN}"
        )

    def holds(self, pattern: str) -> bool:
        return bool(self.query(f"ASK {{ {pattern} }}", "application/sparql-results+json").json()["boolean"])  # fmt: skip

    def values(self) -> set[str]:
        """The values of <urn:a> in the default graph."""
        return set(self.query("SELECT ?o { <urn:a> <urn:p> ?o }", "text/csv").text.split()[1:])

    @property
    def store(self) -> OxigraphStore:
        store = self.server.graph.store
        assert isinstance(store, OxigraphStore)
        return store

    def is_merged(self) -> bool:
        """Whether the default graph has each statement of the named graphs."""
        engine = self.store.engine
        return all(ox.Quad(*quad.triple) in engine for quad in named_quads(engine))


def w3c_suite() -> Path:
    """The folder of the W3C test suite beside the checkout, whether it is there or not."""
    folders = [folder / "shared/w3c/sparql11" for folder in Path(__file__).parents]
    return next((folder for folder in folders if folder.is_dir()), folders[2])


def loaded(folder: Path, text: str, form: str = "nq") -> KnowledgeGraph:
    """Load RDF into a new store, and open it."""
    source = folder / f"data.{form}"
    source.write_text(text, encoding="utf-8")
    load([source], folder / "made", locate())
    return open_graph(store=str(folder / "made"))


@contextmanager
def running_server(graph: KnowledgeGraph, **settings: Any) -> Iterator[Running]:
    """Run the server of a graph on a free port, until the end of the block."""
    port = free_port()
    made = Server(graph, ServerOptions(port=port, **settings))
    with running_app(made.app(), port, made.options.write_timeout):
        yield Running(made, port)


@contextmanager
def running_app(
    app: ASGIApp, port: int, write_timeout: float = 10
) -> Iterator[uvicorn.server.ServerState]:
    """Run an application until the end of the block, and yield its connections."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, server_header=False,
        http=impatient(write_timeout),
        timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield server.server_state
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def writing(graph: KnowledgeGraph, copy: Path, **settings: Any) -> Iterator[Writable]:
    """Run a server that takes writes to a copy."""
    with running_server(graph, token=TOKEN, copy=copy, **settings) as running:
        yield Writable(running.server, running.port)
