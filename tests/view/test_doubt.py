"""Uncertain connections: their form in each layout, their words, and their place in the legend."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any, Final

import networkx as nx
import pytest
import sample
from sample_records import edge_of

from allusion import KnowledgeGraph
from allusion.core.model import Edge, Evidence
from allusion.core.vocabulary import BASE
from allusion.network.networkx_graph import iter_edges
from allusion.network.paths.rules import PathRules
from allusion.network.paths.search import find_paths
from allusion.view.edge_bundles import doubt
from allusion.view.holders import split_holder
from allusion.view.options import Layout, PictureOptions
from allusion.view.picture import PathPicture
from allusion.view.svg.render import render_svg
from allusion.view.theme import CONNECTION_FAMILIES, UNCERTAIN

SVG: Final = "{http://www.w3.org/2000/svg}"
FILM: Final = f"{BASE}film/chungking-express"
LAYOUTS: Final[tuple[Layout, ...]] = ("focus", "network", "timeline", "scene")


def evidence(stance: str) -> Evidence:
    return Evidence(f"{BASE}e", f"{BASE}s", "A book", "", "", "", "", "", stance)


def with_certainty(certainty: str, stance: str = "supports") -> nx.MultiDiGraph[str]:
    """Return the sample in which all connections have this certainty, and one passage."""
    network: nx.MultiDiGraph[str] = sample.sample()
    for *_, data in network.edges(data=True):
        data["edge"] = replace(data["edge"], certainty=certainty, evidence=(evidence(stance),))
    return network


def draw(network: nx.MultiDiGraph[str], layout: Layout) -> ET.Element:
    options = PictureOptions()
    if layout != "path":
        return ET.fromstring(render_svg(network, FILM, replace(options, layout=layout)))
    paths = find_paths(network, f"{BASE}film/moonlight", FILM, PathRules())
    return ET.fromstring(PathPicture(network, FILM, options, paths=paths).svg())


def in_lines(root: ET.Element, role: str) -> list[Any]:
    """Return the elements of a class in the lines of a drawing, without the legend."""
    groups = ("strand", "mark")
    lines = [group for group in root.iter(f"{SVG}g") if group.get("class", "").startswith(groups)]
    return [one for line in lines for one in line.iter() if one.get("class") == role]


def stated(phrase: str, certainty: str = "claimed", **rest: Any) -> tuple[str, str]:
    """Return the phrase of a connection as a drawing shows it, and its holder."""
    essay = replace(evidence("supports"), author="Ada Lind, The Weekly")
    rest.setdefault("evidence", (essay,))
    edge = edge_of("c", "film/a", "film/b", "comparison", "likeness", phrase, **rest)
    return split_holder(replace(edge, certainty=certainty))


def test_the_holder_of_a_claim_does_not_interrupt_its_sentence() -> None:
    assert stated("spoofs, says Kevin Lee, a line from") == ("spoofs a line from", "says Kevin Lee")
    assert stated("was inspired, Wong reportedly said, by") == (
        "was inspired by",
        "Wong reportedly said",
    )
    assert stated("draws, critics say, on", "explicit") == ("draws on", "critics say")


def test_a_hollow_line_names_who_reports_it() -> None:
    assert stated("is named for") == ("is named for", "says Ada Lind")
    assert stated("is named for", "reported") == ("is named for", "reports Ada Lind")
    assert stated("is named for", made_by=("the author of the blog Roll", "Bo")) == (
        "is named for",
        "say Roll and others",
    )
    untitled = (evidence("supports"),)
    assert stated("is named for", evidence=untitled) == ("is named for", "says A book")
    for named in ("is compared by Lind to", "reminds critics of", "is reportedly made after"):
        assert stated(named, made_by=("Ada Lind",)) == (named, "")
    assert stated("quotes", "explicit") == ("quotes", "")


def test_who_reports_the_words_of_a_maker_is_named_after_the_maker() -> None:
    both = {"made_by": ("Wong Kar-wai",), "reported_by": ("the Los Angeles Times",)}
    for phrase in ("is influenced, its maker says, by", "is influenced by"):
        assert stated(phrase, "reported", **both) == (
            "is influenced by",
            "says Wong Kar-wai, reports Los Angeles Times",
        )
    assert stated("is set, Wong reportedly said, after", "reported", **both) == (
        "is set after",
        "says Wong, reports Los Angeles Times",
    )
    assert stated("is reportedly made after", "reported", **both) == (
        "is reportedly made after",
        "reports Los Angeles Times",
    )


def test_every_report_of_the_graph_names_its_reporter(kg: KnowledgeGraph) -> None:
    reports = [edge for edge in iter_edges(kg.network(records=True)) if edge.reported_by]
    assert reports
    for edge in reports:
        assert "report" in split_holder(edge)[1], edge.iri
        assert ("reported by", ", ".join(edge.reported_by)) in edge.holders


def test_every_uncertain_connection_of_the_graph_names_somebody(kg: KnowledgeGraph) -> None:
    for edge in iter_edges(kg.network(records=True)):
        if edge.family in CONNECTION_FAMILIES and edge.certainty in UNCERTAIN and not edge.told_by:
            phrase, holder = split_holder(edge)
            parts = [part for name in edge.made_by for part in name.split()]
            general = ("critics", "reportedly", "disputedly")
            assert holder or any(part in phrase for part in (*parts, *general)), edge.iri


def words(root: ET.Element) -> str:
    return " ".join(
        text for one in root.iter() if one.tag != f"{SVG}style" for text in [one.text or ""]
    )


@pytest.mark.parametrize("layout", [*LAYOUTS, "path"])
@pytest.mark.parametrize("certainty", ["claimed", "reported", "inferred"])
def test_an_uncertain_connection_has_a_hollow_arrowhead_and_a_word(
    layout: Layout, certainty: str
) -> None:
    root = draw(with_certainty(certainty), layout)
    assert in_lines(root, "head hollow")
    assert not in_lines(root, "head")
    assert not in_lines(root, "query")
    assert f"({certainty})" in words(root)


@pytest.mark.parametrize(
    ("layout", "certainty", "stance", "word"),
    [
        *((layout, "doubtful", "supports", "doubtful") for layout in LAYOUTS),
        # No path is found over a doubtful connection.
        *((layout, "explicit", "disputes", "disputed") for layout in (*LAYOUTS, "path")),
    ],
)
def test_a_doubtful_or_disputed_connection_has_a_question_mark(
    layout: Layout, certainty: str, stance: str, word: str
) -> None:
    root = draw(with_certainty(certainty, stance), layout)
    assert in_lines(root, "head hollow")
    assert in_lines(root, "query")
    assert f"({word})" in words(root)


@pytest.mark.parametrize("layout", [*LAYOUTS, "path"])
@pytest.mark.parametrize("certainty", ["explicit", "stated by the maker"])
def test_a_certain_connection_has_neither(layout: Layout, certainty: str) -> None:
    root = draw(with_certainty(certainty), layout)
    assert in_lines(root, "head")
    assert not in_lines(root, "head hollow")
    assert not in_lines(root, "query")
    assert "(explicit)" not in words(root)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_legend_explains_what_occurs_and_no_more(layout: Layout) -> None:
    for certainty, claimed, doubted in (
        ("explicit", False, False),
        ("claimed", True, False),
        ("doubtful", False, True),
    ):
        text = words(draw(with_certainty(certainty), layout))
        assert bool(re.search(r"claimed by others \d", text)) == claimed, certainty
        assert bool(re.search(r"disputed or doubtful \d", text)) == doubted, certainty


def test_the_focus_drawing_has_a_small_legend() -> None:
    network: nx.MultiDiGraph[str] = sample.sample()
    root = draw(network, "focus")
    text = words(root)
    assert re.search(r"\breferences \d", text)
    assert re.search(r"\bfilms \d", text)
    assert "parts" not in text, "only what occurs in the drawing"
    legend = [
        int(one.get("y", "0"))
        for one in root.findall(f"{SVG}text")
        if re.fullmatch(r"[a-z ]+ \d+", one.text or "")
    ]
    assert max(legend) - min(legend) <= 40
    assert int(root.get("height", "0")) - min(legend) <= 80


def test_a_bundle_is_as_uncertain_as_its_edges() -> None:
    network: nx.MultiDiGraph[str] = sample.sample()
    edge = next(iter_edges(network))

    def word(*certainties: str) -> str:
        edges: list[Edge] = [replace(edge, certainty=one, evidence=()) for one in certainties]
        return doubt(edges)

    assert word("claimed", "claimed") == "claimed"
    assert word("claimed", "reported") == "claimed"
    assert word("reported", "reported") == "reported"
    assert word("explicit", "claimed") == ""
    assert word("explicit", "doubtful") == "doubtful"
    assert word("") == ""
    assert word() == ""
    disputed = replace(edge, certainty="doubtful", evidence=(evidence("disputes"),))
    assert doubt([disputed]) == "disputed"
