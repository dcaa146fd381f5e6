"""Servers on loopback: a real SPARQL engine, and one that does whatever a test says."""

from __future__ import annotations

import gc
import json
import os
import secrets
import shutil
import ssl
import subprocess
import sysconfig
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from servers import free_port, running, virtuoso_ini

from allusion.build.pipeline import data_version
from allusion.core.errors import NetworkError
from allusion.core.vocabulary import PREFIXES
from allusion.knowledge_graph import open_graph
from allusion.store.graph_store import GraphStore, Updates, Writer
from allusion.store.http.credentials import Login
from allusion.store.inventory import count_graphs
from allusion.store.push import MERGED, plan, push
from allusion.store.remote import MAX_BYTES, RemoteStore

JSON = "application/sparql-results+json"
Behaviour = Callable[["Exchange"], None]
Serve = Callable[..., "Server"]


@dataclass
class Exchange:
    """One request as the server sees it, and what a behaviour needs to answer it."""

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
                    behaviour(Exchange(self, number, closing, over))
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
            "graph store": GraphStore(self.graphs, login=self.login),
            "update": Updates(self.updates, login=self.login),
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
        writer = Updates(self.updates, login=self.login)
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


@pytest.fixture
def union_engine(tmp_path: Path) -> Iterator[Engine]:
    """An Oxigraph server whose default graph is the union of its graphs, with repetitions."""
    with oxigraph(tmp_path, "--union-default-graph") as engine:
        yield engine


@pytest.fixture(scope="session")
def whole_oxigraph(
    tmp_path_factory: pytest.TempPathFactory, _home_of_the_tests: None
) -> Iterator[Engine]:
    """The Oxigraph server with the whole graph in it, pushed by updates."""
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as engine:
        push_all(engine, "update")
        yield engine


