"""Atomic writing of files: a reader sees the old or the new content."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from .errors import AllusionError, OutputError
from .unfinished_files import new_file


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
