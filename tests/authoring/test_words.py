"""Words of sheets: pick lists, roles, languages of titles, and reports for spreadsheets."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from sheets import CONNECTIONS, SOURCES, WORKS, Desk
from terminal import Run

from allusion import open as open_graph
from allusion.authoring.from_rdf import read_collection
from allusion.authoring.importing import rejected_rows
from allusion.authoring.sheet_faults import to_csv
from allusion.core.vocabulary import BASE

ACTORS = ((*WORKS[0], "actor"), (*WORKS[1], "Mara Kern; Eli Fox"))


def column(page: Worksheet, heading: str) -> list[str]:
    for cells in page.iter_cols(values_only=True):
        if cells[0] == heading:
            return [str(cell) for cell in cells[1:] if cell]
    raise AssertionError(heading)


def test_a_new_workbook_has_pick_lists_of_certainties_and_roles(run: Run, tmp_path: Path) -> None:
    assert run("new", str(tmp_path / "mine"), "--sheet", "xlsx").code == 0
    book = openpyxl.load_workbook(tmp_path / "mine" / "sheet.xlsx")
    lists = book["lists"]
    assert column(lists, "connections: sure") == [
        "claimed",
        "doubtful",
        "seen",
        "reported",
        "maker",
    ]
    roles = column(lists, "works and people: more columns, one for each role")
    assert {"director", "performer", "production-company"} <= {*roles}
    page = book["works and people"]
    first = get_column_letter(len([cell for cell in page[1] if cell.value]) + 1)
    rules = [str(rule.sqref) for rule in page.data_validations.dataValidation]
    assert any(rule.startswith(f"{first}1:") for rule in rules)


def test_every_word_of_the_pick_lists_is_understood(desk: Desk) -> None:
    concepts = desk.concepts
    for language in ("en", "ja", "zh-Hant"):
        for word, concept in concepts.pick_certainties(language):
            assert concepts.certainties.find(word) == concept.slug


def test_the_command_lists_columns_and_roles(run: Run) -> None:
    assert "allusion columns roles" in run("columns").out
    roles = run("columns", "roles").out
    assert "performer\n    The person who plays the part." in roles
    assert "監督" in run("columns", "roles", "--lang", "ja").out
    assert run("columns", "sure").out.count("\n    ") == 5


def test_actors_are_performers_of_the_work_and_survive_a_round_trip(desk: Desk) -> None:
    desk.rows(works=ACTORS).write("import")
    graph = open_graph(desk.resources.data, collections=[desk.collection.folder])
    credits_ = {
        (edge.kind, edge.target.rpartition("/")[2]) for edge in graph["Cold Noodles"].others
    }
    assert {("performer", "maker"), ("performer", "mine-eli-fox")} <= credits_
    stored = read_collection(desk.collection, desk.concepts)
    noodles = stored.content.things[f"{BASE}film/mine-cold-noodles"]
    assert ("performer", f"{BASE}person/maker") in noodles.makers
    assert not any(stored.rest.values())
    assert desk.rows(works=ACTORS).differences["things"].changed == 0


def test_a_credit_that_was_edited_by_hand_stays_as_it_is(desk: Desk) -> None:
    desk.rows(works=ACTORS).write("import")
    path = desk.collection.sources / "mine-night.ttl"
    text = path.read_text(encoding="utf-8")
    edited = text.replace("    al:performer person:maker ;\n", '    al:performer person:maker ;\n    al:mode "voice"@en ;\n')  # fmt: skip
    assert edited != text
    path.write_text(edited, encoding="utf-8")
    desk.rows(works=ACTORS).write("import again")
    assert path.read_text(encoding="utf-8").count('al:mode "voice"@en') == 1


@pytest.mark.parametrize(
    ("title", "language", "tag"),
    [
        ("Rain and neon", "ja", "und-Latn"),
        ("夜市の話", "en", "ja"),
        ("夜市の話", "", "ja"),
        ("重慶故事", "zh-Hant", "zh-Hant"),
        ("重慶故事", "en", "und-Hani"),
        ("重慶森林 Chungking Express", "en", "en"),
        ("Regen und Neon", "de", "de"),
        ("Rain and neon", "", "en"),
    ],
)
def test_a_title_has_the_language_of_its_script(
    desk: Desk, title: str, language: str, tag: str
) -> None:
    sources = (SOURCES[0], ("night", title, "Ada Lind", "https://example.org/n", "", "essay", language), SOURCES[2])  # fmt: skip
    plan = desk.rows(sources=sources)
    assert plan.parsed.faults == []
    plan.write("import")
    stored = read_collection(desk.collection, desk.concepts).content
    (found,) = [one.title for one in stored.sources.values() if one.key == "night"]
    assert (found.text, found.language) == (title, tag)
    assert desk.rows(sources=sources).differences["sources"].changed == 0


def test_reports_for_spreadsheets_hold_no_formulas(desk: Desk) -> None:
    bad = ("=cmd|' /C calc'!A0", "name-drop", "+Nobody", "@says", "night", "-1", "", "")
    plan = desk.rows(connections=(CONNECTIONS[0], bad))
    assert plan.parsed.faults
    for text in (to_csv(plan.parsed.faults), rejected_rows(plan.parsed.tables, plan.parsed.faults)):
        assert text.startswith("\ufeff")
        cells = [
            cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) for cell in row
        ]
        assert any("=cmd" in cell for cell in cells)
        assert not any(cell.startswith(("=", "+", "@", "-")) for cell in cells)
