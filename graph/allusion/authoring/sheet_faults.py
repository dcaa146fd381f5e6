"""Faults of a sheet with their cells, reported as one sentence for each kind."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ..core.text import count_text
from ..query.serializers import safe_text

#: Maximum number of cases of one kind that are listed in the text.
MOST_LISTED: Final = 12


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A cell, a row, or a line of a text file.

    Attributes:
        sheet: Name of the sheet or file, as messages show it.
        row: Row or line, from 1; 0 is the whole sheet.
        column: Column from 1; 0 is the whole row.
    """

    sheet: str
    row: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}" if self.row else self.sheet

    @property
    def cell(self) -> str:
        """The cell without the sheet ("C7"), or the number of a row or line."""
        return f"{letters(self.column)}{self.row}" if self.column else f"{self.row}"


@dataclass(frozen=True, slots=True, order=True)
class SheetFault:
    """A fault of a sheet.

    Attributes:
        place: Where it is.
        code: The kind of fault, a key of `KINDS`.
        value: Content of the cell.
        detail: What is wrong, in addition to the kind.
        fix: What is allowed, or what to write.
    """

    place: Place
    code: str
    value: str = ""
    detail: str = ""
    fix: str = ""


#: Kind of fault -> the sentence for one, for several, and the fix.
KINDS: Final[dict[str, tuple[str, str, str]]] = {
    "alphabet": (
        "word has letters of two alphabets",
        "words have letters of two alphabets",
        "",
    ),
    "ambiguous": ("name is ambiguous", "names are ambiguous", "write one of them"),
    "cast": (
        "performer of a character needs one work",
        "performers of characters need one work each",
        "write one work into the column in; for another work, write another row",
    ),
    "certainty": (
        "certainty does not fit its kind",
        "certainties do not fit their kinds",
        "",
    ),
    "column": ("column is unknown", "columns are unknown", ""),
    "comma": (
        "list is separated by commas",
        "lists are separated by commas",
        "separate the values by ;",
    ),
    "date": (
        "date cannot be read",
        "dates cannot be read",
        "write 2003, 2003-10, 2003-10-12 or 12 October 2003",
    ),
    "duplicate": ("row repeats another", "rows repeat others", "delete it"),
    "encoding": (
        "text was read in a wrong encoding",
        "texts were read in a wrong encoding",
        "",
    ),
    "excel-date": (
        "text was turned into a date by the spreadsheet",
        "texts were turned into dates by the spreadsheet",
        "format the cell as text and enter the value again",
    ),
    "file": ("file cannot be read", "files cannot be read", ""),
    "formula": (
        "formula has no value",
        "formulas have no value",
        "open the file in a spreadsheet program, correct the formula and save it",
    ),
    "headings-again": (
        "row repeats the headings",
        "rows repeat the headings",
        "delete it",
    ),
    "heading": ("value has no heading", "values have no heading", ""),
    "holder": (
        "claim has no holder",
        "claims have no holder",
        "write the holder in the column by, or the author in the column by of the source; if it "
        "can be seen or heard in the work itself, write seen in the column sure",
    ),
    "key": ("key is used for two sources", "keys are used for two sources", "use another key"),
    "kind": ("kind is unknown", "kinds are unknown", ""),
    "language": (
        "language of a name is unclear",
        "languages of names are unclear",
        "write the name in a column with a language: name (zh-Hant), name (ja) ...",
    ),
    "later": (
        "connection points at something later",
        "connections point at something later",
        "correct a year, or swap from and to; if it is right, write doubtful in the column sure",
    ),
    "maker": (
        "maker belongs to something that is not a work",
        "makers belong to something that is not a work",
        "write makers in the row of the work; write who plays a character into the column "
        "performer of the character",
    ),
    "merged": (
        "range of cells is merged",
        "ranges of cells are merged",
        "unmerge the cells: only the first cell has the value",
    ),
    "missing": ("value is missing", "values are missing", ""),
    "name-language": (
        "language of a new name is unclear",
        "languages of new names are unclear",
        "write the language into the brackets, or describe the name in works and people, in a "
        "column with a language: name (ja)",
    ),
    "namesake": (
        "work has the name and the year of another",
        "works have the name and the year of others",
        "write the existing one in the column match",
    ),
    "near": (
        "new name is similar to an existing one",
        "new names are similar to existing ones",
        "",
    ),
    "no-source": (
        "row has no source",
        "rows have no source",
        "write the key of a source; it also applies to the empty cells below",
    ),
    "no-maker": (
        "claim of a maker has no holder",
        "claims of makers have no holder",
        "write which maker says so into the column by; if the page names no maker, do not add one: "
        "write what its author states instead",
    ),
    "number": ("value cannot be read", "values cannot be read", ""),
    "origin": (
        "thing cannot refer to others",
        "things cannot refer to others",
        "the column from takes works, characters, people, groups and organizations; places, "
        "motifs and others can only be referred to",
    ),
    "property": (
        "value is in a column that its kind does not have",
        "values are in columns that their kinds do not have",
        "empty the cell, or correct the kind",
    ),
    "page": (
        "address is used for two sources",
        "addresses are used for two sources",
        "delete one of the rows, and name the other one in the column source",
    ),
    "part": (
        "scene or line cannot be read",
        "scenes or lines cannot be read",
        "",
    ),
    "quote": ("quote is missing or not unique", "quotes are missing or not unique", ""),
    "repeated": (
        "connection is in the graph already",
        "connections are in the graph already",
        "leave the row out; if somebody else claims it, name the holder in the column by",
    ),
    "page-repeated": (
        "connection is in the graph already, from the same page",
        "connections are in the graph already, from the same pages",
        "leave the row out; if the page names another holder, write them into the column by",
    ),
    "reporter": (
        "report has no author",
        "reports have no author",
        "the words of a maker in a source of somebody else are reported by its author: write the "
        "author in the column by of the source, or write claimed in the column sure",
    ),
    "rule": ("value breaks a rule of the graph", "values break rules of the graph", ""),
    "same": (
        "row repeats source and place of a connection",
        "rows repeat source and place of a connection",
        "write different places in the column where, or delete a row",
    ),
    "script": (
        "script of a name does not fit its language",
        "scripts of names do not fit their languages",
        "write it in a column of its language: name (ja), also (zh-Hant) ...",
    ),
    "sheet": ("sheet is unknown", "sheets are unknown", ""),
    "shifted": ("cells of a row are shifted", "cells of rows are shifted", ""),
    "source": ("source is not there", "sources are not there", "describe it in the sheet sources"),
    "title": ("title may be of another source", "titles may be of other sources", ""),
    "unknown": ("name is unknown", "names are unknown", ""),
    "word": ("word is not allowed", "words are not allowed", ""),
    "waits": (
        "cell waits for a row with a fault",
        "cells wait for rows with faults",
        "mend those rows first",
    ),
    "speaker": (
        "speaker is a character of another work",
        "speakers are characters of other works",
        "correct the name, or write the film into the column in of the character",
    ),
    "works-only": (
        "connection of this kind joins works only",
        "connections of these kinds join works only",
        "write a work, or another kind of connection",
    ),
    "wrong-kind": ("name is of another kind", "names are of another kind", ""),
}


