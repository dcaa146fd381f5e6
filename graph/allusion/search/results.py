"""An entity that a search found, and the ways in which it can match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..core.labels import Name

MATCH_KINDS: Final = (
    "name", "beginning", "word", "part", "inside", "scripts", "spelling", "typo", "description",
)  # fmt: skip
"""Ways in which an entity can match, best first.

name: the whole name. beginning: its beginning. word: whole words of it. part: beginnings of
words, or any part in a script without spaces between words. inside: parts inside of words.
scripts: several names of one entity, each in a different script. spelling: another
romanization, or letters for an apostrophe. typo: one letter differs. description: words of a
description. The rank of a `Match` is an index of this tuple.
"""

EXACT, BEGINNING, WORD, PART, INSIDE, SCRIPTS, SPELLING, TYPO, DESCRIPTION = range(len(MATCH_KINDS))


@dataclass(frozen=True, slots=True)
class Match:
    """Entity found by name.

    Attributes:
        matched: The name that matched.
        rank: Index of ``how`` in `MATCH_KINDS`; 0 is best.
        year: None if unknown.
        joined: Number of entities connected to it by connections, credits and stories.
        leads: Labels of the best connected of these entities.
    """

    iri: str
    register: str
    label: str
    matched: Name
    rank: int
    year: int | None = None
    joined: int = 0
    leads: tuple[str, ...] = ()

    @property
    def how(self) -> str:
        """How the name matched, one of `MATCH_KINDS`."""
        return MATCH_KINDS[self.rank]
