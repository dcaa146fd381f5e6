"""The neighbors of an entity, with the edge bundles that lead to them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from ..core.model import Edge, Entity, Family
from ..network.networkx_graph import get_entity
from .edge_bundles import EdgeBundle, bundle_edges, edge_sort_key
from .text_boxes import TextBox, name_box
from .theme import CONNECTION_FAMILIES, FAMILY_ORDER

if TYPE_CHECKING:
    import networkx as nx

Side = Literal["out", "in"]
_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Neighbor:
    """An entity next to the focus.

    Attributes:
        side: "out" if the focus points to it, "in" if it points to the focus.
        min_height: Height in pixels to reserve, for boxes drawn beside it.
        degree: Number of its edges in the whole network.
    """

    entity: Entity
    side: Side
    box: TextBox
    bundles: tuple[EdgeBundle, ...]
    min_height: int = 0
    degree: int = 0


def entity_sort_key(entity: Entity, *languages: str) -> tuple[bool, int, str, str]:
    """Sort by year, then name; entities without a year come last."""
    # Numbers sort by their value: part 2 comes before part 10.
    name = _NUMBER.sub(lambda match: match[0].zfill(12), entity.label(*languages).casefold())
    return (entity.year is None, entity.year or 0, name, entity.iri)


def find_neighbors(
    network: nx.MultiDiGraph[str],
    focus: str,
    *,
    families: Collection[Family] | None = None,
    languages: Sequence[str] = ("en",),
) -> list[Neighbor]:
    """Collect the neighbors of an entity, first "out", then "in", each oldest first.

    An edge from the focus to itself makes the focus its own neighbor on side "out".

    Args:
        network: All entities and edges.
        focus: IRI of the entity.
        families: Families of edges to follow; None means `default_families`.
        languages: Tags in order of preference.

    Raises:
        UnknownName: If ``focus`` is not a node.
    """
    entity = get_entity(network, focus)
    outgoing: dict[str, list[Edge]] = {}
    incoming: dict[str, list[Edge]] = {}
    for _, target, data in network.out_edges(focus, data=True):
        outgoing.setdefault(target, []).append(data["edge"])
    for origin, _, data in network.in_edges(focus, data=True):
        if origin != focus:
            incoming.setdefault(origin, []).append(data["edge"])
    if families is None:
        incident = [
            edge for side in (outgoing, incoming) for edges in side.values() for edge in edges
        ]
        families = default_families(entity, incident)
    found: list[Neighbor] = []
    sides: tuple[tuple[Side, dict[str, list[Edge]]], ...] = (("out", outgoing), ("in", incoming))
    for side, by_entity in sides:
        entities = [get_entity(network, iri) for iri in by_entity]
        for other in sorted(entities, key=lambda item: entity_sort_key(item, *languages)):
            edges = sorted(
                (e for e in by_entity[other.iri] if e.family in families), key=edge_sort_key
            )
            if edges:
                # networkx counts a self-loop twice, but the page counts it once.
                loops = network.number_of_edges(other.iri, other.iri)
                degree = network.degree(other.iri) - loops
                box = name_box(other, *languages)
                found.append(Neighbor(other, side, box, bundle_edges(edges), degree=degree))
    return found


def default_families(entity: Entity, edges: Iterable[Edge]) -> Collection[Family]:
    """Return the families that a picture of ``entity`` shows unless the user chooses.

    These are the four families of connection, for a person also "story". If none of the
    ``edges`` at the entity is a connection, all families.
    """
    if not any(edge.family in CONNECTION_FAMILIES for edge in edges):
        return FAMILY_ORDER
    if entity.kind == "person":
        return {*CONNECTION_FAMILIES, "story"}
    return CONNECTION_FAMILIES
