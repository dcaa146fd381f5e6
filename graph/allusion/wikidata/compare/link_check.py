"""Check of links: whether each leads to the right item, and whether both sides agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import networkx as nx

from ...build.sssom import Mapping as Link
from ...core.model import Entity
from ..model.items import Item, ItemSummary, display_label
from ..model.links import linked_item
from ..model.properties import PROPERTY_BY_ROLE
from .item_description import PropertyValue, describe_item
from .property_comparison import PropertyComparison, compare_entity

# Casts without a common member do not contradict each other, because each may be incomplete.
_INCOMPLETE_PROPERTIES: Final = frozenset(("P161",))


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """A linked entity and the comparison with its item."""

    entity: Entity
    item: Item
    comparisons: tuple[PropertyComparison, ...]

    @property
    def disagreements(self) -> tuple[PropertyComparison, ...]:
        """The comparisons that a person should look at."""
        return tuple(row for row in self.comparisons if needs_review(row))


def needs_review(row: PropertyComparison) -> bool:
    """Return whether the sides disagree, or the item cannot be the right one."""
    return row.property == "item" or (
        row.status == "differ" and row.property not in _INCOMPLETE_PROPERTIES
    )


def credits_by_property(network: nx.MultiDiGraph[str], iri: str) -> dict[str, list[PropertyValue]]:
    """Return the credits of a work by Wikidata property, with the items of people."""
    found: dict[str, list[PropertyValue]] = {}
    for _, target, data in network.out_edges(iri, data=True):
        if prop := PROPERTY_BY_ROLE.get(data["edge"].kind):
            entity: Entity = network.nodes[target]["entity"]
            value = PropertyValue(entity.label(), linked_item(entity), entity.labels)
            if value not in found.setdefault(prop, []):
                found[prop].append(value)
    return found


def check_links(
    network: nx.MultiDiGraph[str],
    links: Mapping[str, Link],
    items: Mapping[str, Item],
    summaries: Mapping[str, ItemSummary],
) -> Iterator[LinkCheck]:
    """Compare each linked entity with its item, if that was fetched.

    Args:
        network: The graph.
        links: Links by IRI of the entity.
        items: Items by Q-id.
        summaries: Summaries by Q-id, for superclasses.
    """
    for iri, row in sorted(links.items()):
        if iri in network and row.item in items:
            entity: Entity = network.nodes[iri]["entity"]
            item = items[row.item]
            about = describe_item(item, summaries)
            yield LinkCheck(
                entity,
                item,
                tuple(compare_entity(entity, credits_by_property(network, iri), about)),
            )


def propose_redirects(
    links: Iterable[Link], items: Mapping[str, Item], taken_items: Collection[str] = ()
) -> tuple[list[Link], list[Link]]:
    """Replace merged items in links by the items they were merged into.

    Args:
        links: Links to look at.
        items: Items by Q-id.
        taken_items: Items of other links.

    Returns:
        The changed links; and unchanged, the links whose target belongs to another entity.
    """
    links = list(links)
    merged = {row.item: items[row.item].redirects_to for row in links if row.item in items}
    given = Counter([*taken_items, *(merged.get(row.item) or row.item for row in links)])
    moved, left = [], []
    for row in links:
        item = items.get(row.item)
        if item is None or not item.redirects_to:
            continue
        if given[item.redirects_to] > 1:
            left.append(row)
            continue
        note = f"{row.comment}; {row.item} was merged into it, read {item.read[:10]}"
        label = display_label(item.labels) or row.object_label
        moved.append(replace(row, item=item.redirects_to, object_label=label, comment=note))
    return moved, left
