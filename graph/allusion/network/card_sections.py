"""The content of a card in sections, for the terminal, notebooks and Markdown.

Long lists are folded: a section shows the entries with the most sources and the number of the
others. `LIMITS` has the number of entries for each kind of list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Final, Literal, TypeVar

from ..core.labels import Link
from ..core.model import Edge, Entity, Evidence, Fact, Family, Remark
from ..core.text import count_text, join_names
from ..core.vocabulary import DOUBTFUL, FAMILIES, GRAPH_INFERRED, STATEMENTS_WITH_CARD
from .card import Card, format_citation

Role = Literal["text", "name", "kind", "note", "warning", "source"]

#: Kind of list -> entries that are shown unless everything is wanted.
LIMITS: Final = {
    "connections": 12,
    "credits": 8,
    "relations": 6,
    "remarks": 8,
    "scenes": 6,
    "values": 4,
    "evidence": 2,
    "passages": 2,
    "titles": 3,
}
#: Facts that come after the connections, each with its heading.
_LISTS: Final = {
    "Awards": ("award received", "awarded to"),
    "Places": ("set in", "shot at", "birth place of"),
    "Releases": ("release",),
}
#: Order of the facts of a scene, an utterance or a relationship.
_STATEMENT_FACTS: Final = (
    "line", "translation", "speaker", "addressee", "reports", "relationship type", "party", "began",
    "ended", "took place at", "in work", "in scene", "scope", "narrative place", "filming place",
    "features", "technique", "channel", "in language", "note", "editorial note",
)  # fmt: skip
#: Edges that repeat a fact of their origin.
_FACT_EDGES: Final = ("setIn", "shotAt", "locatedIn", "partOfSeries")
#: First words of the comment on a link -> text shown unless everything is wanted.
_LINK_NOTES: Final = {
    "confirmed": "seen in several places",
    "seen once": "seen in one place",
    "structural": "not checked by name",
}
#: Sentence of a passage that is the sentence of the statement.
_REPEATED: Final = "the same sentence"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text of one role; a source can have an address."""

    text: str
    role: Role = "text"
    url: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class CardItem:
    """An entry of a section: a marker such as "→", a first line, and further lines."""

    marker: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CardSection:
    """A heading and its entries; the heading of the first facts is empty."""

    heading: str
    items: tuple[CardItem, ...]


def card_title(card: Card, language: str = "en") -> Line:
    """Return the label, type, year, makers and prefixed name."""
    entity = card.entity
    about = [
        entity.type,
        str(entity.year or ""),
        f"by {join_names(entity.makers)}" * bool(entity.makers),
    ]
    return (
        Span(entity.label(language)),
        Span(f"  {', '.join(filter(None, about))}", "note"),
        Span(f"  {entity.curie}", "note"),
    )


def card_names(card: Card, language: str = "en") -> list[str]:
    """Return the other names, each with its language tag."""
    entity = card.entity
    names = [f"{text} ({tag})" for tag, text in sorted(entity.labels.items()) if tag != language]
    return names + [
        f"{name.text} ({name.language})" if name.language else name.text for name in entity.aliases
    ]


def card_sections(
    card: Card, *, everything: bool = False, hint: str = "add --all"
) -> Iterator[CardSection]:
    """Yield the sections of a card that have entries.

    Args:
        card: The card.
        everything: Add all evidence, and what long lists leave out.
        hint: How to show what is left out.
    """
    layout = _Sections(card, everything, hint)
    yield from (section for section in layout.sections() if section.items)


