"""The ontology: consistent, complete, and free of the pitfalls that can be looked for offline.

The pitfalls and their numbers are those of the OOPS! catalog
(https://oops.linkeddata.es/catalog.jsp).
"""

from __future__ import annotations

import csv
import re
from functools import cache
from itertools import combinations
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import (
    DCTERMS,
    OWL,
    PROV,
    RDF,
    RDFS,
    SDO,
    SH,
    SKOS,
    VANN,
    XSD,
    DefinedNamespace,
)
from rdflib.term import Node

from allusion.authoring.concepts import Concepts
from allusion.core.resources import locate
from allusion.core.vocabulary import AL as AL_IRI
from allusion.core.vocabulary import (
    BASE,
    CONCEPT_SCHEMES,
    ENTITY_REGISTERS,
    FAMILIES,
    ONTOLOGY,
    PREFIXES,
    STATEMENT_REGISTERS,
)

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "ontology"
FILES = sorted(FOLDER.glob("*.ttl"))
AL = Namespace(AL_IRI)
KIND = Namespace(f"{BASE}kind/")
IMDB = URIRef(f"{BASE}imdb-connection")
HEADER = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
CANONICAL = (
    "from pathlib import Path; from rdflib import Graph; p = Path('ontology/{name}'); "
    "p.write_text(Graph(bind_namespaces='none').parse(p).serialize(format='longturtle'))"
)
PROPERTY_TYPES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
BUILT_IN: tuple[type[DefinedNamespace], ...] = (RDF, RDFS, OWL, XSD, SH)
CLOSED: tuple[type[DefinedNamespace], ...] = (*BUILT_IN, DCTERMS, SKOS, VANN, PROV, SDO)
MAPPINGS = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)


@cache
def load(*names: str) -> Graph:
    graph = Graph(bind_namespaces="none")
    for name in names or tuple(path.stem for path in FILES):
        graph.parse(FOLDER / f"{name}.ttl", format="turtle")
    return graph


def core() -> Graph:
    return load("allusion")


def ours(node: Node) -> bool:
    return isinstance(node, URIRef) and node.startswith(AL_IRI)


def classes() -> set[Node]:
    return {c for c in core().subjects(RDF.type, OWL.Class) if ours(c)}


def properties(*kinds: Node) -> set[Node]:
    return {p for kind in kinds for p in core().subjects(RDF.type, kind) if ours(p)}


def terms() -> set[Node]:
    return classes() | properties(*PROPERTY_TYPES) | {AL.PartialDate}


def concepts() -> set[Node]:
    return set(load("kinds", "schemes").subjects(RDF.type, SKOS.Concept))


def members(expression: Node) -> set[Node]:
    """The named classes of a domain or range: itself, or those of its union."""
    union = core().value(expression, OWL.unionOf)
    return set(Collection(core(), union)) if union else {expression}


def errors(graph: Graph) -> list[str]:
    """What the OWL 2 RL rules find wrong with the graph, which is closed in place."""
    closure = owlrl.OWLRL.OWLRL_Semantics(graph, False, False, False)
    closure.closure()
    nothing = [f"{s} is in owl:Nothing" for s in graph.subjects(RDF.type, OWL.Nothing)]
    return [*closure.error_messages, *(n for n in nothing if not n.startswith(str(OWL.Nothing)))]


# --- the files -------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_in_canonical_turtle_with_the_prefixes_of_the_project(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    graph = Graph(bind_namespaces="none").parse(data=text, format="turtle")
    command = CANONICAL.format(name=path.name)
    assert text == graph.serialize(format="longturtle"), f'run: python -c "{command}"'
    bound = {prefix: str(iri) for prefix, iri in graph.namespaces()}
    assert {p for p, iri in bound.items() if PREFIXES.get(p, iri) != iri} == set()
    assert {
        p for p, iri in bound.items() if iri in PREFIXES.values() and p not in PREFIXES
    } == set()


