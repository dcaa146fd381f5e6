"""OpenAPI description of the server, from the headers of the canned queries."""

from __future__ import annotations

from typing import Any, Final

from .._version import __version__
from ..query.catalog import CannedQuery, Catalog, Parameter
from ..query.parameter_schemas import parameter_schema, parameter_text
from .negotiation import MEDIA_TYPES, ROWS, TRIPLES
from .query_pages import FORMATS
from .sparql_protocol import FORMATS as SPARQL_FORMATS

_PROBLEM: Final = {
    "description": "A problem (RFC 9457); a page if the request asks for HTML",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        "text/html": {},
    },
}


def describe_api(catalog: Catalog, address: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document.

    Args:
        catalog: The canned queries.
        address: Address of the server.
    """
    paths: dict[str, Any] = {"/sparql": _sparql(), "/search.json": _search()}
    for query in catalog.local:
        paths[f"/query/{query.name}.{{format}}"] = {"get": _operation(query)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "allusion",
            "version": __version__,
            "description": "What films refer to, who says so, and where it leads.",
            "license": {"name": "CC0 1.0", "identifier": "CC0-1.0"},
        },
        "servers": [{"url": address}],
        "paths": paths,
        "components": {
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "line": {"type": "integer"},
                        "column": {"type": "integer"},
                        "limit": {"type": "string"},
                    },
                }
            }
        },
    }


def _operation(query: CannedQuery) -> dict[str, Any]:
    columns = "\n".join(f"- `{column.name}`: {column.description}" for column in query.columns)
    formats = {
        "name": "format",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": list(FORMATS)},
    }
    media_types = [MEDIA_TYPES[form] for form in FORMATS.values()]
    language = _query_parameter("lang", "Language tag of the names", {"type": "string"})
    return {
        "operationId": query.name,
        "summary": query.summary,
        "description": f"{query.description}\n\nColumns:\n\n{columns}".strip(),
        "tags": list(query.tags),
        "parameters": [formats, *map(_parameter, query.parameters), language],
        "responses": _answer("The answer", *media_types),
    }


def _answer(description: str, *media_types: str) -> dict[str, Any]:
    return {
        "200": {"description": description, "content": {one: {} for one in media_types}},
        "default": _PROBLEM,
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return _query_parameter(parameter.name, parameter_text(parameter), parameter_schema(parameter))


def _query_parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _sparql() -> dict[str, Any]:
    parameters = [
        _query_parameter("query", "SELECT, ASK, CONSTRUCT or DESCRIBE", {"type": "string"}),
        _query_parameter("default-graph-uri", "Graphs of the default graph",
                         {"type": "array", "items": {"type": "string"}}),
        _query_parameter("named-graph-uri", "The named graphs",
                         {"type": "array", "items": {"type": "string"}}),
        _query_parameter("format", "Format, instead of the Accept header",
                         {"type": "string", "enum": list(SPARQL_FORMATS)}),
        _query_parameter("timeout", "Seconds; lowers the limit", {"type": "number"}),
        _query_parameter("max_rows", "Rows; lowers the limit", {"type": "integer"}),
        _query_parameter("partial", "1: if a limit stops the query, send the answer found so far",
                         {"type": "string"}),
    ]  # fmt: skip
    return {
        "get": {
            "operationId": "sparql",
            "summary": "SPARQL 1.1 Protocol",
            "parameters": parameters,
            "responses": _answer("The answer", *ROWS.values(), *TRIPLES.values()),
        }
    }


def _search() -> dict[str, Any]:
    return {
        "get": {
            "operationId": "search",
            "summary": "Find entities by any of their names, in any script",
            "parameters": [
                _query_parameter("q", "A name or a part of it", {"type": "string"}),
                _query_parameter("kind", "Kinds of entities, separated by commas",
                                 {"type": "string"}),
            ],
            "responses": _answer("The entities", "application/json"),
        }
    }  # fmt: skip
