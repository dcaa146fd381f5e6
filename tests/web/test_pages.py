"""Pages for people: what they hold, how they link, and what programs get at the same address."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest
import rdflib
from web_pages import HTML, page
from web_server import Running, loaded, running_server

import allusion
from allusion.core.vocabulary import BASE, PREFIXES, local_path
from allusion.knowledge_graph import KnowledgeGraph
from allusion.network.networkx_graph import iter_edges
from allusion.query.results import Result
from allusion.web.gaps_page import first_page
from allusion.web.news_page import feed, news_of
from allusion.web.site import Site

FILM = "/film/chungking-express"
PAGES = (
    "/",
    FILM,
    "/person/tomokazu-miura",
    "/source/kpnv-223",
    "/film",
    "/source",
    "/query",
    "/gaps",
    "/new",
    "/query/what-to-know",
    "/query/what-to-know?view=timeline",
    "/search?q=%E4%B8%89%E6%B5%A6",
    "/utterance/kill-tomokazu-miura",
    "/kind/name-drop",
    "/ontology/Film",
    "/limits",
)
#: Accept headers that clients really send -> format of a node.
CLIENTS = {
    "Firefox": ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
    "Chromium": (
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,"
        "image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
        "html",
    ),
    "curl": ("*/*", "html"),
    "nothing": ("", "html"),
    "rdflib": (
        "application/rdf+xml,text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5, */*;q=0.1",
        "rdf",
    ),
    "rdflib, Turtle": ("text/turtle, application/x-turtle, */*;q=0.1", "ttl"),
    "Jena": (
        "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,"
        "application/rdf+xml;q=0.7,*/*;q=0.3",
        "ttl",
    ),
    "Comunica": (
        "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,"
        "application/n-triples;q=0.8,text/turtle;q=0.6,application/rdf+xml;q=0.5,"
        "text/html;q=0.2",
        "jsonld",
    ),
    "rapper": ("application/rdf+xml, text/rdf;q=0.6, */*;q=0.1", "rdf"),
    "JSON": ("application/json", "json"),
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound(site: Running, path: str) -> None:
    found = page(site, path)
    assert len(found.ids) == len(set(found.ids))
    assert found.inline == []  # the policy forbids what stands in the page
    fragments = {link[1:] for link in found.links if link.startswith("#")}
    assert fragments <= set(found.ids)
    outside = [link for link in found.links if urlsplit(link).scheme]
    assert all(link.startswith(("http://", "https://")) for link in outside)


@pytest.mark.slow
def test_every_link_of_a_page_leads_to_a_page(site: Running) -> None:
    seen: dict[str, int] = {}
    for path in ("/", FILM, "/source/kpnv-223", "/kind/name-drop"):
        for link in page(site, path).links:
            if urlsplit(link).scheme or link.startswith("#"):
                continue
            target = urljoin(path, link).partition("#")[0]
            if target not in seen:
                seen[target] = site.ask(target, Accept=HTML).status
    assert len(seen) > 150
    assert {target: status for target, status in seen.items() if status != 200} == {}


def test_a_statement_has_footnotes_with_its_passage(site: Running) -> None:
    text = site.ask(FILM, Accept=HTML).text
    shout = "running up an escalator, that he will kill Tomokazu Miura."
    place = text.index(shout)
    [mark] = re.findall(r'href="#(s\d+[a-z])"', text[place : place + 200])[:1]
    note = text[text.index(f'id="{mark}"') :]
    assert "shouts at Tomokazu Miura" in note[:300]


def test_a_doubtful_connection_is_marked_and_claimed(site: Running, kg: KnowledgeGraph) -> None:
    edges = [edge for edge in iter_edges(kg.network(records=True)) if edge.certainty == "doubtful"]
    edge = next(edge for edge in edges if edge.made_by)
    text = site.ask(f"/{edge.origin.removeprefix(BASE)}", Accept=HTML).text
    detail = text[text.index(html.escape(edge.sentence)) :]
    assert '<span class="against">doubtful</span>' in detail[:1000]
    assert f"claimed by {html.escape(edge.made_by[0])}" in detail[:1000]


def test_sources_that_disagree_stand_side_by_side(site: Running) -> None:
    text = site.ask(FILM, Accept=HTML).text
    place = text.index("<dt>Running time</dt>")
    row = text[place : text.index("</dd>", place)]
    assert "The sources disagree" in row
    assert {"98 minutes", "103 minutes"} <= set(re.findall(r"\d+ minutes", row))
    published = text[text.index("<dt>Published</dt>") :][:600]
    assert "disagree" not in published.partition("</dd>")[0]  # 1994 and 1994-07-14


def test_a_page_without_a_card_has_what_each_source_states(site: Running) -> None:
    found = page(site, "/utterance/kill-tomokazu-miura")
    assert "../source/kpnv-223" in found.links


@pytest.mark.parametrize("client", CLIENTS)
def test_each_client_gets_a_format_that_it_reads(site: Running, client: str) -> None:
    accept, form = CLIENTS[client]
    reply = site.ask(FILM, Accept=accept)
    assert "Accept" in reply.headers["Vary"]
    if form == "html":
        assert (reply.status, reply.media_type) == (200, "text/html")
    else:
        assert (reply.status, reply.headers["Location"]) == (303, f"chungking-express.{form}")


def test_every_format_of_a_page_is_served(site: Running) -> None:
    links = site.ask(FILM, Accept=HTML).headers["Link"]
    offers = re.findall(r'<([^>]+)>; rel="alternate"; type="([^"]+)"', links)
    assert len(offers) == 7
    assert '<chungking-express.ttl>; rel="describedby"; type="text/turtle"' in links
    for name, media_type in offers:
        reply = site.ask(f"/film/{name}")
        assert (reply.status, reply.media_type) == (200, media_type)
    graph = rdflib.Graph().parse(data=site.ask(f"{FILM}.ttl").body, format="turtle")
    film = rdflib.URIRef("https://w3id.org/allusion/film/chungking-express")
    assert (film, rdflib.RDFS.label, rdflib.Literal("重慶森林", lang="zh-Hant")) in graph
    assert json.loads(site.ask(f"{FILM}.json").body)["entity"]["kind"] == "film"


def test_a_page_offers_the_filled_command_that_adds_to_it(site: Running) -> None:
    text = site.ask(FILM, Accept=HTML).text
    assert "allusion add connection my-films --from film:chungking-express" in text


def test_a_page_in_another_language_has_another_heading(site: Running) -> None:
    assert '<h1 lang="zh-Hant">重慶森林</h1>' in site.ask(f"{FILM}?lang=zh-Hant", Accept=HTML).text


def test_an_unknown_address_is_404_for_browsers_and_programs(site: Running) -> None:
    for path in (
        "/nothing",
        "/film/nope",
        "/film/nope.ttl",
        "/a/b/c",
        "/static/x.css",
        "/ontology/No",
    ):
        assert site.ask(path, Accept=HTML).status == 404
        reply = site.ask(path, Accept="application/json")
        assert (reply.status, reply.media_type) == (404, "application/problem+json")
    assert site.ask("/film/a%22%3E%3Cscript%3E", Accept=HTML).status == 404


def test_search_finds_names_in_any_script(site: Running) -> None:
    rows = json.loads(site.ask("/search.json?q=%E4%B8%89%E6%B5%A6").body)
    assert rows[0]["path"] == "person/tomokazu-miura"
    assert "Tomokazu Miura" in page(site, "/search?q=miura").text


def test_a_page_that_has_not_changed_is_not_sent_again(site: Running) -> None:
    tag = site.ask(FILM, Accept=HTML).headers["ETag"]
    assert site.ask(FILM, Accept=HTML, If_None_Match=tag).status == 304


def test_static_files_are_kept_by_the_browser(site: Running) -> None:
    style = next(link for link in page(site, "/").links if link.endswith(".css"))
    reply = site.ask(urljoin("/", style))
    assert reply.media_type == "text/css"
    assert "immutable" in reply.headers["Cache-Control"]


def test_a_large_store_is_served_without_reading_its_network(
    kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages of entities, statements and sources are whole, and lists are there."""
    monkeypatch.setattr("allusion.network.neighborhood.LARGE_STORE_QUADS", 1)
    large = allusion.open()
    assert large.neighborhood is not None
    with running_server(large) as running:
        text = running.ask(FILM, Accept=HTML).text
        assert "running up an escalator, that he will kill Tomokazu Miura." in text
        assert 'class="picture"' in text
        assert running.ask("/", Accept=HTML).status == 200
        assert running.ask("/utterance/kill-tomokazu-miura", Accept=HTML).status == 200
        source = page(running, "/source/kpnv-223")
        assert {"../connection/express-fallen-angels", "../source-type/essay"} & {*source.links}
        assert "Statements" in source.text
        assert running.ask("/kind/name-drop", Accept=HTML).status == 200
        films = page(running, "/film").links
        assert {f"./film/{one}" for one in ("chungking-express", "2046")} <= {*films}
        assert "./source/kpnv-223" in page(running, "/source").links
        assert "/film/chungking-express<" in running.ask("/sitemap.xml").text
        assert "kpnv-223" in running.ask("/new", Accept=HTML).text
    assert "_network" not in large.__dict__


