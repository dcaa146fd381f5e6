"""Collections layered over the graph, in Python and on the command line."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest
from sheets import CONNECTIONS, SOURCES, WORKS, Desk, write_csv
from terminal import Run

from allusion import open as open_graph
from allusion.authoring.collection import open_collection
from allusion.authoring.layers import layered
from allusion.build.check import all_faults, build_faults, curated_faults
from allusion.build.curated_data import read_curated
from allusion.core.errors import AllusionError, DataError, OutputError, ParameterError, UnknownName
from allusion.core.resources import Resources
from allusion.web.site import Site

OTHER = (CONNECTIONS[0], ("Cold Noodles (film, 2001)", "parody", "Later Film", "", "night", "", "", ""))  # fmt: skip


def faults_of(resources: Resources, *folders: Path) -> list[str]:
    found = layered(resources, folders)
    return [str(fault) for fault in curated_faults(found, read_curated(found))]


def test_two_collections_and_the_graph_are_one_graph(desk: Desk) -> None:
    desk.rows().write("import")
    other = desk.beside("other")
    other.rows(connections=OTHER).write("import")
    folders = [desk.collection.folder, other.collection.folder]
    graph = open_graph(desk.resources.data, collections=folders)
    path = graph.path("Rain Song", "Cold Noodles").paths[0]
    assert [one.label() for one in path.entities] == ["Rain Song", "The Night Market", "Later Film", "Cold Noodles"]  # fmt: skip
    alone = open_graph(desk.resources.data)
    assert "Rain Song" not in alone


def test_a_collection_copies_nothing_of_the_graph(desk: Desk) -> None:
    desk.rows().write("import")
    text = "".join(desk.texts().values())
    assert "\nfilm:later\n" not in text
    assert "\nperson:star\n" not in text


def test_two_collections_that_describe_one_iri_differently_are_both_named(desk: Desk) -> None:
    desk.rows().write("import")
    other = desk.beside("other", namespace="mine")
    rows = [list(row) for row in CONNECTIONS]
    rows[3][2] = "Rain Song! (film, 1961)"
    other.rows(connections=rows).write("import")
    faults = faults_of(desk.resources, desk.collection.folder, other.collection.folder)
    faults = [fault for fault in faults if "[layers]" in fault]
    assert len(faults) == 1
    assert "film:mine-rain-song" in faults[0]
    assert "mine/sources/mine-night.ttl:" in faults[0]
    assert "other/sources/mine-night.ttl:" in faults[0]
    with pytest.raises(DataError, match="other/sources"):
        open_graph(
            desk.resources.data, collections=[desk.collection.folder, other.collection.folder]
        )


def test_a_collection_in_japanese_is_shown_in_japanese(desk: Desk, run: Run) -> None:
    """Where nothing is in English, the texts in the other language are shown."""
    other = desk.beside("ja", language="ja")
    sources = (
        SOURCES[0],
        ("yoru", "夜市の話", "山田花子", "https://example.org/y", "2015", "", "ja"),
    )
    rows = (CONNECTIONS[0], ("夜市（映画、2014）", "パロディ", "後來", "屋台の主人が真似をする。", "yoru", "第2段落", "", ""))  # fmt: skip
    plan = other.rows(sources=sources, connections=rows)
    assert plan.parsed.faults == []
    plan.write("import")
    done = run("show", "夜市", "--lang", "ja", "--with", str(other.collection.folder), "--data", str(desk.resources.data))  # fmt: skip
    assert "屋台の主人が真似をする。" in done.out
    assert "夜市の話, 山田花子, 2015, 第2段落" in done.out


def test_two_sources_with_two_sentences_are_both_shown_everywhere(desk: Desk, run: Run) -> None:
    again = ("", "prop-or-poster", "Later Film", "A torn poster is behind him.", "talk", "", "", "")
    desk.rows(connections=(*CONNECTIONS, again)).write("import")
    folder = desk.collection.folder
    given = ("The Night Market", "--with", str(folder), "--data", str(desk.resources.data))
    sentences = ("Its poster hangs over the stove.", "A torn poster is behind him.")
    card = run("show", *given).out
    assert f"supports: A talk with the makers, Bo Ek, 2021 <https://example.org/t>\n      {sentences[1]}" in card  # fmt: skip
    graph = open_graph(desk.resources.data, collections=[folder])
    iri = graph.resolve("The Night Market")
    page = Site(graph, "test").entity_pages(iri, "").page()
    forms = (
        card,
        graph[iri].to_markdown(),
        graph[iri]._repr_html_(),
        run("show", "-f", "json", *given).out,
        page,
    )
    for form in forms:
        for sentence in sentences:
            assert sentence in form


def test_a_sentence_in_english_is_preferred_to_one_in_another_language(desk: Desk) -> None:
    rows = (
        (*CONNECTIONS[0], "says (ja)"),
        (*CONNECTIONS[1], "屋台の主人が呼ぶ。"),
        ("", "name-drop", "Star (person)", "She is called.", "talk", "", "", "seen", "AAA"),
    )
    desk.rows(connections=rows).write("import")
    graph = open_graph(desk.resources.data, collections=[desk.collection.folder])
    (edge,) = graph["The Night Market"].outgoing
    assert {one.paraphrase for one in edge.evidence} == {
        "A seller calls the star's name.", "She is called.",
    }  # fmt: skip


def test_a_copy_of_a_collection_beside_it_is_no_conflict(desk: Desk, tmp_path: Path) -> None:
    desk.rows().write("import")
    shutil.copytree(desk.collection.folder, tmp_path / "copy")
    assert faults_of(desk.resources, desk.collection.folder, tmp_path / "copy") == []


def test_two_sources_may_give_two_years(desk: Desk) -> None:
    """Sources that disagree are no conflict: each states its own year."""
    desk.rows(works=WORKS).write("import")
    other = desk.beside("other", namespace="mine")
    rows = [list(row) for row in WORKS]
    rows[1][3] = "2002"
    other.rows(works=rows, connections=CONNECTIONS[:1]).write("import")
    assert faults_of(desk.resources, desk.collection.folder, other.collection.folder) == []


def test_a_collection_opens_after_the_graph_has_changed(
    desk: Desk, tmp_path: Path, run: Run
) -> None:
    desk.rows().write("import")
    data = tmp_path / "data"
    shutil.copytree(desk.resources.data, data)
    path = data / "entities/all.ttl"
    text = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(
        "".join(line for line in text if not line.startswith("film:later")), encoding="utf-8"
    )
    source = data / "sources/list.ttl"
    source.write_text(source.read_text(encoding="utf-8").replace("film:later al:pub", "film:hero al:pub"), encoding="utf-8")  # fmt: skip
    graph = open_graph(data, collections=[desk.collection.folder])
    assert graph["The Night Market"].entity.year == 2019
    assert graph.view("The Night Market").svg().startswith("<svg")
    done = run(
        "show", "The Night Market", "--with", str(desk.collection.folder), "--data", str(data)
    )
    assert done.code == 0
    assert "the collection refers to entities that are not in the graph: film:later;" in done.err
    resources = graph.resources
    assert build_faults(resources, read_curated(resources)) == []
    codes = {fault.code for fault in curated_faults(resources, read_curated(resources))}
    assert codes == {"dangling"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('name = "x', "not valid TOML"),
        ('nmae = "x"', "unknown key 'nmae'"),
        ('namespace = "My Films"', "namespace 'My Films'"),
        ('language = "English"', "language 'English'"),
        ("name = 3", "a name that is not text"),
        ('maintainers = "me"', "not a list of names"),
    ],
)
def test_faults_of_the_settings_name_the_file_and_the_mend(
    desk: Desk, text: str, problem: str
) -> None:
    path = desk.collection.folder / "allusion.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"allusion\.toml") as stop:
        open_collection(desk.collection.folder)
    assert problem in str(stop.value)


def test_a_collection_needs_little(desk: Desk) -> None:
    (desk.collection.folder / "allusion.toml").write_text("", encoding="utf-8")
    found = open_collection(desk.collection.folder)
    assert (found.name, found.namespace, found.language) == ("mine", "mine", "en")


def test_new_makes_a_sheet_that_can_be_imported(run: Run, desk: Desk, tmp_path: Path) -> None:
    folder = str(tmp_path / "films")
    for form in ("xlsx", "csv", "yaml"):
        done = run("new", folder + form, "--sheet", form)
        assert done.code == 0
        sheet = f"{folder}{form}/sheet" + ("" if form == "csv" else f".{form}")
        done = run("import", sheet, "--data", str(desk.resources.data))
        assert done.code == 0, done.err
        assert "0 connections: none" in done.out


def test_new_does_not_overwrite(run: Run, desk: Desk) -> None:
    done = run("new", str(desk.collection.folder))
    assert done.code == OutputError.exit_code
    assert "is not empty" in done.err


def test_a_sheet_is_imported_shown_and_taken_back(run: Run, desk: Desk) -> None:
    folder, data = str(desk.collection.folder), ("--data", str(desk.resources.data))
    sheet = str(
        write_csv(desk.collection.folder / "sheet", sources=SOURCES, connections=CONNECTIONS)
    )
    dry = run("import", sheet, *data)
    assert (dry.code, desk.texts()) == (0, {})
    assert "4 connections: 4 new" in dry.out
    assert "Later Film = Later Film (film, 1994; film:later)" in dry.out
    assert f"run: allusion import {sheet} --data {desk.resources.data} --write" in dry.err
    written = run("import", sheet, "--write", *data)
    assert written.code == 0
    assert f"allusion undo {folder}" in written.err
    assert "nothing was changed" in run("import", sheet, "--write", *data).err
    assert "Rain Song" in run("show", "The Night Market", "--with", folder, *data).out
    assert "The Night Market" in run("search", "night", "--with", folder, *data).out
    assert run("path", "Rain Song", "person:star", "--with", folder, *data).code == 0
    assert run("check", "--with", folder, "--no-shacl", *data).out.count("mine/sources") == 0
    undone = run("undo", folder).err
    assert re.search(r"last change of .*: import sheet of \d{4}-", undone)
    assert "undone: import sheet" in undone
    assert desk.texts() == {}


@pytest.mark.parametrize("form", [".xlsx", ".yaml", ""])
def test_a_sheet_goes_round(run: Run, desk: Desk, tmp_path: Path, form: str) -> None:
    """What is exported and imported again is the same collection."""
    told = ("", "maker-states-influence", "Hero", "He says so.", "night", "", "Cato Moe", "")
    heard = ("", "parody", "Hero", "He is said to mean it.", "talk", "", "Cato Moe", "reported")
    plan = desk.rows(works=WORKS, connections=(*CONNECTIONS, told, heard))
    assert plan.parsed.faults == []
    plan.write("import")
    out = tmp_path / f"out{form}"
    done = run("export", "--sheet", str(desk.collection.folder), "-o", str(out), "--data", str(desk.resources.data))  # fmt: skip
    assert done.code == 0, done.err
    again = desk.beside("again", namespace="mine").plan(out)
    assert again.parsed.faults == []
    for sort in ("sources", "things", "connections"):
        assert getattr(again.content, sort) == getattr(plan.content, sort)
    same = desk.plan(out)
    assert {sort: one.same for sort, one in same.differences.items()} == {"sources": 2, "things": 7, "connections": 6}  # fmt: skip
    assert all(one.added == one.changed == one.removed == 0 for one in same.differences.values())


def test_faults_are_listed_and_nothing_is_written(run: Run, desk: Desk, tmp_path: Path) -> None:
    rows = (*CONNECTIONS, ("", "name-drop", "Nobody", "", "", "", "", ""))
    sheet = str(write_csv(desk.collection.folder / "sheet", sources=SOURCES, connections=rows))
    data = ("--data", str(desk.resources.data))
    problems, rejects = tmp_path / "p.csv", tmp_path / "r.csv"
    done = run("import", sheet, "--write", "--problems", str(problems), *data)
    assert done.code == 3
    assert "1 name is unknown: connections!C6" in done.out
    assert "nothing was written" in done.err
    assert desk.texts() == {}
    assert problems.read_text(encoding="utf-8").splitlines()[1].startswith("connections!C6,name is unknown,Nobody")  # fmt: skip
    done = run("import", sheet, "--rejects", str(rejects), *data)
    assert done.code == 3
    assert "connections,6,name is unknown: Nobody," in rejects.read_text(encoding="utf-8")
    assert "rain-song" in desk.texts()["mine-night.ttl"]


def test_a_folder_that_is_no_collection_is_named_with_the_way_to_make_one(
    run: Run, tmp_path: Path
) -> None:
    done = run("show", "x", "--with", str(tmp_path))
    assert done.code == UnknownName.exit_code
    assert f"make one with: allusion new {tmp_path}" in done.err


def test_a_loaded_store_is_not_mixed_with_a_collection(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "loaded").mkdir()
    with pytest.raises(ParameterError, match="omit --with"):
        open_graph(store="http://localhost:1/sparql", collections=[desk.collection.folder])
    assert issubclass(ParameterError, AllusionError)


def test_shapes_validate_the_collection_and_what_it_adds_to_the_graph(desk: Desk) -> None:
    desk.rows().write("import")
    without_type(desk.resources.data / "sources" / "list.ttl")
    mine = desk.collection.folder / "sources" / "mine-night.ttl"
    without_type(mine)
    mine.write_text(f'{mine.read_text()}\nfilm:later al:published "soon" .\n')

    def faults(*folders: Path) -> set[tuple[str, str]]:
        found = all_faults(layered(desk.resources, folders))
        return {(one.file, one.entity) for one in found if one.code.startswith("shacl-")}

    assert ("sources/list.ttl", "source:list") in faults()
    ours = "mine/sources/mine-night.ttl"
    assert faults(desk.collection.folder) == {(ours, "source:mine-night"), (ours, "film:later")}


def without_type(file: Path) -> None:
    text = re.sub(r"al:sourceType [a-z:-]* [;.]", lambda found: "." * found[0].endswith("."), file.read_text())  # fmt: skip
    assert text != file.read_text()
    file.write_text(text)


def test_a_packed_collection_has_everything_but_its_history(
    desk: Desk, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.rows().write("import")
    monkeypatch.chdir(tmp_path)
    done = run("pack", str(desk.collection.folder), "-o", "films.zip")
    assert done.code == 0
    assert (desk.collection.folder / ".history").is_dir()
    with zipfile.ZipFile(tmp_path / "films.zip") as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "colleague")
    assert "mine/allusion.toml" in names
    assert "mine/sources/mine-night.ttl" in names
    assert "mine/sheet/connections.csv" in names
    assert not any(".history" in name for name in names)
    readme = (tmp_path / "colleague" / "mine" / "README.md").read_text(encoding="utf-8")
    assert "References in The Night Market (2019)" in readme
    assert 'allusion show "The Night Market (2019)" --with mine' in readme
    assert "python -m zipfile -e films.zip ." in readme
    theirs = open_graph(desk.resources.data, collections=[tmp_path / "colleague" / "mine"])
    assert theirs.names.resolve("The Night Market (film, 2019)").endswith("/mine-the-night-market")
