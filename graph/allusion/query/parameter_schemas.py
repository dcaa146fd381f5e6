"""Definitions of canned queries for programs: texts and JSON Schemas of their parameters.

All of these are generated from the headers of the query files.
"""

from __future__ import annotations

from typing import Any, Final

from .catalog import TYPES, CannedQuery, Parameter, shown_default

_JSON_TYPES: Final = {"integer": "integer"}


def parameter_text(parameter: Parameter) -> str:
    """Return the meaning, the type, the allowed values and the default of a parameter."""
    wanted = " or ".join(parameter.registers) or (
        f"one of {', '.join(parameter.choices)}" if parameter.choices else TYPES[parameter.type]
    )
    default = shown_default(parameter)
    return f"{parameter.description} ({parameter.type}: {wanted}). Default: {default}"


def parameter_schema(parameter: Parameter) -> dict[str, Any]:
    """Return the JSON Schema of the values of a parameter, without its description."""
    schema: dict[str, Any] = {"type": _JSON_TYPES.get(parameter.type, "string")}
    return schema | ({"enum": list(parameter.choices)} if parameter.choices else {})


def definition(query: CannedQuery) -> dict[str, Any]:
    """Return a query as a tool: name, title, description, parameters and columns.

    ``inputSchema`` is the JSON Schema of its parameters.
    """
    parameters = {
        one.name: {**parameter_schema(one), "description": parameter_text(one)}
        for one in query.parameters
    }
    return {
        "name": query.name,
        "title": query.summary,
        "description": query.description,
        "topics": list(query.tags),
        "inputSchema": {
            "type": "object", "properties": parameters, "additionalProperties": False,
        },
        "columns": {column.name: column.description for column in query.columns},
    }  # fmt: skip