def letters(column: int) -> str:
    """Return the letters of a column of a spreadsheet.

    >>> letters(1), letters(26), letters(27), letters(703)
    ('A', 'Z', 'AA', 'AAA')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def ranges(places: Iterable[Place]) -> str:
    """Return places in the notation of spreadsheets, with ranges.

    >>> ranges([Place("works", 4, 3), Place("works", 5, 3), Place("works", 9, 3)])
    'works!C4:C5, C9'
    """
    parts = []
    for sheet, of_sheet in groupby(sorted(set(places)), lambda place: place.sheet):
        cells = []
        for column, of_column in groupby(
            sorted(of_sheet, key=lambda place: (place.column, place.row)),
            lambda place: place.column,
        ):
            rows = [place.row for place in of_column]
            for _, run in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
                block = [row for _, row in run]
                ends = [Place(sheet, row, column).cell for row in (block[0], block[-1])]
                cells.append(ends[0] if len(block) == 1 else ":".join(ends))
        parts.append(f"{sheet}!{', '.join(cells)}" if any(cells) and cells != ["0"] else sheet)
    return "; ".join(parts)


def report(faults: Sequence[SheetFault]) -> list[str]:
    """Return the faults as text: one sentence for each kind, then its cases."""
    lines = []
    by_kind: dict[tuple[str, str], list[SheetFault]] = defaultdict(list)
    for fault in sorted(set(faults)):
        by_kind[fault.code, fault.detail if fault.code == "missing" else ""].append(fault)
    for (code, _), cases in sorted(by_kind.items(), key=_importance):
        one, several, fix = KINDS[code]
        if code == "waits":
            what = count_text(len(cases), one, several)
            lines.append(f"{what}: {ranges(case.place for case in cases)}")
            continue
        values = {case.value for case in cases}
        count = len(values) if all(values) else len(cases)
        what = one if count == 1 else several
        detail = f" ({cases[0].detail})" if code == "missing" else ""
        cells = f" in {len(cases):,} cells" if count < len(cases) else ""
        lines.append(f"{count:,} {what}{detail}{cells}: {ranges(case.place for case in cases)}")
        if fix:
            lines.append(f"    {fix}")
        lines += _cases([] if code == "missing" else cases)
    return lines


def _importance(one: tuple[tuple[str, str], list[SheetFault]]) -> tuple[bool, int]:
    """Return a sort key: the largest groups first, what follows from other faults last."""
    (code, _), cases = one
    return code == "waits", -len(cases)


def _cases(cases: list[SheetFault]) -> list[str]:
    """Return a line for each different case that has more details than its place."""
    same: dict[tuple[str, str, str], list[SheetFault]] = defaultdict(list)
    for case in cases:
        if case.value or case.detail or case.fix:
            same[case.value, case.detail, case.fix].append(case)
    lines = []
    for (value, detail, fix), group in same.items():
        where = ranges(case.place for case in group)
        shown = " ".join(part for part in (f'"{value}"' if value else "", detail) if part)
        tail = "; ".join(part for part in (shown, fix) if part)
        lines.append(f"    {where}: {tail}")
    more = len(lines) - MOST_LISTED
    return (
        [*lines[:MOST_LISTED], f"    and {more:,} more (--problems lists all)"]
        if (more > 0)
        else lines
    )


def to_csv(faults: Sequence[SheetFault]) -> str:
    """Return the faults as a CSV table for spreadsheet programs, one per row."""
    rows = (
        (str(one.place), KINDS[one.code][0], one.value, one.detail, one.fix or KINDS[one.code][2])
        for one in sorted(set(faults))
    )
    return safe_csv((("place", "problem", "value", "detail", "fix"), *rows))


def safe_csv(rows: Iterable[Iterable[str]]) -> str:
    """Return rows as CSV that spreadsheet programs read as text: UTF-8 mark, no formulas."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    for row in rows:
        table.writerow(map(safe_text, row))
    return f"\ufeff{text.getvalue()}"
