"""Connections added by questions, and the list of gaps that calls for them."""

from __future__ import annotations

import json
import shlex
import sys

import pytest
from click.testing import CliRunner
from sheets import CONNECTIONS, WORKS, Desk
from terminal import Run

from allusion.authoring.additions import plan_addition
from allusion.authoring.from_rdf import read_collection
from allusion.authoring.gaps import GAPS
from allusion.authoring.records import Connection
from allusion.cli.prompts import ask
from allusion.core.vocabulary import BASE

ANSWERS = (
    "The Night Market (film, 2019)", "name-drop", "Later Film", "night", "par. 1",
    "A seller names it.", "", "seen",
)  # fmt: skip
SOURCE = ("The Night Market, scene by scene", "Ada Lind", "https://example.org/n", "", "essay", "en")  # fmt: skip


def stdin(*answers: str) -> str:
    return "".join(f"{answer}\n" for answer in answers)


def connections(desk: Desk) -> list[Connection]:
    return list(read_collection(desk.collection, desk.concepts).content.connections.values())


def add(desk: Desk, run: Run, *options: str, answers: tuple[str, ...] = ()) -> int:
    folder, data = str(desk.collection.folder), str(desk.resources.data)
    return run("add", "connection", folder, *options, "--data", data, stdin=stdin(*answers)).code


def test_answers_become_a_connection_and_its_source(desk: Desk, run: Run) -> None:
    assert add(desk, run, answers=(*ANSWERS, *SOURCE, "y")) == 0
    (found,) = connections(desk)
    assert (found.kind, found.certainty, found.target) == ("name-drop", "explicit", f"{BASE}film/later")  # fmt: skip
    assert found.evidence[0].where == "par. 1"


def test_a_wrong_answer_is_asked_again(desk: Desk, run: Run) -> None:
    wrong = (ANSWERS[0], "name drp", "name-drop", "Later Flim", *ANSWERS[3:])
    assert add(desk, run, answers=(*wrong, *SOURCE, "Later Film", "y")) == 0
    assert [one.target for one in connections(desk)] == [f"{BASE}film/later"]


def test_evidence_is_a_question_and_cannot_be_left_out(desk: Desk, run: Run) -> None:
    answers = (*ANSWERS[:3], "", "", "night", *ANSWERS[4:], *SOURCE, "y")
    assert add(desk, run, answers=answers) == 0
    assert len(connections(desk)) == 1


@pytest.mark.parametrize("answers", [(), ANSWERS[:3], (*ANSWERS, *SOURCE)])
def test_a_stdin_that_ends_is_explained_and_nothing_is_written(
    desk: Desk, run: Run, answers: tuple[str, ...]
) -> None:
    folder, data = str(desk.collection.folder), str(desk.resources.data)
    done = run("add", "connection", folder, "--data", data, stdin=stdin(*answers))
    assert done.code == 2
    assert "standard input has ended before the answer" in done.err
    assert connections(desk) == []


def test_an_answer_that_is_not_utf_8_is_asked_again_and_refused_as_an_option(
    desk: Desk, run: Run
) -> None:
    folder, data = str(desk.collection.folder), str(desk.resources.data)
    done = run("add", "connection", folder, "--says", "a\udcff", "--data", data)
    assert done.code == 2
    assert "--says: is not UTF-8" in done.err
    with CliRunner().isolation("a\udcff\nb\n".encode("utf-8", "surrogateescape")) as (_, err, _):
        sys.stdin.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
        assert ask("\x1b[31mred\u202e") == "b"
    shown = err.getvalue().decode()
    assert shown.count("␛[31mred") == 2
    assert "\x1b" not in shown


def test_nothing_is_written_without_a_yes(desk: Desk, run: Run) -> None:
    assert add(desk, run, answers=(*ANSWERS, *SOURCE, "n")) == 1
    assert connections(desk) == []


def test_options_answer_in_advance(desk: Desk, run: Run) -> None:
    desk.rows().write("import")
    given = {"from": "The Night Market", "kind": "parody", "to": "Hero", "source": "talk", "where": "1", "says": "x", "by": "", "sure": ""}  # fmt: skip
    options = [part for name, value in given.items() for part in (f"--{name}", value)]
    assert add(desk, run, *options, "--yes", answers=("", "")) == 0
    assert len(connections(desk)) == len(CONNECTIONS)


def test_an_existing_connection_is_edited(desk: Desk, run: Run) -> None:
    desk.rows().write("import")
    answers = ("The Night Market", "prop-or-poster", "Later Film", "night", "par. 2", "It hangs over the sink.", "", "")  # fmt: skip
    assert add(desk, run, answers=(*answers, "y")) == 0
    found = next(one for one in connections(desk) if one.kind == "prop-or-poster")
    assert [name.text for one in found.evidence for name in one.says] == ["It hangs over the sink."]
    assert len(connections(desk)) == len(CONNECTIONS) - 1
    assert run("undo", str(desk.collection.folder)).code == 0
    found = next(one for one in connections(desk) if one.kind == "prop-or-poster")
    assert [name.text for one in found.evidence for name in one.says] == ["Its poster hangs over the stove."]  # fmt: skip


