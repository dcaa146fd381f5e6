"""A sheet that is imported again: nothing changes, and nothing of it counts as absent."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import yaml
from sheets import CONNECTIONS, SOURCES, WORKS, Desk, Rows, write_csv
from terminal import Run

from allusion import open as open_graph
from allusion.authoring.columns import CONNECTIONS as CONNECTIONS_SHEET
from allusion.authoring.columns import SOURCES as SOURCES_SHEET
from allusion.authoring.columns import WORKS as WORKS_SHEET
from allusion.authoring.importing import ImportPlan
from allusion.authoring.layers import layered
from allusion.build.check import all_faults
from allusion.core.vocabulary import BASE
from allusion.web.site import Site

#: Rows that name entities in all places: brackets, plain names, lists, authors and makers.
MORE_CONNECTIONS: Rows = (
    *CONNECTIONS,
    ("", "name-drop", "Gunman (film, 1953)", "He names the film.", "talk", "par. 3", "", "seen"),
    ("Cold Noodles", "name-drop", "Dora Ness", "Her name is on a sign.", "night", "", "", "seen"),
    ("Cold Noodles", "name-drop", "Gunman", "He is on a poster.", "talk", "", "", "seen"),
    ("Cold Noodles", "parody", "Hero (film)", "", "night", "", "Eli Fox; Cato Moe", ""),
    ("Star (person, new)", "name-drop", "Cook", "He names the cook.", "talk", "", "", "seen"),
)
MORE_WORKS: Rows = (
    (*WORKS[0], "in", "description", "match", "also"),
    (*WORKS[1], "", "", "", "Zaru"),
    ("Cook", "", "character", "", "night", "", "Gunman; Cold Noodles", "A cook.", "", ""),
    ("Later Film", "", "film", "1994", "talk", "Fay Holm", "", "", "", "Later On"),
)
NIGHT = f"{BASE}film/mine-the-night-market"
SHEETS = {SOURCES_SHEET: SOURCES, WORKS_SHEET: MORE_WORKS, CONNECTIONS_SHEET: MORE_CONNECTIONS}


def sheet_file(folder: Path, form: str, sheets: dict[str, Rows]) -> Path:
    if form == "csv":
        return write_csv(folder / "sheet", **sheets)
    path = folder / f"sheet.{form}"
    if form == "yaml":
        tables = {
            name: [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
            for name, rows in sheets.items()
        }
        path.write_text(yaml.safe_dump(tables, allow_unicode=True), encoding="utf-8")
        return path
    book = openpyxl.Workbook()
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append([cell or None for cell in row])
    book.save(path)
    return path


def assert_complete(plan: ImportPlan) -> None:
    assert plan.parsed.faults == []
    for one in plan.differences.values():
        assert (one.added, one.changed, one.removed, one.kept) == (0, 0, 0, 0)


@pytest.mark.parametrize("remove", [False, True])
@pytest.mark.parametrize("form", ["csv", "xlsx", "yaml"])
def test_a_sheet_that_is_imported_twice_changes_nothing(
    desk: Desk, form: str, *, remove: bool
) -> None:
    sheet = sheet_file(desk.collection.folder, form, SHEETS)
    first = desk.plan(sheet, remove=remove)
    assert first.parsed.faults == []
    first.write("import")
    before = desk.texts()
    again = desk.plan(sheet, remove=remove)
    assert_complete(again)
    assert again.write("import").after == {}
    assert desk.texts() == before
    resources = layered(desk.resources, [desk.collection.folder])
    assert [fault for fault in all_faults(resources) if fault.file.startswith("mine/")] == []


@pytest.mark.parametrize("row", range(1, len(MORE_CONNECTIONS)))
def test_each_connection_alone_can_be_imported_twice(desk: Desk, row: int) -> None:
    whole = [list(one) for one in MORE_CONNECTIONS]
    whole[row][0] = whole[row][0] or "The Night Market (film, 2019)"
    whole[row][4] = whole[row][4] or "night"
    works = (*MORE_WORKS, ("Gunman", "", "film", "1953", "talk"), ("Dora Ness", "", "person", "", "talk"))  # fmt: skip
    rows = {"connections": (whole[0], whole[row]), "works": works}
    desk.rows(**rows).write("import")
    sheet = desk.collection.folder / "sheet"
    assert_complete(desk.plan(sheet, remove=True))


def test_a_plain_name_keeps_the_entity_of_an_earlier_sheet(desk: Desk) -> None:
    """The sheet names the film without its kind, and the key of a source it does not list."""
    desk.rows(works=MORE_WORKS, connections=MORE_CONNECTIONS).write("first")
    one = ("Cold Noodles", "parody", "Hero", "A parody.", "night", "", "Ada Lind", "")
    sheet = write_csv(desk.collection.folder / "other", connections=(CONNECTIONS[0], one))
    plan = desk.plan(sheet, remove=True)
    assert plan.parsed.faults == []
    slugs = {iri.removeprefix(BASE) for iri in plan.content.things}
    assert slugs == {
        "film/mine-cold-noodles", "person/mine-ada-lind", "person/mine-cato-moe",
        "person/mine-dora-ness",
    }  # fmt: skip
    assert set(plan.content.sources) == {f"{BASE}source/mine-night"}
    plan.write("second")
    resources = layered(desk.resources, [desk.collection.folder])
    assert [fault for fault in all_faults(resources) if fault.file.startswith("mine/")] == []
    assert_complete(desk.plan(sheet, remove=True))


def test_works_of_a_kept_character_are_kept(desk: Desk) -> None:
    desk.rows(works=MORE_WORKS, connections=MORE_CONNECTIONS).write("first")
    one = ("Cold Noodles", "name-drop", "Cook", "He is named.", "talk", "", "", "seen")
    sheet = write_csv(desk.collection.folder / "other", connections=(CONNECTIONS[0], one))
    plan = desk.plan(sheet, remove=True)
    assert f"{BASE}film/mine-gunman" in plan.content.things
    assert plan.content.things[f"{BASE}film/mine-gunman"].sources == (f"{BASE}source/mine-talk",)


def test_what_the_sheet_names_no_more_is_removed(desk: Desk) -> None:
    desk.rows(works=MORE_WORKS, connections=MORE_CONNECTIONS).write("first")
    sheet = write_csv(
        desk.collection.folder / "sheet", sources=SOURCES, works=MORE_WORKS, connections=CONNECTIONS
    )
    plan = desk.plan(sheet, remove=True)
    assert plan.differences["things"].removed == 1
    assert f"{BASE}person/mine-eli-fox" not in plan.content.things


def test_two_films_of_one_name_stay_ambiguous(desk: Desk) -> None:
    works = (("name", "kind", "year", "source"), ("Twin", "film", "1950", "night"), ("Twin", "film", "2000", "night"))  # fmt: skip
    desk.rows(works=works).write("first")
    one = ("Later Film", "name-drop", "Twin (film)", "", "night", "", "", "seen")
    faults = desk.faults(connections=(CONNECTIONS[0], one))
    assert [fault.code for fault in faults] == ["ambiguous"]


def test_the_page_of_an_entity_of_a_collection_names_no_shipped_file(desk: Desk) -> None:
    desk.rows().write("import")
    mine = Site(open_graph(desk.resources.data, collections=[desk.collection.folder]), "")
    page = mine.entity_pages(NIGHT).page()
    assert "allusion show film:mine-the-night-market" in page
    assert "graph/data/entities" not in page
    film = Site(open_graph(), "").entity_pages(f"{BASE}film/chungking-express").page()
    assert "graph/data/entities/film.ttl" in film


def untitled(by: str, url: str, kind: str = "") -> Rows:
    """A source without a key."""
    return (SOURCES[0], ("", "Review", by, url, "", kind, "en"))


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (untitled("Ada Lind", "https://example.org/a"), untitled("Bo Ek", "https://example.org/b"), "the source review by Ada Lind, https://example.org/a"),
        (untitled("Ada Lind", "", "essay"), untitled("Bo Ek", "", "essay"), "the source review by Ada Lind"),
    ],
)  # fmt: skip
def test_a_source_without_a_key_never_replaces_one_of_the_same_title(
    desk: Desk, first: Rows, second: Rows, told: str
) -> None:
    row = ("The Night Market (film, 2019)", "similar style", "Later Film", "", "Review", "", "", "")
    connections = (CONNECTIONS[0], row)
    desk.rows(sources=first, works=WORKS[:1], connections=connections).write("first")
    faults = desk.faults(sources=second, works=WORKS[:1], connections=connections)
    assert {fault.code for fault in faults} == {"title", "waits"}
    fault = next(one for one in faults if one.code == "title")
    assert fault.detail == f"is also the title of {told}"
    assert fault.fix == "write a new key; to change that source, write its key, review"
    keyed = (second[0], ("review", *second[1][1:]))
    plan = desk.plan(write_csv(desk.collection.folder / "keyed", sources=keyed))
    assert (plan.parsed.faults, plan.differences["sources"].changed) == ([], 1)


def test_a_source_without_a_key_can_be_completed(desk: Desk) -> None:
    desk.rows(sources=untitled("", "", "essay"), works=WORKS[:1], connections=CONNECTIONS[:1]).write("first")  # fmt: skip
    sources = untitled("Ada Lind", "https://example.org/a", "essay")
    plan = desk.plan(write_csv(desk.collection.folder / "again", sources=sources))
    assert (plan.parsed.faults, plan.differences["sources"].changed) == ([], 1)


def test_an_import_lists_what_it_changes_and_removes(desk: Desk, run: Run) -> None:
    desk.rows(works=WORKS).write("first")
    sources = (SOURCES[0], ("night", *SOURCES[1][1:3], "https://example.org/m", *SOURCES[1][4:]), SOURCES[2])  # fmt: skip
    works = (WORKS[0], (*WORKS[1][:4], "night", "Cato Moe"))
    folder = desk.collection.folder
    sheet = write_csv(folder / "sheet", sources=sources, works=works, connections=CONNECTIONS[:2])
    data = str(desk.resources.data)
    done = run("import", str(sheet), "--into", str(folder), "--replace", "--data", data)
    assert done.code == 0
    changed, removed = done.out.split("changed (2):\n")[1].split("no longer stated (5):\n")
    assert changed.splitlines() == [
        "  source The Night Market, scene by scene: url https://example.org/n -> https://example.org/m",
        "  Cold Noodles (film, 2001): no longer: director Dora Ness",
    ]  # fmt: skip
    assert "  Rain Song (film, 1961)" in removed.splitlines()
    assert len(removed.splitlines()) == 5


@pytest.mark.parametrize("name", ["今　敏", "今 敏", "『今敏』", "「今敏」（人物）"])
def test_spaces_and_brackets_of_japanese_names_do_not_count(desk: Desk, name: str) -> None:
    works = (("name (ja)", "kind", "source"), ("今敏", "person", "night"))
    row = ("The Night Market (film, 2019)", "name-drop", name, "", "night", "", "", "seen")
    plan = desk.rows(works=works, connections=(CONNECTIONS[0], row))
    assert plan.parsed.faults == []
    persons = [one for one in plan.content.things.values() if one.cls == "Person" and one.names[0].text != "Ada Lind"]  # fmt: skip
    assert [one.names[0].text for one in persons] == ["今敏"]


def test_the_brackets_of_a_title_are_not_a_part_of_a_new_name(desk: Desk) -> None:
    rows = (
        (
            "『千年女優』（映画、2001年、ja）",
            "name-drop",
            "Star (person)",
            "",
            "night",
            "",
            "",
            "seen",
        ),
    )
    plan = desk.rows(connections=(CONNECTIONS[0], *rows))
    names = [one.names[0].text for one in plan.content.things.values() if one.cls == "Film"]
    assert names == ["千年女優"]
