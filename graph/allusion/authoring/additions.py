"""Add, change or remove one connection without a sheet (command line and web form).

An entry is a connection with one piece of its evidence, as a row of the sheet holds it. Its key is
the slug of the evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ..build.check.additions import AdditionChecker
from ..search.name_index import NameIndex
from .collection import Collection
from .columns import CONNECTIONS, SOURCES, WORKS, SheetColumn, columns_of, find_column
from .concepts import PERFORMER, Concepts
from .from_rdf import CollectionContent
from .importing import ImportPlan, plan_checked, plan_records
from .parsing import ParsedSheet, parse_tables
from .records import Connection, Content, EntityRecord, EvidenceRecord
from .sheet_faults import KINDS, Place, SheetFault
from .sheet_rows import Rows, RowWriter
from .tables import SheetCell, SheetRow, SheetTable, clean
from .to_rdf import connection_slugs, evidence_nodes

#: Columns for which there is a question, in this order; the others are rare.
ASKED: Final = ("from", "kind", "to", "source", "where", "says", "by", "sure")
#: Columns that only forms and options ask for.
ASKED_OF_A_SCENE: Final = ("scene", "line", "speaker", "language")
ASKED_OF_A_WORK: Final = ("name", "kind", "year", "in", "performer", "description", "also")
ASKED_OF_A_SOURCE: Final = ("title", "by", "url", "date", "type", "language")
_ASKED: Final = {
    SOURCES: ASKED_OF_A_SOURCE, WORKS: ASKED_OF_A_WORK, CONNECTIONS: ASKED
}  # fmt: skip
#: Columns that hold for the whole connection.
_OF_CONNECTION: Final = ("by", "sure")


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


@dataclass(frozen=True, slots=True)
class ConnectionEntry:
    """A connection with one piece of its evidence."""

    connection: Connection
    evidence: EvidenceRecord


def questions(sheet: str, *, every: bool = False) -> Iterator[Question]:
    """Yield a question for each common column of a sheet.

    Args:
        sheet: Name of the sheet.
        every: Include the columns of scenes and lines.
    """
    columns = {column.name: column for column in _columns(sheet)}
    for name in (*_ASKED[sheet], *(ASKED_OF_A_SCENE if every and sheet == CONNECTIONS else ())):
        column = columns[name]
        about = column.about.replace("; fills down", "")
        if name == PERFORMER:
            about = "Of a character: who plays it. Of a work: its performers"
        yield Question(sheet, name, about.removesuffix("."), column.needed)


def _columns(sheet: str) -> tuple[SheetColumn, ...]:
    return columns_of(sheet, (PERFORMER,))


def entries(content: Content, namespace: str) -> dict[str, ConnectionEntry]:
    """Return all entries of a collection by their keys."""
    slugs = connection_slugs(content, namespace)
    return {
        node.rpartition("/")[2]: ConnectionEntry(connection, evidence)
        for ends, connection in content.connections.items()
        for node, evidence in evidence_nodes(connection.evidence, slugs[ends], namespace)
    }


def entry_row(
    entry: ConnectionEntry,
    content: Content,
    collection: Collection,
    concepts: Concepts,
    names: NameIndex,
) -> dict[str, str]:
    """Return the row of an entry, with the holders and the certainty of its connection."""
    writer = RowWriter(content, collection, concepts, names)
    rows = writer.connection(entry.connection)
    row = rows[entry.connection.evidence.index(entry.evidence)]
    holding = next((one for one in rows if one["by"] or one["sure"]), row)
    return row | {column: holding[column] for column in _OF_CONNECTION}


def plan_addition(
    connection: Mapping[str, str],
    source: Mapping[str, str],
    stored: CollectionContent,
    collection: Collection,
    concepts: Concepts,
    names: NameIndex,
    checker: AdditionChecker,
    *,
    work: Mapping[str, str] | None = None,
    replaced: ConnectionEntry | None = None,
) -> ImportPlan:
    """Read answers as a row of connections, and a new source as a row of sources.

    If the collection already has the connection, the row is added to its evidence; it replaces
    evidence of the same source and place.

    Args:
        connection: Column -> answer.
        source: Column -> answer for a new source; empty if the source exists already.
        stored: Content of the collection.
        collection: The collection.
        concepts: Terms of the ontology.
        names: Index of the shipped graph and other collections.
        checker: Checks what would be written.
        work: Column -> answer for a work or person that the connection names; its source is that
            of the connection.
        replaced: The entry that the row replaces. The holders and the certainty of the row then
            apply to the whole connection.
    """
    stored = _without(stored, replaced) if replaced else stored

    rows: Rows = [dict(connection)]

    def parse(known: Iterable[SheetFault] = ()) -> ParsedSheet:
        tables = {CONNECTIONS: _table(CONNECTIONS, rows)}
        if source:
            tables[SOURCES] = _table(SOURCES, [dict(source)])
        if work:
            row = {"source": connection.get("source", ""), **work}
            tables[WORKS] = _table(WORKS, [row])
        return parse_tables(tables, collection, concepts, names, stored.content, known=known)

    parsed = parse()
    added = next(iter(parsed.content.connections.values()), None)
    known = stored.content.connections.get(added.ends) if added else None
    if added and known:
        place = _place(added.evidence[0])
        kept = tuple(one for one in known.evidence if _place(one) != place)
        writer = RowWriter(stored.content, collection, concepts, names)
        others = writer.connection(replace(known, evidence=kept))
        if replaced:
            others = [row | dict.fromkeys(_OF_CONNECTION, "") for row in others]
        rows += others
        parsed = parse()
    if replaced and added and added.ends in parsed.content.connections:
        _keep_anchor(parsed.content, added, replaced.evidence)
    return plan_checked(parsed, parse, stored, collection, concepts, checker)


def plan_removal(
    entry: ConnectionEntry, stored: CollectionContent, collection: Collection, concepts: Concepts
) -> ImportPlan:
    """Prepare the removal of an entry, and of new entities that only this entry names."""
    nothing = ParsedSheet(Content(), [], [], {}, {})
    return plan_records(nothing, _without(stored, entry), collection, concepts)


def _place(evidence: EvidenceRecord) -> tuple[str, str]:
    return evidence.source, evidence.where


def _keep_anchor(content: Content, added: Connection, before: EvidenceRecord) -> None:
    """Keep the offsets of a passage whose row was changed, unless its source was."""
    connection = content.connections[added.ends]
    place = _place(added.evidence[0])
    evidence = tuple(
        replace(one, anchor=one.anchor or before.anchor)
        if _place(one) == place and one.source == before.source
        else one
        for one in connection.evidence
    )
    content.connections[added.ends] = replace(connection, evidence=evidence)


def _without(stored: CollectionContent, entry: ConnectionEntry) -> CollectionContent:
    """Return the content without an entry and the entities that only this entry names."""
    old, ends = stored.content, entry.connection.ends
    connections = dict(old.connections)
    evidence = tuple(one for one in connections[ends].evidence if one != entry.evidence)
    if evidence:
        connections[ends] = replace(connections[ends], evidence=evidence)
        return replace(stored, content=replace(old, connections=connections))
    del connections[ends]
    content = replace(old, connections=connections, things=dict(old.things))
    used = set(_named(content)) | {
        part for found in stored.rest.values() for one in found for part in (one[0], one[2].value)
    }
    for iri in {entry.connection.origin, entry.connection.target} - used:
        thing = content.things.get(iri)
        if thing and thing.cls and _is_only_named(thing):
            del content.things[iri]
    return replace(stored, content=content)


def _is_only_named(thing: EntityRecord) -> bool:
    details = (thing.aliases, thing.makers, thing.works, thing.descriptions, thing.others)
    return len(thing.names) == 1 and not any(details)


def _named(content: Content) -> Iterator[str]:
    """Yield the IRIs of all entities that records name."""
    for connection in content.connections.values():
        yield from connection.entities()
    for thing in content.things.values():
        yield from thing.agents_and_works()
    for source in content.sources.values():
        yield from source.by


def _table(sheet: str, rows: Iterable[Mapping[str, str]]) -> SheetTable:
    columns = _columns(sheet)
    found = []
    for number, answers in enumerate(rows, 1):
        cells = {
            (column.name, ""): SheetCell("", Place(sheet, number, at))
            for at, column in enumerate(columns, 1)
        }
        for heading, answer in answers.items():
            if column_and_tag := find_column(heading, columns):
                column, tag = column_and_tag
                place = Place(sheet, number, columns.index(column) + 1)
                cells[column.name, tag] = SheetCell(clean(answer), place)
        found.append(SheetRow(Place(sheet, number), cells))
    return SheetTable(found)


def column_of(fault: SheetFault) -> tuple[str, str]:
    """Return sheet and column of a fault in an answer; the column is "" if it is elsewhere."""
    place = fault.place
    is_answer = place.column and place.row == 1
    return place.sheet, _columns(place.sheet)[place.column - 1].name if is_answer else ""


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
