"""The focus layout: one entity in the middle, between what it points to and what points to it.

What it points to stands on the left, what points to it on the right, each column
ordered by year, the oldest at the top. Every edge ends in a level
stretch with its words written above it, one row each, so that words never cover
one another; several edges to the same entity share its box and keep their rows.
``assets/focus-layout.js`` is the same placing in the page; a browser test compares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ...core.model import Entity
from ..boxes import Box, card
from ..decades import FEWEST, Fold, folds
from ..neighbors import Neighbour, Side, Strand

MARGIN: Final = 16
CAPTION: Final = 34
GAP: Final = 10
LABEL_STEP: Final = 15
STRAND_PAD: Final = 9
RUN_PAD: Final = 26
ARROW: Final = 8
MORE_WIDTH: Final = 110
MORE_HEIGHT: Final = 30
FOLD_STEP: Final = 20
FOLD_COLUMN: Final = 92
FOLD_WIDTH: Final = 184


@dataclass(frozen=True, slots=True)
class PlacedStrand:
    """A strand with its path: from the card's ``port`` to the level stretch at ``y``.

    ``turn`` is where the curve ends and the level stretch starts, ``end`` where
    it meets the neighbour's box.
    """

    strand: Strand
    port: int
    y: int
    start: int
    turn: int
    end: int


@dataclass(frozen=True, slots=True)
class PlacedNeighbour:
    """A neighbour with its place; ``neighbour`` is None for "and 12 more".

    What is left out of a hub is told by decade: those are the ``folds``.
    """

    neighbour: Neighbour | None
    side: Side
    x: int
    y: int
    width: int
    height: int
    strands: tuple[PlacedStrand, ...]
    more: int = 0
    folds: tuple[Fold, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole focus picture in pixels, from its top left corner."""

    entity: Entity
    card: Box
    x: int
    y: int
    width: int
    height: int
    card_height: int
    blocks: tuple[PlacedNeighbour, ...]


