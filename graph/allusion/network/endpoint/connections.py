"""The connections of an endpoint, for rankings: ends and family of each, without records."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from ...core.errors import CutAnswer, QueryStopped
from ...core.vocabulary import AL, CONNECTION_CLASSES, DOUBTFUL, is_entity
from ...store import Row, select
from ...store.pagination import select_all
from ..paths.indexed_search import IndexedConnection, StoredConnections
from .edge_reader import EdgeReader
from .neighborhood import EndpointNeighborhood

#: Connections that a ranking reads from an endpoint.
MAX_CONNECTIONS: Final = 1_000_000

#: Classes of connections, for VALUES.
CLASSES: Final = " ".join(f"al:{name}" for name in CONNECTION_CLASSES)
_COUNT: Final = f"""SELECT (COUNT(DISTINCT ?connection) AS ?count) WHERE {{
  VALUES ?class {{ {CLASSES} }} ?connection a ?class ; al:from ?from }}"""
_CONNECTIONS: Final = f"""SELECT ?connection ?class ?from ?work ?to ?certainty WHERE {{
  VALUES ?class {{ {CLASSES} }}
  ?connection a ?class ; al:from ?from ; al:to ?to .
  OPTIONAL {{ ?connection al:fromWork ?work }}
  OPTIONAL {{ ?connection al:certainty ?certainty }}
}}"""


class EndpointConnections(StoredConnections):
    """The connections of an endpoint.

    Args:
        neighborhood: Reads the records of the ranked entities.
        max_connections: Maximum number of connections.
    """

    def __init__(
        self, neighborhood: EndpointNeighborhood, max_connections: int = MAX_CONNECTIONS
    ) -> None:
        super().__init__(neighborhood)
        self._reader, self._max_connections = neighborhood.reader, max_connections

    def connections(self, families: Collection[str]) -> list[IndexedConnection]:
        """Return the connections that are not doubtful, ordered by IRI.

        Raises:
            QueryStopped: If there are more than the maximum.
        """
        count = int(str(next(iter(select(self._reader, _COUNT)))[0]))
        if count > self._max_connections:
            raise QueryStopped(
                f"the endpoint has {count:,} connections, and a ranking reads at most "
                f"{self._max_connections:,}; rank a file of them: allusion rank --engine spark",
                "max_connections",
            )
        values: dict[str, tuple[set[str], ...]] = {}
        for iri, *row in self._rows():
            found = values.setdefault(str(iri), tuple(set() for _ in row))
            for column, term in zip(found, row, strict=True):
                column.add("" if term is None else str(term))
        labels = EdgeReader(self._reader).labels({min(row[-1]) for row in values.values()} - {""})
        return [
            IndexedConnection(origin, target, family)
            for iri, (classes, origins, works, targets, certainties) in sorted(values.items())
            if (family := CONNECTION_CLASSES[min(classes).removeprefix(AL)]) in families
            and labels.get(min(certainties)) != DOUBTFUL
            and is_entity(origin := min(works) or min(origins))
            and (target := min(targets))
        ]

    def _rows(self) -> list[Row]:
        try:
            return list(select(self._reader, _CONNECTIONS))
        except CutAnswer:
            return list(select_all(self._reader, _CONNECTIONS))
