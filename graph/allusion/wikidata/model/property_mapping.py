"""Mapping from kinds of connection to properties of Wikidata.

The ontology (``ontology/kinds.ttl``) defines it. An exact or close match maps a kind to a
property; a broader match does so too, because a statement that holds for a kind also holds
for a broader one. A related match does not. The scopes below follow the description of each
property on Wikidata.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from ...core.vocabulary import ENTITY_REGISTERS, WIKIDATA_ENTITY
from ...network.readers.rows import select_records
from ...store import Store
from .properties import AGENTS, PROPERTY_LABELS, WORKS

_WORKS: Final = frozenset(WORKS)
_AGENTS: Final = frozenset(AGENTS)
_ANYTHING: Final = frozenset(ENTITY_REGISTERS)


@dataclass(frozen=True, slots=True)
class Scope:
    """Registers of the subject and of the value of a property; ``description`` of its values."""

    subjects: frozenset[str]
    values: frozenset[str]
    description: str


#: Among equally close properties, the first one whose scope fits is used.
SCOPES: Final[dict[str, Scope]] = {
    "P6166": Scope(_WORKS, _WORKS, "works"),
    "P941": Scope(
        _WORKS | {"character"},
        _WORKS | _AGENTS | {"place"},
        "works, people and places",
    ),
    "P737": Scope(
        _WORKS | _AGENTS | {"movement"},
        _WORKS | _AGENTS | {"movement"},
        "works, people and movements",
    ),
    "P144": Scope(_WORKS, _WORKS, "works"),
    "P155": Scope(_WORKS, _WORKS, "works of one series"),
    "P5059": Scope(_WORKS, _WORKS, "works"),
    "P138": Scope(_ANYTHING, _ANYTHING, "anything"),
    "P8371": Scope(
        _WORKS,
        _WORKS | {"movement"},
        "works, traditions and theories",
    ),
}

#: Kinds without a match that use P8371, the property of their family, because they are
#: allusions to a work or quotations from it. Other kinds do not: playing a song is not an
#: allusion to it, and a companion piece is not based on its companion.
KINDS_MAPPED_BY_FAMILY: Final = frozenset((
    "homage-costume", "homage-scene", "homage-shot", "parody", "prop-or-poster",
    "self-reference", "shared-character-name",
))  # fmt: skip

_CLOSENESS: Final = ("exactMatch", "closeMatch", "broadMatch", "relatedMatch")
_MATCHES: Final = """
SELECT ?kind ?match ?property ?family WHERE {
  ?kind skos:inScheme <https://w3id.org/allusion/kind> .
  OPTIONAL { ?kind skos:broader ?family }
  OPTIONAL {
    VALUES ?match { skos:exactMatch skos:closeMatch skos:broadMatch skos:relatedMatch }
    ?kind ?match ?property .
    FILTER(STRSTARTS(STR(?property), "http://www.wikidata.org/entity/P"))
  }
} ORDER BY ?kind ?match ?property"""


@dataclass(frozen=True, slots=True)
class NoProperty:
    """Reason why no property fits: a short ``code`` and a full ``text``."""

    code: str
    text: str


class PropertyMapping:
    """Properties for each kind of connection, read from the ontology in ``store``."""

    def __init__(self, store: Store) -> None:
        self._family: dict[str, str] = {}
        self._matches: dict[str, list[tuple[int, str]]] = {}
        for row in select_records(store, _MATCHES):
            kind = _slug(row.text("kind"))
            self._family[kind] = _slug(row.text("family"))
            found = self._matches.setdefault(kind, [])
            if row.text("property"):
                closeness = _CLOSENESS.index(row.text("match").rsplit("#", 1)[-1])
                found.append((closeness, row.text("property").removeprefix(WIKIDATA_ENTITY)))

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """All kinds of connection, sorted."""
        return tuple(sorted(self._matches))

    def properties_for(self, kind: str) -> list[str]:
        """Return the properties for a kind, the closest match first.

        Equally close ones are in the order of `SCOPES`.
        """
        own = self._matches.get(kind, [])
        said = [(near, prop) for near, prop in own if _CLOSENESS[near] != "relatedMatch"]
        if not said and kind in KINDS_MAPPED_BY_FAMILY:
            return self.properties_for(self._family[kind])
        order = list(SCOPES)
        return [prop for _, prop in sorted(said, key=lambda it: (it[0], order.index(it[1])))]

    def property_for(self, kind: str, subjects: Collection[str], value: str) -> str | NoProperty:
        """Return the property for a connection of ``kind`` between entities of these registers."""
        properties = self.properties_for(kind)
        if not properties:
            return NoProperty("no property", self._no_property_reason(kind))
        for prop in properties:
            scope = SCOPES[prop]
            if value in scope.values and scope.subjects.issuperset(subjects):
                return prop
        scope = SCOPES[properties[0]]
        words = f"{property_with_label(properties[0])} takes {scope.description}"
        if value not in scope.values:
            return NoProperty(
                f"points at {_with_article(value)}",
                f"its target is {_with_article(value)}, but {words}",
            )
        start = next(register for register in subjects if register not in scope.subjects)
        return NoProperty(
            f"comes from {_with_article(start)}",
            f"its origin is {_with_article(start)}, but {words}",
        )

    def _no_property_reason(self, kind: str) -> str:
        related = [prop for near, prop in self._matches.get(kind, [])]
        name = kind.replace("-", " ")
        if not related:
            return f"no property of Wikidata is known for {name!r}"
        nearest = ", ".join(map(property_with_label, related))
        return f"no property of Wikidata matches {name!r}; {nearest} is only related"


#: Labels of properties that are only related to a kind.
_RELATED: Final = {"P180": "depicts", "P921": "main subject", "P1877": "after a work by"}


def property_with_label(prop: str) -> str:
    """Return a property with its English label: "P144 (based on)"."""
    label = PROPERTY_LABELS.get(prop) or _RELATED.get(prop, "")
    return f"{prop} ({label})" if label else prop


def _slug(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]


def _with_article(register: str) -> str:
    return f"an {register}" if register[0] in "aeiou" else f"a {register}"
