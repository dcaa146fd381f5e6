"""The static drawing of a network."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import networkx as nx
import sample
from sample_records import edge_of, entity_of

from allusion.core.model import Family
from allusion.core.vocabulary import BASE
from allusion.view.layout.network import layout_network
from allusion.view.options import PictureOptions
from allusion.view.svg.network import draw_network

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
    counts = [text.text for one in strands for text in one.iter(f"{SVG}text")]
    assert counts == ["×2"]


def test_the_focus_of_the_sample_has_lines_of_its_own() -> None:
    network = sample.sample()
    layout = layout_network(network, f"{BASE}film/chungking-express")
    svg = draw_network(layout, PictureOptions(), title="", name="x")
    assert 'class="strand reference main"' in svg
