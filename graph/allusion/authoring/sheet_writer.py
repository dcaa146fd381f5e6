"""Writer for sheets: xlsx with pick lists, a folder of CSV files, or YAML."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Final

from ..core.atomic_files import new_files, write_atomically
from ..core.errors import OutputError, ParameterError, extra_needed
from .columns import CONNECTIONS, SOURCES, WORKS, SheetColumn, columns_of
from .concepts import Concept, Concepts
from .sheet_faults import letters
from .sheet_rows import SheetRows
from .workbook_reader import NEEDED

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

PickLists = Mapping[tuple[str, str], list[tuple[str, Concept]]]
"""(Sheet, column) -> the words of its pick list, each with its concept."""

_WIDTHS: Final = {"title": 40, "url": 30, "name": 28, "from": 24, "to": 28, "says": 60, "kind": 18}
#: Number of rows for which a new workbook has pick lists.
_ROWS: Final = 2000


def write_sheet(path: Path, sheets: Sequence[SheetRows], concepts: Concepts, language: str) -> None:
    """Write a sheet; the ending of the path selects the format. No ending means a CSV folder.

    Args:
        path: A file that ends with .xlsx, .yaml or .yml, or a folder.
        sheets: The rows.
        concepts: Terms of the ontology, for the pick lists.
        language: Language of the pick lists.

    Raises:
        ParameterError: If the ending is another one.
        OutputError: If it cannot be written.
        MissingExtra: If the library for workbooks is not installed.
    """
    match path.suffix.lower():
        case ".xlsx":
            try:
                data = _workbook(sheets, concepts, language)
            except OSError as error:  # the library writes temporary files
                reason = error.strerror or error
                raise OutputError(
                    f"{path} could not be written: {reason}, in {gettempdir()}"
                ) from error
            write_atomically(path, data)
        case ".yaml" | ".yml":
            write_atomically(path, to_yaml(sheets))
        case "":
            _csv(path, sheets)
        case _:
            raise ParameterError(
                f"{path} cannot be written: use a path that ends with .xlsx or .yaml, or a "
                "folder for CSV files"
            )


def _csv(folder: Path, sheets: Sequence[SheetRows]) -> None:
    with new_files(folder) as making:
        for sheet in sheets:
            path = making / f"{sheet.sheet}.csv"
            # The mark makes Excel read UTF-8.
            with path.open("w", encoding="utf-8-sig", newline="") as text:
                out = csv.DictWriter(
                    text, sheet.headings, lineterminator="\n", extrasaction="ignore"
                )
                out.writeheader()
                out.writerows(sheet.rows)


def to_yaml(sheets: Sequence[SheetRows]) -> str:
    """Return the rows as YAML."""
    import yaml

    found = {
        sheet.sheet: [
            {heading: row[heading] for heading in sheet.headings if row.get(heading)}
            for row in sheet.rows
        ]
        for sheet in sheets
    }
    return yaml.safe_dump(found, allow_unicode=True, sort_keys=False, width=10_000)


def _workbook(sheets: Sequence[SheetRows], concepts: Concepts, language: str) -> bytes:
    try:
        import openpyxl
    except ImportError as error:
        raise extra_needed(*NEEDED) from error
    book = openpyxl.Workbook(write_only=False)
    for page in book.worksheets:
        book.remove(page)
    lists = _pick_lists(concepts, language)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.sheet), sheet, concepts)
    _add_lists(book, sheets, lists)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _pick_lists(concepts: Concepts, language: str) -> PickLists:
    """Return the pick lists; that of the column "" is for headings."""

    def words(several: Iterable[Concept]) -> list[tuple[str, Concept]]:
        labels = ((one.label(language), one) for one in several)
        return [(label[:1].lower() + label[1:], one) for label, one in labels]

    return {
        (SOURCES, "type"): words(concepts.source_types.concepts.values()),
        (WORKS, "kind"): words(concepts.classes.concepts.values()),
        (WORKS, ""): [(one.slug, one) for one in concepts.roles.concepts.values()],
        (CONNECTIONS, "kind"): words(concepts.pick_kinds),
        (CONNECTIONS, "sure"): concepts.pick_certainties(language),
        (CONNECTIONS, "stance"): words(concepts.stances.concepts.values()),
    }


def _fill(page: Worksheet, sheet: SheetRows, concepts: Concepts) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font

    about = {one.name: one for one in columns_of(sheet.sheet, tuple(concepts.roles.concepts))}
    for number, heading in enumerate(sheet.headings, 1):
        cell = page.cell(1, number, heading)
        cell.font = Font(bold=True)
        column = about.get(heading.partition(" (")[0])
        if column:
            cell.comment = Comment(_help(column), "allusion", width=320, height=90)
        name = letters(number)
        page.column_dimensions[name].width = _WIDTHS.get(heading, 14)
        # Format as text, so that a spreadsheet does not convert "3-4" to a date.
        page.column_dimensions[name].number_format = "@"
    page.freeze_panes = "A2"
    for row, values in enumerate(sheet.rows, 2):
        for number, heading in enumerate(sheet.headings, 1):
            if value := values.get(heading, ""):
                entry = page.cell(row, number, value)
                entry.data_type = "s"  # also a text that begins with =
                entry.number_format = "@"
                entry.alignment = Alignment(wrap_text=True, vertical="top")


def _help(column: SheetColumn) -> str:
    needed = " Needed." if column.needed else ""
    tagged = f" In another language: {column.name} (ja)." if column.tagged else ""
    return f"{column.about}{needed}{tagged}"


def _add_lists(book: Workbook, sheets: Sequence[SheetRows], lists: PickLists) -> None:
    """Add the sheet with the lists, and the validation rules that use them."""
    from openpyxl.worksheet.datavalidation import DataValidation

    page = book.create_sheet("lists")
    for number, ((sheet, column), words) in enumerate(lists.items()):
        left, right = 2 * number + 1, 2 * number + 2
        page.cell(1, left, f"{sheet}: {column or 'more columns, one for each role'}")
        for row, (word, concept) in enumerate(words, 2):
            page.cell(row, left, word)
            page.cell(row, right, concept.definition)
        page.column_dimensions[letters(left)].width = 24
        page.column_dimensions[letters(right)].width = 60
        headings = next(one.headings for one in sheets if one.sheet == sheet)
        rule = DataValidation(
            type="list",
            formula1=f"lists!${letters(left)}$2:${letters(left)}${len(words) + 1}",
            allow_blank=True,
            # Only a warning, because other words and languages are accepted too.
            errorStyle="warning",
            showDropDown=False,
        )
        rule.showErrorMessage = True
        rule.error = "This word is not in the list; allusion import shows whether it is known."
        if column:
            name = letters(headings.index(column) + 1)
            rule.add(f"{name}2:{name}{_ROWS}")
        else:
            first = len(headings) + 1
            rule.add(f"{letters(first)}1:{letters(first + len(words))}1")
        book[sheet].add_data_validation(rule)
