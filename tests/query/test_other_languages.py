"""Every canned query on a graph whose names and sentences are not in English."""

from __future__ import annotations

import re
from collections import Counter

import pyoxigraph as ox
import pytest
from parameter_values import bindings

from allusion.build.curated_data import build_in_memory
from allusion.build.inference import infer
from allusion.core.resources import locate
from allusion.core.terms import shorten
from allusion.core.vocabulary import AL, ONTOLOGY, PREFIXES
from allusion.query.bound_query import BoundQuery, bind_terms
from allusion.query.catalog import CannedQuery, read_catalog
from allusion.query.empty_answers import NOT_IN_ENGLISH, explain_empty
from allusion.store.oxigraph import OxigraphStore

CATALOG = read_catalog(locate().query_files())[0]
#: What these queries show are the language tags themselves.
ABOUT_TAGS = ("names", "names-still-missing", "stats-entities", "stats-graph")
QUERIES = [query for query in CATALOG.local if query.name not in ABOUT_TAGS]
TEXTS = {PREFIXES["rdfs"] + "label", PREFIXES["dcterms"] + "description", AL + "editorialLabel"}
RULES = ("untagged-labels", "untagged-descriptions")


@pytest.fixture(scope="module")
def english() -> ox.Store:
    """The shipped graph, whose labels and descriptions are in English alone."""
    return _in_one_language(build_in_memory(locate())[0], "en")


@pytest.fixture(scope="module", params=["ja", "zh-Hant"])
def other(request: pytest.FixtureRequest, english: ox.Store) -> ox.Store:
    """The same, with another language in place of English, and the rules for that."""
    store = _in_one_language(english, request.param)
    infer(store, [path for path in locate().rule_files() if path.stem in RULES])
    return store


def _in_one_language(store: ox.Store, language: str) -> ox.Store:
    """Return a copy without texts in other languages than English, which is given another tag."""
    terms = {q.subject for q in store.quads_for_pattern(None, None, None, ox.NamedNode(ONTOLOGY))}

    def changed(quad: ox.Quad) -> ox.Quad | None:
        text = quad.object
        if quad.predicate.value not in TEXTS or not isinstance(text, ox.Literal):
            return quad
        if quad.subject in terms:
            return quad
        if text.language != "en":
            return None
        new = ox.Literal(text.value, language=language)
        return ox.Quad(quad.subject, quad.predicate, new, quad.graph_name)

    made = ox.Store()
    made.bulk_extend(new for quad in store if (new := changed(quad)))
    return made


def _rows(store: ox.Store, sparql: str) -> Counter[tuple[str, ...]]:
    """Return the texts of each row; values that are joined into one cell have no order."""
    found = store.query(sparql)
    assert isinstance(found, ox.QuerySolutions)
    return Counter(tuple(_text(term) for term in row) for row in found)


def _text(term: object) -> str:
    if isinstance(term, ox.BlankNode):
        return "_:"
    return " | ".join(sorted(re.split(r" \| |, ", str(getattr(term, "value", "")))))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_canned_query_has_the_same_rows_in_every_language(
    english: ox.Store, other: ox.Store, query: CannedQuery
) -> None:
    for binding in bindings(english, query, 4):
        text = bind_terms(query, binding)
        one, two = _rows(english, text), _rows(other, text)
        assert (one - two, two - one) == (Counter(), Counter()), binding


def test_a_node_with_an_english_text_gets_no_copy(english: ox.Store) -> None:
    assert infer(english, [p for p in locate().rule_files() if p.stem in RULES]) == 0


def test_rows_without_english_names_are_explained_where_no_rule_ran(english: ox.Store) -> None:
    store = OxigraphStore()
    store.engine.bulk_extend(_in_one_language(english, "ja"))
    text = explain_empty(BoundQuery(CATALOG.get("who-refers-to"), {}, {}), store, shorten)
    assert text.startswith(NOT_IN_ENGLISH)
    assert "--infer" in text
