"""Answers of hostile data as a notebook shows them: their HTML and SVG in a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from terminal import RAW

from allusion import open as open_graph
from allusion.build.bulk_load import load
from allusion.core.resources import locate
from allusion.knowledge_graph import KnowledgeGraph

#: Control characters of C0 and C1, and those that reorder text; a browser draws none of them.
SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>"
CONTROL = "\x1b[31mred\x07 \x9b \u202egpj.exe\u2066"
ADDRESSES = (
    "javascript:alert(3)",
    "data:text/html,<script>alert(4)</script>",
    "file:///etc/passwd",
    "vbscript:alert(5)",
    "https://example.org/fine",
)
TURTLE = """
PREFIX al: <https://w3id.org/allusion/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
BASE <https://w3id.org/allusion/>

<film/one> a al:Film ; al:published "1994"^^xsd:gYear ; rdfs:label {name}@en ; dcterms:description {text}@en .
<film/two> a al:Film ; al:published "1990"^^xsd:gYear ; rdfs:label {other}@en .
<connection/a> a al:Reference ; al:from <film/one> ; al:fromWork <film/one> ; al:to <film/two> ;
  al:kind <kind/prop-or-poster> ; al:certainty <certainty/explicit> ; rdfs:label {text}@en ;
  al:evidence {evidence} .
"""
SOURCE = """
<evidence/a{n}> a al:Evidence ; al:source <source/s{n}> ; dcterms:description {text}@en ;
  al:locator {text} .
<source/s{n}> a al:Source ; dcterms:title {name}@en ; dcterms:creator {other} ;
  al:url <{address}> ; al:sourceType <source-type/review> .
"""


def turtle() -> str:
    """A graph whose names and addresses are hostile."""
    words = {
        "name": json.dumps(f"One {SCRIPT} {CONTROL}"),
        "other": json.dumps(f"Two [x](javascript:alert(6)) {CONTROL}"),
        "text": json.dumps(f"Text {SCRIPT} {CONTROL}"),
    }
    evidence = ", ".join(f"<evidence/a{n}>" for n in range(len(ADDRESSES)))
    sources = "".join(
        SOURCE.format(n=n, address=address.replace("<", "%3C").replace(">", "%3E"), **words)
        for n, address in enumerate(ADDRESSES)
    )
    return TURTLE.format(evidence=evidence, **words) + sources


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "a.ttl").write_text(turtle(), encoding="utf-8")
    load([folder / "a.ttl"], folder / "store", locate(), names=True, inference=True)
    return open_graph(store=str(folder / "store"))


def cells(kg: KnowledgeGraph) -> dict[str, str]:
    """The HTML and SVG of the answers, as a trusted notebook puts them into its page."""
    listed = kg.sparql("SELECT ?s ?source ?o { ?s ?p ?o . OPTIONAL { ?s al:url ?source } }")
    found = {
        "card": kg["film:one"]._repr_html_(),
        "card of the other": kg["film:two"]._repr_html_(),
        "rows": listed._repr_html_(),  # type: ignore[union-attr]
        "query": kg.query("what-it-refers-to", "film:one")._repr_html_(),
        "path": kg.path("film:one", "film:two")._repr_html_(),
        "statistics": kg.stats()._repr_html_(),
    }
    for layout in ("focus", "network", "timeline", "path"):
        to = "film:two" if layout == "path" else None
        picture = kg.view("film:one", layout=layout, to=to)
        found[f"{layout} picture"] = picture._repr_mimebundle_()["image/svg+xml"]
    found["frame"] = kg.view("film:one").interactive()._repr_html_()
    return found


def test_hostile_names_and_addresses_are_harmless_in_a_notebook(
    kg: KnowledgeGraph, chromium: Any, tmp_path: Path
) -> None:
    answers = cells(kg)
    path = tmp_path / "notebook.html"
    body = "\n".join(f"<h2>{name}</h2><div>{text}</div>" for name, text in answers.items())
    path.write_text(f"<!doctype html><meta charset=utf-8><body>{body}", encoding="utf-8")
    page = chromium.new_page(viewport={"width": 1200, "height": 900})
    alerts: list[str] = []

    def dismiss(dialog: Any) -> None:
        alerts.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.goto(path.as_uri())
    page.wait_for_timeout(300)
    addresses = page.evaluate(
        "() => [...document.querySelectorAll('a, area, use, image')]"
        ".map((one) => one.getAttribute('href') || one.getAttribute('xlink:href') || '')"
    )
    attributes = page.evaluate(
        "() => [...document.querySelectorAll('*')].filter((one) => one.localName !== 'iframe')"
        ".flatMap((one) => [...one.attributes]).map((one) => `${one.name}=${one.value}`)"
    )
    frame = page.frames[1]
    frame.wait_for_function("() => performance.getEntriesByName('allusion-drawn').length > 0")
    inside = frame.evaluate("() => document.title + document.body.innerText")
    text = page.inner_text("body") + inside
    scripts = page.evaluate("() => document.querySelectorAll('script').length")
    page.close()
    assert alerts == []
    assert scripts == 0
    assert any(address == "https://example.org/fine" for address in addresses)
    assert [one for one in addresses if not re.match(r"https?://|#|$", one)] == []
    assert [one for one in attributes if one.startswith("on")] == []
    assert RAW.findall(text) == []
    assert [one for one in attributes if RAW.search(one)] == []
    assert "One <img src=x onerror=alert(1)>" in text


def test_the_plain_text_of_answers_has_no_control_character(kg: KnowledgeGraph) -> None:
    rows = kg.sparql("SELECT * { ?s ?p ?o }")
    triples = kg.sparql("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    shown = [kg["film:one"], rows, triples, kg.path("film:one", "film:two"), kg.view("film:one")]
    for answer in shown:
        assert RAW.findall(repr(answer)) == []
    assert RAW.findall(kg.view("film:one")._repr_mimebundle_()["text/plain"]) == []
