"""Canned queries as Python functions, generated from the headers of the query files."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from .catalog import CannedQuery, Catalog
from .parameter_schemas import parameter_text
from .results import Result

_PYTHON_TYPES: Final = {"integer": int, "year": int}


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
    if query.service_hosts:
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
    if query.service_hosts:
        hosts = " ".join(f"--allow-service {host}" for host in query.service_hosts)
        blocks.append(
            f"Queries other servers, if they are allowed: {hosts}\n"
            "or the Wikidata snapshot instead: --pulled"
        )
    if query.sparql_features:
        blocks.append(f"SPARQL features: {', '.join(query.sparql_features)}.")
    return "\n\n".join(blocks)


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
