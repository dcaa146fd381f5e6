"""The command line as a person types it: results on stdout, the rest on stderr, exit codes."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import networkx as nx
import pyoxigraph as ox
import pytest
from wcwidth import wcswidth

import allusion
from allusion.cli import COMMANDS, main
from allusion.cli.wikidata import COMMANDS as OF_WIKIDATA
from allusion.resources import Resources


class Done(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Done]


def environment() -> dict[str, str]:
    """What a process of its own needs to find the package, and the home of the tests."""
    return os.environ | {"PYTHONPATH": str(Path(allusion.__file__).parents[1])}


RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def go(*arguments: str, stdin: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["allusion", *arguments])
        monkeypatch.delenv("COLUMNS", raising=False)  # who runs tests may state a width
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8"))
        monkeypatch.setattr("allusion.cli.output.browse", lambda _: False)
        monkeypatch.setattr("allusion.cli.picture.browse", lambda _: False, raising=False)
        with pytest.raises(SystemExit) as stop:
            main()
        captured = capsys.readouterr()
        return Done(int(stop.value.code or 0), captured.out, captured.err)

    return go


def test_help_names_every_command(run: Run) -> None:
    done = run("--help")
    assert done.code == 0
    assert all(f"  {name} " in done.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_begins_with_its_line_in_the_list(run: Run, name: str) -> None:
    done = run(name, "--help")
    assert done.code == 0
    text = " ".join(done.out.split())
    assert COMMANDS[name][1] in text


@pytest.mark.parametrize(
    "words", [(name,) for name in COMMANDS] + [("wikidata", name) for name in OF_WIKIDATA]
)
def test_no_help_shows_a_sign_that_is_meant_for_the_one_who_lays_it_out(
    run: Run, words: tuple[str, ...]
) -> None:
    done = run(*words, "--help")
    assert done.code == 0
    assert "\\b" not in done.out
    assert "\b" not in done.out


def test_the_measures_of_rank_stand_one_below_the_other(run: Run) -> None:
    assert re.search(
        r"^  referred +How many.*\n^ {15}often", run("rank", "--help").out, re.MULTILINE
    )


def test_rank_says_what_it_counts(run: Run) -> None:
    every = run("rank", "-n", "1").err
    assert "references, influences, comparisons and derivations together" in every
    assert "--via reference" in every
    assert run("rank", "-n", "1", "--via", "reference").err.startswith("counted: references, not")


def test_an_unknown_command_names_the_nearest(run: Run) -> None:
    done = run("sparkl")
    assert done.code == 2
    assert "did you mean sparql" in done.err


def test_the_list_of_queries_is_grouped_and_shows_parameters(run: Run) -> None:
    done = run("query")
    assert "REFERENCES\n" in done.out
    assert "-p work=film:chungking-express" in done.out
    assert "UNDEF" not in done.out
    assert "(node)" not in done.out
    assert "\nSONGS" not in done.out


def test_a_query_has_help_of_its_own(run: Run) -> None:
    done = run("query", "what-came-of-it", "--help")
    assert done.code == 0
    assert "literature:the-dancing-girl-of-izu" in done.out
    assert "Shows of SPARQL: property paths" in done.out


def test_queries_are_listed_by_what_they_show_of_sparql(run: Run) -> None:
    done = run("query", "--topic", "property paths")
    assert "what-came-of-it" in done.out
    assert "who-refers-to" not in done.out


def test_a_topic_that_is_not_there_names_those_that_are(run: Run) -> None:
    done = run("query", "--topic", "gardening")
    assert done.code == 2
    assert "property paths" in done.err


def test_the_queries_are_written_as_executables_for_editors(run: Run) -> None:
    done = run("query", "-f", "ttl")
    assert "<http://www.w3.org/ns/shacl#SPARQLSelectExecutable>" in done.out


def test_the_list_of_queries_as_json_has_name_summary_parameters_columns(run: Run) -> None:
    rows = json.loads(run("query", "-f", "json").out)
    assert {"name", "summary", "parameters", "columns"} <= rows[0].keys()
    first = next(row for row in rows if row["name"] == "what-it-refers-to")
    assert first["parameters"][0]["default"] == "film:chungking-express"


def test_a_query_is_csv_when_piped(run: Run) -> None:
    done = run("query", "who-refers-to", "-p", "entity=三浦友和")
    assert done.code == 0
    assert done.out.startswith("origin,originLabel,family,kind")


def test_a_table_aligns_chinese_and_japanese(run: Run) -> None:
    lines = run("query", "names", "-p", "entity=重慶森林", "-f", "table").out.splitlines()
    starts = {
        wcswidth(line[: line.index(tag)])
        for line in lines
        for tag in (" zh-hant ", " ja ", " en ")
        if tag in f"{line} "
    }
    assert len(starts) == 1


def test_markdown_and_links_and_language(run: Run) -> None:
    done = run("query", "who-refers-to", "-f", "md", "--links", "--lang", "zh-Hant")
    assert "重慶森林" in done.out
    assert "https://www.wikidata.org/wiki/Q766263" in done.out


def test_sparql_of_a_query_is_printed_and_not_run(run: Run) -> None:
    done = run("query", "what-it-refers-to", "--sparql", "-p", "work=Fallen Angels")
    assert "VALUES ?work { <https://w3id.org/allusion/film/fallen-angels> }" in done.out
    answer = run("sparql", "-", "-f", "json", stdin=done.out)
    assert answer.code == 0
    assert json.loads(answer.out)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("query", "what-it-refers"), 2, "did you mean what-it-refers-to"),
        (("query", "what-it-refers-to", "-p", "work"), 2, "key=value"),
        (("query", "what-it-refers-to", "-p", "film=x"), 2, "it has: work"),
        (("query", "what-it-refers-to", "-p", "work=Chunking Expres"), 2, "Chungking Express"),
        (("query", "who-refers-to", "-p", "entity=Manhattan"), 2, "film:manhattan"),
        (("query", "who-refers-to", "-f", "ttl"), 2, "ttl cannot hold rows"),
        (("sparql", "SELECT ?s WHERE { ?s foo:x ?o }"), 3, "the prefix foo: is not declared"),
        (("sparql", "INSERT DATA { <a:a> <a:b> 1 }"), 3, "the graph is read-only"),
        (("sparql", "LOAD <file:///etc/passwd> # {"), 3, "the graph is read-only"),
        (("sparql", "SELECT * { SERVICE <http://e/> {} }"), 3, "another server"),
        (("query", "names", "a", "b"), 2, "names takes entity, and 2 values were given"),
        (("query", "names", "Wong Kar-wai", "-p", "entity=Faye Wong"), 2, "given twice"),
        (("query", "names", "-p", "name=x"), 2, "it has: entity"),
        (("query", "songs", "Wong Kar-wai"), 2, "is a person (person:wong-kar-wai)"),
        (("query", "most-referred-to", "-p", "kind=named-rop"), 2, "name-drop"),
        (("query", "points-at-a-person", "person"), 2, "did you mean Person?"),
        (("query", "names", "-o", "x.xlsx"), 2, "does not say its format"),
        (("query", "most-referred-to", "kind=influence"), 2, "behind -p: -p kind=influence"),
        (("query", "by-decade", "2", "-p", "least=many"), 2, "wanted is a whole number"),
        (("query", "by-decade", "2", "-p", "least=3"), 2, "'2', which by-decade takes as least"),
        (("query", "by-decade", "-1"), 2, "with its name: -p NAME=-1"),
        (("search", "x", "-n", "0"), 2, "0 is not in the range"),
        (("query", "most-often"), 2, "allusion query lists all"),
        (("query", "--help", "no-such"), 2, "no query is called 'no-such'"),
        (("sparql", "ASK {}", "--max-memory", "much"), 2, "write it like 512M or 2G"),
        (("sparql", "ASK {}", "--max-memory", "99999999999G"), 2, "a whole number from 1"),
        (("sparql", "ASK {}", "--timeout", "inf"), 2, "a number of seconds above 0"),
        (("sparql", "ASK {}", "--timeout", "nan"), 2, "a number of seconds above 0"),
        (("wikidata", "check", "Faye Wong", "--timeout", "nan"), 2, "a number of seconds above 0"),
        (("sparql", ""), 2, "the query is empty"),
        (("sparql", "no-such-file.rq"), 2, "neither a file nor a SPARQL query"),
        (("show", "Nobody At All"), 2, "no entity is called"),
        (("open", "film:chungking-express", "--on", "tmdb", "--data", "/nonexistent"), 2, "--data"),
        (("view", "-o", "x.docx"), 2, "neither .svg, .png nor .html"),
        (("export", "gml"), 2, "gml"),
    ],
)
def test_what_is_wrong_is_said_on_stderr_with_an_exit_code(
    run: Run, arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = run(*arguments)
    assert done.code == code
    assert message in done.err
    assert done.out == ""
    assert "Traceback" not in done.err


def test_ask_answers_by_exit_code_too(run: Run) -> None:
    assert run("sparql", "ASK { person:tomokazu-miura a al:Person }")[:2] == (0, "true\n")
    assert run("sparql", "ASK { person:tomokazu-miura a al:Film }")[:2] == (1, "false\n")


def test_a_column_of_select_star_is_never_called_a_slip(run: Run) -> None:
    done = run("sparql", "SELECT DISTINCT * { ?film al:noSuch [] }")
    assert "?film" not in done.err
    assert "?flim" in run("sparql", "SELECT ?flim { ?film a al:Film } LIMIT 1").err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("command", ["query", "rank", "--help"])
def test_a_full_disk_behind_stdout_is_said_in_a_line(command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "allusion", command],
            stdout=full, stderr=subprocess.PIPE, env=environment(), timeout=60,
        )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr == b"allusion: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
def test_a_closed_stdout_is_no_fault() -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m allusion query who-refers-to >&-', sys.executable],
        stderr=subprocess.PIPE, env=environment(), timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_an_answer_written_to_a_pipe_goes_through_it_and_leaves_it_a_pipe(
    run: Run, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()
    assert run("query", "who-refers-to", "-o", str(pipe)).code == 0
    reader.join(10)
    assert read[0].startswith("origin,originLabel")
    assert pipe.is_fifo()


def test_a_cut_answer_is_printed_with_a_notice_and_an_exit_code_of_its_own(run: Run) -> None:
    done = run("sparql", "SELECT * { ?a ?b ?c }", "--max-rows", "3", "-f", "ndjson")
    assert done.code == 5
    assert len(done.out.splitlines()) == 3
    assert done.err.startswith(
        "allusion: stopped at 3 rows; first 3 rows. To allow more: --max-rows"
    )
    done = run("sparql", "ASK { ?a ?b ?c . ?d ?e ?f FILTER(?a = ?none) }", "--timeout", "0.2")
    assert (done.code, done.out) == (5, "")
    assert done.err.startswith("allusion: stopped after 0.2 s; nothing found so far.")


def test_a_cut_answer_is_no_file_unless_it_is_wanted(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "cut.csv"
    done = run("sparql", "SELECT * { ?a ?b ?c }", "--max-rows", "3", "-o", str(target))
    assert done.code == 5
    assert "was not written; add --partial" in done.err
    assert not target.exists()
    done = run("sparql", "SELECT * { ?a ?b ?c }", "--max-rows", "3", "-o", str(target), "--partial")
    assert done.code == 5
    assert "stopped at 3 rows" in done.err
    assert len(target.read_text(encoding="utf-8").splitlines()) == 4


def test_every_limit_can_be_set_and_is_shown_with_its_default(run: Run) -> None:
    text = " ".join(run("sparql", "--help").out.split())
    for option, default in (
        ("--timeout SECONDS", "10"),
        ("--max-rows N", "1,000 on a terminal, else 1,000,000"),
        ("--max-memory SIZE", "1 GB"),
        ("--max-bytes SIZE", "128 MB"),
        ("--max-length N", "100,000"),
        ("--max-depth N", "100"),
        ("--max-operators N", "1,000"),
    ):
        shown = text[text.index(option) :]
        assert shown[shown.index("[default: ") :].startswith(f"[default: {default}]")
    assert "size; write it like 512M" in run("sparql", "ASK {}", "--max-memory", "much").err
    done = run("sparql", "ASK { FILTER((true)) }", "--max-depth", "2")
    assert (done.code, done.out) == (3, "")
    assert "nested deeper than 2 (max_depth)" in done.err


def test_verbose_says_what_the_engine_was_kept_from(run: Run) -> None:
    done = run("sparql", "ASK {}", "--verbose")
    assert done.err.startswith("the engine has: no core dumps")


def test_a_misspelt_name_is_remarked_on_stderr(run: Run) -> None:
    done = run("sparql", "ASK { ?work al:refersto ?x }")
    assert (done.code, done.out) == (1, "false\n")
    assert "note: al:refersto stands nowhere in the graph; did you mean al:refersTo?" in done.err


def test_sparql_is_read_from_a_file_and_constructs_turtle(run: Run, tmp_path: Path) -> None:
    question = tmp_path / "q.rq"
    question.write_text("CONSTRUCT { ?s a al:Film } WHERE { ?s a al:Film } LIMIT 2")
    done = run("sparql", str(question))
    assert len(list(ox.parse(done.out.encode(), format=ox.RdfFormat.TURTLE))) == 2
    done = run("sparql", "DESCRIBE film:chungking-express", "-f", "nt")
    assert "<https://w3id.org/allusion/film/chungking-express>" in done.out


def test_output_goes_to_a_file_in_the_format_of_its_ending(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    done = run("query", "names", "-o", str(target))
    assert done.out == ""
    assert f"wrote {target}" in done.err
    assert json.loads(target.read_text(encoding="utf-8"))


def test_output_into_a_missing_folder_is_an_error_and_leaves_nothing(
    run: Run, tmp_path: Path
) -> None:
    done = run("query", "names", "-o", str(tmp_path / "no/such/out.csv"))
    assert done.code == 3
    assert "could not be written" in done.err
    assert list(tmp_path.iterdir()) == []


def test_values_may_be_given_in_the_order_of_the_list(run: Run) -> None:
    assert (
        run("query", "together", "Momoe Yamaguchi", "三浦友和").out == run("query", "together").out
    )


def test_a_misspelling_is_answered_with_the_nearest_names(run: Run) -> None:
    done = run("search", "Tomokazu", "Muira")
    assert done.code == 0
    assert "nothing is called 'Tomokazu Muira'; this is near it:" in done.err
    assert "person/tomokazu-miura,Tomokazu Miura,person,1952,Tomokazu Miura,en,typo," in done.out
    done = run("search", "Tomokasu", "Muirra")
    assert done.code == 1
    assert "did you mean Tomokazu Miura (person:tomokazu-miura)?" in done.err


def test_a_card_tells_in_what_a_character_has_a_part_and_whom_somebody_married(run: Run) -> None:
    out = run("show", "Cop 223").out
    assert "Has a part in" in out
    assert "Chungking Express → Tomokazu Miura" in out
    assert (
        "Momoe Yamaguchi and Tomokazu Miura: marriage (1980-11-19)." in run("show", "三浦友和").out
    )


def test_a_card_shows_some_evidence_and_all_of_it_on_request(run: Run) -> None:
    short, whole = run("show", "Momoe Yamaguchi").out, run("show", "Momoe Yamaguchi", "--all").out
    assert "more sources: add --all" in short
    assert "more sources" not in whole
    assert len(whole) > len(short)


def test_a_language_that_no_source_states_says_so_wherever_it_is_told(run: Run) -> None:
    path = ("path", "三浦友和", "重慶森林", "--via", "name-drop", "-f", "table")
    for words in (("show", "三浦友和"), path):
        out = " ".join(run(*words).out.split())
        assert "dialogue, Cantonese (inferred)" in out
        assert "note: Inferred: the essay says that what 223 speaks aloud" in out
        assert "Not stated of this line." in out


def test_the_evidence_that_a_sentence_rests_on_stands_first(run: Run) -> None:
    out = run("show", "三浦友和").out
    told = out[out.index("As the essay “223” tells it, when the two parted") :]
    assert told[told.index("supports: ") :].startswith("supports: 223, the author of")


def test_what_was_left_out_is_said_with_what_stood_in_its_place(run: Run) -> None:
    done = run("query", "together", "Faye Wong")
    assert "other = Tomokazu Miura (default)" in done.err
    assert "no rows" in done.err
    assert "other = Manhattan (default)" in run("query", "chain", "Moonlight").err
    assert "default" not in run("query", "together").err
    assert "default" not in run("query", "together", "Momoe Yamaguchi", "三浦友和").err


def test_a_default_that_a_store_lacks_is_called_a_default(run: Run, tiny: Resources) -> None:
    done = run("query", "cast", "--data", str(tiny.data))
    assert done.code == 2
    assert "work was not given, and its default, film:chungking-express, is not in" in done.err


def test_a_language_in_which_nothing_has_a_label_is_remarked(run: Run) -> None:
    for words in (("query", "songs"), ("show", "Faye Wong")):
        done = run(*words, "--lang", "klingon")
        assert "no label in klingon; labels stay English; known: " in done.err
    assert "no label" not in run("query", "songs", "--lang", "zh").err


def test_csv_for_excel_begins_with_the_mark_that_says_it_is_utf_8(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    assert run("query", "names", "重慶森林", "-f", "csv-excel", "-o", str(path)).code == 0
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfname,language,use\r\n")
    assert data.decode("utf-8-sig").replace("\r\n", "\n") == (
        run("query", "names", "重慶森林", "-f", "csv").out
    )


def test_a_name_that_search_is_sure_of_stands_alone_among_the_suggestions(run: Run) -> None:
    err = run("show", "Wang Chia-wei").err
    assert err.endswith("did you mean Wong Kar-wai (person:wong-kar-wai)?\n")


def test_the_arrows_of_a_path_are_explained(run: Run) -> None:
    err = run("path", "三浦友和", "重慶森林", "-f", "table").err
    assert "↓ the statement points down, ↑ it points up" in err
    assert "↓" not in run("path", "三浦友和", "重慶森林", "-f", "csv").err


def test_a_card_says_in_words_how_sure_a_link_is_and_all_of_it_on_request(run: Run) -> None:
    assert "github:" not in run("show", "三浦友和").out
    assert "github:" in run("show", "三浦友和", "--all").out


def test_what_happened_in_a_year_and_in_a_decade(run: Run) -> None:
    year = run("query", "in-a-year", "1980").out
    assert "marriage" in year
    assert "1975-10-03" not in year
    assert "1975-10-03" in run("query", "in-a-year", "1970", "-p", "years=10").out


def test_a_short_name_says_for_whom_it_was_taken(run: Run) -> None:
    for words in (("show", "Tony Leung"), ("query", "filmography", "Tony Leung")):
        said = "Tony Leung: taken as Tony Leung Chiu-wai; also: Tony Leung Ka-fai"
        assert said in run(*words).err
    assert "taken as" not in run("show", "Tony Leung Ka-fai").err
    assert "taken as" not in run("show", "三浦友和").err


def test_search_finds_by_any_script_and_says_no_by_exit_code(run: Run) -> None:
    done = run("search", "山口")
    assert "person/momoe-yamaguchi" in done.out
    done = run("search", "qqqqqq")
    assert (done.code, done.out) == (1, "")
    assert "nothing is called" in done.err


def test_show_has_names_both_directions_evidence_and_links(run: Run) -> None:
    out = run("show", "Tomokazu Miura").out
    assert "三浦友和" in out
    assert "Referred to by" in out
    assert "← Chungking Express" in out
    assert "supports: 223" in out
    assert "https://www.wikidata.org/wiki/Q1039595" in out
    out = run("show", "重慶森林").out
    assert "→ Tomokazu Miura" in out
    assert "told by: Cop 223" in out


def test_show_as_json_is_the_whole_card(run: Run) -> None:
    card = json.loads(run("show", "Tomokazu Miura", "-f", "json").out)
    assert card["entity"]["labels"]["ja"] == "三浦友和"
    assert any(edge["family"] == "reference" for edge in card["incoming"])


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
    run: Run, tiny: Resources, form: str, reader: ox.RdfFormat
) -> None:
    from allusion.build import load_memory

    store = load_memory(tiny)
    out = run("export", form, "--data", str(tiny.data)).out
    read = list(ox.parse(out.encode(), format=reader))
    graphs = form in ("trig", "nq")
    wanted = len(store) if graphs else len({quad.triple for quad in store})
    assert len({(q if graphs else q.triple) for q in read}) == wanted


def test_graphml_and_gexf_can_be_read_again(run: Run, tmp_path: Path) -> None:
    run("export", "graphml", "-o", str(tmp_path / "g.graphml"))
    network = nx.read_graphml(tmp_path / "g.graphml", force_multigraph=True)
    assert network.nodes["https://w3id.org/allusion/film/chungking-express"]["year"] == 1994
    run("export", "gexf", "-o", str(tmp_path / "g.gexf"))
    read = nx.read_gexf(tmp_path / "g.gexf", version="1.3")
    assert read.number_of_edges() == network.number_of_edges()


def test_gexf_has_a_timeline_and_is_what_the_schema_of_gexf_1_3_asks_for(
    run: Run, tiny: Resources
) -> None:
    """Structure by https://gexf.net/schema.html: order of elements, attributes, value spaces."""
    out = run("export", "gexf", "--data", str(tiny.data)).out
    assert out == run("export", "gexf", "--data", str(tiny.data)).out
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


