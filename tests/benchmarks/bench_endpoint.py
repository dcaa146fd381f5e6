"""Queries, rows and bytes that each command exchanges with an endpoint.

Run: ``uv run python tests/benchmarks/bench_endpoint.py [URL] [ONE OTHER]``. Without URL the shipped graph is
pushed to an Oxigraph server on loopback. ONE and OTHER are the ends of the path; the others are
about ONE. Each command is a process of its own, and sends its requests through a proxy on loopback
that counts them. CPU is user + system time of the command, without the server.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from measured_process import COMMAND, Measured, measure
from servers import free_port, running

ROOT = Path(__file__).parents[2]
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
        seconds: Until the answers were there.
    """

    requests: int = 0
    sent: int = 0
    received: int = 0
    rows: int = 0
    largest: int = 0
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
        "`query who-refers-to`": ("query", "who-refers-to", one),
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


def main() -> None:
    """Print a row per command, as a table in Markdown."""
    arguments = sys.argv[1:]
    is_url = arguments and "://" in arguments[0]
    ends = arguments[1:] if is_url else arguments
    one, other = ends or ("film:chungking-express", "person:yasunari-kawabata")
    only = os.environ.get("ONLY", "")
    print(
        "| command | queries | rows | received (MB) | largest answer (MB) | seconds | CPU (s) | peak (MB) |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|", flush=True)
    with (
        nullcontext(arguments[0]) if is_url else pushed_graph() as endpoint,
        tempfile.TemporaryDirectory() as folder,
    ):
        for name, command in commands(one, other, Path(folder)).items():
            if only not in name:
                continue
            traffic, done = run(endpoint, *command)
            print(
                f"| {name} | {traffic.requests:,} | {traffic.rows:,} | {traffic.received / 1e6:.2f} "
                f"| {traffic.largest / 1e6:.2f} | {done.seconds:.1f} | {done.cpu_s:.1f} | {done.peak_mb:.0f} |", flush=True,
            )  # fmt: skip
            print(done.errors.strip(), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
