"""An axis of years that is true to scale, and says where it is not.

Within its stretches every year is as wide as every other. Where nothing stands for a long
time the axis is broken, and the break is drawn and named, so that no gap looks shorter
than it was without saying so. ``assets/time-axis.js`` is the same axis in the page; a browser test
compares the two.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# Years with nothing in them before the axis is broken; more where breaks would take the room.
_LONG: Final = (14, 30, 60, 120, 250, 500, 1000, 10_000)
_BROKEN: Final = 0.3  # of the room, at most, goes to breaks
_BREAK: Final = 46  # pixels of a break
_WIDEST: Final = 64  # pixels of a year
_TICK: Final = 52  # pixels from one tick to the next, at least
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The years ``first`` to ``last``, between two places on the axis."""

    first: int
    last: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Axis:
    """Stretches from left to right; between two of them the axis is broken."""

    stretches: tuple[Stretch, ...]
    ticks: tuple[tuple[int, int], ...]

    def x(self, year: int) -> int:
        """Where a year stands.

        Raises:
            ValueError: If it is in a break or beyond the axis.
        """
        for stretch in self.stretches:
            if stretch.first <= year <= stretch.last:
                return _between(stretch, year)
        raise ValueError(f"{year} is not on this axis")

    @property
    def breaks(self) -> tuple[tuple[int, int, int], ...]:
        """Middle of each break, and the years between which nothing stands."""
        return tuple(
            ((one.right + other.left) // 2, one.last, other.first)
            for one, other in pairwise(self.stretches)
        )


def make_axis(years: Collection[int], left: int, right: int) -> Axis:
    """The axis of these years (at least one) between two places, in pixels.

    >>> axis = make_axis({1934, 1990, 2000}, 0, 400)
    >>> axis.x(1990) - axis.x(1934), axis.breaks[0][1:]
    (46, (1934, 1990))
    """
    ordered = sorted(set(years))
    spans: list[list[int]] = []
    for long in _LONG:
        spans = [[ordered[0], ordered[0]]]
        for year in ordered[1:]:
            if year - spans[-1][1] > long:
                spans.append([year, year])
            else:
                spans[-1][1] = year
        if _BREAK * (len(spans) - 1) <= _BROKEN * (right - left):
            break
    whole = sum(last - first for first, last in spans)
    room = right - left - _BREAK * (len(spans) - 1)
    a_year = min(_WIDEST, room / whole) if whole else 0
    stretches = []
    at = left
    for first, last in spans:
        end = at + _rounded((last - first) * a_year)
        stretches.append(Stretch(first, last, at, end))
        at = end + _BREAK
    step = next((s for s in _STEPS if s * a_year >= _TICK), _STEPS[-1])
    ticks: list[tuple[int, int]] = []
    for stretch in stretches:
        # The ends of a stretch are named too, so that what is beside a break is never guessed.
        inside = range(-(-stretch.first // step) * step, stretch.last + 1, step)
        for year in sorted({stretch.first, *inside, stretch.last}):
            x = _between(stretch, year)
            crowded = [tick for tick in ticks if x - tick[1] < _TICK * 2 // 3]
            if crowded and year != stretch.last:
                continue
            if crowded and crowded[0][0] == stretch.first:
                continue
            ticks = [tick for tick in ticks if tick not in crowded]
            ticks.append((year, x))
    return Axis(tuple(stretches), tuple(ticks))


def _between(stretch: Stretch, year: int) -> int:
    years = stretch.last - stretch.first
    if not years:
        return stretch.left
    return stretch.left + _rounded((stretch.right - stretch.left) * (year - stretch.first) / years)


def _rounded(value: float) -> int:
    """To the nearest whole, halves up, as JavaScript does."""
    return int(value + 0.5)
