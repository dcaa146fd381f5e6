"""Queries, rows and bytes that each command exchanges with an endpoint.

Run ``python tests/benchmarks/bench_endpoint.py [ONE OTHER]``: the shipped graph is pushed to an
Oxigraph server on loopback. ONE and OTHER are the ends of the path; the others are about ONE.
``--store URL`` measures a server that runs. ``--engine oxigraph|virtuoso|jena`` loads the
shipped graph into this engine instead, and ``--film-copies N`` with it N copies of the films
of Wikidata (``make_data.py``; 28 copies have ten million edges). Then commands that read a whole graph
are left out. Each command is a process of its own, and sends its requests through a proxy on loopback
that counts them. CPU is user + system time of the command, without the server.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from loaded_servers import ENGINES, loaded
from make_data import films, write
from measured_process import COMMAND, Measured, measure
from servers import free_port, running

ROOT = Path(__file__).parents[2]
FILMS = ROOT.parent / "shared/data/wikidata-movies.json.gz"
SHIPPED_ENDS = ("film:chungking-express", "person:yasunari-kawabata")
COPIED_ENDS = ("film:Q43079072", "film:Q43079072-13")
_HEADERS = ("Accept", "Content-Type", "User-Agent")


@dataclass
class Traffic:
    """What went through the proxy.

    Attributes:
        requests: Number of requests.
        sent: Bytes of queries.
        received: Bytes of answers.
        rows: Rows of answers in SPARQL JSON.
        largest: Bytes of the largest answer.
        longest: Bytes of the longest query.
        seconds: Until the answers were there.
    """

    requests: int = 0
    sent: int = 0
    received: int = 0
    rows: int = 0
    largest: int = 0
    longest: int = 0
    seconds: float = 0


@contextmanager
def counting_proxy(endpoint: str) -> Iterator[tuple[str, Traffic]]:
    """Provide the address of a proxy of an endpoint, and what went through it."""
    traffic = Traffic()
    lock = threading.Lock()
    target = urlsplit(endpoint)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = urllib.request.Request(
                f"{target.scheme}://{target.netloc}{self.path}",
                data=body if self.command == "POST" else None,
                headers={name: self.headers[name] for name in _HEADERS if self.headers[name]},
            )
            began = time.monotonic()
            try:
                with urllib.request.urlopen(request, timeout=600) as response:
                    status, headers, answer = response.status, response.headers, response.read()
            except urllib.error.HTTPError as error:
                status, headers, answer = error.code, error.headers, error.read()
            with lock:
                traffic.requests += 1
                traffic.sent += len(body) + len(self.path)
                traffic.longest = max(traffic.longest, len(body) + len(self.path))
                traffic.received += len(answer)
                traffic.rows += max(0, answer.count(b'"type"') and _rows(answer))
                traffic.largest = max(traffic.largest, len(answer))
                traffic.seconds += time.monotonic() - began
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET  # noqa: N815 (names that http.server looks for)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    query = f"?{target.query}" if target.query else ""
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{target.path}{query}", traffic
    finally:
        server.shutdown()
        server.server_close()


def _rows(answer: bytes) -> int:
    import json

    return len(json.loads(answer).get("results", {}).get("bindings", ()))


def run(endpoint: str, *arguments: str) -> tuple[Traffic, Measured]:
    """Run a command against an endpoint, and count what they exchange."""
    with counting_proxy(endpoint) as (address, traffic):
        store = ("--store", address)
        done = measure(COMMAND, *arguments, *store, allowed=(0, 1, 5), no_proxy="127.0.0.1")
        return traffic, done


def commands(one: str, other: str, folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the commands by the text of their row."""
    return {
        "`query cast`": ("query", "cast", one),
        "`query who-made-it`": ("query", "who-made-it", one),
        "`query who-refers-to`": ("query", "who-refers-to", one),
        "`query most-referred-to`": ("query", "most-referred-to"),
        "`query in-a-year 1994`": ("query", "in-a-year", "1994"),
        "`sparql`, one row": ("sparql", "SELECT * { ?s ?p ?o } LIMIT 1"),
        "`show`": ("show", one),
        "`path`": ("path", one, other),
        "`path --all`": ("path", one, other, "--all"),
        "`path --no-credits`": ("path", one, other, "--no-credits"),
        "`view -o x.svg`": ("view", one, "-o", str(folder / "x.svg")),
        "`view -o x.html`": ("view", one, "-o", str(folder / "x.html")),
        "`rank referred`": ("rank", "referred"),
        "`rank bridges`": ("rank", "bridges"),
        "`rank communities`": ("rank", "communities"),
        "`rank sources`": ("rank", "sources"),
        "`stats`": ("stats",),
        "`export graphml`": ("export", "graphml", "-o", str(folder / "x.graphml")),
    }


