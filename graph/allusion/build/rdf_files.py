"""RDF input files: format detection, decompression, decoding, base IRIs.

A file may be plain or compressed (gz, bz2, xz, zst, zip). Its first bytes select the
decompression. Its suffix or ``--format`` selects the RDF syntax.
"""

from __future__ import annotations

import codecs
import io
import re
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Final, cast
from urllib.parse import quote

import pyoxigraph as ox

from ..core.compression import detect_compression, is_damaged, open_decompressed
from ..core.errors import DataError, Fault, ParameterError

#: Names of the formats, for ``--format``; each is also a file suffix.
FORMATS: Final = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "n3": ox.RdfFormat.N3,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
#: Suffixes of files that can be loaded; letter case is ignored.
ENDINGS: Final = {**{f".{name}": form for name, form in FORMATS.items()},
                  ".owl": ox.RdfFormat.RDF_XML}  # fmt: skip
#: Suffixes of compressed files; each follows one of `ENDINGS`.
COMPRESSED_SUFFIXES: Final = (".gz", ".bz2", ".xz", ".zst", ".zip")
STDIN: Final = Path("-")
_CHUNK_BYTES: Final = 1 << 20
# Maximum number of single lines for a parser before it returns a statement.
_SINGLE_READS: Final = 256
_BOMS: Final = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_XML_ENCODING: Final = re.compile(rb"""^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")

Amount = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RdfFile:
    """One RDF document: a file, a member of a zip archive, or standard input.

    Attributes:
        path: Path of the file; `STDIN` for standard input.
        name: Name in messages ("films.ttl", "all.zip/films.ttl").
        base: Base IRI for relative IRIs; "" for none.
        member: Name inside the archive ``path``; "" if the document is not in an archive.
    """

    path: Path
    name: str
    format: ox.RdfFormat
    base: str = ""
    member: str = ""

    @property
    def has_graphs(self) -> bool:
        """Whether the format supports named graphs."""
        return self.format.supports_datasets

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the path, ending with the name of the file."""
        if self.path == STDIN or self.name == "stdin":
            return ("stdin",)
        return (*self.path.absolute().parts, *filter(None, self.member.split("/")))

    @contextmanager
    def open(self, amount: Amount | None = None, *, by_line: bool = False) -> Iterator[Stream]:
        """Open the document as UTF-8, decompressed, without byte order mark.

        Args:
            amount: Called with the bytes read and their total.
            by_line: Return at most one line per read, so that ``stream.lines`` is the number of
                the line that a parser is reading.

        Raises:
            DataError: If the compressed data is damaged.
            MissingExtra: If zstandard is needed and not installed.
        """
        stream: Stream | None = None
        try:
            with self.path.open("rb") as raw:
                source: Any = raw
                size = self.path.stat().st_size
                if self.member:
                    archive = zipfile.ZipFile(raw)
                    size = archive.getinfo(self.member).file_size
                    source = archive.open(self.member)
                counted = _CountedReader(source, size, amount or (lambda _done, _all: None))
                stream = Stream(
                    _decode_to_utf8(open_decompressed(counted), self.format), by_line=by_line
                )
                yield stream
        except RuntimeError as error:
            if "encrypted" not in str(error):
                raise
            raise self.fault("is encrypted", "unpack it first") from error
        except UnicodeDecodeError as error:
            problem = f"is not valid {error.encoding}: {error.reason}"
            raise self.fault(problem, "save it as UTF-8") from error
        except Exception as error:
            # The engine reports a full disk by an error that looks like that of damaged data.
            if not is_damaged(error) or (stream and not stream.has_failed):
                raise
            raise self.fault(f"is truncated or damaged: {error}", "download it again") from error

    def fault(self, problem: str, fix: str) -> DataError:
        """Return an error about the whole file."""
        return DataError([Fault(self.name, 0, "", problem, fix, "syntax")], self.name)


class Stream:
    """Text of a document, as a parser reads it.

    Attributes:
        done: Number of bytes read.
        lines: Number of lines read, if opened ``by_line``. Call `rest` after using it.
        has_triple_terms: Whether the text contains ``<<``, the start of an RDF 1.2 triple
            term.
        has_failed: Whether the last read raised an error.
    """

    def __init__(self, source: IO[bytes], *, by_line: bool = False) -> None:
        self._source = source
        self._by_line = by_line
        self._last = b"\n"
        self._reads = self._newlines = 0
        self.done = self.lines = 0
        self.has_triple_terms = self.has_failed = False

    def read(self, size: int = 1 << 20) -> bytes:
        """Return up to ``size`` bytes; b"" at the end."""
        self.has_failed = True
        data = self._next_lines(size) if self._by_line else self._source.read(size)
        self.has_failed = False
        if data:
            self.done += len(data)
            self.has_triple_terms = self.has_triple_terms or b"<<" in self._last + data
            self._last = data[-1:]
        return data

    def rest(self) -> None:
        """Return single lines again, after the parser has returned a statement."""
        self._reads = 0

    def _next_lines(self, size: int) -> bytes:
        # A parser scans its current token again after each read, so reads must get larger.
        self._reads += 1
        room = 1 << min(max(self._reads - _SINGLE_READS, 0), 24)
        data = self._source.readline(size)
        while (
            data
            and len(data) < min(room, size)
            and (more := self._source.readline(size - len(data)))
        ):
            data += more
        self._newlines += data.count(b"\n")
        self.lines = self._newlines + bool(data and not data.endswith(b"\n"))
        return data


class _CountedReader(io.RawIOBase):
    """A file that reports the number of bytes read."""

    def __init__(self, raw: IO[bytes], total: int, amount: Amount) -> None:
        self._raw = raw
        self._total = total
        self._amount = amount
        self._done = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        self._done += len(data)
        self._amount(self._done, self._total)
        return len(data)


def _decode_to_utf8(source: IO[bytes], form: ox.RdfFormat) -> IO[bytes]:
    """Convert a stream to UTF-8 and remove its byte order mark."""
    buffered = source if isinstance(source, io.BufferedReader) else io.BufferedReader(
        cast("io.RawIOBase", source), 1 << 20
    )  # fmt: skip
    head = buffered.peek(200)[:200]
    encoding = next((name for mark, name in _BOMS.items() if head.startswith(mark)), "")
    if encoding == "utf-8":
        buffered.read(len(codecs.BOM_UTF8))
    elif form == ox.RdfFormat.RDF_XML and not encoding:
        declared = _XML_ENCODING.match(head)
        encoding = declared[1].decode().lower() if declared else ""
    if encoding in ("", "utf-8", "utf8", "us-ascii"):
        return buffered
    return io.BufferedReader(_RecodedStream(buffered, encoding), 1 << 16)


class _RecodedStream(io.RawIOBase):
    """Text in another encoding, converted to UTF-8; adapts the XML declaration."""

    def __init__(self, source: io.BufferedReader, encoding: str) -> None:
        try:
            self._text = io.TextIOWrapper(source, encoding=encoding, newline="")
            self._begun = False
        except LookupError as error:
            raise ParameterError(f"the encoding {encoding!r} is unknown; save as UTF-8") from error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._text.read(max(1, len(buffer) // 4)).encode()
        if not self._begun:
            self._begun = True
            if declared := _XML_ENCODING.match(data):
                data = data[: declared.start(1)] + b"UTF-8" + data[declared.end(1) :]
        buffer[: len(data)] = data
        return len(data)


def find_files(
    paths: Sequence[Path], form: str = "", base: str = ""
) -> tuple[list[RdfFile], list[Path | str]]:
    """List the RDF documents of files, folders, archives and standard input.

    Args:
        paths: Folders are searched recursively, except for hidden files.
        form: Format of all files, one of `FORMATS`; "" selects it by suffix.
        base: Base IRI of all files; "" uses the address of each file.

    Returns:
        The documents in order, and the files in folders and archives that were skipped.

    Raises:
        ParameterError: If a file is missing or its format is unknown.
    """
    if base:
        _check_base(base)
    if form and form not in FORMATS:
        raise ParameterError(f"{form!r} is not a format; choose from: {', '.join(FORMATS)}")
    found: list[RdfFile] = []
    passed: list[Path | str] = []
    for path in paths:
        if path == STDIN:
            if not form:
                raise ParameterError("standard input needs its format: --format ttl")
            found.append(RdfFile(path, "stdin", FORMATS[form], base))
        elif path.is_dir():
            within = list(_files_of_folder(path, form, base, passed))
            if not within:
                raise ParameterError(f"no file in {path} can be loaded; {_known_endings_text()}")
            found += within
        elif not path.is_file():
            raise ParameterError(f"{path} is neither a file nor a folder")
        else:
            found += _files_of_path(path, form, base, passed)
    return found, passed


def spool_stdin(file: RdfFile, folder: Path) -> RdfFile:
    """Copy standard input to a file in `folder`, so that it can be read again.

    Raises:
        ParameterError: If it is empty, closed, or larger than half of the free disk space.
            The store needs the other half, and a pipe may be endless.
    """
    kept = folder / "stdin"
    room = shutil.disk_usage(folder).free // 2
    with kept.open("wb") as copy:
        while sys.stdin is not None and (piece := sys.stdin.buffer.read(_CHUNK_BYTES)):
            room -= len(piece)
            if room < 0:
                raise ParameterError(
                    "standard input is larger than half of the free disk; load a file instead"
                )
            copy.write(piece)
    if not kept.stat().st_size:
        raise ParameterError("standard input is empty or closed")
    return replace(file, path=kept)


def _files_of_folder(
    folder: Path, form: str, base: str, passed: list[Path | str]
) -> Iterator[RdfFile]:
    for path in sorted(folder.rglob("*")):
        if _is_hidden(path.relative_to(folder).parts) or not path.is_file():
            continue
        if form or _format_of(path.name) or path.suffix.lower() == ".zip":
            yield from _files_of_path(path, form, base, passed)
        else:
            passed.append(path)


def _is_hidden(parts: Iterable[str]) -> bool:
    """Return whether a name starts with a dot, as of the copies that macOS adds to archives."""
    return any(part.startswith(".") and part not in (".", "..") for part in parts)


def _files_of_path(path: Path, form: str, base: str, passed: list[Path | str]) -> list[RdfFile]:
    address = base or path.absolute().as_uri()
    with path.open("rb") as stream:
        packed = detect_compression(stream.read(6))
    known = FORMATS[form] if form else _format_of(path.name)
    if packed == "zip" or (known is None and path.suffix.lower() == ".zip"):
        return list(_files_of_archive(path, form, base, passed))
    if known is None:
        raise ParameterError(
            f"{path.name!r} cannot be loaded; {_known_endings_text()}; or name it: --format"
        )
    return [RdfFile(path, path.name, known, address)]


def _files_of_archive(
    path: Path, form: str, base: str, passed: list[Path | str]
) -> Iterator[RdfFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
            members = [name for name in names if not _is_hidden(name.split("/"))]
    except zipfile.BadZipFile as error:
        fault = Fault(
            path.name, 0, "", f"is truncated or damaged: {error}", "download it again", "syntax"
        )
        raise DataError([fault], path.name) from error
    alone = _format_of(path.name) if len(members) == 1 else None
    known = [(name, FORMATS[form] if form else _format_of(name) or alone) for name in members]
    passed += [f"{path.name}/{name}" for name, kind in known if kind is None]
    if not any(kind for _, kind in known):
        raise ParameterError(f"no file in {path.name} can be loaded; {_known_endings_text()}")
    for name, kind in known:
        if kind is not None:
            address = base or f"{path.absolute().as_uri()}/{quote(name)}"
            yield RdfFile(path, f"{path.name}/{name}", kind, address, name)


def _format_of(name: str) -> ox.RdfFormat | None:
    plain = Path(name.lower())
    while plain.suffix in COMPRESSED_SUFFIXES:
        plain = plain.with_suffix("")
    return ENDINGS.get(plain.suffix)


def _known_endings_text() -> str:
    return (
        f"known endings are {', '.join(ENDINGS)}, each also with {', '.join(COMPRESSED_SUFFIXES)}"
    )


def _check_base(base: str) -> None:
    try:
        ox.NamedNode(base)
    except ValueError as error:
        raise ParameterError(f"{base!r} cannot be a base: it is not an absolute IRI") from error
