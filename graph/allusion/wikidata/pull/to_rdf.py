"""What Wikidata says, in our ontology: one more source, in the form of a curated file.

Entities that it names and we lack get a record with the IRI ``film:wikidata-q123``; such
slugs are kept for this file, so no curated entity can ever have one. Where a curated node
says the same (a part, a credit, a connection), its IRI is stated again, as any second source
does. Connections are claims of those who edit Wikidata, and say so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

import pyoxigraph as ox

from ...core.terms import shorten
from ...core.vocabulary import BASE, ENTITY_REGISTERS, GRAPH_WIKIDATA, PREFIXES, PULLED_PREFIXES
from ..model.classes import CLASSES, PAGES, fit
from ..model.items import Item, Named, Statement, shown
from ..model.languages import LANGUAGES, codes_of
from ..model.properties import (
    CAST,
    CHARACTER_ROLE,
    CONNECTIONS,
    DATED,
    NUMBERED,
    PLAIN,
    ROLES,
    WORKS,
    Joining,
)  # fmt: skip
from .curated_facts import Grounds, register_of

#: Whose claims the connections are: the file describes this agent.
CONTRIBUTORS: Final = f"{BASE}organisation/wikidata-contributors"
_ALL: Final = {**PREFIXES, **PULLED_PREFIXES}
_SITES: Final = ("enwiki", "zhwiki", "jawiki", "kowiki")
_DATES: Final = {4: "gYear", 7: "gYearMonth", 10: "date"}
_NUMBERS: Final = {"imdbId": r"(tt|nm|co)[0-9]{7,}", "tmdbId": r"[0-9]+"}
# Registers whose class is not the first of its list are told apart by these.
_SPECIAL: Final = "Q1261214"
# Of addresses that a service gives, those that are surely what they should be.
_ARTICLE: Final = re.compile(r"https://[a-z-]+\.wikipedia\.org/wiki/[^\s<>\"{}|^`\\]+")


@cache
def _iri(curie: str) -> ox.NamedNode:
    """A term of ours from its prefixed name."""
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(_ALL[prefix] + local)


class Projection:
    """The triples of a source, and what could not be said in it.

    ``triples`` is the source, ``made`` maps the IRIs of the entities it adds to their Q-ids
    and labels, ``left_out`` counts statements by the reason.
    """

    def __init__(
        self, items: Mapping[str, Item], named: Mapping[str, Named], grounds: Grounds
    ) -> None:
        self.triples: set[ox.Triple] = set()
        self.made: dict[str, tuple[str, str]] = {}
        self.left_out: Counter[str] = Counter()
        self._items = items
        self._named = named
        self._grounds = grounds
        self._joined: set[str] = set()
        self._entities = dict(grounds.entities)
        for item in items.values():
            if item.redirects_to and item.item in self._entities:
                self._entities.setdefault(item.redirects_to, self._entities[item.item])
        self._describe_source()
        for item in items.values():
            if item.exists and not (item.redirects_to and item.item not in self._entities):
                self._project(item)

    def turtle(self) -> str:
        """The source as a Turtle file, the same for the same triples."""
        written = ox.serialize(
            sorted(self.triples, key=str), format=ox.RdfFormat.TURTLE, prefixes=_ALL
        )
        assert written is not None, "it is None where a file is written to"
        lines = written.decode().splitlines(keepends=True)
        heads = {line for line in lines if line.startswith("@prefix ")}
        body = "".join(line for line in lines if line not in heads)
        # In the order of the alphabet, and only those that are used.
        used = sorted(head for head in heads if f"{head.split()[1]}" in body)
        return "".join((*used, "\n", body))

    def _add(self, subject: str, predicate: str, value: str | ox.NamedNode | ox.Literal) -> None:
        """One triple; ``value`` as text is the IRI of an entity or node of ours."""
        term = ox.NamedNode(value) if isinstance(value, str) else value
        self.triples.add(ox.Triple(ox.NamedNode(subject), _iri(predicate), term))

    def _text(self, subject: str, predicate: str, text: str, language: str = "en") -> None:
        self._add(subject, predicate, ox.Literal(text, language=language))

    def _describe_source(self) -> None:
        read = max((item.read for item in self._items.values()), default="")
        self._add(GRAPH_WIKIDATA, "rdf:type", _iri("al:Source"))
        self._text(GRAPH_WIKIDATA, "dcterms:title", "Wikidata")
        self._add(GRAPH_WIKIDATA, "al:url", "https://www.wikidata.org/")
        self._add(GRAPH_WIKIDATA, "al:sourceType", _iri("source-type:dataset"))
        self._add(GRAPH_WIKIDATA, "al:author", ox.Literal("Contributors of Wikidata"))
        self._add(
            GRAPH_WIKIDATA, "dcterms:license", "https://creativecommons.org/publicdomain/zero/1.0/"
        )
        if read:
            day = ox.Literal(read[:10], datatype=_iri("xsd:date"))
            self._add(GRAPH_WIKIDATA, "al:seen", day)
        self._add(CONTRIBUTORS, "rdf:type", _iri("al:Organisation"))
        self._text(CONTRIBUTORS, "rdfs:label", "Contributors of Wikidata")
        self._text(CONTRIBUTORS, "dcterms:description", "Those who edit Wikidata, together.")
        self._add(CONTRIBUTORS, "dcterms:source", GRAPH_WIKIDATA)

    def _entity(self, item: str, registers: Iterable[str] = tuple(ENTITY_REGISTERS)) -> str | None:
        """The entity that stands for an item, if it is of one of these registers."""
        registers = tuple(registers)
        if known := self._entities.get(item):
            return known if register_of(known) in registers else None
        types, above, labels = self._kind(item)
        if not PAGES.keys().isdisjoint(types):
            return None
        for register in registers:
            if register in CLASSES and fit(register, types, above) == "fits":
                return self._make(item, register, types, labels)
        return None

    def _kind(self, item: str) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]:
        named = self._named.get(item)
        above = named.above if named else ()
        if read := self._items.get(item):
            return tuple(one.item for one in read.best("P31")), above, read.labels
        return (named.types, above, named.labels) if named else ((), (), {})

    def _make(
        self, item: str, register: str, types: tuple[str, ...], labels: Mapping[str, str]
    ) -> str:
        """A record for an entity that Wikidata names and we lack."""
        iri = f"{BASE}{register}/wikidata-{item.lower()}"
        self._entities[item] = iri
        self.made[iri] = (item, shown(labels) or item)
        classes = ENTITY_REGISTERS[register]
        special = register == "television" and _SPECIAL in types
        self._add(iri, "rdf:type", _iri(f"al:{classes[1 if special else 0]}"))
        self._add(iri, "dcterms:source", GRAPH_WIKIDATA)
        # Without a name in English, Wikidata itself shows the number.
        self._text(iri, "rdfs:label", _label(labels, "en") or item)
        for tag in LANGUAGES[1:]:
            if text := _label(labels, tag):
                self._text(iri, "rdfs:label", text, tag)
        return iri

    def _project(self, item: Item) -> None:
        subject = self._entity(item.item)
        if subject is None:
            self.left_out["items of a kind that is none of ours"] += 1
            return
        register = register_of(subject)
        self._revision(subject, item)
        self._names(subject, item)
        self._dates(subject, register, item)
        self._ways_out(subject, item)
        for prop, plain in PLAIN.items():
            for one in item.best(prop):
                target = self._target(one, plain.to) if register in plain.of else None
                if target and target != subject:
                    self._add(subject, f"al:{plain.relation}", target)
        if register in WORKS:
            self._credits(subject, item)
            self._cast(subject, item)
        for prop, joining in CONNECTIONS.items():
            for one in item.best(prop):
                self._connect(subject, item, prop, joining, one)

    def _ways_out(self, subject: str, item: Item) -> None:
        """Identifiers, where we have none or the same, and articles of Wikipedia."""
        for prop, name in NUMBERED.items():
            for one in item.best(prop)[:1]:
                ours = self._grounds.numbers[subject].get(name, one.value)
                if re.fullmatch(_NUMBERS[name], one.value) and ours == one.value:
                    self._add(subject, f"al:{name}", ox.Literal(one.value))
        for site in _SITES:
            if _ARTICLE.fullmatch(url := item.sitelinks.get(site, "")):
                self._add(subject, "al:wikipediaArticle", url)

    def _target(self, statement: Statement, registers: Iterable[str]) -> str | None:
        target = self._entity(statement.item, registers) if statement.item else None
        if target is None:
            self.left_out["values of a kind that does not fit"] += 1
        return target

    def _revision(self, subject: str, item: Item) -> None:
        """Evidence for the item as a whole: which revision it was, and when it was read."""
        node = f"{BASE}evidence/wikidata-{item.item.lower()}"
        where = f"{item.item}, revision {item.revision}"
        called = shown(item.labels) or item.item
        of = f" of {item.modified[:10]}" if item.modified else ""
        says = (
            f"Wikidata's item {called} ({item.item}), as it stood at revision {item.revision}{of}."
        )
        self._evidence(node, item, where, says)
        self._add(subject, "al:evidence", node)

    def _evidence(self, node: str, item: Item, where: str, says: str) -> None:
        moment = _iri("xsd:dateTime")
        self._add(node, "rdf:type", _iri("al:Evidence"))
        self._add(node, "al:source", GRAPH_WIKIDATA)
        self._add(node, "al:stance", _iri("stance:supports"))
        self._add(node, "al:locator", ox.Literal(where))
        self._text(node, "dcterms:description", says)
        version = ox.Literal(str(item.revision), datatype=_iri("xsd:integer"))
        self._add(node, "schema:version", version)
        self._add(node, "prov:generatedAtTime", ox.Literal(item.read, datatype=moment))
        if item.modified:
            self._add(node, "dcterms:modified", ox.Literal(item.modified, datatype=moment))

    def _names(self, subject: str, item: Item) -> None:
        """Names we lack become labels, others aliases: an entity has one label a language."""
        ours = self._grounds.labels.get(subject, {})
        for tag in LANGUAGES:
            text = _label(item.labels, tag)
            if text and subject not in self.made:
                same = ours.get(tag, text) == text
                self._text(subject, "rdfs:label" if same else "skos:altLabel", text, tag)
            for code in codes_of(tag).exact[:1]:
                for alias in item.aliases.get(code, ()):
                    if alias.strip() and alias not in (text, ours.get(tag)):
                        self._text(subject, "skos:altLabel", alias.strip(), tag)

    def _dates(self, subject: str, register: str, item: Item) -> None:
        for prop, (ours, registers) in DATED.items():
            if register not in registers:
                continue
            found = [one for one in item.best(prop) if len(one.value) in _DATES]
            dates = [one.value for one in found if not one.is_circa]
            if found and not dates:
                # The graph has no word for "about": an exact year would be another statement.
                self.left_out["dates that are not sure to the year (circa)"] += 1
            if dates:
                # Films have a date for each country; the first is when it was published.
                # The day beside its year counts, not the year alone.
                first = min(dates, key=lambda date: f"{date}~")
                kind = _iri(f"xsd:{_DATES[len(first)]}")
                self._add(subject, f"al:{ours}", ox.Literal(first, datatype=kind))

    def _credits(self, work: str, item: Item) -> None:
        for prop, (_, role, registers) in ROLES.items():
            for one in item.best(prop):
                agent = self._target(one, registers)
                if agent is None:
                    continue
                key = (work, agent, f"{BASE}role/{role}")
                made = f"{BASE}contribution/wikidata-{item.item.lower()}-{role}-{one.item.lower()}"
                node = self._grounds.contributions.get(key, made)
                self._add(node, "rdf:type", _iri("al:Contribution"))
                self._add(node, "al:contributor", agent)
                self._add(node, "al:inWork", work)
                self._add(node, "al:role", _iri(f"role:{role}"))

    def _cast(self, work: str, item: Item) -> None:
        for one in item.best(CAST):
            person = self._target(one, ("person",))
            if person is None:
                continue
            made = f"{BASE}performance/wikidata-{item.item.lower()}-{one.item.lower()}"
            node = self._grounds.performances.get((work, person), made)
            self._add(node, "rdf:type", _iri("al:Performance"))
            self._add(node, "al:inWork", work)
            self._add(node, "al:performer", person)
            if node == made:
                self._text(node, "rdfs:label", f"{self._called(person)} in {self._called(work)}")
            for part in one.qualifiers.get(CHARACTER_ROLE, ()):
                if character := self._entity(part, ("character",)):
                    self._add(node, "al:character", character)
                    self._add(character, "al:presentIn", work)

    def _connect(
        self, subject: str, item: Item, prop: str, joining: Joining, one: Statement
    ) -> None:
        fits = register_of(subject) in (joining.to if joining.backwards else joining.of)
        other = self._target(one, joining.of if joining.backwards else joining.to) if fits else None
        if other is None or other == subject:
            return
        start, end = (other, subject) if joining.backwards else (subject, other)
        first, second = (one.item, item.item) if joining.backwards else (item.item, one.item)
        place = f"{first.lower()}-{joining.kind}-{second.lower()}"
        known = self._grounds.connections.get((joining.family, start, end), ())
        says = (
            f"Wikidata says of {self._called(subject)} ({item.item}): {joining.label} "
            f"{self._called(other)} ({one.item})"
        )
        node = f"{BASE}evidence/wikidata-{item.item.lower()}-{prop.lower()}-{one.item.lower()}"
        count = len(one.references)
        # A reference may name neither, such as the Wikipedia that a statement was copied from.
        vouched = (
            f"; pages and items it names for that: {count}"
            if count
            else "; it names no page for that"
        )
        where = f"{item.item}, {prop}, revision {item.revision}"
        self._evidence(node, item, where, f"{says}{vouched}.")
        for connection in known:
            self._add(connection, "al:evidence", node)
        if known:
            return
        made = f"{BASE}connection/wikidata-{place}"
        self._add(made, "al:evidence", node)
        if made in self._joined:
            return
        self._joined.add(made)
        self._add(made, "rdf:type", _iri(f"al:{joining.family}"))
        self._add(made, "al:from", start)
        self._add(made, "al:to", end)
        self._add(made, "al:kind", _iri(f"kind:{joining.kind}"))
        self._add(made, "al:certainty", _iri("certainty:claimed"))
        self._add(made, "al:madeBy", CONTRIBUTORS)
        self._text(made, "rdfs:label", _PHRASES[joining.kind])
        self._text(made, "dcterms:description", f"{says}.")

    def _called(self, iri: str) -> str:
        if iri in self.made:
            return self.made[iri][1]
        return self._grounds.labels.get(iri, {}).get("en") or shorten(iri)


#: What reads between the two ends of a connection.
_PHRASES: Final = {
    "derivation": "is based on",
    "inspired-by": "is inspired by",
    "influence": "is influenced by",
    "reference": "refers to",
    "quotation": "quotes",
}


def _label(labels: Mapping[str, str], tag: str) -> str:
    """The label in one of our languages, in its own script; English may be the default's."""
    codes = (*codes_of(tag).exact, "mul") if tag == "en" else codes_of(tag).exact
    return next((labels[code].strip() for code in codes if labels.get(code, "").strip()), "")
