"""Checks of the links to Wikidata: known entities, one item per entity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ...core.errors import Fault
from ...core.terms import shorten
from ...core.vocabulary import ENTITY_REGISTERS, WIKIDATA_ENTITY, register_of
from ..sssom import Mapping
from ..turtle import CuratedFile, statements


def link_faults(files: list[CuratedFile], mappings: list[Mapping], name: str) -> Iterator[Fault]:
    """Yield faults of SSSOM rows.

    These are unknown entities, items that are used twice, and matches that a ``Not`` row forbids.
    """
    yield from _row_faults(files, mappings, name)
    yield from _shared_faults(mappings, name)
    for file, statement in statements(files):
        value = getattr(statement.object, "value", "")
        if value.startswith((WIKIDATA_ENTITY, "https://www.wikidata.org/wiki/Q")):
            yield Fault(
                file.name,
                file.line_of(statement.subject, statement.predicate, statement.object),
                shorten(statement.subject.value),
                f"names the Wikidata item {value.rsplit('/', 1)[-1]} in a Turtle file",
                f"write items in {name}, with the place where they were seen",
                "q-id",
            )


def _row_faults(files: list[CuratedFile], mappings: list[Mapping], name: str) -> Iterator[Fault]:
    described = {statement.subject.value for _, statement in statements(files)}
    forbidden = {(row.subject, row.item) for row in mappings if row.negative}
    for row in mappings:
        about = shorten(row.subject)
        if register_of(row.subject) not in ENTITY_REGISTERS:
            yield Fault(
                name,
                row.line,
                about,
                "is not in a register of entities",
                f"registers: {', '.join(ENTITY_REGISTERS)}",
                "mapping",
            )
        elif row.subject not in described:
            yield Fault(
                name,
                row.line,
                about,
                "is linked to an item but has no description",
                "add it to graph/data/entities, or remove the row",
                "dangling",
            )
        if not row.negative and (row.subject, row.item) in forbidden:
            yield Fault(
                name,
                row.line,
                about,
                f"is linked to {row.item}, which a Not row forbids",
                "remove one of the two rows",
                "namesake",
            )


def _shared_faults(mappings: list[Mapping], name: str) -> Iterator[Fault]:
    by_item: dict[str, list[Mapping]] = defaultdict(list)
    by_subject: dict[str, list[Mapping]] = defaultdict(list)
    for row in mappings:
        if not row.negative and row.predicate == "skos:exactMatch":
            by_item[row.item].append(row)
            by_subject[row.subject].append(row)
    for item, rows in by_item.items():
        for row in rows[1:]:
            yield Fault(
                name,
                row.line,
                shorten(row.subject),
                f"has the item {item}, which {shorten(rows[0].subject)} also has",
                "link an item to one entity only: merge the entities, or correct the wrong row",
                "shared-item",
            )
    for rows in by_subject.values():
        for row in rows[1:]:
            yield Fault(
                name,
                row.line,
                shorten(row.subject),
                f"has a second item, {row.item} beside {rows[0].item}",
                "keep the right one; write the other as a Not row",
                "second-item",
            )
