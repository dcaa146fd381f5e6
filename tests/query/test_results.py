"""Answers keep their types, and every format can be read back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

from allusion.core.errors import MissingExtra, ParameterError
from allusion.core.terms import XSD, Blank, Iri, Literal, Term
from allusion.query.results import Result, TripleResult, to_python, to_text
from allusion.query.serializers import write_ask
from allusion.store.interface import Triple

FILM = Iri("https://w3id.org/allusion/film/chungking-express")
ROWS = Result(
    ("film", "filmLabel", "minutes", "note"),
    [
        (
            FILM,
            Literal("重慶森林", language="zh-Hant"),
            Literal("102", datatype=XSD + "integer"),
            None,
        ),
        (Iri("https://example.org/x"), Literal('a "b", c\nd|e'), None, Literal("=1+1")),
    ],
)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (Literal("7", datatype=XSD + "integer"), 7),
        (Literal("1994", datatype=XSD + "gYear"), 1994),
        (Literal("0.80", datatype=XSD + "decimal"), Decimal("0.80")),
        (Literal("1e3", datatype=XSD + "double"), 1000.0),
        (Literal("true", datatype=XSD + "boolean"), True),
        (Literal("0", datatype=XSD + "boolean"), False),
        (Literal("perhaps", datatype=XSD + "boolean"), "perhaps"),
        (Literal("-0044", datatype=XSD + "gYear"), -44),
        (Literal("1994Z", datatype=XSD + "gYear"), "1994Z"),
        (Literal("255", datatype=XSD + "unsignedByte"), 255),
        (Literal("20:15:00", datatype=XSD + "time"), dt.time(20, 15)),
        (
            Literal("1994-07-14T20:15:00Z", datatype=XSD + "dateTime"),
            dt.datetime(1994, 7, 14, 20, 15, tzinfo=dt.UTC),
        ),
        (Literal("重慶森林", language="zh-Hant"), "重慶森林"),
        (Literal("1994-07-14", datatype=XSD + "date"), dt.date(1994, 7, 14)),
        (Literal("1994-07", datatype=XSD + "gYearMonth"), "1994-07"),
        (Literal("not a date", datatype=XSD + "date"), "not a date"),
        (FILM, "https://w3id.org/allusion/film/chungking-express"),
        (Blank("b0"), "_:b0"),
        (None, None),
    ],
)
def test_terms_become_the_nearest_python_value(term: Term | None, value: object) -> None:
    assert to_python(term) == value


def test_csv_is_read_back_unchanged() -> None:
    rows = list(csv.reader(io.StringIO(ROWS.write("csv"))))
    assert rows[0] == ["film", "filmLabel", "minutes", "note"]
    assert rows[1] == [FILM.value, "重慶森林", "102", ""]
    assert rows[2][1] == 'a "b", c\nd|e'
    assert rows[2][3] == "=1+1"


def test_a_negative_number_is_not_taken_for_a_formula() -> None:
    result = Result(("n",), [(Literal("-5", datatype=XSD + "integer"),)])
    assert result.write("csv") == "n\n-5\n"


def test_tsv_has_terms_as_in_the_sparql_recommendation() -> None:
    head, first, *_ = ROWS.write("tsv").split("\n")
    assert head == "?film\t?filmLabel\t?minutes\t?note"
    assert first == (f'<{FILM.value}>\t"重慶森林"@zh-Hant\t"102"^^<{XSD}integer>\t')


def test_json_keeps_numbers_and_null() -> None:
    first = json.loads(ROWS.write("json"))[0]
    assert first == {"film": FILM.value, "filmLabel": "重慶森林", "minutes": 102, "note": None}
    assert json.loads(ROWS.write("ndjson").splitlines()[0]) == first


def test_markdown_hides_the_iri_whose_label_stands_beside_it_and_escapes_bars() -> None:
    lines = ROWS.write("md").splitlines()
    assert lines[0] == "| film | minutes | note |"
    assert lines[2] == "| 重慶森林 | 102 |  |"
    assert "d\\|e" in lines[3]


def test_html_escapes_what_it_shows() -> None:
    text = Result(("x",), [(Literal("<script>alert(1)</script>"),)])._repr_html_()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_json_has_no_nan_and_no_infinity() -> None:
    result = Result(("n",), [(Literal("NaN", datatype=XSD + "double"),)])
    assert json.loads(result.write("json"), parse_constant=pytest.fail) == [{"n": "NaN"}]


def test_rows_keep_the_language_of_a_text() -> None:
    label = ROWS.rows[0][1]
    assert isinstance(label, Literal)
    assert (label.value, label.language) == ("重慶森林", "zh-Hant")


def typed(name: str, *values: str) -> tuple[Term | None, ...]:
    return tuple(Literal(v, datatype=XSD + name) if v else None for v in values)


#: Columns of two rows, each with an unbound cell but the last.
TYPES = {
    "year": typed("gYear", "1994", ""),
    "score": typed("decimal", "", "7.5"),
    "average": typed("double", "0.5", ""),
    "seen": typed("boolean", "true", ""),
    "day": typed("date", "1994-07-14", ""),
    "early": typed("date", "0994-07-14", ""),
    "moment": typed("dateTime", "1994-07-14T20:15:00", ""),
    "zoned": typed("dateTime", "1994-07-14T20:15:00+08:00", ""),
    "label": (Literal("重慶森林", language="zh-Hant"), None),
    "mixed": (Literal("1994", datatype=XSD + "gYear"), Literal("about 1994")),
    "large": typed("integer", "1", "99999999999999999999"),
    "nothing": (None, None),
    "iri": (FILM, FILM),
}
TYPED = Result(tuple(TYPES), list(zip(*TYPES.values(), strict=True)))


def test_pandas_gets_columns_in_order_with_the_types_of_their_values() -> None:
    frame = TYPED.to_pandas()
    assert list(frame.columns) == list(TYPES)
    assert {name: str(kind) for name, kind in frame.dtypes.items() if str(kind) != "str"} == {
        "year": "Int64",
        "score": "Float64",
        "average": "Float64",
        "seen": "boolean",
        "day": "datetime64[s]",
        "early": "datetime64[s]",
        "moment": "datetime64[us]",
        "zoned": "datetime64[us, UTC]",
    }
    assert frame.loc[0, "year"] == 1994
    assert frame["day"].dt.year[0] == 1994
    assert frame["early"].dt.year[0] == 994
    assert frame["zoned"][0].isoformat() == "1994-07-14T12:15:00+00:00"
    assert frame["mixed"].tolist() == ["1994", "about 1994"]
    assert frame["large"].tolist() == ["1", "99999999999999999999"]
    assert frame.isna().sum().to_dict() == {
        name: sum(term is None for term in column) for name, column in TYPES.items()
    }


def test_polars_gets_the_same_columns_and_types() -> None:
    polars = pytest.importorskip("polars")
    frame = TYPED.to_polars()
    assert frame.columns == list(TYPES)
    assert frame.schema["year"] == polars.Int64
    assert frame.schema["score"] == polars.Float64
    assert frame.schema["seen"] == polars.Boolean
    assert frame.schema["zoned"] == polars.Datetime("us", "UTC")
    assert frame.schema["mixed"] == frame.schema["nothing"] == polars.String
    first = frame.row(0, named=True)
    assert first["day"] == dt.date(1994, 7, 14)
    assert first["moment"] == dt.datetime(1994, 7, 14, 20, 15)
    assert first["label"] == "重慶森林"
    assert frame.row(1, named=True)["score"] == 7.5


def test_frames_of_no_rows_and_of_no_columns_are_frames() -> None:
    pytest.importorskip("polars")
    assert list(Result(("a", "b"), []).to_pandas().columns) == ["a", "b"]
    assert Result(("a", "b"), []).to_polars().columns == ["a", "b"]
    assert len(Result((), [(), ()]).to_pandas()) == 2


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_missing_library_is_named_with_what_installs_it(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=rf"pip install 'allusion\[{library}\]'"):
        getattr(ROWS, f"to_{library}")()


def test_triples_are_a_networkx_graph_keyed_by_predicate() -> None:
    a, b = Iri("https://example.org/a"), Blank("b")
    refers, also = Iri("https://w3id.org/allusion/ontology#refersTo"), Iri("https://example.org/p")
    label = Iri("http://www.w3.org/2000/01/rdf-schema#label")
    year = Iri("https://w3id.org/allusion/ontology#published")
    network = TripleResult(
        [
            (a, refers, b),
            (a, also, b),
            (a, refers, b),
            (b, refers, a),
            (a, label, Literal("A", language="en")),
            (a, label, Literal("甲", language="zh-Hant")),
            (a, year, Literal("1994", datatype=XSD + "gYear")),
        ]
    ).to_networkx()
    assert sorted(network.edges(keys=True)) == [
        ("_:b", a.value, refers.value),
        (a.value, "_:b", also.value),
        (a.value, "_:b", refers.value),
    ]
    assert network.edges[a.value, "_:b", refers.value] == {"label": "al:refersTo"}
    assert network.nodes[a.value] == {
        "rdfs:label@en": "A",
        "rdfs:label@zh-Hant": "甲",
        "al:published": 1994,
    }


def test_an_impossible_format_is_an_error_that_lists_the_possible_ones() -> None:
    with pytest.raises(ParameterError, match="CONSTRUCT"):
        ROWS.to_networkx()
    for name in ("to_pandas", "to_polars"):
        with pytest.raises(ParameterError, match="SELECT"):
            getattr(TripleResult([]), name)()


def test_sparql_json_keeps_kinds_languages_and_datatypes_and_leaves_out_what_is_unbound() -> None:
    said = json.loads(ROWS.write("sparql-json"))
    assert said["head"]["vars"] == ["film", "filmLabel", "minutes", "note"]
    assert said["results"]["bindings"][0] == {
        "film": {"type": "uri", "value": FILM.value},
        "filmLabel": {"type": "literal", "value": "重慶森林", "xml:lang": "zh-Hant"},
        "minutes": {"type": "literal", "value": "102", "datatype": XSD + "integer"},
    }
    blank = Result(("x",), [(Blank("b0"),)]).write("sparql-json")
    assert json.loads(blank)["results"]["bindings"] == [{"x": {"type": "bnode", "value": "b0"}}]
    assert json.loads(Result(("x",), []).write("sparql-json"))["results"] == {"bindings": []}


def test_json_of_no_rows_is_an_empty_array_and_names_may_hold_percent_signs() -> None:
    assert json.loads(Result(("x",), []).write("json")) == []
    assert json.loads(Result(("100%s",), [(Literal("%d"),)]).write("json")) == [{"100%s": "%d"}]


def test_an_unknown_column_or_format_names_the_known_ones() -> None:
    with pytest.raises(ParameterError, match="film, filmLabel"):
        ROWS.column("director")
    with pytest.raises(ParameterError, match="csv"):
        ROWS.write("xlsx")


def test_triples_are_written_sorted_and_read_back_the_same() -> None:
    label = Iri("http://www.w3.org/2000/01/rdf-schema#label")
    triples = TripleResult([(FILM, label, Literal("Chungking Express", language="en"))] * 2)
    assert triples.write("nt").count("\n") == 1
    assert "film:chungking-express rdfs:label" in triples.write("ttl")
    assert len(triples.to_rdflib()) == 1
    with pytest.raises(ParameterError, match="ttl"):
        triples.write("csv")


def test_text_shortens_the_iris_of_the_project_only() -> None:
    assert to_text(FILM) == "film:chungking-express"
    assert to_text(Iri("https://example.org/x")) == "https://example.org/x"


def test_sparql_xml_holds_every_term_and_no_more() -> None:
    terms = (
        Iri("http://example.org/?a&b"),
        Literal("<b>\r\n&", language="zh-Hant"),
        Literal("1", datatype=f"{XSD}integer"),
        Literal("plain"),
        Blank("b0"),
        None,
    )
    result = Result(tuple("abcdef"), [terms, (None,) * 6])
    read = ox.parse_query_results(result.write("sparql-xml"), format=ox.QueryResultsFormat.XML)
    assert isinstance(read, ox.QuerySolutions)
    first, second = read
    assert [str(first[name]) for name in "abcde"] == [
        "<http://example.org/?a&b>",
        '"<b>\\r\\n&"@zh-hant',
        '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"plain"',
        "_:b0",
    ]
    assert first["f"] is None
    assert list(second) == [None] * 6
    with pytest.raises(ParameterError, match=r"control character in .*choose -f sparql-json"):
        Result(("a",), [(Literal("\x07"),)]).write("sparql-xml")
    assert ox.parse_query_results(write_ask(True, "sparql-xml"), format=ox.QueryResultsFormat.XML)


@pytest.mark.parametrize("ending", ["ttl", "nt", "rdf", "jsonld"])
def test_triples_are_saved_in_every_format_of_rdf(tmp_path: Path, ending: str) -> None:
    subject = Iri("https://w3id.org/allusion/film/a")
    label = Iri("http://www.w3.org/2000/01/rdf-schema#label")
    triples: list[Triple] = [
        (subject, label, Literal("甲", language="zh-Hant")),
        (subject, label, Blank("b")),
    ]
    path = TripleResult(triples).save(tmp_path / f"out.{ending}")
    again = {str(quad.object) for quad in ox.parse(path=path)}
    assert len(again) == 2
    assert '"甲"@zh-hant' in {one.lower() for one in again}
