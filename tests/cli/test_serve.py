"""allusion serve starts in one command and stops cleanly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from processes import is_gone
from terminal import Run

from allusion.knowledge_graph import KnowledgeGraph

ROOT = Path(__file__).parents[2]
START = "from allusion.cli import run; run()"
QUERY = "query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D"


@pytest.mark.server
@pytest.mark.parametrize(
    ("number", "options"),
    [(signal.SIGINT, []), (signal.SIGTERM, []), (signal.SIGTERM, ["--processes", "2"])],
)
def test_serve_answers_until_a_signal_and_leaves_no_process(
    kg: KnowledgeGraph, number: signal.Signals, options: list[str]
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", START, "serve", "--port", "0", "--no-open", *options],
        cwd=ROOT / "graph",
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr
        line = process.stderr.readline()
        address = next(word for word in line.split() if word.startswith("http"))
        with urllib.request.urlopen(f"{address}sparql?{QUERY}", timeout=30) as reply:
            assert b"true" in reply.read()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        workers = [int(pid) for pid in children.read_text().split()] if children.exists() else []
        process.send_signal(number)
        assert process.wait(15) == 0
        assert process.stderr.read() == ""
        assert all(is_gone(pid) for pid in workers)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()  # type: ignore[union-attr]


@pytest.mark.server
@pytest.mark.skipif(sys.platform == "win32", reason="--processes needs POSIX sockets")
def test_all_processes_stop_when_one_of_them_ends(kg: KnowledgeGraph) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", START, "serve", "--port", "0", "--no-open", "--processes", "2"],
        cwd=ROOT / "graph",
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr
        assert process.stderr.readline().startswith("allusion serves http")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        if not children.exists():
            pytest.skip("the system does not list the children of a process")
        servers = [int(pid) for pid in children.read_text().split()]
        assert len(servers) == 2
        os.kill(servers[0], signal.SIGKILL)
        assert process.wait(15) == 3
        assert "a process of the server ended by itself" in process.stderr.read()
        assert all(is_gone(pid) for pid in servers)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()  # type: ignore[union-attr]


@pytest.mark.server
def test_options_for_writing_belong_together(tmp_path: Path, run: Run) -> None:
    token = tmp_path / "token"
    token.write_text("a-token-of-the-tests\n")
    for options, reason in (
        (["--writable"], "--token-file"),
        (["--token-file", str(token)], "--writable"),
        (["--writable", "--token-file", str(token), "--processes", "2"], "exclude each other"),
    ):
        done = run("serve", *options)
        assert done.code == 2
        assert reason in done.err


@pytest.mark.parametrize(
    "option",
    [("--host", "0.0.0.0"), ("--public-url", "https://example.org"), ("--allow-host", "x"), ("--allow-origin", "https://example.org")],
)  # fmt: skip
def test_a_collection_is_edited_on_this_machine_only(
    run: Run, tmp_path: Path, option: tuple[str, str]
) -> None:
    done = run("serve", "--edit", str(tmp_path), *option)
    assert done.code == 2
    assert "--edit works on this machine only" in done.err


def test_options_without_effect_are_refused(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "token"
    empty.write_text("\n")
    for options, reason in (
        (["--copy", str(tmp_path)], "--writable"),
        (["--edit", str(tmp_path), "--store", "memory"], "excludes --store"),
        (["--writable", "--token-file", str(empty)], "empty first line"),
    ):
        done = run("serve", *options)
        assert done.code == 2
        assert reason in done.err
