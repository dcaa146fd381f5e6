"""Files of a dump, however they are packed: blocks of whole lines, and how far one is."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from ...core.compression import damaged, unpacked
from ...core.errors import DataError, Fault

#: So much unpacked text is judged at once.
BLOCK_BYTES: Final = 1 << 22
_LONGEST_LINE: Final = 1 << 26
_ENDS: Final = 1 << 16  # of a file, by which it is known again
_AGAIN: Final = "fetch it again; pieces of one file need --joined"


@dataclass(frozen=True, slots=True)
class Dump:
    """One file, or several that are pieces of one; ``identity`` changes with its content."""

    name: str
    pieces: tuple[Path, ...]
    size: int
    identity: str


def find_dumps(paths: Sequence[Path], *, joined: bool = False) -> list[Dump]:
    """The dumps of these files; with ``joined`` they are pieces of one, in this order."""
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
    """By size, time and both ends: a hash of it all would cost as much as a pass."""
    facts = path.stat()
    with path.open("rb") as stream:
        ends = hashlib.sha256(stream.read(_ENDS))
        stream.seek(max(0, facts.st_size - _ENDS))
        ends.update(stream.read(_ENDS))
    return f"{path.resolve()}\n{facts.st_size} {facts.st_mtime_ns} {ends.hexdigest()}\n"


class Reader:
    """Reads one dump; ``done`` is how many of its bytes, as packed, have been read."""

    def __init__(self, dump: Dump) -> None:
        self._dump = dump
        self._raw = _Pieces(dump.pieces)

    @property
    def done(self) -> int:
        """Bytes of the packed files that have been read."""
        return self._raw.done

    def blocks(self, size: int = BLOCK_BYTES) -> Iterator[bytes]:
        """The unpacked text in blocks of about ``size`` that end where a line does.

        :raises DataError: if it breaks off, or is not what it says it is.
        :raises MissingExtra: if what unpacks it is not installed.
        """
        try:
            with unpacked(self._raw) as stream:
                yield from self._cut(stream, size)
        except Exception as error:
            if not damaged(error):
                raise
            raise self._broken(f"is not whole: {error}", _AGAIN) from error

    def _cut(self, stream: IO[bytes], size: int) -> Iterator[bytes]:
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
                if len(rest) > _LONGEST_LINE:
                    raise self._broken(
                        f"has a line of more than {_LONGEST_LINE >> 20} MB",
                        "give N-Triples; pieces of one file that was cut need --joined",
                    )
        if rest:
            yield rest + b"\n"

    def _broken(self, problem: str, fix: str) -> DataError:
        return DataError([Fault(self._dump.name, 0, "", problem, fix, "dump")], "the dump")


class _Pieces(io.RawIOBase):
    """Files one after the other, as one."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = list(paths)
        self._now: IO[bytes] | None = None
        self.done = 0

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
                self.done += got
                return got
            self._now.close()
            self._now = None

    def close(self) -> None:
        if self._now is not None:
            self._now.close()
        super().close()
