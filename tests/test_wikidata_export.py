"""What was found here as statements for Wikidata, and what stays here, and why."""

from __future__ import annotations

import csv
import re
import socket
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import allusion
from allusion.cli import main, wikidata_export
from allusion.knowledge import KnowledgeGraph
from allusion.naming import Name
from allusion.records import Edge, Evidence, Line
from allusion.vocabulary import BASE
from allusion.wikidata import pulled as room
from allusion.wikidata.entities import Item, Statement
from allusion.wikidata.gate import NOT_COUNTED, OUTCOMES, Gate, Judge, Proposal, Reference
from allusion.wikidata.quickstatements import (
    Unwritable,
    commands,
    date,
    entity,
    lines,
    monolingual,
    string,
)
from allusion.wikidata.reporting import count, in_short, report
from allusion.wikidata.saying import BY_FAMILY, SCOPES, Sayings, Unsayable

REMAKE = "breathless-1983-remakes-breathless"


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return allusion.open()


@pytest.fixture(scope="module")
def judge(kg: KnowledgeGraph) -> Judge:
    return Judge(kg.network(), kg.store)


def connection(kg: KnowledgeGraph, slug: str, **changes: Any) -> Edge:
    """A connection of the graph, changed as the test says."""
    iri = f"{BASE}connection/{slug}"
    edges = kg.network().edges(keys=True, data=True)
    found: Edge = next(data["edge"] for _, _, key, data in edges if key == iri)
    return replace(found, **changes)


def words(judge: Judge, edge: Edge) -> list[str]:
    """Why it is not exported, in short."""
    verdict = judge.verdict(edge)
    assert verdict.outcome != "exported"
    return [reason.word for reason in verdict.reasons]


def evidence(source: str, url: str, stance: str = "supports") -> Evidence:
    return Evidence(
        f"{BASE}evidence/x", f"{BASE}source/{source}", source, "", "", url, "", "", stance
    )


def a_source_of(kg: KnowledgeGraph, kind: str) -> str:
    """Some source of this type."""
    query = f"SELECT ?s {{ ?s al:sourceType source-type:{kind} }} ORDER BY ?s LIMIT 1"
    found = kg.answer(query)
    assert isinstance(found, allusion.Result)
    return str(found.rows[0][0]).rsplit("/", 1)[-1]


# Every connection ends in one way


def test_every_connection_of_the_graph_ends_in_exactly_one_way(
    kg: KnowledgeGraph, judge: Judge
) -> None:
    counted = kg.answer("SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a/rdfs:subClassOf* al:Connection }")
    assert isinstance(counted, allusion.Result)
    verdicts = judge.verdicts()
    assert len({it.edge.iri for it in verdicts}) == len(verdicts) == counted.column("n")[0]
    outcomes = Counter(it.outcome for it in verdicts)
    assert set(outcomes) <= set(OUTCOMES)
    assert sum(outcomes.values()) == len(verdicts)
    assert all(bool(it.proposals) == (it.outcome == "exported") for it in verdicts)
    assert all(it.reasons for it in verdicts if it.outcome != "exported")


def test_the_counts_of_the_report_sum_to_all_connections(kg: KnowledgeGraph, judge: Judge) -> None:
    verdicts = judge.verdicts()
    numbers = [int(str(row[2])) for row in count(verdicts).rows]
    assert sum(numbers[:-1]) == numbers[-1] == len(verdicts)
    assert len(report(verdicts, kg.network())) == len(in_short(verdicts)) == len(verdicts)


def test_entities_narrow_it_to_what_comes_from_or_points_at_them(
    kg: KnowledgeGraph, judge: Judge
) -> None:
    film = kg.resolve("film:chungking-express")
    verdicts = judge.verdicts([film])
    assert 0 < len(verdicts) < len(judge.verdicts())
    assert all(film in (it.edge.target, it.edge.origin) for it in verdicts)


# What Wikidata can say


def test_every_kind_of_the_ontology_is_said_by_known_properties_or_by_none(
    kg: KnowledgeGraph,
) -> None:
    sayings = Sayings(kg.store)
    assert len(sayings.kinds) > 30
    assert set(sayings.kinds) >= BY_FAMILY
    said = {kind: sayings.properties(kind) for kind in sayings.kinds}
    assert {prop for properties in said.values() for prop in properties} <= set(SCOPES)
    assert said["quotation"] == ["P6166"]
    assert said["parody"] == said["reference"] == ["P8371"]
    assert said["influence"] == ["P941", "P737"]
    assert said["song-used"] == said["likeness"] == said["companion"] == []