def test_the_page_of_a_source_has_its_type_whose_page_lists_its_sources(site: Running) -> None:
    assert "../source-type/essay" in page(site, "/source/kpnv-223").links
    assert "./source-type/essay" in page(site, "/source").links
    essays = page(site, "/source-type/essay")
    rows = site.server.graph.sparql("SELECT ?one { ?one al:sourceType source-type:essay }")
    assert isinstance(rows, Result)
    assert {f"../{local_path(str(row['one']))}" for row in rows.records()} <= {*essays.links}
    assert "Sources of this type" in essays.text


def test_what_is_new_is_on_the_first_page_and_in_a_feed(site: Running) -> None:
    assert {"./new", "./new.atom"} <= set(page(site, "/").links)
    reply = site.ask("/new.atom")
    assert reply.media_type == "application/atom+xml"
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring(reply.body)
    entries = feed.findall(f"{atom}entry")
    days = [str(entry.findtext(f"{atom}updated")) for entry in entries]
    assert days == sorted(days, reverse=True)
    assert str(feed.findtext(f"{atom}updated")) == days[0]
    for entry in entries[:3]:
        [link] = entry.findall(f"{atom}link")
        assert site.ask(urljoin("/new.atom", link.get("href", "")), Accept=HTML).status == 200


def test_a_connection_is_new_on_the_first_day_of_its_sources(site: Running) -> None:
    graph = site.server.graph
    card = graph["utterance:kill-tomokazu-miura"]
    [shout] = card.involved
    sources = " ".join({f"<{item.source}>" for item in shout.evidence})
    days = graph.sparql(
        f"SELECT (STR(?day) AS ?seen) {{ VALUES ?source {{ {sources} }} ?source al:seen ?day }}"
    )
    assert isinstance(days, Result)
    [found] = [
        one.day
        for one in news_of(site.server.site)
        if shout.iri in {item.iri for item in one.connections}
    ]
    assert found == min(str(row["seen"]) for row in days.records())


