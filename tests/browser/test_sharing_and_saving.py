"""What a person takes out of the page: links, queries, citations, files; and opening it again."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from addresses import VIEWS
from page_views import expect_focus
from playwright.sync_api import Page, ViewportSize, expect
from samples import every_nth

import allusion
from allusion.core.vocabulary import BASE
from allusion.view.options import PictureOptions
from allusion.view.picture import Picture
from allusion.view.theme import FAMILY_ORDER


def handed(page: Page) -> str:
    """The text that the page hands on in its dialog."""
    return page.locator("#hand-on-text").input_value()


@pytest.mark.parametrize("view", every_nth(VIEWS, 3))
def test_a_shared_link_restores_the_view(open_page: Callable[..., Any], view: str) -> None:
    mark = "&" if "?" in view else "?"
    address = f"#/{view}{mark}hide=place&lang=zh-Hant&theme=dark"
    first = open_page(address).page
    first.evaluate("() => allusion.navigate({ shown: allusion.indexOf.get('film/fallen-angels') })")
    expect(first.locator("#panel h2")).to_have_text("墮落天使")
    again = open_page(first.url[first.url.index("#") :], fresh=True).page
    expect(again.locator("#panel h2")).to_have_text("墮落天使")
    assert again.locator("main").inner_text() == first.locator("main").inner_text()
    paper = again.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(20, 21, 26)"


def test_the_sparql_of_a_view_returns_its_edges(open_page: Callable[..., Any]) -> None:
    graph = allusion.open()
    page = open_page("#/focus/chungking-express", name="shipped").page
    for address in (
        "#/focus/chungking-express",
        "#/focus/tomokazu-miura",
        "#/focus/wong-kar-wai?kinds=credit,story,part&hide=film",
        "#/network/chungking-express?kinds=reference,comparison",
        "#/path/moonlight/chungking-express",
        "#/scene/chungking-express",
        "#/focus/chungking-express?only=disputed",
        "#/timeline/chungking-express?years=1950-1980",
    ):
        page.evaluate("(hash) => { location.hash = hash; }", address)
        page.wait_for_function(
            "(hash) => allusion.formatUrl(allusion.state()) === hash", arg=address
        )
        query, shown = page.evaluate(
            """() => [allusion.sparqlOf(allusion.state()),
                allusion.views[allusion.state().view].edges(allusion.state()).map((index) =>
                  [allusion.data.edges[index].from, allusion.data.edges[index].to]
                    .map((end) => allusion.data.base + allusion.data.entities[end].id))]"""
        )
        result = graph.sparql(query)
        assert not isinstance(result, bool)
        found = {(str(row[0]), str(row[1])) for row in result.rows}  # type: ignore[union-attr]
        assert found == {(one, other) for one, other in shown}, address


def test_a_page_opens_at_its_start_address_and_navigates_from_there(
    open_page: Callable[..., Any],
) -> None:
    page = open_page(name="started", fresh=True).page
    expect(page.locator("#timeline-view")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("around Fallen Angels")
    expect(page.get_by_role("checkbox", name="references")).to_be_checked()
    expect(page.get_by_role("checkbox", name="credits")).not_to_be_checked()
    page.get_by_role("button", name="Focus", exact=True).click()
    expect_focus(page, "Fallen Angels")
    page.go_back()
    expect(page.locator("#timeline-view")).to_be_visible()
    still = open_page(name="started", java_script_enabled=False).page
    expect(still.locator("main > noscript svg, main svg.light").first).to_be_visible()
    expect(still.locator("#picture")).to_be_hidden()
    expect(still.locator("#list-view tbody tr").first).to_be_visible()
    other = open_page("#/focus/moonlight", name="started", fresh=True).page
    expect_focus(other, "Moonlight")


def test_a_notebook_frame_opens_with_the_layout_of_its_picture(
    chromium: Any, network: Any, tmp_path: Path
) -> None:
    frame = Picture(network, f"{BASE}film/chungking-express", PictureOptions("scene")).interactive(
        height=700
    )
    path = tmp_path / "cell.html"
    path.write_text(f"<!doctype html><title>x</title>{frame._repr_html_()}", encoding="utf-8")
    page = chromium.new_page(viewport=ViewportSize(width=1400, height=800))
    page.goto(path.as_uri())
    inside = page.frame_locator("iframe")
    expect(inside.locator("#scene-page h2")).to_have_text("The run up the escalator")
    inside.get_by_role("button", name="Focus", exact=True).click()
    expect(inside.locator("#picture .card .title").first).to_contain_text("Chungking")
    page.close()


# What VS Code gives the frame of a notebook; see docs/pictures.md.
VS_CODE = "allow-scripts allow-same-origin allow-forms allow-pointer-lock allow-downloads"


@pytest.fixture
def notebook(chromium: Any, network: Any, tmp_path: Path) -> Iterator[Callable[[str], Any]]:
    """Open a notebook output, in an outer frame with these rights unless they are empty."""
    page = chromium.new_page(viewport=ViewportSize(width=1400, height=800))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def open_(rights: str) -> Any:
        cell = Picture(network, f"{BASE}film/chungking-express").interactive(height=700)
        content = cell._repr_html_()
        if rights:
            content = (
                f'<iframe sandbox="{rights}" width="1300" height="750" '
                f'srcdoc="{html.escape(content)}"></iframe>'
            )
        path = tmp_path / "cell.html"
        path.write_text(f"<!doctype html><title>x</title>{content}", encoding="utf-8")
        page.goto(path.as_uri())
        outer = page.frame_locator("iframe")
        return page, outer.frame_locator("iframe") if rights else outer

    yield open_
    assert errors == []
    page.close()


@pytest.mark.parametrize("rights", [pytest.param("", marks=pytest.mark.slow), VS_CODE])
def test_a_notebook_frame_saves_files_and_hands_out_the_address(
    notebook: Callable[[str], Any], rights: str
) -> None:
    page, inside = notebook(rights)
    for kind in ("svg", "png", "csv", "json"):
        with page.expect_download(timeout=5000) as waiting:
            inside.locator(f"#save-{kind}").click()
        assert waiting.value.suggested_filename == f"chungking-express-focus.{kind}"
        assert Path(waiting.value.path()).stat().st_size > 500
        expect(inside.locator("#said")).to_contain_text("requested")
    inside.get_by_role("button", name="Copy link").click()
    expect(inside.locator("#hand-on-text")).to_have_value("#/focus/chungking-express")


def test_a_notebook_frame_that_may_not_save_claims_no_saved_file(
    notebook: Callable[[str], Any],
) -> None:
    page, inside = notebook("allow-scripts")
    downloads: list[Any] = []
    page.on("download", lambda download: downloads.append(download))
    inside.locator("#save-csv").click()
    expect(inside.locator("#said")).to_contain_text("requested")
    expect(inside.locator("#said")).not_to_contain_text("Saved")
    assert downloads == []


def test_cite_names_the_graph_its_version_and_every_source(open_page: Callable[..., Any]) -> None:
    page = open_page("#/focus/chungking-express?show=tomokazu-miura&edge=connection/shout").page
    page.get_by_role("button", name="Cite", exact=True).first.click()
    text = handed(page)
    assert "Running up an escalator" in text
    assert f"{BASE}connection/shout" in text
    assert "A film essayist, 2011-01-28, paragraph 2" in text
    assert "version 0.0.1" in text
    assert re.search(r"seen \d{4}-\d\d-\d\d", text)
    page.keyboard.press("Escape")
    expect(page.locator("#hand-on")).to_be_hidden()


def test_a_link_is_copied(open_page: Callable[..., Any]) -> None:
    page = open_page(
        "#/timeline/chungking-express", permissions=["clipboard-read", "clipboard-write"]
    ).page
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#said")).to_have_text("Link copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == page.url


@pytest.mark.parametrize("view", VIEWS)
def test_the_view_is_saved_as_picture_table_and_data(
    open_page: Callable[..., Any], view: str, tmp_path: Path
) -> None:
    watched = open_page(f"#/{view}{'&' if '?' in view else '?'}kinds=reference,influence,credit")
    page = watched.page
    if view.startswith("network"):
        page.wait_for_selector("#canvas[data-ready]")
    saved = {}
    for ending in ("svg", "png", "csv", "json"):
        with page.expect_download() as download:
            page.locator(f"#save-{ending}").click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert path.suffix == f".{ending}"
        saved[ending] = path.read_bytes()
    svg = saved["svg"].decode("utf-8")
    assert svg.startswith("<svg")
    assert "var(--" not in svg
    assert not re.search(r"onclick|tabindex|role=\"button\"|https?://(?!www\.w3|w3id)", svg)
    assert "Films of the sample · CC0 1.0</text>" in svg
    assert saved["png"].startswith(b"\x89PNG")
    assert len(saved["png"]) > 3_000
    shown = json.loads(saved["json"])["connections"]
    rows = list(csv.DictReader(io.StringIO(saved["csv"].decode("utf-8-sig"))))
    assert [row["iri"] for row in rows] == [one["iri"] for one in shown]
    assert len(rows) == page.evaluate(
        "() => allusion.views[allusion.state().view].edges(allusion.state()).length"
    )


@pytest.mark.parametrize("view", ["focus", "network", "timeline", "path", "compare", "scene"])
def test_a_list_saves_the_picture_of_its_own_entity(
    open_page: Callable[..., Any], view: str
) -> None:
    other = {"path": "/moonlight", "compare": "/2046"}.get(view, "")
    phone = {"viewport": ViewportSize(width=390, height=844), "is_mobile": True, "has_touch": True}
    name = "shipped"
    # The picture of another entity is drawn first; it must not be saved for this one.
    watched = open_page("#/focus/fallen-angels?as=picture", name=name, **phone)
    page = watched.page
    page.evaluate(
        "(hash) => { location.hash = hash; }", f"#/{view}/chungking-express{other}?as=list"
    )
    watched.settle()
    expect(page.locator("#list-view")).to_be_visible()
    saved = page.evaluate(
        """() => {
            const svg = allusion.standaloneSvg();
            const [, , width, height] = svg.getAttribute('viewBox').split(' ').map(Number);
            return [svg.querySelector('title').textContent, width, height,
              [...svg.querySelectorAll('text')].map((one) => one.textContent)];
        }"""
    )
    title, width, height, words = saved
    assert title == f"Chungking Express: {view}"
    assert width >= 400
    assert height >= 60
    shown = " ".join(words)
    if view != "scene":
        assert "Chungking" in shown
    assert len(words) >= 5
    page.evaluate("() => { location.hash = '#/focus/chungking-express?as=picture'; }")
    watched.settle()
    expect(page.locator("#picture .card .title").first).to_contain_text("Chungking")


def test_a_saved_picture_does_not_underline_text_without_a_link(
    open_page: Callable[..., Any],
) -> None:
    page = open_page(name="hub", fresh=True).page
    expect(page.locator("#picture .more .rest")).to_have_count(1)
    lines = page.evaluate(
        """() => {
            const frame = document.body.appendChild(document.createElement('div'));
            frame.append(allusion.standaloneSvg());
            document.querySelector('head style').remove();
            return [...frame.querySelectorAll('text')].map((text) => getComputedStyle(text).textDecorationLine);
        }"""
    )
    assert len(lines) > 20
    assert set(lines) == {"none"}


def test_a_table_has_disputing_and_supporting_sources_in_separate_columns(
    open_page: Callable[..., Any],
) -> None:
    page = open_page("#/focus/chungking-express?only=disputed").page
    (row,) = csv.DictReader(io.StringIO(page.evaluate("() => allusion.csvText()").lstrip("\ufeff")))
    assert row["disputed"] == "yes"
    assert row["sources"] == "supports: 223 https://example.org/2011/01/28/223/"
    assert row["disputed_by"].startswith("disputes: A letter to the editor ftp://example.org/")


def test_a_saved_table_has_no_spreadsheet_formula(open_page: Callable[..., Any]) -> None:
    page = open_page(
        "#/network/chungking-express?kinds=" + ",".join(FAMILY_ORDER), name="hostile"
    ).page
    rows = list(csv.reader(io.StringIO(page.evaluate("() => allusion.csvText()").lstrip("\ufeff"))))
    cells = [cell for row in rows[1:] for cell in row]
    assert any(cell.startswith("'=") for cell in cells)
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]
