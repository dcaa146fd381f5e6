"""Content negotiation by the Accept header.

Source: RFC 9110, section 12.5.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

#: Format -> media type, for rows, for a boolean, for triples, and for pages.
ROWS: Final = {
    "sparql-json": "application/sparql-results+json",
    "sparql-xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ndjson": "application/x-ndjson",
}
BOOLEAN: Final = {name: ROWS[name] for name in ("sparql-json", "sparql-xml")}
TRIPLES: Final = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf-xml": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
PAGE: Final = {
    "html": "text/html",
    **TRIPLES,
    "json": "application/json",
    "md": "text/markdown",
    "svg": "image/svg+xml",
}
#: Longer headers are read each time.
_MAX_CACHED: Final = 500
#: Other names of the same formats.
_ALIASES: Final = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
}
GRAPH_ALIASES: Final = {
    "text/plain": "application/n-triples",
    "application/xml": "application/rdf+xml",
    "text/n3": "text/turtle",
    "application/x-turtle": "text/turtle",
    "application/xhtml+xml": "text/html",
}


class _Range(NamedTuple):
    kind: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """Return how closely the range matches; -1 if it does not."""
        kind, _, subtype = media_type.partition("/")
        if self.kind == "*":
            return 0
        if self.kind != kind or self.subtype not in ("*", subtype):
            return -1
        return 1 if self.subtype == "*" else 2


def choose(accept: str, offers: Sequence[str]) -> str | None:
    """Return the offered media type with the highest quality.

    Args:
        accept: Value of the Accept header; "" accepts everything.
        offers: Media types in order of preference, which decides between equal qualities.

    Returns:
        None if the header accepts none of them.

    >>> choose("text/turtle, */*;q=0.1", ["text/html", "text/turtle"])
    'text/turtle'
    >>> choose("image/png", ["text/html"]) is None
    True
    """
    return (_choose if len(accept) <= _MAX_CACHED else _choose.__wrapped__)(accept, tuple(offers))


@lru_cache(maxsize=512)
def _choose(accept: str, offers: tuple[str, ...]) -> str | None:
    ranges = _parse(accept) or [_Range("*", "*", 1.0)]
    best, best_key = None, (0.0, 0)
    for place, offer in enumerate(offers):
        key = (_quality(ranges, offer), -place)
        if key[0] > 0 and (best is None or key > best_key):
            best, best_key = offer, key
    return best


def choose_format(
    accept: str, formats: dict[str, str], aliases: dict[str, str] = _ALIASES
) -> str | None:
    """Return the key of the format with the highest quality, or None.

    Args:
        accept: Value of the Accept header.
        formats: Format -> media type.
        aliases: Media type -> media type of a format that is the same.
    """
    offers = [
        *formats.values(),
        *(alias for alias, of in aliases.items() if of in formats.values()),
    ]
    chosen = choose(accept, offers)
    wanted = aliases.get(chosen or "", chosen)
    return next((name for name, media_type in formats.items() if media_type == wanted), None)


def _quality(ranges: Sequence[_Range], media_type: str) -> float:
    best, quality = -1, 0.0
    for one in ranges:
        specificity = one.specificity(media_type)
        if specificity > best:
            best, quality = specificity, one.quality
    return quality


def _parse(accept: str) -> list[_Range]:
    ranges = []
    for part in accept.lower().split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        kind, slash, subtype = media.partition("/")
        if not slash:
            continue
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    quality = min(max(float(value), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        ranges.append(_Range(kind, subtype, quality))
    return ranges
