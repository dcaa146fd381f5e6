"""The documentation of the ontology in a real browser: alone, readable, on any screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, ViewportSize

from allusion.build.ontology_docs.html import ontology_page
from allusion.core.resources import locate


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("docs") / "ontology.html"
    path.write_text(ontology_page(locate()), encoding="utf-8")
    return path.as_uri()


def opened(chromium: Browser, address: str, width: int) -> tuple[Page, list[str], list[str]]:
    page = chromium.new_page(viewport=ViewportSize(width=width, height=900))
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))

    def failed(error: Error) -> None:
        complaints.append(str(error))

    page.on("pageerror", failed)
    page.goto(address)
    return page, requests, complaints


@pytest.mark.parametrize("width", [1440, 390])
def test_the_ontology_page_loads_only_itself_and_fits_the_screen(
    chromium: Browser, address: str, width: int
) -> None:
    page, requests, complaints = opened(chromium, address, width)
    assert [request for request in requests if not request.startswith("data:")] == [address]
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_the_address_of_a_term_shows_that_term(chromium: Browser, address: str) -> None:
    page, _, _ = opened(chromium, f"{address}#kind-name-drop", 1440)
    assert page.locator("#kind-name-drop h3").is_visible()
    assert (
        page.locator("#kind-name-drop").evaluate("node => node.getBoundingClientRect().top") < 450
    )
    page.close()


def test_the_contents_are_open_on_a_wide_screen_and_open_on_demand_on_a_narrow_one(
    chromium: Browser, address: str
) -> None:
    wide, _, _ = opened(chromium, address, 1440)
    assert wide.locator("#toc a", has_text="Television serial").is_visible()
    wide.close()
    narrow, _, _ = opened(chromium, address, 390)
    entry = narrow.locator("#toc a", has_text="Television serial")
    assert not entry.is_visible()
    narrow.locator("#toc summary").click()
    assert entry.is_visible()
    narrow.close()
