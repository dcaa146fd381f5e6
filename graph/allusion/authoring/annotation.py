"""Annotation of a text: mentions of entities, candidate sentences, and names that may be new.

The result is a draft that a person completes: it lists places and possible entities.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ..core.errors import extra_needed
from ..core.labels import fold
from ..core.vocabulary import ENTITY_REGISTERS
from ..search.name_index import ExactMatch, NameIndex
from ..search.spelling import IDEOGRAPH
from .anchors import Text
from .columns import CONNECTIONS, SOURCES, WORKS
from .sheet_rows import SheetRows, draft

_KATAKANA: Final = re.compile("[\u30a1-\u30fa\u30fc]")
_SHORTEST: Final = 3
_SHORTEST_IDEOGRAPHS: Final = 2
#: Registers whose names are common words; these are not reported as mentions.
_WORDS: Final = frozenset(("language", "motif", "movement"))
_OPEN, _CLOSE = "「『《〈“\"'‘«", "」』》〉”\"'’»"
_SENTENCE: Final = re.compile(r"[^.!?。！？\n]+(?:[.!?。！？]+[」』”\"’)]*|\n|$)(?=\s|[^\s.!?]|$)")
_CUES: Final = re.compile(
    r"\b(?:refer(?:s|ence|ences|red|ring)?\b|allu(?:des?|ding|sions?)\b|homages?|tributes?|"
    r"quot(?:es?|ed|ing|ation)|cit(?:es?|ed|ing)|nods?\b|winks?\b|echo(?:es|ed|ing)?|recall(?:s|ed|ing)?|"
    r"remind(?:s|ed)?|parod(?:y|ies|ied)|spoofs?|mock(?:s|ed|ing)|pastiche|remak(?:es?|ing)|remade|"
    r"adapt(?:s|ed|ation)|sequel|inspir(?:es?|ed|ation)|influenc(?:es?|ed)|borrow(?:s|ed)?|steals?|"
    r"lifted from|based on|cover(?:s|ed)? (?:of|by)|sings?|soundtrack|plays? on|poster|cameo|"
    r"compar(?:es?|ed|ison)|like\b|as in\b|à la\b|named (?:after|for)|dressed as|model(?:l?ed)? on)"
    r"|オマージュ|パロディ|引用|言及|影響|触発|模し|真似|のよう|みたい|思わせ|思い出|彷彿|ちなん|元ネタ|リメイク|"
    r"カバー|翻案|原作|続編|ポスター|流れ|歌[うわっ]|似て|へのアンサー"
    r"|致敬|引用|提到|提及|影射|戲仿|戏仿|模仿|影響|影响|啟發|启发|靈感|灵感|改編|改编|翻拍|翻唱|續集|续集|"
    r"像|如同|讓人想起|让人想起|想到|取自|借用|海報|海报|客串|配樂|配乐|插曲|呼應|呼应|比作",
    re.IGNORECASE,
)
_NEW_LATIN: Final = re.compile(
    r"\b[A-Z][\w'’]+(?:(?: (?:of|the|and|in|on|for|de|la|le|du|van|von) | |: |-)[A-Z][\w'’]+)+"
)
#: Words that begin a sentence and are capitalized only there; names rarely begin with them.
_LEADS: Final = frozenset(
    (
        "After", "Also", "And", "As", "At", "Before", "But", "By", "Even", "For", "From", "He",
        "Her", "Here", "His", "If", "In", "It", "Its", "Like", "Not", "Of", "On", "Or", "She",
        "Since", "So", "Then", "There", "They", "This", "To", "Unlike", "Until", "When", "Where",
        "While", "With", "Yet",
    )
)  # fmt: skip
_NEW_QUOTED: Final = re.compile(
    r"[『《〈]([^』》〉\n]{1,40})[』》〉]|“([A-Z][^”\n]{2,50})”|\"([A-Z][^\"\n]{2,50})\""
)


@dataclass(frozen=True, slots=True)
class TextMention:
    """A name in a text.

    Attributes:
        start: Number of characters before it.
        end: Number of characters up to its end.
        text: The name as written in the text.
        candidates: The entities with this name, best connected first; empty if it may be new.
        is_word: Whether it may be a word of the language rather than a name.
    """

    start: int
    end: int
    text: str
    candidates: tuple[ExactMatch, ...] = ()
    is_word: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with mentions.

    Attributes:
        start: Number of characters before it.
        end: Number of characters up to its end.
        text: The sentence.
        cue: The word that hints at a reference; "" if there is none.
        mentions: The names in it.
    """

    start: int
    end: int
    text: str
    cue: str
    mentions: tuple[TextMention, ...]


class Annotator:
    """Finds names of entities in texts, in every script.

    Args:
        names: Index of names.

    Raises:
        MissingExtra: If the library is not installed.
    """

    def __init__(self, names: NameIndex) -> None:
        try:
            import ahocorasick
        except ImportError as error:
            raise extra_needed("drafts of a text", "annotate") from error
        entities: dict[str, dict[str, ExactMatch]] = defaultdict(dict)
        registers = [one for one in ENTITY_REGISTERS if one not in _WORDS]
        for text, entity in names.all_names(registers):
            plain = _plain(Text(text).plain).strip()
            ideographs = bool(IDEOGRAPH.search(plain))
            if len(plain) >= (_SHORTEST_IDEOGRAPHS if ideographs else _SHORTEST):
                entities[plain].setdefault(entity.iri, entity)
        self._automaton: Any = ahocorasick.Automaton()
        for plain, found in entities.items():
            self._automaton.add_word(plain, (len(plain), tuple(found.values())))
        self._empty = not entities
        self._automaton.make_automaton()

    def mentions(self, source: str) -> list[TextMention]:
        """Return the mentions of known entities; of overlapping ones, only the longest."""
        text = Text(source)
        plain = _plain(text.plain)
        found = []
        for last, (length, candidates) in () if self._empty else self._automaton.iter(plain):
            start, end = last - length + 1, last + 1
            if not _is_whole(plain, start, end):
                continue
            anchor = text.anchor(start, end)
            written = source[anchor.start : anchor.end]
            if _is_lower(written):
                continue
            found.append(TextMention(anchor.start, anchor.end, written, candidates))
        return [replace(one, is_word=_is_word(one, source)) for one in _longest(found)]


