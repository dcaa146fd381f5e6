"""The description of the data: true to the data, in the forms of VoID and DCAT."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, SH, VOID, XSD
from rdflib.term import Node
from samples import every_nth

from allusion import open as open_graph
from allusion._version import RELEASED, __version__
from allusion.build.curated_data import build_in_memory
from allusion.build.export import dump_description
from allusion.build.pipeline import build
from allusion.build.query_examples import example_quads
from allusion.build.void import DISTRIBUTIONS, describe
from allusion.cli.export import export_command
from allusion.core.resources import Resources, locate
from allusion.core.vocabulary import (
    BASE,
    DATASET,
    GRAPH_DESCRIPTION,
    GRAPH_INFERRED,
    GRAPH_MAPPING,
    PREFIXES,
)
from allusion.query.catalog import read_catalog

ROOT = Path(__file__).parents[2]
SHAPES = Path(__file__).parents[1] / "data" / "description" / "shapes.ttl"
SET = URIRef(DATASET)
OWN = Namespace(f"{GRAPH_DESCRIPTION}#")
EVERYTHING_ELSE = f"GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != <{GRAPH_DESCRIPTION}>)"


@cache
def store() -> ox.Store:
    """The whole built graph, with its description."""
    return open_graph().embedded.engine


@cache
def description() -> Graph:
    return Graph().parse(data=dump_description(store()), format="turtle")


@cache
def shapes() -> Graph:
    return Graph().parse(SHAPES)


def count(what: str, where: str) -> int:
    """One number asked of the engine, over every graph but the description."""
    text = f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT {what} {{ {where} }} }}"
    rows = store().query(text, prefixes=PREFIXES)
    assert isinstance(rows, ox.QuerySolutions)
    return int(next(iter(rows))["n"].value)


def said(node: Node, prop: Node) -> int:
    (value,) = description().objects(node, prop)
    assert isinstance(value, Literal)
    return int(value)


def faults(graph: Graph) -> list[tuple[Node | None, Node | None]]:
    """Each result as (focus node, path)."""
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes(), inference="none", inplace=True)
    assert isinstance(report, Graph)
    return [
        (report.value(result, SH.focusNode), report.value(result, SH.resultPath))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    ]


# --- the counts ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prop", "what"),
    [
        (VOID.triples, "?s ?p ?o"),
        (VOID.distinctSubjects, "?s"),
        (VOID.distinctObjects, "?o"),
        (VOID.properties, "?p"),
    ],
    ids=lambda value: str(value).rsplit("#")[-1],
)
def test_the_sizes_are_what_the_engine_counts_without_the_description(
    prop: URIRef, what: str
) -> None:
    assert said(SET, prop) == count(what, EVERYTHING_ELSE)


def test_classes_entities_and_documents_are_what_the_engine_counts() -> None:
    typed = f"GRAPH ?g {{ ?s a ?o }} FILTER(?g != <{GRAPH_DESCRIPTION}>)"
    assert said(SET, VOID.classes) == count("?o", typed)
    pattern = str(description().value(SET, VOID.uriRegexPattern)).replace("\\", "\\\\")
    assert said(SET, VOID.entities) == count(
        "?s", f'{EVERYTHING_ELSE} FILTER REGEX(STR(?s), "{pattern}")'
    )
    others = {GRAPH_INFERRED, GRAPH_MAPPING}
    sources = {f"{BASE}source/{path.stem}" for path in locate().source_files()} - others
    assert said(SET, VOID.documents) == len(sources)


def test_every_class_and_property_has_its_partition_with_the_count_of_the_engine() -> None:
    graph = description()
    for partition in graph.objects(SET, VOID.classPartition):
        term = graph.value(partition, VOID["class"])
        assert said(partition, VOID.entities) == count(
            "?s", f"GRAPH ?g {{ ?s a <{term}> }} FILTER(?g != <{GRAPH_DESCRIPTION}>)"
        )
    for partition in graph.objects(SET, VOID.propertyPartition):
        term = graph.value(partition, VOID.property)
        where = f"GRAPH ?g {{ ?s <{term}> ?o }} FILTER(?g != <{GRAPH_DESCRIPTION}>)"
        assert said(partition, VOID.triples) == count("?s ?o", where)
        assert said(partition, VOID.distinctSubjects) == count("?s", where)
        assert said(partition, VOID.distinctObjects) == count("?o", where)
    assert len(list(graph.objects(SET, VOID.classPartition))) == said(SET, VOID.classes)
    assert len(list(graph.objects(SET, VOID.propertyPartition))) == said(SET, VOID.properties)


@pytest.mark.parametrize(
    ("name", "predicate", "form"),
    [
        ("wikidata-skos-exactMatch", "skos:exactMatch", "^http://www.wikidata.org/entity/Q"),
        ("wikipedia-al-wikipediaArticle", "al:wikipediaArticle", "^https://[a-z-]+.wikipedia.org/"),
    ],
)
def test_a_linkset_counts_the_links_of_its_predicate(name: str, predicate: str, form: str) -> None:
    linkset = URIRef(f"{DATASET}/links-{name}")
    where = f'GRAPH ?g {{ ?s {predicate} ?o }} FILTER(STRSTARTS(STR(?s), "{BASE}") && REGEX(STR(?o), "{form}")) FILTER(?g != <{BASE}ontology>)'
    assert said(linkset, VOID.triples) == count("?s ?o", where) > 100
    assert (SET, VOID.subset, linkset) in description()


def test_the_counts_of_the_partitions_sum_to_the_total() -> None:
    parts = [URIRef(f"{DATASET}/{name}") for name in ("stated", "mappings", "inferred", "ontology")]
    sizes = [said(part, VOID.triples) for part in parts]
    assert all(sizes)
    assert sum(sizes) >= said(SET, VOID.triples) > max(sizes)


def test_an_added_triple_is_counted_and_the_description_is_not(tiny: Resources) -> None:
    memory = build_in_memory(tiny)[0]
    before = dump_description(memory)
    fact = ox.Quad(
        ox.NamedNode(f"{BASE}film/new"),
        ox.NamedNode(PREFIXES["rdf"] + "type"),
        ox.NamedNode(PREFIXES["al"] + "Film"),
        ox.NamedNode(f"{BASE}source/review"),
    )
    memory.add(fact)
    after = dump_description(memory)
    graphs = [Graph().parse(data=text, format="turtle") for text in (before, after)]
    one, two = (graph.value(SET, VOID.triples) for graph in graphs)
    assert isinstance(one, Literal)
    assert isinstance(two, Literal)
    assert int(two) == int(one) + 1
    memory.remove(fact)
    assert dump_description(memory) == before


# --- in the store ----------------------------------------------------------------------


def test_the_store_holds_the_description_as_a_graph_of_its_own(built: Resources) -> None:
    memory = build_in_memory(built)[0]
    graph = ox.NamedNode(GRAPH_DESCRIPTION)
    examples = set(example_quads(read_catalog(built.query_files())[0]))
    assert examples
    found = set(memory.quads_for_pattern(None, None, None, graph))
    assert found == set(describe(memory)) | examples
    answer = open_graph(built.data).sparql(
        f"SELECT ?n {{ GRAPH <{GRAPH_DESCRIPTION}> {{ <{DATASET}> "
        "<http://rdfs.org/ns/void#entities> ?n } }"
    )
    assert [str(row[0]) for row in answer.rows] == ["3"]  # type: ignore[union-attr]


def test_the_description_is_the_same_at_every_build(tiny: Resources) -> None:
    build(tiny)
    first = dump_description(build_in_memory(tiny)[0])
    build(tiny, force=True)
    assert dump_description(build_in_memory(tiny)[0]) == first


def test_the_description_adds_no_blank_node_and_no_entity() -> None:
    for quad in describe(store()):
        assert not isinstance(quad.subject, ox.BlankNode)
        assert not isinstance(quad.object, ox.BlankNode)
    subjects = {str(node) for node in description().subjects()}
    pattern = str(description().value(SET, VOID.uriRegexPattern)).lstrip("^").split("(")[0]
    assert pattern.replace("\\", "") == BASE
    assert {s for s in subjects if s.startswith(BASE)} - {
        s for s in subjects if s.startswith((DATASET, GRAPH_DESCRIPTION, f"{BASE}ontology"))
    } == set()


# --- the form --------------------------------------------------------------------------


def test_the_description_conforms_to_the_shapes_of_void_and_dcat() -> None:
    assert faults(description()) == []


REQUIRED = [
    (str(shape).rsplit("#")[-1], str(path).rsplit("#")[-1].rsplit("/")[-1], path)
    for graph in [Graph().parse(SHAPES)]
    for shape in sorted(graph.subjects(RDF.type, SH.NodeShape), key=str)
    for prop in graph.objects(shape, SH.property)
    for path in graph.objects(prop, SH.path)
    if not isinstance(path, BNode) and (prop, SH.minCount, None) in graph
]


@pytest.mark.parametrize(
    "path",
    every_nth(sorted({path for _, _, path in REQUIRED}, key=str), 3),
    ids=lambda p: str(p).rsplit("#")[-1].rsplit("/")[-1],
)
def test_an_incomplete_description_is_detected(path: URIRef) -> None:
    spoilt = Graph()
    spoilt += description()
    before = len(spoilt)
    spoilt.remove((None, path, None))
    assert len(spoilt) < before, f"{path} is not in the description"
    assert faults(spoilt)


@pytest.mark.parametrize(
    ("node", "prop", "value"),
    [
        (SET, VOID.triples, Literal("many")),
        (SET, DCTERMS.modified, Literal("2001-01-01", datatype=XSD.date)),
        (SET, DCTERMS.license, Literal("free")),
        (SET, DCTERMS.publisher, Literal("somebody")),
        (SET, DCAT.distribution, URIRef("https://example.org/file")),
        (SET, VOID.vocabulary, URIRef("https://example.org/terms")),
        (URIRef(f"{DATASET}/ttl"), DCAT.mediaType, Literal("text/turtle")),
        (URIRef(f"{DATASET}/ttl"), DCTERMS.format, OWN["format-gexf"]),
        (URIRef(f"{DATASET}/stated"), VOID.distinctSubjects, Literal(10**9)),
    ],
    ids=lambda value: str(value).rsplit("#")[-1].rsplit("/")[-1],
)
def test_a_wrong_value_in_the_description_is_detected(
    node: URIRef, prop: URIRef, value: Node
) -> None:
    spoilt = Graph()
    spoilt += description()
    if prop not in (DCTERMS.format, VOID.vocabulary):
        spoilt.remove((node, prop, None))
    spoilt.add((node, prop, value))
    assert any(focus == node for focus, _ in faults(spoilt))


def test_every_export_is_a_distribution_and_every_distribution_an_export() -> None:
    form = next(p for p in export_command.params if p.name == "form")
    others = {"void", "edges"}  # the description itself, and a table for Spark
    assert set(form.type.choices) - others == set(DISTRIBUTIONS)  # type: ignore[attr-defined]
    assert {
        str(node).rsplit("/")[-1] for node in description().objects(SET, DCAT.distribution)
    } == set(DISTRIBUTIONS)


def test_the_vocabularies_are_those_of_its_classes_and_properties() -> None:
    graph = description()
    named = {str(iri) for iri in graph.objects(SET, VOID.vocabulary)}
    terms = set(graph.objects(None, VOID["class"])) | set(graph.objects(None, VOID.property))
    assert all(any(str(term).startswith(space) for space in named) for term in terms)
    assert all(any(str(term).startswith(space) for term in terms) for space in named)
    assert PREFIXES["al"] in named


def test_an_example_of_every_register_that_has_entities_is_named() -> None:
    examples = {
        str(iri).removeprefix(BASE).split("/")[0]
        for iri in description().objects(SET, VOID.exampleResource)
    }
    assert {"film", "person", "song", "motif"} <= examples
    assert URIRef(f"{BASE}film/chungking-express") in set(
        description().objects(SET, VOID.exampleResource)
    )


def test_the_prefixes_are_those_of_every_query() -> None:
    graph = description()
    declared = {
        str(graph.value(node, SH.prefix)): str(graph.value(node, SH.namespace))
        for node in graph.objects(SET, SH.declare)
    }
    assert declared == PREFIXES


def test_the_document_names_its_topic_and_the_dataset_its_makers() -> None:
    graph = description()
    assert graph.value(URIRef(GRAPH_DESCRIPTION), FOAF.primaryTopic) == SET
    assert graph.value(OWN.contributors, FOAF.name) == Literal(
        "The allusion contributors", lang="en"
    )


def test_the_day_of_issue_is_that_of_the_release_in_the_citation_and_the_changelog() -> None:
    assert str(description().value(SET, DCTERMS.issued)) == RELEASED
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {__version__}\ndate-released: {RELEASED}\n" in citation
    assert f"## {__version__} - {RELEASED}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
