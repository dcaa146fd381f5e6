"""Ways out of a picture: which addresses may be followed, and which comes first.

Only https addresses become links. Wikidata names its items with http IRIs and
serves them over https, so those are followed there; any other address is shown
as text.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from ..core.labels import Link
from ..core.model import Entity
from ..core.vocabulary import WIKIDATA_ENTITY

SURE: Final = 0.9
"""From this confidence on, a Wikidata item is shown without a word of doubt."""

_SITES: Final = ("Wikidata", "Wikipedia", "IMDb", "TMDb")
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f\"'<>\\^`{|}]")


def safe_url(url: str) -> str:
    """``url`` if it may be followed from a page, else "".

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
    host_only = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc
    return url if host_only else ""


def links(entity: Entity) -> list[Link]:
    """The links of an entity, Wikidata first."""
    order = {site: index for index, site in enumerate(_SITES)}
    return sorted(entity.links, key=lambda link: (order.get(link.site, len(order)), link.url))


def first_link(entity: Entity) -> str:
    """Where a click on an entity leads in a picture without script; "" for nowhere."""
    return next((url for link in links(entity) if (url := safe_url(link.url))), "")


def unsure(link: Link) -> bool:
    """Whether a reader must be told that the item may be another one."""
    return link.confidence is not None and link.confidence < SURE
