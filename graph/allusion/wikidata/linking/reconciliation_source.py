"""Candidates from a reconciliation service, such as OpenRefine's for Wikidata.

The service only finds candidates: its scores and its ``match`` flag are ignored. The features
for scoring come from its data extension service, if the manifest has one. Without it, a
candidate has only its name, and none is accepted without a person.

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
from ...http.body import read_body
from ...http.client import HttpClient
from ...http.user_agent import CONTACT, default_user_agent
from ..client.batch_client import BatchClient, BatchRequest, RequestPolicy, fingerprint
from ..client.cache import ResponseCache
from ..model.classes import CLASSES_BY_REGISTER
from ..model.items import is_item_id
from ..model.properties import DATES, IDENTIFIERS, INSTANCE_OF, MAKERS
from .features import Candidate, Contributor, Features, years_of_values

_BATCH: Final = 10
_LIMIT: Final = 10
_MAX_BYTES: Final = 8_000_000
_SPACES: Final = (WIKIDATA_ENTITY, WIKIDATA_ENTITY.replace("http:", "https:"))
_PROPERTIES: Final = (INSTANCE_OF, *DATES, *MAKERS, *IDENTIFIERS)


class ReconciliationSource(BatchClient):
    """Client of a reconciliation service for Wikidata, with batches of ten queries.

    Args:
        address: http or https address of the service.
        cache: Cache of responses.
        contact: Address or e-mail for the User-Agent header.
        timeout_s: Limit for one request, including waiting and retries.
        backoff_s: First delay before a retry.
        policy: Which values may be requested.
        language: Language of the service's labels, which the API does not return.

    Raises:
        ParameterError: If ``address`` is not an http or https address.
        StoreError: If the cache cannot be opened.
    """

    def __init__(
        self,
        address: str,
        cache: ResponseCache | None = None,
        *,
        contact: str = CONTACT,
        timeout_s: float = 60,
        backoff_s: float = 1.0,
        policy: RequestPolicy | None = None,
        language: str = "en",
    ) -> None:
        self.address = address
        self.client = HttpClient(address, timeout_s=timeout_s, backoff_s=backoff_s)
        super().__init__(cache, policy, [self.client])
        self.user_agent = default_user_agent(contact)
        self.language = language
        self._has_extension: bool | None = None

    @property
    def name(self) -> str:
        """Host, and the day of the oldest response used."""
        return f"{self.client.host} ({self.log.oldest_day()})"

    def candidates(self, queries: Sequence[Features]) -> Iterator[list[Candidate]]:
        """Yield the candidates of the service for each query.

        Raises:
            NetworkError: If a response does not conform to the API.
            ParameterError: If the service is not for Wikidata.
        """
        if self._has_extension is None:
            self._has_extension = self._fetch_manifest()
        texts = [
            json.dumps(_reconciliation_query(features), ensure_ascii=False) for features in queries
        ]
        labels = {text: features.label for text, features in zip(texts, queries, strict=True)}
        responses = self.fetch_all(
            {text: f"{self.address} {fingerprint(text)}" for text in labels},
            BatchRequest(
                self._send_queries,
                lambda batch: self._describe_post(_queries_form(batch)),
                _BATCH,
                display_name=labels.__getitem__,
            ),
        )
        results = {text: self._parse_result(one.value) for text, one in responses.items()}
        items = list(dict.fromkeys(one.item for found in results.values() for one in found))
        extensions = self._extend(items) if self._has_extension else {}
        for text in texts:
            yield [
                _extend_candidate(one, extensions.get(one.item, {}))
                for one in results.get(text, ())
            ]

    def _fetch_manifest(self) -> bool:
        """Return whether the service has data extension.

        Raises:
            ParameterError: If its identifiers are not Wikidata's.
        """
        asking = BatchRequest(
            lambda _: {"": self._check_manifest(self._exchange(None))},
            lambda _: f"GET {self.address}\n",
            batch_size=1,
            display_name=lambda _: "the service manifest",
        )
        kept = self.fetch_all({"": self.address}, asking)
        return bool(kept) and isinstance(kept[""].value.get("extend"), dict)

    def _check_manifest(self, manifest: dict[str, Any]) -> dict[str, Any]:
        space = manifest.get("identifierSpace")
        if space not in _SPACES:
            raise ParameterError(
                f"{self.address!r} is not a reconciliation service for Wikidata: its "
                f"identifierSpace is {self.client.excerpt(str(space))}"
            )
        versions = manifest.get("versions", ["0.1"])
        if isinstance(versions, list) and not {"0.1", "0.2"}.intersection(map(str, versions)):
            raise ParameterError(
                f"{self.address!r} supports the versions {self.client.excerpt(str(versions))} of "
                "the reconciliation API; 0.2 is required"
            )
        return manifest

    def _send_queries(self, queries: Sequence[str]) -> dict[str, Any]:
        answer = self._exchange(_queries_form(queries))
        found = {}
        for place, query in enumerate(queries):
            try:
                found[query] = answer[f"q{place}"]["result"]
                self._parse_result(found[query])
            except (KeyError, TypeError, AttributeError) as error:
                raise self._protocol_error(f"a result without {error}") from error
        return found

    def _describe_post(self, form: bytes) -> str:
        return f"POST {self.address}\n{form.decode()}\n"

    def _parse_result(self, result: Sequence[dict[str, Any]]) -> list[Candidate]:
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
            if is_item_id(one["id"])
        ]

    def _extend(self, items: Sequence[str]) -> dict[str, dict[str, list[Any]]]:
        """Return the values of the data extension by item and property."""
        prefix = f"{self.address} {fingerprint(' '.join(_PROPERTIES))}"
        asking = BatchRequest(
            self._send_extension,
            lambda some: self._describe_post(_extension_form(some)),
            _BATCH * _LIMIT,
        )
        kept = self.fetch_all({item: f"{prefix} {item}" for item in items}, asking)
        return {item: one.value for item, one in kept.items()}

    def _send_extension(self, items: Sequence[str]) -> dict[str, Any]:
        rows = self._exchange(_extension_form(items)).get("rows")
        if not isinstance(rows, dict) or not all(isinstance(row, dict) for row in rows.values()):
            raise self._protocol_error("an extension response without rows")
        try:
            for item, row in rows.items():
                _extend_candidate(Candidate(item, ()), row)
        except (KeyError, TypeError, AttributeError) as error:
            raise self._protocol_error(f"an invalid extension response: {error}") from error
        return {item: rows.get(item, {}) for item in items}

    def _exchange(self, form: bytes | None) -> dict[str, Any]:
        headers = {"User-Agent": self.user_agent, "Accept": "application/json"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.send_exclusively(
            self.client,
            lambda: self.client.send(
                lambda: urllib.request.Request(self.address, data=form, headers=headers),  # noqa: S310
                self._read_object,
            ),
        )

    def _read_object(self, response: HTTPResponse) -> dict[str, Any]:
        body = read_body(response, self.client.host, _MAX_BYTES)
        try:
            answer = json.loads(body)
            json.dumps(answer, ensure_ascii=False).encode()  # fails on a lone surrogate
        except (ValueError, RecursionError) as error:
            raise self._protocol_error("no JSON") from error
        if not isinstance(answer, dict):
            raise self._protocol_error("no JSON object")
        return answer

    def _protocol_error(self, problem: str) -> NetworkError:
        return NetworkError(
            f"{self.client.host} sent {self.client.excerpt(problem)}, which does not conform to "
            "the reconciliation API; check the address of the service"
        )


def _queries_form(queries: Sequence[str]) -> bytes:
    return _encode_field(
        "queries", {f"q{place}": json.loads(one) for place, one in enumerate(queries)}
    )


def _extension_form(items: Sequence[str]) -> bytes:
    asked = {"ids": items, "properties": [{"id": prop} for prop in _PROPERTIES]}
    return _encode_field("extend", asked)


def _encode_field(name: str, value: object) -> bytes:
    return urlencode({name: json.dumps(value, ensure_ascii=False)}).encode()


def _reconciliation_query(features: Features) -> dict[str, Any]:
    properties: list[dict[str, Any]] = [
        {"pid": prop, "v": value} for prop, value in features.identifiers.items()
    ]
    if features.years and features.kind != "person":
        properties.append({"pid": "P577", "v": str(features.years[0])})
    properties += [
        {"pid": part, "v": {"id": name} if is_item_id(name) else name}
        for part, names in features.makers.items()
        for name in names[:2]
    ]
    query: dict[str, Any] = {"query": features.label, "limit": _LIMIT}
    if features.kind in CLASSES_BY_REGISTER:
        query["type"] = next(iter(CLASSES_BY_REGISTER[features.kind]))
        query["type_strict"] = "should"
    if properties:
        query["properties"] = properties
    return query


def _extend_candidate(candidate: Candidate, row: dict[str, list[Any]]) -> Candidate:
    """Return the candidate with the values of the data extension."""
    cells = {prop: [one for one in row.get(prop) or () if isinstance(one, dict)] for prop in row}
    texts = {prop: [_cell_text(one) for one in some] for prop, some in cells.items()}
    types = tuple(str(one["id"]) for one in cells.get(INSTANCE_OF, ()) if "id" in one)
    return Candidate(
        candidate.item,
        candidate.labels,
        types=tuple(dict.fromkeys((*candidate.types, *types))),
        years={prop: years_of_values(texts[prop]) for prop in DATES if texts.get(prop)},
        makers={
            prop: tuple(
                Contributor(str(one.get("id", "")), (_cell_text(one),))
                for one in cells[prop]
                if one
            )
            for prop in MAKERS
            if cells.get(prop)
        },
        identifiers={prop: tuple(texts[prop]) for prop in IDENTIFIERS if texts.get(prop)},
    )


def _cell_text(cell: dict[str, Any]) -> str:
    return str(
        next((cell[name] for name in ("name", "date", "str", "int", "float") if name in cell), "")
    )
