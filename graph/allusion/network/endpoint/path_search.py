"""Search of shortest paths in an endpoint, by queries about the entities reached so far.

Breadth-first search from both ends reads the edges of one level after the other, on the side
with fewer entities first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final

from ...core.errors import QueryStopped
from ...core.terms import shorten
from ...core.vocabulary import AL, PART_PROPERTIES
from ...store import select
from ...store.adjacency_index import IndexedEdge
from ..paths.frontier_search import FrontierSearch
from ..paths.rules import PathRules, count_hops, is_hub
from .connections import CLASSES
from .edge_reader import EdgeReader
from .neighborhood import EndpointNeighborhood

#: Entities of one level of a search.
MAX_FRONTIER: Final = 20_000
_CONNECTION_KINDS: Final = f"""SELECT DISTINCT ?kind WHERE {{
  VALUES ?class {{ {CLASSES} }} ?connection a ?class ; al:kind ?kind }}"""
_OTHER_KINDS: Final = f"""SELECT DISTINCT ?kind WHERE {{
  {{ ?statement al:role|al:relationshipType ?kind }}
  UNION {{ VALUES ?kind {{ al:performer {" ".join(f"al:{name}" for name in PART_PROPERTIES)} }}
           FILTER EXISTS {{ ?one ?kind ?other }} }} }}"""


class EndpointSearch(FrontierSearch):
    """Search in an endpoint; see `allusion.network.paths.search.PathSearch`.

    Args:
        neighborhood: Reads the records of the entities on the paths.
        max_frontier: Maximum number of entities of one level.
    """

    def __init__(
        self, neighborhood: EndpointNeighborhood, max_frontier: int = MAX_FRONTIER
    ) -> None:
        super().__init__(neighborhood)
        self._endpoint, self._max_frontier = neighborhood.reader, max_frontier
        self._reader = EdgeReader(self._endpoint)
        self._near: dict[tuple[str, bool], list[IndexedEdge]] = {}

    def kinds(self) -> tuple[set[str], set[str]]:
        """Return the kinds of connections, and those of other edges."""
        found = []
        for query in (_CONNECTION_KINDS, _OTHER_KINDS):
            kinds = (row[0] for row in select(self._endpoint, query))
            found.append({str(kind).removeprefix(AL).rsplit("/", 1)[-1] for kind in kinds if kind})
        return found[0], found[1]

    def edges_at(self, nodes: Collection[str]) -> list[IndexedEdge]:
        """Return the edges at entities; those between two of them with all their sources."""
        return self._reader.edges(nodes, evidence=True)

    def nodes_on_paths(
        self, ends: tuple[str, str], rules: PathRules, *, with_doubtful: bool
    ) -> set[str]:
        """Return the entities on shortest paths; none if there is no path.

        Raises:
            QueryStopped: If a limit is reached before.
        """
        sides = [_Side(end) for end in ends]
        while sides[0].depth + sides[1].depth < rules.max_hops:
            side, far = sorted(sides, key=lambda one: len(one.levels[-1]))
            steps = self._steps(side.levels[-1], ends, rules, with_doubtful=with_doubtful)
            met = side.add(steps) & far.levels[-1]
            if met:
                return {node for one in sides for node in one.before(met)}
            if not side.levels[-1]:
                return set()
            if len(side.levels[-1]) > self._max_frontier:
                raise QueryStopped(
                    f"stopped at {len(side.levels[-1]):,} entities that are "
                    f"{count_hops(side.depth)} from "
                    f"{shorten(side.start)}; the limit is {self._max_frontier:,}",
                    "max_frontier",
                )
        return set()

    def _steps(
        self,
        nodes: Collection[str],
        ends: tuple[str, str],
        rules: PathRules,
        *,
        with_doubtful: bool,
    ) -> Iterable[tuple[str, str]]:
        """Yield the steps that the rules allow from some entities."""
        by_connections = {
            node: not rules.credits or (not rules.hubs and node not in ends and is_hub(node))
            for node in nodes
        }
        self._read(by_connections)
        for node, only_connections in by_connections.items():
            for edge in self._near[node, only_connections]:
                is_known = with_doubtful or not edge.is_doubtful
                if is_known and rules.allows(edge, ends):
                    yield node, edge.target if edge.origin == node else edge.origin

    def _read(self, by_connections: dict[str, bool]) -> None:
        """Read the edges at entities, of some only their connections."""
        for only_connections in (False, True):
            new = {
                node
                for node, only in by_connections.items()
                if only is only_connections and (node, only) not in self._near
            }
            if not new:
                continue
            self._near |= {(node, only_connections): [] for node in new}
            for edge in self._reader.edges(new, only_connections=only_connections):
                for node in {edge.origin, edge.target} & new:
                    self._near[node, only_connections].append(edge)


class _Side:
    """One of the two breadth-first searches."""

    def __init__(self, start: str) -> None:
        self.start = start
        self.levels = [{start}]
        self._seen = {start}
        self._before: dict[str, set[str]] = defaultdict(set)

    @property
    def depth(self) -> int:
        return len(self.levels) - 1

    def add(self, steps: Iterable[tuple[str, str]]) -> set[str]:
        """Add the next level, which some steps reach, and return it."""
        reached: set[str] = set()
        for node, other in steps:
            if other not in self._seen:
                self._before[other].add(node)
                reached.add(other)
        self._seen |= reached
        self.levels.append(reached)
        return reached

    def before(self, nodes: Collection[str]) -> set[str]:
        """Return entities with all those on shortest paths to them."""
        found = set(nodes)
        level = found
        while level := {one for node in level for one in self._before[node]} - found:
            found |= level
        return found
