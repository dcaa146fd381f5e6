"""Client of Wikidata: items from the action API, labels and classes from SPARQL.

The action API returns up to 50 items a request. Labels and classes of mentioned items, and
incoming statements, come from a SPARQL endpoint, with VALUES blocks of limited size.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from ...core.errors import NetworkError, StoreError
from ...core.progress import Progress
from ...core.terms import Blank, Iri, Literal, Term
from ...core.vocabulary import PREFIXES
from ...http.user_agent import CONTACT
from ...store import select
from ...store.interface import Row
from ...store.remote import RemoteStore
from ..model.classes import KNOWN_CLASSES
from ..model.items import (
    Item,
    ItemSummary,
    MalformedEntity,
    extract_entities,
    item_id,
    parse_entity,
    sort_item_ids,
)
from ..model.languages import LANGUAGES, codes_to_request
from ..model.properties import CONNECTIONS
from .action_api import ActionApi
from .batch_client import BatchClient, BatchRequest, RequestPolicy, fingerprint
from .cache import CachedResponse, ResponseCache

API_URL: Final = "https://www.wikidata.org/w/api.php"
ENDPOINT_URL: Final = "https://query.wikidata.org/sparql"
#: Limit of the action API for clients without special rights.
ITEMS_PER_REQUEST: Final = 50
#: Maximum number of items in a VALUES block.
VALUES_PER_QUERY: Final = 100
_CODES: Final = codes_to_request(LANGUAGES)
# Complete items are cached, so that later versions can read further statements.
_PARAMETERS: Final = {
    "action": "wbgetentities",
    "props": "info|labels|aliases|claims|sitelinks|sitelinks/urls",
    "languages": "|".join(_CODES),
    "format": "json",
    "maxlag": "5",
}
# Each branch repeats the block, because engines do not push bindings into a union.
_LABELS_QUERY: Final = """\
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
# Classes are a filter: with a second VALUES block engines evaluate the path for each pair.
_SUPERCLASSES_QUERY: Final = """\
SELECT DISTINCT ?item ?class WHERE {{
  VALUES ?item {{ {items} }}
  ?item wdt:P279+ ?class
  FILTER(?class IN ({classes}))
}}
ORDER BY ?item ?class"""
_INCOMING_QUERY: Final = """\
SELECT DISTINCT ?item ?from WHERE {{
  VALUES ?item {{ {items} }}
  VALUES ?property {{ {properties} }}
  ?from ?property ?item
}}
ORDER BY ?item ?from"""