@pytest.fixture(scope="session")
def running_virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Virtuoso on loopback, with a password of its own; see Debian's virtuoso-opensource."""
    program, console = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if not program or not console:
        if os.environ.get("CI"):
            pytest.fail("no Virtuoso: apt-get install virtuoso-opensource")
        pytest.skip("no Virtuoso: apt-get install virtuoso-opensource")
    folder = tmp_path_factory.mktemp("virtuoso")
    http, sql, password = free_port(), free_port(), secrets.token_hex(8)
    # What of Debian's virtuoso.ini bears upon answers.
    ini = virtuoso_ini(
        sql=sql,
        http=http,
        parameters={
            "NumberOfBuffers": 10_000,
            "MaxDirtyBuffers": 6_000,
            "ThreadsPerQuery": 4,
            "AsyncQueueMaxThreads": 10,
        },
        sparql={
            "ResultSetMaxRows": 10_000,
            "MaxQueryCostEstimationTime": 400,
            "MaxQueryExecutionTime": 60,
        },
    )
    (folder / "virtuoso.ini").write_text(ini)
    with running([program, "+foreground", "+configfile", "virtuoso.ini"], http, folder):
        done = subprocess.run(
            [console, f"127.0.0.1:{sql}", "dba", "dba"],
            input=f"user_set_password('dba', '{password}');\n", capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert "Done." in done.stdout, done.stdout + done.stderr
        base = f"http://127.0.0.1:{http}/sparql"
        login = Login("dba", password, origin="the test")
        # Its default graph is the union of all graphs; see docs/decisions/012-virtuoso.md.
        query = f"{base}?default-graph-uri={MERGED}"
        yield Engine(query, f"{base}-graph-crud-auth", f"{base}-auth", login)


@pytest.fixture(scope="session")
def whole_virtuoso(running_virtuoso: Engine, _home_of_the_tests: None) -> Engine:
    """Virtuoso with the whole graph in it, pushed by the Graph Store Protocol."""
    push_all(running_virtuoso, "graph store")
    return running_virtuoso


def push_all(engine: Engine, way: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("no_proxy", "127.0.0.1")
        kg, store = open_graph(), engine.store()
        work = plan(kg.embedded.engine, store, data_version(kg.resources.store))
        push(kg.embedded.engine, store, engine.writers()[way], work)


# A small Wikibase: the action API's wbgetentities, in the shape that its documentation has.
# Source: https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html

API = "/w/api.php"
Record = dict[str, Any]
Qualified = tuple[str, dict[str, list[str]]]


def snak(prop: str, value: str) -> Record:
    """A Q-id, a date ("1994", "1994-07-14") with a "@" before it, or a string; "?" is unknown."""
    if value == "?":
        return {"snaktype": "somevalue", "property": prop}
    if value.startswith("@"):
        parts = (value[1:] + "-00-00").split("-")[:3]
        precision = {4: 9, 7: 10, 10: 11}[len(value) - 1]
        found: Record = {
            "time": f"+{'-'.join(parts)}T00:00:00Z",
            "timezone": 0,
            "before": 0,
            "after": 0,
            "precision": precision,
            "calendarmodel": "http://www.wikidata.org/entity/Q1985727",
        }
        return {
            "snaktype": "value",
            "property": prop,
            "datavalue": {"value": found, "type": "time"},
        }
    if value[0] == "Q" and value[1:].isdigit():
        found = {"entity-type": "item", "numeric-id": int(value[1:]), "id": value}
        return {
            "snaktype": "value",
            "property": prop,
            "datavalue": {"value": found, "type": "wikibase-entityid"},
        }
    return {"snaktype": "value", "property": prop, "datavalue": {"value": value, "type": "string"}}


@dataclass
class Wikibase:
    """Items that a server gives, and which were asked for, batch by batch."""

    items: dict[str, Record] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)

    def add(
        self,
        number: str,
        labels: dict[str, str],
        claims: dict[str, list[str | Qualified]] | None = None,
        *,
        aliases: dict[str, list[str]] | None = None,
        sitelinks: dict[str, str] | None = None,
        revision: int = 2_000_000_001,
    ) -> None:
        """One more item; its statements are of normal rank unless it says otherwise.

        A value may have qualifiers beside it; "rank" among them is the rank, "from" an address
        that is the reference.
        """
        written: Record = {}
        for prop, values in (claims or {}).items():
            for count, value in enumerate(values):
                text, more = (value, {}) if isinstance(value, str) else value
                qualifiers = {
                    name: [snak(name, one) for one in many]
                    for name, many in more.items()
                    if name[0] == "P"
                }
                claim: Record = {
                    "mainsnak": snak(prop, text),
                    "type": "statement",
                    "id": f"{number}${prop}-{count}",
                    "rank": more.get("rank", ["normal"])[0],
                }
                if qualifiers:
                    claim |= {"qualifiers": qualifiers, "qualifiers-order": list(qualifiers)}
                if "from" in more:
                    snaks = {"P854": [snak("P854", one) for one in more["from"]]}
                    claim["references"] = [{"hash": "0", "snaks": snaks, "snaks-order": ["P854"]}]
                written.setdefault(prop, []).append(claim)
        self.items[number] = {
            "pageid": int(number[1:]), "ns": 0, "title": number, "lastrevid": revision, "modified": "2026-11-01T12:00:00Z",
            "type": "item", "id": number,
            "labels": {tag: {"language": tag, "value": text} for tag, text in labels.items()},
            # PHP writes an empty map as a list.
            "aliases": {tag: [{"language": tag, "value": text} for text in many] for tag, many in (aliases or {}).items()} or [],
            "claims": written or [],
            "sitelinks": {site: {"site": site, "title": url.rpartition("/")[2], "badges": [], "url": url} for site, url in (sitelinks or {}).items()} or [],
        }  # fmt: skip

    def __call__(self, exchange: Exchange) -> None:
        """Answer one request."""
        query = parse_qs(urlsplit(exchange.handler.path).query)
        numbers = query["ids"][0].split("|")
        assert query["action"] == ["wbgetentities"]
        assert query["format"] == ["json"]
        assert query["maxlag"] == ["5"]
        assert len(numbers) <= 50
        self.asked.append(numbers)
        body = json.dumps(self.answer(numbers)).encode()
        exchange.answer(200, body, Content_Type="application/json; charset=utf-8")

    def answer(self, numbers: Sequence[str]) -> Record:
        return {"entities": {number: self.entity(number) for number in numbers}, "success": 1}

    def entity(self, number: str) -> Record:
        target = self.merged.get(number, number)
        if target not in self.items:
            return {"id": number, "missing": ""}
        redirect = {"redirects": {"from": number, "to": target}} if target != number else {}
        return redirect | self.items[target]

    def turtle(self) -> str:
        """The same items as Wikidata's RDF has them: labels and truthy statements."""
        lines = []
        for number, record in self.items.items():
            lines += [
                f"wd:{number} rdfs:label {json.dumps(one['value'], ensure_ascii=False)}@{tag} ."
                for tag, one in record["labels"].items()
            ]
            for prop, claims in dict(record["claims"]).items():
                for claim in claims:
                    value = claim["mainsnak"].get("datavalue", {}).get("value")
                    if claim["rank"] == "deprecated" or not isinstance(value, dict):
                        continue
                    if "id" in value:
                        lines.append(f"wd:{number} wdt:{prop} wd:{value['id']} .")
                    elif "time" in value:
                        # What is not known of a date is the first there.
                        day = value["time"].lstrip("+").replace("-00", "-01")
                        lines.append(f'wd:{number} wdt:{prop} "{day}"^^xsd:dateTime .')
        return "\n".join(lines)


@pytest.fixture
def wikibase() -> Wikibase:
    """A Wikibase with nothing in it."""
    return Wikibase()
