"""Large networks and hubs as a person meets them: painted, folded, grouped, paged."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from addresses import PHONE
from boxes import covering
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow

SHADES = """() => {
    const canvas = document.querySelector('#canvas canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] === 255) seen.add(data.slice(at, at + 3).join());
    }
    return [...seen];
}"""
HIDDEN = """() => {
    const { seen, groups } = allusion.networkModel;
    const group = groups.find((one) => one.members.length > one.shown + 5);
    const index = group.members.findLast((one) => !seen.visible.has(one));
    return [index, allusion.nameOf(index).text, allusion.keyOf(index)];
}"""


def network(open_page: Callable[..., Any], query: str = "") -> Any:
    watched = open_page(f"#/network/{query}", name="large")
    watched.page.wait_for_selector("#canvas[data-ready]")
    watched.settle()
    return watched


def visible(page: Page) -> int:
    return int(page.evaluate("() => allusion.networkModel.seen.visible.size"))


def test_a_large_network_is_painted_in_the_colors_of_its_kinds(
    open_page: Callable[..., Any],
) -> None:
    page = network(open_page).page
    assert page.evaluate("() => allusion.data.plan.painted")
    assert not page.evaluate("() => 'vis' in window")
    shades = page.evaluate(SHADES)
    for shade in ("0,114,178", "230,159,0", "0,158,115"):
        assert shade in shades, "films, people and places are drawn in their colors"


def test_names_of_a_large_network_cover_no_name_and_only_the_first_25_a_shape(
    open_page: Callable[..., Any],
) -> None:
    watched = network(open_page)
    for zoom in ("fit", "larger", "larger"):
        watched.page.locator(f"#{zoom}").click()
        watched.settle()
        boxes, shapes = watched.page.evaluate(
            """() => {
                const { seen, radiusAt } = allusion.networkModel;
                const { scale, boxes, indices } = seen.labels;
                const least = new Set(seen.order.slice(25));
                return [boxes.map((box, at) => [...box, least.has(indices[at])]),
                    seen.order.map((index) => [seen.x[index] * scale, seen.y[index] * scale,
                        radiusAt(index, scale)])];
            }"""
        )
        assert len(boxes) > 20
        assert not list(covering([box[:4] for box in boxes]))
        assert not [
            box
            for box in boxes
            for x, y, r in shapes
            if box[4] and box[0] < x + r and x - r < box[2] and box[1] < y + r and y - r < box[3]
        ]


UNDER_FOCUS = """() => {
    const [frame, canvas] = ['#canvas', '#canvas canvas'].map((one) => document.querySelector(one));
    const [outer, inner] = [frame, canvas].map((one) => one.getBoundingClientRect());
    const { focus } = allusion.state();
    const point = allusion.networkPoint(focus);
    const [x, y] = [point.x + outer.x - inner.x, point.y + outer.y - inner.y]
        .map((one) => Math.round(one * canvas.width / inner.width));
    const copy = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, -x, -y);
    const shade = [...copy.getImageData(0, 0, 1, 1).data].slice(0, 3);
    const hex = '#' + shade.map((one) => one.toString(16).padStart(2, '0')).join('');
    return [point.x, point.y, hex, allusion.kindStyle(allusion.data.entities[focus].kind).color];
}"""


@pytest.mark.parametrize("across", [60, 330], ids=["within the margin", "beyond the margin"])
def test_a_drag_moves_what_is_drawn(open_page: Callable[..., Any], across: int) -> None:
    page = network(open_page).page
    page.locator("#fit").click()
    page.wait_for_timeout(400)
    begun = page.evaluate(UNDER_FOCUS)
    assert begun[2].lower() == begun[3].lower()
    x, y = 500, 600
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across / 2, y - 20)
    page.mouse.move(x + across, y - 40)
    page.mouse.up()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
    moved = page.evaluate(UNDER_FOCUS)
    assert moved[0] - begun[0] == pytest.approx(across, abs=3)
    assert moved[1] - begun[1] == pytest.approx(-40, abs=3)
    assert moved[2].lower() == moved[3].lower()
    page.locator("#fit").click()


def test_folded_communities_are_counted_and_open_by_a_click(
    open_page: Callable[..., Any],
) -> None:
    watched = network(open_page)
    page = watched.page
    expect(page.locator("#folded")).to_contain_text("are folded into their circles")
    before = visible(page)
    spot = page.evaluate(
        """() => {
            const { seen } = allusion.networkModel;
            const group = seen.folded[0];
            const scale = allusion.networkLabels().scale;
            // Somewhere in the circle where neither shape nor line is.
            const at = allusion.networkPoint(group.best);
            const far = (group.radius - 12) * scale;
            const middle = { x: at.x + (group.x - seen.x[group.best]) * scale,
                             y: at.y + (group.y - seen.y[group.best]) * scale };
            const free = [...Array(24).keys()].map((step) => ({
                x: middle.x + far * Math.cos(step), y: middle.y + far * Math.sin(step) }));
            const points = seen.order.map(allusion.networkPoint);
            free.sort((one, two) => Math.min(...points.map((p) => Math.hypot(p.x - two.x, p.y - two.y)))
                - Math.min(...points.map((p) => Math.hypot(p.x - one.x, p.y - one.y))));
            return free;
        }"""
    )
    for at in spot:
        page.locator("#canvas").click(position={"x": at["x"], "y": at["y"]})
        watched.settle()
        if "open=" in page.url:
            break
    assert visible(page) > before + 5
    page.go_back()
    watched.settle()


def test_what_is_folded_is_found_by_its_name_and_drawn(open_page: Callable[..., Any]) -> None:
    watched = network(open_page)
    page = watched.page
    place, name, key = page.evaluate(HIDDEN)
    page.locator("#search").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator("#picture .card")).to_contain_text(name.split()[0])
    page.get_by_role("button", name="Show in the network").click()
    watched.settle()
    assert key in page.url
    assert page.evaluate("(index) => allusion.networkModel.seen.visible.has(index)", place)
    before = visible(page)
    page.get_by_role("button", name="Open its community").click()
    watched.settle()
    assert visible(page) > before


def test_a_circle_opens_by_keyboard_and_from_the_list(open_page: Callable[..., Any]) -> None:
    watched = network(open_page)
    page = watched.page
    before = visible(page)
    page.locator("#canvas").focus()
    page.keyboard.press("o")
    watched.settle()
    assert visible(page) > before
    page.keyboard.press("o")
    watched.settle()
    assert visible(page) == before
    page.get_by_role("button", name="List", exact=True).click()
    page.get_by_text("Folded in the picture").click()
    page.locator(".folds button").first.click()
    watched.settle()
    assert visible(page) > before


def test_a_large_network_is_dragged_and_zoomed(open_page: Callable[..., Any]) -> None:
    watched = network(open_page)
    page = watched.page
    at = "() => allusion.networkPoint(allusion.state().focus)"
    scale = "() => allusion.networkLabels().scale"
    first, large = page.evaluate(at), page.evaluate(scale)
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 70, steps=4)
    page.mouse.up()
    watched.settle()
    moved = page.evaluate(at)
    assert (moved["x"] - first["x"], moved["y"] - first["y"]) == pytest.approx((100, 50), abs=26)
    page.mouse.wheel(0, -500)
    watched.settle()
    assert page.evaluate(scale) > 1.5 * large


def test_the_neighbors_of_a_hub_are_counted_by_decade_and_a_decade_can_be_opened(
    open_page: Callable[..., Any],
) -> None:
    page = open_page(name="hub").page
    rows = page.locator("#picture .decade")
    words = rows.all_text_contents()
    assert len(words) == 6
    assert sum(int(one.rsplit(" ", 1)[-1]) for one in words) == 203
    page.locator("#picture .decade", has_text="1990s").press("Enter")
    expect(page.locator("#status")).to_contain_text("Only 1990 to 1999.")
    assert "years=1990-1999" in page.url
    drawn = page.locator("#picture .block .sub").all_text_contents()
    years = [int(text) for text in drawn if text.isdigit()]
    assert len(years) == 18
    assert all(1990 <= year <= 1999 for year in years)
    page.get_by_role("button", name="All years").click()
    expect(rows).to_have_count(6)


def test_the_neighbors_of_a_hub_are_counted_by_decade_on_a_phone(
    open_page: Callable[..., Any], covered: Callable[..., list[Any]]
) -> None:
    page = open_page("#/focus/star?as=picture", name="hub", viewport=PHONE).page
    rows = page.locator("#picture .decade")
    words = rows.all_text_contents()
    assert len(words) == 6
    assert sum(int(one.rsplit(" ", 1)[-1]) for one in words) == 203
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('#picture .fold, #picture .rest, #picture .frame')].map((one) => {
            const box = one.getBoundingClientRect();
            return [box.left, box.top, box.right, box.bottom, one.textContent];
        })"""
    )
    assert covered(boxes) == []
    assert max(box[2] for box in boxes) <= PHONE["width"]
    page.locator("#picture .decade", has_text="1990s").press("Enter")
    expect(page.locator("#status")).to_contain_text("Only 1990 to 1999.")


