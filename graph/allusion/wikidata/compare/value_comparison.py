"""Comparison of all linked entities with the snapshot, value by value.

Values contradict each other only for properties with a single value. Two casts without a
common member do not: each side may be incomplete.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import networkx as nx

from ...core.model import Edge, Entity
from ...core.vocabulary import FAMILIES
from ...store import Store
from ..model.items import Item, ItemSummary
from ..model.links import linked_item
from ..model.properties import (
    CAST,
    CONNECTIONS,
    DATES,
    IDENTIFIERS,
    INSTANCE_OF,
    PROPERTY_BY_ROLE,
    RELATIONS,
    ROLES,
    WORKS,
)
from ..model.property_mapping import SCOPES, PropertyMapping, property_with_label
from .item_description import ItemDescription, PropertyValue, describe_item
from .property_comparison import PropertyComparison, compare_entity

ValueStatus = Literal["contradicted", "corroborated", "only here", "only there", "unclear"]
_VALUE_STATUSES: Final[dict[str, ValueStatus]] = {
    "agree": "corroborated",
    "differ": "contradicted",
    "only here": "only here",
    "only there": "only there",
    "unclear": "unclear",
}
#: Properties with a single value.
_SINGLE_VALUED: Final = frozenset(
    (*DATES, *IDENTIFIERS, INSTANCE_OF, "P19", "P57", "makers", "item")
)
# Properties that `compare_entity` compares with the entity's makers if there are no credits.
_MAKER_PROPERTIES: Final = frozenset(("P57", "P50", "P86", "P175"))
# Facts are named in words: "set in" for setIn.
_PROPERTY_BY_RELATION: Final = {
    re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain.relation).lower(): prop
    for prop, plain in RELATIONS.items()
}


@dataclass(frozen=True, slots=True)
class ValueComparison:
    """One value, or a pair of values, of a property.

    Attributes:
        property: As in `PropertyComparison`.
        name: As in `PropertyComparison`.
        ours: Our value, or "".
        our_entity: IRI of our value, or "".
        theirs: Wikidata's value, or "".
        their_item: Q-id of Wikidata's value, or "".
    """

    entity: Entity
    item: str
    property: str
    name: str
    status: ValueStatus
    ours: str = ""
    our_entity: str = ""
    theirs: str = ""
    their_item: str = ""
    note: str = ""


@dataclass(slots=True)
class SnapshotComparison:
    """Comparison of entities of a network with the items of a snapshot."""

    network: nx.MultiDiGraph[str]
    store: Store
    items: Mapping[str, Item]
    summaries: Mapping[str, ItemSummary]
    _mapping: PropertyMapping = field(init=False)
    _derived: dict[str, list[PropertyValue]] = field(init=False)

    def __post_init__(self) -> None:
        self._mapping = PropertyMapping(self.store)
        self._derived = defaultdict(list)
        for item in self.items.values():
            # The inverse of "derivative work" (P4969) is "based on" (P144).
            for one in item.best_statements("P4969"):
                label = item.labels.get("en", item.item)
                self._derived[one.item].append(PropertyValue(label, item.item, dict(item.labels)))

    def entities(self) -> list[str]:
        """Return the IRIs of all entities whose items were fetched, sorted."""
        return sorted(iri for iri in self.network if self._item(iri))

    def compare(self, iri: str) -> list[ValueComparison]:
        """Compare all values of an entity; empty if its item was not fetched."""
        item = self._item(iri)
        if item is None:
            return []
        entity: Entity = self.network.nodes[iri]["entity"]
        facts = self._facts(entity)
        targets = {(prop, value.text): target for prop, of in facts.items() for target, value in of}
        ours = {prop: [value for _, value in of] for prop, of in facts.items()}
        found: list[ValueComparison] = []
        for row in compare_entity(entity, ours, self._describe(item)):
            found += self._compare_values(entity, item, row, targets)
        return found

    def _item(self, iri: str) -> Item | None:
        entity: Entity = self.network.nodes[iri]["entity"]
        return self.items.get(linked_item(entity))

    def _describe(self, item: Item) -> ItemDescription:
        """Describe an item, including inverse statements of other items."""
        about = describe_item(item, self.summaries)
        if derived := self._derived.get(item.item):
            based_on = about.statements.get("P144", ())
            known = {value.item for value in based_on}
            more = (value for value in derived if value.item not in known)
            statements = {**about.statements, "P144": (*based_on, *more)}
            return replace(about, statements=statements)
        return about

    def _facts(self, entity: Entity) -> dict[str, list[tuple[str, PropertyValue]]]:
        """Return our values by Wikidata property, each with the IRI of its entity."""
        # Properties without our values are included to report values only Wikidata has.
        found: dict[str, list[tuple[str, PropertyValue]]] = {
            prop: [] for prop in _expected_properties(entity)
        }
        for fact in entity.facts:
            if fact.target and (prop := _PROPERTY_BY_RELATION.get(fact.property, "")):
                found.setdefault(prop, []).append((fact.target, self._as_value(fact.target)))
        for edge in self._edges(entity.iri):
            other = edge.target if edge.origin == entity.iri else edge.origin
            if prop := self._property(edge, entity):
                found.setdefault(prop, []).append((other, self._as_value(other)))
        if entity.makers and not found.get("P57"):
            # Makers without a credit are compared by name.
            return {prop: of for prop, of in found.items() if of or prop not in _MAKER_PROPERTIES}
        return found

    def _edges(self, iri: str) -> Iterator[Edge]:
        for _, _, data in self.network.out_edges(iri, data=True):
            yield data["edge"]
        for _, _, data in self.network.in_edges(iri, data=True):
            yield data["edge"]

    def _property(self, edge: Edge, entity: Entity) -> str:
        """Return the property that expresses an edge for ``entity``; "" if there is none."""
        if edge.origin == entity.iri and edge.family == "credit":
            return PROPERTY_BY_ROLE.get(edge.kind, "")
        if edge.kind == "presentIn":
            return "P1441" if edge.origin == entity.iri else "P674"
        if edge.origin != entity.iri or edge.family not in FAMILIES or edge.family == "comparison":
            return ""
        other: Entity = self.network.nodes[edge.target]["entity"]
        said = self._mapping.property_for(edge.kind, [entity.kind], other.kind)
        return said if isinstance(said, str) and edge.certainty != "doubtful" else ""

    def _as_value(self, iri: str) -> PropertyValue:
        """Return an entity as a value with its item and all names."""
        entity: Entity = self.network.nodes[iri]["entity"]
        names = dict(entity.labels)
        names |= {f"alias {i}": alias.text for i, alias in enumerate(entity.aliases)}
        return PropertyValue(entity.label(), linked_item(entity), names)

    def _compare_values(
        self,
        entity: Entity,
        item: Item,
        row: PropertyComparison,
        targets: Mapping[tuple[str, str], str],
    ) -> Iterator[ValueComparison]:
        """Split a property comparison into values."""
        standing = _VALUE_STATUSES[row.status]
        one_value = row.property in _SINGLE_VALUED or not row.property.startswith("P")

        def made(standing: ValueStatus, here: str, there: str, value: str) -> ValueComparison:
            target = targets.get((row.property, here), "")
            note = row.note or self._other_property_note(item, row.property, target, standing)
            return ValueComparison(
                entity, item.item, row.property, row.name, standing, here, target, there, value,
                note,
            )  # fmt: skip

        items = row.items or ("",) * len(row.theirs)
        if standing == "contradicted" and row.items == row.theirs:
            # A name and an item without a label are not comparable.
            standing = "unclear"
        if standing == "contradicted" and not one_value:
            yield from (made("only here", text, "", "") for text in row.ours)
            yield from (
                made("only there", "", text, value)
                for text, value in zip(row.theirs, items, strict=True)
            )
        elif one_value:
            value = items[0] if len(set(items)) == 1 else ""
            yield made(standing, "; ".join(row.ours), "; ".join(row.theirs), value)
        elif standing == "only here":
            yield from (made(standing, text, "", "") for text in row.ours)
        else:
            here = row.ours or ("",) * len(row.theirs)
            for ours, theirs, value in zip(here, row.theirs, items, strict=True):
                yield made(standing, ours, theirs, value)

    def _other_property_note(
        self, item: Item, prop: str, target: str, standing: ValueStatus
    ) -> str:
        """Return a note if Wikidata connects the two by another property."""
        if standing != "only here" or not target:
            return ""
        value = self._as_value(target).item
        others = [
            property_with_label(other)
            for other in item.statements
            if other != prop and any(one.item == value for one in item.best_statements(other))
        ]
        return f"there by {', '.join(others)}" if others and value else ""


def _expected_properties(entity: Entity) -> Iterator[str]:
    """Yield the properties that Wikidata can have for this kind, besides dates and names."""
    yield from (prop for prop, plain in RELATIONS.items() if entity.kind in plain.subjects)
    if entity.kind in WORKS:
        yield from (CAST, *ROLES)
    yield from (prop for prop in (*CONNECTIONS, *SCOPES) if prop != "P4969")


def count_by_property(
    rows: Iterable[ValueComparison],
) -> list[tuple[str, str, Counter[ValueStatus]]]:
    """Return property, name and number of values by status; labels come first."""
    counts: dict[tuple[str, str], Counter[ValueStatus]] = defaultdict(Counter)
    for row in rows:
        counts[row.property, row.name][row.status] += 1
    return [(prop, name, counts[prop, name]) for prop, name in sorted(counts, key=_by_property)]


def _by_property(key: tuple[str, str]) -> tuple[bool, int, str]:
    prop, _ = key
    number = int(prop[1:]) if prop[1:].isdigit() else 0
    return (bool(number), number, prop)


def filter_comparisons(
    rows: Sequence[ValueComparison], statuses: Collection[str], properties: Collection[str]
) -> list[ValueComparison]:
    """Return the comparisons with these statuses and properties; an empty choice keeps all."""
    return [
        row
        for row in rows
        if (not statuses or row.status in statuses)
        and (not properties or row.property in properties or row.name in properties)
    ]
