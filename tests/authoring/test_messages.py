"""Messages of an import state the cause, and a mend that works."""

from __future__ import annotations

import pytest
from sheets import CONNECTIONS, SOURCES, WORKS, Desk, Rows
from terminal import Run

from allusion.authoring.cell_values import NameMention
from allusion.authoring.from_rdf import read_collection
from allusion.authoring.resolver import Resolver
from allusion.authoring.sheet_faults import SheetFault, report
from allusion.core.vocabulary import BASE

HEAD = CONNECTIONS[0]
FIRST = CONNECTIONS[1]


def one(desk: Desk, *row: str, **sheets: Rows) -> SheetFault:
    """Return the only fault of a row after the first one."""
    (fault,) = desk.faults(**({"connections": (HEAD, FIRST, row)} | sheets))
    return fault


def test_a_misspelt_name_of_the_sheet_is_proposed(desk: Desk) -> None:
    fault = one(desk, "", "parody", "The Nihgt Market", "", "", "", "", "")
    assert "did you mean The Night Market (film:mine-the-night-market)?" in fault.fix


def test_a_name_of_the_collection_is_near_a_misspelt_one_whatever_was_looked_up(desk: Desk) -> None:
    desk.rows().write("import")
    own = read_collection(desk.collection, desk.concepts).content.things.values()
    resolver = Resolver(desk.names, desk.concepts, own)
    resolver.described(NameMention("The Night Market"), "film")
    (near,) = resolver.near_ours("The Nihgt Market", ("film",))
    assert near.label == "The Night Market"


def test_a_misspelt_name_with_a_kind_makes_no_second_film(desk: Desk) -> None:
    fault = one(desk, "The Nihgt Market (film)", "parody", "Hero", "", "", "", "", "")
    assert (fault.code, str(fault.place)) == ("near", "connections!A3")
    assert "film:mine-the-night-market" in fault.detail
    assert "The Nihgt Market (film, new)" in fault.fix


def test_parts_of_a_series_are_not_mistaken_for_each_other(desk: Desk) -> None:
    rows = (
        (HEAD, ("Night Bill 1 (film)", "parody", "Hero", "", "night", "", "", "")),
        ("Night Bill 2 (film)", "parody", "Hero", "", "night", "", "", ""),
    )
    assert desk.faults(connections=(*rows[0], rows[1])) == []


def test_the_other_form_of_a_chinese_name_is_proposed(desk: Desk) -> None:
    other = desk.beside("zh", language="zh-Hant")
    works = (("name", "kind", "source", "in"), ("楊過", "character", "night", "Market"), ("Market", "film", "night", ""))  # fmt: skip
    faults = other.faults(works=works, connections=(HEAD, ("Market", "name-drop", "杨过", "", "night", "", "", "seen")))  # fmt: skip
    assert ["did you mean 楊過 (character:" in fault.fix for fault in faults] == [True]


@pytest.mark.parametrize("column", ["to", "by"])
def test_a_name_in_chinese_characters_is_new_with_a_language_in_brackets(
    desk: Desk, column: str
) -> None:
    def row(name: str) -> tuple[str, ...]:
        to, by = (name, "") if column == "to" else ("Hero", name)
        return ("", "parody", to, "", "", "", by, "")

    fault = one(desk, *row("三船敏郎 (person)"))
    assert (fault.code, fault.fix) == (
        "name-language", "三船敏郎 (person, ja) or 三船敏郎 (person, zh-Hant)"
    )  # fmt: skip
    plan = desk.rows(connections=(HEAD, FIRST, row("三船敏郎 (person, ja)")))
    assert plan.parsed.faults == []
    (name,) = {n for one in plan.content.things.values() for n in one.names if n.language == "ja"}
    assert name.text == "三船敏郎"


def test_the_year_in_the_brackets_of_an_unknown_name_is_kept_in_the_mend(desk: Desk) -> None:
    fault = one(desk, "", "parody", "Rainfall, Rainfall (1977)", "", "", "", "", "")
    assert fault.fix.endswith("after it: Rainfall, Rainfall (film, 1977)")


