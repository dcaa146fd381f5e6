"""Rows of the sheet ``sources``."""

from __future__ import annotations

import re
from typing import Final

from ..core.labels import Name, fold
from ..core.vocabulary import BASE
from .collection import LANGUAGE_TAG
from .context import ImportContext
from .records import Source
from .sheet_faults import SheetFault
from .slugs import latin_slug, shorten_slug, slug_of_names
from .tables import SheetCell, SheetRow, SheetTable, split_list

_URL: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
#: Type of a source that has an address and no type in the sheet.
_OF_AN_ADDRESS: Final = "web-page"


class SourceKeys:
    """Sources by key, title or address."""

    def __init__(self) -> None:
        self._iris: dict[str, str] = {}
        self._faulty: set[str] = set()

    def add(self, source: Source) -> None:
        """Add a source."""
        for word in (source.key, source.title.text, source.url):
            if word:
                self._iris.setdefault(fold(word), source.iri)

    def add_faulty(self, *words: str) -> None:
        """Add what a row with a fault calls its source."""
        self._faulty.update(fold(word) for word in words if word)

    def is_faulty(self, text: str) -> bool:
        """Return whether a row with a fault describes this source."""
        return fold(text) in self._faulty

    def find(self, text: str) -> str | None:
        """Return the IRI of a source, or None."""
        return self._iris.get(fold(text))

    def near(self, text: str) -> list[str]:
        """Return up to three similar keys or titles."""
        from difflib import get_close_matches

        return get_close_matches(fold(text), self._iris, n=3, cutoff=0.6)


def read_sources(table: SheetTable, context: ImportContext) -> None:
    """Read the sources of a sheet into the context."""
    rows: dict[str, SheetRow] = {}
    for row in table.rows:
        source = _source(row, context)
        if source is None:
            context.keys.add_faulty(row["key"].text, row["title"].text, row["url"].text)
            continue
        if source.iri in rows:
            other = rows[source.iri].place.cell
            same = context.content.sources[source.iri] == source
            code = "duplicate" if same else "key"
            cell = row["key"] or row["title"]
            context.faults.append(SheetFault(cell.place, code, cell.text, f"as row {other}"))
            continue
        rows[source.iri] = row
        context.content.sources[source.iri] = source
        context.keys.add(source)


def _source(row: SheetRow, context: ImportContext) -> Source | None:
    before = len(context.faults)
    title = row["title"]
    if not title:
        context.missing(row, "title")
        return None
    language = row["language"].text
    if language and not LANGUAGE_TAG.fullmatch(language):
        fix = "write a language tag: en, ja, zh-Hant ..."
        context.faults.append(SheetFault(row["language"].place, "word", language, "", fix))
        language = ""
    name = context.tagged(title, language)
    url = row["url"]
    if url and not _URL.fullmatch(url.text):
        fix = "write the whole address, with https://"
        context.faults.append(SheetFault(url.place, "number", url.text, "is not an address", fix))
    date = context.date(row["date"])
    kind = _type(row, url, context)
    if len(context.faults) > before or name is None:
        return None
    key = row["key"].text or latin_slug(title.text)[:40].rstrip("-")
    slug = latin_slug(key) or slug_of_names([Name(key or title.text, "")])
    iri = f"{BASE}source/{context.collection.namespace}-{shorten_slug(slug)}"
    return Source(
        iri, slug, name, tuple(split_list(row["by"].text)), url.text, date, kind,
        language, row["note"].text,
    )  # fmt: skip


def _type(row: SheetRow, url: SheetCell, context: ImportContext) -> str:
    cell = row["type"]
    if cell:
        return context.word(cell, context.concepts.source_types) or ""
    if url:
        return _OF_AN_ADDRESS
    context.missing(row, "type")
    return ""


def resolve_authors(context: ImportContext) -> None:
    """Replace names of authors by the IRIs of persons of the sheet or the graph."""
    from dataclasses import replace

    for iri, source in context.content.sources.items():
        by = tuple(context.author(name) or name for name in source.by)
        context.content.sources[iri] = replace(source, by=by)
