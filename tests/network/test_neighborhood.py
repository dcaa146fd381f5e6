"""Of a large store only what is near one entity is read, and drawn as if all had been."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from samples import every_nth
from terminal import Run

import allusion
from allusion.build.bulk_load import load
from allusion.core.errors import ParameterError, UnknownName
from allusion.core.resources import locate
from allusion.core.vocabulary import AL, BASE
from allusion.knowledge_graph import KnowledgeGraph
from allusion.network import neighborhood as nearby
from allusion.network.neighborhood import StoreNeighborhood

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
NAMES = ("film:moonlight", "person:momoe-yamaguchi", "organisation:arrow")
FILM = "film:chungking-express"
PICTURES: tuple[dict[str, Any], ...] = (
    {},
    {"hops": 2},
    {"kinds": ("film", "credit")},
    {"language": ("ja", "zh-Hant")},
    {"layout": "timeline", "hops": 2, "kinds": "reference"},
    {"layout": "network", "hops": 1},
    {"layout": "network", "max_entities": 40},
    {"layout": "scene"},
    {"max_entities": 12},
)


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> KnowledgeGraph:
    """The graph that ships, taken for a large one."""
    monkeypatch.setattr(nearby, "LARGE_STORE_QUADS", 0)
    return allusion.open()


@pytest.fixture
def kg(kg: KnowledgeGraph) -> KnowledgeGraph:
    """The same, of which all has been read."""
    kg.network(records=True)
    assert kg.neighborhood is None
    return kg


def near_of(graph: KnowledgeGraph) -> StoreNeighborhood:
    assert graph.neighborhood is not None
    return graph.neighborhood


def drawn(graph: KnowledgeGraph, name: str, **options: Any) -> str:
    try:
        return graph.view(name, **options).svg()
    except ParameterError as error:  # without years or scenes
        return str(error).partition("; works with scenes")[0]


@pytest.mark.parametrize("options", every_nth(PICTURES, 3), ids=str)
def test_a_picture_from_the_neighborhood_equals_that_of_the_whole_graph(
    kg: KnowledgeGraph, part: KnowledgeGraph, options: dict[str, Any]
) -> None:
    # Nothing leads from Arrow to others, with which the whole network fills up.
    names = NAMES[:2] if "layout" in options else NAMES if options else (FILM, *NAMES)
    if options == {"layout": "scene"}:
        names = (FILM, NAMES[0])
    for name in names:
        assert drawn(part, name, **options) == drawn(kg, name, **options), name
    assert part.neighborhood is not None  # the whole was not read


def test_a_card_from_the_neighborhood_equals_that_of_the_whole_graph(
    kg: KnowledgeGraph, part: KnowledgeGraph
) -> None:
    for name in (
        "character:cop-223",
        "person:wong-kar-wai",
        "place:reinanzaka-church",
        "place:hong-kong",
        "award:hong-kong-film-award-for-best-film",
        "relationship:yamaguchi-and-miura-marriage",
        "scene:chungking-express-escalator",
        "utterance:223-recalls-owner-likeness",
        *NAMES,
    ):
        assert part.card(name).to_json() == kg.card(name).to_json(), name
    assert part.neighborhood is not None


def test_a_page_from_the_neighborhood_equals_that_of_the_whole_graph(
    kg: KnowledgeGraph, part: KnowledgeGraph
) -> None:
    pages = [
        graph.view("Moonlight", max_entities=60, layout="timeline").html() for graph in (kg, part)
    ]
    assert pages[0] == pages[1]
    assert part.view("Moonlight", max_entities=60).page_network.graph["of"] == len(
        kg.network(records=True)
    )


def test_neighbors_equal_those_of_networkx(kg: KnowledgeGraph, part: KnowledgeGraph) -> None:
    network, near = kg.network(records=True), near_of(part)
    assert near.entity_count() == len(network)
    for iri in network:
        assert iri in near
        assert near.degree(iri) == network.degree(iri)
        assert {*near.neighbors(iri)} == {*network.succ[iri], *network.pred[iri]}
    for other in (f"{BASE}kind/name-drop", f"{BASE}film/none", f"{BASE}person/pun-kwok-ling", 1):
        assert other not in near


def test_the_neighborhood_reads_a_small_part_of_the_store(
    kg: KnowledgeGraph, part: KnowledgeGraph
) -> None:
    picture = part.view("film:la-dolce-vita", layout="timeline")
    assert len(picture.network) < len(kg.network(records=True)) / 10


def test_the_whole_network_of_a_large_store_can_be_read(part: KnowledgeGraph) -> None:
    lonely = "organisation:arrow"
    assert part.view(lonely, language="ja").svg()
    for kind in ("song-used", "performer"):
        assert part.view(lonely, kinds=kind).svg()
    with pytest.raises(ParameterError, match="no name has the language 'xx'"):
        part.view(lonely, language="xx")
    with pytest.raises(ParameterError, match="did you mean"):
        part.view(lonely, kinds="song-use")
    with pytest.raises(ParameterError, match="max_entities must be 1 to 20,000"):
        part.view(lonely, max_entities=0)
    with pytest.raises(UnknownName):
        part.view("organisation:none")


def test_small_stores_and_whole_networks_are_read_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert allusion.open().neighborhood is None
    monkeypatch.setattr(nearby, "LARGE_STORE_QUADS", 0)
    part = allusion.open()
    assert part.neighborhood is not None
    part.network(records=True)
    assert part.neighborhood is None


def test_unchecked_files_are_read_as_far_as_possible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blank statements, evidence that is text, ends that are none, and the word service."""
    film, star = f"{BASE}film/secret-service", f"{BASE}person/star"
    lines = [
        f"<{film}> <{TYPE}> <{AL}Film> .",
        f'<{film}> <{LABEL}> "Secret Service"@en .',
        f"<{star}> <{TYPE}> <{AL}Person> .",
        f"_:credit <{AL}performer> <{star}> .",
        f"_:credit <{AL}inWork> <{film}> .",
        f"_:other <{AL}performer> <{BASE}person/nobody> .",
        f"_:other <{AL}inWork> <{film}> .",
        f"<{BASE}connection/c> <{TYPE}> <{AL}Reference> .",
        f"<{BASE}connection/c> <{AL}from> <{film}> .",
        f"<{BASE}connection/c> <{AL}to> <{star}> .",
        f"<{BASE}connection/c> <{AL}kind> <{BASE}kind/name-drop> .",
        f'<{BASE}connection/c> <{AL}evidence> "heard" .',
        f'<{BASE}connection/d> <{AL}from> "nobody" .',
        f"<{BASE}connection/d> <{AL}to> <{star}> .",
    ]
    (tmp_path / "a.nt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    load([tmp_path / "a.nt"], tmp_path / "store", locate(), names=True)
    whole = allusion.open(store=str(tmp_path / "store"))
    assert whole.network(records=True).number_of_edges() == 3, "one end has no type"
    monkeypatch.setattr(nearby, "LARGE_STORE_QUADS", 0)
    part = allusion.open(store=str(tmp_path / "store"))
    for name in ("Secret Service", "person:star"):
        assert drawn(part, name) == drawn(whole, name)
        assert part[name].to_json() == whole[name].to_json()
    assert near_of(part).degree(film) == whole.network(records=True).degree(film)


def test_the_command_reports_the_content_of_a_page_and_reads_none_for_a_drawing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearby, "LARGE_STORE_QUADS", 0)
    drawing, page = tmp_path / "x.svg", tmp_path / "x.html"
    done = run("view", "Moonlight", "--max-entities", "60", "-o", str(drawing))
    assert (done.code, "nearest" in done.err) == (0, False)
    done = run("view", "Moonlight", "--max-entities", "60", "-o", str(page))
    assert "shows the 60 entities nearest to Moonlight, of" in done.err
    load([], tmp_path / "bare", locate())
    done = run("view", "film:none", "--store", str(tmp_path / "bare"), "-o", str(drawing))
    assert done.code == 2
    assert "the store has no entity in a named graph" in done.err
