"""The focus layout: one entity between its targets and the entities that point to it.

What points to the focus is on the left, what it points to on the right, so that all arrows
point to the right and each line reads as a sentence: subject, verb, object. Each column is
ordered by year, oldest first. Every edge bundle ends in a horizontal segment with its label
above, one row each, so that labels never overlap. ``assets/focus-layout.js`` computes the same
layout in the page; a browser test compares the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ...core.model import Entity
from ..decade_counts import MIN_COUNTED, DecadeCount, count_by_decade
from ..edge_bundles import EdgeBundle
from ..neighbors import Neighbor, Side
from ..text_boxes import TextBox, focus_card

MARGIN: Final = 16
CAPTION_HEIGHT: Final = 34
GAP: Final = 10
LABEL_LINE_HEIGHT: Final = 15
BUNDLE_PADDING: Final = 9
LABEL_PADDING: Final = 26
ARROW_LENGTH: Final = 8
HIDDEN_BOX_WIDTH: Final = 110
HIDDEN_BOX_HEIGHT: Final = 30
DECADE_ROW_HEIGHT: Final = 20
DECADE_COLUMN_WIDTH: Final = 92
DECADES_WIDTH: Final = 184


@dataclass(frozen=True, slots=True)
class PlacedBundle:
    """An edge bundle with its path.

    Attributes:
        bundle: The bundle.
        port_y: Where the path leaves the card.
        y: Height of the horizontal segment.
        start_x: Edge of the card.
        bend_x: End of the curve and start of the horizontal segment.
        end_x: Edge of the neighbor's box.
    """

    bundle: EdgeBundle
    port_y: int
    y: int
    start_x: int
    bend_x: int
    end_x: int


@dataclass(frozen=True, slots=True)
class PlacedNeighbor:
    """A neighbor with its position.

    Attributes:
        neighbor: The neighbor; None for the box "and 12 more".
        side: The column.
        x: Left.
        y: Top.
        width: Width of the box.
        height: Height of the box and its bundles.
        bundles: The bundles that lead to it.
        hidden: For "and 12 more": the number.
        decade_counts: For "and 12 more": the number by decade.
    """

    neighbor: Neighbor | None
    side: Side
    x: int
    y: int
    width: int
    height: int
    bundles: tuple[PlacedBundle, ...]
    hidden: int = 0
    decade_counts: tuple[DecadeCount, ...] = ()


@dataclass(frozen=True, slots=True)
class FocusLayout:
    """A whole layout; ``x`` and ``y`` are the top left corner of the card."""

    entity: Entity
    card: TextBox
    x: int
    y: int
    width: int
    height: int
    card_height: int
    neighbors: tuple[PlacedNeighbor, ...]


def layout_focus(
    entity: Entity,
    neighbors: Sequence[Neighbor],
    *,
    max_neighbors: int,
    max_card_y: int | None = None,
    side_widths: tuple[int, int] = (0, 0),
    languages: Sequence[str] = ("en",),
) -> FocusLayout:
    """Place the focus and its neighbors.

    Args:
        entity: The focus.
        neighbors: Its neighbors.
        max_neighbors: Neighbors on each side at most; the others are counted in one box.
        max_card_y: Limit for the middle of the card, so that it is visible without
            scrolling; None centers the card.
        side_widths: Width to leave free outside the left and the right column.
        languages: Tags in order of preference.
    """
    box = focus_card(entity, *languages)
    left, left_rest = _split_visible(
        [item for item in neighbors if item.side == "in"], max_neighbors
    )
    right, right_rest = _split_visible(
        [item for item in neighbors if item.side == "out"], max_neighbors
    )
    left_height, right_height = _column_height(left, left_rest), _column_height(right, right_rest)
    ports = max(_bundle_count(left), _bundle_count(right))
    card_height = max(box.height, ports * 7 + 24)
    height = 2 * MARGIN + CAPTION_HEIGHT + max(card_height, left_height, right_height)
    left_box, left_label, left_curve = _column_widths(left, left_rest, left_height)
    right_box, right_label, right_curve = _column_widths(right, right_rest, right_height)
    left_x = MARGIN + side_widths[0]
    x = left_x + left_box + left_label + left_curve
    width = x + box.width + right_curve + right_label + right_box + side_widths[1] + MARGIN
    top = MARGIN + CAPTION_HEIGHT
    middle = top + (height - top - MARGIN) // 2
    if max_card_y is not None:
        middle = min(middle, max(max_card_y, top + card_height // 2))
    y = middle - card_height // 2
    left_y = max(top, middle - left_height // 2)
    right_y = max(top, middle - right_height // 2)
    right_x = width - MARGIN - side_widths[1] - right_box
    right_start = x + box.width
    left_column = _ColumnGeometry(
        "in", left_x, left_y, left_box, middle, card_height - 24,
        start_x=x, bend_x=x - left_curve, end_x=left_x + left_box,
    )  # fmt: skip
    right_column = _ColumnGeometry(
        "out", right_x, right_y, right_box, middle, card_height - 24,
        start_x=right_start, bend_x=right_start + right_curve, end_x=right_x,
    )  # fmt: skip
    placed = (
        *_place_column(right, right_rest, right_column),
        *_place_column(left, left_rest, left_column),
    )
    return FocusLayout(entity, box, x, y, width, height, card_height, placed)


def _split_visible(
    items: list[Neighbor], max_neighbors: int
) -> tuple[list[Neighbor], list[Neighbor]]:
    """Split into the neighbors to draw and those to count, both in their order.

    Neighbors with more bundles, sources and edges are drawn first. If the others are counted
    by decade, half as many are drawn, to make room for the counts.
    """
    if len(items) <= max_neighbors:
        return items, []
    if len(items) - max_neighbors >= MIN_COUNTED:
        max_neighbors = (max_neighbors + 1) // 2
    rank = [
        (-len(n.bundles), -max(bundle.sources for bundle in n.bundles), -n.degree, index)
        for index, n in enumerate(items)
    ]
    kept = {index for *_, index in sorted(rank)[:max_neighbors]}
    return (
        [item for index, item in enumerate(items) if index in kept],
        [item for index, item in enumerate(items) if index not in kept],
    )


def _decade_counts(rest: Sequence[Neighbor]) -> tuple[DecadeCount, ...]:
    return count_by_decade([item.entity.year for item in rest])


def _bundle_height(bundle: EdgeBundle) -> int:
    return LABEL_LINE_HEIGHT * bundle.label.rows + BUNDLE_PADDING


def _neighbor_height(item: Neighbor) -> int:
    return max(item.box.height, sum(map(_bundle_height, item.bundles)) + 8, item.min_height)


def _hidden_height(rest: Sequence[Neighbor]) -> int:
    return HIDDEN_BOX_HEIGHT + DECADE_ROW_HEIGHT * ((len(_decade_counts(rest)) + 1) // 2)


def _hidden_width(rest: Sequence[Neighbor]) -> int:
    if not rest:
        return 0
    return DECADES_WIDTH if _decade_counts(rest) else HIDDEN_BOX_WIDTH


def _column_height(items: Sequence[Neighbor], rest: Sequence[Neighbor]) -> int:
    heights = [_neighbor_height(item) for item in items] + ([_hidden_height(rest)] if rest else [])
    return sum(heights) + GAP * max(0, len(heights) - 1)


def _bundle_count(items: Sequence[Neighbor]) -> int:
    return sum(len(item.bundles) for item in items)


def _column_widths(
    items: Sequence[Neighbor], rest: Sequence[Neighbor], height: int
) -> tuple[int, int, int]:
    """Return the widths of the boxes, of the horizontal segments and of the curves."""
    if not items:
        return 0, 0, 0
    boxes = max(_hidden_width(rest), *(item.box.width for item in items))
    labels = max(bundle.label.width for item in items for bundle in item.bundles)
    return boxes, labels + LABEL_PADDING, min(110, max(56, height // 8))


@dataclass(frozen=True, slots=True)
class _ColumnGeometry:
    """Position of a column, and the x positions that its bundles share.

    Attributes:
        side: The column.
        x: Left.
        y: Top.
        width: Width of the boxes.
        card_middle: Y position of the middle of the card.
        ports_height: Height of the range of ports on the card.
        start_x: As in `PlacedBundle`.
        bend_x: As in `PlacedBundle`.
        end_x: As in `PlacedBundle`.
    """

    side: Side
    x: int
    y: int
    width: int
    card_middle: int
    ports_height: int
    start_x: int
    bend_x: int
    end_x: int


def _place_column(
    items: Sequence[Neighbor], rest: Sequence[Neighbor], column: _ColumnGeometry
) -> list[PlacedNeighbor]:
    last = max(1, _bundle_count(items) - 1)
    port_range = min(16 * (_bundle_count(items) - 1), column.ports_height)
    y = column.y
    placed: list[PlacedNeighbor] = []
    index = 0
    for item in items:
        height = _neighbor_height(item)
        row_y = y + (height - sum(map(_bundle_height, item.bundles))) // 2
        bundles: list[PlacedBundle] = []
        for bundle in item.bundles:
            port_y = column.card_middle - port_range // 2 + port_range * index // last
            line_y = row_y + LABEL_LINE_HEIGHT * bundle.label.rows + 3
            bundles.append(
                PlacedBundle(bundle, port_y, line_y, column.start_x, column.bend_x, column.end_x)
            )
            row_y += _bundle_height(bundle)
            index += 1
        placed.append(
            PlacedNeighbor(item, column.side, column.x, y, column.width, height, tuple(bundles))
        )
        y += height + GAP
    if rest:
        placed.append(
            PlacedNeighbor(
                None,
                column.side,
                column.x,
                y,
                column.width,
                _hidden_height(rest),
                (),
                hidden=len(rest),
                decade_counts=_decade_counts(rest),
            )
        )
    return placed
