"""The curated files: read once, and as a graph in memory."""

from __future__ import annotations

import pyoxigraph as ox

from ..core.errors import Fault
from ..core.resources import Resources
from ..core.vocabulary import BASE, GRAPH_MAPPING, ONTOLOGY, PREFIXES
from ..query.catalog import read_catalog
from ..store.default_graph import extend, merge
from .inference import infer
from .query_examples import example_quads
from .sssom import Mapping, read_mappings
from .turtle import CuratedFile, read
from .void import describe

#: From the IRI of a node in the graph to the one in the files of its collection.
_SAME_AS = ox.NamedNode(PREFIXES["owl"] + "sameAs")


class CuratedData:
    """The curated files, and the faults found while reading them."""

    def __init__(
        self, files: list[CuratedFile], mappings: list[Mapping], faults: list[Fault]
    ) -> None:
        self.files = files
        self.mappings = mappings
        self.faults = faults


def read_curated(resources: Resources) -> CuratedData:
    """Read all curated files once, for checks and for a build."""
    files, faults = read(resources)
    mappings = []
    for path in resources.mapping_files():
        rows, mapping_faults = read_mappings(path)
        mappings += rows
        faults += mapping_faults
    return CuratedData(files, mappings, faults)


def build_in_memory(
    resources: Resources, curated: CuratedData | None = None
) -> tuple[ox.Store, int]:
    """Return the whole graph in memory, and the number of inferred triples.

    Args:
        resources: The input files.
        curated: The curated files, if they were read already.
    """
    memory, inferred = infer_in_memory(resources, curated or read_curated(resources))
    catalog, _ = read_catalog(resources.query_files())
    extend(memory, [*describe(memory), *example_quads(catalog)])
    return memory, inferred


def infer_in_memory(resources: Resources, curated: CuratedData) -> tuple[ox.Store, int]:
    """Return the graph without its description, and the number of inferred triples."""
    memory = ox.Store()
    _load(memory, resources, curated)
    merge(memory)
    return memory, infer(memory, resources.rule_files())


def _load(store: ox.Store, resources: Resources, curated: CuratedData) -> None:
    for path in resources.ontology_files():
        store.load(path.read_bytes(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(ONTOLOGY))
    for file in curated.files:
        graph = ox.NamedNode(file.graph)
        store.extend(ox.Quad(s.subject, s.predicate, s.object, graph) for s in file.statements)
        store.extend(ox.Quad(node, _SAME_AS, own, graph) for node, own in file.own_iris())
    for mapping in curated.mappings:
        store.extend(_mapping_quads(mapping))


def _mapping_quads(row: Mapping) -> list[ox.Quad]:
    """Return the quads of an SSSOM row: an annotated axiom, and the match itself.

    A row with the modifier ``Not`` adds only the annotated axiom.

    Source: https://mapping-commons.github.io/sssom/ (the class mapping is owl:Axiom)
    """
    graph = ox.NamedNode(GRAPH_MAPPING)
    slug = row.subject.removeprefix(BASE).replace("/", "-")
    node = ox.NamedNode(f"{BASE}mapping/{slug}-{row.item.lower()}")

    def iri(curie: str) -> ox.NamedNode:
        prefix, _, local = curie.partition(":")
        return ox.NamedNode(PREFIXES[prefix] + local)

    subject, item = ox.NamedNode(row.subject), iri(f"wd:{row.item}")
    pairs: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        ("rdf:type", iri("owl:Axiom")),
        ("rdf:type", iri("sssom:Mapping")),
        ("owl:annotatedSource", subject),
        ("owl:annotatedProperty", iri(row.predicate)),
        ("owl:annotatedTarget", item),
        ("sssom:mapping_justification", iri(row.justification)),
        ("sssom:confidence", ox.Literal(f"{row.confidence:g}", datatype=iri("xsd:decimal"))),
        ("rdfs:comment", ox.Literal(row.comment, language="en")),
    ]
    if row.subject_label:
        pairs.append(("sssom:subject_label", ox.Literal(row.subject_label)))
    if row.object_label:
        pairs.append(("sssom:object_label", ox.Literal(row.object_label)))
    if row.tool:
        pairs.append(("sssom:mapping_tool", ox.Literal(row.tool)))
        pairs.append(("sssom:mapping_tool_version", ox.Literal(row.tool_version)))
    if row.date:
        pairs.append(("sssom:mapping_date", ox.Literal(row.date, datatype=iri("xsd:date"))))
    if row.negative:
        pairs.append(("sssom:predicate_modifier", ox.Literal("Not")))
    quads = [ox.Quad(node, iri(predicate), value, graph) for predicate, value in pairs]
    if not row.negative:
        quads.append(ox.Quad(subject, iri(row.predicate), item, graph))
    return quads
