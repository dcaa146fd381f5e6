"""Candidates from a public reconciliation service, such as OpenRefine's for Wikidata.

The service proposes; what it thinks of its proposals (its score, its ``match: true``) is not
looked at. What is needed to judge them is asked for by its data extension service, where its
manifest says that it has one; without, nothing but a name can speak for its candidates, and
none is accepted without a person.

Source: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Sequence
from http.client import HTTPResponse
from typing import Any, Final
from urllib.parse import urlencode

from ...core.errors import NetworkError, ParameterError
from ...core.labels import Name
from ...core.vocabulary import WIKIDATA_ENTITY
from ...store.http.client import Client
from ...store.http.deadline import read_body
from ...store.remote import CONTACT, default_user_agent
from ..client.batch_client import Asker, Asking, Manners, fingerprint
from ..client.cache import Cache
from ..model.classes import CLASSES
from ..model.properties import DATES, IDENTIFIERS, MAKERS, TYPE
from .features import Candidate, Clues, Someone, is_item, years_in

_BATCH: Final = 10
_LIMIT: Final = 10
_MAX_BYTES: Final = 8_000_000
_SPACES: Final = (WIKIDATA_ENTITY, WIKIDATA_ENTITY.replace("http:", "https:"))
_PROPERTIES: Final = (TYPE, *DATES, *MAKERS, *IDENTIFIERS)


class Reconciler(Asker):
    """A reconciliation service for Wikidata at ``address``, asked in batches of ten.

    ``contact`` goes into the User-Agent. ``timeout_s`` is for each exchange. ``language`` is
    that in which the service names items, for its API does not say.

    :raises ParameterError: if ``address`` is not an http or https address.
    :raises StoreError: if the cache cannot be used.
    """

    def __init__(
        self,
        address: str,
        cache: Cache | None = None,
        *,
        contact: str = CONTACT,
        timeout_s: float = 60,
        backoff_s: float = 1.0,
        manners: Manners | None = None,
        language: str = "en",
    ) -> None:
        self.address = address
        self.client = Client(address, timeout_s=timeout_s, backoff_s=backoff_s)
        super().__init__(cache, manners, [self.client])
        self.agent = default_user_agent(contact)
        self.language = language
        self._extends: bool | None = None

    @property
    def name(self) -> str:
        """Its host, and the day of the oldest answer that was made use of."""
        return f"{self.client.host} ({self.account.day()})"

    def candidates(self, wanted: Sequence[Clues]) -> Iterator[list[Candidate]]:
        """For each of ``wanted``, what the service proposes.

        :raises NetworkError: if it does not answer as its API says.
        :raises ParameterError: if it is a service for something else than Wikidata.
        """
        if self._extends is None:
            self._extends = self._look_at_manifest()
        queries = [json.dumps(_query(clues), ensure_ascii=False) for clues in wanted]
        labels = {query: clues.label for query, clues in zip(queries, wanted, strict=True)}
        results = self.gather(
            {query: f"{self.address} {fingerprint(query)}" for query in labels},
            Asking(
                self._ask_queries,
                lambda queries: self._plan(_form(queries)),
                _BATCH,
                called=labels.__getitem__,
            ),
        )
        lists = {query: self._proposals(one.value) for query, one in results.items()}
        items = list(dict.fromkeys(one.item for some in lists.values() for one in some))
        told = self._extended(items) if self._extends else {}
        for query in queries:
            yield [_complete(one, told.get(one.item, {})) for one in lists.get(query, ())]

    def _look_at_manifest(self) -> bool:
        """Whether the service has data extension.

        :raises ParameterError: if its identifiers are not Wikidata's.
        """
        asking = Asking(
            lambda _: {"": self._checked(self._exchange(None))},
            lambda _: f"GET {self.address}\n",
            size=1,
            called=lambda _: "the manifest of the service",
        )
        kept = self.gather({"": self.address}, asking)
        return bool(kept) and isinstance(kept[""].value.get("extend"), dict)

    def _checked(self, manifest: dict[str, Any]) -> dict[str, Any]:
        space = manifest.get("identifierSpace")
        if space not in _SPACES:
            raise ParameterError(
                f"{self.address!r} is no reconciliation service for Wikidata: its identifierSpace "
                f"is {self.client.quote(str(space))}"
            )
        versions = manifest.get("versions", ["0.1"])
        if isinstance(versions, list) and not {"0.1", "0.2"}.intersection(map(str, versions)):
            raise ParameterError(
                f"{self.address!r} speaks versions {self.client.quote(str(versions))} of the "
                "reconciliation API; 0.2 is wanted"
            )
        return manifest

    def _ask_queries(self, queries: Sequence[str]) -> dict[str, Any]:
        answer = self._exchange(_form(queries))
        found = {}
        for place, query in enumerate(queries):
            try:
                found[query] = answer[f"q{place}"]["result"]
                self._proposals(found[query])
            except (KeyError, TypeError, AttributeError) as error:
                raise self._odd(f"a result without {error}") from error
        return found

    def _plan(self, form: bytes) -> str:
        return f"POST {self.address}\n{form.decode()}\n"

    def _proposals(self, result: Sequence[dict[str, Any]]) -> list[Candidate]:
        return [
            Candidate(
                one["id"],
                (Name(str(one["name"]), self.language),),
                types=tuple(
                    str(kind["id"] if isinstance(kind, dict) else kind)
                    for kind in one.get("type", ())
                ),
            )
            for one in result
            if is_item(one["id"])
        ]

    def _extended(self, items: Sequence[str]) -> dict[str, dict[str, list[Any]]]:
        """What the service tells of these items, for each a list of values by property."""
        prefix = f"{self.address} {fingerprint(' '.join(_PROPERTIES))}"
        asking = Asking(
            self._ask_extension, lambda some: self._plan(_extension(some)), _BATCH * _LIMIT
        )
        kept = self.gather({item: f"{prefix} {item}" for item in items}, asking)
        return {item: one.value for item, one in kept.items()}

    def _ask_extension(self, items: Sequence[str]) -> dict[str, Any]:
        rows = self._exchange(_extension(items)).get("rows")
        if not isinstance(rows, dict) or not all(isinstance(row, dict) for row in rows.values()):
            raise self._odd("an extension without rows")
        try:
            for item, row in rows.items():
                _complete(Candidate(item, ()), row)
        except (KeyError, TypeError, AttributeError) as error:
            raise self._odd(f"an extension of another shape: {error}") from error
        return {item: rows.get(item, {}) for item in items}

    def _exchange(self, form: bytes | None) -> dict[str, Any]:
        headers = {"User-Agent": self.agent, "Accept": "application/json"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.in_turn(
            self.client,
            lambda: self.client.send(
                lambda: urllib.request.Request(self.address, data=form, headers=headers),  # noqa: S310
                self._read,
            ),
        )

    def _read(self, response: HTTPResponse) -> dict[str, Any]:
        body = read_body(response, self.client.host, _MAX_BYTES)
        try:
            answer = json.loads(body)
            json.dumps(answer, ensure_ascii=False).encode()  # half of a letter is no text
        except (ValueError, RecursionError) as error:
            raise self._odd("no JSON") from error
        if not isinstance(answer, dict):
            raise self._odd("no JSON object")
        return answer

    def _odd(self, what: str) -> NetworkError:
        return NetworkError(
            f"{self.client.host} sent {self.client.quote(what)}, not what the reconciliation API "
            "says; check the address of the service"
        )


def _form(queries: Sequence[str]) -> bytes:
    return _fields("queries", {f"q{place}": json.loads(one) for place, one in enumerate(queries)})


def _extension(items: Sequence[str]) -> bytes:
    asked = {"ids": items, "properties": [{"id": prop} for prop in _PROPERTIES]}
    return _fields("extend", asked)


def _fields(name: str, value: object) -> bytes:
    return urlencode({name: json.dumps(value, ensure_ascii=False)}).encode()


def _query(clues: Clues) -> dict[str, Any]:
    properties: list[dict[str, Any]] = [
        {"pid": prop, "v": value} for prop, value in clues.identifiers.items()
    ]
    if clues.years and clues.kind != "person":
        properties.append({"pid": "P577", "v": str(clues.years[0])})
    properties += [
        {"pid": part, "v": {"id": name} if is_item(name) else name}
        for part, names in clues.makers.items()
        for name in names[:2]
    ]
    query: dict[str, Any] = {"query": clues.label, "limit": _LIMIT}
    if clues.kind in CLASSES:
        query["type"] = next(iter(CLASSES[clues.kind]))
        query["type_strict"] = "should"
    if properties:
        query["properties"] = properties
    return query


def _complete(candidate: Candidate, told: dict[str, list[Any]]) -> Candidate:
    """A proposal with what the extension service tells of it."""
    cells = {prop: [one for one in told.get(prop) or () if isinstance(one, dict)] for prop in told}
    texts = {prop: [_text(one) for one in some] for prop, some in cells.items()}
    types = tuple(str(one["id"]) for one in cells.get(TYPE, ()) if "id" in one)
    return Candidate(
        candidate.item,
        candidate.labels,
        types=tuple(dict.fromkeys((*candidate.types, *types))),
        years={
            prop: tuple(sorted({year for text in texts[prop] for year in years_in(text)}))
            for prop in DATES
            if texts.get(prop)
        },
        makers={
            prop: tuple(
                Someone(str(one.get("id", "")), (_text(one),)) for one in cells[prop] if one
            )
            for prop in MAKERS
            if cells.get(prop)
        },
        identifiers={prop: tuple(texts[prop]) for prop in IDENTIFIERS if texts.get(prop)},
    )


def _text(cell: dict[str, Any]) -> str:
    return str(
        next((cell[name] for name in ("name", "date", "str", "int", "float") if name in cell), "")
    )
