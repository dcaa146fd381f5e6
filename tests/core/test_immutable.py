"""Immutable classes: equality, repr, copies and pickles, and no attribute can be set."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

from allusion import Result, TripleResult
from allusion.core.immutable import Immutable
from allusion.core.resources import Resources
from allusion.core.terms import Blank, Iri, Literal, sound_iri

TERMS = (Iri("urn:a"), Blank("a"), Literal("a"), Literal("a", "en"), Literal("1", "", "urn:t"))
RESULT = Result(("x",), [(Iri("urn:a"),)], "stopped", ("a note",), ("urn:a",))
VALUES = (
    *TERMS,
    RESULT,
    TripleResult([TERMS[:3]], "stopped"),
    Resources(Path("a"), Path("a"), Path("a")),
)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_an_attribute_cannot_be_set_or_deleted(value: Immutable) -> None:
    name = value._fields[0]
    with pytest.raises(AttributeError, match=f"{name} of {type(value).__name__} cannot be changed"):
        setattr(value, name, "b")
    with pytest.raises(AttributeError, match="cannot be deleted"):
        delattr(value, name)
    with pytest.raises(AttributeError):
        setattr(value, "unknown", 1)  # noqa: B010


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_copy_and_a_pickle_are_equal(value: Immutable) -> None:
    for made in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert made == value
        assert [getattr(made, name) for name in made._fields] == [
            getattr(value, name) for name in value._fields
        ]


def test_terms_of_different_classes_or_parts_are_different() -> None:
    assert len({*TERMS}) == len(TERMS)
    assert Iri("urn:a") == sound_iri("urn:a")
    assert hash(Iri("urn:a")) == hash(sound_iri("urn:a"))


def test_a_pickle_keeps_a_term_that_the_constructor_would_refuse() -> None:
    odd = sound_iri("urn:a b")
    assert pickle.loads(pickle.dumps(odd)) == odd


def test_a_copy_has_the_changes_and_the_other_fields() -> None:
    changed = RESULT._replace(notes=())
    assert (changed.notes, changed.about, changed.stopped) == ((), ("urn:a",), "stopped")
    assert changed == RESULT  # notes are not compared
    assert RESULT._replace(rows=[]) != RESULT


def test_the_repr_names_the_compared_fields() -> None:
    assert repr(Literal("a", "zh-hant", "urn:t")) == (
        "Literal(value='a', language='zh-Hant', datatype='urn:t')"
    )


def test_a_key_that_was_set_survives_a_pickle() -> None:
    resources = Resources(Path("a"), Path("a"), Path("a"))
    resources.__dict__["key"] = "b"
    assert pickle.loads(pickle.dumps(resources)).key == "b"
