"""Description of the dataset in VoID and DCAT, computed from the graph.

All counts are computed. The description covers all graphs except itself, so that it does not
change if it is added to the graph.

Source: https://www.w3.org/TR/void/ and https://www.w3.org/TR/vocab-dcat-3/
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from .._version import RELEASED, __version__
from ..core.vocabulary import (
    AL,
    BASE,
    DATASET,
    DESCRIPTION_PREFIXES,
    ENTITY_REGISTERS,
    GRAPH_DESCRIPTION,
    GRAPH_INFERRED,
    GRAPH_MAPPING,
    ONTOLOGY,
    PREFIXES,
    WIKIDATA_ENTITY,
    register_of,
)
from ..store.default_graph import statements

_ALL_PREFIXES: Final = {**PREFIXES, **DESCRIPTION_PREFIXES}
_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")
_LICENCE: Final = "https://creativecommons.org/publicdomain/zero/1.0/"
_IANA: Final = "https://www.iana.org/assignments/media-types/"
_NAMESPACE: Final = re.compile(r"^.*[#/]")

#: Format of `allusion export` -> title and media type; "" if IANA has not registered one.
DISTRIBUTIONS: Final[dict[str, tuple[str, str]]] = {
    "ttl": ("Turtle, without the names of the graphs", "text/turtle"),
    "trig": ("TriG, a named graph for each source", "application/trig"),
    "nq": ("N-Quads, a named graph for each source", "application/n-quads"),
    "nt": ("N-Triples, without the names of the graphs", "application/n-triples"),
    "rdf": ("RDF/XML, without the names of the graphs", "application/rdf+xml"),
    "jsonld": ("JSON-LD, without the names of the graphs", "application/ld+json"),
    "graphml": ("GraphML, entities and their connections", ""),
    "gexf": ("GEXF, entities and their connections", ""),
}

#: Datasets that this one links to: name -> title, home page, pattern of their IRIs.
_LINK_TARGETS: Final[dict[str, tuple[str, str, re.Pattern[str]]]] = {
    "wikidata": (
        "Wikidata",
        "https://www.wikidata.org/",
        re.compile(f"^{re.escape(WIKIDATA_ENTITY)}Q"),
    ),
    "wikipedia": (
        "Wikipedia",
        "https://www.wikipedia.org/",
        re.compile(r"^https://[a-z-]+\.wikipedia\.org/wiki/"),
    ),
}

#: Subsets: name -> title. All graphs except those of the last three belong to "stated".
_SUBSETS: Final[dict[str, str]] = {
    "stated": "What the sources state, a named graph for each, and the register of entities",
    "mappings": "Links to Wikidata, each with its justification and its confidence",
    "inferred": "Triples that the rules of the ontology infer from the others",
    "ontology": "The ontology itself: classes, properties, concepts, shapes and alignments",
}
_PART_OF_GRAPH: Final = {
    GRAPH_MAPPING: "mappings",
    GRAPH_INFERRED: "inferred",
    ONTOLOGY: "ontology",
}

Value = ox.NamedNode | ox.Literal


def describe(store: ox.Store) -> list[ox.Quad]:
    """Return the description of all graphs in ``store`` except the description.

    Quads of one subject are adjacent, in the order in which the subjects first occur.
    """
    graph = ox.NamedNode(GRAPH_DESCRIPTION)
    counted = _Counts(quad for quad in statements(store) if quad.graph_name != graph)
    rows = (
        *_document(),
        *_dataset(counted),
        *_distributions(),
        *_parts(counted),
        *_linksets(counted),
        *_partitions(counted),
        *_prefixes(),
    )
    order = {subject: place for place, (subject, _, _) in reversed(list(enumerate(rows)))}
    return [
        ox.Quad(ox.NamedNode(subject), _iri(predicate), value, graph)
        for subject, predicate, value in sorted(rows, key=lambda row: order[row[0]])
    ]


class _Counts:
    """Counts of triples, made in one pass; a triple in several graphs counts once."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.triples: set[ox.Triple] = set()
        self.parts: dict[str, set[ox.Triple]] = {name: set() for name in _SUBSETS}
        self.stated: set[str] = set()
        for quad in quads:
            name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            part = _PART_OF_GRAPH.get(name, "stated")
            self.triples.add(quad.triple)
            self.parts[part].add(quad.triple)
            if part == "stated":
                self.stated.add(name)
        self.members: dict[str, set[object]] = defaultdict(set)
        self.uses: dict[str, set[ox.Triple]] = defaultdict(set)
        for triple in self.triples:
            self.uses[triple.predicate.value].add(triple)
            if triple.predicate == _TYPE and isinstance(triple.object, ox.NamedNode):
                self.members[triple.object.value].add(triple.subject)

    def entities(self) -> dict[str, list[str]]:
        """Return the entities by register, those with most statements first."""
        weight: Counter[str] = Counter()
        found: dict[str, set[str]] = defaultdict(set)
        for triple in self.triples:
            for node in (triple.subject, triple.object):
                if not isinstance(node, ox.NamedNode) or not node.value.startswith(BASE):
                    continue
                register = register_of(node.value)
                if register in ENTITY_REGISTERS:
                    weight[node.value] += 1
                    if node == triple.subject:
                        found[register].add(node.value)
        return {
            register: sorted(found[register], key=lambda iri: (-weight[iri], iri))
            for register in ENTITY_REGISTERS
            if found[register]
        }

    def seen_last(self) -> str:
        """Return the date of the last access to a source, or of the release if that is later."""
        days = {
            triple.object.value
            for triple in self.uses[AL + "seen"]
            if isinstance(triple.object, ox.Literal) and len(triple.object.value) == len(RELEASED)
        }
        return max({RELEASED, *days})

    def languages(self) -> list[str]:
        """Return the two-letter codes of the languages of labels."""
        found = {
            triple.object.language.split("-")[0]
            for triple in self.uses[PREFIXES["rdfs"] + "label"]
            if isinstance(triple.object, ox.Literal) and triple.object.language
        }
        return sorted(code for code in found if len(code) == 2)