def edge_lines(edge: Edge, *, everything: bool = False, hint: str = "add --all") -> Iterator[Line]:
    """Yield the lines of a connection: kind, sentence, speakers, quoted line, evidence."""
    is_doubtful = edge.certainty == DOUBTFUL
    doubts = ["doubtful"] * is_doubtful + ["disputed"] * edge.disputed
    yield (
        Span(edge.kind_label, "kind"),
        Span(f", {edge.certainty}" if edge.certainty and not is_doubtful else "", "note"),
        Span(f"  {', '.join(doubts)}" if doubts else "", "warning"),
    )
    yield (Span(edge.sentence or edge.phrase),)
    spoken = [
        f"scene: {edge.scene}" if edge.scene else "",
        f"by: {edge.speaker}" if edge.speaker else "",
        f"told by: {edge.told_by}" if edge.told_by else "",
        f"to: {edge.addressee}" if edge.addressee else "",
        edge.channel,
        edge.language,
        *(f"{heading}: {names}" for heading, names in edge.holders),
    ]
    if any(spoken):
        yield (Span(", ".join(filter(None, spoken)), "note"),)
    if edge.line:
        translations = " / ".join(name.text for name in edge.line.translations)
        yield (Span(f"“{edge.line.text}”" + (f" — {translations}" if translations else "")),)
    for remark in edge.notes:
        yield (Span(f"note: {remark}", "note"),)
    for fact in edge.details:
        yield _fact_line(fact, everything=everything)
    stated = edge.sentence or edge.phrase
    yield from evidence_lines(edge.evidence, stated, everything=everything, hint=hint)


def evidence_lines(
    evidence: Sequence[Evidence], stated: str = "", *, everything: bool, hint: str = "add --all"
) -> Iterator[Line]:
    """Yield the citation of each source and stance, and its own sentences.

    Args:
        evidence: The passages.
        stated: The sentence that they are evidence for. An equal sentence is not repeated.
        everything: Add all sources and passages.
        hint: How to show what is left out.
    """
    for block in evidence_blocks(evidence, stated, everything=everything, hint=hint):
        yield from block


def evidence_blocks(
    evidence: Sequence[Evidence], stated: str = "", *, everything: bool, hint: str = "add --all"
) -> Iterator[tuple[Line, ...]]:
    """Yield the lines of each source and stance, see `evidence_lines`."""
    groups: dict[tuple[str, str], dict[str, list[Evidence]]] = {}
    for item in evidence:
        repeats = item.paraphrase and _letters(item.paraphrase) == _letters(stated)
        group = groups.setdefault((item.source, item.stance), {})
        group.setdefault(_REPEATED if repeats else item.paraphrase, []).append(item)
    shown = list(groups.values())[: None if everything else LIMITS["evidence"]]
    for passages in shown:
        first = next(iter(passages.values()))[0]
        together = _locators(next(iter(passages.values()))) if len(passages) == 1 else ""
        cited = format_citation(replace(first, locator=together))
        block: list[Line] = [(Span(f"{first.stance}: ", "note"), Span(cited, "source", first.url))]
        listed = [
            (own, items)
            for own, items in passages.items()
            if len(passages) > 1 or own not in ("", _REPEATED)
        ]
        last = None if everything or len(listed) <= LIMITS["passages"] + 1 else LIMITS["passages"]
        for own, items in listed[:last]:
            where = "" if together else _locators(items)
            block.append((Span("  "), Span(own), Span(f" ({where})" if where else "", "note")))
        if more := len(listed[last:]) if last else 0:
            text = f"  and {count_text(more, 'more passage', 'more passages')}: {hint}"
            block.append((Span(text, "note"),))
        yield tuple(block)
    if more := len(groups) - len(shown):
        text = f"and {count_text(more, 'more source', 'more sources')}: {hint}"
        yield ((Span(text, "note"),),)


def _locators(evidence: Iterable[Evidence]) -> str:
    return "; ".join(dict.fromkeys(item.locator for item in evidence if item.locator))


