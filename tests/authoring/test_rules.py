"""What allusion check finds after an import, allusion import finds before it, at the cell."""

from __future__ import annotations

import pytest
from samples import every_nth
from sheets import CONNECTIONS, SOURCES, Desk, Rows
from terminal import Run

from allusion.authoring.sheet_faults import report
from allusion.build.check import all_faults
from allusion.build.check.violations import violation_faults

HEAD = ("from", "kind", "to", "says", "source", "where", "by", "sure")
WORK_HEAD = ("name", "kind", "year", "source", "in", "description", "match", "performer")
NO_AUTHOR: Rows = (SOURCES[0], ("night", "Night", "", "https://example.org/n", "", "essay", "en"))
MARKET = ("Market Hall", "place", "", "night", "", "", "", "")
BREACHES: dict[str, tuple[dict[str, Rows], str, str]] = {
    # breach: sheets, cell, what the message has
    "a claim whose source has no author": ({"sources": NO_AUTHOR, "connections": (HEAD, ("Later Film", "homage in a scene", "Hero", "", "night", "", "", ""))}, "connections!G2", "write seen in the column sure"),
    "an allusion in a title that nobody claims": ({"sources": NO_AUTHOR, "connections": (HEAD, ("Later Film", "title-allusion", "Hero", "", "night", "", "", ""))}, "connections!G2", "claim has no holder"),
    "a report without an author": ({"sources": NO_AUTHOR, "connections": (HEAD, ("Later Film", "maker-states-influence", "Hero", "", "night", "", "Mara Kern", ""))}, "connections!E2", "author in the column by of the source"),
    "a place that refers to a film": ({"works": (WORK_HEAD, MARKET), "connections": (HEAD, ("Market Hall", "title-allusion", "Later Film", "", "night", "", "", ""))}, "connections!A2", "the column from takes works, characters, people"),
    "a motif that refers to a film": ({"connections": (HEAD, ("Noodle soup (motif)", "name-drop", "Later Film", "", "night", "", "", "seen"))}, "connections!A2", "thing cannot refer to others"),
    "a year of an organization": ({"works": (WORK_HEAD, ("Cinema Club", "organisation", "1970", "night", "", "", "", ""))}, "works!C2", "column that its kind does not have"),
    "a performer of a character in two works": ({"works": (WORK_HEAD, ("Nell", "character", "", "night", "Later Film; Hero", "", "", "Dora Ness"))}, "works!H2", "one work into the column in"),
    "a performer of a place": ({"works": (WORK_HEAD, (*MARKET[:-1], "Dora Ness"))}, "works!H2", "the column performer of the character"),
    "a line that has no scene": ({"connections": ((*HEAD, "scene", "line"), ("Mara Kern", "name-drop", "Hero", "", "night", "", "", "seen", "", "Hero!"))}, "connections!J2", "write the film in the column from"),
    "a speaker of another film": ({"works": (WORK_HEAD, ("Nell", "character", "", "night", "Hero", "", "", "")), "connections": ((*HEAD, "line", "speaker"), ("Later Film", "name-drop", "Mara Kern", "", "night", "", "", "seen", "Mara!", "Nell"))}, "connections!J2", "character of another work"),
    "a film that refers to a later one": ({"connections": (HEAD, ("Old Film (film, 1950)", "name-drop", "Later Film", "", "night", "", "", "seen"))}, "connections!C2", "of 1950, and it points at something of 1994"),
    "a remake of a person": ({"connections": (HEAD, ("Later Film", "remake-of", "Star (person)", "", "night", "", "", ""))}, "connections!C2", "joins works only"),
    "a Japanese name in the English column": ({"works": (("name", "name (en)", "kind", "source"), ("ラーメン", "ラーメン屋", "film", "night"))}, "works!A2", "write it in a column of its language"),
}  # fmt: skip


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_of_a_rule_is_found_at_import_at_its_cell(desk: Desk, breach: str) -> None:
    sheets, cell, message = BREACHES[breach]
    found = desk.checked(**({"connections": CONNECTIONS} | sheets))
    text = "\n".join(report(found.parsed.faults))
    assert cell in {str(fault.place) for fault in found.parsed.faults}, text
    assert message in text
    for word in ("al:", "shapes", "SHACL", ".ttl", "dcterms"):
        assert word not in text


@pytest.mark.parametrize("breach", every_nth(BREACHES, 4))
def test_nothing_that_is_written_breaches_a_rule(desk: Desk, breach: str) -> None:
    sheets, _, _ = BREACHES[breach]
    desk.checked(**({"connections": CONNECTIONS} | sheets)).write("import")
    checked = [*all_faults(desk.layered()), *violation_faults(desk.layered())]
    assert [fault for fault in checked if fault.file.startswith("mine/")] == []


def test_check_and_import_use_the_same_words(desk: Desk, run: Run) -> None:
    desk.rows().write("import")
    desk.edit("mine-night.ttl", "    al:madeBy person:mine-ada-lind ;\n", "")
    done = run("check", "--with", str(desk.collection.folder), "--data", str(desk.resources.data))
    assert "2 claims have no holder" in done.out
    assert "al:madeBy" not in done.out.partition("claims have no holder")[2]
