"""What joins two entities, hop by hop, and who says so; and what is said where nothing does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from terminal import Done, Run

from allusion import open as open_graph
from allusion.core.errors import AmbiguousName, ParameterError, UnknownName
from allusion.core.model import Edge, Entity, Evidence, Family
from allusion.core.vocabulary import BASE, FAMILIES
from allusion.knowledge_graph import KnowledgeGraph
from allusion.network.card import format_citation
from allusion.network.networkx_graph import build_network
from allusion.network.paths.results import Paths
from allusion.network.paths.rules import PathRules
from allusion.network.paths.search import find_paths
from allusion.view.svg.path import draw_paths

ROOT = Path(__file__).parents[2]


def entity(path: str, label: str = "") -> Entity:
    kind, slug = path.split("/")
    return Entity(BASE + path, kind, kind.title(), {"en": label or slug})


def edge(
    origin: str, target: str, family: Family = "reference", kind: str = "name-drop", *,
    sources: int = 1, certainty: str = "explicit", stance: str = "supports", sentence: str = "",
) -> Edge:  # fmt: skip
    evidence = tuple(
        Evidence(f"{BASE}evidence/{n}", f"{BASE}source/{n}", f"Source {n}", "A. Critic", "2001",
                 "https://example.org/", "page 3", "", stance)
        for n in range(sources)
    )  # fmt: skip
    slug = f"{origin}-{target}-{kind}".replace("/", "-")
    return Edge(
        f"{BASE}connection/{slug}", BASE + origin, BASE + target, family, kind, kind.replace("-", " "),
        "names", sentence or f"{origin} names {target}.", certainty, evidence=evidence,
    )  # fmt: skip


def network(*edges: Edge, alone: tuple[str, ...] = (), labels: str = "") -> nx.MultiDiGraph[str]:
    iris = dict.fromkeys([end for e in edges for end in (e.origin, e.target)])
    entities = [entity(iri.removeprefix(BASE), labels) for iri in iris] + [
        entity(path) for path in alone
    ]
    return build_network({e.iri: e for e in entities}, list(edges))


def paths(graph: nx.MultiDiGraph[str], one: str, other: str, *, all_shortest: bool = False, limit: int = 20,
           **rules: Any) -> Paths:  # fmt: skip
    ends = BASE + one, BASE + other
    return find_paths(graph, *ends, PathRules(**rules), all_shortest=all_shortest, limit=limit)


def passed(found: Paths, number: int = 0) -> list[str]:
    return [e.iri.removeprefix(BASE) for e in found.paths[number].entities]


def test_a_path_follows_edges_in_both_directions() -> None:
    graph = network(edge("film/a", "person/x"), edge("film/b", "person/x"))
    found = paths(graph, "film/a", "film/b")
    assert passed(found) == ["film/a", "person/x", "film/b"]
    assert [hop.forwards for hop in found.paths[0].hops] == [True, False]
    assert passed(paths(graph, "film/b", "film/a")) == ["film/b", "person/x", "film/a"]


def test_fewest_hops_come_first() -> None:
    graph = network(
        edge("film/a", "film/b", "credit", "performer", sources=1),
        edge("film/a", "film/m", sources=5), edge("film/m", "film/b", sources=5),
    )  # fmt: skip
    assert passed(paths(graph, "film/a", "film/b")) == ["film/a", "film/b"]


def test_paths_of_equal_length_are_ordered_by_edge_kind_degree_and_sources() -> None:
    by_credit = (edge("film/a", "person/p", "credit", "performer", sources=9),
                 edge("film/b", "person/p", "credit", "performer", sources=9))  # fmt: skip
    well_joined = (edge("film/a", "film/hub"), edge("film/hub", "film/b"),
                   *(edge("film/hub", f"film/{n}") for n in range(9)))  # fmt: skip
    few_sources = (edge("film/a", "film/one"), edge("film/one", "film/b"))
    more_sources = (edge("film/a", "film/two", sources=3), edge("film/two", "film/b", sources=3))
    graph = network(*by_credit, *well_joined, *few_sources, *more_sources)
    found = paths(graph, "film/a", "film/b", all_shortest=True)
    middles = [passed(found, number)[1] for number in range(len(found))]
    assert middles == ["film/two", "film/one", "film/hub", "person/p"]
    assert passed(paths(graph, "film/a", "film/b"))[1] == "film/two"


def test_of_parallel_edges_the_best_is_used_and_the_others_are_kept() -> None:
    graph = network(
        edge("film/a", "film/b", "part", "partOfSeries", sources=9),
        edge("film/a", "film/b", sources=1), edge("film/b", "film/a", "comparison", "parallel", sources=2),
    )  # fmt: skip
    (hop,) = paths(graph, "film/a", "film/b").paths[0].hops
    assert (hop.edge.kind, hop.forwards) == ("parallel", False)
    assert [other.kind for other in hop.others] == ["name-drop", "partOfSeries"]


def test_an_uncertain_connection_is_not_used_in_a_path() -> None:
    graph = network(edge("film/a", "film/b", certainty="doubtful"))
    found = paths(graph, "film/a", "film/b")
    assert len(found) == 0
    assert found.hint == "with a doubtful connection, which is not used, there is a path of 1 hop"


def test_the_number_of_equally_short_paths_with_doubtful_connections_is_reported() -> None:
    sure = (edge("film/a", "film/m"), edge("film/m", "film/b"))
    doubted = (edge("film/a", "film/n"), edge("film/n", "film/b", certainty="doubtful"))
    found = paths(network(*sure, *doubted), "film/a", "film/b", all_shortest=True)
    assert passed(found) == ["film/a", "film/m", "film/b"]
    assert found.summary == ("a to b: 2 hops; 1 more with doubtful connections")
    assert found.to_json()["inDoubt"] == 1
    longer = network(*sure, edge("film/a", "film/x"), edge("film/x", "film/y"),
                     edge("film/y", "film/b", certainty="doubtful"))  # fmt: skip
    assert paths(longer, "film/a", "film/b").doubtful == 0


def test_a_source_that_disputes_a_hop_is_not_listed_as_a_supporting_one() -> None:
    sure = edge("film/a", "film/b")
    against = Evidence(
        f"{BASE}evidence/x", f"{BASE}source/x", "Against", "", "", "", "", "", "disputes"
    )
    found = paths(network(replace(sure, evidence=(*sure.evidence, against))), "film/a", "film/b")
    (row,) = found.to_result().records()
    assert row["sources"] == "Source 0, A. Critic, 2001, page 3"
    assert row["disputedBy"] == "Against"
    assert found.to_json()["paths"][0][0]["disputed"] is True


@pytest.mark.parametrize(
    "hub", ["place/hong-kong", "organisation/tbs", "language/ja", "award/palme"]
)
def test_a_path_does_not_pass_through_a_hub_by_a_credit_or_part(hub: str) -> None:
    graph = network(edge("film/a", hub, "part", "shotAt"), edge("film/b", hub, "part", "shotAt"))
    found = paths(graph, "film/a", "film/b")
    assert len(found) == 0
    assert (
        "within 6 hops; through a place, an organization, a language or an award" in found.summary
    )
    assert found.hint.endswith("there is a path of 2 hops")
    assert passed(paths(graph, "film/a", "film/b", hubs=True)) == ["film/a", hub, "film/b"]


def test_a_path_passes_through_a_place_by_connections_and_may_end_at_one() -> None:
    graph = network(
        edge("film/a", "place/h"), edge("film/b", "place/h"), edge("film/c", "place/h", "part", "shotAt")
    )  # fmt: skip
    assert passed(paths(graph, "film/a", "film/b")) == ["film/a", "place/h", "film/b"]
    assert passed(paths(graph, "film/c", "place/h")) == ["film/c", "place/h"]
    assert len(paths(graph, "film/a", "film/c")) == 0


CREDITED = network(
    edge("film/a", "person/p", "credit", "performer"), edge("film/b", "person/p", "credit", "director"),
    edge("film/a", "film/m"), edge("film/m", "film/n", "influence", "inspired-by"), edge("film/n", "film/b"),
)  # fmt: skip


def test_no_credits_allows_only_the_four_families_of_connection() -> None:
    assert passed(paths(CREDITED, "film/a", "film/b")) == ["film/a", "person/p", "film/b"]
    found = paths(CREDITED, "film/a", "film/b", credits=False)
    assert passed(found) == ["film/a", "film/m", "film/n", "film/b"]
    assert {hop.edge.family for hop in found.paths[0].hops} <= set(FAMILIES)


def test_via_allows_only_the_given_kinds_and_families() -> None:
    assert (
        passed(paths(CREDITED, "film/a", "film/b", via=("reference", "inspired-by")))[1] == "film/m"
    )
    assert (
        passed(paths(CREDITED, "film/a", "film/b", via=("performer", "director")))[1] == "person/p"
    )
    found = paths(CREDITED, "film/a", "film/b", via=("reference",))
    assert found.summary == (
        "no path from a to b by reference within 6 hops; "
        "by any kind of edge there is a path of 2 hops"
    )


def test_an_unknown_kind_names_the_nearest_and_contradictory_options_are_refused() -> None:
    with pytest.raises(ParameterError, match="'inspired'; did you mean inspired-by"):
        paths(CREDITED, "film/a", "film/b", via=("inspired",))
    with pytest.raises(ParameterError, match="families: reference, influence"):
        paths(CREDITED, "film/a", "film/b", via=("qqqq",))
    with pytest.raises(
        ParameterError, match="only connections, and 'performer' is not one; remove --no-credits"
    ):
        paths(CREDITED, "film/a", "film/b", via=("performer",), credits=False)


def test_an_empty_result_describes_the_search_and_the_rules_that_would_find_a_path() -> None:
    graph = network(
        edge("film/a", "person/p", "credit"),
        edge("film/b", "person/p", "credit"),
        alone=("film/z",),
    )
    found = paths(graph, "film/a", "film/b", credits=False, max_hops=3)
    assert found.summary == (
        "no path from a to b by the four families of connection within 3 hops; "
        "with credits, stories and parts there is a path of 2 hops"
    )
    assert (
        paths(graph, "film/a", "film/b", max_hops=1).hint
        == "with more hops there is a path of 2 hops"
    )
    assert paths(graph, "film/a", "film/z").hint == "no edge joins z to any entity"


def test_the_hint_combines_rules_if_one_alone_does_not_help() -> None:
    graph = network(
        edge("film/a", "place/h", "part", "setIn"), edge("film/b", "place/h", "part", "setIn")
    )
    found = paths(graph, "film/a", "film/b", credits=False)
    assert found.hint == "without any of these rules there is a path of 2 hops"


def test_all_shortest_paths_are_cut_at_the_limit_and_the_total_is_stated() -> None:
    middles = [f"film/m{n:03}" for n in range(30)]
    graph = network(*(e for m in middles for e in (edge("film/a", m), edge(m, "film/b"))))
    assert (
        paths(graph, "film/a", "film/b").summary == "a to b: 2 hops, 1 of 30 paths of this length"
    )
    found = paths(graph, "film/a", "film/b", all_shortest=True, limit=7)
    assert (len(found), found.total) == (7, 30)
    assert found.summary == "a to b: 2 hops, 7 of 30 paths of this length"


def test_of_millions_of_paths_the_best_are_shown_and_the_rest_is_reported() -> None:
    layers = [
        ["film/a"],
        *([f"film/{layer}{n:02}" for n in range(20)] for layer in "pqrst"),
        ["film/z"],
    ]
    edges = [edge(x, y) for one, other in pairwise(layers) for x in one for y in other]
    best = ["film/a", *(f"film/{layer}07" for layer in "pqrst"), "film/z"]
    edges += [edge(x, y, sources=4, kind="quotation") for x, y in pairwise(best)]
    found = paths(network(*edges), "film/a", "film/z", all_shortest=True)
    assert found.truncated
    assert "20 of more than 500 paths" in found.summary
    assert passed(found) == best


def test_equal_ends_and_zero_hops_are_usage_errors() -> None:
    with pytest.raises(ParameterError, match="a path needs two entities; both names mean a"):
        paths(CREDITED, "film/a", "film/a")
    with pytest.raises(ParameterError, match="max_hops and limit must be at least 1"):
        paths(CREDITED, "film/a", "film/b", max_hops=0)


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return open_graph()


def test_momoe_yamaguchi_leads_to_manhattan_by_chungking_express(kg: KnowledgeGraph) -> None:
    found = kg.path("山口百恵", "film:manhattan")
    likeness, analogy = found.paths[0].hops
    assert likeness.edge.sentence == (
        "Cop 223 recalls that the owner of Midnight Express thinks May looks like Momoe Yamaguchi."
    )
    assert (likeness.edge.kind, likeness.forwards, likeness.edge.sources) == ("likeness", False, 4)
    assert (analogy.edge.kind, analogy.forwards, analogy.edge.certainty) == (
        "analogy",
        True,
        "claimed",
    )
    assert any("paragraph 4, characters" in format_citation(item) for item in analogy.edge.evidence)


def test_the_canned_query_and_path_find_the_same_distance(kg: KnowledgeGraph) -> None:
    for one, other in (("Momoe Yamaguchi", "film:manhattan"), ("Moonlight", "Branded to Kill"),
                       ("Chungking Express", "Tomokazu Miura")):  # fmt: skip
        rows = kg.query("chain", one=one, other=other).records()
        shortest = kg.path(one, other, credits=False)
        assert len(shortest.paths[0]) == min(int(str(row["hops"])) for row in rows)


def test_every_entity_that_a_hop_joins_is_an_end_of_its_statement(kg: KnowledgeGraph) -> None:
    for name in ("Moonlight", "Faye Wong", "film:koto", "Quentin Tarantino"):
        for path in kg.path("Tomokazu Miura", name, all_shortest=True):
            for hop in path.hops:
                ends = (hop.start.iri, hop.end.iri)
                assert (hop.edge.origin, hop.edge.target) == (ends if hop.forwards else ends[::-1])
                assert all({other.origin, other.target} == set(ends) for other in hop.others)


def test_ambiguous_and_unknown_names_are_errors_that_list_choices(kg: KnowledgeGraph) -> None:
    with pytest.raises(AmbiguousName, match="film:zessho"):
        kg.path("絶唱", "Moonlight")
    with pytest.raises(UnknownName, match="did you mean"):
        kg.path("Moonlight", "Chunking Expres")


@pytest.fixture
def run(kg: KnowledgeGraph, run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    # One graph for all, for reading the network takes a second.
    monkeypatch.setattr("allusion.cli.path.open_graph", lambda _: kg)

    def go(*arguments: str) -> Done:
        done: Done = run("path", *arguments)
        return done

    return go


def test_the_terminal_shows_each_hop_as_the_card_does(run: Run) -> None:
    done = run("山口百恵", "film:manhattan", "-f", "table")
    assert done.code == 0
    assert (
        done.err
        == "Momoe Yamaguchi to Manhattan: 2 hops; ↓ the statement points down, ↑ it points up\n"
    )
    lines = done.out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "Momoe Yamaguchi", "Chungking Express", "Manhattan",
    ]  # fmt: skip
    assert "  ↑ likeness, explicit" in lines
    assert "  ↓ analogy, claimed" in lines
    assert "    scene: 223 remembers May, by: Owner of Midnight Express, told by: Cop 223" in lines
    assert "    and 2 more sources: -f json" in lines


def test_formats_and_exit_codes(run: Run, tmp_path: Path) -> None:
    answer = json.loads(run("Moonlight", "Branded to Kill", "--all", "-f", "json").out)
    assert answer["total"] == len(answer["paths"]) >= 2
    assert answer["paths"][0][0]["edge"]["evidence"][0]["title"]
    assert run("Moonlight", "Branded to Kill").out.startswith(
        "path,hop,from,fromLabel,to,toLabel,direction,"
    )
    assert run("Moonlight", "Branded to Kill", "-f", "md").out.startswith(
        "| path | hop | from | to |"
    )
    none = run("山口百恵", "Faye Wong", "--no-credits")
    assert (none.code, none.out) == (1, "")
    assert none.err.endswith("with credits, stories and parts there is a path of 2 hops\n")
    assert run("Moonlight", "Moonlight").code == 2
    assert "3 names were given; quote a name" in run("Moonlight", "Faye", "Wong").err
    assert run("Moonlight", "絶唱").code == 2
    assert run("Moonlight", "film:koto", "--via", "qq").code == 2
    assert run("Moonlight", "film:koto", "--theme", "dark").code == 2
    assert run("Moonlight", "film:koto", "-o", str(tmp_path / "x.xyz")).code == 2
    assert not list(tmp_path.iterdir())


def test_a_picture_is_written_where_the_ending_asks_for_one(run: Run, tmp_path: Path) -> None:
    done = run("山口百恵", "film:manhattan", "-o", str(tmp_path / "path.svg"), "--theme", "auto")
    assert (done.code, done.out) == (0, "")
    text = (tmp_path / "path.svg").read_text(encoding="utf-8")
    assert ET.fromstring(text).get("role") == "img"
    assert "prefers-color-scheme:dark" in text
    assert run("山口百恵", "Faye Wong", "--no-credits", "-o", str(tmp_path / "none.svg")).code == 1
    assert not (tmp_path / "none.svg").exists()
    assert run("山口百恵", "Moonlight", "-o", str(tmp_path / "x.svg"), "--width", "9").code == 2


SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_has_every_hop_and_a_description(kg: KnowledgeGraph) -> None:
    found = kg.path("山口百恵", "film:manhattan")
    root = ET.fromstring(draw_paths(found))
    shown = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    for words in ("Momoe Yamaguchi", "山口百恵", "Chungking Express", "likeness · reference · explicit",
                  "thinks May looks like Momoe Yamaguchi.", "223, the author of kpnv.wordpress.com, 2011-01-28 and 3 more sources"):  # fmt: skip
        assert words in shown, words
    labelled = {
        element.get("id") for element in root if element.tag in (f"{SVG}title", f"{SVG}desc")
    }
    assert set(root.attrib["aria-labelledby"].split()) == labelled
    assert "via Chungking Express. Cop 223 recalls" in root.findtext(f"{SVG}desc", "")
    links = {a.get("href") for a in root.iter(f"{SVG}a")}
    assert all(str(link).startswith(("http://", "https://")) for link in links)


@pytest.mark.parametrize("across", [280, 340, 640, 900, 1400])
def test_the_path_drawing_has_no_overlap_and_no_overflow(kg: KnowledgeGraph, across: int) -> None:
    paths = kg.path("Moonlight", "Branded to Kill", all_shortest=True)
    root = ET.fromstring(draw_paths(paths, width=across))
    width, height = int(root.attrib["width"]), int(root.attrib["height"])
    assert width == across
    frames = [
        tuple(int(r.attrib[key]) for key in ("x", "y", "width", "height"))
        for r in root.iter(f"{SVG}rect") if r.get("class") == "frame"
    ]  # fmt: skip
    assert len(frames) == sum(len(path.hops) + 1 for path in paths)
    for number, (x, y, w, h) in enumerate(frames):
        assert x >= 0
        assert x + w <= width
        assert y + h <= height
        for x2, y2, w2, h2 in frames[number + 1 :]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y
    baselines = [(t.get("x"), t.get("y")) for t in root.iter(f"{SVG}text")]
    assert len(set(baselines)) == len(baselines)


def test_hostile_text_is_text(tmp_path: Path) -> None:
    evil = "</text><script>alert(1)</script>\x00\u202e&\"'<"
    graph = network(edge("film/a", "film/b", sentence=evil), labels=evil)
    text = draw_paths(paths(graph, "film/a", "film/b"))
    root = ET.fromstring(text)
    assert not list(root.iter(f"{SVG}script"))
    assert "<script" not in text
    assert "\u202e" not in text
    assert "alert(1)" in "".join(root.itertext())


def test_an_address_that_is_not_https_is_no_link() -> None:
    graph = network(edge("film/a", "film/b"))
    bad = graph.edges[BASE + "film/a", BASE + "film/b", f"{BASE}connection/film-a-film-b-name-drop"]
    edge_ = bad["edge"]
    evidence = tuple(Evidence(**{**{f: getattr(i, f) for f in i.__slots__}, "url": "javascript:alert(1)"}) for i in edge_.evidence)  # fmt: skip
    bad["edge"] = Edge(**{**{f: getattr(edge_, f) for f in edge_.__slots__}, "evidence": evidence})
    assert "javascript" not in draw_paths(paths(graph, "film/a", "film/b"))


def test_a_disputed_hop_is_marked() -> None:
    graph = network(edge("film/a", "film/b", stance="disputes"))
    text = draw_paths(paths(graph, "film/a", "film/b"))
    assert '<circle class="open"' in text
    assert "disputed" in text


def test_nothing_to_draw_is_an_error_with_the_reason() -> None:
    graph = network(edge("film/a", "film/b"), alone=("film/z",))
    with pytest.raises(ParameterError, match="nothing to draw: no path from a to z"):
        draw_paths(paths(graph, "film/a", "film/z"))


@pytest.mark.slow
def test_the_same_question_gives_the_same_bytes_in_another_process(kg: KnowledgeGraph) -> None:
    code = (
        "import allusion, json; from allusion.view.svg.path import draw_paths\n"
        "found = allusion.open().path('Moonlight', 'Branded to Kill', all_shortest=True)\n"
        "print(json.dumps(found.to_json())); print(draw_paths(found))"
    )
    answers = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, timeout=120,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "graph")},
        )  # fmt: skip
        answers.add(done.stdout)
    assert len(answers) == 1
    assert re.search(rb"<svg ", answers.pop())
