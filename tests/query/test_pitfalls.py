"""SPARQL that misleads silently gets a note, and its neighbors get none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from terminal import Run

import allusion
from allusion.core.errors import QueryWarning
from allusion.query.pitfalls import endpoint_pitfalls, pitfalls
from allusion.query.results import Result, RowStream, TripleResult
from allusion.store.interface import Row, Rows
from allusion.store.oxigraph import OxigraphStore

DATA = """
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <https://example.org/> .
:a rdfs:label "Alpha"@en , "甲"@zh-Hant ; :date "1994-07-14"^^xsd:date ; :minutes 102 ;
   :code "A1" ; :score 1 , 2.5 , 3e0 ; :note "one" ; :size 1 ; :seen :b .
:b rdfs:label "Beta"@en ; :date "1994"^^xsd:gYear ; :minutes 90 ; :code "B2" ; :size "large" .
:c rdfs:label "Gamma"@en ; :date "1995-05-01"^^xsd:date ; :minutes 80 ; :day "1995-05-01"^^xsd:date .
"""
PROLOGUE = "PREFIX : <https://example.org/> "


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    import pyoxigraph as ox

    made = OxigraphStore()
    made.engine.load(DATA, format=ox.RdfFormat.TURTLE)
    return made


def notes(store: OxigraphStore, sparql: str) -> list[str]:
    text = PROLOGUE + sparql
    store.query(text)  # it is valid

    def ask(probe: str) -> Sequence[Row]:
        answer = store.query(probe)  # so is what confirms a note
        assert isinstance(answer, Rows)
        return list(answer)

    return pitfalls(text, ask)


#: A part of the note, and queries that get it.
MISLEADING = {
    'is compared with "zh-Hant"': [
        'SELECT * { ?s rdfs:label ?l FILTER(LANG(?l) = "zh-Hant") }',
        'SELECT * { ?s rdfs:label ?l FILTER("zh-Hant" = lang(?l)) }',
        'SELECT * { ?s rdfs:label ?l FILTER(LANG(?l) != "zh-Hant") }',
        'SELECT * { ?s rdfs:label ?l FILTER(LANG(?l) IN ("en", "zh-Hant")) }',
        'SELECT * { ?s rdfs:label ?l FILTER(LANG(?l) NOT IN ("zh-Hant")) }',
        'SELECT * { ?s rdfs:label ?l FILTER(LCASE(LANG(?l)) = "zh-Hant") }',
        'SELECT * { ?s rdfs:label ?l FILTER(STRSTARTS(LANG(?l), "zh-Hant")) }',
        'SELECT * { ?s rdfs:label ?l FILTER(REGEX(LANG(?l), "zh-Hant")) }',
        'SELECT * { ?s rdfs:label ?l BIND(LANG(?l) AS ?t) FILTER(?t = "zh-Hant") }',
        'SELECT * { VALUES ?t { "en" "zh-Hant" } ?s rdfs:label ?l FILTER(LANG(?l) = ?t) }',
        'SELECT * { ?s rdfs:label ?l BIND(LANG(?l) AS ?t) VALUES (?n ?t) { (1 "zh-Hant") } }',
        'ASK { ?s rdfs:label ?l FILTER(LANG(?l) = "zh-Hant") }',
    ],
    'rdfs:label has "Alpha"@en, not "Alpha"': [
        'SELECT * { ?s rdfs:label "Alpha" }',
        'SELECT * { ?s :code "A1" ; rdfs:label "Alpha" }',
        'SELECT * { ?s rdfs:label "Beta"@en , "Alpha" }',
        'SELECT * { [] rdfs:label "Alpha" }',
        'SELECT * { ?x :seen [ rdfs:label "Alpha" ] }',
        'SELECT * { ?x :seen/rdfs:label "Alpha" }',
        'SELECT * { FILTER(1 = 1) ?s rdfs:label "Alpha"@fr }',
        'SELECT * { ?s rdfs:label ?l FILTER(?l = "Alpha") }',
        'SELECT * { ?s rdfs:label ?l FILTER("Alpha" = ?l) }',
        'SELECT * { ?s rdfs:label ?l FILTER(?l IN ("Alpha")) }',
        'SELECT * { VALUES ?l { "Alpha" } ?s rdfs:label ?l }',
        'SELECT * { BIND("Alpha" AS ?l) ?s rdfs:label ?l }',
        'SELECT * { GRAPH ?g { ?s :x ?y } OPTIONAL { ?s rdfs:label "Alpha" } }',
        'CONSTRUCT { ?s :p "Alpha" } WHERE { ?s rdfs:label "Alpha" }',
    ],
    "rdfs:label has only texts with a language tag": ['SELECT * { ?s rdfs:label "Omega" }'],
    ":minutes has \"102\"^^xsd:integer, not \"102\"": [
        'SELECT * { ?s :minutes "102" }',
        'SELECT * { ?s :minutes ?m FILTER(?m = "102") }',
    ],
    "write GROUP_CONCAT(STR(": [
        "SELECT (GROUP_CONCAT(?m) AS ?x) { ?s :minutes ?m }",
        'SELECT (GROUP_CONCAT(DISTINCT ?s; SEPARATOR=", ") AS ?x) { ?s :code ?c }',
        "SELECT ?s (group_concat(?d) AS ?x) { ?s :date ?d } GROUP BY ?s",
        "SELECT (GROUP_CONCAT(?m + 1) AS ?x) { ?s :minutes ?m }",
        "SELECT (GROUP_CONCAT(?m) AS ?x) { SELECT ?m { ?s :minutes ?m } }",
        "SELECT * { { SELECT (GROUP_CONCAT(?m) AS ?x) { ?s :minutes ?m } } }",
    ],
    "HAVING cannot use ?n": [
        "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING(?n > 1)",
        "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING(1 < ?n) ORDER BY ?n",
        "SELECT * { { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING(?n > 1) } }",
        "SELECT ?s (COUNT(*) AS ?k) { ?s :minutes ?n } GROUP BY ?s HAVING(?n > 1)",
    ],
    "FILTER cannot use ?n": [
        "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?n > 1) } GROUP BY ?s",
    ],
    "of other types (here xsd:gYear)": [
        'SELECT * { ?s :date ?d FILTER(?d >= "1994-01-01"^^xsd:date) }',
        'SELECT * { ?s :date ?d FILTER("1994-01-01"^^xsd:date <= ?d && ?d < "1995-01-01"^^xsd:date) }',
        'SELECT * { ?s :date ?d FILTER(!(?d >= "1994-01-01"^^xsd:date)) }',
        'SELECT * { ?s a ?c OPTIONAL { ?s :date ?d FILTER(?d > "1994-01-01"^^xsd:date) } }',
        'SELECT * { { SELECT ?s { ?s :date ?d FILTER(?d > "1994-01-01"^^xsd:date) } } }',
        "SELECT * { :c :day ?e . ?s :date ?d FILTER(?d < ?e) }",
    ],
    "of other types (here xsd:date)": [
        'SELECT * { ?s :date ?d FILTER(?d >= "1993"^^xsd:gYear) }',
    ],
    "of other types (here xsd:string)": ["SELECT * { ?s :size ?n FILTER(?n > 0) }"],
    "MIN(?d) mixes xsd:date and xsd:gYear": ["SELECT (MIN(?d) AS ?x) { ?s :date ?d }"],
    "MAX(?n) mixes numbers and xsd:string": [
        "SELECT (MAX(?n) AS ?x) { ?s :size ?n }",
        "SELECT (MAX(?n) AS ?x) { { ?s :size ?n } UNION { ?s :minutes ?n } }",
    ],
    "is empty if a value is not a number": [
        "SELECT (SUM(?n) AS ?x) { ?s :size ?n }",
        "SELECT (AVG(?d) AS ?x) { ?s :date ?d }",
        "SELECT ?s (AVG(?n) AS ?x) { ?s :size ?n } GROUP BY ?s",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("part", "sparql"), [(part, query) for part, some in MISLEADING.items() for query in some]
)
def test_a_misleading_query_gets_one_note(store: OxigraphStore, part: str, sparql: str) -> None:
    found = notes(store, sparql)
    assert len(found) == 1
    assert part in found[0]


@pytest.mark.parametrize(
    "sparql",
    [
        'SELECT * { ?s rdfs:label ?l FILTER(LANG(?l) = "zh-hant") }',
        'SELECT * { ?s rdfs:label ?l FILTER(LANG(?l) = "en") }',
        'SELECT * { ?s rdfs:label ?l FILTER(LANGMATCHES(LANG(?l), "zh-Hant")) }',
        'SELECT * { ?s rdfs:label ?l FILTER(UCASE(LANG(?l)) = "ZH-HANT") }',
        'SELECT * { ?s rdfs:label ?l FILTER(REGEX(LANG(?l), "Hant", "i")) }',
        'SELECT * { ?s rdfs:label ?l FILTER(LANG(?l) = "en" && STR(?l) = "Alpha") }',
        'SELECT * { ?s :code ?c FILTER(?c = "A1") }',
        'SELECT * { ?s :code "A1" }',
        'SELECT * { ?s :code "C3" }',
        'SELECT * { ?s rdfs:label "甲"@zh-Hant }',
        'SELECT * { ?s rdfs:label "甲"@zh-hant }',
        'SELECT * { ?s rdfs:label "Omega"@en }',
        'SELECT * { ?s rdfs:label ?l FILTER(STR(?l) = "Alpha") }',
        'SELECT * { ?s rdfs:label ?l FILTER(CONTAINS(?l, "Alpha")) }',
        "SELECT * { ?s :minutes 102 }",
        "SELECT * { ?s :minutes ?m FILTER(?m = 102.0) }",
        'SELECT * { ?s :minutes ?m FILTER(?m = "102"^^xsd:decimal) }',
        'SELECT ("Alpha" AS ?l) { ?s :code ?c }',
        "SELECT (GROUP_CONCAT(STR(?m)) AS ?x) { ?s :minutes ?m }",
        "SELECT (GROUP_CONCAT(?l) AS ?x) { ?s rdfs:label ?l }",
        "SELECT (GROUP_CONCAT(?c) AS ?x) { ?s :minutes ?m OPTIONAL { ?s :code ?c } }",
        'SELECT (GROUP_CONCAT(CONCAT(STR(?m), " min")) AS ?x) { ?s :minutes ?m }',
        "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING(COUNT(*) > 1)",
        "SELECT ?s (COUNT(*) AS ?n) { ?s :minutes ?m } GROUP BY ?s HAVING(MAX(?m) > 1)",
        "SELECT ?m (COUNT(*) AS ?n) { ?s :minutes ?m } GROUP BY ?m HAVING(?m > 1)",
        'SELECT ?k { ?s :code ?c } GROUP BY (STR(?c) AS ?k) HAVING(?k > "A")',
        "SELECT * { { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s } FILTER(?n > 1) }",
        "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s ORDER BY DESC(?n)",
        'SELECT * { ?s :day ?d FILTER(?d >= "1994-01-01"^^xsd:date) }',
        "SELECT * { ?s :date ?d FILTER(YEAR(?d) >= 1994) }",
        'SELECT * { ?s :date ?d FILTER(STR(?d) >= "1994") }',
        'SELECT * { ?s :date ?d FILTER(DATATYPE(?d) = xsd:date && ?d > "1994-01-01"^^xsd:date) }',
        "SELECT * { ?s :score ?n FILTER(?n > 1) }",
        "SELECT * { ?s ?p ?o FILTER(?o > 1) }",
        "SELECT * { ?s :minutes ?m OPTIONAL { ?s :score ?n } FILTER(?n > 1) }",
        'SELECT * { ?s rdfs:label ?l FILTER(LANG(?l) = "en" && ?l < "B"@en) }',
        "SELECT (MIN(?m) AS ?x) { ?s :minutes ?m }",
        "SELECT (MAX(?n) AS ?x) (SUM(?n) AS ?y) (AVG(?n) AS ?z) { ?s :score ?n }",
        "SELECT ?s (MIN(?d) AS ?x) { ?s :date ?d } GROUP BY ?s",
        "SELECT (MIN(STR(?d)) AS ?x) { ?s :date ?d }",
        "SELECT (COUNT(?d) AS ?n) (SAMPLE(?d) AS ?x) { ?s :date ?d }",
        'SELECT * { ?s :code ?c # LANG(?l) = "zh-Hant"\n }',
    ],
)
def test_a_similar_correct_query_gets_no_note(store: OxigraphStore, sparql: str) -> None:
    assert notes(store, sparql) == []


def test_python_warns_and_keeps_the_note_with_the_answer(kg: allusion.KnowledgeGraph) -> None:
    query = 'SELECT * { ?work rdfs:label ?l FILTER(LANG(?l) = "zh-Hant") }'
    with pytest.warns(QueryWarning, match="zh-hant"):
        result = kg.sparql(query)
    assert isinstance(result, Result)
    assert len(result.notes) == 1
    assert result == Result(result.columns, [])
    with pytest.warns(QueryWarning):
        triples = kg.sparql("CONSTRUCT { ?s rdfs:label 'x' } { ?s rdfs:label 'Wong Kar-wai' }")
    assert isinstance(triples, TripleResult)
    assert len(triples.notes) == 1
    quiet = kg.sparql('SELECT * { ?work rdfs:label ?l FILTER(LANG(?l) = "zh-hant") } LIMIT 1')
    assert isinstance(quiet, Result)
    assert (len(quiet), quiet.notes) == (1, ())


def test_streamed_rows_warn_as_whole_answers_do(kg: allusion.KnowledgeGraph) -> None:
    query = 'SELECT * { ?work rdfs:label ?l FILTER(LANG(?l) = "zh-Hant") }'
    with pytest.warns(QueryWarning, match="zh-hant") as given:
        rows = kg.rows(query)
    assert [warning.filename for warning in given] == [__file__]
    assert len(rows.notes) == 1
    with pytest.warns(QueryWarning, match="zh-hant") as given:
        stream = kg.stream(query)
    assert [warning.filename for warning in given] == [__file__]
    assert isinstance(stream, RowStream)
    assert stream.notes == rows.notes
    with pytest.warns(QueryWarning):
        assert kg.stream("ASK { ?s rdfs:label 'Wong Kar-wai' }") is False
    with pytest.warns(QueryWarning):
        triples = kg.stream("CONSTRUCT { ?s rdfs:label 'x' } { ?s rdfs:label 'Wong Kar-wai' }")
    assert isinstance(triples, TripleResult)
    assert len(triples.notes) == 1
    quiet = kg.stream(query, warn=False)
    assert isinstance(quiet, RowStream)
    assert quiet.notes == ()
    assert len(kg.executor.notes(query, Result(("work", "l"), []))) == 1


def test_the_command_line_has_the_note_on_stderr_and_the_answer_on_stdout(run: Run) -> None:
    query = "SELECT (GROUP_CONCAT(?film) AS ?films) { ?film a al:Film }"
    done = run("sparql", query, "-f", "json")
    assert done.out == '[\n  {\n    "films": null\n  }\n]\n'
    assert done.err.startswith("note: GROUP_CONCAT(?film) joins only texts")


def test_no_canned_query_gets_a_note(kg: allusion.KnowledgeGraph) -> None:
    def ask(probe: str) -> Sequence[Row]:
        answer = kg.executor.answer(probe)
        assert isinstance(answer, Result)
        return answer.rows

    folder = Path(__file__).parents[2] / "queries"
    found = {
        path.name: pitfalls(path.read_text(encoding="utf-8"), ask)
        for path in sorted(folder.glob("*.rq"))
    }
    assert {name: some for name, some in found.items() if some} == {}


@pytest.mark.parametrize(
    ("query", "pushed", "part"),
    [
        ("SELECT ?g { GRAPH ?g { ?s ?p ?o } }", True, "FILTER(?g != <https://w3id.org/allusion/loaded>)"),
        ("SELECT ?g { GRAPH ?g { ?s ?p ?o } }", False, ""),
        ("SELECT ?s { GRAPH <urn:g> { ?s ?p ?o } }", True, ""),
        ("SELECT ?g FROM NAMED <urn:g> { GRAPH ?g { ?s ?p ?o } }", True, ""),
        ("SELECT ?s FROM <urn:g> FROM <urn:h> { ?s ?p ?o }", False, "several FROM"),
        ("SELECT ?s FROM <urn:g> FROM NAMED <urn:h> { ?s ?p ?o }", False, ""),
    ],
)  # fmt: skip
def test_what_an_endpoint_may_answer_differently_is_noted(
    query: str, pushed: bool, part: str
) -> None:
    found = endpoint_pitfalls(query, lambda _: [(None,)] if pushed else [])
    assert len(found) == bool(part)
    assert part in "".join(found)
