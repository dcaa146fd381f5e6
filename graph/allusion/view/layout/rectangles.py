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
