"""Reader for sheets in CSV: a folder of files, or one file."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

from .columns import columns_of, find_column, find_sheet
from .sheet_faults import Place, SheetFault
from .tables import RawTable, numbered

SEPARATORS: Final = (",", ";", "\t")
_LARGEST_CELL: Final = 1 << 24


def read_csv(path: Path) -> tuple[list[RawTable], list[SheetFault], list[str]]:
    """Read a folder of CSV files, or one file; each file has the name of its sheet.

    The separator is a comma, a semicolon or a tab, by the first row.
    """
    csv.field_size_limit(_LARGEST_CELL)
    files = (
        sorted(one for one in path.iterdir() if one.suffix.lower() in (".csv", ".tsv"))
        if path.is_dir()
        else [path]
    )
    tables, faults = [], []
    for file in files:
        text, fault = _decode(file)
        if fault:
            faults.append(fault)
            continue
        separator = _separator(text, file.stem)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        tables.append(RawTable(file.stem, numbered(rows), (), separator))
    if not files:
        faults.append(
            SheetFault(Place(path.name), "file", "", "it has no CSV files", "add connections.csv")
        )
    return tables, faults, []


def _decode(path: Path) -> tuple[str, SheetFault | None]:
    data = path.read_bytes()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding), None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        fault = SheetFault(
            Place(path.stem, line), "file", "", "it is not UTF-8", "save it as CSV UTF-8"
        )
        return "", fault


def _separator(text: str, name: str) -> str:
    """Return the separator that gives the most known headings in the first row."""
    sheet = find_sheet(name)
    columns = columns_of(sheet) if sheet else ()

    def known(separator: str) -> tuple[int, int]:
        first = next(csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=separator), [])
        return sum(bool(find_column(heading, columns)) for heading in first), len(first)

    return max(SEPARATORS, key=known)
