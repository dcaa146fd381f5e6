"""Counts by decade of the entities that a picture leaves out: "1990s · 87"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MIN_COUNTED: Final = 24
"""Fewer entities are not split by decade."""
MAX_DECADES: Final = 12
"""Decades listed at most; all earlier ones are merged."""


@dataclass(frozen=True, slots=True)
class DecadeCount:
    """Number of entities in a span of years.

    Attributes:
        text: As drawn: "1990s · 87".
        years: First and last year; None for entities without a year.
    """

    text: str
    years: tuple[int, int] | None


def count_by_decade(years: Sequence[int | None]) -> tuple[DecadeCount, ...]:
    """Count by decade, or by year if all years lie within ten years.

    Returns:
        () for fewer than `MIN_COUNTED` years.

    >>> [count.text for count in count_by_decade([1989] * 10 + [1994] * 14 + [None])]
    ['1989 · 10', '1994 · 14', 'no year · 1']
    """
    if len(years) < MIN_COUNTED:
        return ()
    dated = sorted(year for year in years if year is not None)
    step = 1 if dated and dated[-1] - dated[0] < 10 else 10
    counts = Counter(year // step * step for year in dated)
    starts = list(counts)
    early, late = starts[: max(0, len(starts) - MAX_DECADES)], starts[-MAX_DECADES:]
    suffix = "s" if step > 1 else ""
    result = [
        DecadeCount(f"{start}{suffix} · {counts[start]}", (start, start + step - 1))
        for start in late
    ]
    if early:
        last = early[-1] + step - 1
        total = sum(counts[start] for start in early)
        result.insert(0, DecadeCount(f"until {last} · {total}", (dated[0], last)))
    if len(dated) < len(years):
        result.append(DecadeCount(f"no year · {len(years) - len(dated)}", None))
    return tuple(result)
