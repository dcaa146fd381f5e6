"""The static drawing of a network."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import networkx as nx
import sample
from sample_records import edge_of, entity_of

from allusion.core.model import Family
from allusion.core.vocabulary import BASE
from allusion.view.edge_bundles import bundle_edges
from allusion.view.layout.network import layout_network
from allusion.view.layout.rectangles import count_overlaps
from allusion.view.options import PictureOptions
from allusion.view.svg.network import _draw_arrow, draw_network

SVG = "{http://www.w3.org/2000/svg}"


def test_edges_between_the_same_two_nodes_lie_side_by_side_with_a_count() -> None:
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for slug in ("a", "b"):
        entity = entity_of(f"film/{slug}", "Film", {"en": slug.upper()}, 1990)
        network.add_node(entity.iri, entity=entity)
    edges: list[tuple[str, str, Family]] = [
        ("a", "b", "reference"),
        ("a", "b", "reference"),
        ("a", "b", "influence"),
        ("b", "a", "comparison"),
    ]
    for number, (origin, target, family) in enumerate(edges):
        edge = edge_of(
            f"c{number}", f"film/{origin}", f"film/{target}", family, "quote", f"quotes {number}"
        )
        network.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    svg = draw_network(layout_network(network), PictureOptions(), title="Two", name="two")
    strands = [
        one
        for one in ET.fromstring(svg).iter(f"{SVG}g")
        if one.get("class", "").startswith("strand")
    ]
    assert len(strands) == 3
    lines = {
        tuple(sorted(re.findall(r"\d+ \d+", wire.get("d", ""))))
        for one in strands
        for wire in one.iter(f"{SVG}path")
        if wire.get("class") == "wire"
    }
    assert len(lines) == 3, "no line covers another"
    marks = [one for one in ET.fromstring(svg).iter(f"{SVG}g") if one.get("class") == "mark"]
    counts = [text.text for one in marks for text in one.iter(f"{SVG}text")]
    assert counts == ["×2"]


def test_the_lines_of_the_focus_have_their_own_style() -> None:
    network = sample.sample()
    layout = layout_network(network, f"{BASE}film/chungking-express")
    svg = draw_network(layout, PictureOptions(), title="", name="x")
    assert 'class="strand reference main"' in svg


def test_arrowheads_at_one_entity_do_not_cover_one_another() -> None:
    heads: list[tuple[float, float]] = []
    edge = edge_of("c", "film/a", "film/b", "reference", "quote", "quotes")
    bundle = bundle_edges([edge])[0]
    for number in range(18):
        angle = 1.4 * number / 18
        start = (round(400 * math.cos(angle)), round(400 * math.sin(angle)))
        _draw_arrow(start, (0, 0), bundle, 15, heads)
    assert len(heads) == 18
    for index, one in enumerate(heads):
        assert all(math.dist(one, other) >= 9 for other in heads[index + 1 :])
        assert math.hypot(*one) <= 15 + 60


def two_communities(size: int) -> nx.MultiDiGraph[str]:
    """Return two complete graphs joined by one edge, and as many entities without an edge."""
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for group in ("one", "other", "alone"):
        for number in range(size):
            entity = entity_of(f"film/{group}-{number}", "Film", {"en": f"{group} {number}"}, 1990)
            network.add_node(entity.iri, entity=entity)
    pairs = [
        (f"{group}-{first}", f"{group}-{second}")
        for group in ("one", "other")
        for first in range(size)
        for second in range(first)
    ]
    for origin, target in [*pairs, ("one-0", "other-0")]:
        edge = edge_of(
            f"{origin}-{target}", f"film/{origin}", f"film/{target}", "reference", "quote", "quotes"
        )
        network.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return network


def test_each_community_is_an_area_named_after_its_best_connected_members() -> None:
    layout = layout_network(two_communities(6))
    names = {area.name for area in layout.areas}
    assert len(layout.areas) == 2
    assert any(name.startswith("one 0") for name in names)
    assert any(name.startswith("other 0") for name in names)


def test_entities_without_an_edge_are_in_no_area() -> None:
    members = {iri for area in layout_network(two_communities(6)).areas for iri in area.members}
    assert members
    assert not any("alone" in iri for iri in members)


def test_the_name_of_an_area_covers_no_other_name() -> None:
    layout = layout_network(two_communities(8))
    boxes = [area.rectangle for area in layout.areas if area.name]
    assert boxes
    boxes += [node.rectangle for node in layout.nodes if node.name]
    for index, box in enumerate(boxes):
        assert not count_overlaps(box, boxes[index + 1 :])


def test_areas_are_drawn_below_lines_and_symbols() -> None:
    layout = layout_network(two_communities(6))
    svg = draw_network(layout, PictureOptions(), title="", name="x")
    assert svg.count('class="area"') == 2
    assert svg.rindex('class="area"') < svg.index('class="wire')
