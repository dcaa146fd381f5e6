"""Plain text tables and listings for the repr of results.

They use wcwidth for the width of Chinese and Japanese characters. The command line draws tables
with rich, which takes longer to import than most queries take to run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import shorten as cut_words
from typing import Final

from ..core.terminal import visible
from ..store.base import Row
from .serializers import columns_for_people, to_text

WIDTH: Final = 100
#: Maximum number of rows, and of characters of a text.
ROWS: Final = 10
_LONG: Final = 200
_GAP: Final = "  "
_LEAST: Final = 4


def table(columns: tuple[str, ...], rows: Sequence[Row], stopped: str = "") -> str:
    """Return the first rows as a table, and the number of further rows.

    >>> from allusion.core.terms import Literal
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
    """Return column widths that fit the page; the widest columns are reduced first."""
    from wcwidth import wcswidth

    widths = [max(_LEAST, *map(wcswidth, cells)) for cells in zip(*lines, strict=True)]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > WIDTH and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths


def fitted(text: str, width: int) -> str:
    """Cut ``text`` with "…", or pad it, to exactly ``width`` terminal columns.

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
    """Cut a text at a word boundary, to at most 200 characters."""
    return cut_words(visible(text), _LONG, placeholder=" …")


def listing(items: Iterable[str], most: int = ROWS) -> str:
    """Return the first items, one per line, and the number of further items."""
    lines = list(items)
    more = len(lines) - most
    return "\n".join([*lines[:most], *([f"... {more:,} more"] if more > 0 else [])])
