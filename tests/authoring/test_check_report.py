"""Faults of collections in plain words: what allusion check shows after an edit by hand."""

from __future__ import annotations

import json
import re

import pytest
from sheets import Desk
from terminal import Run

#: Words that a person who knows films and spreadsheets need not know.
RDF = re.compile(r"\b(al|dcterms|rdfs|sh|xsd):|SHACL|Turtle grammar|shapes|IRI|predicate|literal")

EDITS = {
    "no certainty": ("    al:certainty certainty:explicit ;\n", "", "1 connection has no value in the column sure, or one that is not right"),
    "another kind": ("kind:name-drop", "kind:name-dorp", "1 connection has a wrong value in the column kind"),
    "an unknown target": ("al:to person:star", "al:to person:starr", "1 connection names something that the graph does not have (any more)"),
    "no title": ("    dcterms:title \"The Night Market, scene by scene\"@en ;\n", "", "1 source has no value in the column title, or one that is not right"),
    "no type of a source": ("    al:sourceType source-type:essay ;\n", "", "1 source has no value in the column type, or one that is not right"),
    "an unknown stance": ("stance:supports", "stance:supprots", "3 passages have a wrong value in the column stance"),
    "no dot": (" ;\n.\n", " ;\n", "1 file cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_by_hand_is_reported_in_the_words_of_the_sheet(
    desk: Desk, run: Run, edit: str
) -> None:
    desk.rows().write("import")
    old, new, sentence = EDITS[edit]
    desk.edit("mine-night.ttl", old, new)
    where = ("--with", str(desk.collection.folder), "--data", str(desk.resources.data))
    done = run("check", *where)
    assert done.code == 3
    # The faults of the small graph itself come first.
    own = done.out[re.search(r"^\d", done.out, re.MULTILINE).start() :]  # type: ignore[union-attr]
    lines = [line for line in own.splitlines() if not line.startswith(" ")]
    assert sentence in lines
    assert len(lines) == len(set(lines))
    assert "mine/sources/mine-night.ttl:" in own
    assert not RDF.search(own), own
    files = {one["file"] for one in json.loads(run("check", "-f", "json", *where).out)}
    assert "mine/sources/mine-night.ttl" in files


def test_a_connection_is_named_by_its_ends(desk: Desk, run: Run) -> None:
    desk.rows().write("import")
    desk.edit("mine-night.ttl", "certainty:claimed", "certainty:claimd")
    done = run("check", "--with", str(desk.collection.folder), "--data", str(desk.resources.data))
    assert "2 connections have a wrong value in the column sure" in done.out
    assert "The Night Market, homage-shot, Rain Song: claimd" in done.out
