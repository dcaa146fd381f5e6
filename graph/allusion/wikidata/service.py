"""Wikidata as it is asked: what is in the cache from there, the rest politely and in batches.

Items come from the action API, 50 at once; labels and kinds of what they name, and what
points at them, from a SPARQL endpoint, in chunks of VALUES. Each batch is in the cache before
the next is asked for, so a run that was killed goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlencode

from ..errors import NetworkError, StoreError
from ..store import select
from ..store.answer import Row
from ..store.client import Client
from ..store.remote import CONTACT, RemoteStore
from ..terms import Blank, Iri, Literal, Term
from ..vocabulary import PREFIXES, WIKIDATA_ENTITY
from .cache import Cache, Kept
from .classes import KNOWN
from .entities import ITEM, Item, Named, WrongShape, check_items, entities_of, read_item
from .languages import LANGUAGES, codes_to_ask
from .properties import CONNECTIONS
from .web import TooLarge, Web

_T = TypeVar("_T")

API: Final = "https://www.wikidata.org/w/api.php"
ENDPOINT: Final = "https://query.wikidata.org/sparql"
#: The action API takes so many ids of those who are nobody special.
AT_ONCE: Final = 50
#: Items in one VALUES block.
CHUNK: Final = 100
_CODES: Final = codes_to_ask(LANGUAGES)
# Items come whole; statements that nobody reads yet may be read from the cache later.
_PARAMETERS: Final = {
    "action": "wbgetentities",
    "props": "info|labels|aliases|claims|sitelinks|sitelinks/urls",
    "languages": "|".join(_CODES),
    "format": "json",
    "maxlag": "5",
}
# Each branch has the block again: engines push no binding into a union.
_NAMED: Final = """\
SELECT ?item ?property ?value WHERE {{
  {{
    VALUES ?item {{ {items} }}
    VALUES ?property {{ rdfs:label }}
    ?item ?property ?value
    FILTER(LANG(?value) IN ({languages}))
  }} UNION {{
    VALUES ?item {{ {items} }}
    VALUES ?property {{ wdt:P31 }}
    ?item ?property ?value
  }}
}}
ORDER BY ?item ?property ?value"""
# The path runs from the items upwards; classes as a second block would have engines try pairs.
_ABOVE: Final = """\
SELECT DISTINCT ?item ?class WHERE {{
  VALUES ?item {{ {items} }}
  ?item wdt:P279+ ?class
  FILTER(?class IN ({classes}))
}}
ORDER BY ?item ?class"""
_POINTING: Final = """\
SELECT DISTINCT ?item ?from WHERE {{
  VALUES ?item {{ {items} }}
  VALUES ?property {{ {properties} }}
  ?from ?property ?item
}}
ORDER BY ?item ?from"""


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


class Wikidata:
    """Items and what is near them, from the cache or the two services.

    :raises ParameterError: if an address or the contact will not do.
    :raises StoreError: if the cache cannot be used.
    """

    def __init__(
        self,
        cache: Cache | None = None,
        *,
        api: str = API,
        endpoint: str = ENDPOINT,
        contact: str = CONTACT,
        timeout_s: float = 60,
        backoff_s: float = 1.0,
        manners: Manners | None = None,
        report: Report | None = None,
    ) -> None:
        self.cache = cache or Cache()
        self.web = Web(api, contact=contact, timeout_s=timeout_s, backoff_s=backoff_s)
        self.store = RemoteStore(
            endpoint, contact=contact, timeout_s=timeout_s, backoff_s=backoff_s
        )
        self.manners = manners or Manners()
        self.account = Account()
        self._report = report
        for client in (self.web.client, self.store.client):
            client.on_hold = partial(self.cache.pause, client.host)

    def items(self, items: Collection[str]) -> dict[str, Item]:
        """The items of these Q-ids; offline, those that are in the cache.

        :raises ParameterError: if one is not a Q-id.
        :raises NetworkError: if the API does not answer as it should; what came before is kept.
        """
        wanted = check_items(items)
        prefix = f"{self.web.address} {_fingerprint(urlencode(_PARAMETERS))}"
        kept = self._gather(wanted, prefix, AT_ONCE, self._entities, "items")
        found = {}
        for item, one in kept.items():
            read = dt.datetime.fromtimestamp(one.read_at, dt.UTC)
            try:
                found[item] = read_item(item, one.value, read.isoformat(timespec="seconds"))
            except WrongShape as error:  # it was read by another version of this
                raise StoreError(
                    f"what {self.cache.path} holds cannot be read ({error}); ask again: --refresh"
                ) from error
        return found

    def named(self, items: Collection[str]) -> dict[str, Named]:
        """Labels and classes of items that are named in others; those that have none too."""
        wanted = check_items(items)
        prefix = f"{self.store.endpoint} {_fingerprint(_NAMED + str(_CODES))}"
        kept = self._gather(wanted, prefix, CHUNK, self._names, "names")
        strange = {
            one
            for named in kept.values()
            if KNOWN.isdisjoint(named.value["types"])
            for one in named.value["types"]
        }
        above = self.above(strange)
        return {
            item: Named(
                one.value["labels"],
                tuple(one.value["types"]),
                tuple(sorted({up for kind in one.value["types"] for up in above.get(kind, ())})),
            )
            for item, one in kept.items()
        }

    def above(self, classes: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Which of the classes in our table stand above each of these."""
        wanted = check_items(classes)
        prefix = f"{self.store.endpoint} {_fingerprint(_ABOVE + str(sorted(KNOWN)))}"
        kept = self._gather(wanted, prefix, CHUNK, self._above, "classes")
        return {item: tuple(one.value) for item, one in kept.items()}

    def pointing(self, items: Collection[str]) -> dict[str, tuple[str, ...]]:
        """The items that are based on each of these, inspired by it, refer to it or quote it."""
        wanted = check_items(items)
        prefix = f"{self.store.endpoint} {_fingerprint(_POINTING + str(sorted(CONNECTIONS)))}"
        kept = self._gather(wanted, prefix, CHUNK, self._pointing, "what points at them")
        return {item: tuple(one.value) for item, one in kept.items()}

    def answer(self, query: str) -> list[Row]:
        """The rows of a SELECT query; offline, none where it is not in the cache.

        :raises NetworkError: if the endpoint does not answer as it should.
        """
        key = f"{self.store.endpoint} {query}"
        kept = self.cache.get([key]).get(key)
        limit = self.manners.max_age_s
        if kept and not self.manners.offline and limit is not None:
            kept = kept if dt.datetime.now(dt.UTC).timestamp() - kept.read_at <= limit else None
        if kept:
            self._note({key: kept})
            return [tuple(map(_from_json, row)) for row in kept.value]
        if self.manners.dry_run:
            self.account.planned.append(f"# {self.store.endpoint}\n{query}\n")
        elif self.manners.offline:
            self.account.missing.append("a query")
        else:
            rows = self._rows(query)
            self.cache.put({key: [list(map(_to_json, row)) for row in rows]})
            return rows
        return []

    def _gather(
        self,
        items: Sequence[str],
        prefix: str,
        size: int,
        ask: Callable[[Sequence[str]], dict[str, Any]],
        what: str,
    ) -> dict[str, Kept]:
        """What is in the cache and young enough, and the rest, batch by batch."""
        kept = {
            key.rpartition(" ")[2]: one
            for key, one in self.cache.get([f"{prefix} {item}" for item in items]).items()
        }
        now = dt.datetime.now(dt.UTC).timestamp()
        limit = self.manners.max_age_s
        if limit is not None and not self.manners.offline:
            kept = {item: one for item, one in kept.items() if now - one.read_at <= limit}
        self._note(kept)
        rest = [item for item in items if item not in kept]
        if self.manners.offline or self.manners.dry_run:
            self.account.missing += rest
            if self.manners.dry_run:
                self.account.planned += [self._request(part, ask) for part in _parts(rest, size)]
            return kept
        if rest and self._report:
            self._report(f"asking Wikidata for {len(rest):,} {what}")
        done = 0
        for part in _parts(rest, size):
            for smaller, answers in self._halved(part, ask):
                read_at = self.cache.put({f"{prefix} {one}": answers[one] for one in smaller})
                kept |= {one: Kept(answers[one], read_at) for one in smaller}
                done += len(smaller)
                if self._report:
                    self._report.amount(done, len(rest))
        return kept

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

    def _entities(self, items: Sequence[str]) -> dict[str, Any]:
        parameters = {**_PARAMETERS, "ids": "|".join(items)}
        answer = self._in_turn(self.web.client, lambda: self.web.ask(parameters))
        try:
            entities = entities_of(answer, items)
            for item, entity in entities.items():
                read_item(item, entity, "")
        except WrongShape as error:
            raise NetworkError(
                f"{self.web.client.host} sent items of another shape than documented "
                f"({self.web.client.quote(str(error))}); nothing of that batch is believed"
            ) from error
        return entities

    def _names(self, items: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {item: {"labels": {}, "types": []} for item in items}
        for item, prop, value in self._rows(_names_query(items)):
            record = found.get(_local(item))
            if record is None:
                continue
            if isinstance(value, Literal):
                # In lower case, as the action API has the codes.
                record["labels"].setdefault(value.language.lower(), value.value)
            elif prop == Iri(f"{PREFIXES['wdt']}P31") and ITEM.fullmatch(_local(value)):
                record["types"].append(_local(value))
        return found

    def _above(self, items: Sequence[str]) -> dict[str, Any]:
        return self._lists(items, _above_query(items))

    def _pointing(self, items: Sequence[str]) -> dict[str, Any]:
        return self._lists(items, _pointing_query(items))

    def _lists(self, items: Sequence[str], query: str) -> dict[str, Any]:
        found: dict[str, list[str]] = defaultdict(list)
        for item, other in self._rows(query):
            if ITEM.fullmatch(_local(other)):
                found[_local(item)].append(_local(other))
        return {item: found[item] for item in items}

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._in_turn(self.store.client, lambda: list(select(self.store, query)))

    def _in_turn(self, client: Client, ask: Callable[[], _T]) -> _T:
        with self.cache.turn(client.host, client.timeout_s):
            if paused_s := self.cache.paused_s(client.host):
                client.hold(paused_s)
            self.account.requests += 1
            return ask()

    def _request(self, items: Sequence[str], ask: Callable[..., Any]) -> str:
        """A request of a dry run, as somebody could send it."""
        queries = {
            self._names: _names_query, self._above: _above_query, self._pointing: _pointing_query,
        }  # fmt: skip
        if query := queries.get(ask):
            return f"# {self.store.endpoint}\n{query(items)}\n"
        return f"GET {self.web.address}?{urlencode({**_PARAMETERS, 'ids': '|'.join(items)})}\n"

    def _note(self, kept: dict[str, Kept]) -> None:
        self.account.cached += len(kept)
        ages = [one.read_at for one in kept.values()]
        if self.account.oldest is not None:
            ages.append(self.account.oldest)
        self.account.oldest = min(ages, default=None)


def _to_json(term: Term | None) -> list[str] | None:
    """A term as it is kept: its kind and what it is made of."""
    if isinstance(term, Literal):
        return ["literal", term.value, term.language, term.datatype]
    return None if term is None else [type(term).__name__.lower(), str(term)]


def _from_json(kept: list[str] | None) -> Term | None:
    if kept is None:
        return None
    kind, value, *rest = kept
    if kind == "literal":
        return Literal(value, language=rest[0], datatype=rest[1])
    return Iri(value) if kind == "iri" else Blank(value.removeprefix("_:"))


def _values(items: Sequence[str]) -> str:
    return " ".join(f"wd:{item}" for item in items)


def _names_query(items: Sequence[str]) -> str:
    languages = ", ".join(f'"{code}"' for code in _CODES)
    return _NAMED.format(items=_values(items), languages=languages)


def _above_query(items: Sequence[str]) -> str:
    return _ABOVE.format(items=_values(items), classes=_values(sorted(KNOWN)).replace(" ", ", "))


def _pointing_query(items: Sequence[str]) -> str:
    properties = " ".join(f"wdt:{prop}" for prop in CONNECTIONS)
    return _POINTING.format(items=_values(items), properties=properties)


def _parts(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _local(term: object) -> str:
    text = str(term)
    return text.removeprefix(WIKIDATA_ENTITY) if text.startswith(WIKIDATA_ENTITY) else ""
