"""allusion wikidata link, as a person types it: what is written, what is asked, what is said."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import termios
import time
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from terminal import Done, Run, pieces

import allusion
from allusion.build.sssom import read_mappings
from allusion.cli.wikidata.review import ReviewSession
from allusion.core.labels import Name
from allusion.core.resources import Resources, home
from allusion.wikidata.linking import Candidate, Features, LinkDecision, decide

# Two films of one title and year, and a person of whom nothing but names is known; made up.
ITEMS: list[dict[str, object]] = [
    {"item": "Q900000001", "labels": {"en": "Star"},
     "statements": {"P31": ["Q11424"], "P577": ["1990-01-01"]}},
    {"item": "Q900000002", "labels": {"en": "Star"},
     "statements": {"P31": ["Q11424"], "P577": ["1990-05-05"]}},
    {"item": "Q900000003", "labels": {"en": "Star", "ja": "明星"}, "statements": {"P31": ["Q5"]}},
]  # fmt: skip


@pytest.fixture
def run(run: Run, monkeypatch: pytest.MonkeyPatch, built: Resources) -> Run:
    """``allusion wikidata link`` over the small graph."""
    monkeypatch.delenv("ALLUSION_WIKIDATA_ENDPOINT", raising=False)

    def go(*arguments: str) -> Done:
        done: Done = run("wikidata", "link", *arguments, "--data", str(built.data))
        return done

    return go


def slice_of(folder: Path, *items: dict[str, object]) -> str:
    path = folder / "slice.jsonl"
    path.write_text("\n".join(map(json.dumps, items)), encoding="utf-8")
    return str(path)


def links(resources: Resources) -> dict[tuple[str, str], bool]:
    """(slug, item) of every row, and whether it says Not."""
    rows, faults = read_mappings(resources.mapping_file)
    assert not faults
    return {(row.subject.rsplit("/", 1)[-1], row.item): row.negative for row in rows}


def test_accepted_links_are_written_with_reasons_and_tool(
    run: Run, tiny: Resources, tmp_path: Path
) -> None:
    before = tiny.mapping_file.read_bytes()
    slice_ = slice_of(tmp_path, ITEMS[0])
    dry = run("film:namesake", "film:later", "--index", slice_, "--dry-run")
    assert "film:later is linked to Q1 already" in dry.err
    assert "dry run: 1 row would be appended to" in dry.err
    assert tiny.mapping_file.read_bytes() == before
    done = run("film:namesake", "--index", slice_)
    assert done.code == 0
    (row,) = csv.DictReader(io.StringIO(done.out))
    assert (row["label"], row["item"], row["decision"]) == (
        "Star",
        "Q900000001",
        "accepted",
    )
    added = read_mappings(tiny.mapping_file)[0][2]
    assert added.justification == "semapv:CompositeMatching"
    assert added.comment.startswith(
        "seen: https://www.wikidata.org/wiki/Q900000001 by way of slice"
    )
    assert "same English title; year 1990 agrees; is a film" in added.comment
    assert (added.tool, added.tool_version) == ("allusion", allusion.__version__)


def test_negated_and_taken_items_are_never_proposed(
    run: Run, tiny: Resources, tmp_path: Path
) -> None:
    text = tiny.mapping_file.read_text(encoding="utf-8")
    text += "film:namesake\tStar\tskos:exactMatch\twd:Q900000001\tStar\tsemapv:ManualMappingCuration\t0.9\tNot\tseen\n"
    tiny.mapping_file.write_text(text.replace("wd:Q1\t", "wd:Q900000002\t"), encoding="utf-8")
    done = run("film:namesake", "--index", slice_of(tmp_path, *ITEMS[:2]))
    assert done.code == 1
    assert "Q90000000" not in done.out


def test_undecided_links_are_shown_and_not_written(
    run: Run, tiny: Resources, tmp_path: Path
) -> None:
    before = tiny.mapping_file.read_bytes()
    done = run("--all", "--index", slice_of(tmp_path, *ITEMS))
    assert done.code == 1
    film, person = csv.DictReader(io.StringIO(done.out))
    assert film["reasons"].startswith("Q900000002 fits about as well; ")
    assert film["second"] == "Q900000001 Star | Q900000002 Star"
    assert person["reasons"].startswith("only its name supports it; ")
    assert tiny.mapping_file.read_bytes() == before


def test_offline_a_missing_candidate_is_reported_as_not_searched(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "films.csv"
    table.write_text("name\nStar\n", encoding="utf-8")
    there = ("--endpoint", "http://127.0.0.1:9/sparql", "--offline")
    done = run("--table", str(table), "--title-column", "name", *there)
    assert done.code == 1
    assert 'not in the cache: 2 ("Star"@en, "Star"@mul)' in done.err
    assert "queries that are not cached were not sent" in done.err


def test_a_table_is_linked_into_another_file(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "films.csv"
    table.write_text("name,when\nSTAR,1990\nStar,1931\n", encoding="utf-8")
    slice_ = slice_of(tmp_path, ITEMS[0])
    words = ["--table", str(table), "--title-column", "name", "--year-column", "when"]
    out = tmp_path / "linked.csv"
    done = run(*words, "--index", slice_, "-o", str(out))
    assert done.code == 1
    assert "2 rows: 1 linked, 0 undecided, 1 without a candidate" in done.err
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert [row["wikidata_item"] for row in rows] == ["Q900000001", ""]
    assert run(*words, "--index", slice_, "-o", str(table)).code == 2
    assert table.read_text(encoding="utf-8").startswith("name,when\n")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "name entities, or use --all"),
        (["--table", "TABLE", "--all"], "--table links rows"),
        (["--table", "TABLE"], "needs --title-column"),
        (["--table", "TABLE", "-f", "json"], "--table cannot be combined with -f"),
        (["--table", "TABLE", "--title-column", "title"], "no column 'title'; it has: 'name'"),
        (
            ["--table", "TABLE", "--title-column", "name", "--context", "P9=x"],
            "P9 is not supported",
        ),
        (["--table", "TABLE", "--title-column", "name", "--context", "x"], "like P345=imdb"),
        (["--all", "--review"], "--review needs a terminal"),
    ],
)
def test_wrong_arguments_are_errors_with_exit_code_2(
    run: Run, tmp_path: Path, words: list[str], complaint: str
) -> None:
    (tmp_path / "table.csv").write_text("name\nx\n", encoding="utf-8")
    named = [word.replace("TABLE", str(tmp_path / "table.csv")) for word in words]
    done = run(*named, "--index", slice_of(tmp_path, *ITEMS))
    assert done.code == 2
    assert complaint in done.err


def at_a_terminal(keys: str, *words: str) -> tuple[int, str]:
    """Run a review in a terminal of its own, one key for each question; code and what is seen."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "allusion", "wikidata", "link", *words],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(Path(allusion.__file__).parents[1]), "COLUMNS": "100",
                          "BROWSER": "true"},
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    waiting = list(keys)
    asked = 0
    with os.fdopen(ours, "r+b", buffering=0) as terminal:
        for piece in pieces(terminal):
            seen += piece
            if seen.count(b"[q]uit ?") > asked and waiting:
                asked = seen.count(b"[q]uit ?")
                listens(terminal.fileno())
                terminal.write(waiting.pop(0).encode())
    return process.wait(timeout=60), seen.decode()


