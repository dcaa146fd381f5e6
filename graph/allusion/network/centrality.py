"""Measures: who is referred to most, who bridges, who belongs together, who says most.

All of them look at the four families of connection alone, without those in doubt: a credit
would make every prolific studio important. They measure this graph and not the history of
film: what nobody has written down here counts for nothing, and a film that was looked at
closely has more connections than one that was not.
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
from .graph import connections

Network: TypeAlias = "nx.MultiDiGraph[str]"

SEED: Final = 223
_NAMED: Final = 3
_SHOWN: Final = 8
# Above so many nodes betweenness is estimated from some of them (Brandes and Pich 2007,
# https://doi.org/10.1142/S0218127407018403): exact, it grows with nodes times edges.
_EXACT: Final = 3000
_SAMPLED: Final = 500

MEASURES: Final = {
    "referred": "how many works and people point at it, each counted once",
    "bridges": "how many shortest chains between others lead through it, from 0 to 1",
    "communities": "groups whose members are joined more to each other than to the rest",
    "sources": "how many connections a source is evidence of, and how many rest on it alone",
}


def rank(
    network: Network,
    measure: str,
    kinds: Sequence[str] = (),
    families: Sequence[str] = (),
    limit: int = 20,
) -> Result:
    """The first ``limit`` by one of `MEASURES`; equal scores share a place.

    ``kinds`` keeps entities of these registers (in communities: members of them),
    ``families`` looks at these families of connection alone.

    :raises ParameterError: if there is no such measure, kind or family, or ``kinds`` is
        given with "sources", which are no entities.
    """
    for what, names, known in (
        ("measure", (measure,), MEASURES),
        ("kind", kinds, ENTITY_REGISTERS),
        ("family of connection", families, FAMILIES),
    ):
        for name in names:
            if name not in known:
                raise ParameterError(f"there is no {what} {name!r}; there are: {', '.join(known)}")
    if kinds and measure == "sources":
        raise ParameterError("sources have no kind of entity; leave the kind out")
    if limit < 1:
        raise ParameterError(f"a limit is at least 1, not {limit}")
    edges = connections(network, families or FAMILIES)
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
    for place, iri in _places(_of_kinds(network, referrers, kinds), size, limit):
        best = sorted(referrers[iri], key=lambda other: (-size.get(other, 0), other))[:_NAMED]
        rows.append(
            (
                *_entity_cells(place, _entity(network, iri)),
                _whole(size[iri]),
                _whole(counted[iri].total()),
                Literal(_families(counted[iri])),
                Literal("; ".join(_entity(network, other).label() for other in best)),
            )
        )
    return Result((*_ENTITY_COLUMNS, "referrers", "connections", "families", "amongThem"), rows)


def _families(counted: Counter[str]) -> str:
    """How many connections of each family: "reference 3, comparison 9"."""
    return ", ".join(f"{family} {counted[family]}" for family in FAMILIES if counted[family])


def _bridges(network: Network, edges: list[Edge], kinds: Collection[str], limit: int) -> Result:
    graph, iris = _plain(edges)
    sampled = _SAMPLED if len(graph) > _EXACT else None
    between = nx.betweenness_centrality(graph, k=sampled, seed=SEED)
    score = {iris[node]: round(value, 6) for node, value in between.items() if value > 0}
    joined = {iris[node]: degree for node, degree in graph.degree()}
    rows = [
        (
            *_entity_cells(place, _entity(network, iri)),
            Literal(f"{score[iri]:.4f}", datatype=PREFIXES["xsd"] + "decimal"),
            _whole(joined[iri]),
        )
        for place, iri in _places(_of_kinds(network, score, kinds), score, limit)
    ]
    return Result((*_ENTITY_COLUMNS, "betweenness", "joined"), rows)


def _communities(network: Network, edges: list[Edge], kinds: Collection[str], limit: int) -> Result:
    graph, iris = _plain(edges)
    found = []
    for group in communities(graph):
        part = graph.subgraph(group)
        best = sorted(group, key=lambda node: (-part.degree(node), iris[node]))
        members = [iris[node] for node in best]
        kept = [iri for iri in members if _entity(network, iri).kind in kinds]
        if kept:
            found.append((members, kept))
    found.sort(key=lambda pair: (-len(pair[1]), pair[0]))
    rows = []
    for place, (members, kept) in enumerate(found[:limit], 1):
        shown = [_entity(network, iri).label() for iri in kept[:_SHOWN]]
        more = len(kept) - len(shown)
        rows.append(
            (
                _whole(place),
                Literal(", ".join(_entity(network, iri).label() for iri in members[:_NAMED])),
                _whole(len(kept)),
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
            _whole(place),
            Iri(source),
            Literal(titles[source]),
            _whole(size[source]),
            _whole(alone[source]),
            _whole(len(disputed[source])),
        )
        for place, source in _places(titles, size, limit)
    ]
    return Result(("place", "source", "sourceLabel", "connections", "alone", "disputed"), rows)


_RANKINGS: Final[dict[str, Callable[[Network, list[Edge], Collection[str], int], Result]]] = {
    "referred": _referred,
    "bridges": _bridges,
    "communities": _communities,
    "sources": _sources,
}
_ENTITY_COLUMNS: Final = ("place", "entity", "entityLabel", "kind", "year")


def communities(plain: nx.Graph[int]) -> list[list[int]]:
    """Groups of nodes, the largest first; nodes without any edge make one group, the last.

    By Louvain's method, seeded (Blondel et al. 2008,
    https://doi.org/10.1088/1742-5468/2008/10/P10008). Nodes are whole numbers, because the
    order of a set of strings differs from run to run.
    """
    alone = sorted(node for node, degree in plain.degree() if degree == 0)
    joined = plain.subgraph(sorted(set(plain) - set(alone)))
    found = [sorted(group) for group in nx.community.louvain_communities(joined, seed=SEED)]
    found.sort(key=lambda group: (-len(group), group))
    return [*found, alone] if alone else found


def _plain(edges: Iterable[Edge]) -> tuple[nx.Graph[int], list[str]]:
    """Who is joined to whom, by numbers, and their IRIs; the weight is how many times."""
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


def _places(
    items: Iterable[str], score: dict[str, int] | dict[str, float], limit: int
) -> list[tuple[int, str]]:
    """The best with their places, as in sport: after two firsts comes a third."""
    ordered = sorted(items, key=lambda item: (-score[item], item))
    placed: list[tuple[int, str]] = []
    for number, item in enumerate(ordered[:limit], 1):
        tied = placed and score[item] == score[placed[-1][1]]
        placed.append((placed[-1][0] if tied else number, item))
    return placed


def _of_kinds(network: Network, iris: Iterable[str], kinds: Collection[str]) -> list[str]:
    return [iri for iri in iris if _entity(network, iri).kind in kinds]


def _entity(network: Network, iri: str) -> Entity:
    found: Entity = network.nodes[iri]["entity"]
    return found


def _entity_cells(place: int, entity: Entity) -> tuple[Term | None, ...]:
    year = None if entity.year is None else _whole(entity.year)
    return _whole(place), Iri(entity.iri), Literal(entity.label()), Literal(entity.kind), year


def _whole(number: int) -> Literal:
    return Literal(str(number), datatype=PREFIXES["xsd"] + "integer")
