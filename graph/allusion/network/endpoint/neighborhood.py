"""The entities of an endpoint and their edges, as of a large store on this machine.

`StoreNeighborhood` looks up the quads of one node after the other. Here what was not read yet is
noted as missing and taken as absent; then all missing nodes are read in batches and the
computation is repeated, until nothing is missing. So the records are those of an embedded store,
and the number of queries grows with the depth of the lookups instead of their number.

Statements that are blank nodes are not found, because no query can name them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Final, TypeVar

import pyoxigraph as ox

from ...core.labels import Link
from ...core.record_properties import LOOKUP_PROPERTIES
from ...core.vocabulary import BASE, ENTITY_REGISTERS
from ...store import Store, select
from .. import neighborhood
from ..neighborhood import EDGE_PROPERTIES, StoreNeighborhood
from ..quad_copier import Node, QuadSource
from .batch_reader import BatchReader, has_predicate

_T = TypeVar("_T")

_FROM: Final = "VALUES ?s { $nodes } ?s ?p ?o"
_IS_LOOKED_UP: Final = has_predicate(sorted(LOOKUP_PROPERTIES | EDGE_PROPERTIES))
_TO: Final = f"VALUES ?o {{ $nodes }} ?s ?p ?o FILTER({_IS_LOOKED_UP})"
_CLAIMED: Final = f"{_TO} ?claim al:about ?s"
_LARGE: Final = "SELECT ?s WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }} LIMIT 1 OFFSET {}"
_HAS_CLAIMS: Final = "ASK { ?claim al:about ?statement }"
_IS_ENTITY: Final = f'REGEX(STR(?entity), "^{BASE}({"|".join(ENTITY_REGISTERS)})/")'
_STATED: Final = f"""VALUES ?class {{{{ {{classes}} }}}}
  GRAPH ?stated {{{{ ?entity a ?class }}}}
  FILTER(?stated != source:inferred && {_IS_ENTITY})"""
_COUNT: Final = f"SELECT (COUNT(DISTINCT ?entity) AS ?count) WHERE {{{{ {_STATED} }}}}"
_ANY: Final = f"SELECT ?entity WHERE {{{{ {_STATED} }}}} LIMIT 1"


class EndpointNeighborhood(StoreNeighborhood):
    """The entities of an endpoint and their edges.

    Args:
        store: The endpoint.
        links: Returns the external links of an entity by its IRI.
        reader: Sends the queries; None means one with the usual limit.
    """

    adjacency = None

    def __init__(
        self,
        store: Store,
        links: Callable[[str], Iterable[Link]],
        reader: BatchReader | None = None,
    ) -> None:
        self.reader = reader or BatchReader(store)
        self._missing = EndpointQuads(self.reader)
        self._is_computing = False
        super().__init__(self.reader, self._missing, links, Path(), 0)

    @cached_property
    def is_large(self) -> bool:
        """Whether the endpoint has too many quads to be read as a whole for a picture."""
        return bool(list(select(self.reader, _LARGE.format(neighborhood.LARGE_STORE_QUADS))))

    def starts(self, *, is_card: bool) -> bool:
        """Start an operation, which may send as many queries as the limit allows.

        Paths and pictures look up names, for which the whole endpoint is never read.
        """
        self.reader.queries = 0
        return not is_card or super().starts(is_card=is_card)

    def complete(self, compute: Callable[[], _T]) -> _T:
        """Return the result of a computation after all quads that it looks up were read.

        Raises:
            QueryStopped: At the limit on the number of queries.
        """
        if self._is_computing:
            return compute()
        self._is_computing = True
        try:
            while True:
                found = compute()
                if not self._missing.read():
                    return found
                self.forget()
        finally:
            self._is_computing = False

    @property
    def is_empty(self) -> bool:
        """Whether the endpoint has no entity in any named graph."""
        return not list(select(self.reader, self._about_entities(_ANY)))

    def entity_count(self) -> int:
        """Count the entities of the endpoint by their types."""
        return int(str(next(iter(select(self.reader, self._about_entities(_COUNT))))[0]))

    def _about_entities(self, query: str) -> str:
        return query.format(classes=" ".join(f"<{name}>" for name in self._entity_classes))


class EndpointQuads(QuadSource):
    """Looks up quads that were read from an endpoint, and notes what is missing.

    Args:
        reader: Sends the queries.
    """

    def __init__(self, reader: BatchReader) -> None:
        super().__init__(ox.Store())
        self._reader = reader
        self._read_from: set[str] = set()
        self._read_to: set[str] = set()
        self._missing_from: set[str] = set()
        self._missing_to: set[str] = set()
        self._claimed: set[str] = set()

    def read(self) -> bool:
        """Read all that is missing; return whether anything was."""
        missing_from, missing_to = self._missing_from, self._missing_to
        if not missing_from and not missing_to:
            return False
        self._missing_from, self._missing_to = set(), set()
        self.engine.extend(self._reader.quads(_FROM, missing_from))
        self.engine.extend(ox.Quad(*quad.triple) for quad in self._reader.quads(_TO, missing_to))
        if missing_to and self._has_claims:
            found = self._reader.rows(_CLAIMED, "DISTINCT ?s", missing_to)
            self._claimed |= {str(row[0]) for row in found}
        self._read_from |= missing_from
        self._read_to |= missing_to
        return True

    @cached_property
    def _has_claims(self) -> bool:
        return bool(self._reader.query(_HAS_CLAIMS))

    def _is_read(self, node: Node) -> bool:
        """Return whether the quads with a node as subject were read."""
        if not isinstance(node, ox.NamedNode) or node.value in self._read_from:
            return True
        self._missing_from.add(node.value)
        return False

    def has_claim(self, node: Node) -> bool:
        """Return whether a claim is about a subject that `quads_to` has returned."""
        return node.value in self._claimed

    def read_claims(self) -> None:
        """Do nothing: the claims about a node are read with its statements."""

    def quads_from(self, node: Node) -> list[ox.Quad]:
        """Return the quads of all graphs with a node as subject."""
        return super().quads_from(node) if self._is_read(node) else []

    def quads_to(self, node: Node, predicate: str = "") -> Iterator[ox.Quad]:
        """Yield the triples with a node as object, each once; with a predicate, if given."""
        if not isinstance(node, ox.NamedNode) or node.value in self._read_to:
            return super().quads_to(node, predicate)
        self._missing_to.add(node.value)
        return iter(())

    def is_edge(self, statement: Node) -> bool:
        """Return whether a statement is a performance or a connection, or was not read."""
        return not self._is_read(statement) or super().is_edge(statement)

    def triples_from(self, node: Node) -> Iterable[ox.Quad]:
        """Return the triples with a node as subject, each at least once."""
        return super().triples_from(node) if self._is_read(node) else []