def test_a_related_match_says_nothing(kg: KnowledgeGraph) -> None:
    found = Sayings(kg.store).property_for("likeness", ["film"], "person")
    assert isinstance(found, Unsayable)
    assert "P180 (depicts) is no more than related" in found.reason


def test_an_influence_on_a_person_and_on_a_work_have_properties_of_their_own(
    kg: KnowledgeGraph,
) -> None:
    sayings = Sayings(kg.store)
    assert sayings.property_for("influence", ["person"], "person") == "P737"
    assert sayings.property_for("influence", ["film"], "person") == "P941"


def test_a_reference_to_a_person_cannot_be_expressed(kg: KnowledgeGraph, judge: Judge) -> None:
    verdict = next(
        it for it in judge.verdicts([kg.resolve("person:tomokazu-miura")])
        if it.edge.kind == "name-drop"
    )  # fmt: skip
    assert verdict.outcome == "cannot be expressed"
    assert verdict.reasons[0].word == "points at a person"
    assert "P8371 (references work, tradition or theory) takes works" in verdict.reasons[0].text


@pytest.mark.parametrize(
    ("family", "reason"), [("analogy", "analogy"), ("comparison", "comparison")]
)
def test_comparisons_and_analogies_cannot_be_expressed(
    judge: Judge, family: str, reason: str
) -> None:
    verdicts = [it for it in judge.verdicts() if it.edge.family == "comparison"]
    found = [it for it in verdicts if it.reasons[0].word == reason]
    assert len(found) > 4
    assert all(it.outcome == "cannot be expressed" for it in verdicts)
    assert all(bool(it.edge.counterparts) == (family == "analogy") for it in found)


def test_what_a_critic_claims_of_an_influence_stays_a_view(judge: Judge) -> None:
    claims = [it for it in judge.verdicts() if it.edge.kind == "critic-claims-influence"]
    assert len(claims) > 40
    assert {it.outcome for it in claims} == {"cannot be expressed"}
    assert all("opinion" in [reason.word for reason in it.reasons] for it in claims)


def test_what_somebody_tells_that_another_said_cannot_be_expressed(
    kg: KnowledgeGraph, judge: Judge
) -> None:
    told = connection(kg, REMAKE, told_by="Cop 223", speaker="The owner")
    verdict = judge.verdict(told)
    assert verdict.outcome == "cannot be expressed"
    assert verdict.reasons[0].text.startswith("Cop 223 tells what The owner said")
    assert any("nested attribution" in [r.word for r in it.reasons] for it in judge.verdicts())


# The gate


def test_what_is_explicit_in_several_reviews_and_linked_passes(
    kg: KnowledgeGraph, judge: Judge
) -> None:
    verdict = judge.verdict(connection(kg, REMAKE))
    assert (verdict.outcome, verdict.property) == ("exported", "P144")
    (proposal,) = verdict.proposals
    assert (proposal.subject, proposal.value) == ("Q754304", "Q86427")
    assert len(proposal.references) == len(verdict.counted) >= 2


def test_a_claim_is_held_back_and_says_whose_it_is(kg: KnowledgeGraph, judge: Judge) -> None:
    verdict = judge.verdict(connection(kg, REMAKE, certainty="claimed", made_by=("A critic",)))
    assert verdict.outcome == "held back"
    assert verdict.reasons[0].text.startswith("it is claimed by A critic")


@pytest.mark.parametrize("certainty", ["doubtful", "inferred", ""])
def test_what_is_neither_seen_nor_said_by_the_maker_is_held_back(
    kg: KnowledgeGraph, judge: Judge, certainty: str
) -> None:
    assert words(judge, connection(kg, REMAKE, certainty=certainty)) == ["not certain"]


def test_what_a_source_disputes_is_held_back(kg: KnowledgeGraph, judge: Judge) -> None:
    edge = connection(kg, REMAKE)
    against = evidence("a-critic", "https://example.org/", "disputes")
    assert words(judge, replace(edge, evidence=(*edge.evidence, against))) == ["disputed"]


def test_two_pages_of_one_site_are_one_source(kg: KnowledgeGraph, judge: Judge) -> None:
    review = a_source_of(kg, "review")
    pages = (evidence(review, "https://a.org/1"), evidence(review, "http://www.a.org/2"))
    assert words(judge, connection(kg, REMAKE, evidence=pages)) == ["too few sources"]
    other = (*pages, evidence(review, "https://b.org/"))
    assert judge.verdict(connection(kg, REMAKE, evidence=other)).outcome == "exported"


