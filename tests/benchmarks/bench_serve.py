"""The server beside Oxigraph's server and rdflib-endpoint: honesty under load, and speed.

Run ``python tests/benchmarks/bench_serve.py [--seconds 5] [--only NAME] [--no-hostile]``. Each
server has the shipped graph. ``rdflib-endpoint`` is measured where its program is on PATH (``uv tool install
rdflib-endpoint --with 'uvicorn[standard]'``). The client and the servers share the machine, so
that only ratios mean anything.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import os
import re
import shutil
import socket
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import repeat
from pathlib import Path
from subprocess import DEVNULL, Popen, TimeoutExpired, run
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from hostile_queries import HOSTILE
from servers import free_port

import allusion

LIMIT_S = 2
#: Each third of the hostile queries is sent, so that a server without limits takes minutes only.
EACH = 3
#: Limit while requests a second are counted: a busy machine does not stop a query.
LONG_S = 30
TWO = "allusion, two processes"
CONNECTIONS = 16
#: Seconds that a reader of one byte a second waits to be cut.
SLOW_READER_S = 40
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ROWS = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
TINY = "SELECT ?o { <https://w3id.org/allusion/film/2046> <http://www.w3.org/2000/01/rdf-schema#label> ?o }"
STAR = """PREFIX al: <https://w3id.org/allusion/ontology#>
SELECT ?c ?from ?to ?kind ?certainty { ?c al:from ?from ; al:to ?to ; al:kind ?kind ;
  al:certainty ?certainty }"""


class Server:
    """A running server: its process, port and path of the endpoint."""

    def __init__(self, process: Popen[bytes], port: int, path: str) -> None:
        self.process, self.port, self.path = process, port, path

    def target(self, query: str, **more: str) -> str:
        return f"{self.path}?{urlencode({'query': query, **more})}"

    def get(self, target: str, host: str = "127.0.0.1", timeout: float = 60) -> tuple[int, bytes]:
        """Status and last bytes of the body.

        The status is 0 if no end arrives in time, -1 if the body breaks off.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        until = time.monotonic() + timeout
        try:
            headers = {"Host": host, "Accept": "application/sparql-results+json"}
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            tail = b""
            while piece := response.read(1 << 16):
                tail = (tail + piece)[-1000:]
                if time.monotonic() > until:
                    return 0, b""
            return response.status, tail
        except http.client.IncompleteRead:
            return -1, b""
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def processes(self) -> list[int]:
        """The process and its children, whichever thread started them."""
        found = [self.process.pid]
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                with suppress(OSError):
                    found += map(int, children.read_text().split())
        return found

    def threads(self) -> int:
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Threads")).split()[1])

    def has_connection(self, client: socket.socket) -> bool:
        """Whether the server keeps its connection to a client open."""
        ends = [f":{port:04X}" for port in (self.port, client.getsockname()[1])]
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return any([one[-5:] for one in row[1:3]] == ends and row[3] == "01" for row in rows)

    def cpu_s(self) -> float:
        ticks = 0
        for pid in self.processes():
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def started(command: list[str], port: int, path: str) -> Iterator[Server]:
    process = Popen(command, stdout=DEVNULL, stderr=DEVNULL)
    try:
        until = time.monotonic() + 120
        while socket.socket().connect_ex(("127.0.0.1", port)):
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{command[0]} does not start")
            time.sleep(0.1)
        yield Server(process, port, path)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except TimeoutExpired:  # it waits for a query without an end
            process.kill()
            process.wait()


def prepare(folder: Path) -> None:
    """Write the graph for the other servers."""
    kg = allusion.open()
    turtle = folder / "graph.nt"
    result = kg.sparql("CONSTRUCT WHERE { ?s ?p ?o }", max_rows=10**7)
    turtle.write_text(result.write("nt"), encoding="utf-8")  # type: ignore[union-attr]
    scripts = Path(sysconfig.get_path("scripts"))
    oxigraph = str(scripts / "oxigraph")
    run([oxigraph, "load", "-l", str(folder / "ox"), "-f", str(turtle)], check=True,
        stdout=DEVNULL, stderr=DEVNULL)  # fmt: skip


