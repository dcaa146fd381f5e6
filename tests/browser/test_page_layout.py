"""The frame of the page: how much of the window the picture has, the size of text, the legend."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect
from samples import every_nth

LAPTOP = ViewportSize(width=1280, height=720)
SMALLEST_TEXT = 11
# The height of text on the screen, in pixels: its font size times the scale of its drawing.
TEXT_SIZES = """() => [...document.querySelectorAll('.view:not([hidden]) svg text')].map((one) => {
    const matrix = one.getScreenCTM();
    return [parseFloat(getComputedStyle(one).fontSize) * matrix.d, one.textContent];
})"""
PICTURES = {
    "focus/chungking-express": "#stage",
    "network/chungking-express": "#canvas",
    "timeline/chungking-express": "#timeline-view",
    "scene/chungking-express": "#scene-view",
}


@pytest.mark.parametrize("view", PICTURES)
def test_the_picture_has_four_fifths_of_a_laptop_window(
    open_page: Callable[..., Any], view: str
) -> None:
    watched = open_page(f"#/{view}", name="shipped", viewport=LAPTOP)
    watched.settle()
    box = watched.page.locator(PICTURES[view]).bounding_box()
    assert box is not None
    assert box["height"] >= 0.8 * LAPTOP["height"], box
    assert box["y"] + box["height"] <= LAPTOP["height"] + 1, box


@pytest.mark.parametrize(
    "focus", every_nth(("chungking-express", "momoe-yamaguchi", "wong-kar-wai"))
)
@pytest.mark.parametrize("width", [1280, 1440, 820, 760])
def test_the_focus_view_opens_at_its_top_with_text_that_can_be_read(
    open_page: Callable[..., Any], focus: str, width: int
) -> None:
    size = ViewportSize(width=width, height=720)
    watched = open_page(f"#/focus/{focus}", name="shipped", viewport=size)
    watched.settle()
    page = watched.page
    assert page.evaluate("() => [document.querySelector('#stage').scrollTop, scrollY]") == [0, 0]
    expect(page.locator("#picture .caption").first).to_be_in_viewport(ratio=1)
    expect(page.locator("#picture .card")).to_be_in_viewport()
    small = [one for one in page.evaluate(TEXT_SIZES) if one[0] < SMALLEST_TEXT - 0.01]
    assert small == []
    wide = page.evaluate(
        "() => [document.querySelector('#picture').getBoundingClientRect().width,"
        " document.querySelector('#stage').clientWidth]"
    )
    assert wide[0] <= wide[1] + 1, "nothing is cut off at the right"


@pytest.mark.parametrize("view", ["timeline", "scene", "path"])
def test_no_drawn_text_is_smaller_than_eleven_pixels(
    open_page: Callable[..., Any], view: str
) -> None:
    watched = open_page(f"#/{view}/chungking-express", name="shipped", viewport=LAPTOP)
    watched.settle()
    sizes = watched.page.evaluate(TEXT_SIZES)
    assert sizes
    assert [one for one in sizes if one[0] < SMALLEST_TEXT - 0.01] == []


@pytest.mark.parametrize("name", ["sample", "shipped"])
def test_every_line_of_the_focus_view_reads_from_left_to_right(
    open_page: Callable[..., Any], name: str
) -> None:
    watched = open_page("#/focus/chungking-express", name=name)
    watched.settle()
    found = watched.page.evaluate(
        """() => {
            const middle = (one) => { const b = one.getBoundingClientRect(); return (b.left + b.right) / 2; };
            // An entity that points and is pointed to has two boxes.
            const boxes = (entity) =>
                [...document.querySelectorAll(`#picture [role=button][data-entity="${entity}"]`)].map(middle);
            return [...document.querySelectorAll('#picture .strand')].map((strand) => {
                const edge = allusion.data.edges[Number(strand.dataset.edges.split(' ')[0])];
                const words = middle(strand.querySelector('.words'));
                return [boxes(edge.from).some((x) => x < words), boxes(edge.to).some((x) => words < x)];
            });
        }"""
    )
    assert len(found) > 12
    assert all(subject and target for subject, target in found)


def test_the_legend_is_one_row_and_its_symbols_are_the_switches(
    open_page: Callable[..., Any],
) -> None:
    watched = open_page("#/scene/chungking-express", name="shipped", viewport=LAPTOP)
    page = watched.page
    watched.settle()
    box = page.locator("#legend").bounding_box()
    assert box is not None
    assert box["height"] <= 36
    counts = page.locator("#legend .chip:visible .count").all_inner_texts()
    assert counts, "families of this view"
    assert "0" not in counts
    page.evaluate("() => { location.hash = '#/focus/chungking-express'; }")
    watched.settle()
    chip = page.locator("#legend .chip", has_text="influences")
    filled = "(one) => getComputedStyle(one.querySelector('.switch')).fill !== 'none'"
    assert chip.evaluate(filled)
    chip.locator("svg").click(force=True)
    expect(chip.get_by_role("checkbox")).not_to_be_checked()
    assert not chip.evaluate(filled), "off is hollow"
    expect(page.locator("#picture .strand.influence")).to_have_count(0)


@pytest.mark.parametrize("view", ["focus", "network"])
def test_the_legend_explains_the_marks_of_uncertainty_in_the_same_row(
    open_page: Callable[..., Any], view: str
) -> None:
    watched = open_page(f"#/{view}/in-the-mood-for-love", name="shipped", viewport=LAPTOP)
    watched.settle()
    keys = watched.page.locator("#legend .key:visible > span")
    assert keys.all_inner_texts() == ["claimed", "in doubt"]
    box = watched.page.locator("#legend").bounding_box()
    assert box is not None
    assert box["height"] <= 36
    watched.page.evaluate("() => { location.hash = '#/focus/tomokazu-miura'; }")
    watched.settle()
    doubted = watched.page.evaluate("() => document.querySelectorAll('#picture .query').length")
    assert keys.filter(has_text="in doubt").count() == min(doubted, 1)


def test_boxes_have_the_uncertainty_in_their_accessible_names(
    open_page: Callable[..., Any],
) -> None:
    for view in ("focus/in-the-mood-for-love", "timeline/in-the-mood-for-love"):
        watched = open_page(f"#/{view}", name="shipped")
        watched.settle()
        vertigo = watched.page.locator(".view:visible svg [role=button]", has_text="Vertigo").first
        assert "(disputed)" in (vertigo.get_attribute("aria-label") or ""), view
        lust = watched.page.locator(".view:visible svg [role=button]", has_text="Lust").first
        assert "(claimed)" in (lust.get_attribute("aria-label") or ""), view


def test_filters_open_over_the_picture_and_close_again(open_page: Callable[..., Any]) -> None:
    page = open_page("#/focus/chungking-express", viewport=LAPTOP).page
    stage = page.locator("#stage")
    before = stage.bounding_box()
    summary = page.locator("#legend summary")
    expect(summary).to_have_text(re.compile(r"Filter \(\d+ kinds\)"))
    summary.click()
    films = page.get_by_role("checkbox", name="films")
    expect(films).to_be_visible()
    assert stage.bounding_box() == before
    films.uncheck()
    expect(summary).to_have_text("Filter (1 set)")
    page.keyboard.press("Escape")
    expect(films).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.locator("#panel").click()
    expect(films).to_be_hidden()


def test_one_tab_alone_is_filled_on_a_phone(open_page: Callable[..., Any]) -> None:
    phone = ViewportSize(width=390, height=844)
    filled = """() => [...document.querySelectorAll('.views button')].filter((one) => {
        const color = getComputedStyle(one).backgroundColor;
        return color !== 'rgba(0, 0, 0, 0)' && color !== 'transparent';
    }).map((one) => one.textContent)"""
    page = open_page(viewport=phone, is_mobile=True).page
    assert page.evaluate(filled) == ["List"]
    page.evaluate("() => { location.hash = '#/focus/chungking-express?as=picture'; }")
    expect(page.locator("#focus-view")).to_be_visible()
    assert page.evaluate(filled) == ["Focus"]


@pytest.mark.parametrize("view", ["scene", "path"])
def test_a_wide_drawing_is_scaled_a_little_at_most_and_else_drawn_upright(
    open_page: Callable[..., Any], view: str
) -> None:
    size = ViewportSize(width=1440, height=900)
    watched = open_page(f"#/{view}/chungking-express", name="shipped", viewport=size)
    watched.settle()
    sizes = watched.page.evaluate(TEXT_SIZES)
    assert sizes
    assert [one for one in sizes if one[0] < SMALLEST_TEXT * 0.86 - 0.01] == []
