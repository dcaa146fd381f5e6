"""The knowledge graph: ``kg = allusion.open()``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from .core.arguments import as_tuple
from .core.deprecation import renamed_attributes, renamed_parameters
from .core.errors import ParameterError, QueryStopped
from .core.resources import Resources
from .query.catalog import Catalog
from .query.execution import QueryExecutor, warn_with_notes
from .query.localization import localize
from .query.results import Result, RowStream, TripleResult, collect, expect_rows
from .store.factory import DISK, open_store
from .store.manifest import check_folder
from .store.oxigraph import OxigraphStore

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from .network.card import Card
    from .network.neighborhood import StoreNeighborhood
    from .network.paths.results import Paths
    from .network.statistics import Stats
    from .query.bound_query import BoundQuery
    from .query.python_functions import QueryFunctions
    from .search.name_index import NameIndex
    from .search.results import Match
    from .view.options import Layout, Theme
    from .view.picture import Picture
    from .wikidata.pull.offline_federation import SnapshotSource


class KnowledgeGraph:
    """A built graph: queries, names, entity cards, networks and pictures.

    Create it with `allusion.open`. ``kg["Chungking Express"]`` returns the `Card` of an entity;
    ``"Chungking Express" in kg`` tests whether exactly one entity has this name.
    """

    if not TYPE_CHECKING:
        __getattr__ = renamed_attributes(
            nearby="neighborhood", differs="store_difference", answer="executor.answer",
            answer_json="executor.run_json", remarks="executor.notes",
            workers="executor.workers", is_embedded="executor.is_embedded",
        )  # fmt: skip

    def __init__(self, folder: Path, resources: Resources, store: str = DISK) -> None:
        self.resources = resources
        manifest = check_folder(folder)
        self.store = open_store(store, folder / "store", quads=manifest.stored)
        self.executor = QueryExecutor(self.store, folder / "store")
        self._folder = folder
        self._quads = manifest.quads
        #: Why the store is older than the data files; "" if it is current.
        self.outdated = ""

    def store_difference(self) -> str:
        """Return why the store may hold other data than the local files; "" if it does not."""
        if self.executor.is_embedded:
            return self.outdated
        from .build.pipeline import data_version
        from .store.remote_inventory import difference

        return difference(self.store, data_version(self._folder))

    @cached_property
    def names(self) -> NameIndex:
        """The index of entity names in all languages and scripts."""
        from .build.name_entries import open_names

        store = "" if self._folder == self.resources.store else str(self._folder)
        return open_names(self._folder, self.store, store, self.resources.own_namespaces())

    def resolve(self, name: str) -> str:
        """Return the IRI of the entity with this name, prefixed name, slug or IRI.

        Raises:
            UnknownName: If there is no entity of that name; `AmbiguousName` if several.
        """
        return self.names.resolve(name)

    def __contains__(self, name: object) -> bool:
        try:
            return bool(self.resolve(str(name)))
        except LookupError:
            return False

    def search(self, text: str, limit: int = 20, *, kind: str | Sequence[str] = ()) -> list[Match]:
        """Search entities by name, in any script and spelling.

        Args:
            text: A name or a part of it.
            limit: Maximum number of matches.
            kind: Return only entities of these kinds ("film", "person", ...).

        Returns:
            The matches, best first, each with the name that matched and the kind of match.

        Raises:
            ParameterError: If there is no such kind.

        >>> import allusion
        >>> [m.label for m in allusion.open().search("Ho Chih-wu", 1)]
        ['Cop 223']
        """
        return self.names.search_kinds(text, limit, as_tuple(kind))

    def card(self, name: str) -> Card:
        """Return the card of an entity, a scene, an utterance or a relationship.

        Args:
            name: A label or alias in any language, a slug, a prefixed name or an IRI. An entity
                has priority over other nodes of the same name.

        Raises:
            UnknownName: If nothing has that name; `AmbiguousName` if several have it.

        >>> import allusion
        >>> allusion.open().card("utterance:kill-tomokazu-miura").entity.type
        'Utterance'
        """
        from .network.card_lookup import read_card

        return read_card(name, self._nodes(is_card=True), self.names)

    __getitem__ = card

    @cached_property
    def queries(self) -> Catalog:
        """The catalog of canned queries."""
        return Catalog.load(self._folder)

    @cached_property
    def ask(self) -> QueryFunctions:
        """The canned queries as functions: ``kg.ask.who_refers_to("Momoe Yamaguchi")``."""
        from .query.python_functions import QueryFunctions

        return QueryFunctions(self)

    def query_text(self, name: str, /, *values: object, **parameters: object) -> str:
        """Return the text of a canned query, bound as by `bind`, for any SPARQL 1.1 engine."""
        return self.bind(name, *values, **parameters).text

    def bind(self, name: str, /, *values: object, **parameters: object) -> BoundQuery:
        """Bind the parameters of a canned query; `query` accepts the result as a name.

        Args:
            name: Name of the query.
            *values: Parameter values in the order in which the query declares them.
            **parameters: Parameter values by name.

        Raises:
            UnknownName: If a query or an entity is unknown; `AmbiguousName` if several are meant.
            ParameterError: If a parameter is unknown, given twice or not of its type.
        """
        from .query.bound_query import bind_query
        from .query.name_resolver import NameResolver

        resolve = NameResolver(self.store, lambda: self.names)
        return bind_query(self.queries.get(name), values, parameters, resolve)

    def query(
        self,
        name: str | BoundQuery,
        /,
        *values: object,
        language: str = "en",
        links: bool = False,
        allow_service: Collection[str] = (),
        pulled: bool = False,
        warn: bool = True,
        **parameters: object,
    ) -> Result:
        """Run a canned query.

        Args:
            name: Name of the query, or the result of `bind`, whose errors are raised here too.
            *values: Parameter values in the order in which the query declares them.
            language: BCP 47 tag of the labels in the result; English where an entity has
                no label in that language.
            links: Add a column ``xLink`` with an external link for each entity column ``x``
                that has a label column.
            allow_service: Hosts that a federated query may access.
            pulled: Answer SERVICE from the Wikidata snapshot, without network access.
            warn: Emit each `QueryWarning`, such as why there are no rows.
            **parameters: Parameter values by name.

        Raises:
            QueryRefused: If the query accesses a host that is not in ``allow_service``.
            NetworkError: If a host fails or returns an invalid response.
            MissingResource: If ``pulled`` is set and there is no snapshot.

        >>> import allusion
        >>> "Tomokazu Miura" in allusion.open().query("what-it-refers-to").column("targetLabel")
        True
        """
        from .query.bound_query import run_bound

        bound = self.bind(name, *values, **parameters) if isinstance(name, str) else name
        inline = (lambda text: self.pulled.inline(text)) if pulled else None
        names = None if self.resources.is_shipped(self._folder) else lambda: self.names
        result = run_bound(bound, self.executor, names, allow_service, inline)
        if not result.rows:
            from .query.empty_answers import with_explanation

            result = with_explanation(result, bound, self.store, lambda: self.names)
        result = result._replace(about=bound.entities, viewer=self.view)
        shown = warn_with_notes(result, ()) if warn else result
        return localize(shown, lambda: self.names, language, links=links)

    @cached_property
    def pulled(self) -> SnapshotSource:
        """The Wikidata snapshot as a replacement for the Wikidata endpoint.

        Raises:
            MissingResource: If there is no snapshot.
        """
        from .wikidata.pull.offline_federation import open_snapshot_source

        return open_snapshot_source()

    def stats(self) -> Stats:
        """Return counts of entities, connections and sources, each as a table."""
        from .network.statistics import compute_stats

        return compute_stats(self.queries, lambda sparql: expect_rows(self.executor.answer(sparql)))

    def sparql(
        self,
        query: str,
        *,
        partial: bool = False,
        allow_service: Collection[str] = (),
        **limits: float | None,
    ) -> Result | TripleResult | bool:
        """Run a SPARQL query; the prefixes of the project are predefined.

        An embedded store runs the query in a separate process, which enforces the limits. For
        an endpoint, time, rows and bytes are limited on this side only.

        Args:
            query: SELECT, ASK, CONSTRUCT or DESCRIBE.
            partial: If a limit stops the query, return what was found until then instead of
                raising. The result then has ``complete == False``.
            allow_service: Hosts that SERVICE may access.
            **limits: Fields of `allusion.sparql.limits.Limits`: ``timeout=60`` (seconds),
                ``max_rows=100``, ``max_memory=2**31`` (bytes). None keeps the default.

        Returns:
            A `Result` for SELECT, a `TripleResult` for CONSTRUCT and DESCRIBE, a bool for ASK.

        Raises:
            QueryRefused: If it is an update, or accesses a host not in ``allow_service``.
            QueryError: If the query is not valid SPARQL.
            QueryStopped: If the query exceeds a limit; ``partial`` of the exception holds
                what was found until then.
            QueryCrashed: If the engine process ends; this process continues.
            NetworkError: If a host fails or returns an invalid response.
            ParameterError: If a limit or a host is not valid, or ``allow_service`` is used with
                an endpoint.

        >>> import allusion
        >>> allusion.open().sparql("ASK { film:chungking-express a al:Film }", timeout=5)
        True
        """
        answer: Result | TripleResult | bool
        try:
            answer = collect(self.executor.run_limited(query, allow_service, limits))
        except QueryStopped as stop:
            if not partial or not isinstance(stop.partial, Result | TripleResult):
                raise
            answer = stop.partial
        if not isinstance(answer, bool):
            answer = answer._replace(viewer=self.view)
        return warn_with_notes(answer, self.executor.pitfalls(query))

    def stream(
        self,
        query: str,
        *,
        allow_service: Collection[str] = (),
        warn: bool = True,
        **limits: float | None,
    ) -> RowStream | TripleResult | bool:
        """Run a SPARQL query as `sparql` does; yield the rows of a SELECT early.

        The exceptions of `sparql` may be raised while the rows are read. Without ``warn``,
        misleading parts give no `QueryWarning`.

        Returns:
            A `RowStream` for SELECT, a `TripleResult` for CONSTRUCT and DESCRIBE, a bool for
            ASK.
        """
        answer = self.executor.stream(query, allow_service, limits)
        return warn_with_notes(answer, self.executor.pitfalls(query)) if warn else answer

    def rows(
        self, query: str, *, allow_service: Collection[str] = (), **limits: float | None
    ) -> RowStream:
        """Stream the rows of a SELECT, see `stream`.

        Raises:
            ParameterError: If the query is not a SELECT.
        """
        answer = self.executor.stream(query, allow_service, limits)
        if not isinstance(answer, RowStream):
            raise ParameterError("only SELECT has rows; use kg.sparql(...)")
        return warn_with_notes(answer, self.executor.pitfalls(query))

    @cached_property
    def dataset(self) -> rdflib.Dataset:
        """The graph as a read-only rdflib Dataset; its default graph is the union of all."""
        return self.embedded.dataset()

    @cached_property
    def embedded(self) -> OxigraphStore:
        """The store itself; for an endpoint, an in-memory copy of all its quads."""
        from .store.remote_copy import copy_to_memory

        return copy_to_memory(self.store)

    def network(self, *, records: bool = False) -> nx.MultiDiGraph[str]:
        """Return entities and their edges as a frozen networkx graph.

        Args:
            records: If True, each node has its `Entity` in the attribute ``entity``, and each
                edge its `Edge` in ``edge``. If False, all attributes are strings, numbers and
                booleans, so that the graph can be written as GraphML and GEXF.
        """
        return self._network if records else self._plain_network

    @cached_property
    def _plain_network(self) -> nx.MultiDiGraph[str]:
        from .network.graph_export import plain_network

        return plain_network(self._network)

    @cached_property
    def _network(self) -> nx.MultiDiGraph[str]:
        from .network.networkx_graph import read_network

        return read_network(self.store, self.names.links)

    @property
    def neighborhood(self) -> StoreNeighborhood | None:
        """Reader of a large store; None for a small one, and once all was read."""
        return self._unread and (self._unread if self._unread.is_large else None)

    @cached_property
    def reader(self) -> StoreNeighborhood:
        """Reader of single entities and their edges."""
        from .network.graph_access import open_neighborhood

        return open_neighborhood(self.store, self._folder, self._quads, self.names.links)

    @property
    def _unread(self) -> StoreNeighborhood | None:
        return None if "_network" in self.__dict__ else self.reader

    def _nodes(self, *, is_card: bool = False) -> nx.MultiDiGraph[str] | StoreNeighborhood:
        reader = self._unread
        return reader if reader and reader.starts(is_card=is_card) else self._network

    def _find(self, name: str) -> str:
        from .network.card_lookup import find_entity

        return find_entity(name, self._nodes(), self.names)

    @renamed_parameters(every="all_shortest", one="start", other="end")
    def path(
        self,
        start: str,
        end: str,
        *,
        via: str | Sequence[str] = (),
        credits: bool = True,  # noqa: A002 (the option of the command line is --no-credits)
        hubs: bool = False,
        max_hops: int = 6,
        all_shortest: bool = False,
        limit: int = 20,
    ) -> Paths:
        """Find the shortest paths between two entities, each hop with its sources.

        Args:
            start: Name of the first entity.
            end: Name of the last entity.
            via: Use only edges of these kinds or families.
            credits: If False, use only edges of the four families of connection.
            hubs: Allow paths through places, organizations, languages and awards along
                credits and parts, see `allusion.network.paths.search`.
            max_hops: Maximum number of hops.
            all_shortest: Return all shortest paths, not only the best one.
            limit: Maximum number of paths with ``all_shortest``.

        Returns:
            The paths. If there are none, ``hint`` names options that give one.

        Raises:
            UnknownName: If there is no entity of that name; `AmbiguousName` if several.
            ParameterError: If both names mean one entity, or ``via`` names an unknown kind.
        """
        from .network.graph_access import open_search
        from .network.paths.rules import PathRules
        from .network.paths.search import find_paths

        ends = self._find(start), self._find(end)
        rules = PathRules(as_tuple(via), credits, hubs, max_hops)
        search = open_search(self._unread, lambda: self._network)
        return find_paths(search, *ends, rules, all_shortest=all_shortest, limit=limit)

    def rank(
        self,
        measure: str,
        *,
        kind: str | Sequence[str] = (),
        via: str | Sequence[str] = (),
        limit: int = 20,
    ) -> Result:
        """Rank entities or sources by a measure.

        Args:
            measure: "referred", "bridges", "communities" or "sources", see
                `allusion.network.centrality.MEASURES`.
            kind: Rank only entities of these kinds ("film", "person", ...).
            via: Use only these families of connection.
            limit: Maximum number of rows.

        Raises:
            ParameterError: If a measure, kind or family is unknown.
        """
        from .network.centrality import rank
        from .network.graph_access import open_connections

        ranked = open_connections(self._unread, measure, lambda: self._network)
        return rank(ranked, measure, as_tuple(kind), as_tuple(via), limit)

    @renamed_parameters(most="max_entities", max_neighbours="max_neighbors")
    def view(
        self,
        name: str | Result | TripleResult | Paths = "film:chungking-express",
        *,
        layout: Layout | None = None,
        to: str | None = None,
        hops: int | None = None,
        kinds: str | Sequence[str] = (),
        scene: str = "",
        language: str | Sequence[str] = "en",
        theme: Theme = "light",
        title: str | None = None,
        max_neighbors: int = 18,
        max_entities: int = 5000,
    ) -> Picture:
        """Draw an entity, a query result, or paths.

        Args:
            name: Name of an entity, result of a query, or result of `path`.
            layout: One of `allusion.view.options.LAYOUTS`. None means "focus" for an entity,
                "focus" or "network" for a result, and "path" for paths.
            to: Name of the other end of a path.
            hops: For an entity: maximum distance from it, 1 or 2.
            kinds: Show only these families, kinds of edges or kinds of entities.
            scene: For layout "scene": show only scenes with this text in their name.
            language: Language tags of names, in order of preference.
            theme: "light", "dark" or "auto".
            title: Heading of the picture; None means a heading from the content.
            max_neighbors: For layout "focus": maximum number of neighbors on each side.
            max_entities: Maximum number of entities in the page, nearest first; up to 20,000.

        Raises:
            UnknownName: If there is no entity of that name; `AmbiguousName` if several.
            ParameterError: If an option is not allowed, or nothing in the result can be
                drawn.
        """
        from .network.paths.results import Paths
        from .view.options import PictureOptions, current_layout
        from .view.picture_factory import picture_of_entity, picture_of_paths, picture_of_result

        layout = current_layout(layout)
        is_path = layout == "path" or to is not None or isinstance(name, Paths)
        options = PictureOptions(
            "path" if is_path else layout or "focus", hops, as_tuple(kinds), scene,
            as_tuple(language), theme, title, max_neighbors, max_entities,
        )  # fmt: skip
        if isinstance(name, Result | TripleResult) and not is_path:
            return picture_of_result(name, self._network, options, star=layout is None)
        if isinstance(name, str) and not is_path:
            focus = self._find(name)
            return picture_of_entity(focus, self.neighborhood, lambda: self._network, options)
        if not isinstance(name, Paths):
            if layout not in (None, "path") or to is None or not isinstance(name, str):
                raise ParameterError("a path needs two entities: name one, and the other as to=")
            name = self.path(name, to, via=options.kinds)
        return picture_of_paths(name, self._network, options)