class _Sections:
    def __init__(self, card: Card, everything: bool, hint: str) -> None:
        self.card, self.entity = card, card.entity
        self.everything, self.hint = everything, hint
        self.is_statement = card.entity.kind in STATEMENTS_WITH_CARD

    def sections(self) -> Iterator[CardSection]:
        yield CardSection("", tuple(self.facts(self.first_facts())))
        yield CardSection("Sources", tuple(self.own_evidence()))
        for heading, arrow, edges in self.card.by_family():
            yield self.connections(heading, arrow, edges)
        involved = self.card.involved
        stated = [edge for edge in involved if edge.family in FAMILIES]
        heading = "Connections" if self.is_statement else "Has a part in"
        yield self.connections(heading, "", stated)
        relations = [*self.card.relations, *self.involved("story")]
        heading = "Life and story" if self.entity.kind in ("person", "group", "place") else "Story"
        shown_with_edges = {edge.iri for edge in relations}
        yield CardSection(heading, tuple(self.relations(relations)))
        yield CardSection("Played by", tuple(self.credits(self.involved("credit"), by_work=False)))
        yield self.main_credits()
        yield CardSection("Remarks", tuple(self.remarks(shown_with_edges)))
        yield CardSection("Scenes and lines", tuple(self.scenes()))
        for heading, properties in _LISTS.items():
            facts = [fact for fact in self.entity.facts if fact.property in properties]
            yield CardSection(heading, tuple(self.facts(facts)))
        yield CardSection("Parts and places", tuple(self.parts()))
        yield CardSection("Links", tuple(map(self.link, self.entity.links)))

    def involved(self, family: Family) -> list[Edge]:
        return [edge for edge in self.card.involved if edge.family == family]

    def first_facts(self) -> list[Fact]:
        facts = self.entity.facts
        if self.is_statement:
            return sorted(facts, key=lambda fact: _STATEMENT_FACTS.index(fact.property))
        later = {name for names in _LISTS.values() for name in names}
        return [fact for fact in facts if fact.property not in later]

    def facts(self, facts: Iterable[Fact]) -> Iterator[CardItem]:
        by_property: dict[str, list[Fact]] = {}
        for fact in facts:
            by_property.setdefault(fact.property, []).append(fact)
        for name, values in by_property.items():
            yield from self.fold(
                values,
                "values",
                lambda fact: CardItem("", (_fact_line(fact, everything=self.everything),)),
                key=None,
                of=f"values of “{name}”" if name != "release" else "releases",
            )

    def own_evidence(self) -> Iterator[CardItem]:
        """Return an item for each source and stance, with its own sentences below."""
        blocks = evidence_blocks(self.entity.evidence, everything=True)
        return (CardItem("•", block) for block in blocks)

    def connections(self, heading: str, arrow: str, edges: Sequence[Edge]) -> CardSection:
        def item(edge: Edge) -> CardItem:
            labels = self.card.labels
            other = edge.target if edge.origin == self.entity.iri else edge.origin
            # An edge between two other entities has no arrow.
            ends = labels[other] if arrow else f"{labels[edge.origin]} → {labels[edge.target]}"
            kind, *rest = edge_lines(edge, everything=self.everything, hint=self.hint)
            return CardItem(arrow or "•", ((Span(f"{ends}  ", "name"), *kind), *rest))

        # Connections that are explicit in the work come before claims.
        folded = self.fold(
            edges,
            "connections",
            item,
            key=lambda edge: (edge.certainty == "explicit", edge.sources),
        )
        return CardSection(heading, tuple(folded))

    def relations(self, edges: Iterable[Edge]) -> Iterator[CardItem]:
        kept = [
            edge
            for edge in edges
            if not (edge.kind in _FACT_EDGES and edge.origin == self.entity.iri)
        ]
        yield from self.fold(kept, "relations", self.relation, key=lambda edge: edge.sources)

    def relation(self, edge: Edge) -> CardItem:
        head = [Span(edge.sentence), *_titles(_edge_titles(edge), everything=self.everything)]
        if edge.mutual:
            head.append(Span(f"  relationship:{edge.iri.rsplit('/', 1)[-1]}", "note"))
        lines: list[Line] = [tuple(head)]
        lines += [
            _fact_line(fact, everything=self.everything)
            for fact in edge.details
            if not (fact.property == "in work" and fact.target == self.entity.iri)
        ]
        passages = [item for item in edge.evidence if item.locator]
        lines += evidence_lines(passages, edge.sentence, everything=self.everything, hint=self.hint)
        for remark in self.entity.remarks:
            if edge.iri in dict(remark.on):
                first, *rest = self.remark(remark, edge.iri).lines
                lines += [(Span("– "), *first), *((Span("  "), *line) for line in rest)]
        return CardItem("•", tuple(lines))

    def main_credits(self) -> CardSection:
        edges = [edge for edge in self.card.others if edge.family == "credit"]
        by_work = any(edge.target == self.entity.iri for edge in edges)
        items = tuple(self.credits(edges, by_work=by_work))
        is_folded = bool(items) and items[-1].marker == ""
        return CardSection("Main credits" if is_folded else "Credits", items)

    def credits(self, edges: Sequence[Edge], *, by_work: bool) -> Iterator[CardItem]:
        """Yield the credits, those of each work or agent together.

        Those with the most sources come first; in a tie, the older work.
        """
        groups: dict[str, list[Edge]] = {}
        for edge in edges:
            groups.setdefault(edge.origin if by_work else edge.target, []).append(edge)
        years, labels = self.card.years, self.card.labels
        ranked = sorted(
            groups.items(),
            key=lambda group: (
                -len({item.source for edge in group[1] for item in edge.evidence}),
                years.get(group[0], inf) if by_work else 0,
                labels[group[0]],
            ),
        )

        def item(group: tuple[str, list[Edge]]) -> CardItem:
            end, own = group
            year = f" ({years[end]})" if by_work and end in years else ""
            lines = [line for edge in own for line in self.credit_lines(edge)]
            head: Line = (Span(f"{labels[end]}{year}  ", "name"),)
            return CardItem("•", ((*head, *lines[0]), *lines[1:]))

        yield from self.fold(ranked, "credits", item, key=None)

    def credit_lines(self, edge: Edge) -> Iterator[Line]:
        """Yield a line for each group of sources that agree on the details of a credit."""
        groups: dict[tuple[Fact, ...], list[Evidence]] = {}
        for item in edge.evidence:
            stated = tuple(
                replace(fact, sources=())
                for fact in edge.details
                if any(source == item.source for source, _ in fact.sources)
            )
            if all(item.source != other.source for other in groups.get(stated, [])):
                groups.setdefault(stated, []).append(item)
        for stated, evidence in sorted(groups.items(), key=lambda group: -len(group[1])):
            titles = [(item.source, item.title) for item in evidence]
            role = Span(self.role(edge, stated), "kind")
            yield role, *_titles(titles, everything=self.everything)

    def role(self, edge: Edge, stated: Iterable[Fact]) -> str:
        """Return the role in a credit as a set of sources states it."""
        values = {fact.property: fact.value for fact in stated}
        text = edge.phrase
        if edge.kind == "performer":
            doubtful = {fact.target for fact in edge.details if fact.property == "character"}
            common = [self.card.labels.get(iri, "") for iri in edge.concerns if iri not in doubtful]
            characters = [fact.value for fact in stated if fact.property == "character"]
            parts = join_names(filter(None, (*common, *characters)))
            text = f"plays {parts}" if parts else edge.kind_label
        if scope := values.get("scope"):
            text += f" ({scope})"
        if language := values.get("in language"):
            text += f" in {language}"
        if mode := values.get("mode"):
            text += f", {mode}"
        return text

    def remarks(self, shown: Iterable[str]) -> Iterator[CardItem]:
        """Yield the remarks that are not shown with an edge."""
        apart = {*shown}
        kept = [one for one in self.entity.remarks if apart.isdisjoint(dict(one.on))]
        yield from self.fold(
            kept, "remarks", self.remark, key=lambda one: len({it.source for it in one.evidence})
        )

    def remark(self, remark: Remark, shown_on: str = "") -> CardItem:
        holder = f" — {remark.holder}" if remark.holder else ""
        lines: list[Line] = [(Span(f"{remark.text}{holder}{' (opinion)' * remark.opinion}"),)]
        if on := [label for iri, label in remark.on if iri not in (self.entity.iri, shown_on)]:
            lines.append((Span(f"on: {join_names(on)}", "note"),))
        lines += evidence_lines(
            remark.evidence, remark.text, everything=self.everything, hint=self.hint
        )
        return CardItem("•", tuple(lines))

    def scenes(self) -> Iterator[CardItem]:
        yield from self.fold(self.card.parts, "scenes", self.scene, key=None)

    def scene(self, part: Entity) -> CardItem:
        sources = [(item.source, item.title) for item in part.evidence]
        sources = sources or [source for fact in part.facts for source in fact.sources]
        head: Line = (
            Span(part.label(), "name"),
            Span(f"  {part.curie}", "note"),
            *_titles(sources, everything=self.everything),
        )
        quoted = [
            fact.value
            for fact in part.facts
            if fact.property == "line" and _letters(fact.value) != _letters(part.label())
        ]
        return CardItem("•", (head, *((Span(f"“{text}”"),) for text in quoted)))

    def parts(self) -> Iterator[CardItem]:
        yield from self.relations(edge for edge in self.card.others if edge.family == "part")

    def link(self, link: Link) -> CardItem:
        sure = f"  confidence {link.confidence:g}" if link.confidence is not None else ""
        comment = link.note
        if link.confidence is not None and not self.everything:
            comment = _LINK_NOTES.get(comment.partition(":")[0], "")
        note = sure + (f"  ({comment})" if comment else "")
        return CardItem(
            "", ((Span(f"{link.site}: "), Span("", "source", link.url), Span(note, "note")),)
        )

    def fold(
        self,
        entries: Sequence[_T],
        kind: str,
        item: Callable[[_T], CardItem],
        *,
        key: Callable[[_T], object] | None,
        of: str = "",
    ) -> Iterator[CardItem]:
        """Yield the entries of a list, and the number of those that are left out.

        Args:
            entries: The entries, in order.
            kind: Kind of list, see `LIMITS`.
            item: Makes the item of an entry.
            key: Rank of an entry: those with the highest rank are shown; None shows the first ones.
            of: Name of the entries in the line with the number of omitted ones.
        """
        chosen: Iterable[int] = range(len(entries))
        limit = LIMITS[kind]
        # Leaving out a single entry saves no line, because the count takes one.
        if not self.everything and len(entries) > limit + 1:
            if key is None:
                chosen = range(limit)
            else:
                ranks = [key(entry) for entry in entries]
                ranked = sorted(chosen, key=lambda place: ranks[place], reverse=True)  # type: ignore[arg-type,return-value]
                chosen = sorted(ranked[:limit])
        shown = [item(entries[place]) for place in chosen]
        yield from shown
        if more := len(entries) - len(shown):
            text = f"and {more} more {of}".rstrip()
            yield CardItem("", ((Span(f"{text}: {self.hint}", "note"),),))


def _fact_line(fact: Fact, *, everything: bool) -> Line:
    value = Span(fact.value, "name" if fact.target else "text")
    return Span(f"{fact.property}: "), value, *_titles(fact.sources, everything=everything)


def _edge_titles(edge: Edge) -> list[tuple[str, str]]:
    return [(item.source, item.title) for item in edge.evidence if item.stance != "disputes"]


def _titles(sources: Iterable[tuple[str, str]], *, everything: bool) -> Line:
    """Return the titles of sources in brackets."""
    titles = list(
        dict.fromkeys("inferred" if iri == GRAPH_INFERRED else title for iri, title in sources)
    )
    limit = LIMITS["titles"]
    if not everything and len(titles) > limit + 1:
        titles = [*titles[:limit], f"and {len(titles) - limit} more"]
    return (Span(f"  [{'; '.join(titles)}]", "note"),) if titles else ()


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
