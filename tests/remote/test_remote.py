"""RemoteStore beside a real engine, and beside a server that says no or sends nonsense."""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import re
import socket
import struct
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from allusion.core.errors import NetworkError, ParameterError, QueryError, QueryRefused
from allusion.core.terms import Blank, Iri, Literal
from allusion.core.vocabulary import PREFIXES
from allusion.store import Rows, Store, Triples
from allusion.store.remote import RemoteStore

if TYPE_CHECKING:
    from .conftest import Behavior, Engine, Exchange, Serve

JSON = "application/sparql-results+json"
ASK = "ASK { ?s ?p ?o }"
EVERYTHING = "SELECT ?s WHERE { ?s ?p ?o }"
TRUE = b'{"head": {}, "boolean": true}'
NOTHING = b'{"head": {"vars": ["s"]}, "results": {"bindings": []}}'


def yes(exchange: Exchange) -> None:
    exchange.say_yes()


# The real engine


def test_rows_of_a_real_engine_are_read_as_terms(engine: Engine) -> None:
    engine.load('<urn:a> rdfs:label "重慶森林"@zh-Hant ; al:n 7 ; al:b [] ; al:t "x" .')
    store: Store = engine.store()
    found = store.query("SELECT ?s ?v ?none WHERE { ?s ?p ?v }")
    assert isinstance(found, Rows)
    assert found.columns == ("s", "v", "none")
    values = [row[1] for row in found]
    assert Literal("重慶森林", language="zh-Hant") in values
    assert Literal("7", datatype=PREFIXES["xsd"] + "integer") in values
    assert Literal("x") in values
    assert any(isinstance(value, Blank) for value in values)
    assert {row[0] for row in found} == {Iri("urn:a")}
    assert {row[2] for row in found} == {None}


def test_ask_construct_and_describe_of_a_real_engine(engine: Engine) -> None:
    engine.load('<urn:a> rdfs:label "A"@en .')
    store = engine.store()
    expected = [(Iri("urn:a"), Iri(PREFIXES["rdfs"] + "label"), Literal("A", language="en"))]
    assert store.query("ASK { <urn:a> rdfs:label ?x }") is True
    assert store.query("ASK { <urn:b> rdfs:label ?x }") is False
    for query in ("CONSTRUCT WHERE { ?s rdfs:label ?o }", "DESCRIBE <urn:a>"):
        found = store.query(query)
        assert isinstance(found, Triples)
        assert list(found) == expected


def test_a_query_may_declare_its_own_prefixes(engine: Engine) -> None:
    engine.load("<urn:a> <urn:x#label> 1 .")
    store = engine.store()
    assert store.query("PREFIX rdfs: <urn:x#> ASK { ?s rdfs:label 1 }") is True
    assert store.query("# PREFIX al: <urn:x>\nASK { ?s ?p \"al:x\", '''wd:Q1''' }") is False


def test_an_error_in_the_query_has_the_message_of_the_engine(engine: Engine) -> None:
    with pytest.raises(
        QueryError, match=r"127\.0\.0\.1:\d+ rejects the query as invalid: .*2:"
    ) as e:
        engine.store().query("SELECT * WHERE {\n ?s ?p }")
    assert not isinstance(e.value, NetworkError)


def test_long_queries_go_as_a_form(engine: Engine, serve: Serve) -> None:
    names = " ".join(f"<urn:{number}>" for number in range(2000))
    query = f"ASK {{ VALUES ?s {{ {names} }} ?s ?p ?o }}"
    assert engine.store().query(query) is False
    server = serve(yes)
    server.store().query(query)
    assert server.paths == ["/sparql"]
    assert parse_qs(server.bodies[0])["query"] == [query]


# What is sent


def test_requests_have_a_user_agent_and_accept_header(serve: Serve) -> None:
    server = serve(yes)
    RemoteStore(server.endpoint, contact="mailto:me@example.org").query(ASK)
    headers = server.headers[0]
    form = r"allusion/\S+ \(mailto:me@example\.org\) SPARQLWrapper/\d\S+"
    assert re.fullmatch(form, headers["User-Agent"])
    assert headers["Accept"].startswith(JSON)
    assert list(parse_qs(urlsplit(server.paths[0]).query)) == ["query"]


