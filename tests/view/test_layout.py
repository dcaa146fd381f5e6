"""Where things stand in a picture: nothing covers anything, and always the same way."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence

import networkx as nx
import pytest
import sample

import allusion
from allusion.core.errors import UnknownName
from allusion.core.model import Edge, Entity, Fact
from allusion.core.vocabulary import BASE
from allusion.network.centrality import find_communities
from allusion.network.networkx_graph import get_entity
from allusion.view.display_names import secondary_name
from allusion.view.layout.community_layout import layout_communities, node_radius
from allusion.view.layout.focus import LABEL_LINE_HEIGHT, FocusLayout, layout_focus
from allusion.view.layout.fruchterman_reingold import spring_layout
from allusion.view.layout.overlap_removal import find_overlaps, remove_overlaps
from allusion.view.neighbors import find_neighbors
from allusion.view.svg.focus import bundle_path
from allusion.view.text_boxes import LABEL_SIZE, NAME_SIZE, focus_card, name_box
from allusion.view.text_metrics import clean_text, text_width, truncate, wrap_text
from allusion.view.theme import FAMILY_ORDER

FILM = f"{BASE}film/chungking-express"
Rectangle = tuple[float, float, float, float]


@pytest.fixture(scope="module")
def network() -> nx.MultiDiGraph[str]:
    made: nx.MultiDiGraph[str] = sample.sample()
    return made


def picture(network: nx.MultiDiGraph[str], focus: str, most: int = 18) -> FocusLayout:
    beside = find_neighbors(network, focus, families=FAMILY_ORDER)
    return layout_focus(get_entity(network, focus), beside, max_neighbors=most)


def rectangles(drawn: FocusLayout) -> list[Rectangle]:
    """The card, every box, and the words of every strand, as left, top, right, bottom."""
    found: list[Rectangle] = [
        (drawn.x, drawn.y, drawn.x + drawn.card.width, drawn.y + drawn.card_height)
    ]
    for block in drawn.neighbors:
        found.append((block.x, block.y, block.x + block.width, block.y + block.height))
        for placed in block.bundles:
            label = placed.bundle.label
            outwards = block.side == "out"
            left = placed.end_x - 14 - label.width if outwards else placed.end_x + 12
            bottom = placed.y - 3
            found.append(
                (
                    left,
                    bottom - LABEL_LINE_HEIGHT * len(label.lines) + 2,
                    left + label.width,
                    bottom,
                )
            )
    return found


def covered(found: Sequence[Rectangle]) -> list[tuple[Rectangle, Rectangle]]:
    return [
        (one, other)
        for index, one in enumerate(found)
        for other in found[index + 1 :]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]


def test_no_box_or_label_overlaps_in_any_focus_view(
    network: nx.MultiDiGraph[str],
) -> None:
    for focus in network:
        drawn = picture(network, focus)
        assert covered(rectangles(drawn)) == [], focus
        for left, top, right, bottom in rectangles(drawn):
            assert 0 <= left < right <= drawn.width, focus
            assert 0 <= top < bottom <= drawn.height, focus


def test_nothing_overlaps_in_any_focus_view_of_the_shipped_graph() -> None:
    shipped = allusion.open().network(records=True)
    for focus in shipped:
        assert covered(rectangles(picture(shipped, focus))) == [], focus


def test_labels_do_not_overlap_curves(network: nx.MultiDiGraph[str]) -> None:
    drawn = picture(network, FILM)
    for block in drawn.neighbors:
        for placed in block.bundles:
            room = abs(placed.end_x - placed.bend_x)
            assert placed.bundle.label.width + 14 <= room


def test_each_column_is_sorted_by_year(network: nx.MultiDiGraph[str]) -> None:
    drawn = picture(network, FILM)
    for side in ("out", "in"):
        blocks = [b for b in drawn.neighbors if b.side == side and b.neighbor]
        assert [b.y for b in blocks] == sorted(b.y for b in blocks)
        years = [b.neighbor.entity.year for b in blocks if b.neighbor]
        known_years = [year for year in years if year is not None]
        assert known_years == sorted(known_years)
        assert years[: len(known_years)] == known_years, "those without a year come last"


def test_incoming_edges_are_on_the_left_and_outgoing_on_the_right(
    network: nx.MultiDiGraph[str],
) -> None:
    drawn = picture(network, FILM)
    for block in drawn.neighbors:
        if block.side == "in":
            assert block.x + block.width < drawn.x
        else:
            assert block.x > drawn.x + drawn.card.width


def test_several_edges_to_one_entity_share_its_box_and_keep_their_lines(
    network: nx.MultiDiGraph[str],
) -> None:
    drawn = picture(network, FILM)
    miura = [
        b for b in drawn.neighbors if b.neighbor and b.neighbor.entity.slug == "tomokazu-miura"
    ]
    assert len(miura) == 1
    assert len(miura[0].bundles) == 2
    assert len({placed.y for placed in miura[0].bundles}) == 2
    assert len(
        {bundle_path(placed) for block in drawn.neighbors for placed in block.bundles}
    ) == sum(len(block.bundles) for block in drawn.neighbors)


def test_many_edges_to_one_entity_bundle_with_their_number(network: nx.MultiDiGraph[str]) -> None:
    angels = next(
        item
        for item in find_neighbors(network, FILM)
        if item.entity.slug == "fallen-angels" and item.side == "in"
    )
    assert [strand.label.lines for strand in angels.bundles] == [
        ("references ×3",),
        ("critics set it beside",),
        ("grew out of a third story of",),
    ]


def test_every_edge_is_in_exactly_one_bundle(network: nx.MultiDiGraph[str]) -> None:
    beside = find_neighbors(network, FILM, families=FAMILY_ORDER)
    drawn = sorted(edge.iri for item in beside for strand in item.bundles for edge in strand.edges)
    incident = {key for *_, key in network.in_edges(FILM, keys=True)}
    incident |= {key for *_, key in network.out_edges(FILM, keys=True)}
    assert drawn == sorted(incident)


def test_a_self_reference_is_drawn_once_on_the_left(network: nx.MultiDiGraph[str]) -> None:
    itself = [item for item in find_neighbors(network, FILM) if item.entity.iri == FILM]
    assert [item.side for item in itself] == ["out"]


def test_an_entity_with_credits_alone_shows_them(network: nx.MultiDiGraph[str]) -> None:
    wong = find_neighbors(network, f"{BASE}person/wong-kar-wai")
    assert {strand.family for item in wong for strand in item.bundles} == {"credit"}


def test_a_hub_shows_some_and_counts_the_rest() -> None:
    hub: nx.MultiDiGraph[str] = sample.hub(212)
    drawn = picture(hub, f"{BASE}person/star", most=18)
    assert len(drawn.neighbors) == 10
    assert drawn.neighbors[-1].hidden == 203
    decades = [fold.text for fold in drawn.neighbors[-1].decade_counts]
    assert decades[0].startswith("1960s · ")
    assert sum(int(words.rsplit(" ", 1)[-1]) for words in decades) == 203
    assert covered(rectangles(drawn)) == []


def test_unknown_focus_is_named_in_the_error(network: nx.MultiDiGraph[str]) -> None:
    with pytest.raises(UnknownName, match="film/nowhere"):
        get_entity(network, f"{BASE}film/nowhere")


def test_text_never_leaves_its_box(network: nx.MultiDiGraph[str]) -> None:
    for iri in network:
        entity: Entity = network.nodes[iri]["entity"]
        for box, room in ((name_box(entity), 30), (focus_card(entity), 20)):
            for row in box.lines:
                assert 0 < row.baseline < box.height
                if row.role == "name":
                    text = "".join(text for text, _ in row.runs)
                    assert room + text_width(text, NAME_SIZE, bold=True) <= box.width


def test_wide_glyphs_take_twice_the_room_of_a_cell() -> None:
    assert text_width("重慶森林", 20) == 80
    assert text_width("恋する惑星", 20) == 100
    assert text_width("é", 20) < text_width("重", 20)
    assert text_width("e\u0301", 20) == text_width("e", 20), "a combining accent takes no room"


@pytest.mark.parametrize(
    "text", ["", "a", "one two three four five six", "重慶森林" * 20, "x" * 200]
)
def test_wrapped_lines_keep_within_the_limit(text: str) -> None:
    lines = wrap_text(text, LABEL_SIZE, 100, 2)
    assert len(lines) <= 2
    assert all(text_width(line, LABEL_SIZE) <= 100 for line in lines)
    if text_width(text, LABEL_SIZE) <= 100:
        assert "".join(lines) == text


def test_two_lines_are_of_even_length() -> None:
    assert wrap_text("May tells 223 that he is less and less like", 12, 196, 2) == (
        "May tells 223 that he",
        "is less and less like",
    )


def test_a_truncated_text_is_marked() -> None:
    assert truncate("a very long name indeed", 12, 60).endswith("…")


def test_clean_text_holds_nothing_that_xml_cannot() -> None:
    assert clean_text("a\x00\x0b\u202eb\n c\ud800") == "a b c"


def test_second_name_is_in_the_script_of_the_entity(network: nx.MultiDiGraph[str]) -> None:
    def second(path: str, *languages: str) -> tuple[str, str]:
        return secondary_name(network.nodes[BASE + path]["entity"], *languages)

    assert second("person/tomokazu-miura") == ("三浦友和", "ja")
    assert second("film/chungking-express") == ("重慶森林", "zh-Hant")
    assert second("film/chungking-express", "en", "ja") == ("恋する惑星", "ja")
    assert second("film/moonlight") == ("", "")


@pytest.mark.parametrize(
    ("labels", "languages", "second"),
    [
        ({"fr": "À bout de souffle", "ja": "勝手にしやがれ"}, ["French"], "À bout de souffle"),
        ({"fr": "À bout de souffle", "ja": "勝手にしやがれ"}, [], "À bout de souffle"),
        ({"sv": "Vargtimmen", "zh-Hant": "狼的時刻"}, ["Swedish"], "Vargtimmen"),
        ({"fr": "Nos années sauvages", "zh-Hant": "阿飛正傳"}, ["Cantonese"], "阿飛正傳"),
        ({"ja": "マンハッタン", "ko": "맨해튼"}, ["English"], ""),
        ({"ja": "蛇皮の服を着た男"}, ["English"], ""),
        ({"zh-Hant": "藍色生死戀"}, ["Korean"], ""),
        ({"zh-Hant": "愛神", "zh-Latn-pinyin": "Àishén"}, ["English"], "愛神"),
        ({"ja": "アズ・タイム・ゴーズ・バイ"}, [], ""),
        ({"ja": "鬼武者"}, [], "鬼武者"),
        (
            {
                "en": "Akai series",
                "ja": "赤いシリーズ",
                "ja-Latn": "Akai shirīzu",
                "zh-Hant": "紅色系列",
                "zh-Latn-pinyin": "Hóng sè xì liè",
            },
            [],
            "赤いシリーズ",
        ),
    ],
)
def test_second_name_is_the_original_title_before_a_translated_one(
    labels: dict[str, str], languages: list[str], second: str
) -> None:
    facts = tuple(Fact("original language", language) for language in languages)
    film = Entity(BASE + "film/x", "film", "Film", {"en": "X"} | labels, facts=facts)
    assert secondary_name(film)[0] == second


def test_overlapping_boxes_are_separated() -> None:
    rng = random.Random(223)
    for count in (2, 40, 150):
        sizes = [(rng.uniform(20, 180), rng.uniform(20, 50)) for _ in range(count)]
        placed = remove_overlaps([(0.0, 0.0)] * count, sizes)
        assert list(find_overlaps(placed, sizes)) == []


def test_boxes_that_do_not_overlap_are_not_moved() -> None:
    placed = [(0.0, 0.0), (100.0, 0.0), (0.0, 100.0)]
    assert remove_overlaps(placed, [(50.0, 50.0)] * 3) == placed


def test_no_node_or_label_covers_another_in_the_network(network: nx.MultiDiGraph[str]) -> None:
    where = layout_communities(network).positions
    boxes = []
    for iri, (x, y) in where.items():
        size = node_radius(network.degree(iri))
        label = min(180, text_width(network.nodes[iri]["entity"].label(), 12))
        half = max(2 * size, label) / 2
        boxes.append((x - half, y - size, x + half, y + size + 16.0))
    assert covered(boxes) == []


def test_communities_are_separated(network: nx.MultiDiGraph[str]) -> None:
    plain = nx.Graph([(one, other, {"weight": 1.0}) for group in ((0, 1, 2, 3), (4, 5, 6, 7))
                      for one in group for other in group if one < other])  # fmt: skip
    plain.add_edge(3, 4, weight=1.0)
    plain.add_node(8)
    assert find_communities(plain) == [[0, 1, 2, 3], [4, 5, 6, 7], [8]]


def test_the_layout_is_the_same_in_another_process() -> None:
    # Sets of strings iterate in another order under another hash seed.
    code = (
        "import sample;"
        "from allusion.view.layout.community_layout import layout_communities as lay;"
        "print(sorted(lay(sample.sample()).positions.items()))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_an_empty_network_and_a_single_node_are_laid_out() -> None:
    lonely: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    assert layout_communities(lonely).positions == {}
    entity = Entity(f"{BASE}film/alone", "film", "Film", {"en": "Alone"})
    lonely.add_node(entity.iri, entity=entity)
    assert list(layout_communities(lonely).positions) == [entity.iri]
    drawn = picture(lonely, entity.iri)
    assert drawn.neighbors == ()


def test_order_of_insertion_does_not_matter(network: nx.MultiDiGraph[str]) -> None:
    turned: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for iri in reversed(list(network)):
        turned.add_node(iri, entity=network.nodes[iri]["entity"])
    edges: list[Edge] = [data["edge"] for *_, data in network.edges(data=True)]
    for edge in reversed(edges):
        turned.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    assert layout_communities(turned).positions == layout_communities(network).positions
    assert picture(turned, FILM) == picture(network, FILM)


@pytest.mark.parametrize("size", [2, 3, 40, 230])
def test_the_spring_layout_has_the_positions_of_networkx(size: int) -> None:
    graph = nx.gnm_random_graph(size, 2 * size, seed=size)
    graph.add_edge(0, 1)
    for number, ends in enumerate(graph.edges):
        graph.edges[ends]["weight"] = (1 + number % 3) / 2
    expected = nx.spring_layout(graph, k=0.3, iterations=10, seed=7, weight="weight")
    found = spring_layout(size, list(graph.edges.data("weight")), 0.3, 10, 7)
    for node, point in enumerate(found.tolist()):
        assert point == pytest.approx(expected[node].tolist(), abs=1e-6)
