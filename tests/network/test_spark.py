"""Paths and rankings on Spark equal those of the index, on small random graphs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest

pytestmark = pytest.mark.slow

#: One session for all, because a JVM starts slowly; without pytest, because Spark warns.
SCRIPT = """
import json, random, sys, warnings
warnings.simplefilter("ignore")

from pathlib import Path
import allusion.network.spark.edges
from allusion.core.errors import DataError, QueryStopped
from allusion.core.model import Entity
from allusion.core.vocabulary import EDGE_FAMILIES, FAMILIES
from allusion.network.centrality import rank
from allusion.network.edge_table import COLUMNS, edge_lines, rows_of_index
from allusion.network.paths.indexed_search import IndexedConnections, IndexedSearch
from allusion.network.paths.rules import PathRules
from allusion.network.spark.edges import collect_edges, read_edges
from allusion.network.spark.path_search import SparkSearch
from allusion.network.spark.referred import rank_referred
from allusion.store.adjacency_index import AdjacencyIndex, IndexedEdge
from random_graphs import NODES


class Names:
    def outlines(self, nodes):
        return {iri: Entity(iri, "film", "Film", {"en": iri}) for iri in nodes}


def edge(dice, number):
    family = dice.choice(EDGE_FAMILIES)
    doubtful = family in FAMILIES and dice.random() < 0.2
    return IndexedEdge(str(number), dice.choice(NODES), dice.choice(NODES), family,
                       dice.choice(("one", "two")), doubtful, dice.randrange(3))



found = []
for seed in range(5):
    dice = random.Random(seed)
    index = AdjacencyIndex.of([edge(dice, number) for number in range(18)])
    table = Path(sys.argv[1]) / f"{seed}.csv"
    table.write_text("".join(edge_lines(rows_of_index(index))))
    rules = PathRules(dice.choice(((), ("one",))), dice.random() < 0.8, dice.random() < 0.5)
    ends = tuple(dice.sample(NODES, 2))
    with read_edges(str(table), "local[2]") as edges:
        here, there = IndexedSearch(index, None), SparkSearch(edges, Names())
        for asked in (rules, PathRules()):
            for doubtful in (False, True):
                pair = [one.shortest_paths(ends, asked, with_doubtful=doubtful) for one in (here, there)]
                found.append([f"paths {seed} {asked} {doubtful}", *pair])
        found.append([f"kinds {seed}", *(list(map(sorted, one.kinds())) for one in (here, there))])
        kinds, families = dice.choice(((), ("film", "person"))), dice.choice(((), ("reference",)))
        ranked = [rank(IndexedConnections(index, Names()), "referred", kinds, families, 4),
                  rank_referred(edges, Names(), kinds, families, 4)]
        found.append([f"rank {seed}", *(one.write("csv") for one in ranked)])
reversed_table = Path(sys.argv[1]) / "reversed.csv"
reversed_table.write_text(
    f"target,origin,{','.join(COLUMNS[2:])}\\n{NODES[1]},{NODES[0]},reference,one,false,1\\n"
)
with read_edges(str(reversed_table), "local[2]") as edges:
    [row] = edges.collect()
    found.append(["columns", [row.origin, row.target], NODES[:2]])
    allusion.network.spark.edges.MAX_EDGES = 0
    try:
        collect_edges(edges, NODES[:1])
    except QueryStopped as stop:
        found.append(["limit", str(stop)[:18], "stopped at 0 edges"])
wrong = Path(sys.argv[1]) / "wrong.csv"
wrong.write_text("from,to\\na,b\\n")
try:
    with read_edges(str(wrong), "local[2]"):
        pass
except DataError as error:
    found.append(["wrong columns", error.faults[0].problem, "has the columns from, to"])
print(json.dumps(found))
"""


def test_spark_gives_the_paths_and_ranks_of_the_index(tmp_path: Path) -> None:
    for name, there in (("java", which("java")), ("pyspark", find_spec("pyspark"))):
        if not there:
            pytest.skip(f"{name} is not there: uv sync --group test --group spark; Java 17")
    support = Path(__file__).parents[1] / "support"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(support), *sys.path))},
        capture_output=True, text=True, timeout=580,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found) == 33
    assert sum(bool(here) for name, here, _ in found if name.startswith("paths")) > 5
    for name, here, there in found:
        assert here == there, name