def test_only_days_are_in_the_news_and_their_feed_is_xml(tmp_path: Path) -> None:
    seen = ["2026-02-03", "2026", "2026-99-99", "<&>", "2026-02-03T00:00:00Z"]
    sources = "".join(
        f'source:s{n} a al:Source ; dcterms:title "Title \\u0001 & {n}"@en ; al:seen "{day}" .\n'
        for n, day in enumerate(seen)
    )
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    connection = """film:a a al:Film ; rdfs:label "A"@en . film:b a al:Film ; rdfs:label "B"@en .
    connection:c a al:Reference ; al:from film:a ; al:to film:b ; al:kind kind:name-drop ;
      al:certainty certainty:explicit ; al:evidence evidence:e . evidence:e al:source source:s0 ."""
    graph = loaded(tmp_path, f"{prefixes}GRAPH source:s0 {{ {sources} {connection} }}", "trig")
    site = Site(graph, "test")
    assert [one.day for one in news_of(site)] == ["2026-02-03"]
    atom = "{http://www.w3.org/2005/Atom}"
    found = ElementTree.fromstring(feed(site))
    assert [one.text for one in found.iter(f"{atom}updated")] == ["2026-02-03T00:00:00Z"] * 3
    assert "Title \ufffd & 0" in {one.text for one in found.iter(f"{atom}title")}
    home = first_page(site)
    assert "1 connection between them, each with its evidence, from 5 sources" in home
    assert "2026-02-03: 1 connection and 1 source." in home


def test_an_utterance_has_a_picture_and_the_question_that_explains_it(site: Running) -> None:
    found = page(site, "/utterance/kill-tomokazu-miura")
    assert "../query/what-to-know?utterance=utterance:kill-tomokazu-miura" in found.links
    text = site.ask("/utterance/kill-tomokazu-miura", Accept=HTML).text
    assert 'href="../person/tomokazu-miura"' in text[text.index("<svg") : text.index("</svg>")]


def test_what_is_missing_is_counted_on_the_first_page_and_listed_with_commands(
    site: Running,
) -> None:
    home, gaps = page(site, "/"), page(site, "/gaps")
    links = [link for link in home.links if "gaps#" in link]
    assert {link.partition("#")[2] for link in links} <= {*gaps.ids}
    assert len(links) > 2
    assert "allusion add connection my-films --from " in site.ask("/gaps").text
    assert "allusion gaps items -n " in site.ask("/gaps").text
