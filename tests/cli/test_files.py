"""Exports, checks, figures, pictures and ways out, from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pyoxigraph as ox
import pytest
from terminal import Run

from allusion.core.resources import Resources
from allusion.store.default_graph import statements

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.mark.parametrize(
    ("form", "reader"),
    [
        ("ttl", ox.RdfFormat.TURTLE),
        ("trig", ox.RdfFormat.TRIG),
        ("nq", ox.RdfFormat.N_QUADS),
        ("jsonld", ox.RdfFormat.JSON_LD),
    ],
)
def test_rdf_exports_hold_the_whole_graph(
    run: Run, built: Resources, form: str, reader: ox.RdfFormat
) -> None:
    from allusion.build.curated_data import build_in_memory

    store = build_in_memory(built)[0]
    out = run("export", form, "--data", str(built.data)).out
    read = list(ox.parse(out.encode(), format=reader))
    graphs = form in ("trig", "nq")
    wanted = len(list(statements(store))) if graphs else len({quad.triple for quad in store})
    assert len({(q if graphs else q.triple) for q in read}) == wanted


def test_graphml_and_gexf_can_be_read_again(run: Run, tmp_path: Path) -> None:
    run("export", "graphml", "-o", str(tmp_path / "g.graphml"))
    network = nx.read_graphml(tmp_path / "g.graphml", force_multigraph=True)
    assert network.nodes["https://w3id.org/allusion/film/chungking-express"]["year"] == 1994
    run("export", "gexf", "-o", str(tmp_path / "g.gexf"))
    read = nx.read_gexf(tmp_path / "g.gexf", version="1.3")
    assert read.number_of_edges() == network.number_of_edges()


def test_gexf_has_a_timeline_and_is_what_the_schema_of_gexf_1_3_asks_for(
    run: Run, built: Resources
) -> None:
    """Structure by https://gexf.net/schema.html: order of elements, attributes, value spaces."""
    out = run("export", "gexf", "--data", str(built.data)).out
    assert out == run("export", "gexf", "--data", str(built.data)).out
    root = ElementTree.fromstring(out)
    space = "{http://gexf.net/1.3}"
    assert (root.tag, root.get("version")) == (f"{space}gexf", "1.3")
    (graph,) = root
    assert graph.attrib == {
        "mode": "dynamic",
        "timeformat": "date",
        "defaultedgetype": "directed",
    }
    parts = [part.tag.removeprefix(space) for part in graph]
    assert parts == ["attributes", "attributes", "nodes", "edges"]
    declared = {
        (part.get("class"), attribute.get("id"))
        for part in graph.findall(f"{space}attributes")
        for attribute in part
    }
    nodes = {node.get("id"): node for node in graph.iter(f"{space}node")}
    edges = list(graph.iter(f"{space}edge"))
    base = "https://w3id.org/allusion"
    assert nodes[f"{base}/film/later"].get("start") == "1994-01-01"
    assert "start" not in nodes[f"{base}/person/star"].attrib
    for edge in edges:
        assert set(edge.attrib) <= {"id", "source", "target", "label", "kind", "start", "weight"}
        assert {edge.get("source"), edge.get("target")} <= nodes.keys()
    (reference,) = (edge for edge in edges if edge.get("kind") == "name-drop")
    assert reference.get("start") == "1994-01-01"
    used = {
        ("node", v.get("for")) for node in nodes.values() for v in node.iter(f"{space}attvalue")
    }
    used |= {("edge", v.get("for")) for edge in edges for v in edge.iter(f"{space}attvalue")}
    assert used <= declared


def test_in_graphml_and_gexf_no_edge_begins_before_its_nodes(run: Run, tmp_path: Path) -> None:
    run("export", "gexf", "-o", str(tmp_path / "g.gexf"))
    network = nx.read_gexf(tmp_path / "g.gexf", version="1.3")
    assert sum("start" in data for _, data in network.nodes(data=True)) > 100
    assert (
        network.nodes["https://w3id.org/allusion/film/chungking-express"]["start"] == "1994-07-14"
    )
    for one, other, data in network.edges(data=True):
        ends = [network.nodes[end].get("start", "") for end in (one, other)]
        assert data.get("start", "") == max(ends)


