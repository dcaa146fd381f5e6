"""Leaves of a network: nodes with one neighbor, which a picture folds into that neighbor.

In a network of references two thirds of the nodes are leaves. Without them the others have
room for their names; a count ("+11") stands for those that are folded.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from ...network.networkx_graph import iter_edges

if TYPE_CHECKING:
    import networkx as nx

_SPACING: Final = 26.0
_GOLDEN_ANGLE: Final = math.pi * (3 - math.sqrt(5))


def find_leaves(network: nx.MultiDiGraph[str], kept: Collection[str] = ()) -> dict[str, str]:
    """Return the only neighbor of each leaf, by leaf.

    Of two nodes that have only each other, one is a leaf.

    Args:
        network: All nodes and edges.
        kept: Nodes that are not treated as leaves.
    """
    found: dict[str, str] = {}
    for iri in sorted(network):
        neighbors = neighbors_of(network, iri)
        if iri in kept or len(neighbors) != 1:
            continue
        (anchor,) = neighbors
        if anchor not in found:
            found[iri] = anchor
    return found


def neighbors_of(network: nx.MultiDiGraph[str], iri: str) -> set[str]:
    """Return the neighbors of a node in both directions, without itself."""
    return {*network.successors(iri), *network.predecessors(iri)} - {iri}


def without_leaves(network: nx.MultiDiGraph[str], leaves: Collection[str]) -> nx.MultiDiGraph[str]:
    """Return a copy of the network without some nodes."""
    core: nx.MultiDiGraph[str] = network.__class__()
    core.add_nodes_from((iri, network.nodes[iri]) for iri in network if iri not in leaves)
    for edge in iter_edges(network):
        if edge.origin in core and edge.target in core:
            core.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return core


def leaf_radius(count: int, start: float) -> float:
    """Return the radius of the disc that a node takes with its leaves around it.

    Args:
        count: Number of leaves.
        start: Radius of the node.
    """
    return math.sqrt((start + 16) ** 2 + count * _SPACING**2 / math.pi) if count else start


def place_leaves(
    leaves: Mapping[str, str],
    positions: Mapping[str, tuple[int, int]],
    start: Mapping[str, float],
    order: Sequence[str],
) -> dict[str, tuple[int, int]]:
    """Place leaves evenly around their neighbor, the first ones nearest.

    Args:
        leaves: Leaf -> its only neighbor.
        positions: Position of each neighbor.
        start: Radius of each neighbor.
        order: All leaves.
    """
    counts: dict[str, int] = {}
    placed = {}
    for leaf in order:
        anchor = leaves[leaf]
        number = counts.get(anchor, 0)
        counts[anchor] = number + 1
        x, y = positions[anchor]
        radius = leaf_radius(number + 1, start[anchor])
        angle = number * _GOLDEN_ANGLE
        placed[leaf] = (
            round(x + radius * math.cos(angle)),
            round(y + radius * math.sin(angle)),
        )
    return placed
