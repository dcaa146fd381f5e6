"""The links to Wikidata, kept in the SSSOM standard.

Source: https://mapping-commons.github.io/sssom/ (Simple Standard for Sharing
Ontological Mappings, TSV with a metadata block in ``#`` lines).
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .errors import Fault
from .terms import expand, shorten

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
_ITEM: Final = re.compile(r"wd:Q[1-9][0-9]*")
_PREDICATES: Final = ("skos:exactMatch", "skos:closeMatch")


@dataclass(frozen=True, slots=True)
class Mapping:
    """One row: ``subject`` (IRI of ours) matches, or must never match, ``item`` ("Q766263").

    ``confidence`` runs from 0 to 1. ``comment`` says where the pair was seen.
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


def header() -> str:
    """The line that names the columns."""
    return "\t".join(COLUMNS)


def written(row: Mapping) -> str:
    """A row as it stands in a file, without the end of its line."""
    return "\t".join(
        " ".join(cell.split())
        for cell in (
            shorten(row.subject), row.subject_label, row.predicate, f"wd:{row.item}",
            row.object_label, row.justification, f"{row.confidence:g}",
            "Not" if row.negative else "", row.comment,
        )
    )  # fmt: skip


def read_mappings(path: Path) -> tuple[list[Mapping], list[Fault]]:
    """The rows of an SSSOM file, and what is wrong with its form."""
    if not path.exists():
        return [], []
    try:
        text = path.read_text(encoding="utf-8")
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
            "does not say how the match is known",
            "comment: where item and label were seen together; "
            "mapping_justification: semapv:ManualMappingCuration or another semapv: term",
            "q-id-unseen",
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
    )
