"""Records for names and external links, and name folding.

This module imports only the standard library.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

# Without the voicing marks of kana, which distinguish letters.
_MARKS: Final = re.compile("[\u0300-\u036f]")
_SEPARATORS: Final = re.compile(
    r"[\s\-–—_.·・=&'’‘\"“”«»,:;!?()\[\]/\x00、。「」『』《》〈〉【】]+"
)
# A space between two Chinese or Japanese letters.
_LETTERS: Final = "[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
_INNER_SPACES: Final = re.compile(f"(?<={_LETTERS}) (?={_LETTERS})")
# Letters without a canonical decomposition -> what users type for them.
_STROKE_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


@dataclass(frozen=True, slots=True)
class Name:
    """A label or alias with its BCP 47 language tag; "" if it has none."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link from an entity to a page of another site.

    Attributes:
        site: "Wikidata", "Wikipedia", "IMDb" or "TMDb".
        url: The address of the page.
        identifier: The identifier on that site.
        confidence: 0 to 1 for a Wikidata item, None for other sites.
        note: Where the link was seen, or why it is doubtful.
    """

    site: str
    url: str
    identifier: str
    confidence: float | None = None
    note: str = ""


def is_editorial(label: str) -> bool:
    """Return whether the editors made a label: it stands in square brackets.

    >>> is_editorial("[願望]"), is_editorial("願望")
    (True, False)
    """
    return label.startswith("[") and label.endswith("]")


def folding() -> dict[str, Any]:
    """Return the rules of `fold` as data, for the same folding in JavaScript."""
    strokes = {chr(letter): plain for letter, plain in _STROKE_LETTERS.items()}
    return {"marks": _MARKS.pattern, "gaps": _SEPARATORS.pattern, "strokes": strokes}


def fold(text: str) -> str:
    """Fold a name for comparison: no case, no accents, no punctuation.

    >>> fold("Zesshō"), fold("Wong Kar-wai"), fold("ＴＢＳ"), fold("Łódź"), fold("[願望]")
    ('zessho', 'wong kar wai', 'tbs', 'lodz', '願望')
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text).casefold()).translate(
        _STROKE_LETTERS
    )
    return _SEPARATORS.sub(" ", unicodedata.normalize("NFKC", plain)).strip()


def fold_whole(text: str) -> str:
    """Fold a whole name: like `fold`, and without spaces between Chinese or Japanese letters.

    >>> fold_whole("今　敏"), fold_whole("『千年女優』"), fold_whole("キッズ・リターン")
    ('今敏', '千年女優', 'キッズリターン')
    """
    return _INNER_SPACES.sub("", fold(text))
