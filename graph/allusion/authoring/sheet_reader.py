"""Reader for sheets: a workbook, a folder of CSV files, a YAML file, or references.

Headings are matched to columns. Row numbers are those of the spreadsheet; blank rows and line
breaks in cells do not shift them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Final, NamedTuple

from ..core.errors import ParameterError
from .cell_checks import problem_of
from .columns import (
    CONNECTIONS,
    PROBLEMS,
    SOURCES,
    WORKS,
    SheetColumn,
    columns_of,
    find_column,
    find_sheet,
    source_of_sheet,
)
from .csv_reader import SEPARATORS, read_csv
from .references import read_references
from .sheet_faults import Place, SheetFault
from .tables import (
    DITTO,
    PartOfDate,
    RawTable,
    SheetCell,
    SheetRow,
    SheetTable,
    Value,
    repeated_text,
    text_of,
)
from .workbook_reader import read_workbook
from .yaml_reader import read_yaml

_DATED: Final = frozenset(("date", "year"))
#: Headings of what only the Turtle files hold.
_BY_HAND: Final = frozenset(("opinion", "opinions"))
_SIGNS: Final = {"\t": "a tab"}
_SHEETS: Final = (SOURCES, WORKS, CONNECTIONS)
ENDINGS: Final = (
    ".xlsx", ".ods", ".xls", ".xlsb", ".csv", ".tsv", ".yaml", ".yml", ".json", ".bib"
)  # fmt: skip


def read_tables(
    path: Path, roles: tuple[str, ...]
) -> tuple[dict[str, SheetTable], list[SheetFault], list[str]]:
    """Read a sheet.

    Args:
        path: A workbook, a folder of CSV files, or a YAML file.
        roles: Slugs of the roles, which are columns of the works.

    Returns:
        Name of the sheet -> table; the faults; remarks about what was read.

    Raises:
        ParameterError: If the file does not exist, or has another ending.
        MissingExtra: If the library for workbooks is not installed.
    """
    if not path.exists():
        raise ParameterError(f"{path} does not exist")
    folder = path.is_dir()
    ending = "" if folder else path.suffix.lower()
    if not folder and ending not in ENDINGS:
        raise ParameterError(
            f"{path} is not a sheet: sheets end with {', '.join(ENDINGS)}, or are folders of CSV "
            "files"
        )
    if ending in (".yaml", ".yml"):
        return *read_yaml(path, roles), []
    if ending in (".json", ".bib"):
        table, faults = read_references(path)
        return ({SOURCES: table} if table else {}), faults, []
    raw, faults, remarks = (
        read_csv(path) if folder or ending in (".csv", ".tsv") else read_workbook(path)
    )
    tables: dict[str, SheetTable] = {}
    plain: set[str] = set()
    for one in raw:
        sheet = find_sheet(one.name)
        if sheet is None:
            faults += _unknown_sheet(one, roles)
        elif sheet in plain and not source_of_sheet(one.name):
            faults.append(
                SheetFault(Place(one.name), "sheet", one.name, f"the file has two sheets {sheet}")
            )
        elif sheet:
            plain |= set() if source_of_sheet(one.name) else {sheet}
            table, found = _table(one, sheet, roles)
            tables.setdefault(sheet, SheetTable()).rows += table.rows
            faults += found
    return tables, faults, remarks


def _unknown_sheet(raw: RawTable, roles: tuple[str, ...]) -> list[SheetFault]:
    """Return a fault if an unknown sheet has values; it names the sheet with these columns."""
    first = next((values for _, values in raw.rows if any(map(text_of, values))), None)
    if first is None:
        return []
    headings = [text_of(value) for value in first]
    best = max(
        _SHEETS,
        key=lambda sheet: sum(
            bool(heading and find_column(heading, columns_of(sheet, roles))) for heading in headings
        ),
    )
    known = sum(bool(h and find_column(h, columns_of(best, roles))) for h in headings)
    fix = f"call it {best}" if known > 1 else f"sheets: {', '.join(_SHEETS)}"
    return [SheetFault(Place(raw.name), "sheet", raw.name, "", fix)]


def _table(
    raw: RawTable, sheet: str, roles: tuple[str, ...]
) -> tuple[SheetTable, list[SheetFault]]:
    table, faults = SheetTable(), list[SheetFault]()
    columns = columns_of(sheet, roles)
    rows = iter(raw.rows)
    headings: dict[int, tuple[SheetColumn, str]] = {}
    named: set[int] = set()
    for number, values in rows:
        if any(map(text_of, values)):
            named = {index for index, value in enumerate(values) if text_of(value)}
            headings, faults = _headings(raw, number, values, columns)
            break
    top: dict[tuple[str, str], SheetCell] = {}
    if source := source_of_sheet(raw.name):
        top["source", ""] = SheetCell(source, Place(raw.name))
    for number, values in rows:
        if not any(map(text_of, values)):
            continue
        if _is_headings(values, headings):
            faults.append(SheetFault(Place(raw.name, number), "headings-again"))
            continue
        row = _Row(Place(raw.name, number), values)
        cells = _cells(row, headings, top, faults)
        if source and ("source", "") not in cells:
            cells["source", ""] = SheetCell(source, row.place, filled=True)
        faults += _shifted(raw, number, values, named) or (
            SheetFault(Place(raw.name, number, index + 1), "heading", text_of(value))
            for index, value in enumerate(values)
            if index not in headings and index not in named and text_of(value)
        )
        table.rows.append(SheetRow(row.place, cells))
    faults += _merged(raw, headings)
    return table, faults


class _Row(NamedTuple):
    """A row as read."""

    place: Place
    values: Sequence[Value]


def _cells(
    row: _Row,
    headings: Mapping[int, tuple[SheetColumn, str]],
    top: dict[tuple[str, str], SheetCell],
    faults: list[SheetFault],
) -> dict[tuple[str, str], SheetCell]:
    """Return the cells of a row; ``top`` has those of the row above, and then those of this row."""
    for index, (column, tag) in headings.items():
        place = Place(row.place.sheet, row.place.row, index + 1)
        value = row.values[index] if index < len(row.values) else None
        text = _cell_text(value, column, place, faults)
        above = top.get((column.name, tag))
        if text in DITTO:
            text = repeated_text(text, above, place, faults)
        is_filled = not text and column.fills and above is not None
        if above and is_filled:
            text = above.text
        top[column.name, tag] = SheetCell(text, place, is_filled)
    return {(column.name, tag): top[column.name, tag] for column, tag in headings.values()}


def _is_headings(values: Sequence[Value], headings: Mapping[int, tuple[SheetColumn, str]]) -> bool:
    """Return whether all values of a row are the names of their columns."""
    named = [(text_of(value), headings.get(index)) for index, value in enumerate(values)]
    return all(column and text == column[0].name for text, column in named if text)


def _shifted(
    raw: RawTable, number: int, values: Sequence[Value], named: set[int]
) -> list[SheetFault]:
    """Return a fault if a row of a text file is not separated as its headings are."""
    texts = [text_of(value) for value in values]
    place, sign = Place(raw.name, number), _SIGNS.get(raw.separator, raw.separator)
    width = max(named, default=0) + 1
    if not raw.separator or width == 1:
        return []
    other = next((one for one in SEPARATORS if texts[0].count(one) > 2 and not any(texts[1:])), "")
    if other and other != raw.separator:
        detail = f"is separated by {_SIGNS.get(other, other)}, the headings by {sign}"
        return [SheetFault(place, "shifted", "", detail, f"separate its cells by {sign}")]
    if len(texts) > width and texts[width]:
        detail = f"has {len(texts)} cells, the headings {width}"
        fix = f'put a value that contains {sign} into double quotes: "Live Fast{sign} Die Young"'
        return [SheetFault(place, "shifted", "", detail, fix)]
    return []


def _headings(
    raw: RawTable, number: int, values: Sequence[Value], columns: tuple[SheetColumn, ...]
) -> tuple[dict[int, tuple[SheetColumn, str]], list[SheetFault]]:
    found: dict[int, tuple[SheetColumn, str]] = {}
    faults = []
    for index, value in enumerate(values):
        heading = text_of(value)
        if not heading or heading == PROBLEMS:
            continue
        place = Place(raw.name, number, index + 1)
        column = find_column(heading, columns)
        if column is None:
            faults.append(SheetFault(place, "column", heading, "", _similar(heading, columns)))
        elif column in found.values():
            faults.append(SheetFault(place, "column", heading, "stands twice", "keep one of them"))
        else:
            found[index] = column
    if not found:
        later = _later_headings(raw, number, columns)
        fix = (
            f"the headings are in row {later}: delete the rows above it"
            if later
            else f"the first row has the headings: {', '.join(c.name for c in columns[:10])}"
        )
        return {}, [
            SheetFault(Place(raw.name, number), "column", "", "none of the headings is known", fix)
        ]
    return found, faults


def _later_headings(raw: RawTable, after: int, columns: tuple[SheetColumn, ...]) -> int:
    for number, values in raw.rows:
        texts = [text_of(value) for value in values]
        if number > after and sum(bool(t and find_column(t, columns)) for t in texts) > 1:
            return number
    return 0


def _similar(heading: str, columns: tuple[SheetColumn, ...]) -> str:
    names = [column.name for column in columns]
    if heading.lower() in _BY_HAND:
        return (
            "opinions have no column: write them by hand into the Turtle files in sources/, see "
            "docs/your-own-data.md; imports keep them"
        )
    near = get_close_matches(heading.lower(), names, n=2, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"columns: {', '.join(names[:10])}; to list all: allusion columns"


def _merged(raw: RawTable, headings: dict[int, tuple[SheetColumn, str]]) -> Iterator[SheetFault]:
    """Yield a fault for each merged range, except in a column whose values fill down."""
    for top, left, bottom, right in raw.merged:
        column = headings.get(left - 1)
        if not (left == right and column and column[0].fills):
            corner = Place(raw.name, bottom, right).cell
            yield SheetFault(Place(raw.name, top, left), "merged", "", f"up to {corner}")


def _cell_text(value: Value, column: SheetColumn, place: Place, faults: list[SheetFault]) -> str:
    text = text_of(value)
    if isinstance(value, dt.date | PartOfDate) and column.name not in _DATED:
        faults.append(SheetFault(place, "excel-date", text))
        return ""
    if problem := problem_of(text):
        code, detail, fix = problem
        faults.append(SheetFault(place, code, text, detail, fix))
    return text
