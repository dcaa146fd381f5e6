"""Circle packing: circles side by side, related ones close to each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_ASPECT_RATIO: Final = 1.4
_CANDIDATES: Final = 6000


def pack_circles(
    radii: Sequence[float], weights: Mapping[tuple[int, int], float], gap: float
) -> list[tuple[float, float]]:
    """Return centers of circles that do not overlap, in pixels.

    The first circle is placed in the middle. Then, repeatedly, the circle with the highest
    total weight to the placed ones gets the free position nearest to their weighted center.
    The result is wider than high, like a screen.

    Args:
        radii: Largest first.
        weights: How closely two circles are related, by their indices.
        gap: Minimum distance between two circles.

    >>> pack_circles([10, 10], {}, 2)[0]
    (0.0, 0.0)
    """
    count = len(radii)
    radius: Floats = np.array(radii, dtype=np.float64)
    weight: Floats = np.zeros((count, count))
    for (one, other), value in weights.items():
        weight[one, other] = weight[other, one] = value
    candidates = _spiral(_step(radius, gap))
    centers: Floats = np.zeros((count, 2))
    placed: list[int] = []
    waiting = list(range(count))
    while waiting:
        attraction = (
            weight[np.ix_(waiting, placed)].sum(axis=1) if placed else np.zeros(len(waiting))
        )
        current = waiting.pop(int(np.argmax(attraction)))
        to_placed = weight[current, placed]
        wanted = np.zeros(2)
        if placed and to_placed.sum() > 0:
            wanted = (centers[placed] * to_placed[:, np.newaxis]).sum(axis=0) / to_placed.sum()
        distances = radius[placed] + radius[current] + gap
        centers[current] = _first_free(wanted, candidates, centers[placed], distances)
        placed.append(current)
    return [(float(x), float(y)) for x, y in centers]


def _step(radius: Floats, gap: float) -> float:
    """Return the distance between candidates, such that they surround all circles."""
    extent = 2.2 * math.sqrt(float(((radius + gap) ** 2).sum()))
    return extent / math.sqrt(_CANDIDATES)


def _spiral(step: float) -> Floats:
    """Return evenly spread points around the origin, nearest first (Fermat's spiral)."""
    number = np.arange(_CANDIDATES, dtype=np.float64)
    angle = number * math.pi * (3 - math.sqrt(5))
    distance = step * np.sqrt(number)
    return np.stack([distance * np.cos(angle) * _ASPECT_RATIO, distance * np.sin(angle)], axis=1)


def _first_free(wanted: Floats, candidates: Floats, taken: Floats, distances: Floats) -> Floats:
    """Return the first candidate around ``wanted`` that is far enough from all ``taken``."""
    while True:
        points = wanted + candidates
        offset = points[:, np.newaxis, :] - taken[np.newaxis, :, :]
        is_free = (np.hypot(offset[..., 0], offset[..., 1]) >= distances).all(axis=1)
        if is_free.any():
            found: Floats = points[int(np.argmax(is_free))]
            return found
        candidates = candidates * 2
