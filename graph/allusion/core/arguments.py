"""Arguments that may be one value or several."""

from __future__ import annotations

from collections.abc import Sequence


def as_tuple(names: str | Sequence[str]) -> tuple[str, ...]:
    """Return one name or several names as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)