Row = tuple[str, str, Value]


def _document() -> Iterator[Row]:
    node = GRAPH_DESCRIPTION
    yield node, "rdf:type", _iri("void:DatasetDescription")
    yield node, "dcterms:title", _text("Description of the allusion knowledge graph")
    yield node, "dcterms:creator", ox.NamedNode(_fragment_iri("contributors"))
    yield node, "dcterms:license", ox.NamedNode(_LICENCE)
    yield node, "foaf:primaryTopic", ox.NamedNode(DATASET)
    agent = _fragment_iri("contributors")
    yield agent, "rdf:type", _iri("foaf:Agent")
    yield agent, "foaf:name", _text("The allusion contributors")
    yield _LICENCE, "rdf:type", _iri("dcterms:LicenseDocument")
    yield _LICENCE, "dcterms:title", _text("CC0 1.0 Universal")


def _dataset(counts: _Counts) -> Iterator[Row]:
    entities = counts.entities()
    yield DATASET, "rdf:type", _iri("void:Dataset")
    yield DATASET, "rdf:type", _iri("dcat:Dataset")
    yield DATASET, "dcterms:title", _text("allusion: film, actor and cultural references")
    yield (
        DATASET,
        "dcterms:description",
        _text(
            "References, influences, comparisons and derivations of films and other works. Each "
            "connection has its sources, the passages in them, and its certainty. Every "
            "statement is in the named graph of its source."
        ),
    )
    for role in ("creator", "publisher"):
        yield DATASET, f"dcterms:{role}", ox.NamedNode(_fragment_iri("contributors"))
    yield DATASET, "dcterms:license", ox.NamedNode(_LICENCE)
    yield DATASET, "dcterms:issued", _literal(RELEASED, "date")
    yield DATASET, "dcterms:modified", _literal(counts.seen_last(), "date")
    yield DATASET, "dcat:version", ox.Literal(__version__)
    yield DATASET, "dcterms:identifier", ox.Literal(DATASET)
    yield DATASET, "dcterms:conformsTo", ox.NamedNode(ONTOLOGY)
    yield ONTOLOGY, "rdf:type", _iri("dcterms:Standard")
    for code in counts.languages():
        node = f"http://id.loc.gov/vocabulary/iso639-1/{code}"
        yield DATASET, "dcterms:language", ox.NamedNode(node)
        yield node, "rdf:type", _iri("dcterms:LinguisticSystem")
    for word in ("film", "intertextuality", "knowledge graph", "Hong Kong cinema", "references"):
        yield DATASET, "dcat:keyword", _text(word)
    for prop in ("dcat:landingPage", "foaf:homepage"):
        yield DATASET, prop, ox.NamedNode(BASE.rstrip("/"))
    yield BASE.rstrip("/"), "rdf:type", _iri("foaf:Document")
    yield DATASET, "void:uriSpace", ox.Literal(BASE)
    yield from _size(DATASET, counts.triples)
    yield DATASET, "void:entities", _number(sum(map(len, entities.values())))
    yield DATASET, "void:classes", _number(len(counts.members))
    yield DATASET, "void:properties", _number(len(counts.uses))
    yield DATASET, "void:documents", _number(len(counts.stated))
    registers = "|".join(ENTITY_REGISTERS)
    yield DATASET, "void:uriRegexPattern", ox.Literal(f"^{re.escape(BASE)}({registers})/")
    used = {_NAMESPACE.match(iri) for iri in (*counts.members, *counts.uses)}
    for namespace in sorted({match[0] for match in used if match}):
        yield DATASET, "void:vocabulary", ox.NamedNode(namespace)
    for ordered in entities.values():
        yield DATASET, "void:exampleResource", ox.NamedNode(ordered[0])


def _size(node: str, triples: set[ox.Triple]) -> Iterator[Row]:
    yield node, "void:triples", _number(len(triples))
    yield node, "void:distinctSubjects", _number(len({t.subject for t in triples}))
    yield node, "void:distinctObjects", _number(len({t.object for t in triples}))


