"""Copy of a remote store in memory, for operations that need more than SPARQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from ..core.errors import CutAnswer, StoreError
from ..core.terms import Blank, Iri, Literal, Term
from . import Row, Store, select
from .default_graph import merge
from .oxigraph import OxigraphStore
from .pagination import select_all
from .remote_inventory import INVENTORY, count_graphs, pushed_graphs

# Virtuoso returns at most 10,000 rows by default; a larger graph is queried in parts.
_ROWS: Final = 5000
_IN_NO_NAMED_GRAPH: Final = "?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } }"
_GROUND: Final = "FILTER(!isBlank(?s) && !isBlank(?o))"
_BLANK: Final = "FILTER(isBlank(?s) || isBlank(?o))"


def copy_to_memory(store: Store) -> OxigraphStore:
    """Return ``store`` if it is embedded, else a copy of it in memory.

    If an ``allusion push`` has loaded the store, only the graphs of the push are copied. Otherwise
    statements that are only in the default graph are copied too.

    Raises:
        NetworkError: If the endpoint does not return a complete graph.
        StoreError: If the store changes during the copy.
    """
    if isinstance(store, OxigraphStore):
        return store
    counts = count_graphs(store)
    pushed = counts.keys() & pushed_graphs(store)
    wanted = pushed or counts.keys() - {INVENTORY}
    copy = OxigraphStore()
    number = 0
    for graphs in _batches({graph: counts[graph] for graph in sorted(wanted)}):
        values = " ".join(Iri(graph).n3() for graph in graphs)
        rows = _read_all(store, f"VALUES ?g {{ {values} }} GRAPH ?g {{ ?s ?p ?o }}", "?s ?p ?o ?g")
        if len(rows) != sum(counts[graph] for graph in graphs):
            raise StoreError("the store changed while it was read; run the command again")
        copy.engine.extend(_quad(row, number) for row in rows)
        number += 1
    if not pushed:
        rows = _read_all(store, _IN_NO_NAMED_GRAPH, "?s ?p ?o")
        copy.engine.extend(_quad(row, number) for row in rows)
    merge(copy.engine)
    return copy


def _read_all(store: Store, pattern: str, columns: str) -> list[Row]:
    """Return all rows of a pattern with ?s and ?o, beyond the row limit of the store.

    Rows with blank nodes are in one response, because labels can differ between responses.
    """
    query = "SELECT {} WHERE {{ {} {} }}"
    try:
        return list(select(store, query.format(columns, pattern, "")))
    except CutAnswer:
        tied = select(store, query.format(columns, pattern, _BLANK))
        return [*tied, *select_all(store, query.format(columns, pattern, _GROUND))]


def _batches(counts: dict[str, int]) -> Iterator[list[str]]:
    """Group graphs so that each group fits into one response; a larger graph is alone."""
    batch: list[str] = []
    rows = 0
    for graph, count in counts.items():
        if batch and rows + count > _ROWS:
            yield batch
            batch, rows = [], 0
        batch.append(graph)
        rows += count
    if batch:
        yield batch


def _quad(row: Row, answer: int) -> ox.Quad:
    return ox.Quad(*(to_engine(term, answer) for term in row))  # type: ignore[arg-type]


def to_engine(term: Term | None, answer: int) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Convert a term for the engine; blank nodes of different responses stay distinct."""
    match term:
        case Iri():
            return ox.NamedNode(term.value)
        case Blank():
            return ox.BlankNode(f"a{answer}_{term.name}")
        case Literal():
            if term.language:
                return ox.Literal(term.value, language=term.language)
            return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))
    raise StoreError("a row of the store lacks a term; its response is invalid")
