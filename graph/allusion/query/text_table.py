"""Answers as Python's prompt shows them: plain text, short, no wider than a page of text.

The terminal's own tables are drawn by rich, which takes longer to load than most answers
to find; here wcwidth does, which knows how wide Chinese and Japanese are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import shorten as cut_words
from typing import Final

from ..core.terminal import visible
from ..store.base import Row
from .serializers import columns_for_people, to_text

WIDTH: Final = 100
#: So many rows are shown, and of texts so many characters.
ROWS: Final = 10
_LONG: Final = 200
_GAP: Final = "  "
_LEAST: Final = 4


def table(columns: tuple[str, ...], rows: Sequence[Row], stopped: str = "") -> str:
    """The first rows as a table, then how many more there are.

    >>> from allusion.terms import Literal
    >>> print(table(("film", "year"), [(Literal("重慶森林"), None)] * 12, ""))
    film      year
    重慶森林
    重慶森林
    重慶森林
    重慶森林
    重慶森林
    重慶森林
    重慶森林
    重慶森林
    重慶森林
    重慶森林
    ... 2 more
    """
    shown, kept = columns_for_people(columns)
    lines = [
        tuple(map(visible, shown)),
        *(tuple(visible(to_text(row[index])) for index in kept) for row in rows[:ROWS]),
    ]
    widths = _widths(lines)
    text = [_GAP.join(map(fitted, line, widths)).rstrip() for line in lines]
    if len(rows) > ROWS:
        text.append(f"... {len(rows) - ROWS:,} more")
    if not rows:
        text.append("(no rows)")
    return "\n".join([*text, *([visible(stopped)] if stopped else [])])


def _widths(lines: Sequence[tuple[str, ...]]) -> list[int]:
    """As wide as the widest cell; the widest columns give way until all fit."""
    from wcwidth import wcswidth

    widths = [max(_LEAST, *map(wcswidth, cells)) for cells in zip(*lines, strict=True)]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > WIDTH and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths


def fitted(text: str, width: int) -> str:
    """``text`` in exactly ``width`` columns of a terminal, cut with a "…" or filled up.

    >>> fitted("重慶森林", 6), fitted("2046", 6)
    ('重慶… ', '2046  ')
    """
    from wcwidth import wcswidth, wcwidth

    text = " ".join(text.split())
    if (wide := wcswidth(text)) <= width:
        return text + " " * (width - wide)
    room, kept = width - 1, ""
    for letter in text:
        room -= max(wcwidth(letter), 0)
        if room < 0:
            break
        kept += letter
    return kept + "…" + " " * (width - 1 - wcswidth(kept))


def brief(text: str) -> str:
    """A text of several sentences, cut after some words."""
    return cut_words(visible(text), _LONG, placeholder=" …")


def listing(items: Iterable[str], most: int = ROWS) -> str:
    """The first of ``items``, each on lines of its own, then how many more there are."""
    lines = list(items)
    more = len(lines) - most
    return "\n".join([*lines[:most], *([f"... {more:,} more"] if more > 0 else [])])
