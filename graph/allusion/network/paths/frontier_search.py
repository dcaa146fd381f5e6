"""Search of shortest paths that reads only the edges at entities on them.

A breadth-first search elsewhere finds these entities. An adjacency index of their edges then
orders the paths. So rules, costs and order are those of a store on this machine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import Final

from ...core.model import Entity
from ...store.adjacency_index import AdjacencyIndex, IndexedEdge
from ..neighborhood import StoreNeighborhood
from ..networkx_graph import get_entity
from .indexed_search import IndexedSearch
from .results import EntityPath
from .rules import PathRules

# Longer than any path that the limits of a search allow.
_UNLIMITED: Final = 1_000


class FrontierSearch(ABC):
    """Search by levels of entities; see `allusion.network.paths.search.PathSearch`.

    Args:
        neighborhood: Reads the records of the entities on the paths.
    """

    size = _UNLIMITED

    def __init__(self, neighborhood: StoreNeighborhood) -> None:
        self.neighborhood = neighborhood
        self._searches: dict[tuple[tuple[str, str], PathRules, bool], IndexedSearch] = {}

    @property
    def has_doubtful(self) -> bool:
        """Whether there may be doubtful connections."""
        return True

    @abstractmethod
    def kinds(self) -> tuple[set[str], set[str]]:
        """Return the kinds of connections, and those of other edges."""

    @abstractmethod
    def nodes_on_paths(
        self, ends: tuple[str, str], rules: PathRules, *, with_doubtful: bool
    ) -> set[str]:
        """Return the entities on shortest paths; none if there is no path.

        Raises:
            QueryStopped: If a limit is reached before.
        """

    @abstractmethod
    def edges_at(self, nodes: Collection[str]) -> list[IndexedEdge]:
        """Return the edges at entities; those between two of them with all their sources."""

    def entities(self, *iris: str) -> tuple[Entity, ...]:
        """Return the records of entities."""
        network = self.neighborhood.subgraph(iris)
        return tuple(get_entity(network, iri) for iri in iris)

    def is_isolated(self, iri: str) -> bool:
        """Return whether no edge ends at an entity."""
        return not any(iri in (edge.origin, edge.target) for edge in self.edges_at([iri]))

    def shortest_paths(
        self, ends: tuple[str, str], rules: PathRules, *, with_doubtful: bool = False
    ) -> list[list[str]]:
        """Return the shortest paths, cheapest first, at most one more than are counted."""
        return self._search(ends, rules, with_doubtful=with_doubtful).shortest_paths(
            ends, rules, with_doubtful=with_doubtful
        )

    def has_step(self, ends: tuple[str, str], rules: PathRules, step: tuple[str, str]) -> bool:
        """Return whether the rules allow an edge that joins two entities."""
        # A path with a doubtful step was found by another search than the one without.
        search = self._search(ends, rules, with_doubtful=True)
        return search.has_step(ends, rules, step)

    def build_paths(
        self, ends: tuple[str, str], rules: PathRules, paths: Sequence[Sequence[str]]
    ) -> tuple[EntityPath, ...]:
        """Return paths with their statements, which are read from the store."""
        return self._search(ends, rules).build_paths(ends, rules, paths)

    def _search(
        self, ends: tuple[str, str], rules: PathRules, *, with_doubtful: bool = False
    ) -> IndexedSearch:
        """Return a search in the edges of all entities on shortest paths."""
        key = ends, rules, with_doubtful
        if key not in self._searches:
            nodes = self.nodes_on_paths(ends, rules, with_doubtful=with_doubtful)
            edges = self.edges_at(nodes) if nodes else []
            self._searches[key] = IndexedSearch(AdjacencyIndex.of(edges), self.neighborhood)
        return self._searches[key]