#: Commands that read the whole graph.
WHOLE = ("`rank sources`", "`export graphml`")


@contextmanager
def pushed_graph() -> Iterator[str]:
    """Provide an Oxigraph server on loopback with the shipped graph."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        program = str(Path(sys.executable).with_name("oxigraph"))
        base = f"http://127.0.0.1:{port}"
        serve = [program, "serve", "--bind", f"127.0.0.1:{port}"]
        with running(serve, port, Path(folder)):
            subprocess.run(
                [sys.executable, "-c", COMMAND, "push", "--store", f"{base}/query", "--graph-store", f"{base}/store"],
                env=os.environ | {"PYTHONPATH": str(ROOT / "graph"), "no_proxy": "127.0.0.1"},
                check=True, capture_output=True,
            )  # fmt: skip
            yield f"{base}/query"


@contextmanager
def loaded_graph(engine: str, copies: int) -> Iterator[str]:
    """Provide a server of an engine with the shipped graph and copies of the films of Wikidata."""
    with tempfile.TemporaryDirectory() as name:
        files = [Path(name, "shipped.nq")]
        measure(COMMAND, "export", "nq", "-o", str(files[0]))
        if copies:
            files.append(Path(name, "films.nq.gz"))
            print(f"{write(films(FILMS, copies), files[1]):,} statements of films")
        with loaded(engine, files) as address:
            yield address


def main() -> None:
    """Print a row per command, as a table in Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("ends", nargs="*", metavar="ONE OTHER")
    parser.add_argument("--store", metavar="URL")
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--film-copies", type=int, default=0, metavar="N")
    parser.add_argument("--only", default="", help="text in the rows to print")
    asked = parser.parse_args()
    if asked.film_copies and not asked.engine:
        parser.error("--film-copies needs --engine")
    one, other = asked.ends or (COPIED_ENDS if asked.film_copies else SHIPPED_ENDS)
    server: AbstractContextManager[str] = (
        nullcontext(asked.store)
        if asked.store
        else loaded_graph(asked.engine, asked.film_copies)
        if asked.engine
        else pushed_graph()
    )
    columns = (
        *("queries", "rows", "longest query (kB)", "received (MB)", "largest answer (MB)"),
        *("seconds", "of the server", "CPU (s)", "peak (MB)"),
    )
    with server as endpoint, tempfile.TemporaryDirectory() as folder:
        print(f"| command | {' | '.join(columns)} |")
        print(f"|---|{'---:|' * len(columns)}", flush=True)
        for name, command in commands(one, other, Path(folder)).items():
            if asked.only not in name or (asked.film_copies and name in WHOLE):
                continue
            traffic, done = run(endpoint, *command)
            print(
                f"| {name} | {traffic.requests:,} | {traffic.rows:,} | {traffic.longest / 1e3:.1f} "
                f"| {traffic.received / 1e6:.2f} | {traffic.largest / 1e6:.2f} | {done.seconds:.1f} "
                f"| {traffic.seconds:.1f} | {done.cpu_s:.1f} | {done.peak_mb:.0f} |", flush=True,
            )  # fmt: skip
            print(done.errors.strip(), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
