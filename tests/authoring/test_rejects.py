"""Rows with faults are left out whole, with all rows that depend on them; nothing else changes."""

from __future__ import annotations

import pytest
from sheets import CONNECTIONS, SOURCES, WORKS, Desk, Rows
from terminal import Run

from allusion.authoring.from_rdf import read_collection
from allusion.authoring.importing import ImportPlan
from allusion.authoring.sheet_faults import report
from allusion.authoring.sheet_reader import read_tables
from allusion.build.check import all_faults
from allusion.core.vocabulary import BASE

MORE_WORKS: Rows = (
    (*WORKS[0], "in"),
    (*WORKS[1], ""),
    ("Night Market Nell", "", "character", "", "night", "", "The Night Market; Cold Noodles"),
    ("The Night Market", "", "film", "2019", "night", "Eli Fox", ""),
    ("The Night Market", "", "character", "", "night", "", "Cold Noodles"),
)
MORE_CONNECTIONS: Rows = (
    CONNECTIONS[0],
    ("The Night Market (film)", "name-drop", "Star (person)", "A seller calls.", "night", "1", "", "seen"),
    ("", "prop-or-poster", "Later Film", "Its poster hangs there.", "", "2", "", ""),
    ("", "homage in a shot", "Rain Song (film, 1961)", "", "", "3", "", ""),
    ("Cold Noodles", "parody", "Rain Song", "A parody.", "talk", "4", "", ""),
    ("Night Market Nell", "name-drop", "Gunman (film, 1953)", "She names it.", "talk", "5", "", "seen"),
    ("", "name-drop", "Gunman", "She names it again.", "night", "6", "", "seen"),
)  # fmt: skip
SHEETS: dict[str, Rows] = {
    "sources": SOURCES, "works": MORE_WORKS, "connections": MORE_CONNECTIONS
}  # fmt: skip
#: Column that is spoilt, and the wrong value.
SPOILT = {"sources": (5, "essai"), "works": (3, "about 1990"), "connections": (7, "surely")}
CASES = [(name, row) for name, rows in SHEETS.items() for row in range(1, len(rows))]


def plan(desk: Desk, sheets: dict[str, Rows]) -> ImportPlan:
    return desk.rows(**sheets)


@pytest.mark.parametrize(("sheet", "row"), CASES)
def test_the_rows_beside_one_with_a_fault_mean_what_they_meant(
    desk: Desk, sheet: str, row: int
) -> None:
    right = plan(desk, SHEETS)
    assert right.parsed.faults == []
    column, value = SPOILT[sheet]
    rows = [list(one) for one in SHEETS[sheet]]
    rows[row][column] = value
    partial = plan(desk, SHEETS | {sheet: rows})
    faulty = {(fault.place.sheet, fault.place.row) for fault in partial.parsed.faults}
    assert (sheet, row + 1) in faulty
    stated = {
        (ends, one.source, one.where)
        for ends, connection in partial.content.connections.items()
        for one in connection.evidence
    }
    before = {
        (ends, one.source, one.where)
        for ends, connection in right.content.connections.items()
        for one in connection.evidence
    }
    assert stated <= before
    assert len(stated) + sum(name == "connections" for name, _ in faulty) == len(before)
    partial.write("import")
    own = [one for one in all_faults(desk.layered()) if one.file.startswith("mine/")]
    assert own == []


def test_a_name_of_a_row_with_a_fault_means_no_namesake(desk: Desk) -> None:
    """Without its row, the film would give its name to the character."""
    rows = [list(one) for one in MORE_WORKS]
    rows[3][3] = "about 1990"
    other = ("The Night Market", "parody", "Hero", "A parody.", "night", "7", "", "")
    found = plan(desk, SHEETS | {"works": rows, "connections": (CONNECTIONS[0], other)})
    text = "\n".join(report(found.parsed.faults))
    assert "2 cells wait for rows with faults: connections!A2; works!G3" in text
    waiting = [one.detail for one in found.parsed.faults if one.code == "waits"]
    assert all("(works!4)" in detail for detail in waiting)
    assert found.content.connections == {}


