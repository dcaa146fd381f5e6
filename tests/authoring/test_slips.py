"""Slips that people make in sheets: each is named at its cell, with the mend, or is no fault."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sheets import CONNECTIONS, SOURCES, WORKS, Desk, Rows, write_csv

from allusion.authoring.cell_values import Date
from allusion.authoring.importing import ImportPlan
from allusion.authoring.sheet_faults import SheetFault, report

HEAD = CONNECTIONS[0]
FIRST = CONNECTIONS[1]
WORK_HEAD = ("name", "kind", "year", "source", "in", "match", "director")


def row(**cells: str) -> tuple[str, ...]:
    """A row of connections; a correct one, but for these cells."""
    whole = dict(zip(HEAD, ("", "name-drop", "Later Film", "", "", "", "", ""), strict=True))
    whole |= {"from" if name == "from_" else name: value for name, value in cells.items()}
    return tuple(whole[name] for name in HEAD)


def connections(*rows: tuple[str, ...]) -> dict[str, Rows]:
    return {"connections": (HEAD, FIRST, *rows)}


def works(*rows: tuple[str, ...], connection: Sequence[str] = FIRST) -> dict[str, Rows]:
    return {"works": (WORK_HEAD, *rows), "connections": (HEAD, connection)}


SLIPS: dict[str, tuple[dict[str, Rows], str, str, str]] = {
    # slip: sheets, place, kind of fault, what the message has
    "an unknown name": (connections(row(to="Nobody")), "connections!C3", "unknown", "write its kind after it: Nobody (film) or Nobody (person)"),
    "a misspelt name": (connections(row(to="Later Flim")), "connections!C3", "unknown", "did you mean Later Film (film:later)?"),
    "a name with two bearers": (connections(row(to="Star")), "connections!C3", "ambiguous", "Star (person; person:star)"),
    "an unknown kind of connection": (connections(row(kind="homage")), "connections!B3", "kind", "homage in a shot or homage in costume or homage in a scene"),
    "a kind in another spelling": (connections(row(kind="tribute")), "connections!B3", "kind", "homage in a shot or homage in costume or homage in a scene"),
    "a person spelt like another": (connections(row(to="Mara Karn (person)")), "connections!C3", "near", "write the existing name; or, if it is new: Mara Karn (person, new)"),
    "a holder spelt like another": (connections(row(by="Mara Karn")), "connections!G3", "near", "if it is new: Mara Karn (person, new)"),
    "a film spelt like another": (connections(row(to="Latter Film (film, 1995)")), "connections!C3", "near", "if it is new: Latter Film (film, 1995, new)"),
    "a title in Chinese, of no language": ({"sources": (SOURCES[0], ("night", "重慶故事", "", "https://example.org/n", "", "essay", ""), SOURCES[2])}, "sources!B2", "language", "in the column language: zh-Hant, ja"),
    "a misspelt kind of connection": (connections(row(kind="name drp")), "connections!B3", "kind", "did you mean name-drop?"),
    "no kind": (connections(row(kind="")), "connections!B3", "missing", "kind"),
    "no target": (connections(row(to="")), "connections!C3", "missing", "to"),
    "an unknown source": (connections(row(source="nihgt")), "connections!E3", "source", "did you mean night?"),
    "two sources in one row": (connections(row(source="night; talk")), "connections!E3", "word", "write a row for each source"),
    "no source at all": ({"connections": (HEAD, (*FIRST[:4], "", *FIRST[5:]))}, "connections!E2", "no-source", "applies to the empty cells below"),
    "an unknown certainty": (connections(row(sure="maybe")), "connections!H3", "word", "allowed: claimed, doubtful, maker, reported, seen"),
    "a certainty against the kind": (connections(row(kind="parallel", sure="seen")), "connections!H3", "certainty", "leave it empty"),
    "two certainties of one connection": (connections(row(where="1", sure="seen"), row(where="2", sure="doubtful")), "connections!H3", "certainty", "write one of the two"),
    "the same row twice": (connections(row(where="1"), row(where="1")), "connections!4", "duplicate", "row 3"),
    "one place for two sentences": (connections(row(says="One."), row(says="Two.")), "connections!4", "same", "row 3"),
    "a claim of nobody": ({"sources": (SOURCES[0], ("night", "Night", "", "https://example.org/n", "", "", "")), **connections(row(kind="parallel"))}, "connections!G3", "holder", "in the column by"),
    "a maker who is not named": (connections(row(kind="maker-states-influence")), "connections!G3", "no-maker", "if no maker is named, use another kind: influence claimed by a critic, similar style, homage in a scene"),
    "a holder who is a film": (connections(row(by="Later Film")), "connections!G3", "wrong-kind", "wanted: person, group, organisation"),
    "commas between names": (connections(row(by="Ann Lee, Bo Ek")), "connections!G3", "comma", "separate the values by ;"),
    "a connection to itself": (connections(row(to="The Night Market")), "connections!C3", "wrong-kind", "is the origin of the same connection"),
    "an analogy": (connections(row(kind="analogy")), "connections!B3", "kind", "counterparts"),
    "a new character in brackets": (connections(row(to="Hank (character)")), "connections!C3", "unknown", "with the column in"),
    "a year as words": (works(("Noodles", "film", "about 1990", "night", "", "", "")), "works!C2", "date", "write 2003"),
    "a number that is no year": (works(("Noodles", "film", "26999", "night", "", "", "")), "works!C2", "date", "26999"),
    "a day that does not exist": (works(("Noodles", "film", "1990-02-30", "night", "", "", "")), "works!C2", "date", "1990-02-30"),
    "an unknown kind of work": (works(("Noodles", "flim", "", "night", "", "", "")), "works!B2", "word", "did you mean Film?"),
    "a work without a source": (works(("Noodles", "film", "", "", "", "", "")), "works!D2", "no-source", "key of a source"),
    "a work without a name": (works(("", "film", "1990", "night", "", "", "")), "works!A2", "missing", "name"),
    "a character in no work": (works(("Hank", "character", "", "night", "", "", "")), "works!E2", "missing", "in"),
    "a work that may exist": (works(("Hero", "film", "2002", "night", "", "", "")), "works!A2", "near", "Hero (film; film:hero)"),
    "a work spelt like another": (works(("Latter Film", "film", "1995", "night", "", "", "")), "works!A2", "near", "film:later"),
    "a match that does not exist": (works(("Noodles", "film", "", "night", "", "film:noodle", "")), "works!F2", "unknown", "write new"),
    "a match of another kind": (works(("Rain", "film", "", "night", "", "song:rain", "")), "works!F2", "unknown", "is of another kind"),
    "a work twice": (works(("Noodles", "film", "", "night", "", "", ""), ("noodles!", "film", "", "night", "", "", "")), "works!3", "duplicate", "row 2"),
    "Chinese characters in English": (works(("重慶故事", "film", "", "night", "", "", "")), "works!A2", "language", "name (zh-Hant)"),
    "a key twice": ({"sources": (*SOURCES, ("night", "Other", "", "https://example.org/o", "", "", ""))}, "sources!A4", "key", "use another key"),
    "an address without https": ({"sources": (SOURCES[0], ("night", "Night", "", "example.org", "", "essay", ""), SOURCES[2])}, "sources!D2", "number", "with https://"),
    "a language in words": ({"sources": (SOURCES[0], ("night", "Night", "", "https://example.org/", "", "", "English"), SOURCES[2])}, "sources!G2", "word", "language tag"),
    "a source without a title or an address": ({"sources": (*SOURCES, ("x", "", "Bo Ek", "", "", "essay", ""))}, "sources!B4", "missing", "title"),
    "a source without a type or an address": ({"sources": (*SOURCES, ("x", "X", "", "", "", "", ""))}, "sources!F4", "missing", "type"),
    "an unknown column": ({"connections": ((*HEAD, "remark"), (*FIRST, ""))}, "connections!I1", "column", "columns: from, kind, to"),
    "a misspelt column": ({"connections": ((*HEAD[:2], "too", *HEAD[3:]), FIRST)}, "connections!C1", "column", "did you mean to?"),
    "a column twice": ({"connections": ((*HEAD, "kind"), (*FIRST, ""))}, "connections!I1", "column", "stands twice"),
    "a value beside the table": ({"connections": (HEAD, (*FIRST, "", "see below"))}, "connections!J2", "heading", "see below"),
    "a title above the headings": ({"connections": (("My references",), HEAD, FIRST)}, "connections!1", "column", "the headings are in row 2"),
    "a comma without quotes": ({"connections": (HEAD, (*FIRST[:3], "He stops", " waits", *FIRST[4:]))}, "connections!2", "shifted", "has 9 cells, the headings 8; put a value that contains , into double quotes"),
    "a row with other separators": ({"connections": (HEAD, FIRST, (";parody;Hero;;;;;",))}, "connections!3", "shifted", "is separated by ;, the headings by ,"),
    "the headings again": ({"connections": (HEAD, FIRST, HEAD, row())}, "connections!3", "headings-again", "delete it"),
    "a ditto mark below nothing": ({"connections": (HEAD, ('"', *FIRST[1:]))}, "connections!A2", "number", "repeats an empty cell"),
    "the beginning of three kinds": (connections(row(kind="homage in")), "connections!B3", "kind", "did you mean"),
    "the beginning of two sources": ({"sources": (*SOURCES, ("nighthawks", "Night hawks", "Cy Oak", "https://example.org/h", "", "", "")), **connections(row(source="nig"))}, "connections!E3", "source", "write more of it: night, nighthawks"),
    "a page with two keys": ({"sources": (*SOURCES, ("again", "The same page", "Ada Lind", "http://www.example.org/n/#top", "", "", ""))}, "sources!D4", "page", "name the other one in the column source"),
    "an error of a formula": (connections(row(to="#N/A")), "connections!C3", "formula", "#N/A"),
    "a wrong encoding": (connections(row(to="PokÃ©mon (film)")), "connections!C3", "encoding", "it was: Pokémon (film)"),
    "a Cyrillic letter in a Latin name": (connections(row(to="St\u0430r (person)")), "connections!C3", "alphabet", "letters of two alphabets"),
    "an address of nothing": (connections(row(source="example.org/x")), "connections!E3", "source", "describe it in the sheet sources"),
    "a sheet of another name": ({"connections": (HEAD, FIRST), "Table 1": (HEAD, FIRST)}, "Table 1", "sheet", "call it connections"),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_named_at_its_cell_with_the_mend(desk: Desk, slip: str) -> None:
    sheets, place, code, message = SLIPS[slip]
    faults = desk.faults(**sheets)
    found = [fault for fault in faults if str(fault.place) == place and fault.code == code]
    assert found, faults
    text = "\n".join(report(found))
    assert message in text
    assert place in text


def test_a_fault_of_a_source_is_named_where_the_source_is_used(desk: Desk) -> None:
    spoilt = ("night", "Night", "", "https://example.org/n", "", "essai", "en")
    faults = desk.faults(sources=(SOURCES[0], spoilt, SOURCES[2]))
    assert ("sources!F2", "word") in {(str(fault.place), fault.code) for fault in faults}
    assert report(faults)[-1] == "3 cells wait for rows with faults: connections!E2:E4"


def test_a_missing_holder_is_reported_with_the_other_faults_of_its_row(desk: Desk) -> None:
    faults = desk.faults(
        **connections(
            row(to="Nobody", kind="maker-states-influence"),
            row(to="Nobody", kind="song-used", sure="maker"),
            row(to="Nobody", kind="parody", by="Ada Lind"),
        )
    )
    assert {str(one.place) for one in faults if one.code == "no-maker"} == {
        "connections!G3",
        "connections!G4",
    }


def test_a_page_without_an_author_is_reported_beside_an_unknown_name(desk: Desk) -> None:
    night = ("night", "Night", "", "https://example.org/n", "", "", "")
    rows = connections(row(to="Nobody", kind="parallel"), row(to="Nobody", sure="seen"))
    faults = desk.faults(sources=(SOURCES[0], night, SOURCES[2]), **rows)
    held = {str(one.place) for one in faults if one.code == "holder"}
    assert held == {"connections!G3"}


def test_makers_that_the_sheet_knows_are_proposed_as_holders(desk: Desk) -> None:
    head = ("name", "kind", "source", "director")
    films = (head, ("Noodles", "film", "night", "Dora Ness"))
    line = ("Noodles", "influence stated by the maker", "Hero", "", "night", "", "", "")
    (fault,) = desk.faults(works=films, connections=(HEAD, FIRST, line))
    assert fault.fix.startswith("write which maker says so: Dora Ness (director of Noodles); ")


def test_words_are_proposed_in_the_language_of_the_collection(desk: Desk) -> None:
    other = desk.beside("ja", language="ja")
    faults = other.faults(connections=(HEAD, ("夜（映画）", "ポスター", "後來", "", "night", "", "", "")))  # fmt: skip
    kind = next(fault for fault in faults if fault.code == "kind")
    assert "ポスター" in kind.fix
    assert "prop" not in kind.fix


def test_a_word_in_chinese_is_completed_in_chinese(desk: Desk) -> None:
    other = desk.beside("zh", language="zh-Hant")
    faults = other.faults(
        connections=(HEAD, ("夜（電影）", "致敬", "後來", "", "night", "", "", ""))
    )
    kind = next(fault for fault in faults if fault.code == "kind")
    assert kind.fix.startswith("did you mean ")
    assert kind.fix.count("致敬") == 3


def test_one_slip_hides_no_other(desk: Desk) -> None:
    faults = desk.faults(
        **connections(row(to="Nobody", kind="homage", sure="maybe"), row(source="x"))
    )
    assert {str(fault.place) for fault in faults} == {
        "connections!C3", "connections!B3", "connections!H3", "connections!E4",
    }  # fmt: skip


NO_SLIPS: dict[str, dict[str, Rows]] = {
    "columns in another order": {"connections": tuple(tuple(reversed(one)) for one in CONNECTIONS)},
    "headings in capitals": {"connections": (tuple(h.upper() for h in HEAD), *CONNECTIONS[1:])},
    "headings that people use": {"connections": (("from", "kind", "to", "sentence", "source", "place", "by", "certainty"), *CONNECTIONS[1:])},
    "spaces around values": {"connections": (HEAD, *(tuple(f" {v}\u00a0 " if v else v for v in one) for one in CONNECTIONS[1:]))},
    "a date as people write it": {"sources": (SOURCES[0], ("night", "Night", "Ada Lind", "https://example.org/n", "27 December 2016", "", ""), *SOURCES[2:])},
    "full-width digits": works(("Noodles", "film", "１９９０", "night", "", "", "")),
    "a full-width bracket": connections(row(to="Noodles（film、1990）")),
    "a kind by its label": connections(row(kind="Homage in a scene")),
    "a kind without an article": connections(row(kind="homage in shot")),
    "a kind in another order": connections(row(kind="scene homage")),
    "a kind in French spelling": connections(row(kind="Hommage (costume)")),
    "certainties by the words of the pick list": connections(row(where="1", sure="Seen"), row(kind="parody", where="2", sure="doubtful"), row(kind="maker-states-influence", source="talk", by="Cato Moe", sure="maker")),
    "a column of actors": {"works": ((*WORK_HEAD, "Actor"), ("Noodles", "film", "", "night", "", "", "", "Dora Ness")), "connections": (HEAD, FIRST)},
    "a kind in Chinese": connections(row(kind="客串")),
    "case and accents of a name": connections(row(to="LATER FÍLM")),
    "a name in another language": connections(row(to="後來")),
    "a new film with the name of a song": connections(row(to="Rain (film)")),
    "a prefixed name": connections(row(to="film:hero")),
    "a sheet for each source": {"connections (night)": (("from", "kind", "to", "sure"), (*FIRST[:3], "seen")), "connections (talk)": (("from", "kind", "to", "source"), ("Later Film", "parody", "Hero", ""), ("", "parody", "Rain", "night")), "connections": ()},
    "ditto marks": connections(row(says="A.", where="1"), row(kind="〃", to='"', says="B.", where="2")),
    "the beginning of a kind": connections(row(kind="so", to="Rain")),
    "the beginning of an author": connections(row(source="ek")),
    "a source by its address": connections(row(source="https://example.org/other", by="Dora Ness")),
    "a source without key and title": {"sources": (("by", "url"), ("Ada Lind", "https://example.org/n"), ("Bo Ek", "doi:10.1234/talk.5")), "connections": (HEAD, (*FIRST[:4], "lind", *FIRST[5:]), row(source="10.1234/talk.5"))},
    "a title with brackets": connections(row(to="Birdman (The Virtue of Ignorance) (film, 2014)")),
    "an empty sheet": {"works": (), "connections": CONNECTIONS},
    "blank rows": {"connections": (HEAD, FIRST, ("",) * 8, (), row(to="Hero"))},
}  # fmt: skip


@pytest.mark.parametrize("name", NO_SLIPS)
def test_rows_without_a_mistake_have_no_fault(desk: Desk, name: str) -> None:
    plan = desk.rows(**NO_SLIPS[name])
    assert plan.parsed.faults == []
    assert plan.content.connections


def test_words_written_in_part_are_listed(desk: Desk) -> None:
    plan = desk.rows(**connections(row(kind="parod", source="ek", sure="cl")))
    assert plan.parsed.remarks == ["words written in part: cl = claimed, ek = talk, parod = parody"]


def test_a_kind_by_the_first_character_of_its_chinese_label(desk: Desk) -> None:
    plan = desk.rows(**connections(row(kind="客")))
    assert "cameo" in {kind for _, kind, _ in plan.content.connections}


def test_faults_of_one_kind_are_one_sentence_with_ranges(desk: Desk) -> None:
    rows = tuple((f"Film {n}", "film", "", "", "", "", "") for n in range(17))
    faults = [fault for fault in desk.faults(**works(*rows)) if fault.code == "no-source"]
    assert report(faults) == [
        "17 rows have no source: works!D2:D18",
        "    write the key of a source; it also applies to the empty cells below",
    ]


def test_a_long_list_of_cases_reports_what_it_leaves_out(desk: Desk) -> None:
    rows = tuple(row(to=f"Nobody {n}", where=str(n)) for n in range(40))
    lines = report(desk.faults(**connections(*rows)))
    assert lines[0] == "40 names are unknown: connections!C3:C42"
    assert lines[-1].strip() == "and 28 more (--problems lists all)"


def test_a_name_in_several_cells_counts_once(desk: Desk) -> None:
    rows = tuple(row(to=name, where=name) for name in ("Nobody", "Nobody", "Somebody"))
    lines = report(desk.faults(**connections(*rows)))
    assert lines[0] == "2 names are unknown in 3 cells: connections!C3:C5"


def test_an_unknown_certainty_lists_the_words_of_the_sheet(desk: Desk) -> None:
    (fault,) = desk.faults(**connections(row(sure="surely")))
    assert fault.fix.startswith("allowed: ")
    assert {"seen", "maker"} <= set(fault.fix.removeprefix("allowed: ").split(", "))


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8-sig", ","), ("utf-8", ";"), ("utf-16", "\t"), ("utf-8", "\t")],
)
def test_encodings_and_separators_of_spreadsheet_programs_are_read(
    desk: Desk, encoding: str, separator: str
) -> None:
    folder = write_csv(desk.collection.folder / "sheet", sources=SOURCES, connections=CONNECTIONS)
    for path in folder.glob("*.csv"):
        rows = SOURCES if path.stem == "sources" else CONNECTIONS
        text = "\r\n".join(separator.join(f'"{cell}"' for cell in one) for one in rows)
        path.write_text(text, encoding=encoding, newline="")
    plan = desk.plan(folder)
    assert plan.parsed.faults == []
    assert len(plan.content.connections) == 4


def test_another_encoding_is_named_with_its_line(desk: Desk) -> None:
    folder = write_csv(desk.collection.folder / "sheet", sources=SOURCES, connections=CONNECTIONS)
    path = folder / "connections.csv"
    path.write_bytes(path.read_bytes().replace(b"stove", b"p\xe2t\xe9"))
    faults = desk.plan(folder).parsed.faults
    assert ("connections!3", "file") in {(str(one.place), one.code) for one in faults}
    assert "save it as CSV UTF-8" in "\n".join(report(faults))


Spoil = Callable[[dict[str, Worksheet]], None]


def workbook(desk: Desk, spoil: Spoil) -> ImportPlan:
    book = openpyxl.Workbook()
    pages = {"sources": book.create_sheet("sources"), "works": book.create_sheet("works"), "connections": book.create_sheet("connections")}  # fmt: skip
    for name, rows in (("sources", SOURCES), ("works", WORKS), ("connections", CONNECTIONS)):
        for one in rows:
            pages[name].append([cell or None for cell in one])
    spoil(pages)
    path = desk.collection.folder / "sheet.xlsx"
    book.save(path)
    return desk.plan(path)


def one_fault(plan: ImportPlan) -> SheetFault:
    assert len(plan.parsed.faults) == 1, plan.parsed.faults
    return plan.parsed.faults[0]


def test_a_workbook_is_read_like_csv(desk: Desk) -> None:
    assert workbook(desk, lambda _: None).content == desk.rows(works=WORKS).content


def test_years_and_dates_of_a_spreadsheet_are_understood(desk: Desk) -> None:
    def spoil(pages: dict[str, Worksheet]) -> None:
        pages["works"]["D2"] = 2001.0
        pages["sources"]["E2"] = dt.date(2020, 3, 1)
        pages["connections"]["F3"] = dt.time(0, 24, 10)

    plan = workbook(desk, spoil)
    assert plan.parsed.faults == []
    noodles = next(one for one in plan.content.things.values() if "cold" in one.iri)
    assert noodles.date == Date("2001")
    assert {s.date.text for s in plan.content.sources.values() if s.date} == {"2020-03-01", "2021"}
    places = {one.where for c in plan.content.connections.values() for one in c.evidence}
    assert "00:24:10" in places


@pytest.mark.parametrize(
    ("shown", "text"),
    [("mmm yyyy", "2003-10"), ("mmm-yy", "2003-10"), ("yyyy", "2003"), ('yyyy"d"', "2003"), ("[$-409]mmmm yyyy;@", "2003-10"), ("yyyy-mm-dd", "2003-10-01"), ("d-mmm-yy", "2003-10-01")],
)  # fmt: skip
def test_a_date_has_the_parts_that_the_spreadsheet_shows(desk: Desk, shown: str, text: str) -> None:
    def spoil(pages: dict[str, Worksheet]) -> None:
        pages["sources"]["E2"] = dt.date(2003, 10, 1)
        pages["sources"]["E2"].number_format = shown

    plan = workbook(desk, spoil)
    assert plan.parsed.faults == []
    dates = {one.key: one.date.text for one in plan.content.sources.values() if one.date}
    assert dates["night"] == text


def test_a_month_that_the_spreadsheet_made_of_a_text_is_a_fault(desk: Desk) -> None:
    def spoil(pages: dict[str, Worksheet]) -> None:
        pages["connections"]["F3"] = dt.date(2026, 4, 1)
        pages["connections"]["F3"].number_format = "mmm-yy"

    assert one_fault(workbook(desk, spoil)).code == "excel-date"


def test_a_text_that_the_spreadsheet_made_a_date_is_a_fault(desk: Desk) -> None:
    def spoil(pages: dict[str, Worksheet]) -> None:
        pages["connections"]["F3"] = dt.date(2026, 4, 3)

    fault = one_fault(workbook(desk, spoil))
    assert (str(fault.place), fault.code) == ("connections!F3", "excel-date")


def test_merged_cells_are_a_fault_unless_they_fill_down(desk: Desk) -> None:
    fine = workbook(desk, lambda pages: pages["connections"].merge_cells("A2:A5"))
    assert fine.parsed.faults == []

    def spoil(pages: dict[str, Worksheet]) -> None:
        pages["connections"].merge_cells("F2:F3")

    fault = one_fault(workbook(desk, spoil))
    assert (str(fault.place), fault.code, fault.detail) == ("connections!F2", "merged", "up to F3")


def test_a_formula_without_a_value_and_an_error_are_faults(desk: Desk) -> None:
    def spoil(pages: dict[str, Worksheet]) -> None:
        pages["connections"]["F2"] = "=1+1"
        pages["connections"]["F3"] = "#REF!"

    found = {(str(f.place), f.code, f.value) for f in workbook(desk, spoil).parsed.faults}
    assert found == {("connections!F2", "formula", "=1+1"), ("connections!F3", "formula", "#REF!")}


def test_hidden_rows_are_read_and_reported(desk: Desk) -> None:
    def spoil(pages: dict[str, Worksheet]) -> None:
        pages["connections"].row_dimensions[3].hidden = True

    plan = workbook(desk, spoil)
    assert len(plan.content.connections) == 4
    assert plan.parsed.remarks == ["connections: hidden rows are imported too: 3"]


def test_a_file_that_is_no_workbook_is_a_fault(desk: Desk) -> None:
    path = desk.collection.folder / "sheet.xlsx"
    path.write_text("from;kind;to", encoding="utf-8")
    assert one_fault(desk.plan(path)).code == "file"


def test_an_ods_file_is_read(desk: Desk) -> None:
    def table(name: str, rows: Rows) -> str:
        lines = "".join(
            "<table:table-row>"
            + "".join(
                f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
                for cell in one
            )
            + "</table:table-row>"
            for one in rows
        )
        return f'<table:table table:name="{name}">{lines}</table:table>'

    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{space}:office:1.0" '
        f'xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0">'
        "<office:body><office:spreadsheet>"
        f"{table('sources', SOURCES)}{table('connections', CONNECTIONS)}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    path = desk.collection.folder / "sheet.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{space}:manifest:1.0"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
        archive.writestr("content.xml", content)
    assert desk.plan(path).content == desk.rows().content


YAML = """\
sources:
  - key: night
    title: The Night Market, scene by scene
    by: [Ada Lind, Bo Ek]
    url: https://example.org/n
