"""Each format of the protocol is read, and an odd term costs its cell alone."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from loopback import JSON, Exchange, Serve
from terminal import Run

from allusion import open as open_graph
from allusion.core.errors import CutAnswer, NetworkError, QueryError, QueryWarning
from allusion.core.terms import XSD, Blank, Iri, Literal, Term
from allusion.query.results import Result
from allusion.store import Rows, Triples
from allusion.store.remote import RemoteStore

if TYPE_CHECKING:
    from loopback import Engine

SELECT = "SELECT ?s ?v { ?s ?p ?v }"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
#: One row each of what a term can be.
VALUES: list[Term | None] = [
    Iri("urn:a"),
    Literal("重慶森林", language="zh-Hant"),
    Literal('tab\t"quotes", back\\slash\nline'),
    Literal("7", datatype=f"{XSD}integer"),
    Literal("1.5", datatype=f"{XSD}decimal"),
    Literal("1994-07-14", datatype=f"{XSD}date"),
    Literal("true", datatype=f"{XSD}boolean"),
    None,
]


def answer_in(format_: ox.QueryResultsFormat) -> bytes:
    """The values as a real engine writes them."""
    data = " ".join(f"(<urn:s> {'UNDEF' if v is None else v.n3()})" for v in VALUES)
    found = ox.Store().query(f"SELECT ?s ?v {{ VALUES (?s ?v) {{ {data} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    return found.serialize(format=format_) or b""


def rows_of(serve: Serve, body: bytes, content_type: str, query: str = SELECT) -> Rows:
    server = serve(lambda exchange: exchange.answer(200, body, Content_Type=content_type))
    found = server.store().query(query)
    assert isinstance(found, Rows)
    return found


@pytest.mark.parametrize(
    ("format_", "content_type"),
    [
        (ox.QueryResultsFormat.JSON, "application/sparql-results+json"),
        (ox.QueryResultsFormat.JSON, "application/json; charset=utf-8"),
        (ox.QueryResultsFormat.XML, "application/sparql-results+xml"),
        (ox.QueryResultsFormat.XML, "text/xml"),
        (ox.QueryResultsFormat.TSV, "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_rows_are_the_same_in_each_format_that_has_types(
    serve: Serve, format_: ox.QueryResultsFormat, content_type: str
) -> None:
    found = rows_of(serve, answer_in(format_), content_type)
    assert found.columns == ("s", "v")
    assert [row[1] for row in found] == VALUES
    assert found.notes == ()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_csv_values_are_text_with_a_note(serve: Serve, mark: bytes) -> None:
    body = mark + answer_in(ox.QueryResultsFormat.CSV) + b"_:b1,x\r\n"
    found = rows_of(serve, body, "text/csv")
    assert [row[1] for row in found][:-1] == [v and Literal(str(v)) for v in VALUES]
    assert list(found)[-1] == (Blank("b1"), Literal("x"))
    assert "every value is text" in found.notes[0]


def test_tsv_reads_numbers_without_quotes_and_escapes(serve: Serve) -> None:
    body = b"?s\t?v\n<urn:a>\t-7\n\t1.50\n\t1e3\n\tfalse\n_:x\t'\\u00e9 it\\'s'@fr\n"
    assert [row[1] for row in rows_of(serve, body, "text/tab-separated-values")] == [
        Literal("-7", datatype=f"{XSD}integer"),
        Literal("1.50", datatype=f"{XSD}decimal"),
        Literal("1e3", datatype=f"{XSD}double"),
        Literal("false", datatype=f"{XSD}boolean"),
        Literal("é it's", language="fr"),
    ]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/>'
         b"<boolean>true</boolean></sparql>", "application/sparql-results+xml"),
        (b"true", "text/boolean"),
        (b"TRUE\n", "text/csv"),
    ],
)  # fmt: skip
def test_a_boolean_is_read_in_each_format(serve: Serve, body: bytes, content_type: str) -> None:
    server = serve(lambda exchange: exchange.answer(200, body, Content_Type=content_type))
    assert server.store().query("ASK { ?s ?p ?o }") is True


@pytest.mark.parametrize(
    ("format_", "content_type"),
    [
        (ox.RdfFormat.N_TRIPLES, "application/n-triples"),
        (ox.RdfFormat.TURTLE, "text/turtle; charset=utf-8"),
        (ox.RdfFormat.RDF_XML, "application/rdf+xml"),
        (ox.RdfFormat.JSON_LD, "application/ld+json"),
    ],
)
def test_triples_are_the_same_in_each_format(
    serve: Serve, format_: ox.RdfFormat, content_type: str
) -> None:
    node, property_ = ox.NamedNode("urn:s"), ox.NamedNode("https://example.org/p")
    made = [
        ox.Triple(node, property_, ox.NamedNode("urn:o")),
        ox.Triple(node, property_, ox.Literal("重慶森林", language="zh-hant")),
        ox.Triple(node, property_, ox.Literal("7", datatype=ox.NamedNode(f"{XSD}integer"))),
    ]
    body = ox.serialize(made, format=format_) or b""
    server = serve(lambda exchange: exchange.answer(200, body, Content_Type=content_type))
    found = server.store().query(CONSTRUCT)
    assert isinstance(found, Triples)
    assert {triple[2] for triple in found} == {
        Iri("urn:o"),
        Literal("重慶森林", language="zh-Hant"),
        Literal("7", datatype=f"{XSD}integer"),
    }
    assert found.notes == ()


#: A cell of JSON that is no term, and the text that it is kept as.
ODD = {
    "an IRI with a space": ({"type": "uri", "value": "http://example.org/a b"}, "http://example.org/a b"),
    "a relative IRI": ({"type": "uri", "value": "a"}, "a"),
    "a tag that is none": ({"type": "literal", "value": "x", "xml:lang": "en us"}, "x"),
    "a tag with an underscore": ({"type": "literal", "value": "x", "xml:lang": "en_US"}, "x"),
    "a datatype with a space": ({"type": "literal", "value": "x", "datatype": "a b"}, "x"),
    "a type that is none": ({"type": "thing", "value": "x"}, "x"),
    "a triple term": ({"type": "triple", "value": {"subject": 1}}, '{"subject": 1}'),
    "a value that is a number": ({"type": "literal", "value": 5}, "5"),
    "no value": ({"type": "uri"}, '{"type": "uri"}'),
    "a cell that is a text": ("x", "x"),
    "half a character": ({"type": "literal", "value": "a\ud800b"}, "a\ufffdb"),
    "half a character in an IRI": ({"type": "uri", "value": "urn:\udfff"}, "urn:\ufffd"),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_invalid_term_empties_its_cell_with_a_note(serve: Serve, name: str) -> None:
    cell, text = ODD[name]
    sound = {"type": "uri", "value": "urn:a"}
    bindings = [{"s": sound, "v": sound}, {"s": sound, "v": cell}]
    body = json.dumps({"head": {"vars": ["s", "v"]}, "results": {"bindings": bindings}})
    found = rows_of(serve, body.encode(), JSON)
    assert list(found) == [(Iri("urn:a"), Iri("urn:a")), (Iri("urn:a"), Literal(text))]
    assert found.notes[0].startswith(
        "1 value is not a valid RDF term and kept as text (row 2, ?v: "
    )
    found.notes[0].encode()


def test_invalid_terms_are_counted_in_one_note(serve: Serve) -> None:
    bindings = [{"v": {"type": "uri", "value": f"no iri {n}"}} for n in range(1200)]
    body = json.dumps({"head": {"vars": ["s", "v"]}, "results": {"bindings": bindings}})
    (note,) = rows_of(serve, body.encode(), JSON).notes
    assert note.startswith("1,200 values are")
    assert note.endswith("and 1,197 more)")


def test_an_invalid_term_in_xml_and_tsv_empties_its_cell(serve: Serve) -> None:
    xml = (
        '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="s"/>'
        '<variable name="v"/></head><results><result><binding name="s"><uri>urn:a</uri></binding>'
        '<binding name="v"><uri>a b</uri></binding></result></results></sparql>'
    )
    for body, kind in (
        (xml, "application/sparql-results+xml"),
        ("?s\t?v\n<urn:a>\t<a b>\n", "text/tab-separated-values"),
    ):
        found = rows_of(serve, body.encode(), kind)
        ((subject, value),) = found
        assert subject == Iri("urn:a")
        assert "a b" in str(value)
        assert isinstance(value, Literal)
        assert len(found.notes) == 1


def test_an_invalid_term_removes_only_its_triple(serve: Serve) -> None:
    body = b"<urn:a> <urn:p> <http://e/a b> .\n<a b> <urn:p> <urn:c> .\n<urn:a> <urn:p> <urn:d> .\n"
    server = serve(
        lambda exchange: exchange.answer(200, body, Content_Type="application/n-triples")
    )
    found = server.store().query(CONSTRUCT)
    assert isinstance(found, Triples)
    p = Iri("urn:p")
    assert list(found) == [
        (Iri("urn:a"), p, Literal("http://e/a b")),
        (Iri("urn:a"), p, Iri("urn:d")),
    ]
    assert found.notes[0].startswith("2 values are not a valid RDF term")


XML_HEAD = (
    '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="s"/></head>'
)
BROKEN = {
    "application/sparql-results+xml": [
        ("", "take"), (XML_HEAD, "take"), ("<html></html>", "retrying"), (XML_HEAD + "</sparql>", "retrying"),
        (XML_HEAD + '<results><result><binding name="x"/></result></results></sparql>', "retrying"),
        ('<?xml version="1.0" encoding="no-such"?><a/>', "retrying"),
    ],
    "text/tab-separated-values": [("?s\n<urn:a>\t1\n", "retrying"), ("?s\t?s\n", "retrying")],
    "text/csv": [("", "take"), ("s\r\na,b\r\n", "retrying"), ('s\r\n"a', "take")],
    JSON: [("[", "take"), ('{"head": {"vars": ["s"]}}', "retrying"), ("<html>", "retrying")],
    "text/boolean": [("true", "retrying")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "body", "advice"),
    [(kind, body, advice) for kind, some in BROKEN.items() for body, advice in some],
)
def test_the_advice_on_an_invalid_response_is_correct(
    serve: Serve, kind: str, body: str, advice: str
) -> None:
    server = serve(lambda exchange: exchange.answer(200, body.encode(), Content_Type=kind))
    words = {"take": "perhaps the query takes too long", "retrying": "will not change by retrying"}
    assert words[advice] in server.complaint("SELECT ?s { ?s ?p ?o }")


@pytest.mark.parametrize("kind", ["application/rdf+xml", "application/ld+json"])
def test_malformed_triples_are_an_error(serve: Serve, kind: str) -> None:
    server = serve(lambda exchange: exchange.answer(200, b"<<<", Content_Type=kind))
    assert "cut off or not" in server.complaint(CONSTRUCT)


def test_a_context_of_json_ld_is_never_fetched(serve: Serve) -> None:
    other = serve(lambda exchange: exchange.say_yes())
    body = json.dumps({"@context": other.endpoint, "@id": "urn:a", "name": "x"}).encode()
    server = serve(lambda exchange: exchange.answer(200, body, Content_Type="application/ld+json"))
    server.complaint(CONSTRUCT)
    assert other.paths == []


def bindings(*columns: str) -> bytes:
    row = {name: {"type": "uri", "value": f"urn:{name}"} for name in columns}
    return json.dumps({"head": {"vars": list(columns)}, "results": {"bindings": [row]}}).encode()


@pytest.mark.parametrize("columns", [("x",), ("s",), ("s", "v", "x"), ()])
def test_a_response_with_other_columns_is_an_error(serve: Serve, columns: tuple[str, ...]) -> None:
    server = serve(lambda exchange: exchange.answer(200, bindings(*columns), Content_Type=JSON))
    assert "the query selects s, v" in server.complaint(SELECT)


def test_columns_come_in_the_order_of_the_query(serve: Serve) -> None:
    found = rows_of(serve, bindings("v", "s"), JSON)
    assert found.columns == ("s", "v")
    assert list(found) == [(Iri("urn:s"), Iri("urn:v"))]
    assert rows_of(serve, bindings("b", "a"), JSON, "SELECT * { ?a ?p ?b }").columns == ("b", "a")


def test_a_store_that_answers_with_other_columns_is_refused(serve: Serve) -> None:
    server = serve(lambda exchange: exchange.answer(200, bindings("x"), Content_Type=JSON))
    with pytest.raises(NetworkError, match="sent other columns"):
        open_graph(store=server.endpoint)


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_method_can_be_chosen(serve: Serve, run: Run, method: str) -> None:
    def behave(exchange: Exchange) -> None:
        if exchange.number == 1:
            empty = {"head": {"vars": ["version", "digest", "merged"]}, "results": {"bindings": []}}
            exchange.answer(200, json.dumps(empty).encode(), Content_Type=JSON)
        else:
            exchange.answer(200, bindings("s", "v"), Content_Type=JSON)

    server = serve(behave)
    done = run("sparql", SELECT, "--store", server.endpoint, "--method", method, "-f", "csv")
    assert done.out == "s,v\nurn:s,urn:v\n"
    assert set(server.methods) == {method.upper()}
    form = server.bodies[1] if method == "post" else urlsplit(server.paths[1]).query
    assert parse_qs(form)["query"] == [SELECT]


def test_a_real_engine_answers_post_in_its_preferred_format(engine: Engine) -> None:
    engine.load('<urn:a> rdfs:label "A"@en .')
    found = RemoteStore(engine.endpoint, method="post").query("SELECT ?s { ?s ?p ?o }")
    assert isinstance(found, Rows)
    assert list(found) == [(Iri("urn:a"),)]


def test_the_time_limit_is_for_all_exchanges_of_a_command(serve: Serve, run: Run) -> None:
    server = serve(lambda exchange: exchange.drip(b" "))
    began = time.monotonic()
    done = run("sparql", SELECT, "--store", server.endpoint, "--timeout", "0.5")
    assert done.code == 4
    assert "did not finish within 0.5 s" in done.err
    assert time.monotonic() - began < 30, "the comparison of the data alone would have 60 s"


def test_irregular_answers_give_a_warning_in_python_and_a_note_on_the_command_line(
    serve: Serve, run: Run
) -> None:
    cell = {"v": {"type": "uri", "value": "no iri"}}
    body = json.dumps({"head": {"vars": ["s", "v"]}, "results": {"bindings": [cell]}}).encode()
    empty = json.dumps(
        {"head": {"vars": ["version", "digest", "merged"]}, "results": {"bindings": []}}
    ).encode()

    def behave(exchange: Exchange) -> None:
        first = "digest" in exchange.handler.path
        exchange.answer(200, empty if first else body, Content_Type=JSON)

    server = serve(behave)
    done = run("sparql", SELECT, "--store", server.endpoint, "-f", "csv")
    assert done.out == "s,v\n,no iri\n"
    assert "note: 1 value is not a valid RDF term and kept as text (row 1, ?v" in done.err
    with pytest.warns(UserWarning, match="has no record of a complete push"):
        graph = open_graph(store=server.endpoint)
    with pytest.warns(QueryWarning, match="1 value is not a valid RDF term"):
        result = graph.sparql(SELECT)
    assert isinstance(result, Result)
    assert len(result.notes) == 1


def test_a_lone_surrogate_in_a_query_is_refused_before_sending(serve: Serve) -> None:
    server = serve(lambda exchange: exchange.say_yes())
    with pytest.raises(QueryError, match="line 2: half a surrogate pair"):
        server.store().query('ASK {\n ?s ?p "\ud800" }')
    assert server.paths == []


def test_a_truncated_answer_stays_marked(serve: Serve) -> None:
    def cut(exchange: Exchange) -> None:
        exchange.answer(200, bindings("s", "v"), Content_Type=JSON, X_SQL_State="S1TAT")

    with pytest.raises(CutAnswer):
        serve(cut).store().query(SELECT)
