"""Canned queries with bound parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ..core.errors import UnknownName
from ..core.terms import Iri, Term, expand
from ..core.vocabulary import ENTITY_REGISTERS, WIKIDATA_ENTITY
from .catalog import CannedQuery, Parameter

if TYPE_CHECKING:
    from ..search.name_index import NameIndex


@dataclass(frozen=True)
class BoundQuery:
    """A canned query and its parameters.

    Attributes:
        query: The query.
        given: The parameters that were given, as they were written.
        terms: The same parameters as terms.
    """

    query: CannedQuery
    given: Mapping[str, object]
    terms: Mapping[str, Term]

    @cached_property
    def text(self) -> str:
        """The SPARQL with the terms in place of the defaults."""
        return self.query.bind(self.terms)

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
    names: Callable[[], NameIndex],
) -> BoundQuery:
    """Bind parameters, given by position and by name. Each name is resolved once.

    Args:
        query: The query.
        values: Parameters in the order of the header.
        parameters: Parameters by name.
        names: Opens the index of names; called only if a parameter is a name.

    Raises:
        UnknownName: If a name has no bearer; `AmbiguousName` if it has several.
        ParameterError: If a parameter is unknown, given twice or not of its type.
    """
    given = query.named(values, parameters)

    def resolve(name: str, registers: Sequence[str]) -> str:
        if registers[0] != "item":
            return names().resolve(name, registers)
        return _item_of(name, registers[1:], names())

    return BoundQuery(query, given, query.parse(given, resolve))


def check_defaults(bound: BoundQuery, names: NameIndex) -> None:
    """Check that the entities of defaults exist in the store.

    Raises:
        UnknownName: If one does not; the message names the parameter.
    """
    for parameter in bound.defaults:
        if parameter.type != "entity" or expand(parameter.default) is None:
            continue
        try:
            names.resolve(parameter.default, parameter.registers or tuple(ENTITY_REGISTERS))
        except UnknownName as error:
            raise UnknownName(
                f"{parameter.name} was not given, and its default, {parameter.default}, is not "
                f"in this store; give one: -p {parameter.name}=NAME"
            ) from error


def _item_of(name: str, registers: Sequence[str], names: NameIndex) -> str:
    iri = names.resolve(name, registers)
    items = [link for link in names.links(iri) if link.confidence is not None]
    if not items:
        raise UnknownName(
            f"{name} is not linked to a Wikidata item yet; give one (Q...), or list the linked "
            "ones: allusion query wikidata-links"
        )
    return WIKIDATA_ENTITY + items[0].identifier
