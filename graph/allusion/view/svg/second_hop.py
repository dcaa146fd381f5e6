"""Draw the second hop of the focus layout: beside each neighbor, its own neighbors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ...core.model import Entity, Family
from ...network.networkx_graph import get_entity, incident_edges
from ..edge_bundles import EdgeBundle, bundle_by_family
from ..layout.focus import FocusLayout
from ..neighbors import Neighbor, Side, entity_sort_key
from ..options import PictureOptions
from ..text_boxes import COMPACT_BOX_HEIGHT
from .elements import dash_attribute, stroke_width, text_element
from .entity_box import draw_entity_box

if TYPE_CHECKING:
    import networkx as nx

MAX_PER_NEIGHBOR: Final = 3
"""Boxes beside each neighbor; further ones are counted."""
_BOX_WIDTH: Final = 250
_GAP: Final = 54
SIDE_WIDTH: Final = _BOX_WIDTH + _GAP
"""Width that the second hop takes on one side."""
_ROW_HEIGHT: Final = COMPACT_BOX_HEIGHT + 6
_MORE_HEIGHT: Final = 18


@dataclass(frozen=True, slots=True)
class SecondHopEntity:
    """A neighbor of a neighbor.

    Attributes:
        entity: The entity.
        bundle: The edges between it and the neighbor.
        outwards: Whether the bundle points to it.
    """

    entity: Entity
    bundle: EdgeBundle
    outwards: bool


SecondHop = Mapping[tuple[Side, str], Sequence[SecondHopEntity]]
"""Neighbors of a neighbor, most sources first, by its side and IRI."""


def find_second_hop(
    network: nx.MultiDiGraph[str],
    focus: str,
    neighbors: Sequence[Neighbor],
    families: Collection[Family],
    languages: Sequence[str],
) -> SecondHop:
    """Collect the neighbors of each neighbor, except the focus.

    For a neighbor on both sides, they are drawn on the first side only.
    """
    found: dict[tuple[Side, str], Sequence[SecondHopEntity]] = {}
    done = {focus}
    for neighbor in neighbors:
        iri = neighbor.entity.iri
        if iri in done:
            continue
        done.add(iri)
        edges = [edge for edge in incident_edges(network, iri) if edge.family in families]
        others: dict[str, SecondHopEntity] = {}
        for origin, target, bundle in bundle_by_family(edges):
            other = target if origin == iri else origin
            if other not in (focus, iri) and other not in others:
                entity = get_entity(network, other)
                others[other] = SecondHopEntity(entity, bundle, origin == iri)
        if others:
            found[neighbor.side, iri] = sorted(
                others.values(),
                key=lambda one: (-one.bundle.sources, entity_sort_key(one.entity, *languages)),
            )
    return found


def reserve_heights(neighbors: Sequence[Neighbor], second_hop: SecondHop) -> list[Neighbor]:
    """Set the minimum height of each neighbor to that of the boxes beside it."""
    return [
        replace(item, min_height=_height(second_hop.get((item.side, item.entity.iri), ())))
        for item in neighbors
    ]


def _height(entities: Sequence[SecondHopEntity]) -> int:
    visible = min(len(entities), MAX_PER_NEIGHBOR)
    return visible * _ROW_HEIGHT + (_MORE_HEIGHT if len(entities) > MAX_PER_NEIGHBOR else 0)


def draw_second_hop(
    layout: FocusLayout, second_hop: SecondHop, options: PictureOptions
) -> list[str]:
    """Draw the boxes beside each neighbor, and the lines to them.

    The direction of a line is an arrow in the text of the box.
    """
    parts: list[str] = []
    sides_with_caption: set[Side] = set()
    for item in layout.neighbors:
        if item.neighbor is None:
            continue
        entities = second_hop.get((item.side, item.neighbor.entity.iri), ())
        if not entities:
            continue
        on_left = item.side == "in"
        start = item.x if on_left else item.x + item.width
        end = start - _GAP if on_left else start + _GAP
        left = end - _BOX_WIDTH if on_left else end
        middle = item.y + item.height // 2
        y = item.y + max(0, (item.height - _height(entities)) // 2)
        if item.side not in sides_with_caption:
            sides_with_caption.add(item.side)
            caption = "→ it points to this, ← this points to it"
            x = left if on_left else left + _BOX_WIDTH
            top = min(other.y for other in layout.neighbors if other.side == item.side) - 14
            parts.append(text_element(caption, x, top, "caption", anchor="" if on_left else "end"))
        for one in entities[:MAX_PER_NEIGHBOR]:
            to = y + COMPACT_BOX_HEIGHT // 2
            turn = (start + end) // 2
            parts.append(
                f'<path class="wire" d="M{start} {middle}C{turn} {middle} {turn} {to} {end} {to}" '
                f'stroke-width="{stroke_width(one.bundle.sources)}"'
                f"{dash_attribute(one.bundle.family)}/>"
            )
            arrow = "→" if one.outwards else "←"
            place = (left, y, _BOX_WIDTH)
            parts.append(draw_entity_box(one.entity, place, one.bundle, arrow, options))
            y += _ROW_HEIGHT
        if more := max(0, len(entities) - MAX_PER_NEIGHBOR):
            parts.append(text_element(f"and {more} more", left + 12, y + 11, "sub"))
    return parts
