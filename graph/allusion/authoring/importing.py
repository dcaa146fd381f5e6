"""Import of a sheet into a collection: a plan of the changes, and its execution."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ..build.check.additions import AdditionChecker
from ..search.name_index import NameIndex
from .anchors import Text
from .collection import Collection, create_collection
from .columns import CONNECTIONS, PROBLEMS, SOURCES, WORKS, columns_of
from .concepts import Concepts
from .from_rdf import CollectionContent, read_collection
from .history import Change, apply_change
from .parsing import ParsedSheet, parse_sheet, parse_tables
from .records import Content, EntityRecord, join_parts
from .rule_faults import rule_faults
from .sheet_faults import KINDS, SheetFault, safe_csv
from .sheet_rows import SheetRows
from .tables import SheetRow, SheetTable
from .to_rdf import to_graphs, to_texts

#: Kind of record -> its name for one and for several, for counts.
COUNTED: Final = (
    ("sources", "source", "sources"),
    ("things", "work or person", "works and people"),
    ("connections", "connection", "connections"),
)


_PARTLY: Final = (
    "the collection is too large to check all rules now; after writing it, run: "
    "allusion check --with {folder}"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Numbers of records that an import adds, changes or removes, for one kind of record."""

    added: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """An import that is prepared but not yet written.

    Attributes:
        parsed: The sheet.
        before: Content of the collection before the import.
        content: Its content after the import.
        differences: Name of an attribute of `Content` -> its changes.
        texts: Name of a file in ``sources`` -> its new text; None if it is removed.
    """

    collection: Collection
    parsed: ParsedSheet
    before: Content
    content: Content
    differences: Mapping[str, Difference]
    texts: Mapping[str, str | None]

    def write(self, title: str) -> Change:
        """Write the files as one change that can be undone.

        Args:
            title: Title of the change.

        Raises:
            OutputError: If a file cannot be written; the files are then as before.
        """
        return apply_change(self.collection, title, self.texts)

    def write_preview(self, folder: Path) -> None:
        """Write the collection as it would be to a new folder; rows with faults are left out.

        Raises:
            OutputError: If the folder has files or cannot be written.
        """
        draft = replace(self.collection, folder=folder)
        files = self.collection.sources.glob("*.ttl")
        texts: dict[str, str | None] = {one.name: one.read_text(encoding="utf-8") for one in files}
        texts |= self.texts

        def write_files(sheet: Path) -> None:
            for name, text in texts.items():
                if text is not None:
                    (sheet.parent / draft.sources.name / name).write_text(text, encoding="utf-8")

        create_collection(draft, "sheet", write_files)


def plan_import(
    path: Path,
    collection: Collection,
    concepts: Concepts,
    names: NameIndex,
    checker: AdditionChecker,
    *,
    remove: bool = False,
    texts: Mapping[str, Text] | None = None,
) -> ImportPlan:
    """Read a sheet and compare it with the collection.

    The plan contains all rows without faults, even if other rows have faults. What it would
    write passes the rules of ``allusion check``.

    Args:
        path: The sheet.
        collection: The collection to write to.
        concepts: Terms of the ontology.
        names: Index of the shipped graph and other collections.
        checker: Checks what would be written.
        remove: Remove records of the collection that are not in the sheet.
        texts: Key of a source -> its text, to find quotes in.

    Raises:
        DataError: If a file of the collection is not valid.
        ParameterError: If the file does not exist or is not a sheet.
        MissingExtra: If a library for the sheet is not installed.
    """
    stored = read_collection(collection, concepts)
    parsed = parse_sheet(path, collection, concepts, names, stored.content, texts)

    def again(known: list[SheetFault]) -> ParsedSheet:
        tables = parsed.tables
        found = parse_tables(tables, collection, concepts, names, stored.content, texts, known)
        return replace(found, remarks=parsed.remarks)

    return plan_checked(parsed, again, stored, collection, concepts, checker, remove=remove)


