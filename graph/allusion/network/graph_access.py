"""How a graph is read: as a whole, by its adjacency index, or by queries to an endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.labels import Link
from ..store import Store
from ..store.oxigraph import OxigraphStore
from .neighborhood import StoreNeighborhood
from .quad_copier import QuadSource

if TYPE_CHECKING:
    import networkx as nx

    from .centrality import ConnectionSource
    from .paths.search import PathSearch

    Network = nx.MultiDiGraph[str]


def open_neighborhood(
    store: Store, folder: Path, quads: int, links: Callable[[str], Iterable[Link]]
) -> StoreNeighborhood:
    """Return the reader of single entities.

    Args:
        store: The store.
        folder: Folder of an embedded store, with its manifest and index.
        quads: Number of quads of an embedded store.
        links: Returns the external links of an entity by its IRI.
    """
    if not isinstance(store, OxigraphStore):
        from .endpoint.neighborhood import EndpointNeighborhood

        return EndpointNeighborhood(store, links)
    return StoreNeighborhood(store, QuadSource(store.engine), links, folder, quads)


def open_search(
    neighborhood: StoreNeighborhood | None, network: Callable[[], Network]
) -> PathSearch:
    """Return the search of paths in an endpoint, in an index, or in the whole network.

    Args:
        neighborhood: Reader of single entities; None if the whole network was read.
        network: Reads the whole network.
    """
    from .endpoint.neighborhood import EndpointNeighborhood

    if isinstance(neighborhood, EndpointNeighborhood):
        from .endpoint.path_search import EndpointSearch

        return EndpointSearch(neighborhood)
    if neighborhood and neighborhood.is_large and (index := neighborhood.adjacency):
        from .paths.indexed_search import IndexedSearch

        return IndexedSearch(index, neighborhood)
    from .paths.search import NetworkSearch

    return NetworkSearch(network())


def open_connections(
    neighborhood: StoreNeighborhood | None, measure: str, network: Callable[[], Network]
) -> ConnectionSource:
    """Return the connections of an endpoint, of an index, or of the whole network.

    Args:
        neighborhood: Reader of single entities; None if the whole network was read.
        measure: "sources" needs the records.
        network: Reads the whole network.
    """
    from .endpoint.neighborhood import EndpointNeighborhood

    if measure != "sources" and isinstance(neighborhood, EndpointNeighborhood):
        from .endpoint.connections import EndpointConnections

        neighborhood.starts(is_card=False)
        return EndpointConnections(neighborhood)
    is_large = measure != "sources" and neighborhood and neighborhood.is_large
    if is_large and neighborhood and (index := neighborhood.adjacency):
        from .paths.indexed_search import IndexedConnections

        return IndexedConnections(index, neighborhood)
    from .centrality import NetworkConnections

    return NetworkConnections(network())
