"""From a sheet to a collection: what is written, what is derived, and what never is."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sheets import CONNECTIONS, SOURCES, WORKS, Desk, write_csv
from terminal import Run

from allusion import open as open_graph
from allusion.authoring.from_rdf import read_collection
from allusion.authoring.history import apply_change, is_interrupted, last_change, undo
from allusion.authoring.layers import layered
from allusion.authoring.sheet_reader import read_tables
from allusion.build.check import all_faults, curated_faults
from allusion.build.check.style import canonical
from allusion.build.curated_data import read_curated
from allusion.core.atomic_files import write_atomically
from allusion.core.errors import OutputError, ParameterError
from allusion.core.labels import Name
from allusion.core.vocabulary import BASE

NIGHT = f"{BASE}film/mine-the-night-market"
LATER = f"{BASE}film/later"


def test_a_sheet_becomes_connections_with_evidence(desk: Desk) -> None:
    plan = desk.rows()
    assert plan.parsed.faults == []
    poster = plan.content.connections[NIGHT, "prop-or-poster", LATER]
    assert poster.certainty == "claimed"
    assert poster.made_by == (f"{BASE}person/mine-ada-lind",)
    assert poster.evidence[0].says == (Name("Its poster hangs over the stove.", "en"),)
    assert poster.evidence[0].source == f"{BASE}source/mine-night"
    assert len(plan.content.connections) == len(CONNECTIONS) - 1


def test_matched_names_are_listed_and_none_is_matched_in_part(desk: Desk) -> None:
    plan = desk.rows()
    assert {text: one.iri for text, one in plan.parsed.matched.items()} == {
        "Later Film": LATER,
        "Star (person)": f"{BASE}person/star",
    }


def test_nothing_is_written_by_a_plan(desk: Desk) -> None:
    desk.rows()
    assert desk.texts() == {}


def test_a_second_import_changes_nothing(desk: Desk) -> None:
    desk.rows(works=WORKS).write("import")
    before = desk.texts()
    again = desk.rows(works=WORKS)
    assert again.write("import").after == {}
    assert desk.texts() == before
    assert again.differences["connections"].same == len(CONNECTIONS) - 1


def test_the_order_of_rows_does_not_change_the_files(desk: Desk) -> None:
    desk.rows().write("import")
    before = desk.texts()
    first, *rows = CONNECTIONS
    whole = [list(row) for row in rows]
    for above, row in pairwise(whole):
        row[0] = "The Night Market"
        row[4] = row[4] or above[4]
    undo(desk.collection)
    plan = desk.rows(connections=(first, *reversed(whole)), sources=(SOURCES[0], SOURCES[2], SOURCES[1]))  # fmt: skip
    assert plan.parsed.faults == []
    plan.write("import")
    assert desk.texts() == before


def test_the_files_pass_every_check_of_the_curated_files(desk: Desk) -> None:
    desk.rows(works=WORKS).write("import")
    resources = layered(desk.resources, [desk.collection.folder])
    assert [fault for fault in all_faults(resources) if fault.file.startswith("mine/")] == []


def test_the_files_are_in_canonical_style(desk: Desk) -> None:
    desk.rows(works=WORKS).write("import")
    assert all(canonical(text) == text for text in desk.texts().values())


def test_reading_the_files_gives_the_records_back(desk: Desk) -> None:
    plan = desk.rows(works=WORKS)
    plan.write("import")
    read = read_collection(desk.collection, desk.concepts)
    assert (read.content.sources, read.content.things) == (
        plan.content.sources,
        plan.content.things,
    )
    assert read.content.connections == plan.content.connections
    assert read.rest == {}


def test_connections_to_namesakes_have_slugs_of_their_own(desk: Desk) -> None:
    rows = (
        *CONNECTIONS,
        ("", "name-drop", "Star (film)", "The film is named.", "night", "", "", ""),
    )
    desk.rows(connections=rows).write("import")
    read = read_collection(desk.collection, desk.concepts).content
    assert len(read.connections) == len(rows) - 1
    before = dict(read.slugs)
    again = (*rows, ("", "name-drop", "Hero", "", "night", "", "", ""))
    desk.rows(connections=again).write("import")
    after = read_collection(desk.collection, desk.concepts).content.slugs
    assert {ends: slug for ends, slug in after.items() if ends in before} == before


def test_places_that_differ_in_their_signs_alone_are_two(desk: Desk) -> None:
    more = [("", "parody", "Hero", f"Sentence {n}.", "night", where, "", "") for n, where in enumerate(("1", "1'", "1''"))]  # fmt: skip
    desk.rows(connections=(*CONNECTIONS, *more)).write("import")
    read = read_collection(desk.collection, desk.concepts).content
    assert {len(one.evidence) for one in read.connections.values()} == {1, 3}


def test_unknown_years_makers_and_descriptions_are_in_no_file(desk: Desk) -> None:
    """Form is derived; what no row states is stated nowhere."""
    works = (("name", "kind", "source"), ("Cold Noodles", "film", "night"), ("Eva Dahl", "person", ""))  # fmt: skip
    plan = desk.rows(works=works)
    assert plan.parsed.faults == []
    plan.write("import")
    text = "".join(desk.texts().values())
    cold = re.search(r"film:mine-cold-noodles\n(.*?)\n\.\n", text, re.DOTALL)
    assert cold
    assert cold[1].split() == [
        "a", "al:Film", ";", "rdfs:label", '"Cold', 'Noodles"@en', ";",
        "dcterms:source", "source:mine-night", ";",
    ]  # fmt: skip
    assert "Contribution" not in text
    # the years in the files are those of the sheet: of two films and of two sources
    assert sorted(re.findall(r'"(\d{4}(?:-\d\d)?)"\^\^', text)) == ["1961", "2019", "2020-03", "2021"]  # fmt: skip
    described = re.findall(r'dcterms:description "(.*?)"@en', text)
    assert set(described) == {row[3] for row in CONNECTIONS[1:] if row[3]}


def test_no_source_is_credited_with_what_another_row_states(desk: Desk) -> None:
    desk.rows().write("import")
    texts = desk.texts()
    assert "Cato Moe" in texts["mine-talk.ttl"]
    assert "cato-moe" not in texts["mine-night.ttl"]
    assert "rain-song" not in texts["mine-talk.ttl"]


def test_every_row_is_in_the_collection_or_in_the_faults(desk: Desk) -> None:
    rows = (*CONNECTIONS, ("", "name-drop", "Nobody Known", "", "", "", "", ""))
    plan = desk.rows(connections=rows)
    stated = sum(len(one.evidence) for one in plan.content.connections.values())
    faulty = {fault.place.row for fault in plan.parsed.faults}
    assert stated + len(faulty) == len(rows) - 1
    assert faulty == {6}


def test_words_of_a_maker_are_stated_in_interviews_and_reported_elsewhere(desk: Desk) -> None:
    """An interview gives the words of a maker; what an essay tells of them is reported."""
    row = ["", "maker-states-influence", "Hero", "He says so.", "night", "par. 9", "Cato Moe", ""]
    plan = desk.rows(connections=(*CONNECTIONS, row))
    assert plan.parsed.faults == []
    moe, ada = f"{BASE}person/mine-cato-moe", f"{BASE}person/mine-ada-lind"
    stated = plan.content.connections[NIGHT, "maker-states-influence", LATER]
    assert (stated.certainty, stated.made_by, stated.reported_by) == ("stated-by-maker", (moe,), ())
    assert [one.words_of for one in stated.evidence] == [(moe,)]
    reported = plan.content.connections[NIGHT, "maker-states-influence", f"{BASE}film/hero"]
    assert (reported.certainty, reported.made_by, reported.reported_by) == (
        "reported",
        (moe,),
        (ada,),
    )
    assert [one.words_of for one in reported.evidence] == [()]
    plan.write("import")
    assert (
        read_collection(desk.collection, desk.concepts).content.connections
        == plan.content.connections
    )


def test_rows_of_two_sources_are_one_connection_with_two_passages(desk: Desk) -> None:
    again = ("", "prop-or-poster", "Later Film", "The poster is there again.", "talk", "", "", "")
    plan = desk.rows(connections=(*CONNECTIONS, again))
    assert plan.parsed.faults == []
    connection = plan.content.connections[NIGHT, "prop-or-poster", LATER]
    assert [one.source.rpartition("/")[2] for one in connection.evidence] == ["mine-night", "mine-talk"]  # fmt: skip


def test_an_edited_sentence_replaces_the_old_one(desk: Desk) -> None:
    desk.rows().write("import")
    rows = [list(row) for row in CONNECTIONS]
    rows[2][3] = "Its poster hangs over the sink."
    plan = desk.rows(connections=rows)
    assert plan.differences["connections"].changed == 1
    plan.write("import")
    text = "".join(desk.texts().values())
    assert "sink" in text
    assert "stove" not in text


def test_rows_that_are_gone_stay_unless_they_are_to_be_removed(desk: Desk) -> None:
    desk.rows().write("import")
    fewer = CONNECTIONS[:-1]
    assert desk.rows(connections=fewer).differences["connections"].kept == 1
    sheet = write_csv(desk.collection.folder / "sheet", sources=SOURCES, connections=fewer)
    plan = desk.plan(sheet, remove=True)
    assert plan.differences["connections"].removed == 1
    plan.write("import")
    assert "maker-states-influence" not in "".join(desk.texts().values())


def test_what_was_written_by_hand_survives_an_import(desk: Desk) -> None:
    desk.rows().write("import")
    path = desk.collection.sources / "mine-night.ttl"
    scene = "scene:mine-stove\n    a al:Scene ;\n    rdfs:label \"At the stove\"@en ;\n    al:inWork film:mine-the-night-market ;\n.\n"  # fmt: skip
    head = "PREFIX scene: <https://w3id.org/allusion/scene/>\n"
    path.write_text(head + path.read_text(encoding="utf-8") + "\n" + scene, encoding="utf-8")
    rows = [list(row) for row in CONNECTIONS]
    rows[2][3] = "Its poster hangs over the sink."
    desk.rows(connections=rows).write("import")
    assert "scene:mine-stove" in path.read_text(encoding="utf-8")


def test_undo_takes_back_one_import_after_the_other(desk: Desk) -> None:
    desk.rows(connections=CONNECTIONS[:2]).write("first")
    first = desk.texts()
    desk.rows().write("second")
    assert undo(desk.collection).title == "second"
    assert desk.texts() == first
    assert undo(desk.collection).title == "first"
    assert desk.texts() == {}
    with pytest.raises(ParameterError, match="nothing to undo"):
        undo(desk.collection)


def test_the_time_of_a_change_is_recorded(desk: Desk) -> None:
    desk.rows().write("import sheet.xlsx")
    change = last_change(desk.collection)
    assert re.fullmatch(
        r"import sheet\.xlsx of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d \(2 files\)",
        str(change),
    )
    assert undo(desk.collection) == change


def test_undo_is_refused_if_a_file_was_changed_since(desk: Desk) -> None:
    desk.rows().write("import")
    path = desk.collection.sources / "mine-night.ttl"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"mine-night.ttl was changed after"):
        undo(desk.collection)


def test_an_import_that_fails_half_way_leaves_the_files_as_they_were(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allusion.authoring import history

    desk.rows(connections=CONNECTIONS[:2]).write("first")
    before = desk.texts()
    real, written = write_atomically, []

    def full(path: Path, content: str) -> None:
        written.append(path)
        if len(written) == 3:
            raise OutputError("no space left")
        real(path, content)

    monkeypatch.setattr(history, "write_atomically", full)
    with pytest.raises(OutputError):
        desk.rows(works=WORKS).write("second")
    assert desk.texts() == before
    assert not is_interrupted(desk.collection)


def test_an_import_that_was_killed_is_found_and_can_be_undone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allusion.authoring import history

    desk.rows(connections=CONNECTIONS[:2]).write("first")
    before = desk.texts()
    plan = desk.rows()
    real = write_atomically

    def killed(path: Path, content: str) -> None:
        if path.name == "mine-talk.ttl":
            raise KeyboardInterrupt
        real(path, content)

    monkeypatch.setattr(history, "write_atomically", killed)
    with pytest.raises(KeyboardInterrupt):
        plan.write("second")
    monkeypatch.setattr(history, "write_atomically", real)
    with pytest.raises(ParameterError, match="run: allusion undo"):
        layered(desk.resources, [desk.collection.folder])
    undo(desk.collection)
    assert desk.texts() == before


def test_only_changed_files_are_recorded(desk: Desk) -> None:
    desk.rows().write("import")
    change = apply_change(desk.collection, "nothing", dict(desk.texts()))
    assert change.after == {}
    assert len(list((desk.collection.folder / ".history").iterdir())) == 1


def test_a_film_of_the_sheet_is_joined_to_the_graph(desk: Desk) -> None:
    desk.rows().write("import")
    graph = open_graph(desk.resources.data, collections=[desk.collection.folder])
    paths = graph.path("Rain Song", "person:star")
    assert [one.label() for one in paths.paths[0].entities] == ["Rain Song", "The Night Market", "Star"]  # fmt: skip
    assert graph.view("The Night Market").svg().startswith("<svg")


def test_a_name_without_latin_letters_has_a_slug(desk: Desk) -> None:
    other = desk.beside("ja", language="ja")
    works = (("name", "kind", "source"), ("冷麺", "映画", "night"), ("夜市", "film", ""))
    plan = other.rows(works=works, connections=CONNECTIONS[:1])
    assert plan.parsed.faults == []
    slugs = [iri.rpartition("/")[2] for iri in plan.content.things]
    assert all(re.fullmatch(r"ja-n[0-9a-f]{8}", slug) for slug in slugs)
    assert len(set(slugs)) == 2
    plan.write("import")
    resources = layered(desk.resources, [other.collection.folder])
    assert curated_faults(resources, read_curated(resources)) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    st.lists(
        st.one_of(
            st.just([]),
            st.just(["", "", ""]),
            st.tuples(
                st.text("abc\n\u2028 \x85", min_size=1, max_size=8), st.text("x\ny", max_size=4)
            ).map(lambda pair: ["film", *pair]),
        ),
        max_size=12,
    )
)
def test_row_numbers_are_those_of_the_spreadsheet(tmp_path: Path, rows: list[list[str]]) -> None:
    """Blank rows and line breaks within cells shift no number."""
    folder = write_csv(tmp_path / "s", works=(["kind", "name", "year"], *rows))
    tables, _, _ = read_tables(folder, ())
    wanted = [
        number for number, row in enumerate(rows, 2) if any("".join(cell.split()) for cell in row)
    ]
    table = tables["works and people"]
    assert [row.place.row for row in table.rows] == wanted


def test_the_dry_run_states_each_row_as_a_sentence(desk: Desk, run: Run) -> None:
    folder = str(desk.write_sheet())
    done = run("import", folder, "--into", str(desk.collection.folder), "--data", str(desk.resources.data))  # fmt: skip
    assert "  The Night Market shows a thing that points to Later Film (The Night Market, scene by scene, par. 2): Its poster hangs over the stove." in done.out  # fmt: skip
    assert desk.texts() == {}


def test_a_draft_is_seen_before_it_is_written(desk: Desk, run: Run, tmp_path: Path) -> None:
    folder, data = str(desk.write_sheet()), str(desk.resources.data)
    draft = str(tmp_path / "draft")
    run("import", folder, "--into", str(desk.collection.folder), "--preview", draft, "--data", data)
    assert desk.texts() == {}
    picture = tmp_path / "draft.svg"
    assert run("view", "The Night Market", "--with", draft, "--data", data, "-o", str(picture)).code == 0  # fmt: skip
    assert "Later Film" in picture.read_text(encoding="utf-8")
