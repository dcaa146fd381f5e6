"""Retrieval of linked items and of the items connected to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..client.wikidata_client import WikidataClient
from ..model.classes import KNOWN_CLASSES
from ..model.items import Item, ItemSummary
from ..model.properties import CONNECTIONS, INSTANCE_OF
from .snapshot import Snapshot


def pull(wikidata: WikidataClient, items: Collection[str], depth: int = 0) -> Snapshot:
    """Fetch items, and labels and classes of the items they mention.

    Args:
        wikidata: Client to fetch with.
        items: Q-ids.
        depth: Number of steps along connections (based on, inspired by, references ...), in
            both directions. The items found are fetched completely.

    Raises:
        NetworkError: If a service fails; the batches received before stay cached.
    """
    found = wikidata.fetch_items(items)
    last = found
    for _ in range(depth):
        neighbors = {
            one.item
            for item in last.values()
            for prop in CONNECTIONS
            for one in item.best_statements(prop)
            if one.item
        }
        for incoming in wikidata.fetch_incoming(list(last)).values():
            neighbors.update(incoming)
        last = wikidata.fetch_items(neighbors - found.keys())
        found |= last
    mentioned = {one for item in found.values() for one in item.mentioned_items()}
    summaries = wikidata.fetch_summaries(mentioned - found.keys())
    summaries |= _summarize(wikidata, found)
    names = {item: one.labels for item, one in summaries.items()}
    return Snapshot({item: one.with_labels(names) for item, one in found.items()}, summaries)


def _summarize(wikidata: WikidataClient, items: Mapping[str, Item]) -> dict[str, ItemSummary]:
    """Return labels, classes and superclasses of fetched items."""
    types = {
        item: tuple(one.item for one in it.best_statements(INSTANCE_OF))
        for item, it in items.items()
    }
    unknown = {one for of in types.values() if KNOWN_CLASSES.isdisjoint(of) for one in of if one}
    superclasses = wikidata.fetch_superclasses(unknown)
    return {
        item: ItemSummary(
            items[item].labels,
            of,
            tuple(sorted({up for one in of for up in superclasses.get(one, ())})),
        )
        for item, of in types.items()
    }


def merge_snapshots(old: Snapshot, new: Snapshot) -> Snapshot:
    """Return the old snapshot updated with the new one."""
    return Snapshot({**old.items, **new.items}, {**old.summaries, **new.summaries})
