"""Atomic writing of files and folders: a reader sees the old or the new content."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from .errors import AllusionError, OutputError
from .unfinished_files import new_file, new_folder


def write_atomically(path: Path, content: str | bytes | Iterable[str | bytes]) -> None:
    """Write to a temporary file, flush it to disk, then rename it to `path`.

    An existing file keeps its permissions. A symbolic link is followed. A pipe, a terminal or
    `/dev/null` is written directly.

    Args:
        path: The file to write.
        content: Text is written as UTF-8. Pieces of an iterable are written one by one; if
            it raises, no new file is created.

    Raises:
        OutputError: If the folder is missing, full or not writable; the old file is then
            unchanged.
    """
    target = Path(os.path.realpath(path))
    pieces = [content] if isinstance(content, str | bytes) else content
    try:
        if is_device(path):
            with path.open("wb") as device:  # a rename would replace the device by a file
                _write_pieces(device, pieces)
            return
        with new_file(target) as temporary:
            with temporary.open("wb") as stream:
                _write_pieces(stream, pieces)
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o777)
            temporary.replace(target)
    except OSError as error:
        if isinstance(error, AllusionError):
            raise
        raise OutputError(f"{path} could not be written: {error.strerror or error}") from error


def flush_folder(folder: Path) -> None:
    """Wait until a folder and all that it contains are on the disk."""
    for path in (*folder.rglob("*"), folder):
        flush_entry(path)


def flush_entry(path: Path) -> None:
    """Wait until a file, or the list of the files of a folder, is on the disk."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def new_files(folder: Path) -> Iterator[Path]:
    """Make a temporary folder; move its content into `folder` when all files are complete.

    Other files in `folder` stay. If the block raises, nothing is moved.

    Args:
        folder: The folder to write. If it exists, the temporary folder is in it, else beside it.

    Yields:
        The temporary folder.

    Raises:
        OutputError: If the folder is full or not writable.
    """
    target = Path(os.path.realpath(folder))
    exists = target.is_dir()
    making = target
    try:
        with new_folder(target / "new" if exists else target) as making:
            yield making
            if not exists:
                making.rename(target)
                return
            for path in sorted(making.rglob("*")):
                place = target / path.relative_to(making)
                if path.is_dir():
                    place.mkdir(exist_ok=True)
                else:
                    path.replace(place)
    except OSError as error:
        if isinstance(error, AllusionError) and not isinstance(error, OutputError):
            raise
        text = f"{folder} could not be written: {getattr(error, 'strerror', '') or error}"
        if isinstance(error, OutputError):
            text = str(error).replace(str(making), str(folder))
        raise OutputError(text) from error


def is_device(path: Path) -> bool:
    """Return whether a path is a terminal, a pipe or the like, whose name has no ending."""
    return path.exists() and not path.is_file() and not path.is_dir()


def check_parent_folder(path: Path) -> None:
    """Check that the folder of an output file exists, before work begins.

    Raises:
        OutputError: If it does not exist.
    """
    if not path.parent.is_dir():
        raise OutputError(
            f"{path} could not be written: there is no folder {path.parent}; make it first"
        )


def _write_pieces(stream: BinaryIO, pieces: Iterable[str | bytes]) -> None:
    stream.writelines(piece.encode() if isinstance(piece, str) else piece for piece in pieces)
