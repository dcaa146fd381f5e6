"""What a person comes for, from end to end in the shipped graph, by pointer and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

MIURA = "https://www.wikidata.org/wiki/Q1039595"
# What is drawn and what is told of it, but not what was said in passing ("Link copied").
SEEN = """() => { document.querySelector('#said').textContent = ''; return [document.title, document.body.dataset.showing, document.querySelector('#panel').innerText,
    document.querySelector('#status').innerText, document.querySelector('#main').innerText,
    [...document.querySelectorAll('.view:not([hidden]) svg.picture')].map((one) => one.outerHTML)]; }"""


def reach(page: Page, selector: str) -> None:
    """Focus what the tab key stops at (test_interaction.py presses it from the top of the page)."""
    found = page.locator(selector).first.evaluate(
        """(one) => { one.focus();
            return one.tabIndex >= 0 && one.checkVisibility() && one === document.activeElement; }"""
    )
    assert found, f"{selector} is not reached by the tab key"


def test_miura_is_found_by_his_name_and_who_names_him_is_read_with_its_evidence(
    open_page: Callable[..., Any],
) -> None:
    watched = open_page(name="shipped")
    page = watched.page
    page.keyboard.press("/")
    page.keyboard.type("三浦友和")
    expect(page.locator("#found").get_by_role("option").first).to_contain_text("Tomokazu Miura")
    page.keyboard.press("Enter")
    expect(page.locator("#picture .card .title")).to_have_text(["Tomokazu Miura"])
    page.locator("#picture .block", has_text="Chungking Express").click()
    joint = page.locator("#panel section", has_text="With Tomokazu Miura")
    shout = joint.locator(".connection", has_text="shouts").first
    expect(shout.locator(".sentence")).to_contain_text("kill Tomokazu Miura")
    expect(shout).to_contain_text("Cop 223")
    evidence = shout.locator(".evidence li", has_text="paragraph 2").first
    evidence.scroll_into_view_if_needed()
    expect(evidence.locator("a")).to_have_attribute("href", re.compile("^https://"))
    page.locator("#picture .card").click()
    with page.context.expect_page() as opened:
        page.locator("#panel").get_by_role("link", name="Wikidata").click()
    expect(opened.value).to_have_url(re.compile("wikidata|chrome-error"))
    opened.value.close()
    assert watched.requests == [MIURA], "the one request is the one that was asked for"
    watched.requests.clear()


def test_the_filter_leaves_only_comparisons_by_critics(open_page: Callable[..., Any]) -> None:
    page = open_page("#/focus/chungking-express", name="shipped").page
    for family in ("references", "influences", "derivations"):
        page.get_by_role("checkbox", name=family).uncheck()
    strands = page.locator("#picture .strand")
    expect(page.locator("#picture .strand:not(.comparison)")).to_have_count(0)
    assert strands.count() > 5
    page.locator("#legend summary").click()
    kinds = page.get_by_role("combobox", name="Kind of connection")
    assert "parallel" in kinds.inner_text()
    kinds.select_option("analogy")
    names = ["Breathless", "Masculin féminin", "Manhattan"]
    drawn = page.locator("#picture .block .name")
    expect(drawn.nth(2)).to_have_text(names[2])
    assert drawn.all_text_contents()[:3] == names
    assert "kinds=comparison&of=analogy" in page.url
    page.locator("#picture .strand .words", has_text="is an ode").click()
    expect(page.locator("#panel .connection.chosen .evidence")).to_be_visible()
    page.reload()
    expect(drawn.nth(2)).to_have_text(names[2])
    page.locator("#legend summary").click()
    kinds.select_option("")
    expect(strands.nth(5)).to_be_visible()


def test_the_path_from_moonlight_to_chungking_express_is_listed_by_hop(
    open_page: Callable[..., Any],
) -> None:
    page = open_page("#/focus/chungking-express", name="shipped").page
    page.get_by_role("button", name="Path", exact=True).click()
    page.locator("#path-from").fill("moonlight")
    page.keyboard.press("Enter")
    page.locator("#path-to").fill("重慶森林")
    page.keyboard.press("Enter")
    told = page.locator(".path-text").first.locator(".connection")
    expect(page.locator("#path-body .lead")).to_contain_text("1 hop.")
    expect(told).to_have_count(1)
    expect(told.locator(".sentence")).to_contain_text("Moonlight")
    expect(told.locator(".evidence li").first).to_be_visible()
    assert page.url.endswith("#/path/moonlight/chungking-express")


def test_a_missing_path_is_explained_with_the_option_that_would_find_one(
    open_page: Callable[..., Any],
) -> None:
    four = "reference,influence,comparison,derivation"
    page = open_page(f"#/path/momoe-yamaguchi/faye-wong?kinds={four}", name="shipped").page
    body = page.locator("#path-body")
    expect(body).to_contain_text("No path of the visible statements connects Momoe")
    expect(body).to_contain_text("entities, the second to")
    expect(body).to_contain_text("With credits, stories and parts, there is a path of 2 hops.")
    body.get_by_role("button", name="Show it").click()
    expect(body.locator(".lead")).to_contain_text("2 hops.")


@pytest.mark.parametrize(
    "address",
    [
        "#/focus/chungking-express?show=tomokazu-miura&kinds=reference,comparison&open=tomokazu-miura",
        pytest.param(
            "#/timeline/chungking-express?years=1970-1999&show=momoe-yamaguchi",
            marks=pytest.mark.slow,
        ),
        pytest.param("#/path/moonlight/branded-to-kill?hide=person", marks=pytest.mark.slow),
        "#/scene/chungking-express?scene=chungking-express-recollection-of-may&lang=ja",
    ],
)
def test_a_shared_link_shows_the_same_picture(open_page: Callable[..., Any], address: str) -> None:
    rights = ["clipboard-read", "clipboard-write"]
    first = open_page(address, name="shipped", permissions=rights)
    first.settle()
    first.page.get_by_role("button", name="Copy link").click()
    expect(first.page.locator("#said")).to_have_text("Link copied")
    link = first.page.evaluate("() => navigator.clipboard.readText()")
    seen = first.page.evaluate(SEEN)
    again = open_page(link[link.index("#") :], name="shipped", fresh=True)
    again.settle()
    assert again.page.evaluate(SEEN) == seen


def test_every_view_is_reached_and_used_by_keyboard(open_page: Callable[..., Any]) -> None:
    watched = open_page("#/focus/chungking-express", name="shipped", fresh=True)
    page = watched.page
    reach(page, "[data-view=timeline]")
    page.keyboard.press("Enter")
    expect(page.locator("#timeline-view")).to_be_visible()
    reach(page, "#time-stage [tabindex='0']")
    page.keyboard.press("ArrowLeft")
    name = page.evaluate("() => document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_be_focused()
    assert name.startswith(page.locator("#panel h2").inner_text())
    page.keyboard.press("Escape")
    reach(page, "[data-view=path]")
    page.keyboard.press("Enter")
    reach(page, "#path-to")
    page.keyboard.type("2046")
    page.keyboard.press("Enter")
    reach(page, ".path-body svg [tabindex='0']")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_be_focused()
    page.keyboard.press("Escape")
    reach(page, "[data-view=scene]")
    page.keyboard.press("Enter")
    reach(page, "#scene-index button")
    page.keyboard.press("Enter")
    watched.settle()
    before = page.locator("#scene-page h2").inner_text()
    reach(page, ".turn button")
    page.keyboard.press("Enter")
    expect(page.locator("#scene-page h2")).not_to_have_text(before)


def test_filters_names_hops_and_files_are_reached_by_keyboard(
    open_page: Callable[..., Any],
) -> None:
    page = open_page("#/focus/chungking-express", fresh=True).page
    reach(page, "#language")
    page.keyboard.press("End")
    expect(page.locator("#picture .card .title")).to_have_attribute("lang", "ja")
    reach(page, "[data-filter='family reference']")
    page.keyboard.press("Space")
    expect(page.locator("#picture .strand.reference")).to_have_count(0)
    page.keyboard.press("Space")
    expect(page.locator("#picture .strand.reference").first).to_be_visible()
    reach(page, "#cite")
    page.keyboard.press("Enter")
    expect(page.locator("#hand-on-text")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#cite")).to_be_focused()
    with page.expect_download() as saved:
        reach(page, "#save-json")
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename.endswith(".json")
    reach(page, "#picture [tabindex='0']")
    page.keyboard.press("ArrowLeft")
    reach(page, "#two-hops")
    page.keyboard.press("Enter")
    expect(page.locator("#picture .block.far").first).to_be_visible()
    reach(page, "#as-list")
    page.keyboard.press("Enter")
    reach(page, "#list-view .sort")
    page.keyboard.press("Enter")
    expect(page.locator("#list-view [aria-sort]").first).to_be_visible()
