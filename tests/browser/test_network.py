"""The network view: few entities with their names, folded leaves, areas of communities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from boxes import covering
from playwright.sync_api import ViewportSize, expect

LAPTOP = ViewportSize(width=1280, height=720)
TABLET = ViewportSize(width=820, height=1180)
PHONE = ViewportSize(width=390, height=844)
SEEN = """() => {
    const { seen } = allusion.networkModel;
    const frame = document.querySelector('#canvas');
    const points = [...seen.visible].map(allusion.networkPoint);
    const range = (axis) => Math.max(...points.map((one) => one[axis])) - Math.min(...points.map((one) => one[axis]));
    return {
        visible: [...seen.visible], named: seen.labels.indices, boxes: seen.labels.boxes,
        leaves: Object.fromEntries(seen.leaves), apart: seen.apart, joined: seen.joined,
        across: range('x') / frame.clientWidth, down: range('y') / frame.clientHeight,
        areas: seen.areas.map(({ members, outline }) => [members, outline.map(({ x, y }) => [x, y])]),
        at: [...seen.visible].map((index) => [index, seen.x[index], seen.y[index]]),
        names: seen.labels.areas.map(({ words }) => words),
        captions: seen.labels.areas.map(({ box }) => box),
    };
}"""


def opened(open_page: Callable[..., Any], address: str, **options: Any) -> Any:
    watched = open_page(address, name="shipped", **options)
    watched.page.wait_for_selector("#canvas[data-ready]")
    watched.settle()
    return watched


def settled(watched: Any) -> dict[str, Any]:
    # Lines and symbols get their size in the frame after a change of the scale.
    for _ in range(3):
        watched.settle()
    found: dict[str, Any] = watched.page.evaluate(SEEN)
    return found


def test_a_reduced_network_names_nearly_all_nodes(open_page: Callable[..., Any]) -> None:
    seen = settled(opened(open_page, "#/network/chungking-express", viewport=LAPTOP))
    assert 40 < len(seen["visible"]) <= 180
    assert sum(seen["leaves"].values()) + len(seen["visible"]) + seen["apart"] == seen["joined"]
    assert len(seen["named"]) >= 0.75 * len(seen["visible"])
    assert not list(covering(seen["boxes"]))
    assert seen["down"] >= 0.7 or seen["across"] >= 0.7, "the picture fills its frame"


@pytest.mark.parametrize("size", [LAPTOP, TABLET, ViewportSize(width=760, height=900)])
def test_the_layout_is_stretched_to_the_frame(
    open_page: Callable[..., Any], size: ViewportSize
) -> None:
    seen = settled(opened(open_page, "#/network/chungking-express", viewport=size))
    assert seen["down"] >= 0.6
    assert seen["across"] >= 0.6
    assert len(seen["named"]) >= 0.7 * len(seen["visible"])


def test_the_note_counts_what_is_drawn(open_page: Callable[..., Any]) -> None:
    watched = opened(open_page, "#/network/chungking-express", viewport=LAPTOP)
    seen = settled(watched)
    words = f"{len(seen['visible'])} of {seen['joined']} entities are drawn."
    expect(watched.page.locator("#folded")).to_contain_text(words)
    expect(watched.page.locator("#status")).not_to_contain_text("shown")


def test_an_upright_screen_gets_an_upright_network(open_page: Callable[..., Any]) -> None:
    address = "#/network/chungking-express?as=picture"
    seen = settled(opened(open_page, address, viewport=PHONE, is_mobile=True, has_touch=True))
    assert seen["down"] >= 0.4
    assert seen["across"] >= 0.5
    assert len(seen["visible"]) <= 80, "a phone has room for fewer names"


def test_leaves_open_by_click_by_key_and_by_zoom(open_page: Callable[..., Any]) -> None:
    watched = opened(open_page, "#/network/chungking-express", viewport=LAPTOP, fresh=True)
    page = watched.page
    before = settled(watched)
    anchor, count = max(before["leaves"].items(), key=lambda one: one[1])
    at = page.evaluate("(index) => allusion.networkPoint(index)", int(anchor))
    page.locator("#canvas").click(position=at)
    expect(page.locator("#panel h2")).not_to_have_text("Chungking Express")
    after = settled(watched)
    # Its other neighbors are drawn too, because it is selected.
    assert len(after["visible"]) >= len(before["visible"]) + count
    assert anchor not in after["leaves"]
    assert "open=" in page.url
    page.locator("#canvas").focus()
    page.keyboard.press("o")
    assert "open=" not in page.url
    page.evaluate("() => { location.hash = '#/network/chungking-express'; }")
    assert settled(watched)["visible"] == before["visible"]
    for _ in range(12):
        page.locator("#larger").click()
    near = settled(watched)
    assert near["leaves"] == {}
    assert len(near["visible"]) == before["joined"] - before["apart"]
    page.locator("#fit").click()
    assert len(settled(watched)["visible"]) == len(before["visible"])


def test_entities_unconnected_to_the_focus_are_shown_on_demand(
    open_page: Callable[..., Any],
) -> None:
    watched = opened(open_page, "#/network/chungking-express", viewport=LAPTOP)
    before = settled(watched)
    assert before["apart"] > 0
    watched.page.locator("#folded").get_by_role("button", name="Draw all").click()
    after = settled(watched)
    assert after["apart"] == 0
    assert len(after["visible"]) > len(before["visible"])


def inside(point: list[float], outline: list[list[float]]) -> bool:
    """Whether a point is inside a convex polygon."""
    turns = [
        (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
        for a, b in zip(outline, [*outline[1:], outline[0]], strict=True)
    ]
    return all(turn >= 0 for turn in turns) or all(turn <= 0 for turn in turns)


def test_a_community_area_contains_the_entities_in_its_name(open_page: Callable[..., Any]) -> None:
    seen = settled(opened(open_page, "#/network/chungking-express", viewport=LAPTOP))
    assert len(seen["areas"]) >= 3
    at = {place: [x, y] for place, x, y in seen["at"]}
    for members, outline in seen["areas"]:
        assert all(inside(at[place], outline) for place in members)
    assert any("Chungking Express" in name for name in seen["names"])


def test_the_names_of_areas_cover_no_other_text(open_page: Callable[..., Any]) -> None:
    for size in (LAPTOP, TABLET):
        watched = opened(open_page, "#/network/chungking-express", viewport=size)
        seen = settled(watched)
        assert seen["captions"]
        assert not list(covering(seen["captions"] + seen["boxes"]))


def test_the_styles_of_lines_are_distinguishable(open_page: Callable[..., Any]) -> None:
    watched = opened(open_page, "#/network/chungking-express", viewport=LAPTOP)
    styles = watched.page.evaluate(
        """() => allusion.networkModel.seen.lines.map((index) => {
            const { width, dash } = allusion.networkModel.lineStyle(index);
            return [allusion.data.edges[index].family, width, dash.join(' ')];
        })"""
    )
    families = {family: dash for family, _, dash in styles}
    assert len(families) == len(set(families.values())) == 4
    assert all(1.3 <= width <= 2.5 for _, width, _ in styles)


@pytest.mark.parametrize("fewer", ["sample"])
def test_a_small_network_is_not_folded(open_page: Callable[..., Any], fewer: str) -> None:
    watched = open_page("#/network/chungking-express?all=1", name=fewer)
    watched.page.wait_for_selector("#canvas[data-ready]")
    seen = settled(watched)
    assert seen["leaves"] == {}
    assert len(seen["visible"]) == seen["joined"]


def test_the_saved_network_equals_the_screen(open_page: Callable[..., Any]) -> None:
    watched = opened(open_page, "#/network/chungking-express", viewport=LAPTOP)
    seen = settled(watched)
    found = watched.page.evaluate(
        """() => {
            const svg = allusion.standaloneSvg();
            const count = (selector) => svg.querySelectorAll(selector).length;
            return [count(':scope > .glyph'), count('.words'), count('.area'), count('.main .wire'), count('.wire')];
        }"""
    )
    glyphs, words, areas, main, lines = found
    assert glyphs == len(seen["visible"])
    assert words == len(seen["named"])
    assert areas == len(seen["areas"])
    assert 10 < main < lines
