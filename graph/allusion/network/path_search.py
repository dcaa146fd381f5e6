"""Choice between the adjacency index and the whole network for a search of paths."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx

from .neighborhood import StoreNeighborhood
from .paths import NetworkSearch, PathSearch


def open_search(
    neighborhood: StoreNeighborhood | None, network: Callable[[], nx.MultiDiGraph[str]]
) -> PathSearch:
    """Return the search in the index beside a large store, or in the whole network.

    Args:
        neighborhood: Reader for a large store; None for a small store or an endpoint.
        network: Reads the whole network.
    """
    if neighborhood and (index := neighborhood.adjacency):
        from .indexed_path_search import IndexedSearch

        return IndexedSearch(index, neighborhood)
    return NetworkSearch(network())
