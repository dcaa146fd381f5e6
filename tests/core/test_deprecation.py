"""Old names of the Python API: each still works and names its successor."""

from __future__ import annotations

from typing import Any

import pytest
import sample

import allusion
from allusion.core.errors import ParameterError
from allusion.core.vocabulary import BASE
from allusion.network.paths.results import Paths
from allusion.view.options import PictureOptions
from allusion.view.picture import Picture

ENDS = ("Momoe Yamaguchi", "film:manhattan")


def call(function: Any, *values: Any, **old: Any) -> Any:
    """Call without type checks, as the old names are unknown to them."""
    return function(*values, **old)


@pytest.fixture(scope="module")
def kg() -> allusion.KnowledgeGraph:
    return allusion.open()


@pytest.fixture(scope="module")
def paths(kg: allusion.KnowledgeGraph) -> Paths:
    return kg.path(*ENDS)


@pytest.fixture(scope="module")
def picture(kg: allusion.KnowledgeGraph) -> Picture:
    return kg.view("2046")


def test_all_shortest_has_its_old_name(kg: allusion.KnowledgeGraph) -> None:
    with pytest.warns(DeprecationWarning, match="every is deprecated.*use all_shortest"):
        found = call(kg.path, *ENDS, every=True)
    assert found == kg.path(*ENDS, all_shortest=True)


def test_the_ends_of_a_path_have_their_old_names(kg: allusion.KnowledgeGraph, paths: Paths) -> None:
    with pytest.warns(DeprecationWarning, match="use (start|end)"):
        assert call(kg.path, one=ENDS[0], other=ENDS[1]) == paths


@pytest.mark.parametrize(
    ("old", "new", "value"), [("most", "max_entities", 40), ("max_neighbours", "max_neighbors", 3)]
)
def test_options_of_a_picture_have_their_old_names(
    kg: allusion.KnowledgeGraph, old: str, new: str, value: int
) -> None:
    with pytest.warns(DeprecationWarning, match=f"{old} is deprecated.*use {new}"):
        picture = call(kg.view, "2046", **{old: value})
    assert getattr(picture.options, new) == value


def test_the_layout_path_has_its_old_name(kg: allusion.KnowledgeGraph) -> None:
    with pytest.warns(DeprecationWarning, match="layout chain is deprecated.*use layout path"):
        picture = call(kg.view, ENDS[0], layout="chain", to=ENDS[1])
    assert picture.options.layout == "path"


def test_an_old_and_a_new_name_together_are_an_error(kg: allusion.KnowledgeGraph) -> None:
    with pytest.raises(ParameterError, match="most is the old name of max_entities"):
        call(kg.view, "2046", most=40, max_entities=50)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *[("one", "start"), ("other", "end"), ("chains", "paths")],
        *[("uncounted", "truncated"), ("in_doubt", "doubtful")],
    ],
)
def test_paths_have_their_old_attributes(paths: Paths, old: str, new: str) -> None:
    with pytest.warns(DeprecationWarning, match=f"{old} is deprecated.*use {new}"):
        assert getattr(paths, old) == getattr(paths, new)


@pytest.mark.parametrize(("old", "new"), [("held", "page_network"), ("fragment", "url_fragment")])
def test_pictures_have_their_old_attributes(picture: Picture, old: str, new: str) -> None:
    with pytest.warns(DeprecationWarning, match=f"{old} is deprecated.*use {new}"):
        value = getattr(picture, old)
    assert value == getattr(picture, new)


def test_the_progress_of_a_page_has_its_old_name() -> None:
    steps: list[str] = []

    class Steps:
        def __call__(self, step: str) -> None:
            steps.append(step)

        def amount(self, done: int, total: int) -> None:
            pass

    small = Picture(sample.sample(), f"{BASE}film/chungking-express", PictureOptions())
    with pytest.warns(DeprecationWarning, match="tell is deprecated.*use progress"):
        assert call(small.html, tell=Steps()).startswith("<!doctype html>")
    assert steps


@pytest.mark.parametrize(
    ("old", "successor"),
    [
        *[("nearby", "neighborhood"), ("differs", "store_difference")],
        *[("is_embedded", "executor.is_embedded"), ("workers", "executor.workers")],
        *[("answer", "executor.answer"), ("answer_json", "executor.run_json")],
        ("remarks", "executor.notes"),
    ],
)
def test_a_graph_has_its_old_attributes(
    kg: allusion.KnowledgeGraph, old: str, successor: str
) -> None:
    with pytest.warns(DeprecationWarning, match=f"{old} is deprecated.*use {successor}") as seen:
        getattr(kg, old)
    assert seen[0].filename == __file__


def test_an_unknown_attribute_is_an_error_of_its_class(kg: allusion.KnowledgeGraph) -> None:
    with pytest.raises(AttributeError, match="'KnowledgeGraph' object has no attribute 'nothing'"):
        getattr(kg, "nothing")  # noqa: B009 (mypy knows that there is none)


@pytest.mark.parametrize(
    ("old", "new"), [("teaches", "sparql_features"), ("asks", "service_hosts")]
)
def test_a_canned_query_has_its_old_attributes_and_the_words_of_its_header(
    kg: allusion.KnowledgeGraph, old: str, new: str
) -> None:
    query = kg.queries.get("wikidata-says")
    with pytest.warns(DeprecationWarning, match=f"{old} is deprecated.*use {new}") as seen:
        value = getattr(query, old)
    assert seen[0].filename == __file__
    assert value == getattr(query, new) == query.as_row()[old]
    assert value
