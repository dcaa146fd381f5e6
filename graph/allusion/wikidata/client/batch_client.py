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
from .action_api import TooLarge
from .cache import Cache, Kept

_T = TypeVar("_T")


class Report(Protocol):
    """Told each step in words, and how much of it is done: what `cli.progress.Bar` is."""

    def __call__(self, step: str) -> None:
        """Begin a step."""

    def amount(self, done: int, total: int) -> None:
        """So much of it is done."""


@dataclass(frozen=True, slots=True)
class Manners:
    """What may be asked for anew, and what not.

    Answers older than ``max_age_s`` are asked for again; None takes any. ``offline`` asks
    nothing, ``dry_run`` writes down what it would ask.
    """

    max_age_s: float | None = None
    offline: bool = False
    dry_run: bool = False


@dataclass(slots=True)
class Account:
    """What came from where: for the remark at the end of a run.

    ``requests`` counts those that were sent; ``missing`` are items that nobody may be
    asked about now, ``planned`` the requests of a dry run; ``oldest`` is the age in
    seconds since 1970 of the oldest answer out of the cache.
    """

    requests: int = 0
    cached: int = 0
    missing: list[str] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)
    oldest: float | None = None

    def day(self) -> dt.date:
        """The day, in UTC, of the oldest answer that was made use of; today where all are new."""
        if self.oldest is None:
            return dt.datetime.now(dt.UTC).date()
        return dt.datetime.fromtimestamp(self.oldest, dt.UTC).date()


@dataclass(frozen=True, slots=True)
class Asking:
    """How things of one sort are asked for.

    ``ask`` gives the answers of a batch of at most ``size``, checked, for they are kept;
    ``plan`` the request for it, as a dry run shows it. ``what`` is for a progress bar, ""
    for none. ``called`` is what a thing is called where it is missing.
    """

    ask: Callable[[Sequence[str]], dict[str, Any]]
    plan: Callable[[Sequence[str]], str]
    size: int
    what: str = ""
    called: Callable[[str], str] = str


class Asker:
    """One who asks ``clients``, and keeps what they answer in ``cache``.

    :raises StoreError: if the cache cannot be used.
    """

    def __init__(
        self,
        cache: Cache | None,
        manners: Manners | None,
        clients: Sequence[Client],
        report: Report | None = None,
    ) -> None:
        self.cache = cache or Cache()
        self.manners = manners or Manners()
        self.account = Account()
        self._report = report
        for client in clients:
            client.on_hold = partial(self.cache.pause, client.host)

    def gather(self, keys: Mapping[str, str], asking: Asking) -> dict[str, Kept]:
        """For each thing, what the cache has under its key and is young enough; the rest is asked.

        Offline and in a dry run, what the cache has.

        :raises NetworkError: if a service does not answer as it should; what came before is
            kept.
        """
        there = self.cache.get(list(keys.values()))
        now = dt.datetime.now(dt.UTC).timestamp()
        limit = None if self.manners.offline else self.manners.max_age_s
        kept = {
            thing: there[key]
            for thing, key in keys.items()
            if key in there and (limit is None or now - there[key].read_at <= limit)
        }
        self._note(kept)
        rest = [thing for thing in keys if thing not in kept]
        if self.manners.offline or self.manners.dry_run:
            self.account.missing += map(asking.called, rest)
            if self.manners.dry_run:
                self.account.planned += map(asking.plan, parts(rest, asking.size))
            return kept
        report = self._report if asking.what else None
        if rest and report:
            report(f"asking Wikidata for {len(rest):,} {asking.what}")
        done = 0
        for part in parts(rest, asking.size):
            for smaller, answers in self._halved(part, asking.ask):
                read_at = self.cache.put({keys[one]: answers[one] for one in smaller})
                kept |= {one: Kept(answers[one], read_at) for one in smaller}
                done += len(smaller)
                if report:
                    report.amount(done, len(rest))
        return kept

    def in_turn(self, client: Client, ask: Callable[[], _T]) -> _T:
        """What ``ask`` gives, once no other process asks the host and it takes requests again.

        The client's time is for both: waiting for the turn, and what is asked then.
        """
        with client.one_deadline(), self.cache.turn(client.host, client.timeout_s):
            if paused_s := self.cache.paused_s(client.host):
                client.hold(paused_s)
            self.account.requests += 1
            return ask()

    def _halved(
        self, part: Sequence[str], ask: Callable[[Sequence[str]], dict[str, Any]]
    ) -> Iterator[tuple[Sequence[str], dict[str, Any]]]:
        """Ask for a batch, or for its halves where the answer would be too large."""
        try:
            answers = ask(part)
        except TooLarge:
            if len(part) == 1:
                raise
            middle = len(part) // 2
            yield from self._halved(part[:middle], ask)
            yield from self._halved(part[middle:], ask)
        else:
            yield part, answers

    def _note(self, kept: dict[str, Kept]) -> None:
        self.account.cached += len(kept)
        ages = [one.read_at for one in kept.values()]
        if self.account.oldest is not None:
            ages.append(self.account.oldest)
        self.account.oldest = min(ages, default=None)


def parts(things: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """``things``, so many at a time."""
    for start in range(0, len(things), size):
        yield things[start : start + size]


def fingerprint(text: str) -> str:
    """Twelve letters for a text, which keys of the cache have where it would be too long."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
