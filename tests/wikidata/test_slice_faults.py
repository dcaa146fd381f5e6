"""A slice that cannot be made says so before any work, and leaves nothing behind."""

from __future__ import annotations

import errno
import gzip
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from allusion.cli.wikidata.slice import slice_command
from allusion.core.errors import DataError, OutputError
from allusion.wikidata.dump.local import slice_dump
from allusion.wikidata.dump.rules import read_rules

RULES = read_rules()
LINES = b"<a:b> <a:b> <a:b> .\n" * 9999


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.nt"
    path.write_bytes(LINES)
    return path


@pytest.mark.parametrize("engine", ["here", "spark"])
def test_a_missing_folder_is_refused_and_not_created(plain: Path, engine: str) -> None:
    output = plain.parent / "none" / "out.nt"
    options = [str(plain), "-o", str(output), "--engine", engine]
    error = CliRunner().invoke(slice_command, options).exception
    assert isinstance(error, OutputError)
    assert f"there is no folder {output.parent}; make it first" in str(error)
    assert [*plain.parent.iterdir()] == [plain]


def test_a_fault_in_the_last_file_leaves_nothing_of_those_before(plain: Path) -> None:
    torn = plain.with_name("torn.nt")
    torn.write_bytes(gzip.compress(LINES, mtime=0)[:-9])
    with pytest.raises(DataError, match="is truncated or damaged"):
        slice_dump([plain, torn], plain.with_name("out.nt"), RULES)
    torn.write_bytes(b"no line\n")
    with pytest.raises(DataError, match="1 fault"):
        slice_dump([plain, torn], plain.with_name("out.nt"), RULES, strict=True)
    assert sorted(plain.parent.iterdir()) == [plain, torn]


def test_a_full_disk_leaves_no_lock_file(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def full(path: Path, *how: Any, **more: Any) -> Any:
        if path.name == "lock":
            raise OSError(errno.ENOSPC, "No space left on device")
        return opened(path, *how, **more)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OutputError, match="No space left on device"):
        slice_dump([plain], plain.with_name("out.nt"), RULES)
    assert [*plain.parent.iterdir()] == [plain]
