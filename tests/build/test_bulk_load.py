"""Files of any size become a store of their own, whole or not at all."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

import allusion
from allusion.build.bulk_load import LoadReport, load
from allusion.cli import cli
from allusion.core.errors import AllusionError, DataError, ParameterError, StoreError, UnknownName
from allusion.core.resources import locate
from allusion.query.results import Result
from allusion.store.default_graph import default_quads, named_quads

ROOT = Path(__file__).parents[2]
AL = "https://w3id.org/allusion/ontology#"
FILM = "https://w3id.org/allusion/film/mine"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
TRIPLES = (
    f'<{FILM}> <{TYPE}> <{AL}Film> .\n<{FILM}> <{LABEL}> "My Film"@en .\n'
    f"<https://w3id.org/allusion/performance/p> <{AL}performer> <https://w3id.org/allusion/person/me> .\n"
    f"<https://w3id.org/allusion/performance/p> <{AL}inWork> <{FILM}> .\n"
)


def ask(folder: Path, query: str) -> list[dict[str, object]]:
    answer = allusion.open(store=str(folder)).sparql(query)
    assert isinstance(answer, Result)
    return [dict(row) for row in answer.records()]


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("kind", [".nt", ".nq", ".ttl", ".trig", ".nt.gz", ".ttl.gz"])
def test_files_of_every_format_are_loaded_and_queried(tmp_path: Path, kind: str) -> None:
    manifest = load([write(tmp_path, f"mine{kind}", TRIPLES)], tmp_path / "store", locate())
    assert manifest.inferred == 0
    films = f"SELECT ?film WHERE {{ ?film a <{AL}Film> }}"
    assert ask(tmp_path / "store", films) == [{"film": FILM}]


def test_a_loaded_store_has_the_ontology_but_not_the_shipped_facts(tmp_path: Path) -> None:
    load([write(tmp_path, "a.nt", TRIPLES)], tmp_path / "store", locate())
    assert ask(
        tmp_path / "store", "SELECT * { al:Film rdfs:label ?label FILTER(LANG(?label) = 'en') }"
    )
    assert not ask(tmp_path / "store", "SELECT * { film:chungking-express ?p ?o }")


def test_triples_are_loaded_into_the_given_graph_and_quads_into_their_own(tmp_path: Path) -> None:
    quads = f'<{FILM}> <{LABEL}> "Mine"@en <urn:kept> .\n'
    load(
        [write(tmp_path, "a.nt", TRIPLES), write(tmp_path, "b.nq", quads)],
        tmp_path / "store",
        locate(),
        graph="urn:mine",
    )
    graphs = f"SELECT DISTINCT ?g {{ GRAPH ?g {{ <{FILM}> ?p ?o }} }} ORDER BY ?g"
    assert ask(tmp_path / "store", graphs) == [{"g": "urn:kept"}, {"g": "urn:mine"}]


def test_inference_and_names_are_optional(tmp_path: Path) -> None:
    path = write(tmp_path, "a.nt", TRIPLES)
    manifest = load([path], tmp_path / "rich", locate(), inference=True, names=True)
    assert manifest.inferred > 0
    assert ask(tmp_path / "rich", "SELECT * { ?who al:appearsIn film:mine }") == [
        {"who": "https://w3id.org/allusion/person/me"}
    ]
    graph = allusion.open(store=str(tmp_path / "rich"))
    assert graph.resolve("my film") == FILM
    assert graph.query("names", entity="My Film").records()
    load([path], tmp_path / "poor", locate())
    with pytest.raises(LookupError):
        allusion.open(store=str(tmp_path / "poor")).resolve("my film")


@pytest.mark.parametrize(
    ("name", "text", "error", "says"),
    [
        ("a.nt", TRIPLES + "<a> <b> .\n", DataError, r"1 fault in a\.nt\na\.nt:5: is not valid"),
        ("a.ttl", "PREFIX : <urn:> :a :b", DataError, r"a\.ttl:1: is not valid"),
        ("a.rdf", "<!DOCTYPE x>", DataError, r"a\.rdf:1: is not valid RDF/XML"),
        ("a.txt", "", ParameterError, r"known endings are \.nt, \.nq, \.ttl, \.trig"),
        ("a.gz", "", ParameterError, "known endings"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_named_and_leaves_no_store(
    tmp_path: Path, name: str, text: str, error: type[AllusionError], says: str
) -> None:
    path = write(tmp_path, name, text)
    with pytest.raises(error, match=says):
        load([path], tmp_path / "store", locate())
    assert [found.name for found in tmp_path.iterdir()] == [name]


def test_a_truncated_compressed_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.nt.gz"
    path.write_bytes(gzip.compress(TRIPLES.encode() * 1000)[:-20])
    with pytest.raises(DataError, match="is truncated or damaged"):
        load([path], tmp_path / "store", locate())
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("place", [10, 26, 50])
def test_a_corrupt_compressed_file_is_refused(tmp_path: Path, place: int) -> None:
    path = tmp_path / "a.nt.gz"
    packed = bytearray(gzip.compress(TRIPLES.encode(), mtime=0))
    packed[place] ^= 8
    path.write_bytes(packed)
    with pytest.raises(DataError, match="is truncated or damaged"):
        load([path], tmp_path / "store", locate())
    assert not (tmp_path / "store").exists()


def test_an_existing_folder_is_not_changed(tmp_path: Path) -> None:
    path = write(tmp_path, "a.nt", TRIPLES)
    load([path], tmp_path / "store", locate())
    with pytest.raises(StoreError, match="exists already"):
        load([path], tmp_path / "store", locate())
    assert ask(tmp_path / "store", f"SELECT * {{ <{FILM}> a ?kind }}")


def test_an_invalid_graph_iri_and_a_missing_file_are_errors(tmp_path: Path) -> None:
    path = write(tmp_path, "a.nt", TRIPLES)
    with pytest.raises(ParameterError, match="not an absolute IRI"):
        load([path], tmp_path / "store", locate(), graph="mine")
    with pytest.raises(ParameterError, match="is neither a file nor a folder"):
        load([tmp_path / "b.nt"], tmp_path / "store", locate())


def test_progress_of_parsing_reaches_the_end(tmp_path: Path) -> None:
    path = write(tmp_path, "a.nt", TRIPLES * 500)
    told: list[tuple[int, int]] = []
    load(
        [path], tmp_path / "store", locate(), amount=lambda done, total: told.append((done, total))
    )
    size = path.stat().st_size
    assert told[-1] == (size, size)
    assert told == sorted(told)


def test_a_loaded_store_is_queried_by_the_command_line(tmp_path: Path) -> None:
    path = write(tmp_path, "a.nt", TRIPLES)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from allusion.cli import run; run()", *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            env=os.environ | {"PYTHONPATH": str(ROOT / "graph")},
        )

    done = run("load", str(path), "--into", str(tmp_path / "store"))
    assert (done.returncode, done.stdout) == (0, "")
    assert "--store" in done.stderr
    query = f"SELECT ?label {{ <{FILM}> rdfs:label ?label }}"
    done = run("sparql", query, "--store", str(tmp_path / "store"))
    assert done.stdout == "label\nMy Film\n"
    done = run("sparql", query, "--store", str(tmp_path / "nothing"))
    assert done.returncode == 2
    assert "a folder that allusion load made" in done.stderr


def test_pyoxigraph_opens_a_loaded_store(tmp_path: Path) -> None:
    load([write(tmp_path, "a.nt", TRIPLES)], tmp_path / "store", locate())
    store = ox.Store.read_only(str(tmp_path / "store/store"))
    assert ox.Quad(ox.NamedNode(FILM), ox.NamedNode(TYPE), ox.NamedNode(f"{AL}Film")) in store


OWN = f"""
PREFIX al: <{AL}>
PREFIX ex: <http://example.org/>
PREFIX film: <https://w3id.org/allusion/film/>
PREFIX person: <https://w3id.org/allusion/person/>
PREFIX rdfs: <{LABEL.removesuffix("label")}>
film:mine a al:Film ; rdfs:label "My Film"@en ; al:refersTo person:me .
person:me a al:Person ; rdfs:label "Me"@en .
person:bare rdfs:label "Bare"@en .
ex:elsewhere a al:Person ; rdfs:label "Elsewhere"@en .
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LoadReport]:
    folder = tmp_path_factory.mktemp("own")
    files = [write(folder, "own.ttl", OWN)]
    files.append(write(folder, "more.nq", f'<{FILM}> <{AL}published> "1996" .\n'))
    return folder / "store", load(files, folder / "store", locate(), names=True)


