"""Our language tags and the codes that Wikidata uses for labels."""

from __future__ import annotations

from typing import Final, NamedTuple

#: Those in which labels are read and compared.
LANGUAGES: Final = ("en", "zh-Hant", "zh-Hans", "ja", "ko")
#: Wikidata's "default for all languages", common on people and film titles.
MUL: Final = "mul"


class LanguageCodes(NamedTuple):
    """``exact`` codes are the same language and script; ``loose`` ones leave the script open."""

    exact: tuple[str, ...]
    loose: tuple[str, ...] = ()


_CHINESE: Final = {
    "zh-hant": LanguageCodes(("zh-hant", "zh-hk", "zh-tw", "zh-mo"), ("zh",)),
    "zh-hans": LanguageCodes(("zh-hans", "zh-cn", "zh-sg"), ("zh",)),
    "yue": LanguageCodes(("yue",), ("zh-hk",)),
    "yue-hant": LanguageCodes(("yue",), ("zh-hk",)),
}


def language_codes(tag: str) -> LanguageCodes:
    """Wikidata's codes for one of our tags; none for a transcription.

    Wikidata keeps no labels in transcription (ja-Latn, zh-Latn-pinyin), only aliases.

    >>> codes_of("zh-Hant").exact, codes_of("ja").exact, codes_of("ja-Latn").exact
    (('zh-hant', 'zh-hk', 'zh-tw', 'zh-mo'), ('ja',), ())
    """
    lowered = tag.lower()
    if "-latn" in lowered:
        return LanguageCodes(())
    return _CHINESE.get(lowered) or LanguageCodes((lowered,))


def codes_to_request(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Every code worth asking for: those of ``tags``, English, and the default for all."""
    asked = [code for tag in (*tags, "en") for group in language_codes(tag) for code in group]
    return tuple(dict.fromkeys([*asked, MUL]))
