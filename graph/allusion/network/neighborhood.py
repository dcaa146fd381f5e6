"""What is near one entity, read out of a large store without reading all of it.

What is wanted is copied into a store in memory, statement by statement, and that one is read
by `allusion.reading` like any other: the records are those of the whole, and no query is
written twice. Only an embedded store lets its quads be looked up one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from itertools import combinations
from typing import Final

import networkx as nx
import pyoxigraph as ox

from ..core.labels import Link
from ..core.terms import Iri, canonical_language
from ..core.vocabulary import AL, BASE, ENTITY_REGISTERS, GRAPH_INFERRED, PREFIXES
from ..store import select
from ..store.default_graph import DEFAULT_GRAPH
from ..store.oxigraph import OxigraphStore
from .graph import read_network

#: From so many quads on the surroundings are read alone: below, all is read in some seconds,
#: and every picture of a session has it.
LARGE: Final = 150_000

_Node = ox.NamedNode | ox.BlankNode
_NODES: Final = (ox.NamedNode, ox.BlankNode)
_Edge = tuple[str, ...]
_Ends = tuple[tuple[_Edge, tuple[str, str]], ...]


def _al(*names: str) -> tuple[str, ...]:
    return tuple(AL + name for name in names)


_TYPE: Final = PREFIXES["rdf"] + "type"
_CLASSES: Final = (_TYPE, PREFIXES["rdfs"] + "subClassOf", PREFIXES["dcterms"] + "creator")
_DEPRECATED: Final = PREFIXES["owl"] + "deprecated"
_PARTS: Final = _al(
    "partOfSeries", "member", "recordingOf", "locatedIn", "presentIn", "setIn", "shotAt"
)
_AGENTS: Final = _al("performer", "contributor")
#: How a statement names the entities that it joins.
_JOINS: Final = (*_AGENTS, *_al("inWork", "party", "from", "fromWork", "to"))
#: What belongs to a statement and is told with it; and what tells of it: of a scene, an
#: utterance, or a statement that it speaks against.
_RESTS_ON: Final = _al("evidence", "inScene", "expressedIn")
_TOLD_IN: Final = _al("inScene", "expressedIn", "reports", "disputes")
#: How a connection names those who have a part in it, itself and in what is said.
_PART_IN: Final = _al("from", "madeBy", "concerns")
_SPEAKING: Final = _al("speaker", "addressee")

_ENTITIES: Final = """
SELECT DISTINCT ?class WHERE {
  ?class rdfs:subClassOf* al:Entity ; rdfs:label ?label . FILTER(LANG(?label) = "en")
}"""
_TAGS: Final = "SELECT DISTINCT (LANG(?label) AS ?tag) WHERE { ?entity rdfs:label ?label }"
_KINDS: Final = (
    "SELECT DISTINCT ?kind WHERE { ?statement al:kind|al:role|al:relationshipType ?kind }"
)


class Nearby:
    """The entities of a store and their edges, one by one; ``links`` are the ways out of one."""

    def __init__(self, store: OxigraphStore, links: Callable[[str], Iterable[Link]]) -> None:
        self.store, self.links = store, links
        self._about: dict[_Node, list[ox.Quad]] = {}
        self._made: dict[_Node, _Ends] = {}
        self._known: dict[str, bool] = {}
        self._ties: dict[str, dict[_Edge, tuple[str, _Node | None]]] = {}

    def __contains__(self, iri: object) -> bool:
        """Whether this is an entity that has a card."""
        if not isinstance(iri, str):
            return False
        if iri not in self._known:
            self._known[iri] = _is_registered(iri) and self._is_entity(ox.NamedNode(iri))
        return self._known[iri]

    def _is_entity(self, node: _Node) -> bool:
        quads = self._out(node)
        return any(
            quad.predicate.value == _TYPE
            and _value(quad.object) in self._classes
            and _is_stated(quad)
            for quad in quads
        ) and not any(
            quad.predicate.value == _DEPRECATED and _value(quad.object) == "true" for quad in quads
        )

    @property
    def is_empty(self) -> bool:
        """Whether the store has no entity in any graph."""
        return not any(iri in self for iri in self._typed())

    def count(self) -> int:
        """How many entities the store has: the type of each is looked at, and nothing else."""
        gone = self.store.engine.quads_for_pattern(
            None, ox.NamedNode(_DEPRECATED), ox.Literal(value=True)
        )
        return len({*self._typed()} - {_value(quad.subject) for quad in gone})

    def _typed(self) -> Iterator[str]:
        """Whatever some source calls an entity, again for each that does."""
        for name in self._classes:
            of_class = self.store.engine.quads_for_pattern(
                None, ox.NamedNode(_TYPE), ox.NamedNode(name)
            )
            for quad in of_class:
                iri = _value(quad.subject)
                if _is_registered(iri) and _is_stated(quad):
                    yield iri

    def tags(self) -> frozenset[str]:
        """The language tags of all labels."""
        found = (str(row[0]) for row in select(self.store, _TAGS))
        return frozenset(canonical_language(tag) for tag in found if tag)

    def kinds(self) -> frozenset[str]:
        """The kinds that edges may have."""
        rows = (row[0] for row in select(self.store, _KINDS))
        stated = {row.value.rsplit("/", 1)[-1] for row in rows if isinstance(row, Iri)}
        return frozenset({*stated, "performer", *(name.removeprefix(AL) for name in _PARTS)})

    def degree(self, iri: str) -> int:
        """How many ends of edges are at an entity, as networkx counts them."""
        ends = [other for other, _ in self._tied(iri).values()]
        return len(ends) + ends.count(iri)

    def beside(self, iri: str) -> Collection[str]:
        """The entities that an edge joins to this one, itself among them where one does."""
        return {other for other, _ in self._tied(iri).values()}

    def within(self, focus: str, hops: int) -> list[str]:
        """The entities at most ``hops`` edges away from ``focus``, nearest first."""
        found = dict.fromkeys([focus])
        border: Collection[str] = found.keys()
        for _ in range(hops):
            border = sorted({other for iri in border for other in self.beside(iri)} - found.keys())
            found |= dict.fromkeys(border)
        return list(found)

    def network(
        self, core: Collection[str], *, beyond: bool = False, involved: bool = False
    ) -> nx.MultiDiGraph[str]:
        """The network with these entities and all edges between them, as the whole one has them.

        There are other nodes too, for whatever is mentioned: those have names and years, and need
        not have more. ``beyond`` adds the edges that lead out of ``core``, ``involved`` the
        connections in which one of it has a part without being an end.
        """
        copy = _Copy(self._out, self._into)
        members = frozenset(core)
        for iri in core:
            copy.record(ox.NamedNode(iri))
            for other, statement in self._tied(iri).values():
                if not (beyond or other in members):
                    continue
                if statement is None:
                    copy.mention(ox.NamedNode(other))
                else:
                    copy.tell(statement)
            if involved:
                for connection in self._involving(ox.NamedNode(iri)):
                    copy.tell(connection)
        return read_network(copy.store(), self.links)

    def _involving(self, node: _Node) -> Iterator[_Node]:
        """The connections in which an entity has a part."""
        yield from self._pointing(node, _PART_IN)
        said = list(self._pointing(node, _SPEAKING))
        for one in (*said, *(of for telling in said for of in self._of(telling, "reports"))):
            yield from self._pointing(one, _al("expressedIn"))

    def _pointing(self, node: _Node, predicates: Collection[str]) -> Iterator[_Node]:
        for quad in self._into(node):
            if quad.predicate.value in predicates:
                yield _node(quad.subject)

    def _tied(self, iri: str) -> dict[_Edge, tuple[str, _Node | None]]:
        """The edges at an entity: the other end, and the statement, None for a plain triple."""
        if iri in self._ties:
            return self._ties[iri]
        node = ox.NamedNode(iri)
        found: dict[_Edge, tuple[str, _Node | None]] = {}
        for quad in self._into(node):
            subject, predicate = _node(quad.subject), quad.predicate.value
            if predicate in _PARTS:
                found[subject.value, predicate, iri] = (subject.value, None)
            elif predicate in _JOINS:
                for edge, ends in self._joined(subject):
                    if iri in ends:
                        found[edge] = (ends[ends[0] == iri], subject)
        for quad in self._out(node):
            if quad.predicate.value in _PARTS and isinstance(quad.object, ox.NamedNode):
                found[iri, quad.predicate.value, quad.object.value] = (quad.object.value, None)
        self._ties[iri] = {edge: end for edge, end in found.items() if end[0] in self}
        return self._ties[iri]

    def _joined(self, statement: _Node) -> _Ends:
        """The edges that a statement makes, each with its two ends; see `reading.edges`."""
        if statement in self._made:
            return self._made[statement]
        named: dict[str, dict[str, None]] = {}
        for quad in self._out(statement):
            if quad.predicate.value in _JOINS and isinstance(quad.object, _NODES):
                named.setdefault(quad.predicate.value, {})[quad.object.value] = None
        work, origin, target, through = (
            min(named.get(name, ()), default="") for name in _al("inWork", "from", "to", "fromWork")
        )
        node = statement.value
        agents = [agent for name in _AGENTS for agent in named.get(name, ())]
        ends: dict[_Edge, tuple[str, str]] = {
            (node, agent): (work, agent) for agent in agents if work
        }
        pairs = combinations(sorted(named.get(AL + "party", ())), 2)
        ends |= {(node, *pair): pair for pair in pairs}
        if target:
            ends[(node,)] = (through or origin, target)
        self._made[statement] = tuple(ends.items())
        return self._made[statement]

    def _of(self, node: _Node, name: str) -> Iterable[_Node]:
        """The values of a property, each once."""
        return dict.fromkeys(
            quad.object
            for quad in self._out(node)
            if quad.predicate.value == AL + name and isinstance(quad.object, _NODES)
        )

    def _out(self, node: _Node) -> list[ox.Quad]:
        if node not in self._about:
            self._about[node] = list(self.store.engine.quads_for_pattern(node, None, None))
        return self._about[node]

    def _into(self, node: _Node) -> Iterator[ox.Quad]:
        """The statements that point at a node, each once."""
        return self.store.engine.quads_for_pattern(None, None, node, DEFAULT_GRAPH)

    @cached_property
    def _classes(self) -> frozenset[str]:
        return frozenset(str(row[0]) for row in select(self.store, _ENTITIES))


class _Copy:
    """Quads of a store: records of entities and whole statements, with the names of all in them."""

    def __init__(
        self,
        out: Callable[[_Node], list[ox.Quad]],
        into: Callable[[_Node], Iterable[ox.Quad]],
    ) -> None:
        self._out, self._into = out, into
        self._mentioned: set[_Node] = set()
        self._told: set[_Node] = set()

    def store(self) -> OxigraphStore:
        """The copy, in memory."""
        copy = OxigraphStore()
        for node in self._mentioned:
            copy.engine.extend(self._out(node))
        return copy

    def mention(self, node: object) -> None:
        """What is said of a node itself and by whom, and the classes that it is of."""
        if not isinstance(node, _NODES) or node in self._mentioned:
            return
        self._mentioned.add(node)
        for quad in self._out(node):
            self.mention(quad.graph_name)
            if quad.predicate.value in _CLASSES:
                self.mention(quad.object)

    def record(self, node: _Node) -> None:
        """All that the record of an entity rests on: facts, releases, makers, claims, scenes."""
        self._say(node)
        for quad in self._into(node):
            subject, predicate = _node(quad.subject), quad.predicate.value
            about_it = predicate == AL + "about" or (
                predicate == AL + "inWork"
                # A performance makes an edge and nothing else.
                and all(said.predicate.value != AL + "performer" for said in self._out(subject))
            )
            if about_it and not _is_registered(subject.value):
                self.tell(subject)

    def tell(self, statement: _Node) -> None:
        """A statement with its evidence, and with what is said and where, if it has that."""
        if statement in self._told:
            return
        self._told.add(statement)
        self._say(statement)
        for quad in self._out(statement):
            if quad.predicate.value in _RESTS_ON and isinstance(quad.object, _NODES):
                self.tell(quad.object)
        for quad in self._into(statement):
            if quad.predicate.value in _TOLD_IN:
                self.tell(_node(quad.subject))

    def _say(self, node: _Node) -> None:
        self.mention(node)
        for quad in self._out(node):
            self.mention(quad.object)


def _is_registered(iri: str) -> bool:
    return iri.startswith(BASE) and iri.removeprefix(BASE).split("/")[0] in ENTITY_REGISTERS


def _is_stated(quad: ox.Quad) -> bool:
    """Whether a source says it: no rule of the ontology, and not nobody."""
    return _value(quad.graph_name) not in ("", GRAPH_INFERRED)


def _value(term: object) -> str:
    return getattr(term, "value", "")


def _node(term: object) -> _Node:
    assert isinstance(term, _NODES)
    return term