def test_for_cards_each_file_is_a_named_graph(
    own: tuple[Path, LoadReport],
) -> None:
    folder, loaded = own
    assert loaded.graphs == ("urn:allusion:file/own.ttl", "urn:allusion:file/more.nq")
    store = ox.Store.read_only(str(folder / "store"))
    assert {quad.triple for quad in default_quads(store)} == {
        quad.triple for quad in named_quads(store)
    }
    card = allusion.open(store=str(folder))["My Film"]
    assert card.entity.year == 1996
    assert [source for fact in card.entity.facts for _, source in fact.sources] == ["more.nq"]


def test_two_files_with_the_same_name_are_two_sources(tmp_path: Path) -> None:
    files = [tmp_path / place / "film.nt" for place in ("l/a", "l/b", "m/b")]
    texts = [TRIPLES, TRIPLES, f'<{FILM}> <{LABEL}> "Another Name"@de .\n']
    for path, text in zip(files, texts, strict=True):
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    loaded = load([*files, files[0]], tmp_path / "store", locate(), names=True)
    assert loaded.graphs == tuple(
        f"urn:allusion:file/{name}:film.nt" for name in ("a", "l:b", "m:b")
    )
    found = ask(
        tmp_path / "store", f"SELECT ?g {{ GRAPH ?g {{ <{FILM}> a al:Film }} }} ORDER BY ?g"
    )
    assert [row["g"] for row in found] == list(loaded.graphs[:2])


