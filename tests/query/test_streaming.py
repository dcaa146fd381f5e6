"""Rows come while the engine still looks for more, in memory that does not grow."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import allusion
from allusion.core.atomic_files import write_atomically
from allusion.core.errors import OutputError, ParameterError, QueryError, QueryRefused
from allusion.query.results import Result, RowStream
from allusion.query.serializers import write_rows

ROOT = Path(__file__).parents[2]
#: A billion rows and more: nobody has them all.
ENDLESS = "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f }"
CODE = "from allusion.cli import run; run()"


@pytest.fixture(scope="module")
def graph() -> allusion.KnowledgeGraph:
    return allusion.open()


def start(*arguments: str) -> subprocess.Popen[bytes]:
    allusion.open()  # so that nothing is built meanwhile
    return subprocess.Popen(
        [sys.executable, "-c", CODE, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT / "graph")},
    )


def test_the_first_row_is_returned_before_the_query_ends(graph: allusion.KnowledgeGraph) -> None:
    graph.sparql("ASK {}")  # so that a worker is there
    began = time.monotonic()
    rows = iter(graph.rows(ENDLESS, timeout=60))
    assert set(next(rows)) == set(next(rows)) == {"a", "d"}
    assert time.monotonic() - began < 20, "the last would come after 60 s, if ever"


def test_a_stream_gives_the_rows_that_the_whole_answer_has(graph: allusion.KnowledgeGraph) -> None:
    query = "SELECT ?film ?year { ?film a al:Film OPTIONAL { ?film al:published ?year } } ORDER BY ?film ?year"
    whole = graph.sparql(query)
    assert isinstance(whole, Result)
    assert list(graph.rows(query)) == whole.records()
    for form in ("csv", "tsv", "json", "ndjson", "md"):
        assert "".join(graph.rows(query).pieces(form)) == whole.write(form)


def test_sparql_json_of_both_writers_is_equal(graph: allusion.KnowledgeGraph) -> None:
    query = (
        "SELECT * { ?thing a al:Film ; ?p ?value FILTER(isLiteral(?value)) "
        "OPTIONAL { ?thing al:none ?none } } ORDER BY ?thing ?p ?value LIMIT 1000"
    )
    whole = graph.sparql(query, timeout=60)
    assert isinstance(whole, Result)
    engine = graph.executor.run_json(query)
    assert '"xml:lang":"zh-Hant"' in engine
    assert json.loads(engine) == json.loads(whole.write("sparql-json"))


@pytest.mark.parametrize("form", ["csv", "tsv", "ndjson", "json", "md"])
def test_the_command_line_shows_the_first_rows_of_an_endless_answer(form: str) -> None:
    with start("sparql", ENDLESS, "-f", form) as process:
        assert process.stdout
        began = time.monotonic()
        lines = [process.stdout.readline() for _ in range(3)]
        assert all(lines)
        assert time.monotonic() - began < 20
        process.stdout.close()  # as head does
        assert process.wait(20) == 0
        assert process.stderr
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full here")
def test_a_failed_last_write_is_reported_and_is_no_success() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", CODE, "--version"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT / "graph")},
        )
    assert done.returncode == OutputError.exit_code
    assert done.stderr == b"allusion: output error: No space left on device\n"


def peak(limit: int, form: str) -> tuple[int, int]:
    """Bytes written, and the most memory that the process had, in kB."""
    process = start("sparql", f"{ENDLESS} LIMIT {limit}", "-f", form, "--timeout", "120")
    assert process.stdout
    written = 0
    while piece := process.stdout.read(1 << 20):
        written += len(piece)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    process.stdout.close()
    assert process.stderr
    process.stderr.close()
    return written, usage.ru_maxrss


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="no wait4: the memory of one child is unknown")
@pytest.mark.slow
def test_a_long_answer_takes_no_more_memory_than_a_short_one() -> None:
    _, short = peak(1000, "csv")
    written, long = peak(400_000, "csv")
    assert written > 30_000_000
    assert long - short < 15_000


def test_a_file_is_written_row_by_row_and_only_when_whole(tmp_path: Path) -> None:
    def pieces() -> Iterator[str]:
        yield "one\n"
        assert len(list(tmp_path.iterdir())) == 1  # beside, not in place
        yield "two\n"

    write_atomically(tmp_path / "a.txt", pieces())
    assert (tmp_path / "a.txt").read_text() == "one\ntwo\n"


@pytest.mark.parametrize("error", [QueryError("stopped"), RuntimeError("?"), KeyboardInterrupt()])
def test_a_failed_write_leaves_no_file(tmp_path: Path, error: BaseException) -> None:
    def pieces() -> Iterator[str]:
        yield "one\n"
        raise error

    with pytest.raises(type(error)):
        write_atomically(tmp_path / "a.txt", pieces())
    assert not list(tmp_path.iterdir())


def test_an_error_in_the_producer_is_not_reported_as_a_write_error(
    tmp_path: Path,
) -> None:
    def pieces() -> Iterator[str]:
        yield from ()
        raise OutputError("of its own")

    with pytest.raises(OutputError, match="of its own"):
        write_atomically(tmp_path / "a.txt", pieces())


def test_only_select_has_rows_and_nothing_dangerous_is_streamed(
    graph: allusion.KnowledgeGraph,
) -> None:
    with pytest.raises(ParameterError, match="only SELECT has rows"):
        graph.rows("ASK {}")
    assert graph.stream("ASK {}") is True
    with pytest.raises(QueryRefused):
        graph.rows("SELECT * { SERVICE <http://127.0.0.1:9> { ?s ?p ?o } }")
    with pytest.raises(ParameterError, match="csv, tsv"):
        graph.rows("SELECT * {}").pieces("xlsx")


def test_an_unknown_format_is_refused_before_the_first_row_is_asked_for() -> None:
    def never() -> Iterator[tuple[None]]:
        raise AssertionError
        yield (None,)

    with pytest.raises(ParameterError):
        write_rows("xlsx", ("x",), never())
    assert RowStream(("x",), iter([(None,)])).columns == ("x",)


def on_a_terminal(*arguments: str) -> str:
    """What a person sees on stderr."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=os.environ | {"PYTHONPATH": str(ROOT / "graph"), "TERM": "xterm"},
    )
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 65536):
            seen += piece
    except OSError:  # how Linux says that the other side has closed
        pass
    finally:
        os.close(ours)
        process.wait(60)
    return seen.decode()


@pytest.mark.slow
def test_long_work_shows_a_progress_bar_on_a_terminal() -> None:
    seen = on_a_terminal("build", "--force")
    assert "━" in seen
    assert "\x1b[?25h" in seen  # the cursor is back
    assert seen.splitlines()[-1].split("\x1b[2K")[-1].startswith("built ")


def test_short_work_shows_no_bar() -> None:
    allusion.open()
    assert on_a_terminal("build").startswith("up to date")
    assert on_a_terminal("query", "names") == ""


@pytest.mark.slow
def test_without_a_terminal_progress_is_lines() -> None:
    with start("build", "--force") as process:
        assert process.stderr
        lines = process.stderr.read().decode().splitlines()
    assert lines[0] == "reading and checking the facts"
    assert "\x1b" not in "".join(lines)
