"""Read-only rdflib Dataset without access to other servers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import oxrdflib
import pyoxigraph as ox
import rdflib
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from ..core.errors import QueryRefused
from ..core.terms import canonical_language
from ..sparql.guard import refuse_unsafe
from ..sparql.structure import Structure
from .dataset_clause import read_dataset
from .default_graph import copy_graphs

_ADVICE = "the graph is read-only; copy it first: rdflib.Dataset() and addN(kg.dataset.quads())"


class _ReadOnlyStore(oxrdflib.OxigraphStore):
    """Store whose literals have canonical language tags ("zh-Hant").

    The engine holds tags in lower case. rdflib compares them without regard to case, so a
    literal with either spelling is found.
    """

    def __init__(self, engine: ox.Store) -> None:
        super().__init__(store=engine)
        self._engine = engine

    def triples(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Yield matching triples with their graphs."""
        for triple, graphs in super().triples(*args, **kwargs):
            yield tuple(map(_canonical, triple)), graphs

    def query(
        self,
        query: Any,
        initNs: Mapping[str, Any],  # noqa: N803 (rdflib's names)
        initBindings: Mapping[str, Any],  # noqa: N803
        queryGraph: str,  # noqa: N803
        **kwargs: object,
    ) -> rdflib.query.Result:
        """Run a query in the engine; its FROM clauses replace ``queryGraph``.

        Raises:
            QueryRefused: If it is an update, accesses another server, or is a prepared query.
        """
        if not isinstance(query, str):
            raise QueryRefused("give the query as text: a prepared query cannot be checked")
        refuse_unsafe(query)
        store: oxrdflib.OxigraphStore = super()  # type: ignore[assignment]
        if dataset := read_dataset(query, prefixes={**initNs}):
            store = oxrdflib.OxigraphStore(store=copy_graphs(self._engine, dataset))
            queryGraph = DATASET_DEFAULT_GRAPH_ID  # noqa: N806
        found = store.query(query, initNs, initBindings, queryGraph, **kwargs)
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

    def add_graph(self, graph: rdflib.Graph) -> None:
        """Do nothing: ``dataset.graph(...)`` reads a graph, which need not exist."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise QueryRefused(_ADVICE)

    add = addN = remove = remove_graph = update = _refuse  # noqa: N815 (names of rdflib)


def _canonical(term: Any) -> Any:
    if isinstance(term, rdflib.Literal) and term.language:
        return rdflib.Literal(str(term), lang=canonical_language(term.language))
    return term


class ReadOnlyDataset(rdflib.Dataset):
    """Quads of a store for rdflib.

    It and its graphs refuse every change, and every SERVICE in queries of the store's engine.
    """

    def __init__(self, engine: ox.Store) -> None:
        super().__init__(_ReadOnlyStore(engine))
