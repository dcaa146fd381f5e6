"""Queries that would change data or reach out are refused, however they are spelt."""

from __future__ import annotations

import pytest

from allusion.errors import QueryRefused
from allusion.guard import refuse_unsafe, words

REFUSED = [
    "SELECT * WHERE { SERVICE <https://query.wikidata.org/sparql> { ?s ?p ?o } }",
    "select * { service silent <http://e/> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE ?x { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <http://e/> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <http://e/> {} }",
    "SELECT * {SERVICE<http://e/>{}}",
    "# SELECT\nSELECT * { # x\n SERVICE # y\n <http://e/> {} }",
    "PREFIX service: <http://e/> SELECT * { SERVICE service:x {} }",
    "SELECT * { ?s ?p 'x' SERVICE <http://e/> {} }",
    'SELECT * { ?s ?p """a "quoted" word""" SERVICE <http://e/> {} }',
    "INSERT DATA { <http://a> <http://b> 1 }",
    "PREFIX x: <http://x/> DELETE WHERE { ?s ?p ?o }",
    "LOAD <file:///etc/passwd>",
    "load <http://e/> into graph <http://g/>",
    "CLEAR ALL",
    "DROP GRAPH <http://g/>",
    "CREATE GRAPH <http://g/>",
    "COPY <http://a/> TO <http://b/>",
    "MOVE <http://a/> TO <http://b/>",
    "ADD <http://a/> TO <http://b/>",
    "BASE <http://b/> WITH <http://g/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
]

ALLOWED = [
    "SELECT * WHERE { ?s ?p ?o }",
    "SELECT ?service ?load WHERE { ?service <http://service/> ?load }",
    "PREFIX service: <http://e/> SELECT * { ?s service:LOAD service:SERVICE }",
    "PREFIX : <http://e/> SELECT * { ?s :SERVICE :load }",
    'SELECT * { ?s ?p "SERVICE", \'LOAD\', """SERVICE "x" LOAD""" }',
    "SELECT * { ?s ?p ?o } # SERVICE <http://e/>",
    "ASK { <http://e/SERVICE> a <http://e/LOAD> }",
    'ASK { ?s ?p "x"@service }',
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "DESCRIBE <http://e/>",
    "SELECT (REPLACE(?x, 'a', 'b') AS ?delete) WHERE { ?x ?insert ?o }",
    "ASK { ?s ?p 'it\\'s a SERVICE' }",
]


@pytest.mark.parametrize("query", REFUSED)
def test_what_reaches_out_or_writes_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused):
        refuse_unsafe(query)


@pytest.mark.parametrize("query", ALLOWED)
def test_a_name_a_string_or_a_comment_that_contains_the_word_is_not(query: str) -> None:
    refuse_unsafe(query)


def test_the_refusal_names_the_line() -> None:
    with pytest.raises(QueryRefused, match="line 3: SERVICE"):
        refuse_unsafe("SELECT *\nWHERE {\n SERVICE <http://e/> {} }")


def test_words_are_upper_case_with_their_lines() -> None:
    assert list(words("select ?x\nwhere {}")) == [("SELECT", 1), ("WHERE", 2)]