def arrange(
    entity: Entity,
    beside: Sequence[Neighbour],
    *,
    most: int,
    reach: int | None = None,
    outside: tuple[int, int] = (0, 0),
    languages: Sequence[str] = ("en",),
) -> Picture:
    """Place the focus and its neighbours.

    Args:
        entity: The one in the middle.
        beside: Those beside it.
        most: How many of them stand on a side; the rest are counted in one box.
        reach: The lowest place for the middle of the card, so that it is seen
            without scrolling however long a column is; None for the very middle.
        outside: Room to leave on the left and on the right of the columns.
        languages: As for `neighbours`.
    """
    box = card(entity, *languages)
    left, left_rest = _cut([item for item in beside if item.side == "out"], most)
    right, right_rest = _cut([item for item in beside if item.side == "in"], most)
    left_height, right_height = _column_height(left, left_rest), _column_height(right, right_rest)
    ports = max(_count(left), _count(right))
    card_height = max(box.height, ports * 7 + 24)
    height = 2 * MARGIN + CAPTION + max(card_height, left_height, right_height)
    left_box, left_run, left_fan = _widths(left, left_rest, left_height)
    right_box, right_run, right_fan = _widths(right, right_rest, right_height)
    left_x = MARGIN + outside[0]
    x = left_x + left_box + left_run + left_fan
    total = x + box.width + right_fan + right_run + right_box + outside[1] + MARGIN
    top = MARGIN + CAPTION
    middle = top + (height - top - MARGIN) // 2
    if reach is not None:
        middle = min(middle, max(reach, top + card_height // 2))
    y = middle - card_height // 2
    left_y = max(top, middle - left_height // 2)
    right_y = max(top, middle - right_height // 2)
    right_x = total - MARGIN - outside[1] - right_box
    right_start = x + box.width
    blocks = (
        *_column(
            left,
            left_rest,
            _Frame(
                "out", left_x, left_y, left_box, middle, card_height - 24,
                start=x, turn=x - left_fan, end=left_x + left_box,
            ),
        ),
        *_column(
            right,
            right_rest,
            _Frame(
                "in", right_x, right_y, right_box, middle, card_height - 24,
                start=right_start, turn=right_start + right_fan, end=right_x,
            ),
        ),
    )  # fmt: skip
    return Picture(entity, box, x, y, total, height, card_height, blocks)


def _cut(items: list[Neighbour], most: int) -> tuple[list[Neighbour], list[Neighbour]]:
    """The ``most`` best connected and those left out, both still in their order.

    Of a hub half as many, so that the decades of the rest are seen with them.
    """
    if len(items) <= most:
        return items, []
    if len(items) - most >= FEWEST:
        most = (most + 1) // 2
    weight = [
        (-len(n.strands), -max(s.sources for s in n.strands), -n.degree, i)
        for i, n in enumerate(items)
    ]
    kept = {index for *_, index in sorted(weight)[:most]}
    return (
        [item for index, item in enumerate(items) if index in kept],
        [item for index, item in enumerate(items) if index not in kept],
    )


def _folds(rest: Sequence[Neighbour]) -> tuple[Fold, ...]:
    return folds([item.entity.year for item in rest])


def _strand_height(strand: Strand) -> int:
    return LABEL_STEP * len(strand.label.lines) + STRAND_PAD


def _block_height(item: Neighbour) -> int:
    return max(item.box.height, sum(map(_strand_height, item.strands)) + 8, item.room)


def _rest_height(rest: Sequence[Neighbour]) -> int:
    return MORE_HEIGHT + FOLD_STEP * ((len(_folds(rest)) + 1) // 2)


def _rest_width(rest: Sequence[Neighbour]) -> int:
    if not rest:
        return 0
    return FOLD_WIDTH if _folds(rest) else MORE_WIDTH


def _column_height(items: Sequence[Neighbour], rest: Sequence[Neighbour]) -> int:
    heights = [_block_height(item) for item in items] + ([_rest_height(rest)] if rest else [])
    return sum(heights) + GAP * max(0, len(heights) - 1)


def _count(items: Sequence[Neighbour]) -> int:
    return sum(len(item.strands) for item in items)


def _widths(
    items: Sequence[Neighbour], rest: Sequence[Neighbour], height: int
) -> tuple[int, int, int]:
    """Of the boxes, of the level stretches, and of the room in which curves fan out."""
    if not items:
        return 0, 0, 0
    boxes = max(_rest_width(rest), *(item.box.width for item in items))
    labels = max(strand.label.width for item in items for strand in item.strands)
    return boxes, labels + RUN_PAD, min(110, max(56, height // 8))


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a column stands, and what its strands share.

    ``middle`` and ``ports`` are the middle and the height of their ends on the
    card; ``start``, ``turn`` and ``end`` are those of `PlacedStrand`.
    """

    side: Side
    x: int
    y: int
    width: int
    middle: int
    ports: int
    start: int
    turn: int
    end: int


def _column(
    items: Sequence[Neighbour], rest: Sequence[Neighbour], frame: _Frame
) -> list[PlacedNeighbour]:
    last = max(1, _count(items) - 1)
    spread = min(16 * (_count(items) - 1), frame.ports)
    y = frame.y
    placed: list[PlacedNeighbour] = []
    index = 0
    for item in items:
        block = _block_height(item)
        row = y + (block - sum(map(_strand_height, item.strands))) // 2
        lines: list[PlacedStrand] = []
        for strand in item.strands:
            port = frame.middle - spread // 2 + spread * index // last
            level = row + LABEL_STEP * len(strand.label.lines) + 3
            lines.append(PlacedStrand(strand, port, level, frame.start, frame.turn, frame.end))
            row += _strand_height(strand)
            index += 1
        placed.append(
            PlacedNeighbour(item, frame.side, frame.x, y, frame.width, block, tuple(lines))
        )
        y += block + GAP
    if rest:
        height = _rest_height(rest)
        placed.append(
            PlacedNeighbour(
                None, frame.side, frame.x, y, frame.width, height, (), len(rest), _folds(rest)
            )
        )
    return placed
