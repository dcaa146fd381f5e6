"""Shortest paths between two entities, each hop with its statement and sources.

networkx finds the paths, ignoring the direction of edges. A path with fewer hops is better.
Among paths with the same number of hops, these come first: paths over connections rather
than credits, through entities with few edges, with more sources.

Two kinds of edges are not used. First, doubtful connections are counted, but not
followed. Second, a path does not pass through a place, an organization, a language or an award
along a credit or a part, because these join thousands of entities (all films shot in Hong
Kong). It may pass through them along a connection (a work can refer to a place), and it may
begin or end there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice, pairwise
from typing import Final, Protocol

import networkx as nx

from ...core.errors import DataError, Fault, ParameterError, QueryStopped
from ...core.model import Edge, Entity
from ...core.terms import shorten
from ...core.text import join_names
from ...core.vocabulary import DOUBTFUL, EDGE_FAMILIES, FACT_FAMILIES, FAMILIES
from ..networkx_graph import get_entity, iter_edges
from .results import EntityPath, Hop, Paths
from .rules import HUB_NAMES, PathRules, count_hops, edge_sort_key, step_cost

LIMIT: Final = 20
#: Maximum number of paths of one length that are compared; there can be millions.
MAX_COUNTED: Final = 500


class PathSearch(Protocol):
    """What `find_paths` searches: a network of records, the index of a store, or an endpoint.

    The search of an endpoint raises `QueryStopped` at a limit of its own.
    """

    @property
    def size(self) -> int:
        """Number of entities, or more than that."""

    @property
    def has_doubtful(self) -> bool:
        """Whether there may be doubtful connections."""

    def kinds(self) -> tuple[set[str], set[str]]:
        """Return the kinds of connections, and those of other edges."""

    def entities(self, *iris: str) -> tuple[Entity, ...]:
        """Return the records of entities."""

    def is_isolated(self, iri: str) -> bool:
        """Return whether no edge ends at an entity."""

    def shortest_paths(
        self, ends: tuple[str, str], rules: PathRules, *, with_doubtful: bool = False
    ) -> list[list[str]]:
        """Return the shortest paths, cheapest first, at most one more than are counted."""

    def has_step(self, ends: tuple[str, str], rules: PathRules, step: tuple[str, str]) -> bool:
        """Return whether the rules allow an edge that joins two entities."""

    def build_paths(
        self, ends: tuple[str, str], rules: PathRules, paths: Sequence[Sequence[str]]
    ) -> tuple[EntityPath, ...]:
        """Return paths with their statements."""


def find_paths(
    network: nx.MultiDiGraph[str] | PathSearch,
    start: str,
    end: str,
    rules: PathRules | None = None,
    *,
    all_shortest: bool = False,
    limit: int = LIMIT,
) -> Paths:
    """Find the shortest paths between two nodes.

    Args:
        network: All entities and edges, or an index of them.
        start: IRI of the first entity.
        end: IRI of the last entity.
        rules: Which edges to use; None means the default rules.
        all_shortest: Return all shortest paths, not only the best one.
        limit: Maximum number of paths with ``all_shortest``.

    Raises:
        ParameterError: If both ends are the same, or ``rules.via`` names an unknown kind.
    """
    rules = rules or PathRules()
    search = NetworkSearch(network) if isinstance(network, nx.MultiDiGraph) else network
    iris = start, end
    first, last = search.entities(start, end)
    if start == end:
        raise ParameterError(f"a path needs two entities; both names mean {first.label()}")
    if rules.max_hops < 1 or limit < 1:
        raise ParameterError(
            f"max_hops and limit must be at least 1, not {rules.max_hops} and {limit}"
        )
    _check_via(search, rules)
    try:
        shortest = search.shortest_paths(iris, rules)
    except QueryStopped as stop:
        return Paths(first, last, rules, (), 0, stopped=str(stop))
    if not shortest:
        return Paths(first, last, rules, (), 0, hint=_find_hint(search, iris, rules))
    counted = shortest[:MAX_COUNTED]
    doubtful, stopped = 0, ""
    try:
        paths = search.build_paths(iris, rules, counted[: limit if all_shortest else 1])
    except QueryStopped as stop:
        hops = count_hops(len(shortest[0]) - 1)
        stopped = f"the statements of a path of {hops} were not all read: {stop}"
        return Paths(first, last, rules, (), 0, stopped=stopped)
    try:
        doubtful = _count_doubtful(search, iris, rules, len(shortest[0]))
    except QueryStopped as stop:
        stopped = f"paths with doubtful connections were not counted: {stop}"
    return Paths(
        first,
        last,
        rules,
        paths,
        total=len(counted),
        truncated=len(shortest) > MAX_COUNTED,
        doubtful=doubtful,
        stopped=stopped,
    )


class NetworkSearch:
    """Search in a network of records.

    Args:
        network: All entities and edges.
    """

    def __init__(self, network: nx.MultiDiGraph[str]) -> None:
        self.network = network
        self._graphs: dict[tuple[tuple[str, str], PathRules, bool], _SearchGraph] = {}

    @property
    def size(self) -> int:
        """Number of entities."""
        return len(self.network)

    @property
    def has_doubtful(self) -> bool:
        """Whether there are doubtful connections."""
        return any(edge.certainty == DOUBTFUL for edge in iter_edges(self.network))

    def kinds(self) -> tuple[set[str], set[str]]:
        """Return the kinds of connections, and those of other edges."""
        edges = list(iter_edges(self.network))
        return (
            {edge.kind for edge in edges if edge.family in FAMILIES},
            {edge.kind for edge in edges if edge.family not in FAMILIES},
        )

    def entities(self, *iris: str) -> tuple[Entity, ...]:
        """Return the records of entities."""
        return tuple(get_entity(self.network, iri) for iri in iris)

    def is_isolated(self, iri: str) -> bool:
        """Return whether no edge ends at an entity."""
        return not self.network.degree(iri)

    def shortest_paths(
        self, ends: tuple[str, str], rules: PathRules, *, with_doubtful: bool = False
    ) -> list[list[str]]:
        """Return the shortest paths, cheapest first, at most one more than are counted."""
        return self._graph(ends, rules, with_doubtful=with_doubtful).shortest_paths()

    def has_step(self, ends: tuple[str, str], rules: PathRules, step: tuple[str, str]) -> bool:
        """Return whether the rules allow an edge that joins two entities."""
        return frozenset(step) in self._graph(ends, rules).edges

    def build_paths(
        self, ends: tuple[str, str], rules: PathRules, paths: Sequence[Sequence[str]]
    ) -> tuple[EntityPath, ...]:
        """Return paths with their statements."""
        return tuple(map(self._graph(ends, rules).build_path, paths))

    def _graph(
        self, ends: tuple[str, str], rules: PathRules, *, with_doubtful: bool = False
    ) -> _SearchGraph:
        key = ends, rules, with_doubtful
        if key not in self._graphs:
            made = _SearchGraph(self.network, ends, rules, with_doubtful=with_doubtful)
            self._graphs[key] = made
        return self._graphs[key]


class _SearchGraph:
    """The edges that a path may use, as an undirected graph.

    Args:
        network: All entities and edges.
        ends: IRIs of both ends.
        rules: Which edges to use.
        with_doubtful: Use doubtful connections too.
    """

    def __init__(
        self,
        network: nx.MultiDiGraph[str],
        ends: tuple[str, str],
        rules: PathRules,
        *,
        with_doubtful: bool = False,
    ) -> None:
        self.network, self.ends, self.rules = network, ends, rules
        self.with_doubtful = with_doubtful
        self.graph: nx.Graph[str] = nx.Graph()
        self.edges: dict[frozenset[str], list[Edge]] = {}
        for edge in sorted(iter_edges(network), key=lambda edge: edge.iri):
            if self._is_usable(edge):
                self.edges.setdefault(frozenset((edge.origin, edge.target)), []).append(edge)
        for edges in self.edges.values():
            edges.sort(key=edge_sort_key)
            self.graph.add_edge(edges[0].origin, edges[0].target)
        for start, end, data in self.graph.edges(data=True):
            best = self.edges[frozenset((start, end))][0]
            degrees = self.graph.degree[start] * self.graph.degree[end]
            is_connection = best.family in FAMILIES
            data["cost"] = step_cost(degrees, best.sources, is_connection=is_connection)

    def _is_usable(self, edge: Edge) -> bool:
        is_known = self.with_doubtful or edge.certainty != DOUBTFUL
        return is_known and self.rules.allows(edge, self.ends)

    def shortest_paths(self) -> list[list[str]]:
        """Return the shortest paths as lists of nodes, cheapest first.

        Returns:
            At most ``MAX_COUNTED + 1`` paths; [] if there is none within ``max_hops``.
        """
        start, end = self.ends
        if start not in self.graph or end not in self.graph:
            return []
        try:
            best: list[str] = nx.shortest_path(self.graph, start, end, weight="cost")
        except nx.NetworkXNoPath:
            return []
        if len(best) - 1 > self.rules.max_hops:
            return []
        found = islice(nx.all_shortest_paths(self.graph, start, end), MAX_COUNTED + 1)
        return sorted({tuple(nodes): nodes for nodes in (best, *found)}.values(), key=self._cost)

    def _cost(self, nodes: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        return sum(self.graph.edges[step]["cost"] for step in pairwise(nodes)), tuple(nodes)

    def build_path(self, nodes: Sequence[str]) -> EntityPath:
        """Return the path with its statements.

        Raises:
            DataError: If no edge joins two nodes.
        """
        hops = []
        for start, end in pairwise(nodes):
            edges = self.edges.get(frozenset((start, end)))
            if not edges:  # the path was found in a table that is not of this state of the store
                problem = f"there is an edge to {shorten(end)} that the store has not"
                fix = "export the edges again: allusion export edges"
                fault = Fault("edges", 0, shorten(start), problem, fix, "edges")
                raise DataError([fault], "the table of edges")
            best, *others = edges
            entities = get_entity(self.network, start), get_entity(self.network, end)
            hops.append(Hop(*entities, best, best.origin == start, tuple(others)))
        return EntityPath(tuple(hops))


def _count_doubtful(
    search: PathSearch, ends: tuple[str, str], rules: PathRules, max_nodes: int
) -> int:
    """Count the paths of at most ``max_nodes`` nodes that need a doubtful connection."""
    if not search.has_doubtful:
        return 0
    return sum(
        not all(search.has_step(ends, rules, step) for step in pairwise(nodes))
        for nodes in search.shortest_paths(ends, rules, with_doubtful=True)
        if len(nodes) <= max_nodes
    )


def _check_via(search: PathSearch, rules: PathRules) -> None:
    if not rules.via:
        return
    connections, others = search.kinds()
    known = {*EDGE_FAMILIES, *connections, *others}
    for name in rules.via:
        if name not in known:
            close = get_close_matches(name, known, n=3, cutoff=0.5)
            hint = (
                f"did you mean {join_names(close, 'or')}?"
                if close
                else f"families: {', '.join(FAMILIES)}"
            )
            raise ParameterError(f"unknown kind or family of edges {name!r}; {hint}")
    if not rules.credits:
        for name in rules.via:
            if name in (others | set(FACT_FAMILIES)) - connections - set(FAMILIES):
                raise ParameterError(
                    f"--no-credits allows only connections, and {name!r} is not one; "
                    f"remove --no-credits or --via {name}"
                )


def _find_hint(search: PathSearch, ends: tuple[str, str], rules: PathRules) -> str:
    """Describe the strictest other rules that give a path."""
    try:
        return _hint(search, ends, rules)
    except QueryStopped as stop:
        return f"not all other rules were tried: {stop}"


def _hint(search: PathSearch, ends: tuple[str, str], rules: PathRules) -> str:
    unlimited = search.size
    alternatives = (
        (not rules.credits, replace(rules, credits=True), "with credits, stories and parts"),
        (bool(rules.via), replace(rules, via=()), "by any kind of edge"),
        (True, replace(rules, max_hops=unlimited), "with more hops"),
        (rules.credits, replace(rules, hubs=True), f"through {HUB_NAMES}"),
        (
            True,
            PathRules((), credits=True, hubs=True, max_hops=unlimited),
            "without any of these rules",
        ),
    )
    for applies, other_rules, text in alternatives:
        if applies and (paths := search.shortest_paths(ends, other_rules)):
            return f"{text} there is a path of {count_hops(len(paths[0]) - 1)}"
    if paths := search.shortest_paths(ends, rules, with_doubtful=True):
        hops = count_hops(len(paths[0]) - 1)
        return f"with a doubtful connection, which is not used, there is a path of {hops}"
    isolated = [iri for iri in ends if search.is_isolated(iri)]
    if isolated:
        names = " and ".join(entity.label() for entity in search.entities(*isolated))
        return f"no edge joins {names} to any entity"
    return "no edges connect them"
