"""Reader and writer for the links to Wikidata, in SSSOM format.

Source: https://mapping-commons.github.io/sssom/ (Simple Standard for Sharing
Ontological Mappings, TSV with a metadata block in ``#`` lines).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..core.atomic_files import write_atomically
from ..core.errors import Fault, ParameterError
from ..core.terms import expand, shorten
from ..core.vocabulary import PREFIXES

COLUMNS: Final = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "confidence",
    "predicate_modifier",
    "comment",
)
#: Additional columns for rows that a program created: program, version and date.
TOOL_COLUMNS: Final = ("mapping_tool", "mapping_tool_version", "mapping_date")
_ITEM: Final = re.compile(r"wd:Q[1-9][0-9]*")
_PREDICATES: Final = ("skos:exactMatch", "skos:closeMatch")
# Characters that some readers treat as the end of a cell or line.
_LINE_BREAKS: Final = re.compile(r"[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_SET_DATE: Final = re.compile(r"#mapping_date: *'?([0-9-]+)'?\s*")
_CURIE: Final = re.compile(r"#  ([a-z0-9-]+): ")


@dataclass(frozen=True, slots=True)
class Mapping:
    """A row: an entity matches, or must never match, a Wikidata item.

    Attributes:
        line: Line in the file, from 1; 0 for a new row.
        subject: IRI of the entity.
        subject_label: Its label.
        predicate: "skos:exactMatch" or "skos:closeMatch".
        item: The item, such as "Q766263".
        object_label: Label of the item.
        justification: Prefixed name of the SEMAPV term.
        confidence: 0 to 1.
        negative: Whether the pair must never match (modifier ``Not``).
        comment: Origin of the pair.
        tool: Program that created the row; "" if a person did.
        tool_version: Version of the program, or "".
        date: Date of creation, as in 2026-11-22, or "".
    """

    line: int
    subject: str
    subject_label: str
    predicate: str
    item: str
    object_label: str
    justification: str
    confidence: float
    negative: bool
    comment: str
    tool: str = ""
    tool_version: str = ""
    date: str = ""


def header() -> str:
    """Return the line with the column names."""
    return "\t".join(COLUMNS)


def written(row: Mapping) -> str:
    """Return a row as text with the columns of `header`, without a line end."""
    return "\t".join(_cells(row, COLUMNS))


def read_mappings(path: Path) -> tuple[list[Mapping], list[Fault]]:
    """Read the rows of an SSSOM file and the faults in its format."""
    if not path.exists():
        return [], []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 ({error.reason} at byte {error.start})"
        return [], [Fault(path.name, 0, "", problem, "save the file as UTF-8", "syntax")]
    numbered = [
        (number, line)
        for number, line in enumerate(text.splitlines(), 1)
        if line and not line.startswith("#")
    ]
    if not numbered:
        return [], [
            Fault(path.name, 0, "", "has no header row", f"begin with: {chr(9).join(COLUMNS)}")
        ]
    reader = csv.DictReader(
        io.StringIO("\n".join(line for _, line in numbered)), delimiter="\t", quoting=csv.QUOTE_NONE
    )
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        return [], [
            Fault(
                path.name,
                numbered[0][0],
                "",
                f"lacks the columns {', '.join(missing)}",
                f"the header is: {' '.join(COLUMNS)} (tab between)",
                "mapping",
            )
        ]
    mappings: list[Mapping] = []
    faults: list[Fault] = []
    for (number, _), row in zip(numbered[1:], reader, strict=False):
        outcome = _row(path.name, number, {k: v or "" for k, v in row.items() if k})
        if isinstance(outcome, Fault):
            faults.append(outcome)
        else:
            mappings.append(outcome)
    return mappings, faults


def _row(name: str, line: int, row: dict[str, str]) -> Mapping | Fault:
    about = row["subject_id"]
    subject = expand(about)
    if subject is None:
        return Fault(
            name,
            line,
            about,
            "is not a prefixed name of this project",
            "write it like film:chungking-express",
            "mapping",
        )
    if not _ITEM.fullmatch(row["object_id"]):
        return Fault(
            name,
            line,
            about,
            f"{row['object_id']!r} is not a Wikidata item",
            "an item is written wd:Q followed by digits, such as wd:Q766263",
            "q-id",
        )
    if row["predicate_id"] not in _PREDICATES:
        return Fault(
            name,
            line,
            about,
            f"{row['predicate_id']!r} is not a mapping predicate",
            f"allowed: {', '.join(_PREDICATES)}",
            "mapping",
        )
    if row["predicate_modifier"] not in ("", "Not"):
        return Fault(
            name,
            line,
            about,
            f"{row['predicate_modifier']!r} is not a modifier",
            'leave it empty, or "Not" for a namesake that must never be linked',
            "mapping",
        )
    try:
        confidence = float(row["confidence"])
    except ValueError:
        confidence = -1.0
    if not 0 <= confidence <= 1:
        return Fault(
            name,
            line,
            about,
            f"{row['confidence']!r} is not a confidence",
            "write a number from 0 to 1",
            "mapping",
        )
    if not row["comment"].strip() or not row["mapping_justification"].startswith("semapv:"):
        return Fault(
            name,
            line,
            about,
            "has no justification of the match",
            "write in comment where item and label were seen together; "
            "mapping_justification: semapv:ManualMappingCuration or another semapv: term",
            "q-id-unseen",
        )
    tool, version, date = (row.get(column, "") for column in TOOL_COLUMNS)
    if (tool or version) and not (tool and version and date):
        return Fault(
            name,
            line,
            about,
            "lacks the name or version of its program, or the date",
            f"fill in {', '.join(TOOL_COLUMNS)}; for a row made by a person only the last",
            "mapping",
        )
    if date and not _is_date(date):
        return Fault(
            name, line, about, f"{date!r} is not a date", "write it like 2026-11-22", "mapping"
        )
    return Mapping(
        line,
        subject,
        row["subject_label"],
        row["predicate_id"],
        row["object_id"].removeprefix("wd:"),
        row["object_label"],
        row["mapping_justification"],
        confidence,
        row["predicate_modifier"] == "Not",
        row["comment"],
        tool,
        version,
        date,
    )


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def add_mappings(path: Path, rows: Iterable[Mapping]) -> list[Mapping]:
    """Add rows to an SSSOM file atomically; existing rows are not changed.

    The file is read again first. New rows are inserted in its order (subject, modifier, item).

    Args:
        path: The file; created if it does not exist.
        rows: Rows to add; rows that exist already are ignored.

    Returns:
        The rows that were added.

    Raises:
        ParameterError: If a row contradicts an existing row, or adds a second item to an
            entity.
        OutputError: If the file cannot be written.
    """
    text = path.read_text(encoding="utf-8-sig") if path.exists() else "\t".join(COLUMNS) + "\n"
    there, _ = read_mappings(path)
    signs = {(row.subject, row.item): row.negative for row in there}
    items = {row.subject: row.item for row in there if not row.negative}
    added = []
    for row in rows:
        if row.negative == signs.get((row.subject, row.item)):
            continue
        if (row.subject, row.item) in signs:
            raise ParameterError(
                f"{path.name} has a row with the opposite statement about "
                f"{shorten(row.subject)} and {row.item}; remove it first"
            )
        if not row.negative and items.setdefault(row.subject, row.item) != row.item:
            raise ParameterError(
                f"{shorten(row.subject)} has the item {items[row.subject]} in {path.name} already"
            )
        signs[row.subject, row.item] = row.negative
        added.append(row)
    if added:
        write_atomically(path, with_rows(text, added))
    return added


def with_rows(text: str, rows: Iterable[Mapping]) -> str:
    """Return the text of an SSSOM file with additional rows.

    Missing columns for program, version and date are added. A date in the header would then be
    wrong for the new rows, so it is moved to the old rows.

    Source: https://mapping-commons.github.io/sssom/spec-formats-tsv/ (condensed slots)
    """
    lines = text.splitlines()
    head = [line for line in lines if line.startswith("#")]
    columns, *cells = [line.split("\t") for line in lines if line and not line.startswith("#")]
    missing = [column for column in (*COLUMNS, *TOOL_COLUMNS) if column not in columns]
    if "mapping_date" in missing:
        stated = [found[1] for line in head if (found := _SET_DATE.fullmatch(line))]
        head = [line for line in head if not _SET_DATE.fullmatch(line)]
    else:
        stated = []
    columns += missing
    date = stated[0] if stated else ""
    for row in cells:
        row += [""] * (len(columns) - len(missing) - len(row))
        row += [date if column == "mapping_date" else "" for column in missing]
    cells += [_cells(row, columns) for row in rows]
    places = [columns.index(name) for name in ("subject_id", "predicate_modifier", "object_id")]
    cells.sort(key=lambda row: [row[place] for place in places])
    used = {cell.partition(":")[0] for row in cells for cell in (row[places[0]], row[places[2]])}
    body = [*_with_prefixes(head, used), "\t".join(columns), *map("\t".join, cells)]
    return "\n".join(body) + "\n"


def _cells(row: Mapping, columns: Sequence[str]) -> list[str]:
    known = {
        "subject_id": shorten(row.subject),
        "subject_label": row.subject_label,
        "predicate_id": row.predicate,
        "object_id": f"wd:{row.item}",
        "object_label": row.object_label,
        "mapping_justification": row.justification,
        "confidence": f"{row.confidence:g}",
        "predicate_modifier": "Not" if row.negative else "",
        "comment": row.comment,
        "mapping_tool": row.tool,
        "mapping_tool_version": row.tool_version,
        "mapping_date": row.date,
    }
    return [_LINE_BREAKS.sub(" ", known.get(column, "")) for column in columns]


def _with_prefixes(head: list[str], used: set[str]) -> list[str]:
    """Return the header with all used prefixes added to its curie_map, if present."""
    if "#curie_map:" not in head:
        return head
    start = head.index("#curie_map:") + 1
    end = start
    while end < len(head) and _CURIE.match(head[end]):
        end += 1
    known = {line.split(":")[0].removeprefix("#  "): line for line in head[start:end]}
    new = {name: f"#  {name}: {PREFIXES[name]}" for name in used - known.keys() if name in PREFIXES}
    return [*head[:start], *(line for _, line in sorted((known | new).items())), *head[end:]]
