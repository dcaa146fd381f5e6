"""When two names, dates or addresses are the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote, urlsplit

from .item_description import Value

_DATE: Final = re.compile(r"([+-]?\d{4,})(?:-(\d\d))?(?:-(\d\d))?(?:T.*|Z)?")
_APART: Final = re.compile(r"\s+\([^()]*\)$")


def same_date(ours: str, theirs: str) -> bool:
    """Whether two dates agree as far as both are stated.

    >>> same_date("1994", "1994-07-14"), same_date("1994-07-14", "1994-01-01")
    (True, True)
    >>> same_date("1994-07-14", "1994-07-26"), same_date("1994", "1995-01-01")
    (False, False)
    """
    here, there = _DATE.fullmatch(ours), _DATE.fullmatch(theirs)
    if not here or not there:
        return ours == theirs
    # Best-ranked values carry no precision: 1 January may stand for a year, and the
    # first of a month for the month.
    year, month, day = there[1], there[2], there[3]
    if day == "01":
        day = None
        month = None if month == "01" else month
    pairs = ((here[1].lstrip("+"), year.lstrip("+")), (here[2], month), (here[3], day))
    return all(a == b for a, b in pairs if a and b)


def keys(value: Value) -> set[str]:
    """All names of a value, for comparing."""
    return {key(name) for name in (value.text, *value.names.values())}


def key(name: str) -> str:
    """A name without case, spaces and punctuation, for comparing.

    >>> key("Wong Kar-wai") == key("WONG Kar Wai"), key("2046"), key("…")
    (True, '2046', '...')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum()) or folded


def bare(name: str) -> str:
    """A name without what tells it from namesakes.

    >>> bare("Breathless (1983)"), bare("(500) Days of Summer")
    ('Breathless', '(500) Days of Summer')
    """
    return _APART.sub("", name)


def article(url: str) -> str:
    """The title in an address of Wikipedia, however it is escaped."""
    return unquote(urlsplit(url).path).replace(" ", "_")


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts without repetition, in their order."""
    return tuple(dict.fromkeys(texts))
