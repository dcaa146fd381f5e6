"""Items of Wikidata, asked of a real SPARQL server that holds triples of Wikidata's shape."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from allusion.errors import NetworkError, ParameterError
from allusion.records import Entity, Fact, Link, Name
from allusion.vocabulary import ENTITY_REGISTERS
from allusion.wikidata import ItemDescription, Row, WikidataClient, beside
from allusion.wikidata.classes import CLASSES, KNOWN, fit
from allusion.wikidata.client import describe_query

if TYPE_CHECKING:
    from .conftest import Engine, Serve

# Items and values as the register of this project has them; Q900000001 and above are
# made up for these tests.
TRIPLES = """
PREFIX schema: <http://schema.org/>

wd:Q766263 rdfs:label "Chungking Express"@en , "重慶森林"@zh-hk , "重庆森林"@zh ,
    "恋する惑星"@ja , "Chungking Express"@mul , "Chungking Express"@fr ;
  skos:altLabel "Chung Hing sam lam"@en , "中经森林"@fr ;
  wdt:P31 wd:Q11424 ;
  wdt:P57 wd:Q55431 ; wdt:P58 wd:Q55431 ;
  wdt:P161 wd:Q310252 , wd:Q319001 , wd:Q464650 ,
    <http://www.wikidata.org/.well-known/genid/0a1b> ;
  wdt:P577 "1994-07-14T00:00:00Z"^^xsd:dateTime , "1995-07-15T00:00:00Z"^^xsd:dateTime , [] ;
  wdt:P345 "tt0109424" ; wdt:P4947 "11104" ;
  wdt:P1476 "not asked for"@en .
wd:Q55431 rdfs:label "Wong Kar-wai"@en , "王家衛"@zh-hant .
wd:Q310252 rdfs:label "Takeshi Kaneshiro"@en , "金城武"@ja .
wd:Q319001 rdfs:label "Tony Leung Chiu-wai"@en .
wd:Q464650 rdfs:label "王菲"@zh .
wd:Q11424 rdfs:label "film"@en .
wd:Q4167410 rdfs:label "Wikimedia disambiguation page"@en .
<https://en.wikipedia.org/wiki/Chungking_Express> schema:about wd:Q766263 ;
  schema:isPartOf <https://en.wikipedia.org/> .
<https://ja.wikipedia.org/wiki/%E6%81%8B%E3%81%99%E3%82%8B%E6%83%91%E6%98%9F>
  schema:about wd:Q766263 ; schema:isPartOf <https://ja.wikipedia.org/> .

wd:Q1039595 rdfs:label "Tomokazu Miura"@en , "三浦友和"@ja ; wdt:P31 wd:Q5 ;
  wdt:P569 "1952-01-28T00:00:00Z"^^xsd:dateTime .
wd:Q5 rdfs:label "human"@en .

