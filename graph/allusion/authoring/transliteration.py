"""Comparison of a name in Japanese with the English names of a register."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from ..core.labels import fold

_KATAKANA: Final = re.compile(r"[\u30a0-\u30ff\s=＝]+")
#: What a transcription to katakana and back does to consonants.
_SOUNDS: Final = (
    ("ph", "f"), ("th", "s"), ("ck", "k"), ("ch", "s"), ("sh", "s"), ("ts", "s"), ("x", "ks"),
    ("c", "k"), ("q", "k"), ("l", "r"), ("v", "b"), ("f", "h"), ("z", "s"), ("j", "s"),
    ("mb", "nb"), ("mp", "np"),
)  # fmt: skip
#: Minimum similarity (0 to 1) of consonants; fewer than `_LONG` have to be equal.
_ALIKE: Final = 0.85
_LONG: Final = 6
#: Minimum of consonants with an equal year, and without.
_FEWEST_SAME_YEAR: Final = 3
_FEWEST: Final = 4

#: Maximum number of names whose consonants are kept: a sheet compares many with the same ones.
_MOST_KEPT: Final = 50_000

#: IRI, English name and year of an entity.
_Entity = tuple[str, str, int | None]


def same_in_english(name: str, year: int | None, entities: Iterable[_Entity]) -> Iterator[_Entity]:
    """Yield the entities that a name in Japanese can mean.

    A name in katakana means those whose consonants are like its own, unless the years differ by
    more than one. A title with numbers means those of the same year with these numbers.

    >>> films = [("a", "2001: A Space Odyssey", 1968), ("b", "Solaris", 1972)]
    >>> [iri for iri, _, _ in same_in_english("2001年宇宙の旅", 1968, films)]
    ['a']
    >>> [iri for iri, _, _ in same_in_english("ソラリス", 1972, films)]
    ['b']
    >>> [iri for iri, _, _ in same_in_english("ソラリス", 2002, films)]
    []

    Args:
        name: The name; none in Latin letters has a match.
        year: Its year, or None.
        entities: The entities of its register.
    """
    if name.isascii():
        return
    numbers = _numbers(name) if year is not None else []
    sounds = _consonants(name) if _KATAKANA.fullmatch(name) else ""
    if not (numbers or len(sounds) >= _FEWEST_SAME_YEAR):
        return
    for iri, label, other in entities:
        if not label.isascii() or (year and other and abs(year - other) > 1):
            continue
        same_year = year is not None and year == other
        fewest = _FEWEST_SAME_YEAR if same_year else _FEWEST
        if (same_year and numbers and numbers == _numbers(label)) or (
            len(sounds) >= fewest and _are_alike(sounds, label)
        ):
            yield iri, label, other


def _numbers(text: str) -> list[str]:
    return re.findall("[0-9]+", fold(text))


def _are_alike(sounds: str, label: str) -> bool:
    others = _consonants(label)
    if min(len(sounds), len(others)) < _LONG:
        return sounds == others
    return SequenceMatcher(None, sounds, others, autojunk=False).ratio() >= _ALIKE


@lru_cache(maxsize=_MOST_KEPT)
def _consonants(text: str) -> str:
    """Return the consonants of a name, without those that a transcription mixes up.

    >>> _consonants("アルファヴィル"), _consonants("Alphaville")
    ('rhbr', 'rhbr')
    """
    from anyascii import anyascii  # its tables take a moment to import

    latin = anyascii(fold(text)).lower()
    for one, other in _SOUNDS:
        latin = latin.replace(one, other)
    return re.sub(r"(.)\1+", r"\1", re.sub("[^a-z]|[aeiouyw]", "", latin))
