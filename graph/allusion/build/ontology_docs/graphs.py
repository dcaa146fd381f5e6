"""Graphs for the HTML page: terms with messages of shapes, and concepts."""

from __future__ import annotations

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH, SKOS
from rdflib.term import Node

from ...core.resources import Resources
from ...core.vocabulary import AL, BASE, CONCEPT_SCHEMES, ONTOLOGY


def terms_graph(resources: Resources, concepts: Graph) -> Graph:
    """Return the terms and alignments, sorted by label.

    The messages of shapes (``sh:message``) are added to their classes, and the English
    labels of ``concepts``. Only one ontology header is kept. Terms of other vocabularies have
    no type.
    """
    whole = Graph()
    for name in ("allusion", "alignments"):
        whole.parse(resources.ontology / f"{name}.ttl")
    _keep_one_header(whole)
    _remove_repetition(whole)
    _add_messages(whole, Graph().parse(resources.ontology / "shapes.ttl"))
    for concept in concepts.subjects(RDF.type, SKOS.Concept):
        whole.add((concept, DCTERMS.title, english_label(concepts, concept)))
    return _sorted_copy(whole)


def concepts_graph(resources: Resources) -> Graph:
    """Return kinds and schemes, with ``skos:narrower`` added."""
    graph = Graph()
    for name in ("kinds", "schemes"):
        graph.parse(resources.ontology / f"{name}.ttl")
    for narrower, broader in list(graph.subject_objects(SKOS.broader)):
        graph.add((broader, SKOS.narrower, narrower))
    return graph


def schemes(concepts: Graph) -> list[URIRef]:
    """Return the concept schemes, first those of this ontology in their order."""
    ours = [URIRef(BASE + name) for name in CONCEPT_SCHEMES]
    rest = set(concepts.subjects(RDF.type, SKOS.ConceptScheme)) - set(ours)
    return [*ours, *sorted(URIRef(str(scheme)) for scheme in rest)]


def english_label(concepts: Graph, concept: Node) -> Literal:
    """Return the English label of a concept; every concept has one."""
    labels = concepts.objects(concept, SKOS.prefLabel)
    return next(label for label in labels if isinstance(label, Literal) and label.language == "en")


def _keep_one_header(graph: Graph) -> None:
    for head in set(graph.subjects(RDF.type, OWL.Ontology)) - {URIRef(ONTOLOGY)}:
        graph.remove((head, None, None))
    for term in set(graph.subjects(RDF.type)):
        if isinstance(term, URIRef) and not term.startswith(ONTOLOGY):
            graph.remove((term, RDF.type, None))


def _remove_repetition(graph: Graph) -> None:
    graph.remove((None, RDFS.isDefinedBy, None))  # equal on every term
    for term, other in list(graph.subject_objects(RDFS.seeAlso)):
        if len(list(graph.predicates(term, other))) > 1:  # an alignment is more precise
            graph.remove((term, RDFS.seeAlso, other))


def _add_messages(graph: Graph, shapes: Graph) -> None:
    for shape, kind in shapes.subject_objects(SH.targetClass):
        for prop in shapes.objects(shape, SH.property):
            for message in shapes.objects(prop, SH.message):
                graph.add((kind, SH.message, message))


def _sorted_copy(graph: Graph) -> Graph:
    """Copy a graph with its triples ordered by the labels of the subjects."""

    def sort_key(triple: tuple[Node, Node, Node]) -> tuple[str, ...]:
        label = graph.value(triple[0], RDFS.label)
        return (str(label or "").casefold(), *map(str, triple))

    ordered = Graph(bind_namespaces="none")
    for prefix, namespace in graph.namespaces():
        if not str(namespace).startswith(BASE) or str(namespace) == AL:
            ordered.bind(prefix, namespace)
    for triple in sorted(graph, key=sort_key):
        ordered.add(triple)
    return ordered
