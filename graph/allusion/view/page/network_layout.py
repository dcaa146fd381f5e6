"""The network view of the page: positions and sizes of nodes, and collapsed communities.

The page draws at most `EXPANDED_MAX_NODES` nodes at once. Of a larger network, each community
shows the members with the most edges in the middle of its circle; the others are collapsed
into "and 812 more". All nodes have positions from the start, so expanding moves nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx

from ...core.progress import NoProgress, Progress
from ...network.networkx_graph import get_entity, iter_edges
from ..layout.areas import MIN_AREA
from ..layout.community_layout import (
    CommunityLayout,
    PlacedCommunity,
    layout_communities,
    node_radius,
)
from ..layout.leaves import find_leaves, neighbors_of, place_leaves, without_leaves
from ..theme import CONNECTION_FAMILIES

#: Larger networks are drawn by the page itself on a canvas, not by vis-network.
VIS_NETWORK_MAX_NODES: Final = 3000
VIS_NETWORK_MAX_EDGES: Final = 3000
#: Communities of larger networks are collapsed.
EXPANDED_MAX_NODES: Final = 6000
#: Networks up to this size are shown with all leaves.
MAX_COMPLETE: Final = 60
_ISLAND_DISTANCE: Final = 160
_FRAME_ASPECT: Final = 1.55
_MAX_STRETCH: Final = 1.8
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
        communities: Communities, largest first.
        collapsed: The page shows a part of each community.
        all_communities: Communities if all edges are shown; of a collapsed network ().
        uses_canvas: The network is too large for vis-network.
    """

    positions: Mapping[str, tuple[int, int]]
    all_positions: Mapping[str, tuple[int, int]]
    radii: Mapping[str, int]
    communities: tuple[PlacedCommunity, ...]
    collapsed: bool
    all_communities: tuple[PlacedCommunity, ...]
    uses_canvas: bool


def layout_page(
    network: nx.MultiDiGraph[str],
    languages: tuple[str, ...],
    focus: str = "",
    progress: Progress | None = None,
) -> PageLayout:
    """Compute the layout of the network view.

    Args:
        network: All entities and edges.
        languages: Tags in order of preference.
        focus: Entity whose neighbors all get positions of their own; "" for none.
        progress: Receives the steps of the work.
    """
    progress = progress or NoProgress()
    collapsed = len(network) > EXPANDED_MAX_NODES
    if collapsed:
        layout = layout_communities(network, languages, collapsed=True, progress=progress)
    else:
        layout = _layout_with_leaves(network, languages, focus, progress)
    positions, communities = dict(layout.positions), layout.communities
    part = _connections_only(network)
    # A collapsed network has one layout for both, so that it stays recognizable.
    if not collapsed and 0 < part.number_of_edges() < network.number_of_edges():
        part_layout = _layout_with_leaves(part, languages, focus, progress)
        positions |= part_layout.positions
        communities = part_layout.communities
    room = _spacing(len(network))
    return PageLayout(
        {iri: (int(x * room), int(y * room)) for iri, (x, y) in positions.items()},
        {iri: (int(x * room), int(y * room)) for iri, (x, y) in layout.positions.items()},
        {iri: node_radius(network.degree(iri)) for iri in network},
        communities,
        collapsed,
        () if collapsed else layout.communities,
        uses_canvas=(
            len(network) > VIS_NETWORK_MAX_NODES
            or network.number_of_edges() > VIS_NETWORK_MAX_EDGES
        ),
    )


def _layout_with_leaves(
    network: nx.MultiDiGraph[str], languages: tuple[str, ...], focus: str, progress: Progress
) -> CommunityLayout:
    """Lay out the network without its leaves, then place the leaves around their neighbors.

    What is not joined to the focus (or to the largest part) is laid out below the rest.
    """
    kept = {focus, *neighbors_of(network, focus)} if focus in network else set()
    leaves = find_leaves(network, kept) if len(network) > MAX_COMPLETE else {}
    core, leaf_counts = without_leaves(network, leaves), Counter(leaves.values())
    positions: dict[str, tuple[int, int]] = {}
    communities: tuple[PlacedCommunity, ...] = ()
    bottom = 0
    for part in _parts(core, focus):
        layout = layout_communities(part, languages, leaf_counts=leaf_counts, progress=progress)
        placed = _fill_frame(layout.positions)
        top = min((y for _, y in placed.values()), default=0)
        shift = bottom - top if positions else 0
        positions |= {iri: (x, y + shift) for iri, (x, y) in placed.items()}
        bottom = max((y for _, y in positions.values()), default=0) + _ISLAND_DISTANCE
        communities = communities or layout.communities
    start = {iri: float(node_radius(network.degree(iri))) for iri in positions}
    order = sorted(leaves, key=lambda iri: (-network.degree(iri), iri))
    return CommunityLayout(positions | place_leaves(leaves, positions, start, order), communities)


def _fill_frame(positions: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Stretch positions to the proportions of a usual frame; names, which are wide, get room."""
    if not positions:
        return {}
    width, height = (
        max(1, max(values) - min(values)) for values in zip(*positions.values(), strict=True)
    )
    stretch = min(_MAX_STRETCH, max(1.0, _FRAME_ASPECT * height / width))
    return {iri: (round(x * stretch), y) for iri, (x, y) in positions.items()}


def _parts(
    core: nx.MultiDiGraph[str], focus: str
) -> tuple[nx.MultiDiGraph[str], nx.MultiDiGraph[str]]:
    """Split into the part that is joined to the focus, or the largest one, and the rest."""
    components = list(nx.weakly_connected_components(core))
    main = max(
        components, key=lambda part: (focus in part, len(part), max(part)), default=set[str]()
    )
    rest = {iri for iri in core if iri not in main}
    return without_leaves(core, rest), without_leaves(core, main)


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
        "complete": MAX_COMPLETE,
    }
    index = {iri: number for number, iri in enumerate(iris)}
    if not layout.collapsed:
        data["areas"] = _areas(layout.communities, index)
    if any(layout.positions[iri] != layout.all_positions[iri] for iri in iris):
        data["whole"] = {
            "x": [layout.all_positions[iri][0] for iri in iris],
            "y": [layout.all_positions[iri][1] for iri in iris],
            "areas": _areas(layout.all_communities, index),
        }
    if layout.collapsed:
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


def _areas(communities: Sequence[PlacedCommunity], index: Mapping[str, int]) -> list[list[int]]:
    """Return the members of each community that is drawn as an area, most edges first."""
    return [
        [index[iri] for iri in community.members]
        for community in communities
        if len(community.members) >= MIN_AREA
    ]


def _connections_only(network: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """Return the edges of the four families of connection with their ends."""
    part: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for edge in iter_edges(network):
        if edge.family in CONNECTION_FAMILIES:
            for iri in (edge.origin, edge.target):
                part.add_node(iri, entity=get_entity(network, iri))
            part.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return part
