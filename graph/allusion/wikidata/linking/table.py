"""Linking of the rows of a CSV or TSV file; five columns are added."""

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
from .decision import LinkDecision, decide_all
from .features import CandidateSource, Features, extract_years

ADDED_COLUMNS: Final = (
    "wikidata_item",
    "wikidata_confidence",
    "wikidata_decision",
    "wikidata_reasons",
    "wikidata_second",
)
_DELIMITERS: Final = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
# Separators of people; a comma only if each part has two words, because of "Wong, Kar-wai".
_SEPARATOR: Final = re.compile(r"\s*(?:[;|/\n]|\s&\s|\sand\s)\s*")
_COMMA: Final = re.compile(r"\s*,\s*")
_BATCH: Final = 50
# The rest of an address after the identifier is ignored.
_IDENTIFIERS: Final = {
    "P345": re.compile(r"\b((?:tt|nm|co|ch|ev)[0-9]{7,})\b", re.ASCII | re.IGNORECASE),
    "P4947": re.compile(r"(?:^|/movie/)([0-9]+)(?:$|[-/?#])", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Columns of a table by meaning; all but ``title`` are optional.

    Attributes:
        makers: Pairs of property ("P57") and column.
        cast: Columns of cast members.
        identifiers: Pairs of property ("P345") and column.
    """

    title: str
    year: str = ""
    makers: tuple[tuple[str, str], ...] = ()
    cast: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()

    def names(self) -> tuple[str, ...]:
        """Return all columns in use."""
        rest = (column for _, column in (*self.makers, *self.identifiers))
        return tuple(name for name in (self.title, self.year, *self.cast, *rest) if name)


@dataclass(slots=True)
class DecisionCounts:
    """Number of rows by decision status."""

    by_status: Counter[str]

    @property
    def rows(self) -> int:
        """Number of rows decided."""
        return sum(self.by_status.values())


def link_table(
    path: Path,
    columns: ColumnMapping,
    sources: Sequence[CandidateSource],
    *,
    kind: str = "film",
    language: str = "",
    output: Path | None = None,
    counts: DecisionCounts | None = None,
    on_row: Callable[[int], None] = lambda _: None,
) -> Iterator[str]:
    """Yield the lines of the table with the added columns.

    The table is UTF-8, separated by tabs if its name ends with .tsv or .tab, else by commas; so
    is the output. Rows are read in batches. Existing cells stay unchanged; an added cell that a
    spreadsheet would interpret as a formula gets an apostrophe.

    Args:
        path: Table with a header.
        columns: Meaning of the columns.
        sources: Candidate sources.
        kind: Register of the rows.
        language: Language tag of the titles.
        output: File that the lines are meant for; its ending sets the separator.
        counts: Updated with each decision.
        on_row: Called with the number of rows decided so far.

    Raises:
        ParameterError: If a column is missing, or an added one exists already.
        DataError: If a row has too many cells, or a byte is not UTF-8.
    """
    delimiter = _DELIMITERS.get(path.suffix.lower(), ",")
    counts = counts if counts is not None else DecisionCounts(Counter())
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(_decode_lines(stream, path), delimiter=delimiter, strict=True)
        header = next(_read_rows(reader, path), None)
        if header is None:
            raise ParameterError(f"{path} is empty; it needs a header")
        _check_header(header, columns, path)
        written = _DELIMITERS.get(output.suffix.lower(), delimiter) if output else delimiter
        line = csv.writer(_LineWriter(), delimiter=written, lineterminator="\n").writerow
        yield str(line([*header, *ADDED_COLUMNS]))
        waiting: list[list[str]] = []

        def read_features() -> Iterator[Features]:
            for row in _read_rows(reader, path):
                if len(row) > len(header):
                    raise DataError(
                        [
                            Fault(
                                path.name, reader.line_num, "",
                                f"has {len(row)} cells, but the header has {len(header)} columns",
                                "quote cells that contain the separator",
                            )
                        ],
                        "the table",
                    )  # fmt: skip
                waiting.append(row + [""] * (len(header) - len(row)))
                yield _row_features(
                    dict(zip(header, waiting[-1], strict=True)), columns, kind, language
                )

        for decision in decide_all(read_features(), sources, batch=_BATCH):
            counts.by_status[decision.status] += 1
            on_row(counts.rows)
            yield str(line([*waiting.pop(0), *map(safe_text, decision_cells(decision))]))


def decision_cells(decision: LinkDecision) -> tuple[str, str, str, str, str]:
    """Return the cells for one decision, in the order of `ADDED_COLUMNS`.

    The first cell is the accepted item. The cell of an undecided row has the reasons of its best
    candidate. The last cell lists the other candidates, the best one first.
    """
    best, second = decision.best, decision.second
    shown = best.explanation if best else ""
    reasons = "; ".join(part for part in (decision.reason, shown) if part)
    others = [one for one in (None if decision.item else best, second) if one]
    return (
        decision.item,
        f"{decision.confidence:g}" if best else "",
        decision.status,
        reasons,
        " | ".join(f"{one.candidate.item} {one.candidate.label}" for one in others),
    )


def _row_features(
    row: dict[str, str], columns: ColumnMapping, kind: str, language: str
) -> Features:
    title = row[columns.title].strip()
    years = extract_years(row[columns.year]) if columns.year else ()
    identifiers = {
        prop: value
        for prop, column in columns.identifiers
        if (value := extract_identifier(row[column], prop, kind))
    }
    return Features(
        title,
        (Name(title, language),) if title else (),
        kind,
        years,
        {
            part: tuple(found)
            for part in dict(columns.makers)
            if (found := list(split_people(*(row[c] for p, c in columns.makers if p == part))))
        },
        tuple(split_people(*(row[column] for column in columns.cast))),
        {},
        identifiers,
    )


def extract_identifier(cell: str, prop: str, kind: str = "film") -> str:
    """Return the identifier in a cell, which may be a web address; "" if there is none.

    Numbers of IMDb may lack letters, as in MovieLens, or leading zeros, as in a spreadsheet.

    >>> extract_identifier("https://m.imdb.com/title/tt0109424/fullcredits?ref_=tt_1", "P345")
    'tt0109424'
    >>> extract_identifier("https://www.themoviedb.org/movie/11104-a-title?language=de", "P4947")
    '11104'
    >>> extract_identifier("109424", "P345"), extract_identifier("n/a", "P345")
    ('tt0109424', '')
    """
    if prop == "P345" and re.fullmatch(r"[0-9]{1,9}", cell.strip()):
        return f"{'nm' if kind == 'person' else 'tt'}{cell.strip():0>7}"
    found = _IDENTIFIERS[prop].search(cell.strip())
    return found[1].lower() if found else ""


def split_people(*cells: str) -> Iterator[str]:
    """Yield the names of people in the cells.

    >>> list(split_people("Joel Coen, Ethan Coen")), list(split_people("Wong, Kar-wai; 王家衛"))
    (['Joel Coen', 'Ethan Coen'], ['Wong, Kar-wai', '王家衛'])
    """
    for cell in cells:
        for part in _SEPARATOR.split(cell.strip()):
            names = _COMMA.split(part)
            several = len(names) > 1 and all(len(name.split()) > 1 for name in names)
            yield from (name for name in (names if several else [part]) if name)


def _check_header(header: list[str], columns: ColumnMapping, path: Path) -> None:
    shown = ", ".join(map(repr, header))
    for name in columns.names():
        if name not in header:
            raise ParameterError(f"{path} has no column {name!r}; it has: {shown}")
    if taken := [name for name in ADDED_COLUMNS if name in header]:
        raise ParameterError(f"{path} has a column {taken[0]!r} already; was it linked before?")
    if twice := [name for name, count in Counter(header).items() if count > 1]:
        raise ParameterError(f"{path} has the column {twice[0]!r} twice; rename one of them")


def _decode_lines(stream: TextIO, path: Path) -> Iterator[str]:
    try:
        yield from stream
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 ({error.reason} at byte {error.start} of a block)"
        fault = Fault(path.name, 0, "", problem, "save the table as UTF-8")
        raise DataError([fault], "the table") from error


def _read_rows(reader: Iterator[list[str]], path: Path) -> Iterator[list[str]]:
    try:
        for row in reader:
            if row:
                yield row
    except csv.Error as error:
        number = getattr(reader, "line_num", 0)
        raise DataError(
            [Fault(path.name, number, "", f"is not CSV: {error}", "check the quotation marks")],
            "the table",
        ) from error


class _LineWriter(io.TextIOBase):
    def write(self, text: str) -> str:  # type: ignore[override]
        return text


def count_rows(path: Path) -> int:
    """Return the approximate number of rows, for a progress bar."""
    with path.open("rb") as stream:
        return max(
            sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b"")) - 1, 0
        )
