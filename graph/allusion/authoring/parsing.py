"""Conversion of the tables of a sheet to records, with a list of all faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..core.errors import ParameterError
from ..search.name_index import ExactMatch, NameIndex
from .anchors import Text
from .collection import Collection
from .columns import CONNECTIONS, SOURCES, WORKS
from .concepts import Concepts
from .connection_rows import describe_mentions, read_connections
from .context import ImportContext
from .records import Content
from .resolver import Resolver
from .rule_faults import RowIndex
from .sheet_faults import Place, SheetFault
from .sheet_reader import read_tables
from .source_keys import SourceKeys
from .source_rows import persons_named_like_sites, read_sources, resolve_authors
from .tables import SheetTable
from .work_rows import complete_works, describe_works


@dataclass(frozen=True, slots=True)
class ParsedSheet:
    """A sheet that was read.

    Attributes:
        content: The records of the rows without faults.
        faults: All faults.
        remarks: Notes for the user about the file.
        matched: Name in the sheet -> the entity of the graph that it means.
        tables: Name of the sheet -> its rows.
        rows: The rows by what they describe.
    """

    content: Content
    faults: list[SheetFault]
    remarks: list[str]
    matched: dict[str, ExactMatch]
    tables: dict[str, SheetTable]
    rows: RowIndex = field(default_factory=RowIndex)


def parse_sheet(
    path: Path,
    collection: Collection,
    concepts: Concepts,
    names: NameIndex,
    existing: Content,
    texts: Mapping[str, Text] | None = None,
) -> ParsedSheet:
    """Read a sheet and resolve its names.

    Args:
        path: A workbook, a folder of CSV files, or a YAML file.
        collection: The collection that it is for.
        concepts: Terms of the ontology.
        names: Index of the shipped graph and other collections.
        existing: Content of the collection before the import.
        texts: Key of a source -> its text, to find quotes in.

    Raises:
        ParameterError: If the file does not exist or is not a sheet, or ``texts`` has a key that no
            source has.
        MissingExtra: If the library for workbooks is not installed.
    """
    tables, faults, remarks = read_tables(path, tuple(concepts.roles.concepts))
    parsed = parse_tables(tables, collection, concepts, names, existing, texts, faults)
    return replace(parsed, remarks=[*remarks, *parsed.remarks])


def parse_tables(
    tables: dict[str, SheetTable],
    collection: Collection,
    concepts: Concepts,
    names: NameIndex,
    existing: Content,
    texts: Mapping[str, Text] | None = None,
    known: Iterable[SheetFault] = (),
) -> ParsedSheet:
    """Resolve the names of tables and make records of their rows, see `parse_sheet`.

    Args:
        tables: Name of a sheet -> its rows.
        collection: The collection that they are for.
        concepts: Terms of the ontology.
        names: Index of the shipped graph and other collections.
        existing: Content of the collection before the import.
        texts: Key of a source -> its text, to find quotes in.
        known: Faults that were found before; their rows are left out.
    """
    faults = set(known)
    near: dict[tuple[str, str], list[ExactMatch]] = {}
    while True:
        # Rows that name what a row with a fault describes have a fault, too.
        rejected = frozenset((fault.place.sheet, fault.place.row) for fault in faults)
        resolver = Resolver(names, concepts, existing.things.values(), near, collection.language)
        context = ImportContext(
            collection, concepts, resolver, SourceKeys(), existing, rejected=rejected
        )
        _read(tables, context, texts or {})
        if faults.issuperset(context.faults):
            break
        faults.update(context.faults)
    content = context.content.normalized(collection.language)
    words = ", ".join(f"{start} = {word}" for start, word in sorted(context.completed.items()))
    remarks = [f"words written in part: {words}"] if words else []
    remarks += context.remarks
    if persons := persons_named_like_sites(content):
        shown, example = ", ".join(persons), f"{persons[0]} (organization)"
        remarks.append(f"taken as persons: {shown}; for an organization, write: {example}")
    return ParsedSheet(content, sorted(faults), remarks, resolver.matched, tables, context.rows)


def _read(tables: dict[str, SheetTable], context: ImportContext, texts: Mapping[str, Text]) -> None:
    empty = SheetTable()
    read_sources(tables.get(SOURCES, empty), context)
    for source in context.existing.sources.values():
        context.keys.add(source)
    _add_texts(texts, context)
    described = describe_works(tables.get(WORKS, empty), context)
    connections = tables.get(CONNECTIONS, empty)
    describe_mentions(connections, context)
    complete_works(described, context)
    read_connections(connections, context)
    resolve_authors(context)
    context.complete_kept()


def _add_texts(texts: Mapping[str, Text], context: ImportContext) -> None:
    """Add the texts of sources; report a text that has changed since its passages were found."""
    for key, text in texts.items():
        iri = context.keys.find(key)
        if iri is None and context.keys.is_faulty(key):
            continue  # the row of the source has a fault, which is reported
        if iri is None:
            near = context.keys.near(key)
            hint = f"did you mean {' or '.join(near)}?" if near else "see the sheet sources"
            raise ParameterError(f"--text {key}: no source has this key; {hint}")
        context.text_of[iri] = text
        old = context.existing.sources.get(iri)
        if old and old.text_sha256 not in ("", text.sha256) and _has_anchors(context.existing, iri):
            fix = f"run: allusion verify {context.collection.folder} --text {key}=FILE --fix"
            detail = "has a different text than at the last import"
            context.faults.append(SheetFault(Place(SOURCES), "quote", key, detail, fix))
        source = context.source(iri)
        if source:
            context.content.sources[iri] = replace(
                source, text_length=len(text.text), text_sha256=text.sha256
            )


def _has_anchors(content: Content, source: str) -> bool:
    return any(
        one.anchor and one.source == source
        for connection in content.connections.values()
        for one in connection.evidence
    )