def test_parameters_of_the_endpoint_are_kept(serve: Serve) -> None:
    server = serve(yes)
    RemoteStore(server.endpoint + "?api-key=urn%3Ag").query(ASK)
    sent = parse_qs(urlsplit(server.paths[0]).query)
    assert sent == {"api-key": ["urn:g"], "query": [ASK]}


def test_updates_are_refused_before_anything_is_sent(serve: Serve) -> None:
    server = serve(yes)
    with pytest.raises(QueryRefused, match="DELETE would change data"):
        server.store().query("# SELECT\nPREFIX x: <urn:x> delete where { ?s ?p ?o }")
    with pytest.raises(QueryError, match="SELECT, ASK, CONSTRUCT or DESCRIBE is missing"):
        server.store().query("{ ?s ?p ?o }")
    assert server.paths == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "file:///etc/passwd",
        "ftp://example.org/sparql",
        "query.wikidata.org/sparql",
        "https://",
        "https://user:secret@example.org/",
        "https://example.org/a b",
        "https://example.org:port/",
        "https://" + "a" * 70 + ".org/",
        "http://example.org/\r\nX-Evil: 1",
    ],
)
def test_only_http_addresses_are_endpoints(endpoint: str) -> None:
    with pytest.raises(ParameterError) as caught:
        RemoteStore(endpoint)
    assert "secret" not in str(caught.value)


def test_a_user_agent_cannot_inject_a_header() -> None:
    with pytest.raises(ParameterError, match="cannot be a User-Agent"):
        RemoteStore("https://example.org/", contact="me\r\nX-Evil: 1")


def test_one_request_is_in_flight_whatever_the_threads(serve: Serve) -> None:
    def slowly(exchange: Exchange) -> None:
        time.sleep(0.02)
        exchange.say_yes()

    server = serve(slowly)
    threads = [threading.Thread(target=server.store().query, args=(ASK,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.paths) == 8
    assert server.most_in_flight == 1


def test_waiting_for_the_host_lock_counts_toward_the_timeout(serve: Serve) -> None:
    server = serve(lambda exchange: exchange.drip(b""))
    errors: list[str] = []
    first = threading.Thread(target=lambda: errors.append(server.complaint(timeout_s=2)))
    first.start()
    while not server.paths:
        time.sleep(0.005)
    assert "still busy with an earlier query" in server.complaint(timeout_s=0.1)
    first.join()
    assert len(errors) == 1
    assert len(server.paths) == 1


# Answers that say no


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "asks for a login"),
        (403, "refuses this client"),
        (404, "no SPARQL endpoint at this address"),
        (405, "check the address"),
        (406, "use another endpoint"),
        (409, "refuses the request"),
        (410, "no longer has a SPARQL endpoint"),
        (501, "will not change by retrying"),
        (414, "too long"),
        (500, "takes too long"),
        (502, "try later"),
    ],
)
def test_a_refused_request_is_an_error_with_the_next_step_and_is_not_repeated(
    serve: Serve, status: int, advice: str
) -> None:
    server = serve(lambda exchange: exchange.answer(status, b"<html>no</html>"))
    message = server.complaint()
    assert advice in message
    assert f"HTTP {status}" in message
    assert len(server.paths) == 1


def test_the_message_of_a_server_is_shown_on_one_clean_line(serve: Serve) -> None:
    said = "bad\r\n\x1b[31mquery\x00 " + "x" * 5000
    server = serve(lambda exchange: exchange.answer(400, said.encode()))
    with pytest.raises(QueryError) as caught:
        server.store().query(ASK)
    assert str(caught.value).isprintable()
    assert "bad [31mquery xxx" in str(caught.value)
    assert len(str(caught.value)) < 300


def then_yes(status: int, **headers: str) -> Behavior:
    """A refusal for the first request, and a proper answer for the next."""

    def behave(exchange: Exchange) -> None:
        if exchange.number == 1:
            exchange.answer(status, b"", **headers)
        else:
            exchange.say_yes()

    return behave


