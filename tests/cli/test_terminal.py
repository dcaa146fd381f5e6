"""What stands in data cannot command a terminal, a prompt or a notebook; files keep it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import RAW

import allusion
from allusion import open as open_graph
from allusion.build.bulk_load import load
from allusion.core.errors import AllusionError, DataError, Fault, NetworkError, StoreError
from allusion.core.external_links import safe_url
from allusion.core.labels import Link
from allusion.core.model import Entity
from allusion.core.resources import locate
from allusion.core.terminal import visible
from allusion.core.terms import Literal, sound_iri
from allusion.knowledge_graph import KnowledgeGraph
from allusion.network.card import Card
from allusion.query.results import Result, TripleResult

ESCAPE, BELL, NUL, CSI, OVERRIDE, ISOLATE = "\x1b", "\x07", "\0", "\x9b", "\u202e", "\u2066"
HOSTILE = f"{ESCAPE}[31mred{BELL}{CSI}2J{OVERRIDE}txt.exe{ISOLATE}\r\x08\x7f"
#: Colors and weights, which the command makes itself.
STYLE = re.compile(r"\x1b\[[0-9;]*m")

NAMES = r"""
@prefix al: <https://w3id.org/allusion/ontology#> .
@prefix film: <https://w3id.org/allusion/film/> .
@prefix person: <https://w3id.org/allusion/person/> .
@prefix connection: <https://w3id.org/allusion/connection/> .
@prefix kind: <https://w3id.org/allusion/kind/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
film:evil a al:Film ; rdfs:label "Evil HOSTILE"@en ; dcterms:description "About HOSTILE"@en .
person:star a al:Person ; rdfs:label "Star HOSTILE"@en .
connection:x a al:Reference ; al:kind kind:name-drop ; al:from film:evil ; al:to person:star ;
    rdfs:label "names HOSTILE"@en ; dcterms:description "It names HOSTILE"@en .
"""
_ESCAPED = HOSTILE.encode("unicode_escape").decode().replace(r"\x", r"\u00")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A loaded folder whose names hold what a terminal obeys."""
    folder = tmp_path_factory.mktemp("evil")
    (folder / "evil.ttl").write_text(NAMES.replace("HOSTILE", _ESCAPED), encoding="utf-8")
    load([folder / "evil.ttl"], folder / "store", locate(), inference=True, names=True)
    return folder / "store"


@pytest.fixture(scope="module")
def evil(store: Path) -> KnowledgeGraph:
    """The same, open."""
    return open_graph(store=str(store))