def test_an_ask_result_is_written_as_sparql_json(run: Run, tmp_path: Path) -> None:
    done = run("sparql", "ASK { person:nobody a al:Person }", "-f", "sparql-json")
    assert (done.code, json.loads(done.out)) == (1, {"head": {}, "boolean": False})
    run("sparql", "SELECT ?x { VALUES ?x { 1 } }", "-o", str(tmp_path / "x.srj"))
    assert json.loads((tmp_path / "x.srj").read_text())["head"] == {"vars": ["x"]}


def test_check_lists_faults_with_file_and_line_and_exits_with_3(run: Run, tiny: Resources) -> None:
    assert run("check", "--data", str(tiny.data))[:2] == (0, "")
    path = tiny.data / "sources/review.ttl"
    path.write_text(path.read_text().replace("al:to person:star", "al:to person:sta"))
    done = run("check", "--no-shacl", "--data", str(tiny.data))
    assert done.code == 3
    assert (
        "connection:later-star: refers to person:sta, which has no description [dangling]"
        in done.out
    )
    assert done.out.startswith("sources/review.ttl:23: ")
    assert json.loads(run("check", "--no-shacl", "-f", "json", "--data", str(tiny.data)).out)


def test_check_runs_all_or_one_of_the_violation_queries(run: Run, tiny: Resources) -> None:
    path = tiny.data / "sources/review.ttl"
    path.write_text(path.read_text().replace("certainty:explicit", "certainty:claimed"))
    found = run("check", "--no-shacl", "--data", str(tiny.data))
    assert found.code == 3
    assert "[violation-view-without-holder]" in found.out
    assert "1 fault" in found.err
    alone = run("check", "--only", "violation-cycle", "--data", str(tiny.data))
    assert alone[:2] == (0, "")
    assert run("check", "--only", "cycles", "--data", str(tiny.data)).code == 2


def test_stats_are_tables_under_headings_or_one_table_by_name(run: Run) -> None:
    text = run("stats", "-f", "table").out
    assert text.startswith("How large the graph is\n")
    assert re.search(r"^name-drop|reference +name-drop +\d+", text, re.MULTILINE)
    one = run("stats", "entities", "-f", "csv").out
    assert one.startswith("kind,entities,item,")
    assert run("stats").out.startswith("table,row,measure,value\n")
    assert run("stats", "films").code == 2


def test_build_reports_an_up_to_date_store(run: Run, tiny: Resources) -> None:
    assert "built" in run("build", "--data", str(tiny.data)).err
    assert "up to date" in run("build", "--data", str(tiny.data)).err


def test_view_writes_the_page_and_prints_its_path_where_there_is_no_browser(
    run: Run, built: Resources
) -> None:
    done = run("view", "film:later", "--layout", "timeline", "--data", str(built.data))
    path = Path(done.out.strip())
    assert path.name == "later.html"
    text = path.read_text(encoding="utf-8")
    assert "後來" in text
    assert 'data-start="#/timeline/later"' in text
    assert "open this file" in done.err


def test_path_writes_and_opens_the_page_of_the_path(
    run: Run, built: Resources, tmp_path: Path
) -> None:
    data = ("--data", str(built.data))
    done = run("path", "film:later", "person:star", "--no-credits", "--view", *data)
    shown = Path(done.out.strip()).read_text(encoding="utf-8")
    assert 'data-start="#/path/later/star?kinds=reference,influence,comparison,derivation"' in shown
    done = run("path", "film:later", "person:star", "-o", str(tmp_path / "x.html"), *data)
    assert 'data-start="#/path/later/star"' in (tmp_path / "x.html").read_text("utf-8")
    assert "wrote" in done.err
    refused = run("path", "film:later", "person:star", "--view", "-f", "json", *data)
    assert refused.code == 2


def test_view_writes_the_svg(run: Run, tmp_path: Path) -> None:
    run("view", "重慶森林", "-o", str(tmp_path / "film.svg"))
    text = (tmp_path / "film.svg").read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "Tomokazu Miura" in text


