"""Default graph of an embedded store: the merge of its named graphs.

A statement of several sources occurs once in it. Statements of a file outside any named graph
are in it too. Decision: docs/decisions/010-default-graph.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

DEFAULT_GRAPH: Final = ox.DefaultGraph()
_FEW_QUADS: Final = 10_000


def merge(store: ox.Store) -> None:
    """Add every statement of the named graphs to the default graph of ``store``."""
    store.bulk_extend(ox.Quad(*quad.triple) for quad in named_quads(store))


def extend(store: ox.Store, quads: Iterable[ox.Quad]) -> None:
    """Add quads to their named graphs and to the default graph."""
    quads = list(quads)
    # A bulk load writes files of its own: faster for many quads, slower for a few.
    add = store.bulk_extend if len(quads) > _FEW_QUADS else store.extend
    add(quads)
    add(ox.Quad(*quad.triple) for quad in quads)


def size(store: ox.Store) -> int:
    """Return the number of statements in the default graph."""
    rows = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    return next(int(row["n"].value) for row in rows)  # type: ignore[union-attr]


def named_quads(store: ox.Store) -> Iterator[ox.Quad]:
    """Return the quads of the named graphs."""
    for graph in store.named_graphs():
        yield from store.quads_for_pattern(None, None, None, graph)


def default_quads(store: ox.Store) -> Iterator[ox.Quad]:
    """Return the quads of the default graph."""
    return store.quads_for_pattern(None, None, None, DEFAULT_GRAPH)


def statements(store: ox.Store) -> Iterator[ox.Quad]:
    """Yield the quads of the named graphs, then those that only the default graph has.

    A new store with these quads is equal to ``store`` after `merge`.
    """
    named: set[ox.Triple] = set()
    for quad in named_quads(store):
        named.add(quad.triple)
        yield quad
    for quad in default_quads(store):
        if quad.triple not in named:
            yield quad
