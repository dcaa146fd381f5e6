"""What people do with the page, from a name typed to the evidence read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from page_views import expect_focus
from playwright.sync_api import expect


def test_a_name_in_any_script_is_found(open_page: Callable[..., Any]) -> None:
    page = open_page().page
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("三浦友和")
    expect(page.locator("#found").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("Tomokazu Miura")
    expect_focus(page, "Tomokazu Miura")
    assert page.url.endswith("#/focus/tomokazu-miura")


def test_search_ignores_case_width_accents_and_script(open_page: Callable[..., Any]) -> None:
    page = open_page().page
    for typed, name in {
        "chongqing": "Chungking Express",
        "chung hing": "Chungking Express",
        "恋する": "Chungking Express",
        "重庆": "Chungking Express",
        "california dreamin'": "California Dreamin’",
        "ＭＡＮＨＡＴＴＡＮ": "Manhattan",
        "드리밍": "California Dreamin’",
        "yamaguti momoe": "Momoe Yamaguchi",
        "三浦友和 miura": "Tomokazu Miura",
        "karwai wong": "Wong Kar-wai",
    }.items():
        page.locator("#search").fill(typed)
        expect(page.locator("#found").get_by_role("option").first).to_contain_text(name)


def test_arrow_keys_select_a_search_result(open_page: Callable[..., Any]) -> None:
    page = open_page().page
    search = page.locator("#search")
    search.fill("ch")
    options = page.locator("#found").get_by_role("option")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    search.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    wanted = options.nth(1).locator(".hit").inner_text()
    search.press("Enter")
    expect(page.locator("#panel h2")).to_have_text(wanted)
    search.fill("nobody has such a name")
    expect(page.locator("#found")).to_contain_text("No name matches")
    search.press("Escape")
    expect(page.locator("#found")).to_be_hidden()
    search.fill("manhatan")
    expect(options.first).to_contain_text("Manhattan")
    expect(page.locator("#found")).to_contain_text("differ by one letter")


def test_filter_changes_picture_counts_and_address(open_page: Callable[..., Any]) -> None:
    page = open_page().page
    status = page.locator("#status")
    expect(status).to_contain_text("19 connections with 14 entities shown, of 24")
    strands = page.locator("#picture .strand")
    before = strands.count()
    page.get_by_role("checkbox", name="references").uncheck()
    expect(status).to_contain_text("6 connections")
    assert strands.count() < before
    expect(page.locator("#picture .strand.reference")).to_have_count(0)
    page.get_by_role("checkbox", name="credits").check()
    expect(status).to_contain_text("9 connections")
    expect(page.locator("#picture .strand.credit")).to_have_count(3)
    page.locator("#legend summary").click()
    page.get_by_role("checkbox", name="films").uncheck()
    expect(page.locator("#picture").get_by_text("Manhattan")).to_have_count(0)
    assert "kinds=influence,comparison,derivation,credit&hide=film" in page.url
    page.reload()
    expect(status).to_contain_text("6 connections")


def test_the_legend_counts_the_entities(open_page: Callable[..., Any]) -> None:
    page = open_page().page
    chips = page.locator("#legend label", has_text="references")
    expect(chips.locator(".count")).to_have_text("13")
    page.get_by_role("button", name="Network", exact=True).click()
    expect(chips.locator(".count")).to_have_text("13")
    expect(page.locator("#legend label", has_text="credits").locator(".count")).to_have_text("7")


def test_a_click_opens_the_panel_with_names_links_and_evidence(
    open_page: Callable[..., Any],
) -> None:
    page = open_page().page
    page.locator("#picture .block", has_text="Tomokazu Miura").click()
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text("Tomokazu Miura")
    expect(panel.locator("dd[lang=ja]")).to_have_text("三浦友和")
    wikidata = panel.get_by_role("link", name="Wikidata")
    expect(wikidata).to_have_attribute("href", "https://www.wikidata.org/wiki/Q1039595")
    expect(wikidata).to_have_attribute("rel", "noopener noreferrer")
    expect(panel.locator(".unsure")).to_have_text("not certain (60%)")
    panel.locator(".ways summary").click()
    expect(panel.locator(".ways details")).to_contain_text("known by the films it is cast in")
    shout = panel.locator(".connection", has_text="Running up an escalator")
    expect(shout).to_contain_text("223 runs up the escalator")
    expect(shout).to_contain_text("Cantonese")
    expect(shout.locator("blockquote [lang=zh-Hant]")).to_have_text("三浦友和，我要殺了你！")
    expect(shout.locator("blockquote [lang=en]")).to_have_text("Tomokazu Miura, I’ll kill you!")
    expect(shout).to_contain_text("name drop · explicit · 2 sources")
    expect(shout.locator(".evidence li")).to_have_count(2)
    expect(shout.locator(".evidence li").first).to_contain_text(
        "223 · A film essayist, 2011-01-28 · paragraph 2, characters 310-362"
    )
    expect(shout.locator("dl")).to_contain_text("FromThe shout on the escalator")
    disputed = panel.locator(".connection", has_text="May tells 223")
    expect(disputed.locator(".disputed")).to_be_visible()
    expect(disputed.locator(".against")).to_contain_text("The reader heard no such words.")


def test_nested_reports_and_analogies_are_sentences(open_page: Callable[..., Any]) -> None:
    page = open_page("#/focus/chungking-express?show=momoe-yamaguchi").page
    told = page.locator("#panel .connection", has_text="the owner thought")
    expect(told).to_contain_text("SpeakerThe owner of Midnight Express")
    expect(told).to_contain_text("Reported byCop 223")
    page.evaluate("() => { location.hash = '#/focus/chungking-express?show=manhattan'; }")
    expect(page.locator("#panel .analogy")).to_have_text(
        re.compile(r"Chungking Express : Hong Kong\s+=\s+Manhattan : New York City")
    )


def test_holders_and_authors_are_separate(open_page: Callable[..., Any]) -> None:
    page = open_page("#/focus/chungking-express?show=akai").page
    details = page.locator("#panel .connection", has_text="serials of").locator("dl")
    expect(details).to_have_text("Stated byA film essayist")


def test_a_doubtful_connection_is_marked_in_the_panel_and_in_the_list(
    open_page: Callable[..., Any],
) -> None:
    page = open_page("#/focus/chungking-express?show=akai", name="doubtful").page
    connection = page.locator("#panel .connection", has_text="serials of")
    expect(connection.locator(".marks .disputed")).to_have_text("doubtful")
    expect(connection.locator(".marks")).not_to_contain_text("doubtful ·")
    expect(connection.locator("dl")).to_have_text("Claimed byA film essayist")
    page.evaluate("() => { location.hash = '#/focus/chungking-express?as=list'; }")
    rows = page.locator("#list-view tr[data-edge]")
    doubted = rows.filter(has=page.locator(".disputed", has_text="doubtful"))
    expect(doubted).to_contain_text("serials of")
    assert rows.count() > 10
    mark = doubted.locator(".disputed").evaluate(
        "(one) => getComputedStyle(one, '::before').content"
    )
    assert mark.startswith('"?"')


def test_the_list_without_scripts_marks_a_doubtful_row(open_page: Callable[..., Any]) -> None:
    page = open_page(name="doubtful", java_script_enabled=False).page
    rows = page.locator("#list-view tbody tr", has=page.locator(".disputed", has_text="doubtful"))
    expect(rows).to_contain_text("serials of")


def test_a_line_opens_its_own_connection(open_page: Callable[..., Any]) -> None:
    page = open_page().page
    page.locator("#picture .words", has_text="223 shouts").click()
    expect(page.locator("#panel .connection.chosen")).to_contain_text("Running up an escalator")
    assert "edge=connection/shout" in page.url


def test_contradictory_facts_are_listed_together(open_page: Callable[..., Any]) -> None:
    page = open_page().page
    facts = page.locator("#panel .facts")
    facts.locator("summary").click()
    expect(facts).to_contain_text("98 minutes")
    expect(facts).to_contain_text("102 minutes")
    expect(facts).to_contain_text("sources differ")


def test_a_double_click_makes_an_entity_the_focus(open_page: Callable[..., Any]) -> None:
    page = open_page().page
    page.locator("#picture .block", has_text="Fallen Angels").dblclick()
    expect_focus(page, "Fallen Angels")
    expect(page.locator("#picture .block", has_text="Chungking Express")).to_be_visible()
    assert page.title() == "Fallen Angels · allusion"


def test_back_and_forward_restore_the_view(open_page: Callable[..., Any]) -> None:
    page = open_page().page
    page.locator("#picture .block", has_text="Tomokazu Miura").click()
    page.locator("#panel").get_by_role("button", name="Focus on it").click()
    expect_focus(page, "Tomokazu Miura")
    page.get_by_role("button", name="List", exact=True).click()
    expect(page.locator("#list-view")).to_be_visible()
    page.go_back()
    expect(page.locator("#focus-view")).to_be_visible()
    page.go_back()
    expect_focus(page, "Chungking Express")
    expect(page.locator("#panel h2")).to_have_text("Tomokazu Miura")
    page.go_back()
    expect(page.locator("#panel h2")).to_have_text("Chungking Express")
    page.go_forward()
    page.go_forward()
    expect_focus(page, "Tomokazu Miura")


def test_the_address_restores_the_view(open_page: Callable[..., Any]) -> None:
    address = "#/focus/fallen-angels?show=chungking-express&kinds=reference"
    page = open_page(address).page
    expect_focus(page, "Fallen Angels")
    expect(page.locator("#panel h2")).to_have_text("Chungking Express")
    assert page.url.endswith(address)
    page.evaluate("() => { location.hash = '#/focus/of-that-name-there-is-none'; }")
    expect(page.locator("#status")).to_contain_text("No entity is named")
    expect_focus(page, "Chungking Express")


def test_every_control_works_by_keyboard(open_page: Callable[..., Any]) -> None:
    page = open_page(fresh=True).page
    card = page.locator("#picture .card")
    for _ in range(40):
        page.keyboard.press("Tab")
        if card.evaluate("(one) => one === document.activeElement"):
            break
    expect(card).to_be_focused()
    page.keyboard.press("ArrowRight")
    first = page.evaluate("() => document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowUp")
    second = page.evaluate("() => document.activeElement.getAttribute('aria-label')")
    assert first != second
    assert "Pointed to" in second
    page.keyboard.press("Enter")
    heading = page.locator("#panel h2")
    expect(heading).to_be_focused()
    name = heading.inner_text()
    assert second.startswith(name)
    page.keyboard.press("Escape")
    expect(page.locator("#picture .block:focus")).to_have_count(1)
    page.keyboard.press("Shift+Enter")
    expect_focus(page, name)


def test_the_network_works_by_keyboard(open_page: Callable[..., Any]) -> None:
    watched = open_page("#/network/chungking-express")
    page = watched.page
    page.wait_for_selector("#canvas[data-ready]")
    page.locator("#canvas").focus()
    heading = page.locator("#panel h2")
    for key in ("ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
        watched.settle()
    reached = heading.inner_text()
    assert "show=" in page.url
    assert reached != "Chungking Express"
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_be_focused()
    page.locator("#canvas").focus()
    page.keyboard.press("Shift+Enter")
    title = page.locator("#picture .card .title")
    expect(title.first).to_contain_text(reached.split()[0])
    # A long title is broken into lines.
    assert "".join("".join(title.all_text_contents()).split()) == "".join(reached.split())


def test_a_click_in_the_network_opens_the_entity(open_page: Callable[..., Any]) -> None:
    watched = open_page("#/network/chungking-express")
    page = watched.page
    page.wait_for_selector("#canvas[data-ready]")
    watched.settle()
    at = page.evaluate(
        """() => {
            const index = allusion.indexOf.get('film/moonlight');
            return allusion.networkPoint(index);
        }"""
    )
    page.locator("#canvas").click(position={"x": at["x"], "y": at["y"]})
    expect(page.locator("#panel h2")).to_have_text("Moonlight")
    expect(page.locator("#panel")).to_contain_text("Happy Together")


def test_a_click_in_the_list_opens_connections_and_entities(open_page: Callable[..., Any]) -> None:
    page = open_page("#/focus/chungking-express?as=list").page
    page.locator("#list-view").get_by_role("button", name="song used").first.click()
    expect(page.locator("#panel .connection.chosen")).to_have_count(1)
    everything = page.locator("#list-view .everything")
    everything.locator("summary").click()
    expect(everything.locator("tbody tr")).to_have_count(24)
    everything.get_by_role("button", name="Moonlight").click()
    expect(page.locator("#panel h2")).to_have_text("Moonlight")


@pytest.mark.parametrize("name", ["sample", pytest.param("large", marks=pytest.mark.slow)])
def test_zoom_and_drag_keep_the_network_in_the_window(
    open_page: Callable[..., Any], name: str
) -> None:
    watched = open_page("#/network", name=name, fresh=True)
    page = watched.page
    page.wait_for_selector("#canvas[data-ready]")
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    inside = """() => {
        const { seen } = allusion.networkModel;
        const frame = document.querySelector('#canvas');
        const points = [...seen.visible].map(allusion.networkPoint);
        const shown = points.filter(({ x, y }) => x > 0 && y > 0 && x < frame.clientWidth && y < frame.clientHeight);
        const xs = points.map(({ x }) => x);
        return [shown.length / points.length, (Math.max(...xs) - Math.min(...xs)) / frame.clientWidth];
    }"""
    _, whole = page.evaluate(inside)
    page.mouse.move(*middle)
    for _ in range(60):
        page.mouse.wheel(0, 900)
    watched.settle()
    share, across = page.evaluate(inside)
    assert share == 1
    assert whole / 3 <= across <= whole, "it shrinks no further than to about half"
    for _ in range(6):
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] - 5, steps=4)
        page.mouse.up()
    watched.settle()
    share, _ = page.evaluate(inside)
    assert share > 0.1, "a corner of it stays in the middle"
    page.locator("#fit").click()
    for _ in range(80):
        page.mouse.move(*middle)
        page.mouse.wheel(0, -900)
    watched.settle()
    _, across = page.evaluate(inside)
    assert across < 40 * max(1, whole), "it grows to a size at which shapes are shapes"
