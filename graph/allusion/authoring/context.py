"""Shared state of the readers of rows: collection, names, faults, and the records so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from ..core.labels import Name, fold_whole
from ..core.terms import shorten
from ..core.vocabulary import BASE
from .anchors import Text
from .cell_values import Date, NameMention, read_date, tagged
from .collection import Collection
from .concepts import Concepts, Scheme, register_of_class
from .records import Anchor, Content, EntityRecord, SceneRecord, Source, join_parts
from .resolver import AGENTS, ALL, MEND_ROW, Resolver
from .rule_faults import RowIndex
from .scene_iris import SceneIris
from .sheet_faults import SheetFault
from .slugs import new_iri, slug_of_names
from .source_keys import SourceKeys, source_at
from .tables import SheetCell, SheetRow, split_list

#: Class -> the column that a row of this class needs.
NEEDED: Final = {"Character": "in", "Artwork": "description"}
#: What to do about a row that may describe an existing entity.
IN_MATCH: Final = "in the column match, write new or the existing entity"


@dataclass(slots=True)
class ImportContext:
    """State of one import.

    Attributes:
        collection: The collection that the sheet is for.
        concepts: Terms of the ontology.
        resolver: Resolver of the names of entities.
        keys: Sources of the sheet and of the collection.
        existing: Content of the collection before the import.
        content: The records read so far.
        faults: The faults so far.
        text_of: IRI of a source -> its text, to find quotes in.
        kept: IRIs of entities of the collection that the sheet names without describing them.
        rows: The rows by what they describe.
        rejected: Sheet and number of each row that is known to have a fault. These rows describe
            nothing; what they would describe is reported where other rows name it.
        scenes: IRI -> the scene as its first row names it.
        scene_iris: IRIs of scenes and lines.
        completed: Beginning of a word in the sheet -> the word that it means.
        remarks: Notes for the user on how rows were read.
    """

    collection: Collection
    concepts: Concepts
    resolver: Resolver
    keys: SourceKeys
    existing: Content
    content: Content = field(default_factory=Content)
    faults: list[SheetFault] = field(default_factory=list)
    text_of: dict[str, Text] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    rejected: frozenset[tuple[str, int]] = frozenset()
    rows: RowIndex = field(default_factory=RowIndex)
    completed: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    scenes: dict[str, SceneRecord] = field(default_factory=dict)
    scene_iris: SceneIris = field(init=False)

    def __post_init__(self) -> None:
        self.scene_iris = SceneIris(self.collection.namespace, self.existing)

    def is_rejected(self, row: SheetRow) -> bool:
        """Return whether a row is known to have a fault."""
        return not self.rejected.isdisjoint(row.lines)

    def missing(self, row: SheetRow, column: str) -> None:
        """Report an empty cell that needs a value."""
        self.faults.append(SheetFault(row[column].place, "missing", "", column))

    def source(self, iri: str) -> Source | None:
        """Return a source of the sheet, else of the collection."""
        return self.content.sources.get(iri) or self.existing.sources.get(iri)

    def has_source(self, iri: str) -> bool:
        """Return whether a source of the sheet or of the collection has an IRI."""
        return self.source(iri) is not None

    def thing(self, iri: str) -> EntityRecord | None:
        """Return an entity of the sheet, else of the collection."""
        return self.content.things.get(iri) or self.existing.things.get(iri)

    def name_of(self, iri: str) -> str:
        """Return the name of an entity of the sheet or the collection, else its prefixed name."""
        thing = self.thing(iri)
        matched = (one.label for one in self.resolver.matched.values() if one.iri == iri)
        return thing.names[0].text if thing and thing.names else next(matched, shorten(iri))

    def word(
        self, cell: SheetCell, scheme: Scheme, code: str = "word", allowed: str = "allowed"
    ) -> str | None:
        """Return the concept that a cell names; None and a fault if there is none.

        Args:
            cell: The cell.
            scheme: The concepts that it allows.
            code: Kind of the fault.
            allowed: Heading of the list of these concepts in the fault.
        """
        slug = scheme.find_or_start(cell.text)
        if slug and scheme.find(cell.text) is None:
            label = scheme.concepts[slug].label(self.collection.language)
            self.completed[cell.text] = label
        if slug is None:
            language = self.collection.language
            words = {slug: one.label(language) for slug, one in scheme.concepts.items()}
            if scheme is self.concepts.kinds:
                words = {one.slug: one.label(language) for one in self.concepts.pick_kinds}
            if scheme is self.concepts.certainties:
                picks = self.concepts.pick_certainties(language)
                words = {one.slug: word for word, one in picks}
            near = [words[one] for one in scheme.near(cell.text) if one in words]
            shown = near or sorted(words.values())
            fix = f"did you mean {' or '.join(near)}?" if near else f"{allowed}: {', '.join(shown)}"
            self.faults.append(SheetFault(cell.place, code, cell.text, "", fix))
        return slug

    def tagged(self, cell: SheetCell, tag: str = "") -> Name | None:
        """Return a text with its language; None and a fault if the language is not clear."""
        name = tagged(cell.text, tag, self.collection.language)
        if name is None:
            self.faults.append(SheetFault(cell.place, "language", cell.text))
        return name

    def texts(self, row: SheetRow, column: str) -> tuple[Name, ...]:
        """Return the texts of a column in all its languages."""
        found = (self.tagged(cell, tag) for tag, cell in row.tagged(column))
        return tuple(name for name in found if name)

    def sources(self, cell: SheetCell) -> tuple[str, ...]:
        """Return the IRIs of the sources that a cell names; faults for unknown ones."""
        if not cell:
            self.faults.append(SheetFault(cell.place, "no-source"))
        found = []
        for key in split_list(cell.text):
            if iri := self.find_source(key):
                found.append(iri)
                self.keep_source(iri)
            else:
                self.faults.append(self._source_fault(cell, key))
        return tuple(found)

    def find_source(self, text: str) -> str:
        """Return the IRI of the source that a cell names, or ""; an address describes a new one."""
        if iri := self.keys.find(text):
            source = self.source(iri)
            if source and self.keys.exactly(text) is None:
                self.completed[text] = source.key
            return iri
        space = self.collection.namespace
        new = None if self.keys.is_faulty(text) else source_at(text, space, self.has_source)
        if new is None:
            return ""
        self.content.sources[new.iri] = new
        self.keys.add(new)
        return new.iri

    def _source_fault(self, cell: SheetCell, key: str) -> SheetFault:
        if self.keys.is_faulty(key):
            return SheetFault(cell.place, "waits", key, MEND_ROW)
        if several := self.keys.starting(key):
            known = (self.source(iri) for iri in several)
            fix = f"write more of it: {', '.join(one.key for one in known if one)}"
            return SheetFault(cell.place, "source", key, "may be several sources", fix)
        near = self.keys.near(key)
        fix = f"did you mean {' or '.join(near)}?" if near else ""
        return SheetFault(cell.place, "source", key, "", fix)

    def quote(self, cell: SheetCell, source: str) -> Anchor | None:
        """Return the place of a quote in the text of a source; None and a fault if not unique."""
        if not cell:
            return None
        text = self.text_of.get(source)
        if text is None:
            key = self._key(source)
            detail = f"no text of the source {key} is given"
            fix = f"add --text {key}=FILE; the quote itself is not stored"
            self.faults.append(SheetFault(cell.place, "quote", cell.text, detail, fix))
            return None
        found = text.find_quote(cell.text)
        if len(found) == 1:
            return found[0]
        detail = f"is {len(found)} times in the text" if found else "is not in the text"
        fix = "write a longer part of it" if found else "copy it from the text"
        self.faults.append(SheetFault(cell.place, "quote", cell.text, detail, fix))
        return None

    def _key(self, iri: str) -> str:
        source = self.source(iri)
        return source.key if source else iri

    def date(self, cell: SheetCell) -> Date | None:
        """Return the date in a cell; None, and a fault if it cannot be read."""
        found = read_date(cell.text) if cell else None
        if cell and found is None:
            self.faults.append(SheetFault(cell.place, "date", cell.text))
        return found

    def agents(
        self, cell: SheetCell, sources: tuple[str, ...], cls: str = "Person"
    ) -> tuple[str, ...]:
        """Return the IRIs of the agents that a cell lists.

        An unknown name becomes a new entity with the class of the column and the source of the row.
        """
        found = []
        for text in split_list(cell.text):
            known = self._knows(text)
            iri = (
                self.resolve(text, cell, AGENTS)
                if known
                else self.new_agent(text, cell, sources, cls)
            )
            if iri:
                found.append(iri)
        return tuple(dict.fromkeys(found))

    def resolve(self, text: str, cell: SheetCell, registers: tuple[str, ...] = ALL) -> str:
        """Return the IRI of the entity that a cell names, and keep it; see `Resolver.resolve`."""
        iri = self.resolver.resolve(text, cell, self.faults, registers)
        self.keep(iri)
        return iri

    def keep(self, iri: str) -> EntityRecord | None:
        """Keep an entity of the collection that the sheet names but does not describe.

        Args:
            iri: An IRI; those of other entities have no effect.

        Returns:
            The entity, if it was not in the content yet.
        """
        thing = self.existing.things.get(iri)
        if thing is None or not thing.cls or iri in self.content.things:
            return None
        self.content.things[iri] = thing
        self.content.mentions.add(iri)
        self.kept.add(iri)
        return thing

    def keep_source(self, iri: str) -> None:
        """Keep a source of the collection that the sheet names but does not describe."""
        if iri in self.existing.sources:
            self.content.sources.setdefault(iri, self.existing.sources[iri])

    def complete_kept(self) -> None:
        """Keep what the entities and sources of the sheet depend on; limit sources to the sheet.

        A kept entity stays credited to sources that state it, and to no other.
        """
        for source in list(self.content.sources.values()):
            for author in source.by:
                self.keep(author)
        waiting = list(self.content.things.values())
        while waiting:
            waiting += filter(None, map(self.keep, waiting.pop().agents_and_works()))
        for iri in sorted(self.kept):
            parts = self.content.things[iri].parts
            known = [replace(part, sources=self._of_sheet(part.sources)) for part in parts]
            known = [part for part in known if part.sources]
            if known:
                main = replace(known[0], cls=parts[0].cls)
                self.content.things[iri] = join_parts([main, *known[1:]])
            else:
                for one in parts[0].sources:
                    self.keep_source(one)
                self.content.things[iri] = parts[0]

    def _of_sheet(self, sources: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for one in sources if one in self.content.sources)

    def _knows(self, text: str) -> bool:
        mention = self.resolver.mention(text)
        found = self.resolver.candidates(mention)
        if not mention.cls:
            return bool(found)
        register = register_of_class(mention.cls)
        return any(one.register == register for one in found) or register not in AGENTS

    def new_agent(self, text: str, cell: SheetCell, sources: tuple[str, ...], cls: str) -> str:
        """Describe an agent that a list names; "" and a fault if it may be several."""
        mention = self.resolver.mention(text)
        if any(sign in mention.name for sign in ",、"):
            self.faults.append(SheetFault(cell.place, "comma", text))
            return ""
        thing = self.mentioned(replace(mention, cls=mention.cls or cls), cell, sources)
        return thing.iri if thing else ""

    def author(self, name: str) -> str:
        """Return the IRI of the agent with exactly this name, if there is one; else ""."""
        mention = self.resolver.mention(name)
        found = [one for one in self.resolver.candidates(mention) if one.register in AGENTS]
        return found[0].iri if len(found) == 1 else ""

    def mentioned(
        self,
        mention: NameMention,
        cell: SheetCell,
        sources: tuple[str, ...],
        works: tuple[str, ...] = (),
    ) -> EntityRecord | None:
        """Return the new entity that a name with its class describes.

        Args:
            mention: The name.
            cell: Where it is.
            sources: IRIs of the sources of the row.
            works: IRIs of the works in which a character is.

        Returns:
            The entity; None and a fault if its language or its identity is not clear.
        """
        register = register_of_class(mention.cls)
        old = self.resolver.described(mention, register)
        if old and old.iri in self.content.things:
            joined = self._joined(self.content.things[old.iri], mention, sources, works)
            return self.add(joined)
        own = self.resolver.own(mention, register)
        if (needed := NEEDED.get(mention.cls)) and not (own or works or mention.medium):
            fix = f"describe it in works and people, with the column {needed}"
            if mention.cls == "Artwork":
                fix += f"; or write what it is: {mention.name} (painting)"
            detail = f"is a new {register}, which cannot be described in brackets"
            self.faults.append(SheetFault(cell.place, "unknown", mention.name, detail, fix))
            return None
        name = tagged(mention.name, mention.language, self.collection.language)
        if name is None:
            kind = self.concepts.class_word(mention.cls)
            fix = f"{mention.name} ({kind}, ja) or {mention.name} ({kind}, zh-Hant)"
            self.faults.append(SheetFault(cell.place, "name-language", mention.name, "", fix))
            return None
        if not mention.new and self.is_near(mention, register, cell):
            return None
        iri = own.iri if own else self.new_iri(register, (name,), mention.date)
        medium = tagged(mention.medium.capitalize(), "", self.collection.language)
        description = (medium,) if medium and mention.medium else ()
        self.content.mentions.add(iri)
        self.rows.cells.setdefault(iri, cell)
        return self.add(
            EntityRecord(
                iri, mention.cls, (name,), (), mention.date, sources, (), works, description
            )
        )

    def _joined(
        self,
        thing: EntityRecord,
        mention: NameMention,
        sources: tuple[str, ...],
        works: tuple[str, ...],
    ) -> EntityRecord:
        """Return an entity with what the brackets after its name state of it.

        The sources of the row are credited with the name and the year that it has, and with
        nothing else. If a row describes the entity, only a new year counts.
        """
        is_described = thing.iri not in self.content.mentions
        if is_described and not works and (thing.date or not mention.date):
            return thing
        word = fold_whole(mention.name)
        names = tuple(name for name in thing.all_names if fold_whole(name.text) == word)[:1]
        aliases = tuple(name for name in thing.all_aliases if fold_whole(name.text) == word)[:1]
        stated = EntityRecord(
            thing.iri, thing.cls, names, () if names else aliases, mention.date, sources, (), works
        )
        return join_parts([*thing.parts, stated])

    def is_near(
        self, mention: NameMention, register: str, cell: SheetCell, *, has_match: bool = False
    ) -> bool:
        """Report a new name that is similar to an existing one, unless the collection has it.

        Args:
            mention: The name.
            register: Register of the new entity.
            cell: Where it is.
            has_match: Whether the row has the column match.
        """
        if self.resolver.own(mention, register):
            return False
        ours = [] if has_match else self.resolver.near_ours(mention.name, (register,))
        near = [
            one
            for one in (
                *ours,
                *self.resolver.near(mention.name, register),
                *self.resolver.transliterated(mention, register),
            )
            if not (mention.date and one.year and abs(one.year - mention.date.year) > 1)
        ]
        if near:
            shown = ", ".join(map(str, near))
            kind = self.concepts.class_word(mention.cls)
            year = f", {mention.date.text}" if mention.date else ""
            example = f"{mention.name} ({kind}{year}, new)"
            fix = IN_MATCH if has_match else f"write the existing name; or, if it is new: {example}"
            self.faults.append(
                SheetFault(cell.place, "near", mention.name, f"there is {shown}", fix)
            )
        return bool(near)

    def new_iri(self, register: str, names: tuple[Name, ...], date: Date | None) -> str:
        """Return an IRI for a new entity that is used nowhere in the collection."""

        def taken(iri: str) -> bool:
            return iri in self.content.things or iri in self.existing.things

        space = self.collection.namespace
        slug = slug_of_names(names)
        if date and taken(f"{BASE}{register}/{space}-{slug}"):
            slug = slug_of_names(names, str(date.year))
        return new_iri(register, space, slug, taken)

    def add(self, thing: EntityRecord) -> EntityRecord:
        """Keep an entity of the sheet."""
        if thing.iri not in self.content.things:
            self.resolver.describe(thing)
        self.content.things[thing.iri] = thing
        return thing