def http_date(seconds: float) -> str:
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
    return email.utils.format_datetime(moment, usegmt=True)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_waited_for(serve: Serve, status: int) -> None:
    server = serve(then_yes(status, Retry_After="1"))
    assert server.store().query(ASK) is True
    assert len(server.times) == 2
    assert server.times[1] - server.times[0] >= 1


def test_retry_after_as_a_date_is_waited_for(serve: Serve) -> None:
    date = http_date(1.999)
    server = serve(then_yes(429, Retry_After=date))
    assert server.store().query(ASK) is True
    assert len(server.times) == 2
    assert dt.datetime.now(dt.UTC) >= email.utils.parsedate_to_datetime(date)


@pytest.mark.parametrize(
    "value",
    [
        "90", "date", "soon", "", "9" * 400,
        "Wed, 21 Oct 2015 07:28:00 +99999999999999999999",
        "Wed, 21 Oct 2015000000000000 07:28:00 GMT",
    ],
)  # fmt: skip
def test_a_pause_beyond_the_deadline_stops_all_queries_to_that_host(
    serve: Serve, value: str
) -> None:
    header = http_date(90) if value == "date" else value
    server = serve(lambda exchange: exchange.answer(429, Retry_After=header))
    started = time.monotonic()
    message = server.complaint()
    assert re.search(r"try again after \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", message)
    # Another store for that endpoint knows it too, and asks nothing.
    assert "requires a pause of" in server.complaint()
    assert time.monotonic() - started < 20, "it was asked to wait for 90 s"
    assert len(server.paths) == 1


def test_a_busy_server_is_retried_with_growing_pauses_a_few_times(serve: Serve) -> None:
    server = serve(lambda exchange: exchange.answer(503))
    assert "too busy" in server.complaint()
    assert len(server.times) == 4
    pauses = [b - a for a, b in zip(server.times, server.times[1:], strict=False)]
    assert all(pause >= least for pause, least in zip(pauses, (0.05, 0.1, 0.2), strict=True))


def reset(exchange: Exchange) -> None:
    connection = exchange.handler.connection
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_a_broken_connection_is_retried(serve: Serve) -> None:
    server = serve(lambda exchange: reset(exchange) if exchange.number < 3 else exchange.say_yes())
    assert server.store().query(ASK) is True
    assert len(server.paths) == 3


def test_retries_of_a_broken_connection_are_limited(serve: Serve) -> None:
    server = serve(reset)
    assert "closed the connection several times" in server.complaint()
    assert len(server.paths) == 4


def test_a_closed_port_is_an_error_at_once() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        store = RemoteStore(f"http://127.0.0.1:{probe.getsockname()[1]}/sparql")
        with pytest.raises(NetworkError, match="refuses connections"):
            store.query(ASK)


# Answers that are none


