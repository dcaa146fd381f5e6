"""The language of QuickStatements: nothing breaks out of a cell, nothing is said more exactly than it is known."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from export_cases import REMAKE, cells, connection
from hypothesis import given
from hypothesis import strategies as st

from allusion.core.labels import Name
from allusion.core.model import Edge, Line
from allusion.core.vocabulary import BASE
from allusion.knowledge_graph import KnowledgeGraph
from allusion.wikidata.export.eligibility import (
    EligibilityRules,
    StatementProposal,
    StatementReference,
)
from allusion.wikidata.export.quickstatements import (
    UnwritableText,
    commands,
    date_cell,
    item_cell,
    monolingual_cell,
    proposal_lines,
    string_cell,
)


@pytest.fixture(scope="module")
def judge(kg: KnowledgeGraph) -> EligibilityRules:
    return EligibilityRules(kg.network(records=True), kg.store)


# The language of QuickStatements

CELL = re.compile(
    r'Q[1-9]\d*|[PS]\d+|"[^\t|]+"|[a-z]{2,3}(-[a-z]{2,4})?:"[^\t|]+"'
    r"|[+]\d{4}-\d\d-\d\dT00:00:00Z/(9|10|11)"
)


def test_every_command_of_the_graph_is_well_formed(judge: EligibilityRules) -> None:
    verdicts = judge.decide_all()
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


PROPOSAL = StatementProposal(
    "", "Q1", "P8371", "Q2",
    (
        StatementReference("https://example.org/a|b c/*d*/?e=“f”&g=%C3%A9#h", "2026-11-22"),
        StatementReference("https://example.org/書"),
        StatementReference(stated_in="Q1", quotation=Name("愛你一萬年", "zh-Hant")),
        StatementReference(stated_in="Q1", quotation=Name("a | b", "en")),
    ),
)  # fmt: skip


def test_a_line_has_one_reference_in_the_syntax_of_the_language() -> None:
    assert list(proposal_lines(PROPOSAL, "why")) == [
        'Q1\tP8371\tQ2\tS854\t"https://example.org/a%7Cb%20c/%2Ad%2A/?e=%E2%80%9Cf%E2%80%9D&g=%C3%A9#h"'
        "\tS813\t+2026-11-22T00:00:00Z/11 /* why */",
        'Q1\tP8371\tQ2\tS854\t"https://example.org/%E6%9B%B8" /* why */',
        'Q1\tP8371\tQ2\tS248\tQ1\tS1683\tzh-hant:"愛你一萬年" /* why */',
    ]


def test_a_short_line_of_the_work_is_quoted_with_the_work_as_its_source(
    kg: KnowledgeGraph, judge: EligibilityRules
) -> None:
    edge = connection(kg, REMAKE, line=Line("愛你一萬年", "zh-Hant"))
    *_, last = judge.decide(edge).proposals[0].references
    assert last == StatementReference(stated_in="Q754304", quotation=Name("愛你一萬年", "zh-Hant"))
    long = connection(kg, REMAKE, line=Line("la " * 60, "en"))
    assert all(not it.quotation for it in judge.decide(long).proposals[0].references)


def test_a_quotation_from_the_work_is_a_qualifier(
    kg: KnowledgeGraph, judge: EligibilityRules
) -> None:
    recalls = "fallen-angels-recalls-chungking-express"
    line = Line("愛你一萬年", "zh-Hant")
    (proposal,) = judge.decide(connection(kg, recalls, line=line)).proposals
    first, *more = proposal_lines(proposal, "why")
    assert first.startswith('Q1353408\tP8371\tQ766263\tP7081\tzh-hant:"愛你一萬年"\tS854\t')
    assert len(more) > 3
    assert not any("P7081" in one for one in more)
    # Being based on something is not said by any line.
    assert judge.decide(connection(kg, REMAKE, line=line)).proposals[0].excerpt is None
    unwritable = replace(proposal, excerpt=Name("a | b", "en"))
    assert list(proposal_lines(unwritable, "why"))[1:] == more


@pytest.mark.parametrize(
    "text", ["a\tb", "a\nb", "a|b", "a /* b", "a */", '"a"', " a", "", "a\u2028b", "a\x00b"]
)
def test_a_text_that_quickstatements_cannot_represent_is_refused(text: str) -> None:
    with pytest.raises(UnwritableText):
        string_cell(text)


@pytest.mark.parametrize("language", ["ja-Latn", "zh-Latn-pinyin", "", "x"])
def test_a_text_in_a_language_that_wikidata_has_no_code_for_is_refused(language: str) -> None:
    with pytest.raises(UnwritableText):
        monolingual_cell(Name("a", language))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("1994", "+1994-00-00T00:00:00Z/9"),
        ("1994-07", "+1994-07-00T00:00:00Z/10"),
        ("1994-07-14", "+1994-07-14T00:00:00Z/11"),
    ],
)
def test_a_date_keeps_its_precision(text: str, cell: str) -> None:
    assert date_cell(text) == cell


@pytest.mark.parametrize(
    ("make", "text"), [(date_cell, "14 July 1994"), (item_cell, "Q1 P2"), (item_cell, "P31")]
)
def test_a_value_that_is_no_date_or_item_is_an_error(make: Any, text: str) -> None:
    with pytest.raises(ValueError, match="one looks like"):
        make(text)


@given(url=st.text(), sentence=st.text(), quotation=st.text(min_size=1))
def test_no_text_can_escape_its_cell(url: str, sentence: str, quotation: str) -> None:
    from allusion.wikidata.export.eligibility import ExportDecision
    from allusion.wikidata.export.quickstatements import edit_summary

    edge = Edge(f"{BASE}connection/x", "", "", "reference", "", "", "", sentence)
    references = (
        StatementReference(f"https://a.org/{url}"),
        StatementReference(stated_in="Q1", quotation=Name(quotation, "en")),
    )
    proposal = replace(PROPOSAL, references=references)
    for line in proposal_lines(proposal, edit_summary(ExportDecision(edge, "exported"))):
        parts, comment = cells(line)
        assert all(CELL.fullmatch(cell) for cell in parts)
        assert comment.endswith(edge.iri)
