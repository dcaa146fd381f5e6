"""Real clients ask the running server: SPARQLWrapper, rdflib, pandas, curl."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from typing import Any, Literal
from urllib.parse import urlencode

import pandas as pd
import pytest
import rdflib
from rdflib.plugins.stores.sparqlconnector import SPARQLConnector
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from web_server import Running

from allusion.query.results import TripleResult

PREFIXES = (
    "PREFIX al: <https://w3id.org/allusion/ontology#> "
    "PREFIX film: <https://w3id.org/allusion/film/> "
)
YEARS = "SELECT ?film ?year { VALUES (?film ?year) { (film:manhattan 1979) (film:2046 2004) } }"
FILM = rdflib.URIRef("https://w3id.org/allusion/film/2046")
AL = rdflib.Namespace("https://w3id.org/allusion/ontology#")
CURL = shutil.which("curl")
needs_curl = pytest.mark.skipif(CURL is None, reason="curl is not installed")


@pytest.fixture
def wrapper(site: Running) -> Any:
    return SPARQLWrapper(f"{site.address}/sparql")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_reads_rows_in_each_of_its_formats(wrapper: Any, method: str) -> None:
    wrapper.setMethod(method)
    wrapper.setQuery(YEARS)
    wrapper.setReturnFormat(JSON)
    rows = wrapper.query().convert()["results"]["bindings"]
    assert [row["year"]["value"] for row in rows] == ["1979", "2004"]
    wrapper.setReturnFormat(XML)
    literals = wrapper.query().convert().getElementsByTagName("literal")
    assert [one.firstChild.data for one in literals] == ["1979", "2004"]
    for form, separator in ((CSV, b","), (TSV, b"\t")):
        wrapper.setReturnFormat(form)
        lines = wrapper.query().convert().splitlines()
        assert [b"2004" in line.split(separator)[1] for line in lines] == [False, False, True]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # SPARQLWrapper makes one
def test_sparqlwrapper_reads_ask_and_graphs(wrapper: Any) -> None:
    wrapper.setQuery("ASK { film:2046 a al:Film }")
    wrapper.setReturnFormat(JSON)
    assert wrapper.query().convert()["boolean"] is True
    wrapper.setQuery("CONSTRUCT { film:2046 a al:Film } WHERE {}")
    wanted = {(FILM, rdflib.RDF.type, AL.Film)}
    for form in (RDFXML, JSONLD):
        wrapper.setReturnFormat(form)
        assert set(wrapper.query().convert()) == wanted
    for form in (TURTLE, N3):
        wrapper.setReturnFormat(form)
        assert set(rdflib.Graph().parse(data=wrapper.query().convert(), format="turtle")) == wanted


def test_sparqlwrapper_names_the_error(wrapper: Any) -> None:
    from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

    wrapper.setMethod(POST)
    wrapper.setQuery("SELECT * {\n ?s ?p \n}")
    with pytest.raises(QueryBadFormed, match="line 3"):
        wrapper.query()


def test_rdflib_reads_the_graph_through_its_store(site: Running) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{site.address}/sparql"))
    assert (FILM, rdflib.RDF.type, AL.Film) in graph
    assert {str(label) for label in graph.objects(FILM, rdflib.RDFS.label)} >= {"2046"}
    rows: list[Any] = list(graph.query(PREFIXES + YEARS))
    assert [int(row.year) for row in rows] == [1979, 2004]
    assert len(graph) == len(
        site.ask("/graphs?default", Accept="application/n-triples").text.splitlines()
    )
    source = rdflib.URIRef("https://w3id.org/allusion/source/kpnv-223")
    named = rdflib.Graph(SPARQLStore(f"{site.address}/sparql"), identifier=source)
    stated = site.server.graph.sparql(
        f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH {source.n3()} {{ ?s ?p ?o }} }}"
    )
    assert isinstance(stated, TripleResult)
    assert set(named) == set(stated.to_rdflib())


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflib_reads_rows_through_its_connector(
    site: Running, method: Literal["GET", "POST", "POST_FORM"], form: str
) -> None:
    connector = SPARQLConnector(f"{site.address}/sparql", returnFormat=form, method=method)
    result: Any = connector.query(PREFIXES + YEARS)
    assert [str(row[1]) for row in result] == ["1979", "2004"]


def test_pandas_reads_the_address_of_a_canned_query(site: Running) -> None:
    address = f"{site.address}/query/together.csv?{urlencode({'one': '山口百恵'})}"
    frame = pd.read_csv(address)
    rows = site.server.graph.query("together", one="山口百恵")
    assert list(frame.columns) == list(rows.columns)
    assert frame["workLabel"].tolist() == rows.column("workLabel")
    assert frame["year"].tolist() == rows.column("year")
    lines = pd.read_json(address.replace(".csv", ".ndjson"), lines=True)
    assert lines["workLabel"].tolist() == rows.column("workLabel")


def curl(*arguments: str) -> bytes:
    assert CURL
    done = subprocess.run(
        [CURL, "--silent", "--show-error", "--max-time", "20", *arguments],
        capture_output=True, check=True, timeout=30,
    )  # fmt: skip
    return done.stdout


@needs_curl
def test_curl_asks_in_all_three_ways_of_the_protocol(site: Running) -> None:
    address = f"{site.address}/sparql"
    csv = "Accept: text/csv"
    get = ("-G", "--data-urlencode", f"query={YEARS}")
    form = ("--data-urlencode", f"query={YEARS}")
    direct = ("-H", "Content-Type: application/sparql-query", "--data-binary", YEARS)
    for way in (get, form, direct):
        rows = curl(address, *way, "-H", csv).decode().splitlines()
        assert rows == [
            "film,year",
            "https://w3id.org/allusion/film/manhattan,1979",
            "https://w3id.org/allusion/film/2046,2004",
        ]


@needs_curl
def test_curl_follows_an_iri_to_its_data_and_its_page(site: Running) -> None:
    address = f"{site.address}/film/2046"
    turtle = curl("-L", "-H", "Accept: text/turtle", address)
    assert (FILM, rdflib.RDF.type, AL.Film) in rdflib.Graph().parse(data=turtle, format="turtle")
    assert (
        json.loads(curl("-L", "-H", "Accept: application/json", address))["entity"]["year"] == 2004
    )
    assert b"<h1" in curl(address)


@needs_curl
def test_curl_gets_a_compressed_answer_and_an_error_as_an_exit_code(site: Running) -> None:
    address = f"{site.address}/query/cast.json"
    packed = curl("-H", "Accept-Encoding: gzip", address)
    assert gzip.decompress(packed) == curl(address) == curl("--compressed", address)
    with pytest.raises(subprocess.CalledProcessError) as failed:
        curl("--fail", f"{site.address}/query/cast.json?work=Nobody")
    assert failed.value.returncode == 22


def test_the_snippets_of_a_query_page_run_as_they_are(site: Running) -> None:
    if CURL is None:
        pytest.skip("curl is not installed")
    text = site.ask("/query/together.html?one=%E5%B1%B1%E5%8F%A3%E7%99%BE%E6%81%B5").text
    [command] = [
        line.rpartition("<code>")[2].partition("</code>")[0].replace("&#39;", "'")
        for line in text.splitlines()
        if "<code>curl " in line
    ]
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=True, timeout=30
    )
    rows = site.server.graph.query("together", one="山口百恵")
    assert done.stdout == rows.write("csv")
