"""Limits of what is read from an endpoint are reported wherever they cut a result."""

from __future__ import annotations

from itertools import pairwise

import pyoxigraph as ox
import pytest

from allusion.core.errors import QueryStopped
from allusion.core.vocabulary import AL, BASE
from allusion.network.endpoint.batch_reader import BatchReader
from allusion.network.endpoint.connections import EndpointConnections
from allusion.network.endpoint.edge_reader import EdgeReader
from allusion.network.endpoint.neighborhood import EndpointNeighborhood
from allusion.network.endpoint.path_search import EndpointSearch
from allusion.network.paths.search import find_paths
from allusion.store import Answer
from allusion.store.oxigraph import OxigraphStore

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
FILMS = [f"{BASE}film/{number}" for number in range(6)]


class Counted(OxigraphStore):
    """A store in memory that counts queries."""

    queries = 0

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def query(self, sparql: str) -> Answer:
        self.queries += 1
        self.sent.append(sparql)
        return super().query(sparql)


@pytest.fixture
def store() -> Counted:
    """A line of films, each of which refers to the next one, with 250 more at the first."""
    store = Counted()
    ends = [
        *pairwise(FILMS),
        *((FILMS[0], f"{BASE}film/n{n}") for n in range(250)),
    ]
    lines = []
    for number, (one, other) in enumerate(ends):
        iri = f"{BASE}connection/{number}"
        lines += [
            f"<{iri}> <{TYPE}> <{AL}Reference> .",
            f"<{iri}> <{AL}from> <{one}> .",
            f"<{iri}> <{AL}to> <{other}> .",
        ]
    store.engine.extend(ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES))
    return store


def near(store: Counted, most: int = 500) -> EndpointNeighborhood:
    return EndpointNeighborhood(store, lambda _: (), BatchReader(store, most))


def test_a_search_that_stops_at_a_large_level_does_not_deny_a_path(store: Counted) -> None:
    found = find_paths(EndpointSearch(near(store), 200), FILMS[0], FILMS[5])
    assert len(find_paths(EndpointSearch(near(store)), FILMS[0], FILMS[5]).paths[0]) == 5
    assert found.paths == ()
    assert found.summary.startswith("no path was found from 0 to 5")
    assert "stopped at 251 entities that are 1 hop from film:0" in found.summary
    assert found.to_json()["stopped"] == found.stopped


def test_a_search_that_stops_after_its_queries_reports_it(store: Counted) -> None:
    near_few = near(store, 12)
    near_few.reader.queries = 0
    found = find_paths(EndpointSearch(near_few), FILMS[0], FILMS[5])
    assert "stopped after 12 queries to the endpoint" in found.stopped
    assert store.queries == 12


def test_a_level_is_read_in_batches(store: Counted) -> None:
    find_paths(EndpointSearch(near(store)), FILMS[0], FILMS[2])
    whole = store.queries
    assert whole < 40
    store.queries = 0
    list(
        BatchReader(store).rows(
            "VALUES ?s { $nodes } ?s ?p ?o", "?s", [f"{BASE}film/{n}" for n in range(250)]
        )
    )
    assert store.queries == 3


def test_a_card_beyond_the_limit_is_an_error(store: Counted) -> None:
    with pytest.raises(QueryStopped, match="stopped after 2 queries"):
        near(store, 2).records([FILMS[0]], boundary=True)


def test_a_ranking_reads_no_more_connections_than_its_limit(store: Counted) -> None:
    assert len(EndpointConnections(near(store)).connections(["reference"])) == 255
    with pytest.raises(QueryStopped, match="has 255 connections, and a ranking reads at most 200"):
        EndpointConnections(near(store), 200).connections(["reference"])


def test_a_path_that_was_found_is_kept_when_doubtful_ones_cannot_be_counted(
    store: Counted,
) -> None:
    whole = find_paths(EndpointSearch(near(store)), FILMS[0], FILMS[2])
    sent = store.queries
    found = find_paths(EndpointSearch(near(store, sent - 1)), FILMS[0], FILMS[2])
    assert found.paths == whole.paths
    assert whole.stopped == ""
    assert f"not counted: stopped after {sent - 1} queries" in found.stopped
    results = [
        find_paths(EndpointSearch(near(store, most)), FILMS[0], FILMS[2]) for most in range(8, sent)
    ]
    assert all(result.paths or result.stopped for result in results)
    assert any("a path of 2 hops were not all read" in result.stopped for result in results)


def test_the_entities_of_an_endpoint_are_counted_by_the_types_that_sources_state(
    store: Counted,
) -> None:
    assert near(store).is_empty
    store.engine.extend(
        ox.parse(
            f"<{AL}Film> <{LABEL}> 'film'@en . <{AL}Film> <{SUBCLASS}> <{AL}Entity> ."
            f"GRAPH <urn:s> {{ <{FILMS[0]}> a <{AL}Film> . <urn:other> a <{AL}Film> }}",
            format=ox.RdfFormat.TRIG,
        )
    )
    assert not near(store).is_empty
    assert near(store).entity_count() == 1


def test_triples_of_blank_nodes_are_left_out(store: Counted) -> None:
    node = ox.BlankNode()
    ends = [ox.Quad(node, ox.NamedNode(AL + end), ox.NamedNode(FILMS[4])) for end in ("from", "to")]
    store.engine.extend(ends)
    found = EdgeReader(BatchReader(store)).edges([FILMS[4]])
    assert [edge.target for edge in found] == [FILMS[4], FILMS[5]]


@pytest.mark.parametrize("only_connections", [True, False])
def test_queries_for_edges_have_no_filter_that_makes_virtuoso_read_all_statements(
    store: Counted, *, only_connections: bool
) -> None:
    EdgeReader(BatchReader(store)).edges(FILMS, only_connections=only_connections)
    sent = [query for query in store.sent if "al:from" in query]
    assert len(sent) == 1
    assert "isIRI" not in sent[0]
    assert "?p IN" not in sent[0]
    assert sent[0].count("VALUES") == sent[0].count("UNION") + 1
