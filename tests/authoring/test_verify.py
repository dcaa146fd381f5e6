"""Quotes become offsets, and offsets are verified."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from drifted import DRIFTS, ENGLISH, Essay, joined
from sheets import CONNECTIONS, SOURCES, Desk, Rows, write_csv
from terminal import Run

from allusion.authoring.anchors import Text
from allusion.authoring.from_rdf import read_collection
from allusion.authoring.importing import ImportPlan
from allusion.authoring.sheet_faults import report
from allusion.core.errors import ParameterError

HEAD = (*CONNECTIONS[0], "quote")
QUOTES: Rows = (
    HEAD,
    (*CONNECTIONS[1], "a seller ladles soup\nunder a poster of the boxer Dao Lim."),
    (*CONNECTIONS[2], "walks like the girl in Rain Song"),
)
ESSAY = joined(ENGLISH)


def plan(desk: Desk, rows: Rows = QUOTES, text: str = ESSAY) -> ImportPlan:
    sheet = write_csv(desk.collection.folder / "sheet", sources=SOURCES, connections=rows)
    return desk.plan(sheet, texts={"night": Text(text)})


def test_a_quote_becomes_offsets_and_a_digest_and_is_not_kept(desk: Desk) -> None:
    made = plan(desk)
    assert made.parsed.faults == []
    made.write("import")
    text = desk.texts()["mine-night.ttl"]
    start = ESSAY.index("A seller ladles")
    passage = ESSAY[start : ESSAY.index("Dao Lim.") + len("Dao Lim.")]
    assert f"al:startOffset {start} ;" in text
    assert f"al:endOffset {start + len(passage)} ;" in text
    assert hashlib.sha256(passage.encode()).hexdigest() in text
    assert f"al:textLength {len(ESSAY)} ;" in text
    assert "ladles" not in text
    assert "walks like" not in text


@pytest.mark.parametrize(
    ("quote", "message"),
    [
        ("a seller serves soup", "is not in the text; copy it from the text"),
        ("It rains", "is 3 times in the text; write a longer part of it"),
    ],
)
def test_a_quote_that_is_not_there_once_is_a_fault(desk: Desk, quote: str, message: str) -> None:
    rows = (HEAD, (*CONNECTIONS[1], quote))
    faults = plan(desk, rows).parsed.faults
    assert [str(fault.place) for fault in faults] == ["connections!I2"]
    assert message in "\n".join(report(faults))


def test_a_quote_without_the_text_names_the_option(desk: Desk) -> None:
    faults = desk.faults(connections=QUOTES)
    assert "add --text night=FILE" in "\n".join(report(faults))


def test_a_text_of_an_unknown_source_is_refused(desk: Desk) -> None:
    sheet = write_csv(desk.collection.folder / "sheet", sources=SOURCES, connections=CONNECTIONS)
    with pytest.raises(ParameterError, match="did you mean night"):
        desk.plan(sheet, texts={"nihgt": Text("x")})


def test_offsets_survive_an_import_without_the_quote(desk: Desk) -> None:
    plan(desk).write("import")
    before = desk.texts()
    rows = (CONNECTIONS[0], *CONNECTIONS[1:3])
    assert desk.rows(connections=rows).write("again").after == {}
    assert desk.texts() == before


def test_another_text_is_not_taken_without_verification(desk: Desk) -> None:
    plan(desk).write("import")
    faults = plan(desk, text=ESSAY + " More.").parsed.faults
    assert "allusion verify" in "\n".join(report(faults))


@pytest.fixture
def page(desk: Desk, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A collection with two passages of a page, and the page."""
    monkeypatch.setenv("ALLUSION_HOME", os.environ["ALLUSION_HOME"])
    path = tmp_path / "page.txt"
    path.write_text(ESSAY, encoding="utf-8")
    sheet = write_csv(desk.collection.folder / "sheet", sources=SOURCES, connections=QUOTES)
    done = run("import", str(sheet), "--write", "--text", f"night={path}", "--data", str(desk.resources.data))  # fmt: skip
    assert done.code == 0, done.out + done.err
    return path


def write(page: Path, essay: Essay) -> None:
    page.write_text(joined(essay), encoding="utf-8")


def anchors(desk: Desk) -> set[tuple[int, int]]:
    content = read_collection(desk.collection, desk.concepts).content
    every = (one.anchor for c in content.connections.values() for one in c.evidence)
    return {(anchor.start, anchor.end) for anchor in every if anchor}


def test_verify_moves_nothing_by_itself(desk: Desk, page: Path, run: Run) -> None:
    verify = ("verify", str(desk.collection.folder), "--text", f"night={page}")
    done = run(*verify)
    assert (done.code, done.out.count("exact")) == (0, 2)
    write(page, DRIFTS["a banner before it"](ENGLISH))
    before = desk.texts()
    done = run(*verify)
    assert done.code == 1
    assert done.out.count("moved") == 2
    assert "A seller ladles soup" in done.out
    assert desk.texts() == before
    assert run(*verify, "--fix", stdin="y\nn\n").code == 1
    assert desk.texts() == before


def test_verify_writes_what_was_agreed_and_it_can_be_undone(
    desk: Desk, page: Path, run: Run
) -> None:
    before = anchors(desk)
    banner = len("Subscribe to our letter!\n\n")
    write(page, DRIFTS["a banner before it"](ENGLISH))
    folder = str(desk.collection.folder)
    assert run("verify", folder, "--text", f"night={page}", "--fix", stdin="y\ny\n").code == 0
    assert anchors(desk) == {(start + banner, end + banner) for start, end in before}
    assert run("verify", folder, "--text", f"night={page}").code == 0
    run("undo", folder)
    assert anchors(desk) == before


def test_a_passage_that_is_gone_loses_its_offsets_and_keeps_its_row(
    desk: Desk, page: Path, run: Run
) -> None:
    write(page, DRIFTS["the first passage deleted"](ENGLISH))
    folder = str(desk.collection.folder)
    done = run("verify", folder, "--text", f"night={page}", "--fix", stdin="y\ny\n")
    assert done.code == 0
    assert "gone" in done.out
    assert len(anchors(desk)) == 1
    content = read_collection(desk.collection, desk.concepts).content
    assert sum(len(one.evidence) for one in content.connections.values()) == 2


def test_passages_without_a_text_are_counted(desk: Desk, page: Path, run: Run) -> None:
    done = run("verify", str(desk.collection.folder))
    assert (done.code, "2 no text" in done.err) == (0, True)
    assert page.exists()
