"""A slice on one machine: three passes over files, none of them over memory.

Read every line of the dump, once to judge it and to keep the links between items, once more
for the lines of the items that stay; sort these. Each file of a pass is a step that is
done once, however often the run is killed.
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
from ...core.atomic_files import check_folder, write_atomically
from ...core.compression import packer
from ...core.errors import AllusionError, DataError, Fault, OutputError, ParameterError
from .checkpoints import Steps
from .external_sort import RunWriter, merged
from .files import BLOCK_BYTES, Dump, Reader, find_dumps
from .line_filter import LinePicker
from .link_extractor import TOLD, LinkReader
from .parallel import spread
from .report import Progress, Selection, Slice
from .rules import Rules
from .selection import select

#: A smaller dump, as packed, is done before other processes have begun.
_WORTH_SPREADING: Final = 1 << 26
_PIECE_BYTES: Final = 1 << 20
_FIX: Final = "it is left out; --strict stops at the first"


def slice_dump(
    paths: Sequence[Path],
    output: Path,
    rules: Rules,
    *,
    joined: bool = False,
    strict: bool = False,
    jobs: int | None = None,
    told: Callable[[Progress], None] = lambda _: None,
) -> Slice:
    """Write to ``output`` the lines of the dump in ``paths`` that ``rules`` keep, in order.

    The ending of ``output`` says how it is packed (.gz, .bz2, .zst, else not at all);
    the path "-" is standard input. ``joined``: the files are pieces of one. ``strict``:
    stop at a line that is no N-Triples, and leave none out. ``jobs`` processes, or as
    many as there are cores.

    :raises ParameterError: if a file is not there.
    :raises DataError: if a dump is not whole, has nothing that the rules keep, or, with
        ``strict``, a malformed line; nothing is written.
    :raises OutputError: if the folder is not there, or has no room.
    """
    packer(output.name)  # before hours of work and not after them
    check_folder(output)
    for path in paths:
        if path.name != "-" and not path.is_file():
            raise ParameterError(f"{path} is no file")
    folder = output.with_name(f"{output.name}.slicing")
    try:
        with Steps(folder) as steps:
            making = _Making(rules, steps, strict=strict, told=told)
            return making.make(paths, output, joined=joined, jobs=jobs)
    except OSError as error:
        if error.errno is None or isinstance(error, AllusionError):
            raise
        raise OutputError(f"{folder}: {error.strerror}; what is done is kept there") from error


class _Making:
    """One run."""

    def __init__(
        self, rules: Rules, steps: Steps, *, strict: bool, told: Callable[[Progress], None]
    ) -> None:
        self._rules = rules
        self._steps = steps
        self._strict = strict
        self._told = told
        self._began = time.monotonic()
        self._before = 0  # bytes of finished files, in all passes
        self._total = 0
        self._lines = 0
        self._read_before = 0  # bytes of finished files, in this run
        self._jobs = 1
        self._name = ""

    def make(self, paths: Sequence[Path], output: Path, *, joined: bool, jobs: int | None) -> Slice:
        dumps = self._dumps(paths, joined=joined)
        resumed = self._steps.begin(
            {"rules": self._rules.digest, "dumps": [one.identity for one in dumps],
             "strict": self._strict, "allusion": __version__}
        )  # fmt: skip
        self._name = ", ".join(dump.name for dump in dumps)
        size = sum(dump.size for dump in dumps)
        self._total = 2 * size
        cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
        self._jobs = jobs or (cores if size >= _WORTH_SPREADING else 1)
        read = [self._judge(place, dump) for place, dump in enumerate(dumps)]
        selection = self._select(read)
        runs = [self._pick(place, dump) for place, dump in enumerate(dumps)]
        reports = [json.loads((folder / "report.json").read_text("utf-8")) for folder in read]
        faults = [Fault(*fault) for report in reports for fault in report["faults"]]
        self._say("writing")
        rows = _write(sorted(run for folder in runs for run in folder.glob("*.run")), output)
        self._steps.clear()
        return Slice(
            lines=sum(report["lines"] for report in reports),
            triples=sum(report["triples"] for report in reports),
            malformed=sum(report["malformed"] for report in reports),
            faults=tuple(faults[:TOLD]),
            selection=selection,
            rows=rows,
            resumed=resumed,
        )

    def _dumps(self, paths: Sequence[Path], *, joined: bool) -> list[Dump]:
        if not any(path.name == "-" for path in paths):
            return find_dumps(paths, joined=joined)
        self._say("keeping standard input")
        copy, digest = self._steps.spool(sys.stdin.buffer)
        files = [copy if path.name == "-" else path for path in paths]
        found = find_dumps(files, joined=joined)
        # The copy is made anew each time: it is known by what is in it.
        return [
            Dump("standard input", dump.pieces, dump.size, digest)
            if dump.pieces == (copy,)
            else dump
            for dump in found
        ]

    def _judge(self, place: int, dump: Dump) -> Path:
        name = f"read-{place:04}"
        done = self._steps.done(name)
        if done is None:
            with self._steps.step(name) as folder:
                report = _Report(dump.name, strict=self._strict)
                with ExitStack() as stack:
                    files = {
                        link: stack.enter_context((folder / f"{link}.links").open("wb"))
                        for link in self._rules.linking
                    }
                    make = partial(LinkReader, self._rules)
                    reader = Reader(dump)
                    for block in spread(make, self._blocks("reading", dump, reader), self._jobs):
                        report.add(block.lines, block.triples, block.malformed, block.faults)
                        for link, pairs in block.links.items():
                            files[link].write(pairs)
                report.write(folder / "report.json")
            self._read_before += dump.size
        self._before += dump.size
        return self._steps.folder / name

    def _select(self, read: Sequence[Path]) -> Selection:
        done = self._steps.done("kept")
        if done is None:
            links = {
                name: [folder / f"{name}.links" for folder in read] for name in self._rules.linking
            }
            with self._steps.step("kept") as folder:
                found = select(self._rules, links, folder / "items", self._say)
                if not found.core:
                    raise nothing_kept(self._name, self._rules)
                (folder / "selection.json").write_text(json.dumps(asdict(found)), "utf-8")
        text = (self._steps.folder / "kept" / "selection.json").read_text("utf-8")
        return Selection(**json.loads(text))

    def _pick(self, place: int, dump: Dump) -> Path:
        name = f"rows-{place:04}"
        if self._steps.done(name) is None:
            with self._steps.step(name) as folder:
                runs = RunWriter(folder)
                make = partial(LinePicker, self._rules, self._steps.folder / "kept" / "items")
                reader = Reader(dump)
                for rows in spread(make, self._blocks("picking", dump, reader), self._jobs):
                    runs.add(rows)
                runs.flush()
            self._read_before += dump.size
        self._before += dump.size
        return self._steps.folder / name

    def _blocks(self, what: str, dump: Dump, reader: Reader) -> Iterator[bytes]:
        for block in reader.blocks(BLOCK_BYTES):
            yield block
            self._lines += block.count(b"\n")
            self._say(f"{what} {dump.name}", reader.done)

    def _say(self, step: str, more: int = 0) -> None:
        seconds = time.monotonic() - self._began
        read = self._read_before + more
        self._told(Progress(step, self._before + more, self._total, self._lines, read, seconds))


class _Report:
    """What is told of one file: its lines, and what is wrong with some."""

    def __init__(self, file: str, *, strict: bool) -> None:
        self._file = file
        self._strict = strict
        self._lines, self._triples, self._malformed = 0, 0, 0
        self._faults: list[Fault] = []

    def add(
        self, lines: int, triples: int, malformed: int, faults: Sequence[tuple[int, str]]
    ) -> None:
        """Count a block.

        :raises DataError: if it has a malformed line and none may be left out.
        """
        for line, problem in faults[: TOLD - len(self._faults)]:
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


def nothing_kept(name: str, rules: Rules) -> DataError:
    """That a dump holds nothing of what ``rules`` are about."""
    problem = (
        f"has no item of a class of the core ({rules.instance} one of {len(rules.classes)} and "
        "what is below them)"
    )
    fix = "give a truthy dump of Wikidata (latest-truthy.nt.gz), and all of it"
    return DataError([Fault(name, 0, "", problem, fix, "dump")], "the dump")


def _write(runs: Sequence[Path], output: Path) -> int:
    rows = Counted(merged(runs, runs[0].parent if runs else output.parent))
    write_atomically(output, packed(rows, output.name))
    return rows.count


class Counted:
    """Rows, and how many have been taken."""

    def __init__(self, rows: Iterator[bytes]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        for row in self._rows:
            self.count += 1
            yield row


def packed(rows: Counted, name: str) -> Iterator[bytes]:
    """The rows as the file of that name has them."""
    press = packer(name)
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
