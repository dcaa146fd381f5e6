"""What is left out of a hub, told by decade: "1990s · 87"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FEWEST: Final = 24
"""So many are told apart at least; fewer are just counted."""
MOST: Final = 12
"""So many decades are told apart; those before are one."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Some of one time; ``years`` are its first and last, None where none is known."""

    words: str
    years: tuple[int, int] | None


def folds(years: Sequence[int | None]) -> tuple[Fold, ...]:
    """Decades with how many are of each, or years where all lie within ten of them.

    >>> [fold.words for fold in folds([1989] * 10 + [1994] * 14 + [None])]
    ['1989 · 10', '1994 · 14', 'no year · 1']
    """
    if len(years) < FEWEST:
        return ()
    dated = sorted(year for year in years if year is not None)
    step = 1 if dated and dated[-1] - dated[0] < 10 else 10
    counts = Counter(year // step * step for year in dated)
    starts = list(counts)
    early, late = starts[: max(0, len(starts) - MOST)], starts[-MOST:]
    found = [
        Fold(f"{start}{'s' if step > 1 else ''} · {counts[start]}", (start, start + step - 1))
        for start in late
    ]
    if early:
        until = early[-1] + step - 1
        before = Fold(f"until {until} · {sum(counts[start] for start in early)}", (dated[0], until))
        found.insert(0, before)
    if len(dated) < len(years):
        found.append(Fold(f"no year · {len(years) - len(dated)}", None))
    return tuple(found)
