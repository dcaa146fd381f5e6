"""Input without end, input that is no text, and streams that are closed: messages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from terminal import Run

import allusion

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a shell")


def in_a_shell(line: str, tmp_path: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a line of sh in which $A is the command."""
    environment = os.environ | {
        "PYTHONPATH": str(Path(allusion.__file__).parents[1]),
        "A": f"{sys.executable} -m allusion",
    }
    return subprocess.run(
        ["/bin/sh", "-c", line], capture_output=True, env=environment, cwd=tmp_path, timeout=120,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("$A sparql /dev/zero", 3, "/dev/zero has more than 100,000 characters"),
        ("yes | $A sparql -", 3, "standard input has more than 100,000 characters"),
        ("yes | $A sparql - --max-length 10", 3, "more than 10 characters"),
        ("$A sparql - <&-", 2, "standard input is empty or closed"),
        ("$A sparql - </dev/null", 2, "standard input is empty or closed"),
        (r"printf 'ASK {}\377' | $A sparql -", 2, "standard input is not UTF-8 (byte 6"),
        (r"printf 'ASK {}\377' > q.rq; $A sparql q.rq", 2, "q.rq is not UTF-8 (byte 6"),
        ("$A sparql .", 2, "Is a directory"),
        (r'$A show "$(printf "caf\351")"', 2, "caf"),
        ("$A load - --format nt --into x <&-", 2, "standard input is empty or closed"),
        ("$A load - --format nt --into x </dev/null", 2, "standard input is empty or closed"),
        (r"""printf '<a:a> <a:b> "\351" .' | $A load - --format nt --into x""", 3, "Invalid UTF-8"),
        ("$A --nope 2>&-", 2, ""),
        ("$A --help >&-", 3, "output error: Bad file descriptor"),
        ("$A --help 0<&- 1>&- 2>&-", 3, ""),
        ("$A --help 2>&-", 0, ""),
        ("$A query names -o /dev/full", 3, "/dev/full could not be written: No space left"),
        ("$A query names -o /dev/full -f csv", 3, "/dev/full could not be written: No space left"),
        ("$A query names -o none/x.csv", 3, "none/x.csv could not be written"),
        ("touch f; $A query names -o f/x.csv", 3, "f/x.csv could not be written"),
        ("$A query names -o /proc/x.csv", 3, "/proc/x.csv could not be written"),
        ("$A --help >/dev/full", 3, "No space left on device"),
    ],
)
def test_each_stream_error_is_a_message_without_traceback(
    tmp_path: Path, line: str, code: int, message: str
) -> None:
    done = in_a_shell(line, tmp_path)
    assert b"Traceback" not in done.stderr
    assert message in done.stderr.decode()
    assert done.returncode == code


def test_a_pipe_larger_than_the_disk_has_room_for_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, run: Run
) -> None:
    usage = SimpleNamespace(free=2_000_000)
    monkeypatch.setattr("allusion.build.rdf_files.shutil.disk_usage", lambda _: usage)
    target = str(tmp_path / "new/store")
    done = run(
        "load", "-", "--format", "nt", "--into", target, stdin="<a:a> <a:b> <a:c> .\n" * 80_000
    )
    assert done.code == 2
    assert "larger than half of the free disk" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_query_without_braces_may_be_longer_than_a_file_name(run: Run) -> None:
    done = run("sparql", f"DESCRIBE <https://example.org/{'x' * 5000}>")
    assert (done.code, done.out) == (0, "")
