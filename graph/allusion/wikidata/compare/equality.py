"""Equality of names, dates and addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote, urlsplit

from .item_description import PropertyValue

_DATE: Final = re.compile(r"([+-]?\d{4,})(?:-(\d\d))?(?:-(\d\d))?(?:T.*|Z)?")
_QUALIFIER: Final = re.compile(r"\s+\([^()]*\)$")


def same_date(ours: str, theirs: str) -> bool:
    """Return whether two dates agree in all parts that both state.

    >>> same_date("1994", "1994-07-14"), same_date("1994-07-14", "1994-01-01")
    (True, True)
    >>> same_date("1994-07-14", "1994-07-26"), same_date("1994", "1995-01-01")
    (False, False)
    """
    here, there = _DATE.fullmatch(ours), _DATE.fullmatch(theirs)
    if not here or not there:
        return ours == theirs
    # Truthy values have no precision: 1 January may stand for a year, and the
    # first day of a month for the month.
    year, month, day = there[1], there[2], there[3]
    if day == "01":
        day = None
        month = None if month == "01" else month
    pairs = ((here[1].lstrip("+"), year.lstrip("+")), (here[2], month), (here[3], day))
    return all(a == b for a, b in pairs if a and b)


def comparison_keys(value: PropertyValue) -> set[str]:
    """Return the comparison keys of all names of a value."""
    return {comparison_key(name) for name in (value.text, *value.names.values())}


def comparison_key(name: str) -> str:
    """Return a name in lower case without spaces and punctuation.

    >>> comparison_key("Wong Kar-wai") == comparison_key("WONG Kar Wai")
    True
    >>> comparison_key("2046"), comparison_key("…")
    ('2046', '...')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum()) or folded


def strip_qualifier(name: str) -> str:
    """Remove a qualifier in brackets at the end of a name.

    >>> strip_qualifier("Breathless (1983)"), strip_qualifier("(500) Days of Summer")
    ('Breathless', '(500) Days of Summer')
    """
    return _QUALIFIER.sub("", name)


def article_title(url: str) -> str:
    """Return the decoded path of a Wikipedia address."""
    return unquote(urlsplit(url).path).replace(" ", "_")


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts without duplicates, in order."""
    return tuple(dict.fromkeys(texts))
