"""The timeline: a lane for each kind of thing, its years from left to right, and arcs.

Each thing stands with its shape on its year and its name beside it, in the first row of its
lane that has room, so that names never cover one another. What has no year cannot stand on
an axis: it is listed below. Arcs point the way the statement does: as a rule from the later
to the earlier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..records import Entity
from .axis import Axis, make_axis
from .boxes import Box, name_box
from .cells import CELL_HEIGHT
from .neighbours import Strand, edges_of, entities_of
from .palette import KINDS
from .sheet import MARGIN, bundles

if TYPE_CHECKING:
    import networkx as nx

WIDTH: Final = 1280
HEAD: Final = 74
LANE_LABEL: Final = 142
AXIS: Final = 30
LANE_PAD: Final = 9
GLYPH: Final = 16  # from the edge of a box to the middle of its shape
CELL: Final = 304
CELL_GAP: Final = 8
_ROW_GAP: Final = 4
_APART: Final = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """A thing on its year: ``x``, ``y`` is the middle of its shape, ``left``, ``top`` its box.

    ``flipped`` has the name on the left of the shape, where the right edge is near.
    """

    entity: Entity
    box: Box
    x: int
    y: int
    left: int
    top: int
    flipped: bool


@dataclass(frozen=True, slots=True)
class Arc:
    """A strand between two marks; ``middle`` and ``bend`` place the points that bend it."""

    origin: Mark
    target: Mark
    strand: Strand
    middle: int
    bend: int


@dataclass(frozen=True, slots=True)
class Lane:
    """A kind with the room it takes."""

    kind: str
    top: int
    height: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A thing without a year, and the strand that joins it to the nearest and oldest other.

    ``outwards`` says whether that strand points at this thing.
    """

    entity: Entity
    x: int
    y: int
    tie: Strand | None
    other: Entity | None
    outwards: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """A whole timeline in pixels, from its top left corner."""

    focus: Entity
    axis: Axis
    lanes: tuple[Lane, ...]
    arcs: tuple[Arc, ...]
    cells: tuple[Cell, ...]
    undated: int
    bottom: int
    height: int
    left_out: int
    undated_out: int


