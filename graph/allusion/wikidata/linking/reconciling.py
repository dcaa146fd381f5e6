"""Candidates from a public reconciliation service, such as OpenRefine's for Wikidata.

The service proposes; what it thinks of its proposals (its score, its ``match: true``) is not
looked at. What is needed to judge them is asked for by its data extension service, where its
manifest says that it has one; without, nothing but a name can speak for its candidates, and
none is accepted without a person.

Source: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import datetime as dt
import json
import urllib.request
from collections.abc import Iterator, Sequence
from http.client import HTTPResponse
from typing import Any, Final
from urllib.parse import urlencode

from ...errors import NetworkError, ParameterError
from ...records import Name
from ...store.client import Client
from ...store.deadline import read_body
from ...store.remote import CONTACT, default_user_agent
from ...vocabulary import WIKIDATA_ENTITY
from ..classes import CLASSES
from ..items import DATES, IDENTIFIERS, MAKERS, TYPE
from .clues import Candidate, Clues, Someone, is_item, years_in

_BATCH: Final = 10
_LIMIT: Final = 10
_MAX_BYTES: Final = 8_000_000
_SPACES: Final = (WIKIDATA_ENTITY, WIKIDATA_ENTITY.replace("http:", "https:"))
_PROPERTIES: Final = (TYPE, *DATES, *MAKERS, *IDENTIFIERS)


class Reconciler:
    """A reconciliation service for Wikidata at ``address``, asked in batches of ten.

    ``contact`` goes into the User-Agent. ``timeout_s`` is for each exchange. ``language`` is
    that in which the service names items, for its API does not say.

    :raises ParameterError: if ``address`` is not an http or https address.
    """

    def __init__(
        self,
        address: str,
        *,
        contact: str = CONTACT,
        timeout_s: float = 60,
        backoff_s: float = 1.0,
        language: str = "en",
    ) -> None:
        self.address = address
        self.client = Client(address, timeout_s=timeout_s, backoff_s=backoff_s)
        self.name = f"{self.client.host} ({dt.datetime.now(dt.UTC).date()})"
        self.agent = default_user_agent(contact)
        self.language = language
        self._extends: bool | None = None

    def candidates(self, wanted: Sequence[Clues]) -> Iterator[list[Candidate]]:
        """For each of ``wanted``, what the service proposes.

        :raises NetworkError: if it does not answer as its API says.
        :raises ParameterError: if it is a service for something else than Wikidata.
        """
        if self._extends is None:
            self._extends = self._look_at_manifest()
        for start in range(0, len(wanted), _BATCH):
            part = wanted[start : start + _BATCH]
            queries = {f"q{place}": _query(clues) for place, clues in enumerate(part)}
            answer = self._post("queries", queries)
            lists = [self._proposals(answer, f"q{place}") for place in range(len(part))]
            items = list(dict.fromkeys(one.item for some in lists for one in some))
            told = self._extended(items) if self._extends and items else {}
            try:
                whole = [[_complete(one, told.get(one.item, {})) for one in some] for some in lists]
            except (KeyError, TypeError, AttributeError) as error:
                raise self._odd(f"an extension of another shape: {error}") from error
            yield from whole

    def _look_at_manifest(self) -> bool:
        """Whether the service has data extension.

        :raises ParameterError: if its identifiers are not Wikidata's.
        """
        manifest = self._exchange(None)
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
        return isinstance(manifest.get("extend"), dict)

    def _proposals(self, answer: dict[str, Any], key: str) -> list[Candidate]:
        try:
            return [
                Candidate(
                    one["id"],
                    (Name(str(one["name"]), self.language),),
                    types=tuple(
                        str(kind["id"] if isinstance(kind, dict) else kind)
                        for kind in one.get("type", ())
                    ),
                )
                for one in answer[key]["result"]
                if is_item(one["id"])
            ]
        except (KeyError, TypeError, AttributeError) as error:
            raise self._odd(f"a result without {error}") from error

    def _extended(self, items: Sequence[str]) -> dict[str, dict[str, list[Any]]]:
        asked = {"ids": items, "properties": [{"id": prop} for prop in _PROPERTIES]}
        rows = self._post("extend", asked).get("rows")
        if not isinstance(rows, dict) or not all(isinstance(row, dict) for row in rows.values()):
            raise self._odd("an extension without rows")
        return rows

    def _post(self, name: str, value: object) -> dict[str, Any]:
        return self._exchange(urlencode({name: json.dumps(value, ensure_ascii=False)}).encode())

    def _exchange(self, form: bytes | None) -> dict[str, Any]:
        headers = {"User-Agent": self.agent, "Accept": "application/json"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.client.send(
            lambda: urllib.request.Request(self.address, data=form, headers=headers),  # noqa: S310
            self._read,
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
