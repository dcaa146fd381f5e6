"""Content of the page of an entity: sections, facts, and sources as footnotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ..core.labels import Name
from ..core.model import Edge, Entity, Fact, Family, Line
from ..core.text import join_names
from ..core.vocabulary import FAMILIES, STATEMENTS_WITH_CARD
from ..network.card import Card
from ..view.text_boxes import year_text
from .footnotes import MAX_MARKS, FootnoteMark, Footnotes, labels_of
from .long_pages import PageBlock, make_block, size_of, slug_of

#: Properties that have one value, so that several values are a disagreement.
_SINGLE: Final = frozenset(
    ("published", "ended", "episodes", "running time", "born", "died", "opened", "birth place")
)
_YEAR: Final = re.compile(r"\b\d{4}\b")
_MINUTES: Final = " minutes"
#: Statements below one heading, and their footnotes; further ones repeat the heading.
_MAX_STATEMENTS: Final = 8
_MAX_CITES: Final = 2 * MAX_MARKS
#: Items of a section of short entries that are not folded.
_SHOWN: Final = 24
#: Bytes of the facts beside the text.
MAX_FACTS: Final = 30_000
#: Values of a fact beside the text; a property with more has a section.
_MAX_VALUES: Final = 6
#: Values that are not folded in that section.
_SHOWN_VALUES: Final = 12
#: Values that are shown of such a property.
_FIRST_VALUES: Final = 3


@dataclass(frozen=True, slots=True)
class PageStatement:
    """A statement of a section.

    Attributes:
        iri: IRI of the connection; "" if it has no page.
        sentence: The statement.
        kind: Label of its kind.
        certainty: Label of its certainty, or "".
        details: Scene, speaker, language and holders.
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

    def is_full(self, statement: PageStatement) -> bool:
        """Return whether another statement needs a heading of its own."""
        cites = sum(len(one.marks) + len(one.against) for one in (*self.statements, statement))
        return len(self.statements) >= _MAX_STATEMENTS or cites > _MAX_CITES


@dataclass(slots=True)
class PageSection:
    """A section of a page: a heading and entries."""

    title: str
    entries: list[Entry]
    brief: bool = False


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
        ident: The id of the section that has all values, if there are many.
        disagree: Whether the values exclude each other.
        more: Number of values that only that section has.
    """

    property: str
    values: tuple[Value, ...]
    ident: str
    disagree: bool
    more: int = 0


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


def _order(fact: Fact) -> tuple[bool, bool]:
    """Return the key that puts notes last, and before them releases without a date."""
    is_undated = fact.property == "release" and not _YEAR.search(fact.value)
    return fact.property.endswith("note"), is_undated


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
        for fact in sorted(facts, key=_order):
            marks = self.notes.cite_sources(fact.sources)
            name, text = fact.property, fact.value
            if name.endswith(_MINUTES):
                name, text = name.removesuffix(_MINUTES), f"{text}{_MINUTES}"
            rows.setdefault(name, []).append(Value(text, fact.target, marks))
        return tuple(
            FactRow(
                name, tuple(values), f"all-{slug_of(name)}", name in _SINGLE and _disagree(values)
            )
            for name, values in rows.items()
        )

    def _section(self, title: str, edges: Iterable[Edge], *, brief: bool = False) -> PageSection:
        entries: dict[str, list[Entry]] = {}
        for edge in edges:
            other = edge.target if edge.origin == self.card.entity.iri else edge.origin
            statement = self._statement(edge, brief=brief)
            same = entries.setdefault(other, [])
            if not same or same[-1].is_full(statement):
                same.append(self._entry(other))
            same[-1].statements.append(statement)
        return PageSection(title, [one for same in entries.values() for one in same], brief)

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
            marks = self.notes.cite_sources(list(sources.items()))
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
            *edge.holders,
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


class ArticleBlocks:
    """The sections of an article, rendered.

    Args:
        article: The article.
        macros: Macros of the templates.

    Attributes:
        facts: The facts beside the text.
        blocks: The sections.
        cites: Labels of the footnotes of the facts and of the entity itself.
    """

    def __init__(self, article: Article, macros: Any) -> None:
        self._macros = macros
        self.facts: list[FactRow] = []
        cited: list[FootnoteMark] = list(article.evidence)
        long: list[FactRow] = []
        room = MAX_FACTS
        for row in article.facts:
            short = row
            if len(row.values) > _MAX_VALUES:
                values = row.values[:_FIRST_VALUES]
                short = replace(row, values=values, more=len(row.values) - len(values))
                long.append(row)
            size = size_of(macros.fact(short))
            if size > room:
                long += [row] if short is row else []
                continue
            room -= size
            self.facts.append(short)
            cited += (mark for value in short.values for mark in value.marks)
        self.cites = labels_of(cited)
        claims = make_block(
            "Claims about it",
            article.remarks,
            macros.remark,
            macros,
            ident="remarks",
            marks=lambda remark: labels_of(remark.marks),
        )
        blocks = [
            *(self._section(one) for one in article.sections if not one.brief),
            claims,
            *(self._section(one) for one in article.sections if one.brief),
            *(self._fact(row) for row in long),
        ]
        self.blocks = [one for one in blocks if one.items]

    def _section(self, section: PageSection) -> PageBlock:
        def marks(entry: Entry) -> tuple[str, ...]:
            statements = entry.statements
            return labels_of(mark for one in statements for mark in (*one.marks, *one.against))

        macros, brief = self._macros, section.brief
        return make_block(
            section.title, section.entries, macros.credit if brief else macros.entry, macros,
            style="credits" if brief else "entries", shown=_SHOWN if brief else 0, marks=marks,
        )  # fmt: skip

    def _fact(self, row: FactRow) -> PageBlock:
        return make_block(
            row.property.capitalize(), row.values, self._macros.value_item, self._macros,
            ident=row.ident, style="credits", shown=_SHOWN_VALUES,
            marks=lambda value: labels_of(value.marks),
        )  # fmt: skip


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
