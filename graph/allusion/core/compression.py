"""Compressed files: gz, bz2, xz by the standard library, zst by zstandard."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from contextlib import suppress
from typing import IO, Any, Final, cast

from .errors import MissingExtra

_MAGIC: Final = {
    b"\x1f\x8b": "gz",
    b"BZh": "bz2",
    b"\x28\xb5\x2f\xfd": "zst",
    b"\xfd7zXZ": "xz",
    b"PK\x03\x04": "zip",
}
#: Modules that raise plain exceptions of their own for damaged data.
_UNPACKERS: Final = frozenset(("zstandard", "isal", "igzip_lib"))


def is_damaged(error: Exception) -> bool:
    """Return whether the error reports damaged or truncated compressed data."""
    if isinstance(error, OSError):
        return error.errno is None
    known = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
    return isinstance(error, known) or type(error).__module__.split(".")[0] in _UNPACKERS


def open_decompressed(raw: io.RawIOBase) -> IO[bytes]:
    """Decompress a stream; its first bytes select the method, not its name.

    Raises:
        MissingExtra: For zst, if zstandard is not installed.
    """
    buffered = io.BufferedReader(raw, 1 << 20)
    packing = detect_compression(buffered.peek(6)[:6])
    if packing == "gz":
        with suppress(ImportError):
            from isal import igzip

            fast: Any = igzip.IGzipFile(fileobj=buffered, mode="rb")  # type: ignore[no-untyped-call]
            return cast("IO[bytes]", fast)
        return gzip.GzipFile(fileobj=buffered, mode="rb")  # type: ignore[return-value]
    if packing == "bz2":
        return bz2.BZ2File(buffered)
    if packing == "xz":
        return lzma.LZMAFile(buffered)
    if packing == "zst":
        return io.BufferedReader(_Zst(buffered), 1 << 20)
    return buffered


class _Zst(io.RawIOBase):
    """Decompressed zst; unlike zstandard's own reader it reports a truncated file."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._frames = import_zstandard().ZstdDecompressor()
        self._frame: Any = None
        self._ready = memoryview(b"")
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            data = self._rest or self._packed.read(1 << 17)
            self._rest = b""
            if not data:
                if self._frame is not None:
                    raise EOFError("the last frame is incomplete")
                return 0
            if self._frame is None:
                self._frame = self._frames.decompressobj()
            self._ready = memoryview(self._frame.decompress(data))
            if self._frame.eof:
                self._rest = self._frame.unused_data
                self._frame = None
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count


def detect_compression(head: bytes) -> str:
    """Return gz, bz2, zst, xz or zip by the first bytes of a file, or ""."""
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), "")


def import_zstandard() -> Any:
    """Import zstandard.

    Raises:
        MissingExtra: If it is not installed.
    """
    try:
        import zstandard
    except ImportError as error:
        raise MissingExtra(
            "zst needs zstandard: pip install 'allusion[zst]', or pipe the text: "
            "zstd -dc FILE | allusion ... -"
        ) from error
    return zstandard


def make_compressor(name: str) -> Any | None:
    """Return a compressor for a file of this name, or None for no compression.

    It has ``compress(bytes)`` and ``flush()``. The output is deterministic: it contains no time and
    no file name.
    """
    if name.endswith(".gz"):
        return zlib.compressobj(6, zlib.DEFLATED, 31)
    if name.endswith(".bz2"):
        return bz2.BZ2Compressor()
    if name.endswith(".zst"):
        return import_zstandard().ZstdCompressor(level=6).compressobj()
    return None