@pytest.mark.parametrize("kind", sorted(NOT_COUNTED - {"inference", "register"}))
def test_what_wikidata_takes_for_no_source_does_not_count(
    kg: KnowledgeGraph, judge: Judge, kind: str
) -> None:
    slug = a_source_of(kg, kind)
    pages = tuple(evidence(slug, f"https://{site}.org/") for site in "abc")
    verdict = judge.verdict(connection(kg, REMAKE, evidence=pages))
    assert verdict.reasons[0].text == "0 of 2 sources that count (1 more that do not), none primary"


def test_a_source_that_only_mentions_it_does_not_count(kg: KnowledgeGraph, judge: Judge) -> None:
    review = a_source_of(kg, "review")
    pages = tuple(evidence(review, f"https://{site}.org/", "mentions") for site in "abc")
    assert words(judge, connection(kg, REMAKE, evidence=pages)) == ["too few sources"]


@pytest.mark.parametrize("kind", ["interview", "transcript"])
def test_one_primary_source_is_enough(kg: KnowledgeGraph, judge: Judge, kind: str) -> None:
    page = evidence(a_source_of(kg, kind), "https://a.org/")
    assert judge.verdict(connection(kg, REMAKE, evidence=(page,))).outcome == "exported"


def test_a_source_without_an_address_does_not_count(kg: KnowledgeGraph, judge: Judge) -> None:
    page = evidence(a_source_of(kg, "interview"), "")
    assert words(judge, connection(kg, REMAKE, evidence=(page,))) == ["too few sources"]


def test_a_link_that_is_not_sure_enough_holds_back(kg: KnowledgeGraph) -> None:
    strict = Judge(kg.network(), kg.store, Gate(confidence=1.0))
    verdict = strict.verdict(connection(kg, REMAKE))
    assert [reason.word for reason in verdict.reasons] == ["link not sure"] * 2
    assert "is Q754304 with a confidence of 0.99, below 1" in verdict.reasons[0].text


def test_an_end_without_an_item_holds_back(kg: KnowledgeGraph, judge: Judge) -> None:
    unlinked = kg.resolve("film:chungking-express-2020")
    verdict = judge.verdict(connection(kg, REMAKE, target=unlinked))
    assert [reason.word for reason in verdict.reasons] == ["no item"]


# What is there already


def pulled(*items: Item) -> dict[str, Item]:
    return {item.item: item for item in items}


def item(
    name: str, statements: dict[str, tuple[Statement, ...]] | None = None, **more: Any
) -> Item:
    return Item(name, "2026-11-22T00:00:00Z", revision=1, statements=statements or {}, **more)


def judged(kg: KnowledgeGraph, items: dict[str, Item]) -> Any:
    return Judge(kg.network(), kg.store, pulled=items).verdict(connection(kg, REMAKE))


def test_what_wikidata_states_already_is_left_out_and_said(kg: KnowledgeGraph) -> None:
    verdict = judged(kg, pulled(item("Q754304", {"P144": (Statement(item="Q86427"),)})))
    assert (verdict.outcome, verdict.proposals) == ("already there", ())
    assert (
        verdict.reasons[0].text == "Q754304 P144 (based on) Q86427 is there, as it would be stated"
    )


def test_what_is_stated_of_an_item_that_was_merged_is_there_too(kg: KnowledgeGraph) -> None:
    items = pulled(
        item("Q754304", {"P144": (Statement(item="Q900000001"),)}),
        item("Q86427", redirects_to="Q900000001"),
    )
    assert judged(kg, items).outcome == "already there"


def test_what_wikidata_has_rejected_is_not_proposed_again(kg: KnowledgeGraph) -> None:
    statement = Statement(item="Q86427", rank="deprecated")
    verdict = judged(kg, pulled(item("Q754304", {"P144": (statement,)})))
    assert verdict.outcome == "already there"
    assert verdict.reasons[0].text.endswith("with the rank deprecated")


def test_another_property_between_the_two_is_a_caution(kg: KnowledgeGraph) -> None:
    verdict = judged(kg, pulled(item("Q754304", {"P941": (Statement(item="Q86427"),)})))
    assert verdict.outcome == "exported"
    assert verdict.cautions == ("Wikidata joins the two by P941 (inspired by)",)


def test_a_statement_from_the_other_side_is_a_caution(kg: KnowledgeGraph) -> None:
    verdict = judged(kg, pulled(item("Q86427", {"P4969": (Statement(item="Q754304"),)})))
    assert verdict.cautions == ("Wikidata joins the two by P4969 (derivative work)",)


