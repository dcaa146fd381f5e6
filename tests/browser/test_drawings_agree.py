"""Path, timeline and scene: the static picture and the page draw the same statements alike.

Both have a layout of their own, for a picture stands alone and a page is as wide as its window.
What is compared is what they say: boxes and their text, the order, the direction of arrows, the
style of lines, the words spoken.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import networkx as nx
import pytest

from allusion.core.model import Edge
from allusion.core.vocabulary import BASE, FAMILIES
from allusion.network.paths.rules import PathRules
from allusion.network.paths.search import find_paths
from allusion.view.layout.scene import SceneSection, scene_sections
from allusion.view.layout.timeline import layout_timeline
from allusion.view.options import PictureOptions
from allusion.view.subgraphs import ego_graph, visible_families
from allusion.view.svg.path import draw_paths
from allusion.view.svg.render import render_svg
from allusion.view.svg.scene import draw_scenes
from allusion.view.svg.timeline import draw_timeline

SVG = "{http://www.w3.org/2000/svg}"
FILM = f"{BASE}film/chungking-express"
PATHS = (
    ("film/moonlight", "film/chungking-express"),
    ("film/moonlight", "film/branded-to-kill"),
    ("person/momoe-yamaguchi", "person/faye-wong"),
    ("person/momoe-yamaguchi", "person/tomokazu-miura"),
)
AROUND = ("film/chungking-express", "person/tomokazu-miura", "film/fallen-angels")

# Boxes: size and text; lines: family, width, dashes, uncertainty, arrow (its path begins at the tip).
READ = """(root) => ({
    boxes: [...root.querySelectorAll('g.block, g.card')].filter((one) => one.querySelector('rect')).map((one) => [
        ...['width', 'height'].map((name) => Number(one.querySelector('rect').getAttribute(name))),
        [...one.querySelectorAll('text')].map((text) => text.textContent)]),
    lines: [...root.querySelectorAll('g.strand:not(.far)')].map((one) => {
        const [wire, head] = [one.querySelector('path.wire'), one.querySelector('path.head')];
        return [one.classList[1], wire.getAttribute('stroke-width'), wire.getAttribute('stroke-dasharray') || '',
            (head && head.classList.contains('hollow') ? 'hollow' : '') + (one.querySelector('.query') ? '?' : ''),
            head ? head.getAttribute('d') : ''];
    }),
})"""


def read(svg: str) -> dict[str, list[Any]]:
    """Read a static picture as READ reads one of the page."""
    root = ET.fromstring(svg)
    groups = [(one, one.get("class", "").split()) for one in root.iter(f"{SVG}g")]
    boxes = [
        [
            *(float(frame.get(name, "")) for name in ("width", "height")),
            ["".join(text.itertext()) for text in one.iter(f"{SVG}text")],
        ]
        for one, roles in groups
        if {"block", "card"} & set(roles) and (frame := one.find(f"{SVG}rect")) is not None
    ]
    lines = []
    for one, roles in groups:
        if roles[:1] == ["strand"]:
            wire = one.find(f"{SVG}path[@class='wire']")
            assert wire is not None
            hollow = one.find(f"{SVG}path[@class='head hollow']")
            head = one.find(f"{SVG}path[@class='head']") if hollow is None else hollow
            mark = one.find(f"{SVG}text[@class='query']")
            lines.append(
                [
                    roles[1],
                    wire.get("stroke-width"),
                    wire.get("stroke-dasharray", ""),
                    ("" if hollow is None else "hollow") + ("" if mark is None else "?"),
                    "" if head is None else head.get("d", ""),
                ]
            )
    return {"boxes": boxes, "lines": lines}


def direction(head: str) -> str:
    """The direction of a vertical arrow: from the path of its head, which starts at the tip."""
    return {"": "none", "-": "down"}.get(head and re.sub(r".*l-4 (-?).*", r"\1", head), "up")


@pytest.mark.parametrize(("one", "other"), PATHS)
def test_a_path_has_the_same_boxes_lines_and_arrows(
    open_page: Callable[..., Any], shipped: nx.MultiDiGraph[str], one: str, other: str
) -> None:
    paths = find_paths(
        shipped, BASE + one, BASE + other, PathRules(max_hops=99), all_shortest=True, limit=1
    )
    page = open_page(name="shipped").page
    drawn = page.evaluate(
        f"""([one, other]) => {{
            const [first, last] = [one, other].map((id) => allusion.indexOf.get(id));
            const [path] = allusion.findPaths(first, last, () => true, false).paths;
            return ({READ})(allusion.drawVerticalPath(path, 360, ''));
        }}""",
        [one, other],
    )
    expected = read(draw_paths(paths))
    assert drawn["boxes"] == expected["boxes"]
    assert [[*line[:4], direction(line[4])] for line in drawn["lines"]] == [
        [*line[:4], direction(line[4])] for line in expected["lines"]
    ]


@pytest.mark.parametrize("focus", AROUND)
def test_a_timeline_has_the_same_things_lanes_and_lines(
    open_page: Callable[..., Any], shipped: nx.MultiDiGraph[str], focus: str
) -> None:
    iri = BASE + focus
    part = ego_graph(shipped, iri, 1, visible_families(shipped, iri, ()))
    made = layout_timeline(part, iri, max_entities=500)
    assert made is not None
    page = open_page(f"#/timeline/{focus.split('/')[1]}", name="shipped").page
    drawn = page.evaluate(
        """() => {
            const { data } = allusion;
            const root = document.querySelector('#time-stage svg');
            const points = [...root.querySelectorAll('.point')].map((one) => Number(one.dataset.entity));
            const aside = [...document.querySelectorAll('#undated [data-entity]')];
            return {
                lanes: [...root.querySelectorAll('.lane')].length,
                points: points.map((index) => [data.entities[index].kind, data.entities[index].id]),
                undated: aside.map((one) => data.entities[Number(one.dataset.entity)].id),
                lines: [...root.querySelectorAll('g.strand')].map((one) => {
                    const wire = one.querySelector('path.wire');
                    const edge = data.edges[Number(one.dataset.edges)];
                    return [edge.id, one.classList[1], wire.getAttribute('stroke-width'),
                        wire.getAttribute('stroke-dasharray') || '', Boolean(one.querySelector('.query')),
                        Boolean(one.querySelector('.head'))];
                }),
            };
        }"""
    )
    marks = [(lane.kind, mark.entity.iri) for lane in made.lanes for mark in lane.marks]
    assert sorted(drawn["points"]) == sorted([kind, one.removeprefix(BASE)] for kind, one in marks)
    kinds = list(dict.fromkeys(kind for kind, _ in drawn["points"]))
    assert kinds == [lane.kind for lane in made.lanes]
    assert sorted(drawn["undated"]) == sorted(
        one.entity.iri.removeprefix(BASE) for one in made.undated
    )
    # The picture draws the edges of one family between two as one line, as thick as the best of them.
    found = {line[0]: line[1:] for line in drawn["lines"]}
    svg = read(draw_timeline(made, PictureOptions()))["lines"]
    focused = [arc for arc in made.arcs if iri in (arc.origin.entity.iri, arc.target.entity.iri)]
    rest = [arc for arc in made.arcs if arc not in focused]
    seen = set()
    for arc, line in zip([*rest, *focused], svg, strict=True):
        if arc in rest:
            continue
        edges = [found[edge.iri.removeprefix(BASE)] for edge in arc.bundle.edges]
        seen |= {edge.iri.removeprefix(BASE) for edge in arc.bundle.edges}
        family, width, dashes, uncertainty, head = line
        assert {edge[0] for edge in edges} == {family}
        assert max(float(edge[1]) for edge in edges) == float(width)
        assert {edge[2] for edge in edges} == {dashes}
        # The mark is left out where it would cover another thing; the hollow head stays.
        assert any(edge[3] for edge in edges) == ("?" in uncertainty) or uncertainty == "hollow"
        assert any(edge[4] for edge in edges) == bool(head)
    assert seen == set(found)


def told(text: str) -> str:
    """Text without the spaces at which lines break."""
    return "".join(text.split())


def test_a_scene_has_the_same_speech_boxes_and_lines(
    open_page: Callable[..., Any], shipped: nx.MultiDiGraph[str]
) -> None:
    page = open_page("#/scene/chungking-express", name="shipped").page
    compared = 0
    for scene in shipped.graph["scenes"]:
        if scene.work != FILM:
            continue
        drawn = page.evaluate(
            f"""async (scene) => {{
                const address = `#/scene/chungking-express?scene=${{scene}}`;
                if (location.hash !== address) {{
                    const turned = new Promise((done) => addEventListener('hashchange', () => setTimeout(done), {{ once: true }}));
                    location.hash = address;
                    await turned;
                }}
                const root = allusion.views.scene.picture();
                const texts = (role) => [...root.querySelectorAll(`text.${{role}}`)].map((one) => one.textContent);
                return root && {{ spoken: texts('spoken'), sub: texts('sub'), ...({READ})(root) }};
            }}""",
            scene.iri.rsplit("/", 1)[1],
        )
        sections = scene_sections(shipped, FILM, scene.label)
        rows = [row for section in sections for row in section.rows if row.scene == scene]
        edges: list[Edge] = [
            edge
            for row in rows
            for edge in (*row.edges, *(e for s in row.speech for e in s.all_edges()))
        ]
        if not drawn:
            assert edges == [], scene.iri
            continue
        compared += 1
        svg = draw_scenes(shipped, FILM, [SceneSection("", tuple(rows))], PictureOptions())
        expected = read(svg)
        spoken = told("".join(drawn["spoken"]))
        for row in rows:
            for speech in row.speech:
                line = speech.utterance.line
                if line and list(speech.all_edges()):
                    assert told(line.text) in spoken, scene.iri
                    quoted = [*re.findall("[“「]", spoken)]
                    assert quoted, "a line is told from a summary by its quotation marks"
                    for name in line.translations:
                        shown = name.language == "en"
                        assert (told(name.text) in told("".join(drawn["sub"]))) == shown, scene.iri
        assert sorted(line[:4] for line in drawn["lines"]) == sorted(
            line[:4] for line in expected["lines"]
        ), scene.iri
        targets = [box[2] for box in expected["boxes"]]
        assert all(target in [box[2] for box in drawn["boxes"]] for target in targets), scene.iri
    assert compared > 5
    assert FAMILIES


def legend(svg: str) -> list[str]:
    """Texts of the legend of a drawing: those like "references 22"."""
    texts = [
        "".join(one.itertext())
        for one in ET.fromstring(svg).iter(f"{SVG}text")
        if one.get("class") == "sub"
    ]
    return [text for text in texts if re.fullmatch(r"[a-z][a-z ]+ \d+|thicker: more sources", text)]


@pytest.mark.parametrize("focus", ["film/chungking-express", "film/in-the-mood-for-love"])
def test_a_saved_focus_view_has_the_legend_of_the_static_drawing(
    open_page: Callable[..., Any], shipped: nx.MultiDiGraph[str], focus: str
) -> None:
    page = open_page(f"#/focus/{focus.split('/')[1]}", name="shipped").page
    saved = page.evaluate(
        "() => new XMLSerializer().serializeToString(allusion.standaloneSvg())",
    )
    expected = legend(render_svg(shipped, BASE + focus))
    assert len(expected) > 8
    assert legend(saved) == expected


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("network/chungking-express", ("references", "claimed by others", "films", "people")),
        ("timeline/chungking-express", ("references", "comparisons", "claimed by others")),
        ("path/momoe-yamaguchi/manhattan", ("reference", "films", "person")),
        ("compare/in-the-mood-for-love/days-of-being-wild", ("references", "films")),
        ("scene/chungking-express", ("reference",)),
    ],
)
def test_every_saved_view_has_a_legend_inside_its_paper(
    open_page: Callable[..., Any], address: str, words: tuple[str, ...]
) -> None:
    watched = open_page(f"#/{address}", name="shipped")
    watched.settle()
    boxes = watched.page.evaluate(
        """() => {
            const root = allusion.standaloneSvg();
            document.body.append(root);
            const paper = root.querySelector('rect.paper').getBoundingClientRect();
            const found = [...root.querySelectorAll('.key text')].map((one) => {
                const box = one.getBoundingClientRect();
                return [one.textContent, box.left >= paper.left && box.right <= paper.right
                    && box.top >= paper.top && box.bottom <= paper.bottom];
            });
            root.remove();
            return found;
        }"""
    )
    assert all(inside for _, inside in boxes)
    names = {text.rstrip(" 0123456789") for text, _ in boxes}
    assert set(words) <= names
