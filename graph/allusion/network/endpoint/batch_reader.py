"""Queries about many nodes, in batches of limited size, up to a limit on their number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

import pyoxigraph as ox

from ...core.errors import CutAnswer, QueryStopped
from ...core.terms import Blank, Iri, Literal
from ...store import Answer, Row, Store, select
from ...store.pagination import select_all
from ...store.remote_copy import to_engine

#: Nodes that one query names.
BATCH: Final = 100
#: Queries that one command sends.
MAX_QUERIES: Final = 500

_WITH_GRAPH: Final = "{} OPTIONAL {{ GRAPH ?g {{ ?s ?p ?o }} }}"


class BatchReader:
    """Reads rows and quads about nodes from an endpoint.

    Args:
        store: The endpoint.
        max_queries: Maximum number of queries.

    Attributes:
        queries: Number of queries that were sent.
    """

    def __init__(self, store: Store, max_queries: int = MAX_QUERIES) -> None:
        self._store, self._max_queries = store, max_queries
        self.queries = 0

    def query(self, sparql: str) -> Answer:
        """Run one query.

        Raises:
            QueryStopped: If the limit on the number of queries is reached.
        """
        if self.queries >= self._max_queries:
            raise QueryStopped(
                f"stopped after {self._max_queries:,} queries to the endpoint; ask for less, or "
                "load the data into a store on this machine (allusion load)",
                "max_queries",
            )
        self.queries += 1
        return self._store.query(sparql)

    def rows(self, pattern: str, columns: str, nodes: Collection[str]) -> Iterator[Row]:
        """Yield the rows of a pattern for some nodes.

        Args:
            pattern: A graph pattern, in which "$nodes" stands for the IRIs.
            columns: The variables. If there are too many rows for one node, they are divided by
                the first one, which must then be an IRI.
            nodes: The nodes; those that are not valid IRIs are left out.
        """
        iris = list(_valid_iris(nodes))
        for start in range(0, len(iris), BATCH):
            yield from self._batch(pattern, columns, iris[start : start + BATCH])

    def _batch(self, pattern: str, columns: str, iris: Sequence[str]) -> Iterator[Row]:
        pattern_of_batch = pattern.replace("$nodes", " ".join(iris))
        sparql = f"SELECT {columns} WHERE {{ {pattern_of_batch} }}"
        try:
            yield from list(select(self, sparql))
        except CutAnswer:
            if len(iris) == 1:
                yield from select_all(self, sparql)
                return
            half = len(iris) // 2
            yield from self._batch(pattern, columns, iris[:half])
            yield from self._batch(pattern, columns, iris[half:])

    def quads(self, pattern: str, nodes: Collection[str]) -> Iterator[ox.Quad]:
        """Yield the quads of a pattern that binds ?s, ?p and ?o.

        Each triple is in the default graph too, as in the merge of an embedded store. Triples
        of blank nodes are left out here: with isIRI in a pattern that joins two triples, Virtuoso
        reads all statements.
        """
        for s, p, o, g in self.rows(_WITH_GRAPH.format(pattern), "?s ?p ?o ?g", nodes):
            if isinstance(s, Blank):
                continue
            terms = [to_engine(term, self.queries) for term in (s, p, o)]
            yield ox.Quad(*terms)  # type: ignore[arg-type]
            if g is not None:
                yield ox.Quad(*terms, to_engine(g, 0))  # type: ignore[arg-type, call-arg]


def has_predicate(iris: Iterable[str]) -> str:
    """Return an expression that is true if ?p is one of some properties.

    It compares strings: with ``?p IN (...)`` Virtuoso reads all statements of these properties,
    and takes minutes for rdf:type, instead of those of the nodes of a query.

    >>> has_predicate(["http://xmlns.com/foaf/0.1/name"])
    'STR(?p) IN ("http://xmlns.com/foaf/0.1/name")'
    """
    return f"STR(?p) IN ({', '.join(Literal(iri).n3() for iri in iris)})"


def _valid_iris(nodes: Collection[str]) -> Iterator[str]:
    for node in sorted(set(nodes)):
        with suppress(ValueError):
            yield Iri(node).n3()
