"""The published ontology: the same graph in every format, and a page that is whole."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import BNode, Graph
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS
from rdflib.term import Node

from allusion.build.ontology_docs import SERIALIZATIONS, published_files, write_documents
from allusion.build.ontology_docs.html import ontology_page
from allusion.core.errors import MissingExtra, OutputError
from allusion.core.resources import locate
from allusion.core.vocabulary import AL, BASE

FOLDER = Path(__file__).parents[2] / "ontology"
SOURCES = sorted(FOLDER.glob("*.ttl"))
READERS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}


class Reader(HTMLParser):
    """Everything of a page that a test asks for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.scripts: list[str | None] = []
        self.meta: dict[str, str] = {}
        self.words = ""
        self._mute = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id"):
            self.places.append(str(values["id"]))
        if tag == "a":
            self.links.append(str(values.get("href")))
        elif tag == "script":
            self.scripts.append(values.get("type"))
        elif tag == "meta":
            self.meta[str(values.get("name") or values.get("http-equiv"))] = str(
                values.get("content")
            )
        for name in ("src", "srcset", "data", "poster", "action", "background"):
            if values.get(name):
                self.loaded.append(str(values[name]))
        if tag == "link":
            self.loaded.append(str(values.get("href")))
        self._mute = tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._mute = self._mute and tag not in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._mute:
            self.words += f" {' '.join(data.split())}"


def logging_state() -> tuple[int, list[logging.Handler], int]:
    root = logging.getLogger()
    return root.level, list(root.handlers), logging.root.manager.disable


@cache
def text() -> str:
    """The page. Making it changes nothing of logging."""
    before = logging_state()
    page = ontology_page(locate())
    assert logging_state() == before
    return page


@cache
def made() -> dict[str, bytes]:
    return published_files(locate())


@cache
def page() -> Reader:
    return Reader(text())


def named(graph: Graph) -> set[tuple[Node, ...]]:
    """The triples without blank nodes; to rdflib a language tag in another case is another."""
    return {triple for triple in graph if not any(isinstance(node, BNode) for node in triple)}


