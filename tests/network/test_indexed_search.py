"""The adjacency index has the edges of the records, and its paths are those of the network."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import get_args

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allusion import KnowledgeGraph
from allusion import open as open_graph
from allusion.build.bulk_load import load
from allusion.core.errors import DataError, StoreError
from allusion.core.model import Edge, Entity, Evidence, Family
from allusion.core.resources import locate
from allusion.core.vocabulary import BASE, DOUBTFUL, EDGE_FAMILIES, FAMILIES
from allusion.network import centrality
from allusion.network.centrality import rank
from allusion.network.edge_table import edge_lines, rows_of_index
from allusion.network.networkx_graph import build_network, get_entity, iter_edges
from allusion.network.paths.indexed_search import IndexedConnections, IndexedSearch
from allusion.network.paths.rules import PathRules
from allusion.network.paths.search import MAX_COUNTED, NetworkSearch, find_paths
from allusion.store.adjacency_index import FILE, AdjacencyIndex, IndexedEdge
from allusion.view.subgraphs import nearest_nodes

NODES = [f"{BASE}{path}" for path in ("film/a", "film/b", "film/c", "person/d", "person/e", "place/f",
         "place/g", "award/h", "song/i", "film/j", "film/jj", "language/k")]  # fmt: skip


class Records:
    """Reads subgraphs of a network, as `StoreNeighborhood` does of a store."""

    def __init__(self, network: nx.MultiDiGraph[str]) -> None:
        self.network = network

    def subgraph(self, nodes: object) -> nx.MultiDiGraph[str]:
        found: nx.MultiDiGraph[str] = self.network.subgraph(list(nodes))  # type: ignore[call-overload]
        return found

    def outlines(self, nodes: Iterable[str]) -> dict[str, Entity]:
        return {iri: get_entity(self.network, iri) for iri in nodes}


def index_of(network: nx.MultiDiGraph[str]) -> AdjacencyIndex:
    return AdjacencyIndex.of(
        [
            IndexedEdge(
                e.iri, e.origin, e.target, e.family, e.kind, e.certainty == DOUBTFUL, e.sources
            )
            for e in iter_edges(network)
        ]
    )


@st.composite
def networks(draw: st.DrawFn) -> nx.MultiDiGraph[str]:
    nodes = NODES[: draw(st.integers(2, len(NODES)))]
    node = st.sampled_from(nodes)
    edges = []
    for number in range(draw(st.integers(0, 30))):
        family = draw(st.sampled_from(get_args(Family)))
        doubtful = family in FAMILIES and draw(st.booleans()) and draw(st.booleans())
        evidence = tuple(
            Evidence("", f"{BASE}source/{n}", "", "", "", "", "", "", stance)
            for n, stance in enumerate(draw(st.lists(st.sampled_from(("supports", "disputes")), max_size=3)))
        )  # fmt: skip
        edges.append(
            Edge(
                f"{BASE}connection/{draw(st.integers(0, 60))}-{number}", draw(node), draw(node),
                family, draw(st.sampled_from(("one", "two"))), "", "", "",
                DOUBTFUL if doubtful else "explicit", evidence=evidence,
            )
        )  # fmt: skip
    entities = {iri: Entity(iri, iri.removeprefix(BASE).split("/")[0], "", {}) for iri in nodes}
    return build_network(entities, edges)


@settings(deadline=None, max_examples=150)
@given(
    network=networks(),
    ends=st.lists(st.integers(0, len(NODES) - 1), min_size=2, max_size=2, unique=True),
    via=st.sampled_from(((), ("one",), ("reference",), ("credit", "two"))),
    use_credits=st.booleans(),
    hubs=st.booleans(),
    max_hops=st.integers(1, 7),
)
def test_the_index_gives_the_paths_of_the_network(
    network: nx.MultiDiGraph[str],
    ends: list[int],
    via: tuple[str, ...],
    use_credits: bool,
    hubs: bool,
    max_hops: int,
) -> None:
    start, end = (NODES[number] for number in ends)
    if start not in network or end not in network:
        return
    rules = PathRules(via, use_credits, hubs, max_hops)
    search = IndexedSearch(index_of(network), Records(network))  # type: ignore[arg-type]
    for doubtful in (False, True):
        asked = ((start, end), rules)
        assert search.shortest_paths(*asked, with_doubtful=doubtful) == NetworkSearch(
            network
        ).shortest_paths(*asked, with_doubtful=doubtful)
    if (
        set(via) <= {*FAMILIES, "credit", *(edge.kind for edge in iter_edges(network))}
        and use_credits
    ):
        paths = [find_paths(one, start, end, rules, all_shortest=True) for one in (network, search)]
        assert paths[0] == paths[1]


def test_above_the_maximum_count_the_index_returns_the_cheapest_paths() -> None:
    rows = 6
    layers = [[f"{BASE}film/{depth}-{n}" for n in range(rows)] for depth in range(4)]
    layers = [[f"{BASE}film/start"], *layers, [f"{BASE}film/end"]]
    edges = [
        Edge(f"{BASE}connection/{one[-3:]}{other[-3:]}", one, other,
             "reference" if one[-1] == other[-1] == "3" else "credit", "one", "", "", "")
        for here, there in pairwise(layers) for one in here for other in there
    ]  # fmt: skip
    entities = {iri: Entity(iri, "film", "", {}) for layer in layers for iri in layer}
    network = build_network(entities, edges)
    ends = layers[0][0], layers[-1][0]
    search = IndexedSearch(index_of(network), Records(network))  # type: ignore[arg-type]
    found, same = search.shortest_paths(ends, PathRules()), NetworkSearch(network)
    assert len(found) == MAX_COUNTED + 1
    assert found[0] == same.shortest_paths(ends, PathRules())[0]
    cost = same._graph(ends, PathRules())._cost
    every = sorted(
        cost(nodes)[0]
        for nodes in nx.all_shortest_paths(same._graph(ends, PathRules()).graph, *ends)
    )
    assert [cost(nodes)[0] for nodes in found] == every[: MAX_COUNTED + 1]


def edges_of(index: AdjacencyIndex) -> list[tuple[object, ...]]:
    return sorted(
        (index.iri(int(index.origin[n])), index.iri(int(index.target[n])),
         EDGE_FAMILIES[index.family[n]], index.kinds[index.kind[n]], bool(index.doubtful[n]),
         int(index.sources[n]))
        for n in range(len(index.origin))
    )  # fmt: skip


def records_of(kg: KnowledgeGraph) -> list[tuple[object, ...]]:
    return sorted(
        (e.origin, e.target, e.family, e.kind, e.certainty == DOUBTFUL, e.sources)
        for e in iter_edges(kg.network(records=True))
    )


def test_the_index_of_the_built_store_has_the_edges_of_the_records() -> None:
    kg = open_graph()
    index = AdjacencyIndex.open(kg.resources.store)
    assert index
    assert edges_of(index) == records_of(kg)


HEAD = """
@prefix al: <https://w3id.org/allusion/ontology#> .
@prefix film: <https://w3id.org/allusion/film/> .
@prefix person: <https://w3id.org/allusion/person/> .
@prefix c: <https://w3id.org/allusion/connection/> .
@prefix n: <https://w3id.org/allusion/performance/> .
@prefix role: <https://w3id.org/allusion/role/> .
@prefix kind: <https://w3id.org/allusion/kind/> .
@prefix stance: <https://w3id.org/allusion/stance/> .
@prefix s: <https://w3id.org/allusion/source/> .
"""
#: Data as others write it: several values, missing ones, ends that are no entities.
ODD = """
c:1 a al:Reference ; al:from person:a, person:z ; al:fromWork film:b, film:a ; al:to film:d, film:c ;
  al:kind kind:x, kind:b ; al:evidence [ al:source s:1 ], [ al:source s:1, s:0 ; al:stance stance:disputes ] .
