"""Files of a dump in any compression, read as blocks of whole lines."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph as ox

from ...core.compression import is_damaged, open_decompressed
from ...core.errors import DataError, Fault, StoreError

#: Size of a decompressed block.
BLOCK_BYTES: Final = 1 << 22
_MAX_LINE_BYTES: Final = 1 << 26
_IDENTITY_BYTES: Final = 1 << 16  # at each end of a file, for its identity
_FETCH_AGAIN: Final = "download it again; parts of one file need --joined"


@dataclass(frozen=True, slots=True)
class Dump:
    """A file, or several parts of one; ``identity`` changes with the content."""

    name: str
    pieces: tuple[Path, ...]
    size: int
    identity: str


def find_dumps(paths: Sequence[Path], *, joined: bool = False) -> list[Dump]:
    """Return one dump for each file, or one of all files if they are ``joined`` parts."""
    groups = [tuple(paths)] if joined else [(path,) for path in paths]
    return [
        Dump(
            pieces[0].name,
            pieces,
            sum(piece.stat().st_size for piece in pieces),
            hashlib.sha256("".join(map(_identity, pieces)).encode()).hexdigest(),
        )
        for pieces in groups
    ]


def _identity(path: Path) -> str:
    """Identify a file by size, time and both ends; a full hash would take as long as a pass."""
    facts = path.stat()
    with path.open("rb") as stream:
        ends = hashlib.sha256(stream.read(_IDENTITY_BYTES))
        stream.seek(max(0, facts.st_size - _IDENTITY_BYTES))
        ends.update(stream.read(_IDENTITY_BYTES))
    return f"{path.resolve()}\n{facts.st_size} {facts.st_mtime_ns} {ends.hexdigest()}\n"


class DumpReader:
    """Reader of one dump."""

    def __init__(self, dump: Dump) -> None:
        self._dump = dump
        self._raw = _JoinedFiles(dump.pieces)

    @property
    def bytes_read(self) -> int:
        """Number of compressed bytes read."""
        return self._raw.bytes_read

    def blocks(self, size: int = BLOCK_BYTES) -> Iterator[bytes]:
        """Yield decompressed blocks of about ``size`` bytes that end at a line end.

        Raises:
            DataError: If the file is truncated or damaged.
            MissingExtra: If the decompressor is not installed.
        """
        try:
            with open_decompressed(self._raw) as stream:
                yield from self._split_at_lines(stream, size)
        except Exception as error:
            if not is_damaged(error):
                raise
            raise self._dump_error(f"is truncated or damaged: {error}", _FETCH_AGAIN) from error

    def _split_at_lines(self, stream: IO[bytes], size: int) -> Iterator[bytes]:
        rest = b""
        while True:
            piece = stream.read(size)
            if not piece:
                break
            end = piece.rfind(b"\n") + 1
            if end:
                yield rest + piece[:end]
                rest = piece[end:]
            else:
                rest += piece
                if len(rest) > _MAX_LINE_BYTES:
                    raise self._dump_error(
                        f"has a line of more than {_MAX_LINE_BYTES >> 20} MB",
                        "use N-Triples; parts of one file need --joined",
                    )
        if rest:
            yield rest + b"\n"

    def _dump_error(self, problem: str, fix: str) -> DataError:
        return DataError([Fault(self._dump.name, 0, "", problem, fix, "dump")], "the dump")


class _JoinedFiles(io.RawIOBase):
    """Raw stream over consecutive files."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = list(paths)
        self._now: IO[bytes] | None = None
        self.bytes_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            if self._now is None:
                if not self._paths:
                    return 0
                self._now = self._paths.pop(0).open("rb", buffering=0)
            got: int = self._now.readinto(buffer)  # type: ignore[attr-defined]
            if got:
                self.bytes_read += got
                return got
            self._now.close()
            self._now = None

    def close(self) -> None:
        if self._now is not None:
            self._now.close()
        super().close()


def read_ntriples(blocks: Iterable[bytes], name: str) -> Iterator[ox.Quad]:
    """Yield the triples of blocks of whole lines of N-Triples.

    Args:
        blocks: The blocks, as `DumpReader.blocks` yields them.
        name: The file, for messages.

    Raises:
        StoreError: If the file is not N-Triples.
    """
    try:
        for block in blocks:
            yield from ox.parse(block, format=ox.RdfFormat.N_TRIPLES)
    except SyntaxError as error:
        raise StoreError(f"{name} is not N-Triples: {error}") from error