def test_an_item_that_was_merged_or_deleted_holds_back(kg: KnowledgeGraph) -> None:
    gone = judged(kg, pulled(item("Q754304", redirects_to="Q900000001")))
    assert gone.reasons[0].text == "Q754304 was merged into Q900000001: link that one"
    deleted = judged(kg, pulled(Item("Q86427", "2026-11-22T00:00:00Z")))
    assert deleted.reasons[0].text == "Q86427 is not there any more"


def test_a_work_that_points_at_a_later_one_is_a_caution(judge: Judge) -> None:
    cautions = [text for it in judge.verdicts() for text in it.cautions]
    assert "2046 (2004) is later than In the Mood for Love" in cautions


# The language of QuickStatements

CELL = re.compile(
    r'Q[1-9]\d*|[PS]\d+|"[^\t|]+"|[a-z]{2,3}(-[a-z]{2,4})?:"[^\t|]+"'
    r"|[+]\d{4}-\d\d-\d\dT00:00:00Z/(9|10|11)"
)


def cells(line: str) -> tuple[list[str], str]:
    """A command as both programs take it apart: cells between tabs, and the comment."""
    found = re.fullmatch(r"(.*?)\s*/\*\s*(.*?)\s*\*/\s*", line)
    assert found
    assert "|" not in line
    assert len(line.splitlines()) == 1
    return found[1].split("\t"), found[2]


def test_every_command_of_the_graph_is_well_formed(judge: Judge) -> None:
    verdicts = judge.verdicts()
    written = list(commands(verdicts))
    exported = [it for it in verdicts if it.outcome == "exported"]
    assert len(written) == sum(len(p.references) for it in exported for p in it.proposals) > 20
    iris = {it.edge.iri for it in exported}
    for line in written:
        parts, comment = cells(line)
        assert all(CELL.fullmatch(cell) for cell in parts)
        assert (parts[0][0], parts[1][0], parts[2][0], parts[3]) == ("Q", "P", "Q", "S854")
        assert comment.rsplit(" ", 1)[-1] in iris
        assert len(comment) <= 450


PROPOSAL = Proposal(
    "", "Q1", "P8371", "Q2",
    (
        Reference("https://example.org/a|b c/*d*/?e=“f”&g=%C3%A9#h", "2026-11-22"),
        Reference("https://example.org/書"),
        Reference(stated_in="Q1", quotation=Name("愛你一萬年", "zh-Hant")),
        Reference(stated_in="Q1", quotation=Name("a | b", "en")),
    ),
)  # fmt: skip


def test_a_line_has_one_reference_in_the_syntax_of_the_language() -> None:
    assert list(lines(PROPOSAL, "why")) == [
        'Q1\tP8371\tQ2\tS854\t"https://example.org/a%7Cb%20c/%2Ad%2A/?e=%E2%80%9Cf%E2%80%9D&g=%C3%A9#h"'
        "\tS813\t+2026-11-22T00:00:00Z/11 /* why */",
        'Q1\tP8371\tQ2\tS854\t"https://example.org/%E6%9B%B8" /* why */',
        'Q1\tP8371\tQ2\tS248\tQ1\tS1683\tzh-hant:"愛你一萬年" /* why */',
    ]


def test_a_short_line_of_the_work_is_quoted_with_the_work_as_its_source(
    kg: KnowledgeGraph, judge: Judge
) -> None:
    edge = connection(kg, REMAKE, line=Line("愛你一萬年", "zh-Hant"))
    *_, last = judge.verdict(edge).proposals[0].references
    assert last == Reference(stated_in="Q754304", quotation=Name("愛你一萬年", "zh-Hant"))
    long = connection(kg, REMAKE, line=Line("la " * 60, "en"))
    assert all(not it.quotation for it in judge.verdict(long).proposals[0].references)


def test_the_words_of_a_work_that_refers_are_a_qualifier_of_its_first_line(
    kg: KnowledgeGraph, judge: Judge
) -> None:
    recalls = "fallen-angels-recalls-chungking-express"
    line = Line("愛你一萬年", "zh-Hant")
    (proposal,) = judge.verdict(connection(kg, recalls, line=line)).proposals
    first, *more = lines(proposal, "why")
    assert first.startswith('Q1353408\tP8371\tQ766263\tP7081\tzh-hant:"愛你一萬年"\tS854\t')
    assert len(more) > 3
    assert not any("P7081" in one for one in more)
    # Being based on something is not said by any line.
    assert judge.verdict(connection(kg, REMAKE, line=line)).proposals[0].excerpt is None
    unwritable = replace(proposal, excerpt=Name("a | b", "en"))
    assert list(lines(unwritable, "why"))[1:] == more


