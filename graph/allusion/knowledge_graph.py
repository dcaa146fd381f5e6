"""The knowledge graph as Python sees it: ``kg = allusion.open()``."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ._query_api import Querying
from .core.errors import DataError, ParameterError, StoreError, UnknownName
from .core.resources import Resources, locate
from .core.terms import expand, shorten
from .core.vocabulary import ENTITY_REGISTERS
from .query.results import Result, TripleResult, Viewer
from .store.factory import DISK, MEMORY, is_loaded
from .store.oxigraph import OxigraphStore

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from .network.card import Card
    from .network.neighborhood import Nearby
    from .network.paths import Chains
    from .network.statistics import Stats
    from .search.matching import Match
    from .view import Layout, Theme
    from .view.picture import Picture

#: So many entities a page holds where nobody asks for more.
USUAL_MOST: Final = 5000


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
        warnings.warn(remark, stacklevel=2)
    return graph


def beside_wikidata(
    resources: Resources, store: str = DISK, report: Callable[[str], None] = lambda _: None
) -> Resources:
    """These inputs and what was pulled from Wikidata; ``store`` must be built from them.

    :raises ParameterError: if ``store`` holds data of its own.
    :raises MissingResource: if nothing was pulled.
    """
    from .wikidata.pull.snapshot import with_pulled

    if store not in (DISK, MEMORY):
        from .store.http.credentials import without_login

        raise ParameterError(
            f"{without_login(store)!r} holds data of its own, which is not mixed with Wikidata's; "
            "leave out --with wikidata (in Python with_wikidata=True), or --store"
        )
    return with_pulled(resources, report)


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

        report(f"{error}; building it again ...".replace("; run: allusion build --force", ""))
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
        from .network.statistics import measure

        return measure(self.queries, self._rows)

    def _rows(self, sparql: str) -> Result:
        answer = self.answer(sparql)
        if not isinstance(answer, Result):
            raise ParameterError("not a SELECT query; use kg.sparql(...)")
        return answer

    def __getitem__(self, name: str) -> Card:
        """The card of an entity; raises `UnknownName`, which is a LookupError."""
        from .network.card import make_card

        iri = self._node(name)
        near = self.nearby
        network = near.network([iri], beyond=True, involved=True) if near else self._network
        return make_card(network, iri)

    def _node(self, name: str) -> str:
        """The node of the network that has this name, known without reading all of a large one.

        :raises UnknownName: if it has a name and no card; `AmbiguousName` if several have it.
        """
        # An index of names has nothing of what has no name, in a store of somebody's own.
        near = self.nearby
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
        """The same quads as an rdflib Dataset, read-only; its default graph is the union."""
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

        return nx.freeze(plain_network(self._network))

    @cached_property
    def _network(self) -> nx.MultiDiGraph[str]:
        from .network.graph import read_network

        return read_network(self.store, self.names.links)

    @property
    def nearby(self) -> Nearby | None:
        """What reads of a large store only what is near one entity; None where all is at hand.

        That is where the store is small, where `network` was asked for, and of an endpoint.
        """
        if "_network" in self.__dict__:
            return None
        return self._nearby

    @cached_property
    def _nearby(self) -> Nearby | None:
        from .build.pipeline import read_manifest
        from .network.neighborhood import LARGE, Nearby

        if not isinstance(self.store, OxigraphStore) or read_manifest(self._folder).quads < LARGE:
            return None
        return Nearby(self.store, self.names.links)

    def path(
        self,
        one: str,
        other: str,
        *,
        via: str | Sequence[str] = (),
        credits: bool = True,  # noqa: A002 (the option of the command line is --no-credits)
        hubs: bool = False,
        max_hops: int = 6,
        every: bool = False,
        limit: int = 20,
    ) -> Chains:
        """The shortest chain from one entity to another, each hop with who says so.

        ``via`` keeps to kinds or families of edges, ``credits`` False to the four families
        of connection; ``hubs`` True passes through places, organisations, languages and
        awards by credits and parts too (see `allusion.chains`). ``every`` gives all chains
        of that length, up to ``limit``. Where there is none, ``hint`` says what would help.

        :raises UnknownName: if a name stands for nothing; `AmbiguousName` if for several.
        :raises ParameterError: if both names mean one entity, or ``via`` names no kind.

        >>> chains = open_graph().path("Momoe Yamaguchi", "film:manhattan")
        >>> [entity.label() for entity in chains.chains[0].entities]
        ['Momoe Yamaguchi', 'Chungking Express', 'Manhattan']
        """
        from .network.paths import Rules, find_chains

        ends = self._node(one), self._node(other)
        kinds = _several(via)
        rules = Rules(kinds, credits, hubs, max_hops)
        return find_chains(self._network, *ends, rules, every=every, limit=limit)

    def rank(
        self,
        measure: str,
        *,
        kind: str | Sequence[str] = (),
        via: str | Sequence[str] = (),
        limit: int = 20,
    ) -> Result:
        """Entities or sources by one of the measures of `allusion.ranking`.

        "referred", "bridges", "communities" or "sources"; ``kind`` keeps those of one
        register or of several, ``via`` looks at some families of connection alone.

        :raises ParameterError: if there is no such measure, kind or family.

        >>> open_graph().rank("bridges", limit=1).column("entityLabel")
        ['Chungking Express']
        """
        from .network.centrality import rank

        return rank(self._network, measure, _several(kind), _several(via), limit)

    def view(
        self,
        name: str | Result | TripleResult | Chains = "film:chungking-express",
        *,
        layout: Layout | None = None,
        to: str | None = None,
        hops: int | None = None,
        kinds: str | Sequence[str] = (),
        scene: str = "",
        language: str | Sequence[str] = "en",
        theme: Theme = "light",
        title: str | None = None,
        max_neighbours: int = 18,
        most: int = USUAL_MOST,
    ) -> Picture:
        """The picture of an entity, of an answer, or of what `path` found; a notebook shows SVG.

        ``layout`` is one of `allusion.view.LAYOUTS` ("focus" where nothing else is said),
        ``kinds`` names families, kinds of edge or kinds of entity, ``scene`` one scene of a
        film for the layout "scene", ``to`` the other end of a chain. ``language`` may be several,
        first choice first. Of a graph with more than ``most`` entities (20,000 at the very most)
        the picture holds the nearest to the one it is of.

        :raises UnknownName: if there is no entity of that name.
        :raises ParameterError: if an option is none that is known, or the answer has nothing
            in it that can be drawn.

        >>> picture = open_graph().view("Chungking Express", layout="timeline", hops=2)
        >>> picture.svg().startswith("<svg")
        True
        """
        from .network.paths import Chains
        from .view.picture import ChainPicture, Picture
        from .view.selection import check_languages, check_options, narrowed, nearest
        from .view.subgraph import surroundings

        languages = (language,) if isinstance(language, str) else tuple(language)
        wanted = (kinds,) if isinstance(kinds, str) else tuple(kinds)
        chain = layout == "chain" or to is not None
        check_options("focus" if chain else layout or "focus", hops, theme, scene)
        focus, held = "", None
        if isinstance(name, str) and not chain:
            focus = self._node(name)
        if focus and (near := self.nearby):
            network, held = surroundings(
                near, focus, layout or "focus", hops, most, wanted, languages
            )
        else:
            network = self._network
        check_languages(network, languages)
        if chain and not isinstance(name, Chains):
            if layout not in (None, "chain") or to is None or not isinstance(name, str):
                raise ParameterError("a chain has two ends: an entity, and another as to= (--to)")
            name = self.path(name, to, via=wanted)
        if isinstance(name, Chains):
            passed = {entity.iri for one in name for entity in one.entities}
            return ChainPicture(
                nearest(network, name.one.iri, most, {name.other.iri, *passed}),
                name.one.iri, "chain", hops, name.rules.via, scene, languages,
                theme, title, max_neighbours, chains=name,
            )  # fmt: skip
        if isinstance(name, str):
            narrowed(network, wanted)
            return Picture(
                network if held else nearest(network, focus, most), focus, layout or "focus",
                hops, wanted, scene, languages, theme, title, max_neighbours, held,
            )  # fmt: skip
        from .view.result_picture import picture_of

        if hops is not None or scene:
            raise ParameterError("an answer is drawn as it is; hops and scene are for an entity")
        return picture_of(name, network, layout, wanted, languages, theme, title)


def _several(names: str | Sequence[str]) -> tuple[str, ...]:
    """One name or several, as several."""
    return (names,) if isinstance(names, str) else tuple(names)