def plan_checked(
    parsed: ParsedSheet,
    again: Callable[[list[SheetFault]], ParsedSheet],
    stored: CollectionContent,
    collection: Collection,
    concepts: Concepts,
    checker: AdditionChecker,
    *,
    remove: bool = False,
) -> ImportPlan:
    """Compare records with a collection, without rows that the rules of the graph forbid.

    Args:
        parsed: The sheet.
        again: Reads the sheet again, without the rows of the given faults.
        stored: Content of the collection.
        collection: The collection.
        concepts: Terms of the ontology.
        checker: Checks what would be written.
        remove: Remove records of the collection that are not in the sheet.
    """
    while True:
        plan = plan_records(parsed, stored, collection, concepts, remove=remove)
        faults, is_complete = checker.faults(collection.folder, plan.texts)
        found = rule_faults(plan.content, parsed.rows, collection.namespace, faults)
        if not set(found) - set(parsed.faults):
            if not is_complete:
                plan.parsed.remarks.append(_PARTLY.format(folder=collection.folder))
            return plan
        parsed = again([*parsed.faults, *found])


def plan_records(
    parsed: ParsedSheet,
    stored: CollectionContent,
    collection: Collection,
    concepts: Concepts,
    *,
    remove: bool = False,
) -> ImportPlan:
    """Compare records with a collection, see `plan_import`."""
    new = _with_places(stored.content, parsed.content)
    content = new if remove else merge_content(stored.content, new)
    content = content.normalized(collection.language)
    content.slugs = {
        ends: slug for ends, slug in stored.content.slugs.items() if ends in content.connections
    }
    files = render(content, stored, collection, concepts)
    differences = {
        name: _difference(
            getattr(stored.content, name), getattr(parsed.content, name), getattr(content, name)
        )
        for name, _, _ in COUNTED
    }
    return ImportPlan(collection, parsed, stored.content, content, differences, files)


def render(
    content: Content, stored: CollectionContent, collection: Collection, concepts: Concepts
) -> dict[str, str | None]:
    """Return the files of a collection with new records; None marks a file to remove.

    Args:
        content: The new records.
        stored: Current content of the collection. Statements outside of records are kept.
        collection: The collection.
        concepts: Terms of the ontology.
    """
    graphs = defaultdict(list, to_graphs(content, collection, concepts))
    for graph, statements in stored.rest.items():
        graphs[graph] += statements
    texts: dict[str, str | None] = {
        f"{graph.rpartition('/')[2]}.ttl": None for graph in stored.graphs
    }
    return texts | to_texts(graphs, collection)


def add_content(content: Content, collection: Collection, concepts: Concepts, title: str) -> Change:
    """Add records to a collection, as one change that can be undone.

    Args:
        content: The new records.
        collection: The collection.
        concepts: Terms of the ontology.
        title: Title of the change.

    Raises:
        OutputError: If a file cannot be written; the files are then as before.
    """
    stored = read_collection(collection, concepts)
    merged = merge_content(stored.content, content).normalized(collection.language)
    return apply_change(collection, title, render(merged, stored, collection, concepts))


def merge_content(old: Content, new: Content) -> Content:
    """Return the old records, updated by the new ones.

    What a row states of a thing replaces what its sources stated before; a mention only adds to
    it. The evidence of a source for a connection replaces the earlier evidence of this source.
    The statements of other sources stay.
    """
    things = dict(old.things)
    for iri, thing in new.things.items():
        before = old.things.get(iri)
        if before and iri in new.mentions:
            things[iri] = join_parts([*before.parts, *thing.parts])
        elif before:
            things[iri] = join_parts([*thing.parts, *_without(before, thing.all_sources)])
        else:
            things[iri] = thing
    connections = dict(old.connections)
    for ends, connection in new.connections.items():
        if ends in connections:
            again = {one.source for one in connection.evidence}
            kept = [one for one in connections[ends].evidence if one.source not in again]
            connections[ends] = replace(connection, evidence=(*connection.evidence, *kept))
        else:
            connections[ends] = connection
    return Content(old.sources | new.sources, things, connections, old.slugs)


