"""Romanized names in a normal form, in which spellings of one name are equal.

There are three languages, each with several systems: Mandarin (Hanyu Pinyin, Wade-Giles),
Cantonese (Jyutping, Hong Kong government spelling) and Japanese (Hepburn with and without long
vowels, Kunrei, Nihon-shiki). The normal forms serve only for comparison. They ignore tones,
apostrophes and macrons, which people often omit; names that differ only in these are equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from ..core.labels import fold

Reading = tuple[tuple[str, ...], ...]
"""A name in one system: words, each a tuple of syllables in the normal form."""

LANGUAGES: Final = ("mandarin", "cantonese", "japanese")
_CACHED_WORDS: Final = 4096  # cache size: the names of an index share few words
_APOSTROPHE: Final = re.compile("['’‘ʼ`]")  # Ch'i-wu is two words, not three
_LETTERS: Final = re.compile(r"[a-z]+[1-6]?")


def readings(name: str, language: str, tag: str = "") -> tuple[Reading, ...]:
    """Return the readings of a name in the systems of a language; () if there are none.

    Args:
        name: The name.
        language: One of `LANGUAGES`.
        tag: Language tag of the name. A tag with a system allows only this system.

    Returns:
        Readings without duplicates. A word that is not valid in a system stays as it is.

    >>> readings("He Zhiwu", "mandarin", "zh-Latn-pinyin")
    ((('ho',), ('chi', 'wu')),)
    >>> readings("Ho Chih-wu", "mandarin", "zh-Latn-wadegile")
    ((('ho',), ('chi',), ('wu',)),)
    """
    words = _words(name)
    found: dict[Reading, None] = {}
    for system, syllables in _SYSTEMS[language].items():
        if "-latn-" in tag.lower() and not tag.lower().endswith(system):
            continue
        read = [syllables(word) for word in words]
        if any(read):
            found[tuple(r or (w,) for r, w in zip(read, words, strict=True))] = None
    return tuple(found)


@lru_cache(1)
def _words(name: str) -> list[str]:
    """Split a name into folded words; cached, because all languages use them."""
    return fold(_APOSTROPHE.sub("", name)).split()


def syllables_of(reading: Reading) -> tuple[str, ...]:
    """Return the syllables of a reading as one tuple."""
    return tuple(syllable for word in reading for syllable in word)


def contains_reading(wanted: Reading, name: Reading) -> bool:
    """Return whether ``name`` contains ``wanted``, at word boundaries.

    The syllables of ``wanted`` must be consecutive, with any division into words; or its words must
    occur in any order.
    """
    starts, syllables = [0], syllables_of(name)
    for word in name:
        starts.append(starts[-1] + len(word))

    def holds(piece: tuple[str, ...]) -> bool:
        return any(
            syllables[start : start + len(piece)] == piece and start + len(piece) in starts
            for start in starts[:-1]
        )

    return holds(syllables_of(wanted)) or all(map(holds, wanted))


def _split(pattern: re.Pattern[str], word: str) -> list[re.Match[str]]:
    """Split ``word`` into syllables; [] if a letter remains."""
    if not _LETTERS.fullmatch(word):
        return []
    found = list(pattern.finditer(word))
    return found if "".join(part[0] for part in found) == word else []


# A consonant that can end one syllable or begin the next begins the next, as in Pinyin.
_PINYIN: Final = re.compile(
    r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)"
    r"((?:[iu]?ang|i?ong|[iu]eng|eng|ing|[iu]?an|ian|en|in|un|er)(?![aeiouv])"
    r"|iao|uai|ai|ei|ao|ou|ia|ie|iu|ua|uo|ui|ue|ve|a|o|e|i|u|v)"
)
_TO_WADE: Final = {
    "b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch", "x": "hs", "zh": "ch",
    "r": "j", "z": "ts", "c": "ts",
}  # fmt: skip
_TO_WADE_FINAL: Final = {
    ("z", "i"): "u", ("c", "i"): "u", ("s", "i"): "u", ("g", "e"): "o", ("k", "e"): "o",
    ("h", "e"): "o", ("g", "ui"): "uei", ("k", "ui"): "uei", ("y", "ou"): "u", ("y", "an"): "en",
}  # fmt: skip
_WADE_FINALS: Final = {"ian": "ien", "ong": "ung", "iong": "iung"}
_WADE_INITIALS: Final = {"tz": "ts", "ss": "s", "sz": "s"}
_WADE: Final = re.compile(
    r"(hs|ch|sh|ts|tz|ss|sz|[pmftnlkhjyw]?)"
    r"((?:[iu]?ang|i?ung|eng|ing|ien|[iu]?an|en|in|un|erh)(?![aeiou])"
    r"|iao|uai|uei|ieh|ueh|eh|ih|ai|ei|ao|ou|ia|iu|ua|uo|ui|a|o|e|i|u)"
)


@lru_cache(_CACHED_WORDS)
def _pinyin(word: str) -> tuple[str, ...]:
    return tuple(_wade_of(part[1], part[2]) for part in _split(_PINYIN, word))


def _wade_of(initial: str, final: str) -> str:
    """Convert a Pinyin syllable to Wade-Giles without apostrophe, umlaut and final h."""
    final = final.replace("v", "u")
    if final == "uo" and initial not in ("g", "k", "h", "sh"):
        final = "o"
    else:
        final = _TO_WADE_FINAL.get((initial, final), final)
    final = _WADE_FINALS.get(final, final)
    return _join_syllable(_TO_WADE.get(initial, initial), final)


@lru_cache(_CACHED_WORDS)
def _wade(word: str) -> tuple[str, ...]:
    return tuple(
        _join_syllable(_WADE_INITIALS.get(part[1], part[1]), re.sub("h$", "", part[2]))
        for part in _split(_WADE, word)
    )


def _join_syllable(initial: str, final: str) -> str:
    return "i" if (initial, final) == ("y", "i") else initial + final


_JYUTPING: Final = re.compile(
    r"(gw|kw|ng|[bpmfdtnlgkhzcsjw]?)"
    r"((?:aa?|e|i|o|u|yu|eo|oe)(?:ng|[ptkmn])(?![aeiouy])|aai|aau|eoi|yu|oe"
    r"|aa|ai|au|ei|eu|iu|oi|ou|ui|a|e|i|o|u)([1-6]?)"
)
_HONG_KONG: Final = re.compile(
    r"(tsz|sz|tz|ts|ch|sh|kw|gw|ng|[bpmfdtnlgkhjwyszc]?)"
    r"((?:ar|eu|oo|ue|ee|a|e|i|o|u)(?:ng|[ptkmn])(?![aeiouy])"
    r"|(?:a|o|e)[rh](?![aeiou])|oi|ui|ai|au|aw|ow|ay|ey|ei|ee|oo|ue|ie|iu|ou|a|e|i|o|u)"
)
_CANTONESE_INITIALS: Final = {
    "b": "p", "d": "t", "g": "k", "gw": "kw", "z": "ch", "c": "ch", "ts": "ch", "tz": "ch",
    "tsz": "ch", "sh": "s", "sz": "s",
}  # fmt: skip
_JYUTPING_FINALS: Final = {"ei": "i", "ou": "o", "uu": "u", "uui": "ui"}
_HONG_KONG_VOWELS: Final = {
    "ee": "i", "ei": "i", "ey": "i", "ay": "i", "ie": "i", "oo": "u", "ue": "u", "ow": "au",
    "aw": "o", "or": "o", "oh": "o", "ou": "o", "ar": "a", "ah": "a", "er": "eu", "eh": "e",
}  # fmt: skip
_VOWELS_OF_HONG_KONG: Final = re.compile("|".join(_HONG_KONG_VOWELS))


@lru_cache(_CACHED_WORDS)
def _jyutping(word: str) -> tuple[str, ...]:
    found = []
    for part in _split(_JYUTPING, word):
        initial = "y" if part[1] == "j" else _CANTONESE_INITIALS.get(part[1], part[1])
        final = part[2].replace("aa", "a").replace("eo", "u").replace("yu", "u")
        final = _JYUTPING_FINALS.get(final, final)
        final = re.sub("^oe", "eu", "ui" if final == "ui" else final)
        found.append(_cantonese(initial, final))
    return tuple(found)


@lru_cache(_CACHED_WORDS)
def _hong_kong(word: str) -> tuple[str, ...]:
    found = []
    for part in _split(_HONG_KONG, word):
        initial = "ch" if part[1] == "j" else _CANTONESE_INITIALS.get(part[1], part[1])
        final = _VOWELS_OF_HONG_KONG.sub(lambda v: _HONG_KONG_VOWELS[v[0]], part[2])
        if part[1] in ("sz", "tsz", "tz") and final == "e":
            final = "i"
        found.append(_cantonese(initial, final))
    return tuple(found)


def _cantonese(initial: str, final: str) -> str:
    return final if initial == "y" and final.startswith("i") else initial + final


_KUNREI: Final = (
    ("tch", "cch"), ("sy", "sh"), ("si", "shi"), ("ty", "ch"), ("cy", "ch"), ("ti", "chi"),
    ("tu", "tsu"), ("(?<![sc])hu", "fu"), ("dzu", "zu"), ("dz", "z"), ("du", "zu"), ("[zjd]y", "j"),
    ("[zd]i", "ji"), ("([kg])wa", r"\1a"), ("(?<![a-z])wo$", "o"),
    ("m(?=[bmp])", "n"),
)  # fmt: skip
_LONG: Final = (
    ("ou|oo|oh(?![aeiouy])", "o"), ("uu|uh(?![aeiouy])", "u"), ("aa|ah(?![aeiouy])", "a"),
    ("ii", "i"), ("ee|ei", "e"),
)  # fmt: skip
_RULES: Final = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        *_KUNREI,
        # 絶唱 is zetsu + shō, pronounced zesshō; some people write zetsushō.
        ("(?<=[aeiou])tsu(?=([kstpc]))", r"\1"),
        *_LONG,
    )
)
_MORA: Final = re.compile(
    r"([kstpc])(?=\1)|(?:sh|ch|ts|[kgnhbpmr]y|[kgsztdnhbpmrywfj])?[aeiou]|n(?![aeiouy])"
)


@lru_cache(_CACHED_WORDS)
def _japanese(word: str) -> tuple[str, ...]:
    for pattern, new in _RULES:
        word = pattern.sub(new, word)
    return tuple(part[0] for part in _split(_MORA, word))


def tables() -> dict[str, Any]:
    """Return the rules as data for the HTML page, which implements `readings` too.

    The patterns are valid and equivalent in Python and ECMAScript.
    """
    return {
        "apostrophe": _APOSTROPHE.pattern,
        "letters": _LETTERS.pattern,
        "pinyin": _PINYIN.pattern,
        "toWade": _TO_WADE,
        "toWadeFinal": {" ".join(pair): new for pair, new in _TO_WADE_FINAL.items()},
        "wadeFinals": _WADE_FINALS,
        "wade": _WADE.pattern,
        "wadeInitials": _WADE_INITIALS,
        "jyutping": _JYUTPING.pattern,
        "jyutpingFinals": _JYUTPING_FINALS,
        "cantoneseInitials": _CANTONESE_INITIALS,
        "hongKong": _HONG_KONG.pattern,
        "hongKongVowels": _HONG_KONG_VOWELS,
        "japanese": [[rule.pattern, new.replace("\\", "$")] for rule, new in _RULES],
        "mora": _MORA.pattern,
    }


_SYSTEMS: Final[dict[str, dict[str, Callable[[str], tuple[str, ...]]]]] = {
    "mandarin": {"pinyin": _pinyin, "wadegile": _wade},
    "cantonese": {"jyutping": _jyutping, "hongkong": _hong_kong},
    "japanese": {"hepburn": _japanese},
}
