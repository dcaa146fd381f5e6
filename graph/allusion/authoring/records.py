"""Records of a collection: sources, things, connections; as stored in sheets and in Turtle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from ..core.labels import Name
from ..core.vocabulary import register_of
from .cell_values import Date

#: Language tag of a title that is only the address of a page (ISO 639-2: no linguistic content).
NO_LANGUAGE: Final = "zxx"


@dataclass(frozen=True, slots=True)
class Source:
    """A source.

    Attributes:
        iri: Its IRI, which is its named graph.
        key: The name that sheets use.
        title: The title.
        by: Authors: IRIs of entities, or names of authors that are not entities.
        url: Address, "" if none.
        type: Slug of a source type.
        language: Language tag of the text, "" if unknown.
        text_length: Number of characters of the text that passages were found in, or None.
        text_sha256: SHA-256 of that text.
    """

    iri: str
    key: str
    title: Name
    by: tuple[str, ...] = ()
    url: str = ""
    date: Date | None = None
    type: str = "web-page"
    language: str = ""
    note: str = ""
    text_length: int | None = None
    text_sha256: str = ""


@dataclass(frozen=True, slots=True)
class EntityRecord:
    """A work, a person or another entity, as the sources of a collection describe it.

    Attributes:
        iri: The IRI.
        cls: Name of its class; "" if it belongs to the shipped graph or to another collection.
        names: Its labels, the main label first.
        aliases: Other names.
        date: Year of publication or birth.
        sources: IRIs of the sources that state these values.
        makers: (Slug of a role, IRI of an agent).
        works: IRIs of the works in which a character is.
        descriptions: One per language.
        others: What other sources state of the entity, each with values of its own.
    """

    iri: str
    cls: str = ""
    names: tuple[Name, ...] = ()
    aliases: tuple[Name, ...] = ()
    date: Date | None = None
    sources: tuple[str, ...] = ()
    makers: tuple[tuple[str, str], ...] = ()
    works: tuple[str, ...] = ()
    descriptions: tuple[Name, ...] = ()
    others: tuple[EntityRecord, ...] = ()

    @property
    def register(self) -> str:
        """The register of the IRI."""
        return register_of(self.iri)

    @property
    def parts(self) -> tuple[EntityRecord, ...]:
        """This record without the others, then the others."""
        return (replace(self, others=()), *self.others)

    @property
    def all_sources(self) -> tuple[str, ...]:
        """IRIs of the sources of all parts."""
        return tuple(dict.fromkeys(source for part in self.parts for source in part.sources))

    @property
    def all_names(self) -> tuple[Name, ...]:
        """The labels in all parts."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.names))

    @property
    def all_aliases(self) -> tuple[Name, ...]:
        """The other names in all parts."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.aliases))

    @property
    def year(self) -> int | None:
        """The year of the first part that has a date."""
        return next((part.date.year for part in self.parts if part.date), None)

    def agents_and_works(self) -> Iterator[str]:
        """Yield the IRIs of the makers, and of the works of a character, in all parts."""
        for part in self.parts:
            yield from (agent for _, agent in part.makers)
            yield from part.works

    def values(self) -> tuple[object, ...]:
        """Return what the sources of this part state."""
        return (
            set(self.names), set(self.aliases), self.date, set(self.makers), set(self.works),
            set(self.descriptions),
        )  # fmt: skip


def join_parts(parts: Iterable[EntityRecord]) -> EntityRecord:
    """Join what sources state of one entity; sources with the same values form one part.

    Args:
        parts: Records without others, the main one first. If two of them have a source in common,
            that source states the values of both.
    """
    by_source: dict[str, EntityRecord] = {}
    main, *more = parts
    for part in (main, *more):
        for source in part.sources:
            known = by_source.get(source)
            by_source[source] = _with_values(known, part) if known else part
    joined: list[EntityRecord] = []
    for source, part in by_source.items():
        for number, other in enumerate(joined):
            if other.values() == part.values():
                joined[number] = replace(other, sources=(*other.sources, source))
                break
        else:
            joined.append(replace(part, sources=(source,)))
    if not joined:
        return main
    return replace(joined[0], cls=main.cls, others=tuple(joined[1:]))


def without_repeated_cast(things: dict[str, EntityRecord]) -> dict[str, EntityRecord]:
    """Return entities without the performers of works whose part the same source names."""
    played = {
        (source, work, maker)
        for thing in things.values()
        if thing.register == "character"
        for part in thing.parts
        for source in part.sources
        for work in part.works
        for maker in part.makers
    }
    if not played:
        return things
    works = {work for _, work, _ in played}
    return {
        iri: _without_makers(thing, played) if iri in works else thing
        for iri, thing in things.items()
    }


def _without_makers(
    thing: EntityRecord, played: set[tuple[str, str, tuple[str, str]]]
) -> EntityRecord:
    parts = [
        replace(
            part,
            sources=(source,),
            makers=tuple(one for one in part.makers if (source, thing.iri, one) not in played),
        )
        for part in thing.parts
        for source in part.sources
    ]
    return join_parts([replace(parts[0], cls=thing.cls), *parts[1:]])


def second_names_as_aliases(thing: EntityRecord, known: tuple[Name, ...]) -> EntityRecord:
    """Return a further record of an entity; a second name in a language becomes an alias."""
    languages = {name.language for name in known}
    extra = tuple(n for n in thing.names if n not in known and n.language in languages)
    names = tuple(name for name in thing.names if name not in extra)
    return replace(thing, names=names, aliases=(*thing.aliases, *extra))


def _with_values(one: EntityRecord, other: EntityRecord) -> EntityRecord:
    languages = {name.language for name in one.names}
    return replace(
        one,
        names=(*one.names, *(n for n in other.names if n.language not in languages)),
        aliases=tuple(dict.fromkeys((*one.aliases, *other.aliases))),
        date=one.date or other.date,
        makers=tuple(dict.fromkeys((*one.makers, *other.makers))),
        works=tuple(dict.fromkeys((*one.works, *other.works))),
        descriptions=tuple(dict.fromkeys((*one.descriptions, *other.descriptions))),
    )


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a passage is in the text of its source.

    Attributes:
        start: Number of characters before it.
        end: Number of characters up to its end.
        sha256: SHA-256 of the passage.
    """

    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SceneRecord:
    """A scene, as a source names it.

    Attributes:
        iri: The IRI.
        work: IRI of the work.
        names: Its names; none if it belongs to the shipped graph or to another collection.
    """

    iri: str
    work: str
    names: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A line that is spoken or sung in a work, as a source gives it.

    Attributes:
        iri: The IRI.
        work: IRI of the work.
        text: The line.
        scene: IRI of its scene, "" if unknown.
        speaker: IRI of the character or agent, "" if unknown.
        language: IRI of the language, "" if unknown.
    """

    iri: str
    work: str
    text: Name
    scene: str = ""
    speaker: str = ""
    language: str = ""

    def entities(self) -> Iterator[str]:
        """Yield the IRIs of the entities that the line names."""
        yield from filter(None, (self.speaker, self.language))


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """Evidence of one source for a connection.

    Attributes:
        source: IRI of the source.
        says: Paraphrase of the passage; one per language.
        where: Place in the source, as text.
        stance: Slug of a stance.
        anchor: The offsets of the passage, or None.
        words_of: IRIs of the makers whose own words the passage gives.
        scene: The scene of the connection, or None.
        line: The line that makes the connection, or None.
    """

    source: str
    says: tuple[Name, ...] = ()
    where: str = ""
    stance: str = "supports"
    anchor: Anchor | None = None
    words_of: tuple[str, ...] = ()
    scene: SceneRecord | None = None
    line: LineRecord | None = None

    def entities(self) -> Iterator[str]:
        """Yield the IRIs of the entities that the passage names."""
        yield from self.words_of
        if self.line:
            yield from self.line.entities()


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection with its evidence.

    Attributes:
        origin: IRI of the entity that refers.
        kind: Slug of the kind.
        target: IRI of the entity that is referred to.
        certainty: Slug of a certainty.
        made_by: IRIs of those who claim or make it.
        evidence: At least one.
        reported_by: IRIs of those who report the words of a maker at second hand.
    """

    origin: str
    kind: str
    target: str
    certainty: str
    made_by: tuple[str, ...] = ()
    evidence: tuple[EvidenceRecord, ...] = ()
    reported_by: tuple[str, ...] = ()

    def entities(self) -> Iterator[str]:
        """Yield the IRIs of the entities that the connection and its evidence name."""
        yield from (self.origin, self.target, *self.made_by, *self.reported_by)
        for one in self.evidence:
            yield from one.entities()

    @property
    def ends(self) -> tuple[str, str, str]:
        """The key of the connection within a collection: its ends and its kind."""
        return (self.origin, self.kind, self.target)


