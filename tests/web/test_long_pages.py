"""No page is larger than its limit, however much there is to show, and none leaves out silently."""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup
from web_pages import Document
from web_server import loaded

from allusion.core.vocabulary import BASE, PREFIXES
from allusion.knowledge_graph import KnowledgeGraph
from allusion.web.list_page import list_pages
from allusion.web.long_pages import (
    MAX_PAGE,
    MAX_STATIC_PAGE,
    NoteSizes,
    PageBlock,
    PageItem,
    clip,
    divide,
    size_of,
)
from allusion.web.resource_page import MAX_INCOMING
from allusion.web.site import Site

CONNECTIONS = 3_000
#: Texts whose signs are escaped in HTML, or have several bytes.
SIGNS = "<&>\"' 重慶森林 "
HUB = f"{BASE}film/later"


def _entities() -> str:
    films = "".join(
        f'film:n{n}\n    a al:Film ;\n    rdfs:label "Film {n}"@en ;\n.\n\n'
        for n in range(CONNECTIONS)
    )
    names = ", ".join(f"'<&>{n}'@en" for n in range(300))
    long = "&重" * 5_000
    return (
        f'{films}film:later a al:Film ; rdfs:label "Later Film"@en .\n'
        'source:review a al:Source ; dcterms:title "A review"@en .\n'
        f"film:later skos:altLabel {names} .\n"
        f'film:long a al:Film ; rdfs:label "{long}"@en ; skos:altLabel "{long}x"@en ;\n'
        f'  dcterms:description "{long}"@en .\n'
    )


def _statements() -> str:
    one = """connection:c{n}
    a al:Reference ;
    rdfs:label "refers to"@en ;
    dcterms:description "Film {n} quotes it & more."@en ;
    al:certainty certainty:explicit ;
    al:evidence evidence:e{n} ;
    al:from film:n{n} ;
    al:kind kind:name-drop ;
    al:to film:later ;
.

evidence:e{n}
    a al:Evidence ;
    dcterms:description "The passage {n} of the review, which is not short at all."@en ;
    al:source source:review ;
    al:stance stance:supports ;
.
"""
    many = ", ".join(f"evidence:e{n}" for n in range(100))
    # The second statement is longer than a page.
    return "".join(one.format(n=n) for n in range(CONNECTIONS)) + (
        f"connection:c0 al:evidence {many} .\n"
        f'connection:c1 dcterms:description "{"&重" * 50_000}"@en .\n'
    )


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """A graph of a film with 3,000 connections, and a film with endless names."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    text = f"{prefixes}GRAPH source:review {{\n{_entities()}\n{_statements()} }}\n"
    return loaded(tmp_path_factory.mktemp("large"), text, "trig")


@pytest.mark.slow
@pytest.mark.parametrize("static", [True, False])
def test_a_film_with_3000_connections_is_divided_and_complete(
    large: KnowledgeGraph, static: bool
) -> None:
    site = Site(large, "0123", static=static)
    most = MAX_STATIC_PAGE if static else MAX_PAGE
    pages = list(site.entity_pages(HUB))
    assert len(pages) > 3
    assert max(len(page.encode()) for page in pages) <= most
    shown = [n for page in pages for n in re.findall(r">Film (\d+)</a>", page)]
    assert {*map(int, shown)} == {*range(CONNECTIONS)}
    for number, page in enumerate(pages, 1):
        document = Document(page)
        assert len(document.ids) == len({*document.ids})
        fragments = {link[1:] for link in document.links if link.startswith("#")}
        assert fragments <= {*document.ids}
        assert f"Page {number} of {len(pages)}" in page
    assert "and 88 more" in "".join(pages)  # footnotes of a statement
    assert "bytes on <a" in "".join(pages)
    assert "more names" in pages[0]
    assert re.search(r"\d to \d+ of 3,000", pages[0])
    address = "../film/later.page-2.html" if static else "../film/later?page=2"
    assert address in pages[0]


@pytest.mark.slow
def test_every_other_page_of_a_large_graph_is_within_the_limit(large: KnowledgeGraph) -> None:
    site = Site(large, "0123", static=True)
    for series in (
        list_pages(site, "film"),
        site.source_pages(f"{BASE}source/review"),
        site.entity_pages(f"{BASE}film/long"),
        site.resource_pages(f"{BASE}connection/c0"),
        site.resource_pages(f"{BASE}connection/c1"),
        site.resource_pages(f"{BASE}kind/name-drop"),
    ):
        assert max(len(page.encode()) for page in series) <= MAX_STATIC_PAGE
    films = "".join(list_pages(site, "film"))
    assert {*map(int, re.findall(r">Film (\d+)</a>", films))} == {*range(CONNECTIONS)}
    assert f"first {MAX_INCOMING} references to it; all of them" in "".join(
        site.resource_pages(f"{BASE}kind/name-drop")
    )


def test_a_page_has_the_footnotes_of_its_items_and_no_other() -> None:
    items = [PageItem(Markup("<li>" + "x" * 900), (f"{n}a",)) for n in range(1, 40)]
    notes = NoteSizes({f"{n}a": (n, 400) for n in range(1, 40)}, dict.fromkeys(range(1, 40), 100))
    pages = divide([PageBlock("All", "all", items)], 20_000, [5_000, 1_000], notes, ())
    assert [one for page in pages for part in page.parts for one in part.items] == [
        item.markup for item in items
    ]
    for page in pages:
        [part] = page.parts
        assert page.cites == {f"{n}a" for n in range(part.first, part.last + 1)}
    assert len(pages[0].cites) < len(pages[1].cites)  # the frame of the first page is larger


def test_text_is_cut_at_a_number_of_bytes_in_html() -> None:
    assert clip("short", 100) == "short"
    for most in range(10, 60):
        cut = clip(SIGNS * 10, most)
        assert cut.endswith("…")
        assert size_of(cut) <= most
