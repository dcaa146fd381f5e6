"""Read-only rdflib Dataset without access to other servers."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
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


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise QueryRefused(_ADVICE)


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
            QueryRefused: If it is an update, accesses another server, is a prepared query, or
                has options other than ``base``.
        """
        if not isinstance(query, str):
            raise QueryRefused("give the query as text: a prepared query cannot be checked")
        if (base := kwargs.pop("base", None)) is not None:
            query = f"BASE <{base}> {query}"
        if kwargs:
            raise QueryRefused(f"{', '.join(kwargs)}: the engine has no such option for a query")
        refuse_unsafe(query)
        store: oxrdflib.OxigraphStore = super()  # type: ignore[assignment]
        if dataset := read_dataset(query, prefixes={**initNs}):
            store = oxrdflib.OxigraphStore(store=copy_graphs(self._engine, dataset))
            queryGraph = DATASET_DEFAULT_GRAPH_ID  # noqa: N806
        found = store.query(query, initNs, initBindings, queryGraph)
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

    def contexts(self, triple: Any = None) -> Generator[rdflib.Graph]:
        """Yield the named graphs."""
        return (_ReadOnlyGraph(self, graph.identifier) for graph in super().contexts(triple))

    def add_graph(self, graph: rdflib.Graph) -> None:
        """Do nothing: ``dataset.graph(...)`` reads a graph, which need not exist."""

    add = addN = remove = remove_graph = update = _refuse  # noqa: N815 (names of rdflib)


def _canonical(term: Any) -> Any:
    if isinstance(term, rdflib.Literal) and term.language:
        return rdflib.Literal(str(term), lang=canonical_language(term.language))
    return term


class _EngineQueries(rdflib.Graph):
    """Graph that only the store's engine queries.

    The evaluation of rdflib itself reads other servers and files, for SERVICE, FROM and LOAD.
    """

    def query(
        self,
        query_object: Any,
        processor: Any = "sparql",
        result: Any = "sparql",
        initNs: Mapping[str, Any] | None = None,  # noqa: N803 (rdflib's names)
        initBindings: Mapping[str, Any] | None = None,  # noqa: N803
        use_store_provided: bool = True,
        **kwargs: Any,
    ) -> rdflib.query.Result:
        """Run a query in the store's engine.

        Raises:
            QueryRefused: If rdflib is to evaluate it, or if the store refuses it.
        """
        if not use_store_provided:
            raise QueryRefused(
                "use_store_provided=False: rdflib itself reads other servers for SERVICE and FROM; "
                "copy the graph first: rdflib.Dataset() and addN(kg.dataset.quads())"
            )
        options = {**kwargs, "initNs": initNs, "initBindings": initBindings}
        return super().query(query_object, processor, result, **options)

    parse = update = _refuse


class _ReadOnlyGraph(_EngineQueries):
    """One graph of the dataset.

    Its store must be given, so that rdflib makes the result of ``+`` a graph of its own.
    """

    def __init__(self, store: rdflib.store.Store, identifier: Any, **kwargs: Any) -> None:
        super().__init__(store, identifier, **kwargs)


class ReadOnlyDataset(_EngineQueries, rdflib.Dataset):
    """Quads of a store for rdflib.

    It and its graphs refuse every change, and every query that accesses another server. That
    does not hold for a graph made of its store by hand: ``rdflib.Graph(kg.dataset.store)``.
    """

    def __init__(self, engine: ox.Store) -> None:
        super().__init__(_ReadOnlyStore(engine))
        self._default_context = self.get_context(DATASET_DEFAULT_GRAPH_ID)

    def get_context(
        self,
        identifier: Any,
        quoted: bool = False,
        base: str | None = None,
    ) -> rdflib.Graph:
        """Return the graph with this name, which need not exist."""
        names = self.namespace_manager
        return _ReadOnlyGraph(self.store, identifier, namespace_manager=names, base=base)
