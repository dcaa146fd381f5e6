"""Attacks in every field of every record stay text, and nothing leaves the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from sample import PAYLOADS
from samples import every_nth

# Elements that fetch, run or redirect; the page makes none of them itself.
FOREIGN = (
    "img, iframe, object, embed, base, link, math, video, audio, form, "
    "[onclick], [onload], [onerror], [onmouseover]"
)


def assert_calm(watched: Any) -> None:
    page = watched.page
    assert page.locator(FOREIGN).count() == 0
    assert page.evaluate("() => [...document.links].every((one) => one.protocol === 'https:')")
    assert page.evaluate(
        "() => ({}).polluted === undefined && Object.keys(Object.prototype).length === 0"
    )
    assert watched.dialogs == []
    assert watched.requests == []


@pytest.mark.parametrize(
    "view",
    every_nth(
        (
            "focus/{}",
            "path/{}/moonlight",
            "scene/{}",
            "timeline/{}",
            "network/{}",
            "focus/{}?as=list",
        ),
        2,
    ),
)
def test_attacks_in_every_field_stay_text(open_page: Callable[..., Any], view: str) -> None:
    watched = open_page("#/" + view.format("chungking-express"), name="hostile")
    page = watched.page
    for path in page.evaluate("() => allusion.data.entities.map((entity) => entity.id)"):
        page.evaluate("(path) => allusion.navigate({ shown: allusion.indexOf.get(path) })", path)
    page.evaluate(
        "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"
    )
    if view.startswith("network"):
        page.wait_for_selector("#canvas[data-ready]")
        page.locator("#canvas").hover(position={"x": 300, "y": 300})
    watched.settle()
    assert_calm(watched)


def test_attacks_stay_text_in_search_and_address(open_page: Callable[..., Any]) -> None:
    watched = open_page(name="hostile")
    page = watched.page
    for payload in PAYLOADS:
        page.locator("#search").fill(payload)
        page.evaluate("(text) => { location.hash = text; }", payload)
    page.locator("#search").fill("script")
    expect(page.locator("#found").get_by_role("option").first).to_be_visible()
    watched.settle()
    assert_calm(watched)


def test_a_hostile_label_is_shown_verbatim(open_page: Callable[..., Any]) -> None:
    page = open_page(name="hostile").page
    shown = page.locator("#panel h2").text_content()
    assert shown in PAYLOADS
    assert page.locator(".brand").text_content() == PAYLOADS[0]


def test_the_content_security_policy_blocks_scripts_images_and_requests(
    open_page: Callable[..., Any],
) -> None:
    watched = open_page(fresh=True)
    outcome = watched.page.evaluate(
        """async () => {
            const script = document.createElement('script');
            script.textContent = 'window.broken = true';
            document.body.append(script);
            const image = new Image();
            const failed = new Promise((done) => {
                image.onerror = () => done(true);
                image.onload = () => done(false);
            });
            image.src = 'https://example.com/x.png';
            const fetched = await fetch('https://example.com/').then(() => true, () => false);
            return [window.broken === undefined, await failed, fetched];
        }"""
    )
    assert outcome == [True, True, False]
    assert len(watched.complaints) >= 3
    watched.complaints.clear()


def test_external_links_open_only_on_a_click(open_page: Callable[..., Any]) -> None:
    watched = open_page()
    links = watched.page.locator("a[href]")
    assert links.count() > 5
    for link in links.all():
        assert link.get_attribute("rel") == "noopener noreferrer"
        assert (link.get_attribute("href") or "").startswith(("http://", "https://"))


def test_a_source_is_a_link_unless_its_address_is_unsafe(open_page: Callable[..., Any]) -> None:
    made = open_page().page.evaluate(
        """() => [
            { title: 'a', url: 'http://example.org/' },
            { title: 'b', url: 'HTTPS://example.org/' },
            { title: 'c', url: 'javascript:alert(1)', unsafe: true },
            { title: 'd', url: 'data:text/html,x' },
            { title: 'e', url: 'https://user@example.org/', unsafe: true },
            { title: 'f' },
        ].map((source) => allusion.sourceLink(source).map((one) => [
            one.tagName, one.getAttribute('href'), one.textContent,
        ]))"""
    )
    assert made == [
        [["A", "http://example.org/", "a"]],
        [["A", "HTTPS://example.org/", "b"]],
        [["SPAN", None, "c"], ["SPAN", None, " javascript:alert(1)"]],
        [["SPAN", None, "d"]],
        [["SPAN", None, "e"], ["SPAN", None, " https://user@example.org/"]],
        [["SPAN", None, "f"]],
    ]


def test_http_sources_of_the_shipped_facts_are_links(open_page: Callable[..., Any]) -> None:
    page = open_page("#/focus/chungking-express?as=list", name="shipped").page
    assert page.locator('#list-view a[href^="http://"]').count() > 3
    assert page.locator("#list-view .address").count() == 0
