"""Twelve shapes of query on six engines, over the same triples.

Run ``python tests/benchmarks/bench_engines.py [--triples 100000] [--timeout 20]``. Each engine
loads the same N-Triples (``make_data.py skewed``) and answers the same texts, warm: embedded ones
down to the rows in Python, servers down to the rows in the parsed JSON, over HTTP on loopback.
The figure is the median of wall time in milliseconds; ``>20 s`` is a query that was stopped
there. An answer with another number of rows than ours is marked with ``!`` and that number. The
Oxigraph server comes with ``pip install oxigraph``, Virtuoso with Debian's
``virtuoso-opensource``; an engine that is not there is left out and named.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

import pyoxigraph as ox
import rdflib
from make_data import skewed, write
from servers import free_port, running, virtuoso_ini
from shapes import PREFIXES, SHAPES, timed

from allusion.build.bulk_load import load
from allusion.core.resources import locate
from allusion.store.oxigraph import OxigraphStore

Ask = Callable[[str], int]
Engine = Callable[[Path, Path, float], Iterator[Ask]]


def ours(file: Path, folder: Path, _timeout: float) -> Iterator[Ask]:
    """What `allusion load` makes, asked as canned queries are."""
    load([file], folder / "allusion", locate())
    store = OxigraphStore(folder / "allusion" / "store")
    yield lambda query: len(list(store.query(query)))  # type: ignore[arg-type]


def ours_in_memory(file: Path, _folder: Path, _timeout: float) -> Iterator[Ask]:
    """The same in memory, as ``store="memory"``."""
    store = OxigraphStore()
    store.engine.bulk_load(path=file, format=ox.RdfFormat.N_TRIPLES)
    yield lambda query: len(list(store.query(query)))  # type: ignore[arg-type]


def pyoxigraph(file: Path, folder: Path, _timeout: float) -> Iterator[Ask]:
    """The engine by itself, every value of every row read."""
    store = ox.Store(str(folder / "pyoxigraph"))
    store.bulk_load(path=file, format=ox.RdfFormat.N_TRIPLES)

    def ask(query: str) -> int:
        found = store.query(query)
        assert isinstance(found, ox.QuerySolutions)
        return len([[term.value if term else None for term in row] for row in found])

    yield ask


def rdflib_memory(file: Path, _folder: Path, timeout: float) -> Iterator[Ask]:
    """rdflib with its own store in memory and its own evaluator."""
    yield _by_rdflib(rdflib.Graph(), file, timeout)


def oxrdflib(file: Path, _folder: Path, timeout: float) -> Iterator[Ask]:
    """rdflib's interface over Oxigraph in memory."""
    yield _by_rdflib(rdflib.Graph(store="Oxigraph"), file, timeout)


def _by_rdflib(graph: rdflib.Graph, file: Path, timeout: float) -> Ask:
    graph.parse(file, format="ox-nt" if str(graph.store).find("Oxigraph") >= 0 else "nt")

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)

    def ask(query: str) -> int:
        signal.setitimer(signal.ITIMER_REAL, timeout)
        try:
            return len(list(graph.query(query)))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    return ask


def oxigraph_server(file: Path, folder: Path, timeout: float) -> Iterator[Ask]:
    """The Oxigraph server, of the same version as pyoxigraph."""
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    if not program.exists():
        raise LookupError("pip install oxigraph")
    where = ["--location", str(folder / "server")]
    quietly = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([program, "load", *where, "--file", file], check=True, **quietly)  # type: ignore[call-overload]
    port = free_port()
    command = [str(program), "serve-read-only", *where, "--bind", f"127.0.0.1:{port}"]
    with running(command, port, folder):
        yield _by_http(f"http://127.0.0.1:{port}/query", timeout)


def virtuoso(file: Path, folder: Path, timeout: float) -> Iterator[Ask]:
    """Virtuoso, with memory for all of it and its bulk loader."""
    program, console = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if not program or not console:
        raise LookupError("apt-get install virtuoso-opensource")
    home = folder / "virtuoso"
    home.mkdir()
    sql, http = free_port(), free_port()
    ini = virtuoso_ini(
        sql=sql,
        http=http,
        parameters={"NumberOfBuffers": 170_000, "MaxDirtyBuffers": 130_000},
        sparql={
            "ResultSetMaxRows": 1_000_000,
            "DefaultGraph": "urn:data",
            "MaxQueryExecutionTime": int(timeout),
        },
    )
    (home / "virtuoso.ini").write_text(ini)
    shutil.copy(file, home / "data.nt")
    with running([program, "+foreground", "+configfile", "virtuoso.ini"], http, home):
        subprocess.run(
            [console, f"127.0.0.1:{sql}", "dba", "dba"],
            input="ld_dir('.', 'data.nt', 'urn:data');\nrdf_loader_run();\ncheckpoint;\n",
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        ask = _by_http(f"http://127.0.0.1:{http}/sparql", timeout)
        if not ask("SELECT * WHERE { ?s ?p ?o } LIMIT 1"):
            raise LookupError("its loader loaded nothing")
        yield ask


def _by_http(address: str, timeout: float) -> Ask:
    def ask(query: str) -> int:
        request = urllib.request.Request(
            f"{address}?{urllib.parse.urlencode({'query': query})}",
            headers={"Accept": "application/sparql-results+json"},
        )
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return len(json.load(response)["results"]["bindings"])

    return ask


ENGINES: Final[dict[str, Engine]] = {
    "allusion": ours,
    "in memory": ours_in_memory,
    "pyoxigraph": pyoxigraph,
    "oxrdflib": oxrdflib,
    "Oxigraph server": oxigraph_server,
    "Virtuoso": virtuoso,
    "rdflib": rdflib_memory,
}


def column(engine: Engine, file: Path, timeout: float, wanted: dict[str, int]) -> list[str]:
    """The cells of one engine: seconds to load, then milliseconds for each shape."""
    with (
        tempfile.TemporaryDirectory() as name,
        contextmanager(engine)(file, Path(name), timeout) as ask,
    ):
        cells = []
        for shape, query in SHAPES.items():
            try:
                seconds, rows = timed(lambda query=query: ask(PREFIXES + query))  # type: ignore[misc]
            except (TimeoutError, OSError):
                cells.append(f">{timeout:g} s")
                continue
            other = f" !{rows}" if wanted.setdefault(shape, rows) != rows else ""
            cells.append(f"{seconds * 1000:.2f}{other}")
    return cells


def main() -> None:
    """Print the table in Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--timeout", type=float, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "skewed.nt")
        count = write(skewed(asked.triples), file)
        wanted: dict[str, int] = {}
        table: dict[str, list[str]] = {}
        for name, engine in ENGINES.items():
            print(f"{name} ...", file=sys.stderr)
            try:
                table[name] = column(engine, file, asked.timeout, wanted)
            except LookupError as error:
                print(f"{name} is left out: {error}", file=sys.stderr)
    print(f"{count:,} triples, milliseconds\n")
    print(f"| shape | rows | {' | '.join(table)} |")
    print(f"|---|{'---:|' * (len(table) + 1)}")
    for index, shape in enumerate(SHAPES):
        cells = " | ".join(cells[index] for cells in table.values())
        print(f"| {shape} | {wanted.get(shape, 0):,} | {cells} |")


if __name__ == "__main__":
    main()
