"""Twelve shapes of query over the data of ``make_data.py skewed``, and how they are timed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Final

PREFIXES: Final = """\
PREFIX al: <https://w3id.org/allusion/ontology#>
PREFIX connection: <https://w3id.org/allusion/connection/>
PREFIX film: <https://w3id.org/allusion/film/>
PREFIX kind: <https://w3id.org/allusion/kind/>
PREFIX person: <https://w3id.org/allusion/person/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

#: Name -> SPARQL. The same text goes to every engine.
SHAPES: Final = {
    "all of one thing": "SELECT ?p ?o WHERE { film:f100 ?p ?o }",
    "by exact label": 'SELECT ?film WHERE { ?film rdfs:label "Film 223"@en }',
    "star of four": """SELECT ?film ?label ?year WHERE {
  ?film a al:Film ; al:originalLanguage <https://w3id.org/allusion/language/korean> ;
    al:published ?year ; rdfs:label ?label .
  FILTER(LANG(?label) = "en")
} ORDER BY ?year ?film LIMIT 100""",
    "who refers to it": """SELECT ?from ?fromLabel ?kind ?said ?source WHERE {
  ?connection al:to person:p5 ; al:from ?from ; al:kind ?kind ;
    dcterms:description ?said ; al:evidence/al:source ?source .
  ?from rdfs:label ?fromLabel FILTER(LANG(?fromLabel) = "en")
} ORDER BY ?from ?connection""",
    "most referred to": """SELECT ?to (COUNT(*) AS ?times) WHERE { ?connection al:to ?to }
GROUP BY ?to ORDER BY DESC(?times) ?to LIMIT 20""",
    "cast, OPTIONAL": """SELECT ?performer ?label ?character WHERE {
  ?credit al:inWork film:f1000 ; al:performer ?performer .
  ?performer rdfs:label ?label
  OPTIONAL { ?credit al:character ?character }
} ORDER BY ?performer""",
    "range and order": """SELECT ?film ?year WHERE {
  ?film al:published ?year FILTER(?year >= "1990"^^xsd:gYear && ?year <= "1994"^^xsd:gYear)
} ORDER BY ?year ?film LIMIT 100""",
    "NOT EXISTS": """SELECT (COUNT(*) AS ?films) WHERE {
  ?film a al:Film FILTER NOT EXISTS { ?connection al:to ?film }
}""",
    "UNION of roles": """SELECT DISTINCT ?film WHERE {
  { ?credit al:performer person:p50 ; al:inWork ?film }
  UNION { ?credit al:contributor person:p50 ; al:inWork ?film }
  UNION { ?connection al:to person:p50 ; al:from ?film }
} ORDER BY ?film""",
    "property path": """SELECT DISTINCT ?film WHERE {
  film:f77 (^al:to/al:from)+ ?film
} ORDER BY ?film LIMIT 500""",
    "who plays with whom": """SELECT ?other (COUNT(DISTINCT ?film) AS ?films) WHERE {
  ?one al:performer person:p20 ; al:inWork ?film .
  ?two al:inWork ?film ; al:performer ?other FILTER(?other != person:p20)
} GROUP BY ?other ORDER BY DESC(?films) ?other LIMIT 20""",
    "words in a label": """SELECT ?thing WHERE {
  ?thing rdfs:label ?label FILTER(CONTAINS(LCASE(STR(?label)), "film 99"))
} ORDER BY ?thing LIMIT 50""",
}


def timed(run: Callable[[], int], *, enough_s: float = 1.0, most: int = 15) -> tuple[float, int]:
    """Median seconds of a warm ``run``, and the number of rows that it gives.

    The first run does not count, unless it is longer than ``enough_s``.
    """
    began = time.perf_counter()
    rows = run()
    first = time.perf_counter() - began
    if first > enough_s:
        return first, rows
    times: list[float] = []
    while len(times) < most and sum(times) < enough_s:
        began = time.perf_counter()
        rows = run()
        times.append(time.perf_counter() - began)
    return statistics.median(times), rows