def annotate(source: str, annotator: Annotator) -> list[Sentence]:
    """Return the sentences of a text that have mentions or names that may be new."""
    known = annotator.mentions(source)
    every = sorted([*known, *_new(source, known)], key=lambda one: one.start)
    sentences = []
    for start, end in _sentences(source):
        inside = tuple(one for one in every if start <= one.start < end)
        if inside:
            text = source[start:end]
            cue = _CUES.search(text)
            sentences.append(
                Sentence(start, end, " ".join(text.split()), cue[0] if cue else "", inside)
            )
    return sentences


def _plain(text: str) -> str:
    """Return a normal form without accents, of the same length; voicing marks of kana stay."""
    if text.isascii():
        return text
    return "".join(
        unicodedata.normalize("NFD", sign)[0] if "\u00c0" <= sign < "\u0250" else sign
        for sign in text
    )


def _is_whole(plain: str, start: int, end: int) -> bool:
    """Return whether a name does not begin or end within a word.

    In Chinese characters and hiragana, a name may begin and end anywhere; a katakana name must be
    a complete run of katakana; in other scripts, spaces separate words.
    """
    for inner, outer in ((start, start - 1), (end - 1, end)):
        if not 0 <= outer < len(plain):
            continue
        one, other = plain[inner], plain[outer]
        if _KATAKANA.match(one) and _KATAKANA.match(other):
            return False
        letters = one.isalnum() and other.isalnum()
        if letters and not IDEOGRAPH.match(one) and not IDEOGRAPH.match(other):
            return False
    return True


def _is_lower(written: str) -> bool:
    """Return whether a name in an alphabet is written without any capital letter."""
    return written.islower() and not IDEOGRAPH.search(written)


def _is_word(mention: TextMention, source: str) -> bool:
    """Return whether a name may be a common word: it is one short word without quotes.

    A single capitalized word is doubtful at the beginning of a sentence, and if the text also
    has it in lower case. A name of two Chinese characters is doubtful.
    """
    before, after = source[: mention.start][-1:], source[mention.end :][:1]
    if before and after and before in _OPEN and after in _CLOSE:
        return False
    if IDEOGRAPH.search(mention.text):
        return len(mention.text) <= _SHORTEST_IDEOGRAPHS and not any(
            one.register == "person" for one in mention.candidates
        )
    if " " in mention.text or "-" in mention.text:
        return False
    lead = source[: mention.start].rstrip()
    begins = not lead or lead[-1] in ".!?\n。"
    return begins or re.search(rf"\b{re.escape(mention.text.lower())}\b", source) is not None


def _longest(found: Sequence[TextMention]) -> list[TextMention]:
    kept: list[TextMention] = []
    for one in sorted(found, key=lambda m: (-(m.end - m.start), m.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda m: m.start)


def _new(source: str, known: Sequence[TextMention]) -> Iterator[TextMention]:
    """Yield unknown names: in title brackets, in quotes, or several capitalized words."""
    taken = [(one.start, one.end) for one in known]
    for pattern in (_NEW_QUOTED, _NEW_LATIN):
        for match in pattern.finditer(source):
            group = next((n for n in range(1, (match.lastindex or 0) + 1) if match[n]), 0)
            start, end = match.span(group)
            if pattern is _NEW_LATIN:
                start += _lead(source[start:end])
                if not _NEW_LATIN.fullmatch(source[start:end]):
                    continue  # only one word is left, which may be any word
            if all(end <= first or start >= last for first, last in taken):
                taken.append((start, end))
                yield TextMention(start, end, source[start:end])


def _lead(name: str) -> int:
    """Return the length of the common words with which a name seems to begin: "In The Matrix"."""
    length = 0
    while (word := name[length:].partition(" ")[0]) in _LEADS:
        length += len(word) + 1
    return length


def _sentences(source: str) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(source):
        text = match[0]
        start = match.start() + len(text) - len(text.lstrip())
        end = match.end() - (len(text) - len(text.rstrip()))
        if end > start:
            yield start, end


def draft_rows(
    sentences: Sequence[Sentence], key: str, about: str, *, every: bool = False
) -> list[SheetRows]:
    """Return a sheet to fill in: a row for each mention in a sentence with a cue.

    The kind and the sentence stay empty. The sentence is in the column quote, so that
    ``allusion import --text`` computes its offsets. Names that may be new are rows of works and
    people, whose kind stays empty.

    Args:
        sentences: The sentences of a text.
        key: Key of the source.
        about: The film that the text is about, for the column from; "" if unknown.
        every: Include sentences without a cue.
    """
    rows = [
        {
            "from": about,
            "to": mention.text,
            "source": key,
            "where": f"characters {sentence.start}-{sentence.end}",
            "quote": sentence.text,
        }
        for sentence in sentences
        for mention in sentence.mentions
        if (sentence.cue or every) and fold(mention.text) != fold(about)
    ]
    named = {row["to"] for row in rows}
    new = dict.fromkeys(
        mention.text
        for sentence in sentences
        for mention in sentence.mentions
        if mention.text in named and not mention.candidates
    )
    works = [{"name": name, "source": key} for name in new]
    return draft({SOURCES: [{"key": key}], WORKS: works, CONNECTIONS: rows})
