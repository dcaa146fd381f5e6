"""Run SPARQL on a store: trusted queries directly, other queries within limits.

Canned queries are trusted: they run in this process. Any other query runs in a worker process,
which enforces the limits, or on an endpoint, whose answer is limited on this side.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar, cast

from ..core.errors import AllusionError, EmptyResultWarning, ParameterError, QueryWarning
from ..core.terminal import visible
from ..sparql.limits import DEFAULTS
from ..store.interface import Answer, Row, Rows, Store
from ..store.oxigraph import OxigraphStore
from .localization import with_canonical_tags
from .results import Result, RowStream, TripleResult, collect
from .serializers import write_ask

if TYPE_CHECKING:
    from ..store.remote import Method, RemoteStore
    from ..store.sandbox.store import WorkerStore

_Answered = TypeVar("_Answered", bound=Result | RowStream | TripleResult | bool)
#: Time limit, in seconds, of a query that only checks whether a note applies.
_PROBE_S: Final = 5.0


class QueryExecutor:
    """Runs SPARQL queries on one store.

    Args:
        store: The store.
        path: Path of the store on disk, which the worker processes open.
    """

    def __init__(self, store: Store, path: Path) -> None:
        self.store = store
        self._path = path
        self._workers: dict[frozenset[str], WorkerStore] = {}

    @property
    def is_embedded(self) -> bool:
        """Whether the store is in this process; False for an endpoint."""
        return isinstance(self.store, OxigraphStore)

    def run(self, query: str) -> Answer:
        """Run a trusted query in this process, without limits.

        Raises:
            QueryRefused: If the query is an update or contains SERVICE.
            QueryError: If the query is not valid SPARQL.
        """
        return with_canonical_tags(query, self.store.query(query))

    def answer(self, query: str) -> Result | TripleResult | bool:
        """Run a trusted query as `run` does, and read the whole answer."""
        return collect(self.run(query))

    def run_json(self, query: str) -> str:
        """Run a trusted query as `run` does; return SPARQL 1.1 JSON.

        Raises:
            ParameterError: If the query is neither SELECT nor ASK.
        """
        found = self.run(query)
        if isinstance(found, bool):
            return write_ask(found, "sparql-json")
        if not isinstance(found, Rows):
            raise ParameterError("only SELECT and ASK have SPARQL JSON; use kg.sparql(...)")
        if found.json is not None:
            return found.json()
        return "".join(RowStream(found.columns, iter(found)).pieces("sparql-json"))

    def run_limited(
        self, query: str, allow_service: Collection[str], limits: Mapping[str, float | None]
    ) -> Answer:
        """Run any query within limits; see `allusion.KnowledgeGraph.sparql`."""
        allowed = DEFAULTS.replace(**limits)
        if self.is_embedded:
            return with_canonical_tags(query, self.workers(allow_service).query(query, allowed))
        if allow_service:
            raise ParameterError(
                "allow_service does not apply to an endpoint; its server decides about SERVICE"
            )
        return with_canonical_tags(query, self._endpoint.query_within(query, allowed))

    def stream(
        self, query: str, allow_service: Collection[str], limits: Mapping[str, float | None]
    ) -> RowStream | TripleResult | bool:
        """Run any query within limits; the rows of a SELECT can be read while it runs."""
        answer = self.run_limited(query, allow_service, limits)
        if isinstance(answer, Rows):
            return RowStream(answer.columns, iter(answer), answer.notes)
        found = collect(answer)
        assert not isinstance(found, Result)
        return found

    @property
    def _endpoint(self) -> RemoteStore:
        from ..store.remote import RemoteStore

        if not isinstance(self.store, RemoteStore):
            raise TypeError(f"{type(self.store).__name__} is neither embedded nor an endpoint")
        return self.store

    def configure_endpoint(self, timeout: float | None, method: Method) -> None:
        """Set the timeout and the HTTP method of the endpoint.

        Args:
            timeout: Seconds for all requests of this thread together; None keeps the timeout
                of each request.
            method: "get", "post", or "auto", which uses GET for short queries.
        """
        self._endpoint.method = method
        if timeout is not None:
            self._endpoint.client.start_deadline(timeout)

    def workers(self, allow_service: Collection[str] = ()) -> WorkerStore:
        """Return the pool of worker processes for a set of allowed hosts.

        Raises:
            ParameterError: If a host is not valid.
        """
        from ..store.sandbox.store import WorkerStore

        hosts = frozenset(allow_service)
        if hosts not in self._workers:
            from ..sparql.federation import check_host

            services = sorted(map(check_host, hosts))
            self._workers[hosts] = WorkerStore(self._path, services=services)
        return self._workers[hosts]

    def notes(self, query: str, answer: Result | TripleResult | bool) -> list[str]:
        """Return notes on a query: misleading parts; for an empty answer, unknown names."""
        from .hints import find_hints

        found = self.pitfalls(query)
        with contextlib.suppress(AllusionError):  # a failed check must not fail the query
            found += find_hints(query, answer, self.store)
        return found

    def pitfalls(self, query: str) -> list[str]:
        """Return notes on the misleading parts of a query."""
        from .pitfalls import endpoint_pitfalls, pitfalls

        def ask(sparql: str) -> Sequence[Row]:
            try:
                answer = collect(self.run_limited(sparql, (), {"timeout": _PROBE_S}))
            except AllusionError:
                return ()
            return answer.rows if isinstance(answer, Result) else ()

        return pitfalls(query, ask) + ([] if self.is_embedded else endpoint_pitfalls(query, ask))


def warn_with_notes(answer: _Answered, notes: Sequence[str]) -> _Answered:
    """Return an answer with more notes; warn the caller of the caller of all its notes."""
    if not isinstance(answer, bool):
        notes = [*answer.notes, *notes]
        answer = cast("_Answered", answer._replace(notes=tuple(notes)))
    for note in notes:
        warnings.warn(visible(note), QueryWarning, stacklevel=3)
    if isinstance(answer, Result) and (reason := answer.explanation):
        warnings.warn(visible(reason), EmptyResultWarning, stacklevel=3)
    return answer
