"""The label of a connection reads as one sentence between its two ends.

The rule is in `docs/decisions/013-labels-of-connections.md`. What a speaker is called is checked against the holders
(`al:madeBy`, `al:reportedBy`): part of a label of the holder, or the initials of one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

import pyoxigraph as ox
import pytest
from curated import rows

LONGEST = 45
REFLEXIVE = re.compile(r"\b(?:him|her|it|them|one)sel(?:f|ves)\b")
NOBODY = re.compile(
    r"\b(?:blog|blogger|essay|essayist|fan|interviewer|journalist|magazine|newspaper|publisher|"
    r"scholar|student|viewer|website)s?\b"
    r"|\bcritic\b|\bfilm (?:agency|board|programme)\b|\bwriters? says?\b"
    r"|\bits (?:director|maker|singer),? says\b|\bsays (?:its|the) (?:director|maker|singer)\b"
    r"|\bit is (?:said|held|reported)\b|\bis called\b"
)
SPEAKER = re.compile(
    r"\bsays (?:the )?(?P<says>[^,]+),"
    r"|, (?P<said>[^,]+) reportedly said,"
    r"|\b(?:compared|likened|linked) by (?P<by>.+?) to(?: the .+)?$"
    r"|\breminds (?:the )?(?P<reminded>.+?) of\b"
)
SEVERAL = re.compile(r"\bcritics\b")


@dataclass
class Stated:
    """A connection as its label has to fit it."""

    label: str
    certainty: str = ""
    type: str = ""
    spoken: bool = False
    holders: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    supporting: set[str] = field(default_factory=set)

    @property
    def speaker(self) -> str:
        found = SPEAKER.search(self.label)
        name = next(filter(None, found.groups()), "") if found else ""
        return "" if name == "critics" else name.removeprefix("the ")


@pytest.fixture(scope="module")
def connections(facts: ox.Store) -> dict[str, Stated]:
    ends = "?c al:from ?from ; al:to ?to ; rdfs:label ?label"
    found = {c: Stated(label) for c, label in rows(facts, "?c ?label", ends)}
    for c, certainty, kind in rows(
        facts, "?c ?certainty ?class", f"{ends} ; al:certainty ?certainty ; a ?class"
    ):
        found[c].certainty, found[c].type = certainty, kind
    for (c,) in rows(facts, "?c", f"{ends} ; al:expressedIn ?utterance"):
        found[c].spoken = True
    held = f"{ends} ; al:madeBy|al:reportedBy ?who . ?who rdfs:label|skos:altLabel ?name"
    for c, who, name in rows(facts, "?c ?who ?name", held):
        found[c].holders.add(who)
        found[c].names.add(name)
    supported = f"{ends} ; al:evidence ?e . ?e al:stance stance:supports ; al:source ?source"
    for c, source in rows(facts, "?c ?source", supported):
        found[c].supporting.add(source)
    return found


def test_a_label_is_short_and_closed(connections: dict[str, Stated]) -> None:
    assert len(connections) >= 740
    faults = defaultdict(list)
    for c, stated in connections.items():
        if len(stated.label) > LONGEST:
            faults["too long"].append(c)
        if not re.search(r"[\w’]$", stated.label) or stated.label.count(",") == 1:
            faults["a comma or colon left open"].append(c)
        if REFLEXIVE.search(stated.label):
            faults["a film is no himself"].append(c)
    assert faults == {}


def test_no_label_has_a_speaker_without_a_name(connections: dict[str, Stated]) -> None:
    assert {c: s.label for c, s in connections.items() if NOBODY.search(s.label)} == {}


@pytest.mark.parametrize(
    "label",
    [
        "takes, says a critic, after",
        "nods, says a film board, to",
        "is likened by bloggers to",
        "was taken, another writer says, from",
        "has, it is held, its love from",
        "was influenced, says a newspaper, by",
        "reminds a blogger of",
        "is called a sequel of",
        "takes shots, says its director, from",
    ],
)
def test_a_speaker_without_a_name_is_noticed(label: str) -> None:
    assert NOBODY.search(label)


def test_a_speaker_that_a_label_names_is_a_holder(connections: dict[str, Stated]) -> None:
    named = {c: s for c, s in connections.items() if s.speaker and not s.spoken}
    assert len(named) >= 200
    assert {c: s.label for c, s in named.items() if not _is_one_of(s.speaker, s.names)} == {}


def test_critics_are_two_or_more(connections: dict[str, Stated]) -> None:
    plural = {c: s for c, s in connections.items() if SEVERAL.search(s.label)}
    assert len(plural) >= 70
    assert {
        c: s.label
        for c, s in plural.items()
        if s.certainty != "certainty:claimed" or max(len(s.holders), len(s.supporting)) < 2
    } == {}


def test_what_is_seen_in_the_work_has_no_speaker_but_a_character(
    connections: dict[str, Stated],
) -> None:
    speaking = {c: s for c, s in connections.items() if s.speaker or SEVERAL.search(s.label)}
    assert {
        c: s.label
        for c, s in speaking.items()
        if s.certainty == "certainty:explicit"
        and not any(who.startswith("character:") for who in s.holders)
    } == {}


def test_a_claimed_influence_or_comparison_has_a_speaker(connections: dict[str, Stated]) -> None:
    views = {
        c: s
        for c, s in connections.items()
        if s.certainty == "certainty:claimed"
        and s.type in {"al:Influence", "al:Comparison", "al:Analogy"}
    }
    assert len(views) >= 200
    assert {
        c: s.label
        for c, s in views.items()
        if not (s.speaker or SEVERAL.search(s.label) or "reportedly" in s.label)
    } == {}


def test_what_a_maker_reportedly_said_is_reported(connections: dict[str, Stated]) -> None:
    said = {c: s for c, s in connections.items() if "reportedly said" in s.label}
    assert len(said) >= 10
    assert {c: s.label for c, s in said.items() if s.certainty != "certainty:reported"} == {}


def _is_one_of(speaker: str, names: set[str]) -> bool:
    return any(
        speaker.casefold() in name.casefold()
        or speaker == "".join(word[0] for word in name.split() if word[0].isupper())
        for name in names
    )
