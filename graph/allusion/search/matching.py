"""Tolerant search for entities by any of their names.

Three FTS5 (full-text) tables in the SQLite file find candidates. The rank of a candidate is
computed here, from the name itself. Without FTS5 every name is compared: slower, with the same
result. The rows of the table ``name`` are in order of importance, so the best matches of one
rank come first.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Final

from ..core.labels import Name, fold
from .descriptions import TOKEN, create_description_tables, find_in_descriptions
from .results import (
    BEGINNING,
    DESCRIPTION,
    EXACT,
    INSIDE,
    PART,
    SCRIPTS,
    SPELLING,
    TYPO,
    WORD,
    Match,
)
from .romanization import LANGUAGES, Reading, contains_reading, readings, syllables_of
from .spelling import IDEOGRAPH, IDEOGRAPHS, elided_forms, is_elision, one_edit

_IN_IDEOGRAPHS: Final = re.compile(f"[{IDEOGRAPHS}]+")
_READING_SEPARATOR: Final = "0none0"  # is not a syllable; separates the readings of a name
_MAX_INSIDE_MATCHES: Final = 400  # maximum of ranked names that match inside of words
_MAX_QUERY_WORDS: Final = 40  # maximum of query words in a full-text query; the rank uses all words
_MAX_QUERY_LENGTH: Final = 1000  # maximum of letters in a query; every name is shorter

_FTS_TABLES: Final = {
    "words": f"""CREATE VIRTUAL TABLE words USING fts5(
        name, {", ".join(LANGUAGES)}, content='', prefix='1 2 3',
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'")""",
    # The tokenizer "trigram" needs SQLite 3.34.
    "pieces": """CREATE VIRTUAL TABLE pieces USING fts5(
        name, content='', tokenize='trigram case_sensitive 1')""",
}
_VOCABULARY: Final = """
CREATE TABLE word (word TEXT PRIMARY KEY, mirrored TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX word_mirrored ON word (mirrored);
"""


def create_search_tables(db: sqlite3.Connection, *, full_text: bool = True) -> None:
    """Create the search tables from the table ``name``.

    Args:
        db: An index with all its names.
        full_text: False creates no FTS5 tables, as if SQLite lacked FTS5; search then compares
            every name.
    """
    made = {table for table in _FTS_TABLES if full_text and _create_table(db, table)}
    vocabulary: set[str] = set()
    for row, text, folded, tag in db.execute(
        "SELECT rowid, text, folded, language FROM name"
    ).fetchall():
        vocabulary.update(folded.split())
        if "words" in made:
            spelled = (_syllables(text, language, tag) for language in LANGUAGES)
            db.execute(
                "INSERT INTO words (rowid, name, mandarin, cantonese, japanese) "
                "VALUES (?, ?, ?, ?, ?)",
                (row, " ".join(TOKEN.findall(folded)), *spelled),
            )
        if "pieces" in made:
            db.execute(
                "INSERT INTO pieces (rowid, name) VALUES (?, ?)", (row, folded.replace(" ", ""))
            )
    create_description_tables(db, full_text=full_text)
    db.executescript(_VOCABULARY)
    db.executemany(
        "INSERT INTO word VALUES (?, ?)", ((word, word[::-1]) for word in sorted(vocabulary))
    )
    for table in made:
        db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608


def _create_table(db: sqlite3.Connection, table: str) -> bool:
    try:
        db.execute(_FTS_TABLES[table])
    except sqlite3.OperationalError:  # no such module: fts5; no such tokenizer: trigram
        return False
    return True


def _syllables(text: str, language: str, tag: str) -> str:
    spelled = (" ".join(syllables_of(item)) for item in _name_readings(text, language, tag))
    return f" {_READING_SEPARATOR} ".join(spelled)


def _name_readings(text: str, language: str, tag: str) -> tuple[Reading, ...]:
    """Return the readings of a name in the systems of a language.

    A name in English may be a romanization; a name in French, for example, is not.
    """
    romanized = not tag or tag.lower().startswith(("en", "zh", "yue", "ja"))
    return readings(text, language, tag) if romanized else ()


