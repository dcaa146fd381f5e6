"""Tables of a sheet: rows of cells, each with its place and its value as text."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, MutableSequence, Sequence
from dataclasses import dataclass, field
from typing import Final

from .sheet_faults import Place, SheetFault


class PartOfDate(str):
    """A month ("2003-10") or a year that a spreadsheet keeps as a date."""

    __slots__ = ()


#: Type of the value of a cell.
Value = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None

_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_SPACES: Final = re.compile(r"\s+")
#: Cells that repeat the cell above, as in lists written by hand.
DITTO: Final = frozenset(('"', "''", "“", "”", "″", "〃", "同上"))


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A value with its place.

    Attributes:
        text: The value as text, with single spaces; "" if the cell is empty.
        place: Where it is.
        filled: Whether the value comes from a cell above.
    """

    text: str
    place: Place
    filled: bool = False

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that has at least one value.

    Attributes:
        place: The row.
        cells: (Name of the column, language tag or "") -> cell, for each column with a heading.
    """

    place: Place
    cells: dict[tuple[str, str], SheetCell]

    def __getitem__(self, column: str) -> SheetCell:
        """Return the cell of a column; an empty one at the row if there is no such column."""
        cell = self.cells.get((column, ""))
        return SheetCell("", self.place) if cell is None else cell

    @property
    def lines(self) -> frozenset[tuple[str, int]]:
        """Sheet and number of the row, and of each of its lines in a text file."""
        places = (self.place, *(cell.place for cell in self.cells.values()))
        return frozenset((place.sheet, place.row) for place in places)

    def tagged(self, column: str) -> Iterator[tuple[str, SheetCell]]:
        """Yield language tag and cell of all columns of this name that have a value."""
        for (name, tag), cell in self.cells.items():
            if name == column and cell:
                yield tag, cell


@dataclass(slots=True)
class SheetTable:
    """Rows of a sheet."""

    rows: list[SheetRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RawTable:
    """Cells of a sheet as read.

    Attributes:
        name: Name of the sheet.
        rows: (Number of the row, its values from column A). Headings are the first row with a
            value.
        merged: Merged ranges: first row, first column, last row, last column, from 1.
        separator: What separates the cells of a text file; "" for a workbook.
    """

    name: str
    rows: Sequence[tuple[int, MutableSequence[Value]]]
    merged: Sequence[tuple[int, int, int, int]] = ()
    separator: str = ""


def text_of(value: Value) -> str:
    """Return a value as text: whole numbers without decimals, dates and times by ISO 8601."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case dt.datetime():
            return value.date().isoformat()
        case dt.timedelta():
            minutes, seconds = divmod(int(value.total_seconds()), 60)
            return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return clean(str(value))


def clean(text: str) -> str:
    """Return text in NFC with single spaces and without invisible characters."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    plain = "".join(sign for sign in plain if sign.isspace() or sign >= " ")
    return _SPACES.sub(" ", plain).strip()


def repeated_text(
    text: str, above: SheetCell | None, place: Place, faults: list[SheetFault]
) -> str:
    """Return the value above a ditto mark; "" and a fault if there is none."""
    if above:
        return above.text
    fix = "write the value"
    faults.append(SheetFault(place, "number", text, "repeats an empty cell", fix))
    return ""


def split_list(text: str) -> list[str]:
    """Return the values of a list; they are separated by semicolons, also full-width ones."""
    return [part.strip() for part in re.split("[;；]", text) if part.strip()]


def numbered(rows: Iterable[Iterable[Value]]) -> list[tuple[int, MutableSequence[Value]]]:
    """Return rows with their numbers, from 1."""
    return [(number, list(row)) for number, row in enumerate(rows, 1)]
