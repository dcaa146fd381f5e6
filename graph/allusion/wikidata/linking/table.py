"""A table of somebody's own, linked row by row: its columns stay, five are added."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from ...core.errors import DataError, Fault, ParameterError
from ...core.labels import Name
from ...query.serializers import safe_text
from .decision import Decision, decide_all
from .features import Clues, Source, years_in

ADDED: Final = (
    "wikidata_item",
    "wikidata_confidence",
    "wikidata_decision",
    "wikidata_reasons",
    "wikidata_second",
)
_DELIMITERS: Final = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
# Between people of one cell; a comma only where each part has two words, for "Wong, Kar-wai".
_BETWEEN: Final = re.compile(r"\s*(?:[;|/\n]|\s&\s|\sand\s)\s*")
_COMMA: Final = re.compile(r"\s*,\s*")
_BATCH: Final = 50
# What follows the identifier in an address is not looked at.
_IDENTIFIERS: Final = {
    "P345": re.compile(r"\b((?:tt|nm|co|ch|ev)[0-9]{7,})\b", re.ASCII | re.IGNORECASE),
    "P4947": re.compile(r"(?:^|/movie/)([0-9]+)(?:$|[-/?#])", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns say what. All but ``title`` may be "" or empty.

    ``makers`` and ``identifiers`` are pairs of a property of Wikidata ("P57", "P345") and a
    column, ``cast`` are columns of players.
    """

    title: str
    year: str = ""
    makers: tuple[tuple[str, str], ...] = ()
    cast: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()

    def names(self) -> tuple[str, ...]:
        """All columns that are named."""
        rest = (column for _, column in (*self.makers, *self.identifiers))
        return tuple(name for name in (self.title, self.year, *self.cast, *rest) if name)


@dataclass(slots=True)
class Tally:
    """What became of the rows so far."""

    verdicts: Counter[str]

    @property
    def rows(self) -> int:
        """How many rows were judged."""
        return sum(self.verdicts.values())


def link_table(
    path: Path,
    columns: Columns,
    sources: Sequence[Source],
    *,
    kind: str = "film",
    language: str = "",
    output: Path | None = None,
    tally: Tally | None = None,
    report: Callable[[int], None] = lambda _: None,
) -> Iterator[str]:
    """The lines of the table with the added columns, as they are found.

    CSV by default, tabs where the name ends with .tsv or .tab, and so in ``output``; UTF-8.
    Rows are read as they are needed, some at a time. Cells of the user's stay as they are; of the
    added ones, what a spreadsheet would take for a formula gets an apostrophe.

    :raises ParameterError: if a column is not there, or one of the added names is taken.
    :raises DataError: if a row has more cells than there are columns, or a byte is not UTF-8.
    """
    delimiter = _DELIMITERS.get(path.suffix.lower(), ",")
    tally = tally if tally is not None else Tally(Counter())
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(_lines(stream, path), delimiter=delimiter, strict=True)
        header = next(_rows(reader, path), None)
        if header is None:
            raise ParameterError(f"{path} is empty: there is no header")
        _check(header, columns, path)
        written = _DELIMITERS.get(output.suffix.lower(), delimiter) if output else delimiter
        line = csv.writer(_Echo(), delimiter=written, lineterminator="\n").writerow
        yield str(line([*header, *ADDED]))
        waiting: list[list[str]] = []

        def clues() -> Iterator[Clues]:
            for row in _rows(reader, path):
                if len(row) > len(header):
                    raise DataError(
                        [
                            Fault(
                                path.name, reader.line_num, "",
                                f"has {len(row)} cells, and the header has {len(header)} columns",
                                "put cells with a comma in them into quotation marks",
                            )
                        ],
                        "the table",
                    )  # fmt: skip
                waiting.append(row + [""] * (len(header) - len(row)))
                yield _clues(dict(zip(header, waiting[-1], strict=True)), columns, kind, language)

        for decision in decide_all(clues(), sources, batch=_BATCH):
            tally.verdicts[decision.verdict] += 1
            report(tally.rows)
            yield str(line([*waiting.pop(0), *map(safe_text, added_cells(decision))]))