def commands(folder: Path, limit_s: int) -> dict[str, tuple[list[str], int, str]]:
    """Name of each server -> command, port, path of the endpoint."""
    scripts = Path(sysconfig.get_path("scripts"))
    oxigraph, turtle = str(scripts / "oxigraph"), folder / "graph.nt"
    ports = {name: free_port() for name in ("allusion", TWO, "oxigraph", "rdflib-endpoint")}
    found = {
        name: ([str(scripts / "allusion"), "serve", "--no-open", "--timeout", str(limit_s),
                      "--query-share", "100000", "--port", str(ports[name]), *more], ports[name], "/sparql")
        for name, more in (("allusion", ()), (TWO, ("--processes", "2")))
    } | {
        "oxigraph": ([oxigraph, "serve-read-only", "-l", str(folder / "ox"), "--timeout-s",
                      str(limit_s), "--bind", f"127.0.0.1:{ports['oxigraph']}"],
                     ports["oxigraph"], "/query"),
    }  # fmt: skip
    if program := shutil.which("rdflib-endpoint"):
        port = ports["rdflib-endpoint"]
        found["rdflib-endpoint"] = (
            [program, "serve", "--port", str(port), str(turtle)], port, "/",
        )  # fmt: skip
    return found


def slow_query(server: Server) -> str:
    began = time.monotonic()
    status, body = server.get(server.target(SLOW), timeout=30)
    seconds = time.monotonic() - began
    honest = status != 200 or body.rstrip().endswith(b"}")
    return f"{status or 'no end'} after {seconds:.1f} s{'' if honest else ', a cut answer'}"


def threads(server: Server) -> str:
    before = server.threads()
    asyncio.run(requests_a_second(server, server.target("ASK {}"), count=150))
    return f"{before} to {server.threads()}"


def leaving(server: Server) -> str:
    """CPU time that the server spends in the second after the client has left for half a second."""
    client = socket.create_connection(("127.0.0.1", server.port))
    target = server.target(SLOW.replace("?n", "?m"))
    client.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    time.sleep(0.7)
    client.close()
    time.sleep(0.5)
    before = server.cpu_s()
    time.sleep(0.8)
    return f"{server.cpu_s() - before:.2f} s"


def slow_reader(server: Server) -> str:
    """When a client that reads one byte a second is cut, its memory, and an ASK beside it."""
    pids = server.processes()
    memory = _memory_of(pids)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", server.port))
    client.sendall(f"GET {server.target(ROWS)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    began, most, asked = time.monotonic(), 0, ""
    client.settimeout(1)
    ended = f"not cut in {SLOW_READER_S} s"
    while (seconds := time.monotonic() - began) < SLOW_READER_S:
        with suppress(OSError):
            client.recv(1)
        time.sleep(1)
        most = max(most, _memory_of(pids) - memory)
        if not asked and seconds > 4:
            start = time.monotonic()
            status, _ = server.get(server.target("ASK { ?s ?p ?o }"), timeout=20)
            asked = f"{status or 'no answer'} in {(time.monotonic() - start) * 1000:.0f} ms"
        if asked and not server.has_connection(client):
            ended = f"cut after {seconds:.0f} s"
            break
    client.close()
    return f"{ended}; +{most >> 20} MB; ASK beside it {asked}"


def _memory_of(pids: list[int]) -> int:
    """Resident memory of processes."""
    pages = 0
    for pid in pids:
        with suppress(OSError):
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def foreign_host(server: Server) -> str:
    return str(server.get(server.target("ASK {}"), host="evil.example")[0])


def hostile(server: Server) -> str:
    """The statuses of the hostile queries that a GET can carry, and whether the server lives."""
    statuses: Counter[str] = Counter()
    for query, _ in list(HOSTILE.values())[::EACH]:
        target = server.target(query.encode("utf-8", "replace").decode())
        if len(target) > 60_000:
            continue
        status, body = server.get(target, timeout=LIMIT_S + 3)
        is_cut = status == 200 and not body.rstrip().endswith((b"}", b">"))
        name = {0: "no end", -1: "broken stream"}.get(status, str(status))
        statuses["cut 200" if is_cut else name] += 1
    alive = "alive" if server.process.poll() is None else "dead"
    return ", ".join(f"{n} x {status}" for status, n in sorted(statuses.items())) + f"; {alive}"


async def requests_a_second(
    server: Server,
    target: str | list[str],
    seconds: float = 3600,
    count: int = 10**9,
    *,
    vary: bool = False,
) -> float:
    """Requests a second on `CONNECTIONS` connections that are kept open.

    Args:
        server: The server.
        target: What is requested; each of a list once.
        seconds: Duration, at most.
        count: Number of requests, at most.
        vary: Make each query another one by a comment at its end.
    """
    targets = iter(target if isinstance(target, list) else repeat(target))
    left, done, until = [count], [0], time.monotonic() + seconds

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        turn = 0
        while left[0] > 0 and time.monotonic() < until:
            left[0] -= 1
            turn += 1
            path = next(targets, "")
            if not path:
                break
            path += f"%23{number}.{turn}" if vary else ""
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                "Accept: application/sparql-results+json, text/html\r\n\r\n".encode()
            )
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert b" 200 " in head[:20], head[:200]
            if b"content-length:" in head:
                length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
            else:
                while size := int(await reader.readuntil(b"\r\n"), 16):
                    await reader.readexactly(size + 2)
                await reader.readexactly(2)
            done[0] += 1
        writer.close()

    began = time.monotonic()
    await asyncio.gather(*map(client, range(CONNECTIONS)))
    return done[0] / (time.monotonic() - began)


