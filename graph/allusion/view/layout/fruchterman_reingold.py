"""Force-directed layout from given start positions.

The forces are those of Fruchterman and Reingold 1991
(https://doi.org/10.1002/spe.4380211102), with one addition: edges between groups attract
less than edges within a group, so that groups stay apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEPS: Final = 120
_BETWEEN_GROUPS: Final = 0.12
_GROUP_GRAVITY: Final = 0.08


def fruchterman_reingold(
    start: Sequence[tuple[float, float]],
    edges: Sequence[tuple[int, int, float]],
    groups: Sequence[int],
    distance: float,
) -> list[tuple[float, float]]:
    """Return positions. Memory grows with the square of the number of nodes.

    Args:
        start: Start position of each node.
        edges: Pairs of nodes, and their weight.
        groups: Group of each node.
        distance: Wanted distance of adjacent nodes.
    """
    position: Floats = np.array(start, dtype=np.float64)
    count = len(position)
    attraction: Floats = np.zeros((count, count))
    for one, other, weight in edges:
        strength = weight if groups[one] == groups[other] else weight * _BETWEEN_GROUPS
        attraction[one, other] = attraction[other, one] = min(3.0, strength)
    member: Floats = np.zeros((max(groups) + 1, count))
    member[list(groups), range(count)] = 1.0
    member /= member.sum(axis=1, keepdims=True)
    temperature = distance * 2.0
    dx, dy, force, square = (np.empty((count, count)) for _ in range(4))
    min_square = (0.01 * distance) ** 2
    for step in range(_STEPS):
        np.subtract(position[:, np.newaxis, 0], position[np.newaxis, :, 0], out=dx)
        np.subtract(position[:, np.newaxis, 1], position[np.newaxis, :, 1], out=dy)
        np.multiply(dx, dx, out=square)
        square += np.multiply(dy, dy, out=force)
        np.maximum(square, min_square, out=square)
        # The force is multiplied by the offset below. Repulsion therefore falls with the
        # cube of the distance here, and attraction is constant.
        np.sqrt(square, out=force)
        force *= square
        np.divide(distance**3, force, out=force)
        force -= attraction
        move: Floats = np.stack(
            [np.multiply(force, offset, out=square).sum(axis=1) for offset in (dx, dy)], axis=1
        )
        centers = member @ position
        move += (centers[list(groups)] - position) * _GROUP_GRAVITY * distance
        move -= (position - position.mean(axis=0)) * 0.01 * distance
        length = np.maximum(np.hypot(move[:, 0], move[:, 1]), 1e-9)
        limit = temperature * (1.0 - step / _STEPS)
        position += move / length[:, np.newaxis] * np.minimum(length, limit)[:, np.newaxis]
    return [(float(x), float(y)) for x, y in position]
