"""The network layout: all entities on one plane, those that belong together side by side.

Communities are found first (`allusion.ranking`), each is laid out by itself, their
discs are placed by how strongly they are joined, and overlaps are removed. All of it
is seeded and runs on whole numbers for nodes, because the order of a set of strings
differs from run to run.
"""

from __future__ import annotations

import math
from typing import Final

import networkx as nx

from ..ranking import SEED, communities
from .neighbours import edges_of
from .overlaps import Point, separate
from .relax import relax
from .text import clean, width

LABEL_SIZE: Final = 12
# Above this networkx changes to a method that needs SciPy.
_MOST_BY_FORCE: Final = 450
_MOST_RELAXED: Final = 1500
_ROOM: Final = 62.0
_BETWEEN: Final = 40.0
_STRETCH: Final = 1.35
_WEIGHT: Final = {"credit": 0.5, "story": 0.7, "part": 0.7}


def radius(degree: int) -> int:
    """Half the size of a node's shape: larger for the better connected, at most 26."""
    return min(26, 7 + int(3 * math.sqrt(degree)))


def spread(
    network: nx.MultiDiGraph[str], languages: tuple[str, ...] = ("en",)
) -> dict[str, tuple[int, int]]:
    """Where each node stands, in pixels at full size, so that shapes and labels do not touch."""
    iris = sorted(network)
    if not iris:
        return {}
    index = {iri: number for number, iri in enumerate(iris)}
    plain: nx.Graph[int] = nx.Graph()
    plain.add_nodes_from(range(len(iris)))
    for edge in sorted(edges_of(network), key=lambda edge: edge.iri):
        one, other = index[edge.origin], index[edge.target]
        if one != other:
            weight = _WEIGHT.get(edge.family, 1.0)
            before = plain.get_edge_data(one, other, {"weight": 0.0})["weight"]
            plain.add_edge(one, other, weight=before + weight)
    groups = communities(plain)
    rough = _by_community(plain, groups)
    centres = [rough[number] for number in range(len(iris))]
    if len(iris) <= _MOST_RELAXED:
        home = {node: number for number, group in enumerate(groups) for node in group}
        ties = _ties(plain)
        settled = relax(centres, ties, [home[node] for node in range(len(iris))], _ROOM)
        centres = [(x * _STRETCH, y) for x, y in settled]
    placed = separate(centres, [_size(network, iri, languages) for iri in iris])
    return {iri: (round(x), round(y)) for iri, (x, y) in zip(iris, placed, strict=True)}


def _size(
    network: nx.MultiDiGraph[str], iri: str, languages: tuple[str, ...]
) -> tuple[float, float]:
    label = width(clean(network.nodes[iri]["entity"].label(*languages)), LABEL_SIZE)
    across = 2 * radius(network.degree(iri))
    return max(across, min(label, 180)) + 14.0, across + LABEL_SIZE + 16.0


def _by_community(plain: nx.Graph[int], groups: list[list[int]]) -> dict[int, Point]:
    discs = [_ROOM * math.sqrt(len(group)) for group in groups]
    centres = _group_centres(plain, groups, discs)
    rough: dict[int, Point] = {}
    for group, disc, (x, y) in zip(groups, discs, centres, strict=True):
        for node, (dx, dy) in _inside(plain.subgraph(group), group).items():
            rough[node] = (x + dx * disc * _STRETCH, y + dy * disc)
    return rough


def _group_centres(
    plain: nx.Graph[int], groups: list[list[int]], discs: list[float]
) -> list[Point]:
    """Joined groups near each other, no two discs overlapping."""
    home = {node: number for number, group in enumerate(groups) for node in group}
    quotient: nx.Graph[int] = nx.Graph()
    quotient.add_nodes_from(range(len(groups)))
    for one, other, weight in _ties(plain):
        a, b = home[one], home[other]
        if a != b:
            before = quotient.get_edge_data(a, b, {"weight": 0.0})["weight"]
            quotient.add_edge(a, b, weight=before + weight)
    # A thread to one hidden middle keeps groups without any tie from drifting away.
    middle = len(groups)
    for number in range(len(groups)):
        quotient.add_edge(middle, number, weight=0.3)
    reach = 1.1 * math.sqrt(sum(disc * disc for disc in discs))
    by_force = _force(quotient, list(quotient))
    centres = [(by_force[n][0] * reach * _STRETCH, by_force[n][1] * reach) for n in range(middle)]
    sizes = [(2 * disc * _STRETCH + _BETWEEN, 2 * disc + _BETWEEN) for disc in discs]
    return separate(centres, sizes)


def _inside(part: nx.Graph[int], nodes: list[int]) -> dict[int, Point]:
    """A group within the unit disc."""
    if len(nodes) == 1:
        return {nodes[0]: (0.0, 0.0)}
    if part.number_of_edges() == 0 or len(nodes) > _MOST_BY_FORCE:
        return _sunflower(sorted(nodes, key=lambda node: (-part.degree(node), node)))
    return _force(part, nodes)


def _force(part: nx.Graph[int], nodes: list[int]) -> dict[int, Point]:
    if len(nodes) > _MOST_BY_FORCE:
        return _sunflower(nodes)
    # A fresh graph in a fixed order: a subgraph view iterates over a set.
    ordered: nx.Graph[int] = nx.Graph()
    ordered.add_nodes_from(nodes)
    ordered.add_weighted_edges_from(_ties(part))
    found = nx.spring_layout(
        ordered, k=2.2 / math.sqrt(len(nodes)), iterations=120, seed=SEED, weight="weight"
    )
    return {node: (float(x), float(y)) for node, (x, y) in found.items()}


def _ties(part: nx.Graph[int]) -> list[tuple[int, int, float]]:
    return sorted((one, other, data["weight"]) for one, other, data in part.edges(data=True))


def _sunflower(nodes: list[int]) -> dict[int, Point]:
    """An even disc, the first node in its middle; the angle is the golden one."""
    golden = math.pi * (3 - math.sqrt(5))
    return {
        node: (
            math.sqrt(number / len(nodes)) * math.cos(number * golden),
            math.sqrt(number / len(nodes)) * math.sin(number * golden),
        )
        for number, node in enumerate(nodes)
    }
