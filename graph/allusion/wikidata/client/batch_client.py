"""Base class of clients that fetch values in batches through a cache.

Each batch is cached before the next request, so an interrupted run continues where it
stopped. A pause that a service requests also holds for the next run.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from ...core.progress import Progress
from ...http.body import ResponseTooLarge
from ...http.client import HttpClient
from .cache import CachedResponse, ResponseCache

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class RequestPolicy:
    """Which values may be requested.

    Attributes:
        max_age_s: Cached responses older than this are requested again; None accepts any age.
        offline: Send no requests; use the cache regardless of age.
        dry_run: Send no requests; record those that would be sent.
    """

    max_age_s: float | None = None
    offline: bool = False
    dry_run: bool = False


@dataclass(slots=True)
class RequestLog:
    """Counts of requests and cache hits of a run.

    Attributes:
        requests: Number of requests sent.
        cached: Number of values from the cache.
        missing: Values that were neither cached nor requested (offline or dry run).
        planned_requests: Requests of a dry run, as text.
        oldest: Time of the oldest cached response used, in seconds since 1970.
    """

    requests: int = 0
    cached: int = 0
    missing: list[str] = field(default_factory=list)
    planned_requests: list[str] = field(default_factory=list)
    oldest: float | None = None

    def oldest_day(self) -> dt.date:
        """Return the UTC day of the oldest response used; today if all are new."""
        if self.oldest is None:
            return dt.datetime.now(dt.UTC).date()
        return dt.datetime.fromtimestamp(self.oldest, dt.UTC).date()


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """How to request values of one type.

    Attributes:
        fetch: Returns the validated responses for a batch, by value.
        describe: Returns the request for a batch as text, for a dry run.
        batch_size: Maximum number of values in a batch.
        label: Name of the values on a progress bar; "" shows no progress.
        display_name: Returns the name of a value in the list of missing ones.
    """

    fetch: Callable[[Sequence[str]], dict[str, Any]]
    describe: Callable[[Sequence[str]], str]
    batch_size: int
    label: str = ""
    display_name: Callable[[str], str] = str


class BatchClient:
    """Client that requests values from one or more services and caches the responses.

    Raises:
        StoreError: If the cache cannot be opened.
    """

    def __init__(
        self,
        cache: ResponseCache | None,
        policy: RequestPolicy | None,
        clients: Sequence[HttpClient],
        progress: Progress | None = None,
    ) -> None:
        self.cache = cache or ResponseCache()
        self.policy = policy or RequestPolicy()
        self.log = RequestLog()
        self._progress = progress
        for client in clients:
            client.on_pause = partial(self.cache.record_pause, client.host)

    def fetch_all(
        self, keys: Mapping[str, str], request: BatchRequest
    ) -> dict[str, CachedResponse]:
        """Return the response for each value, from the cache if it is recent enough.

        Offline and in a dry run the result has cached values only.

        Args:
            keys: Cache key for each value.
            request: How to request the values.

        Raises:
            NetworkError: If a service fails; the batches received before stay cached.
        """
        there = self.cache.get(list(keys.values()))
        now = dt.datetime.now(dt.UTC).timestamp()
        limit = None if self.policy.offline else self.policy.max_age_s
        cached = {
            thing: there[key]
            for thing, key in keys.items()
            if key in there and (limit is None or now - there[key].read_at <= limit)
        }
        self._record_cached(cached)
        rest = [thing for thing in keys if thing not in cached]
        if self.policy.offline or self.policy.dry_run:
            self.log.missing += map(request.display_name, rest)
            if self.policy.dry_run:
                self.log.planned_requests += map(
                    request.describe, batches(rest, request.batch_size)
                )
            return cached
        progress = self._progress if request.label else None
        if rest and progress:
            progress(f"requesting {len(rest):,} {request.label} from Wikidata")
        done = 0
        for part in batches(rest, request.batch_size):
            for smaller, answers in self._fetch_split(part, request.fetch):
                read_at = self.cache.put({keys[one]: answers[one] for one in smaller})
                cached |= {one: CachedResponse(answers[one], read_at) for one in smaller}
                done += len(smaller)
                if progress:
                    progress.amount(done, len(rest))
        return cached

    def send_exclusively(self, client: HttpClient, send: Callable[[], _T]) -> _T:
        """Call ``send`` while holding the host's lock, after any pause that the host requested.

        The client's time limit covers the wait for the lock and the call.
        """
        with client.one_deadline(), self.cache.host_lock(client.host, client.timeout_s):
            if paused_s := self.cache.pause_remaining_s(client.host):
                client.pause(paused_s)
            self.log.requests += 1
            return send()

    def _fetch_split(
        self, part: Sequence[str], fetch: Callable[[Sequence[str]], dict[str, Any]]
    ) -> Iterator[tuple[Sequence[str], dict[str, Any]]]:
        """Fetch a batch; split it in halves if the response would be too large."""
        try:
            answers = fetch(part)
        except ResponseTooLarge:
            if len(part) == 1:
                raise
            middle = len(part) // 2
            yield from self._fetch_split(part[:middle], fetch)
            yield from self._fetch_split(part[middle:], fetch)
        else:
            yield part, answers

    def _record_cached(self, kept: dict[str, CachedResponse]) -> None:
        self.log.cached += len(kept)
        ages = [one.read_at for one in kept.values()]
        if self.log.oldest is not None:
            ages.append(self.log.oldest)
        self.log.oldest = min(ages, default=None)


def batches(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Yield consecutive slices of at most ``size`` items."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def fingerprint(text: str) -> str:
    """Return 12 hexadecimal digits of the text's SHA-256, for use in a cache key."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
