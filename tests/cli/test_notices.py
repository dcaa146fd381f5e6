"""Cards, notes and suggestions: what the command line tells beside an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from terminal import Run

from allusion.cli.options import read_texts
from allusion.core.errors import ParameterError
from allusion.core.resources import Resources


def test_a_misspelling_is_answered_with_the_nearest_names(run: Run) -> None:
    done = run("search", "Tomokazu", "Muira")
    assert done.code == 0
    assert "no entity is named 'Tomokazu Muira'; similar names:" in done.err
    assert "person/tomokazu-miura,Tomokazu Miura,person,1952,Tomokazu Miura,en,typo," in done.out
    done = run("search", "Tomokasu", "Muirra")
    assert done.code == 1
    assert "did you mean Tomokazu Miura (person:tomokazu-miura)?" in done.err


def test_a_card_lists_the_parts_of_a_character_and_marriages(run: Run) -> None:
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


def test_a_deprecated_name_is_reported_with_its_replacement(run: Run) -> None:
    done = run("show", "person:ataru-baba")
    assert done.out.startswith("Masaru Baba")
    assert "person:ataru-baba is deprecated; it is replaced by person:masaru-baba" in done.err


def test_a_language_that_no_source_states_is_marked_in_every_output(run: Run) -> None:
    path = ("path", "三浦友和", "重慶森林", "--via", "name-drop", "-f", "table")
    for words in (("show", "三浦友和"), path):
        out = " ".join(run(*words).out.split())
        assert "dialogue, Cantonese (inferred)" in out
        assert "note: Inferred: the essay says that what 223 speaks aloud" in out
        assert "Not stated of this line." in out


def test_the_evidence_that_a_sentence_rests_on_stands_first(run: Run) -> None:
    out = run("show", "三浦友和").out
    told = out[out.index("Cop 223 recalls that, when the two parted") :]
    assert told[told.index("supports: ") :].startswith("supports: 223, the author of")


def test_an_empty_answer_is_explained_with_the_command_to_run_next(run: Run) -> None:
    chain = run("query", "chain", "film:moonlight", "award:golden-horse-award-for-best-actor")
    assert "the values do not fit this query: it reads film, " in chain.err
    assert "allusion path film:moonlight award:golden-horse-award-for-best-actor" in chain.err
    scenes = run("query", "scenes", "film:manhattan")
    assert "no data: " in scenes.err
    assert "allusion show film:manhattan" in scenes.err


@pytest.mark.parametrize("form", ["json", "sparql-json", "csv", "table"])
def test_an_empty_answer_is_explained_in_every_format(run: Run, form: str) -> None:
    done = run("query", "who-refers-to", "Faye Wong", "-f", form)
    assert "no rows" in done.err
    assert "no data: " in done.err


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("night=/no/such.txt", "there is no file /no/such.txt"),
        ("night", "is not of the form KEY=FILE: the key of a source and a text file"),
        ("=night.txt", "is not of the form KEY=FILE: the key of a source and a text file"),
    ],
)
def test_a_missing_text_file_and_a_malformed_option_have_different_messages(
    value: str, problem: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        read_texts([value])
    assert f"--text {value}" in str(caught.value)
    assert problem in str(caught.value)


def test_an_omitted_parameter_is_reported_with_its_default(run: Run) -> None:
    done = run("query", "together", "Faye Wong")
    assert "other = Tomokazu Miura (default)" in done.err
    assert "no rows" in done.err
    assert "other = Manhattan (default)" in run("query", "chain", "Moonlight").err
    assert "default" not in run("query", "together").err
    assert "default" not in run("query", "together", "Momoe Yamaguchi", "三浦友和").err


def test_a_default_missing_from_the_store_is_an_error_that_names_it(
    run: Run, tiny: Resources
) -> None:
    done = run("query", "cast", "--data", str(tiny.data))
    assert done.code == 2
    assert "work was not given, and its default, film:chungking-express, is not in" in done.err


def test_a_language_in_which_nothing_has_a_label_is_remarked(run: Run) -> None:
    for words in (("query", "songs"), ("show", "Faye Wong")):
        done = run(*words, "--lang", "klingon")
        assert "no label in klingon; labels stay English; known: " in done.err
    assert "no label" not in run("query", "songs", "--lang", "zh").err


def test_a_csv_file_names_the_format_for_excel_unless_one_was_chosen(
    run: Run, tmp_path: Path
) -> None:
    path = str(tmp_path / "x.csv")
    hint = "for Excel, use -f csv-excel"
    assert hint in run("query", "kinds", "-o", path).err
    assert hint in run("sparql", "SELECT (1 AS ?x) {}", "-o", path).err
    assert hint not in run("query", "kinds", "-o", path, "-f", "csv").err
    assert hint not in run("query", "kinds", "-o", str(tmp_path / "x.tsv")).err


def test_csv_for_excel_begins_with_the_byte_order_mark_of_utf_8(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    assert run("query", "names", "重慶森林", "-f", "csv-excel", "-o", str(path)).code == 0
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfname,language,use\r\n")
    assert data.decode("utf-8-sig").replace("\r\n", "\n") == (
        run("query", "names", "重慶森林", "-f", "csv").out
    )


def test_a_certain_match_is_the_only_suggestion(run: Run) -> None:
    err = run("show", "Wang Chia-wei").err
    assert err.endswith("did you mean Wong Kar-wai (person:wong-kar-wai)?\n")


def test_the_arrows_of_a_path_are_explained(run: Run) -> None:
    err = run("path", "三浦友和", "重慶森林", "-f", "table").err
    assert "↓ the statement points down, ↑ it points up" in err
    assert "↓" not in run("path", "三浦友和", "重慶森林", "-f", "csv").err


def test_a_card_describes_the_confidence_of_a_link_and_lists_details_on_request(run: Run) -> None:
    assert "github:" not in run("show", "三浦友和").out
    assert "github:" in run("show", "三浦友和", "--all").out


def test_events_of_a_year_and_a_decade_are_listed(run: Run) -> None:
    year = run("query", "in-a-year", "1980").out
    assert "marriage" in year
    assert "1975-10-03" not in year
    assert "1975-10-03" in run("query", "in-a-year", "1970", "-p", "years=10").out


def test_a_short_name_is_resolved_with_a_notice(run: Run) -> None:
    for words in (("show", "Tony Leung"), ("query", "filmography", "Tony Leung")):
        said = (
            "Tony Leung: taken as Tony Leung Chiu-wai (person:tony-leung-chiu-wai); "
            "also: Tony Leung Ka-fai (person:tony-leung-ka-fai)"
        )
        assert said in run(*words).err
    assert "taken as" not in run("show", "Tony Leung Ka-fai").err
    assert "taken as" not in run("show", "三浦友和").err


def test_search_finds_names_in_any_script_and_exits_with_1_for_none(run: Run) -> None:
    done = run("search", "山口")
    assert "person/momoe-yamaguchi" in done.out
    done = run("search", "qqqqqq")
    assert (done.code, done.out) == (1, "")
    assert "no entity is named" in done.err


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
    out = run("show", "Moonlight").out
    influences = out.partition("Influenced by")[2].partition("Compared with")[0]
    assert "→ Claire Denis" in influences
    assert "↔ Chungking Express" in out
    assert not [
        line for line in out.partition("Influenced by")[0].splitlines() if "influence" in line
    ]


def test_show_as_json_is_the_whole_card(run: Run) -> None:
    card = json.loads(run("show", "Tomokazu Miura", "-f", "json").out)
    assert card["entity"]["labels"]["ja"] == "三浦友和"
    assert any(edge["family"] == "reference" for edge in card["incoming"])


def test_a_table_omits_empty_columns_and_the_iris_of_statements(run: Run) -> None:
    head = run("query", "disputes", "-f", "table").out.splitlines()[0].split()
    assert head == ["sentence", "side", "says", "source"]
    assert "connection:" not in run("query", "who-says-so", "-f", "table").out
    shown = run("query", "cast", "Manhattan", "-f", "table").out.splitlines()[0].split()
    assert shown == ["performer", "sources", "character", "sources"]


def test_inference_is_not_a_source_of_a_stated_fact(run: Run) -> None:
    out = run("show", "重慶森林").out
    assert "Statements inferred" not in out
    assert "set in: Hong Kong  [inferred" not in out
