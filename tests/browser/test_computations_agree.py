"""What the page works out by itself is what Python works out: the axis, the paths, the search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
import pytest

from allusion.core.vocabulary import BASE, FAMILIES
from allusion.knowledge_graph import KnowledgeGraph
from allusion.network.paths.rules import PathRules
from allusion.network.paths.search import find_paths
from allusion.view.layout.time_axis import build_time_axis

YEARS = (
    [1994],
    [1990, 1991],
    [1960, 1965, 1970, 1972],
    [1934, 1990, 1994],
    [-400, 1600, 1782, 1850, 1900, 2000],
    [*range(1950, 2024)],
    [-500, -20, 610, 1008, 1300, 1600, 1700, 1800, 1850, 1900, 1950, 1999],
)
# Joined directly, by one and by several ways, by credits alone, not at all.
PAIRS = (
    ("film/moonlight", "film/chungking-express"),
    ("film/moonlight", "film/branded-to-kill"),
    ("person/momoe-yamaguchi", "person/faye-wong"),
    ("place/hong-kong", "person/tomokazu-miura"),
)
TYPED = (
    # Hyphens and spaces, accents, the order of words, and scripts.
    "wong karwai", "Kar-wai Wong", "tarantino quentin", "zessho", "ZESSHŌ", "ＭＡＮＨＡＴＴＡＮ", "Łódź", "express",
    "California Dreamin'", "California Dreaming", "dreaming", "a difference",
    "and", "重慶", "重庆", "惑星 恋", "する", "ガ", "드리밍", "a", "mo", "the", "of the", "b. 1952", "2046",
    "50%", "%", "-", "", " ", '"', "NEAR(", "o'riordan", "Dolores ORiordan", "グリコ", "ＴＢＳ", "straße", "😀",
    "Faye Wong 王菲", "Wong 王菲", "三浦友和 Miura", "王菲Wong", "重慶森林 恋する惑星 Express", "Wong Kar-wai 重慶森林",
    # Other systems of three schools.
    "Ho Chih-wu", "Ho Ch'i-wu", "Ho4 Ci3 Mou4", "Chow Yun-fat", "Zoeng1 Maan6 Juk6", "Cheung Man-yuk", "Leung Chiu Wai",
    "Hsü K'o", "Chang I-mou", "Ruan Lingyu", "Wang Chia-wei", "zetsusho", "Zetsushō", "Zessyou", "Momoe Yamaguti",
    "Yamaguti", "Miura Tomokadzu", "Shunkinshou", "Syunkin-syo", "Sinbun", "Ohshima Nagisa", "Kwaidan", "Itikawa",
    # A letter too few, too many, wrong, or two changed over.
    "manhatan", "Chunkging Express", "Chungkin Expres", "Tarantinno", "Yamagcuhi", "expxxss", "cpo 223", "nobody has such a name",
)  # fmt: skip


@pytest.mark.parametrize("room", [(0, 400), (44, 368), (160, 1170)])
def test_the_time_axis_of_the_page_equals_that_of_the_static_picture(
    open_page: Callable[..., Any], room: tuple[int, int]
) -> None:
    page = open_page().page
    for years in YEARS:
        found = page.evaluate(
            """([years, left, right]) => {
                const { stretches, ticks, breaks } = allusion.timeAxis(years, left, right);
                return [stretches.map((one) => [one.first, one.last, one.left, one.right]), ticks, breaks];
            }""",
            [years, *room],
        )
        axis = build_time_axis(years, *room)
        assert found == [
            [[one.first, one.last, one.left, one.right] for one in axis.segments],
            [list(tick) for tick in axis.ticks],
            [list(one) for one in axis.breaks],
        ], years


@pytest.mark.parametrize(
    "rules",
    [
        PathRules(max_hops=99),
        PathRules(credits=False, max_hops=99),
        PathRules(hubs=True, max_hops=99),
    ],
    ids=["all", "connections", "hubs"],
)
def test_the_page_finds_the_paths_that_the_command_line_finds(
    open_page: Callable[..., Any], shipped: nx.MultiDiGraph[str], rules: PathRules
) -> None:
    page = open_page(name="shipped").page
    for one, other in PAIRS if rules.credits and not rules.hubs else PAIRS[1:3]:
        expected = find_paths(shipped, BASE + one, BASE + other, rules, all_shortest=True, limit=20)
        found = page.evaluate(
            """([one, other, families, hubs]) => {
                const { paths, more } = allusion.findPaths(allusion.indexOf.get(one), allusion.indexOf.get(other),
                    (edge) => !families || families.includes(allusion.data.edges[edge].family), hubs);
                const id = (index) => allusion.data.edges[index].id;
                return [paths.length, more, paths.slice(0, 20).map((path) => path.map((hop) => hop.edges.map(id)))];
            }""",
            [one, other, None if rules.credits else list(FAMILIES), rules.hubs],
        )
        assert found[:2] == [expected.total, expected.truncated], (one, other)
        if not expected.truncated:
            assert found[2] == [
                [
                    [edge.iri.removeprefix(BASE) for edge in (hop.edge, *hop.others)]
                    for hop in path.hops
                ]
                for path in expected
            ], (one, other)


def test_the_page_finds_the_names_that_the_command_line_finds(
    open_page: Callable[..., Any], kg: KnowledgeGraph
) -> None:
    page = open_page(name="shipped").page
    found = page.evaluate(
        """(typed) => typed.map((text) => allusion.searchNames(text)
            .map((one) => [allusion.data.entities[one.index].id, one.how]))""",
        list(TYPED),
    )
    for text, hits in zip(TYPED, found, strict=True):
        named = {
            match.iri.removeprefix(BASE): match.how
            for match in kg.search(text, 5000)
            if match.how != "description"  # the page searches names
        }
        assert dict(hits) == named, text
