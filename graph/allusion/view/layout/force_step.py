"""Settling nodes by forces, from a given start: joined ones draw near, all keep apart.

The force model is that of Fruchterman and Reingold 1991
(https://doi.org/10.1002/spe.4380211102), with one addition: ties within a group
pull harder than ties between groups, so that groups stay readable as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEPS: Final = 120
_BETWEEN: Final = 0.35
_GATHER: Final = 0.06


def relax(
    start: Sequence[tuple[float, float]],
    ties: Sequence[tuple[int, int, float]],
    groups: Sequence[int],
    distance: float,
) -> list[tuple[float, float]]:
    """Settled positions. Needs memory for the square of the number of nodes.

    Args:
        start: Where each node stands at first.
        ties: Pairs of nodes and the weight of what joins them.
        groups: The group of each node.
        distance: How far joined nodes should stand from each other.
    """
    place: Floats = np.array(start, dtype=np.float64)
    count = len(place)
    pull: Floats = np.zeros((count, count))
    for one, other, weight in ties:
        strength = weight if groups[one] == groups[other] else weight * _BETWEEN
        pull[one, other] = pull[other, one] = min(3.0, strength)
    member: Floats = np.zeros((max(groups) + 1, count))
    member[list(groups), range(count)] = 1.0
    member /= member.sum(axis=1, keepdims=True)
    heat = distance * 2.0
    across, down, force, square = (np.empty((count, count)) for _ in range(4))
    nearest = (0.01 * distance) ** 2
    for step in range(_STEPS):
        np.subtract(place[:, np.newaxis, 0], place[np.newaxis, :, 0], out=across)
        np.subtract(place[:, np.newaxis, 1], place[np.newaxis, :, 1], out=down)
        np.multiply(across, across, out=square)
        square += np.multiply(down, down, out=force)
        np.maximum(square, nearest, out=square)
        # What parts two falls off as the cube of how far they are apart, for it is multiplied
        # by how far that is; what draws them together does not.
        np.sqrt(square, out=force)
        force *= square
        np.divide(distance**3, force, out=force)
        force -= pull
        move: Floats = np.stack(
            [np.multiply(force, one, out=square).sum(axis=1) for one in (across, down)], axis=1
        )
        centres = member @ place
        move += (centres[list(groups)] - place) * _GATHER * distance
        move -= (place - place.mean(axis=0)) * 0.01 * distance
        reach = np.maximum(np.hypot(move[:, 0], move[:, 1]), 1e-9)
        limit = heat * (1.0 - step / _STEPS)
        place += move / reach[:, np.newaxis] * np.minimum(reach, limit)[:, np.newaxis]
    return [(float(x), float(y)) for x, y in place]
