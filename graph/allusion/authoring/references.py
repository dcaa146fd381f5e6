"""Sources in the formats of reference managers: CSL-JSON and BibTeX, read and written.

Sources: https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html (CSL-JSON), and
https://www.ctan.org/pkg/biblatex (fields of BibTeX).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ..core.errors import extra_needed
from .columns import SOURCES, columns_of
from .records import Source
from .sheet_faults import Place, SheetFault
from .tables import SheetCell, SheetRow, SheetTable, clean

#: Type of CSL -> type of source. For other types, the cell stays empty.
_OF_CSL: Final = {
    "article-journal": "essay",
    "chapter": "essay",
    "paper-conference": "essay",
    "thesis": "essay",
    "review": "review",
    "review-book": "review",
    "interview": "interview",
    "article-newspaper": "news",
    "webpage": "web-page",
    "post-weblog": "web-page",
    "book": "book",
    "motion_picture": "video",
    "broadcast": "video",
    "entry-encyclopedia": "encyclopedia",
    "dataset": "dataset",
}
_TO_CSL: Final = {kind: csl for csl, kind in reversed(_OF_CSL.items())}
#: Type of a BibTeX entry -> type of source.
_OF_BIBTEX: Final = {
    "article": "essay",
    "inbook": "essay",
    "incollection": "essay",
    "phdthesis": "essay",
    "thesis": "essay",
    "book": "book",
    "dataset": "dataset",
    "video": "video",
    "movie": "video",
}
_TAG: Final = 2
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec"


def read_references(path: Path) -> tuple[SheetTable | None, list[SheetFault]]:
    """Read a file of references as a sheet of sources.

    Args:
        path: A file that ends with .json (CSL-JSON) or .bib (BibTeX).

    Raises:
        MissingExtra: If the library for BibTeX is not installed.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        fault = SheetFault(Place(path.name), "file", "", "it is not UTF-8", "save it as UTF-8")
        return None, [fault]
    return _csl(text, path.name) if path.suffix.lower() == ".json" else _bibtex(text, path.name)


def _row(cells: Mapping[str, str], place: Place) -> SheetRow:
    known = [column.name for column in columns_of(SOURCES)]
    return SheetRow(
        place, {(name, ""): SheetCell(clean(cells.get(name, "")), place) for name in known}
    )


def _csl(text: str, name: str) -> tuple[SheetTable | None, list[SheetFault]]:
    try:
        found = json.loads(text)
    except ValueError as error:
        return None, [SheetFault(Place(name), "file", "", f"it is not JSON: {error}", "")]
    if not (isinstance(found, list) and all(isinstance(one, dict) for one in found)):
        fix = "export the references as CSL JSON"
        return None, [SheetFault(Place(name), "file", "", "it is not a list of references", fix)]
    rows = [_row(_of_csl(one), Place(name, number)) for number, one in enumerate(found, 1)]
    return SheetTable(rows), []


def _of_csl(item: Mapping[str, Any]) -> dict[str, str]:
    authors = (_person(one) for one in item.get("author", ()) if isinstance(one, dict))
    return {
        "key": str(item.get("id", "")).rpartition("/")[2],
        "title": str(item.get("title", "")),
        "by": "; ".join(filter(None, authors)),
        "url": str(item.get("URL", "")),
        "date": _csl_date(item.get("issued")),
        "type": _OF_CSL.get(str(item.get("type", "")), ""),
        "language": str(item.get("language", "")),
        "note": str(item.get("note", "")),
    }


def _person(author: Mapping[str, Any]) -> str:
    if "literal" in author:
        return f"{author['literal']}"
    family = " ".join(
        str(author[part]) for part in ("non-dropping-particle", "family") if author.get(part)
    )
    return f"{author.get('given', '')} {family}".strip()


def _csl_date(issued: object) -> str:
    if not isinstance(issued, dict):
        return ""
    parts = issued.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        numbers = [str(part).zfill(2) for part in parts[0]]
        return "-".join([numbers[0].zfill(4), *numbers[1:3]]) if numbers else ""
    return str(issued.get("raw", ""))


