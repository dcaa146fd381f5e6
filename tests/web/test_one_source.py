"""A canned query has one source, its header: five descriptions of it agree.

They are the help of the command line, the page, OpenAPI, the tool for language models and the
SHACL executable.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import rdflib
from click.testing import CliRunner
from web_pages import Document, page
from web_server import Running

from allusion.cli import cli
from allusion.core.resources import locate
from allusion.knowledge_graph import KnowledgeGraph
from allusion.mcp.answers import ANSWER_RANGE
from allusion.mcp.tools import Toolbox
from allusion.query.catalog import CannedQuery, read_catalog
from allusion.query.parameter_schemas import parameter_text
from allusion.sparql.limits import DEFAULTS

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
QUERIES = read_catalog(locate().query_files())[0].queries
each_query = pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)


@pytest.fixture(scope="module")
def api(site: Running) -> dict[str, Any]:
    found: dict[str, Any] = site.ask("/openapi.json").json()["paths"]
    return found


@pytest.fixture(scope="module")
def shapes(site: Running) -> rdflib.Graph:
    return rdflib.Graph().parse(data=site.ask("/queries.ttl").body, format="turtle")


@pytest.fixture(scope="module")
def toolbox(kg: KnowledgeGraph) -> Toolbox:
    return Toolbox(kg, DEFAULTS, ANSWER_RANGE[1])


def words(text: str) -> str:
    return " ".join(text.split())


@each_query
def test_the_help_of_the_command_line(query: CannedQuery) -> None:
    text = CliRunner().invoke(cli, ["query", query.name, "--help"]).stdout
    assert text.startswith(f"allusion query {query.name}\n\n{query.summary}\n")
    assert query.description in text
    for parameter in query.parameters:
        assert f"{parameter.name} " in text
        assert parameter_text(parameter) in text
    for column in query.columns:
        assert f"{column.name} " in text
        assert column.description in text


@each_query
def test_the_page(site: Running, query: CannedQuery) -> None:
    # A wrong parameter gives the whole page without running the query.
    reply = site.ask(f"/query/{query.name}.html?no=1")
    assert reply.status == 400
    found = Document(reply.text)
    text = words(found.text)
    assert query.summary in text
    assert words(query.description) in text
    for parameter in query.parameters:
        assert f"p-{parameter.name}" in found.ids
        assert parameter.description in text
        assert all(choice in text for choice in parameter.choices)
    for column in query.columns:
        assert f"{column.name}{words(column.description)}" in text


@each_query
def test_openapi(api: dict[str, Any], query: CannedQuery) -> None:
    path = f"/query/{query.name}.{{format}}"
    if query.service_hosts:  # the server does not access other hosts
        assert path not in api
        return
    operation = api[path]["get"]
    assert operation["operationId"] == query.name
    assert operation["summary"] == query.summary
    assert query.description in operation["description"]
    assert operation["tags"] == list(query.tags)
    form, *parameters, language = operation["parameters"]
    assert (form["name"], language["name"]) == ("format", "lang")
    assert [one["name"] for one in parameters] == [one.name for one in query.parameters]
    for one, parameter in zip(parameters, query.parameters, strict=True):
        assert one["description"] == parameter_text(parameter)
        assert one["schema"].get("enum", []) == list(parameter.choices)
    for column in query.columns:
        assert f"- `{column.name}`: {column.description}" in operation["description"]


@each_query
def test_the_tool_for_language_models(toolbox: Toolbox, query: CannedQuery) -> None:
    names = toolbox.tools["query"].properties["name"]["enum"]
    assert (query.name in names) == (not query.service_hosts)
    page = json.loads(toolbox.call("queries", {"name": query.name}))
    about = page["data"]["about"]
    assert (about["name"], about["title"]) == (query.name, query.summary)
    assert about["description"].startswith(query.description[:400])
    assert about["topics"] == list(query.tags)
    properties = about["inputSchema"]["properties"]
    assert list(properties) == [one.name for one in query.parameters]
    for parameter in query.parameters:
        assert properties[parameter.name]["description"] == parameter_text(parameter)
        assert properties[parameter.name].get("enum", []) == list(parameter.choices)
    columns = {item["column"]: item["holds"] for item in page["data"]["items"]}
    assert columns == {column.name: column.description for column in query.columns}


@each_query
def test_the_executable(shapes: rdflib.Graph, query: CannedQuery) -> None:
    node = rdflib.URIRef(f"https://w3id.org/allusion/query/{query.name}")
    assert (node, rdflib.RDF.type, SH.SPARQLExecutable) in shapes
    assert str(shapes.value(node, rdflib.RDFS.comment)) == query.summary
    described = shapes.value(node, rdflib.DCTERMS.description)
    assert str(described or "") == query.description
    text = str(shapes.value(node, SH.select))
    assert query.sparql.endswith(text)
    parameters = {
        str(shapes.value(one, SH.name)): str(shapes.value(one, SH.description))
        for one in shapes.objects(node, SH.parameter)
    }
    assert parameters == {one.name: parameter_text(one) for one in query.parameters}
    assert all(f"VALUES ?{name} {{" in text for name in parameters)


def test_the_five_have_the_same_queries(
    site: Running, api: dict[str, Any], shapes: rdflib.Graph, toolbox: Toolbox
) -> None:
    listed_links = page(site, "/query").links
    assert all(f"./query/{name}" in listed_links for name in QUERIES)
    local = {name for name, query in QUERIES.items() if not query.service_hosts}
    assert set(site.server.graph.queries.queries) == set(QUERIES)
    paths = (path for path in api if path.startswith("/query/"))
    assert {path.split("/")[2].removesuffix(".{format}") for path in paths} == local
    assert set(toolbox.tools["query"].properties["name"]["enum"]) == local
    nodes = shapes.subjects(rdflib.RDF.type, SH.SPARQLExecutable)
    assert {str(node).rpartition("/")[2] for node in nodes} == set(QUERIES)
    listed = CliRunner().invoke(cli, ["query", "-f", "json"]).stdout
    assert {one["name"] for one in json.loads(listed)} == set(QUERIES)
