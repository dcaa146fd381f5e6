"""A slice of Wikidata as candidates for names, and as a collection of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from sheets import CONNECTIONS, Desk
from terminal import Run

from allusion import open as open_graph
from allusion.authoring.collection import open_collection
from allusion.authoring.from_rdf import read_collection
from allusion.authoring.layers import layered
from allusion.authoring.slice_import import read_slice
from allusion.build.check import all_faults
from allusion.core.vocabulary import BASE

#: Items are invented; their properties and classes are real.
SLICE = """\
<wd:Q990000901> <wdt:P31> <wd:Q11424> .
<wd:Q990000901> <rdfs:label> "Cold Harbor"@en .
<wd:Q990000901> <rdfs:label> "\u5bd2\u6e2f"@zh-hant .
<wd:Q990000901> <rdfs:label> "Hafen"@de .
<wd:Q990000901> <wdt:P577> "1973-01-01T00:00:00Z"^^<xsd:dateTime> .
<wd:Q990000901> <wdt:P577> "1974-05-01T00:00:00Z"^^<xsd:dateTime> .
<wd:Q990000901> <wdt:P144> <wd:Q990000902> .
<wd:Q990000901> <wdt:P8371> <wd:Q990000905> .
<wd:Q990000901> <wdt:P921> <wd:Q990000906> .
<wd:Q990000901> <wdt:P1877> <wd:Q990000904> .
<wd:Q990000901> <wdt:P941> <wd:Q990000907> .
<wd:Q990000902> <wdt:P31> <wd:Q7725634> .
<wd:Q990000902> <rdfs:label> "The Harbor"@en .
<wd:Q990000902> <wdt:P4969> <wd:Q990000903> .
<wd:Q990000903> <wdt:P31> <wd:Q11424> .
<wd:Q990000903> <rdfs:label> "Warm Harbor"@en .
<wd:Q990000904> <wdt:P31> <wd:Q5> .
<wd:Q990000904> <rdfs:label> "Ann Lee"@en .
<wd:Q990000905> <wdt:P31> <wd:Q11424> .
<wd:Q990000905> <rdfs:label> "Chungking Express"@en .
<wd:Q990000906> <wdt:P31> <wd:Q151885> .
<wd:Q990000906> <rdfs:label> "love"@en .
<wd:Q990000907> <wdt:P31> <wd:Q11424> .
<wd:Q990000902> <wdt:P144> <wd:Q990000904> .
"""


#: A film without a label, and the novel that it is based on.
NAMELESS = """\
<wd:Q990000911> <wdt:P31> <wd:Q11424> .
<wd:Q990000911> <wdt:P144> <wd:Q990000912> .
<wd:Q990000912> <wdt:P31> <wd:Q7725634> .
<wd:Q990000912> <rdfs:label> "Low Tide"@en .
"""


def write_slice(folder: Path, text: str = SLICE) -> Path:
    for prefix, start in {
        "wd:": "http://www.wikidata.org/entity/", "wdt:": "http://www.wikidata.org/prop/direct/",
        "rdfs:": "http://www.w3.org/2000/01/rdf-schema#", "xsd:": "http://www.w3.org/2001/XMLSchema#",
    }.items():  # fmt: skip
        text = text.replace(f"<{prefix}", f"<{start}")
    path = folder / "films.nt"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_films_of_a_slice_become_claims_of_its_contributors(desk: Desk, tmp_path: Path) -> None:
    linked = {"Q990000905": f"{BASE}film/later"}
    found = read_slice([write_slice(tmp_path)], desk.collection, linked)
    ends = {
        (one.origin.rpartition("/")[2], one.kind, one.target.rpartition("/")[2])
        for one in found.content.connections.values()
    }
    assert ends == {
        ("mine-q990000901", "derivation", "mine-q990000902"),
        ("mine-q990000903", "derivation", "mine-q990000902"),
        ("mine-q990000901", "reference", "later"),
        ("mine-q990000901", "inspired-by", "mine-q990000904"),
    }
    assert {one.certainty for one in found.content.connections.values()} == {"claimed"}
    assert {one.made_by for one in found.content.connections.values()} == {
        (f"{BASE}organisation/mine-wikidata-contributors",)
    }
    film = found.content.things[f"{BASE}film/mine-q990000901"]
    assert [name.text for name in film.names] == ["Cold Harbor", "\u5bd2\u6e2f"]
    assert film.date is not None
    assert film.date.text == "1973"
    assert sum(found.skipped.values()) == 3
    assert f"{BASE}film/later" not in found.content.things


def test_nothing_is_invented_for_items_of_which_the_slice_states_little(
    desk: Desk, tmp_path: Path
) -> None:
    found = read_slice([write_slice(tmp_path)], desk.collection, {}).content
    novel = found.things[f"{BASE}literature/mine-q990000902"]
    assert (novel.date, novel.makers, novel.descriptions, novel.aliases) == (None, (), (), ())
    assert not any("q990000907" in iri for iri in found.things)
    assert not any(one.says for c in found.connections.values() for one in c.evidence)


def test_an_end_of_a_connection_that_is_left_out_is_not_described(
    desk: Desk, tmp_path: Path
) -> None:
    found = read_slice([write_slice(tmp_path, NAMELESS)], desk.collection, {})
    assert sum(found.skipped.values()) == 1
    assert found.content.things == {}


def test_one_command_makes_a_collection_that_is_clean_and_can_be_undone(
    run: Run, tmp_path: Path, desk: Desk
) -> None:
    path, folder = write_slice(tmp_path), tmp_path / "from-wikidata"
    given = ("wikidata", "collect", str(path), "--into", str(folder), "--data", str(desk.resources.data))  # fmt: skip
    done = run(*given)
    assert done.code == 0, done.err
    assert "4 connections" in done.err
    assert "omitted: 2 statements of something without a label" in done.err
    resources = layered(desk.resources, [folder])
    assert [str(one) for one in all_faults(resources) if "from-wikidata" in one.file] == []
    graph = open_graph(desk.resources.data, collections=[folder])
    assert {edge.phrase for edge in graph["Cold Harbor"].outgoing}
    assert "nothing was changed" in run(*given).err
    assert run("undo", str(folder)).code == 0
    collection = open_collection(folder)
    assert read_collection(collection, desk.concepts).content.connections == {}


def test_items_of_a_slice_are_proposed_for_unknown_names(
    desk: Desk, run: Run, tmp_path: Path
) -> None:
    rows = (CONNECTIONS[0], ("Later Film", "parody", "Cold Harbor", "", "night", "", "", ""))
    desk.rows(connections=rows)
    sheet, data = str(desk.collection.folder / "sheet"), str(desk.resources.data)
    given = ("import", sheet, "--into", str(desk.collection.folder), "--data", data)
    done = run(*given, "--index", str(write_slice(tmp_path)))
    assert done.code == 3
    assert (
        'connections!C2: "Cold Harbor"; in Wikidata: Cold Harbor (film, 1973), Q990000901;'
        in done.out
    )
    assert "in Wikidata" not in run(*given).out


def test_a_slice_that_is_not_rdf_is_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "films.nt"
    path.write_text("film,year\n", encoding="utf-8")
    done = run("wikidata", "collect", str(path), "--into", str(tmp_path / "films"))
    assert done.code == 3
    assert "films.nt is not N-Triples" in done.err


@pytest.mark.parametrize("name", ["\u6620\u753b", "!!!"])
def test_a_folder_without_latin_letters_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    done = run("wikidata", "collect", str(write_slice(tmp_path)), "--into", str(tmp_path / name))
    assert done.code == 2
    assert "has no Latin letters" in done.err
