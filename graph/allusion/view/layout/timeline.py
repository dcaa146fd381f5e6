"""The timeline layout: years from left to right, a lane for each kind, arcs for edges.

The symbol of an entity is at its year, its name beside it, in the first row of the lane
where names do not overlap. If there are too many entities, those with the most edges have
names and the others are counted by decade. Entities without a year are listed below. Arcs
point in the direction of the statement, as a rule from the later work to the earlier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from ...core.model import Entity
from ...network.networkx_graph import get_entity, iter_edges, iter_entities
from ..edge_bundles import EdgeBundle, bundle_by_family
from ..text_boxes import COMPACT_BOX_HEIGHT, TextBox, name_box
from ..theme import KINDS
from . import DRAWING_MARGIN
from .time_axis import TimeAxis, build_time_axis

if TYPE_CHECKING:
    import networkx as nx

WIDTH: Final = 1280
HEADER_HEIGHT: Final = 74
LANE_LABEL_WIDTH: Final = 142
AXIS_HEIGHT: Final = 30
LANE_PADDING: Final = 9
SYMBOL_OFFSET: Final = 16  # from the edge of a box to the center of its symbol
UNDATED_WIDTH: Final = 304
UNDATED_GAP: Final = 8
OVERFLOW_HEIGHT: Final = 18
_ROW_GAP: Final = 4
MAX_ENTITIES: Final = 60
"""Entities drawn with a year, and entities listed without one, unless more are asked for."""
_MIN_OVERFLOW_DISTANCE: Final = 44
_BOX_GAP: Final = 12


@dataclass(frozen=True, slots=True)
class TimelineMark:
    """An entity at its year.

    Attributes:
        entity: The entity.
        box: Its name, with sizes.
        x: Center of the symbol.
        y: Center of the symbol.
        left: Left of the box.
        top: Top of the box.
        flipped: The name is at the left of the symbol, because there is no room at the right.
    """

    entity: Entity
    box: TextBox
    x: int
    y: int
    left: int
    top: int
    flipped: bool


@dataclass(frozen=True, slots=True)
class Arc:
    """An edge bundle between two marks, drawn as a cubic Bézier curve.

    Attributes:
        origin: Start.
        target: End.
        bundle: The bundle.
        middle: Y position of both control points.
        bend: Distance of the control points from the marks, to the left.
    """

    origin: TimelineMark
    target: TimelineMark
    bundle: EdgeBundle
    middle: int
    bend: int


@dataclass(frozen=True, slots=True)
class OverflowCount:
    """Number of entities without a name, of the years ``first`` to ``last``.

    Attributes:
        first: First year.
        last: Last year.
        count: Number of entities.
        x: Center.
        y: Center.
    """

    first: int
    last: int
    count: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Lane:
    """All entities of one kind."""

    kind: str
    top: int
    height: int
    marks: tuple[TimelineMark, ...]
    overflow_counts: tuple[OverflowCount, ...] = ()


@dataclass(frozen=True, slots=True)
class UndatedEntity:
    """An entity without a year.

    Attributes:
        entity: The entity.
        x: Left.
        y: Top.
        bundle: The bundle that joins it to the neighbor nearest to the focus; None if it
            has no neighbor.
        other: That neighbor.
        outwards: Whether the bundle points to this entity.
    """

    entity: Entity
    x: int
    y: int
    bundle: EdgeBundle | None
    other: Entity | None
    outwards: bool


@dataclass(frozen=True, slots=True)
class TimelineLayout:
    """A whole layout.

    Attributes:
        focus: The entity that is marked.
        axis: The axis of years.
        lanes: From top to bottom.
        arcs: Edge bundles between marks.
        undated: Entities without a year that are listed.
        undated_count: All entities without a year.
        bottom: Bottom of the last lane.
        height: Height of the drawing.
        hidden_dated: Entities with a year that are only counted.
        hidden_undated: Entities without a year that are not listed.
    """

    focus: Entity
    axis: TimeAxis
    lanes: tuple[Lane, ...]
    arcs: tuple[Arc, ...]
    undated: tuple[UndatedEntity, ...]
    undated_count: int
    bottom: int
    height: int
    hidden_dated: int
    hidden_undated: int


def layout_timeline(
    network: nx.MultiDiGraph[str],
    focus: str,
    *,
    max_entities: int = MAX_ENTITIES,
    languages: Sequence[str] = ("en",),
) -> TimelineLayout | None:
    """Place the entities of a network by year.

    Args:
        network: What to draw, as `allusion.view.subgraphs.ego_graph` returns it.
        focus: IRI of the entity to mark.
        max_entities: Entities drawn with a year, and entities listed without one, at most.
            The nearest to the focus with the most edges are kept; the others are counted.
        languages: Tags in order of preference.

    Returns:
        None if no entity has a year.
    """
    entities = list(iter_entities(network))
    dated = [entity for entity in entities if entity.year is not None]
    undated = [entity for entity in entities if entity.year is None]
    if not dated:
        return None
    kept, hidden = _split_visible(network, dated, max_entities)
    listed, unlisted = _split_visible(network, undated, max_entities)
    axis = build_time_axis(
        {entity.year for entity in dated if entity.year is not None},
        LANE_LABEL_WIDTH + SYMBOL_OFFSET + 4,
        WIDTH - DRAWING_MARGIN - SYMBOL_OFFSET - 90,
    )
    on_axis = {entity.iri for entity in kept}
    bundles = [
        (origin, target, bundle)
        for origin, target, bundle in bundle_by_family(iter_edges(network))
        if origin in on_axis and target in on_axis and origin != target
    ]
    top = HEADER_HEIGHT + AXIS_HEIGHT
    lanes = _place_lanes(kept, hidden, axis, top, languages)
    highest = min((arc.middle for arc in _place_arcs(lanes, bundles)), default=top)
    # A curve reaches three quarters of the way to its control points.
    top += max(0, (top - highest) * 3 // 4)
    lanes = _place_lanes(kept, hidden, axis, top, languages)
    bottom = lanes[-1].top + lanes[-1].height
    boxes, height = _place_undated(network, focus, listed, bottom + AXIS_HEIGHT + 40, languages)
    return TimelineLayout(
        focus=get_entity(network, focus),
        axis=axis,
        lanes=lanes,
        arcs=_place_arcs(lanes, bundles),
        undated=boxes,
        undated_count=len(undated),
        bottom=bottom,
        height=height,
        hidden_dated=len(hidden),
        hidden_undated=len(unlisted),
    )


def _split_visible(
    network: nx.MultiDiGraph[str], entities: list[Entity], max_entities: int
) -> tuple[list[Entity], list[Entity]]:
    """Split into the entities to draw and those to count, both in their order."""
    rank = [
        (network.nodes[entity.iri].get("distance", 0), -network.degree(entity.iri), index)
        for index, entity in enumerate(entities)
    ]
    kept = {index for *_, index in sorted(rank)[:max_entities]}
    return (
        [entity for index, entity in enumerate(entities) if index in kept],
        [entity for index, entity in enumerate(entities) if index not in kept],
    )


def _place_lanes(
    kept: list[Entity], hidden: list[Entity], axis: TimeAxis, top: int, languages: Sequence[str]
) -> tuple[Lane, ...]:
    lanes: list[Lane] = []
    for kind in (*KINDS, *sorted({e.kind for e in (*kept, *hidden)} - set(KINDS))):
        entities = [entity for entity in kept if entity.kind == kind]
        hidden_years = [e.year for e in hidden if e.kind == kind and e.year is not None]
        if entities or hidden_years:
            lanes.append(_place_lane(kind, entities, hidden_years, axis, top, languages))
            top += lanes[-1].height
    return tuple(lanes)


def _place_lane(
    kind: str,
    entities: list[Entity],
    hidden_years: Sequence[int],
    axis: TimeAxis,
    top: int,
    languages: Sequence[str],
) -> Lane:
    rows: list[list[tuple[int, Entity, TextBox, bool]]] = []
    for entity in sorted(entities, key=lambda e: (e.year or 0, e.label(*languages), e.iri)):
        box = name_box(entity, *languages)
        x = axis.x(entity.year or 0)
        flipped = x - SYMBOL_OFFSET + box.width > WIDTH - DRAWING_MARGIN
        left = x + SYMBOL_OFFSET - box.width if flipped else x - SYMBOL_OFFSET
        for row in rows:
            if all(
                left >= placed_left + placed.width + _BOX_GAP
                or left + box.width + _BOX_GAP <= placed_left
                for placed_left, _, placed, _ in row
            ):
                row.append((left, entity, box, flipped))
                break
        else:
            rows.append([(left, entity, box, flipped)])
    marks: list[TimelineMark] = []
    y = top + LANE_PADDING
    for row in rows:
        height = max(box.height for _, _, box, _ in row)
        for left, entity, box, flipped in row:
            x = axis.x(entity.year or 0)
            box_top = y + (height - box.height) // 2
            marks.append(TimelineMark(entity, box, x, y + height // 2, left, box_top, flipped))
        y += height + _ROW_GAP
    overflow_counts = _count_overflow(hidden_years, axis, y + OVERFLOW_HEIGHT // 2)
    y += OVERFLOW_HEIGHT + _ROW_GAP if overflow_counts else 0
    return Lane(kind, top, y - top + LANE_PADDING - _ROW_GAP, tuple(marks), overflow_counts)


def _count_overflow(years: Sequence[int], axis: TimeAxis, y: int) -> tuple[OverflowCount, ...]:
    """Count by decade, or by year if all lie within ten years; merge counts that are too close."""
    ordered = sorted(years)
    step = 1 if ordered and ordered[-1] - ordered[0] < 10 else 10

    def center(first: int, last: int) -> int:
        return (axis.x(first) + axis.x(last)) // 2

    counts: list[tuple[int, int, int]] = []
    for _, group in groupby(ordered, lambda year: year // step):
        decade = list(group)
        first, last, count = decade[0], decade[-1], len(decade)
        while counts and center(first, last) - center(*counts[-1][:2]) < _MIN_OVERFLOW_DISTANCE:
            first, _, before = counts.pop()
            count += before
        counts.append((first, last, count))
    return tuple(
        OverflowCount(first, last, count, center(first, last), y) for first, last, count in counts
    )


def _place_arcs(
    lanes: Sequence[Lane], bundles: Sequence[tuple[str, str, EdgeBundle]]
) -> tuple[Arc, ...]:
    """Place curves that are vertical at both ends; within one row they rise above it."""
    marks = {mark.entity.iri: mark for lane in lanes for mark in lane.marks}
    parallel: dict[frozenset[str], int] = {}
    arcs = []
    for one, other, bundle in bundles:
        pair = frozenset((one, other))
        index = parallel.get(pair, 0)
        parallel[pair] = index + 1
        origin, target = marks[one], marks[other]
        dx, dy = target.x - origin.x, target.y - origin.y
        if abs(dy) < 40:
            middle = min(origin.y, target.y) - 22 - min(70, abs(dx) // 7) - 12 * index
        else:
            middle = (origin.y + target.y) // 2 - 12 * index
        # Between two marks of one year the curve must leave the vertical line.
        bend = 0 if dx else 26 + 14 * index
        arcs.append(Arc(origin, target, bundle, middle, bend))
    return tuple(arcs)


def _place_undated(
    network: nx.MultiDiGraph[str],
    focus: str,
    entities: list[Entity],
    top: int,
    languages: Sequence[str],
) -> tuple[tuple[UndatedEntity, ...], int]:
    """Place entities without a year in columns, ordered by kind.

    Returns:
        The entities, and the bottom of the longest column.
    """
    kinds = list(KINDS)
    ordered = sorted(
        (entity for entity in entities if entity.iri != focus),
        key=lambda e: (
            kinds.index(e.kind) if e.kind in kinds else len(kinds), e.label(*languages), e.iri,
        ),
    )  # fmt: skip
    nearness = {iri: index for index, iri in enumerate(network)}
    nearest: dict[str, tuple[EdgeBundle, str, bool]] = {}
    for origin, target, bundle in bundle_by_family(iter_edges(network)):
        for iri, other in ((origin, target), (target, origin)):
            if iri not in nearest or nearness[other] < nearness[nearest[iri][1]]:
                nearest[iri] = (bundle, other, iri == target)
    columns = (WIDTH - 2 * DRAWING_MARGIN + UNDATED_GAP) // (UNDATED_WIDTH + UNDATED_GAP)
    rows = -(-len(ordered) // columns)
    boxes = []
    for index, entity in enumerate(ordered):
        x = DRAWING_MARGIN + (index // rows) * (UNDATED_WIDTH + UNDATED_GAP)
        y = top + (index % rows) * (COMPACT_BOX_HEIGHT + UNDATED_GAP)
        if entity.iri in nearest:
            bundle, other, outwards = nearest[entity.iri]
            neighbor = get_entity(network, other)
            boxes.append(UndatedEntity(entity, x, y, bundle, neighbor, outwards))
        else:
            boxes.append(UndatedEntity(entity, x, y, None, None, outwards=True))
    return tuple(boxes), top + rows * (COMPACT_BOX_HEIGHT + UNDATED_GAP)
