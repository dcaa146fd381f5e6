"""The graph as a networkx MultiDiGraph of records.

A node is the IRI of an entity. An edge points in the direction of the statement; its key is
the IRI of the statement. In a network of `read_network` the attribute ``entity`` of a node and
``edge`` of an edge are records. The attributes of the graph are:

- ``scenes`` and ``utterances``: tuples of records.
- ``statements``: a record of `Entity` for each scene, utterance and relationship, by IRI.
- ``parts``: the IRIs of the scenes and utterances by the nodes in them.
- ``version``: the version of the graph.
- ``attribution``: the line below a picture.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import networkx as nx

from .._version import __version__
from ..core.errors import UnknownName
from ..core.labels import Link
from ..core.model import Edge, Entity, Scene, Utterance
from ..core.vocabulary import DOUBTFUL, FAMILIES
from ..store import Store
from .readers import ReaderContext, read_attribution, read_edges, read_entities, read_scenes


def read_network(
    store: Store, links: Callable[[str], Iterable[Link]], attribution: str | None = None
) -> nx.MultiDiGraph[str]:
    """Read the whole graph of a store.

    Args:
        store: The store.
        links: Returns the external links of an entity by its IRI.
        attribution: The line below a picture; None reads it from the store.

    Returns:
        The network; it is frozen, because cards and pictures share it.
    """
    context = ReaderContext(store)
    edges = read_edges(context)
    ends = (iri for edge in edges for iri in (edge.origin, edge.target))
    entities, statements = read_entities(context, links, ends)
    network = build_network(entities, edges)
    scenes, utterances = read_scenes(context)
    network.graph.update(
        scenes=tuple(scenes),
        utterances=tuple(utterances),
        statements=statements,
        parts=_parts_by_value(statements, (*scenes, *utterances)),
        version=__version__,
        attribution=read_attribution(store) if attribution is None else attribution,
    )
    nx.freeze(network)
    return network


def _parts_by_value(
    statements: Mapping[str, Entity], parts: Iterable[Scene | Utterance]
) -> dict[str, set[str]]:
    """Return node -> IRIs of the scenes and utterances that have it as a value."""
    found: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        for fact in statements[part.iri].facts:
            found[fact.target].add(part.iri)
    return found


def build_network(entities: dict[str, Entity], edges: list[Edge]) -> nx.MultiDiGraph[str]:
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
