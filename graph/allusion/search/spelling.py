"""Small differences between the spellings of a word: one wrong letter, or elided letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from ..core.labels import fold

# Scripts without spaces between words: each character is a token.
IDEOGRAPHS: Final = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
IDEOGRAPH: Final = re.compile(f"[{IDEOGRAPHS}]")
_MIN_TYPO_LENGTH: Final = 4
#: Minimum letters of a word with an elided part, and maximum letters that are looked at.
_MIN_ELIDED_LENGTH: Final = 3
_MAX_ELIDED_LENGTH: Final = 24
_APOSTROPHE: Final = re.compile("['’‘]")
#: Stands for an apostrophe in a folded name; `fold` keeps it.
_ELIDED: Final = "\ue000"


def one_edit(one: str, other: str) -> bool:
    """Return whether one edit makes two words equal; always False for short words.

    An edit is an insertion, a deletion, a substitution, or a transposition of two adjacent letters.

    >>> one_edit("manhatan", "manhattan"), one_edit("wrod", "word"), one_edit("cat", "car")
    (True, True, False)
    """
    shortest = 3 if IDEOGRAPH.search(one) else _MIN_TYPO_LENGTH
    if min(len(one), len(other)) < shortest or abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, beside = one[start:], other[start:]
    return (
        rest[1:] == beside[1:]
        or rest[1:] == beside
        or rest == beside[1:]
        or (rest[:2] == beside[1::-1] and rest[2:] == beside[2:])
    )


def is_elision(pieces: Sequence[str], text: str) -> bool:
    """Return whether a name has all words, if its apostrophes stand for letters.

    An apostrophe stands for one letter, at the beginning of a word also for two; 'n' is "and".

    >>> is_elision(["california", "dreaming"], "California Dreamin'")
    True
    >>> is_elision(["rock", "and", "roll"], "Rock 'n' Roll"), is_elision(["jackass"], "Jack's")
    (True, False)
    """
    if not _APOSTROPHE.search(text):
        return False
    plain, elided = _elided_words(text)

    def in_elided(piece: str) -> bool:
        return _has_forms(piece) and any(one.fullmatch(piece) for one in elided)

    return any(map(in_elided, pieces)) and all(
        in_elided(piece) or any(word.startswith(piece) for word in plain) for piece in pieces
    )


@lru_cache(maxsize=1024)
def _elided_words(text: str) -> tuple[tuple[str, ...], tuple[re.Pattern[str], ...]]:
    """Return the words of a name, and patterns of those in which an apostrophe is letters."""
    words = fold(_APOSTROPHE.sub(_ELIDED, text)).split()
    plain = tuple(part for word in words for part in word.split(_ELIDED) if part)
    patterns = [_pattern(word) for word in words if _ELIDED in word]
    return plain, tuple(re.compile(pattern) for pattern in patterns if pattern)


def _pattern(word: str) -> str:
    if word == f"{_ELIDED}n{_ELIDED}":
        return "and"
    before, _, after = word.partition(_ELIDED)
    if _ELIDED in after or len(before) + len(after) < _MIN_ELIDED_LENGTH - 1:
        return ""
    return re.escape(before) + (r"\w" if before else r"\w{1,2}") + re.escape(after)


def _has_forms(piece: str) -> bool:
    right_length = _MIN_ELIDED_LENGTH <= len(piece) <= _MAX_ELIDED_LENGTH
    return right_length and not IDEOGRAPH.search(piece)


def elided_forms(piece: str) -> Iterator[str]:
    """Yield the forms of a word in which an apostrophe stands for letters, as tokens.

    >>> list(elided_forms("and")), list(elided_forms("till"))
    (['n'], ['til', 't ll', 'ti l', 'ill', 'll'])
    """
    if piece == "and":
        yield "n"
    elif _has_forms(piece):
        yield piece[:-1]
        for place in range(1, len(piece) - 1):
            yield f"{piece[:place]} {piece[place + 1 :]}"
        yield from (piece[1:], piece[2:])