def test_the_header_is_complete() -> None:
    head, graph = URIRef(ONTOLOGY), core()
    for prop in (DCTERMS.title, DCTERMS.description, DCTERMS.bibliographicCitation):
        (text,) = graph.objects(head, prop)
        assert isinstance(text, Literal)
        assert text.language == "en"
        assert text
    version = graph.value(head, OWL.versionInfo)
    assert graph.value(head, OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{version}")
    assert graph.value(head, VANN.preferredNamespacePrefix) == Literal("al")
    assert graph.value(head, VANN.preferredNamespaceUri) == Literal(AL_IRI)
    assert graph.value(head, DCTERMS.creator) == Literal("The allusion contributors", lang="en")
    created, modified = (graph.value(head, p) for p in (DCTERMS.created, DCTERMS.modified))
    assert created == Literal("2026-11-22", datatype=XSD.date)
    assert isinstance(modified, Literal)
    assert modified >= created


def test_the_readme_is_short_and_names_every_file() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 40
    for path in (*FILES, *FOLDER.glob("*.tsv")):
        assert f"`{path.name}`" in text


def test_the_vocabulary_module_has_the_classes_and_schemes_of_the_files() -> None:
    registers = {**ENTITY_REGISTERS, **STATEMENT_REGISTERS}
    named = {AL[name] for names in registers.values() for name in names}
    general = {c for c in classes() if c in set(core().objects(None, RDFS.subClassOf))}
    assert named <= classes()
    assert classes() - named == general - named
    entities = {AL[name] for names in ENTITY_REGISTERS.values() for name in names}
    below = set(core().transitive_subjects(RDFS.subClassOf, AL.Entity))
    assert entities == below & named
    schemes = set(load("kinds", "schemes").subjects(RDF.type, SKOS.ConceptScheme))
    assert schemes == {URIRef(BASE + name) for name in CONCEPT_SCHEMES} | {IMDB}
    tops = set(load("kinds").objects(URIRef(f"{BASE}kind"), SKOS.hasTopConcept))
    assert tops == {KIND[name] for name in FAMILIES}


# --- consistency -----------------------------------------------------------------------


def test_the_ontology_is_consistent_with_a_member_of_every_class_and_a_whole_graph() -> None:
    graph = Graph()
    for name in ("allusion", "alignments"):
        graph.parse(FOLDER / f"{name}.ttl")
    graph.parse(Path(__file__).parents[1] / "data" / "shapes" / "valid.ttl")
    for number, kind in enumerate(sorted(classes(), key=str)):
        graph.add((URIRef(f"urn:example:{number}"), RDF.type, kind))
    assert errors(graph) == []


def test_an_inconsistent_graph_is_detected() -> None:
    graph = Graph().parse(FOLDER / "allusion.ttl")
    graph.parse(
        data=HEADER
        + """connection:two-families a al:Reference , al:Comparison .
        film:who-performs al:appearsIn film:b . film:who-performs a al:Film .
        utterance:itself al:reports utterance:itself .""",
        format="turtle",
    )
    found = "\n".join(errors(graph))
    for slug in ("two-families", "who-performs", "itself"):
        assert slug in found


# --- completeness ----------------------------------------------------------------------


def test_every_term_has_one_label_definition_and_example_in_english() -> None:
    for term in sorted(terms(), key=str):
        for prop in (RDFS.label, SKOS.definition, SKOS.example):
            tags = [getattr(value, "language", "") for value in core().objects(term, prop)]
            assert tags.count("en") == 1, f"{term} {prop}"
            assert len(tags) == len(set(tags)), f"{term} {prop}"
        assert core().value(term, RDFS.isDefinedBy) == URIRef(ONTOLOGY)
        assert str(core().value(term, SKOS.definition)).endswith(".")


def test_what_a_sheet_may_name_has_a_label_in_japanese_and_chinese() -> None:
    words = Concepts(locate())
    schemes = (words.kinds, words.certainties, words.source_types, words.stances, words.roles)
    for scheme in (*schemes, words.classes):
        for concept in scheme.concepts.values():
            assert {"en", "ja", "zh-Hant"} <= concept.labels.keys(), concept
            for label in concept.labels.values():
                assert scheme.find(label) == concept.slug


def test_no_two_terms_share_a_label_or_a_definition() -> None:
    for group in (classes(), properties(*PROPERTY_TYPES)):
        for prop in (RDFS.label, SKOS.definition):
            texts = [
                s for term in group for s in {str(text) for text in core().objects(term, prop)}
            ]
            assert sorted(texts) == sorted(set(texts))


def test_every_concept_has_a_label_a_definition_and_its_slug_as_notation() -> None:
    graph = load("kinds", "schemes")
    for concept in concepts():
        (scheme,) = graph.objects(concept, SKOS.inScheme)
        assert graph.value(concept, SKOS.notation) == Literal(str(concept).rsplit("/", 1)[1])
        assert str(concept).startswith(f"{scheme}/")
        labels = list(graph.objects(concept, SKOS.prefLabel))
        tags = [label.language for label in labels if isinstance(label, Literal)]
        assert "en" in tags
        assert len(tags) == len(set(tags))
        (definition,) = graph.objects(concept, SKOS.definition)
        assert str(definition).endswith(".")


def test_every_kind_has_a_scope_note_an_example_of_each_sort_and_a_mapping() -> None:
    graph = load("kinds")
    for kind in graph.subjects(SKOS.inScheme, URIRef(f"{BASE}kind")):
        for prop in (SKOS.scopeNote, AL.positiveExample, AL.negativeExample):
            assert len(list(graph.objects(kind, prop))) == 1, f"{kind} {prop}"
        mapped = [target for prop in MAPPINGS for target in graph.objects(kind, prop)]
        assert mapped, kind
        assert len(mapped) == len(set(mapped)), f"{kind} is mapped twice to one thing"


def test_every_kind_lies_in_exactly_one_family() -> None:
    graph = load("kinds")
    for kind in graph.subjects(SKOS.inScheme, URIRef(f"{BASE}kind")):
        above = set(graph.transitive_objects(kind, SKOS.broader))
        assert len(above & {KIND[name] for name in FAMILIES}) == 1, kind


def test_all_eighteen_kinds_of_imdb_are_mapped() -> None:
    graph = load("kinds")
    kinds = set(graph.subjects(SKOS.inScheme, IMDB))
    assert len(kinds) == 18
    assert kinds == {o for prop in MAPPINGS for o in graph.objects(None, prop)} & kinds


# --- terms that are used ---------------------------------------------------------------

SCHEME_TERM = re.compile(rf"(?<![\w?/-])({'|'.join(CONCEPT_SCHEMES)}):([a-z0-9-]+)")


def undeclared(iris: set[str]) -> set[str]:
    declared = {str(term) for term in terms() | concepts()}
    slots = tuple(f"{BASE}{scheme}/" for scheme in CONCEPT_SCHEMES)
    return {iri for iri in iris if iri.startswith((AL_IRI, *slots)) and iri not in declared}


def used_in_turtle(path: Path) -> set[str]:
    quads = ox.parse(path=path, format=ox.RdfFormat.TURTLE)
    return {node.value for quad in quads for node in quad.triple if isinstance(node, ox.NamedNode)}


def used_in_query(text: str) -> set[str]:
    body = re.sub(r"(?m)^\s*#.*$|'[^'\n]*'|\"[^\"\n]*\"", "", text)
    names = {AL_IRI + name for name in re.findall(r"\bal:(\w+)", body)}
    return names | {f"{BASE}{scheme}/{slug}" for scheme, slug in SCHEME_TERM.findall(body)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_ontology_uses_no_undeclared_term(path: Path) -> None:
    assert undeclared(used_in_turtle(path)) == set()


def test_the_rules_and_queries_use_no_undeclared_term() -> None:
    for path in [*FOLDER.glob("rules/*.rq"), *(ROOT / "queries").glob("**/*.rq")]:
        assert undeclared(used_in_query(path.read_text(encoding="utf-8"))) == set(), path.name


def test_the_data_use_no_undeclared_term() -> None:
    for path in (ROOT / "graph" / "data").glob("**/*.ttl"):
        assert undeclared(used_in_turtle(path)) == set(), path.name


def test_an_undeclared_term_is_detected(tmp_path: Path) -> None:
    query = "PREFIX al: <x>\n# al:comment\nSELECT * { ?c al:kinds kind:name-drops }"
    assert undeclared(used_in_query(query)) == {f"{AL_IRI}kinds", f"{BASE}kind/name-drops"}
    path = tmp_path / "x.ttl"
    path.write_text(f"{HEADER} film:a al:alludesTo film:b ; al:kind kind:parody .", "utf-8")
    assert undeclared(used_in_turtle(path)) == {f"{AL_IRI}alludesTo"}


# --- pitfalls --------------------------------------------------------------------------


def test_p04_no_term_is_unconnected() -> None:
    """P04, creating unconnected ontology elements: terms without relation to the rest."""
    graph = core()
    linked: set[Node] = set()
    for prop in (RDFS.domain, RDFS.range):
        linked |= {m for expression in graph.objects(None, prop) for m in members(expression)}
        linked |= set(graph.subjects(prop))
    linked |= set(graph.subjects(RDFS.subClassOf)) | set(graph.objects(None, RDFS.subClassOf))
    used = set(load("kinds").predicates())
    assert {term for term in terms() - linked if term not in used} == set()


def test_p05_inverses_have_mirrored_domains_and_ranges() -> None:
    """P05, defining wrong inverse relationships: each must be the other read backwards."""
    for one, other in core().subject_objects(OWL.inverseOf):
        assert (other, OWL.inverseOf, one) in core()
        for here, there in ((RDFS.domain, RDFS.range), (RDFS.range, RDFS.domain)):
            sides = core().value(one, here), core().value(other, there)
            assert None not in sides
            assert members(sides[0]) == members(sides[1]), one  # type: ignore[arg-type]


def test_p06_no_class_or_property_is_below_itself() -> None:
    """P06, including cycles in a class hierarchy: two classes each below the other."""
    for prop in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term in terms():
            above = [a for a in core().objects(term, prop) if ours(a)]
            assert not any(term in core().transitive_objects(a, prop) for a in above), term


def test_p08_every_term_is_annotated() -> None:
    """P08, missing annotations: a term without label or comment for people to read."""
    for term in terms():
        assert (term, RDFS.label, None) in core(), term
        assert (term, SKOS.definition, None) in core(), term


def test_p10_classes_that_exclude_each_other_say_so() -> None:
    """P10, missing disjointness: without it a reasoner cannot find a contradiction."""
    graph = core()

    def apart(one: Node, other: Node) -> bool:
        pairs = (
            (a, b)
            for a in graph.transitive_objects(one, RDFS.subClassOf)
            for b in graph.transitive_objects(other, RDFS.subClassOf)
        )
        return any(
            (a, OWL.disjointWith, b) in graph or (b, OWL.disjointWith, a) in graph for a, b in pairs
        )

    families = [AL.Reference, AL.Influence, AL.Comparison, AL.Derivation]
    assert all(apart(a, b) for a, b in combinations(families, 2))
    for one, other in combinations(sorted(classes(), key=str), 2):
        below = set(graph.transitive_subjects(RDFS.subClassOf, one))
        above = set(graph.transitive_objects(one, RDFS.subClassOf))
        assert other in below | above or apart(one, other), f"{one} and {other}"


def test_p11_every_property_has_a_domain_and_a_range() -> None:
    """P11, missing domain or range in properties."""
    for prop in properties(OWL.ObjectProperty, OWL.DatatypeProperty):
        assert (prop, RDFS.domain, None) in core(), prop
        assert (prop, RDFS.range, None) in core(), prop


def test_p13_every_object_property_has_an_inverse_or_is_symmetric() -> None:
    """P13, inverse relationships not explicitly declared."""
    for prop in properties(OWL.ObjectProperty):
        symmetric = (prop, RDF.type, OWL.SymmetricProperty) in core()
        assert symmetric or (prop, OWL.inverseOf, None) in core(), prop


def test_p19_no_property_has_two_domains_or_ranges() -> None:
    """P19, defining multiple domains or ranges: they are read as an intersection."""
    for prop in properties(*PROPERTY_TYPES):
        for side in (RDFS.domain, RDFS.range):
            assert len(list(core().objects(prop, side))) <= 1, prop


def test_p22_names_follow_one_convention() -> None:
    """P22, using different naming conventions: UpperCamel, lowerCamel and kebab-case here."""
    forms = [
        (classes(), r"([A-Z][a-z]+)+"),
        (properties(*PROPERTY_TYPES), r"[a-z]+([A-Z][a-z0-9]+)*"),
    ]
    for group, form in forms:
        assert [t for t in group if not re.fullmatch(form, str(t).removeprefix(AL_IRI))] == []
    slugs = [str(concept).rsplit("/", 1)[1] for concept in concepts()]
    assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []


def test_p34_nothing_is_used_as_a_class_without_being_one() -> None:
    """P34, untyped class: used as a class and never declared as one."""
    graph = core()
    used = {o for p in (RDFS.subClassOf, OWL.disjointWith) for o in graph.objects(None, p)}
    for side in (RDFS.domain, RDFS.range):
        used |= {m for expression in graph.objects(None, side) for m in members(expression)}
    used |= set(graph.objects(None, OWL.someValuesFrom))
    used |= {c for p in (RDFS.subClassOf, OWL.disjointWith) for c in graph.subjects(p)}
    kinds = {OWL.Class, OWL.Restriction, RDFS.Datatype}
    untyped = {c for c in used if not kinds & set(graph.objects(c, RDF.type))}
    assert {c for c in untyped if not any(str(c) in n for n in BUILT_IN)} == set()


def test_p35_nothing_is_used_as_a_property_without_being_one() -> None:
    """P35, untyped property: used as a property and never declared as one."""
    graph = core()
    used = set(graph.predicates()) | set(graph.objects(None, OWL.onProperty))
    used |= set(graph.objects(None, RDFS.subPropertyOf))
    declared = {p for kind in PROPERTY_TYPES for p in graph.subjects(RDF.type, kind)}
    undeclared_here = {p for p in used - declared if not any(str(p) in n for n in BUILT_IN)}
    assert undeclared_here == set()


def test_p38_the_ontology_is_declared() -> None:
    """P38, no OWL ontology declaration: without it there is nothing to version or import."""
    assert list(core().subjects(RDF.type, OWL.Ontology)) == [URIRef(ONTOLOGY)]
    for name in ("shapes", "alignments"):
        head = URIRef(f"{ONTOLOGY}/{name}")
        assert (head, RDF.type, OWL.Ontology) in load(name)
        assert (head, OWL.imports, URIRef(ONTOLOGY)) in load(name)


def test_p40_every_term_of_others_is_one_that_they_define() -> None:
    """P40, namespace hijacking: a term in somebody else's namespace that is not theirs."""
    with (FOLDER / "external.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    seen = {row["term"] for row in rows}
    assert [row["term"] for row in rows] == sorted(seen)
    assert all(row["vocabulary"] and row["seen"] for row in rows)
    pages = {"https://creativecommons.org/publicdomain/zero/1.0/", "https://www.imdb.com/"}
    used = {str(n) for triple in load() for n in triple if isinstance(n, URIRef)}
    foreign = {iri for iri in used if not iri.startswith(BASE)} - pages
    unknown = {iri for iri in foreign if not any(URIRef(iri) in n for n in CLOSED)}
    assert unknown == seen


def test_p41_every_file_has_its_license() -> None:
    """P41, no licence declared: nobody may then use it."""
    zero = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
    for path in FILES:
        graph = load(path.stem)
        heads = set(graph.subjects(RDF.type, OWL.Ontology))
        heads |= set(graph.subjects(RDF.type, SKOS.ConceptScheme))
        assert heads
        assert {head for head in heads if (head, DCTERMS.license, zero) not in graph} == set()
