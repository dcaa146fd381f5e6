"""What the command line says of itself: commands, queries, topics."""

from __future__ import annotations

import json
import re

import pytest
from terminal import Run

from allusion.cli import COMMANDS
from allusion.cli.wikidata import COMMANDS as OF_WIKIDATA


def test_help_names_every_command(run: Run) -> None:
    done = run("--help")
    assert done.code == 0
    assert all(f"  {name} " in done.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_begins_with_its_line_in_the_list(run: Run, name: str) -> None:
    done = run(name, "--help")
    assert done.code == 0
    text = " ".join(done.out.split())
    assert COMMANDS[name] in text


@pytest.mark.parametrize(
    "words", [(name,) for name in COMMANDS] + [("wikidata", name) for name in OF_WIKIDATA]
)
def test_no_help_text_contains_a_formatting_mark(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words, "--help")
    assert done.code == 0
    assert "\\b" not in done.out
    assert "\b" not in done.out


def test_the_measures_of_rank_stand_one_below_the_other(run: Run) -> None:
    assert re.search(
        r"^  referred +Number of.*\n^ {15}once", run("rank", "--help").out, re.MULTILINE
    )


def test_rank_describes_its_measure(run: Run) -> None:
    every = run("rank", "-n", "1").err
    assert "references, influences, comparisons and derivations;" in every
    assert "--via reference" in every
    assert run("rank", "-n", "1", "--via", "reference").err.startswith("counted: references; not")


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
    assert "SPARQL features: property paths" in done.out


def test_queries_are_listed_by_sparql_feature(run: Run) -> None:
    done = run("query", "--topic", "property paths")
    assert "what-came-of-it" in done.out
    assert "filmography" not in done.out


def test_an_unknown_topic_lists_the_known_ones(run: Run) -> None:
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
