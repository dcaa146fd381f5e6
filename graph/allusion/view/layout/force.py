"""The network layout: all entities on one plane, those that belong together side by side.

Communities are found first (`allusion.ranking`), each is laid out by itself, their
discs are placed by how strongly they are joined, and overlaps are removed. All of it
is seeded and runs on whole numbers for nodes, because the order of a set of strings
differs from run to run.

The larger the network, the less is done: up to `_MOST_RELAXED` nodes forces settle all of
it and names keep apart; beyond, shapes keep apart, and names get their room when somebody
zooms in; where it is ``folded``, a community is an even disc with its best joined in the
middle, so that some can be shown without the rest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import networkx as nx

from ...core.progress import Silent, Teller
from ...network.centrality import SEED, communities
from ..neighbors import edges_of
from ..text_metrics import clean, width
from .circle_packing import pack
from .force_step import relax
from .overlap_removal import Point, separate

LABEL_SIZE: Final = 12
# Above this networkx changes to a method that needs SciPy.
_MOST_BY_FORCE: Final = 450
_MOST_RELAXED: Final = 1500
_MOST_GROUPS: Final = 160
_ITERATIONS: Final = 120
_ITERATIONS_LARGE: Final = 60
_ROOM: Final = 62.0
_ROOM_FOLDED: Final = 30.0
_BETWEEN: Final = 40.0
_STRETCH: Final = 1.35
_WEIGHT: Final = {"credit": 0.5, "story": 0.7, "part": 0.7}


def radius(degree: int) -> int:
    """Half the size of a node's shape: larger for the better connected, at most 26."""
    return min(26, 7 + int(3 * math.sqrt(degree)))


@dataclass(frozen=True, slots=True)
class Group:
    """A community in the layout: its disc in pixels, its members the best joined first."""

    x: int
    y: int
    radius: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """Where each node stands, in pixels at full size, and the communities, the largest first."""

    places: dict[str, tuple[int, int]]
    groups: tuple[Group, ...]


def spread(
    network: nx.MultiDiGraph[str], languages: tuple[str, ...] = ("en",)
) -> dict[str, tuple[int, int]]:
    """Where each node stands, in pixels at full size, so that shapes and labels do not touch.

    Of a large network labels may touch; see above.
    """
    return spread_out(network, languages).places


def spread_out(
    network: nx.MultiDiGraph[str],
    languages: tuple[str, ...] = ("en",),
    *,
    folded: bool = False,
    tell: Teller | None = None,
) -> Spread:
    """The layout with its communities.

    Args:
        network: All entities and edges.
        languages: In which the names are whose room is kept free.
        folded: Lay communities out as discs that can be shown in part.
        tell: Is told what is done.
    """
    tell = tell or Silent()
    iris = sorted(network)
    if not iris:
        return Spread({}, ())
    tell(f"finding what belongs together among {len(iris):,} entities")
    plain = _plain(network, iris)
    groups = _few(communities(plain), plain) if len(iris) > _MOST_RELAXED else communities(plain)
    tell(f"placing {len(iris):,} entities in {len(groups):,} groups")
    small = len(iris) <= _MOST_RELAXED and not folded
    room = _ROOM_FOLDED if folded else _ROOM
    discs = [room * math.sqrt(len(group)) for group in groups]
    if small:
        middles = _group_centres(plain, groups, discs)
    else:
        middles = pack(discs, _between(plain, groups), _BETWEEN)
    stretch = _STRETCH if small else 1.0
    rough = _by_community(plain, groups, discs, middles, stretch, tell, folded=folded)
    centres = [rough[number] for number in range(len(iris))]
    if small:
        home = {node: number for number, group in enumerate(groups) for node in group}
        settled = relax(centres, _ties(plain), [home[n] for n in range(len(iris))], _ROOM)
        centres = [(x * _STRETCH, y) for x, y in settled]
    tell("parting what stands too close")
    placed = separate(centres, [_size(network, iri, languages, named=small) for iri in iris])
    return Spread(
        {iri: (round(x), round(y)) for iri, (x, y) in zip(iris, placed, strict=True)},
        tuple(
            _circle([placed[node] for node in order], tuple(iris[node] for node in order))
            for order in (_best_first(plain, group) for group in groups)
        ),
    )


def _plain(network: nx.MultiDiGraph[str], iris: list[str]) -> nx.Graph[int]:
    """Who is joined to whom, by number; the weight says how closely."""
    index = {iri: number for number, iri in enumerate(iris)}
    plain: nx.Graph[int] = nx.Graph()
    plain.add_nodes_from(range(len(iris)))
    for edge in sorted(edges_of(network), key=lambda edge: edge.iri):
        one, other = index[edge.origin], index[edge.target]
        if one != other:
            weight = _WEIGHT.get(edge.family, 1.0)
            before = plain.get_edge_data(one, other, {"weight": 0.0})["weight"]
            plain.add_edge(one, other, weight=before + weight)
    return plain


def _few(groups: list[list[int]], plain: nx.Graph[int]) -> list[list[int]]:
    """The largest groups, and the many small ones as one, those joined to each other together.

    A group that is joined to nothing outside stays whole within the last one, for its
    members follow upon each other.
    """
    if len(groups) <= _MOST_GROUPS:
        return groups
    kept, rest = groups[: _MOST_GROUPS - 1], groups[_MOST_GROUPS - 1 :]
    rest.sort(key=lambda group: (-max(plain.degree(node) for node in group), group))
    return [*kept, [node for group in rest for node in group]]


