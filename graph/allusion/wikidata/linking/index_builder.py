"""Construction of a local index from slices of Wikidata, as N-Triples or JSON lines."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from ...core.errors import ParameterError, StoreError
from ...core.vocabulary import PREFIXES, WIKIDATA_ENTITY
from ..dump.files import DumpReader, find_dumps, read_ntriples
from ..model.properties import DATES, IDENTIFIERS, INSTANCE_OF, MAKERS
from .features import parse_article_url
from .index_source import ALIAS, ARTICLE, FORMAT, LABEL, SCHEMA, SUBCLASS
from .name_similarity import normalize_title

IndexRow = tuple[int, str, str, str]
"""Item (its number), property, value, language or site."""

#: File name extensions of slices, without that of the compression.
ENDINGS: Final = (".nt", ".jsonl", ".ndjson")
_PACKED: Final = (".gz", ".bz2", ".zst", ".xz")
_TITLE: Final = "P1476"  # original title
_INDEXED_PROPERTIES: Final = frozenset((INSTANCE_OF, SUBCLASS, *MAKERS, *DATES, *IDENTIFIERS))
_NAMES: Final = {
    f"{PREFIXES['rdfs']}label": LABEL,
    f"{PREFIXES['skos']}altLabel": ALIAS,
    f"{PREFIXES['wdt']}{_TITLE}": ALIAS,
}
_ABOUT: Final = "http://schema.org/about"
_ITEM: Final = re.compile(r"Q([1-9][0-9]{0,17})")
_BATCH: Final = 20_000


def build_index(
    slices: Iterable[Path], path: Path, on_rows: Callable[[int], None] = lambda _: None
) -> int:
    """Build an index at ``path`` from slices; return the number of items.

    Args:
        slices: Files that end with one of `ENDINGS`. N-Triples have truthy statements in the
            shape of Wikidata's dumps, in any order.
        path: File to write; it appears only when it is complete.
        on_rows: Called with the number of rows read so far.

    Raises:
        ParameterError: If a file has another ending.
        DataError: If a slice is truncated or damaged.
        StoreError: If a slice has another format than its name, or no item with a name.
    """
    slices = list(slices)
    return write_index(_read_slices(slices), path, ", ".join(map(_slice_label, slices)), on_rows)


def write_index(
    rows: Iterable[IndexRow],
    path: Path,
    source: str,
    on_rows: Callable[[int], None] = lambda _: None,
) -> int:
    """Build an index from rows; see `build_index`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    try:
        with closing(sqlite3.connect(temporary)) as db:
            # No journal: the file is deleted on errors.
            db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            db.executescript(SCHEMA)
            count = _fill(db, rows, source, on_rows)
        if not count:
            raise StoreError(f"{source} has no item with a name")
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return count


def _fill(
    db: sqlite3.Connection, rows: Iterable[IndexRow], source: str, on_rows: Callable[[int], None]
) -> int:
    batch: list[IndexRow] = []
    done = 0
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            db.executemany("INSERT OR IGNORE INTO said VALUES (?, ?, ?, ?)", batch)
            done += len(batch)
            batch.clear()
            on_rows(done)
    db.executemany("INSERT OR IGNORE INTO said VALUES (?, ?, ?, ?)", batch)
    names = db.execute(
        "SELECT value, item FROM said WHERE property IN (?, ?, ?)", (LABEL, ALIAS, ARTICLE)
    )
    pairs = sorted({(normalize_title(value).key, item) for value, item in names})
    db.executemany("INSERT INTO name VALUES (?, ?)", pairs)
    db.executemany(
        "INSERT INTO mirrored VALUES (?, ?)", sorted((key[::-1], item) for key, item in pairs)
    )
    marks = ", ".join("?" * len(IDENTIFIERS))
    db.execute(
        f"""INSERT OR IGNORE INTO known SELECT value, property, item FROM said
            WHERE property IN ({marks})
            UNION ALL SELECT value, language, item FROM said WHERE property = ?""",  # noqa: S608
        (*IDENTIFIERS, ARTICLE),
    )
    marks = ", ".join("?" * len(MAKERS))
    db.execute(
        f"""INSERT OR IGNORE INTO maker
            SELECT CAST(substr(value, 2) AS INTEGER), item FROM said
            WHERE property IN ({marks}) AND value GLOB 'Q[1-9]*' ORDER BY 1, 2""",  # noqa: S608
        tuple(MAKERS),
    )
    count = int(db.execute("SELECT count(DISTINCT item) FROM name").fetchone()[0])
    db.execute("INSERT INTO about VALUES (?, ?, ?)", (FORMAT, source, count))
    db.commit()
    return count