def test_in_graphml_and_gexf_nothing_begins_before_what_it_joins(run: Run, tmp_path: Path) -> None:
    run("export", "gexf", "-o", str(tmp_path / "g.gexf"))
    network = nx.read_gexf(tmp_path / "g.gexf", version="1.3")
    assert sum("start" in data for _, data in network.nodes(data=True)) > 100
    assert (
        network.nodes["https://w3id.org/allusion/film/chungking-express"]["start"] == "1994-07-14"
    )
    for one, other, data in network.edges(data=True):
        ends = [network.nodes[end].get("start", "") for end in (one, other)]
        assert data.get("start", "") == max(ends)


def test_yes_or_no_in_sparql_json(run: Run, tmp_path: Path) -> None:
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
        "connection:later-star: points at person:sta, which is described nowhere [dangling]"
        in done.out
    )
    assert done.out.startswith("sources/review.ttl:23: ")
    assert json.loads(run("check", "--no-shacl", "-f", "json", "--data", str(tiny.data)).out)


def test_check_asks_the_violation_queries_and_may_ask_one_alone(run: Run, tiny: Resources) -> None:
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


def test_build_says_when_there_is_nothing_to_do(run: Run, tiny: Resources) -> None:
    assert "built" in run("build", "--data", str(tiny.data)).err
    assert "up to date" in run("build", "--data", str(tiny.data)).err


