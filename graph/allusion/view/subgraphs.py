"""Subgraphs: the part of the network that a picture shows.

If the network is itself a part of a larger one, its graph attributes ``kinds`` (kinds of
edges) and ``tags`` (language tags) may list the values of the larger one. A reader may then
choose a value that does not occur in the part.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, TypeVar

import networkx as nx

from ..core.errors import ParameterError
from ..core.model import Edge, Family
from ..network.networkx_graph import get_entity, incident_edges, iter_edges, iter_entities
from .neighbors import default_families, entity_sort_key
from .theme import FAMILY_ORDER, KINDS

if TYPE_CHECKING:
    Network = nx.MultiDiGraph[str]

# Nodes are IRIs, or numbers of an index in the order of the IRIs.
Node = TypeVar("Node", str, int)

MAX_ENTITIES: Final = 20_000
"""Entities that a page can hold."""


def check_max_entities(minimum: int, max_entities: int) -> None:
    """Check the size of a page.

    Args:
        minimum: Entities that the page must hold.
        max_entities: Entities that it may hold.

    Raises:
        ParameterError: If ``max_entities`` is below ``minimum`` or above `MAX_ENTITIES`.
    """
    if not minimum <= max_entities <= MAX_ENTITIES:
        raise ParameterError(
            f"max_entities must be {minimum:,} to {MAX_ENTITIES:,} here, not {max_entities:,}"
        )


def check_languages(network: Network, languages: Sequence[str]) -> None:
    """Check that each language is the language of some name.

    Raises:
        ParameterError: If no entity has a name in one of them; lists the tags in use.
    """
    known = {"en", *network.graph.get("tags", ())}
    for entity in iter_entities(network):
        known.update(entity.labels)
    for tag in languages:
        if tag not in known:
            close = get_close_matches(tag, sorted(known), n=1, cutoff=0.4)
            suggestion = f"did you mean {close[0]}? " if close else ""
            raise ParameterError(
                f"no name has the language {tag!r}; {suggestion}languages in use: "
                f"{', '.join(sorted(known))}"
            )


def filter_by_kind(network: Network, kinds: Sequence[str]) -> Network:
    """Keep the edges that match ``kinds``; all nodes stay.

    Args:
        network: The network.
        kinds: Families ("reference"), kinds of edges ("name-drop" or "name drop") or kinds
            of entities ("film"). An edge matches if its family or kind is named, or none
            is; and if one of its ends has a kind that is named, or none is. () keeps all.

    Raises:
        ParameterError: If a name is unknown; suggests similar names.
    """
    if not kinds:
        return network
    edge_kinds = network.graph.get("kinds") or {edge.kind for edge in iter_edges(network)}
    wanted_edges: set[str] = set()
    wanted_entities: set[str] = set()
    for kind in kinds:
        name = kind.strip().replace(" ", "-")
        if name in FAMILY_ORDER or name in edge_kinds:
            wanted_edges.add(name)
        elif name in KINDS:
            wanted_entities.add(name)
        else:
            raise ParameterError(_unknown_kind(kind, edge_kinds))

    def matches(edge: Edge) -> bool:
        end_kinds = {get_entity(network, iri).kind for iri in (edge.origin, edge.target)}
        return (not wanted_edges or bool({edge.family, edge.kind} & wanted_edges)) and (
            not wanted_entities or bool(end_kinds & wanted_entities)
        )

    part: Network = nx.MultiDiGraph(**network.graph)
    part.add_nodes_from(network.nodes(data=True))
    for edge in iter_edges(network):
        if matches(edge):
            part.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return part


def _unknown_kind(name: str, edge_kinds: Collection[str]) -> str:
    known = [*FAMILY_ORDER, *sorted(set(edge_kinds) - set(FAMILY_ORDER)), *KINDS]
    close = get_close_matches(name, known, n=2, cutoff=0.6)
    if close:
        return f"unknown kind {name!r}; did you mean {' or '.join(close)}?"
    return (
        f"unknown kind {name!r}; families: {', '.join(FAMILY_ORDER)}; "
        f"kinds of edges: {', '.join(sorted(edge_kinds))}; kinds of entities: {', '.join(KINDS)}"
    )


def visible_families(network: Network, focus: str, kinds: Sequence[str]) -> Collection[Family]:
    """Return the families that a picture of ``focus`` shows; all if the user chose kinds."""
    if kinds:
        return FAMILY_ORDER
    return default_families(get_entity(network, focus), incident_edges(network, focus))


def ego_graph(network: Network, focus: str, hops: int, families: Collection[Family]) -> Network:
    """Return the subgraph within ``hops`` edges of ``focus``, ignoring their direction.

    Unlike `networkx.ego_graph` it follows edges of ``families`` only. Nodes are ordered by
    distance, then by year; the distance is their attribute ``distance``.

    Raises:
        UnknownName: If ``focus`` is not a node.
    """
    get_entity(network, focus)
    distance = {focus: 0}
    frontier = [focus]
    for hop in range(1, hops + 1):
        reached = {
            end
            for iri in frontier
            for edge in incident_edges(network, iri)
            if edge.family in families
            for end in (edge.origin, edge.target)
            if end not in distance
        }
        frontier = sorted(reached)
        distance |= dict.fromkeys(frontier, hop)
    part: Network = nx.MultiDiGraph(**network.graph)
    entities = (get_entity(network, iri) for iri in distance)
    for entity in sorted(entities, key=lambda item: (distance[item.iri], entity_sort_key(item))):
        part.add_node(entity.iri, entity=entity, distance=distance[entity.iri])
    for edge in sorted(iter_edges(network), key=lambda item: item.iri):
        if edge.family in families and edge.origin in distance and edge.target in distance:
            part.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return part


def family_subgraph(network: Network, families: Collection[Family], focus: str) -> Network:
    """Return the edges of ``families`` with their ends, and the focus."""
    part: Network = nx.MultiDiGraph(**network.graph)
    part.add_node(focus, entity=get_entity(network, focus))
    for edge in sorted(iter_edges(network), key=lambda item: item.iri):
        if edge.family in families:
            for iri in (edge.origin, edge.target):
                part.add_node(iri, entity=get_entity(network, iri))
            part.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return part


def nearest_subgraph(
    network: Network, focus: str, max_entities: int, keep: Collection[str] = ()
) -> Network:
    """Return the subgraph of the entities nearest to ``focus``.

    At equal distance, entities with more edges come first. If ``focus`` reaches fewer than
    ``max_entities`` entities, those with the most edges fill up the rest.

    Args:
        network: The network; returned as it is if it is not larger than ``max_entities``.
        focus: IRI of the entity to start from.
        max_entities: Size of the subgraph.
        keep: IRIs of entities to include in any case.

    Returns:
        The subgraph; its graph attribute ``of`` is the number of nodes of ``network``.

    Raises:
        UnknownName: If ``focus`` is not a node.
        ParameterError: See `check_max_entities`.
    """
    get_entity(network, focus)
    if len(network) <= max_entities <= MAX_ENTITIES:
        return network

    def neighbors_of(iri: str) -> Collection[str]:
        return (*network.succ[iri], *network.pred[iri])

    kept = nearest_nodes(neighbors_of, network.degree, focus, max_entities, keep)
    if len(kept) < max_entities:
        rest = sorted(network.nodes - kept.keys(), key=lambda iri: (-network.degree(iri), iri))
        kept |= dict.fromkeys(rest[: max_entities - len(kept)])
    return limited_subgraph(network, kept, len(network))


def nearest_nodes(
    neighbors_of: Callable[[Node], Collection[Node]],
    degree: Callable[[Node], int],
    focus: Node,
    max_entities: int,
    keep: Collection[Node] = (),
) -> dict[Node, None]:
    """Select nodes by breadth-first search from ``focus``, those with more edges first.

    Args:
        neighbors_of: Returns the neighbors of a node.
        degree: Returns the number of edges of a node.
        focus: The node to start from.
        max_entities: Nodes to select at most.
        keep: Nodes to select in any case.

    Raises:
        ParameterError: See `check_max_entities`.
    """
    kept: dict[Node, None] = {focus: None} | dict.fromkeys(keep)
    check_max_entities(len(kept), max_entities)
    frontier = [focus]
    while frontier and len(kept) < max_entities:
        reached = {other for node in frontier for other in neighbors_of(node)} - kept.keys()
        room = max_entities - len(kept)
        # If all fit, skip the sorting: computing the degree may be slow.
        frontier = (
            list(reached)
            if len(reached) <= room
            else sorted(reached, key=lambda node: (-degree(node), node))[:room]
        )
        kept |= dict.fromkeys(frontier)
    return kept


def limited_subgraph(network: Network, nodes: Collection[str], total: int) -> Network:
    """Return the subgraph induced by ``nodes``; its graph attribute ``of`` is ``total``."""
    part: Network = nx.MultiDiGraph(**network.graph)
    part.graph["of"] = total
    part.add_nodes_from((iri, data) for iri, data in network.nodes(data=True) if iri in nodes)
    for origin, target, key, data in network.out_edges(part.nodes, keys=True, data=True):
        if target in nodes:
            part.add_edge(origin, target, key=key, **data)
    return part
