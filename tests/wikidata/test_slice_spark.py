"""The slice that Spark makes is, byte for byte, the one that is made here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from make_dump import SPOILED, dump, write_dump

from allusion.core.errors import Fault, ParameterError
from allusion.wikidata.dump.local import slice_dump
from allusion.wikidata.dump.rules import read_rules
from allusion.wikidata.dump.spark import slice_with_spark

pytestmark = pytest.mark.slow

IN_CI = os.environ.get("CI") == "true"
#: Where Spark has to run, it runs at the size that was asked for.
LINES = 1_000_000 if IN_CI else 20_000
MISSING = next(
    (
        f"{name} is not there: {fix}"
        for name, there, fix in (
            ("java", shutil.which("java"), "apt-get install default-jre-headless"),
            ("pyspark", find_spec("pyspark"), "uv sync --group test --group spark"),
        )
        if not there
    ),
    "",
)

# One session does it all: a JVM starts slowly. The session is the script's own, as it is where
# somebody calls this from a notebook.
SCRIPT = """
import json, sys, warnings
from dataclasses import asdict
warnings.simplefilter("ignore")
from pyspark.sql import SparkSession
from allusion.core.errors import AllusionError
from allusion.wikidata.dump.rules import read_rules
from allusion.core.spark_session import LOCAL
from allusion.wikidata.dump.spark import slice_with_spark
builder = SparkSession.builder.master("local[2]")
for name, value in LOCAL.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
told = []
for call in json.loads(sys.argv[1]):
    try:
        made = slice_with_spark(call["paths"], call["output"], read_rules(), strict=call["strict"])
        told.append(asdict(made))
    except AllusionError as error:
        told.append({"error": type(error).__name__, "said": str(error)})
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dump in two files, a large plain one and a small packed one with lines that are none."""
    import bz2

    folder = tmp_path_factory.mktemp("spark")
    write_dump(LINES, folder / "large.nt")
    lines = [line.encode() for line in (*SPOILED, *dump(3000, seed=1, films=15), "# the end")]
    lines.append(b'<http://www.wikidata.org/entity/Q1000> <http://x/p> "\xff" .')
    lines.append(b"<http://x/s> <http://x/p> <http://x/o> .\r")
    (folder / "small.nt.bz2").write_bytes(bz2.compress(b"\n".join(lines)))
    return folder


@pytest.fixture(scope="module")
def told(folder: Path) -> list[dict[str, Any]]:
    """What Spark says of both files, of a strict run, of no file, and of a folder of parts."""
    if MISSING:
        if IN_CI:
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    both = [str(folder / "large.nt"), str(folder / "small.nt.bz2")]
    calls = [
        {"paths": both, "output": str(folder / "spark.nt.gz"), "strict": False},
        {"paths": both[1:], "output": str(folder / "strict.nt"), "strict": True},
        {"paths": [str(folder / "none.nt")], "output": str(folder / "none.nt"), "strict": False},
    ]
    if IN_CI:
        calls.append({"paths": both[1:], "output": f"{folder}/parts/", "strict": False})
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(calls)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2] / "graph")},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answers: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return answers


def test_spark_writes_the_same_bytes_and_the_same_report(
    folder: Path, told: list[dict[str, Any]]
) -> None:
    files = [folder / "large.nt", folder / "small.nt.bz2"]
    made = slice_dump(files, folder / "here.nt.gz", read_rules(), jobs=1)
    assert made.lines >= LINES
    assert (folder / "spark.nt.gz").read_bytes() == (folder / "here.nt.gz").read_bytes()
    counts = {name: told[0][name] for name in ("lines", "triples", "malformed", "rows")}
    assert counts == {name: getattr(made, name) for name in counts}
    assert told[0]["selection"]["added"] == made.selection.added
    assert told[0]["selection"]["kept"] == made.selection.kept
    faults = [Fault(*fault) for fault in told[0]["faults"]]
    assert {fault.problem for fault in faults} == {fault.problem for fault in made.faults}
    assert {fault.file for fault in faults} == {"small.nt.bz2"}


@pytest.mark.skipif(not IN_CI, reason="one more run of Spark: in the continuous integration only")
def test_spark_writes_a_folder_of_parts_in_order(folder: Path, told: list[dict[str, Any]]) -> None:
    import gzip

    parts = sorted((folder / "parts").glob("part-*.gz"))
    slice_dump([folder / "small.nt.bz2"], folder / "small.nt", read_rules())
    joined = b"".join(gzip.decompress(part.read_bytes()) for part in parts)
    assert joined == (folder / "small.nt").read_bytes()
    assert told[3]["rows"] == joined.count(b"\n")


def test_spark_stops_at_a_malformed_line_and_names_a_file_that_is_not_there(
    folder: Path, told: list[dict[str, Any]]
) -> None:
    assert told[1]["error"] == "DataError"
    assert "small.nt.bz2: " in told[1]["said"]
    assert told[2]["error"] == "ParameterError"
    assert "none.nt" in told[2]["said"]
    assert not (folder / "strict.nt").exists()


@pytest.mark.parametrize(
    ("name", "head", "said"),
    [
        ("d.nt.zst", b"\x28\xb5\x2f\xfd", "compressed as zst"),
        ("d.nt", b"\x1f\x8b\x08", "compressed as gz, but Spark relies on the name"),
        ("d.nt.gz", b"<a:b>", "not compressed, but Spark relies on the name"),
    ],
)
def test_input_that_spark_would_misread_is_refused(
    tmp_path: Path, name: str, head: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(head)
    with pytest.raises(ParameterError, match=said):
        slice_with_spark([str(tmp_path / name)], str(tmp_path / "out.nt"), read_rules())


def test_without_java_the_error_names_what_is_needed(tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    (tmp_path / "d.nt").write_bytes(b"")
    script = f"""
import sys
sys.argv = ["allusion", "wikidata", "slice", {str(tmp_path / "d.nt")!r}, "-o",
            {str(tmp_path / "out.nt")!r}, "--engine", "spark", "--master", "local[1]"]
from allusion.cli import main
main()
"""
    graph = str(Path(__file__).parents[2] / "graph")
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": graph, "JAVA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 2
    assert "pip install 'allusion[spark]'; it also needs Java 17 or later" in done.stderr
