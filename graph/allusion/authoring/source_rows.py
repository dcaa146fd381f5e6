"""Rows of the sheet ``sources``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ..core.labels import Name, fold
from .cell_values import language_of
from .collection import LANGUAGE_TAG
from .context import ImportContext
from .records import NO_LANGUAGE, Content, Source
from .sheet_faults import SheetFault
from .slugs import local
from .source_keys import SourceKeys, address_of, cut_iri, is_address, page_iri, page_of, source_iri
from .tables import SheetCell, SheetRow, SheetTable, split_list

#: Type of a source that has an address and no type in the sheet.
_OF_AN_ADDRESS: Final = "web-page"


def read_sources(table: SheetTable, context: ImportContext) -> None:
    """Read the sources of a sheet into the context."""
    rows: dict[str, SheetRow] = {}
    known = SourceKeys(context.existing.sources.values())
    for row in table.rows:
        source = None if context.is_rejected(row) else _source(row, known, context)
        if source is None:
            context.keys.add_faulty(row["key"].text, row["title"].text, row["url"].text)
            continue
        if source.iri in rows:
            other = rows[source.iri].place.cell
            first = context.content.sources[source.iri]
            cell = row["key"] or row["title"] or row["url"]
            code = "duplicate" if first == source else "key"
            if code == "key" and source.url and page_of(first.url) == page_of(source.url):
                code, cell = "page", row["url"]
            context.faults.append(SheetFault(cell.place, code, cell.text, f"as row {other}"))
            continue
        rows[source.iri] = context.rows.sources[source.iri] = row
        context.content.sources[source.iri] = source
        context.keys.add(source, row["key"].text)
        known.add(source)


def _source(row: SheetRow, known: SourceKeys, context: ImportContext) -> Source | None:
    """Return the source of a row; one with the same address keeps its IRI and its key."""
    before = len(context.faults)
    title = row["title"]
    url = replace(row["url"], text=address_of(row["url"].text))
    if not title and not url:
        context.missing(row, "title")
        return None
    language = row["language"].text
    if language and not LANGUAGE_TAG.fullmatch(language):
        fix = "write a language tag: en, ja, zh-Hant ..."
        context.faults.append(SheetFault(row["language"].place, "word", language, "", fix))
        language = ""
    name = _title(title, language, context) if title else Name(page_of(url.text), NO_LANGUAGE)
    if url and not is_address(url.text):
        fix = "write the whole address, with https://"
        context.faults.append(SheetFault(url.place, "number", url.text, "is not an address", fix))
    date = context.date(row["date"])
    kind = _type(row, url, context)
    if len(context.faults) > before or name is None:
        return None
    space = context.collection.namespace
    iri = known.of_page(url.text)
    if not iri and not (title or row["key"]):
        iri = page_iri(url.text, space, context.has_source)
    if not iri and not row["key"]:
        old = context.existing.sources.get(cut_iri(name, space))
        iri = old.iri if old and old.title.text == name.text else ""
    iri = iri or source_iri(row["key"].text, name, space)
    source = Source(
        iri, local(iri, space), name, tuple(split_list(row["by"].text)),
        url.text, date, kind, language, row["note"].text,
    )  # fmt: skip
    old = context.existing.sources.get(iri)
    if old and not row["key"] and _is_another(source, old, context):
        detail = f"is also the title of {_description(old, context)}"
        fix = f"write a new key; to change that source, write its key, {old.key}"
        context.faults.append(SheetFault(title.place, "title", title.text, detail, fix))
        return None
    return source


def _is_another(source: Source, old: Source, context: ImportContext) -> bool:
    """Return whether two sources of one title have other addresses, or else other authors."""
    if source.url and old.url:
        return page_of(source.url) != page_of(old.url)
    authors = {context.author(name) or name for name in source.by}
    return bool(authors and old.by) and authors.isdisjoint(old.by)


def _description(source: Source, context: ImportContext) -> str:
    authors = (context.name_of(one) if "://" in one else one for one in source.by)
    by = f" by {', '.join(authors)}" if source.by else ""
    return f"the source {source.key}{by}{f', {source.url}' if source.url else ''}"


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
    for iri, source in context.content.sources.items():
        by = tuple(context.author(name) or name for name in source.by)
        context.content.sources[iri] = replace(source, by=by)


def persons_named_like_sites(content: Content) -> list[str]:
    """Return the names of new persons that are also the name, or the initials, of a site."""
    hosts = (page_of(source.url).partition("/")[0] for source in content.sources.values())
    sites = {part for host in hosts for part in host.casefold().split(".")[:-1]}
    names = (one.names[0].text for one in content.things.values() if one.cls == "Person")
    return sorted(name for name in names if sites.intersection(_site_names(name)))


def _site_names(name: str) -> tuple[str, str]:
    """Return the forms that a name has in an address.

    >>> _site_names("Entertainment Weekly"), _site_names("TheWrap")
    (('entertainmentweekly', 'ew'), ('thewrap', ''))
    """
    words = fold(name).split()
    return "".join(words), "".join(word[0] for word in words) if len(words) > 1 else ""
