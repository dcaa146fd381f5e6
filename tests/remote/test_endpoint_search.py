"""Paths, cards and rankings of an endpoint equal those of the whole graph, with few queries."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_graphs import NODES, random_graphs

from allusion.core.errors import ParameterError, UnknownName
from allusion.core.labels import Link
from allusion.core.vocabulary import BASE
from allusion.knowledge_graph import KnowledgeGraph
from allusion.network.centrality import rank
from allusion.network.endpoint.connections import EndpointConnections
from allusion.network.endpoint.neighborhood import EndpointNeighborhood
from allusion.network.endpoint.path_search import EndpointSearch
from allusion.network.neighborhood import StoreNeighborhood
from allusion.network.networkx_graph import read_network
from allusion.network.paths.results import Paths
from allusion.network.paths.rules import PathRules
from allusion.network.paths.search import find_paths
from allusion.network.quad_copier import QuadSource
from allusion.query.name_resolver import NameResolver
from allusion.store.default_graph import merge
from allusion.store.oxigraph import OxigraphStore

from .conftest import Engine


def no_links(_: str) -> Iterable[Link]:
    return ()


def fill(engine: Engine, lines: list[str]) -> OxigraphStore:
    """Write a graph and its merge to the endpoint and to a store in memory."""
    store = OxigraphStore()
    store.engine.extend(ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS))
    merge(store.engine)
    body = store.engine.dump(format=ox.RdfFormat.N_QUADS)
    assert body is not None
    request = urllib.request.Request(
        engine.graphs, body, {"Content-Type": "application/n-quads"}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        assert response.status == 204
    return store


def paths(network: Any, ends: list[str], rules: PathRules) -> Paths | str:
    try:
        return find_paths(network, ends[0], ends[1], rules, all_shortest=True)
    except ParameterError as error:
        return str(error)


def few(examples: int) -> settings:
    return settings(
        deadline=None,
        max_examples=examples,
        phases=(Phase.generate,),  # each example writes to the server, so none is made smaller
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


EXAMPLES = pytest.mark.parametrize("examples", [8, pytest.param(150, marks=pytest.mark.slow)])


@EXAMPLES
def test_an_endpoint_gives_the_paths_of_the_whole_graph(engine: Engine, examples: int) -> None:
    @few(examples)
    @given(
        lines=random_graphs(),
        ends=st.lists(st.sampled_from(NODES), min_size=2, max_size=2, unique=True),
        via=st.sampled_from(((), ("one",), ("reference",), ("credit", "two"))),
        use_credits=st.booleans(),
        hubs=st.booleans(),
        max_hops=st.integers(1, 7),
    )
    def check(
        lines: list[str],
        ends: list[str],
        via: tuple[str, ...],
        use_credits: bool,
        hubs: bool,
        max_hops: int,
    ) -> None:
        network = read_network(fill(engine, lines), no_links)
        if not network.nodes >= set(ends):
            return
        search = EndpointSearch(EndpointNeighborhood(engine.store(), no_links))
        rules = PathRules(via, use_credits, hubs, max_hops)
        assert paths(network, ends, rules) == paths(search, ends, rules)

    check()


@EXAMPLES
def test_an_endpoint_gives_the_records_of_a_store(engine: Engine, examples: int) -> None:
    @few(examples)
    @given(lines=random_graphs(), iri=st.sampled_from(NODES))
    def check(lines: list[str], iri: str) -> None:
        store = fill(engine, lines)
        here = StoreNeighborhood(store, QuadSource(store.engine), no_links, Path(), 0)
        there = EndpointNeighborhood(engine.store(), no_links)
        assert (iri in there) == (iri in here)
        assert there.degree(iri) == here.degree(iri)
        nodes = here.ego_nodes(iri, 2)
        assert there.ego_nodes(iri, 2) == nodes
        card = [near.records([iri], boundary=True, involved=True) for near in (here, there)]
        assert card[0] == card[1]
        picture = [near.records(nodes, boundary=True) for near in (here, there)]
        assert picture[0] == picture[1]

    check()


@EXAMPLES
def test_an_endpoint_gives_the_measures_of_the_whole_graph(engine: Engine, examples: int) -> None:
    @few(examples)
    @given(
        lines=random_graphs(),
        measure=st.sampled_from(("referred", "bridges", "communities")),
        kinds=st.sampled_from(((), ("film",), ("person", "place"))),
        families=st.sampled_from(((), ("reference",), ("influence", "comparison"))),
    )
    def check(
        lines: list[str], measure: str, kinds: tuple[str, ...], families: tuple[str, ...]
    ) -> None:
        network = read_network(fill(engine, lines), no_links)
        there = EndpointConnections(EndpointNeighborhood(engine.store(), no_links))
        found = [rank(one, measure, kinds, families, 5).rows for one in (network, there)]
        assert found[0] == found[1]

    check()


def test_an_endpoint_answers_for_iris_that_the_index_of_names_does_not_have(
    engine: Engine, kg: KnowledgeGraph
) -> None:
    fill(engine, [f'<{BASE}film/q1> <urn:p> "1" <urn:g> .'])
    resolve = NameResolver(engine.store(), lambda: kg.names)
    assert resolve("film:q1", ["film"]) == resolve(f"{BASE}film/q1", ["film"]) == f"{BASE}film/q1"
    assert resolve("film:2046", ["film"]) == f"{BASE}film/2046"
    for name, registers in (("film:q2", ["film"]), ("film:q1", ["person"]), ("q1", ["film"])):
        with pytest.raises(UnknownName):
            resolve(name, registers)
