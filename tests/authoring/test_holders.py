"""Who holds and who reports a connection that several rows state."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings
from sheets import CONNECTIONS, SOURCES, Desk, Rows, write_csv
from terminal import Run

from allusion.authoring.records import Connection, Content
from allusion.authoring.sheet_rows import RowWriter
from allusion.core.vocabulary import BASE

HEADINGS = CONNECTIONS[0]
ENDS = ("The Night Market (film, 2019)", "homage in a scene", "Later Film")
SHEET_SOURCES: Rows = (
    SOURCES[0],
    ("forum", "A forum", "Fay Holm", "https://example.org/f", "", "", "en"),
    ("blog", "A blog", "Gus Berg", "https://example.org/b", "", "", "en"),
    ("talk", "A talk", "Bo Ek", "https://example.org/t", "", "interview", "en"),
    ("paper", "A paper", "", "https://example.org/p", "", "", "en"),
)
ADA, BO, CATO, FAY, GUS = (
    f"{BASE}person/mine-{one}" for one in ("ada-lind", "bo-ek", "cato-moe", "fay-holm", "gus-berg")
)


def row(source: str, by: str = "", sure: str = "", where: str = "") -> tuple[str, ...]:
    return (*ENDS, "", source, where, by, sure)


def only(content: Content) -> Connection:
    (connection,) = content.connections.values()
    return connection


def sheets(*rows: Sequence[str]) -> dict[str, Rows]:
    return {"sources": SHEET_SOURCES, "connections": (HEADINGS, *rows)}


def test_an_author_who_names_nobody_does_not_report_what_another_reports(desk: Desk) -> None:
    plan = desk.rows(**sheets(row("blog"), row("forum", "Cato Moe", "reported")))
    assert plan.parsed.faults == []
    found = only(plan.content)
    assert (found.certainty, found.made_by, found.reported_by) == ("reported", (CATO,), (FAY,))
    assert any("connections!H2: empty, so its source only supports it" in one for one in plan.parsed.remarks)  # fmt: skip


def test_an_author_who_names_nobody_holds_a_claim_beside_a_named_holder(desk: Desk) -> None:
    found = only(desk.rows(**sheets(row("blog"), row("forum", "Cato Moe"))).content)
    assert (found.certainty, found.made_by) == ("claimed", (CATO, GUS))


def test_words_of_a_maker_are_those_of_the_row_at_first_hand(desk: Desk) -> None:
    rows = (row("blog"), row("talk", "Cato Moe", "maker"))
    found = only(desk.rows(**sheets(*rows)).content)
    assert (found.certainty, found.made_by, found.reported_by) == ("stated-by-maker", (CATO,), ())
    assert [one.words_of for one in found.evidence] == [(), (CATO,)]


def test_all_scenes_of_a_connection_stand_on_its_card(desk: Desk, run: Run) -> None:
    headings = (*HEADINGS, "scene")
    rows = (headings, (*row("blog"), "The castle falls"), (*row("forum"), "The spinning wheel"))
    desk.rows(sources=SHEET_SOURCES, connections=rows).write("import")
    layers = ("--data", str(desk.resources.data), "--with", str(desk.collection.folder))
    card = run("show", "The Night Market", *layers).out
    assert "scene: The castle falls and The spinning wheel" in " ".join(card.split())


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from(["forum", "blog", "talk", "paper"]),
        st.sampled_from(["", "Cato Moe", "Ada Lind", "Ada Lind; Cato Moe", "Gus Berg"]),
        st.sampled_from(["", "seen", "maker", "reported", "claimed", "doubtful"]),
        st.sampled_from(["", "par. 1", "par. 2"]),
    ),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS)
def test_exported_rows_name_the_same_holders_and_reporters(desk: Desk, rows: Rows) -> None:
    plan = desk.rows(**sheets(*rows))
    before = plan.content.connections
    writer = RowWriter(plan.content, desk.collection, desk.concepts, desk.names)
    folder = Path(desk.collection.folder / "again")
    names = list(dict.fromkeys(name for one in writer.connections() for name in one))
    listed = [[one.get(name, "") for name in names] for one in writer.connections()]
    listed = [[ENDS[0], *one[1:]] for one in listed]  # the film is not in the collection yet
    if not listed:
        return
    again = desk.plan(write_csv(folder, sources=SHEET_SOURCES, connections=(names, *listed)))
    assert again.parsed.faults == []
    for ends, one in again.content.connections.items():
        was = before[ends]
        assert (one.certainty, set(one.made_by), set(one.reported_by)) == (was.certainty, set(was.made_by), set(was.reported_by))  # fmt: skip
        words = ({(e.source, e.where, e.words_of) for e in each.evidence} for each in (one, was))
        assert next(words) == next(words)
