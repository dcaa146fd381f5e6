"""Files and folders under construction, and their removal.

The process that makes a folder locks it. If that process is killed, the folder is no longer
locked, and the next process that makes a folder next to it removes it.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

#: Prefix of the name of every folder under construction.
PREFIX: Final = ".making-"
#: Age in seconds after which a folder is abandoned, if folders cannot be locked.
_STALE_S: Final = 3600
#: Maximum number of characters. File systems allow 255 bytes; a character takes up to four.
_MAX_NAME_LENGTH: Final = 50
_unfinished_paths: Final[set[Path]] = set()
# Folders that were made to hold an unfinished one, innermost first.
_new_parents: Final[list[Path]] = []


def remove_unfinished() -> None:
    """Remove all files and folders that this process has under construction.

    It may be called while they are still being written.
    """
    import shutil

    for path in list(_unfinished_paths):
        for _ in range(50):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    path.unlink()
            if not path.exists():
                break
            time.sleep(0.01)
        _unfinished_paths.discard(path)
    _remove_empty_parents()


def _remove_empty_parents() -> None:
    for path in _new_parents:
        with contextlib.suppress(OSError):  # it holds something
            path.rmdir()
    _new_parents.clear()


@contextlib.contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Make a temporary folder beside `target`.

    The caller renames it to `target` when it is complete. Otherwise it is removed at the end,
    with the parents that were made for it. Abandoned folders are removed first.

    Raises:
        OSError: If the parent of `target` cannot be created or written to.
    """
    import shutil

    parent = target.parent
    _new_parents.extend(path for path in (parent, *parent.parents) if not path.exists())
    folder = parent / f"{PREFIX}{target.name[:_MAX_NAME_LENGTH]}-{os.urandom(4).hex()}"
    _unfinished_paths.add(folder)
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as held:
            # Lock the parent, so that no other process finds the folder before it is locked. A
            # parent that is unfinished itself is locked by this process.
            is_mine = parent in _unfinished_paths
            with contextlib.nullcontext() if is_mine else _locked(parent, wait=True):
                remove_abandoned(parent)
                folder.mkdir()
                held.enter_context(_locked(folder, wait=False))
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _unfinished_paths.discard(folder)
        _remove_empty_parents()


def remove_abandoned(parent: Path) -> None:
    """Remove folders under construction whose process has ended."""
    import shutil

    for path in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError), _locked(path, wait=False) as locked:
            if locked or time.time() - path.stat().st_mtime > _STALE_S:
                shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Make an empty temporary file beside `target`.

    It has the default permissions of a new file. The caller renames it to `target` when it is
    complete. Otherwise it is removed at the end.

    Raises:
        OSError: If the folder of `target` is missing, full or not writable.
    """
    path = target.with_name(f".{target.name[:_MAX_NAME_LENGTH]}.{os.urandom(4).hex()}")
    _unfinished_paths.add(path)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        yield path
    finally:
        path.unlink(missing_ok=True)
        _unfinished_paths.discard(path)


@contextlib.contextmanager
def _locked(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Lock a folder against other processes.

    Yields:
        False if the system cannot lock folders, else True.

    Raises:
        BlockingIOError: If another process has the lock, unless `wait`.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield False
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        locked = True
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise
        except OSError:  # some network file systems
            locked = False
        yield locked
    finally:
        os.close(handle)
