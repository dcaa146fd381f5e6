"""What a connection joins has a date, a maker and a language, or stands in the list of what lacks."""

from __future__ import annotations

import csv
from pathlib import Path

import pyoxigraph as ox

from allusion.core.terms import shorten
from allusion.core.vocabulary import PREFIXES

DATA = Path(__file__).resolve().parents[2] / "graph" / "data"
PREFIX_LINES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
REGISTERS = ("film", "television", "song", "recording", "literature", "artwork")
JOINED = """
  { ?connection al:from|al:to|al:concerns|al:fromCounterpart|al:toCounterpart ?work }
  UNION { ?connection al:from/al:inWork ?work }
  UNION { ?connection al:evidence ?any ; al:concerns|al:from|al:to ?part . ?part al:presentIn ?work }
"""
NEEDED = {
    "date": "?work al:published ?date",
    "maker": "?node al:inWork ?work ; al:contributor|al:performer ?maker",
    "original language": "?work al:originalLanguage ?language",
}


def works(store: ox.Store, pattern: str) -> set[str]:
    found = store.query(f"{PREFIX_LINES} SELECT DISTINCT ?work WHERE {{ {pattern} }}")
    assert isinstance(found, ox.QuerySolutions)
    return {
        shorten(term.value)
        for row in found
        if isinstance(term := row["work"], ox.NamedNode)
        and shorten(term.value).partition(":")[0] in REGISTERS
    }


def films_without_a_pair(store: ox.Store) -> set[str]:
    """Return the films at an end of two or more connections with fewer than two performers."""
    found = store.query(f"""{PREFIX_LINES} SELECT ?film {{
      {{ SELECT ?film {{ ?film a al:Film . ?connection al:kind ?kind ; al:from|al:to ?film }}
         GROUP BY ?film HAVING (COUNT(DISTINCT ?connection) > 1) }}
      OPTIONAL {{ ?performance al:inWork ?film ; al:performer ?performer }}
    }} GROUP BY ?film HAVING (COUNT(DISTINCT ?performer) < 2)""")
    assert isinstance(found, ox.QuerySolutions)
    return {shorten(str(row["film"].value)) for row in found}


def test_entities_of_connections_are_complete_except_for_the_listed_gaps(facts: ox.Store) -> None:
    joined = works(facts, JOINED)
    lacking = {
        (work, need)
        for need, pattern in NEEDED.items()
        for work in joined - works(facts, pattern)
        if need != "original language" or work.startswith("film:")
    }
    lacking |= {(film, "two performers") for film in films_without_a_pair(facts)}
    with (DATA / "looked-for.tsv").open(encoding="utf-8", newline="") as stream:
        listed = [(row["work"], row["missing"]) for row in csv.DictReader(stream, delimiter="\t")]
    assert listed == sorted(listed)
    assert sorted(lacking - set(listed)) == [], "find it, or add a line to looked-for.tsv"
    assert sorted(set(listed) - lacking) == [], "found by now: take the line out of looked-for.tsv"


def test_nearly_every_film_that_a_connection_joins_has_a_date_and_a_maker(facts: ox.Store) -> None:
    films = {work for work in works(facts, JOINED) if work.startswith("film:")}
    assert len(films) >= 150
    assert len(films - works(facts, NEEDED["date"])) <= 5
    assert len(films - works(facts, NEEDED["maker"])) <= 10


def test_connections_still_in_search_of_a_second_source_have_one(facts: ox.Store) -> None:
    found = facts.query(f"""{PREFIX_LINES} SELECT ?connection {{
      ?connection al:kind ?kind ; al:evidence ?evidence .
      ?evidence al:source ?source .
    }} GROUP BY ?connection HAVING (COUNT(DISTINCT ?source) = 1)""")
    assert isinstance(found, ox.QuerySolutions)
    single = {shorten(str(row["connection"].value)) for row in found}
    with (DATA / "second-sources.tsv").open(encoding="utf-8", newline="") as stream:
        listed = [row["connection"] for row in csv.DictReader(stream, delimiter="\t")]
    assert listed == sorted(set(listed))
    assert sorted(set(listed) - single) == [], "found by now: take the line out of the list"
