"""Positions of the nodes of a network, communities side by side.

First the communities are found (`allusion.network.centrality`). Each gets a circle and a
layout of its own; the circles are placed by the weights of the edges between them; then
overlaps are removed. Random numbers are seeded, and nodes are integers, because the order
of a set of strings differs between runs.

Larger networks get a simpler layout. Up to `_MAX_FORCE_DIRECTED` nodes, forces act on the
whole network, and names do not overlap. Above, symbols do not overlap, but names may. In a
``collapsed`` layout the nodes of a community are spread evenly over a disc, those with the
most edges in the middle, so that the page can show some of them without the others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import networkx as nx

from ...core.progress import NoProgress, Progress
from ...network.centrality import SEED, find_communities
from ...network.networkx_graph import get_entity, iter_edges
from ..text_metrics import clean_text, text_width
from .circle_packing import pack_circles
from .fruchterman_reingold import fruchterman_reingold, spring_layout
from .leaves import leaf_radius
from .overlap_removal import Point, remove_overlaps

NAME_SIZE: Final = 12
# Memory and time of a spring layout grow with the square of the nodes.
_MAX_SPRING_LAYOUT: Final = 450
_MAX_FORCE_DIRECTED: Final = 1500
_MAX_GROUPS: Final = 160
_NAME_SHARE: Final = 0.7  # of the size of a name, where it can be placed in several ways
_ITERATIONS: Final = 120
_ITERATIONS_LARGE: Final = 60
_NODE_DISTANCE: Final = 62.0
_NODE_DISTANCE_COLLAPSED: Final = 30.0
_CIRCLE_GAP: Final = 40.0
_ASPECT_RATIO: Final = 1.6
_FAMILY_WEIGHTS: Final = {"credit": 0.5, "story": 0.7, "part": 0.7}


def node_radius(degree: int) -> int:
    """Return the radius of a node's symbol in pixels, at most 26."""
    return min(26, 7 + int(3 * math.sqrt(degree)))


@dataclass(frozen=True, slots=True)
class PlacedCommunity:
    """A community: its circle in pixels, and its members, most edges first."""

    x: int
    y: int
    radius: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommunityLayout:
    """Position of each node in pixels, and the communities, largest first."""

    positions: dict[str, tuple[int, int]]
    communities: tuple[PlacedCommunity, ...]


def layout_communities(
    network: nx.MultiDiGraph[str],
    languages: tuple[str, ...] = ("en",),
    *,
    collapsed: bool = False,
    leaf_counts: Mapping[str, int] | None = None,
    progress: Progress | None = None,
) -> CommunityLayout:
    """Compute positions and communities.

    Args:
        network: All entities and edges.
        languages: Tags that select the names whose width counts.
        collapsed: Spread each community evenly over a disc, so that a part can be shown.
        leaf_counts: Leaves to leave room for around a node. None leaves room for all names; the
            page, which can shorten names and place them elsewhere, needs less.
        progress: Receives the steps of the work.
    """
    progress = progress or NoProgress()
    iris = sorted(network)
    if not iris:
        return CommunityLayout({}, ())
    progress(f"finding communities among {len(iris):,} entities")
    graph = _weighted_graph(network, iris)
    groups = find_communities(graph)
    if len(iris) > _MAX_FORCE_DIRECTED:
        groups = _merge_small(groups, graph)
    progress(f"placing {len(iris):,} entities in {len(groups):,} groups")
    is_small = len(iris) <= _MAX_FORCE_DIRECTED and not collapsed
    distance = _NODE_DISTANCE_COLLAPSED if collapsed else _NODE_DISTANCE
    radii = [distance * math.sqrt(len(group)) for group in groups]
    if is_small:
        circle_centers = _force_directed_centers(graph, groups, radii)
    else:
        circle_centers = pack_circles(radii, _weights_between(graph, groups), _CIRCLE_GAP)
    stretch = _ASPECT_RATIO if is_small else 1.0
    start = _place_members(
        graph, groups, radii, circle_centers, stretch, progress, collapsed=collapsed
    )
    centers = [start[node] for node in range(len(iris))]
    if is_small:
        group_of = _group_of_node(groups)
        moved = fruchterman_reingold(
            centers, _weighted_edges(graph), [group_of[n] for n in range(len(iris))], _NODE_DISTANCE
        )
        centers = [(x * _ASPECT_RATIO, y) for x, y in moved]
    progress("removing overlaps")
    share = 1.0 if leaf_counts is None else _NAME_SHARE
    counts = leaf_counts or {}
    sizes = [
        _node_size(network, iri, languages, counts.get(iri, 0), share if is_small else 0.0)
        for iri in iris
    ]
    placed = remove_overlaps(centers, sizes)
    positions = {iri: (round(x), round(y)) for iri, (x, y) in zip(iris, placed, strict=True)}
    communities = tuple(
        _enclosing_circle([placed[node] for node in order], tuple(iris[node] for node in order))
        for order in (_by_degree(graph, group) for group in groups)
    )
    return CommunityLayout(positions, communities)


