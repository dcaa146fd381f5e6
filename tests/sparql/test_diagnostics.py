"""What is said of SPARQL that is none, and of SPARQL that finds nothing for a misspelling."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allusion import open as open_graph
from allusion.core.errors import QueryError
from allusion.core.resources import locate
from allusion.sparql.diagnostics import diagnose
from allusion.store.oxigraph import OxigraphStore

#: A query; where the caret stands; what is said.
SLIPS = [
    ("SELECT ?f { ?f a al:Film ?f rdfs:label ?l }", " ?f rdfs", "a dot is missing between al:Film and ?f"),
    ('SELECT ?f { ?f rdfs:label "x"@en ?f a al:Film }', " ?f a al", "a dot is missing between @en and ?f"),
    ("SELECT ?f { ?f al:from/al:to* ?x ?x a al:Film }", " ?x a", "a dot is missing between ?x and ?x"),
    ("SELECT ?f { ?f al:year ?y . ?y = 1994 }", "= 1994", "a condition needs FILTER: FILTER(?y = 1994)"),
    ("SELECT ?f { ?f al:year ?y ?y > 1994 }", "> 1994", "a condition needs FILTER: FILTER(?y > 1994)"),
    ("SELECT ?f { ?f a al:Film FILTER ?f != 1 }", "?f != 1", "write the condition in brackets"),
    ("SELECT ?f { FILTER(?f == 1) }", "== 1", "write = for equality, not =="),
    ("SELECT ?f { ?f a al:Film", "{ ?f", "this { is not closed"),
    ("SELECT ?f { FILTER(?f = 1 }", "(?f", "this ( is not closed before }"),
    ("SELECT ?f { ?f a al:Film }}", "}", "this } has no opening bracket"),
    ("SELECT ?f ?l (COUNT(*) AS ?n) { ?f rdfs:label ?l } GROUP BY ?f", "?l (", "?l is selected with an aggregate"),
    ("SELECT COUNT(*) { ?f a al:Film }", "COUNT", "write (COUNT(...) AS ?name)"),
    ("SELECT (COUNT(*) ?n) { ?f a al:Film }", ") {", "a value needs a name: (... AS ?name)"),
    ("SELECT ?f, ?g { ?f a ?g }", ", ?g", "by spaces, not commas"),
    ("SELECT film { ?film a al:Film }", "film {", "film is not a variable; write ?film"),
    ("SELECT ?f { ?f a ?g } ORDER BY DESC ?f", "?f", "DESC(?f)"),
    ("SELECT ?f { ?f a ?g } LIMIT ten", "ten", "LIMIT needs a number"),
    ("SELECT ?f { OPTIONAL ?f a ?g }", "?f a", "OPTIONAL needs a group"),
    ("SELECT ?f { FILTER NOT EXISTS ?f a ?g }", "?f a", "EXISTS needs a group"),
    ("SELECT ?f { ?f a al:Film and ?f a ?x }", "and", "SPARQL has no AND"),
    ("SELECT ?f { ?f a http://e/x }", "http", "write an IRI in angle brackets: <http://e/x>"),
    ("SELECT ?f { ?f rdfs:label “x” }", "“x", "strings need straight quotes, not “"),
    ("SELECT ?f { ?f rdfs:label 'x }", "'x", "the string that begins here is not closed"),
    ("SELECT ?f { ?f rdfs:label 重慶 }", "重慶", "重慶 is not an RDF term; write text in quotes"),
    ("SELECT ?p { 重慶森林 ?p ?o }", "重慶森林", "重慶森林 is not an RDF term; write text in quotes"),
    ("SELECT ?f { ?f a al:Film } LIMT 3", "LIMT", "did you mean LIMIT?"),
    ("SELECT ?f { ?f a al:Film } ODER BY ?f", "ODER", "did you mean ORDER?"),
    ("SELECT ?f { ?f a al:Film } GROPU BY ?f", "GROPU", "did you mean GROUP?"),
    ("SELECT ?f { ?f a al:Film } 重慶森林", "重慶森林", "重慶森林 is not a keyword of SPARQL; after the group"),
    ("SELECT ?f WHER { ?f a al:Film }", "WHER", "did you mean WHERE?"),
    ("SELECT ?f { OPTINAL { ?f a al:Film } }", "OPTINAL", "did you mean OPTIONAL?"),
    ("SELECT ?f { ?f a al:Film FILTR(?f != 1) }", "FILTR", "did you mean FILTER?"),
    ("SELECT ?f { FILTER NOT EXIST { ?f a ?x } }", "EXIST", "did you mean EXISTS?"),
    ("SELEC ?f { ?f a al:Film }", "SELEC", "did you mean SELECT?"),
    ("SELECT ?f { ?f flim:x 1 }", "flim", "the prefix flim: is not declared; did you mean film: or claim:?"),
    ("SELECT (1 AS ?x) { ?x ?p ?o }", "", "SELECT overrides an existing variable"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "place", "said"), SLIPS, ids=[slip[2] for slip in SLIPS])
def test_a_diagnostic_has_its_position(query: str, place: str, said: str) -> None:
    text = f"# a line before\n{query}"
    with pytest.raises(QueryError) as caught:
        OxigraphStore().query(text)
    head, line, caret = str(caught.value).split("\n")
    assert said in head
    assert line == f"  {query}"
    if place:
        column = query.rindex(place) + 1
        assert f"line 2, column {column}: " in head
        assert len(caret) >= 2 + column


def test_a_long_line_is_shown_around_the_position() -> None:
    with pytest.raises(QueryError) as caught:
        OxigraphStore().query("ASK { " + "?s ?p 1 . " * 500 + "?s == 1 }")
    _, line, caret = str(caught.value).split("\n")
    assert len(line) < 170
    assert line[len(caret) - 1 :].startswith("==")


def test_correct_queries_have_no_diagnostic() -> None:
    for path in locate().query_files():
        assert diagnose(path.read_text(encoding="utf-8")) is None, path.name


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="SELECT?x{}()[].;,=<>:a'\"\\ \n#FILTERBY1@^/*重", max_size=60))
def test_diagnosis_never_raises(text: str) -> None:
    slip = diagnose(text)
    assert slip is None or 0 <= slip.place <= len(text)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("ASK { ?work al:refersto ?x }", ["al:refersto does not occur in the graph; did you mean al:refersTo?"]),
        ("SELECT ?f { ?f a al:Flim }", ["al:Flim does not occur in the graph; did you mean al:Film or al:Claim?"]),
        ("CONSTRUCT WHERE { ?f a <https://w3id.org/allusion/ontology#film> }", ["al:film does not occur in the graph; did you mean al:Film?"]),
        ("ASK { ?f a al:Movie }", ["al:Movie does not occur in the graph; did you mean al:Film?"]),
        ("ASK { ?f al:publicationDate ?d }", ["al:publicationDate does not occur in the graph; did you mean al:published or al:releaseDate?"]),
        ("ASK { ?f al:firstShown ?d }", ["al:firstShown does not occur in the graph; did you mean al:published?"]),
        ("PREFIX al: <http://e/> ASK { ?f a al:Flim }", []),
        ("SELECT ?fil { ?film a al:Film }", ["?fil is selected and occurs nowhere else; did you mean ?film?"]),
        ("SELECT (COUNT(*) AS ?n) { ?film a al:Film }", []),
        ("SELECT ?none { ?film a al:Film OPTIONAL { ?film <a:b> ?none } }", []),
        ("SELECT ?film { ?film a al:Film }", []),
    ],
)  # fmt: skip
def test_a_misspelled_term_without_matches_is_reported(query: str, said: list[str]) -> None:
    kg = open_graph()
    assert kg.executor.notes(query, kg.sparql(query)) == said
