"""What a query says of itself is read from its words alone."""

from __future__ import annotations

import pytest

from allusion.sparql.query_info import query_verb, read_query_info, with_dataset


@pytest.mark.parametrize(
    ("sparql", "verb"),
    [
        ("SELECT * {}", "SELECT"),
        ("# SELECT\nBASE <urn:b> PREFIX select: <urn:s> ask {}", "ASK"),
        ("PREFIX a: <urn:a#insert> \n  insert data {}", "INSERT"),
        ("'''SELECT''' CONSTRUCT WHERE {}", "CONSTRUCT"),
        ("{ ?select ?ask ?p }", ""),
        ("", ""),
    ],
)
def test_the_verb_is_the_first_word_after_the_prologue(sparql: str, verb: str) -> None:
    assert query_verb(sparql) == read_query_info(sparql).verb == verb


@pytest.mark.parametrize(
    ("sparql", "distinct"),
    [
        ("SELECT DISTINCT * {}", True),
        ("PREFIX a: <urn:a> select # all\n distinct ?s {}", True),
        ("SELECT * { SELECT DISTINCT ?s {} }", False),
        ("SELECT (COUNT(DISTINCT ?s) AS ?n) {}", False),
        ("SELECT ?distinct {}", False),
        ("CONSTRUCT { ?s ?p ?o } { SELECT DISTINCT * {} }", False),
    ],
)
def test_distinct_counts_where_it_follows_the_first_select(sparql: str, *, distinct: bool) -> None:
    assert read_query_info(sparql).distinct is distinct


def test_prefixes_in_strings_comments_and_iris_are_ignored() -> None:
    found = read_query_info(
        "PREFIX a: <urn:b:c> # d:e\nSELECT * { ?s a:f 'g:h' ; i:j <k:l> . _:m n:o ?p }"
    )
    assert found.declared == {"a"}
    assert found.used == {"a", "i", "n"}


@pytest.mark.parametrize(
    ("sparql", "expected"),
    [
        ("SELECT * WHERE { ?s ?p ?o }", "SELECT * FROM <urn:d> WHERE { ?s ?p ?o }"),
        ("ASK { ?s ?p ?o }", "ASK FROM <urn:d> { ?s ?p ?o }"),
        (
            "SELECT (EXISTS { ?a ?b ?c } AS ?x) (COUNT(*) AS ?n) { ?s ?p ?o } LIMIT 1",
            "SELECT (EXISTS { ?a ?b ?c } AS ?x) (COUNT(*) AS ?n) FROM <urn:d> { ?s ?p ?o } LIMIT 1",
        ),
        (
            "CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }",
            "CONSTRUCT { ?s ?p [] } FROM <urn:d> WHERE { ?s ?p ?o }",
        ),
        (
            "CONSTRUCT WHERE { ?s ?p ?o }",
            "CONSTRUCT FROM <urn:d> WHERE { ?s ?p ?o }",
        ),
        ("DESCRIBE <urn:x>", "DESCRIBE <urn:x> FROM <urn:d>"),
        ("DESCRIBE ?x { ?x ?p ?o }", "DESCRIBE ?x FROM <urn:d> { ?x ?p ?o }"),
        (
            "# WHERE {\nPREFIX where: <urn:w> SELECT ?where { ?s ?p '{' }",
            "# WHERE {\nPREFIX where: <urn:w> SELECT ?where FROM <urn:d> { ?s ?p '{' }",
        ),
    ],
)
def test_the_dataset_clause_stands_before_the_where_clause(sparql: str, expected: str) -> None:
    assert with_dataset(sparql, "urn:d", []) == expected