def _weighted_graph(network: nx.MultiDiGraph[str], iris: list[str]) -> nx.Graph[int]:
    """Return the undirected graph of the network, its nodes being indices into ``iris``."""
    index = {iri: number for number, iri in enumerate(iris)}
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(iris)))
    for edge in sorted(iter_edges(network), key=lambda edge: edge.iri):
        one, other = index[edge.origin], index[edge.target]
        if one != other:
            weight = _FAMILY_WEIGHTS.get(edge.family, 1.0)
            before = graph.get_edge_data(one, other, {"weight": 0.0})["weight"]
            graph.add_edge(one, other, weight=before + weight)
    return graph


def _merge_small(groups: list[list[int]], graph: nx.Graph[int]) -> list[list[int]]:
    """Keep the largest groups, and merge the others into one group, which comes last.

    In the merged group the members of each group stay next to each other.
    """
    if len(groups) <= _MAX_GROUPS:
        return groups
    kept, rest = groups[: _MAX_GROUPS - 1], groups[_MAX_GROUPS - 1 :]
    rest.sort(key=lambda group: (-max(graph.degree(node) for node in group), group))
    return [*kept, [node for group in rest for node in group]]


def _by_degree(graph: nx.Graph[int], group: list[int]) -> list[int]:
    return sorted(group, key=lambda node: (-graph.degree(node), node))


def _group_of_node(groups: list[list[int]]) -> dict[int, int]:
    return {node: number for number, group in enumerate(groups) for node in group}


def _enclosing_circle(points: list[Point], members: tuple[str, ...]) -> PlacedCommunity:
    x = sum(x for x, _ in points) / len(points)
    y = sum(y for _, y in points) / len(points)
    distance = max(math.hypot(px - x, py - y) for px, py in points)
    return PlacedCommunity(round(x), round(y), round(distance) + 30, members)


def _node_size(
    network: nx.MultiDiGraph[str],
    iri: str,
    languages: tuple[str, ...],
    leaves: int,
    share: float,
) -> tuple[float, float]:
    diameter = 2 * leaf_radius(leaves, node_radius(network.degree(iri)))
    if not share:
        return diameter + 10.0, diameter + 10.0
    name_width = text_width(clean_text(get_entity(network, iri).label(*languages)), NAME_SIZE)
    width = max(diameter, min(name_width, 180) * share) + 14.0
    return width, (diameter + NAME_SIZE + 16.0) * share


def _place_members(
    graph: nx.Graph[int],
    groups: list[list[int]],
    radii: list[float],
    centers: list[Point],
    stretch: float,
    progress: Progress,
    *,
    collapsed: bool,
) -> dict[int, Point]:
    """Lay out the members of each group within its circle."""
    positions: dict[int, Point] = {}
    for group, radius, (x, y) in zip(groups, radii, centers, strict=True):
        progress.amount(len(positions), len(graph))
        if collapsed:
            inside = _sunflower(_by_degree(graph, group))
        else:
            inside = _unit_layout(graph.subgraph(group), group)
        for node, (dx, dy) in inside.items():
            positions[node] = (x + dx * radius * stretch, y + dy * radius)
    return positions


