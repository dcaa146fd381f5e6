"""All quads of a store in an embedded one, for what needs more than SPARQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from ..core.errors import CutAnswer, StoreError
from ..core.terms import Blank, Iri, Literal, Term
from . import Row, Store, select
from .default_graph import merge
from .inventory import LEDGER, count_graphs, read_ledger
from .oxigraph import OxigraphStore
from .pagination import whole

# Virtuoso gives at most 10,000 rows as it comes; a graph with more is asked for in parts.
_ROWS: Final = 5000
_GROUND: Final = "FILTER(!isBlank(?s) && !isBlank(?o))"
_BLANK: Final = "FILTER(isBlank(?s) || isBlank(?o))"


def embedded(store: Store) -> OxigraphStore:
    """``store`` itself where it is embedded, else a copy of its graphs in memory.

    Of a store that was pushed to, the graphs of the push alone are copied.

    :raises NetworkError: if the store does not give all of a graph.
    """
    if isinstance(store, OxigraphStore):
        return store
    counts = count_graphs(store)
    wanted = read_ledger(store).keys() & counts.keys() or counts.keys() - {LEDGER}
    copy = OxigraphStore()
    for number, graphs in enumerate(_batches({graph: counts[graph] for graph in sorted(wanted)})):
        values = " ".join(Iri(graph).n3() for graph in graphs)
        quads = [_quad(*row, answer=number) for row in _rows_of(store, values)]
        if len(quads) != sum(counts[graph] for graph in graphs):
            raise StoreError("the store was changed while it was read; run the command again")
        copy.engine.extend(quads)
    merge(copy.engine)
    return copy


def _rows_of(store: Store, values: str) -> list[Row]:
    """The quads of some graphs.

    What has blank nodes comes in one answer: their names need not mean the same in the next.
    """
    query = "SELECT ?s ?g ?p ?o WHERE {{ VALUES ?g {{ {} }} GRAPH ?g {{ ?s ?p ?o }} {} }}".format
    try:
        rows = list(select(store, query(values, "")))
    except CutAnswer:
        tied = select(store, query(values, _BLANK))
        rows = [*tied, *whole(store, query(values, _GROUND))]
    return [(graph, subject, *rest) for subject, graph, *rest in rows]


def _batches(counts: dict[str, int]) -> Iterator[list[str]]:
    """Graphs in groups that fit into one answer, or alone where one does not."""
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


def _quad(
    graph: Term | None,
    subject: Term | None,
    predicate: Term | None,
    value: Term | None,
    *,
    answer: int,
) -> ox.Quad:
    nodes = [_to_engine(term, answer) for term in (subject, predicate, value, graph)]
    return ox.Quad(*nodes)  # type: ignore[arg-type]


def _to_engine(term: Term | None, answer: int) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Our term as the engine has it; blank nodes of different answers stay different."""
    match term:
        case Iri():
            return ox.NamedNode(term.value)
        case Blank():
            return ox.BlankNode(f"a{answer}_{term.name}")
        case Literal():
            if term.language:
                return ox.Literal(term.value, language=term.language)
            return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))
    raise StoreError("a row of the store lacks a term; it does not answer as it should")
