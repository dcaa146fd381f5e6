"""The second hop of the focus picture: beside each neighbour, what it is joined to in turn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ...core.model import Entity, Family
from ..layout.focus import Picture
from ..neighbors import Neighbour, Side, Strand, entity_order
from .document import bundles, text
from .entity_box import CELL_HEIGHT, cell
from .focus import dashes, thickness

if TYPE_CHECKING:
    import networkx as nx

MOST: Final = 3
"""How many stand beside each neighbour; the rest is counted."""
CELL: Final = 250
REACH: Final = 54
"""From a neighbour to the boxes beside it."""
ROOM: Final = CELL + REACH
_STEP: Final = CELL_HEIGHT + 6
_MORE: Final = 18

Further = tuple[tuple[Entity, Strand, bool], ...]
"""Entities, what joins each to the neighbour, and whether that points at it."""


def further(
    network: nx.MultiDiGraph[str],
    focus: str,
    beside: Sequence[Neighbour],
    families: Collection[Family],
    languages: Sequence[str],
) -> dict[tuple[Side, str], Further]:
    """What each neighbour is joined to, other than the focus: the best vouched for first.

    A neighbour on both sides shows it once.
    """
    found: dict[tuple[Side, str], Further] = {}
    done: set[str] = set()
    for item in beside:
        iri = item.entity.iri
        if iri in done or iri == focus:
            continue
        done.add(iri)
        edges = [
            data["edge"]
            for _, _, data in (
                *network.out_edges(iri, data=True),
                *network.in_edges(iri, data=True),
            )
            if data["edge"].family in families
        ]
        ties: dict[str, tuple[Entity, Strand, bool]] = {}
        for origin, target, strand in bundles(edges):
            other = target if origin == iri else origin
            if other not in (focus, iri) and other not in ties:
                ties[other] = (network.nodes[other]["entity"], strand, origin == iri)
        if ties:
            found[item.side, iri] = tuple(
                sorted(
                    ties.values(),
                    key=lambda tie: (-tie[1].sources, entity_order(tie[0], *languages)),
                )
            )
    return found


def with_room(
    beside: Sequence[Neighbour], beyond: dict[tuple[Side, str], Further]
) -> list[Neighbour]:
    """The neighbours, each as high as what stands beside it."""
    return [
        replace(item, room=_height(beyond.get((item.side, item.entity.iri), ()))) for item in beside
    ]


def _height(ties: Further) -> int:
    shown = min(len(ties), MOST)
    return shown * _STEP + (_MORE if len(ties) > MOST else 0)


def draw_beyond(
    picture: Picture, beyond: dict[tuple[Side, str], Further], languages: Sequence[str]
) -> list[str]:
    """The boxes beside each neighbour and the lines to them; arrows stand in their words."""
    parts: list[str] = []
    captioned: set[Side] = set()
    for block in picture.blocks:
        if block.neighbour is None:
            continue
        ties = beyond.get((block.side, block.neighbour.entity.iri), ())
        if not ties:
            continue
        out = block.side == "out"
        edge = block.x if out else block.x + block.width
        near = edge - REACH if out else edge + REACH
        left = near - CELL if out else near
        middle = block.y + block.height // 2
        y = block.y + max(0, (block.height - _height(ties)) // 2)
        if block.side not in captioned:
            captioned.add(block.side)
            words = "→ it points to this, ← this points to it"
            at = left if out else left + CELL
            top = min(b.y for b in picture.blocks if b.side == block.side) - 14
            parts.append(text(words, at, top, "caption", anchor="" if out else "end"))
        for entity, strand, outwards in ties[:MOST]:
            to = y + CELL_HEIGHT // 2
            turn = (edge + near) // 2
            parts.append(
                f'<path class="wire" d="M{edge} {middle}C{turn} {middle} {turn} {to} {near} {to}" '
                f'stroke-width="{thickness(strand.sources)}"{dashes(strand.family)}/>'
            )
            arrow = "→" if outwards else "←"
            parts.append(cell(entity, (left, y, CELL), strand, arrow, languages))
            y += _STEP
        if len(ties) > MOST:
            parts.append(text(f"and {len(ties) - MOST} more", left + 12, y + 11, "sub"))
    return parts
