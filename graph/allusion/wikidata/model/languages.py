"""BCP 47 language tags of this project and Wikidata's language codes."""

from __future__ import annotations

from typing import Final, NamedTuple

#: Languages in which labels are read and compared.
LANGUAGES: Final = ("en", "zh-Hant", "zh-Hans", "ja", "ko")
#: Wikidata's code for "default for all languages", common for people and film titles.
MUL: Final = "mul"


class LanguageCodes(NamedTuple):
    """Codes for one tag: ``exact`` in language and script, ``loose`` without a script."""

    exact: tuple[str, ...]
    loose: tuple[str, ...] = ()


_CHINESE: Final = {
    "zh-hant": LanguageCodes(("zh-hant", "zh-hk", "zh-tw", "zh-mo"), ("zh",)),
    "zh-hans": LanguageCodes(("zh-hans", "zh-cn", "zh-sg"), ("zh",)),
    "yue": LanguageCodes(("yue",), ("zh-hk",)),
    "yue-hant": LanguageCodes(("yue",), ("zh-hk",)),
}


def language_codes(tag: str) -> LanguageCodes:
    """Return Wikidata's codes for a tag; none for a transcription.

    Wikidata stores transcriptions (ja-Latn, zh-Latn-pinyin) as aliases, not as labels.

    >>> language_codes("zh-Hant").exact
    ('zh-hant', 'zh-hk', 'zh-tw', 'zh-mo')
    >>> language_codes("ja").exact, language_codes("ja-Latn").exact
    (('ja',), ())
    """
    lowered = tag.lower()
    if "-latn" in lowered:
        return LanguageCodes(())
    return _CHINESE.get(lowered) or LanguageCodes((lowered,))


def codes_to_request(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return all codes for the tags, for English, and ``mul``."""
    asked = [code for tag in (*tags, "en") for group in language_codes(tag) for code in group]
    return tuple(dict.fromkeys([*asked, MUL]))
