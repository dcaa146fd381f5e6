"""Passages as Web Annotations, read and written.

Source: https://www.w3.org/TR/annotation-model/ (also the export format of Hypothesis)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..core.errors import DataError, Fault
from ..core.vocabulary import BASE
from .collection import Collection
from .columns import CONNECTIONS, SOURCES
from .records import Content
from .sheet_rows import SheetRows, draft
from .slugs import digest_of, latin_slug
from .to_rdf import connection_slugs, evidence_nodes

_CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"


def write_annotations(content: Content, collection: Collection) -> str:
    """Return all evidence as Web Annotations (JSON-LD).

    The target is the source with the offsets of the passage, if they are known; the bodies are
    the connection and the values of its row.

    Args:
        content: The records of a collection.
        collection: The collection.
    """
    own = collection.outward
    items = []
    slugs = connection_slugs(content, collection.namespace)
    for ends, connection in content.connections.items():
        for node, evidence in evidence_nodes(
            connection.evidence, slugs[ends], collection.namespace
        ):
            source = content.sources[evidence.source]
            target: dict[str, object] = {"source": source.url or own(source.iri)}
            if evidence.anchor:
                target["selector"] = {
                    "type": "TextPositionSelector",
                    "start": evidence.anchor.start,
                    "end": evidence.anchor.end,
                }
            bodies: list[object] = [own(f"{BASE}connection/{slugs[ends]}")]
            bodies += [
                {"type": "TextualBody", "value": says.text, "language": says.language}
                for says in evidence.says
            ]
            items.append({"id": own(node), "type": "Annotation", "body": bodies, "target": target})
    collected = {"@context": _CONTEXT, "type": "AnnotationPage", "items": items}
    return json.dumps(collected, ensure_ascii=False, indent=2) + "\n"


def draft_of_annotations(text: str, name: str, about: str) -> list[SheetRows]:
    """Return a sheet to fill in from Web Annotations; kind and target stay empty.

    The passage becomes the quote, and the text of the annotation becomes the paraphrase. A tag
    becomes the name of the target.

    Args:
        text: JSON or JSON-LD: a page, a collection, a list, or an export of Hypothesis.
        name: Name of the file, for messages.
        about: The film that the annotations are about, "" if unknown.

    Raises:
        DataError: If it is not JSON, or has no annotations.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        raise _fault(name, f"is not JSON: {error}") from error
    items = list(_items(found))
    if not items:
        raise _fault(name, "has no annotations")
    keys: dict[str, str] = {}
    for item in items:
        url = _url(item)
        if url not in keys:
            key = latin_slug(url.partition("//")[2])[:30].strip("-") or "page"
            keys[url] = f"{key}-{digest_of(url)}" if key in keys.values() else key
    rows = [
        {
            "from": about, "to": tag, "says": " ".join(_texts(item)), "source": keys[_url(item)],
            "quote": _selector(item, "TextQuoteSelector").get("exact", ""),
        }
        for item in items
        for tag in _tags(item) or [""]
    ]  # fmt: skip
    sources = [{"key": key, "url": url} for url, key in keys.items()]
    return draft({SOURCES: sources, CONNECTIONS: rows})


def _fault(name: str, problem: str) -> DataError:
    fix = "use a file of Web Annotations (JSON-LD), or an export of Hypothesis"
    return DataError([Fault(name, 0, "", problem, fix, "annotations")], "the annotations")


def _items(found: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(found, list):
        for one in found:
            yield from _items(one)
    elif isinstance(found, dict):
        for name in ("items", "rows", "annotations", "first"):
            if name in found:
                yield from _items(found[name])
        if "target" in found:
            yield found


def _several(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _url(item: Mapping[str, Any]) -> str:
    target = next(iter(_several(item["target"])), "")
    source = target.get("source", "") if isinstance(target, dict) else target
    return str(source.get("id", "") if isinstance(source, dict) else source) or str(
        item.get("uri", "")
    )


def _selector(item: Mapping[str, Any], kind: str) -> dict[str, str]:
    for target in _several(item["target"]):
        for one in _several(target.get("selector")) if isinstance(target, dict) else []:
            if isinstance(one, dict) and one.get("type") == kind:
                return {name: str(value) for name, value in one.items()}
    return {}


def _bodies(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in _several(item.get("body")) if isinstance(one, dict)]


def _texts(item: Mapping[str, Any]) -> list[str]:
    bodies = [
        str(b["value"]) for b in _bodies(item) if "value" in b and b.get("purpose") != "tagging"
    ]
    return [" ".join(text.split()) for text in (*bodies, str(item.get("text", ""))) if text.strip()]


def _tags(item: Mapping[str, Any]) -> list[str]:
    bodies = [str(b["value"]) for b in _bodies(item) if b.get("purpose") == "tagging"]
    return [*bodies, *map(str, _several(item.get("tags")))]