connections:
  - from: No (film, 1999)
    kind: name-drop
    to: Later Film
    source: night
  - kind: parody
    to: Hero
"""


def yaml_plan(desk: Desk, text: str) -> ImportPlan:
    path: Path = desk.collection.folder / "sheet.yaml"
    path.write_text(text, encoding="utf-8")
    return desk.plan(path)


def test_yaml_is_read_as_text_and_fills_down(desk: Desk) -> None:
    plan = yaml_plan(desk, YAML)
    assert plan.parsed.faults == []
    names = {thing.names[0].text for thing in plan.content.things.values()}
    assert names == {"No", "Ada Lind", "Bo Ek"}
    assert len(plan.content.connections) == 2


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("to: Hero", "to: Nobody", "sheet.yaml!12", "is unknown"),
        ("to: Hero", "too: Hero", "sheet.yaml!12", "keys: from, kind, to"),
        ("connections:", "conections:", "sheet.yaml!6", "one list each"),
        ("- kind: parody", "- kind: [a, {b: c}]", "sheet.yaml!11", "neither text nor a list"),
        ("- kind: parody\n    to: Hero", "- parody", "sheet.yaml!11", "key: value"),
        ("sources:", "sources: [", "sheet.yaml!", "not YAML"),
    ],
)
def test_a_slip_in_yaml_is_named_at_its_line(
    desk: Desk, old: str, new: str, place: str, message: str
) -> None:
    faults = yaml_plan(desk, YAML.replace(old, new)).parsed.faults
    assert any(str(fault.place).startswith(place) for fault in faults), faults
    assert message in "\n".join(report(faults))


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_thousands_of_rows_are_read_in_full(desk: Desk, count: int) -> None:
    rows = tuple(
        row(to="Later Film", where=f"par. {n}", says=f"Sentence {n}.") for n in range(count)
    )
    plan = desk.rows(**connections(*rows))
    assert plan.parsed.faults == []
    assert sum(len(one.evidence) for one in plan.content.connections.values()) == count + 1


def test_a_sheet_of_faults_alone_is_reported_in_full(desk: Desk) -> None:
    rows = tuple(row(to=f"Nobody {n}") for n in range(300))
    assert len(desk.faults(**connections(*rows))) == 300
