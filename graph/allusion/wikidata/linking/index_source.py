"""A local index of items of Wikidata: candidates without asking anybody.

One SQLite file. Names are looked up by the key of `allusion.wikidata.linking.titles`; where
none is the same, by halves (one letter spoils the first half of a title or the second, not
both) and by the part before a colon.
"""

from __future__ import annotations

import re
import sqlite3
import weakref
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from ...core.errors import StoreError
from ...core.labels import Name
from ..model.classes import KNOWN, fit
from ..model.properties import DATES, IDENTIFIERS, MAKERS, TYPE
from .features import Candidate, Clues, Someone, years_in
from .name_similarity import likeness, read_title

#: Raised by hand when an index made by an older version cannot be read.
FORMAT: Final = 1
#: What is said of an item, beyond properties: its names.
LABEL, ALIAS, ARTICLE, SUBCLASS = "label", "alias", "article", "P279"

SCHEMA: Final = """
CREATE TABLE about (format INTEGER NOT NULL, source TEXT NOT NULL, items INTEGER NOT NULL);
CREATE TABLE said (
    item INTEGER NOT NULL, property TEXT NOT NULL, value TEXT NOT NULL, language TEXT NOT NULL,
    PRIMARY KEY (item, property, value, language)
) WITHOUT ROWID;
CREATE TABLE name (
    key TEXT NOT NULL, item INTEGER NOT NULL, PRIMARY KEY (key, item)
) WITHOUT ROWID;
CREATE TABLE mirrored (
    mirror TEXT NOT NULL, item INTEGER NOT NULL, PRIMARY KEY (mirror, item)
) WITHOUT ROWID;
CREATE TABLE known (
    value TEXT NOT NULL, property TEXT NOT NULL, item INTEGER NOT NULL,
    PRIMARY KEY (value, property, item)
) WITHOUT ROWID;
CREATE TABLE maker (
    person INTEGER NOT NULL, work INTEGER NOT NULL, PRIMARY KEY (person, work)
) WITHOUT ROWID;
"""
_MOST: Final = 200  # namesakes that are looked at
_MOST_NEAR: Final = 400  # titles that share a half and are compared
_SHORTEST_NEAR: Final = 5
_SHORTEST_BEGINNING: Final = 3
_LAST: Final = "\U0010ffff"


