"""Addition of one connection: answers to questions are read like a row of a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..search.name_index import NameIndex
from .collection import Collection
from .columns import CONNECTIONS, SOURCES, columns_of
from .concepts import Concepts
from .from_rdf import CollectionContent
from .importing import ImportPlan, plan_records
from .parsing import parse_tables
from .sheet_faults import KINDS, Place, SheetFault
from .tables import SheetCell, SheetRow, SheetTable, clean

#: Columns for which there is a question, in this order; the others are rare.
ASKED: Final = ("from", "kind", "to", "source", "where", "says", "by", "sure")
ASKED_OF_A_SOURCE: Final = ("title", "by", "url", "date", "type", "language")


@dataclass(frozen=True, slots=True)
class Question:
    """A question for one column.

    Attributes:
        sheet: The sheet of the column.
        column: Its name.
        about: Description of the answer.
        needed: Whether an answer is required.
    """

    sheet: str
    column: str
    about: str
    needed: bool


def questions(sheet: str) -> Iterator[Question]:
    """Yield the questions of the sheet of connections or of sources."""
    columns = {column.name: column for column in columns_of(sheet)}
    for name in ASKED if sheet == CONNECTIONS else ASKED_OF_A_SOURCE:
        column = columns[name]
        about = column.about.replace("; fills down", "")
        yield Question(sheet, name, about.removesuffix("."), column.needed)


def plan_addition(
    connection: Mapping[str, str],
    source: Mapping[str, str],
    stored: CollectionContent,
    collection: Collection,
    concepts: Concepts,
    names: NameIndex,
) -> ImportPlan:
    """Read answers as a row of connections, and a new source as a row of sources.

    If the collection already has the connection, the answers replace those of the same source.

    Args:
        connection: Column -> answer.
        source: Column -> answer for a new source; empty if the source exists already.
        stored: Content of the collection.
        collection: The collection.
        concepts: Terms of the ontology.
        names: Index of the shipped graph and other collections.
    """
    tables = {CONNECTIONS: _table(CONNECTIONS, connection)}
    if source:
        tables[SOURCES] = _table(SOURCES, source)
    parsed = parse_tables(tables, collection, concepts, names, stored.content)
    return plan_records(parsed, stored, collection, concepts)


def _table(sheet: str, answers: Mapping[str, str]) -> SheetTable:
    cells = {
        (column.name, ""): SheetCell(clean(answers.get(column.name, "")), Place(sheet, 1, number))
        for number, column in enumerate(columns_of(sheet), 1)
    }
    return SheetTable([SheetRow(Place(sheet, 1), cells)])


def column_of(fault: SheetFault) -> tuple[str, str]:
    """Return sheet and column of a fault in an answer; the column is "" if it is the row."""
    sheet, number = fault.place.sheet, fault.place.column
    return sheet, columns_of(sheet)[number - 1].name if number else ""


def message(fault: SheetFault) -> str:
    """Return a fault as a sentence.

    >>> message(SheetFault(Place("x", 1, 2), "kind", "parodie", "", "did you mean parody?"))
    'kind is unknown: "parodie"; did you mean parody?'
    """
    one, _, fix = KINDS[fault.code]
    value = f'"{fault.value}"' if fault.value else ""
    about = " ".join(part for part in (value, fault.detail) if part)
    head = f"{one}: {about}" if about else one
    return "; ".join(part for part in (head, fault.fix or fix) if part)
