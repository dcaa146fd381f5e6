"""The shapes: a whole small graph conforms, and each shape finds the fault made for it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyshacl
import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SH, SKOS
from rdflib.term import Node

from allusion.core.vocabulary import AL as AL_IRI
from allusion.core.vocabulary import BASE, CONCEPT_SCHEMES, FAMILIES, PREFIXES

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).parents[1] / "data" / "shapes"
AL = Namespace(AL_IRI)
SHAPES = Namespace(f"{BASE}ontology/shapes#")

#: What any node may say besides the properties of its class.
COMMON = {
    RDF.type,
    RDFS.label,
    RDFS.comment,
    RDFS.seeAlso,
    SKOS.altLabel,
    SKOS.hiddenLabel,
    SKOS.note,
    SKOS.editorialNote,
    DCTERMS.description,
    DCTERMS.source,
    OWL.deprecated,
    DCTERMS.isReplacedBy,
}
OF_SOURCE = {
    DCTERMS.title,
    DCTERMS.creator,
    DCTERMS.issued,
    DCTERMS.language,
    DCTERMS.publisher,
    DCTERMS.license,
    DCTERMS.rights,
    SKOS.notation,
}
#: Which state of an item was read, and when: what was pulled says it.
OF_EVIDENCE = {DCTERMS.modified, PROV.generatedAtTime, URIRef("https://schema.org/version")}


@cache
def load(*paths: Path) -> Graph:
    graph = Graph(bind_namespaces="none")
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


def ontology() -> Graph:
    return load(*(ROOT / "ontology" / f"{name}.ttl" for name in ("allusion", "kinds", "schemes")))


def shapes() -> Graph:
    return load(ROOT / "ontology" / "shapes.ttl")


def results(data: Graph) -> set[tuple[Node | None, str]]:
    """Every result as (focus node, name of the shape that was broken)."""
    _, report, _ = pyshacl.validate(
        data, shacl_graph=shapes(), ont_graph=ontology(), advanced=False, inference="none"
    )
    assert isinstance(report, Graph)
    return {
        (
            report.value(result, SH.focusNode),
            str(report.value(result, SH.sourceShape)).removeprefix(str(SHAPES)),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


@cache
def found() -> dict[Node, set[str]]:
    """The shapes broken at each node of ``faults.ttl``, set into the graph that conforms."""
    broken: dict[Node, set[str]] = {}
    for focus, shape in results(load(FIXTURES / "valid.ttl", FIXTURES / "faults.ttl")):
        assert focus is not None
        broken.setdefault(focus, set()).add(shape)
    return broken


def expected() -> dict[Node, set[str]]:
    """The shapes that each node of ``faults.ttl`` says, as rdfs:comment, that it breaks."""
    faults: dict[Node, set[str]] = {}
    for node, shape in load(FIXTURES / "faults.ttl").subject_objects(RDFS.comment):
        faults.setdefault(node, set()).add(str(shape))
    return faults


def own_shapes() -> set[str]:
    """The shapes that a result can name: those reached from a target, with a constraint."""
    graph = shapes()
    names: set[Node] = set()
    for shape in set(graph.subjects(SH.targetClass)):
        names.update(graph.objects(shape, SH.property))
        if (shape, SH.closed, None) in graph or (shape, SH["or"], None) in graph:
            names.add(shape)
    return {str(name).removeprefix(str(SHAPES)) for name in names}


def members(graph: Graph, head: Node | None) -> set[Node]:
    assert head is not None
    return set(Collection(graph, head))


def test_the_whole_small_graph_conforms() -> None:
    assert results(load(FIXTURES / "valid.ttl")) == set()


@pytest.mark.parametrize("node", sorted(expected(), key=str), ids=lambda n: n.removeprefix(BASE))
def test_a_fault_is_found_by_its_shape_and_by_no_other(node: URIRef) -> None:
    assert found()[node] == expected()[node]


def test_a_fault_elsewhere_leaves_sound_nodes_alone() -> None:
    assert set(found()) == set(expected())


def test_every_shape_has_a_fault_that_it_finds() -> None:
    made = set().union(*expected().values())
    assert made - own_shapes() == set()
    assert own_shapes() - made == set()


def test_every_class_has_a_shape() -> None:
    classes = {c for c in ontology().subjects(RDF.type, OWL.Class) if str(c).startswith(AL_IRI)}
    assert set(shapes().objects(None, SH.targetClass)) == classes


def test_every_class_is_in_the_graph_that_conforms() -> None:
    graph = ontology()
    used = {
        above
        for kind in load(FIXTURES / "valid.ttl").objects(None, RDF.type)
        for above in graph.transitive_objects(kind, RDFS.subClassOf)
    }
    assert set(shapes().objects(None, SH.targetClass)) - used == set()


@pytest.mark.parametrize("name", sorted(own_shapes()))
def test_a_shape_has_a_message_that_describes_the_fix(name: str) -> None:
    graph = shapes()
    shape = SHAPES[name]
    (message,) = graph.objects(shape, SH.message)
    assert message.language == "en"  # type: ignore[attr-defined]
    assert re.search(r"\b([Ww]rite|[Kk]eep|[Gg]ive)\b", str(message))
    assert str(message).endswith(".")
    assert list(graph.objects(shape, SH.severity)) == [SH.Violation]


@pytest.mark.parametrize(
    ("shape", "scheme"),
    [
        ("certainty", "certainty"),
        ("technique", "technique"),
        ("channel", "channel"),
        ("mode", "mode"),
        ("role", "role"),
        ("relationship-type", "relationship-type"),
        ("stance", "stance"),
        ("source-type", "source-type"),
    ],
)
def test_a_closed_list_is_the_scheme(shape: str, scheme: str) -> None:
    concepts = set(ontology().subjects(SKOS.inScheme, URIRef(BASE + scheme)))
    assert scheme in CONCEPT_SCHEMES
    assert members(shapes(), shapes().value(SHAPES[shape], SH["in"])) == concepts, (
        f"add the new concept of {scheme}: to the list of shapes:{shape}, and the other way round"
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_the_kinds_of_a_family_are_those_below_it_in_the_scheme(family: str) -> None:
    top = URIRef(f"{BASE}kind/{family}")
    below = set(ontology().transitive_subjects(SKOS.broader, top))
    listed = members(shapes(), shapes().value(SHAPES[f"{family}-kind"], SH["in"]))
    assert listed == below, f"add the new kind to the list of shapes:{family}-kind"


def allowed_by_domain(kind: Node | None) -> set[Node]:
    """The properties that the ontology lets a node of the class have in a curated file."""
    graph = ontology()
    above = set(graph.transitive_objects(kind, RDFS.subClassOf))
    allowed: set[Node] = set()
    for prop, domain in graph.subject_objects(RDFS.domain):
        union = graph.value(domain, OWL.unionOf)
        if (members(graph, union) if union else {domain}) & above:
            allowed.add(prop)
    return allowed - not_written()


def not_written() -> set[Node]:
    """What only rules or reasoners state: the inferred terms and the unwritten inverses."""
    graph = ontology()
    words = "Inferred by rule."
    inferred = {s for s, d in graph.subject_objects(SKOS.definition) if words in str(d)}
    text = (ROOT / "ontology" / "shapes.ttl").read_text(encoding="utf-8")
    paths = {AL[name] for name in re.findall(r"\bsh:path al:(\w+)", text)}
    inverses = {
        prop
        for prop in graph.subjects(OWL.inverseOf)
        if prop not in paths and graph.value(prop, OWL.inverseOf) in paths
    }
    return inferred | inverses


def test_a_node_may_have_only_properties_that_the_domains_of_the_ontology_allow() -> None:
    graph = shapes()
    closed = list(graph.subjects(SH.closed))
    for shape in closed:
        target = graph.value(shape, SH.targetClass)
        assert target is not None
        listed = members(graph, graph.value(shape, SH.ignoredProperties))
        below = ontology().transitive_subjects(RDFS.subClassOf, target)
        allowed = set().union(*(allowed_by_domain(kind) for kind in below)) | COMMON
        if target == AL.Source:
            allowed |= OF_SOURCE
        if target == AL.Evidence:
            allowed |= OF_EVIDENCE
        assert listed == allowed, f"{shape}: sh:ignoredProperties"
    targets = {graph.value(shape, SH.targetClass) for shape in closed}
    parents = set(ontology().objects(None, RDFS.subClassOf))
    assert targets >= set(graph.objects(None, SH.targetClass)) - parents


def test_every_property_that_files_may_use_is_checked_by_a_shape() -> None:
    graph = ontology()
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
    terms = {t for kind in kinds for t in graph.subjects(RDF.type, kind)} - not_written()
    paths = set(shapes().objects(None, SH.path))
    assert {t for t in terms if str(t).startswith(AL_IRI)} - paths == set()


def test_the_prefixes_of_the_fixtures_are_those_of_the_project() -> None:
    for path in FIXTURES.glob("*.ttl"):
        bound = {prefix: str(iri) for prefix, iri in load(path).namespaces() if prefix != "xml"}
        assert bound.items() <= PREFIXES.items()
