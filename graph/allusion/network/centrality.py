"""Rankings: in-degree, betweenness centrality, communities and sources.

All use only the four families of connection, without doubtful ones. With credits, every
studio with many films would rank high. They measure this graph, not the history of film: a film
that was studied closely has more connections here than others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final, TypeAlias

import networkx as nx

from ..core.errors import ParameterError
from ..core.model import Edge, Entity
from ..core.terms import Iri, Literal, Term
from ..core.vocabulary import ENTITY_REGISTERS, FAMILIES, PREFIXES
from ..query.results import Result
from .graph import connection_edges, get_entity

Network: TypeAlias = "nx.MultiDiGraph[str]"

SEED: Final = 223
_MAX_NAMED: Final = 3
_MAX_MEMBERS: Final = 8
# Above this number of nodes, betweenness is estimated from a sample of them (Brandes and Pich
# 2007, https://doi.org/10.1142/S0218127407018403). The exact computation takes time
# proportional to nodes times edges.
_MAX_EXACT: Final = 3000
_SAMPLE_SIZE: Final = 500

MEASURES: Final = {
    "referred": "number of works and people that refer to the entity, each counted once",
    "bridges": "share of shortest paths between other entities that pass through it, 0 to 1",
    "communities": "groups with more connections inside than outside",
    "sources": "number of connections with this source, and of those without another source",
}


def rank(
    network: Network,
    measure: str,
    kinds: Sequence[str] = (),
    families: Sequence[str] = (),
    limit: int = 20,
) -> Result:
    """Rank entities or sources; equal scores get the same place.

    Args:
        network: All entities and edges.
        measure: One of `MEASURES`.
        kinds: Rank only entities of these kinds (for "communities": list only such members);
            () means all.
        families: Use only these families of connection; () means all four.
        limit: Maximum number of rows.

    Raises:
        ParameterError: If a measure, kind or family is unknown, or ``kinds`` is given for
            "sources".
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
        raise ParameterError("the measure sources ranks sources, not entities; leave out kind")
    if limit < 1:
        raise ParameterError(f"limit must be at least 1, not {limit}")
    edges = connection_edges(network, families or FAMILIES)
    return _RANKINGS[measure](network, edges, kinds or tuple(ENTITY_REGISTERS), limit)


def _referred(network: Network, edges: list[Edge], kinds: Collection[str], limit: int) -> Result:
    referrers: dict[str, set[str]] = defaultdict(set)
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for edge in edges:
        if edge.origin != edge.target:
            referrers[edge.target].add(edge.origin)
            counted[edge.target][edge.family] += 1
    size = {iri: len(found) for iri, found in referrers.items()}
    rows = []
    for place, iri in _ranked(_of_kinds(network, referrers, kinds), size, limit):
        best = sorted(referrers[iri], key=lambda other: (-size.get(other, 0), other))[:_MAX_NAMED]
        rows.append(
            (
                *_entity_cells(place, get_entity(network, iri)),
                _integer(size[iri]),
                _integer(counted[iri].total()),
                Literal(_families(counted[iri])),
                Literal("; ".join(get_entity(network, other).label() for other in best)),
            )
        )
    return Result((*_ENTITY_COLUMNS, "referrers", "connections", "families", "amongThem"), rows)


def _families(counted: Counter[str]) -> str:
    """Return the number of connections by family: "reference 3, comparison 9"."""
    return ", ".join(f"{family} {counted[family]}" for family in FAMILIES if counted[family])


def _bridges(network: Network, edges: list[Edge], kinds: Collection[str], limit: int) -> Result:
    graph, iris = _weighted_graph(edges)
    sampled = _SAMPLE_SIZE if len(graph) > _MAX_EXACT else None
    between = nx.betweenness_centrality(graph, k=sampled, seed=SEED)
    score = {iris[node]: round(value, 6) for node, value in between.items() if value > 0}
    joined = {iris[node]: degree for node, degree in graph.degree()}
    rows = [
        (
            *_entity_cells(place, get_entity(network, iri)),
            Literal(f"{score[iri]:.4f}", datatype=PREFIXES["xsd"] + "decimal"),
            _integer(joined[iri]),
        )
        for place, iri in _ranked(_of_kinds(network, score, kinds), score, limit)
    ]
    return Result((*_ENTITY_COLUMNS, "betweenness", "joined"), rows)


def _communities(network: Network, edges: list[Edge], kinds: Collection[str], limit: int) -> Result:
    graph, iris = _weighted_graph(edges)
    found = []
    for group in find_communities(graph):
        part = graph.subgraph(group)
        best = sorted(group, key=lambda node: (-part.degree(node), iris[node]))
        members = [iris[node] for node in best]
        kept = [iri for iri in members if get_entity(network, iri).kind in kinds]
        if kept:
            found.append((members, kept))
    found.sort(key=lambda pair: (-len(pair[1]), pair[0]))
    rows = []
    for place, (members, kept) in enumerate(found[:limit], 1):
        shown = [get_entity(network, iri).label() for iri in kept[:_MAX_MEMBERS]]
        more = len(kept) - len(shown)
        rows.append(
            (
                _integer(place),
                Literal(
                    ", ".join(get_entity(network, iri).label() for iri in members[:_MAX_NAMED])
                ),
                _integer(len(kept)),
                Literal("; ".join(shown) + (f"; and {more} more" if more else "")),
            )
        )
    return Result(("place", "community", "size", "members"), rows)


def _sources(_: Network, edges: list[Edge], __: Collection[str], limit: int) -> Result:
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


_RANKINGS: Final[dict[str, Callable[[Network, list[Edge], Collection[str], int], Result]]] = {
    "referred": _referred,
    "bridges": _bridges,
    "communities": _communities,
    "sources": _sources,
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
    joined = graph.subgraph(sorted(set(graph) - set(alone)))
    found = [sorted(group) for group in nx.community.louvain_communities(joined, seed=SEED)]
    found.sort(key=lambda group: (-len(group), group))
    return [*found, alone] if alone else found


def _weighted_graph(edges: Iterable[Edge]) -> tuple[nx.Graph[int], list[str]]:
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


def _of_kinds(network: Network, iris: Iterable[str], kinds: Collection[str]) -> list[str]:
    return [iri for iri in iris if get_entity(network, iri).kind in kinds]


def _entity_cells(place: int, entity: Entity) -> tuple[Term | None, ...]:
    year = None if entity.year is None else _integer(entity.year)
    return _integer(place), Iri(entity.iri), Literal(entity.label()), Literal(entity.kind), year


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=PREFIXES["xsd"] + "integer")
