"""What the headers of the canned queries give: functions, help, executables for editors."""

from __future__ import annotations

import inspect

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from allusion import open as open_graph
from allusion.core.resources import locate
from allusion.knowledge_graph import KnowledgeGraph
from allusion.query.catalog import CannedQuery, read_catalog
from allusion.query.python_functions import describe, function_name, signature
from allusion.query.shacl_executables import executables

CATALOG, _ = read_catalog(locate().query_files())
QUERIES = list(CATALOG.queries.values())
each_query = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return open_graph()


@each_query
def test_each_query_is_a_function_with_its_parameters_and_help(
    kg: KnowledgeGraph, query: CannedQuery
) -> None:
    function = getattr(kg.ask, function_name(query.name))
    names = list(inspect.signature(function).parameters)
    hosts = ["allow_service", "pulled"] if query.service_hosts else []
    assert names == [*(p.name for p in query.parameters), "language", "links", *hosts]
    assert function.__doc__.startswith(query.summary)
    assert function_name(query.name) in dir(kg.ask)


def test_a_function_answers_as_the_query_does(kg: KnowledgeGraph) -> None:
    asked = kg.ask.who_refers_to("Momoe Yamaguchi", language="ja")
    assert asked.rows == kg.query("who-refers-to", entity="Momoe Yamaguchi", language="ja").rows
    assert kg.ask.who_refers_to().rows == kg.query("who-refers-to").rows


def test_an_extra_argument_is_a_type_error(kg: KnowledgeGraph) -> None:
    with pytest.raises(TypeError, match="too many positional arguments"):
        kg.ask.names("Faye Wong", "Tony Leung")


def test_an_unknown_query_function_names_similar_ones(kg: KnowledgeGraph) -> None:
    with pytest.raises(AttributeError, match="who_refers_to"):
        _ = kg.ask.who_refers


@each_query
def test_the_help_lists_every_parameter_and_column(query: CannedQuery) -> None:
    text = describe(query)
    for name in [*(p.name for p in query.parameters), *(c.name for c in query.columns)]:
        assert f"\n  {name} " in text


def test_a_number_is_annotated_as_a_number() -> None:
    shape = signature(CATALOG.get("corroboration"))
    assert shape.parameters["least"].annotation == int | None


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    return executables(CATALOG).to_rdflib()


def test_every_query_is_an_executable_that_holds_the_same_query(graph: rdflib.Graph) -> None:
    nodes = set(graph.subjects(rdflib.RDF.type, SH.SPARQLSelectExecutable))
    assert len(nodes) == len(QUERIES)
    for node in nodes:
        text = str(graph.value(node, SH.select))
        assert "#+" not in text
        answer = ox.Store().query(text)
        assert isinstance(answer, ox.QuerySolutions)
        query = CATALOG.get(str(node).rsplit("/", 1)[1])
        assert [v.value for v in answer.variables] == [column.name for column in query.columns]
        assert str(graph.value(node, rdflib.RDFS.comment)) == query.summary


def test_the_executables_conform_to_the_shapes_that_shacl_gives_them(graph: rdflib.Graph) -> None:
    shapes = rdflib.Graph().parse(
        data="""
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        [] a sh:NodeShape ; sh:targetClass sh:SPARQLSelectExecutable ;
           sh:property [ sh:path sh:select ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ,
             [ sh:path rdfs:comment ; sh:minCount 1 ] ,
             [ sh:path ( sh:prefixes sh:declare ) ; sh:minCount 1 ;
               sh:node [ sh:property [ sh:path sh:prefix ; sh:minCount 1 ; sh:maxCount 1 ] ,
                 [ sh:path sh:namespace ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:anyURI ] ] ] .
        """,
        format="turtle",
    )
    conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, report
