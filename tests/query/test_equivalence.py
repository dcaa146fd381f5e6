"""Two answers are the same where SPARQL says that they are, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allusion.core.terms import XSD, Blank, Iri, Literal, Term
from allusion.query.equivalence import SortKey, Traits, difference, first_out_of_order, traits_of
from allusion.store import Row


def number(text: str, kind: str = "integer") -> Literal:
    return Literal(text, datatype=XSD + kind)


NO_TRAITS = Traits()


def same(one: Term | None, other: Term | None, traits: Traits = NO_TRAITS) -> bool:
    return difference(("x",), [(one,)], [(other,)], traits) == ([], [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (number("1"), number("01")),
        (number("0.99", "decimal"), number("0.990", "decimal")),
        (number("2", "decimal"), number("2")),
        (number("0.1", "double"), number("0.10000000000000001", "double")),
        (Blank("a"), Blank("b")),
        (None, None),
    ],
)
def test_equal_values_are_equivalent(one: Term | None, other: Term | None) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Literal("1"), number("1")),
        (number("1994"), number("1994", "gYear")),
        (Literal("a"), Literal("a", language="en")),
        (Literal("a", language="en"), Literal("a", language="zh")),
        (Literal("urn:a"), Iri("urn:a")),
        (Blank("a"), None),
        (Literal("a | b"), Literal("b | a")),
    ],
)
def test_different_terms_are_not_equal(one: Term | None, other: Term | None) -> None:
    assert not same(one, other)


def test_a_group_concat_inside_an_expression_is_one_too() -> None:
    traits = traits_of(
        """SELECT ?s (REPLACE(GROUP_CONCAT(?o; SEPARATOR=" | "), "a", "b") AS ?all)
           { ?s ?p ?o } GROUP BY ?s"""
    )
    assert traits.joined == {"all": " | "}


def test_the_parts_of_a_group_concat_may_come_in_any_order() -> None:
    traits = Traits({"x": " | "})
    assert same(Literal("a | b | b"), Literal("b | a | b"), traits)
    assert not same(Literal("a | b | b"), Literal("a | b"), traits)


cells = st.sampled_from([None, Iri("urn:a"), Literal("a"), number("1")])
rows = st.lists(st.tuples(cells, cells), max_size=8)


@given(rows=rows, extra=rows, data=st.data())
def test_rows_are_a_multiset(rows: list[Row], extra: list[Row], data: st.DataObject) -> None:
    there = data.draw(st.permutations([*rows, *extra]))
    missing, more = difference(("x", "y"), rows, there, Traits())
    assert missing == []
    assert sorted(map(repr, more)) == sorted(map(repr, extra))
    missing, more = difference(("x", "y"), there, rows, Traits())
    assert sorted(map(repr, missing)) == sorted(map(repr, extra))


@pytest.mark.parametrize(
    ("keys", "column", "wrong"),
    [
        ((SortKey("x"),), [None, Blank("z"), Iri("urn:a"), Iri("urn:b"), Literal("a")], -1),
        ((SortKey("x"),), [Iri("urn:b"), Iri("urn:a")], 1),
        ((SortKey("x", descends=True),), [Iri("urn:b"), Iri("urn:a")], -1),
        ((SortKey("x", descends=True),), [number("2"), number("10")], 1),
        ((SortKey("x"),), [number("2"), number("10", "decimal")], -1),
        ((SortKey("x"),), [Literal("b", language="en"), Literal("a", language="en")], -1),
        ((SortKey("x", by_text=True),), [Literal("b", language="en"), Literal("a")], 1),
        ((), [Iri("urn:b"), Iri("urn:a")], -1),
    ],
)
def test_order_counts_where_it_is_determined(
    keys: tuple[SortKey, ...], column: list[Term | None], wrong: int
) -> None:
    assert first_out_of_order(("x",), [(term,) for term in column], Traits(order=keys)) == wrong


def test_a_later_sort_key_counts_if_the_first_is_equal() -> None:
    traits = Traits(order=(SortKey("x"), SortKey("y")))
    a, b = Literal("a"), Literal("b")
    assert first_out_of_order(("x", "y"), [(a, a), (a, b), (b, a)], traits) == -1
    assert first_out_of_order(("x", "y"), [(a, b), (a, a)], traits) == 1


def test_the_traits_of_a_query_are_read_from_it() -> None:
    found = traits_of(
        """SELECT ?s (GROUP_CONCAT(DISTINCT ?o; SEPARATOR=", ") AS ?all) (COUNT(*) AS ?n)
           WHERE { ?s ?p ?o } GROUP BY ?s ORDER BY DESC(?n) STR(?s) (!BOUND(?s)) ?all LIMIT 9"""
    )
    assert found.joined == {"all": ", "}
    assert found.order == (SortKey("n", descends=True), SortKey("s", by_text=True))


def test_a_group_concat_inside_replace_is_one() -> None:
    found = traits_of(
        """SELECT (REPLACE(REPLACE(GROUP_CONCAT(?o; SEPARATOR=" | "), "a", ""), "b", "") AS ?all)
           WHERE { ?s ?p ?o }"""
    )
    assert found.joined == {"all": " | "}
