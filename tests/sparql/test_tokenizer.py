"""Tokens of SPARQL text."""

from __future__ import annotations

import time

import pytest

from allusion.sparql.tokenizer import tokens_of


@pytest.mark.parametrize("sign", "_~.-!$&'()*+,;=/?#@%")
def test_an_escape_is_a_part_of_a_local_name(sign: str) -> None:
    for name in (rf"ex:a\{sign}b", rf"ex:\{sign}", rf":a\{sign}\{sign}"):
        found = [(token.kind, token.text) for token in tokens_of(f"{name} ex:p 1 .")]
        assert found == [("name", name), ("name", "ex:p"), ("number", "1"), ("mark", ".")]


def test_a_dot_without_an_escape_ends_a_local_name() -> None:
    assert [token.text for token in tokens_of(r"ex:a\.b. ex:c.")] == [r"ex:a\.b", ".", "ex:c", "."]


def test_only_characters_of_the_grammar_can_be_escaped() -> None:
    assert [token.text for token in tokens_of(r"ex:a\{b")] == ["ex:a", "\\", "{", "b"]


def test_a_long_name_takes_linear_time() -> None:
    start = time.perf_counter()
    tokens_of("ex:" + r"a\." * 100_000 + "." * 100_000)
    assert time.perf_counter() - start < 5