class Query:
    """Search text in the forms in which it is compared."""

    def __init__(self, text: str) -> None:
        self.text = text.encode("utf-8", "replace").decode()  # lone surrogates, from a shell
        self.folded = fold(self.text)
        self.pieces = list(dict.fromkeys(self.folded.split()))
        self.squeezed = self.folded.replace(" ", "")

    @cached_property
    def spelled(self) -> dict[str, tuple[Reading, ...]]:
        """Readings of the text by language."""
        return {language: readings(self.text, language) for language in LANGUAGES}

    @cached_property
    def parts(self) -> list[Query]:
        """Parts to find in separate names, longest first; [] for a text in one script.

        Each word in a script without spaces is a part; all other words together are one part.
        """
        apart = _IN_IDEOGRAPHS.findall(self.folded)
        rest = " ".join(_IN_IDEOGRAPHS.sub(" ", self.folded).split())
        texts = [*sorted(dict.fromkeys(apart), key=len, reverse=True), *filter(None, [rest])]
        return [Query(text) for text in texts] if apart and len(texts) > 1 else []

    def rank(self, folded: str) -> int | None:
        """Return the rank of a folded name, from EXACT to INSIDE; None without a match."""
        if folded == self.folded:
            return EXACT
        squeezed = folded.replace(" ", "")
        if squeezed == self.squeezed:
            return EXACT
        if folded.startswith(self.folded):
            return BEGINNING
        words = folded.split()
        if all(piece in words for piece in self.pieces):
            return WORD
        if all(_begins_word(piece, words, squeezed) for piece in self.pieces):
            return PART
        return INSIDE if all(_contains(piece, words, squeezed) for piece in self.pieces) else None

    def is_spelling(self, text: str, tag: str) -> bool:
        """Return whether the search text is another romanization of ``text``, or an elision of it.

        An elision is ``text`` with letters left out.
        """
        return is_elision(self.pieces, text) or any(
            contains_reading(wanted, name)
            for language, ways in self.spelled.items()
            if ways
            for name in _name_readings(text, language, tag)
            for wanted in ways
        )

    def is_in(self, names: Sequence[tuple[str, str, str]]) -> bool:
        """Return whether one of ``names`` (folded, text, language) contains the text."""
        return any(
            self.rank(folded) is not None or self.is_spelling(text, language)
            for folded, text, language in names
        )

    def is_typo(self, folded: str) -> bool:
        """Return whether a name matches with at most one wrong letter in each long word."""
        words = folded.split()
        return all(
            any(word.startswith(piece) or one_edit(piece, word) for word in words)
            for piece in self.pieces
        )


def _begins_word(piece: str, words: Sequence[str], squeezed: str) -> bool:
    """Return whether a word of a name begins with a piece.

    In scripts without spaces between words, the piece may be anywhere in the name.
    """
    if IDEOGRAPH.search(piece):
        return piece in squeezed
    return any(word.startswith(piece) for word in words)


def _contains(piece: str, words: Sequence[str], squeezed: str) -> bool:
    """Return whether a name contains a piece; a short one must begin a word."""
    return (len(piece) > 2 and piece in squeezed) or _begins_word(piece, words, squeezed)


_COLUMNS: Final = "name.rowid, name.iri, register, label, text, language, folded, year, joined"
_FROM: Final = "name CROSS JOIN thing ON thing.iri = name.iri"
Row = tuple[int, str, str, str, str, str, str, int | None, int]


def find(
    db: sqlite3.Connection,
    text: str,
    limit: int,
    registers: Sequence[str],
    *,
    descriptions: bool = True,
) -> list[Match]:
    """Find entities by name, and by description if the names leave room.

    All words of ``text`` must be in one name, in any order. Words in several scripts may be in
    several names of one entity. Other romanizations rank below literal matches. Typos are found
    only if nothing else matches.

    Args:
        db: An open index.
        text: The search text.
        limit: Maximum number of matches.
        registers: Registers to search.
        descriptions: Search in descriptions too.

    Returns:
        The matches, best first.
    """
    query = Query(text)
    if not query.folded or len(query.folded) > _MAX_QUERY_LENGTH or limit < 1:
        return []
    finder = _Finder(db, query, limit, tuple(registers))
    return [*finder.matches(), *(finder.described() if descriptions else ())]