def on_a_terminal(*arguments: str) -> str:
    """What a terminal gets of stdout and stderr."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "allusion", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"PYTHONPATH": str(Path(allusion.__file__).parents[1]), "TERM": "xterm"},
    ):
        os.close(theirs)
        seen = b""
        try:
            while piece := os.read(ours, 65536):
                seen += piece
        except OSError:  # how Linux reports that the other side has closed
            pass
        finally:
            os.close(ours)
    # The terminal itself makes CR LF of each LF.
    return seen.decode().replace("\r\n", "\n")


def test_control_characters_become_visible_characters() -> None:
    everything = "".join(map(chr, [*range(0x2500), 0xFEFF, 0x1F600]))
    shown = visible(everything)
    assert len(shown) == len(everything)
    assert not RAW.search(shown)
    assert visible("重慶森林\tשלום\né 😀\u200e") == "重慶森林\tשלום\né 😀\u200e"
    assert visible(f"{NUL}{ESCAPE}{CSI}{OVERRIDE}") == "␀␛��"


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "film:evil"),
        ("show", "film:evil", "-f", "json"),
        ("search", "evil"),
        ("path", "film:evil", "person:star"),
        ("rank", "referred"),
        ("query", "names", "-p", "entity=film:evil"),
        *(("query", "names", "-p", "entity=film:evil", "-f", form) for form in ("csv", "json", "md")),
        ("sparql", "SELECT ?o { ?s rdfs:label ?o FILTER(CONTAINS(?o, 'red')) }"),
        ("sparql", "SELECT ?o { ?s rdfs:label ?o FILTER(CONTAINS(?o, 'red')) }", "-f", "csv"),
        ("sparql", "CONSTRUCT { ?s rdfs:label ?o } { ?s rdfs:label ?o . FILTER(CONTAINS(?o, 'red')) }"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_command_writes_control_characters_from_data(
    store: Path, arguments: tuple[str, ...]
) -> None:
    seen = STYLE.sub("", on_a_terminal(*arguments, "--store", str(store)))
    assert "red" in seen
    assert not RAW.search(seen), ascii(seen[:300])


@pytest.mark.parametrize("words", [("show",), ("search", "x", "--kind"), ("query", "names", "-f")])
def test_no_message_repeats_control_characters(store: Path, words: tuple[str, ...]) -> None:
    seen = on_a_terminal(*words, HOSTILE, "--store", str(store))
    assert "red" in seen
    assert not RAW.search(seen)


def test_a_pipe_and_a_file_get_the_text_as_it_is(store: Path, tmp_path: Path) -> None:
    query = "SELECT ?o { film:evil rdfs:label ?o }"
    command = [
        sys.executable,
        "-m",
        "allusion",
        "sparql",
        query,
        "--store",
        str(store),
        "-f",
        "csv",
    ]
    environment = os.environ | {"PYTHONPATH": str(Path(allusion.__file__).parents[1])}
    piped = subprocess.run(command, check=True, capture_output=True, env=environment).stdout
    assert HOSTILE in piped.decode()
    target = tmp_path / "rows.csv"
    subprocess.run([*command, "-o", str(target)], check=True, env=environment, stderr=-3)
    assert HOSTILE in target.read_bytes().decode()


def test_no_repr_has_control_characters(evil: KnowledgeGraph) -> None:
    rows = evil.sparql("SELECT ?o { ?s rdfs:label ?o FILTER(CONTAINS(?o, 'red')) }")
    triples = evil.sparql("CONSTRUCT { ?s rdfs:label ?o } { ?s rdfs:label ?o }")
    assert isinstance(rows, Result)
    assert isinstance(triples, TripleResult)
    card = evil["film:evil"]
    paths = evil.path("film:evil", "person:star")
    shown = {
        "rows": repr(rows),
        "rows in a notebook": rows._repr_html_(),
        "triples": repr(triples),
        "card": repr(card),
        "card in a notebook": card._repr_html_(),
        "entity": repr(card.entity),
        "edge": repr(card.outgoing[0]),
        "paths": repr(paths),
        "paths in a notebook": paths._repr_html_(),
        "match": repr(evil.search("evil")),
        "picture": evil.view("film:evil").svg(),
        "picture as text": evil.view("film:evil")._repr_mimebundle_()["text/plain"],
        "stats": repr(evil.stats()),
        "stats in a notebook": evil.stats()._repr_html_(),
    }
    assert "red" in shown["card"]
    for name, text in shown.items():
        assert not RAW.search(text), f"{name}: {text!r}"


def test_columns_and_values_of_an_endpoint_are_made_visible_too() -> None:
    result = Result((f"na{ESCAPE}me",), [(Literal(HOSTILE, language="en"),)], f"cut{BELL}")
    assert not RAW.search(repr(result))
    assert not RAW.search(result._repr_html_())


@pytest.mark.parametrize("error", [AllusionError, NetworkError, StoreError])
def test_the_message_of_an_error_is_safe_in_a_traceback(error: type[AllusionError]) -> None:
    assert str(error(f"the server sent {HOSTILE}")).startswith("the server sent ␛[31mred␇�2J")
    fault = Fault(f"a{ESCAPE}.ttl", 1, "", HOSTILE, "fix\nit")
    assert not RAW.search(str(DataError([fault])))
    assert "\n" in str(DataError([fault]))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "vbscript:x",
        "http://user:secret@example.org/",
        "https://user:secret@example.org/",
        "https://example.org/\u202egpj.exe",
        "//example.org",
        "https:",
    ],
)
def test_an_unsafe_address_becomes_no_link(address: str) -> None:
    assert safe_url(address) == ""
    link = Link("Site", address, "name")
    entity = Entity("https://w3id.org/allusion/film/x", "film", "Film", {"en": "X"}, links=(link,))
    assert "<a" not in Card(entity, (), (), (), (), (), {})._repr_html_()
    result = Result(("x", "y"), [(sound_iri(address), Literal(f"[click]({address})"))])
    assert "<a" not in result._repr_html_()
    assert "[click](" not in result.write("md").replace("\\[click\\](", "")


def test_an_https_address_is_a_link() -> None:
    link = Link("Wikidata", "https://www.wikidata.org/wiki/Q1", "Q1")
    entity = Entity("https://w3id.org/allusion/film/x", "film", "Film", {"en": "X"}, links=(link,))
    card = Card(entity, (), (), (), (), (), {})._repr_html_()
    assert 'href="https://www.wikidata.org/wiki/Q1"' in card
