"""Records of a collection: sources, things, connections; as stored in sheets and in Turtle."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..core.labels import Name
from ..core.vocabulary import register_of
from .cell_values import Date


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

    @property
    def register(self) -> str:
        """The register of the IRI."""
        return register_of(self.iri)


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
class EvidenceRecord:
    """Evidence of one source for a connection.

    Attributes:
        source: IRI of the source.
        says: Paraphrase of the passage; one per language.
        where: Place in the source, as text.
        stance: Slug of a stance.
        anchor: The offsets of the passage, or None.
        words_of: IRIs of the makers whose own words the passage gives.
    """

    source: str
    says: tuple[Name, ...] = ()
    where: str = ""
    stance: str = "supports"
    anchor: Anchor | None = None
    words_of: tuple[str, ...] = ()


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

        things = {
            iri: replace(
                thing,
                names=names(thing.names),
                aliases=names(thing.aliases),
                sources=tuple(sorted(set(thing.sources))),
                makers=tuple(sorted(set(thing.makers))),
                works=tuple(sorted(set(thing.works))),
                descriptions=names(thing.descriptions),
            )
            for iri, thing in sorted(self.things.items())
        }
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