def test_without_names_a_load_makes_no_graphs_and_no_index(tmp_path: Path) -> None:
    loaded = load([write(tmp_path, "a.nt", TRIPLES)], tmp_path / "store", locate())
    assert (loaded.graphs, loaded.named) == ((), 0)
    with pytest.raises(UnknownName, match=r"no names are indexed in .*store: load it with --names"):
        allusion.open(store=str(tmp_path / "store"))["My Film"]


def test_an_entity_with_a_name_but_no_card_is_an_error_with_a_message(
    own: tuple[Path, LoadReport],
) -> None:
    graph = allusion.open(store=str(own[0]))
    for look in (
        lambda: graph["Bare"],
        lambda: graph.path("Bare", "Me"),
        lambda: graph.view("Bare"),
    ):
        with pytest.raises(UnknownName, match=r"person:bare has a name.*DESCRIBE.*--store"):
            look()


def test_entities_without_a_register_are_counted_and_explained(
    own: tuple[Path, LoadReport],
) -> None:
    folder, loaded = own
    assert (loaded.named, loaded.elsewhere) == (3, 1)
    assert loaded.example == "http://example.org/elsewhere"
    with pytest.raises(UnknownName, match=r"IRIs in the registers.*DESCRIBE <http://example"):
        allusion.open(store=str(folder)).query("who-refers-to", loaded.example)


def test_counts_without_inference_have_a_notice(own: tuple[Path, LoadReport]) -> None:
    done = CliRunner().invoke(cli, ["stats", "entities", "-f", "csv", "--store", str(own[0])])
    assert "load with --infer" in done.stderr


def test_shortcuts_without_connections_are_remarked(
    own: tuple[Path, LoadReport], tmp_path: Path
) -> None:
    assert own[1].shortcuts == ("refersTo",)
    whole = f"<urn:c> <{AL}from> <{FILM}> .\n<{FILM}> <{AL}refersTo> <urn:a> .\n"
    loaded = load([write(tmp_path, "a.nt", whole)], tmp_path / "store", locate(), names=True)
    assert loaded.shortcuts == ()


def test_errors_about_a_loaded_store_name_its_folder(
    own: tuple[Path, LoadReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = str(own[0])
    done = CliRunner().invoke(cli, ["search", "film", "-f", "csv", "--store", store])
    assert FILM in done.stdout
    monkeypatch.setenv("ALLUSION_STORE", store)
    assert FILM in CliRunner().invoke(cli, ["search", "my film", "-f", "csv"]).stdout
    with pytest.raises(UnknownName, match=f"allusion search TEXT --store {re.escape(store)}"):
        allusion.open(store=store).resolve("zzzzzz")


def test_names_for_an_endpoint_come_from_the_local_store() -> None:
    arguments = ["search", "chungking", "-f", "csv", "--store", "http://localhost:1/query"]
    done = CliRunner().invoke(cli, arguments)
    assert "chungking-express" in done.stdout
    assert "an endpoint has no index of names" in done.stderr


def test_load_reports_indexed_and_skipped_entities(tmp_path: Path) -> None:
    path = write(tmp_path, "own.ttl", OWN)
    target = str(tmp_path / "store")
    done = CliRunner().invoke(cli, ["load", str(path), "--into", target, "--names"])
    assert "in <urn:allusion:file/own.ttl>" in done.stderr
    assert "names of 3 entities indexed" in done.stderr
    assert "1 labelled thing is found only by SPARQL" in done.stderr
    assert "no connections, only al:refersTo" in done.stderr
