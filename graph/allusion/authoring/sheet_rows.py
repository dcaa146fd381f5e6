"""Conversion of records to the rows of a sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..core.labels import Name
from ..core.terms import shorten
from ..core.vocabulary import BASE, ENTITY_REGISTERS, register_of
from ..search.name_index import NameIndex
from .cell_values import language_of
from .collection import Collection
from .columns import CONNECTIONS, SOURCES, WORKS, columns_of
from .concepts import Concepts
from .connection_rows import FIRST_HAND
from .holder_checks import DEFAULT, FORCED, REPORTED, STATED
from .records import NO_LANGUAGE, Connection, Content, EntityRecord, EvidenceRecord, Source
from .resolver import Resolver
from .sheet_faults import Place, SheetFault
from .slugs import local
from .tables import SheetCell

Rows = list[dict[str, str]]
"""Heading -> value, for each row."""


@dataclass(frozen=True, slots=True)
class SheetRows:
    """Rows of one sheet, with the headings in order."""

    sheet: str
    headings: tuple[str, ...]
    rows: Rows


def draft(rows: Mapping[str, Rows], roles: tuple[str, ...] = ()) -> list[SheetRows]:
    """Return the three sheets with all columns, to fill in.

    Args:
        rows: Name of a sheet -> its rows; a sheet that is not named is empty.
        roles: Slugs of the roles, each of which is a column of works.
    """
    return [
        SheetRows(
            sheet, tuple(column.name for column in columns_of(sheet, roles)), rows.get(sheet, [])
        )
        for sheet in (SOURCES, WORKS, CONNECTIONS)
    ]


def sheet_rows(
    content: Content, collection: Collection, concepts: Concepts, names: NameIndex
) -> list[SheetRows]:
    """Return the rows of the three sheets; reading them gives the same records.

    Args:
        content: The records.
        collection: The collection that they are from.
        concepts: Terms of the ontology.
        names: Index of the shipped graph and other collections.
    """
    writer = RowWriter(content, collection, concepts, names)
    roles = tuple(concepts.roles.concepts)
    found = []
    for sheet, rows in (
        (SOURCES, [writer.source(one) for one in content.sources.values()]),
        (WORKS, [row for one in content.things.values() for row in writer.thing(one)]),
        (CONNECTIONS, writer.connections()),
    ):
        used = {heading for row in rows for heading, value in row.items() if value}
        headings = []
        for column in columns_of(sheet, roles):
            if column.name not in roles or column.name in used:
                headings.append(column.name)
            headings += sorted(one for one in used if one.startswith(f"{column.name} ("))
        found.append(SheetRows(sheet, tuple(headings), rows))
    return found


class RowWriter:
    """Converts the records of a collection to rows, see `sheet_rows`."""

    def __init__(
        self, content: Content, collection: Collection, concepts: Concepts, names: NameIndex
    ) -> None:
        self._content = content
        self._language = collection.language
        self._namespace = collection.namespace
        self._concepts = concepts
        self._names = names
        self._resolver = Resolver(names, concepts, content.things.values())
        self._shown: dict[str, str] = {}

    def source(self, source: Source) -> dict[str, str]:
        """Return the row of a source."""
        return {
            "key": source.key,
            "title": "" if source.title.language == NO_LANGUAGE else source.title.text,
            "by": "; ".join(self._name(one) if one.startswith(BASE) else one for one in source.by),
            "url": source.url,
            "date": source.date.text if source.date else "",
            "type": self._concepts.source_types.concepts[source.type].label(self._language),
            "language": source.language,
            "note": source.note,
        }

    def thing(self, thing: EntityRecord) -> Rows:
        """Return the rows of a work, a person or another entity, one for each part."""
        return [self._part(part, thing) for part in thing.parts]

    def _part(self, part: EntityRecord, whole: EntityRecord) -> dict[str, str]:
        thing = replace(part, cls=whole.cls, names=part.names or whole.names)
        cls = thing.cls or ENTITY_REGISTERS[thing.register][0]
        is_other_year = bool(part.date and part.date.year != whole.year)
        row = self._tagged("name", thing.names)
        if not thing.cls:
            row["name"] = self._names.label_of(thing.iri)
            row["match"] = shorten(thing.iri)
        elif is_other_year:
            row["match"] = shorten(thing.iri)
        row["kind"] = self._concepts.class_word(cls, self._language)
        row["year"] = thing.date.text if thing.date else ""
        row["source"] = "; ".join(self._key(iri) for iri in thing.sources)
        row["in"] = "; ".join(map(self._name, thing.works))
        row |= self._tagged("also", thing.aliases, several=True)
        row |= self._tagged("description", thing.descriptions)
        makers: dict[str, list[str]] = defaultdict(list)
        for role, agent in thing.makers:
            makers[role].append(self._name(agent))
        return row | {role: "; ".join(agents) for role, agents in makers.items()}

    def connections(self) -> Rows:
        """Return the rows of all connections."""
        rows = [row for one in self._content.connections.values() for row in self.connection(one)]
        return sorted(
            rows, key=lambda row: [row[n] for n in ("from", "source", "where", "to", "kind")]
        )

    def connection(self, connection: Connection) -> Rows:
        """Return the rows of a connection, one for each piece of its evidence."""
        holding = self._rows_with_holders(connection)
        return [
            self._connection(connection, one, holds=one in holding) for one in connection.evidence
        ]

    def _rows_with_holders(self, connection: Connection) -> list[EvidenceRecord]:
        """Return the passages whose rows name the holders and the certainty of a connection.

        A claim without named holders is held by the authors of its sources, a report is made by
        the authors of the rows that name them.
        """
        holders = set(connection.made_by)
        authors = {
            one: set(self._content.sources[one.source].by)
            for one in connection.evidence
            if one.stance == "supports"
        }
        if connection.certainty == STATED:
            found = [one for one in connection.evidence if one.words_of]
        elif connection.certainty == REPORTED:
            reporters = set(connection.reported_by)
            found = [one for one, by in authors.items() if by & reporters]
        elif connection.certainty == DEFAULT:
            found = [one for one, by in authors.items() if not by <= holders]
            if not found and set().union(*authors.values()) == holders:
                return []
        else:
            found = []
        return found or [*connection.evidence[:1]]

    def _connection(
        self, connection: Connection, evidence: EvidenceRecord, *, holds: bool
    ) -> dict[str, str]:
        row = {
            "from": self._name(connection.origin),
            "kind": self._concepts.kinds.concepts[connection.kind].label(self._language),
            "to": self._name(connection.target),
            **self._tagged("says", evidence.says),
            "source": self._key(evidence.source),
            "where": evidence.where,
            **self._scene_and_line(evidence),
            "by": "",
            "sure": "",
            "stance": "" if evidence.stance == "supports" else evidence.stance,
        }
        if holds:
            sure = self._sure(connection)
            row["sure"] = self._concepts.certainty_word(sure, "en") if sure else ""
            row["by"] = "; ".join(map(self._name, connection.made_by))
        return row

    def _scene_and_line(self, evidence: EvidenceRecord) -> dict[str, str]:
        row: dict[str, str] = {}
        if scene := evidence.scene:
            row |= self._tagged("scene", scene.names) or {"scene": shorten(scene.iri)}
        if line := evidence.line:
            row |= self._tagged("line", [line.text])
            row["speaker"] = self._name(line.speaker) if line.speaker else ""
            row["language"] = self._name(line.language) if line.language else ""
        return row

    def _sure(self, connection: Connection) -> str:
        """Return what a row needs as certainty; "" if it follows from the rest."""
        forced = FORCED.get(connection.kind, DEFAULT)
        if connection.certainty == REPORTED:
            types = {self._content.sources[one.source].type for one in connection.evidence}
            return "" if forced == STATED and not types & FIRST_HAND else REPORTED
        return "" if connection.certainty == forced else connection.certainty

    def _tagged(
        self, column: str, names: Iterable[Name], *, several: bool = False
    ) -> dict[str, str]:
        row: dict[str, str] = {}
        for name in names:
            derived = language_of(name.text, self._language) == name.language
            free = several or column not in row
            heading = column if derived and free else f"{column} ({name.language})"
            row[heading] = f"{row[heading]}; {name.text}" if heading in row else name.text
        return row

    def _key(self, iri: str) -> str:
        source = self._content.sources.get(iri)
        return source.key if source else local(iri, self._namespace)

    def _name(self, iri: str) -> str:
        """Return the shortest text that identifies an entity in a sheet."""
        if iri not in self._shown:
            self._shown[iri] = next(
                text for text in self._candidates(iri) if self._means(text, iri)
            )
        return self._shown[iri]

    def _candidates(self, iri: str) -> Iterable[str]:
        thing = self._content.things.get(iri)
        if thing and thing.names:
            name = thing.names[0].text
            kind = self._concepts.class_word(thing.cls)
            year = f", {thing.year}" if thing.year else ""
            yield from (name, f"{name} ({kind}{year})")
        else:
            label = self._names.label_of(iri)
            yield label
            cls = ENTITY_REGISTERS[register_of(iri)][0]
            yield f"{label} ({self._concepts.class_word(cls)})"
        yield shorten(iri)

    def _means(self, text: str, iri: str) -> bool:
        faults: list[SheetFault] = []
        if not text or ";" in text:
            return text == shorten(iri)
        found = self._resolver.resolve(text, SheetCell(text, Place("")), faults)
        return found == iri or text == shorten(iri)
