"""Bind the parameters of canned queries, and run them.

The steps, each done once: merge values given by position and by name (`merge_values`), convert
them to terms, with names resolved (`parse_values`), and put the terms into the text of the query
(`bind_terms`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ..core.errors import NetworkError, ParameterError, QueryRefused, UnknownName
from ..core.terms import Iri, Literal, Term, expand
from ..core.text import count_text
from ..core.vocabulary import ENTITY_REGISTERS, PREFIXES, WIKIDATA_ENTITY
from .catalog import (
    ANY,
    TYPES,
    CannedQuery,
    Parameter,
    shown_default,
    values_block,
)
from .execution import QueryExecutor
from .name_resolver import NameResolver
from .results import Result, collect

if TYPE_CHECKING:
    from ..search.name_index import NameIndex

_NODE_REGISTERS: Final = (*ENTITY_REGISTERS, "scene", "utterance", "connection", "claim")
# Compiled at the first use.
_ITEM: Final = rf"(?:wd:|{WIKIDATA_ENTITY})?(Q[1-9][0-9]*)"
_TAG: Final = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"

Resolver = Callable[[str, tuple[str, ...]], str]
"""Finds the IRI of a name in these registers.

If the first register is "item", the IRI is that of the Wikidata item linked to the entity."""


class BoundQuery:
    """A canned query and its parameters.

    Attributes:
        query: The query.
        given: The parameters that were given, as the user wrote them.
        terms: The same parameters as terms.
    """

    def __init__(
        self, query: CannedQuery, given: Mapping[str, object], terms: Mapping[str, Term]
    ) -> None:
        self.query = query
        self.given = given
        self.terms = terms

    @cached_property
    def text(self) -> str:
        """The SPARQL with the terms in place of the defaults."""
        return bind_terms(self.query, self.terms)

    @property
    def defaults(self) -> list[Parameter]:
        """The parameters that were not given and have a default."""
        return [p for p in self.query.parameters if p.name not in self.given and not p.optional]

    @property
    def entities(self) -> tuple[str, ...]:
        """The IRIs of the entities that the query is about, defaults included."""
        return tuple(
            iri
            for parameter in self.query.parameters
            if parameter.type == "entity" and (iri := self._entity(parameter))
        )

    def _entity(self, parameter: Parameter) -> str | None:
        term = self.terms.get(parameter.name)
        return term.value if isinstance(term, Iri) else expand(parameter.default)


def bind_query(
    query: CannedQuery,
    values: Sequence[object],
    parameters: Mapping[str, object],
    resolve: Resolver,
) -> BoundQuery:
    """Bind parameters, given by position and by name. Each name is resolved once.

    Args:
        query: The query.
        values: Parameters in the order of the header.
        parameters: Parameters by name.
        resolve: Finds the IRI of a name.

    Raises:
        UnknownName: If a name has no bearer; `AmbiguousName` if it has several.
        ParameterError: If a parameter is unknown, given twice or not of its type.
    """
    given = merge_values(query, values, parameters)
    return BoundQuery(query, given, parse_values(query, given, resolve))


def check_defaults(bound: BoundQuery, resolve: Resolver) -> None:
    """Check that the entities of defaults exist in the store.

    Raises:
        UnknownName: If one does not; the message names the parameter.
    """
    for parameter in bound.defaults:
        if parameter.type != "entity" or expand(parameter.default) is None:
            continue
        try:
            resolve(parameter.default, parameter.registers or tuple(ENTITY_REGISTERS))
        except UnknownName as error:
            raise UnknownName(
                f"{parameter.name} was not given, and its default, {parameter.default}, is not "
                f"in this store; set it: -p {parameter.name}=NAME"
            ) from error


def merge_values(
    query: CannedQuery, values: Sequence[object], others: Mapping[str, object]
) -> dict[str, object]:
    """Merge positional values and named values into one dictionary.

    Raises:
        ParameterError: If there are too many values, or a parameter is given twice.
    """
    names = [parameter.name for parameter in query.parameters]
    if len(values) > len(names):
        taken = f"takes {', '.join(names)}" if names else "takes no parameters"
        given = count_text(len(values), "value was", "values were")
        raise ParameterError(
            f"{query.name} {taken}, and {given} given; quote a name of several words"
        )
    by_place = dict(zip(names, values, strict=False))
    if twice := next((name for name in by_place if name in others), ""):
        raise ParameterError(f"the parameter {twice} is given twice")
    return by_place | dict(others)


def parse_values(
    query: CannedQuery, values: Mapping[str, object], resolve: Resolver
) -> dict[str, Term]:
    """Convert values to terms of the parameter types.

    Args:
        query: The query.
        values: Values by parameter name, as the user entered them.
        resolve: Finds the IRI of a name.

    Raises:
        ParameterError: If a parameter is unknown, or a value is not of its type.
        UnknownName: If a value names no entity; `AmbiguousName` if several.
    """
    terms = {}
    for name, value in values.items():
        parameter = query.parameter(name)
        if _is_any(query, parameter, value):
            continue
        try:
            terms[name] = parse_value(parameter, str(value), resolve)
        except UnknownName as error:  # or AmbiguousName
            raise type(error)(f"{name}: {error}", error.candidates) from error
    return terms


def _is_any(query: CannedQuery, parameter: Parameter, value: object) -> bool:
    """Return whether ``value`` omits the parameter.

    Raises:
        ParameterError: If the value is "any" and the parameter is not optional.
    """
    if value != ANY or parameter.type == "text":
        return value == ANY and parameter.optional
    if not parameter.optional:
        raise ParameterError(
            f"{query.name} needs a value for {parameter.name}, not any; the default is "
            f"{shown_default(parameter)}"
        )
    return True


def parse_value(parameter: Parameter, text: str, resolve: Resolver) -> Term:
    """Convert a value to a term of the parameter type.

    Raises:
        ParameterError: If the value is not of that type; the message describes the type.
        UnknownName: If the value names no entity; `AmbiguousName` if several.
    """
    kind = parameter.type
    if kind in ("entity", "node", "source"):
        usual = {"entity": tuple(ENTITY_REGISTERS), "node": _NODE_REGISTERS, "source": ("source",)}[
            kind
        ]
        return Iri(resolve(text, parameter.registers or usual))
    if kind == "kind":
        return Iri(resolve(text, ("kind",)))
    if kind == "item":
        if item := re.fullmatch(_ITEM, text):
            return Iri(WIKIDATA_ENTITY + item[1])
        return Iri(resolve(text, ("item", *(parameter.registers or ENTITY_REGISTERS))))
    if parameter.choices and text not in parameter.choices:
        near = [choice for choice in parameter.choices if choice.lower() == text.lower()]
        hint = f"did you mean {near[0]}? " if near else ""
        raise ParameterError(
            f"{parameter.name}={text!r}: {hint}choose from: {', '.join(parameter.choices)}"
        )
    if kind == "language" and re.fullmatch(_TAG, text):
        return Literal(text)
    if kind == "year" and re.fullmatch(r"-?(0[0-9]{3}|[1-9][0-9]{3,8})", text):
        return Literal(text, datatype=PREFIXES["xsd"] + "gYear")
    if kind == "integer" and re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        return Literal(str(int(text)), datatype=PREFIXES["xsd"] + "integer")
    if kind == "text":
        return Literal(text)
    raise ParameterError(f"{parameter.name}={text!r}: expected {TYPES[kind]}")


def bind_terms(query: CannedQuery, terms: Mapping[str, Term]) -> str:
    """Return the text of a query with these terms in place of the defaults.

    Raises:
        ParameterError: If there is no parameter of that name.
    """
    parts = [query.sparql]
    for name, term in terms.items():
        query.parameter(name)
        pattern = values_block(name)
        # Split, not substitute: text that was inserted must not be searched again.
        parts = [
            piece
            for part in parts
            for piece in ([part] if isinstance(part, _Bound) else _split(pattern, part, term))
        ]
    return "".join(parts)


class _Bound(str):
    """A part of a query text that is a serialized term."""

    __slots__ = ()


def _split(pattern: re.Pattern[str], text: str, term: Term) -> list[str]:
    pieces: list[str] = []
    last = 0
    for found in pattern.finditer(text):
        pieces += [text[last : found.end(1)], _Bound(f" {term.n3()} "), found[2]]
        last = found.end()
    return [*pieces, text[last:]]


def run_bound(
    bound: BoundQuery,
    executor: QueryExecutor,
    names: Callable[[], NameIndex] | None,
    allow_service: Collection[str],
    inline: Callable[[str], str] | None,
) -> Result:
    """Run a bound query.

    Args:
        bound: A SELECT.
        executor: Runs it: in this process, or within limits if it accesses other hosts.
        names: Opens the index of names, to check the entities of defaults; None skips the check.
        allow_service: Hosts that the query may access.
        inline: Replaces SERVICE by the data of the Wikidata snapshot; None accesses the hosts.

    Raises:
        UnknownName: If the entity of a default is not in the store.
        ParameterError: If the query is not a SELECT, or ``inline`` is given for a query that
            accesses no host.
        QueryRefused: If the query accesses a host that is not allowed.
        NetworkError: If a host fails or returns an invalid response.
    """
    if names is not None:
        check_defaults(bound, NameResolver(executor.store, names))
    check_services(bound, allow_service, pulled=inline is not None)
    if inline:
        answer = executor.run(inline(bound.text))
    elif not bound.query.service_hosts:
        answer = executor.run(bound.text)
    else:
        try:
            answer = executor.run_limited(bound.text, allow_service, {})
        except NetworkError as error:
            raise NetworkError(
                f"{error}; the snapshot can answer without a network: --pulled", error.status
            ) from error
    found = collect(answer)
    if not isinstance(found, Result):
        raise ParameterError(
            f"{bound.query.name} is not a SELECT query; use kg.sparql(kg.query_text(...))"
        )
    return found


def check_services(bound: BoundQuery, allow_service: Collection[str], *, pulled: bool) -> None:
    """Check that a query may access the hosts of its SERVICE clauses.

    Args:
        bound: The query.
        allow_service: Allowed hosts.
        pulled: Whether the Wikidata snapshot answers in place of the hosts.

    Raises:
        ParameterError: If ``pulled`` is set and the query accesses no host.
        QueryRefused: If the query accesses a host that is not allowed.
    """
    query = bound.query
    if pulled and not query.service_hosts:
        raise ParameterError(f"{query.name} queries no other server; remove --pulled (pulled=True)")
    closed = sorted(set(query.service_hosts) - {host.lower() for host in allow_service})
    if closed and not pulled:
        hosts = " ".join(f"--allow-service {host}" for host in closed)
        raise QueryRefused(
            f"{query.name} queries {', '.join(closed)} over the network; to allow it: "
            f"{hosts} (Python: allow_service=[...]); to query the snapshot instead: --pulled "
            "(pulled=True)"
        )
