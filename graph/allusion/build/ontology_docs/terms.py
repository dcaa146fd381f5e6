"""What the page shows, as graphs: the terms with what the shapes ask, and the concepts."""

from __future__ import annotations

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH, SKOS
from rdflib.term import Node

from ...core.resources import Resources
from ...core.vocabulary import AL, BASE, CONCEPT_SCHEMES, ONTOLOGY


def terms_graph(resources: Resources, concepts: Graph) -> Graph:
    """Terms and alignments, sorted by label, with the English names of ``concepts``.

    The messages of the shapes stand at the classes that they are for (``sh:message``).
    There is one header; a term of others is a name without a type.
    """
    whole = Graph()
    for name in ("allusion", "alignments"):
        whole.parse(resources.ontology / f"{name}.ttl")
    _keep_one_header(whole)
    _leave_out_repetition(whole)
    _add_messages(whole, Graph().parse(resources.ontology / "shapes.ttl"))
    for concept in concepts.subjects(RDF.type, SKOS.Concept):
        whole.add((concept, DCTERMS.title, english(concepts, concept)))
    return _sorted(whole)


def concepts_graph(resources: Resources) -> Graph:
    """Kinds and schemes, with the concepts below each concept."""
    graph = Graph()
    for name in ("kinds", "schemes"):
        graph.parse(resources.ontology / f"{name}.ttl")
    for below, above in list(graph.subject_objects(SKOS.broader)):
        graph.add((above, SKOS.narrower, below))
    return graph


def schemes(concepts: Graph) -> list[URIRef]:
    """The schemes, ours in their order and then that of others."""
    ours = [URIRef(BASE + name) for name in CONCEPT_SCHEMES]
    rest = set(concepts.subjects(RDF.type, SKOS.ConceptScheme)) - set(ours)
    return [*ours, *sorted(URIRef(str(scheme)) for scheme in rest)]


def english(concepts: Graph, concept: Node) -> Literal:
    """The English label of a concept; every concept has one."""
    labels = concepts.objects(concept, SKOS.prefLabel)
    return next(label for label in labels if isinstance(label, Literal) and label.language == "en")


def _keep_one_header(graph: Graph) -> None:
    for head in set(graph.subjects(RDF.type, OWL.Ontology)) - {URIRef(ONTOLOGY)}:
        graph.remove((head, None, None))
    for term in set(graph.subjects(RDF.type)):
        if isinstance(term, URIRef) and not term.startswith(ONTOLOGY):
            graph.remove((term, RDF.type, None))


def _leave_out_repetition(graph: Graph) -> None:
    graph.remove((None, RDFS.isDefinedBy, None))  # the same on every term
    for term, other in list(graph.subject_objects(RDFS.seeAlso)):
        if len(list(graph.predicates(term, other))) > 1:  # an alignment says more
            graph.remove((term, RDFS.seeAlso, other))


def _add_messages(graph: Graph, shapes: Graph) -> None:
    for shape, kind in shapes.subject_objects(SH.targetClass):
        for prop in shapes.objects(shape, SH.property):
            for message in shapes.objects(prop, SH.message):
                graph.add((kind, SH.message, message))


def _sorted(graph: Graph) -> Graph:
    """The same triples, to be met in the order of the labels of their subjects."""

    def place(triple: tuple[Node, Node, Node]) -> tuple[str, ...]:
        label = graph.value(triple[0], RDFS.label)
        return (str(label or "").casefold(), *map(str, triple))

    ordered = Graph(bind_namespaces="none")
    for prefix, namespace in graph.namespaces():
        if not str(namespace).startswith(BASE) or str(namespace) == AL:
            ordered.bind(prefix, namespace)
    for triple in sorted(graph, key=place):
        ordered.add(triple)
    return ordered