class LocalIndex:
    """An index that `allusion.wikidata.linking.feeding` made, open for reading.

    :raises StoreError: if the file is missing, no index, or of another version.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
            self._closing = weakref.finalize(self, self._db.close)
            form, self.name, self.items = self._db.execute("SELECT * FROM about").fetchone()
        except (sqlite3.Error, TypeError) as error:
            raise StoreError(f"{path} is no index of items ({error}); make it again") from error
        if form != FORMAT:
            raise StoreError(f"{path} is an index of another version; make it again")
        self._candidate = lru_cache(50_000)(self._read_candidate)
        self._someone = lru_cache(100_000)(self._read_someone)
        self._above = lru_cache(10_000)(self._read_above)

    def close(self) -> None:
        """Let go of the file."""
        self._closing()

    def candidates(self, wanted: Sequence[Clues]) -> Iterator[list[Candidate]]:
        """For each of ``wanted``, the items that share an identifier, an article or a name."""
        for clues in wanted:
            yield [self._candidate(item) for item in self._find(clues)]

    def _find(self, clues: Clues) -> list[int]:
        found: dict[int, None] = {}
        for prop, value in (*clues.identifiers.items(), *clues.articles.items()):
            rows = self._db.execute(
                "SELECT item FROM known WHERE value = ? AND property = ?", (value, prop)
            )
            found.update((item, None) for (item,) in rows)
        keys = list(dict.fromkeys(read_title(name.text).key for name in clues.names))
        for key in keys:
            rows = self._db.execute("SELECT item FROM name WHERE key = ? LIMIT ?", (key, _MOST))
            found.update((item, None) for (item,) in rows)
        if not any(self._may_be(clues.kind, item) for item in found):
            for name in clues.names:
                found.update((item, None) for item in self._near(name.text))
        return list(found)

    def _may_be(self, kind: str, item: int) -> bool:
        candidate = self._candidate(item)
        return fit(kind, candidate.types, candidate.superclasses) != "conflicts"

    def _near(self, text: str) -> Iterator[int]:
        """Items with a title one letter off, or with the same part before a colon."""
        title = read_title(text)
        key = title.key
        ranges = [("name", "key", f"{key} ", f"{key}!")] if len(key) >= _SHORTEST_BEGINNING else []
        if len(key) >= _SHORTEST_NEAR:
            half = len(key) // 2
            ranges += [
                ("name", "key", key[:half], key[:half] + _LAST),
                ("mirrored", "mirror", key[half:][::-1], key[half:][::-1] + _LAST),
            ]
        for table, column, first, last in ranges:
            rows = self._db.execute(
                f"SELECT {column}, item FROM {table} "  # noqa: S608 (names of our own)
                f"WHERE {column} >= ? AND {column} < ? LIMIT ?",
                (first, last, _MOST_NEAR),
            )
            for found, item in rows:
                other = found if table == "name" else found[::-1]
                if other.startswith(f"{key} ") or likeness(title, read_title(other)):
                    yield item
        if title.main:
            rows = self._db.execute("SELECT item FROM name WHERE key = ?", (title.main,))
            yield from (item for (item,) in rows)

    def _read_candidate(self, item: int) -> Candidate:
        labels: list[Name] = []
        aliases: list[Name] = []
        articles: dict[str, str] = {}
        values: dict[str, list[str]] = defaultdict(list)
        for prop, value, language in self._db.execute(
            "SELECT property, value, language FROM said WHERE item = ?", (item,)
        ):
            if prop == LABEL:
                labels.append(Name(value, language))
            elif prop == ALIAS:
                aliases.append(Name(value, language))
            elif prop == ARTICLE:
                articles[language] = value
                aliases.append(Name(value, language.removesuffix("wiki").replace("_", "-")))
            else:
                values[prop].append(value)
        types = tuple(values[TYPE])
        return Candidate(
            f"Q{item}",
            tuple(labels),
            tuple(aliases),
            types,
            frozenset() if KNOWN.intersection(types) else self._superclasses(types),
            {prop: _years(values[prop]) for prop in DATES if prop in values},
            {
                prop: tuple(map(self._someone, values[prop])) for prop in MAKERS if prop in values
            },
            {prop: tuple(values[prop]) for prop in IDENTIFIERS if prop in values},
            articles,
            self._works(item),
        )  # fmt: skip

    def _works(self, item: int) -> frozenset[str]:
        rows = self._db.execute("SELECT DISTINCT work FROM maker WHERE person = ?", (item,))
        return frozenset(f"Q{work}" for (work,) in rows)

    def _read_someone(self, item: str) -> Someone:
        if not re.fullmatch(r"Q\d+", item):
            return Someone("", (item,))
        rows = self._db.execute(
            "SELECT value FROM said WHERE item = ? AND property IN (?, ?) "
            "ORDER BY property DESC, language != 'en', language, value",
            (int(item[1:]), LABEL, ALIAS),
        )
        return Someone(item, tuple(dict.fromkeys(value for (value,) in rows)))

    def _superclasses(self, types: Sequence[str]) -> frozenset[str]:
        return frozenset().union(*map(self._above, types)) if types else frozenset()

    def _read_above(self, item: str) -> frozenset[str]:
        rows = self._db.execute(
            """WITH RECURSIVE above (item) AS (
                 SELECT value FROM said WHERE item = ?1 AND property = ?2
                 UNION
                 SELECT value FROM said JOIN above
                 ON said.item = CAST(substr(above.item, 2) AS INTEGER) AND property = ?2
               ) SELECT item FROM above""",
            (int(item[1:]), SUBCLASS),
        )
        return frozenset(value for (value,) in rows)


def _years(values: Sequence[str]) -> tuple[int, ...]:
    return tuple(sorted({year for value in values for year in years_in(value)}))
