"""What the page draws: the same picture as the static one, the network, the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
import pytest
from boxes import covering
from playwright.sync_api import ViewportSize, expect
from samples import every_nth

from allusion.core.vocabulary import BASE
from allusion.network.networkx_graph import get_entity
from allusion.view.layout.focus import FocusLayout, layout_focus
from allusion.view.neighbors import find_neighbors
from allusion.view.theme import FAMILY_ORDER

VIEWS = (
    "focus/chungking-express?as=picture",
    "focus/chungking-express?as=list",
    "network/chungking-express?as=picture",
    "timeline/chungking-express?as=picture",
    "path/moonlight/chungking-express?as=picture",
    "scene/chungking-express?as=picture",
)
PHONE = ViewportSize(width=390, height=844)

# What is drawn, without what only one of the two pictures has: links, roles, events.
DRAWN = """() => [...document.querySelectorAll(
    '#picture path, #picture rect, #picture text, #picture circle')]
    .filter((one) => !one.closest('.grip')).map((one) => [
      one.tagName, one.getAttribute('class'), one.getAttribute('d'), one.getAttribute('x'),
      one.getAttribute('y'), one.getAttribute('cx'), one.getAttribute('width'),
      one.getAttribute('height'), one.getAttribute('transform'), one.getAttribute('fill'),
      one.getAttribute('stroke-width'), one.getAttribute('stroke-dasharray'),
      one.getAttribute('text-anchor'), one.textContent, one.getAttribute('lang')].join('|'))"""

PLACED = """() => allusion.data.entities.map((entity, index) => {
    const p = allusion.focusLayout(index, allusion.neighborsOf(index, () => true), 4, 120);
    return [entity.id, p.x, p.y, p.width, p.height, p.cardHeight, p.blocks.map((b) => [
        b.x, b.y, b.width, b.height, b.more,
        b.strands.map((s) => [s.port, s.y, s.start, s.turn, s.end, s.strand.label[1], s.strand.label[2] || ''])])];
})"""


def as_lists(picture: FocusLayout) -> list[Any]:
    return [
        picture.entity.iri.removeprefix(BASE),
        picture.x,
        picture.y,
        picture.width,
        picture.height,
        picture.card_height,
        [
            [
                block.x,
                block.y,
                block.width,
                block.height,
                block.hidden,
                [
                    [
                        s.port_y,
                        s.y,
                        s.start_x,
                        s.bend_x,
                        s.end_x,
                        list(s.bundle.label.lines),
                        s.bundle.label.holder,
                    ]
                    for s in block.bundles
                ],
            ]
            for block in picture.neighbors
        ],
    ]


def test_javascript_draws_the_same_as_the_static_picture(open_page: Callable[..., Any]) -> None:
    still = open_page(java_script_enabled=False).page.evaluate(DRAWN)
    # The page lays a picture out for its window; the static one has all the width it wants.
    live = open_page(viewport=ViewportSize(width=1920, height=900)).page.evaluate(DRAWN)
    assert len(still) > 60
    assert sorted(live) == sorted(still)


def test_script_places_every_entity_as_python_does(
    open_page: Callable[..., Any], network: nx.MultiDiGraph[str]
) -> None:
    expected = [
        as_lists(
            layout_focus(
                get_entity(network, iri),
                find_neighbors(network, iri, families=FAMILY_ORDER),
                max_neighbors=4,
                max_card_y=120,
            )
        )
        for iri in sorted(network)
    ]
    assert sorted(open_page().page.evaluate(PLACED)) == expected


def test_no_drawn_text_covers_another_or_leaves_the_picture(open_page: Callable[..., Any]) -> None:
    every = "kinds=" + ",".join(FAMILY_ORDER)
    watched = open_page()
    page = watched.page
    for focus in ("chungking-express", "fallen-angels", "tomokazu-miura", "wong-kar-wai"):
        page.evaluate("(hash) => { location.hash = hash; }", f"#/focus/{focus}?{every}")
        watched.settle()
        boxes = page.evaluate(
            """() => [...document.querySelectorAll('#picture text')].map((one) => {
                const box = one.getBBox();
                const rim = box.height / 6;
                return [box.x, box.y + rim, box.x + box.width, box.y + box.height - rim,
                        one.textContent];
            })"""
        )
        view = page.locator("#picture").get_attribute("viewBox")
        width, height = map(int, view.split()[2:])
        for one in boxes:
            assert 0 <= one[0] < one[2] <= width, one
            assert 0 <= one[1] < one[3] <= height, one
        assert not list(covering(boxes))


def test_text_stays_inside_its_box_as_chromium_sets_it(open_page: Callable[..., Any]) -> None:
    outside = open_page().page.evaluate(
        """() => [...document.querySelectorAll('.block, .card')].flatMap((one) => {
            const frame = one.querySelector('rect').getBBox();
            return [...one.querySelectorAll('text')]
              .map((text) => [text.getBBox(), text.textContent])
              .filter(([box]) => box.x < frame.x || box.x + box.width > frame.x + frame.width)
              .map(([, words]) => words);
        })"""
    )
    assert outside == []


def test_network_is_one_click_away_and_not_blank(open_page: Callable[..., Any]) -> None:
    watched = open_page()
    watched.page.get_by_role("button", name="Network", exact=True).click()
    watched.page.wait_for_selector("#canvas[data-ready]")
    watched.settle()
    colors = watched.page.evaluate(
        """() => {
            const canvas = document.querySelector('#canvas canvas');
            const { data } = canvas.getContext('2d')
              .getImageData(0, 0, canvas.width, canvas.height);
            const seen = new Set();
            for (let at = 0; at < data.length; at += 4) {
                if (data[at + 3] === 255) seen.add(data.slice(at, at + 3).join());
            }
            return [...seen];
        }"""
    )
    for shade in ("0,114,178", "230,159,0", "0,158,115"):
        assert shade in colors, "films, people and places are drawn in their colors"


def test_network_labels_never_cover_each_other(open_page: Callable[..., Any]) -> None:
    watched = open_page("#/network/star", name="hub")
    watched.page.wait_for_selector("#canvas[data-ready]")
    for zoom in ("fit", "larger", "larger", "smaller", "smaller", "smaller"):
        watched.page.locator(f"#{zoom}").click()
        watched.settle()
        labels = watched.page.evaluate("() => allusion.networkLabels()")
        boxes = labels["boxes"]
        assert 1 <= len(boxes) <= 213
        assert not list(covering(boxes))


def test_the_list_has_the_content_of_the_picture(open_page: Callable[..., Any]) -> None:
    address = "#/focus/chungking-express?kinds=reference,credit,story&hide=place"
    page = open_page(address).page
    drawn = page.evaluate(
        """() => [...document.querySelectorAll('#picture .strand')]
              .flatMap((one) => one.dataset.edges.split(' ').map(Number))"""
    )
    page.get_by_role("button", name="List", exact=True).click()
    told = page.evaluate(
        """() => [...document.querySelectorAll('#list-view tr[data-edge]')]
              .map((one) => Number(one.dataset.edge))"""
    )
    assert len(drawn) > 10
    assert drawn == told


def test_picture_and_list_are_visible_without_javascript(open_page: Callable[..., Any]) -> None:
    page = open_page(java_script_enabled=False).page
    expect(page.locator("#picture")).to_be_visible()
    expect(page.locator("#picture g.block")).to_have_count(14)
    expect(page.locator("#list-view tbody tr")).to_have_count(19)
    expect(page.locator("#list-view")).to_contain_text("A letter to the editor")
    expect(page.locator("#search")).to_be_hidden()


def test_a_phone_shows_the_list_first(open_page: Callable[..., Any]) -> None:
    page = open_page(viewport=PHONE, is_mobile=True, has_touch=True).page
    expect(page.locator("#list-view")).to_be_visible()
    expect(page.locator("#focus-view")).to_be_hidden()
    page.locator("#list-view").get_by_role("button", name="Tomokazu Miura").first.tap()
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text("Tomokazu Miura")
    box = panel.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"]) == (0, 0, 390)
    page.go_back()
    expect(page.locator("#list-view")).to_be_in_viewport()


@pytest.mark.parametrize("width", every_nth((320, 390, 720, 1024), 3))
def test_page_never_scrolls_sideways(open_page: Callable[..., Any], width: int) -> None:
    watched = open_page("#/focus/chungking-express", viewport=ViewportSize(width=width, height=700))
    for view in VIEWS:
        address = f"#/{view}&show=tomokazu-miura"
        watched.page.evaluate("(hash) => { location.hash = hash; }", address)
        watched.settle()
        found = watched.page.evaluate("() => document.documentElement.scrollWidth")
        assert found <= width, view


def test_text_of_twice_the_size_stays_reachable(open_page: Callable[..., Any]) -> None:
    watched = open_page("#/focus/chungking-express?as=list", fresh=True)
    watched.page.add_style_tag(content="html { font-size: 200% }")
    watched.settle()
    page = watched.page
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 1440
    last = page.locator("#list-view tbody tr").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()


def test_the_dark_theme_has_a_dark_background(open_page: Callable[..., Any]) -> None:
    page = open_page(color_scheme="dark").page
    paper = page.evaluate("() => getComputedStyle(document.querySelector('.paper')).fill")
    assert paper == "rgb(20, 21, 26)"


def test_a_hub_shows_the_rest_on_demand(open_page: Callable[..., Any]) -> None:
    watched = open_page(name="hub")
    page = watched.page
    expect(page.locator("#picture .block")).to_have_count(10)
    page.get_by_text("and 203 more").click()
    expect(page.locator("#picture .block")).to_have_count(212)
