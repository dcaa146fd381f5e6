"""The network of a picture, read from a large store without reading all of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from typing import TYPE_CHECKING

from .subgraphs import check_max_entities, limited_subgraph, nearest_nodes

if TYPE_CHECKING:
    import networkx as nx

    from ..network.neighborhood import StoreNeighborhood
    from .options import PictureOptions

    Network = nx.MultiDiGraph[str]


def read_surroundings(
    store: StoreNeighborhood, focus: str, options: PictureOptions
) -> tuple[Network, Callable[[], Network]]:
    """Read the network around ``focus`` as far as a picture needs it.

    The drawing shows everything within reach. If that is more than ``options.max_entities``,
    or the layout has no limit, the drawing shows the network of the page. Unlike
    `subgraphs.nearest_subgraph`, the page holds only entities that the focus reaches.

    Returns:
        The network of the drawing, and a function that reads the network of the page.

    Raises:
        ParameterError: See `subgraphs.check_max_entities`.
    """
    max_entities = options.max_entities
    check_max_entities(1, max_entities)

    @cache
    def read_page_network() -> Network:
        nodes = _nearest(store, focus, max_entities)
        part = limited_subgraph(store.subgraph(nodes), nodes, store.entity_count())
        return _with_filter_values(part, store, options)

    if options.layout == "scene":
        network = store.subgraph([focus], boundary=True)
        # Of other works only those scenes were read that mention this one.
        own = (scene for scene in network.graph["scenes"] if scene.work == focus)
        network.graph["scenes"] = tuple(own)
        return _with_filter_values(network, store, options), read_page_network
    if options.layout == "network" and options.hops is None:
        return read_page_network(), read_page_network
    # The focus layout needs the edges of each neighbor: their number and where they lead.
    is_focus = options.layout == "focus"
    nodes = store.ego_nodes(focus, 1 if is_focus else options.hops or 1)
    if len(nodes) > max_entities:
        return read_page_network(), read_page_network
    network = store.subgraph(nodes, boundary=is_focus)
    return _with_filter_values(network, store, options), read_page_network


def _nearest(store: StoreNeighborhood, focus: str, max_entities: int) -> Collection[str]:
    """Return the entities nearest to ``focus``, by the index of the store if it has one."""
    index = store.adjacency
    number = index.number(focus) if index else None
    if index is None or number is None:
        return store.complete(
            lambda: nearest_nodes(store.neighbors, store.degree, focus, max_entities)
        )
    found = nearest_nodes(index.neighbors, index.degree, number, max_entities)
    return dict.fromkeys(map(index.iri, found))


def _with_filter_values(
    network: Network, store: StoreNeighborhood, options: PictureOptions
) -> Network:
    """Add the graph attributes that `subgraphs` checks ``kinds`` and ``languages`` against."""
    if options.kinds:
        network.graph["kinds"] = store.edge_kinds()
    if set(options.languages) - {"en"}:
        network.graph["tags"] = store.language_tags()
    return network
