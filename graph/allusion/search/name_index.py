"""Index of names and links of entities: a small SQLite file that the build writes."""

from __future__ import annotations

import re
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ..core.errors import AmbiguousName, ParameterError, StoreError, UnknownName
from ..core.labels import Link, Name, fold, fold_whole
from ..core.own_namespace import OwnNamespace
from ..core.terms import expand, shorten
from ..core.vocabulary import BASE, ENTITY_REGISTERS, STATEMENT_REGISTERS, is_snapshot_slug

if TYPE_CHECKING:
    from .results import Match

_KINDS: Final = tuple(ENTITY_REGISTERS)

_SCHEMA: Final = """
CREATE TABLE thing (
    iri TEXT PRIMARY KEY, register TEXT NOT NULL, label TEXT NOT NULL, weight INTEGER NOT NULL,
    year INTEGER, joined INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE lead (
    iri TEXT NOT NULL REFERENCES thing, place INTEGER NOT NULL,
    other TEXT NOT NULL REFERENCES thing,
    PRIMARY KEY (iri, place)
) WITHOUT ROWID;
CREATE TABLE name (
    folded TEXT NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL,
    preferred INTEGER NOT NULL, iri TEXT NOT NULL REFERENCES thing
);
CREATE INDEX name_folded ON name (folded);
CREATE INDEX name_iri ON name (iri);
CREATE TABLE description (
    iri TEXT NOT NULL REFERENCES thing, text TEXT NOT NULL, language TEXT NOT NULL
);
CREATE TABLE link (
    iri TEXT NOT NULL REFERENCES thing, site TEXT NOT NULL, url TEXT NOT NULL,
    identifier TEXT NOT NULL, confidence REAL, note TEXT NOT NULL
);
CREATE INDEX link_iri ON link (iri);
"""


class NameEntry(NamedTuple):
    """Entry of the index for one node.

    Attributes:
        iri: The IRI.
        register: Its register, such as "film".
        label: Its label.
        names: Its names, each with True if it is a label and False if it is an alias.
        links: Its links to other sites.
        weight: Number of its connections.
        year: None if unknown.
        joined: Number of entities connected to it by connections, credits and stories.
        leads: IRIs of the best connected of these entities.
        descriptions: Texts that describe it.
    """

    iri: str
    register: str
    label: str
    names: tuple[tuple[Name, bool], ...]
    links: tuple[Link, ...]
    weight: int
    year: int | None = None
    joined: int = 0
    leads: tuple[str, ...] = ()
    descriptions: tuple[Name, ...] = ()


def write_index(path: Path, entries: Iterable[NameEntry], *, full_text: bool = True) -> None:
    """Write the index of ``entries`` to a new file.

    The names are in order of importance, which `allusion.search.matching` relies on.

    Args:
        path: A file that does not exist.
        entries: The entries.
        full_text: False creates no full-text tables; see `matching`.
    """
    from .matching import create_search_tables

    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(_SCHEMA)
        for thing in sorted(entries, key=_importance_key):
            connection.execute(
                "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?)",
                (thing.iri, thing.register, thing.label, thing.weight, thing.year, thing.joined),
            )
            connection.executemany(
                "INSERT INTO name VALUES (?, ?, ?, ?, ?)",
                [
                    (fold(name.text), name.text, name.language, preferred, thing.iri)
                    for name, preferred in thing.names
                ],
            )
            connection.executemany(
                "INSERT INTO description VALUES (?, ?, ?)",
                [(thing.iri, text.text, text.language) for text in thing.descriptions],
            )
            connection.executemany(
                "INSERT INTO link VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (thing.iri, link.site, link.url, link.identifier, link.confidence, link.note)
                    for link in thing.links
                ],
            )
            connection.executemany(
                "INSERT INTO lead VALUES (?, ?, ?)",
                [(thing.iri, place, other) for place, other in enumerate(thing.leads)],
            )
        create_search_tables(connection, full_text=full_text)


def _importance_key(thing: NameEntry) -> tuple[int, int, int, str]:
    """Return a sort key: best connected first, then in the order of the registers."""
    kind = _KINDS.index(thing.register) if thing.register in _KINDS else len(_KINDS)
    return (-thing.weight, -thing.joined, kind, thing.iri)


class ExactMatch(NamedTuple):
    """An entity with a name or slug.

    Attributes:
        iri: The IRI.
        register: Its register.
        label: Its label.
        is_label: Whether the name is a label, not an alias.
        year: Year of publication, birth or opening; None if unknown.
    """

    iri: str
    register: str
    label: str
    is_label: bool
    year: int | None = None

    def __str__(self) -> str:
        year = f", {self.year}" if self.year else ""
        return f"{self.label} ({self.register}{year}; {shorten(self.iri)})"


