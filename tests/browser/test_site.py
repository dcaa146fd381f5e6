"""The site in a real Chromium: accessible, editable, and silent towards other hosts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize
from web_server import Running, running_server

from allusion.knowledge_graph import KnowledgeGraph

PHONE = ViewportSize(width=390, height=844)
WIDE = ViewportSize(width=1280, height=720)
PAGES = (
    "/",
    "/film/chungking-express",
    "/utterance/kill-tomokazu-miura",
    "/source/kpnv-223",
    "/kind/name-drop",
    "/film",
    "/query",
    "/query/who-refers-to?entity=Momoe+Yamaguchi",
    "/query/what-to-know?view=timeline",
    "/new",
    "/source-type/essay",
    "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%203",
    "/sparql?query=SELECT",
    "/ontology",
    "/search?q=miura",
    "/limits",
    "/nothing",
)
VIOLATIONS = """async (rules) => (await axe.run(rules)).violations
    .map((one) => [one.id, one.nodes.map((node) => node.target.join(' ')).slice(0, 3)])"""


@pytest.fixture(scope="module")
def site(kg: KnowledgeGraph) -> Iterator[Running]:
    with running_server(kg) as running:
        yield running


@pytest.fixture
def page(chromium: Browser, site: Running) -> Iterator[Any]:
    """A page that fails the test if it asks another host, or the policy stops something."""
    context = chromium.new_context(viewport=WIDE, base_url=site.address)
    opened = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    assert [url for url in asked if not url.startswith((site.address, "data:"))] == []
    assert [text for text in complaints if "Content Security Policy" in text] == []
    assert [text for text in complaints if "Error" in text and "Failed to load" not in text] == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.slow
def test_axe_finds_no_violation(
    chromium: Browser, site: Running, axe: str, size: ViewportSize, scheme: Any
) -> None:
    context = chromium.new_context(
        viewport=size, color_scheme=scheme, bypass_csp=True, base_url=site.address
    )
    rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
    opened = context.new_page()
    for path in PAGES:
        opened.goto(path)
        opened.evaluate(f"() => {{ {axe} }}")
        assert opened.evaluate(VIOLATIONS, rules) == [], path
        assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    context.close()


def choose_first(page: Any, name: str, key: str = "Enter") -> None:
    """Wait for a completion, and choose the first one by a key."""
    page.get_by_role("option", name=name).first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press(key)


def test_search_completes_in_any_script_and_opens_the_page(page: Any) -> None:
    page.goto("/")
    page.get_by_role("combobox").fill("三浦")
    choose_first(page, "Tomokazu Miura")
    page.wait_for_url("**/person/tomokazu-miura")


def test_the_editor_colors_what_is_typed_where_it_stands(page: Any) -> None:
    page.goto("/sparql")
    area = page.get_by_role("textbox", name="Query")
    layer = page.locator("pre.colors")
    long = "\n".join(f"  ?film{n} al:to person:momoe-yamaguchi . # {'詞 ' * 60}" for n in range(60))
    area.fill(f"SELECT * {{\n{long}\n}}")
    assert layer.text_content() == area.input_value() + "\n"
    assert page.locator(".t-keyword").first.text_content() == "SELECT"
    assert page.locator(".t-comment").count() == 60
    area.evaluate("area => { area.scrollTop = 300; area.scrollLeft = 100; }")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(done))")
    assert layer.evaluate("layer => layer.scrollTop") == 300
    same = """() => {
      const [area, layer] = [document.getElementById('query'), document.querySelector('pre.colors')];
      const of = (one) => {
        const style = getComputedStyle(one);
        return [style.font, style.lineHeight, style.tabSize, style.paddingLeft, style.paddingTop,
                one.getBoundingClientRect().top, one.getBoundingClientRect().left, one.scrollLeft];
      };
      return [of(area), of(layer)];
    }"""
    of_area, of_layer = page.evaluate(same)
    assert of_area == of_layer
    area.fill("ASK { ?c al:to ")
    area.press_sequentially("Momoe")
    choose_first(page, "Momoe Yamaguchi")
    assert layer.text_content() == area.input_value() + "\n"
    area.fill("x" * 60_000)  # a very long text has no layer, and shows itself
    assert layer.text_content() == "\n"
    assert area.evaluate("area => getComputedStyle(area).webkitTextFillColor") != "rgba(0, 0, 0, 0)"


def test_the_editor_completes_an_entity_by_its_name(page: Any) -> None:
    page.goto("/sparql")
    area = page.get_by_role("textbox", name="Query")
    area.fill("SELECT ?film { ?c al:to ")
    area.press_sequentially("山口百恵")
    choose_first(page, "Momoe Yamaguchi")
    assert area.input_value().endswith("al:to person:momoe-yamaguchi")
    area.press_sequentially(" ; al:fromW")
    choose_first(page, "al:fromWork", "Tab")
    area.press_sequentially(" ?film }")
    page.keyboard.press("Control+Enter")
    page.get_by_role("link", name="film:chungking-express").wait_for()
    assert "query=SELECT" in page.url  # the address is the state


def test_the_editor_finds_the_name_among_other_words(page: Any) -> None:
    page.goto("/sparql")
    area = page.get_by_role("textbox", name="Query")
    area.fill("films that refer to Momoe")
    area.press_sequentially(" Ya")
    choose_first(page, "person:momoe-yamaguchi")
    assert area.input_value() == "films that refer to person:momoe-yamaguchi"


def test_a_completion_replaces_what_was_typed_after_it_appeared(page: Any) -> None:
    page.goto("/sparql")
    area = page.get_by_role("textbox", name="Query")
    area.fill("films that refer to Momoe")
    page.get_by_role("option", name="person:momoe-yamaguchi").first.wait_for()
    # All in one turn of the page, before the list for the longer name is asked for.
    area.evaluate("""area => {
      area.setRangeText(' Ya', area.selectionStart, area.selectionStart, 'end');
      area.dispatchEvent(new Event('input'));
      const press = (key) => area.dispatchEvent(new KeyboardEvent('keydown', { key }));
      press('ArrowDown');
      press('Enter');
    }""")
    assert area.input_value() == "films that refer to person:momoe-yamaguchi"


def test_an_answer_without_rows_names_unknown_terms_of_the_query(page: Any) -> None:
    page.goto("/sparql")
    area = page.get_by_role("textbox", name="Query")
    area.fill(
        '# al:inComment\nSELECT * { ?al al:fromWrok ?work . ?work rdfs:label "al:inText" ; a al:Film }'
    )
    page.keyboard.press("Control+Enter")
    page.get_by_text("No rows. The vocabulary has no al:fromWrok.", exact=True).wait_for()


def test_the_first_query_answers_its_own_question(page: Any) -> None:
    page.goto("/sparql")
    page.get_by_role("button", name="Run").click()
    links = page.get_by_role("region", name="Answer").get_by_role("link")
    links.first.wait_for()
    assert {link.split(":")[0] for link in links.all_inner_texts()} == {"film"}


def test_plain_words_lead_to_terms_and_to_examples(page: Any) -> None:
    page.goto("/sparql")
    area = page.get_by_role("textbox", name="Query")
    area.fill("")
    area.press_sequentially("films")
    page.get_by_role("option", name="al:Film").first.wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("alert").get_by_role("link", name="examples").click()
    page.get_by_role("link", name="Who refers to a person").wait_for()


def test_the_editor_shows_a_fault_at_its_line(page: Any) -> None:
    page.goto("/sparql")
    area = page.get_by_role("textbox", name="Query")
    area.fill("SELECT * {\n  ?s ?p\n}")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("alert").wait_for()
    start = page.evaluate("document.getElementById('query').selectionStart")
    assert area.input_value()[:start].count("\n") == 2


def test_cancel_stops_the_query(page: Any, site: Running) -> None:
    page.goto("/sparql")
    endless = "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(?a = ?none) }"
    page.get_by_role("textbox", name="Query").fill(endless)
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("cancelled").wait_for()
    assert site.query("ASK { ?s ?p ?o }").status == 200


def test_tab_leaves_the_editor(page: Any) -> None:
    page.goto("/sparql")
    page.get_by_role("textbox", name="Query").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run"


def test_pages_read_and_ask_without_javascript(chromium: Browser, site: Running) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=site.address)
    opened = context.new_page()
    opened.goto("/query/who-refers-to")
    opened.get_by_label("Entity").fill("Momoe Yamaguchi")
    opened.get_by_role("button", name="Ask").click()
    assert opened.get_by_role("link", name="Chungking Express").count() > 0
    opened.get_by_role("link", name="Edit the SPARQL").click()
    opened.get_by_role("button", name="Run").click()
    assert opened.get_by_role("table").first.is_visible()
    context.close()
