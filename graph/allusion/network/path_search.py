"""Choice between the adjacency index and the whole network for a search of paths."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import networkx as nx

from .neighborhood import StoreNeighborhood
from .paths import NetworkSearch, PathSearch


def open_search(
    folder: Path,
    neighborhood: StoreNeighborhood | None,
    network: Callable[[], nx.MultiDiGraph[str]],
) -> PathSearch:
    """Return the search in the index beside a large store, or in the whole network.

    Args:
        folder: Folder of the store.
        neighborhood: Reader for a large store; None for a small store or an endpoint.
        network: Reads the whole network.
    """
    if neighborhood:
        from ..store.adjacency import Adjacency
        from .indexed_search import IndexedSearch

        if index := Adjacency.open(folder):
            return IndexedSearch(index, neighborhood)
    return NetworkSearch(network())