@pytest.mark.parametrize(
    "content_type", ["text/html; charset=utf-8", "text/plain", "application/zip", "image/png", ""]
)
@pytest.mark.parametrize("query", [ASK, "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_a_wrong_content_type_is_an_error(serve: Serve, content_type: str, query: str) -> None:
    server = serve(lambda exchange: exchange.answer(200, TRUE, Content_Type=content_type))
    assert "not with SPARQL results" in server.complaint(query)


def test_a_response_without_content_is_an_error(serve: Serve) -> None:
    server = serve(lambda exchange: exchange.answer(204, Content_Type=JSON))
    assert "HTTP 204" in server.complaint()


BROKEN = {
    "cut in a row": b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "ur',
    "with a stack trace behind": NOTHING + b"\njava.util.concurrent.TimeoutException",
    "empty": b"",
    "nested": b"[" * 200_000,
    "not UTF-8": b'{"head": {"vars": ["\xff"]}}',
    "a list": b"[]",
    "a number": b"1",
    "no results": b'{"head": {"vars": ["s"]}}',
    "no bindings": b'{"head": {"vars": ["s"]}, "results": {}}',
    "vars that are one text": b'{"head": {"vars": "s"}, "results": {"bindings": []}}',
    "a column twice": b'{"head": {"vars": ["s", "s"]}, "results": {"bindings": []}}',
    "a column that is half a character": b'{"head": {"vars": ["\\ud800"]}, "results": {"bindings": []}}',
    "vars not text": b'{"head": {"vars": [1]}, "results": {"bindings": []}}',
    "a row that is a list": b'{"head": {"vars": ["s"]}, "results": {"bindings": [[]]}}',
    **{
        name: json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": [row]}}).encode()
        for name, row in {
            "no such column": {"t": {"type": "uri", "value": "urn:a"}},
        }.items()
    },
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_truncated_or_malformed_json_is_an_error(serve: Serve, body: bytes) -> None:
    server = serve(lambda exchange: exchange.answer(200, body, Content_Type=JSON))
    assert "JSON" in server.complaint(EVERYTHING)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[1]", "it has no 'head'"),
        (b'{"head":{"vars":["s"]},"results":[]}', "it has no 'bindings'"),
        (b'{"head":{"vars":["s"]},"results":{"bindings":{}}}', "its bindings are not a list"),
        (b'{"head":{"vars":["s"]},"results":{"bindings":[1]}}', "row 1 is not an object"),
    ],
)
def test_the_error_describes_the_malformed_json(serve: Serve, body: bytes, reason: str) -> None:
    server = serve(lambda exchange: exchange.answer(200, body, Content_Type=JSON))
    assert reason in server.complaint(EVERYTHING)


@pytest.mark.parametrize("body", [b"{}", NOTHING, b'{"boolean": "yes"}', b'{"boolean": 1}'])
def test_an_ask_response_must_be_a_boolean(serve: Serve, body: bytes) -> None:
    server = serve(lambda exchange: exchange.answer(200, body, Content_Type=JSON))
    assert "not a SPARQL result" in server.complaint()


@pytest.mark.parametrize("kind", ["application/n-triples", "text/turtle"])
def test_truncated_triples_are_an_error(serve: Serve, kind: str) -> None:
    body = b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> <urn:"
    server = serve(lambda exchange: exchange.answer(200, body, Content_Type=kind))
    assert "cut off" in server.complaint("CONSTRUCT WHERE { ?s ?p ?o }")


def test_a_body_shorter_than_its_content_length_is_an_error(serve: Serve) -> None:
    def short(exchange: Exchange) -> None:
        exchange.start(200, Content_Type="application/n-triples", Content_Length="1000")
        exchange.handler.wfile.write(b"<urn:a> <urn:b> <urn:c> .\n")

    message = serve(short).complaint("CONSTRUCT WHERE { ?s ?p ?o }")
    assert "974 bytes before the end" in message


def test_a_compressed_answer_is_not_taken_for_a_plain_one(serve: Serve) -> None:
    server = serve(
        lambda exchange: exchange.answer(200, TRUE, Content_Type=JSON, Content_Encoding="gzip")
    )
    assert "compressed" in server.complaint()


def test_a_response_that_is_not_http_is_an_error(serve: Serve) -> None:
    server = serve(lambda exchange: exchange.drip(b"SSH-2.0-nonsense\r\n"))
    assert "sent an invalid HTTP response" in server.complaint()


# Answers cut short by a limit of the server (Virtuoso)


@pytest.mark.parametrize("limit", ["2", "many"])
def test_an_answer_cut_at_a_row_limit_raises(serve: Serve, limit: str) -> None:
    row = {"s": {"type": "uri", "value": "urn:a"}}
    body = json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": [row, row]}}).encode()
    server = serve(
        lambda exchange: exchange.answer(200, body, Content_Type=JSON, X_SPARQL_MaxRows=limit)
    )
    assert "cut its answer" in server.complaint(EVERYTHING)


@pytest.mark.parametrize("limit", ["1", "9" * 5000])
def test_an_answer_below_the_row_limit_is_whole(serve: Serve, limit: str) -> None:
    server = serve(
        lambda exchange: exchange.answer(200, NOTHING, Content_Type=JSON, X_SPARQL_MaxRows=limit)
    )
    assert isinstance(server.store().query(EVERYTHING), Rows)


def test_an_answer_of_a_query_stopped_half_way_raises(serve: Serve) -> None:
    server = serve(
        lambda exchange: exchange.answer(200, TRUE, Content_Type=JSON, X_SQL_State="S1TAT")
    )
    assert "cut its answer" in server.complaint()


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("0", False)])
def test_an_ask_result_as_a_binding_is_read(serve: Serve, value: str, expected: bool) -> None:
    binding = {"__ask_retval": {"type": "literal", "value": value}}
    found = {"head": {"vars": ["__ask_retval"]}, "results": {"bindings": [binding]}}
    server = serve(
        lambda exchange: exchange.answer(200, json.dumps(found).encode(), Content_Type=JSON)
    )
    assert server.store().query(ASK) is expected


