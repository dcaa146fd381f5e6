"""The sheets and their columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ..core.labels import fold
from ..search.described_names import split_bracket

SOURCES: Final = "sources"
WORKS: Final = "works and people"
CONNECTIONS: Final = "connections"

#: Other names of the sheets, folded.
SHEET_NAMES: Final = {
    "sources": SOURCES,
    "source": SOURCES,
    "works and people": WORKS,
    "works": WORKS,
    "people": WORKS,
    "connections": CONNECTIONS,
    "connection": CONNECTIONS,
    "references": CONNECTIONS,
}
#: Heading of a column that an import ignores: the faults of rows that were rejected.
PROBLEMS: Final = "problems"
#: Sheets that hold only help and lists.
IGNORED: Final = ("read me", "lists")


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column.

    Attributes:
        name: Its heading.
        about: Description of its values.
        needed: Whether every row needs a value.
        fills: Whether a value also applies to the empty cells below it.
        tagged: Whether there may be one column per language: "name (ja)".
    """

    name: str
    about: str
    needed: bool = False
    fills: bool = False
    tagged: bool = False


_COLUMNS: Final[dict[str, tuple[SheetColumn, ...]]] = {
    SOURCES: (
        SheetColumn(
            "key", "A short name of your choice, which the other sheets use for the source."
        ),
        SheetColumn("title", "The title; optional for a page with an address."),
        SheetColumn("by", "Authors, separated by semicolons."),
        SheetColumn("url", "Its address or DOI, if it has one."),
        SheetColumn("date", "Date of publication: 2003, 2003-10 or 2003-10-12."),
        SheetColumn("type", "Essay, review, interview ...; optional for a page with an address."),
        SheetColumn("language", "Language tag of the text: en, ja, zh-Hant ..."),
        SheetColumn("note", "A remark."),
    ),
    WORKS: (
        SheetColumn("name", "The name.", needed=True, tagged=True),
        SheetColumn("kind", "Film, song, person ...", needed=True),
        SheetColumn("year", "Of a work: date of publication. Of a person: date of birth."),
        SheetColumn("source", "The source that states this; fills down.", fills=True),
        SheetColumn("in", "Of a character: the works, separated by semicolons."),
        SheetColumn("also", "Other names, separated by semicolons.", tagged=True),
        SheetColumn("description", "Description in one sentence.", tagged=True),
        SheetColumn("match", "new, or an existing entity: film:the-killer."),
    ),
    CONNECTIONS: (
        SheetColumn("from", "Name of what refers; fills down.", needed=True, fills=True),
        SheetColumn("kind", "Name-drop, song used, parody ...", needed=True),
        SheetColumn("to", "Name of what is referred to.", needed=True),
        SheetColumn("says", "What the source states, in your words.", tagged=True),
        SheetColumn(
            "source",
            "Key, address, or beginning of the title or of an author's name; fills down.",
            needed=True,
            fills=True,
        ),
        SheetColumn("where", "Where in the source: paragraph 2, p. 31, 00:24:10."),
        SheetColumn("scene", "The scene of the film, in a few words.", tagged=True),
        SheetColumn("line", "The line that is spoken or sung, up to 200 signs.", tagged=True),
        SheetColumn("speaker", "Who speaks it: Hank (character)."),
        SheetColumn("language", "The language in which it is spoken: Cantonese."),
        SheetColumn("quote", "The passage, to find its place with --text; it is not stored."),
        SheetColumn("by", "Who claims it, if not the author; separated by semicolons."),
        SheetColumn("sure", "Seen, maker, reported, claimed or doubtful."),
        SheetColumn("stance", "Supports (default), disputes or mentions."),
    ),
}
#: Headings that people use -> column.
_HEADINGS: Final = {
    "author": "by",
    "authors": "by",
    "address": "url",
    "link": "url",
    "id": "key",
    "lang": "language",
    "title": "name",
    "published": "year",
    "date": "year",
    "type": "kind",
    "aliases": "also",
    "note": "says",
    "sentence": "says",
    "place": "where",
    "dialogue": "line",
    "utterance": "line",
    "spoken by": "speaker",
    "played by": "performer",
    "doi": "url",
    "certainty": "sure",
    "actor": "performer",
    "actors": "performer",
    "actress": "performer",
    "cast": "performer",
    "starring": "performer",
    "performers": "performer",
    "主演": "performer",
    "出演": "performer",
    "演員": "performer",
    "演员": "performer",
    "directed by": "director",
    "監督": "director",
    "導演": "director",
    "导演": "director",
    "writer": "screenwriter",
    "music": "composer",
    "studio": "production-company",
}
_TAGGED: Final = re.compile(r"(.+?)\s*[(（\[]\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*[)）\]]")


def columns_of(sheet: str, roles: tuple[str, ...] = ()) -> tuple[SheetColumn, ...]:
    """Return the columns of a sheet.

    Args:
        sheet: One of the three names.
        roles: Slugs of the roles, each of which is a column of works.
    """
    makers = (
        SheetColumn(role, f"Its {role.replace('-', ' ')}; several are separated by semicolons.")
        for role in roles
    )
    return (*_COLUMNS[sheet], *(makers if sheet == WORKS else ()))


def find_sheet(name: str) -> str | None:
    """Return the sheet with this name; "" for a sheet to ignore; None if it is unknown.

    >>> find_sheet("Connections (steam)"), find_sheet("lists"), find_sheet("Table 1")
    ('connections', '', None)
    """
    word = fold(split_bracket(name.strip())[0])
    return "" if word in IGNORED else SHEET_NAMES.get(word)


def source_of_sheet(name: str) -> str:
    """Return the source of the rows of a sheet, in the brackets after its name; "" if none.

    >>> source_of_sheet("connections (steam)")
    'steam'
    """
    return split_bracket(name.strip())[1]


def find_column(heading: str, columns: tuple[SheetColumn, ...]) -> tuple[SheetColumn, str] | None:
    """Return the column of a heading, and the language tag in the heading; None if unknown.

    >>> column, tag = find_column("Name (zh-Hant)", columns_of(WORKS))
    >>> column.name, tag
    ('name', 'zh-Hant')
    """
    by_name = _by_name(columns)
    tag = ""
    if found := _TAGGED.fullmatch(heading.strip()):
        heading, tag = found[1], found[2]
    word = fold(heading)
    column = by_name.get(word) or by_name.get(fold(_headings().get(word, "")))
    return (column, tag) if column and (column.tagged or not tag) else None


@lru_cache(maxsize=1)
def _headings() -> Mapping[str, str]:
    """Return folded heading -> column."""
    return {fold(heading): column for heading, column in _HEADINGS.items()}


@lru_cache(maxsize=16)
def _by_name(columns: tuple[SheetColumn, ...]) -> Mapping[str, SheetColumn]:
    """Return folded name -> column."""
    return {fold(column.name): column for column in columns}
