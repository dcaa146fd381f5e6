"""Default graph of an embedded store: the merge of its named graphs.

A statement of several sources occurs once in it. Statements of a file outside any named graph
are in it too. Decision: docs/decisions/010-default-graph.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final

import pyoxigraph as ox

DEFAULT_GRAPH: Final = ox.DefaultGraph()
_FEW_QUADS: Final = 10_000
_BATCH: Final = 10_000
#: Maximum number of triples of a default graph that is copied, some 450 bytes each.
MAX_COPIED: Final = 4_000_000


def merge(store: ox.Store) -> None:
    """Add every statement of the named graphs to the default graph of ``store``."""
    store.bulk_extend(ox.Quad(*quad.triple) for quad in named_quads(store))


def extend(store: ox.Store, quads: Iterable[ox.Quad], default: ox.Store | None = None) -> None:
    """Add quads to their named graphs, to the default graph, and to a copy of that graph."""
    quads = list(quads)
    merged = [ox.Quad(*quad.triple) for quad in quads]
    # A bulk load writes files of its own: faster for many quads, slower for a few.
    add = store.bulk_extend if len(quads) > _FEW_QUADS else store.extend
    add(chain(quads, merged))
    if default is not None:
        default.bulk_extend(merged)


class MergedWriter:
    """Writer that merges quads into the default graph, and copies that graph into memory.

    A store on disk needs five times as long as the copy to read a triple.

    Attributes:
        default: The copy; ``store`` itself if it has more than ``max_copied`` triples.
    """

    def __init__(self, store: ox.Store, max_copied: int = MAX_COPIED) -> None:
        self._store, self._max_copied = store, max_copied
        self.default = ox.Store()

    def extend(self, quads: Iterable[ox.Quad]) -> None:
        """Add many quads to their named graphs and to the default graph."""
        self._store.bulk_extend(self._with_merged(quads))

    def _with_merged(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        quads = iter(quads)
        while batch := list(islice(quads, _BATCH)):
            merged = [ox.Quad(*quad.triple) for quad in batch]
            if self.default is not self._store:
                self.default.bulk_extend(merged)
                if len(self.default) > self._max_copied:
                    self.default = self._store
            yield from batch
            yield from merged


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
