"""The edges of a graph as a table in CSV, for Apache Spark and other programs."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import chain
from typing import TYPE_CHECKING, Final

from ..core.vocabulary import DOUBTFUL, EDGE_FAMILIES

if TYPE_CHECKING:
    import networkx as nx

    from ..store.adjacency_index import AdjacencyIndex

#: Columns of the table; ``doubtful`` is "true" or "false".
COLUMNS: Final = ("origin", "target", "family", "kind", "doubtful", "sources")
_Row = tuple[str, str, str, str, str, int]


def rows_of_index(index: AdjacencyIndex) -> Iterator[_Row]:
    """Yield the edges of an index."""
    iris = [index.iri(number) for number in range(len(index))]
    columns = (index.origin, index.target, index.family, index.kind, index.doubtful, index.sources)
    for origin, target, family, kind, doubtful, sources in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        yield (
            iris[origin], iris[target], EDGE_FAMILIES[family], index.kinds[kind],
            str(doubtful).lower(), sources,
        )  # fmt: skip


def rows_of_network(network: nx.MultiDiGraph[str]) -> Iterator[_Row]:
    """Yield the edges of a network of records."""
    from .networkx_graph import iter_edges

    for edge in iter_edges(network):
        doubtful = str(edge.certainty == DOUBTFUL).lower()
        yield edge.origin, edge.target, edge.family, edge.kind, doubtful, edge.sources


def edge_lines(rows: Iterator[_Row]) -> Iterator[str]:
    """Yield the lines of the table."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in chain([COLUMNS], rows):
        writer.writerow(row)
        yield text.getvalue()
        text.seek(0)
        text.truncate()
