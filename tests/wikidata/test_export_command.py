"""``allusion wikidata export``: what it writes, and that it sends nothing."""

from __future__ import annotations

import csv
import re
import socket
from pathlib import Path

import pytest
from export_cases import cells
from terminal import Done, Run

from allusion.cli.wikidata import export as wikidata_export
from allusion.knowledge_graph import KnowledgeGraph
from allusion.wikidata.pull import snapshot as room


@pytest.fixture
def run(
    run: Run,
    kg: KnowledgeGraph,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """``allusion wikidata export`` with the graph open, no network, and nothing pulled."""
    nothing = tmp_path_factory.mktemp("pulled")
    monkeypatch.setattr(room, "snapshot_folder", lambda: nothing)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was to be sent")

    def go(*arguments: str) -> Done:
        monkeypatch.setattr(socket, "socket", refuse)
        monkeypatch.setattr(wikidata_export, "open_graph", lambda _: kg)
        return run("wikidata", "export", *arguments)

    return go


def exported(err: str) -> int:
    found = re.search(r"(\d+) exported", err)
    assert found
    return int(found[1])


def test_the_commands_and_the_report_are_written_and_nothing_is_sent(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "film.qs"
    code, out, err = run("quickstatements", "film:breathless-1983", "-o", str(file))
    assert (code, out) == (0, "")
    assert all(len(cells(line)[0]) >= 5 for line in file.read_text().splitlines())
    with (tmp_path / "film.report.csv").open(encoding="utf-8", newline="") as beside:
        rows = list(csv.DictReader(beside))
    first = next(row for row in rows if row["outcome"] == "exported")
    assert first["subjectConfidence"] == "0.99"
    assert int(first["sources"]) >= 4
    assert first["evidence"].count("http") == int(first["sources"])
    assert f"{len(rows)} connections: {exported(err)} exported, 0 already there, " in err
    assert "there is no Wikidata snapshot yet; run: allusion wikidata pull" in err


def test_commands_are_not_written_to_a_file_with_a_table_suffix(run: Run, tmp_path: Path) -> None:
    code, _, err = run("quickstatements", "-o", str(tmp_path / "new.csv"))
    assert code == 2
    assert "use the ending .qs or .txt" in err
    assert list(tmp_path.iterdir()) == []


def test_without_eligible_connections_the_exit_code_is_1(run: Run) -> None:
    code, out, err = run("quickstatements", "三浦友和")
    assert (code, out, exported(err)) == (1, "", 0)


def test_the_report_can_be_narrowed_to_an_outcome(run: Run) -> None:
    code, out, _ = run("report", "重慶森林", "--outcome", "held back", "-f", "csv")
    assert code == 0
    assert {line.split(",")[0] for line in out.splitlines()[1:]} == {"held back"}


def test_the_report_as_a_table_begins_with_the_counts(run: Run) -> None:
    code, out, _ = run("report", "三浦友和", "-f", "table")
    assert code == 0
    assert out.startswith("Outcomes")
    assert "points at a person" in out


def test_a_stricter_gate_exports_fewer_connections(run: Run) -> None:
    strict = run("quickstatements", "--sources", "4", "--confidence", "0.99")
    assert strict[0] == 0
    assert 0 < exported(strict[2]) < exported(run("quickstatements")[2])