class _Finder:
    def __init__(
        self, db: sqlite3.Connection, query: Query, limit: int, registers: tuple[str, ...]
    ) -> None:
        self.db, self.query, self.limit, self.registers = db, query, limit, registers
        self.best: dict[str, tuple[int, Row]] = {}

    @cached_property
    def full_text(self) -> bool:
        """Whether the full-text tables exist and this SQLite can read them."""
        try:
            for table in _FTS_TABLES:
                self.db.execute(f"SELECT rowid FROM {table} LIMIT 1")  # noqa: S608
        except sqlite3.OperationalError:
            return False
        return bool(TOKEN.search(self.query.folded))

    def search(self) -> list[tuple[int, Row]]:
        """Return pairs of rank and row, best first."""
        if self.full_text:
            self._find()
        else:
            self._scan()
        return sorted(self.best.values(), key=lambda pair: (pair[0], pair[1][0]))[: self.limit]

    def _find(self) -> None:
        query = self.query
        self._keep_names(self._equal(), query.rank)
        if len(self.best) < self.limit:
            first = f"^ {_phrase(query.folded)} *"
            self._keep_names(self._words("name", [first]), query.rank)
        tokens = list(filter(None, map(_phrase, query.pieces[:_MAX_QUERY_WORDS])))
        if len(self.best) < self.limit:
            self._keep_names(self._words("name", tokens), query.rank)
        if len(self.best) < self.limit:
            self._keep_names(self._words("name", [f"{token} *" for token in tokens]), query.rank)
        if len(self.best) < self.limit:
            for pieces in (query.pieces[:_MAX_QUERY_WORDS], [query.squeezed]):
                long = [_quoted(piece) for piece in pieces if len(piece) > 2]
                if long:
                    rows = self._rows("pieces", " AND ".join(long))
                    self._keep_names(rows, query.rank, _MAX_INSIDE_MATCHES)
        if len(self.best) < self.limit:
            self._in_scripts()
        if len(self.best) < self.limit:
            self._elided(tokens)
            self._spelled()
        if not self.best:
            self._typos()

    def _scan(self) -> None:
        """Find the same matches without full-text tables, by comparing every name."""
        query = self.query
        every = self._select(f"SELECT {_COLUMNS} FROM {_FROM}", ()).fetchall()  # noqa: S608

        def spelling(row: Row) -> int | None:
            return SPELLING if query.is_spelling(row[4], row[5]) else None

        self._keep_names(iter(every), query.rank, len(every))
        if len(self.best) < self.limit:
            self._in_scripts()
        if len(self.best) < self.limit:
            self._keep_best(iter(every), spelling)
        if not self.best:
            self._keep_best(iter(every), lambda row: TYPO if query.is_typo(row[6]) else None)

    def _keep_names(
        self, rows: Iterator[Row], rank: Callable[[str], int | None], most: int | None = None
    ) -> None:
        self._keep_best(rows, lambda row: rank(row[6]), most)

    def _keep_best(
        self, rows: Iterator[Row], rank: Callable[[Row], int | None], most: int | None = None
    ) -> None:
        """Keep the best row of each entity, until enough new entities are found.

        Rows of equal rank must come in order of importance.
        """
        wanted = most or self.limit
        new = 0
        for row in rows:
            place = rank(row)
            if place is None:
                continue
            before = self.best.get(row[1])
            if before is None or (place, row[0]) < (before[0], before[1][0]):
                self.best[row[1]] = (place, row)
                new += before is None
                if new >= wanted:
                    return

    def _equal(self) -> Iterator[Row]:
        return self._select(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE folded = ?",  # noqa: S608
            (self.query.folded,),
        )

    def _words(self, column: str, tokens: Sequence[str]) -> Iterator[Row]:
        return self._rows("words", f"{{{column}}} : ({' AND '.join(tokens)})")

    def _rows(self, table: str, expression: str) -> Iterator[Row]:
        return self._select(
            # CROSS JOIN keeps the order of the candidates, and reads no more of them than needed.
            f"SELECT {_COLUMNS} FROM {table} CROSS JOIN name ON name.rowid = {table}.rowid "  # noqa: S608
            f"CROSS JOIN thing ON thing.iri = name.iri WHERE {table} MATCH ?",
            (expression,),
            f"{table}.rowid",
        )

    def _select(
        self, sql: str, values: tuple[str, ...], order: str = "name.rowid"
    ) -> sqlite3.Cursor:
        marks = ", ".join("?" * len(self.registers))
        joint = "AND" if " WHERE " in sql else "WHERE"
        return self.db.execute(
            f"{sql} {joint} register IN ({marks}) ORDER BY {order}",
            (*values, *self.registers),
        )

    def _in_scripts(self) -> None:
        """Find entities with a name in each script of the text.

        Only the best entities that match the first part are considered.
        """
        if not self.query.parts:
            return
        first, *others = self.query.parts
        for _, row in _Finder(self.db, first, _MAX_INSIDE_MATCHES, self.registers).search():
            names = self.db.execute(
                "SELECT folded, text, language FROM name WHERE iri = ?", (row[1],)
            ).fetchall()
            if row[1] not in self.best and all(part.is_in(names) for part in others):
                self.best[row[1]] = (SCRIPTS, row)

    def _elided(self, tokens: Sequence[str]) -> None:
        """Find names in which an apostrophe stands for letters of the text."""
        pieces = self.query.pieces[:_MAX_QUERY_WORDS]
        forms = [list(map(_quoted, elided_forms(piece))) for piece in pieces]
        if len(tokens) < len(pieces) or not any(forms):
            return
        alternatives = [
            f"({' OR '.join([f'{token} *', *near])})"
            for token, near in zip(tokens, forms, strict=True)
        ]
        rows = self._words("name", alternatives)
        self._keep_best(rows, lambda row: SPELLING if is_elision(pieces, row[4]) else None)

    def _spelled(self) -> None:
        def rank(row: Row) -> int | None:
            return SPELLING if self.query.is_spelling(row[4], row[5]) else None

        for language, ways in self.query.spelled.items():
            for reading in ways:
                whole = _quoted(" ".join(syllables_of(reading)))
                words = " AND ".join(_quoted(" ".join(word)) for word in reading)
                rows = self._rows("words", f"{{{language}}} : ({whole} OR ({words}))")
                self._keep_best(rows, rank)

    def _typos(self) -> None:
        alternatives = []
        for piece in self.query.pieces[:_MAX_QUERY_WORDS]:
            token = _phrase(piece)
            near = [f"{token} *"] if token else []
            near += [phrase for word in self._similar_words(piece) if (phrase := _phrase(word))]
            if not near:
                return
            alternatives.append(f"({' OR '.join(near)})")
        rows = self._words("name", alternatives)
        self._keep_best(rows, lambda row: TYPO if self.query.is_typo(row[6]) else None)

    def _similar_words(self, piece: str) -> list[str]:
        """Return words of the index that are one edit away.

        One wrong letter is in the first or in the second half of a word, so one of the halves is
        intact. A transposition across the middle is searched for separately.
        """
        half = len(piece) // 2
        first, second = piece[:half], piece[half:][::-1]
        swapped = piece[: half - 1] + piece[half : half + 1] + piece[half - 1] + piece[half + 1 :]
        rows = self.db.execute(
            """SELECT word FROM word WHERE word >= ?1 AND word < ?2
               UNION SELECT word FROM word WHERE mirrored >= ?3 AND mirrored < ?4
               UNION SELECT word FROM word WHERE word = ?5""",
            (first, first + "\U0010ffff", second, second + "\U0010ffff", swapped),
        )
        return [word for (word,) in rows if one_edit(piece, word)]

    def matches(self) -> list[Match]:
        return [self._match(rank, row) for rank, row in self.search()]

    def described(self) -> Iterator[Match]:
        """Yield entities with the text in their description, which no name has."""
        room = self.limit - len(self.best)
        pieces = self.query.pieces[:_MAX_QUERY_WORDS]
        for thing, passage in find_in_descriptions(
            self.db, pieces, self.registers, room, self.best.keys()
        ):
            iri, register, label, year, joined = thing
            leads = self._leads(iri)
            yield Match(iri, register, label, passage, DESCRIPTION, year, joined, leads)

    def _match(self, rank: int, row: Row) -> Match:
        _, iri, register, label, text, language, _, year, joined = row
        name = Name(text, language)
        return Match(iri, register, label, name, rank, year, joined, self._leads(iri))

    def _leads(self, iri: str) -> tuple[str, ...]:
        leads = self.db.execute(
            """SELECT label FROM lead JOIN thing ON thing.iri = lead.other
               WHERE lead.iri = ? ORDER BY place""",
            (iri,),
        )
        return tuple(label for (label,) in leads)


