"""Symbols of the kinds of entities, as SVG paths around the origin.

The shapes and their names are those of vis-network, so that both views look alike.
"""

from __future__ import annotations

import math
from functools import cache


@cache
def symbol_path(shape: str) -> str:
    """Return the path of a shape, about 14 pixels wide.

    >>> symbol_path("square")
    'M-6 -6H6V6H-6Z'
    """
    match shape:
        case "square":
            return "M-6 -6H6V6H-6Z"
        case "diamond":
            return "M0 -8L8 0L0 8L-8 0Z"
        case "triangle":
            return "M0 -7L8 6H-8Z"
        case "triangleDown":
            return "M0 7L8 -6H-8Z"
        case "hexagon":
            return _polygon([(7.5, 60 * corner) for corner in range(6)])
        case "star":
            return _polygon([((8.5, 3.8)[corner % 2], 36 * corner - 90) for corner in range(10)])
        case _:
            return "M-7 0A7 7 0 1 1 7 0A7 7 0 1 1 -7 0Z"


def _polygon(corners: list[tuple[float, int]]) -> str:
    points = (
        f"{_number(radius * math.cos(math.radians(angle)))} "
        f"{_number(radius * math.sin(math.radians(angle)))}"
        for radius, angle in corners
    )
    return "M" + "L".join(points) + "Z"


def _number(value: float) -> str:
    """Format with one decimal, without "-0" and ".0"."""
    text = f"{value:.1f}"
    return "0" if text in {"0.0", "-0.0"} else text.removesuffix(".0")
