"""Conversion of Wikidata items to our ontology, in the form of a curated source file.

Items without a curated entity become entities with IRIs such as ``film:wikidata-q123``;
curated files may not use such slugs. If a curated node states the same performance, credit
or connection, its IRI is used again. Connections are attributed to Wikidata's contributors.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

import pyoxigraph as ox

from ...core.terms import shorten
from ...core.vocabulary import (
    BASE,
    ENTITY_REGISTERS,
    GRAPH_WIKIDATA,
    PREFIXES,
    PULLED_PREFIXES,
    register_of,
)
from ..model.classes import CLASSES_BY_REGISTER, WIKIMEDIA_PAGES, match_classes
from ..model.items import Item, ItemStatement, ItemSummary, display_label
from ..model.languages import LANGUAGES, language_codes
from ..model.properties import (
    CAST,
    CHARACTER_ROLE,
    CONNECTIONS,
    DATE_RELATIONS,
    IDENTIFIER_RELATIONS,
    RELATIONS,
    ROLES,
    WORKS,
    ConnectionProperty,
)  # fmt: skip
from .curated_facts import CuratedFacts

#: Agent that the connections are attributed to.
CONTRIBUTORS: Final = f"{BASE}organisation/wikidata-contributors"
_ALL_PREFIXES: Final = {**PREFIXES, **PULLED_PREFIXES}
_WIKIPEDIA_SITES: Final = ("enwiki", "zhwiki", "jawiki", "kowiki")
_DATE_TYPES: Final = {4: "gYear", 7: "gYearMonth", 10: "date"}
_IDENTIFIER_PATTERNS: Final = {"imdbId": r"(tt|nm|co)[0-9]{7,}", "tmdbId": r"[0-9]+"}
# Item "television special", which has the second class of its register.
_TELEVISION_SPECIAL: Final = "Q1261214"
# Accepted addresses of Wikipedia articles.
_ARTICLE: Final = re.compile(r"https://[a-z-]+\.wikipedia\.org/wiki/[^\s<>\"{}|^`\\]+")


@cache
def _iri(curie: str) -> ox.NamedNode:
    """Expand a prefixed name."""
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(_ALL_PREFIXES[prefix] + local)


class Projection:
    """Triples built from items.

    Attributes:
        triples: All triples of the source.
        new_entities: Q-id and label of each entity that the source adds, by IRI.
        omitted: Number of omitted statements by reason.
    """

    def __init__(
        self, items: Mapping[str, Item], summaries: Mapping[str, ItemSummary], curated: CuratedFacts
    ) -> None:
        self.triples: set[ox.Triple] = set()
        self.new_entities: dict[str, tuple[str, str]] = {}
        self.omitted: Counter[str] = Counter()
        self._items = items
        self._summaries = summaries
        self._curated = curated
        self._new_connections: set[str] = set()
        self._entities = dict(curated.entities)
        for item in items.values():
            if item.redirects_to and item.item in self._entities:
                self._entities.setdefault(item.redirects_to, self._entities[item.item])
        self._describe_source()
        for item in items.values():
            if item.exists and not (item.redirects_to and item.item not in self._entities):
                self._add_item(item)

    def turtle(self) -> str:
        """Serialize the triples as Turtle, in a stable order."""
        written = ox.serialize(
            sorted(self.triples, key=str), format=ox.RdfFormat.TURTLE, prefixes=_ALL_PREFIXES
        )
        assert written is not None, "serialize returns None only if it writes a file"
        lines = written.decode().splitlines(keepends=True)
        heads = {line for line in lines if line.startswith("@prefix ")}
        body = "".join(line for line in lines if line not in heads)
        # Only the prefixes in use, sorted.
        used = sorted(head for head in heads if f"{head.split()[1]}" in body)
        return "".join((*used, "\n", body))

    def _add_triple(
        self, subject: str, predicate: str, value: str | ox.NamedNode | ox.Literal
    ) -> None:
        """Add a triple; a ``value`` of type str is an IRI."""
        term = ox.NamedNode(value) if isinstance(value, str) else value
        self.triples.add(ox.Triple(ox.NamedNode(subject), _iri(predicate), term))

    def _add_text(self, subject: str, predicate: str, text: str, language: str = "en") -> None:
        self._add_triple(subject, predicate, ox.Literal(text, language=language))

    def _describe_source(self) -> None:
        read = max((item.read for item in self._items.values()), default="")
        self._add_triple(GRAPH_WIKIDATA, "rdf:type", _iri("al:Source"))
        self._add_text(GRAPH_WIKIDATA, "dcterms:title", "Wikidata")
        self._add_triple(GRAPH_WIKIDATA, "al:url", "https://www.wikidata.org/")
        self._add_triple(GRAPH_WIKIDATA, "al:sourceType", _iri("source-type:dataset"))
        self._add_triple(GRAPH_WIKIDATA, "al:author", ox.Literal("Contributors of Wikidata"))
        self._add_triple(
            GRAPH_WIKIDATA, "dcterms:license", "https://creativecommons.org/publicdomain/zero/1.0/"
        )
        if read:
            day = ox.Literal(read[:10], datatype=_iri("xsd:date"))
            self._add_triple(GRAPH_WIKIDATA, "al:seen", day)
        self._add_triple(CONTRIBUTORS, "rdf:type", _iri("al:Organisation"))
        self._add_text(CONTRIBUTORS, "rdfs:label", "Contributors of Wikidata")
        self._add_text(
            CONTRIBUTORS, "dcterms:description", "The contributors of Wikidata as a group."
        )
        self._add_triple(CONTRIBUTORS, "dcterms:source", GRAPH_WIKIDATA)

    def _find_or_add_entity(
        self, item: str, registers: Iterable[str] = tuple(ENTITY_REGISTERS)
    ) -> str | None:
        """Return the entity for an item; None if it belongs to none of the registers."""
        registers = tuple(registers)
        if known := self._entities.get(item):
            return known if register_of(known) in registers else None
        types, above, labels = self._types_and_labels(item)
        if not WIKIMEDIA_PAGES.keys().isdisjoint(types):
            return None
        for register in registers:
            if register in CLASSES_BY_REGISTER and match_classes(register, types, above) == "fits":
                return self._add_entity(item, register, types, labels)
        return None

    def _types_and_labels(
        self, item: str
    ) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]:
        named = self._summaries.get(item)
        above = named.superclasses if named else ()
        if read := self._items.get(item):
            return tuple(one.item for one in read.best_statements("P31")), above, read.labels
        return (named.types, above, named.labels) if named else ((), (), {})

    def _add_entity(
        self, item: str, register: str, types: tuple[str, ...], labels: Mapping[str, str]
    ) -> str:
        """Add an entity for an item that no curated entity is linked to."""
        iri = f"{BASE}{register}/wikidata-{item.lower()}"
        self._entities[item] = iri
        self.new_entities[iri] = (item, display_label(labels) or item)
        classes = ENTITY_REGISTERS[register]
        special = register == "television" and _TELEVISION_SPECIAL in types
        self._add_triple(iri, "rdf:type", _iri(f"al:{classes[1 if special else 0]}"))
        self._add_triple(iri, "dcterms:source", GRAPH_WIKIDATA)
        # Like Wikidata, use the Q-id if there is no English label.
        self._add_text(iri, "rdfs:label", _label(labels, "en") or item)
        for tag in LANGUAGES[1:]:
            if text := _label(labels, tag):
                self._add_text(iri, "rdfs:label", text, tag)
        return iri

    def _add_item(self, item: Item) -> None:
        subject = self._find_or_add_entity(item.item)
        if subject is None:
            self.omitted["items whose class fits no register"] += 1
            return
        register = register_of(subject)
        self._add_revision(subject, item)
        self._add_names(subject, item)
        self._add_dates(subject, register, item)
        self._add_external_links(subject, item)
        for prop, plain in RELATIONS.items():
            for one in item.best_statements(prop):
                target = (
                    self._find_value(one, plain.objects) if register in plain.subjects else None
                )
                if target and target != subject:
                    self._add_triple(subject, f"al:{plain.relation}", target)
        if register in WORKS:
            self._add_credits(subject, item)
            self._add_cast(subject, item)
        for prop, joining in CONNECTIONS.items():
            for one in item.best_statements(prop):
                self._add_connection(subject, item, prop, joining, one)

    def _add_external_links(self, subject: str, item: Item) -> None:
        """Add Wikipedia articles, and identifiers unless ours differ."""
        for prop, name in IDENTIFIER_RELATIONS.items():
            for one in item.best_statements(prop)[:1]:
                ours = self._curated.identifiers[subject].get(name, one.value)
                if re.fullmatch(_IDENTIFIER_PATTERNS[name], one.value) and ours == one.value:
                    self._add_triple(subject, f"al:{name}", ox.Literal(one.value))
        for site in _WIKIPEDIA_SITES:
            if _ARTICLE.fullmatch(url := item.sitelinks.get(site, "")):
                self._add_triple(subject, "al:wikipediaArticle", url)

    def _find_value(self, statement: ItemStatement, registers: Iterable[str]) -> str | None:
        target = self._find_or_add_entity(statement.item, registers) if statement.item else None
        if target is None:
            self.omitted["values whose class does not fit"] += 1
        return target

    def _add_revision(self, subject: str, item: Item) -> None:
        """Add evidence for the item as a whole: its revision and time of retrieval."""
        node = f"{BASE}evidence/wikidata-{item.item.lower()}"
        label = display_label(item.labels) or item.item
        edited = f", edited on {item.modified[:10]}" if item.modified else ""
        self._add_evidence(
            node,
            item,
            f"{item.item}, revision {item.revision}",
            f"Wikidata's item {label} ({item.item}), revision {item.revision}{edited}.",
        )
        self._add_triple(subject, "al:evidence", node)

    def _add_evidence(self, node: str, item: Item, locator: str, description: str) -> None:
        moment = _iri("xsd:dateTime")
        self._add_triple(node, "rdf:type", _iri("al:Evidence"))
        self._add_triple(node, "al:source", GRAPH_WIKIDATA)
        self._add_triple(node, "al:stance", _iri("stance:supports"))
        self._add_triple(node, "al:locator", ox.Literal(locator))
        self._add_text(node, "dcterms:description", description)
        version = ox.Literal(str(item.revision), datatype=_iri("xsd:integer"))
        self._add_triple(node, "schema:version", version)
        self._add_triple(node, "prov:generatedAtTime", ox.Literal(item.read, datatype=moment))
        if item.modified:
            self._add_triple(node, "dcterms:modified", ox.Literal(item.modified, datatype=moment))

    def _add_names(self, subject: str, item: Item) -> None:
        """Add missing labels as labels and others as aliases: one label for each language."""
        ours = self._curated.labels.get(subject, {})
        for tag in LANGUAGES:
            text = _label(item.labels, tag)
            if text and subject not in self.new_entities:
                same = ours.get(tag, text) == text
                self._add_text(subject, "rdfs:label" if same else "skos:altLabel", text, tag)
            for code in language_codes(tag).exact[:1]:
                for alias in item.aliases.get(code, ()):
                    if alias.strip() and alias not in (text, ours.get(tag)):
                        self._add_text(subject, "skos:altLabel", alias.strip(), tag)

    def _add_dates(self, subject: str, register: str, item: Item) -> None:
        for prop, (ours, registers) in DATE_RELATIONS.items():
            if register not in registers:
                continue
            found = [one for one in item.best_statements(prop) if len(one.value) in _DATE_TYPES]
            dates = [one.value for one in found if not one.is_circa]
            if found and not dates:
                # The ontology has no approximate dates.
                self.omitted["approximate dates (circa)"] += 1
            if dates:
                # Films have a date for each country; the first one is the publication date.
                # A day takes precedence over its year.
                first = min(dates, key=lambda date: f"{date}~")
                kind = _iri(f"xsd:{_DATE_TYPES[len(first)]}")
                self._add_triple(subject, f"al:{ours}", ox.Literal(first, datatype=kind))

    def _add_credits(self, work: str, item: Item) -> None:
        for prop, (_, role, registers) in ROLES.items():
            for one in item.best_statements(prop):
                agent = self._find_value(one, registers)
                if agent is None:
                    continue
                key = (work, agent, f"{BASE}role/{role}")
                made = f"{BASE}contribution/wikidata-{item.item.lower()}-{role}-{one.item.lower()}"
                node = self._curated.contributions.get(key, made)
                self._add_triple(node, "rdf:type", _iri("al:Contribution"))
                self._add_triple(node, "al:contributor", agent)
                self._add_triple(node, "al:inWork", work)
                self._add_triple(node, "al:role", _iri(f"role:{role}"))

    def _add_cast(self, work: str, item: Item) -> None:
        for one in item.best_statements(CAST):
            person = self._find_value(one, ("person",))
            if person is None:
                continue
            made = f"{BASE}performance/wikidata-{item.item.lower()}-{one.item.lower()}"
            node = self._curated.performances.get((work, person), made)
            self._add_triple(node, "rdf:type", _iri("al:Performance"))
            self._add_triple(node, "al:inWork", work)
            self._add_triple(node, "al:performer", person)
            if node == made:
                self._add_text(
                    node,
                    "rdfs:label",
                    f"{self._display_label(person)} in {self._display_label(work)}",
                )
            for part in one.qualifiers.get(CHARACTER_ROLE, ()):
                if character := self._find_or_add_entity(part, ("character",)):
                    self._add_triple(node, "al:character", character)
                    self._add_triple(character, "al:presentIn", work)

    def _add_connection(
        self, subject: str, item: Item, prop: str, rule: ConnectionProperty, value: ItemStatement
    ) -> None:
        if rule.inverse:
            item_registers, value_registers = rule.objects, rule.subjects
        else:
            item_registers, value_registers = rule.subjects, rule.objects
        fits = register_of(subject) in item_registers
        other = self._find_value(value, value_registers) if fits else None
        if other is None or other == subject:
            return
        ends = [(subject, item.item.lower()), (other, value.item.lower())]
        (start, first), (end, second) = reversed(ends) if rule.inverse else ends
        claim = (
            f"Wikidata states about {self._display_label(subject)} ({item.item}): {rule.label} "
            f"{self._display_label(other)} ({value.item})"
        )
        node = f"{BASE}evidence/wikidata-{item.item.lower()}-{prop.lower()}-{value.item.lower()}"
        # A reference may have neither page nor item, for example if it only names a Wikipedia.
        count = len(value.references)
        references = (
            f"; pages and items given as references: {count}" if count else "; no reference"
        )
        locator = f"{item.item}, {prop}, revision {item.revision}"
        self._add_evidence(node, item, locator, f"{claim}{references}.")
        known = self._curated.connections.get((rule.family, start, end), ())
        for connection in known:
            self._add_triple(connection, "al:evidence", node)
        if known:
            return
        made = f"{BASE}connection/wikidata-{first}-{rule.kind}-{second}"
        self._add_triple(made, "al:evidence", node)
        if made in self._new_connections:
            return
        self._new_connections.add(made)
        self._add_triple(made, "rdf:type", _iri(f"al:{rule.family}"))
        self._add_triple(made, "al:from", start)
        self._add_triple(made, "al:to", end)
        self._add_triple(made, "al:kind", _iri(f"kind:{rule.kind}"))
        self._add_triple(made, "al:certainty", _iri("certainty:claimed"))
        self._add_triple(made, "al:madeBy", CONTRIBUTORS)
        self._add_text(made, "rdfs:label", _CONNECTION_PHRASES[rule.kind])
        self._add_text(made, "dcterms:description", f"{claim}.")

    def _display_label(self, iri: str) -> str:
        if iri in self.new_entities:
            return self.new_entities[iri][1]
        return self._curated.labels.get(iri, {}).get("en") or shorten(iri)


#: Phrase between the labels of both ends of a connection.
_CONNECTION_PHRASES: Final = {
    "derivation": "is based on",
    "inspired-by": "is inspired by",
    "influence": "is influenced by",
    "reference": "refers to",
    "quotation": "quotes",
}


def _label(labels: Mapping[str, str], tag: str) -> str:
    """Return the label in a language and its script; for English also the ``mul`` label."""
    codes = (*language_codes(tag).exact, "mul") if tag == "en" else language_codes(tag).exact
    return next((labels[code].strip() for code in codes if labels.get(code, "").strip()), "")
