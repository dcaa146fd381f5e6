"""An entity in schema.org, and in one sentence, for the head of its page."""

from __future__ import annotations

import json
from typing import Any, Final

from markupsafe import Markup

from ..core.external_links import safe_url
from ..core.model import Entity
from ..network.card import Card
from .long_pages import clip

#: schema.org type of each kind of entity.
_TYPES: Final = {
    "film": "Movie",
    "television": "TVSeries",
    "series": "CreativeWorkSeries",
    "song": "MusicComposition",
    "recording": "MusicRecording",
    "literature": "Book",
    "artwork": "VisualArtwork",
    "person": "Person",
    "group": "Organization",
    "organisation": "Organization",
    "place": "Place",
    "award": "Thing",
}
#: Values of a property, and bytes of a value, at most: the head of a page is short.
_MAX_VALUES: Final = 20
_MAX_NAME: Final = 300
_MAX_URL: Final = 500
_MAX_DESCRIPTION: Final = 4_000


def summary(entity: Entity) -> str:
    """Return a sentence on an entity: type, year and makers."""
    year = f" ({entity.year})" if entity.year else ""
    makers = f" by {', '.join(entity.makers)}" if entity.makers else ""
    return f"{entity.label()}{year}, {entity.type.lower()}{makers}: connections with their sources"


def schema_org(card: Card) -> Markup:
    """Return the entity in schema.org, as JSON-LD for a script element."""
    entity = card.entity
    others = [text for text in entity.labels.values() if text != entity.label()]
    urls = [safe_url(link.url) for link in entity.links]
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(entity.kind, "Thing"),
        "@id": entity.iri,
        "name": clip(entity.label(), _MAX_NAME),
        "alternateName": [clip(text, _MAX_NAME) for text in others[:_MAX_VALUES]],
        "sameAs": [url for url in urls if url and len(url) < _MAX_URL][:_MAX_VALUES],
    }
    if entity.description:
        data["description"] = clip(entity.description, _MAX_DESCRIPTION)
    if entity.year and entity.kind not in ("person", "place"):
        data["datePublished"] = str(entity.year)
    text = json.dumps({k: v for k, v in data.items() if v}, ensure_ascii=False)
    escaped = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(escaped)  # noqa: S704 - JSON without signs of HTML
