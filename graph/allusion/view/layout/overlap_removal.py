"""Pushing boxes apart until none covers another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from typing import Final

Point = tuple[float, float]
_ROUNDS: Final = 30
_GROWTH: Final = 1.12


def separate(
    centres: Sequence[Point], sizes: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """New centres for boxes of these sizes, near the old ones, no two boxes overlapping.

    Overlapping pairs move apart along the axis that needs the shorter way. Where
    that does not settle, all is spread a little wider and tried again, so it ends.
    The same input gives the same output.
    """
    moved = [list(centre) for centre in centres]
    while True:
        active: set[int] | None = None
        for _ in range(_ROUNDS):
            active = _push(moved, sizes, active)
            if not active:
                return [(x, y) for x, y in moved]
        for centre in moved:
            centre[0] *= _GROWTH
            centre[1] *= _GROWTH


def overlapping(
    centres: Sequence[Sequence[float]],
    sizes: Sequence[tuple[float, float]],
    active: Set[int] | None = None,
) -> Iterator[tuple[int, int, float, float]]:
    """Pairs of boxes that cover one another, and by how much across and down.

    ``active`` are the boxes that may cover another, where the rest is known not to.
    """
    if not sizes:
        return
    cell_width = max(width for width, _ in sizes) or 1.0
    cell_height = max(height for _, height in sizes) or 1.0
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, (x, y) in enumerate(centres):
        cells[int(x // cell_width), int(y // cell_height)].append(index)
    for index in range(len(centres)) if active is None else sorted(active):
        x, y = centres[index]
        column, row = int(x // cell_width), int(y // cell_height)
        for near_column in (column - 1, column, column + 1):
            for near_row in (row - 1, row, row + 1):
                for other in cells.get((near_column, near_row), ()):
                    if other == index or (other > index and (active is None or other in active)):
                        continue  # itself, or a pair that comes up once more
                    across = (sizes[index][0] + sizes[other][0]) / 2 - abs(x - centres[other][0])
                    down = (sizes[index][1] + sizes[other][1]) / 2 - abs(y - centres[other][1])
                    if across > 0.01 and down > 0.01:
                        yield min(other, index), max(other, index), across, down


def _push(
    centres: list[list[float]], sizes: Sequence[tuple[float, float]], active: set[int] | None
) -> set[int]:
    """One round; which boxes had to move. Only those that moved before can be in the way."""
    pairs = list(overlapping(centres, sizes, active))
    for one, other, across, down in pairs:
        axis, way = (0, across) if across < down else (1, down)
        difference = centres[other][axis] - centres[one][axis]
        # Two boxes on the same spot part by their order.
        sign = 1.0 if difference > 0 or (difference == 0 and other > one) else -1.0
        step = sign * (way / 2 + 0.5)
        centres[one][axis] -= step
        centres[other][axis] += step
    return {index for one, other, _, _ in pairs for index in (one, other)}
