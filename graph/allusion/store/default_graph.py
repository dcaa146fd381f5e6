"""Default graph of an embedded store: the merge of its named graphs.

A statement of several sources occurs once in it. Statements of a file outside any named graph
are in it too. So it is with the dataset of a query: its default graph is the merge of its graphs.
Decision: docs/decisions/010-default-graph.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from ..core.errors import QueryError

DEFAULT_GRAPH: Final = ox.DefaultGraph()
_FEW_QUADS: Final = 10_000
#: Maximum number of quads that are copied into memory, some 400 bytes each.
MAX_COPIED: Final = 5_000_000
#: Words of queries that depend on the number of equal solutions, or differ for each of them.
_COUNTING: Final = frozenset(
    (
        *("GROUP", "COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"),
        *("RAND", "UUID", "STRUUID", "BNODE"),
    )
)


class Dataset(NamedTuple):
    """Dataset of one query, which replaces that of its FROM clauses.

    Attributes:
        default: Graphs whose merge is the default graph; None keeps the default graph.
        named: The named graphs; None keeps all of them.
    """

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None


def query_dataset(
    store: ox.Store, sparql: str, dataset: Dataset, **options: Any
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Run a query on a dataset of graphs of ``store``.

    The engine alone would count a statement once for each graph of the default graph. So a
    dataset with several is copied if the answer can depend on that.

    Args:
        store: The store.
        sparql: The query.
        dataset: Its dataset.
        options: Further arguments of ``ox.Store.query``.

    Raises:
        ValueError: If more than `MAX_COPIED` quads would be copied.
    """
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
    if dataset.default is not None:
        default = [*_nodes(dataset.default)]
        if len(default) > 1 and not _ignores_duplicates(sparql):
            store, default = copy_graphs(store, dataset), [DEFAULT_GRAPH]
    named = None if dataset.named is None else [*_nodes(dataset.named)]
    return store.query(sparql, default_graph=default, named_graphs=named, **options)


def copy_graphs(store: ox.Store, dataset: Dataset) -> ox.Store:
    """Return a store in memory with the graphs of a dataset; its default graph is their merge.

    Args:
        store: The store.
        dataset: A dataset that names the graphs of its default graph.

    Raises:
        QueryError: If more than `MAX_COPIED` quads would be copied.
    """
    copy, count = ox.Store(), 0

    def quads_of(graph: ox.NamedNode | ox.BlankNode) -> Iterator[ox.Quad]:
        nonlocal count
        for quad in store.quads_for_pattern(None, None, None, graph):
            count += 1
            if count > MAX_COPIED:
                raise QueryError(
                    "several FROM copy their graphs into memory, and these have more than "
                    f"{MAX_COPIED:,} statements; write one FROM, or none: without FROM, a query "
                    "reads the merge of all graphs"
                )
            yield quad

    assert dataset.default is not None
    for graph in _nodes(dataset.default):
        copy.bulk_extend(ox.Quad(*quad.triple) for quad in quads_of(graph))
    named = store.named_graphs() if dataset.named is None else _nodes(dataset.named)
    for graph in named:
        copy.bulk_extend(quads_of(graph))
    return copy


def _ignores_duplicates(sparql: str) -> bool:
    """Return whether it is sure that repeated solutions do not change the answer of a query.

    >>> _ignores_duplicates("SELECT DISTINCT ?s { ?s ?p ?o }")
    True
    >>> _ignores_duplicates("SELECT DISTINCT (COUNT(*) AS ?n) { ?s ?p ?o }")
    False
    """
    from ..sparql.query_info import FORMS
    from ..sparql.tokenizer import tokens_of

    words = [token.word for token in tokens_of(sparql)]
    form = next((place for place, word in enumerate(words) if word in FORMS), len(words))
    is_set = words[form : form + 1] == ["ASK"] or words[form : form + 2] == ["SELECT", "DISTINCT"]
    return is_set and "SELECT" not in words[form + 1 :] and _COUNTING.isdisjoint(words)


def _nodes(names: Iterable[str]) -> Iterator[ox.NamedNode | ox.BlankNode]:
    return map(ox.NamedNode, dict.fromkeys(names))


def merge(store: ox.Store) -> None:
    """Add every statement of the named graphs to the default graph of ``store``."""
    store.bulk_extend(ox.Quad(*quad.triple) for quad in named_quads(store))


def extend(store: ox.Store, quads: Iterable[ox.Quad]) -> None:
    """Add quads to their named graphs and to the default graph."""
    quads = list(quads)
    # A bulk load writes files of its own: faster for many quads, slower for a few.
    add = store.bulk_extend if len(quads) > _FEW_QUADS else store.extend
    add(chain(quads, (ox.Quad(*quad.triple) for quad in quads)))


class MergedWriter:
    """Writer that merges quads into the default graph, and copies that graph into memory.

    A store on disk needs five times as long as the copy to read a triple.

    Args:
        store: The store.
        named: IRIs of predicates. Their quads are copied in their named graphs too.
        max_copied: Maximum number of copied quads, repeated ones included; 0 makes no copy.

    Attributes:
        copy: The copy; ``store`` itself if there are more quads than ``max_copied``.
    """

    def __init__(
        self, store: ox.Store, named: Collection[str] = (), max_copied: int = MAX_COPIED
    ) -> None:
        self._store, self._max_copied = store, max_copied
        self._named = frozenset(map(ox.NamedNode, named))
        self._copied = 0
        self.copy = ox.Store() if max_copied else store

    def extend(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads to their named graphs and to the default graph."""
        found = self._with_merged(iter(quads))
        first = list(islice(found, _FEW_QUADS))
        if len(first) < _FEW_QUADS:
            self._store.extend(first)
        else:
            self._store.bulk_extend(chain(first, found))

    def _with_merged(self, quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
        while batch := list(islice(quads, _FEW_QUADS)):
            merged = [ox.Quad(*quad.triple) for quad in batch]
            if self.copy is not self._store:
                named = [quad for quad in batch if quad.predicate in self._named]
                self.copy.bulk_extend(chain(merged, named))
                # Not the length of the copy, which the engine counts one by one.
                self._copied += len(merged) + len(named)
                if self._copied > self._max_copied:
                    self.copy = self._store
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
