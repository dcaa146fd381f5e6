"""A copy stays writable after a failure, and a damaged copy is never silently made again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from web_server import loaded

from allusion.core.errors import StoreError
from allusion.sparql.limits import Limits
from allusion.store.manifest import check_folder
from allusion.store.oxigraph import OxigraphStore
from allusion.store.working_copy import WorkingCopy
from allusion.web.app import store_path

LINK = "current"
ZERO = '<urn:a> <urn:p> "0"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:g> .\n'


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    graph = loaded(tmp_path_factory.mktemp("origin"), ZERO)
    return store_path(graph).parent


@contextmanager
def opened(root: Path, origin: Path) -> Iterator[WorkingCopy]:
    copy = WorkingCopy(root, origin, 1 << 30)
    try:
        yield copy
    finally:
        copy.close()


def write(copy: WorkingCopy, value: int) -> None:
    text = f"INSERT DATA {{ GRAPH <urn:g> {{ <urn:a> <urn:p> {value} }} }}"
    copy.apply([{"kind": "update", "text": text, "effect": "data", "base": "urn:b"}], Limits())


def holds(copy: WorkingCopy, value: int) -> bool:
    return bool(OxigraphStore(copy.folder / "store").query(f"ASK {{ <urn:a> <urn:p> {value} }}"))


def generations(root: Path) -> set[str]:
    return {path.name for path in root.iterdir() if path.name.isdigit()}


@pytest.fixture
def root(tmp_path: Path, origin: Path) -> Path:
    """A copy with the generations 2 and 3."""
    with opened(tmp_path / "copy", origin) as copy:
        write(copy, 1)
        write(copy, 2)
    assert generations(tmp_path / "copy") == {"2", "3"}
    return tmp_path / "copy"


def fail_to_link(*_: Any, **__: Any) -> None:
    raise OSError(28, "No space left on device")


def test_a_write_succeeds_after_one_whose_link_could_not_be_moved(
    tmp_path: Path, origin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "copy", origin) as copy:
        with monkeypatch.context() as patch:
            patch.setattr(Path, "symlink_to", fail_to_link)
            with pytest.raises(StoreError, match="No space left"):
                write(copy, 1)
        assert copy.link.resolve().name == "1"
        write(copy, 2)
        assert (copy.folder.name, copy.link.resolve()) == ("2", copy.folder)
        assert (holds(copy, 1), holds(copy, 2)) == (False, True)


def test_a_copy_whose_first_link_was_not_made_begins_again(
    tmp_path: Path, origin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "copy"
    with monkeypatch.context() as patch:
        patch.setattr(Path, "symlink_to", fail_to_link)
        with pytest.raises(StoreError, match="No space left"):
            WorkingCopy(root, origin, 1 << 30)
    assert generations(root) == {"1"}
    with opened(root, origin) as copy:
        assert holds(copy, 0)


def lose_target(root: Path) -> None:
    shutil.rmtree(root / "3")


def cut_manifest(root: Path) -> None:
    (root / "3/manifest.json").write_text("{")


def change_a_file(root: Path) -> None:
    (root / "3/store/CURRENT").write_text("MANIFEST-999999\n")


def lose_link(root: Path) -> None:
    (root / LINK).unlink()


def point_elsewhere(root: Path) -> None:
    (root / LINK).unlink()
    (root / LINK).symlink_to(root.parent, target_is_directory=True)


@pytest.mark.parametrize(
    ("damage", "named", "passing"),
    [
        (lose_target, "generation 3, which is missing", "2"),
        (cut_manifest, "3 is damaged", "2"),
        (change_a_file, "store/CURRENT", "2"),
        (lose_link, "no link current", "2, 3"),
        (point_elsewhere, "no generation of it", "2, 3"),
    ],
)
def test_a_damaged_copy_is_refused_and_stays_as_it_is(
    damage: Any, named: str, passing: str, root: Path, origin: Path
) -> None:
    damage(root)
    before = generations(root)
    for _ in range(2):  # a refused copy is not left locked
        with pytest.raises(StoreError) as raised:
            WorkingCopy(root, origin, 1 << 30)
        message = str(raised.value)
        assert message.startswith(f"the copy {root} is damaged: ")
        assert named in message
        assert message.endswith(
            f"point the link {root / LINK} to a generation that passes the check, "
            f"or remove {root} to begin again without its writes (passing: {passing})"
        )
        assert "allusion load" not in message
    assert generations(root) == before
    (root / LINK).unlink(missing_ok=True)
    (root / LINK).symlink_to("2")
    with opened(root, origin) as copy:
        assert (holds(copy, 1), holds(copy, 2)) == (True, False)


def test_a_damaged_generation_names_the_remedy_of_a_copy(root: Path) -> None:
    cut_manifest(root)
    with pytest.raises(StoreError, match="point the link"):
        check_folder(root / LINK)


def test_a_copy_under_a_linked_folder_keeps_its_generation(root: Path, origin: Path) -> None:
    alias = root.parent / "alias"
    alias.symlink_to(root, target_is_directory=True)
    with opened(alias, origin) as copy:
        assert holds(copy, 2)


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot flush a folder")
def test_a_generation_is_on_the_disk_before_its_link_moves(
    root: Path, origin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: set[int] = set()
    fsync, replace = os.fsync, Path.replace

    def flush(handle: int) -> None:
        flushed.add(os.fstat(handle).st_ino)
        fsync(handle)

    def move(path: Path, target: Path) -> Path:
        made = path.resolve()
        needed = {made, made.parent, *made.rglob("*")}
        assert {one for one in needed if one.stat().st_ino not in flushed} == set()
        return replace(path, target)

    with opened(root, origin) as copy:
        monkeypatch.setattr(os, "fsync", flush)
        monkeypatch.setattr(Path, "replace", move)
        write(copy, 3)
    assert flushed


def test_a_copy_of_other_data_is_refused(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = store_path(loaded(folder, ZERO.replace("0", "7"))).parent
    with pytest.raises(StoreError, match=r"was made of other data .* --store .*current --copy"):
        WorkingCopy(root, other, 1 << 30)
    assert generations(root) == {"2", "3"}
    # The copy is itself a store, of which another copy can be made.
    with opened(tmp_path / "next", root / LINK) as copy:
        assert holds(copy, 2)
    with pytest.raises(StoreError, match="was made of other data"):
        WorkingCopy(root, other, 1 << 30)  # the refusal has freed its lock
