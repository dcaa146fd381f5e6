"""Names that are long, empty, numbered, foreign or hostile, and entities that stand alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import sample
from playwright.sync_api import expect
from sample_records import edge_of, entity_of

from allusion.core.vocabulary import BASE
from allusion.view.page.html import render_page
from allusion.view.svg.render import render_svg

LONG = "A very long title of a film " * 9
OVERRIDE = "Evil \u202egnp.exe\u2069 name"


def odd() -> nx.MultiDiGraph[str]:
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    entities = [
        entity_of("film/middle", "Film", {"en": "Middle", "zh-Hant": "重慶森林"}, 1994),
        entity_of("film/long", "Film", {"en": LONG}, 1995),
        entity_of("film/blank", "Film", {"en": "   "}, 1996),
        entity_of("film/far", "Film", {"en": "Far future"}, 10191),
        entity_of("film/override", "Film", {"en": OVERRIDE}, 1997),
        entity_of("film/alone", "Film", {"en": "Alone"}, 1998),
        *(entity_of(f"film/part-{n}", "Film", {"en": f"Part {n}"}, None) for n in (1, 2, 10, 100)),
    ]
    for entity in entities:
        network.add_node(entity.iri, entity=entity)
    for number, entity in enumerate(entities[1:]):
        if not entity.iri.endswith("alone"):
            end = entity.iri.removeprefix(BASE)
            edge = edge_of(f"c-{number}", end, "film/middle", "reference", "homage", "honors")
            network.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return network


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("odd") / "odd.html"
    path.write_text(render_page(odd(), f"{BASE}film/middle"), encoding="utf-8")
    return path


@pytest.fixture
def go(chromium: Any, file: Path) -> Any:
    page = chromium.new_page(viewport={"width": 1300, "height": 850})

    def go(address: str) -> Any:
        page.goto("about:blank")
        page.goto(file.as_uri() + address)
        page.wait_for_function("() => performance.getEntriesByName('allusion-drawn').length > 0")
        return page

    yield go
    page.close()


def test_a_very_long_name_has_a_shortened_label_in_the_network(go: Callable[..., Any]) -> None:
    page = go("#/network/middle")
    page.wait_for_selector("#canvas[data-ready]")
    named = page.evaluate(
        "() => allusion.networkLabels().places.map((place) => allusion.networkModel.labelText(place))"
    )
    assert any(name.startswith("A very long") and name.endswith("…") for name in named)


def test_an_entity_with_a_blank_name_is_called_by_its_slug(go: Callable[..., Any]) -> None:
    page = go("#/focus/blank?as=list")
    expect(page.locator("#status")).to_contain_text("around blank.")
    expect(page.locator("#list-view h2")).to_contain_text("blank")
    assert ">blank</text>" in render_svg(odd(), f"{BASE}film/middle")


def test_a_link_by_name_opens_the_entity(go: Callable[..., Any]) -> None:
    for name in ("重慶森林", "Middle", "middle", "part 10"):
        page = go(f"#/focus/{name}")
        expect(page.locator("#status")).not_to_contain_text("No entity is named")
    assert page.evaluate("() => allusion.keyOf(allusion.state().focus)") == "part-10"


def test_a_year_of_five_digits_is_whole(go: Callable[..., Any]) -> None:
    page = go("#/timeline/middle?years=1994-10191")
    assert page.evaluate("() => allusion.state().years") == [1994, 10191]
    outside = page.evaluate(
        """() => [...document.querySelectorAll('#time-stage svg, #span svg')].flatMap((root) => {
            const frame = root.getBoundingClientRect();
            return [...root.querySelectorAll('text')].map((one) => [one.getBoundingClientRect(), one.textContent])
                .filter(([box]) => box.left < frame.left - 0.5 || box.right > frame.right + 0.5).map(([, text]) => text);
        })"""
    )
    assert outside == []


def test_an_entity_without_connections_has_a_caption(go: Callable[..., Any]) -> None:
    page = go("#/focus/alone")
    expect(page.locator("#picture")).to_contain_text("No connections to show")
    assert "No connections to show" in render_svg(odd(), f"{BASE}film/alone")


def test_names_with_numbers_are_in_the_order_of_their_numbers(go: Callable[..., Any]) -> None:
    page = go("#/focus/middle?as=list&sort=from")
    names = page.locator("#list-view table").first.locator("tbody th .entity").all_inner_texts()
    parts = [name for name in names if name.startswith("Part")]
    assert parts == ["Part 1", "Part 2", "Part 10", "Part 100"]
    drawn = render_svg(odd(), f"{BASE}film/middle")
    assert sorted(parts, key=lambda name: drawn.index(f">{name}<")) == parts


def test_no_name_turns_the_direction_of_other_text(go: Callable[..., Any], file: Path) -> None:
    page = go("#/focus/override?as=list")
    texts = page.evaluate("() => document.title + document.documentElement.textContent")
    assert "gnp.exe" in texts
    assert not set(texts) & {"\u202e", "\u2069"}
    assert not set(file.read_text(encoding="utf-8")) & {"\u202e", "\u2069"}


def test_the_focus_of_a_large_star_is_not_covered(chromium: Any, tmp_path: Path) -> None:
    path = tmp_path / "star.html"
    path.write_text(render_page(sample.hub(3000), f"{BASE}film/film-0001"), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 1300, "height": 850})
    page.goto(path.as_uri() + "#/network/film-0001")
    page.wait_for_selector("#canvas[data-ready]")
    radius, covering, first = page.evaluate(
        """() => {
            const { seen, radiusAt } = allusion.networkModel;
            const { focus } = allusion.state();
            const { scale, boxes } = seen.labels;
            const [x, y, r] = [seen.x[focus] * scale, seen.y[focus] * scale, radiusAt(focus, scale)];
            const over = boxes.filter((box) => box[0] < x + r && box[2] > x - r && box[1] < y + r && box[3] > y - r);
            return [r, over.length, seen.order[0] === focus];
        }"""
    )
    page.close()
    assert radius >= 7, "it is larger than the others"
    assert covering == 0, "no label covers it"
    assert first, "it is drawn last, over all others"


def test_many_edges_between_two_films_are_a_bundle_that_opens(
    chromium: Any, tmp_path: Path
) -> None:
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for name in ("one", "two"):
        entity = entity_of(f"film/{name}", "Film", {"en": name.title()}, 1990)
        network.add_node(entity.iri, entity=entity)
    for number in range(17):
        edge = edge_of(
            f"b-{number:02}", "film/one", "film/two", "reference", "homage", f"way {number}"
        )
        network.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    path = tmp_path / "knot.html"
    path.write_text(render_page(network, f"{BASE}film/one"), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 1300, "height": 850})
    page.goto(path.as_uri() + "#/network/one")
    page.wait_for_selector("#canvas[data-ready]")
    apart, x, y = page.evaluate(
        """() => {
            const [a, b] = [0, 1].map(allusion.networkPoint);
            const apart = Math.hypot(a.x - b.x, a.y - b.y) - 2 * allusion.networkModel.radiusAt(0, 1);
            const frame = document.querySelector('#canvas').getBoundingClientRect();
            return [apart, frame.x + (a.x + b.x) / 2, frame.y + (a.y + b.y) / 2];
        }"""
    )
    assert apart > 60, "there is room for the edge and its count"
    page.mouse.move(x, y)
    expect(page.locator("#tip")).to_contain_text("and 16 more")
    page.mouse.click(x, y)
    expect(page.locator("#panel .connection")).to_have_count(17)
    page.screenshot(path=str(tmp_path / "knot.png"))
    page.close()
