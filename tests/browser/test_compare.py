"""Two works side by side, and what one must know to get a line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect

PAIR = "#/compare/chungking-express/fallen-angels?kinds=reference,influence,comparison,derivation,credit"
TEXTS = """(selector) => [...document.querySelectorAll(selector)].map((one) => {
    const b = one.getBoundingClientRect();
    return [b.x, b.y + b.height / 6, b.right, b.bottom - b.height / 6, one.textContent]; })"""


def test_entities_that_two_works_share_are_drawn_between_them(
    open_page: Callable[..., Any], covered: Callable[..., list[Any]]
) -> None:
    watched = open_page(PAIR, name="shipped")
    page = watched.page
    watched.settle()
    expect(page.get_by_label("First", exact=True)).to_have_value("Chungking Express")
    expect(page.get_by_label("Second", exact=True)).to_have_value("Fallen Angels")
    drawing = page.locator("#compare-body svg.picture")
    expect(drawing.locator(".card")).to_have_count(2)
    boxes = drawing.locator(".block")
    assert boxes.count() >= 5
    expect(boxes.filter(has_text="Midnight Express")).to_have_count(1)
    expect(boxes.filter(has_text="Wong Kar-wai")).to_have_count(1)
    left, right = (drawing.locator(".card").nth(index).bounding_box() for index in (0, 1))
    for box in boxes.all():
        at = box.bounding_box()
        assert left["x"] + left["width"] < at["x"]
        assert at["x"] + at["width"] < right["x"]
    assert covered(page.evaluate(TEXTS, "#compare-body svg text")) == []
    arrows = page.evaluate(
        """() => [...document.querySelectorAll('#compare-body .strand')].map((one) => {
            const edge = allusion.data.edges[Number(one.dataset.edges)];
            const tip = one.querySelector('.head').getAttribute('d').match(/M([\\d.]+) /)[1];
            const line = one.querySelector('.wire').getAttribute('d').match(/M([\\d.]+) .*H([\\d.]+)/);
            const atBox = Math.abs(tip - line[2]) < Math.abs(tip - line[1]);
            const { focus, to } = allusion.state();
            return atBox === (edge.from === focus || edge.from === to);
        })"""
    )
    assert arrows
    assert all(arrows), "each arrow is at the end that is pointed to"
    expect(page.locator("#compare-body")).to_contain_text("From one to the other")
    drawing.locator(".strand .words").first.click()
    expect(page.locator("#panel .connection.chosen")).to_have_count(1)


def test_a_second_work_is_offered_in_picture_and_list(open_page: Callable[..., Any]) -> None:
    page = open_page("#/compare/chungking-express", name="shipped").page
    offers = page.locator("#compare-body .offers button")
    assert offers.count() >= 3
    offers.first.click()
    expect(page).to_have_url(re.compile("#/compare/chungking-express/[a-z0-9-]+"))
    drawn = page.evaluate("() => allusion.views.compare.edges(allusion.state()).length")
    page.get_by_role("button", name="List", exact=True).click()
    expect(page.locator("#list-view tr[data-edge]")).to_have_count(drawn)


@pytest.mark.parametrize("width", [390, 820])
def test_a_comparison_fits_a_narrow_window(open_page: Callable[..., Any], width: int) -> None:
    watched = open_page(
        f"{PAIR}&as=picture", name="shipped", viewport=ViewportSize(width=width, height=900)
    )
    watched.settle()
    boxes = watched.page.evaluate(TEXTS, "#compare-body svg text")
    assert len(boxes) > 5
    assert all(box[0] >= 0 and box[2] <= width for box in boxes)


def test_the_context_of_a_line_is_drawn_below_it(
    open_page: Callable[..., Any], covered: Callable[..., list[Any]]
) -> None:
    watched = open_page("#/scene/chungking-express", name="shipped")
    page = watched.page
    watched.settle()
    drawing = page.locator("#scene-page .context svg")
    names = drawing.locator(".block .name").all_text_contents()
    order = [names.index(name) for name in ("Tomokazu Miura", "Momoe Yamaguchi", "Akai series")]
    assert order == sorted(order)
    words = " ".join(drawing.locator("text").all_text_contents())
    assert "marriage (1980-11-19)" in words
    assert "both play in Akai Giwaku" in words
    assert "Akai Giwaku: Hong Kong, 1982, 赤的疑惑" in words
    assert covered(page.evaluate(TEXTS, "#scene-page .context svg text")) == []
    page.evaluate("() => { location.hash = '#/scene/moonlight'; }")
    expect(page.locator("#scene-page .context")).to_have_count(0)
