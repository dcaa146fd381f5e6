"""Licenses on the pages: those of the data that are served, and of nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from sheets import collection_in, write_small_graph
from web_server import loaded

from allusion import open as open_graph
from allusion.core.own_namespace import SETTINGS
from allusion.knowledge_graph import KnowledgeGraph
from allusion.web.rights import rights_of
from allusion.web.site import Site

STATED = """
<https://example.org/films> a <http://www.w3.org/ns/dcat#Dataset> ;
    <http://purl.org/dc/terms/title> "Films of Example" ;
    <http://purl.org/dc/terms/license> <https://creativecommons.org/licenses/by/4.0/> .
"""
PUBLIC = "Facts and vocabulary are in the public domain (CC0 1.0)"


def test_the_shipped_facts_are_in_the_public_domain(kg: KnowledgeGraph) -> None:
    assert rights_of(kg).statement == PUBLIC
    assert rights_of(kg).collections == ()


def test_a_page_names_the_license_of_each_collection(tmp_path: Path) -> None:
    data = write_small_graph(tmp_path / "data").data
    collection = collection_in(tmp_path / "mine")
    text = 'name = "My films"\nnamespace = "mine"\nlicense = "CC-BY-4.0"\nmaintainers = ["Ann"]\n'
    (collection.folder / SETTINGS).write_text(text, encoding="utf-8")
    site = Site(open_graph(data, collections=[collection.folder]), "test")
    home = site.home_page()
    assert "My films: CC-BY-4.0 (Ann)" in home
    assert "With the collection <b>My films</b> (CC-BY-4.0)." in home
    assert "My films: CC-BY-4.0 (Ann)" in site.queries_page()


def test_user_data_is_not_in_the_public_domain(tmp_path: Path) -> None:
    data = write_small_graph(tmp_path / "data").data
    assert rights_of(open_graph(data)).statement == (
        "The vocabulary is in the public domain (CC0 1.0); the facts are from data"
    )


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        (STATED, "creativecommons.org/licenses/by/4.0 · Films of Example"),
        ('<https://example.org/a> <https://example.org/b> "c" .', "the data name no license"),
    ],
)
def test_a_loaded_store_has_the_license_that_it_states(
    tmp_path: Path, stated: str, shown: str
) -> None:
    statement = rights_of(loaded(tmp_path, " ".join(stated.split()), "ttl")).statement
    assert shown in statement
    assert PUBLIC not in statement
