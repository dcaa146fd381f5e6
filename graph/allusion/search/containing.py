"""Names that contain a text."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from .spelling import IDEOGRAPH

_MIN_TRIGRAM: Final = 3
_IN_WORDS: Final = "name.rowid IN (SELECT rowid FROM words WHERE words MATCH ?)"
_IN_PIECES: Final = "name.rowid IN (SELECT rowid FROM pieces WHERE pieces MATCH ?)"


def find_containing(
    db: sqlite3.Connection, folded: str, registers: Sequence[str], limit: int
) -> list[tuple[str, str, str, bool, int | None]]:
    """Return the entities that have a name with a text in it.

    Args:
        db: An open index.
        folded: The folded text. It must be whole words, or in a script without spaces anywhere.
        registers: Registers to search.
        limit: Maximum number of entities.

    Returns:
        IRI, register, label, whether the text is the label (False) and year; best connected first.
    """
    if not folded:
        return []
    condition, values = _condition(db, folded)
    marks = ", ".join("?" * len(registers))
    rows = db.execute(
        f"""SELECT iri, register, label, year FROM name JOIN thing USING (iri)
            WHERE {condition} AND register IN ({marks})
            GROUP BY iri ORDER BY weight DESC, iri LIMIT ?""",  # noqa: S608 (only ? marks)
        (*values, *registers, limit),
    )
    return [(iri, register, label, False, year) for iri, register, label, year in rows]


def _condition(db: sqlite3.Connection, folded: str) -> tuple[str, list[str]]:
    """Return a condition on the table ``name``, with the values of its marks."""
    phrase = '"' + folded.replace('"', "") + '"'
    words, pieces = f"{{name}} : {phrase}", ""
    if IDEOGRAPH.search(folded):  # a run of ideographs is one word
        words += " *"
        pieces = phrase if len(folded) >= _MIN_TRIGRAM else ""
    condition, values = _IN_WORDS, [words]
    if pieces:
        condition, values = f"({_IN_WORDS} OR {_IN_PIECES})", [words, pieces]
    try:
        db.execute(f"SELECT 1 FROM name WHERE {condition} LIMIT 1", values)  # noqa: S608
    except sqlite3.OperationalError:  # an SQLite without full-text tables
        if IDEOGRAPH.search(folded):
            return "instr(folded, ?) > 0", [folded]
        return "instr(' ' || folded || ' ', ?) > 0", [f" {folded} "]
    return condition, values
