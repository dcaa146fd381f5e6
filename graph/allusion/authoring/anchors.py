"""Anchors: the position of a passage in a text, also after the text has changed.

Texts are compared in a normal form: NFKC, one space for white space, straight quotes, one hyphen,
no case. Offsets always count the code points of the original text.

A moved passage is found by its text and its context, as in the selectors of the Web Annotation
Data Model (https://www.w3.org/TR/annotation-model/). Similar text in another context is not a
match.
"""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

from ..core.atomic_files import write_atomically
from ..core.resources import home
from .records import Anchor

_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´「」『』", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "\u00ad": None, "\u200b": None, "\ufeff": None,
    }
)  # fmt: skip
#: Number of characters before and after a passage that are its context.
_AROUND: Final = 48
#: Length of the pieces that are searched to find a changed passage.
_PIECE: Final = 4
#: Minimum similarity (0 to 1) of a changed passage, and of its context.
_SIMILAR: Final = 0.75
_AROUND_SIMILAR: Final = 0.6
#: If the scores of two places differ by less, the result is "several".
_MARGIN: Final = 0.1
_MOST_PLACES: Final = 12

State = Literal["exact", "moved", "several", "gone"]


@dataclass(frozen=True, slots=True)
class LocatedPassage:
    """Result of the search for a passage in a text.

    Attributes:
        state: "exact": at its old place. "moved": at ``anchor``. "several": several places match
            equally well. "gone": not in the text.
        anchor: The best place, also for "several"; None for "gone".
        score: Similarity of the passage and its context, 0 to 1.
        second: Score of the second best place; 0 if there is none.
    """

    state: State
    anchor: Anchor | None = None
    score: float = 0.0
    second: float = 0.0


