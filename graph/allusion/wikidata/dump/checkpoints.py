"""Finished steps of a slice, in a folder beside its output, so that none is done twice."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from ...core.errors import DataError, StoreError

STDIN: Final = "stdin"
_INPUTS: Final = "of.json"
_LOCK: Final = "lock"


class Checkpoints:
    """The folder; to be used in a ``with``, which lets go of it.

    A step is a folder in it, made under another name and renamed when it is whole. Where none
    was done, and where the dump itself is at fault, so that nothing could go on with them, the
    folder is removed.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder for this process.

        :raises StoreError: if another one has it.
        """
        self.folder = folder
        folder.mkdir(exist_ok=True)
        try:
            self._lock = (folder / _LOCK).open("w")
        except OSError:
            with contextlib.suppress(OSError):  # what is in it is somebody's
                folder.rmdir()
            raise
        if not _acquire_lock(self._lock):
            self._lock.close()
            raise StoreError(f"another slice is being made in {folder}: wait for it, or end it")

    def __enter__(self) -> Checkpoints:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if self.folder.is_dir() and (isinstance(error, DataError) or not self._completed_names()):
            self.clear()
        self._lock.close()

    def spool(self, stream: IO[bytes]) -> tuple[Path, str]:
        """Copy a stream that can be read once; the file, and the SHA-256 of its content."""
        target, part = self.folder / STDIN, self.folder / f"{STDIN}.part"
        digest = hashlib.sha256()
        with part.open("wb") as copy:
            while piece := stream.read(1 << 20):
                digest.update(piece)
                copy.write(piece)
        part.replace(target)
        return target, digest.hexdigest()

    def resume(self, inputs: dict[str, Any]) -> tuple[str, ...]:
        """Say what the steps are of; the names of those that are done already.

        Steps of anything else are removed.
        """
        told = json.dumps(inputs, indent=1, sort_keys=True)
        note = self.folder / _INPUTS
        if not note.is_file() or note.read_text(encoding="utf-8") != told:
            for path in self.folder.iterdir():
                if path.is_dir():
                    shutil.rmtree(path)
            note.write_text(told, encoding="utf-8")
        return self._completed_names()

    def completed(self, name: str) -> Path | None:
        """The folder of a step that is done."""
        path = self.folder / name
        return path if path.is_dir() else None

    @contextmanager
    def write_step(self, name: str) -> Iterator[Path]:
        """An empty folder that becomes the step's when the block ends without an error."""
        making = self.folder / f".{name}"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        yield making
        making.rename(self.folder / name)

    def _completed_names(self) -> tuple[str, ...]:
        return tuple(sorted(path.name for path in self.folder.iterdir() if _is_step(path)))

    def clear(self) -> None:
        """Remove it all: the output is there."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _is_step(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(".")


def _acquire_lock(stream: IO[str]) -> bool:
    if sys.platform == "win32":
        return True  # an open file cannot be removed there: what is not ours stays whole
    import fcntl

    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
