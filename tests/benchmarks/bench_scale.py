"""Paths and measures on a large store: CPU, memory, and ratios to networkx and the raw engine.

Run: ``uv run python tests/benchmarks/bench_scale.py FILE FOLDER``. FILE is for example that of
``make_data.py films``. It is loaded by the engine alone, without options, into a named graph, and
with names and inferred statements; FOLDER must not exist. Then each command is a process of its
own. CPU is user + system time, memory the peak of the process. "ratio" is to the first row of
the part: to the engine, which loads the file, or reads every triple; and to the same commands by
records and networkx, which read the whole graph.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from measured_process import COMMAND, measure

from allusion.core.vocabulary import BASE
from allusion.store.adjacency_index import AdjacencyIndex

_BULK_LOAD = """
import sys, pyoxigraph as ox
store = ox.Store(sys.argv[2])
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES)
store.flush()
"""
_SCAN = """
import sys, pyoxigraph as ox
from collections import deque
store = ox.Store.read_only(sys.argv[1] + "/store")
deque(store.quads_for_pattern(None, None, None, ox.DefaultGraph()), maxlen=0)
"""
_RECORDS = """
import sys
import allusion
from allusion.network.paths.search import find_paths
kg = allusion.open(store=sys.argv[1])
network = kg.network(records=True)
find_paths(network, sys.argv[2], sys.argv[3])
kg.rank("referred")
"""
_INDEX = """
import sys, time
from pathlib import Path
from allusion.store.adjacency_index import AdjacencyIndex
began = time.process_time()
AdjacencyIndex.open(Path(sys.argv[1]))
print(f"{(time.process_time() - began) * 1000:.1f} ms", file=sys.stderr)
"""


def print_part(title: str, commands: Mapping[str, tuple[str, ...]]) -> None:
    """Measure commands, and print a row for each with its ratio to the first."""
    print(f"\n{'CPU s':>8}  {'peak MB':>7}  {'ratio':>6}  {title}")
    base = 0.0
    for name, (code, *arguments) in commands.items():
        # On a busy machine a query can exceed the usual time limit.
        done = measure(code, *arguments, allowed=(0, 1), ALLUSION_TIMEOUT="600")
        base = base or done.cpu_s
        last = done.errors.strip().rpartition("\n")[2]
        print(
            f"{done.cpu_s:8.2f}  {done.peak_mb:7.0f}  {done.cpu_s / base:6.2f}  {name}   {last[:90]}",
            flush=True,
        )


def loads(file: str, folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the commands that load a file into new folders in ``folder``."""
    graph = ("--graph", "urn:allusion:loaded")
    options = {
        "": (),
        "--graph": graph,
        "--graph --names": (*graph, "--names"),
        "--graph --names --infer": (*graph, "--names", "--infer"),
    }
    return {"engine: bulk_load": (_BULK_LOAD, file, str(folder / "engine"))} | {
        f"allusion load {name}": (
            (COMMAND, "load", file, *more, "--into", str(folder / f"load{name.replace(' ', '')}"))
        )
        for name, more in options.items()
    }


def main() -> None:
    """Print a row per command."""
    file, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir()
    print_part("load, against the engine alone", loads(file, folder))
    named = folder / "load--graph--names"
    store = str(named)
    index = AdjacencyIndex.open(named)
    assert index
    films = index.register(BASE, ("film",)).nonzero()[0]
    ends = [index.iri(int(films[len(films) * place // 10])) for place in (2, 7)]
    page, focus = str(folder / "page.html"), str(folder / "focus.svg")
    print(f"\n{len(index):,} entities with edges, {len(index.origin):,} edges")
    commands = {
        "engine: read every triple": (_SCAN, store),
        "open the index": (_INDEX, store),
        "allusion path": (COMMAND, "path", *ends, "--store", store),
        "allusion path --all": (COMMAND, "path", *ends, "--all", "--store", store),
        "allusion show": (COMMAND, "show", ends[0], "--store", store),
        "allusion rank referred": (COMMAND, "rank", "referred", "--store", store),
        "allusion rank bridges": (COMMAND, "rank", "bridges", "--store", store),
        "allusion rank communities": (COMMAND, "rank", "communities", "--store", store),
        "allusion stats": (COMMAND, "stats", "--store", store),
        "focus picture": (COMMAND, "view", ends[0], "-o", focus, "--store", store),
        "page of 5,000": (COMMAND, "view", ends[0], "-o", page, "--store", store),
        "page of 20,000": (
            *(COMMAND, "view", ends[0], "--max-entities", "20000"),
            *("-o", page, "--store", store),
        ),
    }
    print_part("commands, against the engine reading every triple", commands)
    print_part(
        "path and rank, against records and networkx",
        {
            "records and networkx: path and rank referred": (_RECORDS, store, *ends),
            "allusion path": commands["allusion path"],
            "allusion rank referred": commands["allusion rank referred"],
        },
    )


if __name__ == "__main__":
    main()
