"""From the tables of a sheet to records, with all faults."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..search.name_index import NameIndex
from .collection import Collection
from .columns import CONNECTIONS, SOURCES, WORKS
from .concepts import Concepts
from .connection_rows import describe_mentions, read_connections
from .context import Context
from .faults import SheetFault
from .records import Content
from .resolver import Candidate, Resolver
from .source_rows import SourceKeys, read_sources, resolve_authors
from .tables import Table, read_tables
from .work_rows import complete_works, describe_works


@dataclass(frozen=True, slots=True)
class Parsed:
    """A sheet that was read.

    Attributes:
        content: The records of the rows without faults.
        faults: All faults.
        remarks: What else a user should know about the file.
        matched: Name in the sheet -> the entity of the graph that it means.
        tables: Name of the sheet -> its rows.
    """

    content: Content
    faults: list[SheetFault]
    remarks: list[str]
    matched: dict[str, Candidate]
    tables: dict[str, Table]


def parse_sheet(
    path: Path, collection: Collection, concepts: Concepts, names: NameIndex, existing: Content
) -> Parsed:
    """Read a sheet and resolve its names.

    Args:
        path: A workbook, a folder of CSV files, or a YAML file.
        collection: The collection that it is for.
        concepts: Terms of the ontology.
        names: Index of the shipped graph and other collections.
        existing: What the collection holds already.

    Raises:
        ParameterError: If the file does not exist or is no sheet.
        MissingExtra: If the library for workbooks is not installed.
    """
    tables, faults, remarks = read_tables(path, tuple(concepts.roles.concepts))
    resolver = Resolver(names, concepts, existing.things.values())
    keys = SourceKeys()
    context = Context(collection, concepts, resolver, keys, existing)
    parse_tables(tables, context)
    found = sorted({*faults, *context.faults})
    content = context.content.normalized(collection.language)
    return Parsed(content, found, remarks, resolver.matched, tables)


def parse_tables(tables: dict[str, Table], context: Context) -> None:
    """Read all tables into the records and faults of the context."""
    empty = Table("")
    read_sources(tables.get(SOURCES, empty), context)
    for source in context.existing.sources.values():
        context.keys.add(source)
    described = describe_works(tables.get(WORKS, empty), context)
    connections = tables.get(CONNECTIONS, empty)
    describe_mentions(connections, context)
    complete_works(described, context)
    read_connections(connections, context)
    resolve_authors(context)
