"""Read-only rdflib Dataset without access to other servers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import oxrdflib
import pyoxigraph as ox
import rdflib

from ..core.errors import QueryRefused
from ..core.terms import canonical_language
from ..sparql.guard import refuse_unsafe
from ..sparql.structure import Structure

_ADVICE = "the graph is read-only; copy it first: rdflib.Dataset() and addN(kg.dataset.quads())"


class _CanonicalTagStore(oxrdflib.OxigraphStore):
    """Store whose literals have canonical language tags ("zh-Hant").

    The engine holds tags in lower case. rdflib compares them without regard to case, so a
    literal with either spelling is found.
    """

    def triples(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Yield matching triples with their graphs."""
        for triple, graphs in super().triples(*args, **kwargs):
            yield tuple(map(_canonical, triple)), graphs

    def query(self, query: Any, *args: Any, **kwargs: Any) -> rdflib.query.Result:
        """Run a query in the engine."""
        found = super().query(query, *args, **kwargs)
        if found.type == "SELECT":
            tags = Structure(query).columns_of("LANG") if "lang" in query.lower() else set()
            found.bindings = [
                {
                    name: rdflib.Literal(canonical_language(str(term)))
                    if str(name) in tags and term is not None
                    else _canonical(term)
                    for name, term in row.items()
                }
                for row in found.bindings
            ]
        elif found.graph is not None:
            graph = rdflib.Graph()
            graph += (tuple(map(_canonical, triple)) for triple in found.graph)
            found.graph = graph
        return found


def _canonical(term: Any) -> Any:
    if isinstance(term, rdflib.Literal) and term.language:
        return rdflib.Literal(str(term), lang=canonical_language(term.language))
    return term


class ReadOnlyDataset(rdflib.Dataset):
    """Quads of a store for rdflib; it refuses every change and every SERVICE."""

    def __init__(self, engine: ox.Store) -> None:
        super().__init__(_CanonicalTagStore(store=engine))

    def query(self, query_object: Any, *args: Any, **kwargs: Any) -> rdflib.query.Result:
        """Run a query; see `rdflib.Graph.query`.

        Raises:
            QueryRefused: If it is an update, accesses another server, or is a prepared query.
        """
        if not isinstance(query_object, str):
            raise QueryRefused("give the query as text: a prepared query cannot be checked")
        refuse_unsafe(query_object)
        return super().query(query_object, *args, **kwargs)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Refuse the update.

        Raises:
            QueryRefused: Always.
        """
        raise QueryRefused(_ADVICE)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse the change.

        Raises:
            QueryRefused: Always.
        """
        raise QueryRefused(_ADVICE)

    def addN(self, *args: Any, **kwargs: Any) -> Any:  # noqa: N802 (rdflib's name)
        """Refuse the change.

        Raises:
            QueryRefused: Always.
        """
        raise QueryRefused(_ADVICE)

    def remove(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse the change.

        Raises:
            QueryRefused: Always.
        """
        raise QueryRefused(_ADVICE)
