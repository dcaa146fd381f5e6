"""The command line as a person types it: results on stdout, the rest on stderr, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest
from terminal import Run
from wcwidth import wcswidth

import allusion


def environment() -> dict[str, str]:
    """What a process of its own needs to find the package, and the home of the tests."""
    return os.environ | {"PYTHONPATH": str(Path(allusion.__file__).parents[1])}


def test_a_query_is_csv_when_piped(run: Run) -> None:
    done = run("query", "who-refers-to", "-p", "entity=三浦友和")
    assert done.code == 0
    assert done.out.startswith("origin,originLabel,family,kind")


def test_a_table_aligns_chinese_and_japanese(run: Run) -> None:
    lines = run("query", "names", "-p", "entity=重慶森林", "-f", "table").out.splitlines()
    starts = {
        wcswidth(line[: line.index(tag)])
        for line in lines
        for tag in (" zh-Hant ", " ja ", " en ")
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
        (("query", "who-refers-to", "-p", "entity=Happy Together"), 2, "film:happy-together"),
        (("query", "who-refers-to", "-f", "ttl"), 2, "ttl cannot represent rows"),
        (("query", "songs", "-f", "md", "-o", "x.svg"), 2, "is the ending of a picture"),
        (("rank", "-f", "md", "-o", "x.html"), 2, "is the ending of a picture"),
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
        (
            ("query", "names", "-o", "x.xlsx"),
            2,
            "'x.xlsx' has no known ending; did you mean -f csv",
        ),
        (("query", "names", "-f", "xlsx"), 2, "Did you mean -f csv-excel?"),
        (("sparql", "ASK {}", "-f", "turtle"), 2, "Did you mean -f ttl?"),
        (("search", "izu", "-f", "png"), 2, "To write a picture, use -o FILE.png"),
        (
            ("query", "songs", "film=Chungking Express"),
            2,
            "songs has no parameter 'film'; it has: work; write: allusion query songs -p "
            "work='Chungking Express'",
        ),
        (("query", "songs", "work=2046 x"), 2, "to set a parameter by name, use -p: -p work='2046"),
        (("query", "songs", "--work", "2046"), 2, "to set a parameter, use -p: -p work=VALUE"),
        (
            ("query", "collaborators", "Chungking Express"),
            2,
            "person: 'Chungking Express' is a film (film:chungking-express)",
        ),
        (("query", "chain", "2046", "Nothing At"), 2, "other: no entity is named 'Nothing At'"),
        (("query", "most-referred-to", "kind=influence"), 2, "use -p: -p kind=influence"),
        (("query", "by-decade", "2", "-p", "least=many"), 2, "is given twice"),
        (
            ("query", "by-decade", "2", "-p", "least=3"),
            2,
            "given twice: '2' by position, and -p least=3",
        ),
        (("query", "by-decade", "-1"), 2, "name of its parameter: -p NAME=-1"),
        (("search", "x", "-n", "0"), 2, "0 is not in the range"),
        (("query", "most-often"), 2, "allusion query lists all"),
        (("query", "--help", "no-such"), 2, "no query is named 'no-such'"),
        (("sparql", "ASK {}", "--max-memory", "much"), 2, "write it like 512M or 2G"),
        (("sparql", "ASK {}", "--max-memory", "99999999999G"), 2, "the largest 1,073,741,824G"),
        (("sparql", "ASK {}", "--max-memory", "1"), 2, "the smallest value is 16M"),
        (("sparql", "ASK {}", "--timeout", "1e-9"), 2, "1e-09 is not in the range x>=0.001"),
        (("sparql", "ASK {}", "--timeout", "inf"), 2, "inf is not a finite number"),
        (("sparql", "ASK {}", "--timeout", "nan"), 2, "nan is not a finite number"),
        (("serve", "--max-memory", "1"), 2, "the smallest value is 16M"),
        (("serve", "--timeout", "1e-9"), 2, "1e-09 is not in the range x>=0.001"),
        (("serve", "--query-share", "nan"), 2, "nan is not a finite number"),
        (("wikidata", "check", "Faye Wong", "--timeout", "nan"), 2, "not a finite number"),
        (("wikidata", "check", "Faye Wong", "--max-age", "nan"), 2, "not a finite number"),
        (("sparql", ""), 2, "the query is empty"),
        (("sparql", "no-such-file.rq"), 2, "neither a file nor a SPARQL query"),
        (("show", "Nobody At All"), 2, "no entity is named"),
        (("open", "film:chungking-express", "--on", "tmdb", "--data", "/nonexistent"), 2, "--data"),
        (("view", "-o", "x.docx"), 2, "has no suffix of a picture"),
        (("export", "gml"), 2, "gml"),
    ],
)
def test_errors_are_on_stderr_with_an_exit_code(
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


def test_a_column_of_select_star_gets_no_spelling_note(run: Run) -> None:
    done = run("sparql", "SELECT DISTINCT * { ?film al:noSuch [] }")
    assert "?film" not in done.err
    assert "?flim" in run("sparql", "SELECT ?flim { ?film a al:Film } LIMIT 1").err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize(
    "command", ["query", pytest.param("rank", marks=pytest.mark.slow), "--help"]
)
def test_a_full_disk_at_stdout_is_one_line_on_stderr(command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "allusion", command],
            stdout=full, stderr=subprocess.PIPE, env=environment(), timeout=60,
        )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr == b"allusion: output error: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
def test_a_closed_stdout_is_an_output_error() -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m allusion query who-refers-to >&-', sys.executable],
        stderr=subprocess.PIPE, env=environment(), timeout=60,
    )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr == b"allusion: output error: Bad file descriptor\n"


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


def test_a_truncated_answer_has_a_notice_and_its_own_exit_code(run: Run) -> None:
    done = run("sparql", "SELECT * { ?a ?b ?c }", "--max-rows", "3", "-f", "ndjson")
    assert done.code == 5
    assert len(done.out.splitlines()) == 3
    assert done.err.startswith(
        "allusion: stopped at 3 rows; first 3 rows. To allow more: --max-rows"
    )
    done = run("sparql", "ASK { ?a ?b ?c . ?d ?e ?f FILTER(?a = ?none) }", "--timeout", "0.2")
    assert (done.code, done.out) == (5, "")
    assert done.err.startswith("allusion: stopped after 0.2 s; nothing found so far.")


def test_a_truncated_answer_is_written_to_a_file_only_with_partial(
    run: Run, tmp_path: Path
) -> None:
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


def test_verbose_reports_the_confinement_of_the_engine(run: Run) -> None:
    done = run("sparql", "ASK {}", "--verbose")
    assert done.err.startswith("confinement of the engine: no core dumps")


def test_a_misspelt_name_is_remarked_on_stderr(run: Run) -> None:
    done = run("sparql", "ASK { ?work al:refersto ?x }")
    assert (done.code, done.out) == (1, "false\n")
    assert "note: al:refersto does not occur in the graph; did you mean al:refersTo?" in done.err


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
