"""Filter of a dump on one machine, in constant memory.

Two passes read every line of the dump: the first validates it and collects links between
items, the second filters the lines of the selected items, which are then sorted. Each file of
a pass is a checkpoint, which is not repeated after an interruption.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final

from ..._version import __version__
from ...core.atomic_files import check_parent_folder, write_atomically
from ...core.compression import make_compressor
from ...core.errors import AllusionError, DataError, Fault, OutputError, ParameterError
from .checkpoints import Checkpoints
from .external_sort import RunWriter, merge_runs
from .files import BLOCK_BYTES, Dump, DumpReader, find_dumps
from .line_filter import LineFilter
from .link_extractor import MAX_REPORTED_FAULTS, LinkExtractor
from .parallel import map_blocks
from .report import SelectionCounts, SliceProgress, SliceReport
from .rules import SliceRules
from .selection import select_items

#: Compressed size from which several processes are faster than one.
_MIN_PARALLEL_BYTES: Final = 1 << 26
_PIECE_BYTES: Final = 1 << 20
_FIX: Final = "it is skipped; --strict stops at the first"


def slice_dump(
    paths: Sequence[Path],
    output: Path,
    rules: SliceRules,
    *,
    joined: bool = False,
    strict: bool = False,
    jobs: int | None = None,
    progress: Callable[[SliceProgress], None] = lambda _: None,
) -> SliceReport:
    """Write the sorted lines that ``rules`` keep to ``output``.

    Args:
        paths: Files of the dump; "-" is standard input.
        output: File to write; its ending sets the compression (.gz, .bz2, .zst, else none).
        rules: What to keep.
        joined: The files are parts of one file.
        strict: Stop at a line that is not N-Triples, instead of leaving it out.
        jobs: Number of processes; None uses all cores for a large dump.
        progress: Called with the progress.

    Raises:
        ParameterError: If a file does not exist.
        DataError: If a dump is truncated, has no item to keep, or, if ``strict``, a malformed
            line; nothing is written.
        OutputError: If the folder does not exist or is full.
    """
    make_compressor(output.name)  # fail before hours of work
    check_parent_folder(output)
    for path in paths:
        if path.name != "-" and not path.is_file():
            raise ParameterError(f"{path} is not a file")
    folder = output.with_name(f"{output.name}.slicing")
    try:
        with Checkpoints(folder) as steps:
            making = _LocalSlicer(rules, steps, strict=strict, progress=progress)
            return making.make(paths, output, joined=joined, jobs=jobs)
    except OSError as error:
        if error.errno is None or isinstance(error, AllusionError):
            raise
        raise OutputError(f"{folder}: {error.strerror}; finished steps are kept there") from error


class _LocalSlicer:
    """One run."""

    def __init__(
        self,
        rules: SliceRules,
        steps: Checkpoints,
        *,
        strict: bool,
        progress: Callable[[SliceProgress], None],
    ) -> None:
        self._rules = rules
        self._steps = steps
        self._strict = strict
        self._progress = progress
        self._started = time.monotonic()
        self._bytes_before = 0  # compressed bytes of finished files, all passes
        self._total = 0
        self._lines = 0
        self._bytes_read_before = 0  # compressed bytes of finished files, this run
        self._jobs = 1
        self._name = ""

    def make(
        self, paths: Sequence[Path], output: Path, *, joined: bool, jobs: int | None
    ) -> SliceReport:
        dumps = self._dumps(paths, joined=joined)
        resumed = self._steps.resume(
            {"rules": self._rules.digest, "dumps": [one.identity for one in dumps],
             "strict": self._strict, "allusion": __version__}
        )  # fmt: skip
        self._name = ", ".join(dump.name for dump in dumps)
        size = sum(dump.size for dump in dumps)
        self._total = 2 * size
        cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
        self._jobs = jobs or (cores if size >= _MIN_PARALLEL_BYTES else 1)
        read = [self._extract_links(place, dump) for place, dump in enumerate(dumps)]
        selection = self._select(read)
        runs = [self._filter_lines(place, dump) for place, dump in enumerate(dumps)]
        reports = [json.loads((folder / "report.json").read_text("utf-8")) for folder in read]
        faults = [Fault(*fault) for report in reports for fault in report["faults"]]
        self._report_progress("writing")
        rows = _write_rows(sorted(run for folder in runs for run in folder.glob("*.run")), output)
        self._steps.clear()
        return SliceReport(
            lines=sum(report["lines"] for report in reports),
            triples=sum(report["triples"] for report in reports),
            malformed=sum(report["malformed"] for report in reports),
            faults=tuple(faults[:MAX_REPORTED_FAULTS]),
            selection=selection,
            rows=rows,
            resumed=resumed,
        )

    def _dumps(self, paths: Sequence[Path], *, joined: bool) -> list[Dump]:
        if not any(path.name == "-" for path in paths):
            return find_dumps(paths, joined=joined)
        self._report_progress("copying standard input")
        copy, digest = self._steps.spool(sys.stdin.buffer)
        files = [copy if path.name == "-" else path for path in paths]
        found = find_dumps(files, joined=joined)
        # The copy has a new time in each run, so its content identifies it.
        return [
            Dump("standard input", dump.pieces, dump.size, digest)
            if dump.pieces == (copy,)
            else dump
            for dump in found
        ]

    def _extract_links(self, place: int, dump: Dump) -> Path:
        name = f"read-{place:04}"
        done = self._steps.completed(name)
        if done is None:
            with self._steps.write_step(name) as folder:
                report = _FileReport(dump.name, strict=self._strict)
                with ExitStack() as stack:
                    files = {
                        link: stack.enter_context((folder / f"{link}.links").open("wb"))
                        for link in self._rules.link_properties
                    }
                    make = partial(LinkExtractor, self._rules)
                    reader = DumpReader(dump)
                    for block in map_blocks(
                        make, self._blocks("reading", dump, reader), self._jobs
                    ):
                        report.add(block.lines, block.triples, block.malformed, block.faults)
                        for link, pairs in block.links.items():
                            files[link].write(pairs)
                report.write(folder / "report.json")
            self._bytes_read_before += dump.size
        self._bytes_before += dump.size
        return self._steps.folder / name

    def _select(self, read: Sequence[Path]) -> SelectionCounts:
        done = self._steps.completed("kept")
        if done is None:
            links = {
                name: [folder / f"{name}.links" for folder in read]
                for name in self._rules.link_properties
            }
            with self._steps.write_step("kept") as folder:
                found = select_items(self._rules, links, folder / "items", self._report_progress)
                if not found.core:
                    raise empty_core_error(self._name, self._rules)
                (folder / "selection.json").write_text(json.dumps(asdict(found)), "utf-8")
        text = (self._steps.folder / "kept" / "selection.json").read_text("utf-8")
        return SelectionCounts(**json.loads(text))

    def _filter_lines(self, place: int, dump: Dump) -> Path:
        name = f"rows-{place:04}"
        if self._steps.completed(name) is None:
            with self._steps.write_step(name) as folder:
                runs = RunWriter(folder)
                make = partial(LineFilter, self._rules, self._steps.folder / "kept" / "items")
                reader = DumpReader(dump)
                for rows in map_blocks(make, self._blocks("picking", dump, reader), self._jobs):
                    runs.add(rows)
                runs.flush()
            self._bytes_read_before += dump.size
        self._bytes_before += dump.size
        return self._steps.folder / name

    def _blocks(self, what: str, dump: Dump, reader: DumpReader) -> Iterator[bytes]:
        for block in reader.blocks(BLOCK_BYTES):
            yield block
            self._lines += block.count(b"\n")
            self._report_progress(f"{what} {dump.name}", reader.bytes_read)

    def _report_progress(self, step: str, more: int = 0) -> None:
        seconds = time.monotonic() - self._started
        read = self._bytes_read_before + more
        self._progress(
            SliceProgress(step, self._bytes_before + more, self._total, self._lines, read, seconds)
        )


class _FileReport:
    """Counts and faults of one file."""

    def __init__(self, file: str, *, strict: bool) -> None:
        self._file = file
        self._strict = strict
        self._lines, self._triples, self._malformed = 0, 0, 0
        self._faults: list[Fault] = []

    def add(
        self, lines: int, triples: int, malformed: int, faults: Sequence[tuple[int, str]]
    ) -> None:
        """Add the counts of a block.

        Raises:
            DataError: If it has a malformed line and the run is strict.
        """
        for line, problem in faults[: MAX_REPORTED_FAULTS - len(self._faults)]:
            fault = Fault(self._file, self._lines + line, "", problem, _FIX, "line")
            if self._strict:
                raise DataError([fault], "the dump")
            self._faults.append(fault)
        self._lines += lines
        self._triples += triples
        self._malformed += malformed

    def write(self, path: Path) -> None:
        faults = [(f.file, f.line, f.entity, f.problem, f.fix, f.code) for f in self._faults]
        path.write_text(
            json.dumps(
                {"lines": self._lines, "triples": self._triples, "malformed": self._malformed,
                 "faults": faults}
            ), "utf-8",
        )  # fmt: skip


def empty_core_error(name: str, rules: SliceRules) -> DataError:
    """Return the error for a dump without an item of the core classes."""
    problem = (
        f"has no item of a core class ({rules.instance} one of {len(rules.classes)} classes or "
        "their subclasses)"
    )
    fix = "use a complete truthy dump of Wikidata (latest-truthy.nt.gz)"
    return DataError([Fault(name, 0, "", problem, fix, "dump")], "the dump")


def _write_rows(runs: Sequence[Path], output: Path) -> int:
    rows = CountedRows(merge_runs(runs, runs[0].parent if runs else output.parent))
    write_atomically(output, compress_rows(rows, output.name))
    return rows.count


class CountedRows:
    """Iterable that counts the rows taken from it."""

    def __init__(self, rows: Iterator[bytes]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        for row in self._rows:
            self.count += 1
            yield row


def compress_rows(rows: CountedRows, name: str) -> Iterator[bytes]:
    """Yield the content of the file ``name`` with these rows."""
    press = make_compressor(name)
    pieces: list[bytes] = []
    size = 0
    for row in rows:
        pieces.append(row)
        size += len(row)
        if size >= _PIECE_BYTES:
            piece = b"".join(pieces)
            yield press.compress(piece) if press else piece
            pieces, size = [], 0
    piece = b"".join(pieces)
    yield press.compress(piece) + press.flush() if press else piece
