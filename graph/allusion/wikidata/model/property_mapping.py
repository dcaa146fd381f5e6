"""Which property of Wikidata says what a kind of connection says.

The ontology decides (``ontology/kinds.ttl``): a kind that has an exact or close match is
said by it, and one that has a broader match too, for what is true of a kind is true of what
is broader. A related match says nothing. What a property takes for its ends is Wikidata's:
each scope below follows the property's own description there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from ...core.vocabulary import ENTITY_REGISTERS, WIKIDATA_ENTITY
from ...network.readers.rows import records
from ...store import Store
from .properties import READ

_WORKS: Final = frozenset(
    ("film", "television", "series", "song", "recording", "literature", "artwork")
)
_AGENTS: Final = frozenset(("person", "group", "organisation"))
_ANYTHING: Final = frozenset(ENTITY_REGISTERS)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a property joins: registers of its subject and of its value; ``takes`` in words."""

    subjects: frozenset[str]
    values: frozenset[str]
    takes: str


#: Of several that match a kind alike, the first whose scope fits is taken.
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

#: Kinds without a match of their own that are said by that of the family: they allude to a
#: work, or quote it, or do something of that sort, which is what P8371 is described to be for.
#: Not so the others: a song that plays is no allusion to it, nor is a companion piece based
#: on its companion.
BY_FAMILY: Final = frozenset((
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
class Unsayable:
    """Why no property says it: in one or two words, and in full."""

    word: str
    reason: str


class Sayings:
    """What each kind of connection is in Wikidata, as the ontology in ``store`` has it."""

    def __init__(self, store: Store) -> None:
        self._family: dict[str, str] = {}
        self._matches: dict[str, list[tuple[int, str]]] = {}
        for row in records(store, _MATCHES):
            kind = _slug(row.text("kind"))
            self._family[kind] = _slug(row.text("family"))
            found = self._matches.setdefault(kind, [])
            if row.text("property"):
                closeness = _CLOSENESS.index(row.text("match").rsplit("#", 1)[-1])
                found.append((closeness, row.text("property").removeprefix(WIKIDATA_ENTITY)))

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of connection, sorted."""
        return tuple(sorted(self._matches))

    def properties(self, kind: str) -> list[str]:
        """The properties that say the kind, the closest first; none where none does.

        Those that match alike are in the order of `SCOPES`.
        """
        own = self._matches.get(kind, [])
        said = [(near, prop) for near, prop in own if _CLOSENESS[near] != "relatedMatch"]
        if not said and kind in BY_FAMILY:
            return self.properties(self._family[kind])
        order = list(SCOPES)
        return [prop for _, prop in sorted(said, key=lambda it: (it[0], order.index(it[1])))]

    def property_for(self, kind: str, subjects: Collection[str], value: str) -> str | Unsayable:
        """The property for a connection of ``kind`` between entities of these registers."""
        properties = self.properties(kind)
        if not properties:
            return Unsayable("no property", self._nothing(kind))
        for prop in properties:
            scope = SCOPES[prop]
            if value in scope.values and scope.subjects.issuperset(subjects):
                return prop
        scope = SCOPES[properties[0]]
        words = f"{said_as(properties[0])} takes {scope.takes}"
        if value not in scope.values:
            return Unsayable(f"points at {_a(value)}", f"it points at {_a(value)}, and {words}")
        start = next(register for register in subjects if register not in scope.subjects)
        return Unsayable(f"comes from {_a(start)}", f"it comes from {_a(start)}, and {words}")

    def _nothing(self, kind: str) -> str:
        related = [prop for near, prop in self._matches.get(kind, [])]
        name = kind.replace("-", " ")
        if not related:
            return f"no property of Wikidata is known that says {name!r}"
        nearest = ", ".join(map(said_as, related))
        return f"no property of Wikidata says {name!r}; {nearest} is no more than related"


#: Properties that are only related to a kind, with their labels in Wikidata.
_RELATED: Final = {"P180": "depicts", "P921": "main subject", "P1877": "after a work by"}


def said_as(prop: str) -> str:
    """A property with its label: "P144 (based on)"."""
    label = READ.get(prop) or _RELATED.get(prop, "")
    return f"{prop} ({label})" if label else prop


def _slug(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]


def _a(register: str) -> str:
    return f"an {register}" if register[0] in "aeiou" else f"a {register}"
