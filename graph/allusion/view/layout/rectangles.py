"""Rectangles of a drawing, and whether they overlap."""

from __future__ import annotations

from collections.abc import Iterable

Rectangle = tuple[int, int, int, int]
"""Left, top, right and bottom."""


def count_overlaps(one: Rectangle, others: Iterable[Rectangle]) -> int:
    """Count the rectangles that overlap one.

    >>> count_overlaps((0, 0, 2, 2), [(1, 1, 3, 3), (2, 0, 4, 2)])
    1
    """
    return sum(
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        for other in others
    )


def free_point(
    points: Iterable[tuple[int, int]], extent: Rectangle, taken: list[Rectangle]
) -> tuple[int, int] | None:
    """Return the first point with room for a mark, and take the room.

    Args:
        points: Candidates.
        extent: Left, top, right and bottom of the mark, relative to its point.
        taken: The rectangles that may not be covered.

    >>> taken = [(0, 0, 5, 5)]
    >>> free_point([(4, 4), (9, 9)], (-2, -2, 2, 2), taken)
    (9, 9)
    >>> taken
    [(0, 0, 5, 5), (7, 7, 11, 11)]
    """
    left, top, right, bottom = extent
    for x, y in points:
        area = (x + left, y + top, x + right, y + bottom)
        if not count_overlaps(area, taken):
            taken.append(area)
            return x, y
    return None