def test_the_character_can_still_be_named_by_its_kind(desk: Desk) -> None:
    rows = [list(one) for one in MORE_WORKS]
    rows[3][3] = "about 1990"
    other = ("The Night Market (character)", "parody", "Hero", "A parody.", "night", "7", "", "")
    found = plan(desk, SHEETS | {"works": rows, "connections": (CONNECTIONS[0], other)})
    assert [origin for origin, _, _ in found.content.connections] == [
        f"{BASE}character/mine-the-night-market"
    ]


def test_the_next_row_describes_what_a_row_with_a_fault_filled_down(desk: Desk) -> None:
    rows = [list(one) for one in CONNECTIONS]
    rows[1][1] = "homage"
    found = desk.rows(connections=rows)
    assert {fault.place.row for fault in found.parsed.faults} == {2}
    night = found.content.things[f"{BASE}film/mine-the-night-market"]
    assert night.year == 2019
    assert len(found.content.connections) == len(rows) - 2


def test_a_row_for_a_thing_that_the_collection_has_holds_up_no_other(desk: Desk) -> None:
    plan(desk, SHEETS).write("import")
    rows = [list(one) for one in MORE_WORKS]
    rows[1][4] = "nihgt"
    found = plan(desk, SHEETS | {"works": rows})
    assert {fault.place.sheet for fault in found.parsed.faults} == {"works"}, found.parsed.faults
    assert found.differences["connections"].changed == 0


def test_a_name_in_brackets_of_unclear_language_has_one_fault(desk: Desk) -> None:
    rows = (CONNECTIONS[0], (*CONNECTIONS[1][:2], "三船敏郎 (person)", *CONNECTIONS[1][3:]))
    assert [one.code for one in desk.faults(connections=rows)] == ["name-language"]


def test_causes_are_listed_before_what_follows_from_them(desk: Desk) -> None:
    rows = [list(one) for one in MORE_WORKS]
    rows[1][3] = "about 1990"
    lines = report(plan(desk, SHEETS | {"works": rows}).parsed.faults)
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads[0] == "1 date cannot be read: works!D2"
    assert heads[-1].startswith("5 cells wait for rows with faults: ")
    assert len(heads) == 2


@pytest.mark.parametrize("name", ["rejects.xlsx", "rejects.yaml", "rejects"])
def test_rejected_rows_are_a_sheet_that_can_be_mended(desk: Desk, run: Run, name: str) -> None:
    rows = [list(one) for one in MORE_CONNECTIONS]
    rows[4][7] = "surely"
    rows[6][7] = "surely"
    sheet = desk.write_sheet(**(SHEETS | {"connections": rows}))
    folder, data = str(desk.collection.folder), str(desk.resources.data)
    path = desk.collection.folder / name
    options = ("--into", folder, "--data", data)
    assert run("import", str(sheet), "--rejects", str(path), *options).code == 3
    written = read_collection(desk.collection, desk.concepts).content.connections
    assert len(written) == len(MORE_CONNECTIONS) - 3
    tables, _, _ = read_tables(path, ())
    assert [row["sure"].text for row in tables["connections"].rows] == ["surely", "surely"]
    if name.endswith("yaml"):
        assert "certainty" not in path.read_text(encoding="utf-8")
        path.write_text(
            path.read_text(encoding="utf-8").replace("sure: surely", "sure: doubtful"),
            encoding="utf-8",
        )
        assert run("import", str(path), "--write", *options).code == 0
        written = read_collection(desk.collection, desk.concepts).content.connections
        assert sum(len(one.evidence) for one in written.values()) == len(MORE_CONNECTIONS) - 1


def test_a_row_of_yaml_with_a_fault_is_left_out_whole(desk: Desk) -> None:
    path = desk.collection.folder / "sheet.yaml"
    path.write_text(
        """\
sources:
  - {key: night, title: Night, by: Ada Lind, url: "https://example.org/n"}
works and people:
  - name: Cold Noodles
    kind: film
    year: about 1990
    source: night
connections:
  - from: Later Film
    kind: parody
    to: Cold Noodles
    source: night
  - from: Later Film
    kind: parody
    to: Hero
    source: night
""",
        encoding="utf-8",
    )
    plan = desk.plan(path)
    assert [fault.code for fault in plan.parsed.faults] == ["date", "waits"]
    assert len(plan.content.connections) == 1
    assert not any(thing.register == "film" for thing in plan.content.things.values())