wd:Q900000001 owl:sameAs wd:Q766263 .
wd:Q900000002 rdfs:label "Chungking Express"@en ; wdt:P31 wd:Q4167410 .
wd:Q900000003 rdfs:label "An odd film"@en ; wdt:P31 wd:Q900000004 .
wd:Q900000004 wdt:P279 wd:Q900000005 .
wd:Q900000005 wdt:P279 wd:Q11424 .
wd:Q900000006 rdfs:label "A thing"@en ; wdt:P31 wd:Q900000007 .
"""

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
ASKED = ("en", "zh-Hant", "zh-Hans", "ja", "ko", "zh-Latn-pinyin")


@pytest.fixture
def client(engine: Engine) -> WikidataClient:
    engine.load(TRIPLES)
    return WikidataClient(engine.endpoint, timeout_s=5)


@pytest.fixture
def film(client: WikidataClient) -> ItemDescription:
    return client.describe("Q766263", ASKED)


def row_of(rows: list[Row], prop: str, status: str) -> Row:
    (found,) = [row for row in rows if row.property == prop and row.status == status]
    return found


def statuses(rows: list[Row], prop: str) -> list[str]:
    return [row.status for row in rows if row.property == prop]


def of_type(entity: Entity, kind: str, label: str) -> Entity:
    return replace(entity, kind=kind, type=label)


# What the endpoint says


def test_an_item_comes_with_its_names_in_the_languages_asked_for(film: ItemDescription) -> None:
    assert film.labels == {
        "en": "Chungking Express",
        "zh-HK": "重慶森林",
        "zh": "重庆森林",
        "ja": "恋する惑星",
        "mul": "Chungking Express",
    }
    assert film.aliases == (Name("Chung Hing sam lam", "en"),)
    assert film.exists
    assert film.url == "https://www.wikidata.org/wiki/Q766263"


def test_values_are_items_with_names_or_plain_text(film: ItemDescription) -> None:
    (director,) = film.makers["P57"]
    assert (director.item, director.text) == ("Q55431", "Wong Kar-wai")
    assert director.names == {"en": "Wong Kar-wai", "zh-Hant": "王家衛"}
    assert director.url == "https://www.wikidata.org/wiki/Q55431"
    assert [value.text for value in film.types] == ["film"]
    assert [value.text for value in film.identifiers["P345"]] == ["tt0109424"]
    assert "P1476" not in film.statements


def test_a_value_without_an_english_name_shows_another(film: ItemDescription) -> None:
    assert {value.text for value in film.makers["P161"]} == {
        "Takeshi Kaneshiro",
        "Tony Leung Chiu-wai",
        "王菲",
    }


def test_unknown_values_are_left_out(film: ItemDescription) -> None:
    assert [value.text for value in film.dates["P577"]] == ["1994-07-14", "1995-07-15"]
    assert len(film.makers["P161"]) == 3


def test_articles_are_found_by_site(film: ItemDescription) -> None:
    assert film.sitelinks["https://en.wikipedia.org/"].endswith("/wiki/Chungking_Express")
    assert len(film.sitelinks) == 2


def test_a_merged_item_names_its_successor(client: WikidataClient) -> None:
    merged = client.describe("Q900000001")
    assert merged.redirects_to == "Q766263"
    assert merged.exists


def test_an_unused_number_does_not_exist(client: WikidataClient) -> None:
    assert not client.describe("Q900000099").exists


def test_a_disambiguation_page_is_noticed(client: WikidataClient, film: ItemDescription) -> None:
    assert client.describe("Q900000002").is_disambiguation
    assert not film.is_disambiguation


def test_classes_above_are_asked_for_only_where_the_type_is_not_known(
    client: WikidataClient, film: ItemDescription
) -> None:
    assert film.superclasses == frozenset()
    assert client.describe("Q900000003").superclasses == {"Q900000005", "Q11424"}


@pytest.mark.parametrize(
    "item", ["P31", "Q0", "wd:Q5", "Q5 . ?s ?p ?o", "", "Q5\n", "Q" + "9" * 40]
)
def test_only_a_q_id_is_asked_for(item: str) -> None:
    with pytest.raises(ParameterError, match="one looks like Q766263"):
        WikidataClient("http://127.0.0.1:9/").describe(item)


@pytest.mark.parametrize("tag", ['en")', "", "e", "en_US", "zh-Hant\n"])
def test_only_a_language_tag_is_asked_for(tag: str) -> None:
    with pytest.raises(ParameterError, match="one looks like zh-Hant"):
        describe_query("Q5", [tag])


def test_the_query_is_standard_sparql() -> None:
    query = describe_query("Q766263")
    for word in ("SERVICE", "wikibase:", "bd:", "mwapi:", "hint:", "gas:"):
        assert word not in query
    assert '"zh-hant"' in query
    assert '"mul"' in query


def test_wikidata_is_asked_under_the_callers_contact(serve: Serve) -> None:
    server = serve(lambda exchange: exchange.answer(403))
    client = WikidataClient(server.endpoint, contact="me@example.org")
    with pytest.raises(NetworkError, match="refuses this client"):
        client.describe("Q5")
    assert "(me@example.org)" in server.headers[0]["User-Agent"]


# Beside ours


def test_what_both_say_agrees(film: ItemDescription) -> None:
    rows = beside(FILM, {}, film)
    for prop in ("label@en", "label@zh-Hant", "label@zh-Hans", "label@ja", "P31", "makers", "P577"):
        assert statuses(rows, prop) == ["agree"], prop
    for prop in ("P345", "P4947", "sitelink"):
        assert statuses(rows, prop) == ["agree"], prop
    assert row_of(rows, "makers", "agree").ours == ("Wong Kar-wai",)
    assert "item" not in {row.property for row in rows}


def test_what_one_side_says_alone_is_told(film: ItemDescription) -> None:
    rows = beside(FILM, {}, film)
    assert row_of(rows, "label@ko", "only here").ours == ("중경삼림",)
    assert row_of(rows, "P58", "only there").theirs == ("Wong Kar-wai",)
    assert len(row_of(rows, "P161", "only there").theirs) == 3
    no_korean = {tag: text for tag, text in FILM.labels.items() if tag != "ja"}
    rows = beside(replace(FILM, labels=no_korean), {}, film)
    assert row_of(rows, "label@ja", "only there").theirs == ("恋する惑星",)


def test_transcriptions_are_not_compared(film: ItemDescription) -> None:
    assert statuses(beside(FILM, {}, film), "label@zh-Latn-pinyin") == []


def test_a_label_of_open_script_can_agree_but_not_differ(film: ItemDescription) -> None:
    ours = replace(FILM, labels={**FILM.labels, "zh-Hans": "重庆快车"})
    row = row_of(beside(ours, {}, film), "label@zh-Hans", "only here")
    assert row.note == "there without a script: 重庆森林, Chungking Express"


def test_a_label_that_is_an_alias_there_agrees_with_a_note(film: ItemDescription) -> None:
    ours = replace(FILM, labels={"en": "Chung hing sam-lam"})
    row = row_of(beside(ours, {}, film), "label@en", "agree")
    assert row.note == "ours is an alias there"


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
    rows = beside(ours, {}, film)
    assert row_of(rows, "label@en", "differ").theirs == ("Chungking Express",)
    assert row_of(rows, "makers", "differ").theirs == ("Wong Kar-wai",)
    date = row_of(rows, "P577", "differ")
    assert (date.ours, date.theirs) == (("1995-02-03",), ("1994-07-14", "1995-07-15"))
    number = row_of(rows, "P345", "differ")
    assert (number.ours, number.theirs) == (("tt0000001",), ("tt0109424",))


def test_a_year_alone_agrees_to_the_year(film: ItemDescription) -> None:
    row = row_of(beside(replace(FILM, facts=()), {}, film), "P577", "agree")
    assert (row.ours, row.note) == (("1994",), "to the year")


def test_facts_of_the_caller_are_split_into_shared_and_not(film: ItemDescription) -> None:
    facts = {"P161": ["金城武", "Q319001", "Brigitte Lin"], "P57": ["WONG Kar Wai"]}
    rows = beside(FILM, facts, film)
    assert row_of(rows, "P161", "agree").ours == ("金城武", "Q319001")
    assert row_of(rows, "P161", "agree").theirs == ("Takeshi Kaneshiro", "Tony Leung Chiu-wai")
    assert row_of(rows, "P161", "only here").ours == ("Brigitte Lin",)
    assert row_of(rows, "P161", "only there").theirs == ("王菲",)
    assert statuses(rows, "P57") == ["agree"]
    assert statuses(rows, "makers") == []


def test_a_film_is_not_a_person_and_a_person_not_a_film(
    client: WikidataClient, film: ItemDescription
) -> None:
    person = client.describe("Q1039595")
    assert statuses(beside(PERSON, {}, person), "P31") == ["agree"]
    assert statuses(beside(PERSON, {}, person), "P569") == ["agree"]
    wrong = row_of(beside(of_type(FILM, "film", "Film"), {}, person), "P31", "differ")
    assert (wrong.ours, wrong.theirs) == (("Film",), ("human",))
    assert statuses(beside(of_type(FILM, "person", "Person"), {}, film), "P31") == ["differ"]


def test_an_unknown_class_is_judged_by_those_above_it_or_left_open(client: WikidataClient) -> None:
    odd = client.describe("Q900000003")
    assert statuses(beside(FILM, {}, odd), "P31") == ["agree"]
    assert statuses(beside(PERSON, {}, odd), "P31") == ["differ"]
    thing = client.describe("Q900000006")
    row = row_of(beside(FILM, {}, thing), "P31", "unclear")
    assert row.theirs == ("Q900000007",)
    assert "judge for yourself" in row.note


def test_a_link_to_a_merged_unused_or_listing_item_is_a_difference(client: WikidataClient) -> None:
    merged = beside(FILM, {}, client.describe("Q900000001"))
    assert [row.status for row in merged] == ["differ"]
    assert merged[0].theirs == ("Q766263",)
    assert "was merged into Q766263" in merged[0].note
    gone = beside(FILM, {}, client.describe("Q900000099"))
    assert [row.status for row in gone] == ["only here"]
    assert "deleted, or never used" in gone[0].note
    listing = beside(FILM, {}, client.describe("Q900000002"))
    assert "disambiguation page" in row_of(listing, "item", "differ").note
    assert statuses(listing, "P31") == ["differ"]


# The table of classes


def test_classes_are_for_registers_that_exist_and_have_one_label() -> None:
    assert set(CLASSES) <= set(ENTITY_REGISTERS)
    labels: dict[str, str] = {}
    for classes in CLASSES.values():
        for item, label in classes.items():
            assert labels.setdefault(item, label) == label
    assert len(KNOWN) > 60


def test_a_register_without_classes_is_never_judged() -> None:
    assert fit("motif", ["Q5"]) == "unknown"
