"""Whether each link leads where it should, and whether the two sides agree there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import networkx as nx

from ..mappings import Mapping as Link
from ..records import Entity, Name
from .beside import Row, beside
from .client import LANGUAGES
from .entities import Item, shown
from .items import TYPE, ItemDescription, Value
from .properties import READ, ROLES
from .service import Named

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


def described(
    item: Item, named: Mapping[str, Named], ours: Mapping[str, Mapping[str, str]]
) -> ItemDescription:
    """The item as `beside` takes it: best-ranked statements, by all names there are.

    ``ours`` are the labels that we give to items: a director whom both sides link is the
    same, however each of them writes the name.
    """
    statements = {
        prop: tuple(
            Value(one.text, one.item, {**one.names, **_renamed(ours.get(one.item, {}))})
            for one in best
        )
        for prop in READ
        if (best := item.best(prop))
    }
    above = {
        up
        for value in statements.get(TYPE, ())
        if value.item in named
        for up in named[value.item].above
    }
    aliases = tuple(Name(text, tag) for tag, many in item.aliases.items() for text in many)
    return ItemDescription(
        item.item, "", LANGUAGES, item.labels, aliases, statements, frozenset(above),
        item.sitelinks, item.redirects_to,
    )  # fmt: skip


def _renamed(labels: Mapping[str, str]) -> dict[str, str]:
    return {f"ours {tag}": text for tag, text in labels.items()}


def credits_of(network: nx.MultiDiGraph[str], iri: str) -> dict[str, list[str]]:
    """Our credits as Wikidata has them, for works: property to the names of people."""
    found: dict[str, list[str]] = {}
    for _, target, data in network.out_edges(iri, data=True):
        prop = _BY_ROLE.get(data["edge"].kind)
        if prop:
            names = found.setdefault(prop, [])
            name = network.nodes[target]["entity"].label()
            if name not in names:
                names.append(name)
    return found


def check(
    network: nx.MultiDiGraph[str],
    rows: Mapping[str, Link],
    items: Mapping[str, Item],
    named: Mapping[str, Named],
) -> Iterator[Checked]:
    """Each linked entity beside its item, where that was read; ``rows`` are by our IRI."""
    entities: list[Entity] = [node["entity"] for _, node in network.nodes(data=True)]
    ours = {
        link.identifier: entity.labels
        for entity in entities
        for link in entity.links
        if link.confidence is not None
    }
    for iri, row in sorted(rows.items()):
        if iri in network and row.item in items:
            entity: Entity = network.nodes[iri]["entity"]
            item = items[row.item]
            about = described(item, named, ours)
            yield Checked(entity, item, tuple(beside(entity, credits_of(network, iri), about)))


def proposed(rows: Iterable[Link], items: Mapping[str, Item]) -> list[Link]:
    """The rows of the mapping whose items were merged, with the item that they went into.

    One that would give an item to two entities is not among them.
    """
    rows = list(rows)
    taken = {row.item for row in rows}
    moved = []
    for row in rows:
        item = items.get(row.item)
        if item is None or not item.redirects_to or item.redirects_to in taken:
            continue
        note = f"{row.comment}; {row.item} was merged into it, read {item.read[:10]}"
        label = shown(item.labels) or row.object_label
        moved.append(replace(row, item=item.redirects_to, object_label=label, comment=note))
    return moved
