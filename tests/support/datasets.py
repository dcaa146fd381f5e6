"""Small datasets with overlapping graphs, and what aggregates give over their merge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

import pyoxigraph as ox
import rdflib
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from allusion.store import Store, select

NAMESPACE = "http://example.org/"
NAMES = "abcd"
GRAPHS = [f"<{NAMESPACE}graph/{name}>" for name in "xyz"]

Statement = tuple[str, str, str, str]
"""Graph, subject, predicate and object in N-Triples; the graph "" is the default graph."""

_nodes = st.sampled_from([f"<{NAMESPACE}{name}>" for name in NAMES])
_numbers = st.integers(-2, 3).map(
    lambda number: f'"{number}"^^<http://www.w3.org/2001/XMLSchema#integer>'
)


def datasets(*, unnamed: bool = False) -> st.SearchStrategy[list[Statement]]:
    """Statements about few nodes in few graphs, so that many are in several graphs."""
    graphs = [*GRAPHS] + [""] * unnamed
    return st.lists(
        st.one_of(
            st.tuples(st.sampled_from(graphs), _nodes, st.just(f"<{NAMESPACE}size>"), _numbers),
            st.tuples(st.sampled_from(graphs), _nodes, st.just(f"<{NAMESPACE}to>"), _nodes),
        ),
        max_size=14,
        unique=True,
    )


def nquads(statements: list[Statement]) -> str:
    return "".join(f"{s} {p} {o} {graph} .\n" for graph, s, p, o in statements)


def quads(statements: list[Statement]) -> list[ox.Quad]:
    return list(ox.parse(nquads(statements), format=ox.RdfFormat.N_QUADS))


SIZE, TO = f"<{NAMESPACE}size>", f"<{NAMESPACE}to>"

#: Patterns that bind ?x and the number ?n: one, a join, a path, an alternative, a subquery.
PATTERNS = {
    "one pattern": f"?x {SIZE} ?n",
    "join": f"?x {TO} ?y . ?y {SIZE} ?n",
    "two joins": f"?x {TO} ?y . ?z {TO} ?y . ?x {SIZE} ?n",
    "path": f"?x {TO}/{SIZE} ?n",
    "inverse path": f"?y {TO} ?x . ?y ^{TO} ?z . ?x {SIZE} ?n",
    "optional": f"?x {TO} ?y OPTIONAL {{ ?x {SIZE} ?n }}",
    "union": f"{{ ?x {SIZE} ?n }} UNION {{ ?x {TO}/{SIZE} ?n }}",
}

_AGGREGATES = (
    "(COUNT(*) AS ?rows) (COUNT(?n) AS ?numbers) (COUNT(DISTINCT ?n) AS ?different) "
    "(SUM(?n) AS ?sum) (AVG(?n) AS ?mean) (MIN(?n) AS ?least) (MAX(?n) AS ?most) "
    '(GROUP_CONCAT(STR(?n); separator=" ") AS ?all) (SAMPLE(?n) AS ?any)'
)


def query_of(pattern: str, graphs: Sequence[str] = ()) -> str:
    """Every aggregate of a pattern, for each ?x that has a number."""
    clauses = " ".join(f"FROM {graph}" for graph in graphs)
    return (
        f"SELECT ?x {_AGGREGATES} {clauses} WHERE {{ {pattern} FILTER(BOUND(?n)) }} "
        "GROUP BY ?x ORDER BY ?x"
    )


Row = tuple[str, int, int, int, int, float, int, int, tuple[tuple[str, int], ...]]


def expected(statements: list[Statement], pattern: str) -> tuple[list[Row], dict[str, set[str]]]:
    """What rdflib answers over the merge: rows, and of each ?x the values for SAMPLE."""
    graph = rdflib.Graph()
    graph.parse(data="".join(f"{s} {p} {o} .\n" for _, s, p, o in statements), format="nt")
    rows = [_row([str(term) for term in row]) for row in graph.query(_prepared(query_of(pattern)))]  # type: ignore[union-attr]
    values: dict[str, set[str]] = {}
    for x, n in graph.query(_prepared(f"SELECT ?x ?n WHERE {{ {pattern} FILTER(BOUND(?n)) }}")):  # type: ignore[misc]
        values.setdefault(str(x), set()).add(str(n))
    return [row for row, _ in rows], values


@cache
def _prepared(query: str) -> Query:
    """A query that rdflib has parsed, which takes it longer than to answer."""
    return prepareQuery(query)


def found(store: Store, pattern: str, graphs: Sequence[str] = ()) -> list[tuple[Row, str]]:
    """What ``store`` answers: rows, and the value of SAMPLE of each."""
    return [_row([str(term) for term in row]) for row in select(store, query_of(pattern, graphs))]


def _row(cells: list[str]) -> tuple[Row, str]:
    x, rows, numbers, different, total, mean, least, most, everything, sample = cells
    counted = tuple(sorted(Counter(everything.split()).items()))
    return (
        x,
        int(rows),
        int(numbers),
        int(different),
        int(Decimal(total)),
        round(float(mean), 6),
        int(least),
        int(most),
        counted,
    ), sample


def check(
    store: Store,
    statements: list[Statement],
    patterns: dict[str, str] = PATTERNS,
    graphs: Sequence[str] = (),
) -> None:
    """Compare every aggregate of every pattern with rdflib's over the merge.

    ``graphs`` are those of FROM clauses; without them it is the merge of all graphs.
    """
    if graphs:
        statements = [statement for statement in statements if statement[0] in graphs]
    for name, pattern in patterns.items():
        rows, values = expected(statements, pattern)
        answers = found(store, pattern, graphs)
        assert [row for row, _ in answers] == rows, name
        assert all(sample in values[row[0]] for row, sample in answers), name
