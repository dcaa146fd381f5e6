"""Read the edges of a store for its adjacency index.

The edges are those of `allusion.network.readers`, which reads whole records; a test compares them.
Here only ends, family, kind, certainty and number of sources are read, predicate by predicate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

import pyoxigraph as ox

from ..core.record_properties import LOOKUP_PROPERTIES
from ..core.vocabulary import (
    AL,
    BASE,
    CONNECTION_CLASSES,
    DOUBTFUL,
    GRAPH_INFERRED,
    PART_PROPERTIES,
    PREFIXES,
    is_entity,
)
from ..store.adjacency_index import PERFORMER, AdjacencyIndex, IndexedEdge
from ..store.default_graph import DEFAULT_GRAPH

_TYPE: Final = PREFIXES["rdf"] + "type"
_DISPUTES: Final = f"{BASE}stance/disputes"
#: Properties that are read from the named graphs. Of all others the merge is enough.
STATED_PROPERTIES: Final = tuple(
    AL + name for name in ("performer", "contributor", "inWork", "party", *PART_PROPERTIES)
)
_LABELS: Final = tuple(
    PREFIXES[prefix] + name
    for prefix, name in (("rdfs", "label"), ("skos", "prefLabel"), ("dcterms", "title"))
)
#: The performances of which more than their ends is stated.
_DESCRIBED: Final = f"""
SELECT DISTINCT ?node WHERE {{
  ?node <{AL}performer> ?agent .
  {{ ?node ?property ?value FILTER(?property NOT IN (<{_TYPE}>, <{AL}performer>, <{AL}inWork>)) }}
  UNION {{ ?other ?property ?node }}
}}"""


def indexed_edges(store: ox.Store) -> list[IndexedEdge]:
    """Read all edges of a store whose default graph is the merge of its named graphs."""
    return _Reader(store).edges()


def make_index(store: ox.Store) -> AdjacencyIndex:
    """Make the index of a store that has all that is stated, see `indexed_edges`."""
    reader = _Reader(store)
    reader.find_bare_performances()
    return AdjacencyIndex.of(reader.edges(), reader.mentioned_entities())


class _Reader:
    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._graphs = list(store.named_graphs())
        self._supporting, self._cited = self._evidence()
        self._in_work, self._performers = self._stated("inWork"), self._stated("performer")
        self._bare: frozenset[str] = frozenset()

    def edges(self) -> list[IndexedEdge]:
        found = (*self.connections(), *self.credits(), *self.relationships(), *self.parts())
        # As in networkx: of edges with one IRI and the same ends, the last counts.
        return list({(edge.iri, edge.origin, edge.target): edge for edge in found}.values())

    def find_bare_performances(self) -> None:
        """Find the performances of which only their one performer and one work are stated."""
        rows = self._store.query(_DESCRIBED)
        assert isinstance(rows, ox.QuerySolutions)
        described = {_text(row["node"]) for row in rows}
        self._bare = frozenset(
            node
            for node, agents in self._performers.items()
            if len(agents) == 1
            and len(self._in_work.get(node, ())) == 1
            and ":" in node
            and node not in described
        )

    def mentioned_entities(self) -> set[str]:
        """Return the nodes to which a lookup leads from another node than a bare performance."""
        found = {
            value
            for values in (self._in_work, self._performers)
            for node in values.keys() - self._bare
            for value in values[node]
        }
        for iri in LOOKUP_PROPERTIES - {AL + "inWork", AL + "performer"}:
            found.update(_text(quad.object) for quad in self._default(iri))
        return found

    def connections(self) -> Iterator[IndexedEdge]:
        classes: dict[str, str] = {}
        for name in sorted(CONNECTION_CLASSES, reverse=True):
            for quad in self._default(_TYPE, ox.NamedNode(AL + name)):
                classes[_text(quad.subject)] = name
        properties = ("from", "fromWork", "to", "kind", "certainty")
        origins, works, targets, kinds, certainties = map(self._least, properties)
        doubtful = {
            iri for iri in {*certainties.values()} if label_of(self._store, iri) == DOUBTFUL
        }
        for iri, name in classes.items():
            if iri in origins and iri in targets:
                origin = works.get(iri) or origins[iri]
                if is_entity(origin) and targets[iri]:
                    yield IndexedEdge(
                        iri,
                        origin,
                        targets[iri],
                        CONNECTION_CLASSES[name],
                        _tail(kinds.get(iri, "")),
                        certainties.get(iri, "") in doubtful,
                        len(self._supporting.get(iri, ())),
                        iri,
                    )

    def credits(self) -> Iterator[IndexedEdge]:
        roles = self._least("role")
        performers, contributors = self._performers, self._stated("contributor")
        for node in dict.fromkeys((*performers, *contributors)):
            made = dict(performers.get(node, {}))
            # A role comes before a performance, as an IRI before a literal.
            made |= contributors.get(node, {}) if node in roles else {}
            works = self._works(node)
            rows = {agent: graphs & works.keys() for agent, graphs in made.items()}
            agents = [agent for agent, graphs in rows.items() if graphs]
            for agent in agents:
                first = rows[agent]
                stated = contributors.get(node, {}).get(agent, set()) & first
                is_role = node in roles and bool(stated)
                graphs = set(first)
                if is_role and agent in performers.get(node, {}):
                    graphs |= performers[node][agent] & works.keys()
                least = min(stated if is_role else first)
                yield from self._edge(
                    node if len(agents) == 1 else f"{node}-{_tail(agent)}",
                    min(works[least]),
                    agent,
                    "credit",
                    _tail(roles[node]) if is_role else PERFORMER,
                    graphs,
                    node,
                    tuple(sorted(graphs)) if node in self._bare else (),
                )

    def relationships(self) -> Iterator[IndexedEdge]:
        types = self._least("relationshipType")
        for node, parties in self._stated("party").items():
            if node not in types:
                continue
            for one, other in combinations(sorted(parties), 2):
                if graphs := parties[one] & parties[other]:
                    kind = _tail(types[node])
                    yield from self._edge(node, one, other, "story", kind, graphs, node)

    def parts(self) -> Iterator[IndexedEdge]:
        for name, family in PART_PROPERTIES.items():
            for one, others in self._stated(name).items():
                for other, graphs in others.items():
                    iri = f"{BASE}part/{_tail(one)}-{_tail(other)}-{name.lower()}"
                    yield from self._edge(iri, one, other, family, name, graphs)

    def _edge(
        self,
        iri: str,
        origin: str,
        target: str,
        family: str,
        kind: str,
        graphs: set[str],
        node: str = "",
        bare_in: tuple[str, ...] = (),
    ) -> Iterator[IndexedEdge]:
        if is_entity(origin) and is_entity(target):
            stating = graphs - {GRAPH_INFERRED} or graphs
            count = len(self._supporting.get(iri, ()))
            count += len(stating.difference(self._cited.get(iri, ())))
            yield IndexedEdge(iri, origin, target, family, kind, False, count, node, bare_in)

    def _works(self, node: str) -> dict[str, set[str]]:
        """Return the works of a credit, by the named graph that states them."""
        found: dict[str, set[str]] = defaultdict(set)
        for work, graphs in self._in_work.get(node, {}).items():
            for graph in graphs:
                found[graph].add(work)
        return found

    def _evidence(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        """Return, by statement, the sources that do not dispute it, and all its sources."""
        sources, stances = self._least("source"), self._least("stance")
        supporting: dict[str, set[str]] = defaultdict(set)
        cited: dict[str, set[str]] = defaultdict(set)
        for quad in self._default(AL + "evidence"):
            about, evidence = _text(quad.subject), _text(quad.object)
            if evidence in sources:
                cited[about].add(sources[evidence])
                if stances.get(evidence) != _DISPUTES:
                    supporting[about].add(sources[evidence])
        for quad in self._default(AL + "disputes"):
            rival, about = _text(quad.subject), _text(quad.object)
            cited[about] |= supporting.get(rival, set())
        return supporting, cited

    def _least(self, name: str) -> dict[str, str]:
        """Return the least value of a property, by subject."""
        found: dict[str, str] = {}
        for quad in self._default(AL + name):
            subject, value = _text(quad.subject), _text(quad.object)
            if subject not in found or value < found[subject]:
                found[subject] = value
        return found

    def _stated(self, name: str) -> dict[str, dict[str, set[str]]]:
        """Return the named graphs that state a value, by subject and value."""
        found: dict[str, dict[str, set[str]]] = {}
        for graph in self._graphs:
            for quad in self._store.quads_for_pattern(None, ox.NamedNode(AL + name), None, graph):
                values = found.setdefault(_text(quad.subject), {})
                values.setdefault(_text(quad.object), set()).add(_text(graph))
        return found

    def _default(self, iri: str, value: ox.NamedNode | None = None) -> Iterable[ox.Quad]:
        return self._store.quads_for_pattern(None, ox.NamedNode(iri), value, DEFAULT_GRAPH)


def label_of(store: ox.Store, iri: str) -> str:
    """Return the English label of a node, as the readers of records do."""
    found = [
        quad.object.value
        for name in _LABELS
        for quad in store.quads_for_pattern(
            ox.NamedNode(iri), ox.NamedNode(name), None, DEFAULT_GRAPH
        )
        if isinstance(quad.object, ox.Literal) and quad.object.language in ("en", None)
    ]
    return min(found, default=_tail(iri).replace("-", " "))


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))


def _tail(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]
