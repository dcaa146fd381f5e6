"""The plan of the network view: where everything stands, how large, and what is folded.

A page draws at most `FOLDED_ABOVE` things at once. Of a larger network each community
shows its best joined members in the middle of its disc, and the rest is folded into "and
812 more", which opens in its place: all have one from the start, so nothing else moves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx

from ...core.progress import Silent, Teller
from ..layout.force import Group, radius, spread_out
from ..neighbors import edges_of
from ..theme import CONNECTIONS

#: vis-network draws up to so many things, or statements; beyond, the page paints by itself.
PAINTED_ABOVE: Final = 1500
PAINTED_ABOVE_EDGES: Final = 3000
FOLDED_ABOVE: Final = 6000
_SHOWN: Final = 2000
_LEAST_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """Places in pixels at full size, by IRI.

    ``places`` are those of the four kinds of connection alone, which a page shows first,
    ``whole`` those of all edges; ``groups`` are the communities of a folded network, else ().
    """

    places: Mapping[str, tuple[int, int]]
    whole: Mapping[str, tuple[int, int]]
    sizes: Mapping[str, int]
    groups: tuple[Group, ...]
    painted: bool


def network_plan(
    network: nx.MultiDiGraph[str], languages: tuple[str, ...], tell: Teller | None = None
) -> Plan:
    """Lay the network out; ``tell`` is told what is done."""
    tell = tell or Silent()
    folded = len(network) > FOLDED_ABOVE
    every = spread_out(network, languages, folded=folded, tell=tell)
    places = dict(every.places)
    part = _connections_only(network)
    # One layout of discs is enough to find the way in.
    if not folded and 0 < part.number_of_edges() < network.number_of_edges():
        places |= spread_out(part, languages, tell=tell).places
    room = _room(len(network))
    return Plan(
        {iri: (int(x * room), int(y * room)) for iri, (x, y) in places.items()},
        {iri: (int(x * room), int(y * room)) for iri, (x, y) in every.places.items()},
        {iri: radius(network.degree(iri)) for iri in network},
        every.groups if folded else (),
        painted=len(network) > PAINTED_ABOVE or network.number_of_edges() > PAINTED_ABOVE_EDGES,
    )


def _room(count: int) -> float:
    """Return how much further apart a few nodes are, so that their edges can be read.

    >>> [_room(count) for count in (1, 2, 6, 12, 400)]
    [4.0, 4.0, 2.0, 1.0, 1.0]
    """
    return min(4.0, max(1.0, 12 / count))


def shown_of(sizes: Sequence[int]) -> list[int]:
    """How many members each group shows: about `_SHOWN` in all, of large groups a smaller part.

    >>> shown_of([10_000, 400, 2])
    [1647, 329, 2]
    """
    share = _SHOWN / max(1.0, sum(math.sqrt(size) for size in sizes))
    return [min(size, max(_LEAST_SHOWN, int(share * math.sqrt(size)))) for size in sizes]


def as_data(plan: Plan, order: Sequence[str]) -> dict[str, Any]:
    """The plan as the page reads it: by place in ``order``, one list a coordinate."""
    number = {iri: place for place, iri in enumerate(order)}
    data: dict[str, Any] = {
        "x": [plan.places[iri][0] for iri in order],
        "y": [plan.places[iri][1] for iri in order],
        "size": [plan.sizes[iri] for iri in order],
        "painted": plan.painted,
    }
    if any(plan.places[iri] != plan.whole[iri] for iri in order):
        data["whole"] = {
            "x": [plan.whole[iri][0] for iri in order],
            "y": [plan.whole[iri][1] for iri in order],
        }
    if plan.groups:
        shown = shown_of([len(group.members) for group in plan.groups])
        data["groups"] = [
            {
                "x": group.x,
                "y": group.y,
                "radius": group.radius,
                "shown": count,
                "members": [number[iri] for iri in group.members],
            }
            for group, count in zip(plan.groups, shown, strict=True)
        ]
    return data


def _connections_only(network: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """The part that the four kinds of connection join."""
    part: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for edge in edges_of(network):
        if edge.family in CONNECTIONS:
            for iri in (edge.origin, edge.target):
                part.add_node(iri, entity=network.nodes[iri]["entity"])
            part.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return part
