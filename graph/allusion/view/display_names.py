"""Which names of an entity a picture shows, and their language tags.

The first name is in the reader's language. The second is the original one: that in the original
language of the work, or in the script of the entity, which is inferred from its names. A name in
a third language is not shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from ..core.model import Entity
from .text_metrics import clean_text

_CHINESE: Final = ("zh-Hant", "zh-Hans")
_JAPANESE: Final = ("ja",)
PREFERRED_TAGS: Final = ("zh-Hant", "ja", "ko", "zh-Hans")
"""Tags tried for the second name if nothing indicates the language of the original name."""
_TAGS_BY_LANGUAGE: Final = {
    "cantonese": _CHINESE,
    "mandarin": _CHINESE,
    "chinese": _CHINESE,
    "japanese": _JAPANESE,
    "korean": ("ko",),
    "filipino": ("fil", "tl"),
    "french": ("fr",),
    "german": ("de",),
    "hindi": ("hi",),
    "italian": ("it",),
    "portuguese": ("pt",),
    "russian": ("ru",),
    "spanish": ("es",),
    "swedish": ("sv",),
}
_KATAKANA: Final = re.compile(r"[\u30a0-\u30ff\s=]+")


def label_language(entity: Entity, *languages: str) -> str:
    """Return the language tag of ``entity.label(*languages)``."""
    tags = (tag for tag in (*languages, "en") if tag in entity.labels)
    return clean_text(next(tags, next(iter(entity.labels), "")))


def secondary_name(entity: Entity, *languages: str) -> tuple[str, str]:
    """Return the name shown below the first, and its language tag.

    Args:
        entity: The entity.
        languages: Tags in order of preference; a second one has priority.

    Returns:
        ("", "") if there is no second name. A transcription in katakana is skipped unless
        the reader asked for its language, see `is_transcription`.
    """
    first = entity.label(*languages)
    for tag in (*languages[1:], *(original_tags(entity) or PREFERRED_TAGS)):
        name = entity.labels.get(tag)
        if name and name != first and (tag in languages or not is_transcription(entity, tag)):
            return name, clean_text(tag)
    return "", ""


def is_transcription(entity: Entity, tag: str) -> bool:
    """Whether the name in ``tag`` is a foreign name transcribed in katakana.

    Names of Japanese groups are often in katakana too, and so are those of which
    `original_tags` finds that they are Japanese.
    """
    if tag != "ja" or entity.kind == "group" or "ja" in original_tags(entity):
        return False
    return _KATAKANA.fullmatch(entity.labels.get(tag, "")) is not None


def all_names(entity: Entity) -> list[tuple[str, str]]:
    """Return all labels as (text, tag), romanizations last."""
    return sorted(
        ((text, tag) for tag, text in entity.labels.items() if text.strip()),
        key=lambda item: ("-Latn" in item[1], _tag_rank(item[1]), item[1]),
    )


def _tag_rank(tag: str) -> int:
    return PREFERRED_TAGS.index(tag) if tag in PREFERRED_TAGS else len(PREFERRED_TAGS)


def original_tags(entity: Entity) -> tuple[str, ...]:
    """Infer the language tags of the original name of an entity.

    The tests, in order: the English name equals a romanization; the original language that
    most sources state; a name in a language that is not romanized, which is rarely a
    translation; the English name shares a word with the romanizations of one language only;
    romanizations exist for one language only; English is stated.

    Returns:
        () if nothing indicates a language.
    """
    romanizations = dict(_romanizations(entity))
    for tags, names in romanizations.items():
        if _normalize(entity.label()) in names:
            return tags
    stated = [fact for fact in entity.facts if fact.property == "original language"]
    for fact in sorted(stated, key=lambda fact: -len(fact.sources)):
        for language, tags in _TAGS_BY_LANGUAGE.items():
            if language in fact.value.lower():
                return tags
    if foreign := tuple(tag for tag in entity.labels if _is_foreign(tag)):
        return foreign
    words = set(_normalize(entity.label()).split())
    shared = [tags for tags, names in romanizations.items() if words & set(" ".join(names).split())]
    for found in (shared, list(romanizations)):
        if len(found) == 1:
            return found[0]
    return ("en",) if any("english" in fact.value.lower() for fact in stated) else ()


def _is_foreign(tag: str) -> bool:
    return tag.split("-")[0] not in ("en", "ja", "ko", "yue", "zh") and "-Latn" not in tag


def _romanizations(entity: Entity) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    for tags, prefixes in ((_JAPANESE, ("ja-Latn",)), (_CHINESE, ("zh-Latn", "yue-Latn"))):
        names = {
            _normalize(text) for tag, text in entity.labels.items() if tag.startswith(prefixes)
        }
        if names:
            yield tags, names


def _normalize(name: str) -> str:
    """Remove accents, case and word order: "Miura Tomokazu" equals "Tomokazu Miura"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(sorted(plain.lower().split()))
