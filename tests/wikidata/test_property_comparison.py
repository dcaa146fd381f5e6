"""Items of Wikidata, read from servers of its kind, beside entities of ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from allusion.core.errors import ParameterError
from allusion.core.labels import Link, Name
from allusion.core.model import Entity, Fact
from allusion.core.vocabulary import ENTITY_REGISTERS
from allusion.wikidata.client.cache import ResponseCache
from allusion.wikidata.client.wikidata_client import WikidataClient
from allusion.wikidata.compare.item_description import ItemDescription, describe_item
from allusion.wikidata.compare.property_comparison import PropertyComparison, compare_entity
from allusion.wikidata.model.classes import (
    CLASSES_BY_REGISTER,
    KNOWN_CLASSES,
    WIKIMEDIA_PAGES,
    match_classes,
)
from allusion.wikidata.model.items import item_url
from allusion.wikidata.pull.pull import pull

if TYPE_CHECKING:
    from loopback import Engine, Serve
    from wikibase import Wikibase

Describe = Callable[[str], ItemDescription]

FILM = Entity(
    "https://w3id.org/allusion/film/chungking-express",
    "film",
    "Film",
    {
        "en": "Chungking Express",
        "zh-Hant": "重慶森林",
        "zh-Hans": "重庆森林",
        "ja": "恋する惑星",
        "ko": "중경삼림",
        "zh-Latn-pinyin": "Chóngqìng sēnlín",
    },
    year=1994,
    makers=("Wong Kar-wai",),
    links=(
        Link("Wikidata", "https://www.wikidata.org/wiki/Q766263", "Q766263", 0.99),
        Link("IMDb", "https://www.imdb.com/title/tt0109424/", "tt0109424"),
        Link("TMDb", "https://www.themoviedb.org/movie/11104", "11104"),
        Link("Wikipedia", "https://en.wikipedia.org/wiki/Chungking_Express", "en: …"),
    ),
    facts=(Fact("published", "1994-07-14"),),
)
PERSON = Entity(
    "https://w3id.org/allusion/person/tomokazu-miura",
    "person",
    "Person",
    {"en": "Tomokazu Miura", "ja": "三浦友和"},
    year=1952,
)


# Items and values as the register of this project has them; Q900000001 and above are
# made up for these tests.
@pytest.fixture
def describe(wikibase: Wikibase, serve: Serve, engine: Engine, tmp_path: Path) -> Describe:
    """Read one item, and what it names."""
    wikibase.add(
        "Q766263",
        {"en": "Chungking Express", "zh-hk": "重慶森林", "zh": "重庆森林", "ja": "恋する惑星", "mul": "Chungking Express"},
        {
            "P31": ["Q11424"],
            "P57": ["Q55431"],
            "P58": ["Q55431"],
            "P161": ["Q310252", "Q319001", "Q464650", "?"],
            "P577": ["@1994-07-14", "@1995-07-15", "?"],
            "P345": ["tt0109424", ("tt0000001", {"rank": ["deprecated"]})],
            "P4947": ["11104"],
            "P1476": ["not asked for"],
        },
        aliases={"en": ["Chung Hing sam lam"]},
        sitelinks={
            "enwiki": "https://en.wikipedia.org/wiki/Chungking_Express",
            "jawiki": "https://ja.wikipedia.org/wiki/%E6%81%8B%E3%81%99%E3%82%8B%E6%83%91%E6%98%9F",
        },
    )  # fmt: skip
    wikibase.add("Q55431", {"en": "Wong Kar-wai", "zh-hant": "王家衛"})
    wikibase.add("Q310252", {"en": "Takeshi Kaneshiro", "ja": "金城武"})
    wikibase.add("Q319001", {"en": "Tony Leung Chiu-wai"})
    wikibase.add("Q464650", {"zh": "王菲"})
    wikibase.add("Q11424", {"en": "film"})
    wikibase.add("Q5", {"en": "human"})
    wikibase.add(
        "Q1039595",
        {"en": "Tomokazu Miura", "ja": "三浦友和"},
        {"P31": ["Q5"], "P569": ["@1952-01-28"]},
    )
    wikibase.add("Q900000002", {"en": "Chungking Express"}, {"P31": ["Q4167410"]})
    wikibase.add("Q900000003", {"en": "An odd film"}, {"P31": ["Q900000004"]})
    wikibase.add("Q900000004", {}, {"P279": ["Q900000005"]})
    wikibase.add("Q900000005", {}, {"P279": ["Q11424"]})
    wikibase.add("Q900000006", {"en": "A thing"}, {"P31": ["Q900000007"]})
    wikibase.merged["Q900000001"] = "Q766263"
    engine.load(wikibase.turtle())
    server = serve(wikibase)

    def go(number: str) -> ItemDescription:
        wikidata = WikidataClient(
            ResponseCache(tmp_path), api=server.api, endpoint=engine.endpoint, timeout_s=5
        )
        snapshot = pull(wikidata, [number])
        return describe_item(snapshot.items[number], snapshot.summaries)

    return go


@pytest.fixture
def film(describe: Describe) -> ItemDescription:
    return describe("Q766263")


def row_of(rows: list[PropertyComparison], prop: str, status: str) -> PropertyComparison:
    (found,) = [row for row in rows if row.property == prop and row.status == status]
    return found


def statuses(rows: list[PropertyComparison], prop: str) -> list[str]:
    return [row.status for row in rows if row.property == prop]


def of_type(entity: Entity, kind: str, label: str) -> Entity:
    return replace(entity, kind=kind, type=label)


# What Wikidata says


def test_an_item_comes_with_its_names_in_the_languages_asked_for(film: ItemDescription) -> None:
    assert film.labels == {
        "en": "Chungking Express",
        "zh-hk": "重慶森林",
        "zh": "重庆森林",
        "ja": "恋する惑星",
        "mul": "Chungking Express",
    }
    assert film.aliases == (Name("Chung Hing sam lam", "en"),)
    assert film.exists
    assert item_url(film.item) == "https://www.wikidata.org/wiki/Q766263"


def test_values_are_items_with_names_or_plain_text(film: ItemDescription) -> None:
    (director,) = film.makers["P57"]
    assert (director.item, director.text) == ("Q55431", "Wong Kar-wai")
    assert director.names == {"en": "Wong Kar-wai", "zh-hant": "王家衛"}
    assert item_url(director.item) == "https://www.wikidata.org/wiki/Q55431"
    assert [value.text for value in film.types] == ["film"]
    assert [value.text for value in film.statements["P345"]] == ["tt0109424"]
    assert "P1476" not in film.statements


def test_a_value_without_an_english_name_shows_another(film: ItemDescription) -> None:
    assert {value.text for value in film.makers["P161"]} == {
        "Takeshi Kaneshiro",
        "Tony Leung Chiu-wai",
        "王菲",
    }


def test_unknown_values_are_omitted(film: ItemDescription) -> None:
    assert [value.text for value in film.statements["P577"]] == ["1994-07-14", "1995-07-15"]
    assert len(film.makers["P161"]) == 3


def test_articles_are_found_by_site(film: ItemDescription) -> None:
    assert film.sitelinks["enwiki"].endswith("/wiki/Chungking_Express")
    assert len(film.sitelinks) == 2


def test_a_merged_item_names_its_successor(describe: Describe) -> None:
    merged = describe("Q900000001")
    assert merged.redirects_to == "Q766263"
    assert merged.exists


def test_an_unused_number_does_not_exist(describe: Describe) -> None:
    assert not describe("Q900000099").exists


def test_a_disambiguation_page_is_detected(describe: Describe, film: ItemDescription) -> None:
    (kind,) = describe("Q900000002").types
    assert WIKIMEDIA_PAGES[kind.item] == "Wikimedia disambiguation page"
    assert not WIKIMEDIA_PAGES.keys() & {value.item for value in film.types}


def test_superclasses_are_requested_only_for_unknown_types(
    describe: Describe, film: ItemDescription
) -> None:
    assert film.superclasses == frozenset()
    # Those of our table alone.
    assert describe("Q900000003").superclasses == {"Q11424"}


@pytest.mark.parametrize(
    "item", ["P31", "Q0", "wd:Q5", "Q5 . ?s ?p ?o", "Q5|Q6", "", "Q5\n", "Q" + "9" * 40]
)
def test_only_a_q_id_is_asked_for(item: str, tmp_path: Path) -> None:
    wikidata = WikidataClient(
        ResponseCache(tmp_path), api="http://127.0.0.1:9/", endpoint="http://127.0.0.1:9/"
    )
    for ask in (
        wikidata.fetch_items,
        wikidata.fetch_summaries,
        wikidata.fetch_superclasses,
        wikidata.fetch_incoming,
    ):
        with pytest.raises(ParameterError, match="one looks like Q766263"):
            ask([item])


@pytest.mark.parametrize("contact", ["me\r\nX-Other: 1", "é@example.org"])
def test_a_contact_cannot_inject_a_header(contact: str, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="plain ASCII"):
        WikidataClient(ResponseCache(tmp_path), contact=contact)


# Beside ours


def test_equal_values_agree(film: ItemDescription) -> None:
    rows = compare_entity(FILM, {}, film)
    for prop in ("label@en", "label@zh-Hant", "label@zh-Hans", "label@ja", "P31", "makers", "P577"):
        assert statuses(rows, prop) == ["agree"], prop
    for prop in ("P345", "P4947", "sitelink"):
        assert statuses(rows, prop) == ["agree"], prop
    assert row_of(rows, "makers", "agree").ours == ("Wong Kar-wai",)
    assert "item" not in {row.property for row in rows}


def test_values_of_one_side_alone_are_reported(film: ItemDescription) -> None:
    rows = compare_entity(FILM, {}, film)
    assert row_of(rows, "label@ko", "only here").ours == ("중경삼림",)
    assert row_of(rows, "P58", "only there").theirs == ("Wong Kar-wai",)
    assert len(row_of(rows, "P161", "only there").theirs) == 3
    no_korean = {tag: text for tag, text in FILM.labels.items() if tag != "ja"}
    rows = compare_entity(replace(FILM, labels=no_korean), {}, film)
    assert row_of(rows, "label@ja", "only there").theirs == ("恋する惑星",)


def test_transcriptions_are_not_compared(film: ItemDescription) -> None:
    assert statuses(compare_entity(FILM, {}, film), "label@zh-Latn-pinyin") == []


def test_a_label_of_open_script_can_agree_but_not_differ(film: ItemDescription) -> None:
    ours = replace(FILM, labels={**FILM.labels, "zh-Hans": "重庆快车"})
    row = row_of(compare_entity(ours, {}, film), "label@zh-Hans", "only here")
    assert row.note == "there without a script: 重庆森林, Chungking Express"


def test_a_label_that_is_an_alias_there_agrees_with_a_note(film: ItemDescription) -> None:
    ours = replace(FILM, labels={"en": "Chung hing sam-lam"})
    row = row_of(compare_entity(ours, {}, film), "label@en", "agree")
    assert row.note == "ours is an alias there"


def test_a_label_there_that_is_an_alias_here_agrees_with_a_note(film: ItemDescription) -> None:
    ours = replace(
        FILM, labels={"en": "Jungle"}, aliases=(Name("chungking EXPRESS", "en"),), links=()
    )
    row = row_of(compare_entity(ours, {}, film), "label@en", "agree")
    assert (row.ours, row.note) == (("Jungle",), "theirs is an alias here")


def test_another_label_director_year_and_number_differ_with_both_values(
    film: ItemDescription,
) -> None:
    ours = replace(
        FILM,
        labels={"en": "Another Film"},
        makers=("Somebody Else",),
        year=1995,
        facts=(Fact("published", "1995-02-03"),),
        links=(Link("IMDb", "https://www.imdb.com/title/tt0000001/", "tt0000001"),),
    )
    rows = compare_entity(ours, {}, film)
    assert row_of(rows, "label@en", "differ").theirs == ("Chungking Express",)
    assert row_of(rows, "makers", "differ").theirs == ("Wong Kar-wai",)
    date = row_of(rows, "P577", "differ")
    assert (date.ours, date.theirs) == (("1995-02-03",), ("1994-07-14", "1995-07-15"))
    number = row_of(rows, "P345", "differ")
    assert (number.ours, number.theirs) == (("tt0000001",), ("tt0109424",))


def test_a_year_alone_agrees_to_the_year(film: ItemDescription) -> None:
    row = row_of(compare_entity(replace(FILM, facts=()), {}, film), "P577", "agree")
    assert (row.ours, row.note) == (("1994",), "to the year")


def test_facts_of_the_caller_are_split_into_shared_and_not(film: ItemDescription) -> None:
    facts = {"P161": ["金城武", "Q319001", "Brigitte Lin"], "P57": ["WONG Kar Wai"]}
    rows = compare_entity(FILM, facts, film)
    assert row_of(rows, "P161", "agree").ours == ("金城武", "Q319001")
    assert row_of(rows, "P161", "agree").theirs == ("Takeshi Kaneshiro", "Tony Leung Chiu-wai")
    assert row_of(rows, "P161", "only here").ours == ("Brigitte Lin",)
    assert row_of(rows, "P161", "only there").theirs == ("王菲",)
    assert statuses(rows, "P57") == ["agree"]
    assert statuses(rows, "makers") == []


def test_a_film_linked_to_a_person_differs_in_class(
    describe: Describe, film: ItemDescription
) -> None:
    person = describe("Q1039595")
    assert statuses(compare_entity(PERSON, {}, person), "P31") == ["agree"]
    assert statuses(compare_entity(PERSON, {}, person), "P569") == ["agree"]
    wrong = row_of(compare_entity(of_type(FILM, "film", "Film"), {}, person), "P31", "differ")
    assert (wrong.ours, wrong.theirs) == (("Film",), ("human",))
    assert statuses(compare_entity(of_type(FILM, "person", "Person"), {}, film), "P31") == [
        "differ"
    ]


def test_an_unknown_class_is_decided_by_superclasses_or_left_open(describe: Describe) -> None:
    odd = describe("Q900000003")
    assert statuses(compare_entity(FILM, {}, odd), "P31") == ["agree"]
    assert statuses(compare_entity(PERSON, {}, odd), "P31") == ["differ"]
    thing = describe("Q900000006")
    row = row_of(compare_entity(FILM, {}, thing), "P31", "unclear")
    assert row.theirs == ("Q900000007",)
    assert "please check" in row.note


def test_a_link_to_a_merged_unused_or_listing_item_is_a_difference(describe: Describe) -> None:
    merged = compare_entity(FILM, {}, describe("Q900000001"))
    assert [row.status for row in merged] == ["differ"]
    assert merged[0].theirs == ("Q766263",)
    assert "was merged into Q766263" in merged[0].note
    gone = compare_entity(FILM, {}, describe("Q900000099"))
    assert [row.status for row in gone] == ["only here"]
    assert "was deleted or never existed" in gone[0].note
    listing = compare_entity(FILM, {}, describe("Q900000002"))
    assert "disambiguation page" in row_of(listing, "item", "differ").note
    assert statuses(listing, "P31") == ["differ"]


# The table of classes


def test_classes_are_for_registers_that_exist_and_have_one_label() -> None:
    assert set(CLASSES_BY_REGISTER) <= set(ENTITY_REGISTERS)
    labels: dict[str, str] = {}
    for classes in CLASSES_BY_REGISTER.values():
        for item, label in classes.items():
            assert labels.setdefault(item, label) == label
    assert len(KNOWN_CLASSES) > 60


def test_a_register_without_classes_is_never_judged() -> None:
    assert match_classes("motif", ["Q5"]) == "unknown"
