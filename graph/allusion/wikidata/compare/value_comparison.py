"""What Wikidata says of our entities and what is said here, over all that was pulled.

`beside` sets one entity beside its item; this says of each value whether the two sides bear
each other out. Values contradict each other only where there can be one: two casts that have
nobody in common are no contradiction, for each side may know some.
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
from ..model.items import Item, Named
from ..model.properties import CAST, CONNECTIONS, DATES, IDENTIFIERS, PLAIN, ROLES, TYPE
from ..model.property_mapping import SCOPES, Sayings, said_as
from .item_description import ItemDescription, Value, described
from .property_comparison import Row, beside

Standing = Literal["contradicted", "corroborated", "only here", "only there", "unclear"]
_OF_STATUS: Final[dict[str, Standing]] = {
    "agree": "corroborated",
    "differ": "contradicted",
    "only here": "only here",
    "only there": "only there",
    "unclear": "unclear",
}
#: Properties whose values exclude one another.
_ONE_VALUE: Final = frozenset((*DATES, *IDENTIFIERS, TYPE, "P19", "P57", "makers", "item"))
_WORKS: Final = ("film", "television", "literature", "song", "recording", "artwork", "series")
# Roles that `beside` compares by the makers of an entity where no credit is stated.
_MAKING: Final = frozenset(("P57", "P50", "P86", "P175"))
_ROLES: Final = {role: prop for prop, (_, role, _) in ROLES.items()}
# Our plain facts are named in words: setIn is "set in".
_PLAIN: Final = {
    re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain.relation).lower(): prop
    for prop, plain in PLAIN.items()
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One value, or two that are set beside each other, with where each leads.

    ``property`` and ``name`` are as in `Row`. ``here`` is what we say and ``target`` our
    entity, ``there`` what Wikidata says and ``value`` its item; "" where there is none.
    """

    entity: Entity
    item: str
    property: str
    name: str
    standing: Standing
    here: str = ""
    target: str = ""
    there: str = ""
    value: str = ""
    note: str = ""


