"""Full-text search in the descriptions of entities."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from ..core.labels import Name, fold
from .spelling import IDEOGRAPHS

TOKEN: Final = re.compile(rf"[{IDEOGRAPHS}]|[^\W_{IDEOGRAPHS}]+")
_FTS_TABLE: Final = """CREATE VIRTUAL TABLE passages USING fts5(
    text, content='', prefix='2 3',
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'")"""
#: Letters of a description that are shown, before and from the first word found.
_BEFORE, _AFTER = 40, 80


class Thing(NamedTuple):
    """An entity with a description; see `allusion.search.name_index.NameEntry`."""

    iri: str
    register: str
    label: str
    year: int | None
    joined: int


def create_description_tables(db: sqlite3.Connection, *, full_text: bool) -> None:
    """Create the full-text table of descriptions, if this SQLite has FTS5."""
    if not full_text:
        return
    with suppress(sqlite3.OperationalError):  # no such module: fts5
        db.execute(_FTS_TABLE)
        rows = db.execute("SELECT rowid, text FROM description").fetchall()
        db.executemany(
            "INSERT INTO passages (rowid, text) VALUES (?, ?)",
            ((row, " ".join(TOKEN.findall(fold(text)))) for row, text in rows),
        )
        db.execute("INSERT INTO passages (passages) VALUES ('optimize')")


def find_in_descriptions(
    db: sqlite3.Connection,
    pieces: Sequence[str],
    registers: Sequence[str],
    limit: int,
    known: Collection[str],
) -> Iterator[tuple[Thing, Name]]:
    """Yield entities whose description has words that begin with all pieces.

    Args:
        db: An open index.
        pieces: Folded words of the search text.
        registers: Registers to search.
        limit: Maximum number of entities.
        known: IRIs that are left out.

    Yields:
        The entity, and the passage with its language; the best connected entities first.
    """
    found: set[str] = set()
    for thing, text, language in _candidates(db, pieces, registers):
        if len(found) >= limit:
            return
        if thing.iri not in known and thing.iri not in found:
            found.add(thing.iri)
            yield thing, Name(excerpt(text, pieces), language)


def _candidates(
    db: sqlite3.Connection, pieces: Sequence[str], registers: Sequence[str]
) -> Iterator[tuple[Thing, str, str]]:
    marks = ", ".join("?" * len(registers))
    columns = "SELECT description.iri, register, label, year, joined, text, language FROM"
    wanted = f"JOIN thing ON thing.iri = description.iri WHERE register IN ({marks})"
    tokens = [" ".join(TOKEN.findall(piece)) for piece in pieces]
    phrases = " AND ".join(f'"{token}" *' for token in tokens if token)
    if not phrases:
        return
    try:
        for *thing, text, language in db.execute(
            f"{columns} passages CROSS JOIN description ON description.rowid = passages.rowid "
            f"{wanted} AND passages MATCH ? ORDER BY passages.rowid",
            (*registers, phrases),
        ):
            yield Thing(*thing), text, language
    except sqlite3.OperationalError:  # no such table: passages
        # Indexes of older versions have no descriptions.
        with suppress(sqlite3.OperationalError):
            every = f"{columns} description {wanted} ORDER BY description.rowid"
            for *thing, text, language in db.execute(every, registers):
                words = f" {' '.join(TOKEN.findall(fold(text)))}"
                if all(f" {token}" in words for token in tokens if token):
                    yield Thing(*thing), text, language


def excerpt(text: str, pieces: Sequence[str]) -> str:
    """Return the part of a text around the first word that begins with one of the pieces.

    >>> excerpt("one two " * 20 + "three four", ["three"])
    '… two one two one two one two one two three four'
    """
    if len(text) <= _BEFORE + _AFTER:
        return text
    words = re.finditer(rf"[{IDEOGRAPHS}]+|[^\s{IDEOGRAPHS}]+", text)
    start = next((word.start() for word in words if _has(word[0], pieces)), 0)
    first = max(0, start - _BEFORE)
    if first and (space := text.find(" ", first, start)) >= 0:
        first = space + 1
    last = start + _AFTER
    if last < len(text) and (space := text.rfind(" ", start, last)) >= 0:
        last = space
    head = "… " if first else ""
    return head + text[first:last] + (" …" if last < len(text) else "")


def _has(word: str, pieces: Sequence[str]) -> bool:
    return any(piece in part for part in fold(word).split() for piece in pieces[:1])
