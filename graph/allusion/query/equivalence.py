"""Equivalence of two results of one SELECT query.

Rows are compared as a multiset. Their order matters only where ORDER BY determines it.
Numbers and booleans are compared by value. All blank nodes are equal. The parts of a
GROUP_CONCAT are a multiset too, because SPARQL does not define their order.

Source: SPARQL 1.1 Query Language, sections 15.1 (ORDER BY) and 18.5.1.7 (GroupConcat)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..core.terms import XSD_STRING, Blank, Iri, Literal, Term
from ..store import Row


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column in ORDER BY.

    Attributes:
        column: Name of the column.
        descends: Whether the order is descending.
        by_text: Whether STR of the value is compared.
    """

    column: str
    descends: bool = False
    by_text: bool = False

    def of(self, row: Row, place: int) -> Term | None:
        """Return the term of ``row`` that is compared; ``place`` is the column index."""
        term = row[place]
        return Literal(str(term)) if self.by_text and term is not None else term


@dataclass(frozen=True, slots=True)
class Traits:
    """Parts of a query that affect the comparison of results.

    Attributes:
        joined: Column of a GROUP_CONCAT -> its separator.
        order: Keys of ORDER BY up to the first key that is neither a column of the result
            nor STR of one.
    """

    joined: Mapping[str, str] = field(default_factory=dict)
    order: tuple[SortKey, ...] = ()


def traits_of(sparql: str) -> Traits:
    """Return the traits of a SELECT query, parsed by rdflib."""
    from rdflib.plugins.sparql import prepareQuery

    node: Any = prepareQuery(sparql).algebra
    columns = {str(name) for name in node.PV}
    joined: dict[str, str] = {}
    names: dict[str, str] = {}
    order: list[SortKey] = []
    while node is not None:
        match node.name:
            case "OrderBy":
                order = _sort_keys(node.expr, columns)
            case "Extend":
                names[str(_inside_replace(node.expr))] = str(node.var)
            case "AggregateJoin":
                joined |= {
                    names[str(aggregate.res)]: str(aggregate.separator or " ")
                    for aggregate in node.A
                    if aggregate.name == "Aggregate_GroupConcat" and str(aggregate.res) in names
                }
        node = node["p"] if "p" in node else None  # noqa: SIM401 (get() of rdflib differs)
    return Traits(joined, tuple(order))


def _inside_replace(expression: Any) -> Any:
    """Return the argument of nested calls of REPLACE, which may clean a GROUP_CONCAT."""
    while getattr(expression, "name", "") == "Builtin_REPLACE":
        expression = expression.arg
    return expression


def _sort_keys(conditions: Sequence[Any], columns: set[str]) -> list[SortKey]:
    from rdflib import Variable

    found = []
    for condition in conditions:
        expression = condition.expr
        by_text = getattr(expression, "name", "") == "Builtin_STR"
        expression = expression.arg if by_text else expression
        if not isinstance(expression, Variable) or str(expression) not in columns:
            break
        found.append(SortKey(str(expression), condition.order == "DESC", by_text))
    return found


def difference(
    columns: Sequence[str], here: Sequence[Row], there: Sequence[Row], traits: Traits
) -> tuple[list[Row], list[Row]]:
    """Return the rows that only ``here`` has, and those that only ``there`` has."""
    separators = [traits.joined.get(name) for name in columns]
    mine = Counter(_key(row, separators) for row in here)
    theirs = Counter(_key(row, separators) for row in there)
    return (
        _rows_of(mine - theirs, here, separators),
        _rows_of(theirs - mine, there, separators),
    )


def _rows_of(
    wanted: Counter[tuple[object, ...]], rows: Sequence[Row], separators: Sequence[str | None]
) -> list[Row]:
    found = []
    for row in rows:
        key = _key(row, separators)
        if wanted[key]:
            wanted[key] -= 1
            found.append(row)
    return found


def _key(row: Row, separators: Sequence[str | None]) -> tuple[object, ...]:
    return tuple(map(_value, row, separators))


def _value(term: Term | None, separator: str | None) -> object:
    if isinstance(term, Blank):
        return Blank
    if not isinstance(term, Literal):
        return term
    if separator is not None:
        return tuple(sorted(term.value.split(separator)))
    number = _number(term)
    return term if number is None else number


def _number(term: Literal) -> Decimal | float | None:
    value = term.to_python()
    if isinstance(value, bool) or term.datatype.endswith("#gYear"):
        return None
    if isinstance(value, float):
        return float(f"{value:.12g}")  # engines add in different orders
    return Decimal(value).normalize() if isinstance(value, int | Decimal) else None


def first_out_of_order(columns: Sequence[str], rows: Sequence[Row], traits: Traits) -> int:
    """Return the index of the first row that violates ORDER BY, or -1."""
    places = [(key, columns.index(key.column)) for key in traits.order]
    for index in range(1, len(rows)):
        for key, place in places:
            step = _compare(key.of(rows[index - 1], place), key.of(rows[index], place))
            if step is None or (step and (step > 0) == key.descends):
                break
            if step:
                return index
    return -1


def _compare(one: Term | None, other: Term | None) -> int | None:
    """Compare two terms by the order of SPARQL.

    Returns:
        -1, 0 or 1; None if SPARQL does not define the order.
    """
    if one == other:
        return 0
    ranks = [_TERM_TYPE_ORDER[type(term)] for term in (one, other)]
    if ranks[0] != ranks[1]:
        return -1 if ranks[0] < ranks[1] else 1
    if isinstance(one, Iri) and isinstance(other, Iri):
        return -1 if one.value < other.value else 1
    if not isinstance(one, Literal) or not isinstance(other, Literal):
        return None
    numbers = _number(one), _number(other)
    if numbers[0] is not None and numbers[1] is not None:
        return (numbers[0] > numbers[1]) - (numbers[0] < numbers[1])
    plain = all(term.datatype == XSD_STRING and not term.language for term in (one, other))
    return (-1 if one.value < other.value else 1) if plain else None


_TERM_TYPE_ORDER = {type(None): 0, Blank: 1, Iri: 2, Literal: 3}
