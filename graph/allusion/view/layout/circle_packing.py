"""Setting discs side by side: each as near as it can be to those that it belongs with."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_WIDE: Final = 1.4
_SPOTS: Final = 6000


def pack(
    radii: Sequence[float], ties: Mapping[tuple[int, int], float], gap: float
) -> list[tuple[float, float]]:
    """Centres for discs of these radii, in pixels, at least ``gap`` apart.

    The largest stands in the middle; then always the one that is joined the most closely to
    those that stand already, at the free spot nearest to the middle of what it is joined to. The
    whole grows wider than high, as screens are.

    Args:
        radii: The largest first.
        ties: How closely two discs, by their numbers, are joined.
        gap: What must stay free between any two.

    >>> pack([10, 10], {}, 2)[0]
    (0.0, 0.0)
    """
    count = len(radii)
    size: Floats = np.array(radii, dtype=np.float64)
    close: Floats = np.zeros((count, count))
    for (one, other), weight in ties.items():
        close[one, other] = close[other, one] = weight
    spots = _spiral(_step(size, gap))
    place: Floats = np.zeros((count, 2))
    placed: list[int] = []
    waiting = list(range(count))
    while waiting:
        pull = close[np.ix_(waiting, placed)].sum(axis=1) if placed else np.zeros(len(waiting))
        following = waiting.pop(int(np.argmax(pull)))
        weights = close[following, placed]
        home = np.zeros(2)
        if placed and weights.sum() > 0:
            home = (place[placed] * weights[:, np.newaxis]).sum(axis=0) / weights.sum()
        place[following] = _free(home, spots, place[placed], size[placed] + size[following] + gap)
        placed.append(following)
    return [(float(x), float(y)) for x, y in place]


def _step(size: Floats, gap: float) -> float:
    """How far spots are apart: they must reach around all discs together."""
    reach = 2.2 * math.sqrt(float(((size + gap) ** 2).sum()))
    return reach / math.sqrt(_SPOTS)


def _spiral(step: float) -> Floats:
    """Spots around the origin, evenly spread, the nearest first; wider than high."""
    number = np.arange(_SPOTS, dtype=np.float64)
    angle = number * math.pi * (3 - math.sqrt(5))
    away = step * np.sqrt(number)
    return np.stack([away * np.cos(angle) * _WIDE, away * np.sin(angle)], axis=1)


def _free(home: Floats, spots: Floats, taken: Floats, apart: Floats) -> Floats:
    """The first spot around ``home`` that keeps ``apart`` from all that is taken."""
    while True:
        here = home + spots
        across = here[:, np.newaxis, :] - taken[np.newaxis, :, :]
        free = (np.hypot(across[..., 0], across[..., 1]) >= apart).all(axis=1)
        if free.any():
            found: Floats = here[int(np.argmax(free))]
            return found
        spots = spots * 2