def _with_places(old: Content, new: Content) -> Content:
    """Return the new records with the offsets that were found before, because sheets have none."""
    sources = {
        iri: replace(source, text_length=was.text_length, text_sha256=was.text_sha256)
        if not source.text_sha256 and (was := old.sources.get(iri))
        else source
        for iri, source in new.sources.items()
    }
    connections = {}
    for ends, connection in new.connections.items():
        before = old.connections.get(ends)
        places = {(o.source, o.where): o.anchor for o in before.evidence} if before else {}
        connections[ends] = replace(
            connection,
            evidence=tuple(
                replace(one, anchor=one.anchor or places.get((one.source, one.where)))
                for one in connection.evidence
            ),
        )
    return replace(new, sources=sources, connections=connections)


def _without(thing: EntityRecord, sources: Sequence[str]) -> Iterator[EntityRecord]:
    """Yield the parts of a record that other sources state."""
    for part in thing.parts:
        if kept := tuple(one for one in part.sources if one not in sources):
            yield replace(part, sources=kept)


def _difference(
    old: Mapping[object, object], new: Mapping[object, object], result: Mapping[object, object]
) -> Difference:
    return Difference(
        added=sum(key not in old for key in result),
        changed=sum(key in old and old[key] != result[key] for key in result),
        same=sum(key in old and key in new and old[key] == result[key] for key in result),
        removed=sum(key not in result for key in old),
        kept=sum(key not in new for key in result),
    )


def rejected_sheet(
    tables: Mapping[str, SheetTable], faults: Sequence[SheetFault]
) -> list[SheetRows]:
    """Return the rows with faults as a sheet, with what is wrong in the column problems.

    Mended, it can be imported. Values of cells above are filled in.
    """
    problems = _problems(faults)
    found = []
    for sheet in (SOURCES, WORKS, CONNECTIONS):
        rows = [
            {_heading(*key): cell.text for key, cell in row.cells.items()} | {PROBLEMS: about}
            for row, about in _rejected(tables.get(sheet, SheetTable()), problems)
        ]
        used = (heading for row in rows for heading in row if row[heading])
        names = (column.name for column in columns_of(sheet))
        found.append(SheetRows(sheet, tuple(dict.fromkeys((*names, *used))), rows))
    return found


def _heading(name: str, tag: str) -> str:
    return f"{name} ({tag})" if tag else name


def _rejected(
    table: SheetTable, problems: Mapping[tuple[str, int], list[str]]
) -> Iterator[tuple[SheetRow, str]]:
    """Yield the rows with faults, each with what is wrong."""
    for row in table.rows:
        if about := [text for line in sorted(row.lines) for text in problems.get(line, ())]:
            yield row, " | ".join(about)


def _problems(faults: Sequence[SheetFault]) -> dict[tuple[str, int], list[str]]:
    """Return sheet and number of a row -> what is wrong with it."""
    problems: dict[tuple[str, int], list[str]] = defaultdict(list)
    for fault in faults:
        one = KINDS[fault.code][0]
        about = " ".join(part for part in (fault.value, fault.detail) if part)
        problems[fault.place.sheet, fault.place.row].append(f"{one}: {about}" if about else one)
    return problems


def rejected_rows(tables: Mapping[str, SheetTable], faults: Sequence[SheetFault]) -> str:
    """Return the rows with faults as a CSV table: sheet, row, problems, and the cells."""
    problems = _problems(faults)
    found = [("sheet", "row", PROBLEMS, "cells")]
    for table in tables.values():
        for row, about in _rejected(table, problems):
            cells = (f"{_heading(*key)}={cell.text}" for key, cell in row.cells.items() if cell)
            found.append((row.place.sheet, str(row.place.row), about, "; ".join(cells)))
    return safe_csv(found)
