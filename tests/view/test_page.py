"""The page and the static picture as text: safe, whole, and the same every time."""

from __future__ import annotations

import base64
import json
import re
import xml.etree.ElementTree as ET
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import sample
import sample_records

from allusion.core.errors import UnknownName
from allusion.core.external_links import safe_url
from allusion.core.model import Edge
from allusion.core.terminal import visible
from allusion.core.vocabulary import BASE, ENTITY_REGISTERS, FAMILIES
from allusion.view.edge_bundles import bundle_by_family, bundle_edges
from allusion.view.links import primary_url
from allusion.view.options import PictureOptions
from allusion.view.page.html import checked_script, csp_hash, render_page
from allusion.view.page.pyvis_model import vis_network_source
from allusion.view.svg.render import render_svg
from allusion.view.svg.stylesheet import read_asset
from allusion.view.theme import DARK, FAMILY_STYLES, KINDS, LIGHT, Palette

FILM = f"{BASE}film/chungking-express"
SVG = "{http://www.w3.org/2000/svg}"
FETCHING = {"img", "iframe", "link", "object", "embed", "base", "video", "audio", "source", "image"}


class Reader(HTMLParser):
    """Collects what a browser would fetch or run."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.data = self.vis = ""
        self.policy = ""
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        self._inside = tag
        if tag == "script":
            self._inside = attributes.get("id") or attributes.get("type", "script")
            if self._inside == "script":
                self.scripts.append("")
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"]

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts[-1] += data
        elif self._inside.startswith("packed-"):
            text = zlib.decompress(base64.b64decode(data)).decode("utf-8")
            setattr(self, self._inside.removeprefix("packed-"), text)
        elif self._inside == "style":
            self.styles.append(data)


@pytest.fixture(scope="module")
def network() -> nx.MultiDiGraph[str]:
    made: nx.MultiDiGraph[str] = sample.sample()
    return made


@pytest.fixture(scope="module")
def html(network: nx.MultiDiGraph[str]) -> str:
    return render_page(network, FILM)


@pytest.fixture(scope="module")
def hostile_html(network: nx.MultiDiGraph[str]) -> str:
    return render_page(sample.hostile(network), FILM, PictureOptions(title=sample.PAYLOADS[0]))


def test_the_same_network_gives_the_same_bytes(network: nx.MultiDiGraph[str], html: str) -> None:
    assert render_page(network, FILM) == html
    assert render_svg(network, FILM) == render_svg(network, FILM)


def test_unknown_focus_is_refused(network: nx.MultiDiGraph[str]) -> None:
    for draw in (render_page, render_svg):
        with pytest.raises(UnknownName, match="nowhere"):
            draw(network, f"{BASE}film/nowhere")


@pytest.mark.parametrize("kind", ["html", "hostile_html"])
def test_the_content_security_policy_lists_exactly_the_scripts(
    kind: str, request: pytest.FixtureRequest
) -> None:
    reader = Reader(request.getfixturevalue(kind))
    hashes = {f"'{csp_hash(source)}'" for source in (*reader.scripts, reader.vis)}
    policy = dict(part.split(" ", 1) for part in reader.policy.split("; "))
    assert set(policy["script-src"].split()) == hashes
    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == policy["form-action"] == "'none'"
    assert "unsafe-eval" not in reader.policy
    assert "unsafe-inline" not in policy["script-src"]


@pytest.mark.parametrize("kind", ["html", "hostile_html"])
def test_page_fetches_nothing(kind: str, request: pytest.FixtureRequest) -> None:
    reader = Reader(request.getfixturevalue(kind))
    for tag, attributes in reader.tags:
        assert tag not in FETCHING
        assert not {"src", "srcset", "srcdoc", "action", "background", "ping"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
        assert "url(" not in attributes.get("style", "")
        for name in ("href", "xlink:href"):
            assert attributes.get(name, "https://").startswith(("http://", "https://"))
    for style in reader.styles:
        assert not re.search(r"url\(|@import|https?:", style)


def test_hostile_text_adds_no_element(html: str, hostile_html: str) -> None:
    plain = {tag for tag, _ in Reader(html).tags}
    attacked = {tag for tag, _ in Reader(hostile_html).tags}
    assert attacked <= plain
    assert Reader(hostile_html).scripts == Reader(html).scripts


def test_hostile_text_survives_as_text(network: nx.MultiDiGraph[str], hostile_html: str) -> None:
    data = json.loads(Reader(hostile_html).data)
    payloads = {visible(text) for text in sample.PAYLOADS}
    assert {text for entity in data["entities"] for text, _ in entity["names"]} <= payloads
    assert {edge["sentence"] for edge in data["edges"]} <= payloads


def test_hostile_picture_is_xml_with_the_same_elements(network: nx.MultiDiGraph[str]) -> None:
    root = ET.fromstring(render_svg(sample.hostile(network), FILM))
    allowed = {"svg", "title", "desc", "style", "rect", "text", "tspan", "g", "path", "circle", "a"}
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in allowed
        assert not any(name.startswith("on") for name in element.attrib)
        for name, value in element.attrib.items():
            if name.endswith("href"):
                assert value.startswith(("http://", "https://"))


def test_payload_holds_every_entity_edge_and_source(
    network: nx.MultiDiGraph[str], html: str
) -> None:
    data = json.loads(Reader(html).data)
    assert {BASE + entity["id"] for entity in data["entities"]} == set(network)
    assert {BASE + edge["id"] for edge in data["edges"]} == {
        key for *_, key in network.edges(keys=True)
    }
    assert len(data["vis"]["nodes"]) == len(network)
    assert len(data["vis"]["edges"]) == network.number_of_edges()
    assert data["vis"]["options"]["physics"] == {"enabled": False}
    shout = next(edge for edge in data["edges"] if edge["id"] == "connection/shout")
    assert shout["line"][0] == "三浦友和，我要殺了你！"
    assert len(shout["evidence"]) == 2
    assert data["sources"][shout["evidence"][0][0]]["author"] == "A film essayist"


def test_the_page_carries_what_was_inferred_of_a_line(shipped_page: str) -> None:
    data = json.loads(Reader(shipped_page).data)
    drop = next(edge for edge in data["edges"] if "will kill Tomokazu Miura" in edge["sentence"])
    assert drop["language"] == "Cantonese (inferred)"
    assert any(note.startswith("Inferred: ") for note in drop["notes"])


def test_parallel_edges_of_the_network_bend_apart(html: str) -> None:
    data = json.loads(Reader(html).data)
    seen: set[tuple[Any, ...]] = set()
    for edge in data["vis"]["edges"]:
        ends = tuple(sorted((edge["from"], edge["to"])))
        smooth = edge.get("smooth", {"type": "", "roundness": 0})
        flip = smooth["type"] == "curvedCW" if edge["from"] <= edge["to"] else None
        bend = (*ends, smooth["roundness"], smooth["type"] if flip is None else flip, edge["from"])
        assert bend not in seen
        seen.add(bend)


def test_parts_that_need_javascript_are_marked(html: str) -> None:
    reader = Reader(html)
    ids = {attributes["id"]: attributes for _, attributes in reader.tags if "id" in attributes}
    for scripted in ("panel", "legend", "network-view"):
        assert "scripted" in ids[scripted]["class"]
    for plain in ("picture", "list-view"):
        assert "scripted" not in ids[plain]["class"]
    body = html[: html.index('<script type="text/plain"')]
    assert "Running up an escalator that stands still" in body
    assert "A letter to the editor" in body


def test_names_have_a_lang_attribute(network: nx.MultiDiGraph[str]) -> None:
    root = ET.fromstring(render_svg(network, FILM))
    languages = {
        element.text: element.get("lang") for element in root.iter() if element.get("lang")
    }
    assert languages["三浦友和"] == "ja"
    assert languages["重慶森林"] == "zh-Hant"
    assert languages["캘리포니아 드리밍"] == "ko"


def test_the_picture_is_small_self_contained_and_described(network: nx.MultiDiGraph[str]) -> None:
    text = render_svg(network, FILM)
    assert 5_000 < len(text.encode()) < 20_000
    root = ET.fromstring(text)
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == "Chungking Express (1994): connections from it and to it"
    assert description is not None
    said = description.text or ""
    assert "What it points to: May tells 223 that he is less and less like Tomokazu Miura " in said
    assert re.search(r"; it (is|plays|names|shows) ", said), "it reads as it does along the edge"
    assert (description.text or "").endswith(".")
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    without_links = re.sub(r'(xlink:)?href="[^"]*"|xmlns(:xlink)?="[^"]*"', "", text)
    assert "http" not in without_links
    assert "foreignObject" not in text


def test_boxes_have_external_links(network: nx.MultiDiGraph[str]) -> None:
    root = ET.fromstring(render_svg(network, FILM))
    links = {element.get("href") for element in root.iter(f"{SVG}a")}
    assert "https://www.wikidata.org/wiki/Q1039595" in links
    assert primary_url(network.nodes[FILM]["entity"]) == "https://www.wikidata.org/wiki/Q766263"


def test_disputed_and_well_sourced_edges_have_their_styles(network: nx.MultiDiGraph[str]) -> None:
    root = ET.fromstring(render_svg(network, FILM))
    marks = root.findall(f".//{SVG}g[@class='strand reference']/{SVG}circle[@class='open']")
    assert len(marks) == 1
    widths = {element.get("stroke-width") for element in root.iter(f"{SVG}path")}
    assert {"1.25", "1.7"} <= widths


def test_themes_differ_in_color_alone(network: nx.MultiDiGraph[str]) -> None:
    drawn = {
        theme: render_svg(network, FILM, PictureOptions(theme=theme))
        for theme in ("light", "dark", "auto")
    }
    assert len(set(drawn.values())) == 3
    plain = {
        re.sub(r"<style>.*?</style>", "", text).replace(f'class="picture {theme}"', "")
        for theme, text in drawn.items()
    }
    assert len(plain) == 1
    for theme, text in drawn.items():
        # Viewers put several pictures into one page: the rules of one must not reach another.
        style = text[text.index("<style>") : text.index("</style>")]
        rules = re.findall(r"\.picture[^ {]*", style)
        assert set(rules) == {f".picture.{theme}"}
    assert "prefers-color-scheme" in drawn["auto"]
    assert "prefers-color-scheme" not in drawn["dark"]


def test_languages_choose_the_names(network: nx.MultiDiGraph[str]) -> None:
    text = render_svg(network, FILM, PictureOptions(languages=("zh-Hant", "en")))
    assert 'class="title"' in text
    assert re.search(r'class="title"[^>]*>重慶森林<', text)
    assert re.search(r'class="second"[^>]*>Chungking Express<', text)


def test_shipped_graph_gives_a_small_page_and_picture(
    shipped: nx.MultiDiGraph[str], shipped_page: str
) -> None:
    assert 5_000 < len(render_svg(shipped, FILM).encode()) < 40_000
    # vis-network is 0.17 MB of it, packed; the rest grows with the graph.
    assert len(shipped_page.encode()) < 1_500_000
    assert "三浦友和" in shipped_page


def test_a_page_has_its_start_address_as_escaped_text(network: nx.MultiDiGraph[str]) -> None:
    assert " data-start=" not in render_page(network, FILM)
    text = render_page(network, FILM, start='#/timeline/x"><script>alert(1)</script>')
    opened = next(attributes for tag, attributes in Reader(text).tags if tag == "html")
    assert opened["data-start"] == '#/timeline/x"><script>alert(1)</script>'
    assert "<script>alert(1)" not in text


def test_a_hub_stays_readable_and_counts_what_is_left_out() -> None:
    text = render_svg(sample.hub(300), f"{BASE}person/star", PictureOptions(max_neighbors=12))
    assert "and 294 more" in text
    assert text.count('class="block"') == 6
    assert sum(int(count) for count in re.findall(r">\d+s · (\d+)<", text)) == 294


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://www.imdb.com/title/tt0109424/", "https://www.imdb.com/title/tt0109424/"),
        ("http://www.wikidata.org/entity/Q1", "https://www.wikidata.org/wiki/Q1"),
        ("http://example.org/", "http://example.org/"),
        ("https://example.org/Rock'n'Roll", "https://example.org/Rock%27n%27Roll"),
        ("file:///etc/passwd", ""),
        ("http://user@example.org/", ""),
        ("http:example.org", ""),
        ("http:///x", ""),
        ("JavaScript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.org/x", ""),
        ("https://user@example.org/", ""),
        ('https://example.org/"onclick="x', ""),
        ("https://example.org/\nx", ""),
        ("https://", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_only_http_and_https_addresses_may_be_followed(url: str, safe: str) -> None:
    assert safe_url(url) == safe


def test_the_page_knows_which_sources_are_no_links() -> None:
    network: nx.MultiDiGraph[str] = sample.sample()
    origin, target, key = next(iter(network.edges(keys=True)))
    edge: Edge = network[origin][target][key]["edge"]
    addresses = ("http://example.org/", "javascript:alert(1)", "")
    evidence = tuple(
        replace(edge.evidence[0], source=f"s{number}", title=f"Source {number}", url=url)
        for number, url in enumerate(addresses)
    )
    network[origin][target][key]["edge"] = replace(edge, evidence=evidence)
    sources = json.loads(Reader(render_page(network, FILM)).data)["sources"]
    unsafe = {one["title"]: one.get("unsafe", False) for one in sources if "Source" in one["title"]}
    assert unsafe == {"Source 0": False, "Source 1": True, "Source 2": False}


def test_a_script_that_would_end_its_element_is_refused() -> None:
    for source in ("x = '</script>'", "x = '<SCRIPT>'", "<!-- x"):
        with pytest.raises(ValueError, match="escape it"):
            checked_script(source)
    assert "vis" in checked_script(vis_network_source())


def test_every_kind_and_family_has_its_own_style() -> None:
    assert set(KINDS) == set(ENTITY_REGISTERS)
    assert len({(style.shape, style.color) for style in KINDS.values()}) == len(KINDS)
    assert set(FAMILIES) <= set(FAMILY_STYLES)
    assert len({style.dash for style in FAMILY_STYLES.values()}) == len(FAMILY_STYLES)
    assert {name for name, style in FAMILY_STYLES.items() if style.shown} == set(FAMILIES)


def luminance(color: str) -> float:
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_contrast_in_both_themes(theme: Palette) -> None:
    for surface in (theme.paper, theme.card):
        for text in (theme.ink, theme.muted, theme.accent):
            assert contrast(text, surface) >= 4.5
        assert contrast(theme.line, surface) >= 3


def test_scripts_never_write_markup() -> None:
    for path in Path(__file__).parents[2].glob("graph/allusion/view/assets/*.js"):
        text = read_asset(path.name)
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
        assert text.startswith("/**"), f"{path.name} says what it is"


def test_edges_with_the_same_words_keep_their_count() -> None:
    edges = [
        sample_records.edge_of(
            f"parody-{n}", "film/one", "film/two", "reference", "parody", "parodies"
        )
        for n in range(5)
    ]
    (bundle,) = bundle_edges(edges)
    assert bundle.label.lines == ("parodies ×5",)
    assert [one.label.lines for one in bundle_edges(edges[:1])] == [("parodies",)]
    assert [one.label for *_, one in bundle_by_family(edges)] == [bundle.label]
