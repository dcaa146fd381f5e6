"""Counts and lists in sentences."""

from __future__ import annotations

from collections.abc import Iterable


def join_names(names: Iterable[str], word: str = "and") -> str:
    """Join names with commas and a final "and", or another word.

    >>> join_names(["Cantonese", "English", "Japanese"])
    'Cantonese, English and Japanese'
    """
    *most, last = [*names] or [""]
    return f"{', '.join(most)} {word} {last}" if most else last


def count_text(count: int, one: str, several: str) -> str:
    """Return a number with the words for one or for several.

    >>> count_text(1, "entity is", "entities are"), count_text(2000, "entity is", "entities are")
    ('1 entity is', '2,000 entities are')
    """
    return f"{count:,} {one if count == 1 else several}"
