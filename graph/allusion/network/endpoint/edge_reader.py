"""Read the edges at some entities from an endpoint.

The quads of the statements are copied into a store in memory, and `build.adjacency_edges` reads
that store as it reads the whole store for the adjacency index. So both have equal edges.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import pyoxigraph as ox

from ...build.adjacency_edges import indexed_edges, label_of
from ...core.vocabulary import AL, PART_PROPERTIES, PREFIXES, al_iris
from ...store.adjacency_index import IndexedEdge
from ...store.remote_copy import to_engine
from ..quad_copier import NODE_TYPES
from .batch_reader import BatchReader, has_predicate

_CONNECTION_ENDS: Final = ("from", "fromWork", "to")
_ENDS: Final = (*_CONNECTION_ENDS, "performer", "contributor", "inWork", "party")
_IS_READ: Final = has_predicate(
    (PREFIXES["rdf"] + "type", *al_iris("kind", "certainty", "role", "relationshipType", *_ENDS))
)
_IS_PART: Final = has_predicate(al_iris(*PART_PROPERTIES))
_PARTS: Final = f"""{{ VALUES ?s {{ $nodes }} ?s ?p ?o FILTER({_IS_PART}) }}
UNION {{ VALUES ?o {{ $nodes }} ?s ?p ?o FILTER({_IS_PART}) }}"""


def _statements(ends: Iterable[str]) -> str:
    """Return a pattern of the statements about some entities.

    It has a branch for each property, because Oxigraph and Virtuoso read all statements if the
    properties are in a VALUES beside that of the entities.
    """
    return "\nUNION ".join(
        f"{{ VALUES ?end {{ $nodes }} ?s al:{name} ?end . ?s ?p ?o FILTER({_IS_READ}) }}"
        for name in ends
    )


_CONNECTIONS: Final = f"{{ {_statements(_CONNECTION_ENDS)} }}"
_EDGES: Final = f"{{ {_statements(_ENDS)}\nUNION {_PARTS} }}"
_IS_NAME: Final = has_predicate(
    (PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel", PREFIXES["dcterms"] + "title")
)
_LABELS: Final = f"VALUES ?s {{ $nodes }} ?s ?p ?o FILTER({_IS_NAME})"

# The passages of a statement, and those of the claims that dispute it.
_PASSAGE: Final = "?evidence al:source ?source OPTIONAL { ?evidence al:stance ?stance }"
_EVIDENCE: Final = f"""
{{ VALUES ?about {{ $nodes }} ?about al:evidence ?evidence . {_PASSAGE} }}
UNION
{{ VALUES ?about {{ $nodes }} ?rival al:disputes ?about ; al:evidence ?evidence . {_PASSAGE} }}"""
_EVIDENCE_COLUMNS: Final = "?about ?rival ?evidence ?source ?stance"


class EdgeReader:
    """Reads edges with the rules of `build.adjacency_edges`.

    Args:
        reader: The endpoint.
    """

    def __init__(self, reader: BatchReader) -> None:
        self._reader = reader
        self._labels: dict[str, list[ox.Quad]] = {}

    def edges(
        self, entities: Collection[str], *, only_connections: bool = False, evidence: bool = False
    ) -> list[IndexedEdge]:
        """Return the edges at some entities.

        Args:
            entities: Their IRIs.
            only_connections: Without credits, stories and parts.
            evidence: Count the sources of edges between two of ``entities``. Other edges have
                only the named graphs that state them.
        """
        store = ox.Store()
        store.extend(self._reader.quads(_CONNECTIONS if only_connections else _EDGES, entities))
        store.extend(self._label_quads(store))
        edges = indexed_edges(store)
        if not evidence:
            return edges
        inside = {e.iri for e in edges if e.origin in entities and e.target in entities}
        store.extend(self._evidence_quads(inside))
        return indexed_edges(store)

    def labels(self, iris: Collection[str]) -> dict[str, str]:
        """Return the names by which `build.adjacency_edges` recognizes doubtful certainties."""
        store = ox.Store()
        store.extend(self._quads_of_labels(iris))
        return {iri: label_of(store, iri) for iri in iris}

    def _label_quads(self, store: ox.Store) -> Iterable[ox.Quad]:
        """Return the names of the certainties of a store."""
        certainties = store.quads_for_pattern(None, _al("certainty"), None)
        return self._quads_of_labels({getattr(q.object, "value", "") for q in certainties})

    def _quads_of_labels(self, iris: Collection[str]) -> Iterable[ox.Quad]:
        new = set(iris) - self._labels.keys()
        self._labels |= {iri: [] for iri in new}
        for quad in self._reader.quads(_LABELS, new):
            self._labels[getattr(quad.subject, "value", "")].append(quad)
        return [quad for iri in iris for quad in self._labels[iri]]

    def _evidence_quads(self, statements: Collection[str]) -> Iterable[ox.Quad]:
        for row in self._reader.rows(_EVIDENCE, _EVIDENCE_COLUMNS, statements):
            about, rival, evidence, source, stance = (
                None if term is None else to_engine(term, self._reader.queries) for term in row
            )
            holder = rival or about
            for subject, name, value in (
                (holder, "evidence", evidence),
                (evidence, "source", source),
                (evidence, "stance", stance),
                (rival, "disputes", about),
            ):
                if isinstance(subject, NODE_TYPES) and value is not None:
                    yield ox.Quad(subject, _al(name), value)


def _al(name: str) -> ox.NamedNode:
    return ox.NamedNode(AL + name)
