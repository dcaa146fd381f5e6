"""Names: finding an entity by what people call it, in any script.

The index is a small SQLite file beside the store, made by the build.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
import weakref
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .errors import AmbiguousName, StoreError, UnknownName
from .naming import Link, Name
from .terms import expand, shorten
from .vocabulary import BASE, ENTITY_REGISTERS, STATEMENT_REGISTERS

_MARKS: Final = re.compile("[\u0300-\u036f]")  # not the kana voicing marks, which are letters' own
_GAPS: Final = re.compile(r"[\s\-_.·・=&'’‘\"“”,:;!?()/]+")

_SCHEMA: Final = """
CREATE TABLE thing (
    iri TEXT PRIMARY KEY, register TEXT NOT NULL, label TEXT NOT NULL, weight INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE name (
    folded TEXT NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL,
    preferred INTEGER NOT NULL, iri TEXT NOT NULL REFERENCES thing
);
CREATE INDEX name_folded ON name (folded);
CREATE INDEX name_iri ON name (iri);
CREATE TABLE link (
    iri TEXT NOT NULL REFERENCES thing, site TEXT NOT NULL, url TEXT NOT NULL,
    identifier TEXT NOT NULL, confidence REAL, note TEXT NOT NULL
);
CREATE INDEX link_iri ON link (iri);
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """What the index keeps of one node. ``weight`` is how many connections touch it."""

    iri: str
    register: str
    label: str
    names: tuple[tuple[Name, bool], ...]
    links: tuple[Link, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Match:
    """An entity found by name: the text that matched, and how well (0 is exact, then prefix...)."""

    iri: str
    register: str
    label: str
    matched: Name
    rank: int


def fold(text: str) -> str:
    """The form in which names are compared: no case, no accents, no punctuation.

    >>> fold("Zesshō"), fold("Wong Kar-wai"), fold("ＴＢＳ")
    ('zessho', 'wong kar wai', 'tbs')
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text).casefold())
    return _GAPS.sub(" ", unicodedata.normalize("NFKC", plain)).strip()


def write_index(path: Path, things: Iterable[Thing]) -> None:
    """Write the index of ``things`` to a new file at ``path``."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(_SCHEMA)
        for thing in things:
            connection.execute(
                "INSERT INTO thing VALUES (?, ?, ?, ?)",
                (thing.iri, thing.register, thing.label, thing.weight),
            )
            connection.executemany(
                "INSERT INTO name VALUES (?, ?, ?, ?, ?)",
                [
                    (fold(name.text), name.text, name.language, preferred, thing.iri)
                    for name, preferred in thing.names
                ],
            )
            connection.executemany(
                "INSERT INTO link VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (thing.iri, link.site, link.url, link.identifier, link.confidence, link.note)
                    for link in thing.links
                ],
            )


class Names:
    """The index of names, open for reading.

    :raises StoreError: if the file is missing or not an index.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._db = sqlite3.connect(
                f"file:{_quoted(path)}?mode=ro", uri=True, check_same_thread=False
            )
            # Closed with its owner: an open connection is a warning from Python 3.13 on.
            self._closing = weakref.finalize(self, self._db.close)
            self._db.execute("SELECT 1 FROM thing LIMIT 1")
        except sqlite3.Error as error:
            raise StoreError(
                f"the index of names cannot be read ({error}); run: allusion build --force"
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        self._closing()

    def resolve(self, text: str, registers: Sequence[str] = tuple(ENTITY_REGISTERS)) -> str:
        """The IRI of the one thing that ``text`` names.

        An IRI, a prefixed name, a slug, or a label or alias in any language.

        :raises AmbiguousName: if several have that name.
        :raises UnknownName: if none has.
        """
        text = text.strip()
        iri = text if text.startswith(BASE) else expand(text)
        if iri is None and re.fullmatch(r"[a-z-]+/[a-z0-9-]+", text):
            iri = BASE + text
        if iri is not None and self._register(iri) in registers:
            return iri
        found = self._exact(shorten(iri) if iri else text, registers)
        if len(found) == 1:
            return found[0].iri
        if found:
            options = [f"{match.label} ({shorten(match.iri)})" for match in found]
            raise AmbiguousName(
                f"{text!r} names {len(found)} things; write one of: {', '.join(options)}", options
            )
        raise self._unknown(text, iri, registers)

    def _unknown(self, text: str, iri: str | None, registers: Sequence[str]) -> UnknownName:
        elsewhere = self._register(iri) if iri else ""
        wanted = f"{registers[0]}" if len(registers) == 1 else "entity"
        if elsewhere:
            return UnknownName(
                f"{text!r} is a {elsewhere}; here one of these is wanted: {', '.join(registers)}"
            )
        if other := self._exact(text, (*ENTITY_REGISTERS, *STATEMENT_REGISTERS)):
            kinds = " or ".join(f"a {m.register} ({shorten(m.iri)})" for m in other[:3])
            return UnknownName(
                f"{text!r} is {kinds}; here one of these is wanted: {', '.join(registers)}"
            )
        near = self.suggest(text, registers)
        hint = f"did you mean {', '.join(near[:5])}?" if near else "try: allusion search TEXT"
        return UnknownName(f"no {wanted} is called {text!r}; {hint}", near[:5])

    def _register(self, iri: str) -> str:
        row = self._db.execute("SELECT register FROM thing WHERE iri = ?", (iri,)).fetchone()
        return str(row[0]) if row else ""

    def _exact(self, text: str, registers: Sequence[str]) -> list[Match]:
        marks = ", ".join("?" * len(registers))
        by_slug = [BASE + f"{register}/{text}" for register in registers]
        rows = self._db.execute(
            f"""SELECT thing.iri, register, label, text, language, preferred
                FROM thing LEFT JOIN name ON name.iri = thing.iri AND folded = ?
                WHERE register IN ({marks})
                  AND (text IS NOT NULL OR thing.iri IN ({marks}))
                ORDER BY weight DESC, thing.iri, preferred DESC""",  # noqa: S608 (only ? marks)
            (fold(text), *registers, *by_slug),
        )
        found: dict[str, Match] = {}
        for iri, register, label, matched, language, _ in rows:
            name = Name(matched or text, language or "")
            found.setdefault(iri, Match(iri, register, label, name, 0))
        return list(found.values())

    def suggest(self, text: str, registers: Sequence[str] = tuple(ENTITY_REGISTERS)) -> list[str]:
        """Up to five names near ``text``, each with its prefixed name: for "did you mean"."""
        near = [f"{m.label} ({shorten(m.iri)})" for m in self.search(text, 5, registers)]
        return list(dict.fromkeys(near + self._close(text, registers)))[:5]

    def _close(self, text: str, registers: Sequence[str]) -> list[str]:
        marks = ", ".join("?" * len(registers))
        rows = self._db.execute(
            f"""SELECT folded, label, thing.iri FROM name JOIN thing USING (iri)
                WHERE register IN ({marks})""",  # noqa: S608 (only ? marks)
            tuple(registers),
        ).fetchall()
        known = {folded: f"{label} ({shorten(iri)})" for folded, label, iri in rows}
        from difflib import get_close_matches

        close = get_close_matches(fold(text), known, n=5, cutoff=0.7)
        return list(dict.fromkeys(known[folded] for folded in close))

    def search(
        self, text: str, limit: int = 20, registers: Sequence[str] = tuple(ENTITY_REGISTERS)
    ) -> list[Match]:
        """Entities with every word of ``text`` in a name, in any order.

        Exact first, then those that begin with it, then a word that does, then anywhere.
        """
        folded = fold(text)
        if not folded:
            return []
        pattern = folded.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        # Spaces do not count within a name: karwai finds Kar-wai.
        pieces = pattern.split()
        words = " AND ".join(
            f"replace(folded, ' ', '') LIKE '%' || ?{number} || '%' ESCAPE '\\'"
            for number in range(3, 3 + len(pieces))
        )
        marks = ", ".join("?" * len(registers))
        rows = self._db.execute(
            f"""SELECT thing.iri, register, label, text, language,
                       CASE WHEN folded = ?1 THEN 0
                            WHEN folded LIKE ?2 || '%' ESCAPE '\\' THEN 1
                            WHEN folded LIKE '% ' || ?2 || '%' ESCAPE '\\' THEN 2
                            ELSE 3 END AS rank
                FROM name JOIN thing USING (iri)
                WHERE {words} AND register IN ({marks})
                ORDER BY rank, weight DESC, preferred DESC, thing.iri, text""",  # noqa: S608
            (folded, pattern, *pieces, *registers),
        )
        found: dict[str, Match] = {}
        for iri, register, label, matched, language, rank in rows:
            found.setdefault(iri, Match(iri, register, label, Name(matched, language), rank))
        return list(found.values())[:limit]

    def label(self, iri: str, language: str) -> Name | None:
        """The label of ``iri`` in ``language`` ("zh" takes any kind of zh), or None."""
        row = self._db.execute(
            """SELECT text, language FROM name WHERE iri = ?1 AND preferred
               AND (lower(language) = lower(?2) OR lower(language) LIKE lower(?2) || '-%')
               ORDER BY length(language), language""",
            (iri, language),
        ).fetchone()
        return Name(*row) if row else None

    def links(self, iri: str) -> list[Link]:
        """The ways out of the graph from one entity, Wikidata first."""
        rows = self._db.execute(
            """SELECT site, url, identifier, confidence, note FROM link WHERE iri = ?
               ORDER BY site != 'Wikidata', site, url""",
            (iri,),
        )
        return [Link(*row) for row in rows]


def _quoted(path: Path) -> str:
    """A path inside a ``file:`` URI, as https://sqlite.org/uri.html asks."""
    text = path.resolve().as_posix()
    for sign, code in (("%", "%25"), ("?", "%3f"), ("#", "%23")):
        text = text.replace(sign, code)
    return text if text.startswith("/") else f"/{text}"