def test_view_draws_an_entity_of_a_loaded_store(run: Run, tmp_path: Path) -> None:
    base = "https://w3id.org/allusion/"
    lines = [
        f'<{base}person/p{n}> <http://www.w3.org/2000/01/rdf-schema#label> "Person {n}"@en .\n'
        f"<{base}person/p{n}> <{RDF_TYPE}> <{base}ontology#Person> .\n"
        f"<{base}performance/c{n}> <{base}ontology#performer> <{base}person/p{n}> .\n"
        f"<{base}performance/c{n}> <{base}ontology#inWork> <{base}film/later> .\n"
        for n in range(30)
    ]
    lines.append(f"<{base}film/later> <{RDF_TYPE}> <{base}ontology#Film> .\n")
    (tmp_path / "cast.nt").write_text("".join(lines), encoding="utf-8")
    load = ("load", str(tmp_path / "cast.nt"), "--names", "--into")
    store, drawn = tmp_path / "store", tmp_path / "x.svg"
    run(*load, str(store), "--graph", f"{base}source/wikidata")
    done = run("view", "--store", str(store), "--max-entities", "12", "-o", str(drawn))
    assert "shows the 12 entities nearest to later, of 31; for more: --max-entities N" in done.err
    assert drawn.read_text(encoding="utf-8").count('class="block"') == 11
    done = run("view", "person:p3", "--store", str(store), "-o", str(drawn))
    assert "nearest" not in done.err
    assert "Person 3" in drawn.read_text(encoding="utf-8")
    bare = tmp_path / "bare"
    run("load", str(tmp_path / "cast.nt"), "--into", str(bare))
    done = run("view", "--store", str(bare), "-o", str(drawn))
    assert done.code == 2
    assert "--graph IRI" in done.err


def test_open_prints_the_address_on_each_site(run: Run) -> None:
    assert run("open", "重慶森林").out == "https://www.wikidata.org/wiki/Q766263\n"
    assert run("open", "重慶森林", "--on", "imdb").out == "https://www.imdb.com/title/tt0109424/\n"
    done = run("open", "Tomokazu Miura", "--print")
    assert "not certain" in done.err


def test_wikidata_without_network_is_one_clear_line_and_exit_code_4(run: Run) -> None:
    done = run(
        "wikidata", "check", "重慶森林", "--api", "http://127.0.0.1:9/w/api.php", "--timeout", "5",
        "--contact", "me@example.org", "--refresh",
    )  # fmt: skip
    assert done.code == 4
    assert "allusion: 127.0.0.1:9 refuses connections" in done.err
    assert "Traceback" not in done.err


def test_a_drawing_that_only_counts_some_entities_names_the_option_that_draws_them(
    run: Run, tmp_path: Path
) -> None:
    drawing = tmp_path / "film.svg"
    hint = (
        r"(\d+) entities are not drawn, only counted; --all draws them; the page \(-o FILE.html\)"
    )
    found = re.search(hint, run("view", "film:chungking-express", "-o", str(drawing)).err)
    assert found
    counted = re.findall(r">and (\d+) more<", drawing.read_text("utf-8"))
    assert sum(map(int, counted)) == int(found[1])
    assert (
        "only counted" not in run("view", "film:chungking-express", "--all", "-o", str(drawing)).err
    )
    assert " more<" not in drawing.read_text("utf-8")


def test_a_network_that_leaves_out_entities_names_the_page(run: Run, tmp_path: Path) -> None:
    drawing = tmp_path / "network.svg"
    err = run("view", "film:breathless", "--layout", "network", "-o", str(drawing)).err
    assert re.search(r"\d+ entities are not drawn, only counted; the page \(-o FILE.html\)", err)
    assert "--all" not in err


def test_all_years_of_a_timeline_are_drawn_on_request(run: Run, tmp_path: Path) -> None:
    drawing = tmp_path / "time.svg"
    words = ("view", "film:chungking-express", "--layout", "timeline", "--hops", "2")
    assert "--all draws them" in run(*words, "-o", str(drawing)).err
    assert "only counted" not in run(*words, "--all", "-o", str(drawing)).err