def _force_directed_centers(
    graph: nx.Graph[int], groups: list[list[int]], radii: list[float]
) -> list[Point]:
    """Return centers of circles that do not overlap, related groups close to each other."""
    quotient: nx.Graph[int] = nx.Graph()
    quotient.add_nodes_from(range(len(groups)))
    for (one, other), weight in _weights_between(graph, groups).items():
        quotient.add_edge(one, other, weight=weight)
    # An extra node adjacent to all groups keeps unconnected groups from drifting away.
    middle = len(groups)
    for group in range(len(groups)):
        quotient.add_edge(middle, group, weight=0.3)
    extent = 1.1 * math.sqrt(sum(radius * radius for radius in radii))
    layout = _spring_layout(quotient, list(quotient))
    centers = [
        (layout[n][0] * extent * _ASPECT_RATIO, layout[n][1] * extent) for n in range(middle)
    ]
    sizes = [
        (2 * radius * _ASPECT_RATIO + _CIRCLE_GAP, 2 * radius + _CIRCLE_GAP) for radius in radii
    ]
    return remove_overlaps(centers, sizes)


def _weights_between(graph: nx.Graph[int], groups: list[list[int]]) -> dict[tuple[int, int], float]:
    """Return the total weight of the edges between two groups, by their indices."""
    group_of = _group_of_node(groups)
    weights: dict[tuple[int, int], float] = {}
    for one, other, weight in _weighted_edges(graph):
        pair = (min(group_of[one], group_of[other]), max(group_of[one], group_of[other]))
        if pair[0] != pair[1]:
            weights[pair] = weights.get(pair, 0.0) + weight
    return weights


def _unit_layout(part: nx.Graph[int], nodes: list[int]) -> dict[int, Point]:
    """Lay out a group within the unit circle."""
    if len(nodes) == 1:
        return {nodes[0]: (0.0, 0.0)}
    if part.number_of_edges() == 0:
        return _sunflower(_by_degree(part, nodes))
    return _spring_layout(part, nodes)


def _spring_layout(part: nx.Graph[int], nodes: list[int]) -> dict[int, Point]:
    if len(nodes) > _MAX_SPRING_LAYOUT:
        return _layout_subgroups(part, nodes)
    number = {node: place for place, node in enumerate(nodes)}
    found = spring_layout(
        len(nodes),
        [(number[one], number[other], weight) for one, other, weight in _weighted_edges(part)],
        2.2 / math.sqrt(len(nodes)),
        _ITERATIONS if len(nodes) < _MAX_SPRING_LAYOUT // 2 else _ITERATIONS_LARGE,
        SEED,
    )
    return {node: (x, y) for node, (x, y) in zip(nodes, found.tolist(), strict=True)}


def _layout_subgroups(part: nx.Graph[int], nodes: list[int]) -> dict[int, Point]:
    """Split a group that is too large for a spring layout into smaller communities."""
    graph = _ordered_copy(part, nodes)
    groups = _merge_small(find_communities(graph), graph)
    if len(groups) == 1 or len(groups[0]) > _MAX_SPRING_LAYOUT:
        return _sunflower(_by_degree(part, nodes))
    radii = [_NODE_DISTANCE * math.sqrt(len(group)) for group in groups]
    centers = pack_circles(radii, _weights_between(graph, groups), _CIRCLE_GAP)
    positions = _place_members(graph, groups, radii, centers, 1.0, NoProgress(), collapsed=False)
    extent = max(math.hypot(x, y) for x, y in positions.values())
    return {node: (x / extent, y / extent) for node, (x, y) in positions.items()}


def _ordered_copy(part: nx.Graph[int], nodes: list[int]) -> nx.Graph[int]:
    """Copy a subgraph in a fixed order; a subgraph view iterates over a set."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_weighted_edges_from(_weighted_edges(part))
    return graph


def _weighted_edges(part: nx.Graph[int]) -> list[tuple[int, int, float]]:
    return sorted((one, other, data["weight"]) for one, other, data in part.edges(data=True))


def _sunflower(nodes: list[int]) -> dict[int, Point]:
    """Fill the unit circle evenly, the first node in the middle (golden angle)."""
    golden = math.pi * (3 - math.sqrt(5))
    return {
        node: (
            math.sqrt(number / len(nodes)) * math.cos(number * golden),
            math.sqrt(number / len(nodes)) * math.sin(number * golden),
        )
        for number, node in enumerate(nodes)
    }
