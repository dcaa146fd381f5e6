"""A film scene by scene: the order, who says what on whose word, and what it points at."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace

import networkx as nx
import pytest

from allusion.core.errors import ParameterError
from allusion.core.labels import Name
from allusion.core.model import Edge, Entity, Line, Scene, Utterance
from allusion.core.vocabulary import BASE
from allusion.view.layout.scene import ELSEWHERE_HEADING, UNORDERED_HEADING, scene_sections
from allusion.view.options import PictureOptions
from allusion.view.svg.render import render_svg
from allusion.view.svg.scene import WIDEST_FONT
from allusion.view.text_metrics import text_width

FILM = f"{BASE}film/chungking-express"
SVG = "{http://www.w3.org/2000/svg}"
Covering = Callable[[str], list[tuple[str, str]]]


def words(drawn: str) -> str:
    """All that is written, in the order in which it is drawn."""
    root = ET.fromstring(drawn)
    return "\n".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("scene", ["", "escalator", "recollection"])
@pytest.mark.parametrize("languages", [("en",), ("zh-Hant", "en"), ("ja",)])
def test_no_text_covers_another(
    shipped: nx.MultiDiGraph[str], covering: Covering, scene: str, languages: tuple[str, ...]
) -> None:
    assert (
        covering(
            render_svg(
                shipped, FILM, PictureOptions(layout="scene", scene=scene, languages=languages)
            )
        )
        == []
    )


def test_speech_stays_in_its_bubble_in_fonts_wider_than_helvetica(
    shipped: nx.MultiDiGraph[str],
) -> None:
    root = ET.fromstring(render_svg(shipped, FILM, PictureOptions(layout="scene")))
    drawn = [one for one in root.iter() if one.tag in {f"{SVG}text", f"{SVG}rect"}]
    bubbles = [one for one in drawn if one.get("class") in {"bubble", "told"}]
    checked = 0
    for bubble in bubbles:
        left, top, across, down = (
            float(bubble.get(side, "")) for side in ("x", "y", "width", "height")
        )
        for line in drawn:
            size = {"spoken": 18, "body": 13}.get(line.get("class", ""))
            x, y = float(line.get("x", 0)), float(line.get("y", 0))
            if size and left < x < left + 20 and top < y < top + down:
                checked += 1
                assert x + WIDEST_FONT * text_width(line.text or "", size) <= left + across - 8
    assert checked > 20


def test_scenes_are_in_order_with_unordered_ones_last(shipped: nx.MultiDiGraph[str]) -> None:
    sections = scene_sections(shipped, FILM)
    orders = [row.scene.order for section in sections for row in section.rows if row.scene]
    placed = [order for order in orders if order is not None]
    assert placed == sorted(placed)
    assert orders[: len(placed)] == placed
    assert [s.heading for s in sections if s.heading == UNORDERED_HEADING] == [UNORDERED_HEADING]


def test_scenes_without_any_position_are_not_counted_as_ordered(
    shipped: nx.MultiDiGraph[str],
) -> None:
    assert re.search(r"[1-9][0-9]* of them in order", words(scene_picture(shipped)))
    network = shipped.copy()
    network.graph["scenes"] = [replace(one, order=None) for one in shipped.graph["scenes"]]
    drawn = words(scene_picture(network))
    assert "scenes that sources describe." in drawn
    assert "in order" not in drawn


def scene_picture(network: nx.MultiDiGraph[str]) -> str:
    return render_svg(network, FILM, PictureOptions(layout="scene"))


def test_the_escalator_scene_has_speaker_addressee_and_reply(
    shipped: nx.MultiDiGraph[str],
) -> None:
    said = words(render_svg(shipped, FILM, PictureOptions(layout="scene", scene="escalator")))
    assert "Cop 223\nCantonese, dialogue\n“Tomokazu Miura, I’ll kill you!”" in said
    assert "223 shouts that he will kill" in said
    assert "三浦友和 · b. 1952" in said
    assert ELSEWHERE_HEADING in said
    assert "tells that May said to Cop 223:" in said


def test_reported_speech_is_drawn_within_the_reporting_speech(
    shipped: nx.MultiDiGraph[str],
) -> None:
    said = words(render_svg(shipped, FILM, PictureOptions(layout="scene", scene="223 remembers")))
    outer = said.index("「這裡的老闆說她很像山口百惠」")
    inner = said.index("tells that Owner of Midnight Express said:")
    assert outer < inner < said.index("the owner says May looks like")
    assert "“The owner here said she looks a lot like Momoe Yamaguchi.”" in said


def test_every_utterance_is_drawn_once(shipped: nx.MultiDiGraph[str]) -> None:
    def within(speeches: object) -> list[str]:
        return [
            iri
            for speech in speeches  # type: ignore[attr-defined]
            for iri in (speech.utterance.iri, *within(speech.reported))
        ]

    shown = [
        iri
        for section in scene_sections(shipped, FILM)
        for row in section.rows
        for iri in within(row.speech)
    ]
    assert sorted(shown) == sorted(u.iri for u in shipped.graph["utterances"] if u.work == FILM)


def test_a_scene_drawing_is_limited_by_kinds(shipped: nx.MultiDiGraph[str]) -> None:
    songs = render_svg(shipped, FILM, PictureOptions(layout="scene", kinds=("song-used",)))
    assert "California Dreamin" in words(songs)
    assert "223 shouts that he will kill" not in words(songs)


def test_an_entity_without_scenes_is_an_error_that_lists_films_with_scenes(
    shipped: nx.MultiDiGraph[str],
) -> None:
    with pytest.raises(
        ParameterError,
        match=r"Tomokazu Miura has no scenes in the graph.*Chungking Express \(\d+\)",
    ):
        render_svg(shipped, f"{BASE}person/tomokazu-miura", PictureOptions(layout="scene"))


def test_an_unknown_scene_names_the_nearest(shipped: nx.MultiDiGraph[str]) -> None:
    with pytest.raises(ParameterError, match="did you mean 'The run up the escalator'"):
        render_svg(shipped, FILM, PictureOptions(layout="scene", scene="run up the escalater"))
    with pytest.raises(ParameterError, match="scenes: The opening"):
        render_svg(shipped, FILM, PictureOptions(layout="scene", scene="zzzz"))


PAYLOAD = "</text><script>alert(1)</script>\x00\"'&"


def test_hostile_scenes_are_text_and_nothing_else(covering: Covering) -> None:
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    film, star, who = (f"{BASE}{x}" for x in ("film/x", "person/x", "character/x"))
    for iri, kind in ((film, "film"), (star, "person"), (who, "character")):
        network.add_node(iri, entity=Entity(iri, kind, PAYLOAD, {"en": PAYLOAD, PAYLOAD: PAYLOAD}))
    edge = Edge(f"{BASE}connection/x", film, star, "reference", PAYLOAD, PAYLOAD, PAYLOAD, PAYLOAD)
    network.add_edge(film, star, key=edge.iri, edge=edge)
    inner = Utterance(
        f"{BASE}utterance/in", film, PAYLOAD, PAYLOAD, speaker=who, connections=(edge.iri,)
    )
    outer = Utterance(
        f"{BASE}utterance/out", film, PAYLOAD, PAYLOAD, f"{BASE}scene/x", who, who, PAYLOAD, PAYLOAD,
        Line(PAYLOAD, PAYLOAD, (Name(PAYLOAD, "en"),)), (inner.iri, f"{BASE}utterance/out"), (edge.iri,), (PAYLOAD,),
    )  # fmt: skip
    scene = Scene(
        f"{BASE}scene/x", film, PAYLOAD, PAYLOAD, 1, PAYLOAD, star, (who,), (PAYLOAD,), (edge.iri,)
    )
    network.graph.update(scenes=(scene,), utterances=(inner, outer))
    for layout in ("scene", "network", "timeline", "focus"):
        try:
            drawn = render_svg(network, film, PictureOptions(layout=layout, title=PAYLOAD))
        except ParameterError:
            assert layout == "timeline", "nothing here has a year"
            continue
        root = ET.fromstring(drawn)
        names = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert names <= {
            "svg", "title", "desc", "style", "rect", "text", "tspan", "g", "path", "circle", "a", "defs", "use",
        }  # fmt: skip
        assert not re.search(r"<script|\son\w+=\"", drawn)
        for element in root.iter():
            for name, value in element.attrib.items():
                if name.endswith("href"):
                    assert value.startswith(("https://", "#"))


def test_the_picture_is_small_and_the_same_every_time(shipped: nx.MultiDiGraph[str]) -> None:
    drawn = render_svg(shipped, FILM, PictureOptions(layout="scene"))
    assert drawn == render_svg(shipped, FILM, PictureOptions(layout="scene"))
    assert 5_000 < len(drawn.encode()) < 60_000
    assert (
        5_000
        < len(render_svg(shipped, FILM, PictureOptions(layout="scene", scene="escalator")).encode())
        < 15_000
    )
