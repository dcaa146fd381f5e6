"""Every canned query has the same answer on engines that no one here wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from allusion import open as open_graph
from allusion.build.export import dump
from allusion.build.pipeline import data_version
from allusion.core.errors import NetworkError
from allusion.core.resources import locate
from allusion.core.vocabulary import ONTOLOGY
from allusion.knowledge_graph import KnowledgeGraph
from allusion.query.catalog import CannedQuery, read_catalog
from allusion.query.store_comparison import compare
from allusion.store import Triples
from allusion.store.remote_copy import copy_to_memory
from allusion.store.remote_inventory import count_graphs, difference

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from .conftest import Engine

QUERIES = read_catalog(locate().query_files())[0].local
each_query = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
ENGINES = ["whole_oxigraph", "whole_virtuoso"]

#: Canned queries that an engine answers wrongly and that no standard SPARQL gets round.
WRONG: dict[str, set[str]] = {"whole_oxigraph": set(), "whole_virtuoso": set()}


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return open_graph()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each of the engines with the whole graph in it."""
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("name", ENGINES)
@each_query
def test_a_canned_query_has_the_same_answers_on_every_engine(
    kg: KnowledgeGraph, query: CannedQuery, name: str, request: pytest.FixtureRequest
) -> None:
    engine: Engine = request.getfixturevalue(name)
    found = list(compare([query], kg.store, engine.store(), more=True))
    assert found
    differing = [one for one in found if not one.same]
    if query.name in WRONG[name]:
        assert differing, f"{query.name} is right on this engine: take it off the list"
    else:
        assert differing == []


def test_a_pushed_store_has_the_local_data(kg: KnowledgeGraph, engine: Engine) -> None:
    assert difference(engine.store(), data_version(kg.resources.store)) == ""


def test_every_quad_comes_back_from_every_engine(kg: KnowledgeGraph, engine: Engine) -> None:
    copy = copy_to_memory(engine.store()).engine
    assert _anonymous(dump(copy, "nq")) == _anonymous(dump(kg.embedded.engine, "nq"))


def _anonymous(quads: str) -> list[str]:
    return sorted(re.sub(r"_:\w+", "_:b", quads).splitlines())


def test_blank_nodes_keep_their_links(kg: KnowledgeGraph, engine: Engine) -> None:
    datasets = []
    for copy in (kg.embedded, copy_to_memory(engine.store())):
        pattern = (None, None, None, ox.NamedNode(ONTOLOGY))
        dataset = ox.Dataset(copy.engine.quads_for_pattern(*pattern))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        datasets.append(dataset)
    assert datasets[0] == datasets[1]


def test_cards_and_pictures_are_the_same_from_every_engine(
    kg: KnowledgeGraph, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = open_graph()
    monkeypatch.setattr(there, "store", engine.store())
    assert there["三浦友和"].to_json() == kg["三浦友和"].to_json()
    assert there.view().svg() == kg.view().svg()


# What Virtuoso does otherwise than the standard


def test_rows_cut_at_a_limit_raise(whole_virtuoso: Engine) -> None:
    everything = sum(count_graphs(whole_virtuoso.store()).values())
    assert everything > 10_000
    with pytest.raises(NetworkError, match=r"cut its answer at 10,000 rows"):
        whole_virtuoso.store().query("SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }")


def test_triples_truncated_silently_raise(whole_virtuoso: Engine) -> None:
    with pytest.raises(NetworkError, match=r"cut its answer at 10,000 rows"):
        whole_virtuoso.store().query("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")


def test_triples_below_the_limit_are_whole(kg: KnowledgeGraph, whole_virtuoso: Engine) -> None:
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{ONTOLOGY}> {{ ?s ?p ?o }} }}"
    there, here = whole_virtuoso.store().query(query), kg.store.query(query)
    assert isinstance(there, Triples)
    assert isinstance(here, Triples)
    assert len(list(there)) == len(list(here)) > 5000


def test_a_query_at_its_time_limit_raises(whole_virtuoso: Engine) -> None:
    address = f"{whole_virtuoso.endpoint}&timeout=1000"
    store = type(whole_virtuoso.store())(address, timeout_s=50)
    with pytest.raises(NetworkError, match=r"time limit of its own|takes too long"):
        store.query("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")


@pytest.mark.parametrize(
    ("query", "yes"), [("ASK { ?s ?p ?o }", True), ("ASK { <urn:x> ?p ?o }", False)]
)
def test_ask_results_are_read(whole_virtuoso: Engine, query: str, *, yes: bool) -> None:
    assert whole_virtuoso.store().query(query) is yes
