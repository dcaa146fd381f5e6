"""Years of five digits and years before 1 BCE stay whole, and in the order of time."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib

from allusion.core.resources import locate
from allusion.core.terms import Iri, Literal, Term, shorten
from allusion.core.vocabulary import BASE, PREFIXES
from allusion.query.bound_query import bind_terms
from allusion.query.catalog import read_catalog

CATALOG = read_catalog(locate().query_files())[0]
XSD = PREFIXES["xsd"]
CREDITS = """
  [] a al:Contribution ; al:inWork {work} ; al:contributor person:a ; al:role role:singer .
  [] a al:Contribution ; al:inWork {work} ; al:contributor person:b ; al:role role:singer .
"""
DATA = """
GRAPH source:text {
  role:singer skos:prefLabel "singer"@en .
  person:a a al:Person ; rdfs:label "A"@en ; al:born "-0044-03-15"^^xsd:date .
  person:b a al:Person ; rdfs:label "B"@en .
  song:tune a al:Song ; rdfs:label "Tune"@en .
  literature:old a al:LiteraryWork ; rdfs:label "Old"@en ; al:published "-0800"^^xsd:gYear .
  recording:new a al:Recording ; rdfs:label "New"@en ; al:recordingOf song:tune ;
    al:published "12025-07-14"^^xsd:date .
  film:near a al:Film ; rdfs:label "Near"@en ; al:published "1994-07"^^xsd:gYearMonth .
  film:far a al:Film ; rdfs:label "Far"@en ; al:published "12025"^^xsd:gYear ;
    al:derivedFrom literature:old .
  kind:remake skos:prefLabel "remake"@en .
  connection:c a al:Connection , al:Derivation ; al:from film:far ; al:fromWork film:far ;
    al:to literature:old ; al:joins film:far , literature:old ; al:kind kind:remake ;
    al:evidence [ al:source source:text ] .
  connection:d a al:Connection , al:Comparison ; al:from film:near ; al:fromWork film:near ;
    al:to film:far ; al:joins film:far , film:near ; al:kind kind:remake ;
    al:evidence [ al:source source:text ] .
  film:unsure a al:Film ; rdfs:label "Unsure"@en ; al:published "1202"^^xsd:gYear ;
    al:runningTimeMinutes 102 .
  film:sure a al:Film ; rdfs:label "Sure"@en ; al:published "1994"^^xsd:gYear .
  CREDITS
}
GRAPH source:other {
  film:unsure al:published "12025-01-01"^^xsd:date ; al:runningTimeMinutes 10 .
  film:sure al:published "1994-07-14"^^xsd:date .
}
""".replace(
    "  CREDITS\n",
    "".join(CREDITS.format(work=w) for w in ("recording:new", "film:near", "film:far")),
)
HEAD = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


@pytest.fixture(scope="module")
def engines() -> tuple[ox.Store, rdflib.Dataset]:
    store = ox.Store()
    store.load(HEAD + DATA, format=ox.RdfFormat.TRIG)
    for quad in list(store):
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    dataset = rdflib.Dataset()
    dataset.parse(data=store.dump(format=ox.RdfFormat.N_QUADS), format="nquads")
    return store, dataset


def node(name: str) -> Iri:
    return Iri(BASE + name.replace(":", "/"))


def year(text: str) -> Literal:
    return Literal(text, datatype=XSD + "gYear")


ONE = Literal("1", datatype=XSD + "integer")


def _select(store: ox.Store, text: str, columns: tuple[str, str]) -> list[str]:
    """Return the two columns of each row.

    The engine's cursor belongs to one thread. It must not be a local variable where rdflib
    runs: the errors that rdflib keeps hold their callers' variables until a collection.
    """
    solutions = store.query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    return [" ".join(shorten(row[column].value) for column in columns) for row in solutions]


@pytest.mark.parametrize(
    ("name", "terms", "columns", "wanted"),
    [
        (
            "filmography",
            {"person": node("person:a")},
            ("year", "work"),
            ["1994 film:near", "12025 film:far", "12025 recording:new"],
        ),
        (
            "together",
            {"one": node("person:a"), "other": node("person:b")},
            ("year", "work"),
            ["1994 film:near", "12025 film:far", "12025 recording:new"],
        ),
        (
            "versions-of-a-song",
            {},
            ("year", "recording"),
            ["12025 recording:new", "12025 recording:new"],
        ),
        (
            "what-came-of-it",
            {"work": node("literature:old")},
            ("year", "later"),
            ["12025 film:far"],
        ),
        ("what-to-see-next", {"work": node("film:near")}, ("year", "see"), ["12025 film:far"]),
        (
            "by-decade",
            {"least": ONE},
            ("decade", "target"),
            ["-800 literature:old", "12020 film:far"],
        ),
        ("in-a-year", {"year": year("-0044")}, ("date", "subject"), ["-0044-03-15 person:a"]),
        ("in-a-year", {"year": year("1202")}, ("date", "subject"), ["1202 film:unsure"]),
        (
            "in-a-year",
            {"year": year("12025")},
            ("date", "subject"),
            ["12025 film:far", "12025-01-01 film:unsure", "12025-07-14 recording:new"],
        ),
        (
            "where-sources-disagree",
            {},
            ("value", "entity"),
            ["10 film:unsure", "102 film:unsure", "1202 film:unsure", "12025-01-01 film:unsure"],
        ),
    ],
)
def test_a_year_stays_whole_on_both_engines(
    engines: tuple[ox.Store, rdflib.Dataset],
    name: str,
    terms: dict[str, Term],
    columns: tuple[str, str],
    wanted: list[str],
) -> None:
    text = bind_terms(CATALOG.get(name), terms)
    store, dataset = engines
    ours = _select(store, text, columns)
    assert sorted(ours) == sorted(wanted)
    bindings = dataset.query(text).bindings
    theirs = [
        " ".join(shorten(str(row[rdflib.Variable(column)])) for column in columns)
        for row in bindings
    ]
    assert sorted(theirs) == sorted(wanted)
    if columns[0] == "year":
        assert ours == wanted, "the rows are in the order of time"