class Text:
    """A text in normal form, with the offsets in the original text.

    Args:
        text: The text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        plain: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in _clusters(text):
            piece = unicodedata.normalize("NFKC", text[start:end]).translate(_SIGNS).casefold()
            for sign in piece:
                space = sign.isspace()
                if space and plain and plain[-1] == " ":
                    self._ends[-1] = end
                    continue
                plain.append(" " if space else sign)
                self._starts.append(start)
                self._ends.append(end)
        self.plain = "".join(plain)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def anchor(self, start: int, end: int) -> Anchor:
        """Return the anchor of a passage, given by offsets of the normal form."""
        first, last = self._starts[start], self._ends[end - 1]
        return anchor_of(self.text, first, last)

    def span(self, anchor: Anchor) -> tuple[int, int]:
        """Return the offsets in the normal form of an anchor."""
        first = bisect_left(self._starts, anchor.start)
        last = bisect_right(self._ends, anchor.end)
        return (first, last) if first < last else (0, 0)

    def places(self, passage: str) -> list[int]:
        """Return the offsets in the normal form of all places of a passage in normal form."""
        found, place = [], self.plain.find(passage)
        while passage and place >= 0:
            found.append(place)
            place = self.plain.find(passage, place + 1)
        return found

    def find_quote(self, quote: str) -> list[Anchor]:
        """Return the anchors of all places of a quote."""
        plain = Text(quote).plain.strip()
        return [self.anchor(place, place + len(plain)) for place in self.places(plain)]


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield base characters with the combining characters that follow."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not unicodedata.combining(text[place]):
            yield start, place
            start = place


def anchor_of(text: str, start: int, end: int) -> Anchor:
    """Return the anchor of a passage."""
    return Anchor(start, end, hashlib.sha256(text[start:end].encode()).hexdigest())


def locate(anchor: Anchor, text: Text, before: Text | None) -> LocatedPassage:
    """Find a passage in a text that may have changed.

    Args:
        anchor: Where the passage was.
        text: The text now.
        before: The text in which the anchor was made; without it, only an unchanged passage can
            be found.
    """
    if anchor_of(text.text, anchor.start, anchor.end) == anchor and (
        before is None or before.sha256 == text.sha256 or _same_around(anchor, text, before)
    ):
        return LocatedPassage("exact", anchor, 1.0)
    if before is None or anchor_of(before.text, anchor.start, anchor.end) != anchor:
        return _by_digest(anchor, text)
    start, end = before.span(anchor)
    passage = before.plain[start:end]
    around = (before.plain[max(0, start - _AROUND) : start], before.plain[end : end + _AROUND])
    repeated = len(before.places(passage))
    places = [(place, place + len(passage)) for place in text.places(passage)]
    if places:
        scored = [(0.5 + 0.5 * _context(text, place, around), place) for place in places]
        if repeated == len(places) == 1:
            return LocatedPassage("moved", text.anchor(*places[0]), round(scored[0][0], 3))
        if len(places) < repeated:  # fewer repetitions than before; this one may be gone
            score, place = max(scored)
            return LocatedPassage("several", text.anchor(*place), round(score, 3), round(score, 3))
        scored = [one for one in scored if one[0] >= 0.5 + 0.5 * _AROUND_SIMILAR]
    else:
        scored = _similar(passage, around, text)
    scored.sort(reverse=True)
    if not scored:
        return LocatedPassage("gone")
    best = scored[0]
    second = scored[1][0] if len(scored) > 1 else 0.0
    state: State = "moved" if best[0] - second >= _MARGIN else "several"
    return LocatedPassage(state, text.anchor(*best[1]), round(best[0], 3), round(second, 3))


def _same_around(anchor: Anchor, text: Text, before: Text) -> bool:
    """Return whether the context is unchanged; otherwise a repetition may have moved here."""
    start, end = before.span(anchor)
    if len(before.places(before.plain[start:end])) == 1:
        return True
    around = (before.plain[max(0, start - _AROUND) : start], before.plain[end : end + _AROUND])
    return _context(text, text.span(anchor), around) >= _AROUND_SIMILAR


def _by_digest(anchor: Anchor, text: Text) -> LocatedPassage:
    """Find a passage by its length and digest alone."""
    length = anchor.end - anchor.start
    found = [
        start
        for start in range(len(text.text) - length + 1)
        if hashlib.sha256(text.text[start : start + length].encode()).hexdigest() == anchor.sha256
    ]
    if not found:
        return LocatedPassage("gone")
    place = anchor_of(text.text, found[0], found[0] + length)
    return LocatedPassage(
        "moved" if len(found) == 1 else "several", place, 1.0, float(len(found) > 1)
    )


def _context(text: Text, place: tuple[int, int], around: tuple[str, str]) -> float:
    """Return the similarity of the context of a place: that of the more similar side."""
    start, end = place
    now = (text.plain[max(0, start - _AROUND) : start], text.plain[end : end + _AROUND])
    scores = []
    for was, is_ in zip(around, now, strict=True):
        if not was.strip():  # the passage was at the end of the text
            scores.append(1.0 if not is_.strip() else 0.0)
        else:
            scores.append(SequenceMatcher(None, was, is_, autojunk=False).ratio())
    return max(scores) if min(map(len, map(str.strip, around))) else sum(scores) / 2


def _similar(
    passage: str, around: tuple[str, str], text: Text
) -> list[tuple[float, tuple[int, int]]]:
    """Return possible places of a changed passage: similar text in a similar context."""
    wanted = {passage[n : n + _PIECE] for n in range(len(passage) - _PIECE + 1)}
    votes: Counter[int] = Counter()
    first = {passage[n : n + _PIECE]: n for n in range(len(passage) - _PIECE, -1, -1)}
    width = max(8, len(passage) // 4)
    for place in range(len(text.plain) - _PIECE + 1):
        piece = text.plain[place : place + _PIECE]
        if piece in wanted:
            votes[(place - first[piece]) // width] += 1
    found: dict[tuple[int, int], float] = {}
    for bucket, _ in votes.most_common(_MOST_PLACES):
        start = max(0, bucket * width - width)
        window = text.plain[start : start + len(passage) + 3 * width]
        span = _aligned(passage, window, start)
        if span is None:
            continue
        alike = SequenceMatcher(None, passage, text.plain[slice(*span)], autojunk=False).ratio()
        context = _context(text, span, around)
        if alike >= _SIMILAR and context >= _AROUND_SIMILAR:
            found[span] = 0.5 * alike + 0.5 * context
    return _apart(found)


def _aligned(passage: str, window: str, start: int) -> tuple[int, int] | None:
    """Return the part of a window from the first to the last match of a piece of the passage."""
    blocks = [
        block
        for block in SequenceMatcher(None, passage, window, autojunk=False).get_matching_blocks()
        if block.size >= _PIECE
    ]
    if not blocks:
        return None
    head, last = blocks[0], blocks[-1]
    left = max(0, head.b - head.a)
    right = min(len(window), last.b + last.size + (len(passage) - last.a - last.size))
    return (start + left, start + right)


def _apart(found: dict[tuple[int, int], float]) -> list[tuple[float, tuple[int, int]]]:
    """Return the best one of each group of overlapping places."""
    kept: list[tuple[float, tuple[int, int]]] = []
    for place, score in sorted(found.items(), key=lambda one: -one[1]):
        if all(place[1] <= other[0] or place[0] >= other[1] for _, other in kept):
            kept.append((score, place))
    return kept


def _folder() -> Path:
    return home() / "texts"


def remember(text: Text) -> None:
    """Keep a text on this machine, so that its passages can be found after it has changed.

    It is never saved in a collection.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / f"{text.sha256}.txt", text.text)


def recall(sha256: str) -> Text | None:
    """Return the text with this digest, if it was kept on this machine."""
    path = _folder() / f"{sha256}.txt"
    if not sha256 or not path.is_file():
        return None
    text = Text(path.read_bytes().decode("utf-8"))
    return text if text.sha256 == sha256 else None


def read_text(path: Path) -> Text:
    """Read a text file without byte order mark; CR LF becomes LF.

    Raises:
        UnicodeDecodeError: If it is not UTF-8.
    """
    return Text(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
