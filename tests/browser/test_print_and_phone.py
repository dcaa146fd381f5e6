"""On paper and on a phone: nothing is cut off, nothing is too small, nothing is left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect
from samples import every_nth

PHONE = ViewportSize(width=390, height=844)
MOST_PAGES = {"focus": 9, "network": 6, "timeline": 8, "path": 4, "scene": 6}
VIEWS = (
    "focus/chungking-express",
    "network/chungking-express",
    "timeline/chungking-express",
    "path/momoe-yamaguchi/manhattan",
    "scene/chungking-express",
)


@pytest.mark.parametrize("view", every_nth(VIEWS, 2))
def test_print_has_the_picture_and_text_of_every_view_in_light_colors(
    open_page: Callable[..., Any], view: str
) -> None:
    watched = open_page(f"#/{view}", color_scheme="dark", name="shipped")
    page = watched.page
    if view.startswith("network"):
        page.wait_for_selector("#canvas[data-ready]")
    # A browser says that it will print before it lays the page out for paper.
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    drawn = page.locator("#paper > svg")
    expect(drawn).to_be_visible()
    expect(page.locator("#paper h1")).to_be_visible()
    expect(page.locator("#paper .key-line .chip").first).to_be_visible()
    expect(page.locator("#paper .key-line")).to_contain_text("references")
    expect(page.locator("#paper input")).to_have_count(0)
    kind = view.split("/")[0]
    words = f"#{kind}-view .connection" if kind in ("path", "scene") else "#list-view tbody tr"
    expect(page.locator(words).first).to_be_visible()
    for hidden in ("#panel", ".top", "#legend", ".bar", ".tools", ".ends", "#scene-index"):
        expect(page.locator(hidden).first).to_be_hidden()
    closed = page.locator(".view details:not([open])")
    assert [one for one in closed.all() if one.is_visible()] == [], "nothing stays folded"
    ink = page.evaluate(
        "() => getComputedStyle(document.querySelector('#paper > svg text:not(.query)')).fill"
    )
    assert ink in {"rgb(29, 28, 26)", "rgb(99, 95, 87)"}
    sheet = page.pdf(prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", sheet)) <= MOST_PAGES[kind]
    page.emulate_media(media="screen", color_scheme="dark")
    expect(drawn).to_have_count(0)
    assert page.locator("#scene-view details[open]:not(.context)").count() == 0, (
        "it is folded again"
    )


def test_a_phone_prints_the_focus_view_for_the_width_of_paper(
    open_page: Callable[..., Any],
) -> None:
    page = open_page("#/focus/chungking-express?as=picture", viewport=PHONE, is_mobile=True).page
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    width = "(selector) => document.querySelector(selector).viewBox.baseVal.width"
    assert page.evaluate(width, "#stage > svg") <= PHONE["width"]
    assert 600 < page.evaluate(width, "#paper > svg") < 2000
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")


def test_a_list_is_printed_without_a_picture(open_page: Callable[..., Any]) -> None:
    page = open_page("#/focus/chungking-express?as=list", name="shipped").page
    page.emulate_media(media="print")
    expect(page.locator("#paper > svg")).to_have_count(0)
    expect(page.locator("#list-view tbody tr").first).to_be_visible()
    page.emulate_media(media="screen")


@pytest.mark.parametrize(
    ("view", "boxes"),
    [
        ("path/momoe-yamaguchi/manhattan", ["Momoe Yamaguchi", "Chungking Express", "Manhattan"]),
        ("scene/chungking-express", ["Cop 223", "Tomokazu Miura", "Akai series"]),
        ("scene/chungking-express?scene=chungking-express-recollection-of-may", ["Owner of"]),
    ],
)
@pytest.mark.parametrize("width", [320, pytest.param(390, marks=pytest.mark.slow)])
def test_a_phone_draws_path_and_scene_from_top_to_bottom(
    open_page: Callable[..., Any],
    covered: Callable[..., list[Any]],
    view: str,
    boxes: list[str],
    width: int,
) -> None:
    mark = "&" if "?" in view else "?"
    watched = open_page(
        f"#/{view}{mark}as=picture",
        name="shipped",
        viewport=ViewportSize(width=width, height=844),
        is_mobile=True,
        has_touch=True,
    )
    page = watched.page
    watched.settle()
    drawing = page.locator(".view:not([hidden]) svg.upright").first
    for name in boxes:
        expect(drawing.locator(".block", has_text=name).first).to_be_visible()
    measured = drawing.evaluate(
        """(root) => [root.getBoundingClientRect().right, [...root.querySelectorAll('text')].map((one) => {
            const b = one.getBoundingClientRect();
            return [b.x, b.y + 2, b.right, b.bottom - 2, one.textContent];
        })]"""
    )
    assert measured[0] <= width
    assert covered(measured[1]) == []
    assert all(box[0] >= 0 and box[2] <= width for box in measured[1]), measured[1]
    assert all(box[3] - box[1] >= 8 for box in measured[1]), "text keeps a size that can be read"
    drawing.locator(".block", has_text=boxes[-1]).first.tap()
    expect(page.locator("#panel h2")).to_contain_text(boxes[-1])


def test_a_phone_shows_the_list_first_in_every_view(open_page: Callable[..., Any]) -> None:
    page = open_page(name="shipped", viewport=PHONE, is_mobile=True, has_touch=True).page
    for view in VIEWS:
        page.evaluate("(hash) => { location.hash = hash; }", f"#/{view}")
        page.wait_for_function(
            "(hash) => allusion.formatUrl(allusion.state()) === hash", arg=f"#/{view}"
        )
        expect(page.locator("#list-view")).to_be_visible()
        expect(page.locator("#list-view tbody tr").first).to_be_visible()


def test_on_a_phone_the_year_is_beside_the_name(open_page: Callable[..., Any]) -> None:
    page = open_page(viewport=PHONE, is_mobile=True, has_touch=True).page
    row = page.locator("#list-view tbody tr", has_text="Tomokazu Miura").first
    expect(row.locator("th")).to_contain_text("三浦友和 · b. 1952", use_inner_text=True)
    expect(row.locator("td.of-year")).to_be_hidden()
    assert "1952" not in row.locator("td").last.inner_text()


def test_works_to_compare_with_are_offered_on_a_phone(open_page: Callable[..., Any]) -> None:
    address = "#/compare/chungking-express"
    page = open_page(address, name="shipped", viewport=PHONE, is_mobile=True).page
    offers = page.locator("#list-view .offers button")
    assert offers.count() >= 3
    offers.first.click()
    expect(page.locator("#list-view tbody tr").first).to_be_visible()


def test_the_ends_of_a_path_are_chosen_on_a_phone(open_page: Callable[..., Any]) -> None:
    page = open_page("#/path/moonlight", name="shipped", viewport=PHONE, is_mobile=True).page
    expect(page.locator("#list-view .path-text button")).to_have_count(3)
    page.locator("#path-to").fill("manhattan")
    page.keyboard.press("Enter")
    expect(page.locator("#list-view tbody tr").first).to_be_visible()


def test_the_lines_of_a_row_begin_below_its_name_on_a_phone(open_page: Callable[..., Any]) -> None:
    page = open_page("#/focus/chungking-express", viewport=PHONE).page
    row = page.locator("#list-view tbody tr").first
    expect(row).to_be_visible()
    starts = row.evaluate("""row => {
      const left = (part) => {
        const range = document.createRange();
        range.selectNodeContents(part);
        return range.getBoundingClientRect().left;
      };
      const parts = ['th button', 'th .year', 'td:not(:empty):not(.of-year)'];
      return parts.map((part) => row.querySelector(part)).filter(Boolean).map(left);
    }""")
    assert len(starts) == 3
    assert max(starts) - min(starts) <= 2
