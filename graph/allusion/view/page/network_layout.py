"""The network view of the page: positions and sizes of nodes, and collapsed communities.

The page draws at most `EXPANDED_MAX_NODES` nodes at once. Of a larger network, each community
shows the members with the most edges in the middle of its circle; the others are collapsed
into "and 812 more". All nodes have positions from the start, so expanding moves nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx

from ...core.progress import NoProgress, Progress
from ...network.graph import get_entity, iter_edges
from ..layout.community_layout import PlacedCommunity, layout_communities, node_radius
from ..theme import CONNECTION_FAMILIES

#: Larger networks are drawn by the page itself on a canvas, not by vis-network.
VIS_NETWORK_MAX_NODES: Final = 1500
VIS_NETWORK_MAX_EDGES: Final = 3000
#: Communities of larger networks are collapsed.
EXPANDED_MAX_NODES: Final = 6000
_VISIBLE_NODES: Final = 2000
_MIN_VISIBLE: Final = 3


@dataclass(frozen=True, slots=True)
class PageLayout:
    """Positions and sizes in pixels, by IRI.

    Attributes:
        positions: Positions if only the four families of connection are shown, as the page
            does at first.
        all_positions: Positions if all edges are shown.
        radii: Radius of each symbol.
        communities: Communities of a collapsed network, else ().
        uses_canvas: The network is too large for vis-network.
    """

    positions: Mapping[str, tuple[int, int]]
    all_positions: Mapping[str, tuple[int, int]]
    radii: Mapping[str, int]
    communities: tuple[PlacedCommunity, ...]
    uses_canvas: bool


def layout_page(
    network: nx.MultiDiGraph[str], languages: tuple[str, ...], progress: Progress | None = None
) -> PageLayout:
    """Compute the layout of the network view.

    Args:
        network: All entities and edges.
        languages: Tags in order of preference.
        progress: Receives the steps of the work.
    """
    progress = progress or NoProgress()
    collapsed = len(network) > EXPANDED_MAX_NODES
    layout = layout_communities(network, languages, collapsed=collapsed, progress=progress)
    positions = dict(layout.positions)
    part = _connections_only(network)
    # A collapsed network has one layout for both, so that it stays recognizable.
    if not collapsed and 0 < part.number_of_edges() < network.number_of_edges():
        positions |= layout_communities(part, languages, progress=progress).positions
    room = _spacing(len(network))
    return PageLayout(
        {iri: (int(x * room), int(y * room)) for iri, (x, y) in positions.items()},
        {iri: (int(x * room), int(y * room)) for iri, (x, y) in layout.positions.items()},
        {iri: node_radius(network.degree(iri)) for iri in network},
        layout.communities if collapsed else (),
        uses_canvas=(
            len(network) > VIS_NETWORK_MAX_NODES
            or network.number_of_edges() > VIS_NETWORK_MAX_EDGES
        ),
    )


def _spacing(count: int) -> float:
    """Return how much further apart a few nodes are, so that their edges can be read.

    >>> [_spacing(count) for count in (1, 2, 6, 12, 400)]
    [4.0, 4.0, 2.0, 1.0, 1.0]
    """
    return min(4.0, max(1.0, 12 / count))


def visible_counts(sizes: Sequence[int]) -> list[int]:
    """Return how many members of each community are visible, `_VISIBLE_NODES` in all.

    The number grows with the square root of the size.

    >>> visible_counts([10_000, 400, 2])
    [1647, 329, 2]
    """
    share = _VISIBLE_NODES / max(1.0, sum(math.sqrt(size) for size in sizes))
    return [min(size, max(_MIN_VISIBLE, int(share * math.sqrt(size)))) for size in sizes]


def layout_to_json(layout: PageLayout, iris: Sequence[str]) -> dict[str, Any]:
    """Return the layout as JSON data for the page: lists in the order of ``iris``."""
    data: dict[str, Any] = {
        "x": [layout.positions[iri][0] for iri in iris],
        "y": [layout.positions[iri][1] for iri in iris],
        "size": [layout.radii[iri] for iri in iris],
        "painted": layout.uses_canvas,
    }
    if any(layout.positions[iri] != layout.all_positions[iri] for iri in iris):
        data["whole"] = {
            "x": [layout.all_positions[iri][0] for iri in iris],
            "y": [layout.all_positions[iri][1] for iri in iris],
        }
    if layout.communities:
        index = {iri: number for number, iri in enumerate(iris)}
        counts = visible_counts([len(community.members) for community in layout.communities])
        data["groups"] = [
            {
                "x": community.x,
                "y": community.y,
                "radius": community.radius,
                "shown": count,
                "members": [index[iri] for iri in community.members],
            }
            for community, count in zip(layout.communities, counts, strict=True)
        ]
    return data


def _connections_only(network: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """Return the edges of the four families of connection with their ends."""
    part: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for edge in iter_edges(network):
        if edge.family in CONNECTION_FAMILIES:
            for iri in (edge.origin, edge.target):
                part.add_node(iri, entity=get_entity(network, iri))
            part.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return part
