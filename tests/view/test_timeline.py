"""The timeline: an honest axis, nothing covers anything, and lines that point the right way."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import pairwise

import networkx as nx
import pytest
import sample

from allusion.core.errors import ParameterError
from allusion.core.model import Edge, Entity
from allusion.core.vocabulary import BASE
from allusion.view.layout.time_axis import build_time_axis
from allusion.view.layout.timeline import TimelineLayout, layout_timeline
from allusion.view.options import PictureOptions
from allusion.view.subgraphs import ego_graph
from allusion.view.svg.render import render_svg
from allusion.view.theme import CONNECTION_FAMILIES, FAMILY_ORDER, FAMILY_STYLES

FILM = f"{BASE}film/chungking-express"
SVG = "{http://www.w3.org/2000/svg}"
Covering = Callable[[str], list[tuple[str, str]]]


def made(network: nx.MultiDiGraph[str], focus: str, hops: int = 1) -> TimelineLayout:
    found = layout_timeline(ego_graph(network, focus, hops, CONNECTION_FAMILIES), focus)
    assert found is not None
    return found


def small(*years: int | None) -> nx.MultiDiGraph[str]:
    """A film and one more for each year, each of which refers to the one before it."""
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for place, year in enumerate(years):
        iri = f"{BASE}film/{place}"
        network.add_node(
            iri, entity=Entity(iri, "film", "Film", {"en": f"Film {place}"}, year=year)
        )
        if place:
            edge = Edge(f"{BASE}connection/{place}", iri, f"{BASE}film/{place - 1}", "reference",
                        "name-drop", "name-drop", "names", "It names it.")  # fmt: skip
            network.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return network


@pytest.mark.parametrize("hops", [1, 2])
@pytest.mark.parametrize("languages", [("en",), ("zh-Hant", "en"), ("ja", "en")])
def test_no_text_covers_another_around_the_film(
    shipped: nx.MultiDiGraph[str], covering: Covering, hops: int, languages: tuple[str, ...]
) -> None:
    drawn = render_svg(
        shipped, FILM, PictureOptions(layout="timeline", hops=hops, languages=languages)
    )
    assert covering(drawn) == []


def test_no_text_covers_another_around_any_entity(
    shipped: nx.MultiDiGraph[str], covering: Covering
) -> None:
    drawn = 0
    joined = sorted(shipped, key=lambda iri: (-shipped.degree(iri), iri))
    for focus in (*joined[:12], *joined[12::40]):
        try:
            picture = render_svg(shipped, focus, PictureOptions(layout="timeline", hops=2))
        except ParameterError:
            continue
        drawn += 1
        assert covering(picture) == [], focus
    assert drawn > 20


def test_later_entities_are_further_right(shipped: nx.MultiDiGraph[str]) -> None:
    marks = [mark for lane in made(shipped, FILM, 2).lanes for mark in lane.marks]
    assert len(marks) > 20
    for one in marks:
        for other in marks:
            assert (one.entity.year or 0) >= (other.entity.year or 0) or one.x < other.x


def test_distances_are_proportional_to_years() -> None:
    axis = build_time_axis({1960, 1965, 1970, 1972}, 0, 600)
    assert axis.breaks == ()
    assert axis.x(1965) - axis.x(1960) == axis.x(1970) - axis.x(1965)
    with pytest.raises(ValueError, match="1959"):
        axis.x(1959)


def test_a_long_gap_has_a_labeled_axis_break() -> None:
    network = small(1934, 1990, 1994)
    drawn = render_svg(network, f"{BASE}film/1", PictureOptions(layout="timeline"))
    assert "1934 to 1990: no entities; the axis has a break" in drawn
    assert drawn.count(">//<") == 2
    axis = build_time_axis({1934, 1990, 1994}, 0, 600)
    years = [year for year, _ in axis.ticks]
    assert {1934, 1990, 1994} <= set(years), "the years beside a break are written"


def test_ticks_never_touch(shipped: nx.MultiDiGraph[str]) -> None:
    for years in ({1990, 1991}, {1900, 1994}, set(range(1950, 2020)), {1994}, {-400, 1600, 2000}):
        ticks = [x for _, x in build_time_axis(years, 160, 1170).ticks]
        assert ticks == sorted(ticks)
        assert all(right - left >= 30 for left, right in pairwise(ticks))


def test_every_kind_has_a_lane_with_its_name(shipped: nx.MultiDiGraph[str]) -> None:
    found = made(shipped, FILM, 2)
    assert len({lane.kind for lane in found.lanes}) == len(found.lanes)
    for lane in found.lanes:
        for mark in lane.marks:
            assert mark.entity.kind == lane.kind
            assert lane.top <= mark.top < mark.top + mark.box.height <= lane.top + lane.height


def test_lines_point_from_the_work_that_refers(shipped: nx.MultiDiGraph[str]) -> None:
    for arc in made(shipped, FILM, 2).arcs:
        for edge in arc.bundle.edges:
            assert edge.origin == arc.origin.entity.iri
            assert edge.target == arc.target.entity.iri


def test_lines_have_the_dashes_of_their_family(shipped: nx.MultiDiGraph[str]) -> None:
    root = ET.fromstring(render_svg(shipped, FILM, PictureOptions(layout="timeline")))
    seen = set()
    for strand in root.iter(f"{SVG}g"):
        role = (strand.get("class") or "").split()
        if role[:1] == ["strand"]:
            wire = strand.find(f"{SVG}path[@class='wire']")
            assert wire is not None
            dash = FAMILY_STYLES[role[1]].dash  # type: ignore[index]
            assert wire.get("stroke-dasharray", "") == " ".join(map(str, dash))
            assert strand.find(f"{SVG}title") is not None
            seen.add(role[1])
    assert {"reference", "influence", "comparison"} <= seen


def test_a_marriage_has_no_arrow(shipped: nx.MultiDiGraph[str]) -> None:
    part = render_svg(
        shipped,
        f"{BASE}person/momoe-yamaguchi",
        PictureOptions(layout="timeline", kinds=("marriage",)),
    )
    assert 'class="strand story arc"' in part
    assert 'class="head"' not in part
    named = render_svg(shipped, FILM, PictureOptions(layout="timeline", kinds=("name-drop",)))
    assert 'class="head"' in named


def test_entities_without_a_year_are_listed_and_counted(shipped: nx.MultiDiGraph[str]) -> None:
    found = made(shipped, FILM)
    undated = {cell.entity.iri for cell in found.undated}
    assert undated
    assert all(cell.entity.year is None for cell in found.undated)
    assert len(found.undated) == found.undated_count > 10
    drawn = render_svg(shipped, FILM, PictureOptions(layout="timeline"))
    assert f"Without a known year ({found.undated_count})" in drawn
    assert "names as an inspiration" in drawn


def test_a_hub_keeps_the_nearest_and_counts_the_rest() -> None:
    network = small(*range(1900, 2020))
    part = ego_graph(network, f"{BASE}film/60", 2, FAMILY_ORDER)
    found = layout_timeline(part, f"{BASE}film/60", max_entities=3)
    assert found is not None
    shown = [mark.entity.slug for lane in found.lanes for mark in lane.marks]
    assert sorted(shown) == ["59", "60", "61"]
    assert found.hidden_dated == 2
    (lane,) = found.lanes
    assert [(one.first, one.last, one.count) for one in lane.overflow_counts] == [
        (1958, 1958, 1),
        (1962, 1962, 1),
    ]


def test_other_neighbors_of_a_hub_are_counted_by_decade(covering: Covering) -> None:
    drawn = render_svg(sample.hub(212), f"{BASE}person/star", PictureOptions(layout="timeline"))
    root = ET.fromstring(drawn)
    overflow_counts = [g for g in root.iter(f"{SVG}g") if g.get("class") == "crowd"]
    words = [(group.findtext(f"{SVG}text") or "").removeprefix("+") for group in overflow_counts]
    said = [group.findtext(f"{SVG}title") for group in overflow_counts]
    assert sum(map(int, words)) == 153
    assert len(overflow_counts) == 5
    assert said[0] == f"{words[0]} more films of 1974 to 1979"
    assert "153 more are counted by decade, as in +2." in drawn
    assert covering(drawn) == []


def test_a_timeline_without_years_is_an_error_that_names_other_layouts() -> None:
    with pytest.raises(ParameterError, match=r"Film 0 has a year.*focus or network"):
        render_svg(small(None, None), f"{BASE}film/0", PictureOptions(layout="timeline"))


def test_the_description_reads_as_a_sentence(shipped: nx.MultiDiGraph[str]) -> None:
    root = ET.fromstring(render_svg(shipped, FILM, PictureOptions(layout="timeline")))
    desc = root.find(f"{SVG}desc")
    assert desc is not None
    said = r"What Chungking Express is joined to, from \d{4} to \d{4}: \w+"
    assert re.match(said, desc.text or "")
    assert (desc.text or "").endswith(".")
    assert root.get("role") == "img"
