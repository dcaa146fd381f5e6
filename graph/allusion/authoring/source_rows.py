"""Rows of the sheet ``sources``."""

from __future__ import annotations

import re
from typing import Final

from ..core.labels import Name
from ..core.vocabulary import BASE
from .cell_values import language_of
from .collection import LANGUAGE_TAG
from .context import ImportContext
from .records import Source
from .sheet_faults import SheetFault
from .slugs import latin_slug, shorten_slug, slug_of_names
from .tables import SheetCell, SheetRow, SheetTable, split_list

_URL: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
#: Type of a source that has an address and no type in the sheet.
_OF_AN_ADDRESS: Final = "web-page"


def read_sources(table: SheetTable, context: ImportContext) -> None:
    """Read the sources of a sheet into the context."""
    rows: dict[str, SheetRow] = {}
    for row in table.rows:
        source = None if context.is_rejected(row) else _source(row, context)
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
        rows[source.iri] = context.rows.sources[source.iri] = row
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
    name = _title(title, language, context)
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


def _title(cell: SheetCell, language: str, context: ImportContext) -> Name | None:
    """Return the title with its language, which can be another one than that of the text.

    Args:
        cell: The title.
        language: Language of the source, "" if the sheet has none.
        context: Where a fault is added if the language is not clear.
    """
    found = language_of(cell.text, language or context.collection.language)
    if found is None and language:
        # Chinese characters in the title of a text in English, with or without Latin letters.
        found = language if re.search("[A-Za-z]", cell.text) else "und-Hani"
    if found is None:
        fix = "write the language of the text in the column language: zh-Hant, ja ..."
        context.faults.append(SheetFault(cell.place, "language", cell.text, "", fix))
        return None
    return Name(cell.text, found)


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