def test_a_painting_is_new_with_its_kind_in_brackets(desk: Desk) -> None:
    line = ("Noodles (film)", "parody", "Splashes (painting, 1967)", "", "night", "", "", "")
    plan = desk.rows(connections=(HEAD, line))
    assert plan.parsed.faults == []
    (painting,) = (one for one in plan.content.things.values() if one.cls == "Artwork")
    assert [name.text for name in painting.descriptions] == ["Painting"]
    assert painting.year == 1967


def test_a_word_in_brackets_that_is_no_kind_is_named(desk: Desk) -> None:
    fault = one(desk, "", "parody", "Rainfall (musical)", "", "", "", "", "")
    assert fault.detail.startswith("musical is not a kind (kinds: artwork, award, character, film,")
    assert "Rainfall (film) or Rainfall (person)" in fault.fix


@pytest.mark.parametrize("text", ["Hero; Later Film", "Hero, Later Film"])
def test_several_names_in_a_cell_for_one_become_several_rows(desk: Desk, text: str) -> None:
    fault = one(desk, "", "parody", text, "", "", "", "", "")
    assert (fault.code, fault.detail, fault.fix) == ("word", "is several names", "write a row for each")  # fmt: skip


def test_names_of_two_scripts_in_a_list_are_separated_by_semicolons(desk: Desk) -> None:
    head = (*WORKS[0], "also")
    works = (head, (*WORKS[1], "Zaru, 蒲公英"), ("Tiger", "", "film", "", "", "", "Tiger, Hidden Dragon"))  # fmt: skip
    assert [one.code for one in desk.faults(works=works) if one.code != "language"] == ["comma"]


def test_an_author_becomes_an_organization_by_its_kind(desk: Desk) -> None:
    """The collection has the author as a person, from an earlier import."""
    desk.rows().write("first")
    sources = [list(row) for row in SOURCES]
    sources[1][2] = "Ada Lind (organisation)"
    plan = desk.rows(sources=sources)
    assert plan.parsed.faults == []
    poster = plan.content.connections[f"{BASE}film/mine-the-night-market", "prop-or-poster", f"{BASE}film/later"]  # fmt: skip
    assert poster.made_by == (f"{BASE}organisation/mine-ada-lind",)


def test_a_fault_of_an_author_is_at_the_source(desk: Desk) -> None:
    sources = [list(row) for row in SOURCES]
    sources[1][2] = "Mara Karn"
    faults = desk.faults(sources=sources)
    causes = [fault for fault in faults if fault.code != "waits"]
    assert [(str(fault.place), fault.code) for fault in causes] == [("sources!C2", "near")]


def test_words_are_proposed_as_the_sheet_has_them(desk: Desk) -> None:
    assert "did you mean seen?" in one(desk, "", "parody", "Hero", "", "", "", "", "sean").fix
    kind = one(desk, "", "parallel, similar style", "Hero", "", "", "", "", "")
    assert "similar style" in kind.fix


def test_a_place_that_a_spreadsheet_converted_is_a_fault(desk: Desk) -> None:
    for where in ("4-Mar", "44624"):
        assert one(desk, "", "parody", "Hero", "", "", where, "", "").code == "excel-date"


def test_full_width_digits_of_a_place_become_digits(desk: Desk) -> None:
    plan = desk.rows(connections=(HEAD, (*FIRST[:5], "par. １２", *FIRST[6:])))
    assert [e.where for c in plan.content.connections.values() for e in c.evidence] == ["par. 12"]


def test_opinions_are_referred_to_the_files(desk: Desk) -> None:
    rows = ((*HEAD, "opinion"), (*FIRST, "it is sad"))
    (fault,) = desk.faults(connections=rows)
    assert "have no column: write them by hand into the Turtle files" in fault.fix


def test_the_preview_lists_what_empty_cells_take(desk: Desk, run: Run) -> None:
    desk.rows(works=WORKS)
    sheet = str(desk.collection.folder / "sheet")
    done = run("import", sheet, "--into", str(desk.collection.folder), "--data", str(desk.resources.data))  # fmt: skip
    above = "of empty cells, taken from the cell above:\n"
    assert f"from {above}  The Night Market (film, 2019): connections!A3:A5" in done.out
    assert f"source {above}  night: connections!E3:E4" in done.out


def test_the_proposed_command_has_the_options_of_the_first(desk: Desk, run: Run) -> None:
    desk.rows()
    sheet, folder = str(desk.collection.folder / "sheet"), str(desk.collection.folder)
    words = ("import", sheet, "--into", folder, "--replace", "--data", str(desk.resources.data))
    done = run(*words)
    assert f"allusion {' '.join(words)} --write" in done.err


