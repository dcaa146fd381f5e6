"""Sentences of sources on a card: each source is shown with what it states itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allusion.core.model import Edge, Evidence
from allusion.network.card_sections import LIMITS, edge_lines, evidence_lines

STATED = "The cop names Ann."
FIRST = Evidence("e:1", "s:first", "First", "Kay", "2020", "", "page 1", STATED, "supports")
SECOND = replace(
    FIRST, iri="e:2", source="s:second", title="Second", paraphrase="He shouts for Ann."
)
AGAINST = replace(
    FIRST, iri="e:3", source="s:third", title="Third", paraphrase="It is Bob.", stance="disputes"
)


def shown(*evidence: Evidence, everything: bool = True) -> list[str]:
    lines = evidence_lines(evidence, STATED, everything=everything)
    return ["".join(span.text for span in line) for line in lines]


def test_each_source_is_shown_with_its_own_sentence() -> None:
    assert shown(FIRST, SECOND, AGAINST) == [
        "supports: First, Kay, 2020, page 1",
        "supports: Second, Kay, 2020, page 1",
        "  He shouts for Ann.",
        "disputes: Third, Kay, 2020, page 1",
        "  It is Bob.",
    ]


def test_a_sentence_that_differs_only_in_punctuation_is_not_repeated() -> None:
    assert shown(replace(FIRST, paraphrase="the cop names Ann")) == [
        "supports: First, Kay, 2020, page 1"
    ]


def test_passages_of_one_source_with_one_sentence_are_one_line() -> None:
    assert shown(FIRST, replace(FIRST, locator="page 9")) == [
        "supports: First, Kay, 2020, page 1; page 9"
    ]


def test_passages_of_one_source_with_several_sentences_have_their_own_places() -> None:
    other = replace(FIRST, paraphrase="He shouts for Ann.", locator="page 9")
    assert shown(FIRST, other) == [
        "supports: First, Kay, 2020",
        "  the same sentence (page 1)",
        "  He shouts for Ann. (page 9)",
    ]


def test_omitted_evidence_is_counted() -> None:
    passages = [replace(FIRST, paraphrase=f"Sentence {n}.", locator=f"p. {n}") for n in range(5)]
    lines = shown(*passages, SECOND, AGAINST, everything=False)
    assert f"  and {5 - LIMITS['passages']} more passages: add --all" in lines
    assert lines[-1] == "and 1 more source: add --all"
    assert not any("more" in line for line in shown(*passages, SECOND, AGAINST))


def test_a_connection_without_a_sentence_shows_what_its_source_states() -> None:
    edge = Edge("c:1", "a", "b", "reference", "name-drop", "names", "names", "", evidence=(SECOND,))
    text = ["".join(span.text for span in line) for line in edge_lines(edge)]
    assert text[-1] == "  He shouts for Ann."


@pytest.mark.parametrize(
    ("certainty", "stance", "heading"),
    [
        ("explicit", "supports", "stated by"),
        ("stated by the maker", "supports", "stated by"),
        ("reported", "mentions", "stated by"),
        ("", "supports", "stated by"),
        ("claimed", "supports", "claimed by"),
        ("doubtful", "supports", "claimed by"),
        ("explicit", "disputes", "claimed by"),
        ("inferred", "supports", "inferred by"),
    ],
)
def test_the_heading_of_holders_follows_certainty_and_stance(
    certainty: str, stance: str, heading: str
) -> None:
    edge = Edge(
        "c:1", "a", "b", "reference", "name-drop", "names", "names", "A names B.", certainty,
        made_by=("Ann Kay",), evidence=(replace(FIRST, stance=stance),),
    )  # fmt: skip
    assert edge.holders == ((heading, "Ann Kay"),)
    assert f"{heading}: Ann Kay" in "\n".join(
        span.text for line in edge_lines(edge) for span in line
    )


def test_a_doubtful_connection_has_a_warning() -> None:
    edge = Edge(
        "c:1", "a", "b", "reference", "name-drop", "names", "names", "A names B.", "doubtful"
    )
    assert [(span.text, span.role) for span in next(edge_lines(edge))] == [
        ("names", "kind"),
        ("", "note"),
        ("  doubtful", "warning"),
    ]
    disputed = replace(edge, certainty="claimed", evidence=(AGAINST,))
    assert [span.text for span in next(edge_lines(disputed))] == [
        "names",
        ", claimed",
        "  disputed",
    ]
