"""Breadth-first search of shortest paths on Spark, from both ends.

A level is a data frame of entities; joins with the edges give the next one. Only the entities on
shortest paths, and their edges, come back to this machine.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ...core.errors import QueryStopped
from ...core.vocabulary import FAMILIES
from ...store.adjacency_index import IndexedEdge
from ..neighborhood import StoreNeighborhood
from ..paths.frontier_search import FrontierSearch
from ..paths.rules import PathRules
from .edges import collect_edges, usable_steps

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: Entities on shortest paths that come back to this machine.
MAX_ON_PATHS: Final = 100_000


class SparkSearch(FrontierSearch):
    """Search in a table of edges; see `allusion.network.paths.search.PathSearch`.

    Args:
        edges: The table.
        neighborhood: Reads the records of the entities on the paths.
    """

    def __init__(self, edges: DataFrame, neighborhood: StoreNeighborhood) -> None:
        super().__init__(neighborhood)
        self._edges = edges

    @cached_property
    def has_doubtful(self) -> bool:
        """Whether there are doubtful connections."""
        return not self._edges.where("doubtful").isEmpty()

    def kinds(self) -> tuple[set[str], set[str]]:
        """Return the kinds of connections, and those of other edges."""
        rows = self._edges.select("family", "kind").distinct().collect()
        connections = {row.kind for row in rows if row.family in FAMILIES}
        return connections, {row.kind for row in rows if row.family not in FAMILIES}

    def edges_at(self, nodes: Collection[str]) -> list[IndexedEdge]:
        """Return the edges at entities."""
        return collect_edges(self._edges, nodes)

    def nodes_on_paths(
        self, ends: tuple[str, str], rules: PathRules, *, with_doubtful: bool
    ) -> set[str]:
        """Return the entities on shortest paths; none if there is no path.

        Raises:
            QueryStopped: If more than `MAX_ON_PATHS` are on shortest paths.
        """
        steps = usable_steps(self._edges, ends, rules, with_doubtful=with_doubtful)
        steps = steps.persist()
        try:
            sides = [_Side(steps, end) for end in ends]
            while sides[0].depth + sides[1].depth < rules.max_hops:
                side, far = sorted(sides, key=lambda one: one.counts[-1])
                reached, met = side.advance(far.levels[-1])
                if met:
                    both = side.levels[-1].join(far.levels[-1], "id", "leftsemi")
                    return _collect([both, *(part for one in sides for part in one.before(both))])
                if not reached:
                    break
            return set()
        finally:
            steps.unpersist()


class _Side:
    """One of the two breadth-first searches.

    Attributes:
        levels: Data frames with the column ``id``, by distance.
        counts: Number of entities of each level.
    """

    def __init__(self, steps: DataFrame, start: str) -> None:
        self._steps = steps
        self.levels = [steps.sparkSession.createDataFrame([(start,)], "id STRING")]
        self.counts = [1]
        self._seen = self.levels[0]

    @property
    def depth(self) -> int:
        return len(self.levels) - 1

    def advance(self, far: DataFrame) -> tuple[int, int]:
        """Add the next level; return the number of its entities, and of those in ``far``."""
        from pyspark.sql import functions as f

        reached = self._reach(self.levels[-1]).join(self._seen, "id", "leftanti").localCheckpoint()
        self._seen = self._seen.union(reached)
        self.levels.append(reached)
        met = reached.join(far.withColumn("is_met", f.lit(True)), "id", "left")
        row = met.agg(f.count("id").alias("all"), f.count("is_met").alias("met")).collect()[0]
        self.counts.append(row["all"])
        return row["all"], row["met"]

    def before(self, met: DataFrame) -> list[DataFrame]:
        """Return the entities of each level that are on shortest paths to some of the last."""
        found = []
        for level in reversed(self.levels[:-1]):
            met = self._reach(met).join(level, "id", "leftsemi").localCheckpoint()
            found.append(met)
        return found

    def _reach(self, level: DataFrame) -> DataFrame:
        from pyspark.sql import functions as f

        found = self._steps.join(level, f.col("node") == f.col("id"), "leftsemi")
        return found.select(f.col("other").alias("id")).distinct()


def _collect(parts: list[DataFrame]) -> set[str]:
    found: set[str] = set()
    for part in parts:
        found |= {row.id for row in part.limit(MAX_ON_PATHS).collect()}
        if len(found) >= MAX_ON_PATHS:
            raise QueryStopped(
                f"stopped at {MAX_ON_PATHS:,} entities on shortest paths (limit)", "max_on_paths"
            )
    return found