def arrange_timeline(
    part: nx.MultiDiGraph[str],
    focus: str,
    *,
    most: int = 60,
    languages: Sequence[str] = ("en",),
) -> Timeline | None:
    """Place what stands around ``focus``; None where nothing of it has a year.

    Args:
        part: What to show, as `allusion.view.choosing.around` gives it.
        focus: The one that is marked.
        most: How many with a year stand on the axis; as many without are listed. The rest is
            counted: those further away and joined by less.
        languages: As for `allusion.view.neighbours.neighbours`.
    """
    entities = list(entities_of(part))
    dated = [entity for entity in entities if entity.year is not None]
    undated = [entity for entity in entities if entity.year is None]
    if not dated:
        return None
    kept, left_out = _weightiest(part, dated, most)
    listed, undated_out = _weightiest(part, undated, most)
    axis = make_axis(
        {entity.year for entity in kept if entity.year is not None},
        LANE_LABEL + GLYPH + 4,
        WIDTH - MARGIN - GLYPH - 90,
    )
    on_axis = {entity.iri for entity in kept}
    joined = [
        (origin, target, strand)
        for origin, target, strand in bundles(edges_of(part))
        if origin in on_axis and target in on_axis and origin != target
    ]
    lanes = _lanes(kept, axis, HEAD + AXIS, languages)
    highest = min((arc.middle for arc in _arcs(lanes, joined)), default=HEAD + AXIS)
    # A bow reaches three quarters of the way to the points that bend it.
    top = HEAD + AXIS + max(0, (HEAD + AXIS - highest) * 3 // 4)
    lanes = _lanes(kept, axis, top, languages)
    bottom = lanes[-1].top + lanes[-1].height
    cells, height = _cells(part, focus, listed, bottom + AXIS + 40, languages)
    return Timeline(
        part.nodes[focus]["entity"], axis, lanes, _arcs(lanes, joined), cells, len(undated),
        bottom, height, left_out, undated_out,
    )  # fmt: skip


def _lanes(kept: list[Entity], axis: Axis, top: int, languages: Sequence[str]) -> tuple[Lane, ...]:
    lanes: list[Lane] = []
    for kind in (*KINDS, *sorted({e.kind for e in kept} - set(KINDS))):
        of_kind = [entity for entity in kept if entity.kind == kind]
        if of_kind:
            lanes.append(_lane(kind, of_kind, axis, top, languages))
            top += lanes[-1].height
    return tuple(lanes)


def _arcs(lanes: Sequence[Lane], joined: Sequence[tuple[str, str, Strand]]) -> tuple[Arc, ...]:
    """From shape to shape, upright at both ends; between two of one row a line rises in a bow."""
    marks = {mark.entity.iri: mark for lane in lanes for mark in lane.marks}
    seen: dict[frozenset[str], int] = {}
    arcs = []
    for one, other, strand in joined:
        pair = frozenset((one, other))
        place = seen.get(pair, 0)
        seen[pair] = place + 1
        origin, target = marks[one], marks[other]
        across, down = target.x - origin.x, target.y - origin.y
        if abs(down) < 40:
            middle = min(origin.y, target.y) - 22 - min(70, abs(across) // 7) - 12 * place
        else:
            middle = (origin.y + target.y) // 2 - 12 * place
        # Between two of one year the line must leave the upright.
        bend = 0 if across else 26 + 14 * place
        arcs.append(Arc(origin, target, strand, middle, bend))
    return tuple(arcs)


def _weightiest(
    part: nx.MultiDiGraph[str], entities: list[Entity], most: int
) -> tuple[list[Entity], int]:
    """The nearest and best joined, in their order, and how many are left out."""
    weight = [
        (part.nodes[entity.iri].get("distance", 0), -part.degree(entity.iri), place)
        for place, entity in enumerate(entities)
    ]
    kept = sorted(place for *_, place in sorted(weight)[:most])
    return [entities[place] for place in kept], max(0, len(entities) - most)


def _lane(
    kind: str, entities: list[Entity], axis: Axis, top: int, languages: Sequence[str]
) -> Lane:
    rows: list[list[tuple[int, Entity, Box, bool]]] = []
    for entity in sorted(entities, key=lambda e: (e.year or 0, e.label(*languages), e.iri)):
        box = name_box(entity, *languages)
        x = axis.x(entity.year or 0)
        flipped = x - GLYPH + box.width > WIDTH - MARGIN
        left = x + GLYPH - box.width if flipped else x - GLYPH
        for row in rows:
            if all(
                left >= before + b.width + _APART or left + box.width + _APART <= before
                for before, _, b, _ in row
            ):
                row.append((left, entity, box, flipped))
                break
        else:
            rows.append([(left, entity, box, flipped)])
    marks: list[Mark] = []
    y = top + LANE_PAD
    for row in rows:
        height = max(box.height for _, _, box, _ in row)
        for left, entity, box, flipped in row:
            x = axis.x(entity.year or 0)
            box_top = y + (height - box.height) // 2
            marks.append(Mark(entity, box, x, y + height // 2, left, box_top, flipped))
        y += height + _ROW_GAP
    return Lane(kind, top, y - top + LANE_PAD - _ROW_GAP, tuple(marks))


def _cells(
    part: nx.MultiDiGraph[str],
    focus: str,
    entities: list[Entity],
    top: int,
    languages: Sequence[str],
) -> tuple[tuple[Cell, ...], int]:
    """Those without a year in columns, kind by kind, and where they end."""
    kinds = list(KINDS)
    ordered = sorted(
        (entity for entity in entities if entity.iri != focus),
        key=lambda e: (
            kinds.index(e.kind) if e.kind in kinds else len(kinds), e.label(*languages), e.iri,
        ),
    )  # fmt: skip
    nearness = {iri: place for place, iri in enumerate(part)}
    ties: dict[str, tuple[Strand, str, bool]] = {}
    for origin, target, strand in bundles(edges_of(part)):
        for iri, other in ((origin, target), (target, origin)):
            if iri not in ties or nearness[other] < nearness[ties[iri][1]]:
                ties[iri] = (strand, other, iri == target)
    columns = (WIDTH - 2 * MARGIN + CELL_GAP) // (CELL + CELL_GAP)
    rows = -(-len(ordered) // columns)
    cells = []
    for place, entity in enumerate(ordered):
        x = MARGIN + (place // rows) * (CELL + CELL_GAP)
        y = top + (place % rows) * (CELL_HEIGHT + CELL_GAP)
        tie, other, outwards = ties.get(entity.iri, (None, "", True))
        beside = part.nodes[other]["entity"] if other else None
        cells.append(Cell(entity, x, y, tie, beside, outwards))
    return tuple(cells), top + rows * (CELL_HEIGHT + CELL_GAP)
