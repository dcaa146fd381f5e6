"""Reading what Wikidata says of linked entities, and of what is joined to them there."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ...build.sssom import Mapping as Link
from ...build.sssom import read_mappings
from ...core.resources import Resources
from ..client.wikidata_client import Wikidata
from ..model.classes import KNOWN
from ..model.items import Item, Named
from ..model.properties import CONNECTIONS, TYPE
from .snapshot import Pulled


def linked(resources: Resources) -> dict[str, Link]:
    """The row of the mapping for each entity of ours that has an item: by its IRI."""
    rows, _ = read_mappings(resources.mapping_file)
    return {
        row.subject: row for row in rows if row.predicate == "skos:exactMatch" and not row.negative
    }


def pull(wikidata: Wikidata, items: Collection[str], depth: int = 0) -> Pulled:
    """The items, and the names and kinds of what they name.

    With ``depth`` 1 or more also the items that those are joined to by a connection (based on,
    inspired by, references ...), in either direction, each as a whole; and so on.

    :raises NetworkError: if a service does not answer as it should; what came is in the cache.
    """
    found = wikidata.items(items)
    last = found
    for _ in range(depth):
        near = {
            one.item
            for item in last.values()
            for prop in CONNECTIONS
            for one in item.best(prop)
            if one.item
        }
        for pointing in wikidata.pointing(list(last)).values():
            near.update(pointing)
        last = wikidata.items(near - found.keys())
        found |= last
    wanted = {one for item in found.values() for one in item.mentioned()}
    named = wikidata.named(wanted - found.keys())
    named |= _themselves(wikidata, found)
    names = {item: one.labels for item, one in named.items()}
    return Pulled({item: one.with_names(names) for item, one in found.items()}, named)


def _themselves(wikidata: Wikidata, found: Mapping[str, Item]) -> dict[str, Named]:
    """What the items that were read are called, and their classes with those above them."""
    types = {item: tuple(one.item for one in it.best(TYPE)) for item, it in found.items()}
    strange = {one for of in types.values() if KNOWN.isdisjoint(of) for one in of if one}
    above = wikidata.above(strange)
    return {
        item: Named(
            found[item].labels, of, tuple(sorted({up for one in of for up in above.get(one, ())}))
        )
        for item, of in types.items()
    }


def joined(old: Pulled, new: Pulled) -> Pulled:
    """What was pulled before, with what was pulled now in its place."""
    return Pulled({**old.items, **new.items}, {**old.named, **new.named})
