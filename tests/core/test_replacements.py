"""Replacements of deprecated IRIs."""

from __future__ import annotations

import pytest

from allusion.core.replacements import follow_replacements, replaced_by


def test_a_chain_leads_to_its_end() -> None:
    assert follow_replacements([("b", "c"), ("a", "b")]).final == {"a": "c", "b": "c"}


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_replacements_the_first_by_iri_counts_in_any_order(order: int) -> None:
    found = follow_replacements([("a", "c"), ("a", "b"), ("a", "c")][::order])
    assert found.final == {"a": "b"}
    assert found.several == {"a": ("b", "c")}


def test_no_iri_of_a_cycle_and_none_that_leads_into_it_has_a_replacement() -> None:
    pairs = [("a", "b"), ("b", "c"), ("c", "a"), ("x", "b"), ("self", "self"), ("old", "new")]
    found = follow_replacements(pairs)
    assert found.final == {"old": "new"}
    assert found.cyclic == {"a", "b", "c", "self"}


def test_replaced_nodes_are_yielded_once_even_in_a_cycle() -> None:
    sources = {"d": ["b", "c"], "b": ["a"], "c": ["a"], "a": ["d"]}
    found = list(replaced_by("d", lambda node: sources.get(node, [])))
    assert sorted(found) == ["a", "b", "c"]
