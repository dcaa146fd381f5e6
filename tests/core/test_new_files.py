"""A folder of files is written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from allusion.core.atomic_files import new_files
from allusion.core.errors import OutputError


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.parametrize("exists", [False, True])
def test_the_files_are_in_the_folder_when_all_are_complete(tmp_path: Path, exists: bool) -> None:
    target = tmp_path / "made" / "target"
    if exists:
        target.mkdir(parents=True)
        (target / "a").write_text("old")
        (target / "other").write_text("stays")
    with new_files(target) as making:
        (making / "a").write_text("new")
        (making / "inner").mkdir()
        (making / "inner" / "b").write_text("new")
        assert not (target / "inner").exists()
    assert names(target) == ["a", "inner", "inner/b"] + (["other"] if exists else [])
    assert (target / "a").read_text() == "new"
    assert names(tmp_path)[:2] == ["made", "made/target"]


@pytest.mark.parametrize("exists", [False, True])
def test_a_failure_leaves_the_folder_as_it_was(tmp_path: Path, exists: bool) -> None:
    target = tmp_path / "target"
    if exists:
        target.mkdir()
        (target / "a").write_text("old")

    def write() -> None:
        with new_files(target) as making:
            (making / "a").write_text("new")
            raise OSError(28, os.strerror(28))

    with pytest.raises(OutputError, match=r"target could not be written: No space left on device"):
        write()
    assert names(tmp_path) == (["target", "target/a"] if exists else [])


def test_an_error_about_a_file_names_its_final_place(tmp_path: Path) -> None:
    def write() -> None:
        with new_files(tmp_path / "target") as making:
            raise OutputError(f"{making / 'a'} is odd")

    with pytest.raises(OutputError, match=rf"^{tmp_path / 'target' / 'a'} is odd$"):
        write()


def test_a_folder_may_be_made_in_an_unfinished_one(tmp_path: Path) -> None:
    with new_files(tmp_path / "outer") as outer, new_files(outer / "inner") as inner:
        (inner / "a").write_text("")
    assert names(tmp_path) == ["outer", "outer/inner", "outer/inner/a"]
