"""Copy entities and statements of a store into a store in memory, quad by quad."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from ..core.record_properties import (
    DEPENDENTS,
    FACT_PROPERTIES,
    JOINED_BY_EDGES,
    RECORD_PROPERTIES,
)
from ..core.replacements import REPLACED_BY, replaced_by
from ..core.vocabulary import AL, PREFIXES, al_iris, is_entity
from ..store.default_graph import DEFAULT_GRAPH
from ..store.oxigraph import OxigraphStore
from .readers import Record, credit_record

Node = ox.NamedNode | ox.BlankNode
NODE_TYPES: Final = (ox.NamedNode, ox.BlankNode)


_CLASS_PROPERTIES: Final = (
    PREFIXES["rdf"] + "type",
    PREFIXES["rdfs"] + "subClassOf",
    PREFIXES["dcterms"] + "creator",
)
#: Properties from a statement to the nodes that are copied with it.
_DEPENDENCIES: Final = al_iris("evidence", "inScene", "expressedIn", "reports")
_CLAIMED_PROPERTIES: Final = RECORD_PROPERTIES | JOINED_BY_EDGES
_ABOUT: Final = AL + "about"
#: Properties to pages and items elsewhere, of which a record has no name.
_LINKS: Final = frozenset(
    (
        *(PREFIXES["skos"] + name for name in ("exactMatch", "closeMatch")),
        AL + "wikipediaArticle",
    )
)
#: Properties of which a performance or a connection has at least one.
EDGE_MARKS: Final = frozenset(al_iris("performer", "from"))


class QuadSource:
    """Looks up the quads of nodes in a store.

    Args:
        engine: The store.

    Attributes:
        known_edges: Statements that are known to be a performance or a connection.
    """

    def __init__(self, engine: ox.Store) -> None:
        self.engine = engine
        self.known_edges: set[Node] = set()
        self._outgoing_quads: dict[Node, list[ox.Quad]] = {}
        self._subjects_of_claims: frozenset[Node] | None = None

    def has_claim(self, node: Node) -> bool:
        """Return whether a claim is about a node."""
        if self._subjects_of_claims is not None:
            return node in self._subjects_of_claims
        return any(self.quads_to(node, _ABOUT))

    def read_claims(self) -> None:
        """Read the subjects of all claims at once, for many calls of `has_claim`."""
        quads = self.engine.quads_for_pattern(None, ox.NamedNode(_ABOUT), None, DEFAULT_GRAPH)
        self._subjects_of_claims = frozenset(
            quad.object for quad in quads if isinstance(quad.object, NODE_TYPES)
        )

    def quads_from(self, node: Node) -> list[ox.Quad]:
        """Return the quads of all graphs with a node as subject."""
        if node not in self._outgoing_quads:
            quads = self.engine.quads_for_pattern(node, None, None)
            self._outgoing_quads[node] = list(quads)
        return self._outgoing_quads[node]

    def quads_to(self, node: Node, predicate: str = "") -> Iterator[ox.Quad]:
        """Yield the triples with a node as object, each once; with a predicate, if given."""
        name = ox.NamedNode(predicate) if predicate else None
        return self.engine.quads_for_pattern(None, name, node, DEFAULT_GRAPH)

    def is_edge(self, statement: Node) -> bool:
        """Return whether a statement is a performance or a connection."""
        # Most statements that are no edge are copied, so that all of their quads are needed.
        return statement in self.known_edges or any(
            quad.predicate.value in EDGE_MARKS for quad in self.quads_from(statement)
        )

    def triples_from(self, node: Node) -> Iterable[ox.Quad]:
        """Return the triples with a node as subject, each at least once."""
        known = self._outgoing_quads.get(node)
        return known or self.engine.quads_for_pattern(node, None, None, DEFAULT_GRAPH)


class QuadCopier:
    """Copies entities and statements, with the names of all nodes in them.

    Args:
        source: Looks up the quads.

    Attributes:
        performances: Rows of the performances that are not copied.
    """

    def __init__(self, source: QuadSource) -> None:
        self._source = source
        self.performances: list[Record] = []
        self._described: set[Node] = set()
        self._statements: set[Node] = set()
        self._graphs: set[str] = set()

    def build_store(self) -> OxigraphStore:
        """Return a store in memory with the copied quads."""
        store = OxigraphStore()
        store.engine.extend(
            quad for node in self._described for quad in self._source.quads_from(node)
        )
        return store

    def add_performance(self, node: str, work: str, agent: str, graphs: Collection[str]) -> None:
        """Add a performance of which only its ends and its graphs are to be known."""
        for graph in graphs:
            if graph not in self._graphs:
                self._graphs.add(graph)
                self.copy_description(ox.NamedNode(graph))
            self.performances.append(credit_record(node, work, agent, graph))

    def copy_description(self, node: object) -> None:
        """Copy the quads of a node, and those of its classes and source graphs."""
        if not isinstance(node, NODE_TYPES) or node in self._described:
            return
        self._described.add(node)
        for quad in self._source.quads_from(node):
            if (graph := quad.graph_name) not in self._described:
                self.copy_description(graph)
            if quad.predicate.value in _CLASS_PROPERTIES:
                self.copy_description(quad.object)

    def copy_entity(self, node: Node, *, is_mentioned: bool = True) -> None:
        """Copy what the record of an entity needs: facts, releases, makers, claims, scenes.

        Args:
            node: The entity.
            is_mentioned: Whether statements about other nodes may be needed too.
        """
        self._copy_with_objects(node)
        if not is_mentioned:
            return
        self._copy_deprecated(node)
        for quad in self._source.quads_to(node):
            predicate = quad.predicate.value
            if predicate in FACT_PROPERTIES:
                self.copy_description(quad.subject)
            elif predicate in _CLAIMED_PROPERTIES:
                subject = as_node(quad.subject)
                is_part = predicate in RECORD_PROPERTIES and not self._source.is_edge(subject)
                is_wanted = is_part or self._source.has_claim(subject)
                if is_wanted and not is_entity(subject.value):
                    self.copy_statement(subject)

    def _copy_deprecated(self, node: Node) -> None:
        """Copy the deprecated IRIs that lead to an entity, in one step or several."""

        def sources(new: Node) -> list[Node]:
            return [as_node(quad.subject) for quad in self._source.quads_to(new, REPLACED_BY)]

        for deprecated in replaced_by(node, sources):
            self.copy_description(deprecated)

    def copy_statement(self, statement: Node) -> None:
        """Copy a statement with its evidence, utterances and scenes."""
        if statement in self._statements:
            return
        self._statements.add(statement)
        self._copy_with_objects(statement)
        for quad in self._source.quads_from(statement):
            if quad.predicate.value in _DEPENDENCIES and isinstance(quad.object, NODE_TYPES):
                self.copy_statement(quad.object)
        for quad in self._source.quads_to(statement):
            if quad.predicate.value in DEPENDENTS:
                self.copy_statement(as_node(quad.subject))

    def _copy_with_objects(self, node: Node) -> None:
        self.copy_description(node)
        for quad in self._source.quads_from(node):
            if isinstance(quad.object, NODE_TYPES) and quad.predicate.value not in _LINKS:
                self.copy_description(quad.object)


def value_of(term: object) -> str:
    """Return the text of a term without its markup; "" for a triple and the default graph."""
    return getattr(term, "value", "")


def as_node(term: object) -> Node:
    """Return a term that is known to be an IRI or a blank node."""
    assert isinstance(term, NODE_TYPES)
    return term
