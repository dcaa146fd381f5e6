"""Search of shortest paths and of connections in the adjacency index of a store.

Breadth-first search from both ends finds the entities on shortest paths; they form a directed
acyclic graph by distance, from which the cheapest paths are taken in order of cost. The rules and
the costs are those of `allusion.network.paths.search`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ...core.model import Entity
from ...core.vocabulary import BASE, EDGE_FAMILIES, FAMILIES, HUBS, register_of
from ...store.adjacency_index import AdjacencyIndex
from ..neighborhood import StoreNeighborhood
from ..networkx_graph import get_entity
from .results import EntityPath
from .rules import PathRules, step_cost
from .search import MAX_COUNTED, NetworkSearch

_CONNECTIONS: Final = len(FAMILIES)  # the first families of an index are those of connection
_Numbers = npt.NDArray[np.intp]


class IndexedSearch:
    """Search in the adjacency index of a store; see `allusion.network.paths.search.PathSearch`.

    Args:
        index: The index.
        neighborhood: Reads the records of the entities on the paths.
    """

    def __init__(self, index: AdjacencyIndex, neighborhood: StoreNeighborhood) -> None:
        self.index, self.neighborhood = index, neighborhood
        self._edges: dict[tuple[tuple[str, str], PathRules, bool], UsableEdges | None] = {}

    @property
    def size(self) -> int:
        """Number of entities with edges."""
        return len(self.index)

    @property
    def has_doubtful(self) -> bool:
        """Whether there are doubtful connections."""
        return bool(self.index.doubtful.any())

    def kinds(self) -> tuple[set[str], set[str]]:
        """Return the kinds of connections, and those of other edges."""
        is_connection = self.index.family < _CONNECTIONS
        first, second = (
            {self.index.kinds[number] for number in np.unique(self.index.kind[mask]).tolist()}
            for mask in (is_connection, ~is_connection)
        )
        return first, second

    def entities(self, *iris: str) -> tuple[Entity, ...]:
        """Return the records of entities."""
        network = self.neighborhood.subgraph(iris)
        return tuple(get_entity(network, iri) for iri in iris)

    def is_isolated(self, iri: str) -> bool:
        """Return whether no edge ends at an entity."""
        return self.index.number(iri) is None

    def shortest_paths(
        self, ends: tuple[str, str], rules: PathRules, *, with_doubtful: bool = False
    ) -> list[list[str]]:
        """Return the shortest paths, cheapest first, at most one more than are counted."""
        edges = self._usable(ends, rules, with_doubtful=with_doubtful)
        if edges is None:
            return []
        found = edges.shortest_paths(rules.max_hops, MAX_COUNTED + 1)
        return [list(map(self.index.iri, path)) for path in found]

    def has_step(self, ends: tuple[str, str], rules: PathRules, step: tuple[str, str]) -> bool:
        """Return whether the rules allow an edge that joins two entities."""
        edges = self._usable(ends, rules)
        one, other = map(self.index.number, step)
        return edges is not None and one is not None and other is not None and edges.has(one, other)

    def build_paths(
        self, ends: tuple[str, str], rules: PathRules, paths: Sequence[Sequence[str]]
    ) -> tuple[EntityPath, ...]:
        """Return paths with their statements, which are read from the store."""
        nodes = dict.fromkeys(node for path in paths for node in path)
        return NetworkSearch(self.neighborhood.subgraph(nodes)).build_paths(ends, rules, paths)

    def _usable(
        self, ends: tuple[str, str], rules: PathRules, *, with_doubtful: bool = False
    ) -> UsableEdges | None:
        """Return the edges that the rules allow; None if an end has no edge."""
        key = ends, rules, with_doubtful
        if key not in self._edges:
            start, end = map(self.index.number, ends)
            self._edges[key] = (
                None
                if start is None or end is None
                else UsableEdges(
                    self.index,
                    (start, end),
                    via=rules.via,
                    credits=rules.credits,
                    hubs=() if rules.hubs else HUBS,
                    with_doubtful=with_doubtful,
                )
            )
        return self._edges[key]


class StoredConnections:
    """The ends of connections, without records; see `allusion.network.centrality`.

    Args:
        neighborhood: Reads the records of the ranked entities.
    """

    def __init__(self, neighborhood: StoreNeighborhood) -> None:
        self.neighborhood = neighborhood

    def kind(self, iri: str) -> str:
        """Return the kind of an entity."""
        return register_of(iri) if iri.startswith(BASE) else ""

    def entities(self, iris: Collection[str]) -> dict[str, Entity]:
        """Return names, types and years of entities."""
        return self.neighborhood.outlines(iris)


class IndexedConnections(StoredConnections):
    """The connections of a store by its index.

    Args:
        index: The index.
        neighborhood: Reads the records of the ranked entities.
    """

    def __init__(self, index: AdjacencyIndex, neighborhood: StoreNeighborhood) -> None:
        super().__init__(neighborhood)
        self.index = index

    def connections(self, families: Collection[str]) -> list[IndexedConnection]:
        """Return the connections that are not doubtful, ordered by IRI."""
        wanted = [number for number, name in enumerate(EDGE_FAMILIES) if name in families]
        kept = np.flatnonzero(np.isin(self.index.family, wanted) & ~self.index.doubtful)
        origin, target = self.index.origin[kept], self.index.target[kept]
        ends = np.unique(np.concatenate((origin, target))).tolist()
        iris = dict(zip(ends, map(self.index.iri, ends), strict=True))
        return [
            IndexedConnection(iris[one], iris[other], EDGE_FAMILIES[family])
            for one, other, family in zip(
                origin.tolist(), target.tolist(), self.index.family[kept].tolist(), strict=True
            )
        ]


class IndexedConnection(NamedTuple):
    """A connection as the measures read it."""

    origin: str
    target: str
    family: str


class UsableEdges:
    """The edges of an index that a path may use.

    Args:
        index: The index.
        ends: Numbers of both ends.
        via: Families or kinds of edges; () means all.
        credits: Use the families "credit", "story" and "part" too.
        hubs: Names of registers through which no path leads by credits and parts.
        with_doubtful: Use doubtful connections too.
    """

    def __init__(
        self,
        index: AdjacencyIndex,
        ends: tuple[int, int],
        *,
        via: tuple[str, ...] = (),
        credits: bool = True,  # noqa: A002 (as in the rules)
        hubs: tuple[str, ...] = (),
        with_doubtful: bool = False,
    ) -> None:
        self.index, self.ends = index, ends
        is_connection = index.family < _CONNECTIONS
        usable = np.ones(len(index.origin), dtype=bool)
        if not with_doubtful:
            usable &= ~index.doubtful
        if via:
            families = [n for n, name in enumerate(EDGE_FAMILIES) if name in via]
            kinds = [n for n, name in enumerate(index.kinds) if name in via]
            usable &= np.isin(index.family, families) | np.isin(index.kind, kinds)
        if not credits:
            usable &= is_connection
        elif hubs:
            is_hub = index.register(BASE, hubs)
            is_hub[list(ends)] = False
            usable &= is_connection | ~(is_hub[index.origin] | is_hub[index.target])
        self._usable = usable
        self._start = index.start.astype(np.intp)

    def shortest_paths(self, max_hops: int, limit: int) -> list[list[int]]:
        """Return the cheapest of the shortest paths, cheapest first.

        Args:
            max_hops: Maximum length.
            limit: Maximum number of paths.

        Returns:
            Lists of entities; [] if there is no path within ``max_hops``.
        """
        levels = self._levels(max_hops)
        if not levels:
            return []
        steps = self._steps(levels)
        return self._cheapest(steps, limit)

    def has(self, one: int, other: int) -> bool:
        """Return whether a usable edge joins two entities."""
        return bool(len(self._edges(one, other)))

    def _levels(self, max_hops: int) -> list[_Numbers]:
        """Return the entities on shortest paths by their distance from the start."""
        sides = [
            _Side(len(self.index), self.ends[0]),
            _Side(len(self.index), self.ends[1]),
        ]
        while True:
            hops = sides[0].depth + sides[1].depth
            if hops >= max_hops:
                return []
            side, far = sorted(sides, key=lambda one: self._degrees(one.levels[-1]))
            reached = self._neighbors(side.levels[-1])
            reached = reached[side.distance[reached] < 0]
            if not len(reached):
                return []
            side.add(reached)
            met = reached[far.distance[reached] == far.depth]
            if len(met):
                return self._on_paths(sides, met)

    def _on_paths(self, sides: list[_Side], met: _Numbers) -> list[_Numbers]:
        parts = []
        for side in sides:
            levels = [met]
            for depth in range(side.depth - 1, -1, -1):
                before = self._neighbors(levels[-1])
                levels.append(before[side.distance[before] == depth])
            parts.append(levels)
        return [*reversed(parts[0]), *parts[1][1:]]

    def _steps(self, levels: list[_Numbers]) -> dict[int, dict[int, int]]:
        """Return the costs of the steps of all shortest paths, by entity and next entity."""
        degree: dict[int, int] = {}
        steps: dict[int, dict[int, int]] = {}
        for here, there in pairwise(levels):
            following = set(there.tolist())
            for one in here.tolist():
                others = following & set(self._neighbors(np.array([one])).tolist())
                for node in (one, *others):
                    if node not in degree:
                        degree[node] = len(self._neighbors(np.array([node])))
                steps[one] = {
                    other: self._cost(one, other, degree[one] * degree[other]) for other in others
                }
        return steps

    def _cost(self, one: int, other: int, degrees: int) -> int:
        edges = self._edges(one, other)
        is_connection = self.index.family[edges] < _CONNECTIONS
        best = edges[is_connection] if is_connection.any() else edges
        sources = int(self.index.sources[best].max())
        return step_cost(degrees, sources, is_connection=bool(is_connection.any()))

    def _cheapest(self, steps: dict[int, dict[int, int]], limit: int) -> list[list[int]]:
        start, end = self.ends
        # The lowest cost from each entity to the end; the next level has higher positions.
        rest = {end: 0}
        for one in reversed(steps):
            rest[one] = min(cost + rest[other] for other, cost in steps[one].items())
        queue: list[tuple[int, tuple[int, ...]]] = [(rest[start], (start,))]
        found: list[list[int]] = []
        while queue and len(found) < limit:
            total, path = heappop(queue)
            if path[-1] == end:
                found.append(list(path))
                continue
            spent = total - rest[path[-1]]
            for other, cost in steps[path[-1]].items():
                heappush(queue, (spent + cost + rest[other], (*path, other)))
        return found

    def _positions(self, nodes: _Numbers) -> _Numbers:
        """Return the positions of the usable edges of some entities in ``other`` and ``edge``."""
        first = self._start[nodes]
        count = self._start[nodes + 1] - first
        skipped = np.cumsum(count) - count
        all_positions: _Numbers = np.arange(count.sum()) + np.repeat(first - skipped, count)
        usable: _Numbers = all_positions[self._usable[self.index.edge[all_positions]]]
        return usable

    def _neighbors(self, nodes: _Numbers) -> _Numbers:
        found: _Numbers = np.unique(self.index.other[self._positions(nodes)]).astype(np.intp)
        return found

    def _degrees(self, nodes: _Numbers) -> int:
        return int((self._start[nodes + 1] - self._start[nodes]).sum())

    def _edges(self, one: int, other: int) -> _Numbers:
        positions = self._positions(np.array([one]))
        edges = self.index.edge[positions[self.index.other[positions] == other]]
        found: _Numbers = edges.astype(np.intp)
        return found


class _Side:
    """One of the two breadth-first searches."""

    def __init__(self, size: int, start: int) -> None:
        self.distance = np.full(size, -1, dtype=np.int32)
        self.distance[start] = 0
        self.levels = [np.array([start])]

    @property
    def depth(self) -> int:
        return len(self.levels) - 1

    def add(self, reached: _Numbers) -> None:
        """Add the next level."""
        self.distance[reached] = len(self.levels)
        self.levels.append(reached)