def test_gaps_name_what_is_missing_in_the_collection(desk: Desk, run: Run) -> None:
    desk.rows().write("import")
    where = ("--with", str(desk.collection.folder), "--data", str(desk.resources.data))
    found = json.loads(run("gaps", "--all", "-f", "json", *where).out)
    assert {gap["label"] for gap in found["connections"]} == {"Hero", "Star", "Rain"}
    assert len(found["sources"]) == len(CONNECTIONS) - 1
    assert found["places"]
    text = run("gaps", "sources", "-n", "1", *where).out
    assert text.startswith("4 connections with a single source\n")
    assert "and 3 more (allusion gaps sources -n 4)" in text


def test_the_command_of_a_gap_adds_what_is_missing(desk: Desk, run: Run) -> None:
    desk.rows().write("import")
    data = ("--data", str(desk.resources.data))
    found = json.loads(run("gaps", "sources", "-f", "json", "--with", str(desk.collection.folder), *data).out)  # fmt: skip
    gap = next(one for one in found["sources"] if "homage-shot" in one["command"])
    words = shlex.split(gap["command"])[1:]
    done = run(*words, *data, stdin=stdin("talk", "1", "He says so.", "", "", "y"))
    assert done.code == 0, done.err
    shot = next(one for one in connections(desk) if one.kind == "homage-shot")
    assert len(shot.evidence) == 2


@pytest.mark.parametrize("kind", [kind for kind in GAPS if kind not in ("connections", "sources")])
def test_the_commands_for_the_shipped_graph_work(run: Run, kind: str) -> None:
    found = json.loads(run("gaps", kind, "-f", "json").out)[kind]
    for gap in found[:1]:
        done = run(*shlex.split(gap["command"])[1:])
        assert done.code == 0, (gap["command"], done.err)


def test_the_example_folder_is_explained(run: Run, desk: Desk) -> None:
    done = run("gaps", "connections", "--data", str(desk.resources.data))
    assert "allusion new my-films" in done.err


def test_an_addition_credits_its_source_with_nothing_but_the_row(desk: Desk) -> None:
    """The new source names a film whose year and makers another source states."""
    works = (*WORKS, ("The Night Market", "", "film", "2019", "night", "Eli Fox"))
    desk.rows(works=works).write("import")
    before = desk.texts()
    for target in ("Cold Noodles", "Cold Noodles (film)", "Cold Noodles (film, 2001)"):
        answers = {"from": "The Night Market", "kind": "parody", "to": target, "source": "blog", "sure": "seen"}  # fmt: skip
        source = {"key": "blog", "title": "A blog", "url": "https://example.org/b"}
        stored = read_collection(desk.collection, desk.concepts)
        plan = plan_addition(
            answers, source, stored, desk.collection, desk.concepts, desk.names, desk.checker
        )
        assert plan.parsed.faults == []
        assert plan.texts["mine-night.ttl"] == before["mine-night.ttl"]
        blog = plan.texts["mine-blog.ttl"] or ""
        assert "connection:" in blog
        assert "contribution:" not in blog
        assert "2019" not in blog
        assert ("2001" in blog) == ("2001" in target)


def test_the_gaps_of_a_collection_are_its_own(desk: Desk, run: Run) -> None:
    desk.rows().write("import")
    options = ("--with", str(desk.collection.folder), "--data", str(desk.resources.data))
    own = json.loads(run("gaps", "-f", "json", *options).out)
    iris = [gap["iri"] for gaps in own.values() for gap in gaps]
    assert iris
    assert all("/mine-" in iri for iri in iris)
    everything = json.loads(run("gaps", "--all", "-f", "json", *options).out)
    assert any("/mine-" not in gap["iri"] for gaps in everything.values() for gap in gaps)


def test_a_misspelt_key_begins_no_new_source(desk: Desk, run: Run) -> None:
    desk.rows().write("import")
    answers = (*ANSWERS[:3], "nihgt", *ANSWERS[4:], "night", "y")
    assert add(desk, run, answers=answers) == 0
    stored = read_collection(desk.collection, desk.concepts).content
    assert {one.key for one in stored.sources.values()} == {"night", "talk"}


def test_a_connection_that_breaks_a_rule_is_refused_before_it_is_written(
    desk: Desk, run: Run
) -> None:
    desk.rows().write("import")
    before = desk.texts()
    answers = ("Noodle soup (motif)", "name-drop", "Later Film", "night", "1", "", "", "seen")
    assert add(desk, run, answers=answers) != 0
    assert desk.texts() == before
