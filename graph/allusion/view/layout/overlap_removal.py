"""Move boxes apart until no two overlap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from typing import Final

Point = tuple[float, float]
_ROUNDS: Final = 30
_GROWTH: Final = 1.12


def remove_overlaps(
    centers: Sequence[Point], sizes: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Return new centers, near the old ones, so that no two boxes overlap.

    Overlapping boxes move apart along the axis with the smaller overlap. If that does not
    end after some rounds, all positions are scaled up and the rounds start again. The
    result depends on the input only.

    Args:
        centers: Center of each box.
        sizes: Width and height of each box.
    """
    moved = [list(center) for center in centers]
    while True:
        active: set[int] | None = None
        for _ in range(_ROUNDS):
            active = _push_apart(moved, sizes, active)
            if not active:
                return [(x, y) for x, y in moved]
        for center in moved:
            center[0] *= _GROWTH
            center[1] *= _GROWTH


def find_overlaps(
    centers: Sequence[Sequence[float]],
    sizes: Sequence[tuple[float, float]],
    active: Set[int] | None = None,
) -> Iterator[tuple[int, int, float, float]]:
    """Yield pairs of overlapping boxes.

    Args:
        centers: Center of each box.
        sizes: Width and height of each box.
        active: Indices of boxes that may overlap; None means all. Two boxes that are not
            active do not overlap.

    Yields:
        Indices of both boxes, width and height of the overlap.
    """
    if not sizes:
        return
    cell_width = max(width for width, _ in sizes) or 1.0
    cell_height = max(height for _, height in sizes) or 1.0
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, (x, y) in enumerate(centers):
        cells[int(x // cell_width), int(y // cell_height)].append(index)
    for index in range(len(centers)) if active is None else sorted(active):
        x, y = centers[index]
        column, row = int(x // cell_width), int(y // cell_height)
        for near_column in (column - 1, column, column + 1):
            for near_row in (row - 1, row, row + 1):
                for other in cells.get((near_column, near_row), ()):
                    if other == index or (other > index and (active is None or other in active)):
                        continue  # the box itself, or a pair that comes up again
                    width = (sizes[index][0] + sizes[other][0]) / 2 - abs(x - centers[other][0])
                    height = (sizes[index][1] + sizes[other][1]) / 2 - abs(y - centers[other][1])
                    if width > 0.01 and height > 0.01:
                        yield min(other, index), max(other, index), width, height


def _push_apart(
    centers: list[list[float]], sizes: Sequence[tuple[float, float]], active: set[int] | None
) -> set[int]:
    """Move overlapping boxes once.

    Returns:
        Indices of the boxes that moved; only these can overlap afterwards.
    """
    pairs = list(find_overlaps(centers, sizes, active))
    for one, other, width, height in pairs:
        axis, overlap = (0, width) if width < height else (1, height)
        difference = centers[other][axis] - centers[one][axis]
        # Two boxes at the same position move apart in the order of their indices.
        sign = 1.0 if difference > 0 or (difference == 0 and other > one) else -1.0
        step = sign * (overlap / 2 + 0.5)
        centers[one][axis] -= step
        centers[other][axis] += step
    return {index for one, other, _, _ in pairs for index in (one, other)}
