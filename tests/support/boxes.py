"""Rectangles on a page or in a drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

#: Left, top, right, bottom; what follows is not looked at.
Box = Sequence[float]


def covering(boxes: Sequence[Box]) -> Iterator[tuple[Box, Box]]:
    """The pairs of boxes that share more than an edge."""
    for one, other in combinations(boxes, 2):
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]:
            yield one, other
