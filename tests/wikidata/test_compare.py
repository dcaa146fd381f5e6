"""What was pulled from Wikidata beside what is here, value by value."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from terminal import Done, Run

import allusion
from allusion.cli.wikidata import compare as wikidata_compare
from allusion.knowledge_graph import KnowledgeGraph
from allusion.wikidata.compare.value_comparison import (
    SnapshotComparison,
    ValueComparison,
    ValueStatus,
    count_by_property,
    filter_comparisons,
)
from allusion.wikidata.model.items import Item, ItemStatement, ItemSummary, to_json

FILM, DIRECTOR, FAYE, NOBODY = "Q766263", "Q55431", "Q464650", "Q900000001"


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return allusion.open()


def of(item: str, name: str = "", rank: str = "normal") -> ItemStatement:
    return ItemStatement(
        item=item, text=name or item, names={"en": name} if name else {}, rank=rank
    )


def text(value: str) -> ItemStatement:
    return ItemStatement(value=value, text=value)


def circa(value: str) -> ItemStatement:
    return replace(text(value), qualifiers={"P1480": ("Q5727902",)})


def item(number: str = FILM, labels: dict[str, str] | None = None, **statements: Any) -> Item:
    found = {
        prop: values if isinstance(values, tuple) else (values,)
        for prop, values in statements.items()
    }
    return Item(number, "2026-11-22T12:00:00Z", 7, "2026-11-01T12:00:00Z", labels or {}, {}, found)


def compared(
    kg: KnowledgeGraph, *items: Item, entity: str = "film:chungking-express"
) -> list[ValueComparison]:
    comparing = SnapshotComparison(
        kg.network(records=True), kg.store, {one.item: one for one in items}, {}
    )
    return comparing.compare(kg.resolve(entity))


def standings(rows: list[ValueComparison], prop: str) -> set[tuple[str, str, str]]:
    return {(row.status, row.ours, row.theirs) for row in rows if row.property == prop}


def test_equal_items_agree_whatever_their_labels(kg: KnowledgeGraph) -> None:
    rows = compared(kg, item(P57=of(DIRECTOR, "王家衛导演")))
    assert standings(rows, "P57") == {("corroborated", "Wong Kar-wai", "王家衛导演")}


def test_one_director_against_another_is_a_contradiction(kg: KnowledgeGraph) -> None:
    rows = compared(kg, item(P57=of(NOBODY, "Somebody Else")))
    assert standings(rows, "P57") == {("contradicted", "Wong Kar-wai", "Somebody Else")}


def test_a_namesake_with_an_item_of_its_own_is_not_the_same(kg: KnowledgeGraph) -> None:
    rows = compared(kg, item(P57=of(NOBODY, "Wong Kar-wai")))
    assert standings(rows, "P57") == {("contradicted", "Wong Kar-wai", "Wong Kar-wai")}


def test_disjoint_casts_are_not_a_contradiction(kg: KnowledgeGraph) -> None:
    found = standings(compared(kg, item(P161=of(NOBODY, "Somebody Else"))), "P161")
    assert ("only there", "", "Somebody Else") in found
    assert ("only here", "Faye Wong", "") in found
    assert "contradicted" not in {standing for standing, _, _ in found}


def test_every_value_is_a_row_with_its_link(kg: KnowledgeGraph) -> None:
    rows = compared(kg, item(P161=(of(FAYE, "Faye Wong"), of(NOBODY, "Somebody"))))
    cast = {row.theirs or row.ours: row for row in rows if row.property == "P161"}
    assert cast["Faye Wong"].our_entity == kg.resolve("person:faye-wong")
    assert (cast["Faye Wong"].their_item, cast["Somebody"].their_item) == (FAYE, NOBODY)
    assert cast["Takeshi Kaneshiro"].their_item == ""


def test_deprecated_statements_of_wikidata_are_not_compared(kg: KnowledgeGraph) -> None:
    rows = compared(kg, item(P57=(of(DIRECTOR, "W"), of(NOBODY, "Old error", "deprecated"))))
    assert standings(rows, "P57") == {("corroborated", "Wong Kar-wai", "W")}


@pytest.mark.parametrize(
    ("date", "standing"),
    [("1994-07-14", "corroborated"), ("1994", "corroborated"), ("1995-07-14", "contradicted")],
)
def test_dates_are_compared_at_the_lower_precision(
    kg: KnowledgeGraph, date: str, standing: str
) -> None:
    ((found, _, there),) = standings(compared(kg, item(P577=text(date))), "P577")
    assert (found, there) == (standing, date)


@pytest.mark.parametrize(
    ("dates", "standing", "shown"),
    [
        ((circa("1994"),), "unclear", "about 1994"),
        ((circa("1974"),), "unclear", "about 1974"),
        ((circa("1974"), text("1994-07-14")), "corroborated", "about 1974; 1994-07-14"),
        ((circa("1994"), text("1995")), "unclear", "about 1994; 1995"),
    ],
)
def test_a_circa_date_neither_agrees_nor_contradicts(
    kg: KnowledgeGraph, dates: tuple[ItemStatement, ...], standing: str, shown: str
) -> None:
    (row,) = [row for row in compared(kg, item(P577=dates)) if row.property == "P577"]
    assert (row.status, row.theirs) == (standing, shown)
    assert row.note == ("the date there is approximate" if standing == "unclear" else "")


def test_a_circa_date_only_in_wikidata_is_reported_as_circa(kg: KnowledgeGraph) -> None:
    rows = compared(kg, item(P1619=circa("1993")))
    assert standings(rows, "P1619") == {("only there", "", "about 1993")}


def test_identifiers_and_names_are_compared(kg: KnowledgeGraph) -> None:
    rows = compared(
        kg, item(labels={"en": "Another Title", "ja": "恋する惑星"}, P345=text("tt0109424"))
    )
    assert standings(rows, "P345") == {("corroborated", "tt0109424", "tt0109424")}
    assert standings(rows, "label@en") == {("contradicted", "Chungking Express", "Another Title")}
    assert standings(rows, "label@ja") == {("corroborated", "恋する惑星", "恋する惑星")}


def test_a_year_that_disambiguates_a_label_is_no_contradiction(kg: KnowledgeGraph) -> None:
    rows = compared(kg, item("Q754304", {"en": "Breathless"}), entity="film:breathless-1983")
    assert standings(rows, "label@en") == {("corroborated", "Breathless (1983)", "Breathless")}


def test_connections_are_compared_by_their_wikidata_property(kg: KnowledgeGraph) -> None:
    rows = compared(
        kg, item("Q754304", P144=of("Q86427", "À bout de souffle")), entity="film:breathless-1983"
    )
    assert ("corroborated", "Breathless", "À bout de souffle") in standings(rows, "P144")


def test_derivative_work_is_the_inverse_of_based_on(kg: KnowledgeGraph) -> None:
    original = item("Q86427", {"en": "Breathless"}, P4969=of("Q754304", "Breathless"))
    rows = compared(kg, item("Q754304"), original, entity="film:breathless-1983")
    assert ("corroborated", "Breathless", "Breathless") in standings(rows, "P144")


def test_a_statement_by_another_property_is_noted(kg: KnowledgeGraph) -> None:
    rows = compared(
        kg, item("Q754304", P941=of("Q86427", "Breathless")), entity="film:breathless-1983"
    )
    (ours,) = [row for row in rows if row.property == "P144" and row.ours == "Breathless"]
    assert (ours.status, ours.note) == ("only here", "there by P941 (inspired by)")
    assert ("only there", "", "Breathless") in standings(rows, "P941")


def test_places_and_awards_are_compared(kg: KnowledgeGraph) -> None:
    rows = compared(kg, item(P915=of("Q8646", "Hong Kong"), P166=of(NOBODY, "A prize")))
    assert ("corroborated", "Hong Kong", "Hong Kong") in standings(rows, "P915")
    found = standings(rows, "P166")
    assert ("only there", "", "A prize") in found
    assert {standing for standing, _, _ in found} == {"only here", "only there"}


def test_an_item_that_was_merged_is_a_contradiction(kg: KnowledgeGraph) -> None:
    gone = Item(FILM, "2026-11-22T12:00:00Z", 7, redirects_to=NOBODY)
    (row,) = compared(kg, gone)
    assert (row.property, row.status) == ("item", "contradicted")
    assert row.note == f"{FILM} was merged into {NOBODY}; change the link"


def test_without_a_name_and_an_item_nothing_is_compared(kg: KnowledgeGraph) -> None:
    unlinked = "film:a-touch-of-zen"
    rows = compared(kg, item("Q704780", P57=of(NOBODY)), entity=unlinked)
    assert {standing for standing, _, _ in standings(rows, "P57")} == {"unclear"}


def test_an_unknown_class_is_compared_by_its_superclasses(kg: KnowledgeGraph) -> None:
    odd = item(P31=of("Q900000020", "odd kind of film"))
    named = {FILM: ItemSummary({"en": "Chungking Express"}, ("Q900000020",), ("Q11424",))}
    comparing = SnapshotComparison(kg.network(records=True), kg.store, {FILM: odd}, named)
    rows = comparing.compare(kg.resolve("film:chungking-express"))
    assert standings(rows, "P31") == {("corroborated", "Film", "odd kind of film")}


def test_the_totals_equal_the_sums_of_the_rows(kg: KnowledgeGraph) -> None:
    rows = compared(kg, item(P57=of(DIRECTOR, "W"), P161=of(NOBODY, "X")))
    sums = count_by_property(rows)
    assert sum(number for _, _, counts in sums for number in counts.values()) == len(rows)
    by_name = {name: counts for _, name, counts in sums}
    assert by_name["director"] == {"corroborated": 1}
    assert (
        len(filter_comparisons(rows, ("only there",), ("P161",)))
        == by_name["cast member"]["only there"]
        == 1
    )
    assert filter_comparisons(rows, (), ()) == rows


def test_only_entities_with_an_item_in_the_snapshot_are_compared(kg: KnowledgeGraph) -> None:
    comparing = SnapshotComparison(kg.network(records=True), kg.store, {FILM: item()}, {})
    assert comparing.entities() == [kg.resolve("film:chungking-express")]
    assert comparing.compare(kg.resolve("film:manhattan")) == []


# The command


@pytest.fixture
def pulled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of what was pulled: one film, in another home than that of the stores."""
    from allusion.wikidata.pull import snapshot as room

    monkeypatch.setattr(room, "snapshot_folder", lambda: tmp_path)
    records = [
        to_json(
            item(
                labels={"en": "Chungking Express"},
                P57=of(DIRECTOR, "Wong Kar-wai"),
                P577=text("1995"),
            )
        )
    ]
    (tmp_path / "items.json").write_text(json.dumps(records), encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(
    run: Run,
    pulled: Path,
    kg: KnowledgeGraph,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """``allusion wikidata compare``, with the graph open already."""

    def go(*arguments: str) -> Done:
        monkeypatch.setattr(wikidata_compare, "open_graph", lambda _: kg)
        return run("wikidata", "compare", *arguments)

    return go


def test_contradictions_make_the_exit_code_1(run: Run) -> None:
    code, out, _ = run("-f", "csv")
    assert code == 1
    rows = {row["property"]: row for row in csv.DictReader(out.splitlines())}
    assert rows["P577"]["status"] == "contradicted"
    assert rows["P57"]["item"] == "https://www.wikidata.org/wiki/Q766263#P57"
    assert rows["P57"]["hereEntity"] == "https://w3id.org/allusion/person/wong-kar-wai"
    assert rows["P57"]["wikidataItem"] == "https://www.wikidata.org/wiki/Q55431"
    assert run("--property", "director", "-f", "csv")[0] == 0


def test_the_table_begins_with_the_sums_and_shows_contradictions(run: Run) -> None:
    code, out, err = run("-f", "table")
    assert code == 1
    assert out.startswith("By property")
    assert "1994" in out.partition("Values")[2]
    assert "Wong Kar-wai" not in out
    assert "more values: add --status, or -f csv for all" in err
    assert "Wong Kar-wai" in run("重慶森林", "-f", "table")[1]


def test_without_a_snapshot_the_message_has_the_command_to_run(pulled: Path, run: Run) -> None:
    (pulled / "items.json").unlink()
    code, _, err = run()
    assert code == 3
    assert "there is no Wikidata snapshot yet; run: allusion wikidata pull" in err


def test_an_entity_that_was_not_pulled_is_named(run: Run) -> None:
    code, _, err = run("film:manhattan")
    assert code == 2
    assert "run: allusion wikidata pull 'film:manhattan'" in err


def test_an_unknown_property_names_those_that_there_are(run: Run) -> None:
    code, _, err = run("--property", "P999")
    assert code == 2
    assert "no property 'P999'" in err
    assert err.count("cast member") == 1


def test_the_choices_of_the_option_are_the_comparison_results() -> None:
    assert get_args(ValueStatus) == wikidata_compare._STATUSES
