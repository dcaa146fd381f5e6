"""Pictures to save, to print and to show in a notebook: the options, PNG, and safe frames."""

from __future__ import annotations

import html
import importlib.util
import os
import re
import shutil
import struct
import sys
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import sample

import allusion
from allusion.core.errors import OutputError, ParameterError, UnknownName
from allusion.core.resources import Resources
from allusion.core.vocabulary import BASE
from allusion.knowledge_graph import KnowledgeGraph
from allusion.view import LAYOUTS
from allusion.view.layout.network import layout_network
from allusion.view.options import PictureOptions
from allusion.view.picture import Picture
from allusion.view.png import _split_mixed_runs, render_png
from allusion.view.subgraphs import family_subgraph
from allusion.view.svg.render import render_svg
from allusion.view.svg.stylesheet import scoped_stylesheet
from allusion.view.theme import CONNECTION_FAMILIES

SVG = "{http://www.w3.org/2000/svg}"
Covering = Callable[[str], list[tuple[str, str]]]
FILM = f"{BASE}film/chungking-express"
DRAWN = ("focus", "network", "timeline", "scene")


def size(data: bytes) -> tuple[int, int]:
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", data[16:24])


def rows(data: bytes) -> list[bytes]:
    """The rows of an RGBA PNG of 8 bits, their filters undone (PNG, section 9)."""
    across, down = size(data)
    packed, at = b"", 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += 12 + length
    raw = zlib.decompress(packed)
    found: list[bytes] = []
    before = bytearray(4 * across)
    for row in range(down):
        start = row * (4 * across + 1)
        method, line = raw[start], bytearray(raw[start + 1 : start + 1 + 4 * across])
        for i in range(len(line)):
            left = line[i - 4] if i >= 4 else 0
            up, corner = before[i], before[i - 4] if i >= 4 else 0
            if method == 1:
                line[i] = (line[i] + left) & 255
            elif method == 2:
                line[i] = (line[i] + up) & 255
            elif method == 3:
                line[i] = (line[i] + (left + up) // 2) & 255
            elif method == 4:
                p = left + up - corner
                near = min(
                    (abs(p - left), 0, left), (abs(p - up), 1, up), (abs(p - corner), 2, corner)
                )
                line[i] = (line[i] + near[2]) & 255
        found.append(bytes(line))
        before = line
    return found


@pytest.mark.parametrize("layout", DRAWN)
def test_every_layout_is_small_self_contained_described_and_reproducible(
    kg: KnowledgeGraph, layout: Any
) -> None:
    drawn = kg.view("Chungking Express", layout=layout).svg()
    assert drawn == kg.view("Chungking Express", layout=layout).svg()
    assert 5_000 < len(drawn.encode()) < 100_000
    root = ET.fromstring(drawn)
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert (desc.text or "").endswith(".")
    assert len(root.findall(f".//{SVG}a")) >= 3, "things lead out"
    assert not re.search(r"url\(|@import|<script|foreignObject|<image", drawn)


@pytest.mark.parametrize("layout", DRAWN)
def test_themes_differ_in_color_alone(kg: KnowledgeGraph, layout: Any) -> None:
    themes: tuple[Any, ...] = ("light", "dark", "auto")
    plain = set()
    for theme in themes:
        drawn = kg.view("Chungking Express", layout=layout, theme=theme).svg()
        style = re.search(r"<style>(.*?)</style>", drawn)
        assert style is not None
        assert ("prefers-color-scheme" in style[1]) == (theme == "auto")
        assert set(re.findall(r"\.picture[^ {]*", style[1])) == {f".picture.{theme}"}
        plain.add(drawn.replace(style[0], "").replace(f'class="picture {theme}"', ""))
    assert len(plain) == 1


@pytest.mark.parametrize("layout", DRAWN)
def test_languages_reach_every_layout(kg: KnowledgeGraph, layout: Any) -> None:
    drawn = kg.view("Chungking Express", layout=layout, language="ja").svg()
    assert 'lang="ja"' in drawn
    assert "三浦友和" in drawn or layout == "scene"
    assert "恋する惑星" in drawn


@pytest.mark.parametrize("layout", ["focus", "network"])
@pytest.mark.parametrize("hops", [1, 2])
def test_no_text_covers_another(
    kg: KnowledgeGraph, covering: Covering, layout: Any, hops: int
) -> None:
    for name in ("Chungking Express", "Momoe Yamaguchi", "2046"):
        assert covering(kg.view(name, layout=layout, hops=hops).svg()) == [], name


def test_names_of_the_whole_network_never_cover_each_other(
    kg: KnowledgeGraph, covering: Covering
) -> None:
    assert covering(kg.view("Chungking Express", layout="network").svg()) == []


def test_two_hops_show_what_the_neighbors_are_joined_to(kg: KnowledgeGraph) -> None:
    near, far = (kg.view("Chungking Express", hops=hops).svg() for hops in (1, 2))
    assert "Chibi Maruko-chan" not in near
    assert "Chibi Maruko-chan" in far
    assert re.search(r"Chibi Maruko-chan</text><text [^>]*>← ", far)


def test_a_marriage_is_a_line_without_an_arrow(kg: KnowledgeGraph) -> None:
    root = ET.fromstring(kg.view("Momoe Yamaguchi").svg())
    strands = {
        g.get("class"): g for g in root.iter(f"{SVG}g") if "strand" in (g.get("class") or "")
    }
    assert strands["strand story"].find(f"{SVG}path[@class='head']") is None
    assert strands["strand reference"].find(f"{SVG}path[@class='head']") is not None


def test_kinds_are_families_kinds_of_edge_and_kinds_of_entity(kg: KnowledgeGraph) -> None:
    songs = kg.view("Chungking Express", kinds="song-used").svg()
    assert "California Dreamin" in songs
    assert "Tomokazu Miura" not in songs
    people = kg.view("Chungking Express", kinds=["reference", "person"]).svg()
    assert "Tomokazu Miura" in people
    assert "California Dreamin" not in people
    assert "Barry Jenkins" not in people, "an influence is not a reference"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layout": "timelime"}, "did you mean timeline"),
        ({"layout": "path"}, "needs two entities"),
        ({"hops": 3}, "hops must be 1 or 2, not 3"),
        ({"kinds": ["namedrop"]}, "did you mean name-drop"),
        ({"kinds": ["qqqq"]}, "families: reference, .*kinds of edges: .*kinds of entities: film"),
        ({"language": "jp"}, "did you mean ja.*languages in use: en"),
        ({"theme": "drak"}, "did you mean dark"),
        ({"scene": "escalator"}, "layout scene"),
    ],
)
def test_options_that_do_not_fit_a_picture_are_errors_that_list_the_allowed_ones(
    kg: KnowledgeGraph, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        kg.view("Chungking Express", **options)


def test_the_layouts_are_those_of_the_command_line(kg: KnowledgeGraph) -> None:
    from allusion.cli.view import view_command

    choice = next(p for p in view_command.params if p.name == "layout").type
    assert tuple(choice.choices) == LAYOUTS  # type: ignore[attr-defined]
    with pytest.raises(UnknownName):
        kg.view("nothing of that name")


def test_the_fragment_opens_the_page_as_the_picture(kg: KnowledgeGraph) -> None:
    assert kg.view("Chungking Express").url_fragment == ""
    picture = kg.view("Momoe Yamaguchi", layout="timeline", language="ja", theme="dark")
    assert picture.url_fragment == "#/timeline/momoe-yamaguchi?theme=dark"
    scene = kg.view("Chungking Express", layout="scene", scene="escalator")
    assert scene.url_fragment == "#/scene/chungking-express?scene=chungking-express-escalator"
    kinds = kg.view("Chungking Express", kinds=["comparison", "reference"])
    assert kinds.url_fragment == "#/focus/chungking-express?kinds=reference,comparison"
    narrow = kg.view("Chungking Express", kinds=["song used", "film"], layout="network")
    assert narrow.url_fragment == "#/network/chungking-express?of=song-used,film"
    opened = kg.view("Chungking Express", hops=2).url_fragment
    assert opened.startswith("#/focus/chungking-express?open=momoe-yamaguchi,")
    none = kg.view(kg.path("Moonlight", "Branded to Kill", credits=False, hubs=True))
    assert none.url_fragment == (
        "#/path/moonlight/branded-to-kill?kinds=reference,influence,comparison,derivation&hubs=1"
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_picture_has_its_source_and_license(kg: KnowledgeGraph, layout: Any) -> None:
    to = "Tomokazu Miura" if layout == "path" else None
    root = ET.fromstring(kg.view("Chungking Express", layout=layout, to=to).svg())
    lowest = max(root.iter(f"{SVG}text"), key=lambda text: float(text.get("y", "0")))
    assert lowest.text == (
        "CC0 1.0 Universal · allusion: film, actor and cultural references · "
        "w3id.org/allusion/dataset"
    )
    assert float(lowest.get("y", "0")) + 10 < float(root.get("height", "0"))


needs_resvg = pytest.mark.skipif(
    importlib.util.find_spec("resvg_py") is None, reason="resvg-py is not installed"
)


@needs_resvg
def test_png_has_the_expected_size(kg: KnowledgeGraph, tmp_path: Path) -> None:
    picture = kg.view("Chungking Express", layout="scene", scene="escalator")
    root = ET.fromstring(picture.svg())
    once, twice = picture.png(1), picture.png(2)
    assert size(once) == (int(root.get("width") or 0), int(root.get("height") or 0))
    assert size(twice) == tuple(2 * side for side in size(once))
    assert picture.png(1) == once
    assert picture.save(tmp_path / "x.PNG").read_bytes() == twice


@needs_resvg
def test_png_has_a_background_and_names_in_every_script(kg: KnowledgeGraph) -> None:
    light, dark = (
        rows(render_png(kg.view("Tomokazu Miura", theme=theme).svg()))
        for theme in ("light", "dark")
    )
    assert tuple(light[0][:3]) == (0xFB, 0xFA, 0xF7)
    assert tuple(dark[0][:3]) == (0x14, 0x15, 0x1A)
    # The style names the fonts: text without a font family is drawn with none of them.
    drawn = {
        words: render_png(
            '<svg xmlns="http://www.w3.org/2000/svg" class="picture light" width="60" height="30">'
            f"<style>{scoped_stylesheet('light')}</style>"
            f'<text class="name" lang="ja" y="22">{words}</text></svg>'
        )
        for words in ("三", "友", "恋", "墮")
    }
    if len(set(drawn.values())) < len(drawn):
        pytest.skip("no font on this machine has Chinese and Japanese glyphs")
    assert any(any(row) for row in rows(drawn["友"]))


def test_png_gives_only_names_in_other_fonts_an_end_of_their_own() -> None:
    run = (
        '<text class="sub" x="46" y="426"><tspan lang="{}">{}</tspan><tspan> · 2010</tspan></text>'
    )
    french, chinese = run.format("fr", "Les Amours imaginaires"), run.format("zh-Hant", "重慶森林")
    assert _split_mixed_runs(french) == french
    assert '<tspan x="90"> · 2010' in _split_mixed_runs(chinese)


def test_png_refuses_what_is_too_large_or_too_small(kg: KnowledgeGraph) -> None:
    drawn = kg.view("Tomokazu Miura").svg()
    for scale in (0, -1, 9, float("nan")):
        with pytest.raises(ParameterError, match=r"scale must be 0\.1 to 8, not"):
            render_png(drawn, scale=scale)
    with pytest.raises(ParameterError, match="smaller scale"):
        render_png(drawn.replace('height="', 'height="99999', 1), scale=8)


def test_png_without_a_renderer_is_an_error_that_names_both(
    kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(OutputError, match=r"Chromium.*allusion\[png\]"):
        kg.view("Tomokazu Miura").png()


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium on PATH")
def test_png_by_a_browser_where_resvg_is_missing(
    kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    if os.geteuid() == 0:  # Chromium refuses to run as root in its sandbox
        wrapper = tmp_path / "chromium"
        wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("chromium")} --no-sandbox "$@"\n')
        wrapper.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    picture = kg.view("Tomokazu Miura")
    root = ET.fromstring(picture.svg())
    drawn = picture.png(2)
    assert size(drawn) == tuple(2 * int(root.get(side) or 0) for side in ("width", "height"))


def test_a_notebook_gets_svg_and_a_sentence_and_no_html(kg: KnowledgeGraph) -> None:
    bundle = kg.view("Chungking Express", layout="timeline")._repr_mimebundle_()
    assert set(bundle) == {"image/svg+xml", "text/plain"}
    assert bundle["text/plain"].startswith("What Chungking Express is joined to")


def test_the_frame_is_a_sandbox_with_an_origin_of_its_own() -> None:
    network = sample.sample()
    frame = Picture(
        network, f"{BASE}person/tomokazu-miura", PictureOptions("timeline")
    ).interactive(height=500)
    shown = frame._repr_html_()
    found = re.fullmatch(
        r'<iframe sandbox="([^"]*)" .*height="500".* srcdoc="([^"]*)"></iframe>', shown, re.DOTALL
    )
    assert found is not None
    assert "allow-same-origin" not in found[1]
    assert found[1].split()[:3] == ["allow-scripts", "allow-downloads", "allow-popups"]
    assert html.unescape(found[2]) == frame.page
    assert '<html lang="en" data-start="#/timeline/tomokazu-miura">' in frame.page
    assert "Tomokazu Miura" in repr(frame)
    assert len(repr(frame)) < 2000


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_notebook_runs_and_holds_the_picture(
    tiny: Resources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    package = Path(allusion.__file__).parents[1]
    monkeypatch.setenv("PYTHONPATH", str(package))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    book = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(
                f"import allusion\nkg = allusion.open({str(tiny.data)!r})\nkg.view('Later Film')"
            ),
            nbformat.v4.new_code_cell("kg.view('Later Film').interactive()"),
        ]
    )
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python"}
    client = nbclient.NotebookClient(
        book, timeout=120, resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    picture, frame = (cell.outputs[0]["data"] for cell in book.cells)
    assert picture["image/svg+xml"].startswith("<svg")
    assert "text/html" not in picture
    assert frame["text/html"].startswith("<iframe sandbox=")
    nbformat.validate(book)


def test_a_drawing_of_a_path_has_a_description_and_the_class_of_its_theme(
    kg: KnowledgeGraph,
) -> None:
    root = ET.fromstring(kg.view("Momoe Yamaguchi", to="film:manhattan", theme="dark").svg())
    said = (root.find(f"{SVG}desc").text or "").split(". ")  # type: ignore[union-attr]
    assert said[0] == "2 hops join Momoe Yamaguchi and Manhattan, via Chungking Express"
    assert said[1].startswith("Cop 223 recalls")
    assert root.get("class") == "picture dark"
    assert root.get("role") == "img"
    style = root.find(f"{SVG}style")
    assert style is not None
    assert set(re.findall(r"\.picture[^ {]*", style.text or "")) == {".picture.dark"}


def test_names_in_the_network_avoid_shapes(kg: KnowledgeGraph) -> None:
    network = kg.network(records=True)
    made = layout_network(family_subgraph(network, CONNECTION_FAMILIES, FILM), FILM)
    shapes = {item.entity.iri: (item.x, item.y) for item in made.nodes}
    named = [item for item in made.nodes if item.name]
    assert len(named) > 0.9 * len(made.nodes)
    near = {FILM, *network.successors(FILM), *network.predecessors(FILM)}
    covering = [
        item.name
        for item in named
        for iri, (x, y) in shapes.items()
        if iri != item.entity.iri
        and item.rectangle[0] < x + 7 and x - 7 < item.rectangle[2]
        and item.rectangle[1] < y + 7 and y - 7 < item.rectangle[3]
        and item.entity.iri not in near
    ]  # fmt: skip
    assert len(covering) < 0.05 * len(named), covering


def test_entities_with_one_neighbor_are_counted_at_that_neighbor(kg: KnowledgeGraph) -> None:
    drawn = kg.view("Chungking Express", layout="network").svg()
    left_out = re.search(r"([\d,]+) entities with only one neighbor are omitted", drawn)
    assert left_out is not None
    made = layout_network(
        family_subgraph(kg.network(records=True), CONNECTION_FAMILIES, FILM), FILM
    )
    assert int(left_out[1].replace(",", "")) == made.node_count - len(made.nodes) > 100
    assert re.search(r">Manhattan \+\d+<", drawn)


def test_the_label_of_reported_speech_is_a_sentence(kg: KnowledgeGraph) -> None:
    root = ET.fromstring(kg.view("Chungking Express", kinds=["likeness"]).svg())
    words = ["".join(t.itertext()) for t in root.iter(f"{SVG}text") if t.get("class") == "words"]
    assert " ".join(words).startswith("Cop 223 tells: the owner says May looks like")
    couple = ET.fromstring(kg.view("Chungking Express", max_neighbors=100).svg())
    said = {"".join(t.itertext()) for t in couple.iter(f"{SVG}text")}
    assert "百恵・友和 · star couple" in said
    assert "赤いシリーズ · 1974 · series" in said


def test_a_page_has_the_static_drawing_of_its_layout() -> None:
    network = sample.sample()
    page = Picture(network, FILM, PictureOptions("timeline")).html()
    still = re.search(r"<noscript>(<svg.*?</svg>)\s*</noscript>", page, re.DOTALL)
    assert still is not None
    assert still[1] + "\n" == render_svg(network, FILM, PictureOptions(layout="timeline"))
    assert "<noscript>" not in Picture(network, FILM).html()
    assert (
        "<noscript>"
        not in Picture(network, f"{BASE}motif/pineapple-tin", PictureOptions("scene")).html()
    )


def test_an_empty_network_is_refused_by_name() -> None:
    with pytest.raises(UnknownName):
        render_svg(nx.MultiDiGraph(), "x")


def test_a_path_is_drawn_between_two_names_and_its_page_opens_as_it(
    kg: KnowledgeGraph, covering: Covering
) -> None:
    picture = kg.view("Momoe Yamaguchi", to="film:manhattan")
    assert ET.fromstring(picture.svg()).tag.endswith("svg")
    assert "Chungking Express" in picture.svg()
    assert covering(picture.svg()) == []
    assert picture.url_fragment == "#/path/momoe-yamaguchi/manhattan"


@pytest.mark.parametrize("options", [{"layout": "path"}, {"layout": "scene", "to": "film:2046"}])
def test_a_path_without_a_second_end_is_an_error_that_names_the_option(
    kg: KnowledgeGraph, options: dict[str, str]
) -> None:
    with pytest.raises(ParameterError, match="needs two entities"):
        kg.view("film:manhattan", **options)  # type: ignore[arg-type]
