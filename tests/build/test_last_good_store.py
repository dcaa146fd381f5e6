"""One fault in a curated file stops no command that only reads."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from click.testing import CliRunner

import allusion
from allusion.build.check import all_faults
from allusion.cli import cli
from allusion.core.errors import DataError
from allusion.core.resources import Resources

Spoil = Callable[[str, str, str], Resources]


def test_with_faulty_data_the_last_built_store_answers_with_a_notice(
    tiny: Resources, spoil: Spoil
) -> None:
    show = ["show", "person/star", "--data", str(tiny.data)]
    good = CliRunner().invoke(cli, show)
    assert "The later film names the star." in good.stdout
    assert "last built" not in good.stderr
    spoil("sources/review.ttl", "kind:name-drop", "kind:namedrop")
    done = CliRunner().invoke(cli, show)
    assert (done.exit_code, done.stdout) == (0, good.stdout)
    assert "the store that was last built of them answers" in done.stderr
    assert "sources/review.ttl:" in done.stderr
    assert "kind:namedrop" in done.stderr
    assert "did you mean kind:name-drop?" in done.stderr
    with pytest.warns(UserWarning, match="last built"):
        graph = allusion.open(tiny.data)
    assert graph["person/star"]


def test_with_faulty_data_and_no_store_the_faults_are_an_error(spoil: Spoil) -> None:
    spoiled = spoil("sources/review.ttl", "kind:name-drop", "kind:namedrop")
    with pytest.raises(DataError, match="namedrop"):
        allusion.open(spoiled.data)


def test_an_invalid_date_is_a_fault_and_no_traceback(
    spoil: Spoil, caplog: pytest.LogCaptureFixture
) -> None:
    spoiled = spoil(
        "sources/review.ttl", "\n    a al:Source ;", '\n    dcterms:issued "1994-13-01"^^xsd:date ;\n    a al:Source ;'
    )  # fmt: skip
    file = spoiled.data / "sources/review.ttl"
    file.write_text("\ufeff" + file.read_text(encoding="utf-8"), encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        faults = all_faults(spoiled)
    assert caplog.records == []
    assert any("1994-13-01" in fault.problem and fault.line for fault in faults)
    assert not any(fault.code == "syntax" for fault in faults)
