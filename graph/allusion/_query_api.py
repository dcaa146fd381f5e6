"""Query methods of `KnowledgeGraph`: canned queries and SPARQL with limits."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

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
from .query.catalog import Catalog
from .query.localization import with_canonical_tags, with_labels, with_links
from .query.results import Result, RowStream, TripleResult, Viewer, collect
from .query.serializers import write_ask
from .sparql.limits import DEFAULTS, Limits
from .store.base import Answer, Row, Rows
from .store.factory import DISK, open_store
from .store.manifest import check_folder, remedy
from .store.oxigraph import ENGINE, OxigraphStore

if TYPE_CHECKING:
    from .query.bound_query import BoundQuery
    from .query.functions import QueryFunctions
    from .search.name_index import NameIndex
    from .store.remote import Method, RemoteStore
    from .store.sandbox.store import WorkerStore
    from .wikidata.pull.offline_federation import SnapshotSource

_Answered = TypeVar("_Answered", bound=Result | RowStream | TripleResult | bool)
#: Time limit, in seconds, of a query that only checks whether a note applies.
_PROBE_S: Final = 5.0


class Querying:
    """Query methods of a built graph: names, canned queries, SPARQL.

    Args:
        folder: Folder with the store and its manifest.
        resources: Input files of the graph.
        store: "disk", "memory" or the address of an endpoint, see
            `allusion.store.factory.open_store`.

    Raises:
        StoreError: If the store cannot be read, or its manifest is missing or damaged.
        ParameterError: If ``store`` is none of these.
    """

    #: Draws results as pictures; set by `allusion.KnowledgeGraph`.
    _viewer: Viewer | None = None

    def __init__(self, folder: Path, resources: Resources, store: str = DISK) -> None:
        self.resources = resources
        manifest = check_folder(folder)
        self.store = open_store(store, folder / "store")
        ENGINE.quads, ENGINE.folder = manifest.stored, folder
        self._folder = folder
        self._workers: dict[frozenset[str], WorkerStore] = {}
        #: Why the store is older than the data files; "" if it is current.
        self.outdated = ""

    @property
    def is_embedded(self) -> bool:
        """Whether the store is in this process; False for an endpoint."""
        return isinstance(self.store, OxigraphStore)

    def differs(self) -> str:
        """Return why the store may hold other data than the local files.

        Returns:
            A message, or "" if both hold the same data.

        Raises:
            NetworkError: If an endpoint fails or returns an invalid response.
        """
        if self.is_embedded:
            return self.outdated
        from .build.pipeline import data_version
        from .store.inventory import difference

        return difference(self.store, data_version(self._folder))

    @cached_property
    def names(self) -> NameIndex:
        """The index of entity names in all languages and scripts."""
        from .search.name_index import NameIndex

        store = "" if self._is_built_here else str(self._folder)
        return NameIndex(self._folder / "names.sqlite", store=store)

    @property
    def _is_built_here(self) -> bool:
        """Whether the store was built from ``resources``; False for a loaded store."""
        return self._folder == self.resources.store

    @cached_property
    def queries(self) -> Catalog:
        """The catalog of canned queries.

        Raises:
            StoreError: If the catalog file is missing or damaged.
        """
        try:
            text = (self._folder / "catalog.json").read_text(encoding="utf-8")
            return Catalog.from_json(text)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"the catalog of queries is damaged ({error!r}); {remedy(self._folder)}"
            ) from error

    @cached_property
    def ask(self) -> QueryFunctions:
        """The canned queries as functions: ``kg.ask.who_refers_to("Momoe Yamaguchi")``."""
        from .query.functions import QueryFunctions

        return QueryFunctions(self)

    def query_text(self, name: str, /, *values: object, **parameters: object) -> str:
        """Return the SPARQL text of a canned query with its parameters bound.

        The text runs on any SPARQL 1.1 engine.

        Args:
            name: Name of the query.
            *values: Parameter values in the order in which the query declares them.
            **parameters: Parameter values by name.

        Raises:
            UnknownName: If there is no such query, or a value names no entity;
                `AmbiguousName` if it names several.
            ParameterError: If a parameter is unknown, given twice or not of its type.
        """
        return self.bind(name, *values, **parameters).text

    def bind(self, name: str, /, *values: object, **parameters: object) -> BoundQuery:
        """Bind the parameters of a canned query, given as in `query_text`.

        `query` accepts the result in place of a name.

        Raises:
            UnknownName: If there is no such query, or a value names no entity;
                `AmbiguousName` if it names several.
            ParameterError: If a parameter is unknown, given twice or not of its type.
        """
        from .query.bound_query import bind_query

        return bind_query(self.queries.get(name), values, parameters, lambda: self.names)

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
        """Run a canned query.

        Args:
            name: Name of the query, or the result of `bind`.
            *values: Parameter values in the order in which the query declares them.
            language: BCP 47 tag of the labels in the result; English where an entity has
                no label in that language.
            links: Add a column ``xLink`` with an external link for each entity column ``x``
                that has a label column.
            allow_service: Hosts that a federated query may access.
            pulled: Answer SERVICE from the Wikidata snapshot, without network access.
            **parameters: Parameter values by name.

        Raises:
            UnknownName: If there is no such query, or a value names no entity;
                `AmbiguousName` if it names several.
            ParameterError: If a parameter is unknown, given twice or not of its type.
            QueryRefused: If the query accesses a host that is not in ``allow_service``.
            NetworkError: If a host fails or returns an invalid response.
            MissingResource: If ``pulled`` is set and there is no snapshot.

        >>> import allusion
        >>> kg = allusion.open()
        >>> "Tomokazu Miura" in kg.query("what-it-refers-to", work="重慶森林").column("targetLabel")
        True
        >>> len(kg.query("cast", "2046")) == len(kg.query("cast", work="2046"))
        True
        """
        bound = self.bind(name, *values, **parameters) if isinstance(name, str) else name
        # The default values exist in the shipped data; skip opening the name index for them.
        if not (self._is_built_here and self.resources.data == locate().data):
            from .query.bound_query import check_defaults

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
        """The Wikidata snapshot as a replacement for the Wikidata endpoint.

        Raises:
            MissingResource: If there is no snapshot.
        """
        from .wikidata.pull.offline_federation import open_snapshot_source

        return open_snapshot_source()

    def answer(self, query: str) -> Result | TripleResult | bool:
        """Run a trusted query in this process, without limits.

        Canned queries use this method. Use `sparql` for any other query.

        Args:
            query: SPARQL text that is part of this package.

        Raises:
            QueryRefused: If the query is an update or contains SERVICE.
            QueryError: If the query is not valid SPARQL.
        """
        return collect(self._found(query))

    def _found(self, query: str) -> Answer:
        return with_canonical_tags(query, self.store.query(query))

    def answer_json(self, query: str) -> str:
        """Run a trusted query as `answer` does; return SPARQL 1.1 JSON.

        Raises:
            ParameterError: If the query is neither SELECT nor ASK.
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
            QueryRefused: If the query is an update, or accesses a host that is not in
                ``allow_service``.
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
        try:
            answer = collect(self._limited(query, allow_service, limits))
        except QueryStopped as stop:
            if not partial or not isinstance(stop.partial, Result | TripleResult):
                raise
            answer = stop.partial
        if not isinstance(answer, bool):
            answer = replace(answer, viewer=self._viewer)
        return _noted(answer, self._pitfalls(query))

    def stream(
        self,
        query: str,
        *,
        allow_service: Collection[str] = (),
        warn: bool = True,
        **limits: float | None,
    ) -> RowStream | TripleResult | bool:
        """Run a SPARQL query as `sparql` does; yield the rows of a SELECT early.

        The exceptions of `sparql` may be raised while the rows are read.

        Args:
            query: As in `sparql`, like ``allow_service`` and ``limits``.
            allow_service: As in `sparql`.
            warn: If False, misleading parts give no `QueryWarning`; see `remarks`.
            **limits: Fields of `Limits`.

        Returns:
            A `RowStream` for SELECT, a `TripleResult` for CONSTRUCT and DESCRIBE, a bool for
            ASK.
        """
        answer = self._limited(query, allow_service, limits)
        if isinstance(answer, Rows):
            found = RowStream(answer.columns, iter(answer), answer.notes)
            return _noted(found, self._pitfalls(query)) if warn else found
        whole = collect(answer)
        assert not isinstance(whole, Result)
        return _noted(whole, self._pitfalls(query)) if warn else whole

    def rows(
        self, query: str, *, allow_service: Collection[str] = (), **limits: float | None
    ) -> RowStream:
        """Stream the rows of a SELECT, see `stream`.

        Raises:
            ParameterError: If the query is not a SELECT.

        >>> import allusion
        >>> kg = allusion.open()
        >>> next(iter(kg.rows("SELECT * { VALUES (?film ?year) { (film:2046 2004) } }")))
        {'film': 'https://w3id.org/allusion/film/2046', 'year': 2004}
        """
        answer = self.stream(query, allow_service=allow_service, warn=False, **limits)
        if not isinstance(answer, RowStream):
            raise ParameterError("only SELECT has rows; use kg.sparql(...)")
        return _noted(answer, self._pitfalls(query))

    def _limited(
        self, query: str, allow_service: Collection[str], limits: Mapping[str, float | None]
    ) -> Answer:
        allowed = DEFAULTS.replace(**limits)
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
        """Set the timeout and the HTTP method of the endpoint.

        Args:
            timeout: Seconds for all requests of this thread together; None keeps the timeout
                of each request.
            method: "get", "post", or "auto", which uses GET for short queries.
        """
        self._endpoint.method = method
        if timeout is not None:
            self._endpoint.client.start_deadline(timeout)

    def remarks(self, query: str, answer: Result | TripleResult | bool) -> list[str]:
        """Return notes on a query: misleading parts and unknown names.

        `sparql` reports misleading parts too, as `QueryWarning`. Unbound variables and unknown
        names are checked only if the answer is empty.

        >>> import allusion
        >>> kg = allusion.open()
        >>> query = "ASK { ?work al:refersto person:tomokazu-miura }"
        >>> kg.remarks(query, kg.sparql(query))
        ['al:refersto does not occur in the graph; did you mean al:refersTo?']
        """
        from .query.hints import remarks

        found = self._pitfalls(query)
        with contextlib.suppress(AllusionError):  # a failed check must not fail the query
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
        """Return the worker processes that run `sparql`.

        There is one pool for each set of allowed hosts. Its processes are reused.

        Raises:
            ParameterError: If a host is not valid.
        """
        from .store.sandbox.store import WorkerStore

        hosts = frozenset(allow_service)
        if hosts not in self._workers:
            from .sparql.federation import check_host

            services = sorted(map(check_host, hosts))
            self._workers[hosts] = WorkerStore(self._folder / "store", services=services)
        return self._workers[hosts]

    def dress(self, result: Result, *, language: str = "en", links: bool = False) -> Result:
        """Return the result with labels in a language and with links.

        Args:
            result: Rows of a query.
            language: BCP 47 tag; labels without a translation stay in English.
            links: Add a column ``xLink`` with an external link for each entity column ``x``.
        """
        if language.lower() != "en":
            result = with_labels(result, self.names, language)
        return with_links(result, self.names) if links else result

    def resolve(self, name: str) -> str:
        """Return the IRI of the entity with this name.

        Args:
            name: An IRI, prefixed name, slug or label in any script.

        Raises:
            UnknownName: If there is no entity of that name; `AmbiguousName` if several.
        """
        return self.names.resolve(name)


def _noted(answer: _Answered, notes: list[str]) -> _Answered:
    """Return an answer with more notes; the caller of the caller gets all as warnings."""
    if not isinstance(answer, bool):
        notes = [*answer.notes, *notes]
        answer = replace(answer, notes=tuple(notes))
    for note in notes:
        warnings.warn(visible(note), QueryWarning, stacklevel=3)
    return answer
