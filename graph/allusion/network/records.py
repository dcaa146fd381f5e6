"""All records of a store, as cards and networks take them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..core.errors import UnknownName
from ..core.labels import Link
from ..core.model import Edge, Entity, Scene, Utterance
from ..store import Store
from .readers import ReaderContext, Record, read_edges, read_entities, read_scenes


@dataclass(frozen=True)
class GraphRecords:
    """Records of a graph.

    Attributes:
        entities: Entities by IRI.
        edges: Edges between these entities.
        statements: A record of `Entity` for each scene, utterance and relationship, by IRI.
        scenes: Scenes in order.
        utterances: Utterances in order.
        parts: IRIs of the scenes and utterances by the nodes in them.
    """

    entities: dict[str, Entity]
    edges: tuple[Edge, ...]
    statements: dict[str, Entity]
    scenes: tuple[Scene, ...]
    utterances: tuple[Utterance, ...]
    parts: dict[str, set[str]]

    @cached_property
    def edges_by_entity(self) -> dict[str, list[Edge]]:
        """The edges of each entity: those from it, to it, and in which it takes part."""
        found: dict[str, list[Edge]] = {}
        for edge in self.edges:
            ends = (edge.origin, edge.target, *edge.participants, *edge.concerns)
            for iri in dict.fromkeys(ends):
                found.setdefault(iri, []).append(edge)
        return found

    def entity(self, iri: str) -> Entity:
        """Return the record of an entity.

        Raises:
            UnknownName: If there is none.
        """
        if iri not in self.entities:
            raise UnknownName(f"{iri!r} is not the IRI of an entity of this network")
        return self.entities[iri]


def read_records(
    store: Store,
    links: Callable[[str], Iterable[Link]],
    entities: Iterable[str] = (),
    performances: Iterable[Record] = (),
) -> GraphRecords:
    """Read all records of a store.

    Args:
        store: The store.
        links: Returns the external links of an entity by its IRI.
        entities: Nodes that are entities even if no class of them is stated, as the ends of
            edges are.
        performances: See `readers.read_edges`.
    """
    context = ReaderContext(store)
    edges = read_edges(context, performances)
    ends = (iri for edge in edges for iri in (edge.origin, edge.target))
    found, statements = read_entities(context, links, (*ends, *entities))
    scenes, utterances = read_scenes(context)
    return GraphRecords(
        found,
        _edges_between(found, edges),
        statements,
        tuple(scenes),
        tuple(utterances),
        _parts_by_value(statements, (*scenes, *utterances)),
    )


def _edges_between(entities: Mapping[str, Entity], edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """Return the edges between entities; of edges with one IRI and the same ends, the last."""
    kept = {
        (edge.origin, edge.target, edge.iri): edge
        for edge in edges
        if edge.origin in entities and edge.target in entities
    }
    return tuple(kept.values())


def _parts_by_value(
    statements: Mapping[str, Entity], parts: Iterable[Scene | Utterance]
) -> dict[str, set[str]]:
    """Return the IRIs of the scenes and utterances that have a node as a value, by node."""
    found: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        for fact in statements[part.iri].facts:
            found[fact.target].add(part.iri)
    return found