def test_an_empty_sheet_replaces_nothing(desk: Desk, run: Run) -> None:
    desk.rows().write("import")
    desk.rows(sources=(), connections=())
    sheet, folder = str(desk.collection.folder / "sheet"), str(desk.collection.folder)
    done = run("import", sheet, "--into", folder, "--replace", "--data", str(desk.resources.data))
    assert done.code == 2
    assert "has no rows, so --replace would remove the whole collection" in done.err


def test_what_the_sheet_does_not_name_is_listed_by_name(desk: Desk, run: Run) -> None:
    desk.rows(works=WORKS).write("import")
    desk.rows()
    sheet, folder = str(desk.collection.folder / "sheet"), str(desk.collection.folder)
    done = run("import", sheet, "--into", folder, "--data", str(desk.resources.data))
    assert "not in this sheet: Cold Noodles (film)" in done.out
    assert "Dora Ness (person)" in done.out


def test_a_new_collection_is_made_whole_or_not_at_all(run: Run, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "openpyxl" else real(name)
    )
    done = run("new", str(tmp_path / "films"), "--sheet", "xlsx")
    assert done.code == 2
    assert "uv run --extra sheets allusion" in done.err
    assert not (tmp_path / "films").exists()


def test_a_packed_collection_is_to_be_unpacked(run: Run, tmp_path) -> None:  # type: ignore[no-untyped-def]
    packed = tmp_path / "films.zip"
    packed.write_bytes(b"PK")
    done = run("show", "Hero", "--with", str(packed))
    assert "Unpack it first" in done.err
    assert "allusion new" not in done.err


def test_every_message_names_its_cell(desk: Desk) -> None:
    faults = desk.faults(connections=(HEAD, FIRST, ("", "parody", "Nobody", "", "", "", "", "sean")))  # fmt: skip
    lines = report(faults)
    assert any("connections!C3" in line for line in lines)
    assert any("connections!H3" in line for line in lines)


def test_a_person_with_the_name_of_a_site_is_reported(desk: Desk) -> None:
    """The program cannot know whether it is the site or a person with a site of their own."""
    wrap = ("night", "Night", "NightWrap; Cy Oak", "https://www.nightwrap.com/a", "", "", "")
    plan = desk.rows(sources=(SOURCES[0], wrap, *SOURCES[2:]))
    assert plan.parsed.remarks == [
        "taken as persons: NightWrap; for an organization, write: NightWrap (organization)"
    ]
    mended = (*wrap[:2], "NightWrap (organization)", *wrap[3:])
    assert desk.rows(sources=(SOURCES[0], mended, *SOURCES[2:])).parsed.remarks == []


def test_all_lines_of_a_list_are_shown_if_asked_for(desk: Desk, run: Run) -> None:
    rows = [("The Night Market (film, 2019)", "parody", f"Tale {number} (film)", "", "night", "", "", "") for number in range(40)]  # fmt: skip
    sheet = desk.write_sheet(connections=(CONNECTIONS[0], *rows))
    command = ("import", str(sheet), "--into", str(desk.collection.folder), "--data", str(desk.resources.data))  # fmt: skip
    assert "  and 10 more; --all shows them" in run(*command).out
    done = run(*command, "--all").out
    assert all(f"is a parody of Tale {number} (" in done or f"Tale {number} (" in done for number in range(40))  # fmt: skip
    assert "more; --all" not in done


def test_a_reference_of_a_work_to_itself_starts_at_a_character(desk: Desk) -> None:
    row = ("The Night Market (film, 2019)", "self-reference", "The Night Market", "", "night", "", "", "seen")  # fmt: skip
    (fault,) = desk.faults(connections=(CONNECTIONS[0], row))
    assert fault.fix == "write a character of the work into the column from"


def test_a_certainty_that_does_not_fit_is_named_with_the_words_of_the_sheet(desk: Desk) -> None:
    row = ("The Night Market (film, 2019)", "influence claimed by a critic", "Later Film", "", "night", "", "", "doubtful")  # fmt: skip
    (fault,) = desk.faults(connections=(CONNECTIONS[0], row))
    assert fault.detail == "influence claimed by a critic is always claimed"
