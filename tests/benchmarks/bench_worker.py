"""What a worker process costs: ad hoc queries through it against direct calls, in one run.

Run: ``uv run python tests/benchmarks/bench_worker.py [RUNS]``. Both answer the same queries in
turn, down to typed rows in Python. Wall time on a session that is warm: the median, and the
quickest, which other work on the machine disturbs least; then how long a first query waits for
its worker, and how late a time limit stops one.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from allusion import open as open_graph
from allusion.core.errors import QueryStopped
from allusion.knowledge_graph import KnowledgeGraph
from allusion.sparql.limits import Limits
from allusion.store.interface import Answer
from allusion.store.oxigraph import OxigraphStore
from allusion.store.sandbox.store import WorkerStore

QUERIES = {
    "ASK {}": "ASK {}",
    "one label": "SELECT ?label { film:chungking-express rdfs:label ?label } LIMIT 1",
    "100 rows": "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 100",
    "10,000 rows": "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 10000",
    "whole graph": "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }",
    "aggregate": "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
}
#: Runs of one kind follow each other, as they do in a session, then those of the other.
BLOCKS = 9
CANNED = "what-it-refers-to"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(?a = ?none) }"


def seconds(run: Callable[[], Answer]) -> float:
    """Wall time until the last row of an answer is there."""
    began = time.perf_counter()
    answer = run()
    if not isinstance(answer, bool):
        for _ in answer:
            pass
    return time.perf_counter() - began


def compare(direct: OxigraphStore, worker: WorkerStore, query: str, runs: int) -> None:
    """Print a row: milliseconds each way, the difference and the ratio."""
    here, there = [], []
    for _ in range(BLOCKS):
        here += [seconds(lambda: direct.query(query)) for _ in range(runs)]
        there += [seconds(lambda: worker.query(query)) for _ in range(runs)]
    for pick in (statistics.median, min):
        a, b = (pick(times) * 1000 for times in (here, there))
        print(f"{a:9.3f}  {b:9.3f}  {b - a:+9.3f}  {b / a:5.2f}", end="  | ")


def first_and_late(path: Path, runs: int) -> tuple[float, float]:
    """Seconds that a first query takes, and seconds that a limit of 0.2 s is late."""
    first, late = [], []
    for _ in range(runs):
        worker = WorkerStore(path)
        first.append(seconds(lambda: worker.query("ASK {}")))  # noqa: B023 (called at once)
        began = time.perf_counter()
        try:
            list(worker.query(ENDLESS, Limits(timeout=0.2)))  # type: ignore[arg-type]
        except QueryStopped:
            late.append(time.perf_counter() - began - 0.2)
        worker.close()
    return statistics.median(first), statistics.median(late)


def main(runs: int) -> None:
    """Print the table."""
    graph: KnowledgeGraph = open_graph()
    path = graph.embedded.path
    assert path is not None
    worker = WorkerStore(path)
    worker.query("ASK {}")
    print(f"{'median of all':38}  | {'the quickest':38}  | query")
    print(f"{'direct ms':>9}  {'worker ms':>9}  {'more ms':>9}  ratio  | " * 2)
    for name, query in (QUERIES | {CANNED: graph.query_text(CANNED)}).items():
        size = len(graph.sparql(query)) if not query.startswith("ASK") else 1  # type: ignore[arg-type]
        compare(graph.embedded, worker, query, 2 if size > 1000 else runs * 5)
        print(name)
    worker.close()
    first, late = first_and_late(path, runs)
    print(
        f"first query of a session {first * 1000:.0f} ms; a time limit is {late * 1000:.0f} ms late"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