def listens(terminal: int) -> None:
    """Wait until single keys are read: what is typed before that is thrown away."""
    until = time.monotonic() + 30
    while termios.tcgetattr(terminal)[3] & termios.ICANON and time.monotonic() < until:
        time.sleep(0.01)


def test_a_review_takes_one_key_each_and_saves_after_each(tiny: Resources, tmp_path: Path) -> None:
    words = ("--all", "--review", "--index", slice_of(tmp_path, *ITEMS), "--data", str(tiny.data))
    code, seen = at_a_terminal("?2nosa", *words)
    assert code == 1
    assert "1 of 2" in seen
    assert "rejected: Star is not Q900000002" in seen
    assert "https://www.wikidata.org/wiki/Q900000001" in seen
    assert "a accepts the selected candidate" in seen
    assert "linked: Star is Q900000003" in seen
    assert links(tiny)[("namesake", "Q900000002")] is True
    assert ("namesake", "Q900000001") not in links(tiny)
    (row,) = [row for row in read_mappings(tiny.mapping_file)[0] if row.item == "Q900000003"]
    assert (row.justification, row.negative) == ("semapv:ManualMappingCuration", False)
    assert row.comment.startswith("accepted by a person; seen: https://")


def decision() -> LinkDecision:
    star = (Name("Star", "en"),)
    clues = Features("https://w3id.org/allusion/film/namesake", star, "film", (1990,))
    items = [Candidate(f"Q90000000{n}", star, years={"P577": (1990,)}) for n in (1, 2)]
    return decide(clues, items)


def test_skipped_entities_are_omitted_until_requested(
    tiny: Resources, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def review(keys: str, *, again: bool = False) -> list[LinkDecision]:
        waiting = iter(keys)
        monkeypatch.setattr("allusion.cli.wikidata.review.click.getchar", lambda: next(waiting))
        left = ReviewSession([decision()], "x", tiny.mapping_file, again=again).run()
        assert not list(waiting), "a key was not asked for"
        return left

    assert review("s") == [decision()]
    assert review("") == [decision()]
    assert "1 skipped earlier are not shown; use --again to show them" in capsys.readouterr().err
    assert review("q", again=True) == [decision()]
    assert review("nn", again=True) == [decision()]
    assert links(tiny)[("namesake", "Q900000001")] is True
    assert links(tiny)[("namesake", "Q900000002")] is True


def test_a_dry_run_prints_the_requests_and_sends_none(run: Run, tiny: Resources) -> None:
    """Nothing listens at that address: a request would be an error."""
    before = tiny.mapping_file.read_bytes()
    done = run("film:namesake", "--endpoint", "http://127.0.0.1:9/sparql", "--dry-run")
    assert done.code == 0
    assert done.out.startswith("# http://127.0.0.1:9/sparql\n")
    assert '"Star"@en' in done.out
    assert "requests that would be sent: 1" in done.err
    assert tiny.mapping_file.read_bytes() == before
    service = run("film:namesake", "--reconcile", "http://127.0.0.1:9/reconcile", "--dry-run")
    assert service.code == 0
    manifest, query = service.out.split("\n\n")
    assert manifest == "GET http://127.0.0.1:9/reconcile"
    address, form = query.splitlines()
    assert address == "POST http://127.0.0.1:9/reconcile"
    assert json.loads(parse_qs(form)["queries"][0])["q0"]["query"]
    offline = run("film:namesake", "--reconcile", "http://127.0.0.1:9/reconcile", "--offline")
    assert offline.code == 1
    assert "queries that are not cached were not sent" in offline.err
    assert tiny.mapping_file.read_bytes() == before


def test_a_dry_review_writes_nothing(tiny: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tiny.mapping_file.read_bytes()
    for key in "nas":
        monkeypatch.setattr("allusion.cli.wikidata.review.click.getchar", lambda key=key: key)
        ReviewSession([decision()], "x", None).run()
    assert tiny.mapping_file.read_bytes() == before
    assert not (home() / "wikidata").exists()
