"""Content of a remote store: its named graphs, and the record of the last push.

A push writes a graph of its own with the names of the graphs that it loads, and the version and
digest of the data, marked as begun or as complete. Decision: docs/decisions/011-push.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..core.errors import NetworkError
from ..core.terminal import visible
from ..core.terms import Iri, Literal, Term
from ..core.vocabulary import BASE
from . import Row, Store, select

#: Graph in which a push records what it loads.
INVENTORY: Final = f"{BASE}loaded"
_BEGUN_VERSION: Final = f"{INVENTORY}#begun"
_COMPLETE_VERSION: Final = f"{INVENTORY}#complete"
_NAMED_GRAPH: Final = "http://www.w3.org/ns/sparql-service-description#namedGraph"
_DEFAULT_GRAPH: Final = "http://www.w3.org/ns/sparql-service-description#defaultGraph"
_CHECKSUM: Final = "http://spdx.org/rdf/terms#checksumValue"
_VERSION: Final = "http://www.w3.org/ns/dcat#version"
# Servers limit the rows of a result; the default limit of Virtuoso is 10,000.
_PAGE: Final = 5000


@dataclass(frozen=True, slots=True)
class DataVersion:
    """Version of the data.

    Attributes:
        version: Version of the package.
        digest: Digest of the built store.
        merged: Graph of a remote store that holds the merge; "" is its default graph.
    """

    version: str
    digest: str
    merged: str = ""


@dataclass(frozen=True, slots=True)
class Inventory:
    """Record of a push: its graphs, and the data that it began or completed."""

    graphs: frozenset[str] = frozenset()
    begun: DataVersion | None = None
    complete: DataVersion | None = None

    def lines(self) -> list[str]:
        """Return this inventory as lines of N-Triples."""
        lines = [_line(INVENTORY, _NAMED_GRAPH, Iri(graph)) for graph in sorted(self.graphs)]
        for node, data in ((_BEGUN_VERSION, self.begun), (_COMPLETE_VERSION, self.complete)):
            if data:
                lines.append(_line(node, _VERSION, Literal(data.version)))
                lines.append(_line(node, _CHECKSUM, Literal(data.digest)))
                if data.merged:
                    lines.append(_line(node, _DEFAULT_GRAPH, Iri(data.merged)))
        return lines


def read_inventory(store: Store) -> Inventory:
    """Read the record of the last push; it is empty if there was no push."""
    return Inventory(
        frozenset(pushed_graphs(store)), read_version(store, _BEGUN_VERSION), read_version(store)
    )


def pushed_graphs(store: Store) -> list[str]:
    """Return the named graphs that the last push has loaded or is loading."""
    query = f"""SELECT ?graph FROM NAMED <{INVENTORY}> WHERE {{
      GRAPH <{INVENTORY}> {{ <{INVENTORY}> <{_NAMED_GRAPH}> ?graph }}
    }} ORDER BY ?graph"""  # noqa: S608
    return [str(graph) for (graph,) in _pages(store, query)]


def read_version(store: Store, node: str = _COMPLETE_VERSION) -> DataVersion | None:
    """Return the version of the data of the last complete push; None if there is none.

    Args:
        store: The store.
        node: Node of the record; its default is the one for a complete push.
    """
    query = f"""SELECT ?version ?digest ?merged FROM NAMED <{INVENTORY}> WHERE {{
      GRAPH <{INVENTORY}> {{
        <{node}> <{_VERSION}> ?version ; <{_CHECKSUM}> ?digest .
        OPTIONAL {{ <{node}> <{_DEFAULT_GRAPH}> ?merged }}
      }}
    }} ORDER BY ?version ?digest LIMIT 1"""  # noqa: S608
    for version, digest, merged in select(store, query):
        return DataVersion(str(version), str(digest), str(merged or ""))
    return None


def count_graphs(store: Store) -> dict[str, int]:
    """Return the number of triples of each named graph of ``store``."""
    query = """SELECT ?graph (COUNT(*) AS ?triples) WHERE { GRAPH ?graph { ?s ?p ?o } }
      GROUP BY ?graph ORDER BY ?graph"""
    return {str(graph): _count(count) for graph, count in _pages(store, query)}


def count_default(store: Store) -> int:
    """Return the number of statements that a query without GRAPH finds in ``store``."""
    rows = list(select(store, "SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }"))
    return _count(rows[0][0] if len(rows) == 1 else None)


def _count(term: Term | None) -> int:
    try:
        return int(str(term))
    except ValueError:
        raise NetworkError(
            f"the store counts {visible(str(term))[:60]!r} triples, which is not a number; "
            "this will not change by retrying: check the address of the endpoint"
        ) from None


def difference(store: Store, here: DataVersion) -> str:
    """Explain why results of ``store`` differ from local ones; "" if they do not."""
    there = read_version(store)
    if there is None:
        return (
            "this store has no record of a complete push, so its data may differ; names, labels "
            "and the list of queries come from the local data. To load the graph: allusion push"
        )
    if (there.version, there.digest) != (here.version, here.digest):
        return (
            f"this store holds other data (version {there.version}, {there.digest[:12]}) than the "
            f"local data (version {here.version}, {here.digest[:12]}); names, labels and the list "
            "of queries come from the local data. To load it: allusion push"
        )
    if there.merged != getattr(store, "default_graph", ""):
        where = f"?default-graph-uri={there.merged}" if there.merged else "no default-graph-uri"
        return (
            "the last push to this store used another default graph; a statement may count more "
            f"than once. Write its address with {where}"
        )
    return ""


def _pages(store: Store, query: str) -> Iterator[Row]:
    offset = 0
    while True:
        page = list(select(store, f"{query} LIMIT {_PAGE} OFFSET {offset}"))
        yield from page
        offset += len(page)
        if len(page) < _PAGE:
            return


def _line(subject: str, predicate: str, value: Iri | Literal) -> str:
    return f"{Iri(subject).n3()} {Iri(predicate).n3()} {value.n3()} ."
