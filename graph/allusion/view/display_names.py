"""Which names stand in a picture, and in which language they are.

The first name is in the language the reader asked for. The second is the name in
the entity's own script, which the graph does not state as such and which is
therefore found from what it does state.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from ..core.model import Entity
from .text_metrics import clean

_CHINESE: Final = ("zh-Hant", "zh-Hans")
_JAPANESE: Final = ("ja",)
USUAL: Final = ("zh-Hant", "ja", "ko", "zh-Hans")
_SCRIPT_OF: Final = {
    "cantonese": _CHINESE,
    "mandarin": _CHINESE,
    "chinese": _CHINESE,
    "japanese": _JAPANESE,
    "korean": ("ko",),
}
_KATAKANA: Final = re.compile(r"[\u30a0-\u30ff\s=]+")
_NAMED: Final = frozenset({"person", "character", "organisation"})


def first_language(entity: Entity, *languages: str) -> str:
    """The language tag of ``entity.label(*languages)``."""
    tags = (tag for tag in (*languages, "en") if tag in entity.labels)
    return clean(next(tags, next(iter(entity.labels), "")))


def second_name(entity: Entity, *languages: str) -> tuple[str, str]:
    """The name to stand under the first, and its language; ("", "") where there is none.

    ``languages`` are those the reader asked for; a second one among them comes
    first here. A name all in katakana says how Japanese readers pronounce a
    foreign name; it is not that person's own and is left to the panel.
    """
    first = entity.label(*languages)
    for tag in (*languages[1:], *own_script(entity), *USUAL):
        name = entity.labels.get(tag)
        if name and name != first and (tag in languages or not transcribed(entity, tag)):
            return name, clean(tag)
    return "", ""


def transcribed(entity: Entity, tag: str) -> bool:
    """Whether the name in ``tag`` only says how Japanese readers pronounce a foreign one."""
    if tag != "ja" or entity.kind not in _NAMED:
        return False
    return _KATAKANA.fullmatch(entity.labels.get(tag, "")) is not None


def names(entity: Entity) -> list[tuple[str, str]]:
    """All labels with their tags: names in their scripts first, romanisations last."""
    return sorted(
        ((text, tag) for tag, text in entity.labels.items() if clean(text)),
        key=lambda item: ("-Latn" in item[1], _rank(item[1]), item[1]),
    )


def _rank(tag: str) -> int:
    return USUAL.index(tag) if tag in USUAL else len(USUAL)


def own_script(entity: Entity) -> tuple[str, ...]:
    """The tags of the entity's own script, as far as something tells it.

    In turn: an English name that is a romanisation, the original language most
    sources state, a romanisation from one language alone.
    """
    romanised = dict(_romanisations(entity))
    for script, folded in romanised.items():
        if _fold(entity.label()) in folded:
            return script
    stated = [fact for fact in entity.facts if fact.property == "original language"]
    for fact in sorted(stated, key=lambda fact: -len(fact.sources)):
        for word, script in _SCRIPT_OF.items():
            if word in fact.value.lower():
                return script
    return next(iter(romanised)) if len(romanised) == 1 else ()


def _romanisations(entity: Entity) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    for script, prefixes in ((_JAPANESE, ("ja-Latn",)), (_CHINESE, ("zh-Latn", "yue-Latn"))):
        found = {_fold(t) for tag, t in entity.labels.items() if tag.startswith(prefixes)}
        if found:
            yield script, found


def _fold(name: str) -> str:
    """A name without accents, case and order, for "Miura Tomokazu" is Tomokazu Miura."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(sorted(plain.lower().split()))
