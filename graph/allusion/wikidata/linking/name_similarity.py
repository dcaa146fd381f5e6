"""Similarity of titles and of names of people."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from ...core.labels import fold
from ...search.spelling import one_edit

TitleSimilarity = Literal["same", "bare", "near", "part"]
"""Degrees of similarity of two titles, best first: equal; equal without articles, numerals and
"and"; different in one letter; equal before a colon."""

# Qualifier in brackets after a title, which distinguishes namesakes.
_QUALIFIER: Final = re.compile(
    r"\s*[(\[][^()\[\]]*\b(?:film|movie|miniseries|series|serial|tv|telefilm|documentary|short"
    r"|anime|novel|book|play|song|album|single|opera|musical|story|character|franchise"
    r"|(?:1[89]|20)\d\d)\b[^()\[\]]*[)\]]\s*$",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"\b((?:1[89]|20)\d\d)\b")
_SUBTITLE_SEPARATOR: Final = re.compile(r"\s*(?::|\s[-–—]|[–—])\s+")
# Articles in languages that are common in film titles.
_ARTICLES: Final = frozenset((
    "the", "a", "an", "le", "la", "les", "l", "un", "une", "der", "die", "das", "ein", "eine",
    "el", "los", "las", "lo", "il", "gli", "uno", "una", "o", "os", "as", "um", "uma", "het",
    "een", "den", "det", "en", "ett",
))  # fmt: skip
_NUMERALS: Final = {
    "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9",
    "x": "10", "xi": "11", "xii": "12", "xiii": "13",
}  # fmt: skip
_NUMBER_WORDS: Final = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10",
}  # fmt: skip
_PART_WORDS: Final = {"part": "part", "pt": "part", "vol": "volume", "volume": "volume",
                 "chapter": "chapter", "ch": "chapter", "episode": "episode"}  # fmt: skip
_AND: Final = frozenset(("and", "und", "et", "y", "e", "og", "och"))
# Godfather, The
_TRAILING_ARTICLE: Final = re.compile(
    r"(.+), (the|a|an|le|la|les|l'|un|une|der|die|das|ein|eine|el|los|las|il|lo|gli)",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"\d+")
_IDEOGRAPH: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


# "The Passenger (Professione: reporter)"
_SECOND_TITLE: Final = re.compile(
    r"(?P<first>.*\w.*?)\s*[(\[]\s*(?:a\.?\s?k\.?\s?a\.?:?\s+)?(?P<second>[^()\[\]]*\w\w[^()\[\]]*)[)\]]\s*",
    re.IGNORECASE,
)
# "Mary Shelley's Frankenstein"; a possessive of one word is usually a part of the title.
_AUTHOR: Final = re.compile(
    r"(?P<author>(?:[\w.-]+\s+){1,3}[\w.-]+)(?:['’]s|(?<=s)['’])\s+(?P<title>\w.*)", re.IGNORECASE
)
#: Least number of words of a title without the name of its series.
_WORDS_AFTER_SERIES: Final = 2


class DerivedTitle(NamedTuple):
    """A part of a title that can be the title itself, and how it was derived."""

    text: str
    how: str


class NormalizedTitle(NamedTuple):
    """A title in the forms that are compared.

    Attributes:
        folded: Without case, accents, punctuation and a qualifier in brackets.
        key: Also without articles, and with numerals as digits.
        main: Key of the part before a colon or dash; "" if there is none.
    """

    folded: str
    key: str
    main: str


@lru_cache(200_000)
def normalize_title(text: str) -> NormalizedTitle:
    """Normalize a title.

    >>> normalize_title("The Godfather, Part II")
    NormalizedTitle(folded='the godfather part ii', key='godfather part 2', main='')
    >>> normalize_title("Breathless (1983 film)").key, normalize_title("Godfather, The").key
    ('breathless', 'godfather')
    """
    plain = _TRAILING_ARTICLE.sub(r"\2 \1", _QUALIFIER.sub("", text) or text)
    folded = fold(plain.replace("&", " and "))
    head, *rest = _SUBTITLE_SEPARATOR.split(plain, maxsplit=1)
    main = _key(fold(head.replace("&", " and "))) if rest and head else ""
    return NormalizedTitle(folded, _key(folded), main)


def spelling_variants(text: str) -> tuple[str, ...]:
    """Return the spellings of a title to look up by exact comparison.

    >>> spelling_variants("GODFATHER, THE (1972 film)")
    ('GODFATHER, THE (1972 film)', 'THE GODFATHER', 'The Godfather')
    """
    found = [text]
    for title in (text, *(one.text for one in derived_titles(text))):
        plain = _TRAILING_ARTICLE.sub(r"\2 \1", _QUALIFIER.sub("", title).strip() or title)
        plain = re.sub("(?<=['’]) ", "", plain)  # L'Histoire
        found += [plain, plain.title() if plain.isupper() or plain.islower() else plain]
    return tuple(dict.fromkeys(found))


@lru_cache(200_000)
def derived_titles(text: str) -> tuple[DerivedTitle, ...]:
    """Return parts of a title to search for if no candidate has the whole title.

    >>> [one.text for one in derived_titles("Story, The (Histoire, L')")]
    ['Story, The', "Histoire, L'"]
    >>> derived_titles("Mary Shelley's Frankenstein (1994 film)")
    (DerivedTitle(text='Frankenstein', how='without the author before it'),)
    >>> [one.text for one in derived_titles("Star Wars: The Empire Strikes Back")]
    ['The Empire Strikes Back']
    >>> derived_titles("Rosemary's Baby"), derived_titles("A Bug's Life")
    ((), ())
    """
    plain = (_QUALIFIER.sub("", text) or text).strip()
    found = []
    if both := _SECOND_TITLE.fullmatch(plain):
        found.append(DerivedTitle(both["first"], "without the second title in brackets"))
        found.append(DerivedTitle(both["second"].strip(), "the second title in brackets"))
    author = _AUTHOR.fullmatch(plain)
    if author and author["author"].split()[0].lower() not in _ARTICLES:
        found.append(DerivedTitle(author["title"], "without the author before it"))
    _, *rest = _SUBTITLE_SEPARATOR.split(plain, maxsplit=1)
    if rest and len(_key(fold(rest[0])).split()) >= _WORDS_AFTER_SERIES and not both:
        found.append(DerivedTitle(rest[0], "without the name of the series before it"))
    return tuple(found)


def qualifier_year(text: str) -> int | None:
    """Return the year in the qualifier of a title: 1983 in "Breathless (1983 film)"."""
    found = _QUALIFIER.search(text)
    year = _YEAR.search(found[0]) if found else None
    return int(year[1]) if year else None


def _key(folded: str) -> str:
    words = [word for word in folded.split() if word not in _AND]
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    key: list[str] = []
    for place, word in enumerate(words):
        part = _PART_WORDS.get(word, word)
        if place and key[-1] in _PART_WORDS.values():
            part = _NUMBER_WORDS.get(word, part)
        key.append(_NUMERALS.get(part, part) if place else part)
    return " ".join(key) or folded


def compare_titles(one: NormalizedTitle, other: NormalizedTitle) -> TitleSimilarity | None:
    """Return the similarity of two titles, or None.

    Titles with different numbers are never similar: "Toy Story 2" and "Toy Story 3" differ.
    """
    if one.folded == other.folded:
        return "same"
    squeezed, beside = one.key.replace(" ", ""), other.key.replace(" ", "")
    if squeezed == beside:
        return "bare"
    if _DIGITS.findall(one.key) != _DIGITS.findall(other.key):
        numbers = False
    else:
        numbers = True
        if one_edit(squeezed, beside):
            return "near"
    mains = (one.main or one.key, other.main or other.key)
    if (one.main or other.main) and (mains[0] == mains[1]) and numbers:
        return "part"
    return None


def title_weight(title: NormalizedTitle) -> int:
    """Return the number of words of a title, 1 to 3; longer titles are more distinctive.

    In scripts without spaces two characters count as a word.
    """
    signs = len(_IDEOGRAPH.findall(title.key))
    words = signs // 2 if signs else len(title.key.split())
    return max(1, min(words, 3))


@lru_cache(200_000)
def _words_of(name: str) -> tuple[str, ...]:
    return tuple(fold(name).split())


def person_similarity(one: str, other: str) -> float:
    """Return the similarity of two personal names.

    The result is 1 for the same words in any order; 0.6 for the same first name (or initial) and
    last name; 0.4 if one is only the last name of the other; else 0.

    >>> person_similarity("Wong Kar-wai", "Kar Wai WONG"), person_similarity("王家衛", "王家卫")
    (1.0, 0.0)
    >>> person_similarity("Alejandro G. Iñárritu", "Alejandro González Iñárritu")
    0.6
    >>> person_similarity("Godard", "Jean-Luc Godard"), person_similarity("Joel Coen", "Ethan Coen")
    (0.4, 0.0)
    """
    here, there = _words_of(one), _words_of(other)
    if not here or not there:
        return 0.0
    if here == there or sorted(here) == sorted(there) or "".join(here) == "".join(there):
        return 1.0
    if min(len(here), len(there)) == 1 and here[-1] == there[-1] and len(here[-1]) > 2:
        return 0.4
    if len(here) > 1 and len(there) > 1 and here[-1] == there[-1]:
        first, second = here[0], there[0]
        initial = min(len(first), len(second)) == 1 and first[0] == second[0]
        if first == second or initial:
            return 0.6
    return 0.0
