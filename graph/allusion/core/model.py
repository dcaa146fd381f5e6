"""What an entity and a connection are, as Python records.

The card in the terminal, the networkx projection and every picture are made
from these records, so that they never tell different stories.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .labels import Link, Name
from .vocabulary import BASE

Family = Literal["reference", "influence", "comparison", "derivation", "credit", "story", "part"]
"""What kind of edge: the four families of connection, then credits (who made or
plays), story (who is in it, who loves whom in it), part (series, membership, place)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a source says something, in our words.

    ``stance`` is "supports", "disputes" or "mentions". ``locator`` reads like
    "paragraph 2, characters 310-362". ``url`` is "" where there is none.
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
    """A short line spoken or shown, with its translations."""

    text: str
    language: str
    translations: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One plain fact of an entity: a date, a running time, a place.

    ``value`` is text for people, ``target`` the IRI where the value is an entity.
    ``sources`` are the (IRI, title) of all that state it. Sources that disagree
    make several facts with one ``property``.
    """

    property: str
    value: str
    target: str = ""
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody says of an entity, in our words; an opinion has its ``holder``."""

    iri: str
    text: str
    holder: str
    opinion: bool
    disputes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing of the graph: a film, a person, a place.

    ``kind`` is the register ("film", "person", ...), ``type`` the class label
    ("Film", "Television serial"). ``labels`` maps language tag to label;
    ``year`` is that of publication, birth or opening; None where unknown.
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

    def __repr__(self) -> str:
        """Its IRI and label; the rest is in its attributes."""
        return f"<{self.type} {self.kind}:{self.slug} {self.label()!r}>"

    @property
    def slug(self) -> str:
        """The last part of the IRI: "chungking-express"."""
        return self.iri.rsplit("/", 1)[-1]

    def label(self, *languages: str) -> str:
        """The label in the first of ``languages`` that has one, else English, else the slug."""
        for language in (*languages, "en"):
            if language in self.labels:
                return self.labels[language]
        return next(iter(self.labels.values()), self.slug)


@dataclass(frozen=True, slots=True)
class Edge:
    """One statement that joins two entities.

    ``origin`` and ``target`` are IRIs of entities: a connection made in a scene or
    by a character is drawn from its work. ``stated_from`` keeps what the
    statement itself names. ``participants`` are the IRIs of all who have a part in
    it: who speaks, tells, is spoken to, is likened, draws it, or is concerned.
    ``phrase`` reads along the edge ("the owner says May
    looks like"); ``sentence`` says all of it. ``language`` is that of the utterance, with
    "(inferred)" behind it where no source states it, and ``notes`` say what was inferred
    of the utterance, or what no source tells of it. For credits, story and part edges
    the source's title and address stand in ``evidence`` too.
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
    evidence: tuple[Evidence, ...] = ()

    def __repr__(self) -> str:
        """Its kind and sentence; the rest is in its attributes."""
        return f"<{self.family} {self.kind}: {self.sentence or self.phrase}>"

    @property
    def sources(self) -> int:
        """How many different sources support or mention it."""
        return len({item.source for item in self.evidence if item.stance != "disputes"})

    @property
    def disputed(self) -> bool:
        """Whether at least one source says otherwise."""
        return any(item.stance == "disputes" for item in self.evidence)

    @property
    def mutual(self) -> bool:
        """Whether it joins both ends alike, as a marriage does, and points nowhere."""
        return self.iri.startswith(f"{BASE}relationship/")


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said or shown in a work, or told of as said.

    ``speaker`` and ``addressee`` are IRIs of entities, "" where no source says; ``language``
    names all that are spoken ("Cantonese and English").
    ``reports`` are the utterances it tells of: that 223 recalls what the owner said
    is one utterance that reports another. ``connections`` are the IRIs of the edges
    that are expressed in it; ``notes`` say what was inferred.
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
    """A scene of a work; ``order`` is None where no source places it.

    ``place`` is the IRI of where it is set, ``features`` are those of who and what is
    in it, ``connections`` those of the edges that a source places in it, whether
    anything is said or not.
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


def listed(names: Iterable[str]) -> str:
    """Names as a sentence has them.

    >>> listed(["Cantonese", "English", "Japanese"])
    'Cantonese, English and Japanese'
    """
    *most, last = [*names] or [""]
    return f"{', '.join(most)} and {last}" if most else last
