"""The knowledge graph as Python sees it: ``kg = allusion.open()``."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ._query_api import Querying
from .core.errors import DataError, ParameterError, StoreError, UnknownName
from .core.resources import Resources, locate
from .core.terminal import visible
from .core.terms import expand, shorten
from .core.vocabulary import ENTITY_REGISTERS
from .query.results import Result, TripleResult, Viewer
from .store.factory import DISK, MEMORY, is_loaded
from .store.manifest import read_manifest, remedy
from .store.oxigraph import OxigraphStore

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from .network.card import Card
    from .network.neighborhood import StoreNeighborhood
    from .network.paths import Paths
    from .network.statistics import Stats
    from .search.matching import Match
    from .view.options import Layout, PictureOptions, Theme
    from .view.picture import Picture

#: Entities that a page holds by default, as in `allusion.view.PictureOptions`.
DEFAULT_MAX_ENTITIES: Final = 5000


def open_graph(
    data: str | Path | None = None, *, store: str = DISK, with_wikidata: bool = False
) -> KnowledgeGraph:
    """Open the knowledge graph; it is built first where it is not yet, or has changed.

    ``data`` is a folder with ``entities/`` and ``sources/`` to use instead of the
    facts that ship with the package. ``store`` is what answers: "disk" (what was built),
    "memory" (a copy of it), a folder that `allusion.loading.load` made, or the address of
    a SPARQL 1.1 endpoint; of an endpoint, names and the list of queries stay local, and a
    warning tells where it holds other data. ``with_wikidata`` adds what ``allusion wikidata
    pull`` has read, as one more source, in a store of its own.
    Exported as ``allusion.open``.

    :raises DataError: if the curated files have faults.
    :raises StoreError: if the store cannot be made or read.
    :raises ParameterError: if ``store`` is none of these, or has a login in it.
    :raises NetworkError: if an endpoint does not answer as it should.
    :raises MissingResource: if ``with_wikidata`` is asked for and nothing was pulled.

    >>> kg = open_graph()
    >>> kg["重慶森林"].entity.label()
    'Chungking Express'
    """
    resources = locate(Path(data) if data is not None else None)
    if with_wikidata:
        resources = beside_wikidata(resources, store)
    graph = open_built(resources, store=store)
    if remark := graph.differs():
        warnings.warn(visible(remark), stacklevel=2)
    return graph


def beside_wikidata(
    resources: Resources, store: str = DISK, report: Callable[[str], None] = lambda _: None
) -> Resources:
    """These inputs and what was pulled from Wikidata; ``store`` must be built from them.

    :raises ParameterError: if ``store`` holds data of its own.
    :raises MissingResource: if nothing was pulled.
    """
    from .wikidata.pull.snapshot import with_snapshot

    if store not in (DISK, MEMORY):
        from .store.http.credentials import without_login

        raise ParameterError(
            f"{without_login(store)!r} holds data of its own, which is not mixed with Wikidata's; "
            "leave out --with wikidata (in Python with_wikidata=True), or --store"
        )
    return with_snapshot(resources, report)


def open_built(
    resources: Resources, report: Callable[[str], None] = lambda _: None, *, store: str = DISK
) -> KnowledgeGraph:
    """The graph of these inputs; a store that is missing or damaged is made anew.

    ``report`` is told in words when that happens. ``store`` is as in `open_graph`. Where the
    facts have faults, the store that was last built of them answers; ``differs`` says so.

    :raises DataError: if the facts have faults, and no store was built before.
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
        with contextlib.suppress(OSError):  # so that a build knows which stores are in use
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
    """A built graph: canned queries, SPARQL, names, cards, networkx, rdflib, pictures."""

    @property
    def _viewer(self) -> Viewer:  # type: ignore[override]
        return self.view

    def search(self, text: str, limit: int = 20, *, kind: str | Sequence[str] = ()) -> list[Match]:
        """Entities by any of their names, in any script and spelling, best match first.

        ``kind`` keeps those of one register ("film", "person", ...) or of several.
        Each `Match` says which name matched, in which language, and how.

        :raises ParameterError: if there is no such kind.

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
        """The graph in figures: entities, connections, sources, each as a table.

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
        """The card of an entity; raises `UnknownName`, which is a LookupError."""
        from .network.card import build_card

        iri = self._node(name)
        near = self.neighborhood
        network = near.subgraph([iri], boundary=True, involved=True) if near else self._network
        return build_card(network, iri)

    def _node(self, name: str) -> str:
        """The node of the network that has this name, known without reading all of a large one.

        :raises UnknownName: if it has a name and no card; `AmbiguousName` if several have it.
        """
        # An index of names has nothing of what has no name, in a store of somebody's own.
        near = self.neighborhood
        nodes = self._network if near is None else near
        iri = expand(name) or name
        iri = iri if iri in nodes else self.resolve(name)
        if iri not in nodes:
            store = f" --store {self.names.store}" if self.names.store else ""
            raise UnknownName(
                f"{shorten(iri)} has a name here, but no named graph says what it is (a al:Film, "
                "for one), so there is no card of it; see what is said: "
                f"allusion sparql 'DESCRIBE <{iri}>'{store}"
            )
        return iri

    def __contains__(self, name: object) -> bool:
        try:
            self.resolve(str(name))
        except LookupError:
            return False
        return True

    @cached_property
    def dataset(self) -> rdflib.Dataset:
        """The same quads as an rdflib Dataset, read-only; its default graph is the merge."""
        return self.embedded.dataset()

    @cached_property
    def embedded(self) -> OxigraphStore:
        """The store itself, or where it is an endpoint, a copy in memory of all that it holds."""
        from .store.copy import embedded

        return embedded(self.store)

    def network(self, *, records: bool = False) -> nx.MultiDiGraph[str]:
        """Return entities and what joins them as a networkx graph, frozen.

        Args:
            records: Whether a node has its `Entity` in the attribute ``entity`` and an edge
                its `Edge` in ``edge``. Otherwise all attributes are text, numbers and truth
                values, and GraphML and GEXF can hold them.

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
        """Reads the surroundings of one entity from a large embedded store.

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
            via: Use only these kinds or families of edges.
            credits: False uses only the four families of connection.
            hubs: Pass through places, organizations, languages and awards by credits and
                parts too, see `allusion.network.paths`.
            max_hops: Maximum number of hops.
            all_shortest: Return all shortest paths, not only the best one.
            limit: Maximum number of paths with ``all_shortest``.

        Returns:
            The paths; if there is none, ``hint`` names rules that give one.

        Raises:
            UnknownName: If there is no entity of that name; `AmbiguousName` if several.
            ParameterError: If both names mean one entity, or ``via`` names an unknown kind.

        >>> paths = open_graph().path("Momoe Yamaguchi", "film:manhattan")
        >>> [entity.label() for entity in paths.paths[0].entities]
        ['Momoe Yamaguchi', 'Chungking Express', 'Manhattan']
        """
        from .network.paths import PathRules, find_paths

        ends = self._node(start), self._node(end)
        rules = PathRules(_several(via), credits, hubs, max_hops)
        return find_paths(self._network, *ends, rules, all_shortest=all_shortest, limit=limit)

    def rank(
        self,
        measure: str,
        *,
        kind: str | Sequence[str] = (),
        via: str | Sequence[str] = (),
        limit: int = 20,
    ) -> Result:
        """Rank entities or sources.

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

        return rank(self._network, measure, _several(kind), _several(via), limit)

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
        """Return the picture of an entity, of a query result, or of paths.

        The other options are those of `allusion.view.PictureOptions`.

        Args:
            name: Name of an entity, result of a query, or result of `path`.
            layout: One of `allusion.view.LAYOUTS`; None means "focus", for a result "focus"
                or "network", for paths "chain".
            to: Name of the other end of a path.
            hops: For an entity: distance from it, 1 or 2.
            kinds: Families, kinds of edges or kinds of entities to show.
            scene: For layout "scene": only scenes with this text in their name.
            language: Language tags of names, in order of preference.
            theme: "light", "dark" or "auto".
            title: Heading.
            max_neighbors: For layout "focus": neighbors drawn on each side.
            max_entities: Entities that the page holds, nearest to the entity; at most 20,000.

        Raises:
            UnknownName: If there is no entity of that name.
            ParameterError: If an option is not allowed, or the result holds nothing that
                can be drawn.

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
        filter_by_kind(network, options.kinds)  # refuses unknown kinds now, not in the drawing
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
    """One name or several, as several."""
    return (names,) if isinstance(names, str) else tuple(names)
