"""Rankings: in-degree, betweenness centrality, communities and sources.

All use only the four families of connection, without doubtful ones. With credits, every
studio with many films would rank high. They measure this graph, not the history of film: a film
that was studied closely has more connections here than others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from math import log, sqrt
from typing import Final, NamedTuple, Protocol, TypeAlias

import networkx as nx

from ..core.errors import ParameterError
from ..core.model import ConnectionEnds, Edge, Entity
from ..core.terms import Iri, Literal, Term
from ..core.vocabulary import ENTITY_REGISTERS, FAMILIES, PREFIXES
from ..query.results import Result
from .networkx_graph import connection_edges, get_entity

Network: TypeAlias = "nx.MultiDiGraph[str]"


class ConnectionSource(Protocol):
    """What is ranked: a network of records, or the index of a store."""

    def connections(self, families: Collection[str]) -> Sequence[ConnectionEnds]:
        """Return the connections that are not doubtful, ordered by IRI."""

    def kind(self, iri: str) -> str:
        """Return the kind of an entity."""

    def entities(self, iris: Collection[str]) -> Mapping[str, Entity]:
        """Return names, types and years of entities."""


class Referred(NamedTuple):
    """An entity that others refer to.

    Attributes:
        iri: Its IRI.
        referrers: Number of entities that refer to it.
        connections: Number of connections to it by family.
        best: IRIs of the referrers that most entities refer to.
    """

    iri: str
    referrers: int
    connections: Counter[str]
    best: list[str]


class NetworkConnections:
    """The connections of a network of records."""

    def __init__(self, network: Network) -> None:
        self.network = network

    def connections(self, families: Collection[str]) -> list[Edge]:
        """Return the connections that are not doubtful, ordered by IRI."""
        return connection_edges(self.network, families)

    def kind(self, iri: str) -> str:
        """Return the kind of an entity."""
        return get_entity(self.network, iri).kind

    def entities(self, iris: Collection[str]) -> dict[str, Entity]:
        """Return names, types and years of entities."""
        return {iri: get_entity(self.network, iri) for iri in iris}


SEED: Final = 223
#: Names in a cell of a result.
MAX_NAMED: Final = 3
_MAX_MEMBERS: Final = 8
# Above this number of nodes, betweenness is estimated from a sample of them (Brandes and Pich
# 2007, https://doi.org/10.1142/S0218127407018403). The exact computation takes time
# proportional to nodes times edges.
_MAX_EXACT: Final = 3000
_SAMPLE_SIZE: Final = 500
_ERROR_PROBABILITY: Final = 0.05

MEASURES: Final = {
    "referred": "number of works and people that refer to the entity, each counted once",
    "bridges": "share of shortest paths between other entities that pass through it, 0 to 1",
    "communities": "groups with more connections inside than outside",
    "sources": "number of connections with this source, and of those without another source",
}


def rank(
    network: Network | ConnectionSource,
    measure: str,
    kinds: Sequence[str] = (),
    families: Sequence[str] = (),
    limit: int = 20,
) -> Result:
    """Rank entities or sources; equal scores get the same place.

    Args:
        network: All entities and edges, or an index of them (except for "sources").
        measure: One of `MEASURES`.
        kinds: Rank only entities of these kinds (for "communities": list only such members);
            () means all.
        families: Use only these families of connection; () means all four.
        limit: Maximum number of rows.

    Raises:
        ParameterError: If a measure, kind or family is unknown, or ``kinds`` is given for
            "sources".
    """
    check_names(measure, kinds, families, limit)
    source = NetworkConnections(network) if isinstance(network, nx.MultiDiGraph) else network
    wanted = families or FAMILIES
    if measure == "sources":
        assert isinstance(source, NetworkConnections)
        return _sources(source.connections(wanted), limit)
    return _RANKINGS[measure](
        source, source.connections(wanted), kinds or tuple(ENTITY_REGISTERS), limit
    )


def check_names(measure: str, kinds: Sequence[str], families: Sequence[str], limit: int) -> None:
    """Check the parameters of `rank`.

    Raises:
        ParameterError: If one is unknown or not allowed.
    """
    for what, names, known in (
        ("measure", (measure,), MEASURES),
        ("kind", kinds, ENTITY_REGISTERS),
        ("family of connection", families, FAMILIES),
    ):
        for name in names:
            if name not in known:
                raise ParameterError(f"unknown {what} {name!r}; allowed: {', '.join(known)}")
    if kinds and measure == "sources":
        raise ParameterError("the measure sources ranks sources, not entities; remove kind")
    if limit < 1:
        raise ParameterError(f"limit must be at least 1, not {limit}")


def _referred(
    source: ConnectionSource, edges: Sequence[ConnectionEnds], kinds: Collection[str], limit: int
) -> Result:
    referrers: dict[str, set[str]] = defaultdict(set)
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for edge in edges:
        if edge.origin != edge.target:
            referrers[edge.target].add(edge.origin)
            counted[edge.target][edge.family] += 1
    size = {iri: len(found) for iri, found in referrers.items()}
    found = [
        Referred(
            iri,
            size[iri],
            counted[iri],
            sorted(referrers[iri], key=lambda other: (-size.get(other, 0), other))[:MAX_NAMED],
        )
        for _, iri in _ranked(_of_kinds(source, referrers, kinds), size, limit)
    ]
    return referred_result(found, source.entities)


def referred_result(
    found: Sequence[Referred], read_entities: Callable[[set[str]], Mapping[str, Entity]]
) -> Result:
    """Return the rows of the measure "referred".

    Args:
        found: The entities, best first.
        read_entities: Reads names, types and years.
    """
    entities = read_entities({iri for one in found for iri in (one.iri, *one.best)})
    by_iri = {one.iri: one for one in found}
    size = {one.iri: one.referrers for one in found}
    rows = [
        (
            *_entity_cells(place, entities[iri]),
            _integer(size[iri]),
            _integer(by_iri[iri].connections.total()),
            Literal(_families(by_iri[iri].connections)),
            Literal("; ".join(entities[other].label() for other in by_iri[iri].best)),
        )
        for place, iri in _ranked(size, size, len(found))
    ]
    return Result((*_ENTITY_COLUMNS, "referrers", "connections", "families", "amongThem"), rows)


def _families(counted: Counter[str]) -> str:
    """Return the number of connections by family: "reference 3, comparison 9"."""
    return ", ".join(f"{family} {counted[family]}" for family in FAMILIES if counted[family])


def _bridges(
    source: ConnectionSource, edges: Sequence[ConnectionEnds], kinds: Collection[str], limit: int
) -> Result:
    graph, iris = _weighted_graph(edges)
    sampled = _SAMPLE_SIZE if len(graph) > _MAX_EXACT else None
    between = nx.betweenness_centrality(graph, k=sampled, seed=SEED)
    score = {iris[node]: round(value, 6) for node, value in between.items() if value > 0}
    joined = {iris[node]: degree for node, degree in graph.degree()}
    ranked = _ranked(_of_kinds(source, score, kinds), score, limit)
    entities = source.entities([iri for _, iri in ranked])
    rows = [
        (
            *_entity_cells(place, entities[iri]),
            Literal(f"{score[iri]:.4f}", datatype=PREFIXES["xsd"] + "decimal"),
            _integer(joined[iri]),
        )
        for place, iri in ranked
    ]
    notes = (_sampling_note(sampled, len(graph)),) if sampled else ()
    return Result((*_ENTITY_COLUMNS, "betweenness", "joined"), rows, notes=notes)


def _sampling_note(sampled: int, size: int) -> str:
    """Return the error bound of a sample of sources.

    What a source contributes to the betweenness of an entity is from 0 to 1, so Hoeffding's
    inequality applies: https://doi.org/10.1080/01621459.1963.10500830.
    """
    bound = sqrt(log(2 / _ERROR_PROBABILITY) / (2 * sampled))
    return (
        f"betweenness is estimated from {sampled} of {size:,} entities: the error of a value is at "
        f"most {bound:.3f} with a probability of {1 - _ERROR_PROBABILITY:.0%}"
    )


def _communities(
    source: ConnectionSource, edges: Sequence[ConnectionEnds], kinds: Collection[str], limit: int
) -> Result:
    graph, iris = _weighted_graph(edges)
    found = []
    for group in find_communities(graph):
        part = graph.subgraph(group)
        best = sorted(group, key=lambda node: (-part.degree(node), iris[node]))
        members = [iris[node] for node in best]
        if kept := _of_kinds(source, members, kinds):
            found.append((members, kept))
    found.sort(key=lambda pair: (-len(pair[1]), pair[0]))
    shown = [(members[:MAX_NAMED], kept[:_MAX_MEMBERS]) for members, kept in found[:limit]]
    entities = source.entities({iri for pair in shown for iri in (*pair[0], *pair[1])})
    rows = []
    for place, (names, listed) in enumerate(shown, 1):
        size = len(found[place - 1][1])
        more = size - len(listed)
        rows.append(
            (
                _integer(place),
                Literal(", ".join(entities[iri].label() for iri in names)),
                _integer(size),
                Literal(
                    "; ".join(entities[iri].label() for iri in listed)
                    + (f"; and {more} more" if more else "")
                ),
            )
        )
    return Result(("place", "community", "size", "members"), rows)


def _sources(edges: Iterable[Edge], limit: int) -> Result:
    titles: dict[str, str] = {}
    supported: dict[str, set[str]] = defaultdict(set)
    alone: dict[str, int] = defaultdict(int)
    disputed: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        supporting = {item.source for item in edge.evidence if item.stance != "disputes"}
        for item in edge.evidence:
            titles[item.source] = item.title
            (disputed if item.stance == "disputes" else supported)[item.source].add(edge.iri)
        if len(supporting) == 1:
            alone[supporting.pop()] += 1
    size = {source: len(supported[source]) for source in titles}
    rows = [
        (
            _integer(place),
            Iri(source),
            Literal(titles[source]),
            _integer(size[source]),
            _integer(alone[source]),
            _integer(len(disputed[source])),
        )
        for place, source in _ranked(titles, size, limit)
    ]
    return Result(("place", "source", "sourceLabel", "connections", "alone", "disputed"), rows)


_Ranking = Callable[[ConnectionSource, Sequence[ConnectionEnds], Collection[str], int], Result]
_RANKINGS: Final[dict[str, _Ranking]] = {
    "referred": _referred,
    "bridges": _bridges,
    "communities": _communities,
}
_ENTITY_COLUMNS: Final = ("place", "entity", "entityLabel", "kind", "year")


def find_communities(graph: nx.Graph[int]) -> list[list[int]]:
    """Find communities with the Louvain method (seeded), largest first.

    Source: Blondel et al. 2008, https://doi.org/10.1088/1742-5468/2008/10/P10008. Nodes are
    integers because the order of a set of strings differs between runs.

    Returns:
        Groups of nodes. Nodes without edges are one group, the last.
    """
    alone = sorted(node for node, degree in graph.degree() if degree == 0)
    # A copy is read faster than a view, in the same order.
    joined = graph.subgraph(sorted(set(graph) - set(alone))).copy() if alone else graph
    found = [sorted(group) for group in nx.community.louvain_communities(joined, seed=SEED)]
    found.sort(key=lambda group: (-len(group), group))
    return [*found, alone] if alone else found


def _weighted_graph(edges: Iterable[ConnectionEnds]) -> tuple[nx.Graph[int], list[str]]:
    """Return an undirected graph and the IRIs of its nodes.

    Nodes are indices of the IRIs. The weight of an edge is the number of edges it stands for.
    """
    kept = [edge for edge in edges if edge.origin != edge.target]
    iris = sorted({end for edge in kept for end in (edge.origin, edge.target)})
    number = {iri: place for place, iri in enumerate(iris)}
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(iris)))
    for edge in kept:
        one, other = number[edge.origin], number[edge.target]
        before = graph.get_edge_data(one, other, {"weight": 0})["weight"]
        graph.add_edge(one, other, weight=before + 1)
    return graph, iris


def _ranked(
    items: Iterable[str], score: dict[str, int] | dict[str, float], limit: int
) -> list[tuple[int, str]]:
    """Return the items with the highest scores, with their ranks (1, 1, 3 after a tie)."""
    ordered = sorted(items, key=lambda item: (-score[item], item))
    placed: list[tuple[int, str]] = []
    for number, item in enumerate(ordered[:limit], 1):
        tied = placed and score[item] == score[placed[-1][1]]
        placed.append((placed[-1][0] if tied else number, item))
    return placed


def _of_kinds(source: ConnectionSource, iris: Iterable[str], kinds: Collection[str]) -> list[str]:
    return [iri for iri in iris if source.kind(iri) in kinds]


def _entity_cells(place: int, entity: Entity) -> tuple[Term | None, ...]:
    year = None if entity.year is None else _integer(entity.year)
    return _integer(place), Iri(entity.iri), Literal(entity.label()), Literal(entity.kind), year


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=PREFIXES["xsd"] + "integer")
