"""The knowledge graph: ``kg = allusion.open()``."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ._query_api import Querying
from .core.errors import DataError, ParameterError, StoreError
from .core.resources import Resources, locate
from .core.terminal import visible
from .core.vocabulary import ENTITY_REGISTERS
from .query.results import Result, TripleResult, Viewer
from .store.factory import DISK, MEMORY, is_loaded
from .store.manifest import read_manifest, remedy
from .store.oxigraph import OxigraphStore

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from .network.card import Card
    from .network.indexed_search import IndexedSearch
    from .network.neighborhood import StoreNeighborhood
    from .network.paths import Paths
    from .network.statistics import Stats
    from .search.matching import Match
    from .view.options import Layout, PictureOptions, Theme
    from .view.picture import Picture

#: Default number of entities on a page, as in `allusion.view.options.PictureOptions`.
DEFAULT_MAX_ENTITIES: Final = 5000


def open_graph(
    data: str | Path | None = None,
    *,
    store: str = DISK,
    with_wikidata: bool = False,
    collections: Sequence[str | Path] = (),
) -> KnowledgeGraph:
    """Open the knowledge graph; build it if it is missing or outdated.

    Exported as ``allusion.open``.

    Args:
        data: Folder with ``entities/`` and ``sources/`` to use in place of the data that
            ship with the package; None means the shipped data.
        store: "disk" (the built store), "memory" (a copy of it), a folder made by
            ``allusion load``, or the address of a SPARQL 1.1 endpoint. With an endpoint,
            names and canned queries are still read locally, and a warning reports if the
            endpoint holds other data.
        with_wikidata: Add the snapshot made by ``allusion wikidata pull`` as one more
            source. This builds a separate store.
        collections: Folders of collections (``allusion new``) to layer over the data. This
            builds a separate store.

    Raises:
        DataError: If the data files have faults, and no store was built before.
        StoreError: If the store cannot be made or read.
        ParameterError: If ``store`` is none of these, contains a login, or holds its own
            data and something is to be layered over it.
        NetworkError: If an endpoint fails or returns an invalid response.
        MissingResource: If ``with_wikidata`` is set and there is no snapshot.
        UnknownName: If one of ``collections`` is not a collection.

    >>> kg = open_graph()
    >>> kg["重慶森林"].entity.label()
    'Chungking Express'
    """
    resources = locate(Path(data) if data is not None else None)
    if collections or with_wikidata:
        from .authoring.layers import layered

        resources = layered(resources, collections, store=store, with_wikidata=with_wikidata)
    graph = open_or_build(resources, store=store)
    if remark := graph.differs():
        warnings.warn(visible(remark), stacklevel=2)
    return graph


def open_or_build(
    resources: Resources, report: Callable[[str], None] = lambda _: None, *, store: str = DISK
) -> KnowledgeGraph:
    """Open the graph of these inputs; build a missing or damaged store.

    If the data files have faults, this opens the last store built from them. The
    attribute ``outdated`` of the graph then holds the first fault.

    Args:
        resources: Input files of the graph.
        report: Called with a message before a build.
        store: As in `open_graph`.

    Raises:
        DataError: If the data files have faults, and no store was built before.
        StoreError: If the store cannot be made or read.
        ParameterError: If ``store`` is none of the stores of `open_graph`.
    """
    if is_loaded(store):
        return KnowledgeGraph(Path(store), resources)
    outdated = ""
    if not resources.is_built:
        from .build.pipeline import build

        report("building the graph (first use, or the facts have changed) ...")
        try:
            build(resources)
        except DataError as error:
            last = resources.last_built
            if last is None or store == MEMORY:
                raise
            resources, outdated = last, _outdated(error)
    try:
        graph = KnowledgeGraph(resources.store, resources, store)
        graph.outdated = outdated
        with contextlib.suppress(OSError):  # a later build removes stores that are not in use
            (resources.store / "manifest.json").touch()
        return graph
    except StoreError as error:
        from .build.pipeline import build

        report(f"{error}; building it again ...".replace(f"; {remedy(resources.store)}", ""))
        build(resources, force=True)
        return KnowledgeGraph(resources.store, resources, store)


def _outdated(error: DataError) -> str:
    count = len(error.faults)
    more = f"; and {count - 1:,} more" if count > 1 else ""
    return (
        "the facts have faults, so the store that was last built of them answers:\n"
        f"{error.faults[0]}{more}\nevery fault: allusion check"
    )


class KnowledgeGraph(Querying):
    """A built graph: queries, names, entity cards, networks and pictures.

    Create it with `allusion.open`. ``kg["Chungking Express"]`` returns the `Card` of an entity;
    ``"Chungking Express" in kg`` tests whether exactly one entity has this name.
    """

    @property
    def _viewer(self) -> Viewer:  # type: ignore[override]
        return self.view

    def search(self, text: str, limit: int = 20, *, kind: str | Sequence[str] = ()) -> list[Match]:
        """Search entities by name, in any script and spelling.

        Args:
            text: A name or a part of it.
            limit: Maximum number of matches.
            kind: Return only entities of these kinds ("film", "person", ...).

        Returns:
            The matches, best first. Each `Match` has the name that matched, its language, and
            the kind of match.

        Raises:
            ParameterError: If there is no such kind.

        >>> [(m.label, m.matched.text, m.how) for m in open_graph().search("Ho Chih-wu", 1)]
        [('Cop 223', 'He Zhiwu', 'spelling')]
        """
        kinds = _several(kind)
        for name in kinds:
            if name not in ENTITY_REGISTERS:
                raise ParameterError(
                    f"there is no kind {name!r}; there are: {', '.join(ENTITY_REGISTERS)}"
                )
        return self.names.search(text, limit, kinds or tuple(ENTITY_REGISTERS))

    def stats(self) -> Stats:
        """Return counts of entities, connections and sources, each as a table.

        >>> "film" in open_graph().stats()["entities"].column("kind")
        True
        """
        from .network.statistics import compute_stats

        return compute_stats(self.queries, self._rows)

    def _rows(self, sparql: str) -> Result:
        answer = self.answer(sparql)
        if not isinstance(answer, Result):
            raise ParameterError("not a SELECT query; use kg.sparql(...)")
        return answer

    def __getitem__(self, name: str) -> Card:
        """Return the card of an entity; the same as `card`."""
        return self.card(name)

    def card(self, name: str) -> Card:
        """Return the card of an entity, a scene, an utterance or a relationship.

        Args:
            name: A label or alias in any language, a slug, a prefixed name or an IRI. An entity
                has priority over other nodes of the same name.

        Raises:
            UnknownName: If nothing has that name; `AmbiguousName` if several have it.

        >>> open_graph().card("utterance:kill-tomokazu-miura").entity.type
        'Utterance'
        """
        from .network.card_lookup import read_card

        return read_card(name, self.neighborhood or self._network, self.names)

    def _node(self, name: str) -> str:
        """Return the network node with this name, without reading the whole of a large network.

        Raises:
            UnknownName: If no entity has this name, or the entity has no card;
                `AmbiguousName` if several entities have it.
        """
        from .network.card_lookup import find_entity

        return find_entity(name, self.neighborhood or self._network, self.names)

    def __contains__(self, name: object) -> bool:
        try:
            self.resolve(str(name))
        except LookupError:
            return False
        return True

    @cached_property
    def dataset(self) -> rdflib.Dataset:
        """The graph as a read-only rdflib Dataset.

        The default graph is the union of all named graphs.
        """
        return self.embedded.dataset()

    @cached_property
    def embedded(self) -> OxigraphStore:
        """The store itself; for an endpoint, an in-memory copy of all its quads."""
        from .store.copy import copy_to_memory

        return copy_to_memory(self.store)

    def network(self, *, records: bool = False) -> nx.MultiDiGraph[str]:
        """Return entities and their edges as a frozen networkx graph.

        Args:
            records: If True, each node has its `Entity` in the attribute ``entity``, and each
                edge its `Edge` in ``edge``. If False, all attributes are strings, numbers and
                booleans, so that the graph can be written as GraphML and GEXF.

        >>> import networkx as nx
        >>> text = "".join(nx.generate_graphml(open_graph().network()))
        >>> len(nx.parse_graphml(text)) == len(open_graph().network())
        True
        """
        return self._network if records else self._plain_network

    @cached_property
    def _plain_network(self) -> nx.MultiDiGraph[str]:
        import networkx as nx

        from .network.graph import plain_network

        network: nx.MultiDiGraph[str] = nx.freeze(plain_network(self._network))
        return network

    @cached_property
    def _network(self) -> nx.MultiDiGraph[str]:
        from .network.graph import read_network

        return read_network(self.store, self.names.links)

    @property
    def neighborhood(self) -> StoreNeighborhood | None:
        """Reader for the neighborhood of one entity in a large embedded store.

        None if the store is small or an endpoint, or if `network` was read already.
        """
        if "_network" in self.__dict__:
            return None
        return self._neighborhood

    @cached_property
    def _neighborhood(self) -> StoreNeighborhood | None:
        from .network.neighborhood import LARGE_STORE_QUADS, StoreNeighborhood

        if (
            not isinstance(self.store, OxigraphStore)
            or read_manifest(self._folder).quads < LARGE_STORE_QUADS
        ):
            return None
        return StoreNeighborhood(self.store, self.names.links)

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
                credits and parts, see `allusion.network.paths`.
            max_hops: Maximum number of hops.
            all_shortest: Return all shortest paths, not only the best one.
            limit: Maximum number of paths with ``all_shortest``.

        Returns:
            The paths. If there are none, ``hint`` names options that give one.

        Raises:
            UnknownName: If there is no entity of that name; `AmbiguousName` if several.
            ParameterError: If both names mean one entity, or ``via`` names an unknown kind.

        >>> paths = open_graph().path("Momoe Yamaguchi", "film:manhattan")
        >>> [entity.label() for entity in paths.paths[0].entities]
        ['Momoe Yamaguchi', 'Chungking Express', 'Manhattan']
        """
        from .network.path_rules import PathRules
        from .network.paths import find_paths

        ends = self._node(start), self._node(end)
        rules = PathRules(_several(via), credits, hubs, max_hops)
        searched = self._indexed_search or self._network
        return find_paths(searched, *ends, rules, all_shortest=all_shortest, limit=limit)

    @cached_property
    def _indexed_search(self) -> IndexedSearch | None:
        """Search of paths in a large store; None if the store is small or has no index."""
        if not (neighborhood := self.neighborhood):
            return None
        from .network.indexed_search import IndexedSearch
        from .store.adjacency import Adjacency

        index = Adjacency.open(self._folder)
        return IndexedSearch(index, neighborhood) if index else None

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

        >>> open_graph().rank("bridges", limit=1).column("entityLabel")
        ['Chungking Express']
        """
        from .network.centrality import rank

        search = self._indexed_search if measure != "sources" else None
        ranked = search.connections() if search else self._network
        return rank(ranked, measure, _several(kind), _several(via), limit)

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
        max_entities: int = DEFAULT_MAX_ENTITIES,
    ) -> Picture:
        """Draw an entity, a query result, or paths.

        Args:
            name: Name of an entity, result of a query, or result of `path`.
            layout: One of `allusion.view.options.LAYOUTS`. None means "focus" for an entity,
                "focus" or "network" for a result, and "chain" for paths.
            to: Name of the other end of a path.
            hops: For an entity: maximum distance from it, 1 or 2.
            kinds: Show only these families, kinds of edges or kinds of entities.
            scene: For layout "scene": show only scenes with this text in their name.
            language: Language tags of names, in order of preference.
            theme: "light", "dark" or "auto".
            title: Heading of the picture; None means a heading from the content.
            max_neighbors: For layout "focus": maximum number of neighbors on each side.
            max_entities: Maximum number of entities in the page, nearest first; at most
                20,000.

        Raises:
            UnknownName: If there is no entity of that name; `AmbiguousName` if several.
            ParameterError: If an option is not allowed, or nothing in the result can be
                drawn.

        >>> picture = open_graph().view("Chungking Express", layout="timeline", hops=2)
        >>> picture.svg().startswith("<svg")
        True
        """
        from .network.paths import Paths
        from .view.options import PictureOptions

        is_path = layout == "chain" or to is not None or isinstance(name, Paths)
        options = PictureOptions(
            layout="chain" if is_path else layout or "focus",
            hops=hops,
            kinds=_several(kinds),
            scene=scene,
            languages=_several(language),
            theme=theme,
            title=title,
            max_neighbors=max_neighbors,
            max_entities=max_entities,
        )
        if isinstance(name, Result | TripleResult) and not is_path:
            return self._view_result(name, options, star=layout is None)
        if isinstance(name, str) and not is_path:
            return self._view_entity(self._node(name), options)
        if not isinstance(name, Paths):
            if layout not in (None, "chain") or to is None or not isinstance(name, str):
                raise ParameterError("a path needs two entities: name one, and the other as to=")
            name = self.path(name, to, via=options.kinds)
        return self._view_paths(name, options)

    def _view_entity(self, focus: str, options: PictureOptions) -> Picture:
        from .view.picture import Picture
        from .view.store_subgraph import read_surroundings
        from .view.subgraphs import check_languages, filter_by_kind, nearest_subgraph

        load_page_network = None
        if neighborhood := self.neighborhood:
            network, load_page_network = read_surroundings(neighborhood, focus, options)
        else:
            network = self._network
        check_languages(network, options.languages)
        filter_by_kind(network, options.kinds)  # raises for unknown kinds now, not while drawing
        if load_page_network is None:
            network = nearest_subgraph(network, focus, options.max_entities)
        return Picture(network, focus, options, load_page_network)

    def _view_paths(self, paths: Paths, options: PictureOptions) -> Picture:
        from .view.picture import PathPicture
        from .view.subgraphs import check_languages, nearest_subgraph

        network = self._network
        check_languages(network, options.languages)
        on_paths = {paths.end.iri, *(entity.iri for path in paths for entity in path.entities)}
        start = paths.start.iri
        part = nearest_subgraph(network, start, options.max_entities, on_paths)
        options = replace(options, kinds=paths.rules.via)
        return PathPicture(part, start, options, paths=paths)

    def _view_result(
        self, result: Result | TripleResult, options: PictureOptions, *, star: bool
    ) -> Picture:
        from .view.result_picture import result_picture
        from .view.subgraphs import check_languages

        if options.hops is not None or options.scene:
            raise ParameterError("hops and scene are options for an entity, not for a result")
        network = self._network
        check_languages(network, options.languages)
        return result_picture(result, network, options, star=star)


def _several(names: str | Sequence[str]) -> tuple[str, ...]:
    """Return one name or several names as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)
