"""Areas of communities in the network layout: a rounded hull around the members, and a name.

The interactive page computes similar areas in ``assets/community-areas.js``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_high
from typing import Final

from ..text_metrics import text_width
from .rectangles import Rectangle, count_overlaps

AREA_NAME_SIZE: Final = 14
MIN_AREA: Final = 5  # smaller communities are no areas
_FEWEST: Final = 4  # members near each other
_PADDING: Final = 34
_CORNERS: Final = 12
_FAR: Final = 2.2  # members further than this multiple of the median distance are outside
_MAX_NAME_SHARE: Final = 1.35  # of the width of the area

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Area:
    """The area of a community.

    Attributes:
        members: IRIs of the members inside, most edges first.
        outline: Corners of the convex hull, in order.
        name: Labels of the two best connected members; "" if there is no room.
        rectangle: The area that the name covers.
    """

    members: tuple[str, ...]
    outline: tuple[Point, ...]
    name: str = ""
    rectangle: Rectangle = (0, 0, 0, 0)


def find_areas(
    communities: Iterable[Sequence[str]],
    positions: Mapping[str, tuple[int, int]],
    label: Callable[[str], str],
    bounds: Rectangle,
) -> list[Area]:
    """Compute the areas of communities and place their names.

    Args:
        communities: Members of each community, most edges first.
        positions: Center of each node that is drawn, in pixels.
        label: Returns the label of a node that is drawn.
        bounds: The area in which names may stand.
    """
    areas = []
    for community in communities:
        if len(community) < MIN_AREA:
            continue
        shown = [iri for iri in community if iri in positions]
        members = _near_middle(shown, positions)
        if len(members) >= _FEWEST:
            rims = [
                (x + _PADDING * math.cos(angle), y + _PADDING * math.sin(angle))
                for x, y in (positions[iri] for iri in members)
                for angle in (2 * math.pi * corner / _CORNERS for corner in range(_CORNERS))
            ]
            areas.append(Area(tuple(members), convex_hull(rims)))
    return _name_areas(areas, list(positions.values()), label, bounds)


def _near_middle(shown: list[str], positions: Mapping[str, tuple[int, int]]) -> list[str]:
    if len(shown) < _FEWEST:
        return []
    middle = tuple(median_high(positions[iri][axis] for iri in shown) for axis in (0, 1))
    away = {iri: math.dist(positions[iri], middle) for iri in shown}
    return [iri for iri in shown if away[iri] <= _FAR * median_high(away.values())]


def convex_hull(points: Iterable[Point]) -> tuple[Point, ...]:
    """Return the corners of the convex hull, by Andrew's monotone chain algorithm.

    >>> convex_hull([(0, 0), (2, 0), (1, 1), (2, 2), (0, 2)])
    ((0, 0), (2, 0), (2, 2), (0, 2))
    """
    ordered = sorted(points)
    corners: list[Point] = []
    for some in (ordered, ordered[::-1]):
        half: list[Point] = []
        for point in some:
            while len(half) > 1 and _turn(half[-2], half[-1], point) <= 0:
                half.pop()
            half.append(point)
        corners += half[:-1]
    return tuple(corners)


def _turn(one: Point, other: Point, third: Point) -> float:
    return (other[0] - one[0]) * (third[1] - one[1]) - (other[1] - one[1]) * (third[0] - one[0])


def _contains(outline: Sequence[Point], point: Point) -> bool:
    return all(
        _turn(one, other, point) >= 0
        for one, other in zip(outline, (*outline[1:], outline[0]), strict=True)
    )


def _name_areas(
    areas: Sequence[Area],
    nodes: Sequence[tuple[int, int]],
    label: Callable[[str], str],
    bounds: Rectangle,
) -> list[Area]:
    """Place each name at the edge of its area, where it covers fewest nodes and no other name."""
    symbols = [(x - 12, y - 12, x + 12, y + 12) for x, y in nodes]
    taken: list[Rectangle] = []
    named = []
    for area in areas:
        name = " · ".join(label(iri) for iri in area.members[:2])
        width = text_width(name, AREA_NAME_SIZE, bold=True) + 4
        across = [x for x, _ in area.outline]
        reach = max(across) - min(across)
        middle, center = median_high(across), median_high(y for _, y in area.outline)
        best: tuple[float, Rectangle] | None = None
        corners = area.outline if width <= _MAX_NAME_SHARE * reach else ()
        for x, y in corners:
            top = round(y - AREA_NAME_SIZE - 5 if y < center else y + 5)
            left = round(x - width / 2)
            box = (left, top, left + width, top + AREA_NAME_SIZE + 4)
            inside = box[0] >= bounds[0] and box[2] <= bounds[2]
            inside = inside and box[1] >= bounds[1] and box[3] <= bounds[3]
            if not inside or count_overlaps(box, taken):
                continue
            others = sum(
                _contains(other.outline, (x, top + AREA_NAME_SIZE / 2))
                for other in areas
                if other is not area
            )
            # The top in the middle is the usual place.
            unusual = abs(x - middle) / reach + (0 if y < center else 0.5)
            cost = 2 * count_overlaps(box, symbols) + 1.5 * others + unusual
            if best is None or cost < best[0]:
                best = (cost, box)
        if best is None:
            named.append(area)
            continue
        taken.append(best[1])
        named.append(Area(area.members, area.outline, name, best[1]))
    return named