def test_view_writes_the_page_and_prints_its_path_where_there_is_no_browser(
    run: Run, tiny: Resources
) -> None:
    done = run("view", "film:later", "--layout", "timeline", "--data", str(tiny.data))
    path = Path(done.out.strip())
    assert path.name == "later.html"
    text = path.read_text(encoding="utf-8")
    assert "後來" in text
    assert 'data-start="#/timeline/later"' in text
    assert "open this file" in done.err


def test_path_writes_and_opens_the_page_that_shows_the_chain(
    run: Run, tiny: Resources, tmp_path: Path
) -> None:
    data = ("--data", str(tiny.data))
    done = run("path", "film:later", "person:star", "--no-credits", "--view", *data)
    shown = Path(done.out.strip()).read_text(encoding="utf-8")
    assert (
        'data-start="#/chain/later/star?kinds=reference,influence,comparison,derivation"' in shown
    )
    done = run("path", "film:later", "person:star", "-o", str(tmp_path / "x.html"), *data)
    assert 'data-start="#/chain/later/star"' in (tmp_path / "x.html").read_text("utf-8")
    assert "wrote" in done.err
    refused = run("path", "film:later", "person:star", "--view", "-f", "json", *data)
    assert refused.code == 2


def test_view_writes_the_svg(run: Run, tmp_path: Path) -> None:
    run("view", "重慶森林", "-o", str(tmp_path / "film.svg"))
    text = (tmp_path / "film.svg").read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "Tomokazu Miura" in text


def test_view_draws_the_surroundings_in_a_store_of_somebodys_own(run: Run, tmp_path: Path) -> None:
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
    done = run("view", "--store", str(store), "--most", "12", "-o", str(drawn))
    assert "of 31 entities the 12 nearest to later; --most 20000 takes in more" in done.err
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
