"""What everybody who asks a service about Wikidata keeps to: cache first, then in turn.

Each batch is in the cache before the next is asked for, so a run that was killed goes on
where it stopped; and who asked for patience gets it from the next run too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from ...store.http.client import Client
from .action_api import ResponseTooLarge
from .cache import CachedResponse, ResponseCache

_T = TypeVar("_T")


class Report(Protocol):
    """Told each step in words, and how much of it is done: what `cli.progress.Bar` is."""

    def __call__(self, step: str) -> None:
        """Begin a step."""

    def amount(self, done: int, total: int) -> None:
        """So much of it is done."""


@dataclass(frozen=True, slots=True)
class RequestPolicy:
    """What may be asked for anew, and what not.

    Answers older than ``max_age_s`` are asked for again; None takes any. ``offline`` asks
    nothing, ``dry_run`` writes down what it would ask.
    """

    max_age_s: float | None = None
    offline: bool = False
    dry_run: bool = False


@dataclass(slots=True)
class RequestLog:
    """What came from where: for the remark at the end of a run.

    ``requests`` counts those that were sent; ``missing`` are items that nobody may be
    asked about now, ``planned`` the requests of a dry run; ``oldest`` is the age in
    seconds since 1970 of the oldest answer out of the cache.
    """

    requests: int = 0
    cached: int = 0
    missing: list[str] = field(default_factory=list)
    planned_requests: list[str] = field(default_factory=list)
    oldest: float | None = None

    def oldest_day(self) -> dt.date:
        """The day, in UTC, of the oldest answer that was made use of; today where all are new."""
        if self.oldest is None:
            return dt.datetime.now(dt.UTC).date()
        return dt.datetime.fromtimestamp(self.oldest, dt.UTC).date()


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """How things of one sort are asked for.

    ``ask`` gives the answers of a batch of at most ``size``, checked, for they are kept;
    ``plan`` the request for it, as a dry run shows it. ``what`` is for a progress bar, ""
    for none. ``called`` is what a thing is called where it is missing.
    """

    fetch: Callable[[Sequence[str]], dict[str, Any]]
    describe: Callable[[Sequence[str]], str]
    batch_size: int
    label: str = ""
    display_name: Callable[[str], str] = str


class BatchClient:
    """One who asks ``clients``, and keeps what they answer in ``cache``.

    :raises StoreError: if the cache cannot be used.
    """

    def __init__(
        self,
        cache: ResponseCache | None,
        policy: RequestPolicy | None,
        clients: Sequence[Client],
        progress: Report | None = None,
    ) -> None:
        self.cache = cache or ResponseCache()
        self.policy = policy or RequestPolicy()
        self.log = RequestLog()
        self._progress = progress
        for client in clients:
            client.on_hold = partial(self.cache.record_pause, client.host)

    def fetch_all(
        self, keys: Mapping[str, str], request: BatchRequest
    ) -> dict[str, CachedResponse]:
        """For each thing, what the cache has under its key and is young enough; the rest is asked.

        Offline and in a dry run, what the cache has.

        :raises NetworkError: if a service does not answer as it should; what came before is
            kept.
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
        report = self._progress if request.label else None
        if rest and report:
            report(f"asking Wikidata for {len(rest):,} {request.label}")
        done = 0
        for part in batches(rest, request.batch_size):
            for smaller, answers in self._fetch_split(part, request.fetch):
                read_at = self.cache.put({keys[one]: answers[one] for one in smaller})
                cached |= {one: CachedResponse(answers[one], read_at) for one in smaller}
                done += len(smaller)
                if report:
                    report.amount(done, len(rest))
        return cached

    def send_exclusively(self, client: Client, send: Callable[[], _T]) -> _T:
        """What ``ask`` gives, once no other process asks the host and it takes requests again.

        The client's time is for both: waiting for the turn, and what is asked then.
        """
        with client.one_deadline(), self.cache.host_lock(client.host, client.timeout_s):
            if paused_s := self.cache.pause_remaining_s(client.host):
                client.hold(paused_s)
            self.log.requests += 1
            return send()

    def _fetch_split(
        self, part: Sequence[str], fetch: Callable[[Sequence[str]], dict[str, Any]]
    ) -> Iterator[tuple[Sequence[str], dict[str, Any]]]:
        """Ask for a batch, or for its halves where the answer would be too large."""
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
    """``things``, so many at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def fingerprint(text: str) -> str:
    """Twelve letters for a text, which keys of the cache have where it would be too long."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