@dataclass(slots=True)
class Comparing:
    """Compares entities of a network with items that were pulled (and what those name)."""

    network: nx.MultiDiGraph[str]
    store: Store
    items: Mapping[str, Item]
    named: Mapping[str, Named]
    _sayings: Sayings = field(init=False)
    _derived: dict[str, list[Value]] = field(init=False)

    def __post_init__(self) -> None:
        self._sayings = Sayings(self.store)
        self._derived = defaultdict(list)
        for item in self.items.values():
            # "has the derivative work" says of that work that it is based on this.
            for one in item.best("P4969"):
                label = item.labels.get("en", item.item)
                self._derived[one.item].append(Value(label, item.item, dict(item.labels)))

    def entities(self) -> list[str]:
        """The IRIs of all whose items were pulled, in order."""
        return sorted(iri for iri in self.network if self._item(iri))

    def compare(self, iri: str) -> list[Compared]:
        """Every value of one entity; empty where its item was not pulled."""
        item = self._item(iri)
        if item is None:
            return []
        entity: Entity = self.network.nodes[iri]["entity"]
        facts = self._facts(entity)
        targets = {(prop, value.text): target for prop, of in facts.items() for target, value in of}
        ours = {prop: [value for _, value in of] for prop, of in facts.items()}
        found: list[Compared] = []
        for row in beside(entity, ours, self._described(item)):
            found += self._values(entity, item, row, targets)
        return found

    def _item(self, iri: str) -> Item | None:
        entity: Entity = self.network.nodes[iri]["entity"]
        linked = (link.identifier for link in entity.links if link.confidence is not None)
        return next((self.items[item] for item in linked if item in self.items), None)

    def _described(self, item: Item) -> ItemDescription:
        """The item as `beside` takes it, with what other items say of it."""
        about = described(item, self.named)
        if derived := self._derived.get(item.item):
            based_on = about.statements.get("P144", ())
            known = {value.item for value in based_on}
            more = (value for value in derived if value.item not in known)
            statements = {**about.statements, "P144": (*based_on, *more)}
            return replace(about, statements=statements)
        return about

    def _facts(self, entity: Entity) -> dict[str, list[tuple[str, Value]]]:
        """What we say, by Wikidata's property: our entity and its value there."""
        # Those without a value of ours are there so that what Wikidata alone says is told.
        found: dict[str, list[tuple[str, Value]]] = {prop: [] for prop in _said_of(entity)}
        for fact in entity.facts:
            if fact.target and (prop := _PLAIN.get(fact.property, "")):
                found.setdefault(prop, []).append((fact.target, self._value(fact.target)))
        for edge in self._edges(entity.iri):
            other = edge.target if edge.origin == entity.iri else edge.origin
            if prop := self._property(edge, entity):
                found.setdefault(prop, []).append((other, self._value(other)))
        if entity.makers and not found.get("P57"):
            # Makers without a credit of their own are compared by their names alone.
            return {prop: of for prop, of in found.items() if of or prop not in _MAKING}
        return found

    def _edges(self, iri: str) -> Iterator[Edge]:
        for _, _, data in self.network.out_edges(iri, data=True):
            yield data["edge"]
        for _, _, data in self.network.in_edges(iri, data=True):
            yield data["edge"]

    def _property(self, edge: Edge, entity: Entity) -> str:
        """The property that says of ``entity`` what an edge says; "" where none does."""
        if edge.origin == entity.iri and edge.family == "credit":
            return CAST if edge.kind == "performer" else _ROLES.get(edge.kind, "")
        if edge.kind == "presentIn":
            return "P1441" if edge.origin == entity.iri else "P674"
        if edge.origin != entity.iri or edge.family not in FAMILIES or edge.family == "comparison":
            return ""
        other: Entity = self.network.nodes[edge.target]["entity"]
        said = self._sayings.property_for(edge.kind, [entity.kind], other.kind)
        return said if isinstance(said, str) and edge.certainty != "doubtful" else ""

    def _value(self, iri: str) -> Value:
        """Our entity as a value: its item where it has one, and all its names."""
        entity: Entity = self.network.nodes[iri]["entity"]
        item = next((x.identifier for x in entity.links if x.confidence is not None), "")
        names = dict(entity.labels)
        names |= {f"alias {i}": alias.text for i, alias in enumerate(entity.aliases)}
        return Value(entity.label(), item, names)

    def _values(
        self, entity: Entity, item: Item, row: Row, targets: Mapping[tuple[str, str], str]
    ) -> Iterator[Compared]:
        """A row of `beside`, value by value."""
        standing = _OF_STATUS[row.status]
        one_value = row.property in _ONE_VALUE or not row.property.startswith("P")

        def made(standing: Standing, here: str, there: str, value: str) -> Compared:
            target = targets.get((row.property, here), "")
            note = row.note or self._otherwise(item, row.property, target, standing)
            return Compared(
                entity, item.item, row.property, row.name, standing, here, target, there, value,
                note,
            )  # fmt: skip

        items = row.items or ("",) * len(row.theirs)
        if standing == "contradicted" and row.items == row.theirs:
            # Without a name on one side and an item on the other nothing can be told.
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

    def _otherwise(self, item: Item, prop: str, target: str, standing: Standing) -> str:
        """That Wikidata joins the two all the same, by another property."""
        if standing != "only here" or not target:
            return ""
        value = self._value(target).item
        others = [
            said_as(other)
            for other in item.statements
            if other != prop and any(one.item == value for one in item.best(other))
        ]
        return f"there by {', '.join(others)}" if others and value else ""


def _said_of(entity: Entity) -> Iterator[str]:
    """The properties that Wikidata may have of an entity of this kind, besides dates and names."""
    yield from (prop for prop, plain in PLAIN.items() if entity.kind in plain.of)
    if entity.kind in _WORKS:
        yield from (CAST, *ROLES)
    yield from (prop for prop in (*CONNECTIONS, *SCOPES) if prop != "P4969")


def summed(rows: Iterable[Compared]) -> list[tuple[str, str, Counter[Standing]]]:
    """Property, name and how many values stand how, by property; labels come first."""
    counts: dict[tuple[str, str], Counter[Standing]] = defaultdict(Counter)
    for row in rows:
        counts[row.property, row.name][row.standing] += 1
    return [(prop, name, counts[prop, name]) for prop, name in sorted(counts, key=_by_property)]


def _by_property(key: tuple[str, str]) -> tuple[bool, int, str]:
    prop, _ = key
    number = int(prop[1:]) if prop[1:].isdigit() else 0
    return (bool(number), number, prop)


def kept(
    rows: Sequence[Compared], standings: Collection[str], properties: Collection[str]
) -> list[Compared]:
    """Those that stand so, of these properties; an empty choice keeps all."""
    return [
        row
        for row in rows
        if (not standings or row.standing in standings)
        and (not properties or row.property in properties or row.name in properties)
    ]
