"""Ways out of a picture: which addresses may be followed, and which comes first.

Only https addresses become links. Wikidata names its items with http IRIs and
serves them over https, so those are followed there; any other address is shown
as text.
"""

from __future__ import annotations

from typing import Final

from ..core.external_links import safe_url
from ..core.labels import Link
from ..core.model import Entity

SURE: Final = 0.9
"""From this confidence on, a Wikidata item is shown without a word of doubt."""

_SITES: Final = ("Wikidata", "Wikipedia", "IMDb", "TMDb")


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
