"""Pictures of data that are not those of this project."""

from __future__ import annotations

from pathlib import Path

import pytest

from allusion import open as open_graph
from allusion.build.bulk_load import load
from allusion.core.resources import locate
from allusion.core.vocabulary import BASE
from allusion.knowledge_graph import KnowledgeGraph

FACTS = f"""
PREFIX al: <{BASE}ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
<{BASE}film/one> a al:Film ; rdfs:label "One"@en .
<{BASE}connection/c> a al:Reference ; rdfs:label "quotes"@en ;
    al:from <{BASE}film/one> ; al:to <{BASE}film/never-described> .
<{BASE}connection/d> a al:Reference ; rdfs:label "names"@en ;
    al:from <{BASE}film/one> ; al:to <https://example.org/a-star> .
"""
LICENSE = """
<https://example.org/films> a dcat:Dataset ; dcterms:title "Films of Example"@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
"""


def opened(folder: Path, facts: str) -> KnowledgeGraph:
    (folder / "facts.ttl").write_text(facts, encoding="utf-8")
    load([folder / "facts.ttl"], folder / "store", locate(), names=True, inference=True)
    return open_graph(store=str(folder / "store"))


@pytest.mark.parametrize("layout", ["focus", "network"])
def test_a_picture_has_the_license_of_its_data(tmp_path: Path, layout: str) -> None:
    picture = opened(tmp_path, FACTS + LICENSE).view("One", layout=layout)  # type: ignore[arg-type]
    words = "creativecommons.org/licenses/by/4.0 · Films of Example · example.org/films"
    assert f">{words}</text>" in picture.svg()
    assert words in picture.html()


def test_a_picture_of_data_without_a_license_names_none(tmp_path: Path) -> None:
    picture = opened(tmp_path, FACTS).view("One")
    assert 'class="imprint"' not in picture.svg()
    assert "CC0" not in picture.html()


def test_an_end_without_a_type_is_drawn(tmp_path: Path) -> None:
    kg = opened(tmp_path, FACTS)
    svg = kg.view("One").svg()
    assert ">never-described</text>" in svg
    assert ">a-star</text>" in svg
    network = kg.network(records=True)
    assert network.nodes[f"{BASE}film/never-described"]["entity"].type == ""
    assert network.nodes["https://example.org/a-star"]["entity"].kind == ""
    assert "a-star" in kg.view("One").html()
