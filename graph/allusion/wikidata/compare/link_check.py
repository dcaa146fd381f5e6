"""Whether each link leads where it should, and whether the two sides agree there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import networkx as nx

from ...build.sssom import Mapping as Link
from ...core.model import Entity
from ..model.items import Item, ItemSummary, display_label
from ..model.properties import ROLES
from .item_description import PropertyValue, describe_item
from .property_comparison import PropertyComparison, compare_entity

_PROPERTY_BY_ROLE: Final = {role: prop for prop, (_, role, _) in ROLES.items()} | {
    "performer": "P161"
}
# Two casts that have nobody in common contradict nothing: each side may know some.
_INCOMPLETE_PROPERTIES: Final = frozenset(("P161",))


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """One linked entity: what the two sides say, and whether the link itself is sound."""

    entity: Entity
    item: Item
    comparisons: tuple[PropertyComparison, ...]

    @property
    def disagreements(self) -> tuple[PropertyComparison, ...]:
        """What somebody should look at: disagreements, and items that stand for nothing."""
        return tuple(row for row in self.comparisons if needs_review(row))


def needs_review(row: PropertyComparison) -> bool:
    """Whether a row is a disagreement, or says that the item cannot be the one."""
    return row.property == "item" or (
        row.status == "differ" and row.property not in _INCOMPLETE_PROPERTIES
    )


def credits_by_property(network: nx.MultiDiGraph[str], iri: str) -> dict[str, list[PropertyValue]]:
    """Our credits as Wikidata has them, for works: by property, people with their items."""
    found: dict[str, list[PropertyValue]] = {}
    for _, target, data in network.out_edges(iri, data=True):
        if prop := _PROPERTY_BY_ROLE.get(data["edge"].kind):
            entity: Entity = network.nodes[target]["entity"]
            item = next((x.identifier for x in entity.links if x.confidence is not None), "")
            value = PropertyValue(entity.label(), item, entity.labels)
            if value not in found.setdefault(prop, []):
                found[prop].append(value)
    return found


def check_links(
    network: nx.MultiDiGraph[str],
    links: Mapping[str, Link],
    items: Mapping[str, Item],
    summaries: Mapping[str, ItemSummary],
) -> Iterator[LinkCheck]:
    """Each linked entity beside its item, where that was read; ``rows`` are by our IRI."""
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
    """The rows of the mapping whose items were merged, with the item that they went into.

    Apart from them, and as they are, those that would give an item to two entities; ``others``
    are the items of rows that are not looked at.
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
