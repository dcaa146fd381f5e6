"""Values of cells: dates, languages, and names with a description in brackets."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from ..core.labels import Name, fold
from ..core.terms import XSD
from ..search.described_names import split_bracket, split_parts
from .concepts import Concepts
from .slugs import HAN

_KANA: Final = re.compile("[\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9f]")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_ASIAN: Final = re.compile(f"{HAN.pattern}|{_KANA.pattern}|{_HANGUL.pattern}")
_YEAR: Final = re.compile(r"-?[0-9]{4}")
_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTHS: Final = ("jan feb mar apr may jun jul aug sep oct nov dec").split()  # noqa: SIM905
_MONTH_NAME: Final = (
    "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
#: Dates that only one reading has -> the order of their groups: year, month, day.
_WRITTEN: Final = (
    (re.compile("([0-9]{4})年(?:([0-9]{1,2})月(?:([0-9]{1,2})[日号號])?)?"), (1, 2, 3)),
    (re.compile(r"([0-9]{4})([/.])([0-9]{1,2})\2([0-9]{1,2})"), (1, 3, 4)),
    (re.compile(rf"([0-9]{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH_NAME},?\s+([0-9]{{4}})"), (3, 2, 1)),
    (re.compile(rf"{_MONTH_NAME}\s+([0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+([0-9]{{4}})"), (3, 1, 2)),
    (re.compile(rf"{_MONTH_NAME},?\s+([0-9]{{4}})"), (2, 1)),
)  # fmt: skip
#: Earliest and latest year that is accepted in a date.
_FIRST, _LAST = -3000, 2100
#: Quotation marks of a title around a whole name, without others inside.
_QUOTED: Final = re.compile('([『「《〈“"])([^『』「」《》〈〉“”"]+)[』」》〉”"]')
#: Word for a new entity with a name that is similar to an existing one.
NEW: Final = "new"
#: Language tags that brackets may have, because Chinese characters have several languages.
TAGS: Final = ("ja", "zh", "zh-Hans", "zh-Hant", "yue", "ko")


@dataclass(frozen=True, slots=True)
class Date:
    """A date whose month and day may be unknown.

    Attributes:
        text: "2003", "2003-10" or "2003-10-12".
    """

    text: str

    @property
    def datatype(self) -> str:
        """The IRI of its datatype."""
        parts = self.text.removeprefix("-").count("-")
        return XSD + ("gYear", "gYearMonth", "date")[parts]

    @property
    def year(self) -> int:
        """The year."""
        return int(self.text[: 5 if self.text.startswith("-") else 4])


def read_date(text: str) -> Date | None:
    """Read a date; None if the text is not a date.

    >>> read_date("１９７３"), read_date("1973-13"), read_date("26999")
    (Date(text='1973'), None, None)
    >>> read_date("27 December 2016"), read_date("2016年12月27日"), read_date("12/11/2016")
    (Date(text='2016-12-27'), Date(text='2016-12-27'), None)
    """
    plain = _with_digits(unicodedata.normalize("NFKC", text).strip())
    valid = bool(_YEAR.fullmatch(plain) or _MONTH.fullmatch(plain))
    if _DAY.fullmatch(plain):
        try:
            dt.date.fromisoformat(plain)
            valid = True
        except ValueError:
            return None
    date = Date(plain)
    return date if valid and _FIRST <= date.year <= _LAST else None


def _with_digits(text: str) -> str:
    """Return a date with the name of a month, or in Chinese characters, as year-month-day.

    >>> _with_digits("Dec. 2016"), _with_digits("Sept 3rd, 2016"), _with_digits("soon")
    ('2016-12', '2016-09-03', 'soon')
    """
    for pattern, order in _WRITTEN:
        if found := pattern.fullmatch(text.lower()):
            year, *rest = (found[group] for group in order if found[group])
            return "-".join([year, *(_two_digits(one) for one in rest)])
    return text


def _two_digits(text: str) -> str:
    """Return a day, or a month by its number or its name, with two digits."""
    number = int(text) if text.isdecimal() else _MONTHS.index(text[:3]) + 1
    return f"{number:02}"


def language_of(text: str, default: str) -> str | None:
    """Return the language tag of a text by its script, or the default.

    Args:
        text: A name or a sentence.
        default: Language of the collection.

    Returns:
        None if it is in Chinese characters and the default is neither Chinese nor Japanese.

    >>> language_of("赤い疑惑", "en"), language_of("重慶森林", "ja"), language_of("重慶森林", "en")
    ('ja', 'ja', None)
    """
    if _KANA.search(text):
        return "ja"
    if _HANGUL.search(text):
        return "ko"
    if HAN.search(text):
        return default if default.split("-")[0] in ("zh", "ja", "yue") else None
    if default.split("-")[0] in ("zh", "ja", "yue", "ko") and re.search("[A-Za-z]", text):
        return "und-Latn"  # a title in Latin letters: its language is unknown
    return default


def is_comma_list(text: str) -> bool:
    """Return whether commas separate names of different scripts.

    >>> is_comma_list("Tanpopo, 蒲公英"), is_comma_list("Crouching Tiger, Hidden Dragon")
    (True, False)
    """
    parts = [part for part in re.split("[,，、]", text) if part.strip()]
    return len({bool(_ASIAN.search(part)) for part in parts}) > 1


def tagged(text: str, tag: str, default: str) -> Name | None:
    """Return a text with its language; None if the language is not known."""
    language = tag or language_of(text, default)
    return Name(text, language) if language else None


@dataclass(frozen=True, slots=True)
class NameMention:
    """A name in a row, with an optional description: "The Killer (film, 1989)".

    Attributes:
        name: The name without the bracket.
        cls: The class in the bracket, "" if none.
        date: The year in the bracket.
        new: Whether the brackets have the word "new": it is not an entity with a similar name.
        language: Language tag in the brackets, "" if none: "三船敏郎 (person, ja)".
        medium: The kind of an artwork, as the brackets have it: "painting"; "" for others.
    """

    name: str
    cls: str = ""
    date: Date | None = None
    new: bool = False
    language: str = ""
    medium: str = ""


def read_mention(text: str, concepts: Concepts) -> NameMention:
    """Split a name from a class and a year in brackets after it.

    Brackets with anything else are a part of the name.

    Args:
        text: The name.
        concepts: Terms of the ontology.
    """
    name, inside = split_bracket(text)
    if not inside:
        return NameMention(text)
    cls, date, new, language, medium = "", None, False, "", ""
    for part in split_parts(inside):
        words = [part, *part.split()] if " " in part else [part]
        for word in _parts(words, concepts):
            if (one := read_date(word)) and not date:
                date = one
            elif (slug := concepts.classes.find(word)) and not cls:
                cls = slug
                is_medium = slug == "Artwork" and fold(word) not in ("artwork", "artworks")
                medium = word if is_medium else ""
            elif fold(word) == NEW and not new:
                new = True
            elif word in TAGS and not language:
                language = word
            else:
                return NameMention(text)
    return NameMention(without_quotes(name), cls, date, new, language, medium)


def without_quotes(name: str) -> str:
    """Return a name without the quotation marks of titles around it.

    >>> without_quotes("『千年女優』"), without_quotes("『A』と『B』"), without_quotes("“Hero”")
    ('千年女優', '『A』と『B』', 'Hero')
    """
    found = _QUOTED.fullmatch(name.strip())
    return found[2] if found else name


def _parts(words: list[str], concepts: Concepts) -> list[str]:
    """Return the whole part if it is a class, else its words: "1998 film"."""
    return words[:1] if len(words) == 1 or concepts.classes.find(words[0]) else words[1:]