@dataclass(slots=True)
class Content:
    """All records of a collection.

    Attributes:
        sources: IRI -> source.
        things: IRI -> thing.
        connections: Ends and kind -> connection.
        slugs: Ends and kind -> slug, for connections that are in the collection already.
        mentions: IRIs of things that are only mentioned, not described in a row of their own.
    """

    sources: dict[str, Source] = field(default_factory=dict)
    things: dict[str, EntityRecord] = field(default_factory=dict)
    connections: dict[tuple[str, str, str], Connection] = field(default_factory=dict)
    slugs: dict[tuple[str, str, str], str] = field(default_factory=dict)
    mentions: set[str] = field(default_factory=set)

    def normalized(self, language: str) -> Content:
        """Return the same records in the order in which they are read from Turtle files.

        Args:
            language: Names in this language come first.
        """

        def order(name: Name) -> tuple[bool, str, str]:
            return (name.language != language, name.language, name.text)

        def names(several: tuple[Name, ...]) -> tuple[Name, ...]:
            return tuple(sorted(set(several), key=order))

        def part(one: EntityRecord) -> EntityRecord:
            return replace(
                one,
                names=names(one.names),
                aliases=names(one.aliases),
                sources=tuple(sorted(set(one.sources))),
                makers=tuple(sorted(set(one.makers))),
                works=tuple(sorted(set(one.works))),
                descriptions=names(one.descriptions),
                others=tuple(sorted(map(part, one.others), key=lambda other: other.sources)),
            )

        things = without_repeated_cast(self.things)
        things = {iri: part(thing) for iri, thing in sorted(things.items())}
        connections = {
            ends: replace(
                connection,
                made_by=tuple(sorted(set(connection.made_by))),
                reported_by=tuple(sorted(set(connection.reported_by))),
                evidence=tuple(
                    replace(one, says=names(one.says), words_of=tuple(sorted(one.words_of)))
                    for one in sorted(connection.evidence, key=lambda one: (one.source, one.where))
                ),
            )
            for ends, connection in sorted(self.connections.items())
        }
        sources = {
            iri: replace(source, by=tuple(sorted(set(source.by))))
            for iri, source in sorted(self.sources.items())
        }
        return Content(sources, things, connections, dict(self.slugs), set(self.mentions))
