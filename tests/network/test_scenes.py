"""Scenes and utterances as records: who says what to whom, and what it points at."""

from __future__ import annotations

import networkx as nx
import pytest

from allusion.core.model import Scene, Utterance
from allusion.core.vocabulary import BASE
from allusion.view.options import PictureOptions
from allusion.view.svg.render import render_svg

FILM = f"{BASE}film/chungking-express"


@pytest.fixture(scope="module")
def scenes(shipped: nx.MultiDiGraph[str]) -> dict[str, Scene]:
    return {scene.iri.rsplit("/", 1)[-1]: scene for scene in shipped.graph["scenes"]}


@pytest.fixture(scope="module")
def utterances(shipped: nx.MultiDiGraph[str]) -> dict[str, Utterance]:
    found = shipped.graph["utterances"]
    return {utterance.iri.rsplit("/", 1)[-1]: utterance for utterance in found}


def test_the_escalator_scene_has_its_shout(
    scenes: dict[str, Scene], utterances: dict[str, Utterance]
) -> None:
    scene = scenes["chungking-express-escalator"]
    assert (scene.work, scene.scope) == (FILM, "first story")
    assert scene.place == f"{BASE}place/escalator-of-the-miura-line"
    assert f"{BASE}character/cop-223" in scene.features
    assert "canted angle" in [name.lower() for name in scene.techniques]
    shout = utterances["kill-tomokazu-miura"]
    assert shout.scene == scene.iri
    assert shout.speaker == f"{BASE}character/cop-223"
    assert (shout.language, shout.channel) == ("Cantonese", "dialogue")
    assert shout.line is not None
    assert shout.line.text == "Tomokazu Miura, I’ll kill you!"
    assert shout.connections == (f"{BASE}connection/shout-names-tomokazu-miura",)
    assert any("Inferred" in note for note in shout.notes), "what was inferred says so"


def test_nested_reported_speech_links_to_the_reported_utterance(
    utterances: dict[str, Utterance],
) -> None:
    recalled = utterances["223-recalls-owner-likeness"]
    assert recalled.reports == (f"{BASE}utterance/owner-likens-may-to-yamaguchi",)
    owner = utterances["owner-likens-may-to-yamaguchi"]
    assert owner.speaker == f"{BASE}character/owner-of-midnight-express"
    assert [name.language for name in (recalled.line.translations if recalled.line else ())] == [
        "en"
    ]


def test_scenes_are_in_the_order_of_the_work(scenes: dict[str, Scene]) -> None:
    orders = [scene.order for scene in scenes.values() if scene.work == FILM]
    placed = [order for order in orders if order is not None]
    assert placed == sorted(placed)
    assert len(placed) == len(set(placed))
    assert orders[: len(placed)] == placed, "those that no source places come last"


def test_every_connection_of_a_scene_is_an_edge_of_the_network(
    scenes: dict[str, Scene], utterances: dict[str, Utterance], shipped: nx.MultiDiGraph[str]
) -> None:
    keys = {key for *_, key in shipped.edges(keys=True)}
    stated = {iri for scene in scenes.values() for iri in scene.connections}
    stated |= {iri for utterance in utterances.values() for iri in utterance.connections}
    assert stated
    assert stated <= keys


def test_every_language_of_an_utterance_is_kept(
    utterances: dict[str, Utterance], shipped: nx.MultiDiGraph[str]
) -> None:
    asked = utterances["223-asks-about-pineapple"]
    assert asked.language == "Cantonese, English, Japanese and Mandarin Chinese"
    drawn = render_svg(shipped, FILM, PictureOptions(layout="scene", scene="bar"))
    assert "Cantonese, English, Japanese and Mandarin Chinese, dialogue" in drawn
