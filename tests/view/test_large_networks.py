"""Large networks: what is folded, what a page takes in, and what a hub leaves out."""

from __future__ import annotations

import math
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import networkx as nx
import pytest

from allusion.core.errors import ParameterError
from allusion.core.model import Entity
from allusion.core.vocabulary import BASE
from allusion.view.decade_counts import count_by_decade
from allusion.view.layout.community_layout import layout_communities, node_radius
from allusion.view.layout.focus import layout_focus
from allusion.view.neighbors import Neighbor, find_neighbors
from allusion.view.page.html import render_page
from allusion.view.page.network_layout import layout_page, layout_to_json, visible_counts
from allusion.view.subgraphs import nearest_subgraph

Network: TypeAlias = "nx.MultiDiGraph[str]"
make_network: Callable[[int], Network] = runpy.run_path(
    str(Path(__file__).parents[1] / "benchmarks" / "make_network.py")
)["make_network"]


@pytest.fixture(scope="module")
def some() -> Network:
    return make_network(300)


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done to thousands is done to hundreds."""
    monkeypatch.setattr("allusion.view.page.network_layout.VIS_NETWORK_MAX_NODES", 200)
    monkeypatch.setattr("allusion.view.page.network_layout.EXPANDED_MAX_NODES", 200)
    monkeypatch.setattr("allusion.view.page.network_layout._VISIBLE_NODES", 60)


class Told:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.amounts: list[tuple[int, int]] = []

    def __call__(self, step: str) -> None:
        self.steps.append(step)

    def amount(self, done: int, total: int) -> None:
        self.amounts.append((done, total))


@pytest.mark.usefixtures("small_limits")
def test_a_folded_network_positions_all_entities_and_shows_the_best_connected(
    some: Network,
) -> None:
    plan = layout_page(some, ("en",))
    plain = nx.Graph(some)
    assert sorted(iri for group in plan.communities for iri in group.members) == sorted(some)
    assert len(set(plan.positions.values())) == len(some)
    for group, shown in zip(
        plan.communities,
        visible_counts([len(group.members) for group in plan.communities]),
        strict=True,
    ):
        for iri in group.members:
            x, y = plan.positions[iri]
            assert math.hypot(x - group.x, y - group.y) <= group.radius
        # Who is joined to how many others; a statement more to the same one counts nothing.
        joined = [plain.degree(iri) for iri in group.members]
        assert shown >= min(3, len(group.members))
        assert min(joined[:shown]) >= max(joined[shown:], default=0)


def test_folded_communities_have_their_best_connected_member_in_the_center(some: Network) -> None:
    made = layout_communities(some, collapsed=True)
    largest = made.communities[0]
    away = [
        math.hypot(made.positions[iri][0] - largest.x, made.positions[iri][1] - largest.y)
        for iri in largest.members
    ]
    count = len(away) // 3
    assert max(away[:count]) < max(away[-count:])
    assert sum(away[:count]) < sum(away[-count:])


@pytest.mark.usefixtures("small_limits")
def test_the_page_of_a_large_network_has_no_vis_network(some: Network) -> None:
    focus = next(iter(some))
    told = Told()
    text = render_page(some, focus, progress=told)
    assert '<script type="text/plain" id="packed-vis"></script>' in text
    assert len(text) < 700_000
    assert any("300 entities" in step for step in told.steps)
    assert told.amounts[-1][1] == 300
    plan = layout_to_json(layout_page(some, ("en",)), sorted(some))
    assert plan["painted"]
    members = [place for group in plan["groups"] for place in group["members"]]
    assert sorted(members) == list(range(300))


def test_shapes_of_a_large_network_do_not_cover_each_other() -> None:
    large = make_network(1600)
    made = layout_communities(large)
    cells: dict[tuple[int, int], list[str]] = {}
    for iri, (x, y) in made.positions.items():
        cells.setdefault((x // 64, y // 64), []).append(iri)
    for (column, row), here in cells.items():
        near = [
            other
            for across in (-1, 0, 1)
            for down in (-1, 0, 1)
            for other in cells.get((column + across, row + down), ())
        ]
        for iri in here:
            for other in near:
                if other == iri:
                    continue
                apart = max(
                    abs(made.positions[iri][axis] - made.positions[other][axis]) for axis in (0, 1)
                )
                assert apart + 1 >= node_radius(large.degree(iri)) + node_radius(
                    large.degree(other)
                )


def test_a_page_of_a_large_graph_has_the_nearest_entities(some: Network) -> None:
    focus = max(some, key=lambda iri: (some.degree(iri), iri))
    far = max(
        some, key=lambda iri: (nx.has_path(some.to_undirected(as_view=True), focus, iri), iri)
    )
    part = nearest_subgraph(some, focus, 120, keep=[far])
    assert len(part) == 120
    assert part.graph["of"] == 300
    assert far in part
    distance = nx.single_source_shortest_path_length(some.to_undirected(as_view=True), focus)
    inside = max(distance[iri] for iri in part if iri != far)
    assert all(distance.get(iri, 99) >= inside for iri in set(some) - set(part))
    assert set(some[focus]) <= set(part)
    for origin, target, key in some.edges(keys=True):
        assert part.has_edge(origin, target, key) == (origin in part and target in part)
    assert nearest_subgraph(some, focus, 300) is some


def test_max_entities_must_be_1_to_20000(some: Network) -> None:
    focus = next(iter(some))
    for most in (0, 20_001):
        with pytest.raises(ParameterError, match="max_entities must be 1 to 20,000"):
            nearest_subgraph(some, focus, most)


def test_entities_unconnected_to_the_focus_fill_the_rest_of_a_page(some: Network) -> None:
    lonely: Network = nx.MultiDiGraph(some)
    entity = Entity(f"{BASE}film/alone", "film", "Film", {"en": "Alone"})
    lonely.add_node(entity.iri, entity=entity)
    part = nearest_subgraph(lonely, entity.iri, 50)
    assert len(part) == 50
    best = sorted(some, key=lambda iri: (-some.degree(iri), iri))[:49]
    assert set(part) == {entity.iri, *best}


def test_decade_counts_sum_up_and_early_decades_are_merged() -> None:
    years: list[int | None] = [1890 + number for number in range(140)]
    found = count_by_decade([*years, None, None])
    assert len(found) == 14
    assert found[0].text == "until 1909 · 20"
    assert found[0].years == (1890, 1909)
    assert found[1].years == (1910, 1919)
    assert found[-1].text == "no year · 2"
    assert sum(int(fold.text.rsplit(" ", 1)[-1]) for fold in found) == 142
    assert count_by_decade(years[:23]) == ()
    assert [fold.text for fold in count_by_decade([1994] * 20 + [1999] * 9)] == [
        "1994 · 20",
        "1999 · 9",
    ]


def test_the_best_connected_neighbors_of_a_hub_are_shown(some: Network) -> None:
    hub = max(some, key=lambda iri: (len(set(some.pred[iri])), iri))
    beside = find_neighbors(some, hub)
    for item in beside:
        assert item.degree == some.degree(item.entity.iri)
    drawn = layout_focus(some.nodes[hub]["entity"], beside, max_neighbors=5)
    shown = [b.neighbor for b in drawn.neighbors if b.neighbor and b.side == "in"]
    left = [n for n in beside if n.side == "in" and n not in shown]

    def rank(one: Neighbor) -> tuple[int, int, int]:
        return len(one.bundles), max(strand.sources for strand in one.bundles), one.degree

    assert left
    assert min(map(rank, shown)) >= max(map(rank, left))
