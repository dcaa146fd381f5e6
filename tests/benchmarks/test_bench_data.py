"""What benchmarks run on: valid, skewed, the same each time, in the words of the ontology."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from make_data import AL, films, skewed, write
from shapes import PREFIXES, SHAPES

from allusion.core.resources import locate

FILMS = Path(__file__).parents[3] / "shared/data/wikidata-movies.json.gz"


def known_terms() -> set[str]:
    store = ox.Store()
    for path in locate().ontology_files():
        store.load(path=path, format=ox.RdfFormat.TURTLE)
    return {quad.subject.value for quad in store if isinstance(quad.subject, ox.NamedNode)}


def parsed(lines: list[str]) -> list[ox.Triple]:
    text = "\n".join(lines)
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]


def terms_of_ours(triples: list[ox.Triple]) -> set[str]:
    nodes = {node for t in triples for node in (t.predicate, t.object)}
    return {n.value for n in nodes if isinstance(n, ox.NamedNode) and n.value.startswith(AL)}


def test_generated_data_has_the_requested_size_and_is_reproducible(tmp_path: Path) -> None:
    lines = list(skewed(20_000))
    assert 20_000 <= len(lines) <= 20_020
    assert lines == list(skewed(20_000))
    assert len(set(lines)) == len(lines)
    assert write(iter(lines), tmp_path / "a.nt") == len(lines)


def test_generated_data_uses_ontology_terms_and_is_skewed() -> None:
    triples = parsed(list(skewed(50_000)))
    assert terms_of_ours(triples) <= known_terms()
    cast = Counter(t.object for t in triples if t.predicate.value == f"{AL}performer")
    ordered = [count for _, count in cast.most_common()]
    assert ordered[0] > 20 * ordered[len(ordered) // 2]


@pytest.fixture(scope="module")
def skewed_store() -> ox.Store:
    store = ox.Store()
    store.bulk_load("\n".join(skewed(100_000)), format=ox.RdfFormat.N_TRIPLES)
    return store


@pytest.mark.parametrize("shape", SHAPES)
def test_every_benchmark_query_has_rows(skewed_store: ox.Store, shape: str) -> None:
    found = skewed_store.query(PREFIXES + SHAPES[shape])
    assert isinstance(found, ox.QuerySolutions)
    assert next(iter(found), None) is not None


def test_a_generated_wikidata_film_is_typed_as_a_film(tmp_path: Path) -> None:
    record = {
        "wikidata_id": "Q1", "label": 'A "film"', "imdb_id": "tt1", "enwiki_title": "A film",
        "publication_date": "1994-07-14", "original_language": "Q7", "cast_member": ["Q2", "Q3"],
        "director": ["Q2"], "filming_location": ["Q4"], "main_subject": ["Q5"], "based_on": "Q6",
    }  # fmt: skip
    path = tmp_path / "films.json.gz"
    path.write_bytes(gzip.compress(json.dumps(record).encode()))
    triples = parsed(list(films(path)))
    assert terms_of_ours(triples) <= known_terms()
    used = Counter(t.predicate.value.rsplit("#", 1)[-1] for t in triples)
    assert used["performer"] == 2
    assert used["inWork"] == 3
    assert used["shotAt"] == used["about"] == used["to"] == used["originalLanguage"] == 1


@pytest.mark.slow
def test_the_films_of_wikidata_are_more_than_a_million_triples() -> None:
    if not FILMS.is_file():
        pytest.skip("the films of Wikidata are not beside the checkout")
    assert sum(1 for _ in films(FILMS)) > 1_000_000
