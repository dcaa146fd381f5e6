"""Content of the page of an entity: sections, facts, and sources as footnotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Final

from ..core.labels import Name
from ..core.model import Edge, Entity, Evidence, Fact, Family, Line, join_names
from ..core.vocabulary import FAMILIES, STATEMENTS_WITH_CARD
from ..network.card import Card
from ..view.text_boxes import year_text

#: Properties that have one value, so that several values are a disagreement.
_SINGLE: Final = frozenset(
    ("published", "ended", "episodes", "running time", "born", "died", "opened", "birth place")
)
_MINUTES: Final = " minutes"
_SLUG: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class FootnoteMark:
    """A reference to a footnote, such as "12a".

    Attributes:
        label: Number of the source, and letter of the passage.
        stance: Stance of the passage ("supports", "disputes" ...), or "".
    """

    label: str
    stance: str = ""


@dataclass(slots=True)
class Passage:
    """A passage of a source: its letter, position and paraphrase."""

    letter: str
    locator: str
    paraphrase: str


@dataclass(slots=True)
class Footnote:
    """A source that a page cites."""

    number: int
    iri: str
    title: str
    author: str = ""
    issued: str = ""
    url: str = ""
    passages: list[Passage] = field(default_factory=list)


class Footnotes:
    """Sources of a page, numbered in the order in which the page cites them."""

    def __init__(self) -> None:
        self._notes: dict[str, Footnote] = {}
        self._letters: dict[tuple[str, str, str], Passage] = {}

    def __iter__(self) -> Iterator[Footnote]:
        return iter(self._notes.values())

    def __len__(self) -> int:
        return len(self._notes)

    def cite(self, evidence: Iterable[Evidence]) -> tuple[FootnoteMark, ...]:
        """Return the marks of passages."""
        return tuple(dict.fromkeys(map(self._mark, evidence)))

    def cite_sources(self, sources: Iterable[tuple[str, str]]) -> tuple[FootnoteMark, ...]:
        """Return the marks of whole sources, each given as IRI and title."""
        return tuple(FootnoteMark(str(self._note(iri, title).number)) for iri, title in sources)

    def _note(self, iri: str, title: str) -> Footnote:
        if iri not in self._notes:
            self._notes[iri] = Footnote(len(self._notes) + 1, iri, title)
        return self._notes[iri]

    def _mark(self, item: Evidence) -> FootnoteMark:
        note = self._note(item.source, item.title)
        note.author, note.issued, note.url = item.author, item.issued, item.url
        if not (item.paraphrase or item.locator):
            return FootnoteMark(str(note.number), item.stance)
        key = (item.source, item.locator, item.paraphrase)
        if key not in self._letters:
            letter = _letter(len(note.passages))
            self._letters[key] = Passage(letter, item.locator, item.paraphrase)
            note.passages.append(self._letters[key])
        return FootnoteMark(f"{note.number}{self._letters[key].letter}", item.stance)


def _letter(index: int) -> str:
    """Return "a" to "z", then "aa", "ab" and so on."""
    if index < len(ascii_lowercase):
        return ascii_lowercase[index]
    first, second = divmod(index, len(ascii_lowercase))
    return _letter(first - 1) + ascii_lowercase[second]


@dataclass(frozen=True, slots=True)
class PageStatement:
    """A statement of a section.

    Attributes:
        iri: IRI of the connection; "" if it has no page.
        sentence: The statement.
        kind: Label of its kind.
        certainty: Label of its certainty, or "".
        details: Scene, speaker and language.
        line: The quoted line, or None.
        notes: What was inferred or is not known.
        marks: Footnotes that support or mention it.
        against: Footnotes that dispute it.
    """

    iri: str
    sentence: str
    kind: str
    certainty: str
    details: tuple[tuple[str, str], ...]
    line: Line | None
    notes: tuple[str, ...]
    marks: tuple[FootnoteMark, ...]
    against: tuple[FootnoteMark, ...]


@dataclass(slots=True)
class Entry:
    """An entity in a section, with the statements about it.

    Attributes:
        target: The other end, if neither end is the entity of the page.
    """

    iri: str
    label: str
    year: str
    statements: list[PageStatement] = field(default_factory=list)
    target: Entry | None = None


@dataclass(slots=True)
class PageSection:
    """A section of a page: a heading and entries."""

    title: str
    entries: list[Entry]
    brief: bool = False

    @property
    def ident(self) -> str:
        """The id of the heading."""
        return _SLUG.sub("-", self.title.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a fact: its text, the IRI that it links to, its footnotes."""

    text: str
    target: str
    marks: tuple[FootnoteMark, ...]