def cached_index(
    slices: Iterable[Path], folder: Path, on_build: Callable[[], None] = lambda: None
) -> Path:
    """Return the index of these slices in ``folder``; build it if they are new or have changed.

    A single file that is already an index is returned unchanged. ``on_build`` is called before
    an index is built.

    Raises:
        ParameterError: See `build_index`.
    """
    slices = list(slices)
    if len(slices) == 1 and slices[0].suffix == ".sqlite":
        return slices[0]
    states = [f"{one.resolve()} {one.stat().st_size} {one.stat().st_mtime_ns}" for one in slices]
    key = hashlib.sha256("\n".join([str(FORMAT), *states]).encode()).hexdigest()[:16]
    path = folder / f"{key}.sqlite"
    if not path.is_file():
        on_build()
        build_index(slices, path)
    return path


def _read_slices(slices: Iterable[Path]) -> Iterator[IndexRow]:
    for path in slices:
        ending = path.with_suffix("").suffix if path.suffix in _PACKED else path.suffix
        if ending not in ENDINGS:
            raise ParameterError(
                f"{path.name!r} is not a slice of Wikidata; a slice ends with "
                f"{', '.join(ENDINGS)} (compressed or not), an index with .sqlite"
            )
        blocks = DumpReader(find_dumps([path])[0]).blocks()
        yield from (_rows_of_ntriples if ending == ".nt" else _rows_of_json_lines)(
            blocks, path.name
        )


def _slice_label(path: Path) -> str:
    import datetime as dt

    day = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()
    return f"{path.name} ({day})"


def _rows_of_ntriples(blocks: Iterable[bytes], name: str) -> Iterator[IndexRow]:
    for quad in read_ntriples(blocks, name):
        if row := _row_of_triple(quad):
            yield row


def _row_of_triple(quad: ox.Quad) -> IndexRow | None:
    predicate, value = quad.predicate.value, quad.object
    if predicate == _ABOUT:
        item = _number(getattr(value, "value", ""))
        found = parse_article_url(getattr(quad.subject, "value", ""))
        return (item, ARTICLE, found[1], found[0]) if item and found else None
    item = _number(getattr(quad.subject, "value", ""))
    if not item:
        return None
    if predicate in _NAMES:
        if isinstance(value, ox.Literal):
            return item, _NAMES[predicate], value.value, value.language or ""
        return None
    prop = predicate.removeprefix(PREFIXES["wdt"])
    if prop not in _INDEXED_PROPERTIES:
        return None
    if isinstance(value, ox.Literal):
        return item, prop, value.value, ""
    # An unknown value is a blank node or a genid IRI.
    number = _number(getattr(value, "value", ""))
    return (item, prop, f"Q{number}", "") if number else None


def _number(iri: str) -> int:
    found = _ITEM.fullmatch(iri.removeprefix(WIKIDATA_ENTITY))
    return int(found[1]) if found else 0


def _rows_of_json_lines(blocks: Iterable[bytes], name: str) -> Iterator[IndexRow]:
    lines = (line for block in blocks for line in block.splitlines())
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield from _rows_of_record(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(
                f"{name}, line {number} is not an item ({error}); an item looks like "
                '{"item": "Q766263", "labels": {"en": "..."}, "statements": {"P31": ["Q11424"]}}'
            ) from error


def _rows_of_record(record: dict[str, Any]) -> Iterator[IndexRow]:
    """Yield the rows of a JSON record; only "item" is required."""
    item = _number(record["item"])
    if not item:
        raise ValueError(f"{record['item']!r} is not a Q-id")
    for language, text in record.get("labels", {}).items():
        yield item, LABEL, text, language
    aliases = record.get("aliases", {})
    pairs = aliases.items() if isinstance(aliases, dict) else ((tag, [t]) for t, tag in aliases)
    for language, texts in pairs:
        for text in texts:
            yield item, ALIAS, text, language
    for prop, values in record.get("statements", {}).items():
        for value in values:
            text = value if isinstance(value, str) else _value_text(value)
            if prop in _INDEXED_PROPERTIES and text:
                yield item, prop, text, ""
            elif prop == _TITLE and text:
                yield item, ALIAS, text, ""
    for site, title in record.get("sitelinks", {}).items():
        found = parse_article_url(title)
        yield item, ARTICLE, *(found[::-1] if found else (title, site))


def _value_text(value: dict[str, str]) -> str:
    """Return the item, value or text of a statement."""
    return next((value[name] for name in ("item", "value", "text") if value.get(name)), "")
