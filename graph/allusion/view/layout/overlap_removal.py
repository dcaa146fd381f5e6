"""Move boxes apart until no two overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
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
    place: Floats = np.array(centers, dtype=np.float64)
    size: Floats = np.array(sizes, dtype=np.float64)
    largest = size.max(axis=0)
    column, row = (place // np.where(largest > 0, largest, 1.0)).astype(np.int64).T
    height = int(row.max() - row.min()) + 3
    cell = (column - column.min()) * height + (row - row.min())
    by_cell = np.argsort(cell, kind="stable")
    is_active = np.ones(len(place), dtype=bool)
    if active is not None:
        is_active[:] = False
        is_active[list(active)] = True
    index = np.flatnonzero(is_active)
    ordered, own = cell[by_cell], cell[index]
    pairs = []
    for near, shift in enumerate(x * height + y for x in (-1, 0, 1) for y in (-1, 0, 1)):
        first, end = (
            np.searchsorted(ordered, own + shift, side=side) for side in ("left", "right")
        )
        count = end - first
        skipped = np.cumsum(count) - count
        one = np.repeat(index, count)
        other = by_cell[np.arange(len(one)) + np.repeat(first - skipped, count)]
        # Leave out the box itself, and pairs that come up again.
        kept = (other < one) | ((other > one) & ~is_active[other])
        pairs.append(np.stack([one[kept], np.full(int(kept.sum()), near), other[kept]]))
    one, near, other = np.concatenate(pairs, axis=1)
    overlap = (size[one] + size[other]) / 2 - np.abs(place[one] - place[other])
    found = np.flatnonzero((overlap > 0.01).all(axis=1))
    found = found[np.lexsort((other[found], near[found], one[found]))]
    first, second = np.minimum(one, other)[found], np.maximum(one, other)[found]
    for pair, extent in zip(
        zip(first.tolist(), second.tolist(), strict=True), overlap[found].tolist(), strict=True
    ):
        yield (*pair, *extent)


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