@dataclass(frozen=True, slots=True)
class FactRow:
    """A property with all its values.

    Attributes:
        disagree: Whether the values exclude each other.
    """

    property: str
    values: tuple[Value, ...]
    disagree: bool


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """A claim or opinion: its text, its holder, its footnotes."""

    iri: str
    text: str
    holder: str
    opinion: bool
    marks: tuple[FootnoteMark, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """The page of an entity.

    Attributes:
        evidence: Footnotes on the entity itself.
    """

    facts: tuple[FactRow, ...]
    sections: tuple[PageSection, ...]
    remarks: tuple[RemarkRow, ...]
    evidence: tuple[FootnoteMark, ...]
    notes: Footnotes


def _disagree(values: Sequence[Value]) -> bool:
    """Return whether two values exclude each other; "1994" and "1994-07-14" do not."""
    longest = max(values, key=lambda value: len(value.text)).text
    return any(not longest.startswith(value.text) for value in values)


class ArticleBuilder:
    """Builds the page of a card; footnotes are numbered in the order of the page.

    Args:
        card: The card.
        entities: Returns the record of an entity, or None.
    """

    def __init__(self, card: Card, entities: Callable[[str], Entity | None]) -> None:
        self.card = card
        self.entities = entities
        self.notes = Footnotes()

    def build(self) -> Article:
        """Return the page."""
        card = self.card
        facts = self._facts(card.entity.facts)
        sections = [self._section(heading, edges) for heading, _, edges in card.by_family()]
        stated = [edge for edge in card.involved if edge.family in FAMILIES]
        is_statement = card.entity.kind in STATEMENTS_WITH_CARD
        sections.append(self._between("Connections" if is_statement else "Has a part in", stated))
        evidence = self.notes.cite(card.entity.evidence)
        remarks = tuple(
            RemarkRow(r.iri, r.text, r.holder, r.opinion, self.notes.cite(r.evidence))
            for r in card.entity.remarks
        )
        credits_ = [edge for edge in card.others if edge.family == "credit"]
        parts = [edge for edge in card.others if edge.family == "part"]
        is_maker = any(edge.target == card.entity.iri for edge in credits_)
        sections += [
            self._section("Works" if is_maker else "Cast and crew", credits_, brief=True),
            self._between("Played by", self._involved("credit"), brief=True),
            self._section("Life and story", card.relations, brief=True),
            self._between("Life and story of others", self._involved("story"), brief=True),
            PageSection("Scenes and lines", list(map(self._part, card.parts)), brief=True),
            self._section("Series, members and places", parts, brief=True),
        ]
        kept = tuple(section for section in sections if section.entries)
        return Article(facts, kept, remarks, evidence, self.notes)

    def _involved(self, family: Family) -> list[Edge]:
        return [edge for edge in self.card.involved if edge.family == family]

    def _facts(self, facts: Sequence[Fact]) -> tuple[FactRow, ...]:
        rows: dict[str, list[Value]] = {}
        for fact in sorted(facts, key=lambda fact: fact.property.endswith("note")):
            marks = self.notes.cite_sources(fact.sources)
            name, text = fact.property, fact.value
            if name.endswith(_MINUTES):
                name, text = name.removesuffix(_MINUTES), f"{text}{_MINUTES}"
            rows.setdefault(name, []).append(Value(text, fact.target, marks))
        return tuple(
            FactRow(name, tuple(values), name in _SINGLE and _disagree(values))
            for name, values in rows.items()
        )

    def _section(self, title: str, edges: Iterable[Edge], *, brief: bool = False) -> PageSection:
        entries: dict[str, Entry] = {}
        for edge in edges:
            other = edge.target if edge.origin == self.card.entity.iri else edge.origin
            if other not in entries:
                entries[other] = self._entry(other)
            entries[other].statements.append(self._statement(edge, brief=brief))
        return PageSection(title, list(entries.values()), brief)

    def _between(self, title: str, edges: Iterable[Edge], *, brief: bool = False) -> PageSection:
        """Return a section on edges between two other entities, one entry for each edge."""
        entries = []
        for edge in edges:
            ends = [self._entry(edge.origin), self._entry(edge.target)]
            ends[0].statements.append(self._statement(edge, brief=brief))
            ends[0].target = ends[1]
            entries.append(ends[0])
        return PageSection(title, entries, brief)

    def _entry(self, iri: str) -> Entry:
        record = self.entities(iri)
        label = self.card.labels.get(iri) or (record.label() if record else "")
        year = year_text(record) if record else str(self.card.years.get(iri, ""))
        return Entry(iri, label or iri.rsplit("/", 1)[-1], year)

    def _part(self, part: Entity) -> Entry:
        """Return a scene or utterance as an entry, with its line."""
        entry = Entry(part.iri, part.label(), "")
        lines = [fact for fact in part.facts if fact.property == "line"]
        for fact in lines:
            marks = self.notes.cite_sources(fact.sources)
            text = f"“{fact.value}”"
            entry.statements.append(PageStatement("", text, "", "", (), None, (), marks, ()))
        if not lines and part.evidence:
            # The passages are on the page of the scene.
            sources = {item.source: item.title for item in part.evidence}
            marks = self.notes.cite_sources(sources.items())
            entry.statements.append(PageStatement("", "", "", "", (), None, (), marks, ()))
        return entry

    def _statement(self, edge: Edge, *, brief: bool) -> PageStatement:
        against = [item for item in edge.evidence if item.stance == "disputes"]
        rest = [item for item in edge.evidence if item.stance != "disputes"]
        details = (
            ("scene", edge.scene),
            ("spoken by", edge.speaker),
            ("told by", edge.told_by),
            ("to", edge.addressee),
            ("in", edge.language),
            ("channel", edge.channel),
            *((fact.property, fact.value) for fact in edge.details),
        )
        sentence = edge.sentence or edge.phrase
        return PageStatement(
            edge.iri if edge.family != "part" else "",
            sentence if not brief else self._brief(edge),
            edge.kind_label,
            edge.certainty,
            tuple((name, text) for name, text in details if text),
            edge.line,
            edge.notes,
            self.notes.cite(rest),
            self.notes.cite(against),
        )

    def _brief(self, edge: Edge) -> str:
        """Return a credit or part without the names of both ends."""
        if edge.family != "credit":
            return edge.phrase if edge.mutual else edge.sentence or edge.phrase
        if edge.kind != "performer":
            return edge.phrase
        parts = join_names(self.card.labels.get(iri, "") for iri in edge.concerns)
        return f"plays {parts}" if parts else edge.kind_label


def heading_of(entity: Entity, language: str) -> Name:
    """Return the label for the heading: in a language, else in English, else any."""
    for tag in (language, "en", *entity.labels):
        if entity.labels.get(tag, "").strip():
            return Name(entity.labels[tag], "" if tag == "en" else tag)
    return Name(entity.slug, "")


def other_names(entity: Entity, heading: Name) -> Iterator[Name]:
    """Yield all names but that of the heading, romanizations after the names that they spell."""
    seen = {heading.text}
    labels = [Name(text, tag) for tag, text in entity.labels.items()]
    labels.sort(key=lambda name: ("Latn" in name.language, name.language))
    for name in (*labels, *entity.aliases):
        if name.text not in seen:
            seen.add(name.text)
            yield name
