"""Wikidata as it is asked: what is in the cache from there, the rest politely and in batches.

Items come from the action API, 50 at once; labels and kinds of what they name, and what
points at them, from a SPARQL endpoint, in chunks of VALUES.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from ...core.errors import NetworkError, StoreError
from ...core.terms import Blank, Iri, Literal, Term
from ...core.vocabulary import PREFIXES, WIKIDATA_ENTITY
from ...store import select
from ...store.base import Row
from ...store.remote import CONTACT, RemoteStore
from ..model.classes import KNOWN
from ..model.items import ITEM, Item, Named, WrongShape, check_items, entities_of, read_item
from ..model.languages import LANGUAGES, codes_to_ask
from ..model.properties import CONNECTIONS
from .action_api import Web
from .batch_client import Asker, Asking, Manners, Report, fingerprint
from .cache import Cache, Kept

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
    FILTER(LCASE(LANG(?value)) IN ({languages}))
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


class Wikidata(Asker):
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
        self.web = Web(api, contact=contact, timeout_s=timeout_s, backoff_s=backoff_s)
        self.store = RemoteStore(
            endpoint, contact=contact, timeout_s=timeout_s, backoff_s=backoff_s
        )
        super().__init__(cache, manners, (self.web.client, self.store.client), report)

    def items(self, items: Collection[str]) -> dict[str, Item]:
        """The items of these Q-ids; offline, those that are in the cache.

        :raises ParameterError: if one is not a Q-id.
        :raises NetworkError: if the API does not answer as it should; what came before is kept.
        """
        wanted = check_items(items)
        prefix = f"{self.web.address} {fingerprint(urlencode(_PARAMETERS))}"
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
        prefix = f"{self.store.endpoint} {fingerprint(_NAMED + str(_CODES))}"
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
        prefix = f"{self.store.endpoint} {fingerprint(_ABOVE + str(sorted(KNOWN)))}"
        kept = self._gather(wanted, prefix, CHUNK, self._above, "classes")
        return {item: tuple(one.value) for item, one in kept.items()}

    def pointing(self, items: Collection[str]) -> dict[str, tuple[str, ...]]:
        """The items that are based on each of these, inspired by it, refer to it or quote it."""
        wanted = check_items(items)
        prefix = f"{self.store.endpoint} {fingerprint(_POINTING + str(sorted(CONNECTIONS)))}"
        kept = self._gather(wanted, prefix, CHUNK, self._pointing, "what points at them")
        return {item: tuple(one.value) for item, one in kept.items()}

    def rows(
        self, things: Mapping[str, tuple[Term, ...]], query: Callable[[str], str], size: int
    ) -> dict[str, list[Row]]:
        """For each of ``things``, what stands behind it in the rows of a query.

        Things are as they stand in a VALUES block, each with its terms, which are the first
        columns of its rows; ``query`` makes a SELECT of such a block. What is kept is kept by
        the thing, so that of another list the new ones alone are asked for. Offline, those that
        are in the cache.

        :raises NetworkError: if the endpoint does not answer as it should.
        """
        texts: dict[tuple[Term | None, ...], list[str]] = defaultdict(list)
        for text, terms in things.items():
            texts[terms].append(text)
        width = len(next(iter(texts), ()))

        def ask(some: Sequence[str]) -> dict[str, Any]:
            found: dict[str, list[Any]] = {text: [] for text in some}
            for row in self._rows(query(" ".join(some))):
                for text in texts.get(row[:width], ()):
                    if text in found:
                        found[text].append([_to_json(term) for term in row[width:]])
            return found

        prefix = f"{self.store.endpoint} {fingerprint(query(''))}"
        kept = self.gather(
            {text: f"{prefix} {text}" for text in things},
            Asking(ask, lambda some: f"# {self.store.endpoint}\n{query(' '.join(some))}\n", size),
        )
        return {
            text: [tuple(map(_from_json, row)) for row in one.value] for text, one in kept.items()
        }

    def _gather(
        self,
        items: Sequence[str],
        prefix: str,
        size: int,
        ask: Callable[[Sequence[str]], dict[str, Any]],
        what: str,
    ) -> dict[str, Kept]:
        keys = {item: f"{prefix} {item}" for item in items}
        return self.gather(keys, Asking(ask, partial(self._request, ask=ask), size, what))

    def _entities(self, items: Sequence[str]) -> dict[str, Any]:
        parameters = {**_PARAMETERS, "ids": "|".join(items)}
        answer = self.in_turn(self.web.client, lambda: self.web.ask(parameters))
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
        return self.in_turn(self.store.client, lambda: list(select(self.store, query)))

    def _request(self, items: Sequence[str], ask: Callable[..., Any]) -> str:
        """A request of a dry run, as somebody could send it."""
        queries = {
            self._names: _names_query, self._above: _above_query, self._pointing: _pointing_query,
        }  # fmt: skip
        if query := queries.get(ask):
            return f"# {self.store.endpoint}\n{query(items)}\n"
        return f"GET {self.web.address}?{urlencode({**_PARAMETERS, 'ids': '|'.join(items)})}\n"


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


def _local(term: object) -> str:
    text = str(term)
    return text.removeprefix(WIKIDATA_ENTITY) if text.startswith(WIKIDATA_ENTITY) else ""
