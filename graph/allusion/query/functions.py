"""Canned queries as Python functions, help texts, JSON Schemas and SHACL executables.

All of these are generated from the headers of the query files.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol

from ..core.terms import Iri, Literal
from ..core.vocabulary import BASE, PREFIXES
from ..store.base import Triple
from .catalog import TYPES, CannedQuery, Catalog, Parameter, shown_default, without_header
from .results import Result, TripleResult

_SH: Final = "http://www.w3.org/ns/shacl#"
_SCHEMA: Final = "https://schema.org/"
_PYTHON_TYPES: Final = {"integer": int, "year": int}
_JSON_TYPES: Final = {"integer": "integer"}


class QueryRunner(Protocol):
    """A graph with canned queries; `KnowledgeGraph` is one."""

    @property
    def queries(self) -> Catalog:
        """The catalog of canned queries."""
        ...

    def query(self, name: str, /, **parameters: Any) -> Result:
        """Run a canned query."""
        ...


def function_name(query: str) -> str:
    """Return the name of a query as a Python identifier.

    >>> function_name("who-refers-to")
    'who_refers_to'
    """
    return query.replace("-", "_")


def signature(query: CannedQuery) -> inspect.Signature:
    """Return the Python signature of a query; None stands for a default."""
    given = [
        inspect.Parameter(
            parameter.name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=None,
            annotation=_PYTHON_TYPES.get(parameter.type, str) | None,
        )
        for parameter in query.parameters
    ]
    named = [
        inspect.Parameter("language", inspect.Parameter.KEYWORD_ONLY, default="en", annotation=str),
        inspect.Parameter("links", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=bool),
    ]
    if query.asks:
        keyword = inspect.Parameter.KEYWORD_ONLY
        named += [
            inspect.Parameter("allow_service", keyword, default=(), annotation=Sequence[str]),
            inspect.Parameter("pulled", keyword, default=False, annotation=bool),
        ]
    return inspect.Signature([*given, *named], return_annotation=Result)


def describe(query: CannedQuery) -> str:
    """Return the help text of a query: question, parameters, defaults, columns."""
    blocks = [query.summary]
    if query.description:
        blocks.append(query.description)
    if query.parameters:
        width = max(len(p.name) for p in query.parameters)
        lines = [f"  {p.name:<{width}}  {parameter_text(p)}" for p in query.parameters]
        blocks.append("\n".join(["Parameters:", *lines]))
    width = max(len(column.name) for column in query.columns)
    lines = [f"  {c.name:<{width}}  {c.description}" for c in query.columns]
    blocks.append("\n".join(["Columns:", *lines]))
    if query.asks:
        hosts = " ".join(f"--allow-service {host}" for host in query.asks)
        blocks.append(
            f"Queries other servers, if they are allowed: {hosts}\n"
            "or the Wikidata snapshot instead: --pulled"
        )
    if query.teaches:
        blocks.append(f"SPARQL features: {', '.join(query.teaches)}.")
    return "\n\n".join(blocks)


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


class QueryFunctions:
    """The canned queries as functions, for completion and help in a notebook.

    >>> import allusion
    >>> kg = allusion.open()
    >>> "Momoe Yamaguchi" in kg.ask.likenesses("重慶森林").column("personLabel")
    True
    """

    def __init__(self, graph: QueryRunner) -> None:
        self._graph = graph

    def __getattr__(self, name: str) -> Callable[..., Result]:
        catalog = self._graph.queries
        query = catalog.queries.get(name.replace("_", "-"))
        if query is None:
            raise AttributeError(
                f"no canned query {name!r}; there are: "
                + ", ".join(map(function_name, catalog.queries))
            )
        return _as_function(self._graph, query)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *map(function_name, self._graph.queries.queries)]


def _as_function(graph: QueryRunner, query: CannedQuery) -> Callable[..., Result]:
    shape = signature(query)

    def ask(*values: Any, **named: Any) -> Result:
        bound = shape.bind(*values, **named)
        chosen = ("language", "links", "allow_service", "pulled")
        options = {key: bound.arguments.pop(key) for key in chosen if key in named}
        given = {key: value for key, value in bound.arguments.items() if value is not None}
        return graph.query(query.name, **options, **given)

    ask.__name__ = ask.__qualname__ = function_name(query.name)
    ask.__doc__ = describe(query)
    ask.__signature__ = shape  # type: ignore[attr-defined]
    return ask


def executables(catalog: Catalog) -> TripleResult:
    """Return the catalog as RDF, with a ``sh:SPARQLSelectExecutable`` per query.

    Each parameter is a ``sh:Parameter``; its default is in the ``VALUES`` block of the text. Query
    editors read examples in this form. The prefixes are in the text of each query and in
    ``sh:declare``.

    Source: https://www.w3.org/TR/shacl/#sparql-prefixes
    """
    prefixes = Iri(f"{BASE}query/prefixes")
    triples = [
        triple
        for query in catalog.queries.values()
        for triple in _executable_triples(query, prefixes)
    ]
    used = {name for query in catalog.queries.values() for name in _declared_prefixes(query)}
    any_uri = PREFIXES["xsd"] + "anyURI"
    for name in sorted(used):
        node = Iri(f"{prefixes.value}/{name}")
        triples += [
            (prefixes, Iri(_SH + "declare"), node),
            (node, Iri(_SH + "prefix"), Literal(name)),
            (node, Iri(_SH + "namespace"), Literal(PREFIXES[name], datatype=any_uri)),
        ]
    return TripleResult(triples)


def _declared_prefixes(query: CannedQuery) -> list[str]:
    return re.findall(r"^PREFIX ([\w-]+):", query.sparql, re.MULTILINE)


def _executable_triples(query: CannedQuery, prefixes: Iri) -> Iterable[Triple]:
    node = Iri(f"{BASE}query/{query.name}")
    yield node, Iri(PREFIXES["rdf"] + "type"), Iri(_SH + "SPARQLExecutable")
    yield node, Iri(PREFIXES["rdf"] + "type"), Iri(_SH + "SPARQLSelectExecutable")
    yield node, Iri(PREFIXES["rdfs"] + "label"), Literal(query.name)
    # Query editors display the comment as the question.
    yield node, Iri(PREFIXES["rdfs"] + "comment"), Literal(query.summary, language="en")
    if query.description:
        description = Literal(query.description, language="en")
        yield node, Iri(PREFIXES["dcterms"] + "description"), description
    yield node, Iri(_SH + "prefixes"), prefixes
    yield node, Iri(_SH + "select"), Literal(without_header(query.sparql))
    for word in (*query.tags, *query.teaches):
        yield node, Iri(_SCHEMA + "keywords"), Literal(word)
    for parameter in query.parameters:
        name = Iri(f"{node.value}/{parameter.name}")
        yield node, Iri(_SH + "parameter"), name
        yield name, Iri(PREFIXES["rdf"] + "type"), Iri(_SH + "Parameter")
        yield name, Iri(_SH + "path"), name
        yield name, Iri(_SH + "name"), Literal(parameter.name)
        description = Literal(parameter_text(parameter), language="en")
        yield name, Iri(_SH + "description"), description
        yield name, Iri(_SH + "optional"), Literal("true", datatype=PREFIXES["xsd"] + "boolean")