class WikidataClient(BatchClient):
    """Cached client of the action API and of a SPARQL endpoint.

    Raises:
        ParameterError: If an address or the contact is invalid.
        StoreError: If the cache cannot be opened.
    """

    def __init__(
        self,
        cache: ResponseCache | None = None,
        *,
        api: str = API_URL,
        endpoint: str = ENDPOINT_URL,
        contact: str = CONTACT,
        timeout_s: float = 60,
        backoff_s: float = 1.0,
        policy: RequestPolicy | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.api = ActionApi(api, contact=contact, timeout_s=timeout_s, backoff_s=backoff_s)
        self.store = RemoteStore(
            endpoint, contact=contact, timeout_s=timeout_s, backoff_s=backoff_s
        )
        super().__init__(cache, policy, (self.api.client, self.store.client), progress)

    def fetch_items(self, items: Collection[str]) -> dict[str, Item]:
        """Return the items by Q-id; offline, only the cached ones.

        Raises:
            ParameterError: If one is not a Q-id.
            NetworkError: If the API fails; the batches received before stay cached.
        """
        ids = sort_item_ids(items)
        prefix = f"{self.api.address} {fingerprint(urlencode(_PARAMETERS))}"
        cached = self._fetch_by_item(ids, prefix, ITEMS_PER_REQUEST, self._get_entities, "items")
        found = {}
        for item, one in cached.items():
            read = dt.datetime.fromtimestamp(one.read_at, dt.UTC)
            try:
                found[item] = parse_entity(item, one.value, read.isoformat(timespec="seconds"))
            except MalformedEntity as error:  # cached by another version
                raise StoreError(
                    f"{self.cache.path} has an invalid entry ({error}); run again with --refresh"
                ) from error
        return found

    def fetch_summaries(self, items: Collection[str]) -> dict[str, ItemSummary]:
        """Return labels, classes and superclasses of items; empty ones for unknown items."""
        ids = sort_item_ids(items)
        prefix = f"{self.store.endpoint} {fingerprint(_LABELS_QUERY + str(_CODES))}"
        cached = self._fetch_by_item(ids, prefix, VALUES_PER_QUERY, self._query_labels, "names")
        unknown = {
            one
            for named in cached.values()
            if KNOWN_CLASSES.isdisjoint(named.value["types"])
            for one in named.value["types"]
        }
        above = self.fetch_superclasses(unknown)
        return {
            item: ItemSummary(
                one.value["labels"],
                tuple(one.value["types"]),
                tuple(sorted({up for kind in one.value["types"] for up in above.get(kind, ())})),
            )
            for item, one in cached.items()
        }

    def fetch_superclasses(self, classes: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return the members of `KNOWN_CLASSES` among the superclasses of each class."""
        ids = sort_item_ids(classes)
        prefix = (
            f"{self.store.endpoint} {fingerprint(_SUPERCLASSES_QUERY + str(sorted(KNOWN_CLASSES)))}"
        )
        cached = self._fetch_by_item(
            ids, prefix, VALUES_PER_QUERY, self._query_superclasses, "classes"
        )
        return {item: tuple(one.value) for item, one in cached.items()}

    def fetch_incoming(self, items: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return the items with a connection property (based on, quotes ...) to each item."""
        ids = sort_item_ids(items)
        prefix = f"{self.store.endpoint} {fingerprint(_INCOMING_QUERY + str(sorted(CONNECTIONS)))}"
        cached = self._fetch_by_item(
            ids, prefix, VALUES_PER_QUERY, self._query_incoming, "incoming statements"
        )
        return {item: tuple(one.value) for item, one in cached.items()}

    def fetch_rows(
        self, values: Mapping[str, tuple[Term, ...]], query: Callable[[str], str], size: int
    ) -> dict[str, list[Row]]:
        """Return the rows of a SELECT query for each value.

        Rows are cached for each value, so only new values are requested. Offline the result has
        cached values only.

        Args:
            values: Text of each value in the VALUES block, and its terms, which are the first
                columns of its rows.
            query: Returns the SELECT query for the content of a VALUES block.
            size: Maximum number of values in a query.

        Raises:
            NetworkError: If the endpoint fails.
        """
        texts: dict[tuple[Term | None, ...], list[str]] = defaultdict(list)
        for text, terms in values.items():
            texts[terms].append(text)
        width = len(next(iter(texts), ()))

        def ask(some: Sequence[str]) -> dict[str, Any]:
            found: dict[str, list[Any]] = {text: [] for text in some}
            for row in self._select_rows(query(" ".join(some))):
                for text in texts.get(row[:width], ()):
                    if text in found:
                        found[text].append([_term_to_json(term) for term in row[width:]])
            return found

        prefix = f"{self.store.endpoint} {fingerprint(query(''))}"
        cached = self.fetch_all(
            {text: f"{prefix} {text}" for text in values},
            BatchRequest(
                ask, lambda some: f"# {self.store.endpoint}\n{query(' '.join(some))}\n", size
            ),
        )
        return {
            text: [tuple(map(_term_from_json, row)) for row in one.value]
            for text, one in cached.items()
        }

    def _fetch_by_item(
        self,
        items: Sequence[str],
        prefix: str,
        size: int,
        fetch: Callable[[Sequence[str]], dict[str, Any]],
        label: str,
    ) -> dict[str, CachedResponse]:
        keys = {item: f"{prefix} {item}" for item in items}
        return self.fetch_all(
            keys, BatchRequest(fetch, partial(self._describe_request, ask=fetch), size, label)
        )

    def _get_entities(self, items: Sequence[str]) -> dict[str, Any]:
        parameters = {**_PARAMETERS, "ids": "|".join(items)}
        answer = self.send_exclusively(self.api.client, lambda: self.api.get(parameters))
        try:
            entities = extract_entities(answer, items)
            for item, entity in entities.items():
                parse_entity(item, entity, "")
        except MalformedEntity as error:
            raise NetworkError(
                f"{self.api.client.host} sent items in an undocumented format "
                f"({self.api.client.excerpt(str(error))}); the batch was discarded"
            ) from error
        return entities

    def _query_labels(self, items: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {item: {"labels": {}, "types": []} for item in items}
        for item, prop, value in self._select_rows(_labels_query(items)):
            record = found.get(item_id(item))
            if record is None:
                continue
            if isinstance(value, Literal):
                # In lower case, like the codes of the action API.
                record["labels"].setdefault(value.language.lower(), value.value)
            elif prop == Iri(f"{PREFIXES['wdt']}P31") and item_id(value):
                record["types"].append(item_id(value))
        return found

    def _query_superclasses(self, items: Sequence[str]) -> dict[str, Any]:
        return self._query_lists(items, _superclasses_query(items))

    def _query_incoming(self, items: Sequence[str]) -> dict[str, Any]:
        return self._query_lists(items, _incoming_query(items))

    def _query_lists(self, items: Sequence[str], query: str) -> dict[str, Any]:
        found: dict[str, list[str]] = defaultdict(list)
        for item, other in self._select_rows(query):
            if other_id := item_id(other):
                found[item_id(item)].append(other_id)
        return {item: found[item] for item in items}

    def _select_rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.send_exclusively(self.store.client, lambda: list(select(self.store, query)))

    def _describe_request(self, items: Sequence[str], ask: Callable[..., Any]) -> str:
        """Return a request as text, for a dry run."""
        queries = {
            self._query_labels: _labels_query,
            self._query_superclasses: _superclasses_query,
            self._query_incoming: _incoming_query,
        }
        if query := queries.get(ask):
            return f"# {self.store.endpoint}\n{query(items)}\n"
        return f"GET {self.api.address}?{urlencode({**_PARAMETERS, 'ids': '|'.join(items)})}\n"


def _term_to_json(term: Term | None) -> list[str] | None:
    """Convert a term to a list: its type, then its components."""
    if isinstance(term, Literal):
        return ["literal", term.value, term.language, term.datatype]
    return None if term is None else [type(term).__name__.lower(), str(term)]


def _term_from_json(cached: list[str] | None) -> Term | None:
    if cached is None:
        return None
    kind, value, *rest = cached
    if kind == "literal":
        return Literal(value, language=rest[0], datatype=rest[1])
    return Iri(value) if kind == "iri" else Blank(value.removeprefix("_:"))


def _values_list(items: Sequence[str]) -> str:
    return " ".join(f"wd:{item}" for item in items)


def _labels_query(items: Sequence[str]) -> str:
    languages = ", ".join(f'"{code}"' for code in _CODES)
    return _LABELS_QUERY.format(items=_values_list(items), languages=languages)


def _superclasses_query(items: Sequence[str]) -> str:
    return _SUPERCLASSES_QUERY.format(
        items=_values_list(items), classes=_values_list(sorted(KNOWN_CLASSES)).replace(" ", ", ")
    )


def _incoming_query(items: Sequence[str]) -> str:
    properties = " ".join(f"wdt:{prop}" for prop in CONNECTIONS)
    return _INCOMING_QUERY.format(items=_values_list(items), properties=properties)
