"""Pages of canned queries, and the descriptions of the server."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import quote

import pytest
import rdflib
from web_pages import HTML, page
from web_server import Running

from allusion.query.catalog import CannedQuery

NAME = "who-refers-to"
MOMOE = quote("Momoe Yamaguchi")


def local(site: Running) -> list[CannedQuery]:
    return site.server.graph.queries.local


def test_the_page_has_the_rows_of_the_library(site: Running) -> None:
    rows = site.server.graph.query(NAME, entity="Momoe Yamaguchi")
    found = page(site, f"/query/{NAME}?entity={MOMOE}")
    assert f"{len(rows)} rows" in found.text
    assert "../film/chungking-express" in found.links
    csv = site.ask(f"/query/{NAME}.csv?entity={MOMOE}")
    assert csv.media_type == "text/csv"
    assert csv.text == rows.write("csv")


def test_every_format_of_an_answer_is_served(site: Running) -> None:
    rows = site.server.graph.query(NAME, entity="Momoe Yamaguchi")
    forms = {
        "tsv": "tsv",
        "json": "json",
        "ndjson": "ndjson",
        "md": "md",
        "srj": "sparql-json",
        "srx": "sparql-xml",
    }
    for suffix, form in forms.items():
        assert site.ask(f"/query/{NAME}.{suffix}?entity={MOMOE}").text == rows.write(form)
    assert site.ask(f"/query/{NAME}.svg?entity={MOMOE}").text.startswith("<svg")
    text = site.ask(f"/query/{NAME}.rq?entity={MOMOE}").text
    assert text == site.server.graph.query_text(NAME, entity="Momoe Yamaguchi")
    assert site.ask(f"/query/{NAME}.docx").status == 404


def test_labels_are_in_the_language_of_the_address(site: Running) -> None:
    assert "重慶森林" in page(site, f"/query/{NAME}?entity={MOMOE}&lang=zh-Hant").text


def test_an_answer_is_shown_as_a_table_a_picture_or_a_timeline(site: Running) -> None:
    def drawing(view: str) -> str:
        text = site.ask(f"/query/what-to-know{view}", Accept=HTML).text
        return "".join(re.findall(r"<svg.*?</svg>", text, re.DOTALL))

    link = 'href="../person/momoe-yamaguchi"'
    assert link in drawing("") == drawing("?view=picture")
    assert link in drawing("?view=timeline") != drawing("")
    assert "<style" not in drawing("?view=timeline")  # the policy forbids it
    assert drawing("?view=table") == ""
    assert "?view=timeline" in page(site, "/query/what-to-know").links
    assert "?view=picture" not in page(site, "/query/stats-graph").links


def test_a_question_shows_what_it_is_asked_of_and_links_its_sources(site: Running) -> None:
    found = page(site, "/query/what-to-know")
    assert {"../utterance/kill-tomokazu-miura", "../source/kpnv-223"} <= set(found.links)


def test_editors_of_others_find_the_queries_and_the_prefixes_at_the_endpoint(
    site: Running,
) -> None:
    shacl = "PREFIX sh: <http://www.w3.org/ns/shacl#>"
    found = site.query(
        f"{shacl} SELECT ?text ?query {{ ?one a sh:SPARQLExecutable ; rdfs:comment ?text ; "
        "sh:select ?query }",
        "application/sparql-results+json",
    ).json()["results"]["bindings"]
    catalog = site.server.graph.queries.queries
    assert {row["text"]["value"] for row in found} == {one.summary for one in catalog.values()}
    example = next(row["query"]["value"] for row in found if "plays whom" in row["text"]["value"])
    assert site.query(example, "text/csv").text.count("\n") > 1
    declared = f"{shacl} ASK {{ [] sh:declare [ sh:prefix 'al' ; sh:namespace ?iri ] }}"
    assert site.query(declared, "application/sparql-results+json").json()["boolean"]


def test_a_wrong_parameter_is_explained_on_the_page_and_to_programs(site: Running) -> None:
    reply = site.ask(f"/query/{NAME}?entity=Nobody+at+all", Accept=HTML)
    assert reply.status == 404
    assert "Nobody at all" in reply.text
    program = site.ask(f"/query/{NAME}.json?entity=Nobody+at+all")
    assert (program.status, program.media_type) == (404, "application/problem+json")
    assert site.ask(f"/query/{NAME}.json?no=1").status == 400
    assert site.ask("/query/nothing").status == 404


def test_an_empty_answer_is_explained_with_the_values_of_the_request(site: Running) -> None:
    pair = f"one={quote('Faye Wong')}&other={MOMOE}"
    text = page(site, f"/query/together?{pair}").text
    assert "0 rows" in text
    assert "allusion path person:faye-wong person:momoe-yamaguchi" in text
    assert "{" not in text.partition("The SPARQL")[0]


def test_a_link_names_the_version_of_the_data(site: Running) -> None:
    found = page(site, f"/query/{NAME}?entity={MOMOE}")
    [link] = [link for link in found.links if "data=" in link]
    assert site.server.sparql.digest in link
    notice = "This link was made with other data"
    assert notice not in page(site, f"/query/{NAME}{link}").text
    assert notice in page(site, f"/query/{NAME}?data=0123").text


def test_a_long_answer_is_whole_for_programs_and_marked_for_people(site: Running) -> None:
    name = "names"
    text = "SELECT * { ?s ?p ?o } LIMIT 1500"
    reply = site.ask(f"/sparql?query={quote(text)}", Accept=HTML)
    assert "1,000 rows, the first of more" in reply.text
    rows = csv.reader(io.StringIO(site.query(text, "text/csv").text, newline=""))
    assert len(list(rows)) == 1501
    assert name in site.server.graph.queries.queries


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.slow
def test_every_query_answers_with_its_defaults(site: Running, accept: str) -> None:
    for query in local(site):
        reply = site.ask(f"/query/{query.name}", Accept=accept)
        assert (reply.status, reply.media_type) == (200, accept), query.name
        if accept == "text/html":
            assert query.summary in page(site, f"/query/{query.name}").text


def test_the_well_known_address_of_void_leads_to_the_description(site: Running) -> None:
    assert site.ask("/.well-known/void").headers["Location"] == "../void"
    graph = rdflib.Graph().parse(data=site.ask("/void").body, format="turtle")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    assert len(set(graph.objects(None, void.classPartition))) > 10
    assert len(set(graph.objects(None, void.propertyPartition))) > 10


def test_robots_txt_excludes_queries_and_lists_the_sitemap(site: Running) -> None:
    text = site.ask("/robots.txt").text
    assert "Disallow: /sparql" in text
    assert f"{site.address}/film/chungking-express" in site.ask("/sitemap.xml").text


def test_the_editor_works_without_javascript(site: Running) -> None:
    assert "<textarea" in site.ask("/sparql", Accept=HTML).text
    example = site.ask("/sparql?example=cast", Accept=HTML).text
    assert "SELECT ?" in example
    answer = site.ask(
        f"/sparql?query={quote('SELECT ?x { VALUES ?x { film:2046 } }')}", Accept=HTML
    )
    assert '<a href="./film/2046">' in answer.text
    wrong = quote("SELECT * {\n ?s ?p \n}")
    fault = site.ask(f"/sparql?query={wrong}", Accept=HTML)
    assert fault.status == 400
    assert 'data-line="3"' in fault.text
    download = site.ask(f"/sparql?query={quote('ASK {}')}&format=xml", Accept=HTML)
    assert download.media_type == "application/sparql-results+xml"
    terms = {row["curie"] for row in json.loads(site.ask("/terms.json").body)}
    assert {"al:Film", "al:fromWork", "kind:name-drop"} <= terms
