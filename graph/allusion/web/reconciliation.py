"""Reconciliation service: OpenRefine and others match their names with entities of the graph.

Source: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from ..core.errors import UnknownName
from ..core.model import Entity
from ..core.vocabulary import BASE, ENTITY_REGISTERS, ONTOLOGY, local_path
from ..search.results import EXACT, MATCH_KINDS, Match
from ..view.theme import kind_style
from .page_routes import Pages
from .problems import HttpProblem, bad_request
from .site import Site

#: Queries in one batch at most; the manifest names it.
MAX_BATCH: Final = 50
_MAX_RESULTS: Final = 20
_MAX_IDS: Final = 100


class Reconciliation:
    """The service as routes.

    Args:
        pages: Find entities, and run the work in threads.
        address: Returns the address of the root for a request.
    """

    def __init__(self, pages: Pages, address: Callable[[Request], str]) -> None:
        self._pages = pages
        self._address = address

    @property
    def site(self) -> Site:
        """The present state of the pages."""
        return self._pages.site

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/reconcile", self._reconcile, methods=["GET", "POST"]),
            Route("/reconcile/suggest/{what}", self._suggest),
            Route("/reconcile/properties", self._properties),
            Route("/reconcile/preview", self._preview),
        ]

    async def _reconcile(self, request: Request) -> Response:
        given: dict[str, str] = dict(request.query_params)
        if request.method == "POST":
            text = (await request.body()).decode("utf-8", "replace")
            given |= dict(parse_qsl(text, max_num_fields=100))
        if "queries" in given:
            queries = _parse(given["queries"], "queries")
            if len(queries) > MAX_BATCH:
                raise HttpProblem(
                    413, "body", "The body of the request is too large",
                    f"{len(queries):,} queries; at most {MAX_BATCH} in one batch",
                )  # fmt: skip
            return await self._answer(lambda: self.match(queries))
        if "extend" in given:
            asked = _parse(given["extend"], "extend")
            return await self._answer(lambda: self.extend(asked))
        return JSONResponse(self.manifest(self._address(request)))

    async def _suggest(self, request: Request) -> Response:
        what, prefix = request.path_params["what"], request.query_params.get("prefix", "")
        suggest = {
            "entity": self.suggest_entities,
            "type": self.suggest_types,
            "property": self.suggest_properties,
        }.get(what)
        if suggest is None:
            raise HttpProblem(404, "page", "There is no such page", request.url.path)
        return await self._answer(lambda: {"result": suggest(prefix)})

    async def _properties(self, request: Request) -> Response:
        kind = request.query_params.get("type", "")
        names = await self._pages.run(lambda: self.property_names(kind))
        return JSONResponse(
            {"type": kind, "properties": [{"id": name, "name": name} for name in names]}
        )

    async def _preview(self, request: Request) -> Response:
        ident = request.query_params.get("id", "")
        return HTMLResponse(await self._pages.run(lambda: self.preview(ident)))

    async def _answer(self, make: Callable[[], dict[str, Any]]) -> Response:
        return JSONResponse(await self._pages.run(make))

    def manifest(self, address: str) -> dict[str, Any]:
        """Return the service manifest.

        Args:
            address: Address of the root, without "/" at its end.
        """

        def service(path: str) -> dict[str, str]:
            return {"service_url": address, "service_path": path}

        return {
            "versions": ["0.2"],
            "name": "allusion",
            "identifierSpace": BASE,
            "schemaSpace": ONTOLOGY,
            "documentation": f"{address}/limits",
            "defaultTypes": [_type(kind) for kind in ENTITY_REGISTERS],
            "view": {"url": f"{address}/{{{{id}}}}"},
            "preview": {
                "url": f"{address}/reconcile/preview?id={{{{id}}}}", "width": 430, "height": 200,
            },
            "suggest": {
                what: service(f"/reconcile/suggest/{what}")
                for what in ("entity", "type", "property")
            },
            "extend": {"propose_properties": service("/reconcile/properties")},
            "batchSize": MAX_BATCH,
        }  # fmt: skip

    def preview(self, ident: str) -> str:
        """Return the small page of an entity.

        Raises:
            HttpProblem: If there is no such entity.
        """
        entity = self._entity(ident)
        if entity is None:
            raise HttpProblem(404, "name", "The name is unknown", "there is no such entity")
        return self.site.renderer.render(
            "preview", "reconcile/preview", title=entity.label(), entity=entity
        )

    def match(self, queries: dict[str, Any]) -> dict[str, Any]:
        """Return the candidates of each query of a batch."""
        return {key: {"result": self._candidates(query)} for key, query in queries.items()}

    def _candidates(self, query: Any) -> list[dict[str, Any]]:
        text = str(query.get("query", "")) if isinstance(query, dict) else ""
        if not text.strip():
            return []
        wanted = query.get("type") or []
        wanted = wanted if isinstance(wanted, list) else [wanted]
        kinds = [kind for kind in ENTITY_REGISTERS if kind in wanted]
        limit = query.get("limit", 5)
        limit = min(limit, _MAX_RESULTS) if isinstance(limit, int) and limit > 0 else 5
        found = self.site.graph.search(text, limit, kind=kinds)
        exact = [match for match in found if match.rank == EXACT]
        return [
            {
                **self._described(match),
                "score": 100 - match.rank * 10,
                "match": match.rank == EXACT and len(exact) == 1,
                "features": [{"id": "how", "value": MATCH_KINDS[match.rank]}],
            }
            for match in found
        ]

    def _described(self, match: Match) -> dict[str, Any]:
        year = f", {match.year}" if match.year else ""
        other = "" if match.matched.text == match.label else f"; {match.matched.text}"
        return {
            "id": local_path(match.iri),
            "name": match.label,
            "description": f"{kind_style(match.register).singular}{year}{other}",
            "type": [_type(match.register)],
        }

    def suggest_entities(self, prefix: str) -> list[dict[str, Any]]:
        """Return the entities with a name that contains ``prefix``."""
        found = self.site.graph.search(prefix, _MAX_RESULTS) if prefix.strip() else []
        rows = map(self._described, found)
        return [{**row, "notable": row["type"]} for row in rows]

    def suggest_types(self, prefix: str) -> list[dict[str, Any]]:
        """Return the kinds of entities with a name that begins with ``prefix``."""
        types = map(_type, ENTITY_REGISTERS)
        return [one for one in types if one["name"].startswith(prefix.lower())]

    def suggest_properties(self, prefix: str) -> list[dict[str, Any]]:
        """Return the properties with a name that begins with ``prefix``."""
        names = self.property_names("")
        return [{"id": n, "name": n} for n in names if n.startswith(prefix.lower())]

    def property_names(self, kind: str) -> list[str]:
        """Return the properties that entities of a kind have; "" means all kinds."""
        network = self.site.network
        entities = (network.nodes[iri]["entity"] for iri in network)
        found = {
            fact.property
            for entity in entities
            if kind in ("", entity.kind)
            for fact in entity.facts
        }
        return [*sorted(found), "Wikidata", "IMDb"]

    def extend(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return the values of properties of entities.

        Args:
            asked: The data extension query: ``ids`` and ``properties``.

        Raises:
            HttpProblem: If it names too many entities.
        """
        ids = [one for one in asked.get("ids", []) if isinstance(one, str)]
        if len(ids) > _MAX_IDS:
            raise HttpProblem(
                413, "body", "The body of the request is too large",
                f"{len(ids):,} entities; at most {_MAX_IDS}",
            )  # fmt: skip
        given = asked.get("properties", [])
        names = [str(one["id"]) for one in given if isinstance(one, dict) and "id" in one]
        return {
            "meta": [{"id": name, "name": name} for name in names],
            "rows": {ident: self._values(ident, names) for ident in ids},
        }

    def _values(self, ident: str, names: Iterable[str]) -> dict[str, list[dict[str, str]]]:
        entity = self._entity(ident)
        found: dict[str, list[dict[str, str]]] = {name: [] for name in names}
        if entity is None:
            return found
        for fact in entity.facts:
            if fact.property in found:
                value = {"str": fact.value}
                if local_path(fact.target):
                    value = {"id": local_path(fact.target), "name": fact.value}
                found[fact.property].append(value)
        for link in entity.links:
            if link.site in found:
                found[link.site].append({"str": link.identifier})
        return found

    def _entity(self, ident: str) -> Entity | None:
        try:
            return self.site.record(BASE + ident.removeprefix(BASE))
        except UnknownName:
            return None


def _type(kind: str) -> dict[str, str]:
    return {"id": kind, "name": kind_style(kind).singular}


def _parse(text: str, name: str) -> dict[str, Any]:
    """Parse a JSON object of a request.

    Raises:
        HttpProblem: If it is none.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise bad_request(f"{name} is not an object in JSON")
    return found
