"""A canned query without rows explains whether it fits, or whether nothing is known."""

from __future__ import annotations

from typing import NoReturn

import pyoxigraph as ox
import pytest

import allusion
from allusion.core.errors import EmptyResultWarning, NetworkError
from allusion.core.resources import locate
from allusion.core.terms import Iri, shorten
from allusion.core.vocabulary import BASE, PREFIXES
from allusion.query.bound_query import BoundQuery, parse_value
from allusion.query.catalog import CannedQuery, read_catalog
from allusion.query.empty_answers import NO_DATA, WRONG_VALUES, explain_empty, with_explanation
from allusion.query.results import Result
from allusion.store.interface import select
from allusion.store.oxigraph import OxigraphStore

CATALOG = read_catalog(locate().query_files())[0]
DATA = """
film:one a al:Film ; rdfs:label "One"@en ; al:published "1994-07-14"^^xsd:date .
film:two a al:Film ; rdfs:label "Two"@en ; al:published "12025"^^xsd:gYear .
film:alone a al:Film ; rdfs:label "Alone"@en .
place:town a al:Place ; rdfs:label "Town"@en , "城"@zh-Hant .
person:star a al:Person ; rdfs:label "Star"@en .
person:other a al:Person ; rdfs:label "Other"@en .
person:idle a al:Person ; rdfs:label "Idle"@en .
connection:a a al:Connection , al:Reference ; dcterms:description "One names Star."@en ;
  al:from film:one ; al:fromWork film:one ; al:to person:star ; al:joins film:one , person:star ;
  al:kind kind:name-drop ; al:evidence [ al:source source:text ] .
connection:b a al:Connection , al:Comparison ; dcterms:description "Two is like Other."@en ;
  al:from film:two ; al:fromWork film:two ; al:to person:other ;
  al:joins film:two , person:other ; al:kind kind:name-drop ; al:evidence [ al:source source:text ] .
kind:name-drop skos:prefLabel "name-drop"@en ; skos:broader kind:reference .
kind:quote skos:prefLabel "quotation"@en ; skos:broader kind:reference .
source:text a al:Source ; dcterms:language "de" .
person:star al:appearsIn film:one .
[] a al:Performance ; al:inWork film:one ; al:performer person:star .
[] a al:Performance ; al:inWork film:two ; al:performer person:other .
utterance:silent a al:Utterance ; rdfs:label "Silence"@en .
utterance:shout a al:Utterance ; rdfs:label "Shout"@en .
connection:a al:expressedIn utterance:shout .
"""


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    made = OxigraphStore()
    head = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    made.engine.load(head + DATA, format=ox.RdfFormat.TURTLE)
    return made


def explained(store: OxigraphStore, name: str, **values: str) -> str:
    query = CATALOG.get(name)

    def resolve(text: str, _: tuple[str, ...]) -> str:
        return BASE + text.replace(":", "/")

    terms = {
        key: parse_value(query.parameter(key), value, resolve) for key, value in values.items()
    }
    bound = BoundQuery(query, values, terms)
    assert not list(select(store, bound.text))
    return explain_empty(bound, store, shorten)


@pytest.mark.parametrize(
    ("name", "values", "part"),
    [
        ("in-a-year", {"year": "1800"}, "the dates here go from 1994 to 12025, but year is 1800"),
        ("in-a-year", {"year": "-0044"}, "the dates here go from 1994 to 12025"),
        ("in-a-year", {"year": "2000"}, "the nearest are in 1994 and 12025: -p year=1994"),
        ("sources", {"tag": "ko", "least": "0"}, "language ko; languages here: de, en, zh-Hant"),
        (
            "most-referred-to",
            {"kind": "kind:quote"},
            "no connection here is of the kind kind:quote",
        ),
        ("corroboration", {"least": "9"}, "least=9 has no rows, but least=1 has 2"),
        ("sources", {"tag": "de", "least": "5"}, "least=5 has no rows, but least=1 has 1"),
        ("points-at-a-person", {"register": "Place"}, "register=any has 2"),
        ("what-to-see-next", {"work": "place:town"}, "place:town is of kind place"),
        ("who-refers-to", {"entity": "place:town"}, "it reads person, but place:town is of"),
        ("chain", {"one": "film:one", "other": "film:one"}, "one and other are both film:one"),
        (
            "chain",
            {"one": "film:one", "other": "film:two"},
            "at most three connections, and no such path joins the two; to find longer ones, and "
            "those through casts and places: allusion path film:one film:two",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_what_fits(
    store: OxigraphStore, name: str, values: dict[str, str], part: str
) -> None:
    text = explained(store, name, **values)
    assert text.startswith(WRONG_VALUES)
    assert part in text


@pytest.mark.parametrize(
    ("name", "values", "part"),
    [
        (
            "who-says-so",
            {"entity": "person:idle"},
            "person:idle is in no statement that this query reads; to see its card: "
            "allusion show person:idle",
        ),
        (
            "chain",
            {"one": "person:idle", "other": "film:two"},
            "person:idle is in no statement that this query reads; to see what else connects "
            "them: "
            "allusion path person:idle film:two",
        ),
        ("together", {"one": "person:star", "other": "person:other"}, "no source credits both"),
        ("what-to-know", {"utterance": "utterance:silent"}, "it names nobody to explain"),
        ("opinions", {"entity": "film:alone"}, "; to list everything: -p entity=any"),
        ("releases", {}, "this graph has no statement of the kind that the query reads"),
    ],
)
def test_an_answer_without_data_is_explained_as_no_data(
    store: OxigraphStore, name: str, values: dict[str, str], part: str
) -> None:
    text = explained(store, name, **values)
    assert text.startswith(NO_DATA)
    assert part in text


@pytest.mark.parametrize("query", CATALOG.queries.values(), ids=lambda query: query.name)
def test_the_explanation_of_a_header_is_of_one_of_the_two_sorts(query: CannedQuery) -> None:
    assert not query.empty or query.empty.startswith((NO_DATA, WRONG_VALUES))
    assert not query.empty or "allusion " in query.empty


def test_python_gives_the_explanation_as_a_warning_and_with_the_result() -> None:
    kg = allusion.open()
    reason = "the values do not fit this query: the dates here go from"
    with pytest.warns(EmptyResultWarning, match=reason) as caught:
        result = kg.query("in-a-year", 1066)
    assert result.rows == []
    assert result.explanation.startswith(reason)
    assert [str(one.message) for one in caught] == [result.explanation]
    assert kg.query("in-a-year", 1066, warn=False).explanation == result.explanation
    with pytest.warns(EmptyResultWarning, match="it is the target of no connection"):
        kg.ask.who_refers_to("film:the-killer")


def test_a_result_with_rows_has_no_explanation() -> None:
    assert allusion.open().query("in-a-year", 1994).explanation == ""


def test_an_endpoint_that_does_not_find_out_why_there_are_no_rows_is_reported(
    kg: allusion.KnowledgeGraph,
) -> None:
    class SlowEndpoint(OxigraphStore):
        def query(self, sparql: str) -> NoReturn:  # noqa: ARG002
            raise NetworkError("did not finish within 60 s")

    bound = BoundQuery(CATALOG.get("cast"), {"work": "film:one"}, {"work": Iri(BASE + "film/one")})
    result = with_explanation(Result((), []), bound, SlowEndpoint(), lambda: kg.names)
    assert result.explain is not None
    assert result.explain() == (
        f"{NO_DATA}the endpoint has not answered why (did not finish within 60 s)"
    )