def added_cells(decision: Decision) -> tuple[str, str, str, str, str]:
    """The cells for one decision, in the order of `ADDED`.

    The item is that which was accepted; of a row that is undecided, the best candidate stands
    with its reasons, and in the last column with the second.
    """
    best, second = decision.best, decision.second
    shown = best.account if best else ""
    reasons = "; ".join(part for part in (decision.why, shown) if part)
    others = [one for one in (None if decision.item else best, second) if one]
    return (
        decision.item,
        f"{decision.confidence:g}" if best else "",
        decision.verdict,
        reasons,
        " | ".join(f"{one.candidate.item} {one.candidate.label}" for one in others),
    )


def _clues(row: dict[str, str], columns: Columns, kind: str, language: str) -> Clues:
    title = row[columns.title].strip()
    years = years_in(row[columns.year]) if columns.year else ()
    identifiers = {
        prop: value
        for prop, column in columns.identifiers
        if (value := identifier_in(row[column], prop, kind))
    }
    return Clues(
        title,
        (Name(title, language),) if title else (),
        kind,
        years,
        {
            part: tuple(found)
            for part in dict(columns.makers)
            if (found := list(people(*(row[c] for p, c in columns.makers if p == part))))
        },
        tuple(people(*(row[column] for column in columns.cast))),
        {},
        identifiers,
    )


def identifier_in(cell: str, prop: str, kind: str = "film") -> str:
    """The identifier in a cell, which may be an address as browsers copy it; "" for none.

    IMDb's may lack their letters, as in MovieLens, or zeros, as where a spreadsheet was.

    >>> identifier_in("https://m.imdb.com/title/tt0109424/fullcredits?ref_=tt_1", "P345")
    'tt0109424'
    >>> identifier_in("https://www.themoviedb.org/movie/11104-a-title?language=de", "P4947")
    '11104'
    >>> identifier_in("109424", "P345"), identifier_in("n/a", "P345")
    ('tt0109424', '')
    """
    if prop == "P345" and re.fullmatch(r"[0-9]{1,9}", cell.strip()):
        return f"{'nm' if kind == 'person' else 'tt'}{cell.strip():0>7}"
    found = _IDENTIFIERS[prop].search(cell.strip())
    return found[1].lower() if found else ""


def people(*cells: str) -> Iterator[str]:
    """The people in some cells.

    >>> list(people("Joel Coen, Ethan Coen")), list(people("Wong, Kar-wai; 王家衛"))
    (['Joel Coen', 'Ethan Coen'], ['Wong, Kar-wai', '王家衛'])
    """
    for cell in cells:
        for part in _BETWEEN.split(cell.strip()):
            names = _COMMA.split(part)
            several = len(names) > 1 and all(len(name.split()) > 1 for name in names)
            yield from (name for name in (names if several else [part]) if name)


def _check(header: list[str], columns: Columns, path: Path) -> None:
    shown = ", ".join(map(repr, header))
    for name in columns.names():
        if name not in header:
            raise ParameterError(f"{path} has no column {name!r}; it has: {shown}")
    if taken := [name for name in ADDED if name in header]:
        raise ParameterError(f"{path} has a column {taken[0]!r} already: it was linked before?")
    if twice := [name for name, count in Counter(header).items() if count > 1]:
        raise ParameterError(f"{path} has the column {twice[0]!r} twice; rename one of them")


def _lines(stream: TextIO, path: Path) -> Iterator[str]:
    try:
        yield from stream
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 ({error.reason} at byte {error.start} of a block)"
        fault = Fault(path.name, 0, "", problem, "save the table as UTF-8")
        raise DataError([fault], "the table") from error


def _rows(reader: Iterator[list[str]], path: Path) -> Iterator[list[str]]:
    try:
        for row in reader:
            if row:
                yield row
    except csv.Error as error:
        number = getattr(reader, "line_num", 0)
        raise DataError(
            [Fault(path.name, number, "", f"is no CSV: {error}", "look at the quotation marks")],
            "the table",
        ) from error


class _Echo(io.TextIOBase):
    def write(self, text: str) -> str:  # type: ignore[override]
        return text


def total_lines(path: Path) -> int:
    """About how many rows a table has, for a bar."""
    with path.open("rb") as stream:
        return max(
            sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b"")) - 1, 0
        )
