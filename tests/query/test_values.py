"""Values keep their meaning in every format."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable
from decimal import Decimal

import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

import allusion
from allusion.build.export import dump
from allusion.core.model import Entity, Fact
from allusion.core.terms import XSD, Blank, Iri, Literal, Term, canonical_language
from allusion.core.values import year_of
from allusion.network.graph_export import export_network, plain_network
from allusion.network.networkx_graph import build_network
from allusion.query.results import Result, TripleResult
from allusion.query.serializers import to_python
from allusion.store.default_graph import merge

THING = Iri("https://example.org/thing")
LABEL = Iri("http://www.w3.org/2000/01/rdf-schema#label")


def typed(name: str, *texts: str) -> list[Literal]:
    return [Literal(text, datatype=XSD + name) for text in texts]


def column(*terms: Term | None) -> Result:
    return Result(("x",), [(term,) for term in terms])


@pytest.mark.parametrize(
    ("datatype", "text", "written"),
    [
        ("decimal", "100.75", "100.75"),
        ("decimal", "0.10", "0.10"),
        ("decimal", "+.5", "0.5"),
        ("decimal", "5.", "5"),
        ("decimal", "-007.5", "-7.5"),
        ("decimal", "3.14159265358979323846264338327950288", "3.14159265358979323846264338327950288"),
        ("integer", "+007", "7"),
        ("integer", "99999999999999999999", "99999999999999999999"),
        ("gYear", "1994", "1994"),
        ("gYear", "12024", "12024"),
        ("gYear", "-0044", "-44"),
        ("boolean", "1", "true"),
        ("double", "1.5E3", "1500.0"),
        ("double", "NaN", '"NaN"'),
        ("double", "INF", '"INF"'),
        ("float", "-INF", '"-INF"'),
        ("double", "1e999", '"INF"'),
        ("dateTime", "1994-07-14T20:15:00Z", '"1994-07-14T20:15:00Z"'),
        ("dateTime", "1994-07-14T20:15:00.120+08:00", '"1994-07-14T20:15:00.120+08:00"'),
        ("dateTime", "1994-07-14T20:15:00.123456789", '"1994-07-14T20:15:00.123456789"'),
        ("dateTime", "12024-07-14T20:15:00Z", '"12024-07-14T20:15:00Z"'),
        ("date", "12024-07-14", '"12024-07-14"'),
        ("date", "1994-07-14+08:00", '"1994-07-14+08:00"'),
        ("time", "20:15:00", '"20:15:00"'),
        ("gYearMonth", "1994-07", '"1994-07"'),
        # Not of the datatype, though Python's parsers take them.
        ("integer", "1_000", '"1_000"'),
        ("integer", "１９９４", '"１９９４"'),
        ("byte", "300", '"300"'),
        ("positiveInteger", "0", '"0"'),
        ("decimal", "1e3", '"1e3"'),
        ("decimal", "NaN", '"NaN"'),
        ("double", "infinity", '"infinity"'),
        ("gYear", "94", '"94"'),
        ("date", "19940714", '"19940714"'),
        ("dateTime", "1994-07-14", '"1994-07-14"'),
        ("dateTime", "1994-07-14 20:15:00", '"1994-07-14 20:15:00"'),
    ],
)  # fmt: skip
def test_json_writes_numbers_as_numbers_and_all_else_by_its_lexical_form(
    datatype: str, text: str, written: str
) -> None:
    result = column(*typed(datatype, text))
    assert result.write("ndjson") == f'{{"x": {written}}}\n'
    assert result.write("json") == f'[\n  {{\n    "x": {written}\n  }}\n]\n'
    json.loads(result.write("json"), parse_constant=pytest.fail)


#: Columns with a value that a type of pandas or polars cannot hold, or of several types.
TEXTS: dict[str, list[Literal]] = {
    "a truth value and numbers": [*typed("boolean", "true"), *typed("integer", "1")],
    "a moment and a day": [
        *typed("dateTime", "1994-07-14T20:15:00Z"),
        *typed("date", "1994-07-14"),
    ],
    "moments with and without a zone": typed(
        "dateTime", "1994-07-14T20:15:00Z", "1994-07-14T20:15:00"
    ),
    "a moment that UTC has in the year 0": typed(
        "dateTime", "0001-01-01T00:00:00+08:00", "1994-07-14T20:15:00Z"
    ),
    "a moment that UTC has in the year 10000": typed(
        "dateTime", "9999-12-31T23:00:00-08:00", "1994-07-14T20:15:00Z"
    ),
    "nanoseconds": typed("dateTime", "1994-07-14T20:15:00.123456789Z", "1994-07-14T20:15:00Z"),
    "a day of five digits": typed("date", "12024-07-14", "1994-07-14"),
    "a large whole number": typed("integer", "99999999999999999999", "1"),
    "a decimal beyond the doubles": typed("decimal", "1" * 400, "1.5"),
    "a whole number that no double is": [
        *typed("integer", "9007199254740993"),
        *typed("decimal", "0.5"),
    ],
    "an ill-typed number": typed("integer", "many", "1"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_column_without_a_common_type_has_lexical_forms(name: str) -> None:
    result = column(*TEXTS[name], None)
    texts = [term.value for term in TEXTS[name]]
    frame = result.to_pandas()
    assert frame["x"].tolist()[:-1] == texts
    assert frame["x"].isna().tolist() == [*[False] * len(texts), True]
    assert result.to_polars()["x"].to_list() == [*texts, None]


def test_nan_is_a_value_and_unbound_is_missing() -> None:
    result = column(*typed("double", "NaN", "-INF", "1.5"), None)
    frame = result.to_pandas()
    assert frame["x"].isna().tolist() == [False, False, False, True]
    assert math.isnan(frame["x"][0])
    assert frame["x"][1] == -math.inf
    assert result.to_polars()["x"].is_null().to_list() == [False, False, False, True]


LITERALS = st.one_of(
    st.integers().map(lambda n: Literal(str(n), datatype=XSD + "integer")),
    st.decimals(allow_nan=False, allow_infinity=False).map(
        lambda n: Literal(f"{n:f}", datatype=XSD + "decimal")
    ),
    st.floats().map(lambda n: Literal(xsd_double(n), datatype=XSD + "double")),
    st.booleans().map(lambda b: Literal(str(b).lower(), datatype=XSD + "boolean")),
    st.dates().map(lambda d: Literal(d.isoformat(), datatype=XSD + "date")),
    st.datetimes(timezones=st.none() | st.timezones()).map(
        lambda d: Literal(d.isoformat(), datatype=XSD + "dateTime")
    ),
    st.text(st.characters(exclude_categories=["Cs"])).map(Literal),
)


def xsd_double(value: float) -> str:
    return {"nan": "NaN", "inf": "INF", "-inf": "-INF"}.get(str(value), str(value))


@given(st.lists(LITERALS | st.none(), min_size=1, max_size=6))
def test_every_value_can_be_written_in_every_format(terms: list[Literal | None]) -> None:
    result = column(*terms)
    assert len(result.to_pandas()) == len(terms)
    assert result.to_polars()["x"].is_null().to_list() == [term is None for term in terms]
    objects = json.loads(result.write("json"), parse_constant=pytest.fail, parse_float=Decimal)
    for term, found in zip(terms, (one["x"] for one in objects), strict=True):
        value = to_python(term)
        if isinstance(value, float):
            assert found == term.value if not math.isfinite(value) else float(found) == value  # type: ignore[union-attr]
        elif isinstance(value, bool | int | Decimal) or value is None:
            assert found == value
        else:
            assert found == term.value  # type: ignore[union-attr]
    rows = list(csv.reader(io.StringIO(result.write("csv"), newline="")))
    assert rows == [["x"], *[["" if term is None else term.value] for term in terms]]


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-5 or so", "@me", "\tx", "-0044-03-15"])
def test_csv_is_verbatim_and_csv_excel_has_no_formula(text: str) -> None:
    plain, excel = (
        list(csv.reader(io.StringIO(column(Literal(text)).write(form), newline="")))
        for form in ("csv", "csv-excel")
    )
    assert plain[1] == [text]
    assert excel[1] == [f"'{text}"]


def test_csv_excel_escapes_formulas_but_not_numbers() -> None:
    result = column(
        *typed("integer", "-5"), *typed("double", "-INF"), *typed("date", "-0044-03-15")
    )
    assert result.write("csv-excel") == "\ufeffx\r\n-5\r\n'-INF\r\n'-0044-03-15\r\n"
    assert result.write("csv") == "x\n-5\n-INF\n-0044-03-15\n"
    assert Result(("=1+1",), []).write("csv-excel") == "\ufeff'=1+1\r\n"


@pytest.mark.parametrize("break_", ["\r", "\n", "\r\n"])
def test_a_line_break_in_a_text_breaks_no_table(break_: str) -> None:
    result = Result(("a", "b"), [(Literal(f"one{break_}two"), Literal("three"))])
    for form in ("csv", "csv-excel"):
        lines = list(csv.reader(io.StringIO(result.write(form), newline="")))
        assert lines[1] == [f"one{break_}two", "three"]
    assert result.write("md") == "| a | b |\n| --- | --- |\n| one two | three |\n"
    assert len(re.split("\r\n|\r|\n", result.write("tsv"))) == 3


def triples(*values: Literal, node: Iri = THING) -> list[tuple[Iri, Iri, Literal]]:
    return [(node, LABEL, value) for value in values]


WRITERS: list[tuple[Callable[..., None], Callable[..., nx.Graph[str]]]] = [
    (nx.write_graphml, nx.read_graphml),
    (nx.write_gexf, nx.read_gexf),
]


@pytest.mark.parametrize(("write", "read"), WRITERS)
def test_the_networkx_graph_of_triples_can_be_written_and_read(
    write: Callable[..., None], read: Callable[..., nx.Graph[str]]
) -> None:
    other = Iri("https://example.org/other")
    graph = TripleResult(
        [
            *triples(*typed("integer", "7", "99999999999999999999")),
            *triples(Literal("a\x00b\x0b", language="zh-Hant")),
            *triples(*typed("date", "1994-07-14"), *typed("decimal", "1.5"), node=other),
            (THING, Iri("https://example.org/p"), other),
            (THING, Iri("https://example.org/q"), Blank("b")),
            (THING, Iri("https://example.org/score"), typed("decimal", "1.5")[0]),
            (other, Iri("https://example.org/score"), typed("integer", "2")[0]),
            (THING, Iri("https://example.org/seen"), typed("boolean", "true")[0]),
        ]
    ).to_networkx()
    stream = io.BytesIO()
    write(graph, stream)
    stream.seek(0)
    found = read(stream)
    assert set(found) == {THING.value, other.value, "_:b"}
    node = found.nodes[THING.value]
    assert node["rdfs:label"] == "7"
    assert node["rdfs:label (2)"] == "99999999999999999999"
    assert node["rdfs:label@zh-Hant"] == "a\ufffdb\ufffd"
    assert node["https://example.org/score"] == 1.5
    assert found.nodes[other.value]["https://example.org/score"] == 2.0
    assert node["https://example.org/seen"] is True
    assert found.nodes[other.value]["rdfs:label (2)"] == "1.5"


@pytest.mark.parametrize(("write", "read"), WRITERS)
def test_the_network_can_be_written_and_read(
    kg: allusion.KnowledgeGraph, write: Callable[..., None], read: Callable[..., nx.Graph[str]]
) -> None:
    network = kg.network()
    stream = io.BytesIO()
    write(network, stream)
    stream.seek(0)
    found = read(stream)
    assert set(found) == set(network) == set(kg.network(records=True))
    assert found.number_of_edges() == network.number_of_edges()
    film = "https://w3id.org/allusion/film/chungking-express"
    assert found.nodes[film]["label"] == "Chungking Express"
    assert found.nodes[film]["year"] == 1994


def test_a_year_of_five_digits_stays_in_the_network() -> None:
    film = Entity(
        THING.value, "film", "Film", {"en": "Far"}, year=12024,
        facts=(Fact("published", "12024-05-01"),),
    )  # fmt: skip
    network = build_network({film.iri: film}, [])
    network.graph["version"] = "0"
    text = export_network(plain_network(network), "graphml")
    assert '<data key="year">12024</data>' in text
    assert "1202-" not in text


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1994", 1994),
        ("1994-07-14", 1994),
        ("12024", 12024),
        ("12024-07-14", 12024),
        ("-0044-03-15", -44),
        ("1994Z", 1994),
        ("0994", 994),
        ("94", None),
        ("01994", None),
        ("soon", None),
    ],
)
def test_a_year_is_read_with_all_its_digits(text: str, year: int | None) -> None:
    assert year_of(text) == year


@pytest.mark.parametrize(
    ("tag", "canonical"),
    [
        ("ZH-HANT", "zh-Hant"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("yue-latn-jyutping", "yue-Latn-jyutping"),
        ("en-gb-oed", "en-GB-oed"),
        ("az-latn-x-latn", "az-Latn-x-latn"),
        ("de-de-u-co-phonebk", "de-DE-u-co-phonebk"),
        ("i-klingon", "i-klingon"),
        ("x-whatever", "x-whatever"),
    ],
)
def test_a_language_tag_has_the_spelling_of_bcp_47(tag: str, canonical: str) -> None:
    assert canonical_language(tag) == canonical
    assert Literal("x", language=tag).language == canonical


def test_a_lone_surrogate_is_refused_in_terms(kg: allusion.KnowledgeGraph) -> None:
    for make in (Literal, Iri):
        with pytest.raises(ValueError, match="ud800"):
            make("urn:\ud800")
    assert "\ud800" not in kg
    with pytest.raises(allusion.UnknownName):
        kg.query("names", "\ud800")


TRICKY = 'say "zh-hant"@zh-hant, "@language":"zh-hant" and \\"@zh-hant'


def test_every_rdf_format_spells_a_tag_alike_and_leaves_texts_alone() -> None:
    store = ox.Store()
    node = ox.NamedNode(THING.value)
    label = ox.NamedNode(LABEL.value)
    store.add(ox.Quad(node, label, ox.Literal(TRICKY, language="zh-hant"), node))
    store.add(ox.Quad(node, label, ox.Literal(TRICKY), node))
    merge(store)
    for form in ("ttl", "trig", "nq", "jsonld", "rdf"):
        text = dump(store, form)
        read = ox.RdfFormat.from_extension(form)
        assert {quad.object for quad in ox.parse(text, read)} == {quad.object for quad in store}
        assert re.search('[@"]zh-Hant"?', text)
    for form in ("ttl", "nt"):
        written = TripleResult(triples(Literal(TRICKY, language="zh-hant"))).write(form)
        assert written.count("@zh-Hant") == 1
        (quad,) = ox.parse(written, ox.RdfFormat.TURTLE)
        assert quad.object == ox.Literal(TRICKY, language="zh-hant")
    written = TripleResult(triples(Literal(TRICKY, language="zh-hant"))).write("rdf-xml")
    assert written.count('xml:lang="zh-Hant"') == 1


def test_a_column_of_language_tags_has_the_canonical_spelling(kg: allusion.KnowledgeGraph) -> None:
    pattern = "{ film:2046 rdfs:label ?l BIND(LANG(?l) AS ?tag) BIND(LCASE(?tag) AS ?low) }"
    result = kg.sparql(f"SELECT (lang(?l) AS ?of) ?tag ?low ?l {pattern}")
    assert isinstance(result, Result)
    tags = {term.language for *_, term in result.rows if isinstance(term, Literal)}
    assert "zh-Hant" in tags
    assert set(result.column("of")) == set(result.column("tag")) == tags
    assert set(result.column("low")) == {tag.lower() for tag in tags}
    streamed = kg.rows(f"SELECT ?tag {pattern}")
    assert {row["tag"] for row in streamed} == tags
    assert '"zh-Hant"' in kg.executor.run_json(f"SELECT ?tag {pattern}")
    assert "zh-Hant" in kg.query("names", "2046").column("language")


def test_the_rdflib_dataset_has_canonical_language_tags(kg: allusion.KnowledgeGraph) -> None:
    dataset = kg.dataset
    film = rdflib.URIRef("https://w3id.org/allusion/film/chungking-express")
    label = rdflib.Literal("重慶森林", lang="zh-Hant")
    names = {term.n3() for term in dataset.objects(film, rdflib.RDFS.label)}
    assert label.n3() in names
    assert not any("@zh-hant" in name for name in names)
    assert (film, rdflib.RDFS.label, label) in dataset
    assert (film, rdflib.RDFS.label, rdflib.Literal("重慶森林", lang="zh-hant")) in dataset
    query = "SELECT ?l (LANG(?l) AS ?tag) { film:chungking-express rdfs:label ?l }"
    rows = dataset.query(query).bindings
    assert {row[rdflib.Variable("l")].n3() for row in rows} == names
    assert "zh-Hant" in {str(row[rdflib.Variable("tag")]) for row in rows}
    made = dataset.query("CONSTRUCT WHERE { film:chungking-express rdfs:label ?l }").graph
    assert made is not None
    assert {term.n3() for term in made.objects(film)} == names
    assert "@zh-Hant" in made.serialize(format="nt")