c:2 a al:Analogy ; al:from film:a ; al:to film:a ; al:certainty <https://w3id.org/allusion/certainty/doubtful> .
c:3 a al:Influence, al:Reference ; al:from <urn:x> ; al:to film:a .
c:4 a al:Influence ; al:from film:a ; al:to <urn:x> ; al:evidence [ al:source s:2 ; al:stance stance:mentions ] .
c:5 a al:Derivation ; al:to film:a .
[] al:disputes c:4 ; al:evidence [ al:source s:3 ] .
n:1 al:performer person:a, person:b ; al:contributor person:a ; al:role role:y, role:b ; al:inWork film:b, film:a .
n:2 al:contributor person:a ; al:inWork film:a .
n:3 al:performer person:a ; al:inWork <urn:x> .
n:4 al:party person:a, person:b, person:c ; al:relationshipType <https://w3id.org/allusion/relationship-type/r> .
n:5 al:party person:a, person:b .
film:a al:partOfSeries <https://w3id.org/allusion/series/s>, <urn:x> ; al:setIn <https://w3id.org/allusion/place/p> .
"""


def test_the_index_of_a_loaded_store_has_the_edges_of_the_records(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(HEAD + ODD, encoding="utf-8")
    half = "".join(line + "\n" for line in ODD.splitlines() if line.startswith(("n:1", "film:")))
    (tmp_path / "b.ttl").write_text(HEAD + half.replace("person:b", "person:d"), encoding="utf-8")
    load([tmp_path / "a.ttl", tmp_path / "b.ttl"], tmp_path / "store", locate(), names=True)
    index = AdjacencyIndex.open(tmp_path / "store")
    assert index
    assert edges_of(index) == records_of(open_graph(store=str(tmp_path / "store")))
    load([tmp_path / "a.ttl"], tmp_path / "plain", locate())
    assert AdjacencyIndex.open(tmp_path / "plain") is None


def test_a_damaged_index_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(HEAD + ODD, encoding="utf-8")
    load([tmp_path / "a.ttl"], tmp_path / "store", locate(), names=True)
    data = bytearray((tmp_path / "store" / FILE).read_bytes())
    data[-70] ^= 1
    (tmp_path / "store" / FILE).write_bytes(data)
    with pytest.raises(StoreError, match=r"adjacency\.bin has other bytes"):
        AdjacencyIndex.open(tmp_path / "store")


def test_the_statements_of_a_few_edges_are_decoded_alone() -> None:
    nodes = [f"{BASE}connection/{number:04}" + "x" * 1000 for number in range(1000)]
    ends = (f"{BASE}film/{number}" for number in range(2000))
    index = AdjacencyIndex.of(
        [IndexedEdge(node, next(ends), next(ends), "reference", "name-drop", False, 1, node)
         for node in nodes]
    )  # fmt: skip
    for number in (0, 999):
        pair = [int(index.origin[number]), int(index.target[number])]
        tracemalloc.start()
        [(*_, node, _)] = index.edges_between(pair)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert node == nodes[number]
        assert peak < 100_000


def test_a_path_over_an_edge_that_the_store_lacks_names_the_export() -> None:
    here = Records(nx.MultiDiGraph())
    here.network.add_nodes_from(
        (iri, {"entity": Entity(iri, "film", "Film", {"en": iri})}) for iri in NODES[:2]
    )
    edge = IndexedEdge("urn:1", NODES[0], NODES[1], "reference", "name-drop", False, 1)
    search = IndexedSearch(AdjacencyIndex.of([edge]), here)  # type: ignore[arg-type]
    with pytest.raises(
        DataError, match=r"film:a: there is an edge to film:b that the store has not"
    ):
        find_paths(search, NODES[0], NODES[1])


def test_the_table_of_edges_is_written_line_by_line() -> None:
    edge = IndexedEdge("urn:1", NODES[0], NODES[1], "reference", "name-drop", False, 1)
    lines = edge_lines(rows_of_index(AdjacencyIndex.of([edge])))
    assert next(lines) == "origin,target,family,kind,doubtful,sources\n"
    assert list(lines) == [f"{NODES[0]},{NODES[1]},reference,name-drop,false,1\n"]


def test_an_index_without_edges_has_no_paths(tmp_path: Path) -> None:
    AdjacencyIndex.of([]).write(tmp_path / FILE)
    assert AdjacencyIndex.of([]).number(NODES[0]) is None


@settings(deadline=None, max_examples=60)
@given(
    network=networks(),
    measure=st.sampled_from(("referred", "bridges", "communities")),
    kinds=st.sampled_from(((), ("film",), ("person", "place"))),
    families=st.sampled_from(((), ("reference",), ("influence", "comparison"))),
)
def test_the_index_gives_the_measures_of_the_network(
    network: nx.MultiDiGraph[str],
    measure: str,
    kinds: tuple[str, ...],
    families: tuple[str, ...],
) -> None:
    indexed = IndexedConnections(index_of(network), Records(network))  # type: ignore[arg-type]
    found = [rank(one, measure, kinds, families, 5).rows for one in (network, indexed)]
    assert found[0] == found[1]


def test_a_sampled_betweenness_has_its_error_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(centrality, "_MAX_EXACT", 2)
    monkeypatch.setattr(centrality, "_SAMPLE_SIZE", 2)
    iris = [f"{BASE}film/{n}" for n in range(4)]
    edges = [Edge(f"{BASE}connection/{n}", one, other, "reference", "one", "", "", "")
             for n, (one, other) in enumerate(pairwise(iris))]  # fmt: skip
    network = build_network({iri: Entity(iri, "film", "", {}) for iri in iris}, edges)
    assert rank(network, "bridges").notes == (
        "betweenness is estimated from 2 of 4 entities: the error of a value is at most 0.960 with a "
        "probability of 95%",
    )


@settings(deadline=None, max_examples=60)
@given(network=networks(), data=st.data())
def test_the_index_selects_the_entities_of_a_page_as_the_network_does(
    network: nx.MultiDiGraph[str], data: st.DataObject
) -> None:
    joined = sorted(iri for iri in network if network.degree(iri))
    if not joined:
        return
    index = index_of(network)
    focus = data.draw(st.sampled_from(joined))
    most = data.draw(st.integers(1, len(NODES)))
    number = index.number(focus)
    assert number is not None
    found = nearest_nodes(index.neighbors, index.degree, number, most)
    wanted = nearest_nodes(
        lambda iri: {*network.succ[iri], *network.pred[iri]}, network.degree, focus, most
    )
    assert set(map(index.iri, found)) == set(wanted)
