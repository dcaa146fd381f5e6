"""Every canned query on the example of docs/your-own-data.md, loaded as it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest

from allusion import open as open_graph
from allusion.build.bulk_load import load
from allusion.core.resources import locate
from allusion.core.terms import shorten
from allusion.core.vocabulary import BASE
from allusion.knowledge_graph import KnowledgeGraph
from allusion.query.catalog import read_catalog
from allusion.query.empty_answers import NO_DATA, WRONG_VALUES, explain_empty

GUIDE: Final = Path(__file__).parents[2] / "docs/your-own-data.md"
LOCAL: Final = read_catalog(locate().query_files())[0].local
FILM: Final = "我的電影"
POSTER: Final = "A poster of My Star hangs in a kitchen of My Film."
CONNECTION: Final = f"{BASE}connection/my-poster"
REVIEW: Final = "A review of My Film"

#: Query -> its parameters, how many rows it has, and cells of one of them.
ANSWERS: Final[dict[str, tuple[dict[str, Any], int, dict[str, Any]]]] = {
    "classes": ({}, 39, {"classLabel": "Film", "things": 1}),
    "terms": ({}, 72, {"termLabel": "explicit", "uses": 1}),
    "chain": ({"one": FILM, "other": "My Star"}, 1, {"hops": 1, "first": POSTER}),
    "corroboration": ({"least": 1}, 1, {"connection": CONNECTION, "sources": 1}),
    "kinds": ({}, 37, {"kindLabel": "prop or poster", "connections": 1}),
    "most-referred-to": ({}, 1, {"targetLabel": "My Star", "connections": 1, "sources": 1}),
    "names": ({"entity": "My Film"}, 2, {"name": FILM, "language": "zh-Hant"}),
    "names-still-missing": ({"least": 1}, 1, {"entityLabel": "My Star"}),
    "on-one-source": ({}, 1, {"sentence": POSTER, "sourceLabel": REVIEW}),
    "points-at-a-person": ({}, 1, {"originLabel": "My Film", "targetLabel": "My Star"}),
    "sources": ({"least": 1}, 1, {"sourceLabel": REVIEW, "language": "und", "statements": 1}),
    "stats-connections": ({}, 3, {"kind": "prop-or-poster", "total": 1, "one": 1}),
    "stats-entities": ({}, 3, {"kind": "all", "entities": 2}),
    "stats-graph": ({}, 16, {"what": "triples stated", "count": 17}),
    "stats-sources": ({}, 2, {"type": "not stated", "sources": 1, "evidence": 1}),
    "what-a-source-says": ({"source": "my-review"}, 10, {"value": "paragraph 2"}),
    "what-it-refers-to": (
        {"work": FILM},
        1,
        {"targetLabel": "My Star", "stance": "supports", "sourceLabel": REVIEW},
    ),
    "who-refers-to": ({"entity": "My Star"}, 1, {"originLabel": "My Film", "sources": 1}),
    "who-says-so": (
        {"entity": FILM},
        1,
        {"sentence": POSTER, "stance": "supports", "locator": "paragraph 2", "sourceLabel": REVIEW},
    ),
    "whose-view": ({"work": FILM}, 1, {"whose": "the work's own", "targetLabel": "My Star"}),
    "wikidata-links": ({}, 2, {"entityLabel": "My Film", "item": None}),
}
#: What is asked of the queries on which the example has nothing: no casts, dates, scenes ...
UNANSWERED: Final[dict[str, dict[str, Any]]] = {
    "across-languages": {},
    "analogies": {},
    "awards": {},
    "by-decade": {},
    "by-language-and-channel": {"work": FILM},
    "cast": {"work": FILM},
    "collaborators": {"person": "My Star"},
    "disputes": {},
    "evidence-in-a-text": {"source": "my-review"},
    "filmography": {"person": "My Star"},
    "in-a-year": {},
    "in-common": {"one": FILM},
    "likenesses": {},
    "opinions": {},
    "own-works": {},
    "places": {"work": FILM},
    "releases": {},
    "scenes": {"work": FILM},
    "songs": {"work": FILM},
    "timeline": {"entity": FILM},
    "together": {"one": "My Star", "other": "My Star"},
    "versions-of-a-song": {},
    "what-came-of-it": {"work": FILM},
    "what-comes-back": {"maker": "My Star"},
    "what-to-know": {},
    "what-to-see-next": {"work": FILM},
    "where-sources-disagree": {},
    "who-made-it": {"work": FILM},
    "whose-voices": {"least": 1},
}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The example, loaded with --names and --infer."""
    folder = tmp_path_factory.mktemp("own")
    guide = GUIDE.read_text(encoding="utf-8").split("## RDF files")[1]
    example = re.search(r"```turtle\n(.*?)```", guide, re.DOTALL)
    assert example
    (folder / "my-film.ttl").write_text(example[1], encoding="utf-8")
    load([folder / "my-film.ttl"], folder / "mine", locate(), names=True, inference=True)
    return open_graph(store=str(folder / "mine"))


def test_the_example_covers_every_canned_query() -> None:
    assert sorted([*ANSWERS, *UNANSWERED]) == sorted(query.name for query in LOCAL)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_query_answers_what_the_example_states(own: KnowledgeGraph, name: str) -> None:
    parameters, rows, cells = ANSWERS[name]
    records = own.query(name, **parameters).records()
    assert len(records) == rows
    assert any(cells.items() <= record.items() for record in records), records


@pytest.mark.parametrize("name", UNANSWERED)
def test_a_query_without_data_in_the_example_has_no_rows(own: KnowledgeGraph, name: str) -> None:
    assert own.query(name, warn=False, **UNANSWERED[name]).rows == []


@pytest.mark.parametrize("name", UNANSWERED)
def test_a_query_without_rows_explains_why(own: KnowledgeGraph, name: str) -> None:
    text = explain_empty(own.bind(name, **UNANSWERED[name]), own.store, shorten)
    assert text.startswith((NO_DATA, WRONG_VALUES))
