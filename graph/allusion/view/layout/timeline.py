"""The timeline: a lane for each kind of thing, its years from left to right, and arcs.

Each thing stands with its shape on its year and its name beside it, in the first row of its
lane that has room, so that names never cover one another. Of many the best joined have names,
and the rest is a number for each decade. What has no year cannot stand on an axis: it is
listed below. Arcs point the way the statement does: as a rule from the later
to the earlier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from ...core.model import Entity
from ..boxes import Box, name_box
from ..neighbors import Strand, edges_of, entities_of
from ..svg.document import MARGIN, bundles
from ..svg.entity_box import CELL_HEIGHT
from ..theme import KINDS
from .time_axis import Axis, make_axis

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
CROWD_HEIGHT: Final = 18
_ROW_GAP: Final = 4
_CROWDS_APART: Final = 44
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
class Crowd:
    """Those of a decade, or of several side by side, who have no room; ``x``, ``y`` its middle."""

    first: int
    last: int
    number: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Lane:
    """A kind with the room it takes."""

    kind: str
    top: int
    height: int
    marks: tuple[Mark, ...]
    crowds: tuple[Crowd, ...] = ()


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
        most: How many with a year stand on the axis; as many without are listed. The rest,
            further away and joined by less, is counted: by decade where it has a year.
        languages: As for `allusion.view.neighbours.neighbours`.
    """
    entities = list(entities_of(part))
    dated = [entity for entity in entities if entity.year is not None]
    undated = [entity for entity in entities if entity.year is None]
    if not dated:
        return None
    kept, rest = _weightiest(part, dated, most)
    listed, unlisted = _weightiest(part, undated, most)
    axis = make_axis(
        {entity.year for entity in dated if entity.year is not None},
        LANE_LABEL + GLYPH + 4,
        WIDTH - MARGIN - GLYPH - 90,
    )
    on_axis = {entity.iri for entity in kept}
    joined = [
        (origin, target, strand)
        for origin, target, strand in bundles(edges_of(part))
        if origin in on_axis and target in on_axis and origin != target
    ]
    lanes = _lanes(kept, rest, axis, HEAD + AXIS, languages)
    highest = min((arc.middle for arc in _arcs(lanes, joined)), default=HEAD + AXIS)
    # A bow reaches three quarters of the way to the points that bend it.
    top = HEAD + AXIS + max(0, (HEAD + AXIS - highest) * 3 // 4)
    lanes = _lanes(kept, rest, axis, top, languages)
    bottom = lanes[-1].top + lanes[-1].height
    cells, height = _cells(part, focus, listed, bottom + AXIS + 40, languages)
    return Timeline(
        part.nodes[focus]["entity"], axis, lanes, _arcs(lanes, joined), cells, len(undated),
        bottom, height, len(rest), len(unlisted),
    )  # fmt: skip


def _lanes(
    kept: list[Entity], rest: list[Entity], axis: Axis, top: int, languages: Sequence[str]
) -> tuple[Lane, ...]:
    lanes: list[Lane] = []
    for kind in (*KINDS, *sorted({e.kind for e in (*kept, *rest)} - set(KINDS))):
        named = [entity for entity in kept if entity.kind == kind]
        years = [e.year for e in rest if e.kind == kind and e.year is not None]
        if named or years:
            lanes.append(_lane(kind, named, years, axis, top, languages))
            top += lanes[-1].height
    return tuple(lanes)


def _crowds(years: Sequence[int], axis: Axis, y: int) -> tuple[Crowd, ...]:
    """Numbers by decade, or by year where all lie within one; those that would touch are one."""
    ordered = sorted(years)
    step = 1 if ordered and ordered[-1] - ordered[0] < 10 else 10
    crowds: list[list[int]] = []
    for _, decade in groupby(ordered, lambda year: year // step):
        of_it = list(decade)
        crowds.append([of_it[0], of_it[-1], len(of_it)])
        while len(crowds) > 1 and _middle(crowds[-1], axis) - _middle(crowds[-2], axis) < (
            _CROWDS_APART
        ):
            _, last, number = crowds.pop()
            crowds[-1] = [crowds[-1][0], last, crowds[-1][2] + number]
    return tuple(Crowd(crowd[0], crowd[1], crowd[2], _middle(crowd, axis), y) for crowd in crowds)


def _middle(crowd: Sequence[int], axis: Axis) -> int:
    return (axis.x(crowd[0]) + axis.x(crowd[1])) // 2


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
) -> tuple[list[Entity], list[Entity]]:
    """The nearest and best joined, and those left out, both in their order."""
    weight = [
        (part.nodes[entity.iri].get("distance", 0), -part.degree(entity.iri), place)
        for place, entity in enumerate(entities)
    ]
    kept = {place for *_, place in sorted(weight)[:most]}
    return (
        [entity for place, entity in enumerate(entities) if place in kept],
        [entity for place, entity in enumerate(entities) if place not in kept],
    )


def _lane(
    kind: str,
    entities: list[Entity],
    unnamed: Sequence[int],
    axis: Axis,
    top: int,
    languages: Sequence[str],
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
    crowds = _crowds(unnamed, axis, y + CROWD_HEIGHT // 2)
    y += CROWD_HEIGHT + _ROW_GAP if crowds else 0
    return Lane(kind, top, y - top + LANE_PAD - _ROW_GAP, tuple(marks), crowds)


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