@pytest.mark.parametrize(
    "text", ["a\tb", "a\nb", "a|b", "a /* b", "a */", '"a"', " a", "", "a\u2028b", "a\x00b"]
)
def test_a_text_that_the_language_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(Unwritable):
        string(text)


@pytest.mark.parametrize("language", ["ja-Latn", "zh-Latn-pinyin", "", "x"])
def test_a_text_in_a_language_that_wikidata_has_no_code_for_is_refused(language: str) -> None:
    with pytest.raises(Unwritable):
        monolingual(Name("a", language))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("1994", "+1994-00-00T00:00:00Z/9"),
        ("1994-07", "+1994-07-00T00:00:00Z/10"),
        ("1994-07-14", "+1994-07-14T00:00:00Z/11"),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(text: str, cell: str) -> None:
    assert date(text) == cell


@pytest.mark.parametrize(
    ("make", "text"), [(date, "14 July 1994"), (entity, "Q1 P2"), (entity, "P31")]
)
def test_what_is_no_date_or_item_is_an_error(make: Any, text: str) -> None:
    with pytest.raises(ValueError, match="one looks like"):
        make(text)


@given(url=st.text(), sentence=st.text(), quotation=st.text(min_size=1))
def test_no_text_can_break_out_of_its_cell(url: str, sentence: str, quotation: str) -> None:
    from allusion.wikidata.gate import Verdict
    from allusion.wikidata.quickstatements import summary

    edge = Edge(f"{BASE}connection/x", "", "", "reference", "", "", "", sentence)
    references = (
        Reference(f"https://a.org/{url}"),
        Reference(stated_in="Q1", quotation=Name(quotation, "en")),
    )
    proposal = replace(PROPOSAL, references=references)
    for line in lines(proposal, summary(Verdict(edge, "exported"))):
        parts, comment = cells(line)
        assert all(CELL.fullmatch(cell) for cell in parts)
        assert comment.endswith(edge.iri)


# The commands


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    kg: KnowledgeGraph,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """``allusion wikidata export`` with the graph open, no network, and nothing pulled."""
    nothing = tmp_path_factory.mktemp("pulled")
    monkeypatch.setattr(room, "folder", lambda: nothing)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was to be sent")

    def go(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(socket, "socket", refuse)
        monkeypatch.setattr(wikidata_export, "open_graph", lambda _: kg)
        monkeypatch.setattr(sys, "argv", ["allusion", "wikidata", "export", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        done = capsys.readouterr()
        return int(stop.value.code or 0), done.out, done.err

    return go


def exported(err: str) -> int:
    found = re.search(r"(\d+) exported", err)
    assert found
    return int(found[1])


def test_the_commands_and_the_report_are_written_and_nothing_is_sent(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "film.qs"
    code, out, err = run("quickstatements", "film:breathless-1983", "-o", str(file))
    assert (code, out) == (0, "")
    assert all(len(cells(line)[0]) >= 5 for line in file.read_text().splitlines())
    with (tmp_path / "film.report.csv").open(encoding="utf-8", newline="") as beside:
        rows = list(csv.DictReader(beside))
    first = next(row for row in rows if row["outcome"] == "exported")
    assert (first["subjectConfidence"], first["sources"]) == ("0.99", "4")
    assert first["evidence"].count("http") == 4
    assert f"{len(rows)} connections: {exported(err)} exported, 0 already there, " in err
    assert "nothing has been pulled from Wikidata yet; run: allusion wikidata pull" in err


def test_commands_are_not_written_into_what_would_be_taken_for_a_table(
    run: Run, tmp_path: Path
) -> None:
    code, _, err = run("quickstatements", "-o", str(tmp_path / "new.csv"))
    assert code == 2
    assert "end it with .qs or .txt" in err
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_passes_the_exit_code_is_1(run: Run) -> None:
    code, out, err = run("quickstatements", "三浦友和")
    assert (code, out, exported(err)) == (1, "", 0)


def test_the_report_can_be_narrowed_to_an_outcome(run: Run) -> None:
    code, out, _ = run("report", "重慶森林", "--outcome", "held back", "-f", "csv")
    assert code == 0
    assert {line.split(",")[0] for line in out.splitlines()[1:]} == {"held back"}


def test_the_report_as_a_table_begins_with_the_counts(run: Run) -> None:
    code, out, _ = run("report", "三浦友和", "-f", "table")
    assert code == 0
    assert out.startswith("Outcomes")
    assert "points at a person" in out


def test_a_stricter_gate_lets_less_through(run: Run) -> None:
    strict = run("quickstatements", "--sources", "4", "--confidence", "0.99")
    assert strict[0] == 0
    assert 0 < exported(strict[2]) < exported(run("quickstatements")[2])
