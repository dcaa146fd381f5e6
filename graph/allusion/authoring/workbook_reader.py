"""Reader for workbooks: xlsx, ods, xls, xlsb."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..core.errors import extra_needed
from .sheet_faults import Place, SheetFault, ranges
from .tables import PartOfDate, RawTable, numbered, text_of

#: Parts of a number format that are no date: quoted, escaped, or in brackets.
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|\[[^]]*\]|_.|\*.')

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

#: Arguments of `extra_needed` for workbooks.
NEEDED: Final = ("workbooks", "sheets", "folders of CSV files, and YAML, need none")


def read_workbook(path: Path) -> tuple[list[RawTable], list[SheetFault], list[str]]:
    """Read all sheets of a workbook; formulas are read as their saved values.

    Raises:
        MissingExtra: If the library is not installed.
    """
    try:
        import python_calamine as calamine
    except ImportError as error:
        raise extra_needed(*NEEDED) from error
    tables, faults = [], []
    try:
        with calamine.load_workbook(path) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                merged = [
                    (top + 1, left + 1, bottom + 1, right + 1)
                    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
                ]
                rows = numbered(sheet.to_python(skip_empty_area=False))
                tables.append(RawTable(name, rows, merged))
    except (calamine.CalamineError, OSError) as error:
        fix = "save it again as xlsx or ods, without a password"
        return [], [SheetFault(Place(path.name), "file", "", str(error), fix)], []
    remarks: list[str] = []
    if path.suffix.lower() == ".xlsx":
        found, remarks = _audit(path, tables)
        faults += found
    else:
        remarks += _first_days(tables)
    return tables, faults, remarks


def _first_days(tables: list[RawTable]) -> list[str]:
    """Return a remark on dates that may be months, because this format is read without formats."""
    places = [
        Place(table.name, number, column)
        for table in tables
        for number, values in table.rows
        for column, value in enumerate(values, 1)
        if isinstance(value, dt.date) and value.day == 1
    ]
    read_as = "read as the first day of a month; to give a month, write 2003-10 as text"
    return [f"{ranges(places)}: {read_as}"] if places else []


def _audit(path: Path, tables: list[RawTable]) -> tuple[list[SheetFault], list[str]]:
    """Report cells that calamine reads as empty: formulas without a value, and error values.

    Also report hidden rows, which are imported like others, and read the dates that show only a
    month or a year as such.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise extra_needed(*NEEDED) from error
    faults, remarks = [], []
    book = openpyxl.load_workbook(path)
    for table in tables:
        sheet = book[table.name]
        if not hasattr(sheet, "iter_rows"):  # a chart
            continue
        faults += _unread(sheet, table)
        hidden = [row for row, of in sorted(sheet.row_dimensions.items()) if of.hidden]
        if hidden:
            listed = ", ".join(map(str, hidden[:5])) + (" ..." if len(hidden) > 5 else "")
            remarks.append(f"{table.name}: hidden rows are imported too: {listed}")
    return faults, remarks


def _unread(sheet: Worksheet, table: RawTable) -> list[SheetFault]:
    faults = []
    for cells in sheet.iter_rows():
        for cell in cells:
            if cell.data_type not in ("f", "e", "d") or not (cell.row and cell.column):
                continue
            values = table.rows[cell.row - 1][1] if cell.row <= len(table.rows) else []
            if cell.data_type == "d":
                if cell.column <= len(values) and (part := _part_of_date(cell)):
                    values[cell.column - 1] = part
                continue
            read = values[cell.column - 1] if cell.column <= len(values) else None
            if not text_of(read):
                place = Place(table.name, cell.row, cell.column)
                faults.append(SheetFault(place, "formula", str(cell.value)))
    return faults


def _part_of_date(cell: Cell | MergedCell) -> PartOfDate | None:
    """Return the month or year that a date shows by its number format; None if it shows a day."""
    shown = _LITERAL.sub("", cell.number_format or "").lower()
    if not isinstance(cell.value, dt.date) or "d" in shown or "y" not in shown:
        return None
    return PartOfDate(cell.value.strftime("%Y-%m") if "m" in shown else f"{cell.value.year:04}")
