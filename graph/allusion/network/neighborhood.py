"""Read the surroundings of an entity from a large store, without reading all of it.

The needed quads are copied into a store in memory, statement by statement, and that store is
read by `allusion.network.readers` like any other. So the records equal those of the whole
graph, and no query exists twice. Only an embedded store can look up single quads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import pyoxigraph as ox

from ..core.labels import Link
from ..core.model import Entity
from ..core.terms import Iri, canonical_language
from ..core.vocabulary import (
    AL,
    BASE,
    ENTITY_REGISTERS,
    GRAPH_INFERRED,
    PART_PROPERTIES,
    PREFIXES,
    al_iris,
    is_entity,
)
from ..store import Store, select
from .quad_copier import (
    EDGE_MARKS,
    NODE_TYPES,
    Node,
    QuadCopier,
    QuadSource,
    as_node,
    value_of,
)
from .readers import read_attribution
from .records import GraphRecords, read_records

if TYPE_CHECKING:
    import networkx as nx

    from ..store.adjacency_index import AdjacencyIndex

#: Stores with fewer quads are read as a whole for pictures: that takes some seconds, once per
#: process. The first `FEW_CARDS` cards read only their surroundings, if nothing else was read.
LARGE_STORE_QUADS: Final = 150_000
FEW_CARDS: Final = 4
# For so many entities the subjects of all claims are read at once.
_MANY: Final = 100

_T = TypeVar("_T")
_EdgeKey = tuple[str, ...]
_EdgeEnds = tuple[tuple[_EdgeKey, tuple[str, str]], ...]


_TYPE: Final = PREFIXES["rdf"] + "type"
_DEPRECATED: Final = PREFIXES["owl"] + "deprecated"
#: Properties between two entities, each of which is an edge.
_PART_PROPERTIES: Final = al_iris(*PART_PROPERTIES)
_AGENT_PROPERTIES: Final = al_iris("performer", "contributor")
#: Properties from a statement to the entities that it joins.
_JOIN_PROPERTIES: Final = (
    *_AGENT_PROPERTIES,
    *al_iris("inWork", "party", "from", "fromWork", "to"),
)
_MAIN_ENDS: Final = al_iris("inWork", "from", "to", "fromWork")
_PARTY: Final = AL + "party"
#: Properties from a connection, a credit or a relationship, and from an utterance, to the entities
#: that take part in it.
_PARTICIPANT_PROPERTIES: Final = al_iris(
    "from", "madeBy", "concerns", "character", "tookPlaceAt", "inWork"
)
_SPEAKER_PROPERTIES: Final = al_iris("speaker", "addressee")
#: All properties by which the edges at an entity are looked up.
EDGE_PROPERTIES: Final = frozenset(
    (*_PART_PROPERTIES, *_JOIN_PROPERTIES, *_PARTICIPANT_PROPERTIES, *_SPEAKER_PROPERTIES)
) | {AL + "expressedIn"}

_STATEMENT_CLASSES: Final = al_iris("Scene", "Utterance", "Relationship")
_ENTITY_CLASSES: Final = """
SELECT DISTINCT ?class WHERE {
  ?class rdfs:subClassOf* al:Entity ; rdfs:label ?label . FILTER(LANG(?label) = "en")
}"""
_ENTITIES: Final = """
SELECT DISTINCT ?entity WHERE {{
  VALUES ?class {{ {classes} }}
  GRAPH ?stated {{ ?entity a ?class }} FILTER(?stated != source:inferred)
  MINUS {{ ?entity owl:deprecated true }}
}}"""
_ENTITY_LINE: Final = re.compile(
    f"^<{re.escape(BASE)}(?:{'|'.join(ENTITY_REGISTERS)})[/>]".encode(), re.MULTILINE
)
_TAGS: Final = """
SELECT DISTINCT (LANG(?label) AS ?tag) WHERE {
  ?entity rdfs:label ?label FILTER(LANG(?label) != "")
}"""
_KINDS: Final = (
    "SELECT DISTINCT ?kind WHERE { ?statement al:kind|al:role|al:relationshipType ?kind }"
)


class StoreNeighborhood:
    """The entities of a store and their edges, looked up one by one.

    Args:
        store: The store.
        quads: Looks up its quads.
        links: Returns the external links of an entity by its IRI.
        folder: Folder with the manifest and the adjacency index.
        size: Number of quads.
    """

    def __init__(
        self,
        store: Store,
        quads: QuadSource,
        links: Callable[[str], Iterable[Link]],
        folder: Path,
        size: int,
    ) -> None:
        self.store, self.folder, self.links = store, folder, links
        self._quads, self._size, self._cards = quads, size, 0
        self.forget()

    def forget(self) -> None:
        """Forget what was computed of the quads."""
        self._edges_of_statement: dict[Node, _EdgeEnds] = {}
        self._is_known: dict[str, bool] = {}
        self._edges_of_entity: dict[str, dict[_EdgeKey, tuple[str, Node | None]]] = {}

    @property
    def is_large(self) -> bool:
        """Whether the store is too large to be read as a whole for a picture."""
        return self._size >= LARGE_STORE_QUADS

    @cached_property
    def adjacency(self) -> AdjacencyIndex | None:
        """The adjacency index, compared with its checksum once; None if the store has none.

        Raises:
            StoreError: If it is damaged.
        """
        from ..store.adjacency_index import AdjacencyIndex

        return AdjacencyIndex.open(self.folder)

    def __contains__(self, iri: object) -> bool:
        """Whether ``iri`` is an entity that `read_network` would read."""
        if not isinstance(iri, str):
            return False
        return self.complete(lambda: self._is_known_entity(iri))

    def _is_known_entity(self, iri: str) -> bool:
        if iri not in self._is_known:
            self._is_known[iri] = is_entity(iri) and self._is_entity(ox.NamedNode(iri))
        return self._is_known[iri]

    def _is_entity(self, node: Node) -> bool:
        quads = self._quads.quads_from(node)
        return any(
            quad.predicate.value == _TYPE
            and value_of(quad.object) in self._entity_classes
            and _is_stated(quad)
            for quad in quads
        ) and not any(
            quad.predicate.value == _DEPRECATED and value_of(quad.object) == "true"
            for quad in quads
        )

    @cached_property
    def _attribution(self) -> str:
        return read_attribution(self.store)

    def _is_untyped(self, iri: str) -> bool:
        """Whether ``iri`` is an entity only because an edge ends there."""
        quads = self._quads.quads_from(ox.NamedNode(iri)) if "://" in iri else None
        return quads is not None and all(quad.predicate.value != _TYPE for quad in quads)

    @property
    def is_empty(self) -> bool:
        """Whether the store has no entity in any named graph."""
        return not any(iri in self for iri in self._typed_iris())

    def entity_count(self) -> int:
        """Count the entities of the store by their types, without reading them."""
        classes = " ".join(f"<{name}>" for name in self._entity_classes)
        found = self._quads.engine.query(_ENTITIES.format(classes=classes), prefixes=PREFIXES)
        assert isinstance(found, ox.QuerySolutions)
        lines = found.serialize(format=ox.QueryResultsFormat.TSV) or b""
        return len(_ENTITY_LINE.findall(lines))

    def _typed_iris(self) -> Iterator[str]:
        """Yield the IRIs that have the type of an entity, once for each statement of it."""
        for name in self._entity_classes:
            quads = self._quads.engine.quads_for_pattern(
                None, ox.NamedNode(_TYPE), ox.NamedNode(name)
            )
            for quad in quads:
                iri = value_of(quad.subject)
                if is_entity(iri) and _is_stated(quad):
                    yield iri

    def language_tags(self) -> frozenset[str]:
        """Return the language tags of all labels."""
        found = (str(row[0]) for row in select(self.store, _TAGS))
        return frozenset(canonical_language(tag) for tag in found if tag)

    def edge_kinds(self) -> frozenset[str]:
        """Return the kinds of all edges."""
        terms = (row[0] for row in select(self.store, _KINDS))
        stated = {term.value.rsplit("/", 1)[-1] for term in terms if isinstance(term, Iri)}
        parts = (name.removeprefix(AL) for name in _PART_PROPERTIES)
        return frozenset({*stated, "performer", *parts})

    def degree(self, iri: str) -> int:
        """Return the degree of an entity, as networkx counts it: a self-loop counts twice."""
        ends = [other for other, _ in self._edges(iri).values()]
        return len(ends) + ends.count(iri)

    def neighbors(self, iri: str) -> Collection[str]:
        """Return the entities at the other ends of its edges; with a self-loop, itself too."""
        return {other for other, _ in self._edges(iri).values()}

    def ego_nodes(self, focus: str, hops: int) -> list[str]:
        """Return the entities at most ``hops`` edges from ``focus``, nearest first."""
        return self.complete(lambda: self._ego_nodes(focus, hops))

    def _ego_nodes(self, focus: str, hops: int) -> list[str]:
        found = dict.fromkeys([focus])
        frontier: Collection[str] = found.keys()
        for _ in range(hops):
            reached = {other for iri in frontier for other in self.neighbors(iri)}
            frontier = sorted(reached - found.keys())
            found |= dict.fromkeys(frontier)
        return list(found)

    def subgraph(self, nodes: Collection[str], *, boundary: bool = False) -> nx.MultiDiGraph[str]:
        """Read the subgraph induced by ``nodes``, see `records`."""
        from .networkx_graph import network_of

        return network_of(self.records(nodes, boundary=boundary), self._attribution)

    def records(
        self, nodes: Collection[str], *, boundary: bool = False, involved: bool = False
    ) -> GraphRecords:
        """Read the records of the subgraph induced by ``nodes``.

        Further nodes are present if the records mention them. These have names and years,
        but their other fields may be empty.

        Args:
            nodes: IRIs of entities.
            boundary: Add the edges from ``nodes`` to other entities.
            involved: Add the connections in which one of ``nodes`` takes part without being
                an end.
        """
        copier = self.complete(lambda: self._copy(nodes, boundary=boundary, involved=involved))
        return read_records(copier.build_store(), self.links, nodes, copier.performances)

    def outlines(self, nodes: Collection[str]) -> dict[str, Entity]:
        """Read names, types and years of entities, without what other nodes state of them."""

        def copy() -> QuadCopier:
            copier = QuadCopier(self._quads)
            for iri in nodes:
                copier.copy_description(ox.NamedNode(iri))
            return copier

        copied = self.complete(copy).build_store()
        return read_records(copied, self.links, nodes).entities

    def starts(self, *, is_card: bool) -> bool:
        """Start an operation, or return False if it should read the whole store.

        Args:
            is_card: It is about one entity. For the first few of these, little of a small store
                is read.
        """
        self._cards += is_card
        return (is_card and self._cards <= FEW_CARDS) or self.is_large

    def complete(self, compute: Callable[[], _T]) -> _T:
        """Return the result of a computation that looks up quads.

        All quads of an embedded store are at hand; `endpoint.neighborhood` repeats the computation.
        """
        return compute()

    def _copy(self, nodes: Collection[str], *, boundary: bool, involved: bool) -> QuadCopier:
        copier = QuadCopier(self._quads)
        members = frozenset(nodes)
        if len(members) >= _MANY:
            self._quads.read_claims()
        index = None if boundary else self.adjacency
        unmentioned = self._copy_indexed_edges(copier, index, members) if index else set[str]()
        for iri in nodes:
            # The edges first: they show which statements about the entity are edges.
            edges = {} if index else self._stated_edges(iri)
            copier.copy_entity(ox.NamedNode(iri), is_mentioned=iri not in unmentioned)
            for other, statement in edges.values():
                if other not in members and not (boundary and self._is_end(other)):
                    continue
                if statement is None:
                    copier.copy_description(ox.NamedNode(iri))
                    copier.copy_description(ox.NamedNode(other))
                else:
                    copier.copy_statement(statement)
            if involved:
                for connection in self._involving(ox.NamedNode(iri)):
                    copier.copy_statement(connection)
        return copier

    def _copy_indexed_edges(
        self, copier: QuadCopier, index: AdjacencyIndex, members: Collection[str]
    ) -> set[str]:
        """Copy the statements of all edges between members.

        Returns:
            The members that no other statement mentions.
        """
        numbered = {number: iri for iri in members if (number := index.number(iri)) is not None}
        numbers = [*numbered]
        mentioned = [number for number in numbers if index.mentioned[number]]
        self._quads.known_edges.update(map(_statement_node, index.performances_in(mentioned)))
        for origin, target, statement, graphs in index.edges_between(numbers):
            ends = numbered[origin], numbered[target]
            if graphs:
                copier.add_performance(statement, *ends, graphs)
            elif statement:
                copier.copy_statement(_statement_node(statement))
            else:
                for end in ends:
                    copier.copy_description(ox.NamedNode(end))
        return {*numbered.values()}.difference(numbered[number] for number in mentioned)

    def has_statement(self, iri: str) -> bool:
        """Whether ``iri`` is a scene, an utterance or a relationship."""
        return iri.startswith(BASE) and self.complete(
            lambda: any(
                quad.predicate.value == _TYPE and value_of(quad.object) in _STATEMENT_CLASSES
                for quad in self._quads.quads_from(ox.NamedNode(iri))
            )
        )

    def statement_records(self, iri: str) -> GraphRecords:
        """Read a scene, an utterance or a relationship, and the edges that it states."""

        def copy() -> QuadCopier:
            copier = QuadCopier(self._quads)
            copier.copy_statement(ox.NamedNode(iri))
            return copier

        return read_records(self.complete(copy).build_store(), self.links)

    def _involving(self, node: Node) -> Iterator[Node]:
        """Yield the connections in which an entity takes part."""
        yield from self._subjects(node, _PARTICIPANT_PROPERTIES)
        utterances = list(self._subjects(node, _SPEAKER_PROPERTIES))
        reported = [one for utterance in utterances for one in self._objects(utterance, "reports")]
        for utterance in (*utterances, *reported):
            yield from self._subjects(utterance, al_iris("expressedIn"))

    def _subjects(self, node: Node, predicates: Collection[str]) -> Iterator[Node]:
        for quad in self._quads.quads_to(node):
            if quad.predicate.value in predicates:
                yield as_node(quad.subject)

    def _objects(self, node: Node, name: str) -> Iterable[Node]:
        return dict.fromkeys(
            quad.object
            for quad in self._quads.quads_from(node)
            if quad.predicate.value == AL + name and isinstance(quad.object, NODE_TYPES)
        )

    def _edges(self, iri: str) -> dict[_EdgeKey, tuple[str, Node | None]]:
        """Return the edges at an entity whose other ends are entities too."""
        return self.complete(
            lambda: {
                edge: end for edge, end in self._stated_edges(iri).items() if self._is_end(end[0])
            }
        )

    def _is_end(self, iri: str) -> bool:
        return iri in self or self._is_untyped(iri)

    def _stated_edges(self, iri: str) -> dict[_EdgeKey, tuple[str, Node | None]]:
        """Return the edges at an entity.

        Returns:
            By edge: the other end, and the statement; None if the edge is a single triple.
        """
        if iri in self._edges_of_entity:
            return self._edges_of_entity[iri]
        node = ox.NamedNode(iri)
        found: dict[_EdgeKey, tuple[str, Node | None]] = {}
        for quad in self._quads.quads_to(node):
            subject, predicate = as_node(quad.subject), quad.predicate.value
            if predicate in _PART_PROPERTIES:
                found[subject.value, predicate, iri] = (subject.value, None)
            elif predicate in _JOIN_PROPERTIES:
                for edge, ends in self._statement_edges(subject):
                    if iri in ends:
                        found[edge] = (ends[ends[0] == iri], subject)
        for quad in self._quads.quads_from(node):
            predicate = quad.predicate.value
            if predicate in _PART_PROPERTIES and isinstance(quad.object, ox.NamedNode):
                found[iri, predicate, quad.object.value] = (quad.object.value, None)
        self._edges_of_entity[iri] = found
        return found

    def _statement_edges(self, statement: Node) -> _EdgeEnds:
        """Return the edges of a statement with their ends, as `readers.edges` reads them."""
        if statement in self._edges_of_statement:
            return self._edges_of_statement[statement]
        values: dict[str, dict[str, None]] = {}
        # Most statements lead to entities that are not copied, so only the merge is read.
        for quad in self._quads.triples_from(statement):
            predicate = quad.predicate.value
            if predicate in _JOIN_PROPERTIES and isinstance(quad.object, NODE_TYPES):
                values.setdefault(predicate, {})[quad.object.value] = None
        if EDGE_MARKS & values.keys():
            self._quads.known_edges.add(statement)
        work, origin, target, from_work = (
            min(values.get(name, ()), default="") for name in _MAIN_ENDS
        )
        key = statement.value
        agents = [agent for name in _AGENT_PROPERTIES for agent in values.get(name, ())]
        ends: dict[_EdgeKey, tuple[str, str]] = {
            (key, agent): (work, agent) for agent in agents if work
        }
        parties = combinations(sorted(values.get(_PARTY, ())), 2)
        ends |= {(key, *pair): pair for pair in parties}
        if target:
            ends[(key,)] = (from_work or origin, target)
        self._edges_of_statement[statement] = tuple(ends.items())
        return self._edges_of_statement[statement]

    @cached_property
    def _entity_classes(self) -> frozenset[str]:
        return frozenset(str(row[0]) for row in select(self.store, _ENTITY_CLASSES))


def _statement_node(value: str) -> Node:
    """Return the node of a statement in the index: only IRIs have a colon."""
    return ox.NamedNode(value) if ":" in value else ox.BlankNode(value)


def _is_stated(quad: ox.Quad) -> bool:
    """Whether the quad is in the graph of a source: neither inferred nor in the default graph."""
    return value_of(quad.graph_name) not in ("", GRAPH_INFERRED)
