"""Candidates from a local index in one SQLite file.

Names are looked up by their normalized key. If none matches, titles are looked up by their
first or second half, because a one-letter difference leaves one half unchanged, by the part
before a colon, and by their derived titles (`derived_titles`).
"""

from __future__ import annotations

import re
import sqlite3
import weakref
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from ...core.errors import StoreError
from ...core.labels import Name
from ..model.classes import KNOWN_CLASSES, match_classes
from ..model.properties import DATES, IDENTIFIERS, INSTANCE_OF, MAKERS
from .features import Candidate, Contributor, Features, years_of_values
from .name_similarity import compare_titles, derived_titles, normalize_title

#: Version of the schema; increase it if older indexes cannot be read.
FORMAT: Final = 1
#: Values of the column "property" that are not properties.
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
_MAX_NAMESAKES: Final = 200  # candidates for each key
_MAX_SIMILAR: Final = 400  # titles with a common half that are compared
_MIN_SIMILAR_LENGTH: Final = 5
_MIN_PREFIX_LENGTH: Final = 3
_MAX_CHARACTER: Final = "\U0010ffff"


class IndexSource:
    """Candidate source over an index that `index_builder` built.

    Raises:
        StoreError: If the file is missing, not an index, or of another version.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
            self._closing = weakref.finalize(self, self._db.close)
            form, self.name, self.items = self._db.execute("SELECT * FROM about").fetchone()
        except (sqlite3.Error, TypeError) as error:
            raise StoreError(
                f"{path} is not an index of items ({error}); build it again"
            ) from error
        if form != FORMAT:
            raise StoreError(f"{path} is an index of another version; build it again")
        self._candidate = lru_cache(50_000)(self._read_candidate)
        self._contributor = lru_cache(100_000)(self._read_contributor)
        self._above = lru_cache(10_000)(self._read_above)

    def close(self) -> None:
        """Close the file."""
        self._closing()

    def candidates(self, queries: Sequence[Features]) -> Iterator[list[Candidate]]:
        """Yield the items that share an identifier, an article or a name with each query."""
        for features in queries:
            yield [self._candidate(item) for item in self._find(features)]

    def _find(self, features: Features) -> list[int]:
        found: dict[int, None] = {}
        for prop, value in (*features.identifiers.items(), *features.articles.items()):
            rows = self._db.execute(
                "SELECT item FROM known WHERE value = ? AND property = ?", (value, prop)
            )
            found.update((item, None) for (item,) in rows)
        found.update(dict.fromkeys(self._find_titles(name.text for name in features.names)))
        if not any(self._is_possible(features.kind, item) for item in found):
            for name in features.names:
                derived = (one.text for one in derived_titles(name.text))
                found.update(dict.fromkeys(self._find_titles(derived)))
                found.update((item, None) for item in self._find_similar(name.text))
        return list(found)

    def _find_titles(self, titles: Iterable[str]) -> Iterator[int]:
        for key in dict.fromkeys(normalize_title(title).key for title in titles):
            rows = self._db.execute(
                "SELECT item FROM name WHERE key = ? LIMIT ?", (key, _MAX_NAMESAKES)
            )
            yield from (item for (item,) in rows)

    def _is_possible(self, kind: str, item: int) -> bool:
        candidate = self._candidate(item)
        return match_classes(kind, candidate.types, candidate.superclasses) != "conflicts"

    def _find_similar(self, text: str) -> Iterator[int]:
        """Yield items whose title differs by one letter, or has the same part before a colon."""
        title = normalize_title(text)
        key = title.key
        ranges = [("name", "key", f"{key} ", f"{key}!")] if len(key) >= _MIN_PREFIX_LENGTH else []
        if len(key) >= _MIN_SIMILAR_LENGTH:
            half = len(key) // 2
            ranges += [
                ("name", "key", key[:half], key[:half] + _MAX_CHARACTER),
                ("mirrored", "mirror", key[half:][::-1], key[half:][::-1] + _MAX_CHARACTER),
            ]
        for table, column, first, last in ranges:
            rows = self._db.execute(
                f"SELECT {column}, item FROM {table} "  # noqa: S608 (names of our own)
                f"WHERE {column} >= ? AND {column} < ? LIMIT ?",
                (first, last, _MAX_SIMILAR),
            )
            for found, item in rows:
                other = found if table == "name" else found[::-1]
                if other.startswith(f"{key} ") or compare_titles(title, normalize_title(other)):
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
        types = tuple(values[INSTANCE_OF])
        return Candidate(
            f"Q{item}",
            tuple(labels),
            tuple(aliases),
            types,
            frozenset() if KNOWN_CLASSES.intersection(types) else self._superclasses(types),
            {prop: years_of_values(values[prop]) for prop in DATES if prop in values},
            {prop: tuple(map(self._contributor, values[prop]))
             for prop in MAKERS if prop in values},
            {prop: tuple(values[prop]) for prop in IDENTIFIERS if prop in values},
            articles,
            self._works(item),
        )  # fmt: skip

    def _works(self, item: int) -> frozenset[str]:
        rows = self._db.execute("SELECT DISTINCT work FROM maker WHERE person = ?", (item,))
        return frozenset(f"Q{work}" for (work,) in rows)

    def _read_contributor(self, item: str) -> Contributor:
        if not re.fullmatch(r"Q\d+", item):
            return Contributor("", (item,))
        rows = self._db.execute(
            "SELECT value FROM said WHERE item = ? AND property IN (?, ?) "
            "ORDER BY property DESC, language != 'en', language, value",
            (int(item[1:]), LABEL, ALIAS),
        )
        return Contributor(item, tuple(dict.fromkeys(value for (value,) in rows)))

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
