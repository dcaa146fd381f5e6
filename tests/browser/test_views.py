"""What people do in the five views: read a scene, walk a path, brush years, hand on what they see."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from addresses import PHONE
from playwright.sync_api import ViewportSize, expect

TEXTS = """(selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility())
    .map((one) => { const b = one.getBoundingClientRect();
        return [b.x, b.y + b.height / 6, b.right, b.bottom - b.height / 6, one.textContent]; })"""


@pytest.mark.parametrize(
    "address",
    ["timeline/chungking-express", "timeline/chungking-express?all=1", "timeline/wong-kar-wai"],
)
@pytest.mark.parametrize("lang", [pytest.param("", marks=pytest.mark.slow), "ja"])
def test_no_label_of_the_timeline_covers_another(
    open_page: Callable[..., Any], covered: Callable[..., list[Any]], address: str, lang: str
) -> None:
    mark = "&" if "?" in address else "?"
    watched = open_page(f"#/{address}{mark}lang={lang}", name="shipped")
    watched.settle()
    boxes = watched.page.evaluate(TEXTS, "#time-stage text")
    assert len(boxes) > 8
    assert covered(boxes) == []


def test_no_text_covers_another_in_the_drawings_of_path_and_scene(
    open_page: Callable[..., Any], covered: Callable[..., list[Any]]
) -> None:
    for address in (
        "path/moonlight/chungking-express",
        "path/tomokazu-miura/moonlight",
        "scene/chungking-express",
        "scene/chungking-express?scene=chungking-express-recollection-of-may",
    ):
        watched = open_page(f"#/{address}", name="shipped")
        watched.settle()
        boxes = watched.page.evaluate(TEXTS, ".view:not([hidden]) svg.picture text")
        assert len(boxes) > 5, address
        assert covered(boxes) == [], address


def test_the_second_hop_does_not_overlap(
    open_page: Callable[..., Any], covered: Callable[..., list[Any]]
) -> None:
    watched = open_page("#/focus/chungking-express", name="shipped")
    page = watched.page
    page.get_by_role("button", name="Two hops").click()
    expect(page.locator("#picture .block.far").first).to_be_visible()
    assert "open=" in page.url
    assert covered(page.evaluate(TEXTS, "#picture text")) == []
    frames = page.evaluate(TEXTS, "#picture .frame")
    assert covered(frames) == []


def test_the_year_range_is_set_by_mouse_and_keyboard(open_page: Callable[..., Any]) -> None:
    page = open_page("#/timeline/chungking-express").page
    points = page.locator("#time-stage .point")
    before = points.count()
    first = page.get_by_role("slider", name="First year")
    first.focus()
    for _ in range(4):
        page.keyboard.press("PageUp")
    expect(page.get_by_role("slider", name="First year")).to_be_focused()
    expect(page).to_have_url(re.compile(r"years=\d{4}-\d{4}"))
    assert 0 < points.count() < before
    page.get_by_role("button", name="All years").click()
    expect(points).to_have_count(before)
    box = page.locator("#span svg").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 15)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.95, box["y"] + 15, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile("years="))
    address = page.url
    page.reload()
    expect(page.get_by_role("slider", name="First year")).to_have_attribute(
        "aria-valuenow",
        re.search(r"years=(\d+)", address)[1],  # type: ignore[index]
    )


def test_an_arc_leads_from_the_later_to_the_earlier(open_page: Callable[..., Any]) -> None:
    page = open_page("#/timeline/chungking-express").page
    wrong = page.evaluate(
        """() => [...document.querySelectorAll('#time-stage .strand')].filter((one) => {
            const edge = allusion.data.edges[Number(one.dataset.edges)];
            const path = one.querySelector('.wire');
            const start = path.getPointAtLength(0), end = path.getPointAtLength(path.getTotalLength());
            const [from, to] = [edge.from, edge.to].map((at) => allusion.data.entities[at].year);
            return Math.sign(start.x - end.x) !== Math.sign(from - to) && from !== to;
        }).length"""
    )
    assert wrong == 0
    expect(page.locator("#undated")).to_contain_text("A tin of pineapple")


def test_a_path_is_found_between_two_typed_names(open_page: Callable[..., Any]) -> None:
    page = open_page("#/path/chungking-express").page
    expect(page.locator("#path-body")).to_contain_text("Choose the end of the path")
    page.locator("#path-from").fill("moonl")
    page.keyboard.press("Enter")
    page.locator("#path-to").fill("重慶森林")
    page.keyboard.press("Enter")
    body = page.locator("#path-body")
    expect(body.locator(".lead")).to_contain_text("3 hops")
    hops = body.locator(".path-text").first.locator(".connection")
    expect(hops).to_have_count(3)
    expect(hops.first.locator(".evidence")).to_be_visible()
    along = page.get_by_role("checkbox", name="along credits, stories and parts")
    expect(along).to_be_checked()
    along.uncheck()
    expect(body).to_contain_text("No path of the visible statements connects Moonlight")
    expect(body).to_contain_text("The first entity is connected to 1 entity")
    body.get_by_role("button", name="Show it").click()
    expect(body).to_contain_text("3 hops")
    page.go_back()
    expect(body).to_contain_text("No path of the visible statements")


def test_a_path_of_the_shipped_graph_is_shown_and_restored_by_its_address(
    open_page: Callable[..., Any],
) -> None:
    page = open_page("#/path/moonlight/chungking-express", name="shipped").page
    told = page.locator(".path-text").first.locator(".connection")
    expect(told.first.locator(".sentence")).to_contain_text("Moonlight")
    expect(told.first.locator(".evidence a, .evidence cite").first).to_be_visible()
    seen = page.locator("#path-body").inner_text()
    fresh = open_page(page.url[page.url.index("#") :], name="shipped", fresh=True).page
    assert fresh.locator("#path-body").inner_text() == seen


def test_the_escalator_scene_leads_to_miura_the_couple_and_the_serials(
    open_page: Callable[..., Any],
) -> None:
    page = open_page("#/focus/chungking-express", name="shipped").page
    page.get_by_role("button", name="Scene", exact=True).click()
    sheet = page.locator("#scene-page")
    expect(sheet.locator("h2")).to_have_text("The run up the escalator")
    expect(sheet.locator(".cue").first).to_contain_text("Cop 223")
    expect(sheet.locator(".cue").first).to_contain_text("Cantonese")
    drawing = sheet.locator("svg.picture")
    for name in ("Cop 223", "Tomokazu Miura", "Akai series", "Momoe Yamaguchi"):
        expect(drawing.locator(".block", has_text=name).first).to_be_visible()
    expect(sheet.locator(".leads")).to_contain_text("Akai series")
    drawing.locator(".strand .words").first.click()
    expect(page.locator("#panel .connection.chosen")).to_contain_text("shouts")


def test_nested_reported_speech_is_a_sentence(open_page: Callable[..., Any]) -> None:
    address = "#/scene/chungking-express?scene=chungking-express-recollection-of-may"
    page = open_page(address, name="shipped").page
    sheet = page.locator("#scene-page")
    expect(sheet.locator(".speech").first).to_contain_text("這裡的老闆說她很像山口百惠")
    inner = sheet.locator(".speech.inner")
    expect(inner.locator(".cue")).to_contain_text("Owner of Midnight Express")
    words = sheet.locator("svg.picture text").all_text_contents()
    order = [
        next(i for i, text in enumerate(words) if name in text)
        for name in ("Cop 223", "這裡的老闆", "Owner of", "the owner says May looks like")
    ]
    assert order == sorted(order)


def test_a_path_too_wide_for_the_window_is_drawn_from_top_to_bottom(
    open_page: Callable[..., Any],
) -> None:
    long = "path/quentin-tarantino/yasunari-kawabata"
    watched = open_page(f"#/{long}", name="shipped")
    page = watched.page
    drawing = page.locator("#path-body svg.upright").first
    expect(drawing.locator(".block")).to_have_count(7)
    assert page.evaluate("() => allusion.currentSvg().viewBox.baseVal.width") > 1200, (
        "saved as a whole"
    )
    page.evaluate("() => { location.hash = '#/scene/chungking-express'; }")
    across = page.locator("#scene-page .scroll svg.picture:not(.upright)")
    expect(across).to_be_visible()
    page.set_viewport_size(ViewportSize(width=1000, height=800))
    expect(page.locator("#scene-page svg.upright")).to_be_visible()
    page.set_viewport_size(ViewportSize(width=1440, height=900))
    expect(across).to_be_visible()


def test_few_arcs_of_the_timeline_have_labels(
    open_page: Callable[..., Any], covered: Callable[..., list[Any]]
) -> None:
    page = open_page("#/timeline/chungking-express?kinds=reference", name="shipped").page
    words = page.locator("#time-stage .said-arc", has_text="223 shouts that he will kill")
    expect(words).to_be_visible()
    assert covered(page.evaluate(TEXTS, "#time-stage text")) == []
    words.click()
    expect(page.locator("#panel .connection.chosen")).to_contain_text("shouts")
    page.evaluate("() => { location.hash = '#/timeline/chungking-express?all=1'; }")
    expect(page.locator("#time-stage .said-arc")).to_have_count(0)


def test_scenes_can_be_paged_and_edges_without_a_scene_are_listed(
    open_page: Callable[..., Any],
) -> None:
    page = open_page("#/scene/chungking-express").page
    sheet = page.locator("#scene-page")
    expect(sheet.locator("h2")).to_have_text("The run up the escalator")
    expect(sheet).to_contain_text("三浦友和，我要殺了你！")
    sheet.get_by_role("button", name="223 remembers May").click()
    expect(sheet.locator("h2")).to_have_text("223 remembers May")
    page.locator("#scene-index").get_by_role("button", name="Lines without a known scene").click()
    expect(sheet).to_contain_text("May says that he is less and less like Miura.")
    expect(sheet.locator(".cue")).to_contain_text("Unknown speaker to Cop 223")
    page.evaluate("() => { location.hash = '#/scene/moonlight'; }")
    expect(sheet).to_contain_text("The scenes of Moonlight are not in the graph.")


def test_names_follow_the_language_and_fallbacks_are_marked(
    open_page: Callable[..., Any],
) -> None:
    page = open_page("#/focus/chungking-express").page
    page.locator("#language").select_option("ja")
    title = page.locator("#picture .card .title")
    expect(title).to_have_text("恋する惑星")
    expect(title).to_have_attribute("lang", "ja")
    expect(page.locator("#picture .card .second")).to_have_text("Chungking Express")
    fallback = page.locator("#picture .name.fallback", has_text="Manhattan")
    expect(fallback).to_have_attribute("lang", "en")
    assert fallback.evaluate("(one) => getComputedStyle(one).fontStyle") == "italic"
    family = title.evaluate("(one) => getComputedStyle(one).fontFamily")
    assert "lang=ja" in page.url
    page.locator("#language").select_option("zh-Hans")
    expect(title).to_have_text("重庆森林")
    expect(title).to_have_attribute("lang", "zh-Hans")
    assert family
    page.go_back()
    expect(title).to_have_text("恋する惑星")


def test_filters_show_only_disputed_or_weakly_sourced_edges(
    open_page: Callable[..., Any],
) -> None:
    page = open_page("#/focus/chungking-express").page
    page.locator("#legend summary").click()
    page.get_by_role("checkbox", name="only disputed").check()
    expect(page.locator("#picture .strand")).to_have_count(1)
    assert "only=disputed" in page.url
    page.get_by_role("checkbox", name="only disputed").uncheck()
    page.get_by_role("checkbox", name="only one source").check()
    thin = page.locator("#picture .strand")
    assert 3 < thin.count() < 19


def test_the_list_is_sorted_by_its_column_headings(open_page: Callable[..., Any]) -> None:
    page = open_page("#/network/chungking-express?as=list").page
    page.get_by_role("button", name="Sources").click()
    head = page.locator("#list-view th[aria-sort]")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert "sort=sources" in page.url
    page.get_by_role("button", name="Year").click()
    years = page.locator("#list-view td.of-year").all_inner_texts()
    numbers = [int(re.sub(r"\D", "", year)) for year in years if year]
    assert numbers == sorted(numbers)
    assert len(numbers) > 10


def test_the_list_has_disputing_sources_and_unsafe_addresses_as_text(
    open_page: Callable[..., Any],
) -> None:
    for script in (True, False):
        page = open_page("#/focus/chungking-express?as=list", java_script_enabled=script).page
        row = page.locator("#list-view tr", has_text="less and less like").first
        sources = row.locator("td").last
        expect(sources).to_contain_text(re.compile("supports:? 223"))
        expect(sources).to_contain_text(re.compile("disputes:? A letter to the editor"))
        expect(sources.get_by_role("link", name="A letter")).to_have_count(0)
        letter = "ftp://example.org/信%20?n=12" if script else "ftp://example.org/%E4%BF%A1"
        expect(sources.locator(".address")).to_contain_text(letter)


def test_the_hops_of_a_path_are_in_order_in_the_list(open_page: Callable[..., Any]) -> None:
    page = open_page("#/path/manhattan/moonlight?as=list").page
    expect(page.locator("#list-view h2")).to_contain_text("Manhattan to Moonlight")
    hops = page.locator("#list-view tr[data-edge] th").all_inner_texts()
    assert len(hops) > 1
    page = open_page("#/path/manhattan/moonlight?as=list&sort=from-").page
    assert page.locator("#list-view tr[data-edge] th").all_inner_texts() == hops
    expect(page.locator("#list-view .sort")).to_have_count(0)


def test_opening_the_second_hop_is_animated_unless_motion_is_reduced(
    open_page: Callable[..., Any],
) -> None:
    page = open_page("#/focus/chungking-express", fresh=True).page
    page.emulate_media(reduced_motion="no-preference")
    moving = page.evaluate(
        """async () => {
            const before = document.getAnimations().length;
            allusion.toggleSecondHop(allusion.indexOf.get('film/fallen-angels'));
            await new Promise((done) => addEventListener('hashchange', () => setTimeout(done), { once: true }));
            return [before, document.getAnimations().length];
        }"""
    )
    assert moving[0] == 0
    assert moving[1] > 5
    page.emulate_media(reduced_motion="reduce")
    still = page.evaluate(
        """async () => {
            allusion.navigate({ focus: allusion.indexOf.get('film/fallen-angels') });
            await new Promise((done) => addEventListener('hashchange', () => setTimeout(done), { once: true }));
            return document.getAnimations().filter((one) => one.effect.getTiming().duration > 0).length;
        }"""
    )
    assert still <= moving[1]


def test_a_phone_draws_the_focus_as_one_column(
    open_page: Callable[..., Any], covered: Callable[..., list[Any]]
) -> None:
    watched = open_page(
        "#/focus/chungking-express?as=picture", name="shipped", viewport=PHONE, is_mobile=True
    )
    page = watched.page
    watched.settle()
    boxes = page.evaluate(TEXTS, "#picture text")
    assert covered(boxes) == []
    assert all(box[0] >= 0 and box[2] <= 390 for box in boxes)
    assert all(box[3] - box[1] >= 8 for box in boxes), "text keeps a size that can be read"


def test_the_path_view_without_an_end_suggests_three_paths(open_page: Callable[..., Any]) -> None:
    page = open_page("#/path/chungking-express", name="shipped").page
    offers = page.locator("#path-body .path-text")
    expect(offers).to_have_count(3)
    assert page.locator("#path-body svg.picture").count() == 1, "one is drawn"
    boxes = page.locator("#path-body svg.picture .block")
    assert boxes.count() >= 4, "three hops at least"
    hops = re.search(r"in (\d+) hops", offers.nth(1).locator("h2").inner_text())
    assert hops
    offers.nth(1).get_by_role("button").first.click()
    expect(page).to_have_url(re.compile("#/path/chungking-express/[a-z]"))
    expect(page.locator("#path-body .lead").first).to_contain_text(f"{hops[1]} hops")


def test_the_timeline_labels_births_and_folds_entities_without_a_year(
    open_page: Callable[..., Any],
) -> None:
    page = open_page("#/timeline/chungking-express", name="shipped").page
    words = page.locator("#time-stage .words").all_text_contents()
    assert "Momoe Yamaguchi, born" in words
    assert [one for one in words if one.endswith("…")] == [], "there is room for whole names"
    undated = page.locator("#undated")
    box = undated.bounding_box()
    assert box is not None
    assert box["height"] <= 36, "one line"
    expect(undated.locator("summary")).to_contain_text(re.compile(r"^\d+ without a year: "))
    undated.locator("summary").click()
    expect(undated.get_by_role("button", name="Barry Jenkins")).to_be_visible()


def test_the_arcs_of_a_family_have_its_color(open_page: Callable[..., Any]) -> None:
    page = open_page("#/timeline/chungking-express", name="shipped").page
    colors = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('#time-stage .strand')].map((one) =>
            [one.classList[1], getComputedStyle(one.querySelector('.wire')).stroke]))"""
    )
    assert len(colors) >= 3
    assert len(set(colors.values())) == len(colors)
    for family, color in colors.items():
        line = page.locator(f'#legend [data-filter="family {family}"] ~ svg .wire')
        assert line.evaluate("(one) => getComputedStyle(one).stroke") == color
