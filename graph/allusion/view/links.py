"""External links of entities: which URLs a picture links to, and in which order.

Only URLs that `allusion.core.external_links.safe_url` accepts become links. Any other URL is
shown as text.
"""

from __future__ import annotations

from typing import Final

from ..core.external_links import safe_url
from ..core.labels import Link
from ..core.model import Entity

CERTAIN_CONFIDENCE: Final = 0.9
"""Links below this confidence are marked as uncertain."""

_SITE_ORDER: Final = ("Wikidata", "Wikipedia", "IMDb", "TMDb")


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
