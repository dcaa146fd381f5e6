"""The graph as a networkx MultiDiGraph of records.

A node is the IRI of an entity. An edge points in the direction of the statement; its key is
the IRI of the statement. In a network of `read_network` the attribute ``entity`` of a node and
``edge`` of an edge are records. The attributes of the graph are:

- ``records``: the `GraphRecords` that it was made of.
- ``scenes`` and ``utterances``: tuples of records.
- ``statements``: a record of `Entity` for each scene, utterance and relationship, by IRI.
- ``version``: the version of the graph.
- ``attribution``: the line below a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import networkx as nx

from .._version import __version__
from ..core.errors import UnknownName
from ..core.labels import Link
from ..core.model import Edge, Entity
from ..core.vocabulary import DOUBTFUL, FAMILIES
from ..store import Store
from .readers import read_attribution
from .records import GraphRecords, read_records


def read_network(store: Store, links: Callable[[str], Iterable[Link]]) -> nx.MultiDiGraph[str]:
    """Read the whole graph of a store.

    Args:
        store: The store.
        links: Returns the external links of an entity by its IRI.
    """
    return network_of(read_records(store, links), read_attribution(store))


def network_of(records: GraphRecords, attribution: str) -> nx.MultiDiGraph[str]:
    """Return the network of all records; it is frozen, because cards and pictures share it.

    Args:
        records: The records.
        attribution: The line below a picture.
    """
    network = build_network(records.entities, records.edges)
    network.graph.update(
        records=records,
        scenes=records.scenes,
        utterances=records.utterances,
        statements=records.statements,
        version=__version__,
        attribution=attribution,
    )
    nx.freeze(network)
    return network


def build_network(entities: Mapping[str, Entity], edges: Iterable[Edge]) -> nx.MultiDiGraph[str]:
    """Build a network of records; edges between unknown entities are left out."""
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for iri, entity in entities.items():
        network.add_node(iri, entity=entity)
    for edge in edges:
        if edge.origin in entities and edge.target in entities:
            network.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return network


def get_entity(network: nx.MultiDiGraph[str], iri: str) -> Entity:
    """Return the record of a node.

    Raises:
        UnknownName: If ``iri`` is not a node.
    """
    if iri not in network:
        raise UnknownName(f"{iri!r} is not the IRI of an entity of this network")
    entity: Entity = network.nodes[iri]["entity"]
    return entity


def iter_entities(network: nx.MultiDiGraph[str]) -> Iterator[Entity]:
    """Yield the records of all nodes."""
    for _, data in network.nodes(data=True):
        yield data["entity"]


def iter_edges(network: nx.MultiDiGraph[str]) -> Iterator[Edge]:
    """Yield the records of all edges."""
    for _, _, data in network.edges(data=True):
        yield data["edge"]


def incident_edges(network: nx.MultiDiGraph[str], iri: str) -> Iterator[Edge]:
    """Yield the edges from a node, then those to it; a self-loop comes twice."""
    for _, _, data in network.out_edges(iri, data=True):
        yield data["edge"]
    for _, _, data in network.in_edges(iri, data=True):
        yield data["edge"]


def connection_edges(
    network: nx.MultiDiGraph[str], families: Collection[str] = FAMILIES
) -> list[Edge]:
    """Return the edges of these families that are not doubtful, ordered by IRI."""
    kept = [
        edge
        for edge in iter_edges(network)
        if edge.family in families and edge.certainty != DOUBTFUL
    ]
    return sorted(kept, key=lambda edge: edge.iri)
