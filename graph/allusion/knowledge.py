"""The knowledge graph as Python sees it: ``kg = allusion.open()``."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .dressing import linked, relabelled
from .errors import ParameterError, QueryRefused, QueryStopped, StoreError, UnknownName
from .formats import ask_json
from .limits import DEFAULTS, Limits
from .names import Names
from .picture import Picture
from .queries import Catalogue
from .resources import Resources, locate
from .results import Result, RowStream, TripleResult, collect
from .store.answer import Answer, Rows
from .store.choice import DISK, is_loaded, open_store
from .store.oxigraph import OxigraphStore
from .version import __version__
from .vocabulary import ENTITY_REGISTERS, WIKIDATA_ENTITY

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from .asking import Asking
    from .card import Card
    from .chains import Chains
    from .searching import Match
    from .stats import Stats
    from .store.worker import WorkerStore


def open_graph(data: str | Path | None = None, *, store: str = DISK) -> KnowledgeGraph:
    """Open the knowledge graph; it is built first where it is not yet, or has changed.

    ``data`` is a folder with ``entities/`` and ``sources/`` to use instead of the
    facts that ship with the package. ``store`` is what answers: "disk" (what was built),
    "memory" (a copy of it), a folder that `allusion.loading.load` made, or the address of
    a SPARQL 1.1 endpoint; of an endpoint, names and the list of queries stay local, and a
    warning tells where it holds other data.
    Exported as ``allusion.open``.

    :raises DataError: if the curated files have faults.
    :raises StoreError: if the store cannot be made or read.
    :raises ParameterError: if ``store`` is none of these, or has a login in it.
    :raises NetworkError: if an endpoint does not answer as it should.

    >>> kg = open_graph()
    >>> kg["重慶森林"].entity.label()
    'Chungking Express'
    """
    graph = open_built(locate(Path(data) if data is not None else None), store=store)
    if remark := graph.differs():
        warnings.warn(remark, stacklevel=2)
    return graph


def open_built(
    resources: Resources, report: Callable[[str], None] = lambda _: None, *, store: str = DISK
) -> KnowledgeGraph:
    """The graph of these inputs; a store that is missing or damaged is made anew.

    ``report`` is told in words when that happens. ``store`` is as in `open_graph`.
    """
    if is_loaded(store):
        return KnowledgeGraph(Path(store), resources)
    if not resources.is_built:
        from .build import build

        report("building the graph (first use, or the facts have changed) ...")
        build(resources)
    try:
        graph = KnowledgeGraph(resources.store, resources, store)
        with contextlib.suppress(OSError):  # so that a build knows which stores are in use
            (resources.store / "manifest.json").touch()
        return graph
    except StoreError as error:
        from .build import build

        report(f"{error}; building it again ...".replace("; run: allusion build --force", ""))
        build(resources, force=True)
        return KnowledgeGraph(resources.store, resources, store)


class KnowledgeGraph:
    """A built graph: canned queries, SPARQL, names, cards, networkx, rdflib, pictures."""

    def __init__(self, folder: Path, resources: Resources, store: str = DISK) -> None:
        self.resources = resources
        self.store = open_store(store, folder / "store")
        self._folder = folder
        self._workers: dict[frozenset[str], WorkerStore] = {}

    @property
    def is_embedded(self) -> bool:
        """Whether the store is in this process, and no endpoint."""
        return isinstance(self.store, OxigraphStore)

    def differs(self) -> str:
        """Why the store may answer otherwise than the local data would; "" where it does not.

        :raises NetworkError: if an endpoint does not answer as it should.
        """
        if self.is_embedded:
            return ""
        from .build import whole_of
        from .contents import difference

        return difference(self.store, whole_of(self._folder))

    @cached_property
    def names(self) -> Names:
        """The index of names, in every script."""
        return Names(self._folder / "names.sqlite")

    @cached_property
    def queries(self) -> Catalogue:
        """The canned queries."""
        try:
            text = (self._folder / "catalogue.json").read_text(encoding="utf-8")
            return Catalogue.from_json(text)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"the catalogue of queries is damaged ({error!r}); run: allusion build --force"
            ) from error

    @cached_property
    def ask(self) -> Asking:
        """The canned queries as functions: ``kg.ask.who_refers_to("Momoe Yamaguchi")``."""
        from .asking import Asking

        return Asking(self)

    def query_text(self, name: str, /, **parameters: object) -> str:
        """The SPARQL of a canned query with these parameters bound, ready to paste elsewhere.

        :raises UnknownName: if there is no such query, or a name stands for nothing.
        :raises ParameterError: if a parameter is unknown or of the wrong form.
        """
        query = self.queries.get(name)
        return query.bind(query.parse(parameters, self._named))

    def _named(self, name: str, registers: Sequence[str]) -> str:
        """What a name in a parameter stands for: an entity, or its item where that is wanted."""
        if registers[0] != "item":
            return self.names.resolve(name, registers)
        iri = self.names.resolve(name, registers[1:])
        items = [link for link in self.names.links(iri) if link.confidence is not None]
        if not items:
            raise UnknownName(
                f"{name} is not linked to a Wikidata item yet; give one (Q...), or see which are "
                "linked: allusion query wikidata-links"
            )
        return WIKIDATA_ENTITY + items[0].identifier

    def query(
        self,
        name: str,
        /,
        *,
        language: str = "en",
        links: bool = False,
        allow_service: Collection[str] = (),
        **parameters: object,
    ) -> Result:
        """The answer to a canned query.

        ``language`` chooses the labels in the answer where the graph has them.
        ``links`` adds, for each column that has a label beside it, where it leads.
        ``allow_service`` names the hosts that a federated query may ask.

        :raises UnknownName: if there is no such query, or a name stands for nothing.
        :raises ParameterError: if a parameter is unknown or of the wrong form.
        :raises QueryRefused: if the query asks a host that is not allowed.

        >>> kg = open_graph()
        >>> "Tomokazu Miura" in kg.query("what-it-refers-to", work="重慶森林").column("targetLabel")
        True
        """
        answer = self.canned(name, self.query_text(name, **parameters), allow_service)
        if not isinstance(answer, Result):
            raise ParameterError(f"{name} is not a SELECT query; use kg.sparql(kg.query_text(...))")
        return self.dress(answer, language=language, links=links)

    def canned(
        self, name: str, text: str, allow_service: Collection[str] = ()
    ) -> Result | TripleResult | bool:
        """The answer to the bound ``text`` of a canned query, asked of others where it does so.

        :raises QueryRefused: if it asks a host that is not allowed.
        """
        asks = self.queries.get(name).asks
        if not asks:
            return self.answer(text)
        if closed := sorted(set(asks) - {host.lower() for host in allow_service}):
            hosts = " ".join(f"--allow-service {host}" for host in closed)
            raise QueryRefused(
                f"{name} asks {', '.join(closed)} too, over the network; to let it: {hosts} "
                "(Python: allow_service=[...])"
            )
        return self.sparql(text, allow_service=allow_service)

    def answer(self, query: str) -> Result | TripleResult | bool:
        """The answer to SPARQL of the project's own, found in this process and without limits.

        It is what canned queries are answered by; for any other there is `sparql`.

        :raises QueryRefused: if it is an update or asks another server.
        :raises QueryError: if it is not valid SPARQL.
        """
        return collect(self.store.query(query))

    def answer_json(self, query: str) -> str:
        """As `answer`, in SPARQL 1.1 JSON, written by the engine itself where it is embedded.

        :raises ParameterError: if it is neither SELECT nor ASK.
        """
        found = self.store.query(query)
        if isinstance(found, bool):
            return ask_json(found)
        if not isinstance(found, Rows):
            raise ParameterError("only SELECT and ASK have SPARQL JSON; use kg.sparql(...)")
        if found.json is not None:
            return found.json()
        return "".join(RowStream(found.columns, iter(found)).pieces("sparql-json"))

    def sparql(
        self,
        query: str,
        *,
        partial: bool = False,
        allow_service: Collection[str] = (),
        **limits: float | None,
    ) -> Result | TripleResult | bool:
        """The answer to any SPARQL query; the project's prefixes need not be written.

        It is found in a process of its own, within `allusion.limits.Limits`, each of which may
        be given here by its name: ``timeout=60``, ``max_rows=100``, ``max_memory=2**31``.
        ``partial`` gives what had been found when a limit was reached (``complete`` is then
        False) instead of raising. ``allow_service`` are hosts that SERVICE may ask. An
        endpoint answers as itself: time, rows and bytes are limited here, the rest there.

        :raises QueryRefused: if it is an update or asks a server that is not allowed.
        :raises QueryError: if it is not valid SPARQL.
        :raises QueryStopped: if it wants more than a limit allows; its ``partial`` is what
            had been found.
        :raises QueryCrashed: if the engine does not survive it; this process does.
        :raises NetworkError: if an allowed server does not answer as it should.
        :raises ParameterError: if a limit or a host is no good.

        >>> open_graph().sparql("ASK { film:chungking-express a al:Film }", timeout=5)
        True
        """
        try:
            return collect(self._limited(query, allow_service, limits))
        except QueryStopped as stop:
            if partial and isinstance(stop.partial, Result | TripleResult):
                return stop.partial
            raise

    def stream(
        self, query: str, *, allow_service: Collection[str] = (), **limits: float | None
    ) -> RowStream | TripleResult | bool:
        """As `sparql`, but the rows of a SELECT come while the engine looks for more.

        What `sparql` raises may then be raised while they are read.
        """
        answer = self._limited(query, allow_service, limits)
        if isinstance(answer, Rows):
            return RowStream(answer.columns, iter(answer))
        found = collect(answer)
        assert not isinstance(found, Result)
        return found

    def rows(
        self, query: str, *, allow_service: Collection[str] = (), **limits: float | None
    ) -> RowStream:
        """The rows of a SELECT as they are found, the first before the last is known.

        :raises ParameterError: if it is another kind of query; and see `stream`.

        >>> next(iter(open_graph().rows("SELECT * { VALUES (?film ?year) { (film:2046 2004) } }")))
        {'film': 'https://w3id.org/allusion/film/2046', 'year': 2004}
        """
        answer = self.stream(query, allow_service=allow_service, **limits)
        if not isinstance(answer, RowStream):
            raise ParameterError("only SELECT has rows; use kg.sparql(...)")
        return answer

    def _limited(
        self, query: str, allow_service: Collection[str], limits: Mapping[str, float | None]
    ) -> Answer:
        allowed = DEFAULTS.but(**limits)
        if self.is_embedded:
            return self.workers(allow_service).query(query, allowed)
        return self._within(query, allowed, allow_service)

    def _within(self, query: str, limits: Limits, allow_service: Collection[str]) -> Answer:
        from .store.remote import RemoteStore

        if allow_service:
            raise ParameterError("which hosts SERVICE may ask is for the endpoint to say, not here")
        if not isinstance(self.store, RemoteStore):
            raise TypeError(f"{type(self.store).__name__} is neither embedded nor an endpoint")
        return self.store.query_within(query, limits)

    def remarks(self, query: str, answer: Result | TripleResult | bool) -> list[str]:
        """What may be amiss in a query that found little: variables and names misspelt.

        >>> kg = open_graph()
        >>> query = "ASK { ?work al:refersto person:tomokazu-miura }"
        >>> kg.remarks(query, kg.sparql(query))
        ['al:refersto stands nowhere in the graph; did you mean al:refersTo?']
        """
        from .remarks import remarks

        return remarks(query, answer, self.store)

    def workers(self, allow_service: Collection[str] = ()) -> WorkerStore:
        """The processes that answer `sparql`, kept warm; one kind for each set of hosts."""
        from .store.worker import WorkerStore

        hosts = frozenset(allow_service)
        if hosts not in self._workers:
            from .federation import check_host

            services = sorted(map(check_host, hosts))
            self._workers[hosts] = WorkerStore(self._folder / "store", services=services)
        return self._workers[hosts]

    def dress(self, result: Result, *, language: str = "en", links: bool = False) -> Result:
        """The result with labels in ``language`` where there are any, and with links out."""
        if language.lower() != "en":
            result = relabelled(result, self.names, language)
        return linked(result, self.names) if links else result

    def resolve(self, name: str) -> str:
        """The IRI of the one entity of that name: an IRI, CURIE, slug or label in any script.

        :raises UnknownName: if there is none; `AmbiguousName` if there are several.
        """
        return self.names.resolve(name)

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
        from .stats import measure

        return measure(self.queries, self._rows)

    def _rows(self, sparql: str) -> Result:
        answer = self.answer(sparql)
        if not isinstance(answer, Result):
            raise ParameterError("not a SELECT query; use kg.sparql(...)")
        return answer

    def __getitem__(self, name: str) -> Card:
        """The card of an entity; raises `UnknownName`, which is a LookupError."""
        from .card import make_card

        return make_card(self.network(), self.resolve(name))

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
        from .copying import embedded

        return embedded(self.store)

    def network(self) -> nx.MultiDiGraph[str]:
        """Entities and what joins them, as networkx has it; see `allusion.network`."""
        return self._network

    @cached_property
    def _network(self) -> nx.MultiDiGraph[str]:
        import networkx as nx

        from .network import project
        from .reading import read_edges, read_entities, read_scenes, read_utterances

        network = project(read_entities(self.store, self.names.links), read_edges(self.store))
        network.graph.update(
            scenes=tuple(read_scenes(self.store)),
            utterances=tuple(read_utterances(self.store)),
            version=__version__,
        )
        nx.freeze(network)  # shared by every card and picture
        return network

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
        from .chains import Rules, find_chains

        ends = self.resolve(one), self.resolve(other)
        kinds = _several(via)
        rules = Rules(kinds, credits, hubs, max_hops)
        return find_chains(self.network(), *ends, rules, every=every, limit=limit)

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
        from .ranking import rank

        return rank(self.network(), measure, _several(kind), _several(via), limit)

    def view(self, name: str = "film:chungking-express", **options: Any) -> Picture:
        """The picture of an entity; a notebook shows it as SVG.

        :raises UnknownName: if there is no entity of that name.
        """
        return Picture(self.network, self.resolve(name), options)


def _several(names: str | Sequence[str]) -> tuple[str, ...]:
    """One name or several, as several."""
    return (names,) if isinstance(names, str) else tuple(names)
