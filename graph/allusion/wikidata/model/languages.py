"""Our language tags and the codes that Wikidata uses for labels."""

from __future__ import annotations

from typing import Final, NamedTuple

#: Those in which labels are read and compared.
LANGUAGES: Final = ("en", "zh-Hant", "zh-Hans", "ja", "ko")
#: Wikidata's "default for all languages", common on people and film titles.
ANY: Final = "mul"


class Codes(NamedTuple):
    """``exact`` codes are the same language and script; ``loose`` ones leave the script open."""

    exact: tuple[str, ...]
    loose: tuple[str, ...] = ()


_CHINESE: Final = {
    "zh-hant": Codes(("zh-hant", "zh-hk", "zh-tw", "zh-mo"), ("zh",)),
    "zh-hans": Codes(("zh-hans", "zh-cn", "zh-sg"), ("zh",)),
    "yue": Codes(("yue",), ("zh-hk",)),
    "yue-hant": Codes(("yue",), ("zh-hk",)),
}


def codes_of(tag: str) -> Codes:
    """Wikidata's codes for one of our tags; none for a transcription.

    Wikidata keeps no labels in transcription (ja-Latn, zh-Latn-pinyin), only aliases.

    >>> codes_of("zh-Hant").exact, codes_of("ja").exact, codes_of("ja-Latn").exact
    (('zh-hant', 'zh-hk', 'zh-tw', 'zh-mo'), ('ja',), ())
    """
    lowered = tag.lower()
    if "-latn" in lowered:
        return Codes(())
    return _CHINESE.get(lowered) or Codes((lowered,))


def codes_to_ask(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Every code worth asking for: those of ``tags``, English, and the default for all."""
    asked = [code for tag in (*tags, "en") for group in codes_of(tag) for code in group]
    return tuple(dict.fromkeys([*asked, ANY]))
