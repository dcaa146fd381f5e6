"""Plain text tables and listings for the repr of results.

They use wcwidth for the width of Chinese and Japanese characters. The command line draws tables
with rich, which takes longer to import than most queries take to run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import shorten as cut_words
from typing import Final

from ..core.terminal import visible
from ..store.interface import Row
from .serializers import display_columns, to_text

WIDTH: Final = 100
#: Maximum number of rows, and of characters of a text.
ROWS: Final = 10
_MAX_TEXT: Final = 200
_COLUMN_SEPARATOR: Final = "  "
_MIN_WIDTH: Final = 4


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
    shown, kept = display_columns(columns)
    lines = [
        tuple(map(visible, shown)),
        *(tuple(visible(to_text(row[index])) for index in kept) for row in rows[:ROWS]),
    ]
    widths = _widths(lines)
    text = [_COLUMN_SEPARATOR.join(map(fit_to_width, line, widths)).rstrip() for line in lines]
    if len(rows) > ROWS:
        text.append(f"... {len(rows) - ROWS:,} more")
    if not rows:
        text.append("(no rows)")
    return "\n".join([*text, *([visible(stopped)] if stopped else [])])


def _widths(lines: Sequence[tuple[str, ...]]) -> list[int]:
    """Return column widths that fit the page; the widest columns are reduced first."""
    from wcwidth import wcswidth

    widths = [max(_MIN_WIDTH, *map(wcswidth, cells)) for cells in zip(*lines, strict=True)]
    while (
        sum(widths) + len(_COLUMN_SEPARATOR) * (len(widths) - 1) > WIDTH
        and max(widths) > _MIN_WIDTH
    ):
        widths[widths.index(max(widths))] -= 1
    return widths


def fit_to_width(text: str, width: int) -> str:
    """Cut ``text`` with "…", or pad it, to exactly ``width`` terminal columns.

    >>> fit_to_width("重慶森林", 6), fit_to_width("2046", 6)
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


def shorten_text(text: str) -> str:
    """Cut a text at a word boundary, to at most 200 characters."""
    return cut_words(visible(text), _MAX_TEXT, placeholder=" …")


def first_lines(items: Iterable[str], most: int = ROWS) -> str:
    """Return the first items, one per line, and the number of further items."""
    lines = list(items)
    more = len(lines) - most
    return "\n".join([*lines[:most], *([f"... {more:,} more"] if more > 0 else [])])
