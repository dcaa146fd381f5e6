"""Import of a sheet into a collection: what would change, and the change itself."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ..core.resources import Resources
from ..search.name_index import NameIndex
from .anchors import Text
from .collection import Collection
from .concepts import Concepts
from .faults import KINDS, SheetFault
from .from_rdf import Stored, read_collection
from .history import Change, apply_change
from .parsing import Parsed, parse_sheet
from .records import Content, Thing
from .tables import Table
from .to_rdf import to_graphs, to_texts

#: What is counted, with the words for one and several.
COUNTED: Final = (
    ("sources", "source", "sources"),
    ("things", "work or person", "works and people"),
    ("connections", "connection", "connections"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import does to one sort of record: numbers of records."""

    added: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """An import that was prepared and not written.

    Attributes:
        parsed: The sheet.
        content: What the collection would hold.
        differences: Name of an attribute of `Content` -> what the import does to it.
        texts: Name of a file in ``sources`` -> its new text; None if it goes.
    """

    collection: Collection
    parsed: Parsed
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


def plan_import(
    path: Path,
    collection: Collection,
    resources: Resources,
    names: NameIndex,
    *,
    remove: bool = False,
    texts: Mapping[str, Text] | None = None,
) -> Plan:
    """Read a sheet and compare it with the collection.

    Rows without faults are in the plan, also if others have faults.

    Args:
        path: The sheet.
        collection: Where it goes.
        resources: Where the ontology is.
        names: Index of the shipped graph and other collections.
        remove: Remove what the collection has and the sheet has not.
        texts: Key of a source -> its text, in which quotes are looked for.

    Raises:
        DataError: If a file of the collection is not valid.
        ParameterError: If the sheet does not exist or is no sheet.
        MissingExtra: If a library for the sheet is not installed.
    """
    concepts = Concepts(resources)
    stored = read_collection(collection, concepts)
    parsed = parse_sheet(path, collection, concepts, names, stored.content, texts)
    return plan_records(parsed, stored, collection, concepts, remove=remove)


def plan_records(
    parsed: Parsed,
    stored: Stored,
    collection: Collection,
    concepts: Concepts,
    *,
    remove: bool = False,
) -> Plan:
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
    return Plan(collection, parsed, content, differences, files)


def render(
    content: Content, stored: Stored, collection: Collection, concepts: Concepts
) -> dict[str, str | None]:
    """Return the files of a collection with new records; files that go have no text.

    Args:
        content: The new records.
        stored: What the collection holds now. Statements that no record holds are kept.
        collection: The collection.
        concepts: Terms of the ontology.
    """
    graphs = defaultdict(list, to_graphs(content, collection, concepts))
    for graph, statements in stored.rest.items():
        graphs[graph] += statements
    texts: dict[str, str | None] = {
        f"{graph.rpartition('/')[2]}.ttl": None for graph in stored.graphs
    }
    return texts | to_texts(graphs)


def merge_content(old: Content, new: Content) -> Content:
    """Return the old records, updated by the new ones.

    A row describes a thing completely; a mention only adds its source. What a source states of
    a connection replaces what it stated before; other sources keep theirs.
    """
    things = dict(old.things)
    for iri, thing in new.things.items():
        before = old.things.get(iri)
        partial = before is not None and iri in new.mentions
        things[iri] = _updated(before, thing) if before and partial else thing
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
    """Return the new records with the offsets that were found before; no sheet has them."""
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


def _updated(before: Thing, mention: Thing) -> Thing:
    return replace(
        before,
        date=mention.date or before.date,
        sources=tuple(dict.fromkeys((*before.sources, *mention.sources))),
    )


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


def rejected_rows(tables: Mapping[str, Table], faults: Sequence[SheetFault]) -> str:
    """Return the rows with faults as a CSV table: sheet, row, problems, and the cells."""
    problems: dict[tuple[str, int], list[str]] = defaultdict(list)
    for fault in faults:
        one = KINDS[fault.code][0]
        about = " ".join(part for part in (fault.value, fault.detail) if part)
        problems[fault.place.sheet, fault.place.row].append(f"{one}: {about}" if about else one)
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(("sheet", "row", "problems", "cells"))
    for table in tables.values():
        for row in table.rows:
            key = (row.place.sheet, row.place.row)
            if key not in problems:
                continue
            cells = "; ".join(
                f"{name}{f' ({tag})' if tag else ''}={cell.text}"
                for (name, tag), cell in row.cells.items()
                if cell
            )
            out.writerow((*key, " | ".join(problems[key]), cells))
    return text.getvalue()
