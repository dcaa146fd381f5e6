"""Whether each link leads where it should, and whether the two sides agree there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import networkx as nx

from ...build.sssom import Mapping as Link
from ...core.model import Entity
from ..model.items import Item, Named, shown
from ..model.properties import ROLES
from .item_description import Value, described
from .property_comparison import Row, beside

_BY_ROLE: Final = {role: prop for prop, (_, role, _) in ROLES.items()} | {"performer": "P161"}
# Two casts that have nobody in common contradict nothing: each side may know some.
_OPEN: Final = frozenset(("P161",))


@dataclass(frozen=True, slots=True)
class Checked:
    """One linked entity: what the two sides say, and whether the link itself is sound."""

    entity: Entity
    item: Item
    rows: tuple[Row, ...]

    @property
    def faults(self) -> tuple[Row, ...]:
        """What somebody should look at: disagreements, and items that stand for nothing."""
        return tuple(row for row in self.rows if is_fault(row))


def is_fault(row: Row) -> bool:
    """Whether a row is a disagreement, or says that the item cannot be the one."""
    return row.property == "item" or (row.status == "differ" and row.property not in _OPEN)


def credits_of(network: nx.MultiDiGraph[str], iri: str) -> dict[str, list[Value]]:
    """Our credits as Wikidata has them, for works: by property, people with their items."""
    found: dict[str, list[Value]] = {}
    for _, target, data in network.out_edges(iri, data=True):
        if prop := _BY_ROLE.get(data["edge"].kind):
            entity: Entity = network.nodes[target]["entity"]
            item = next((x.identifier for x in entity.links if x.confidence is not None), "")
            value = Value(entity.label(), item, entity.labels)
            if value not in found.setdefault(prop, []):
                found[prop].append(value)
    return found


def check(
    network: nx.MultiDiGraph[str],
    rows: Mapping[str, Link],
    items: Mapping[str, Item],
    named: Mapping[str, Named],
) -> Iterator[Checked]:
    """Each linked entity beside its item, where that was read; ``rows`` are by our IRI."""
    for iri, row in sorted(rows.items()):
        if iri in network and row.item in items:
            entity: Entity = network.nodes[iri]["entity"]
            item = items[row.item]
            about = described(item, named)
            yield Checked(entity, item, tuple(beside(entity, credits_of(network, iri), about)))


def proposed(
    rows: Iterable[Link], items: Mapping[str, Item], others: Collection[str] = ()
) -> tuple[list[Link], list[Link]]:
    """The rows of the mapping whose items were merged, with the item that they went into.

    Apart from them, and as they are, those that would give an item to two entities; ``others``
    are the items of rows that are not looked at.
    """
    rows = list(rows)
    merged = {row.item: items[row.item].redirects_to for row in rows if row.item in items}
    given = Counter([*others, *(merged.get(row.item) or row.item for row in rows)])
    moved, left = [], []
    for row in rows:
        item = items.get(row.item)
        if item is None or not item.redirects_to:
            continue
        if given[item.redirects_to] > 1:
            left.append(row)
            continue
        note = f"{row.comment}; {row.item} was merged into it, read {item.read[:10]}"
        label = shown(item.labels) or row.object_label
        moved.append(replace(row, item=item.redirects_to, object_label=label, comment=note))
    return moved, left
