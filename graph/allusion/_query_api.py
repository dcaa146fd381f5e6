"""Asking a built graph: by canned queries, by SPARQL within limits, on any store."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .core.errors import (
    AllusionError,
    NetworkError,
    ParameterError,
    QueryRefused,
    QueryStopped,
    QueryWarning,
    StoreError,
)
from .core.resources import Resources, locate
from .core.terminal import visible
from .query.catalog import Catalogue
from .query.localization import linked, relabelled, with_canonical_tags
from .query.results import Result, RowStream, TripleResult, Viewer, collect
from .query.serializers import write_ask
from .sparql.limits import DEFAULTS, Limits
from .store.base import Answer, Row, Rows
from .store.factory import DISK, open_store
from .store.manifest import check_folder, remedy
from .store.oxigraph import ENGINE, OxigraphStore

if TYPE_CHECKING:
    from .core.labels import Link
    from .query.binding import BoundQuery
    from .query.functions import Asking
    from .search.name_index import Names
    from .store.remote import Method, RemoteStore
    from .store.sandbox.store import WorkerStore
    from .wikidata.pull.offline_federation import SnapshotSource


#: Seconds that a query may take which only confirms a note.
_PROBE_S: Final = 5.0


class _Names:
    """The index of names of a graph, opened at the first name."""

    def __init__(self, graph: Querying) -> None:
        self._graph = graph

    def resolve(self, text: str, registers: Sequence[str]) -> str:
        return self._graph.names.resolve(text, registers)

    def links(self, iri: str) -> list[Link]:
        return self._graph.names.links(iri)


class Querying:
    """A built graph as what is asked: names, canned queries, any SPARQL."""

    #: What draws an answer; `allusion.knowledge.KnowledgeGraph` does.
    _viewer: Viewer | None = None

    def __init__(self, folder: Path, resources: Resources, store: str = DISK) -> None:
        self.resources = resources
        manifest = check_folder(folder)
        self.store = open_store(store, folder / "store")
        ENGINE.quads, ENGINE.folder = manifest.stored, folder
        self._folder = folder
        self._workers: dict[frozenset[str], WorkerStore] = {}
        #: Why the store is older than the facts; "" where it is not.
        self.outdated = ""

    @property
    def is_embedded(self) -> bool:
        """Whether the store is in this process, and no endpoint."""
        return isinstance(self.store, OxigraphStore)

    def differs(self) -> str:
        """Why the store may answer otherwise than the local data would; "" where it does not.

        :raises NetworkError: if an endpoint does not answer as it should.
        """
        if self.is_embedded:
            return self.outdated
        from .build.pipeline import data_version
        from .store.inventory import difference

        return difference(self.store, data_version(self._folder))

    @cached_property
    def names(self) -> Names:
        """The index of names, in every script."""
        from .search.name_index import Names

        store = "" if self._is_built_here else str(self._folder)
        return Names(self._folder / "names.sqlite", store=store)

    @property
    def _is_built_here(self) -> bool:
        """Whether the names are those of the facts beside the queries, and no loaded store's."""
        return self._folder == self.resources.store

    @cached_property
    def queries(self) -> Catalogue:
        """The canned queries."""
        try:
            text = (self._folder / "catalogue.json").read_text(encoding="utf-8")
            return Catalogue.from_json(text)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"the catalogue of queries is damaged ({error!r}); {remedy(self._folder)}"
            ) from error

    @cached_property
    def ask(self) -> Asking:
        """The canned queries as functions: ``kg.ask.who_refers_to("Momoe Yamaguchi")``."""
        from .query.functions import Asking

        return Asking(self)

    def query_text(self, name: str, /, *values: object, **parameters: object) -> str:
        """The SPARQL of a canned query with these parameters bound, ready to paste elsewhere.

        ``values`` are parameters in the order in which the query has them.

        :raises UnknownName: if there is no such query, or a name stands for nothing.
        :raises ParameterError: if a parameter is unknown or of the wrong form.
        """
        return self.bind(name, *values, **parameters).text

    def bind(self, name: str, /, *values: object, **parameters: object) -> BoundQuery:
        """Bind the parameters of a canned query; `query` accepts the result in place of a name.

        Raises:
            UnknownName: If there is no such query, or a name has no bearer.
            ParameterError: If a parameter is unknown or not of its type.
        """
        from .query.binding import bind_query

        return bind_query(self.queries.get(name), values, parameters, _Names(self))

    def query(
        self,
        name: str | BoundQuery,
        /,
        *values: object,
        language: str = "en",
        links: bool = False,
        allow_service: Collection[str] = (),
        pulled: bool = False,
        **parameters: object,
    ) -> Result:
        """The answer to a canned query, its parameters by name or in the order it has them.

        ``language`` chooses the labels in the answer where the graph has them.
        ``links`` adds, for each column that has a label beside it, where it leads.
        ``allow_service`` names the hosts that a federated query may ask; with ``pulled`` it
        asks nobody, and what was pulled from Wikidata answers in their place.

        :raises UnknownName: if there is no such query, or a name stands for nothing.
        :raises ParameterError: if a parameter is unknown or of the wrong form.
        :raises QueryRefused: if the query asks a host that is not allowed.
        :raises NetworkError: if a host that it asks does not answer as it should.
        :raises MissingResource: if nothing was pulled.

        >>> import allusion
        >>> kg = allusion.open()
        >>> "Tomokazu Miura" in kg.query("what-it-refers-to", work="重慶森林").column("targetLabel")
        True
        >>> len(kg.query("cast", "2046")) == len(kg.query("cast", work="2046"))
        True
        """
        bound = self.bind(name, *values, **parameters) if isinstance(name, str) else name
        # The shipped defaults exist in the shipped facts: the index of names stays closed.
        if not (self._is_built_here and self.resources.data == locate().data):
            from .query.binding import check_defaults

            check_defaults(bound, self.names)
        answer = self._answer_pulled(bound) if pulled else self._answer_bound(bound, allow_service)
        if not isinstance(answer, Result):
            raise ParameterError(
                f"{bound.query.name} is not a SELECT query; use kg.sparql(kg.query_text(...))"
            )
        for note in answer.notes:
            warnings.warn(visible(note), QueryWarning, stacklevel=2)
        asked = replace(answer, about=bound.entities, viewer=self._viewer)
        return self.dress(asked, language=language, links=links)

    def _answer_bound(
        self, bound: BoundQuery, allow_service: Collection[str]
    ) -> Result | TripleResult | bool:
        asks = bound.query.asks
        if not asks:
            return self.answer(bound.text)
        if closed := sorted(set(asks) - {host.lower() for host in allow_service}):
            hosts = " ".join(f"--allow-service {host}" for host in closed)
            raise QueryRefused(
                f"{bound.query.name} asks {', '.join(closed)} over the network; to allow it: "
                f"{hosts} (Python: allow_service=[...]); to ask the snapshot instead: --pulled "
                "(pulled=True)"
            )
        try:
            return self.sparql(bound.text, allow_service=allow_service)
        except NetworkError as error:
            raise NetworkError(
                f"{error}; the snapshot can answer without a network: --pulled", error.status
            ) from error

    def _answer_pulled(self, bound: BoundQuery) -> Result | TripleResult | bool:
        if not bound.query.asks:
            raise ParameterError(
                f"{bound.query.name} asks no other server; leave out --pulled (pulled=True)"
            )
        from .wikidata.pull.offline_federation import inline_services

        return self.answer(inline_services(bound.text, self.pulled.store))

    @cached_property
    def pulled(self) -> SnapshotSource:
        """What was pulled from Wikidata, as what answers in its place.

        :raises MissingResource: if nothing was pulled.
        """
        from .wikidata.pull.offline_federation import open_snapshot_source

        return open_snapshot_source()

    def answer(self, query: str) -> Result | TripleResult | bool:
        """The answer to SPARQL of the project's own, found in this process and without limits.

        It is what canned queries are answered by; for any other there is `sparql`.

        :raises QueryRefused: if it is an update or asks another server.
        :raises QueryError: if it is not valid SPARQL.
        """
        return collect(self._found(query))

    def _found(self, query: str) -> Answer:
        return with_canonical_tags(query, self.store.query(query))

    def answer_json(self, query: str) -> str:
        """As `answer`, in SPARQL 1.1 JSON, written by the engine itself where it is embedded.

        :raises ParameterError: if it is neither SELECT nor ASK.
        """
        found = self._found(query)
        if isinstance(found, bool):
            return write_ask(found, "sparql-json")
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

        >>> import allusion
        >>> allusion.open().sparql("ASK { film:chungking-express a al:Film }", timeout=5)
        True
        """
        answer: Result | TripleResult | bool
        try:
            answer = collect(self._limited(query, allow_service, limits))
        except QueryStopped as stop:
            if not partial or not isinstance(stop.partial, Result | TripleResult):
                raise
            answer = stop.partial
        notes = self._pitfalls(query)
        if not isinstance(answer, bool):
            notes = [*answer.notes, *notes]
            answer = replace(answer, notes=tuple(notes), viewer=self._viewer)
        for note in notes:
            warnings.warn(visible(note), QueryWarning, stacklevel=2)
        return answer

    def stream(
        self, query: str, *, allow_service: Collection[str] = (), **limits: float | None
    ) -> RowStream | TripleResult | bool:
        """As `sparql`, but the rows of a SELECT come while the engine looks for more.

        What `sparql` raises may then be raised while they are read.
        """
        answer = self._limited(query, allow_service, limits)
        if isinstance(answer, Rows):
            return RowStream(answer.columns, iter(answer), answer.notes)
        found = collect(answer)
        assert not isinstance(found, Result)
        return found

    def rows(
        self, query: str, *, allow_service: Collection[str] = (), **limits: float | None
    ) -> RowStream:
        """The rows of a SELECT as they are found, the first before the last is known.

        :raises ParameterError: if it is another kind of query; and see `stream`.

        >>> import allusion
        >>> kg = allusion.open()
        >>> next(iter(kg.rows("SELECT * { VALUES (?film ?year) { (film:2046 2004) } }")))
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
            answer = self.workers(allow_service).query(query, allowed)
        else:
            answer = self._within(query, allowed, allow_service)
        return with_canonical_tags(query, answer)

    def _within(self, query: str, limits: Limits, allow_service: Collection[str]) -> Answer:
        if allow_service:
            raise ParameterError("which hosts SERVICE may ask is for the endpoint to say, not here")
        return self._endpoint.query_within(query, limits)

    @property
    def _endpoint(self) -> RemoteStore:
        from .store.remote import RemoteStore

        if not isinstance(self.store, RemoteStore):
            raise TypeError(f"{type(self.store).__name__} is neither embedded nor an endpoint")
        return self.store

    def ask_endpoint_by(self, timeout: float | None, method: Method) -> None:
        """Choose how the endpoint is asked from now on.

        Args:
            timeout: Seconds for all that this thread asks it; None for those of each query.
            method: "get", "post", or "auto" for GET where the query is short enough.
        """
        self._endpoint.method = method
        if timeout is not None:
            self._endpoint.client.start_deadline(timeout)

    def remarks(self, query: str, answer: Result | TripleResult | bool) -> list[str]:
        """Return notes on a query: what misleads in it, and names that stand nowhere.

        What misleads comes with `sparql` too, as a `QueryWarning`; variables and names are
        looked up only where the answer is empty.

        >>> import allusion
        >>> kg = allusion.open()
        >>> query = "ASK { ?work al:refersto person:tomokazu-miura }"
        >>> kg.remarks(query, kg.sparql(query))
        ['al:refersto stands nowhere in the graph; did you mean al:refersTo?']
        """
        from .query.hints import remarks

        found = self._pitfalls(query)
        with contextlib.suppress(AllusionError):  # a note is worth no failure
            found += remarks(query, answer, self.store)
        return found

    def _pitfalls(self, query: str) -> list[str]:
        from .query.pitfalls import pitfalls

        def ask(sparql: str) -> Sequence[Row]:
            try:
                answer = collect(self._limited(sparql, (), {"timeout": _PROBE_S}))
            except AllusionError:
                return ()
            return answer.rows if isinstance(answer, Result) else ()

        return pitfalls(query, ask)

    def workers(self, allow_service: Collection[str] = ()) -> WorkerStore:
        """The processes that answer `sparql`, kept warm; one kind for each set of hosts."""
        from .store.sandbox.store import WorkerStore

        hosts = frozenset(allow_service)
        if hosts not in self._workers:
            from .sparql.federation import check_host

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
