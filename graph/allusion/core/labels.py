"""Names, and ways out of the graph: light enough for every command to load."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

_MARKS: Final = re.compile("[\u0300-\u036f]")  # not the kana voicing marks, which are letters' own
_GAPS: Final = re.compile(r"[\s\-_.·・=&'’‘\"“”,:;!?()/\x00]+")
# Letters that Unicode does not take apart into a letter and a mark, as people type them.
_STROKES: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


@dataclass(frozen=True, slots=True)
class Name:
    """A label or alias with its BCP 47 language tag ("" where none is stated)."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Link:
    """A way out of the graph.

    ``site`` is "Wikidata", "Wikipedia", "IMDb" or "TMDb". ``confidence`` is 0 to 1
    for a Wikidata item and None for the rest; ``note`` says where it was seen or
    why it is unsure.
    """

    site: str
    url: str
    identifier: str
    confidence: float | None = None
    note: str = ""


def folding() -> dict[str, Any]:
    """What `fold` takes away and puts in, as data for the page, which folds alike."""
    strokes = {chr(letter): plain for letter, plain in _STROKES.items()}
    return {"marks": _MARKS.pattern, "gaps": _GAPS.pattern, "strokes": strokes}


def fold(text: str) -> str:
    """The form in which names are compared: no case, no accents, no punctuation.

    >>> fold("Zesshō"), fold("Wong Kar-wai"), fold("ＴＢＳ"), fold("Łódź")
    ('zessho', 'wong kar wai', 'tbs', 'lodz')
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text).casefold()).translate(_STROKES)
    return _GAPS.sub(" ", unicodedata.normalize("NFKC", plain)).strip()
