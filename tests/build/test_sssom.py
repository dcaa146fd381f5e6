"""The file of links to Wikidata: rows come to it in one step, and nothing that is there goes."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from allusion.build.check import curated_faults
from allusion.build.curated_data import build_in_memory, read_curated
from allusion.build.sssom import (
    COLUMNS,
    TOOL_COLUMNS,
    Mapping,
    add_mappings,
    read_mappings,
    with_rows,
)
from allusion.core.errors import OutputError, ParameterError
from allusion.core.resources import Resources, locate
from allusion.core.vocabulary import BASE

NEW = Mapping(
    0, f"{BASE}film/namesake", "Star", "skos:exactMatch", "Q900000001", "Star\tor\u2028Stella",
    "semapv:CompositeMatching", 0.97, False, "seen: https://www.wikidata.org/wiki/Q900000001: x",
    "allusion", "1.2.3", "2026-11-23",
)  # fmt: skip


def rows_of(text: str) -> list[dict[str, str]]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_a_row_is_added_and_what_was_there_stays(tiny: Resources) -> None:
    before = rows_of(tiny.mapping_file.read_text(encoding="utf-8"))
    assert add_mappings(tiny.mapping_file, [NEW]) == [NEW]
    text = tiny.mapping_file.read_text(encoding="utf-8")
    after = rows_of(text)
    assert [{name: row[name] for name in COLUMNS} for row in after[:2]] == before
    assert after[2]["object_id"] == "wd:Q900000001"
    assert after[2]["object_label"] == "Star or Stella"
    assert [after[2][name] for name in TOOL_COLUMNS] == ["allusion", "1.2.3", "2026-11-23"]
    mappings, faults = read_mappings(tiny.mapping_file)
    assert not faults
    assert (mappings[2].tool, mappings[2].date, mappings[2].line) == ("allusion", "2026-11-23", 6)
    assert curated_faults(tiny, read_curated(tiny)) == []


def test_adding_it_again_changes_no_byte(tiny: Resources) -> None:
    add_mappings(tiny.mapping_file, [NEW])
    before = tiny.mapping_file.read_bytes()
    assert add_mappings(tiny.mapping_file, [NEW]) == []
    assert tiny.mapping_file.read_bytes() == before


def test_the_shipped_file_keeps_every_row_and_its_order() -> None:
    text = locate().mapping_file.read_text(encoding="utf-8")
    made = with_rows(text, [])
    assert [{name: row[name] for name in COLUMNS} for row in rows_of(made)] == rows_of(text)
    assert with_rows(made, []) == made


def test_the_date_of_the_mapping_set_is_copied_to_its_rows() -> None:
    text = "#mapping_date: '2026-01-02'\n#license: x\n" + "\t".join(COLUMNS) + "\n"
    text += "film:a\tA\tskos:exactMatch\twd:Q1\tA\tsemapv:ManualMappingCuration\t0.9\t\tseen\n"
    made = with_rows(text, [NEW])
    assert made.startswith("#license: x\nsubject_id\t")
    assert [row["mapping_date"] for row in rows_of(made)] == ["2026-01-02", "2026-11-23"]


def test_prefixes_that_rows_use_are_declared() -> None:
    text = "#curie_map:\n#  wd: http://www.wikidata.org/entity/\n" + "\t".join(COLUMNS) + "\n"
    head = with_rows(text, [NEW]).split("subject_id")[0]
    assert "#  film: https://w3id.org/allusion/film/\n" in head


def test_a_contradictory_row_is_an_error_and_nothing_is_written(tiny: Resources) -> None:
    before = tiny.mapping_file.read_bytes()
    later = f"{BASE}film/later"
    forbidden = Mapping(*(getattr(NEW, name) for name in Mapping.__slots__))
    for item, negative, complaint in (
        ("Q2", False, "the opposite statement about film:later and Q2"),
        ("Q1", True, "the opposite statement about film:later and Q1"),
        ("Q3", False, "film:later has the item Q1"),
    ):
        row = _with(forbidden, subject=later, item=item, negative=negative)
        with pytest.raises(ParameterError, match=complaint):
            add_mappings(tiny.mapping_file, [NEW, row])
    assert tiny.mapping_file.read_bytes() == before


def _with(row: Mapping, **changes: object) -> Mapping:
    from dataclasses import replace

    return replace(row, **changes)  # type: ignore[arg-type]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_not_writable_keeps_the_old_file(tiny: Resources) -> None:
    before = tiny.mapping_file.read_bytes()
    tiny.data.chmod(0o500)
    try:
        with pytest.raises(OutputError):
            add_mappings(tiny.mapping_file, [NEW])
    finally:
        tiny.data.chmod(0o700)
    assert tiny.mapping_file.read_bytes() == before


def test_a_new_file_has_a_header(tmp_path: Path) -> None:
    add_mappings(tmp_path / "new.tsv", [NEW])
    (row,) = read_mappings(tmp_path / "new.tsv")[0]
    assert row.item == "Q900000001"


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        (("allusion", "", "2026-11-23"), "lacks the name or version of its program"),
        (("", "1.0", ""), "lacks the name or version of its program"),
        (("", "", "yesterday"), "'yesterday' is not a date"),
        (("", "", "2026-13-01"), "'2026-13-01' is not a date"),
    ],
)
def test_a_row_must_name_its_tool_and_date(
    tiny: Resources, cells: tuple[str, ...], complaint: str
) -> None:
    add_mappings(tiny.mapping_file, [NEW])
    text = tiny.mapping_file.read_text(encoding="utf-8")
    spoiled = text.replace("allusion\t1.2.3\t2026-11-23", "\t".join(cells))
    assert spoiled != text
    tiny.mapping_file.write_text(spoiled, encoding="utf-8")
    (fault,) = curated_faults(tiny, read_curated(tiny))
    assert complaint in fault.problem
    assert (fault.code, fault.line) == ("mapping", 6)


def test_the_store_has_the_program_and_date_of_a_link(tiny: Resources) -> None:
    add_mappings(tiny.mapping_file, [NEW])
    store = build_in_memory(tiny)[0]
    found = store.query(
        """PREFIX sssom: <https://w3id.org/sssom/>
        SELECT ?tool ?version ?date WHERE {
          ?m sssom:mapping_tool ?tool ; sssom:mapping_tool_version ?version ;
             sssom:mapping_date ?date }""",
    )
    assert isinstance(found, ox.QuerySolutions)
    assert [[term.value for term in row] for row in found] == [["allusion", "1.2.3", "2026-11-23"]]