def test_a_hub_on_the_timeline_is_a_number_a_decade_where_names_have_no_room(
    open_page: Callable[..., Any],
) -> None:
    page = open_page("#/timeline/star", name="hub", viewport={"width": 1000, "height": 620}).page
    crowds = page.locator(".crowd")
    assert crowds.count() >= 3
    more = sum(int(text.removeprefix("+")) for text in crowds.all_text_contents())
    named = page.locator(".timeline .point .words").count()
    assert more + named == 213
    crowds.nth(1).press("Enter")
    expect(page).to_have_url(re.compile(r"years=\d{4}-\d{4}"))
    expect(page.locator("#all-years")).to_be_visible()


def test_a_long_list_is_paged_by_keyboard(open_page: Callable[..., Any]) -> None:
    page = open_page("#/focus/star?as=list", name="hub").page
    rows = page.locator("#list-view tr[data-edge]")
    expect(rows).to_have_count(200)
    expect(page.locator("#list-view caption").first).to_contain_text("1960s, 40 of 212")
    page.get_by_role("button", name="Show 12 more").press("Enter")
    expect(rows).to_have_count(212)
    expect(rows.nth(200).locator("button").first).to_be_focused()
    panel = page.locator("#panel")
    expect(panel.locator(".connection")).to_have_count(40)
    panel.get_by_role("button", name="Show 40 more of 172").press("Enter")
    expect(panel.locator(".connection")).to_have_count(80)
    expect(panel.locator(".connection").nth(40).locator("button").first).to_be_focused()