def test_an_ask_result_without_a_binding_is_false(serve: Serve) -> None:
    body = b'{"head": {"vars": ["__ASK_RETVAL"]}, "results": {"bindings": []}}'
    server = serve(lambda exchange: exchange.answer(200, body, Content_Type=JSON))
    assert server.store().query(ASK) is False


TRIPLES = b"".join(b"<urn:a> <urn:b> <urn:%d> .\n" % number for number in range(101))


@pytest.mark.parametrize(
    ("limit", "whole"), [("100", False), ("101", True), ("", True), ("9" * 5000, True)]
)
def test_triples_truncated_by_virtuoso_are_detected_by_its_limit(
    serve: Serve, limit: str, *, whole: bool
) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.handler.version_string = lambda: "Virtuoso/07.20"  # type: ignore[method-assign]
        if exchange.number == 1:
            exchange.answer(200, TRIPLES, Content_Type="application/n-triples")
        else:
            headers = {"X_SPARQL_MaxRows": limit} if limit else {}
            exchange.answer(200, NOTHING, Content_Type=JSON, **headers)

    server = serve(answer)
    construct = "CONSTRUCT WHERE { ?s ?p ?o }"
    if whole:
        found = server.store().query(construct)
        assert isinstance(found, Triples)
        assert len(list(found)) == 101
    else:
        assert "cut its answer at 100 rows" in server.complaint(construct)
    assert len(server.paths) == 2


def test_duplicate_rows_of_distinct_are_removed(serve: Serve) -> None:
    row = {"s": {"type": "uri", "value": "urn:a"}}
    found = {"head": {"vars": ["s", "o"]}, "results": {"bindings": [row, row, row]}}
    server = serve(
        lambda exchange: exchange.answer(200, json.dumps(found).encode(), Content_Type=JSON)
    )
    once = server.store().query("SELECT DISTINCT ?s ?o WHERE { ?s ?p ?o }")
    thrice = server.store().query("SELECT ?s ?o WHERE { { SELECT DISTINCT ?s ?o { ?s ?p ?o } } }")
    assert isinstance(once, Rows)
    assert isinstance(thrice, Rows)
    assert (len(list(once)), len(list(thrice))) == (1, 3)


def test_engine_specific_terms_are_normalized(serve: Serve) -> None:
    boolean = PREFIXES["xsd"] + "boolean"
    row = {
        "truth": {"type": "typed-literal", "datatype": boolean, "value": "1"},
        "node": {"type": "bnode", "value": "nodeID://b10023"},
        "tag": {"type": "literal", "xml:lang": "zh-hant", "value": "x"},
    }
    body = json.dumps({"head": {"vars": list(row)}, "results": {"bindings": [row]}}).encode()
    server = serve(lambda exchange: exchange.answer(200, body, Content_Type=JSON))
    found = server.store().query("SELECT * { ?truth ?node ?tag }")
    assert isinstance(found, Rows)
    ((truth, node, tag),) = found
    assert truth == Literal("true", datatype=boolean)
    assert re.fullmatch(r"_:\w+", node.n3() if node else "")
    assert tag == Literal("x", language="zh-Hant")
