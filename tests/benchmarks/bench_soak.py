"""Mixed load on one server: what stays flat, and what a client costs that leaves or reads slowly.

Run ``python tests/benchmarks/bench_soak.py [--seconds 3600] [--every 10] [--pause 0]``. Short queries, pages, answers of many
rows, hostile queries, clients that leave and a reader of one byte a second go on at the same time.
Memory, threads and file descriptors of the server are those of its main process. They are compared
after the first fifth of the time and at the end, each time without load. ``--every`` prints the
memory of each process at this interval, in seconds. Each client waits ``--pause`` seconds after
each request.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from bench_serve import ROWS, SLOW, STAR, TINY, Server, started
from hostile_queries import HOSTILE
from servers import free_port

LIMIT_S = 2
CLIENTS = 12
#: Seconds without load before a sample.
CALM_S = 3.0
PAGES = ("/", "/film/chungking-express", "/person/momoe-yamaguchi", "/query/who-refers-to", "/void")
#: Different queries whose answers are cached; the others have a function that prevents it.
CACHED = 200


@dataclass(frozen=True)
class Sample:
    """The main process of the server at one moment."""

    memory: int
    threads: int
    descriptors: int

    @classmethod
    def of(cls, pid: int) -> Sample:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        return cls(
            int(fields["VmRSS"].split()[0]) * 1024,
            int(fields["Threads"]),
            sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()),
        )


@dataclass
class Report:
    """Result of a soak.

    Attributes:
        before: After the first fifth of the time.
        after: At the end.
        peak: Maximum of each figure under load.
        answers: Number of answers by kind and status.
        leaving_cpu: Seconds of CPU of the server in 0.8 s, from 0.5 s after clients have left.
        is_alive: Whether the main process is the one that was started.
    """

    before: Sample
    after: Sample
    peak: Sample
    answers: Counter[str] = field(default_factory=Counter)
    leaving_cpu: float = 0.0
    is_alive: bool = True

    @property
    def growth(self) -> float:
        return self.after.memory / self.before.memory - 1


def print_memory(server: Server, began: float) -> None:
    """Print the memory of the main process and of the others, in MB, to stderr."""
    sizes = []
    for pid in server.processes():
        with contextlib.suppress(OSError, KeyError):
            sizes.append(f"{Sample.of(pid).memory >> 20}")
    print(f"{time.monotonic() - began:5.0f} s: {' '.join(sizes)} MB", file=sys.stderr, flush=True)


def _target(query: str) -> str:
    return f"/sparql?{urlencode({'query': query.encode('utf-8', 'replace')})}"


def _requests(random_: random.Random) -> Callable[[], tuple[str, str]]:
    """Return a source of requests: kind and target."""
    hostile = [target for query, _ in HOSTILE.values() if len(target := _target(query)) < 60_000]
    kinds: list[tuple[str, Callable[[], str], int]] = [
        ("cached", lambda: _target(f"{TINY} #{random_.randrange(CACHED)}"), 30),
        ("short", lambda: _target(f"{TINY[:-1]} FILTER(RAND() < 2) }}"), 30),
        ("page", lambda: random_.choice(PAGES), 15),
        (
            "search",
            lambda: f"/search.json?q={quote(random_.choice(('momoe', '重慶', 'wong')))}",
            10,
        ),
        ("star", lambda: _target(f"{STAR[:-1]} FILTER(RAND() < 2) }}"), 10),
        ("hostile", lambda: random_.choice(hostile), 5),
    ]
    weights = [weight for *_, weight in kinds]

    def draw() -> tuple[str, str]:
        [(kind, make, _)] = random_.choices(kinds, weights)
        return kind, make()

    return draw


async def _exchange(port: int, target: str) -> str:
    """Send one request, read the answer to its end, and return its status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            "Accept: application/sparql-results+json, application/n-triples, text/html\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        rest = await reader.read()
        status = head.split()[1].decode()
        is_cut = b"chunked" in head.lower() and not rest.endswith(b"0\r\n\r\n")
        return f"{status}, broken off" if is_cut else status
    except (OSError, EOFError):
        return "no answer"
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _leave(port: int, after_s: float) -> None:
    """Ask a query without an end, and leave."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {_target(SLOW)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    await asyncio.sleep(after_s)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _read_slowly(port: int, seconds: float) -> None:
    """Read an answer of many rows, one byte a second."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
    writer.write(f"GET {_target(ROWS)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    until = time.monotonic() + seconds
    with contextlib.suppress(OSError):
        while time.monotonic() < until and await reader.read(1):
            await asyncio.sleep(1)
    writer.close()


async def _load(
    server: Server, seconds: float, answers: Counter[str], seed: int, every: float, pause: float
) -> Sample:
    """Load the server, and return the peak of each figure."""
    draw = _requests(random.Random(seed))
    until = time.monotonic() + seconds

    async def repeat(one: Callable[[], Awaitable[None]]) -> None:
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                await one()

    async def ask() -> None:
        kind, target = draw()
        answers[f"{kind}: {await _exchange(server.port, target)}"] += 1
        await asyncio.sleep(pause)

    async def leave() -> None:
        await _leave(server.port, 0.3)
        answers["left"] += 1
        await asyncio.sleep(pause)

    peak = Sample.of(server.process.pid)

    async def watch() -> None:
        nonlocal peak
        await asyncio.sleep(0.2)
        now = Sample.of(server.process.pid)
        peak = Sample(*(max(pair) for pair in zip(_figures(peak), _figures(now), strict=True)))

    began = time.monotonic()

    async def show() -> None:
        await asyncio.sleep(min(every, seconds))
        print_memory(server, began)

    await asyncio.gather(
        *(repeat(one) for one in (*[ask] * CLIENTS, leave, watch, *([show] if every else []))),
        _read_slowly(server.port, seconds),
    )
    return peak


def _figures(sample: Sample) -> tuple[int, int, int]:
    return sample.memory, sample.threads, sample.descriptors


def _cpu_after_leaving(server: Server) -> float:
    async def two() -> None:
        await asyncio.gather(*(_leave(server.port, 0.7) for _ in range(2)))

    asyncio.run(two())
    time.sleep(0.5)
    before = server.cpu_s()
    time.sleep(0.8)
    return server.cpu_s() - before


def soak(server: Server, seconds: float, every: float = 0, pause: float = 0) -> Report:
    """Load a server for some time, and compare it before and after.

    Args:
        server: It must have a limit for the time of a query.
        seconds: Duration of the load.
        every: Seconds between two prints of the memory of all processes; 0 prints none.
        pause: Seconds that each client waits after a request.
    """
    answers: Counter[str] = Counter()
    pid = server.process.pid
    for page in PAGES:
        server.get(page)
    asyncio.run(_load(server, seconds / 5, answers, 1, every, pause))
    time.sleep(CALM_S)
    before = Sample.of(pid)
    peak = asyncio.run(_load(server, seconds * 4 / 5, answers, 2, every, pause))
    time.sleep(CALM_S)
    after = Sample.of(pid)
    leaving = _cpu_after_leaving(server)
    return Report(before, after, peak, answers, leaving, server.process.poll() is None)


def command(port: int) -> list[str]:
    """Return the command that starts the server for a soak."""
    program = Path(sysconfig.get_path("scripts")) / "allusion"
    return [str(program), "serve", "--no-open", "--timeout", str(LIMIT_S), "--query-share", "100000",
            "--port", str(port)]  # fmt: skip


def main() -> None:
    """Print the report as a table in Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--every", type=float, default=0)
    parser.add_argument("--pause", type=float, default=0)
    asked = parser.parse_args()
    port = free_port()
    with started(command(port), port, "/sparql") as server:
        found = soak(server, asked.seconds, asked.every, asked.pause)
    before, after, peak = found.before, found.after, found.peak
    print(
        f"| {asked.seconds:,.0f} s, {found.answers.total():,} requests | before | after | peak under load |"
    )
    print("|---|---|---|---|")
    print(f"| memory of the main process | {before.memory >> 20} MB | {after.memory >> 20} MB "
          f"({found.growth:+.1%}) | {peak.memory >> 20} MB |")  # fmt: skip
    print(f"| threads | {before.threads} | {after.threads} | {peak.threads} |")
    print(f"| file descriptors | {before.descriptors} | {after.descriptors} | {peak.descriptors} |")
    print(f"\nrestarts of the main process: {0 if found.is_alive else 1}; CPU in 0.8 s, from 0.5 s "
          f"after two clients have left: {found.leaving_cpu:.2f} s")  # fmt: skip
    print(", ".join(f"{n:,} x {kind}" for kind, n in sorted(found.answers.items())))


if __name__ == "__main__":
    main()