def _bibtex(text: str, name: str) -> tuple[SheetTable | None, list[SheetFault]]:
    try:
        from bibtexparser import entrypoint, middlewares
    except ImportError as error:
        raise extra_needed("files of BibTeX", "bibtex", "CSL-JSON needs none") from error
    logger = logging.getLogger("bibtexparser")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # its warnings are the faults below
    try:
        library = entrypoint.parse_string(
            text,
            append_middleware=[
                middlewares.LatexDecodingMiddleware(),
                middlewares.SeparateCoAuthors(),
                middlewares.SplitNameParts(),
            ],
        )
    finally:
        logger.setLevel(level)
    faults = [
        SheetFault(
            Place(name, (block.start_line or 0) + 1), "file", "",
            "the entry is not valid BibTeX, or its key is used twice",
            "correct it, or give it another key",
        )
        for block in library.failed_blocks
    ]  # fmt: skip
    rows = [
        _row(_of_bibtex(entry), Place(name, (entry.start_line or 0) + 1))
        for entry in library.entries
    ]
    return SheetTable(rows), faults


def _of_bibtex(entry: Any) -> dict[str, str]:
    fields = {field.key.lower(): field.value for field in entry.fields}
    authors = fields.get("author") or fields.get("editor") or ()
    date = str(fields.get("date", "") or fields.get("year", ""))
    month = str(fields.get("month", "")).lower()[:3]
    if month in _MONTHS.split() and len(date) == 4:
        date += f"-{_MONTHS.split().index(month) + 1:02}"
    language = str(fields.get("langid", ""))
    return {
        "key": entry.key,
        "title": str(fields.get("title", "")),
        "by": "; ".join(" ".join([*a.first, *a.von, *a.last, *a.jr]) for a in authors),
        "url": str(fields.get("url", "")),
        "date": date,
        "type": _OF_BIBTEX.get(entry.entry_type.lower(), ""),
        "language": language if len(language) == _TAG else "",  # "english" is no tag
        "note": str(fields.get("note", "")),
    }


def write_csl(sources: Iterable[Source], name_of: Mapping[str, str]) -> str:
    """Return sources as CSL-JSON.

    Args:
        sources: The sources.
        name_of: IRI of an author -> name.
    """
    items = []
    for source in sources:
        item: dict[str, object] = {
            "id": source.key,
            "type": _TO_CSL.get(source.type, "document"),
            "title": source.title.text,
        }
        if source.by:
            item["author"] = [{"literal": name_of.get(one, one)} for one in source.by]
        if source.date:
            parts = [int(part) for part in source.date.text.split("-")]
            item["issued"] = {"date-parts": [parts]}
        item |= {
            name: value
            for name, value in (
                ("URL", source.url), ("language", source.language), ("note", source.note)
            )
            if value
        }  # fmt: skip
        items.append(item)
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def write_bibtex(sources: Iterable[Source], name_of: Mapping[str, str]) -> str:
    """Return sources as BibTeX in UTF-8, see `write_csl`."""
    return "\n".join(_entry(source, name_of) for source in sources)


def _entry(source: Source, name_of: Mapping[str, str]) -> str:
    kinds = {"book": "book", "essay": "article", "dataset": "dataset", "video": "video"}
    fields = (
        ("title", source.title.text),
        ("author", " and ".join(f"{{{name_of.get(one, one)}}}" for one in source.by)),
        ("date", source.date.text if source.date else ""),
        ("url", source.url),
        ("langid", source.language),
        ("note", source.note),
    )
    lines = [f"  {name} = {{{_braced(name, value)}}}," for name, value in fields if value]
    return "\n".join([f"@{kinds.get(source.type, 'online')}{{{source.key},", *lines, "}\n"])


def _braced(name: str, value: str) -> str:
    if name in ("url", "author"):
        return value
    return "".join(_escaped(value))


def _escaped(value: str) -> Iterator[str]:
    for sign in value:
        yield f"\\{sign}" if sign in "&%$#_{}" else sign
