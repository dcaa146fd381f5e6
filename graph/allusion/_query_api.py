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
    UnknownName,
)
from .core.resources import Resources, locate
from .core.terminal import visible
from .core.terms import Iri, Term, expand
from .core.vocabulary import WIKIDATA_ENTITY
from .query.catalog import CannedQuery, Catalogue, Parameter
from .query.localization import linked, relabelled, with_canonical_tags
from .query.results import Result, RowStream, TripleResult, Viewer, collect
from .query.serializers import write_ask
from .sparql.limits import DEFAULTS, Limits
from .store.base import Answer, Row, Rows
from .store.factory import DISK, open_store
from .store.manifest import check_folder, remedy
from .store.oxigraph import ENGINE, OxigraphStore

if TYPE_CHECKING:
    from .query.functions import Asking
    from .search.name_index import Names
    from .store.remote import Method, RemoteStore
    from .store.sandbox.store import WorkerStore
    from .wikidata.pull.offline_federation import SnapshotSource


#: Seconds that a query may take which only confirms a note.
_PROBE_S: Final = 5.0


class Querying:
    """A built graph as what is asked: names, canned queries, any SPARQL."""

    #: What draws an answer; `allusion.knowledge.KnowledgeGraph` does.
    _viewer: Viewer | None = None

    def __init__(self, folder: Path, resources: Resources, store: str = DISK) -> None:
        self.resources = resources
        manifest = check_folder(folder)
        self.store = open_store(store, folder / "store")
        ENGINE.quads = manifest.stored
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
        query, terms = self._read(name, values, parameters)
        return query.bind(terms)

    def _read(
        self, name: str, values: Sequence[object], parameters: Mapping[str, object]
    ) -> tuple[CannedQuery, dict[str, Term]]:
        """A canned query, and what was given for its parameters as terms."""
        query = self.queries.get(name)
        return query, query.parse(query.named(values, parameters), self._named)

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
        query, terms = self._read(name, values, parameters)
        text = query.bind(terms)
        answer = self._pulled(name, text) if pulled else self.canned(name, text, allow_service)
        if not isinstance(answer, Result):
            raise ParameterError(f"{name} is not a SELECT query; use kg.sparql(kg.query_text(...))")
        for note in answer.notes:
            warnings.warn(visible(note), QueryWarning, stacklevel=2)
        asked = replace(answer, about=self._about(query, terms), viewer=self._viewer)
        return self.dress(asked, language=language, links=links)

    def _about(self, query: CannedQuery, terms: Mapping[str, Term]) -> tuple[str, ...]:
        """The IRIs that a canned query is asked about: as given, else its defaults."""
        about: list[str] = []
        for parameter in query.parameters:
            if parameter.type != "entity":
                continue
            term = terms.get(parameter.name)
            if isinstance(term, Iri):
                about.append(term.value)
            elif iri := expand(parameter.default):
                # Those that ship are in what ships: there no index of names has to be opened.
                if not (self._is_built_here and self.resources.data == locate().data):
                    self._check_default(parameter)
                about.append(iri)
        return tuple(about)

    def _check_default(self, parameter: Parameter) -> None:
        try:
            self.names.resolve(parameter.default)
        except UnknownName as error:
            raise UnknownName(
                f"{parameter.name} was not given, and its default, {parameter.default}, is not "
                f"in this store; give one: -p {parameter.name}=NAME"
            ) from error

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
                "(Python: allow_service=[...]); to ask what was pulled instead: --pulled "
                "(pulled=True)"
            )
        try:
            return self.sparql(text, allow_service=allow_service)
        except NetworkError as error:
            raise NetworkError(
                f"{error}; what was pulled can answer without a network: --pulled", error.status
            ) from error

    def _pulled(self, name: str, text: str) -> Result | TripleResult | bool:
        """The answer to a federated query by what was pulled from Wikidata."""
        if not self.queries.get(name).asks:
            raise ParameterError(f"{name} asks no other server; leave out --pulled (pulled=True)")
        from .wikidata.pull.offline_federation import inline_services

        return self.answer(inline_services(text, self.pulled.store))

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