def _distributions() -> Iterator[Row]:
    for form, (title, media_type) in DISTRIBUTIONS.items():
        node, address = f"{DATASET}/{form}", ox.NamedNode(f"{DATASET}.{form}")
        yield DATASET, "dcat:distribution", ox.NamedNode(node)
        yield node, "rdf:type", _iri("dcat:Distribution")
        yield node, "dcterms:title", _text(title)
        yield node, "dcterms:license", ox.NamedNode(_LICENCE)
        yield node, "dcat:accessURL", address
        yield node, "dcat:downloadURL", address
        if media_type:
            kind = _IANA + media_type
            yield node, "dcat:mediaType", ox.NamedNode(kind)
            yield kind, "rdf:type", _iri("dcterms:MediaType")
            yield DATASET, "void:dataDump", address
        else:
            kind = _fragment_iri(f"format-{form}")
            yield node, "dcterms:format", ox.NamedNode(kind)
            yield kind, "rdf:type", _iri("dcterms:MediaTypeOrExtent")
            yield kind, "rdfs:label", _text(title.split(",")[0])


def _parts(counts: _Counts) -> Iterator[Row]:
    for name, title in _SUBSETS.items():
        node = f"{DATASET}/{name}"
        yield DATASET, "void:subset", ox.NamedNode(node)
        yield node, "rdf:type", _iri("void:Dataset")
        yield node, "dcterms:title", _text(title)
        yield from _size(node, counts.parts[name])
        if name == "stated":
            yield node, "void:documents", _number(len(counts.stated))


def _linksets(counts: _Counts) -> Iterator[Row]:
    """Yield links of entities to other datasets; identifiers are not links."""
    for name, (title, home, form) in _LINK_TARGETS.items():
        links: dict[str, set[ox.Triple]] = defaultdict(set)
        for triple in counts.parts["stated"] | counts.parts["mappings"]:
            subject, target = triple.subject, triple.object
            if (
                isinstance(subject, ox.NamedNode)
                and isinstance(target, ox.NamedNode)
                and register_of(subject.value) in ENTITY_REGISTERS
                and form.match(target.value)
            ):
                links[triple.predicate.value].add(triple)
        if not links:
            continue
        other = _fragment_iri(name)
        yield other, "rdf:type", _iri("void:Dataset")
        yield other, "dcterms:title", _text(title)
        yield other, "foaf:homepage", ox.NamedNode(home)
        yield home, "rdf:type", _iri("foaf:Document")
        for predicate, triples in sorted(links.items()):
            node = f"{DATASET}/links-{name}-{_short(predicate)}"
            yield DATASET, "void:subset", ox.NamedNode(node)
            yield node, "rdf:type", _iri("void:Linkset")
            yield node, "dcterms:title", _text(f"{_short(predicate)}, from entities to {title}")
            yield node, "void:linkPredicate", ox.NamedNode(predicate)
            yield node, "void:subjectsTarget", ox.NamedNode(DATASET)
            yield node, "void:objectsTarget", ox.NamedNode(other)
            yield from _size(node, triples)


def _partitions(counts: _Counts) -> Iterator[Row]:
    for iri, members in sorted(counts.members.items()):
        node = _fragment_iri(f"class-{_short(iri)}")
        yield DATASET, "void:classPartition", ox.NamedNode(node)
        yield node, "void:class", ox.NamedNode(iri)
        yield node, "void:entities", _number(len(members))
    for iri, triples in sorted(counts.uses.items()):
        node = _fragment_iri(f"property-{_short(iri)}")
        yield DATASET, "void:propertyPartition", ox.NamedNode(node)
        yield node, "void:property", ox.NamedNode(iri)
        yield from _size(node, triples)


def _prefixes() -> Iterator[Row]:
    for prefix, namespace in PREFIXES.items():
        node = _fragment_iri(f"prefix-{prefix}")
        yield DATASET, "sh:declare", ox.NamedNode(node)
        yield node, "rdf:type", _iri("sh:PrefixDeclaration")
        yield node, "sh:prefix", ox.Literal(prefix)
        yield node, "sh:namespace", _literal(namespace, "anyURI")


def _fragment_iri(name: str) -> str:
    return f"{GRAPH_DESCRIPTION}#{name}"


def _iri(curie: str) -> ox.NamedNode:
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(_ALL_PREFIXES[prefix] + local)


def _short(iri: str) -> str:
    """Return a short name of an IRI: prefix and local name, or a digest.

    It can be used as a part of other IRIs.
    """
    for prefix, namespace in _ALL_PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and re.fullmatch(r"\w+", local):
            return f"{prefix}-{local}"
    return hashlib.sha256(iri.encode()).hexdigest()[:12]


def _text(value: str) -> ox.Literal:
    return ox.Literal(value, language="en")


def _number(value: int) -> ox.Literal:
    return _literal(str(value), "integer")


def _literal(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=_iri(f"xsd:{datatype}"))
