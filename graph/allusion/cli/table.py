"""Tables of results as text for terminals and files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Final

from ..core.terminal import visible
from ..core.terms import Term
from ..query.results import Result
from ..query.serializers import to_python, to_text

if TYPE_CHECKING:
    from rich.table import Table

# Widths in characters. A cell longer than _MIN_LONG_TEXT is text. In a table with text and more
# than _MAX_FOLDED_COLUMNS columns, all other columns have at most _MAX_SHORT_COLUMN, which leaves
# room for the text.
_MIN_LONG_TEXT: Final = 60
_MAX_SHORT_COLUMN: Final = 14
_MAX_FOLDED_COLUMNS: Final = 4


def build_table(
    result: Result, unbroken: Collection[str] = (), *, for_terminal: bool = False
) -> Table:
    """Return a table without empty columns, integers to the right.

    Args:
        result: The rows.
        unbroken: Columns whose lines are never wrapped.
        for_terminal: Escape control characters in the data.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = result.for_people()
    clean: Callable[[str], str] = visible if for_terminal else str
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        collapse_padding=True,
        header_style="bold",
    )
    filled = [
        index
        for index in range(len(shown.columns))
        if not shown.rows or any(to_text(row[index]) for row in shown.rows)
    ]
    long = {
        index
        for index in filled
        if any(len(to_text(row[index])) > _MIN_LONG_TEXT for row in shown.rows)
    }
    for index in filled:
        cells = [row[index] for row in shown.rows]
        whole = all(isinstance(to_python(cell), int) for cell in cells)
        keep = shown.columns[index] in unbroken
        table.add_column(
            Text(clean(_column_title(shown.columns[index]))),
            overflow="fold",
            justify="right" if whole else "left",
            width=_longest_line(cells) if keep else None,
            max_width=_MAX_SHORT_COLUMN
            if long and index not in long and len(filled) > _MAX_FOLDED_COLUMNS and not keep
            else None,
        )
    for row in shown.rows:
        table.add_row(*(Text(clean(to_text(row[index]))) for index in filled))
    return table


def _longest_line(cells: Iterable[Term | None]) -> int:
    from rich.cells import cell_len

    return max((cell_len(line) for cell in cells for line in to_text(cell).splitlines()), default=0)


def _column_title(name: str) -> str:
    """Return the name of a column as words: reportedBy -> reported by."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
