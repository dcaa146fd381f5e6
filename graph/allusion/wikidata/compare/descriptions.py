"""An item as `beside` takes it: the best of what was read, with all names there are."""

from __future__ import annotations

from collections.abc import Mapping

from ...core.labels import Name
from ..client.entity_json import Item, Named
from ..client.items import ItemDescription, Value
from ..client.languages import LANGUAGES
from ..client.properties import READ


def described(item: Item, named: Mapping[str, Named]) -> ItemDescription:
    """The best-ranked statements of an item; ``named`` has the classes above its own."""
    statements = {
        prop: tuple(Value(one.text, one.item, one.names, one.is_circa) for one in best)
        for prop in READ
        if (best := item.best(prop))
    }
    above = named[item.item].above if item.item in named else ()
    aliases = tuple(Name(text, tag) for tag, many in item.aliases.items() for text in many)
    return ItemDescription(
        item.item, LANGUAGES, item.labels, aliases, statements, frozenset(above),
        item.sitelinks, item.redirects_to, exists=item.exists,
    )  # fmt: skip
