"""One fault in a curated file stops no command that only reads."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import allusion
from allusion.build.check import all_faults
from allusion.cli import cli
from allusion.core.errors import DataError
from allusion.core.resources import locate

DATA = Path(__file__).parents[2] / "graph" / "data"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALLUSION_HOME", str(tmp_path / "home"))
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def misspell(data: Path) -> Path:
    path = next(
        one for one in sorted((data / "sources").glob("*.ttl"))
        if "kind:name-drop" in one.read_text(encoding="utf-8")
    )  # fmt: skip
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("kind:name-drop", "kind:namedrop"), encoding="utf-8")
    return path


def test_the_store_that_was_last_built_answers_and_the_fault_is_named(data: Path) -> None:
    good = CliRunner().invoke(cli, ["show", "三浦友和", "--data", str(data)])
    assert "last built" not in good.stderr
    path = misspell(data)
    done = CliRunner().invoke(cli, ["show", "三浦友和", "--data", str(data)])
    assert (done.exit_code, done.stdout) == (0, good.stdout)
    assert "the store that was last built of them answers" in done.stderr
    assert f"sources/{path.name}:" in done.stderr
    assert "kind:namedrop" in done.stderr
    assert "did you mean kind:name-drop?" in done.stderr
    with pytest.warns(UserWarning, match="last built"):
        graph = allusion.open(data)
    assert graph["三浦友和"]


def test_without_a_store_that_was_built_the_faults_are_an_error(data: Path) -> None:
    misspell(data)
    with pytest.raises(DataError, match="namedrop"):
        allusion.open(data)


def test_a_wrong_date_is_a_fault_and_no_traceback(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = data / "sources/kpnv-223.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        "\ufeff" + text.replace("\n    a al:Source", '\n    dcterms:issued "1994-13-01"^^xsd:date ;\n    a al:Source'),
        encoding="utf-8",
    )  # fmt: skip
    if "xsd:" not in text:
        path.write_text(
            path.read_text(encoding="utf-8").replace(
                "\ufeff", "\ufeffPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
            ),
            encoding="utf-8",
        )
    with caplog.at_level(logging.WARNING):
        faults = all_faults(locate(data))
    assert caplog.records == []
    assert any("1994-13-01" in fault.problem and fault.line for fault in faults)
    assert not any(fault.code == "syntax" for fault in faults)
