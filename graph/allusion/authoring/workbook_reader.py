"""Reader for workbooks: xlsx, ods, xls, xlsb."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..core.errors import MissingExtra
from .sheet_faults import Place, SheetFault
from .tables import RawTable, numbered, text_of

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

NEEDED: Final = (
    "workbooks need extra libraries: pip install 'allusion[sheets]'; CSV and YAML need none"
)


def read_workbook(path: Path) -> tuple[list[RawTable], list[SheetFault], list[str]]:
    """Read all sheets of a workbook; formulas are read as their saved values.

    Raises:
        MissingExtra: If the library is not installed.
    """
    try:
        import python_calamine as calamine
    except ImportError as error:
        raise MissingExtra(NEEDED) from error
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
    return tables, faults, remarks


def _audit(path: Path, tables: list[RawTable]) -> tuple[list[SheetFault], list[str]]:
    """Report cells that calamine reads as empty: formulas without a value, and error values.

    Also report hidden rows, which are imported like others.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise MissingExtra(NEEDED) from error
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
            if cell.data_type not in ("f", "e") or not (cell.row and cell.column):
                continue
            values = table.rows[cell.row - 1][1] if cell.row <= len(table.rows) else ()
            read = values[cell.column - 1] if cell.column <= len(values) else None
            if not text_of(read):
                place = Place(table.name, cell.row, cell.column)
                faults.append(SheetFault(place, "formula", str(cell.value)))
    return faults
