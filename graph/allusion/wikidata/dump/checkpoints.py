"""Finished steps of a slice, in a folder beside the output, to resume an interrupted run."""

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
    """Folder of finished steps, as a context manager.

    A step is a subfolder that is renamed when complete. On exit the folder is removed if no step
    is finished, or if the dump itself is faulty.
    """

    def __init__(self, folder: Path) -> None:
        """Create and lock the folder.

        Raises:
            StoreError: If another process has locked it.
        """
        self.folder = folder
        folder.mkdir(exist_ok=True)
        try:
            self._lock = (folder / _LOCK).open("w")
        except OSError:
            with contextlib.suppress(OSError):  # keep a folder with files
                folder.rmdir()
            raise
        if not _acquire_lock(self._lock):
            self._lock.close()
            raise StoreError(
                f"another process writes to {folder}; wait until it has finished, or stop it"
            )

    def __enter__(self) -> Checkpoints:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if self.folder.is_dir() and (isinstance(error, DataError) or not self._completed_names()):
            self.clear()
        self._lock.close()

    def spool(self, stream: IO[bytes]) -> tuple[Path, str]:
        """Copy a stream to a file; return its path and the SHA-256 of the content."""
        target, part = self.folder / STDIN, self.folder / f"{STDIN}.part"
        digest = hashlib.sha256()
        with part.open("wb") as copy:
            while piece := stream.read(1 << 20):
                digest.update(piece)
                copy.write(piece)
        part.replace(target)
        return target, digest.hexdigest()

    def resume(self, inputs: dict[str, Any]) -> tuple[str, ...]:
        """Record the inputs of the steps; return the names of the finished steps.

        Steps of other inputs are removed.
        """
        text = json.dumps(inputs, indent=1, sort_keys=True)
        note = self.folder / _INPUTS
        if not note.is_file() or note.read_text(encoding="utf-8") != text:
            for path in self.folder.iterdir():
                if path.is_dir():
                    shutil.rmtree(path)
            note.write_text(text, encoding="utf-8")
        return self._completed_names()

    def completed(self, name: str) -> Path | None:
        """Return the folder of a finished step, or None."""
        path = self.folder / name
        return path if path.is_dir() else None

    @contextmanager
    def write_step(self, name: str) -> Iterator[Path]:
        """Provide an empty folder that becomes the step's if the block succeeds."""
        making = self.folder / f".{name}"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        yield making
        making.rename(self.folder / name)

    def _completed_names(self) -> tuple[str, ...]:
        return tuple(sorted(path.name for path in self.folder.iterdir() if _is_step(path)))

    def clear(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _is_step(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(".")


def _acquire_lock(stream: IO[str]) -> bool:
    if sys.platform == "win32":
        return True  # an open file cannot be removed there
    import fcntl

    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
