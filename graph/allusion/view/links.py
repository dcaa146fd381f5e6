"""External links of entities: which URLs a picture may link to, and in which order.

Only https URLs become links. Wikidata IRIs begin with http; they are rewritten to the https
page of the item. Any other URL is shown as text.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from ..core.labels import Link
from ..core.model import Entity
from ..core.vocabulary import WIKIDATA_ENTITY

CERTAIN_CONFIDENCE: Final = 0.9
"""Links below this confidence are marked as uncertain."""

_SITE_ORDER: Final = ("Wikidata", "Wikipedia", "IMDb", "TMDb")
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f\"'<>\\^`{|}]")


def safe_url(url: str) -> str:
    """Return ``url`` if a page may link to it, else "".

    >>> safe_url("http://www.wikidata.org/entity/Q766263")
    'https://www.wikidata.org/wiki/Q766263'
    >>> safe_url("javascript:alert(1)")
    ''
    """
    if url.startswith(WIKIDATA_ENTITY):
        url = "https://www.wikidata.org/wiki/" + url.removeprefix(WIKIDATA_ENTITY)
    if _UNSAFE.search(url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    is_safe = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc
    return url if is_safe else ""


def sorted_links(entity: Entity) -> list[Link]:
    """Return the links of an entity, Wikidata first."""
    rank = {site: index for index, site in enumerate(_SITE_ORDER)}
    return sorted(entity.links, key=lambda link: (rank.get(link.site, len(rank)), link.url))


def primary_url(entity: Entity) -> str:
    """Return the URL that a static picture links an entity to; "" if there is none."""
    return next((url for link in sorted_links(entity) if (url := safe_url(link.url))), "")


def is_uncertain(link: Link) -> bool:
    """Whether the link may lead to a different entity."""
    return link.confidence is not None and link.confidence < CERTAIN_CONFIDENCE
