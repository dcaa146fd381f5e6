"""The graph as a networkx MultiDiGraph, for chains, pictures and exchange formats.

A node is the IRI of an entity with its record in the attribute ``entity``; an edge
runs from what refers to what is referred to, its key is the IRI of the statement and
its attribute ``edge`` the record. ``network.graph`` holds what is told scene by scene:
``scenes`` and ``utterances``, tuples of records, and the ``version`` of the graph.
"""

from __future__ import annotations

import io
from typing import Any

import networkx as nx

from .errors import ParameterError
from .records import Edge, Entity

EXCHANGE_FORMATS = ("graphml", "gexf")


def project(entities: dict[str, Entity], edges: list[Edge]) -> nx.MultiDiGraph[str]:
    """Entities as nodes and statements as edges; entities without any edge are nodes too.

    An edge whose ends are not both in ``entities`` is left out.
    """
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for iri, entity in entities.items():
        network.add_node(iri, entity=entity)
    for edge in edges:
        if edge.origin in entities and edge.target in entities:
            network.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return network


def exchange(network: nx.MultiDiGraph[str], form: str) -> str:
    """GraphML or GEXF with plain attributes, as Gephi and Cytoscape read it.

    :raises ParameterError: if ``form`` is neither.
    """
    plain: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for iri, data in network.nodes(data=True):
        plain.add_node(iri, **_node_attributes(data["entity"]))
    for origin, target, key, data in network.edges(keys=True, data=True):
        plain.add_edge(origin, target, key=key, **_edge_attributes(data["edge"]))
    stream = io.BytesIO()
    match form:
        case "graphml":
            nx.write_graphml(plain, stream, named_key_ids=True)
        case "gexf":
            nx.write_gexf(plain, stream)
        case _:
            raise ParameterError(f"{form!r} is not one of: {', '.join(EXCHANGE_FORMATS)}")
    return stream.getvalue().decode("utf-8").rstrip("\n") + "\n"


def _node_attributes(entity: Entity) -> dict[str, Any]:
    """What the formats can hold; their writers reject None, so unknown years are left out."""
    known: dict[str, Any] = {"label": entity.label(), "kind": entity.kind, "type": entity.type}
    known |= {f"label_{tag.replace('-', '_')}": text for tag, text in entity.labels.items()}
    if entity.year is not None:
        known["year"] = entity.year
    wikidata = next((link.url for link in entity.links if link.site == "Wikidata"), "")
    return known | ({"wikidata": wikidata} if wikidata else {})


def _edge_attributes(edge: Edge) -> dict[str, Any]:
    return {
        "label": edge.phrase,
        "family": edge.family,
        "kind": edge.kind,
        "sentence": edge.sentence,
        "certainty": edge.certainty,
        "sources": edge.sources,
        "disputed": edge.disputed,
    }