def _best_first(plain: nx.Graph[int], group: list[int]) -> list[int]:
    return sorted(group, key=lambda node: (-plain.degree(node), node))


def _circle(points: list[Point], members: tuple[str, ...]) -> Group:
    """A disc around all members."""
    x = sum(x for x, _ in points) / len(points)
    y = sum(y for _, y in points) / len(points)
    reach = max(math.hypot(px - x, py - y) for px, py in points)
    return Group(round(x), round(y), round(reach) + 30, members)


def _size(
    network: nx.MultiDiGraph[str], iri: str, languages: tuple[str, ...], *, named: bool
) -> tuple[float, float]:
    across = 2 * radius(network.degree(iri))
    if not named:
        return across + 10.0, across + 10.0
    label = width(clean(network.nodes[iri]["entity"].label(*languages)), LABEL_SIZE)
    return max(across, min(label, 180)) + 14.0, across + LABEL_SIZE + 16.0


def _by_community(
    plain: nx.Graph[int],
    groups: list[list[int]],
    discs: list[float],
    middles: list[Point],
    stretch: float,
    tell: Teller,
    *,
    folded: bool,
) -> dict[int, Point]:
    rough: dict[int, Point] = {}
    for group, disc, (x, y) in zip(groups, discs, middles, strict=True):
        tell.amount(len(rough), len(plain))
        inside = (
            _sunflower(_best_first(plain, group))
            if folded
            else _inside(plain.subgraph(group), group)
        )
        for node, (dx, dy) in inside.items():
            rough[node] = (x + dx * disc * stretch, y + dy * disc)
    return rough


def _group_centres(
    plain: nx.Graph[int], groups: list[list[int]], discs: list[float]
) -> list[Point]:
    """Joined groups near each other, no two discs overlapping."""
    quotient: nx.Graph[int] = nx.Graph()
    quotient.add_nodes_from(range(len(groups)))
    for (one, other), weight in _between(plain, groups).items():
        quotient.add_edge(one, other, weight=weight)
    # A thread to one hidden middle keeps groups without any tie from drifting away.
    middle = len(groups)
    for number in range(len(groups)):
        quotient.add_edge(middle, number, weight=0.3)
    reach = 1.1 * math.sqrt(sum(disc * disc for disc in discs))
    by_force = _force(quotient, list(quotient))
    centres = [(by_force[n][0] * reach * _STRETCH, by_force[n][1] * reach) for n in range(middle)]
    sizes = [(2 * disc * _STRETCH + _BETWEEN, 2 * disc + _BETWEEN) for disc in discs]
    return separate(centres, sizes)


def _between(plain: nx.Graph[int], groups: list[list[int]]) -> dict[tuple[int, int], float]:
    """How closely two groups, by their numbers, are joined."""
    home = {node: number for number, group in enumerate(groups) for node in group}
    found: dict[tuple[int, int], float] = {}
    for one, other, weight in _ties(plain):
        pair = (min(home[one], home[other]), max(home[one], home[other]))
        if pair[0] != pair[1]:
            found[pair] = found.get(pair, 0.0) + weight
    return found


def _inside(part: nx.Graph[int], nodes: list[int]) -> dict[int, Point]:
    """A group within the unit disc."""
    if len(nodes) == 1:
        return {nodes[0]: (0.0, 0.0)}
    if part.number_of_edges() == 0:
        return _sunflower(_best_first(part, nodes))
    return _force(part, nodes)


def _force(part: nx.Graph[int], nodes: list[int]) -> dict[int, Point]:
    if len(nodes) > _MOST_BY_FORCE:
        return _in_parts(part, nodes)
    # A fresh graph in a fixed order: a subgraph view iterates over a set.
    ordered: nx.Graph[int] = nx.Graph()
    ordered.add_nodes_from(nodes)
    ordered.add_weighted_edges_from(_ties(part))
    found = nx.spring_layout(
        ordered,
        k=2.2 / math.sqrt(len(nodes)),
        iterations=_ITERATIONS if len(nodes) < _MOST_BY_FORCE // 2 else _ITERATIONS_LARGE,
        seed=SEED,
        weight="weight",
    )
    return {node: (float(x), float(y)) for node, (x, y) in found.items()}


def _in_parts(part: nx.Graph[int], nodes: list[int]) -> dict[int, Point]:
    """What is too large for forces in smaller communities, side by side."""
    ordered: nx.Graph[int] = nx.Graph()
    ordered.add_nodes_from(nodes)
    ordered.add_weighted_edges_from(_ties(part))
    groups = _few(communities(ordered), ordered)
    if len(groups) == 1 or len(groups[0]) > _MOST_BY_FORCE:
        return _sunflower(_best_first(part, nodes))
    discs = [_ROOM * math.sqrt(len(group)) for group in groups]
    middles = pack(discs, _between(ordered, groups), _BETWEEN)
    rough = _by_community(ordered, groups, discs, middles, 1.0, Silent(), folded=False)
    reach = max(math.hypot(x, y) for x, y in rough.values())
    return {node: (x / reach, y / reach) for node, (x, y) in rough.items()}


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