#: Lookups of exact names that are cached.
_MAX_LOOKUPS: Final = 256


class NameIndex:
    """Index of names, open for reading.

    Args:
        path: The file of the index.
        store: Name of the store in messages; "" for the graph of this project.

    Raises:
        StoreError: If the file is missing or not an index.
    """

    def __init__(self, path: Path, *, store: str = "") -> None:
        self.store = store
        #: Namespaces of collections, whose IRIs name entities too.
        self.own: Sequence[OwnNamespace] = ()
        self._exact_matches: dict[tuple[str, tuple[str, ...]], list[ExactMatch]] = {}
        self._languages: list[str] | None = None
        try:
            self._db = sqlite3.connect(
                f"file:{_quoted(path)}?mode=ro", uri=True, check_same_thread=False
            )
            # Python 3.13 warns about a connection that is not closed.
            self._closing = weakref.finalize(self, self._db.close)
            self._db.execute("SELECT 1 FROM thing LIMIT 1")
        except sqlite3.Error as error:
            raise StoreError(
                f"the index of names cannot be read ({error}); run: allusion build --force"
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._closing()

    def resolve(self, text: str, registers: Sequence[str] = tuple(ENTITY_REGISTERS)) -> str:
        """Return the IRI of the only entity with this name.

        Args:
            text: An IRI, a prefixed name, a slug, or a label or alias in any language, also with
                kind and year in brackets: "Hero (film, 2002)".
            registers: Registers to search.

        Returns:
            The IRI. A curated entity has priority over one pulled from Wikidata, and the only
            entity with this name as a label over those with it as an alias.

        Raises:
            AmbiguousName: If several entities have this name.
            UnknownName: If no entity has this name.
        """
        # SQLite does not accept lone surrogates, and no name contains one.
        text = self._inward(text.strip().encode("utf-8", "replace").decode())
        iri = text if text.startswith(BASE) else expand(text)
        if iri is None and re.fullmatch(r"[a-z-]+/[a-z0-9-]+", text):
            iri = BASE + text
        if iri is not None and self._register(iri) in registers:
            return iri
        found = self._exact(shorten(iri) if iri else text, registers)
        found = found or self._described(text, registers)
        # An entity pulled from Wikidata can have the name of a curated one without a link between
        # them; the curated one has priority.
        found = [one for one in found if not _is_of_snapshot(one.iri)] or found
        found = _prefer_label(found)
        if len(found) == 1:
            return found[0].iri
        if found:
            options = [f"{one.label} ({shorten(one.iri)})" for one in found]
            raise AmbiguousName(
                f"{len(found)} entities are named {text!r}; write one of: {', '.join(options)}",
                options,
            )
        raise self._unknown(text, iri, registers)

    def _inward(self, text: str) -> str:
        """Return the IRI in the graph of an IRI of a collection; another text as it is."""
        for own in self.own:
            text = own.inward(text)
        return text

    def _described(self, text: str, registers: Sequence[str]) -> list[ExactMatch]:
        """Return the entities with a name and the kind and year in brackets after it."""
        from .described_names import read_described_name

        described = read_described_name(text)
        if described is None:
            return []
        name, register, year, iri = described
        found = [
            one for one in self.find_exact(iri or name, registers) if register in ("", one.register)
        ]
        same = [one for one in found if year is None or one.year == year]
        return same or [one for one in found if one.year is None]

    def _unknown(self, text: str, iri: str | None, registers: Sequence[str]) -> UnknownName:
        elsewhere = self._register(iri) if iri else ""
        wanted = f"{registers[0]}" if len(registers) == 1 else "entity"
        if elsewhere:
            return UnknownName(f"{text!r} is a {elsewhere}; allowed here: {', '.join(registers)}")
        if other := self._exact(text, (*ENTITY_REGISTERS, *STATEMENT_REGISTERS)):
            kinds = " or ".join(f"a {one.register} ({shorten(one.iri)})" for one in other[:3])
            return UnknownName(f"{text!r} is {kinds}; allowed here: {', '.join(registers)}")
        from .described_names import read_described_name

        described = read_described_name(text)
        same = self._exact(described.name, registers) if described else []
        near = list(map(str, same)) or self.suggest(text, registers)
        hint = f"did you mean {', '.join(near[:5])}?" if near else self._advice(iri or text)
        return UnknownName(f"no {wanted} is named {text!r}; {hint}", near[:5])

    def _advice(self, text: str) -> str:
        if not self.store:
            return "it may not be in this graph; allusion search TEXT finds similar names"
        if not self._db.execute("SELECT 1 FROM thing LIMIT 1").fetchone():
            return f"no names are indexed in {self.store}: load it with --names"
        if re.match(r"\w+://", text) and not text.startswith(BASE):
            return (
                f"names and cards are for IRIs in the registers, such as {BASE}film/...; "
                f"to query others: allusion sparql 'DESCRIBE <{text}>' --store {self.store}"
            )
        return f"try: allusion search TEXT --store {self.store}"

    def _register(self, iri: str) -> str:
        row = self._db.execute("SELECT register FROM thing WHERE iri = ?", (iri,)).fetchone()
        return str(row[0]) if row else ""

    def _exact(self, text: str, registers: Sequence[str]) -> list[ExactMatch]:
        """Return IRI, register and label of all entities with this name or slug.

        The last lookups are cached: a command resolves a name and then reports its namesakes.
        """
        key = (text, tuple(registers))
        if key not in self._exact_matches:
            while len(self._exact_matches) >= _MAX_LOOKUPS:
                self._exact_matches.pop(next(iter(self._exact_matches)), None)
            self._exact_matches[key] = self._query_exact(text, registers)
        return self._exact_matches[key]

    def _query_exact(self, text: str, registers: Sequence[str]) -> list[ExactMatch]:
        marks = ", ".join("?" * len(registers))
        by_slug = [BASE + f"{register}/{text}" for register in registers]
        rows = self._db.execute(
            f"""SELECT iri, register, label, preferred, year, weight
                FROM name JOIN thing USING (iri) WHERE folded IN (?, ?) AND register IN ({marks})
                UNION ALL
                SELECT iri, register, label, NULL, year, weight FROM thing WHERE iri IN ({marks})
                ORDER BY weight DESC, iri, preferred DESC""",  # noqa: S608 (only ? marks)
            (fold(text), fold_whole(text), *registers, *by_slug),
        )
        best: dict[str, ExactMatch] = {}
        for iri, register, label, preferred, year, _ in rows:
            best.setdefault(iri, ExactMatch(iri, register, label, bool(preferred), year))
        return list(best.values())

    def find_exact(
        self, text: str, registers: Sequence[str] = tuple(ENTITY_REGISTERS)
    ) -> list[ExactMatch]:
        """Return all entities with this name, ignoring case, accents and punctuation.

        Args:
            text: A name, a slug, a prefixed name or an IRI.
            registers: Registers to search.

        Returns:
            The entities, best connected first.
        """
        text = self._inward(text.strip().encode("utf-8", "replace").decode())
        iri = text if text.startswith(BASE) else expand(text)
        found = self._exact(iri.rpartition("/")[2] if iri else text, registers)
        return [one for one in found if iri in (None, one.iri)]

    def namesakes(
        self, text: str, registers: Sequence[str] = tuple(ENTITY_REGISTERS), limit: int = 5
    ) -> list[ExactMatch]:
        """Return the entity that ``text`` means, then others that it could mean.

        Args:
            text: A name.
            registers: Registers to search.
            limit: Maximum number of others.

        Returns:
            The others have ``text`` as an alias, or a name that contains it as a word or, in a
            script without spaces, anywhere. [] if there are none, or if no entity or several
            entities are meant.
        """
        found = self._exact(text.strip(), registers)
        meant = _prefer_label(found)
        if len(meant) != 1:
            return []
        others = {one.iri: one for one in found}
        from .containing import find_containing

        for row in find_containing(self._db, fold(text), registers, limit + 1):
            others.setdefault(row[0], ExactMatch(*row))
        del others[meant[0].iri]
        return [*meant, *others.values()][: limit + 1] if others else []

    def all_names(
        self, registers: Sequence[str] = tuple(ENTITY_REGISTERS)
    ) -> Iterator[tuple[str, ExactMatch]]:
        """Yield every name of every entity, with the entity."""
        marks = ", ".join("?" * len(registers))
        rows = self._db.execute(
            f"""SELECT text, thing.iri, register, label, preferred, year
                FROM name JOIN thing USING (iri)
                WHERE register IN ({marks}) ORDER BY weight DESC, thing.iri, text""",  # noqa: S608
            tuple(registers),
        )
        for text, iri, register, label, preferred, year in rows:
            yield text, ExactMatch(iri, register, label, bool(preferred), year)

    def languages(self) -> list[str]:
        """Return the language tags of all labels."""
        if self._languages is None:
            rows = self._db.execute(
                "SELECT DISTINCT language FROM name WHERE preferred AND language != '' ORDER BY 1"
            )
            self._languages = [str(row[0]) for row in rows]
        return self._languages

    def suggest(self, text: str, registers: Sequence[str] = tuple(ENTITY_REGISTERS)) -> list[str]:
        """Return up to five similar names with prefixed names, for "did you mean"."""
        from .matching import similar_names

        matches = self.search(text, 5, registers, descriptions=False)
        found = [match.iri for match in matches]
        # A single match of another romanization is reliable, so similar names are not added to it.
        if len(matches) != 1 or matches[0].how == "typo":
            found += similar_names(self._db, text, registers)
        return [f"{self.label_of(iri)} ({shorten(iri)})" for iri in list(dict.fromkeys(found))[:5]]

    def label_of(self, iri: str) -> str:
        """Return the label of an entity, in English if it has one; "" if it is not in the index."""
        row = self._db.execute("SELECT label FROM thing WHERE iri = ?", (iri,)).fetchone()
        return str(row[0]) if row else ""

    def register(self, register: str, limit: int) -> tuple[list[tuple[str, str, int | None]], int]:
        """Return the entities of a register by label: IRI, label and year; and the number of all.

        Args:
            register: Its name, such as "film".
            limit: Maximum of entities.
        """
        rows = self._db.execute(
            "SELECT iri, label, year FROM thing WHERE register = ? "
            "ORDER BY label COLLATE NOCASE, iri LIMIT ?",
            (register, limit),
        ).fetchall()
        count = "SELECT COUNT(*) FROM thing WHERE register = ?"
        return rows, int(self._db.execute(count, (register,)).fetchone()[0])

    def search(
        self,
        text: str,
        limit: int = 20,
        registers: Sequence[str] = tuple(ENTITY_REGISTERS),
        *,
        descriptions: bool = True,
    ) -> list[Match]:
        """Find entities with every word of ``text`` in a name, or in a description.

        See `allusion.search.matching.find`.

        Args:
            text: The search text.
            limit: Maximum number of matches.
            registers: Registers to search.
            descriptions: Search in descriptions too; they rank below every name.

        Returns:
            The matches, best first.

        Raises:
            StoreError: If the index cannot be read.
        """
        from .matching import find

        try:
            return find(self._db, text, limit, registers, descriptions=descriptions)
        except sqlite3.DatabaseError as error:
            raise StoreError(
                f"the index of names cannot be searched ({error}); run: allusion build --force"
            ) from error

    def search_kinds(self, text: str, limit: int, kinds: Sequence[str]) -> list[Match]:
        """Find entities as `search` does.

        Args:
            text: The search text.
            limit: Maximum number of matches.
            kinds: Kinds of entities; () means all.

        Raises:
            ParameterError: If there is no such kind.
        """
        for name in kinds:
            if name not in ENTITY_REGISTERS:
                raise ParameterError(
                    f"there is no kind {name!r}; allowed: {', '.join(ENTITY_REGISTERS)}"
                )
        return self.search(text, limit, kinds or tuple(ENTITY_REGISTERS))

    def label(self, iri: str, language: str) -> Name | None:
        """Return the label of ``iri`` in ``language``, or None.

        "zh" also matches labels with a subtag, such as "zh-Hant".
        """
        row = self._db.execute(
            """SELECT text, language FROM name WHERE iri = ?1 AND preferred
               AND (lower(language) = lower(?2) OR lower(language) LIKE lower(?2) || '-%')
               ORDER BY length(language), language""",
            (iri, language),
        ).fetchone()
        return Name(*row) if row else None

    def links(self, iri: str) -> list[Link]:
        """Return the links from one entity to other sites, Wikidata first."""
        rows = self._db.execute(
            """SELECT site, url, identifier, confidence, note FROM link WHERE iri = ?
               ORDER BY site != 'Wikidata', site, url""",
            (iri,),
        )
        return [Link(*row) for row in rows]


def _quoted(path: Path) -> str:
    """Return a path for a ``file:`` URI, with percent-encoding.

    Source: https://sqlite.org/uri.html
    """
    text = path.resolve().as_posix()
    for sign, code in (("%", "%25"), ("?", "%3f"), ("#", "%23")):
        text = text.replace(sign, code)
    return text if text.startswith("/") else f"/{text}"


def _prefer_label(found: list[ExactMatch]) -> list[ExactMatch]:
    """Return the only entity with this name as its label, if there is one; else all."""
    labelled = [one for one in found if one.is_label]
    return labelled if len(labelled) == 1 else found


def _is_of_snapshot(iri: str) -> bool:
    return is_snapshot_slug(iri.rpartition("/")[2])