def similar_names(db: sqlite3.Connection, text: str, registers: Sequence[str]) -> list[str]:
    """Return IRIs of up to five entities with the names most similar to ``text``."""
    from difflib import get_close_matches

    folded = Query(text).folded
    squeezed = folded.replace(" ", "")
    marks = ", ".join("?" * len(registers))
    trigrams = {squeezed[i : i + 3] for i in range(len(squeezed) - 2)}
    some = " OR ".join(map(_quoted, sorted(trigrams))) or _quoted(squeezed)
    try:
        rows = db.execute(
            f"""SELECT folded, name.iri FROM pieces JOIN name ON name.rowid = pieces.rowid
                JOIN thing ON thing.iri = name.iri
                WHERE pieces MATCH ? AND register IN ({marks})
                ORDER BY bm25(pieces), pieces.rowid LIMIT 100""",  # noqa: S608 (only ? marks)
            (some, *registers),
        ).fetchall()
    except sqlite3.OperationalError:
        rows = db.execute(
            f"SELECT folded, name.iri FROM {_FROM} WHERE register IN ({marks})",  # noqa: S608
            tuple(registers),
        ).fetchall()
    known = dict(reversed(rows))
    close = get_close_matches(folded, known, n=5, cutoff=0.7)
    return list(dict.fromkeys(known[name] for name in close))


def _phrase(piece: str) -> str:
    """Return a piece as an FTS5 phrase of tokens; "" if it contains only punctuation."""
    tokens = TOKEN.findall(piece)
    return _quoted(" ".join(tokens)) if tokens else ""


def _quoted(text: str) -> str:
    """Quote text as an FTS5 string, in which no character is an operator.

    Source: https://sqlite.org/fts5.html, section 3.1
    """
    return '"' + text.replace('"', '""') + '"'
