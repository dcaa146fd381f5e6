"""Answers keep their types, and every format can be read back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import pytest

from allusion.errors import ParameterError
from allusion.results import Result, TripleResult, to_python, to_text
from allusion.terms import XSD, Blank, Iri, Literal, Term

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


def test_csv_reads_back_and_is_safe_to_open_in_a_spreadsheet() -> None:
    rows = list(csv.reader(io.StringIO(ROWS.write("csv"))))
    assert rows[0] == ["film", "filmLabel", "minutes", "note"]
    assert rows[1] == [FILM.value, "重慶森林", "102", ""]
    assert rows[2][1] == 'a "b", c\nd|e'
    assert rows[2][3] == "'=1+1"


def test_a_negative_number_is_not_taken_for_a_formula() -> None:
    result = Result(("n",), [(Literal("-5", datatype=XSD + "integer"),)])
    assert result.write("csv") == "n\n-5\n"


def test_tsv_writes_terms_as_the_sparql_recommendation_says() -> None:
    head, first, *_ = ROWS.write("tsv").split("\n")
    assert head == "?film\t?filmLabel\t?minutes\t?note"
    assert first == (f'<{FILM.value}>\t"重慶森林"@zh-Hant\t"102"^^<{XSD}integer>\t')


def test_json_keeps_numbers_and_nothing() -> None:
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


def test_json_has_no_number_that_json_does_not_have() -> None:
    result = Result(("n",), [(Literal("NaN", datatype=XSD + "double"),)])
    assert json.loads(result.write("json"), parse_constant=pytest.fail) == [{"n": "nan"}]


def test_pandas_gets_columns_in_order() -> None:
    frame = ROWS.to_pandas()
    assert list(frame.columns) == ["film", "filmLabel", "minutes", "note"]
    assert frame.loc[0, "minutes"] == 102


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