def canonical(graph: Graph) -> ox.Dataset:
    """All triples with blank nodes named by what they say, so that equal means isomorphic."""
    dataset = ox.Dataset(
        quad for quad in ox.parse(graph.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES)
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def published(path: Path) -> str:
    return "ontology" if path.stem == "allusion" else path.stem


# --- the files -------------------------------------------------------------------------


@pytest.mark.parametrize("ending", SERIALIZATIONS)
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_release_equals_the_graph_of_its_source(path: Path, ending: str) -> None:
    content = made()[f"{published(path)}.{ending}"]
    read = Graph().parse(data=content, format=READERS[ending])
    source = Graph().parse(path)
    assert named(read) == named(source)
    assert canonical(read) == canonical(source)


def test_the_turtle_is_the_curated_file_byte_for_byte() -> None:
    for path in SOURCES:
        assert made()[f"{published(path)}.ttl"] == path.read_bytes()


def test_a_release_is_the_same_at_every_call_however_python_hashes() -> None:
    code = (
        "import hashlib; from allusion.build.ontology_docs import published_files; "
        "from allusion.core.resources import locate; made = published_files(locate()); "
        "print(hashlib.sha256(b''.join(made[name] for name in sorted(made))).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(FOLDER.parent / "graph")},
            capture_output=True, text=True, check=True, timeout=120,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1


def test_a_release_without_a_triple_is_detected() -> None:
    source = Graph().parse(FOLDER / "allusion.ttl")
    less = Graph()
    less += source
    less.remove((next(less.objects(None, OWL.unionOf)), RDF.first, None))
    assert canonical(less) != canonical(source)


def test_nothing_that_is_generated_is_kept_beside_the_sources() -> None:
    assert not [path for path in FOLDER.rglob("*") if path.suffix in (".rdf", ".jsonld", ".html")]


# --- the page --------------------------------------------------------------------------


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    assert [value for value in page().loaded if not value.startswith("data:")] == []
    assert page().scripts == ["application/ld+json"]
    assert page().meta["Content-Security-Policy"].startswith("default-src 'none';")
    assert not re.search(r"@import|url\(", text())
    assert not re.search(r"<[^>]+ on[a-z]+=", text())


def test_anchors_are_unique_and_every_internal_link_has_one() -> None:
    assert len(page().places) == len(set(page().places))
    inside = {link[1:] for link in page().links if link.startswith("#")}
    assert inside - set(page().places) == set()
    others = [link for link in page().links if not link.startswith("#")]
    files = {f"{published(path)}.{ending}" for path in SOURCES for ending in SERIALIZATIONS}
    assert {link for link in others if "://" not in link} == files


def test_the_anchor_of_a_term_is_its_local_name() -> None:
    graph = Graph().parse(FOLDER / "allusion.ttl")
    kinds = (
        OWL.Class,
        OWL.ObjectProperty,
        OWL.DatatypeProperty,
        OWL.AnnotationProperty,
        RDFS.Datatype,
    )
    terms = {
        str(s) for kind in kinds for s in graph.subjects(RDF.type, kind) if str(s).startswith(AL)
    }
    assert len(terms) > 150
    assert {term.removeprefix(AL) for term in terms} - set(page().places) == set()


def test_every_concept_has_an_anchor_definition_and_examples() -> None:
    for name in ("kinds", "schemes"):
        graph = Graph().parse(FOLDER / f"{name}.ttl")
        for concept in graph.subjects(RDF.type, SKOS.Concept):
            place = str(concept).removeprefix(BASE).replace("/", "-")
            assert place in page().places
            for prop in (SKOS.definition, SKOS.scopeNote):
                for words in graph.objects(concept, prop):
                    assert str(words) in page().words
    assert "客串 (zh-Hant)" in page().words
    assert "Not An Example" in page().words


def test_every_term_has_its_definition_example_and_constraints() -> None:
    graph = Graph().parse(FOLDER / "allusion.ttl")
    words = page().words
    for prop in (SKOS.definition, SKOS.example):
        for term, value in graph.subject_objects(prop):
            assert " ".join(str(value).split()) in words, term
    shapes = Graph().parse(FOLDER / "shapes.ttl")
    asked = [
        message
        for shape in shapes.subjects(SH.targetClass)
        for prop in shapes.objects(shape, SH.property)
        for message in shapes.objects(prop, SH.message)
    ]
    assert len(asked) > 50
    shown = re.sub(r"\W", "", words)
    assert [m for m in asked if re.sub(r"\W", "", str(m)) not in shown] == []


def test_the_page_has_version_license_and_citation_and_fits_a_phone() -> None:
    graph = Graph().parse(FOLDER / "allusion.ttl")
    version = next(graph.objects(None, OWL.versionInfo))
    assert f"The allusion ontology, version {version}." in page().words
    assert "https://creativecommons.org/publicdomain/zero/1.0/" in page().links
    assert page().meta["viewport"] == "width=device-width, initial-scale=1"
    assert text().startswith('<!DOCTYPE html>\n<html lang="en">')


# --- writing ---------------------------------------------------------------------------


def test_the_documentation_is_written_into_a_new_folder(tmp_path: Path) -> None:
    written = write_documents(locate(), tmp_path / "a" / "b")
    names = {path.name for path in written}
    assert names == {path.name for path in (tmp_path / "a" / "b").iterdir()}
    assert {"ontology.html", "ontology.ttl", "ontology.rdf", "kinds.jsonld", "logo.svg"} <= names


def test_without_pylode_the_page_names_the_extra_and_the_files_need_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pylode", None)
    with pytest.raises(MissingExtra, match=re.escape("pip install 'allusion[docs]'")) as raised:
        write_documents(locate(), tmp_path / "out")
    assert raised.value.exit_code == 2
    assert not (tmp_path / "out").exists()
    written = write_documents(locate(), tmp_path / "out", page=False)
    assert "ontology.html" not in {path.name for path in written}
    assert len(written) == len(SOURCES) * len(SERIALIZATIONS) + 1


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        write_documents(locate(), tmp_path / "file" / "docs", page=False)
