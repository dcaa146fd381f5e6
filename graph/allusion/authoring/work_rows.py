"""Rows of the sheet ``works and people``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from ..core.labels import Name, fold
from ..search.name_index import ExactMatch
from .cell_values import (
    NEW,
    Date,
    NameMention,
    is_comma_list,
    read_date,
    tagged,
    without_quotes,
)
from .concepts import PERFORMER, register_of_class
from .context import IN_MATCH, NEEDED, ImportContext
from .records import EntityRecord, join_parts, second_names_as_aliases
from .sheet_faults import SheetFault
from .tables import SheetCell, SheetRow, SheetTable, split_list

#: Roles of organizations.
_ORGANISATIONS: Final = frozenset(("production-company", "distributor", "broadcaster"))


@dataclass(frozen=True, slots=True)
class EntityRow:
    """A row and the entity that it describes."""

    row: SheetRow
    thing: EntityRecord


def describe_works(table: SheetTable, context: ImportContext) -> list[EntityRow]:
    """Read the entity of each row, without resolving names of other entities."""
    found: list[EntityRow] = []
    rows: dict[tuple[str, str], str] = {}
    for row in table.rows:
        thing = None if context.is_rejected(row) else _described(row, context)
        if thing is None:
            _reject(row, context)
            continue
        again = [rows[key] for one in thing.sources if (key := (thing.iri, one)) in rows]
        if again:
            text = thing.names[0].text if thing.names else row["name"].text
            detail = f"of row {again[0]}, with the same source"
            context.faults.append(SheetFault(row.place, "duplicate", text, detail))
            continue
        rows |= dict.fromkeys(((thing.iri, one) for one in thing.sources), row.place.cell)
        context.rows.things.setdefault(thing.iri, []).append((row, thing.sources))
        found.append(EntityRow(row, thing))
    return found


def _reject(row: SheetRow, context: ImportContext) -> None:
    """Record the names of a row with a fault, unless the collection has the entity already."""
    cls = context.concepts.classes.find(row["kind"].text) or ""
    texts = [cell.text for _, cell in row.tagged("name")]
    texts += [text for _, cell in row.tagged("also") for text in split_list(cell.text)]
    date = read_date(row["year"].text)
    register = register_of_class(cls) if cls else ""
    if any(cls and context.resolver.own(NameMention(text, cls, date), register) for text in texts):
        return
    for text in texts:
        context.resolver.reject(text, cls, row)


def complete_works(described: list[EntityRow], context: ImportContext) -> None:
    """Read the makers, and the works of characters; keep entities with at least one statement."""
    complete: set[str] = set()
    for one in described:
        row, thing = one.row, one.thing
        makers = [
            (role, agent)
            for role in context.concepts.roles.concepts
            for agent in context.agents(row[role], thing.sources, _class_of(role))
        ]
        cell, registers = row["in"], context.concepts.works
        works = [context.resolve(text, cell, registers) for text in split_list(cell.text)]
        thing = replace(thing, makers=tuple(makers), works=tuple(filter(None, works)))
        if thing.register == "character":
            _check_cast(row, thing, context)
        needed = NEEDED.get(thing.cls)
        if needed and not list(row.tagged(needed)):
            context.missing(row, needed)
        if not (thing.cls or any(thing.values())):
            continue
        first = context.content.things.get(thing.iri)
        if first and thing.iri in complete:
            thing = join_parts([*first.parts, second_names_as_aliases(thing, first.all_names)])
        complete.add(thing.iri)
        context.content.things[thing.iri] = thing


def _check_cast(row: SheetRow, character: EntityRecord, context: ImportContext) -> None:
    """Report makers of a character, and performers of one in several works."""
    for role in dict.fromkeys(role for role, _ in character.makers):
        cell = row[role]
        if role != PERFORMER:
            context.faults.append(SheetFault(cell.place, "maker", cell.text))
        elif len(character.works) != 1:
            context.faults.append(SheetFault(cell.place, "cast", cell.text))


def _class_of(role: str) -> str:
    return "Organisation" if role in _ORGANISATIONS else "Person"


def _described(row: SheetRow, context: ImportContext) -> EntityRecord | None:
    before = len(context.faults)
    cells = [
        (tag, replace(cell, text=without_quotes(cell.text)))
        for tag, cell in sorted(row.tagged("name"), key=lambda pair: pair[0] != "")
    ]
    if not cells:
        context.missing(row, "name")
    if not row["kind"]:
        context.missing(row, "kind")
    cls = context.word(row["kind"], context.concepts.classes) if row["kind"] else None
    sources = context.sources(row["source"])
    date = context.date(row["year"])
    descriptions = context.texts(row, "description")
    aliases = tuple(
        name
        for tag, cell in row.tagged("also")
        for text in split_list(cell.text)
        if (name := context.tagged(SheetCell(text, cell.place), tag))
    )
    context.faults += [
        SheetFault(cell.place, "comma", cell.text)
        for _, cell in row.tagged("also")
        if any(map(is_comma_list, split_list(cell.text)))
    ]
    if not cells or cls is None:
        return None
    mention = NameMention(cells[0][1].text, cls, date)
    match = _match(row, mention, register_of_class(cls), context)
    if match:
        other = _unknown_names(cells, match, context)
        thing = EntityRecord(
            match.iri, "", (), (*other, *aliases), date, sources, (), (), descriptions
        )
        context.resolver.describe_match(mention.name, match)
        context.resolver.matched[mention.name] = match
        return thing if len(context.faults) == before else None
    names = tuple(name for tag, cell in cells if (name := context.tagged(cell, tag)))
    if len(context.faults) > before:
        return None
    register = register_of_class(cls)
    known = (
        context.resolver.named(row["match"].text, register)
        or context.resolver.described(mention, register)
        or context.resolver.own(mention, register)
    )
    iri = known.iri if known else context.new_iri(register_of_class(cls), names, date)
    thing = EntityRecord(iri, cls, names, aliases, date, sources, (), (), descriptions)
    return thing if iri in context.content.things else context.add(thing)


def _match(
    row: SheetRow, mention: NameMention, register: str, context: ImportContext
) -> ExactMatch | None:
    """Return the existing entity that a row describes; None if it is new or ambiguous."""
    cell = row["match"]
    if fold(cell.text) == NEW or context.resolver.named(cell.text, register):
        return None
    if cell:
        found = context.resolver.in_graph(cell.text)
        if len(found) == 1 and found[0].register == register:
            return found[0]
        fix = "write new, or the prefixed name that allusion search shows"
        detail = "is of another kind" if found else "does not exist"
        context.faults.append(SheetFault(cell.place, "unknown", cell.text, detail, fix))
        return None
    if context.resolver.own(mention, register):
        return None
    same = context.resolver.in_graph(mention.name, (register,))
    right = [one for one in same if _may_be(one, mention.date)]
    if len(right) == 1 and (mention.date is None or right[0].year == mention.date.year):
        return right[0]
    name = row["name"] or SheetCell(mention.name, row.place)
    if right:
        shown = ", ".join(map(str, right))
        context.faults.append(
            SheetFault(name.place, "near", mention.name, f"there is {shown}", IN_MATCH)
        )
        return None
    context.is_near(mention, register, SheetCell(mention.name, name.place), has_match=True)
    return None


def _may_be(one: ExactMatch, date: Date | None) -> bool:
    """Return whether the years may be equal; sources can differ by one year."""
    return date is None or one.year is None or abs(one.year - date.year) <= 1


def _unknown_names(
    cells: list[tuple[str, SheetCell]], match: ExactMatch, context: ImportContext
) -> tuple[Name, ...]:
    """Return the names of a row that the entity of the graph does not have."""
    found = []
    for tag, cell in cells:
        known = {one.iri for one in context.resolver.in_graph(cell.text)}
        name = tagged(cell.text, tag, context.collection.language)
        if match.iri not in known and name:
            found.append(name)
    return tuple(found)
