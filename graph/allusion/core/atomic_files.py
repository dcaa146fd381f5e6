"""Writing files so that a reader sees the old one or the new one, never half of either."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from .errors import AllusionError, OutputError


def write_atomically(path: Path, content: str | bytes | Iterable[str | bytes]) -> None:
    """Write beside ``path``, flush to the disk, then put it in place in one step.

    An existing file keeps its permissions; a symbolic link is written through, and so is
    what is no file at all: a pipe, a terminal, ``/dev/null``. Content in pieces is written
    as it comes; where making it fails, there is no new file.

    :raises OutputError: if the folder is missing, full or not writable; the old
        file is then untouched.
    """
    target = Path(os.path.realpath(path))
    pieces = [content] if isinstance(content, str | bytes) else content
    temporary = None
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as device:  # in its place would be a file where it was
                _pour(device, pieces)
            return
        mode = target.stat().st_mode & 0o777 if target.exists() else None
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(handle, "wb") as stream:
            _pour(stream, pieces)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode if mode is not None else 0o666 & ~_umask())
        Path(temporary).replace(target)
        temporary = None
    except OSError as error:
        if isinstance(error, AllusionError):
            raise
        raise OutputError(f"{path} could not be written: {error.strerror or error}") from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def check_folder(path: Path) -> None:
    """Refuse a file whose folder is not there, before there is work that would be lost.

    :raises OutputError: if it is not.
    """
    if not path.parent.is_dir():
        raise OutputError(
            f"{path} could not be written: there is no folder {path.parent}; make it first"
        )


def _pour(stream: BinaryIO, pieces: Iterable[str | bytes]) -> None:
    stream.writelines(piece.encode() if isinstance(piece, str) else piece for piece in pieces)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
