"""Records of entities, edges, scenes and utterances.

Cards, networkx graphs and pictures are all made of these records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .labels import Link, Name
from .terminal import visible
from .vocabulary import BASE, DOUBTFUL
from .vocabulary import Family as Family


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage of a source, paraphrased.

    Attributes:
        iri: The IRI of the evidence node.
        source: The IRI of the source; ``title``, ``author``, ``issued`` and ``url`` describe it,
            "" where unknown.
        locator: Where the passage is, such as "paragraph 2, characters 310-362".
        paraphrase: The content of the passage in our words.
        stance: "supports", "disputes" or "mentions".
    """

    iri: str
    source: str
    title: str
    author: str
    issued: str
    url: str
    locator: str
    paraphrase: str
    stance: str


@dataclass(frozen=True, slots=True)
class Line:
    """A short line that is spoken or shown, with translations."""

    text: str
    language: str
    translations: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A property value of an entity: a date, a running time, a place.

    Sources that disagree make several facts with the same property.

    Attributes:
        property: The label of the property.
        value: The value as text for display.
        target: The IRI of the value if it is an entity, else "".
        sources: (IRI, title) of each source that states it.
    """

    property: str
    value: str
    target: str = ""
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """A claim that concerns an entity, in our words; an opinion has a ``holder``.

    Attributes:
        disputes: IRIs of what it disputes.
        on: (IRI, label) of each relationship, scene, performance or other statement that the
            claim is about. It concerns the entities that such a statement joins.
    """

    iri: str
    text: str
    holder: str
    opinion: bool
    disputes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    on: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity of the graph: a film, a person, a place.

    The card of a scene, an utterance or a relationship has such a record too.

    Attributes:
        iri: The IRI.
        kind: The register ("film", "person", ...).
        type: The label of the class ("Film", "Television serial").
        labels: Language tag -> label.
        year: Year of publication, birth or opening; None if unknown.
        makers: Names of the main makers, for display.
        remarks: Claims that concern the entity, and those that it holds.
        evidence: Passages on the entity itself.
        former: Deprecated IRIs that this one replaces.
    """

    iri: str
    kind: str
    type: str
    labels: dict[str, str]
    aliases: tuple[Name, ...] = ()
    year: int | None = None
    description: str = ""
    makers: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    facts: tuple[Fact, ...] = ()
    remarks: tuple[Remark, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    former: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return type, prefixed name and label."""
        return visible(f"<{self.type} {self.curie} {self.label()!r}>")

    @property
    def curie(self) -> str:
        """The prefixed name, such as "film:chungking-express"."""
        return f"{self.kind}:{self.slug}"

    @property
    def slug(self) -> str:
        """The last part of the IRI, such as "chungking-express"."""
        return self.iri.rsplit("/", 1)[-1]

    def label(self, *languages: str) -> str:
        """Return the label in the first available language, else English, else the slug."""
        for language in (*languages, "en"):
            if self.labels.get(language, "").strip():
                return self.labels[language]
        return next(filter(str.strip, self.labels.values()), self.slug)


class ConnectionEnds(Protocol):
    """The ends and the family of a connection, of which an `Edge` has more."""

    @property
    def origin(self) -> str:
        """IRI of the start."""

    @property
    def target(self) -> str:
        """IRI of the end."""

    @property
    def family(self) -> str:
        """The family of connection."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A statement that joins two entities.

    Attributes:
        iri: The IRI of the connection, performance, contribution, ...
        origin: The IRI of the entity at the start. A connection made in a scene or by a
            character starts at the work.
        target: The IRI of the entity at the end.
        phrase: The text between start and end ("refers to").
        sentence: The statement as a sentence.
        certainty: The label of the certainty of a connection; "" for other edges.
        stated_from: The IRI of the start in the original statement.
        made_by: Names of those who make the connection.
        reported_by: Names of those who report what a maker states.
        language: The language of the utterance, followed by "(inferred)" if no source states it.
        notes: What was inferred about the utterance, or is not known of it.
        counterparts: The two other members of an analogy.
        concerns: IRIs or texts of what it concerns without joining it: the character of a
            performance, the place and the work of a relationship.
        participants: IRIs of all entities that take part: speaker, reporter, addressee, who is
            likened, who draws the connection, whom it concerns.
        details: Of a credit or relationship, the values that are not in the sentence, and those
            that only some of its sources state, each with its own sources.
        evidence: The passages; for a source without a passage only its title and address.
    """

    iri: str
    origin: str
    target: str
    family: Family
    kind: str
    kind_label: str
    phrase: str
    sentence: str
    certainty: str = ""
    stated_from: str = ""
    made_by: tuple[str, ...] = ()
    reported_by: tuple[str, ...] = ()
    scene: str = ""
    speaker: str = ""
    told_by: str = ""
    addressee: str = ""
    language: str = ""
    channel: str = ""
    line: Line | None = None
    notes: tuple[str, ...] = ()
    counterparts: tuple[str, str] | None = None
    concerns: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    details: tuple[Fact, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def __repr__(self) -> str:
        """Return family, kind and sentence."""
        return visible(f"<{self.family} {self.kind}: {self.sentence or self.phrase}>")

    @property
    def holders(self) -> tuple[tuple[str, str], ...]:
        """Who states and who reports it, each with a heading; a speaker is not repeated.

        A connection that is doubtful, or that no source supports, is claimed, not stated.
        """
        makers = ", ".join(self.made_by)
        heading = "stated by"
        if self.certainty in ("claimed", DOUBTFUL) or (self.evidence and not self.sources):
            heading = "claimed by"
        elif self.certainty == "inferred":
            heading = "inferred by"
        held = (
            (heading, makers if makers != self.speaker else ""),
            ("reported by", ", ".join(self.reported_by)),
        )
        return tuple((heading, names) for heading, names in held if names)

    @property
    def sources(self) -> int:
        """The number of sources that support or mention the statement."""
        return len({item.source for item in self.evidence if item.stance != "disputes"})

    @property
    def disputed(self) -> bool:
        """Whether at least one source disputes the statement."""
        return any(item.stance == "disputes" for item in self.evidence)

    @property
    def mutual(self) -> bool:
        """Whether the edge has no direction, as a marriage."""
        return self.iri.startswith(f"{BASE}relationship/")


@dataclass(frozen=True, slots=True)
class Utterance:
    """A line that is spoken or shown in a work, or reported there.

    Attributes:
        speaker: The IRI of the speaker; "" if no source names one.
        addressee: The IRI of the addressee; "" if no source names one.
        language: All languages of the line ("Cantonese and English").
        reports: IRIs of utterances that this one reports (223 recalls a line of the owner).
        connections: IRIs of the edges that the line expresses.
        notes: What was inferred.
    """

    iri: str
    work: str
    label: str
    summary: str = ""
    scene: str = ""
    speaker: str = ""
    addressee: str = ""
    language: str = ""
    channel: str = ""
    line: Line | None = None
    reports: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene of a work.

    Attributes:
        order: The position in the work; None if no source gives it.
        place: The IRI of the place where it is set.
        features: IRIs of the entities in it.
        connections: IRIs of the edges that a source locates in it, spoken or not.
    """

    iri: str
    work: str
    label: str
    summary: str = ""
    order: int | None = None
    scope: str = ""
    place: str = ""
    features: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
