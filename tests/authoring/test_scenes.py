"""Scenes, lines of dialogue and casts in a sheet, and back."""

from __future__ import annotations

import pytest
from sheets import Desk, Rows, write_csv

from allusion.authoring.from_rdf import read_collection
from allusion.authoring.sheet_rows import sheet_rows
from allusion.core.labels import Name
from allusion.core.vocabulary import BASE

HEAD = ("from", "kind", "to", "says", "source", "where", "scene", "line", "speaker", "language", "by", "sure")  # fmt: skip
SHOUT = ("Later Film", "name-drop", "Star (person)", "A policeman shouts at the star.", "night", "par. 1", "The run up the stairs", "Star, I'll kill you!", "Hank (character)", "Old Tongue (language)", "", "seen")  # fmt: skip
POSTER = ("", "name-drop", "Hero", "The title stands on a wall.", "talk", "", "The run up the stairs", "", "", "", "", "seen")  # fmt: skip
CAST: Rows = (
    ("name", "kind", "source", "in", "performer"),
    ("Hank", "character", "night", "Later Film", "Tom Wu"),
)
SCENE = f"{BASE}scene/mine-later-the-run-up-the-stairs"


def test_a_line_shouted_in_a_scene_becomes_an_utterance_of_a_character(desk: Desk) -> None:
    plan = desk.checked(connections=(HEAD, SHOUT), works=CAST)
    assert plan.parsed.faults == []
    (connection,) = plan.content.connections.values()
    (evidence,) = connection.evidence
    assert evidence.scene
    assert evidence.line
    assert (evidence.scene.iri, evidence.scene.work) == (SCENE, f"{BASE}film/later")
    assert evidence.line.text == Name("Star, I'll kill you!", "en")
    assert (evidence.line.scene, evidence.line.speaker, evidence.line.language) == (
        SCENE, f"{BASE}character/mine-hank", f"{BASE}language/mine-old-tongue",
    )  # fmt: skip


def test_the_files_hold_scene_line_and_cast_and_are_read_back(desk: Desk) -> None:
    plan = desk.rows(connections=(HEAD, SHOUT, POSTER), works=CAST)
    plan.write("import")
    read = read_collection(desk.collection, desk.concepts)
    assert read.rest == {}
    assert read.content.connections == plan.content.connections
    assert read.content.things == plan.content.things
    text = desk.texts()["mine-night.ttl"]
    assert "al:expressedIn utterance:mine-later-star-i-ll-kill-you ;" in text
    assert "    al:character character:mine-hank ;\n    al:inWork film:later ;\n    al:performer person:mine-tom-wu ;" in text  # fmt: skip


def test_a_source_states_only_the_scene_that_its_own_row_names(desk: Desk) -> None:
    desk.rows(connections=(HEAD, SHOUT, POSTER), works=CAST).write("import")
    talk = desk.texts()["mine-talk.ttl"]
    assert 'rdfs:label "The run up the stairs"@en' in talk
    assert "utterance:" not in talk
    assert "mine-hank" not in talk


def test_the_sheet_gives_the_same_records_again(desk: Desk) -> None:
    plan = desk.rows(connections=(HEAD, SHOUT, POSTER), works=CAST)
    plan.write("import")
    rows = sheet_rows(plan.content, desk.collection, desk.concepts, desk.names)
    sheets: dict[str, Rows] = {
        one.sheet: (
            one.headings,
            *(tuple(row.get(h, "") for h in one.headings) for row in one.rows),
        )
        for one in rows
    }
    folder = write_csv(desk.collection.folder / "again", **sheets)
    again = desk.plan(folder)
    assert again.parsed.faults == []
    for part in ("sources", "things", "connections"):
        assert getattr(again.content, part) == getattr(plan.content, part)
    assert set(again.texts.items()) == set(desk.texts().items())


def test_a_removed_row_takes_its_scene_and_line_with_it(desk: Desk) -> None:
    desk.rows(connections=(HEAD, SHOUT, POSTER), works=CAST).write("import")
    sheet = desk.write_sheet(connections=(HEAD, SHOUT), works=CAST)
    desk.plan(sheet, remove=True).write("import")
    assert "scene:" not in desk.texts()["mine-talk.ttl"]
    assert "utterance:" in desk.texts()["mine-night.ttl"]


def test_a_scene_in_another_spelling_is_the_same_scene(desk: Desk) -> None:
    other = (*POSTER[:6], "the run up the Stairs", *POSTER[7:])
    plan = desk.rows(connections=(HEAD, SHOUT, other))
    scenes = {e.scene for one in plan.content.connections.values() for e in one.evidence}
    assert len(scenes) == 1


def test_a_performer_of_a_work_who_has_a_part_is_one_performance(desk: Desk) -> None:
    works = (
        ("name", "kind", "source", "in", "performer"),
        ("Cold Noodles", "film", "night", "", "Tom Wu; Dora Ness"),
        ("Hank", "character", "night", "Cold Noodles", "Tom Wu"),
    )
    plan = desk.rows(works=works)
    plan.write("import")
    assert desk.texts()["mine-night.ttl"].count("a al:Performance") == 2
    assert read_collection(desk.collection, desk.concepts).content.things == plan.content.things
    assert desk.rows(works=works).differences["things"].changed == 0


@pytest.mark.parametrize(
    ("cells", "place", "message"),
    [
        ({"speaker": "Hank (character)"}, "connections!H2", "missing"),
        ({"line": "x" * 201}, "connections!H2", "has 201 characters, allowed: 200"),
        ({"line": "Star!", "language": "Cantonees"}, "connections!J2", "unknown"),
        ({"line": "Star!", "speaker": "Hero"}, "connections!I2", "wanted: character, person"),
        ({"scene": "scene:later-end"}, "connections!G2", "is no scene of this work"),
    ],
)
def test_a_slip_in_a_scene_or_line_is_named_at_its_cell(
    desk: Desk, cells: dict[str, str], place: str, message: str
) -> None:
    row = dict(zip(HEAD, SHOUT, strict=True)) | dict.fromkeys(HEAD[6:10], "") | cells
    faults = desk.faults(connections=(HEAD, tuple(row.values())))
    found = [one for one in faults if str(one.place) == place]
    assert found, faults
    assert message in f"{found[0].code} {found[0].detail} {found[0].fix}"
