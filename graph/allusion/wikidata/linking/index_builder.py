"""Making a local index of items from a slice of Wikidata: N-Triples, or one JSON object a line."""

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
from ..dump.files import Reader, find_dumps
from ..model.properties import DATES, IDENTIFIERS, MAKERS, TYPE
from .features import article_of
from .index_source import ALIAS, ARTICLE, FORMAT, LABEL, SCHEMA, SUBCLASS
from .name_similarity import read_title

Said = tuple[int, str, str, str]
"""Item (its number), property, value, language or site."""

#: What a slice ends with, before what says how it is packed.
ENDINGS: Final = (".nt", ".jsonl", ".ndjson")
_PACKED: Final = (".gz", ".bz2", ".zst", ".xz")
_TITLE: Final = "P1476"  # title in the original, another name
_KEPT: Final = frozenset((TYPE, SUBCLASS, *MAKERS, *DATES, *IDENTIFIERS))
_NAMES: Final = {
    f"{PREFIXES['rdfs']}label": LABEL,
    f"{PREFIXES['skos']}altLabel": ALIAS,
    f"{PREFIXES['wdt']}{_TITLE}": ALIAS,
}
_ABOUT: Final = "http://schema.org/about"
_ITEM: Final = re.compile(r"Q([1-9][0-9]{0,17})")
_BATCH: Final = 20_000


def make_index(
    slices: Iterable[Path], path: Path, report: Callable[[int], None] = lambda _: None
) -> int:
    """Make an index at ``path`` from slices; how many items it has.

    A slice ends with one of `ENDINGS`. N-Triples are truthy triples as Wikidata's dumps have
    them, in any order. ``report`` is told how many statements were read so far. The file
    appears whole or not at all.

    :raises ParameterError: if a file is of another kind.
    :raises DataError: if a slice is cut short or damaged.
    :raises StoreError: if a slice is not what its name says, or holds no item with a name.
    """
    slices = list(slices)
    return write_index(_all(slices), path, ", ".join(map(_described, slices)), report)


def write_index(
    said: Iterable[Said], path: Path, source: str, report: Callable[[int], None] = lambda _: None
) -> int:
    """Make an index at ``path`` from what is said of items; see `make_index`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    try:
        with closing(sqlite3.connect(temporary)) as db:
            # A file that is thrown away where anything goes wrong needs no journal.
            db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            db.executescript(SCHEMA)
            count = _fill(db, said, source, report)
        if not count:
            raise StoreError(f"{source} holds no item with a name")
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return count


def _fill(
    db: sqlite3.Connection, said: Iterable[Said], source: str, report: Callable[[int], None]
) -> int:
    batch: list[Said] = []
    done = 0
    for row in said:
        batch.append(row)
        if len(batch) == _BATCH:
            db.executemany("INSERT OR IGNORE INTO said VALUES (?, ?, ?, ?)", batch)
            done += len(batch)
            batch.clear()
            report(done)
    db.executemany("INSERT OR IGNORE INTO said VALUES (?, ?, ?, ?)", batch)
    names = db.execute(
        "SELECT value, item FROM said WHERE property IN (?, ?, ?)", (LABEL, ALIAS, ARTICLE)
    )
    pairs = sorted({(read_title(value).key, item) for value, item in names})
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
    slices: Iterable[Path], folder: Path, beginning: Callable[[], None] = lambda: None
) -> Path:
    """The index of these slices in ``folder``, made where there is none of their present state.

    An index that was made before is taken as it is, and must be the only one. ``beginning``
    is called where one has to be made.

    :raises ParameterError: see `make_index`.
    """
    slices = list(slices)
    if len(slices) == 1 and slices[0].suffix == ".sqlite":
        return slices[0]
    states = [f"{one.resolve()} {one.stat().st_size} {one.stat().st_mtime_ns}" for one in slices]
    key = hashlib.sha256("\n".join([str(FORMAT), *states]).encode()).hexdigest()[:16]
    path = folder / f"{key}.sqlite"
    if not path.is_file():
        beginning()
        make_index(slices, path)
    return path


def _all(slices: Iterable[Path]) -> Iterator[Said]:
    for path in slices:
        ending = path.with_suffix("").suffix if path.suffix in _PACKED else path.suffix
        if ending not in ENDINGS:
            raise ParameterError(
                f"{path.name!r} is no slice of Wikidata; it ends with {', '.join(ENDINGS)} (packed "
                "or not), or with .sqlite where it is an index made before"
            )
        blocks = Reader(find_dumps([path])[0]).blocks()
        yield from (_of_triples if ending == ".nt" else _of_lines)(blocks, path.name)


def _described(path: Path) -> str:
    import datetime as dt

    day = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()
    return f"{path.name} ({day})"


def _of_triples(blocks: Iterable[bytes], name: str) -> Iterator[Said]:
    try:
        for block in blocks:
            for quad in ox.parse(block, format=ox.RdfFormat.N_TRIPLES):
                if row := _of_triple(quad):
                    yield row
    except SyntaxError as error:
        raise StoreError(f"{name} is not N-Triples: {error}") from error


def _of_triple(quad: ox.Quad) -> Said | None:
    predicate, value = quad.predicate.value, quad.object
    if predicate == _ABOUT:
        item = _number(getattr(value, "value", ""))
        found = article_of(getattr(quad.subject, "value", ""))
        return (item, ARTICLE, found[1], found[0]) if item and found else None
    item = _number(getattr(quad.subject, "value", ""))
    if not item:
        return None
    if predicate in _NAMES:
        if isinstance(value, ox.Literal):
            return item, _NAMES[predicate], value.value, value.language or ""
        return None
    prop = predicate.removeprefix(PREFIXES["wdt"])
    if prop not in _KEPT:
        return None
    if isinstance(value, ox.Literal):
        return item, prop, value.value, ""
    # "Unknown value" comes as a blank node or a genid IRI: it says nothing.
    number = _number(getattr(value, "value", ""))
    return (item, prop, f"Q{number}", "") if number else None


def _number(iri: str) -> int:
    found = _ITEM.fullmatch(iri.removeprefix(WIKIDATA_ENTITY))
    return int(found[1]) if found else 0


def _of_lines(blocks: Iterable[bytes], name: str) -> Iterator[Said]:
    lines = (line for block in blocks for line in block.splitlines())
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield from _of_record(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(
                f"{name}, line {number} is no item ({error}); one looks like "
                '{"item": "Q766263", "labels": {"en": "..."}, "statements": {"P31": ["Q11424"]}}'
            ) from error


def _of_record(record: dict[str, Any]) -> Iterator[Said]:
    """What a record says: item, labels, aliases, statements, sitelinks; all but item may lack."""
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
            text = value if isinstance(value, str) else _text(value)
            if prop in _KEPT and text:
                yield item, prop, text, ""
            elif prop == _TITLE and text:
                yield item, ALIAS, text, ""
    for site, title in record.get("sitelinks", {}).items():
        found = article_of(title)
        yield item, ARTICLE, *(found[::-1] if found else (title, site))


def _text(value: dict[str, str]) -> str:
    """The value of a statement that is an object: its item, else its value, else its text."""
    return next((value[name] for name in ("item", "value", "text") if value.get(name)), "")