def rates_of(server: Server, name: str, seconds: float) -> Iterator[tuple[str, float]]:
    """Yield requests a second by kind, and requests for each second of CPU of the server.

    The second figure hardly changes with the load of the machine.
    """
    server.get(server.target(TINY))
    if name.startswith("allusion"):
        for _ in range(6):
            server.get("/")  # each process reads the network for it after its start
    targets: list[tuple[str, str | list[str]]] = [
        ("tiny SELECT", server.target(TINY)),
        ("star of 5", server.target(STAR)),
    ]
    if name.startswith("allusion"):
        targets += [
            ("tiny SELECT from the cache", server.target(TINY)),
            ("entity pages, each for the first time", _entity_pages(server)),
            ("entity page from the cache", "/person/momoe-yamaguchi"),
        ]
    for place, (title, target) in enumerate(targets):
        cpu, began = server.cpu_s(), time.monotonic()
        rate = asyncio.run(requests_a_second(server, target, seconds, vary=place < 2))
        yield f"{title}, requests/s", rate
        count = rate * (time.monotonic() - began)
        yield f"{title}, requests per s of CPU", count / max(server.cpu_s() - cpu, 0.01)


def _entity_pages(server: Server) -> list[str]:
    """Paths of the pages of all films and people."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", "/sitemap.xml")
    text = connection.getresponse().read().decode()
    connection.close()
    return re.findall(r"/(?:film|person)/[a-z0-9-]+", text)


def measured(measure: Callable[[Server], str], server: Server) -> str:
    """Return the result of a measurement, or how it failed."""
    try:
        return measure(server)
    except (OSError, EOFError, AssertionError) as error:
        return f"failed: {type(error).__name__}"


FAULTS = {
    f"slow query, limit {LIMIT_S} s": slow_query,
    "threads before and after 150 queries": threads,
    "CPU in 0.8 s, 0.5 s after the client left": leaving,
    "reader of 1 B/s": slow_reader,
    "foreign Host": foreign_host,
    "hostile queries": hostile,
}


def show(table: dict[str, dict[str, str]], rates: dict[tuple[str, str], float]) -> None:
    """Print the table, and the ratios of the rates."""
    names = list(dict.fromkeys(name for row in table.values() for name in row))
    print(f"\n| measured | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for title, row in table.items():
        print(f"| {title} | {' | '.join(row.get(name, '') for name in names)} |")
    print()
    for (name, title), rate in rates.items():
        for other in ("oxigraph", "rdflib-endpoint"):
            if name != other and (other, title) in rates:
                print(f"{title}: {name} / {other} = {rate / rates[other, title]:.2f}")


def main() -> None:
    """Measure each server, and print a table in Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--no-hostile", action="store_true", help="leave out what takes minutes")
    asked = parser.parse_args()
    table: dict[str, dict[str, str]] = {}
    rates: dict[tuple[str, str], float] = {}
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        fast, limited = (commands(Path(folder), limit) for limit in (LONG_S, LIMIT_S))
        for name in fast:
            if asked.only and name != asked.only:
                continue
            with started(*fast[name]) as server:
                for title, rate in rates_of(server, name, asked.seconds):
                    rates[name, title] = rate
                    table.setdefault(title, {})[name] = f"{rate:,.0f}"
            for title, measure in FAULTS.items():
                if name != TWO and not (asked.no_hostile and measure is hostile):
                    # A server of its own: a query without an end goes on after its measurement.
                    with started(*limited[name]) as server:
                        server.get(server.target(TINY))
                        if name == "allusion":
                            server.get("/")  # reads the network, as it does after its start
                        table.setdefault(title, {})[name] = measured(measure, server)
            print(name, {title: row.get(name) for title, row in table.items()}, flush=True)
    show(table, rates)


if __name__ == "__main__":
    main()
