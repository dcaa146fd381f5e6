"""A time axis to scale, with marked breaks.

Within a segment every year has the same width. Long spans without any entity are cut out;
the drawing marks each break and names the years that are missing. ``assets/time-axis.js``
computes the same axis in the page; a browser test compares the two.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# Years without any entity that make a break. The next value is tried if breaks would take
# too much of the width.
_MIN_EMPTY_YEARS: Final = (14, 30, 60, 120, 250, 500, 1000, 10_000)
_MAX_BREAK_SHARE: Final = 0.3
_BREAK_WIDTH: Final = 46
_MAX_YEAR_WIDTH: Final = 64
_MIN_TICK_DISTANCE: Final = 52
_TICK_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class AxisSegment:
    """The years ``first`` to ``last``, from ``left`` to ``right`` in pixels."""

    first: int
    last: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Segments from left to right, with a break between two of them.

    Attributes:
        segments: The segments.
        ticks: Year and x position of each tick.
    """

    segments: tuple[AxisSegment, ...]
    ticks: tuple[tuple[int, int], ...]

    def x(self, year: int) -> int:
        """Return the x position of a year.

        Raises:
            ValueError: If the year lies in a break or outside the axis.
        """
        for segment in self.segments:
            if segment.first <= year <= segment.last:
                return _position(segment, year)
        raise ValueError(f"{year} is not on this axis")

    @property
    def breaks(self) -> tuple[tuple[int, int, int], ...]:
        """X position of each break, and the last year before and the first year after it."""
        return tuple(
            ((before.right + after.left) // 2, before.last, after.first)
            for before, after in pairwise(self.segments)
        )


def build_time_axis(years: Collection[int], left: int, right: int) -> TimeAxis:
    """Build the axis of ``years`` (at least one) between two x positions.

    >>> axis = build_time_axis({1934, 1990, 2000}, 0, 400)
    >>> axis.x(1990) - axis.x(1934), axis.breaks[0][1:]
    (46, (1934, 1990))
    """
    spans = _split_years(years, right - left)
    total_years = sum(last - first for first, last in spans)
    available = right - left - _BREAK_WIDTH * (len(spans) - 1)
    year_width = min(_MAX_YEAR_WIDTH, available / total_years) if total_years else 0
    segments = []
    start = left
    for first, last in spans:
        end = start + _round_half_up((last - first) * year_width)
        segments.append(AxisSegment(first, last, start, end))
        start = end + _BREAK_WIDTH
    step = next((s for s in _TICK_STEPS if s * year_width >= _MIN_TICK_DISTANCE), _TICK_STEPS[-1])
    return TimeAxis(tuple(segments), tuple(_place_ticks(segments, step)))


def _split_years(years: Collection[int], width: int) -> list[list[int]]:
    """Return (first, last) of the spans between breaks."""
    ordered = sorted(set(years))
    spans: list[list[int]] = []
    for min_empty in _MIN_EMPTY_YEARS:
        spans = [[ordered[0], ordered[0]]]
        for year in ordered[1:]:
            if year - spans[-1][1] > min_empty:
                spans.append([year, year])
            else:
                spans[-1][1] = year
        if _BREAK_WIDTH * (len(spans) - 1) <= _MAX_BREAK_SHARE * width:
            break
    return spans


def _place_ticks(segments: Collection[AxisSegment], step: int) -> list[tuple[int, int]]:
    """Place ticks at multiples of ``step`` and at both ends of each segment.

    The end of a segment replaces ticks that are too close to it.
    """
    ticks: list[tuple[int, int]] = []
    for segment in segments:
        inside = range(-(-segment.first // step) * step, segment.last + 1, step)
        for year in sorted({segment.first, *inside, segment.last}):
            x = _position(segment, year)
            too_close = [tick for tick in ticks if x - tick[1] < _MIN_TICK_DISTANCE * 2 // 3]
            if too_close and year != segment.last:
                continue
            if too_close and too_close[0][0] == segment.first:
                continue
            ticks = [tick for tick in ticks if tick not in too_close]
            ticks.append((year, x))
    return ticks


def _position(segment: AxisSegment, year: int) -> int:
    years = segment.last - segment.first
    if not years:
        return segment.left
    return segment.left + _round_half_up(
        (segment.right - segment.left) * (year - segment.first) / years
    )


def _round_half_up(value: float) -> int:
    """Round as JavaScript does."""
    return int(value + 0.5)
