"""SERVICE to hosts that were allowed, and to nobody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from allusion import open as open_graph
from allusion.core.errors import (
    MissingResource,
    NetworkError,
    ParameterError,
    QueryError,
    QueryRefused,
    QueryStopped,
)
from allusion.core.resources import locate
from allusion.knowledge_graph import KnowledgeGraph
from allusion.query.catalog import CannedQuery, read_catalog
from allusion.query.results import Result
from allusion.sparql.federation import refuse_services
from allusion.sparql.guard import refuse_unsafe
from allusion.wikidata.client.wikidata_client import WikidataClient
from allusion.wikidata.model.items import Item
from allusion.wikidata.pull import snapshot as room
from allusion.wikidata.pull.offline_federation import build_store, inline_services
from allusion.wikidata.pull.pull import pull
from allusion.wikidata.pull.snapshot import Snapshot

if TYPE_CHECKING:
    from .conftest import Engine, Exchange, Serve, Wikibase

HOSTS = ("ok.org", "localhost:7878")
OK = "<https://ok.org/sparql>"

ALLOWED = [
    f"SELECT * {{ SERVICE {OK} {{ ?s ?p ?o }} }}",
    f"select * {{ service\n silent {OK}{{ ?s ?p ?o }} }}",
    "ASK { SERVICE <http://LOCALHOST:7878> { ?s ?p ?o } }",
    f"SELECT * {{ ?a ?b ?c OPTIONAL {{ {{ SERVICE {OK} {{ ?s ?p ?o }} }} UNION {{ SERVICE {OK} {{ ?s ?p 1 }} }} }} }}",
    f"SELECT * {{ SERVICE {OK} {{ ?service ?p ?o }} SERVICE <https://ok.org/x?a=b> {{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?a a <http://e/x#y> . SERVICE {OK} {{ ?s ?p ?o }} }}",
    f"CONSTRUCT {{ ?s a al:Film }} WHERE {{ ?s a al:Film FILTER EXISTS {{ SERVICE {OK} {{ ?s ?p ?o }} }} }}",
]
REFUSED = [
    f"SELECT * {{ SERVICE {OK} {{ SERVICE {OK} {{ ?s ?p ?o }} }} }}",
    f"SELECT * {{ SERVICE {OK} {{ VALUES ?x {{ {'1 ' * 6000} }} }} }}",
    "SELECT * { SERVICE <https://bad.org/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <https://ok.org.bad.org/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <https://sub.ok.org/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <https://ok.org:8080/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <https://ok.org@bad.org/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <https://bad.org#@ok.org/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <https://bad.org\\u002f.ok.org/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <https:ok.org> { ?s ?p ?o } }",
    "SELECT * { SERVICE <//ok.org/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <file://ok.org/etc/passwd> { ?s ?p ?o } }",
    "SELECT * { SERVICE <ftp://ok.org/> { ?s ?p ?o } }",
    "BASE <https://bad.org/> SELECT * { SERVICE <sparql> { ?s ?p ?o } }",
    "PREFIX x: <https://ok.org/> SELECT * { SERVICE x:sparql { ?s ?p ?o } }",
    f"SELECT * {{ VALUES ?u {{ {OK} }} SERVICE ?u {{ ?s ?p ?o }} }}",
    f"SELECT * {{ SERVICE {OK} {{ SERVICE <https://bad.org/> {{ ?s ?p ?o }} }} }}",
    f"SELECT * {{ SERVICESILENT{OK}{{ ?s ?p ?o }} }}",
    f"SELECT * {{ SERVICE # {OK} {{\n<https://bad.org/> {{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p 'SERVICE {OK} {{' SERVICE <https://bad.org/> {{ ?s ?p ?o }} }}",
    # What only one of two parsers takes for a service is nobody's.
    f"SELECT * {{ ?s ?p 'SERVICE {OK} {{ }}' }}",
    f"SELECT * {{ ?s ?p ?o }} # SERVICE {OK} {{ }}",
    f"SELECT * {{ BIND('a\\u0027' AS ?a) SERVICE {OK} {{?s ?p ?o}} BIND('b\\u0027' AS ?c) }}",
    "SELECT * { SERVICE <https://ok.org/service/sparql> { ?s ?p ?o } }",
]


@pytest.mark.parametrize("query", ALLOWED)
def test_an_allowed_host_may_be_asked_in_any_plain_spelling(query: str) -> None:
    refuse_unsafe(query, services=HOSTS)


@pytest.mark.parametrize("query", REFUSED)
def test_any_other_or_unclear_address_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        refuse_unsafe(query, services=HOSTS)


def test_a_service_that_only_a_parser_finds_is_refused() -> None:
    query = f"SELECT * {{ \\u0053ERVICE {OK} {{ ?s ?p ?o }} }}"
    with pytest.raises(QueryRefused, match="finds other SERVICE clauses than the text search"):
        refuse_services(query, [], HOSTS)


def test_the_refusal_names_the_line_the_host_and_the_option() -> None:
    with pytest.raises(
        QueryRefused, match=r"line 2: .* bad.org, which is not allowed; allowed: localhost:7878, ok"
    ):
        refuse_unsafe("SELECT * {\n SERVICE <http://bad.org/> {} }", services=HOSTS)


@pytest.mark.parametrize(
    "host", ["", "https://ok.org", "ok.org/path", "*.ok.org", "a b", "ok.org:"]
)
def test_an_invalid_host_name_cannot_be_allowed(host: str) -> None:
    with pytest.raises(ParameterError, match=r"is not a host; write it like query\.wikidata"):
        open_graph().sparql("ASK {}", allow_service=[host])


def test_a_real_server_answers_beside_the_local_graph(engine: Engine) -> None:
    engine.load('film:chungking-express rdfs:label "from the server" . <urn:other> al:n 1 .')
    host = urlsplit(engine.endpoint).netloc
    query = (
        "SELECT ?film ?label { ?film a al:Film . "
        f"SERVICE <{engine.endpoint}> {{ ?film rdfs:label ?label }} }}"
    )
    kg = open_graph()
    answer = kg.sparql(query, allow_service=[host.upper()])
    assert isinstance(answer, Result)
    assert answer.records() == [
        {"film": "https://w3id.org/allusion/film/chungking-express", "label": "from the server"}
    ]
    with pytest.raises(QueryRefused):
        kg.sparql(query)
    with pytest.raises(QueryRefused):
        kg.sparql(query, allow_service=["query.wikidata.org"])


def ask(kg: KnowledgeGraph, endpoint: str, timeout_s: float = 10) -> object:
    query = f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}"
    return kg.sparql(query, allow_service=[urlsplit(endpoint).netloc], timeout=timeout_s)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_not_followed(serve: Serve, status: int) -> None:
    other = serve(lambda exchange: exchange.say_yes())
    allowed = serve(lambda exchange: exchange.answer(status, Location=other.endpoint))
    with pytest.raises(NetworkError, match="a SERVICE sent no valid response"):
        ask(open_graph(), allowed.endpoint)
    assert len(allowed.paths) == 1
    assert other.paths == []


def nonsense(exchange: Exchange) -> None:
    exchange.answer(200, b"<html>Welcome</html>", Content_Type="text/html")


def broken(exchange: Exchange) -> None:
    exchange.answer(500, b"no")


@pytest.mark.parametrize("behavior", [nonsense, broken])
def test_a_server_that_does_not_answer_as_it_should_is_an_error_of_the_network(
    serve: Serve, behavior: Callable[[Exchange], None]
) -> None:
    kg = open_graph()
    with pytest.raises(NetworkError):
        ask(kg, serve(behavior).endpoint)
    assert kg.sparql("ASK {}") is True


def test_a_slow_service_is_stopped_by_the_time_limit(serve: Serve) -> None:
    def drip(exchange: Exchange) -> None:
        exchange.start(
            200, Content_Type="application/sparql-results+json", Content_Length="1000000"
        )
        exchange.drip(b" ")

    with pytest.raises(QueryStopped, match=r"stopped after 0\.5 s"):
        ask(open_graph(), serve(drip).endpoint, timeout_s=0.5)


#: As Wikidata has it, in little.
WIKIDATA = """
wd:Q766263 wdt:P57 wd:Q55431 ; wdt:P161 wd:Q464650 ; wdt:P577 "1994-07-14T00:00:00Z"^^xsd:dateTime ;
  rdfs:label "Chungking Express"@en , "重慶森林"@zh .
wd:Q55431 rdfs:label "Wong Kar-wai"@en . wd:Q464650 rdfs:label "Faye Wong"@en .
wd:Q1 wdt:P57 wd:Q2 ; rdfs:label "Manhattan"@en . wd:Q2 rdfs:label "Woody Allen"@en .
wd:Q1812267 wdt:P57 wd:Q53001 ; wdt:P577 "1967-01-01T00:00:00Z"^^xsd:dateTime ;
  rdfs:label "Weekend"@en .
wd:Q86427 wdt:P57 wd:Q53001 ; rdfs:label "Breathless"@en . wd:Q53001 rdfs:label "Jean-Luc Godard"@en .
"""
CATALOG, _ = read_catalog(locate().query_files())
FEDERATED = [query for query in CATALOG.queries.values() if query.service_hosts]


@pytest.mark.parametrize("query", FEDERATED, ids=lambda query: query.name)
def test_a_federated_query_joins_the_server_s_answer_with_the_graph(
    engine: Engine, query: CannedQuery
) -> None:
    engine.load(WIKIDATA)
    text = query.sparql.replace("https://query.wikidata.org/sparql", engine.endpoint)
    answer = open_graph().sparql(text, allow_service=[urlsplit(engine.endpoint).netloc])
    assert isinstance(answer, Result)
    for wanted in query.expected["contains"]:
        assert any(wanted.items() <= record.items() for record in answer.records())
    for unwanted in query.expected["lacks"]:
        assert not any(unwanted.items() <= record.items() for record in answer.records())


def test_rows_only_in_wikidata_have_no_entity(engine: Engine) -> None:
    engine.load(WIKIDATA + 'wd:Q766263 wdt:P161 wd:Q3 . wd:Q3 rdfs:label "A stranger"@en .')
    (query,) = (query for query in FEDERATED if query.name == "wikidata-says")
    text = query.sparql.replace("https://query.wikidata.org/sparql", engine.endpoint)
    answer = open_graph().sparql(text, allow_service=[urlsplit(engine.endpoint).netloc])
    assert isinstance(answer, Result)
    (row,) = (r for r in answer.records() if r["valueLabel"] == "A stranger")
    assert row["entity"] is None


# The same questions, answered by the snapshot


@pytest.fixture
def snapshot(wikibase: Wikibase, serve: Serve, engine: Engine) -> Snapshot:
    """Items that were pulled from a server, whose endpoint has them too."""
    people = {"Q55431": "Wong Kar-wai", "Q464650": "Faye Wong", "Q53001": "Jean-Luc Godard"}
    for number, name in people.items():
        wikibase.add(number, {"en": name}, {"P31": ["Q5"]})
    wikibase.add(
        "Q766263",
        {"en": "Chungking Express", "zh-hant": "重慶森林"},
        {
            "P31": ["Q11424"],
            "P57": ["Q55431"],
            "P58": ["Q55431", ("Q53001", {"rank": ["deprecated"]})],
            "P161": ["Q464650", "Q900000001", "?"],
            "P577": ["@1994-07-14", "@1995"],
            "P8371": ["Q900000002"],
        },
    )
    wikibase.add("Q164702", {"en": "2046"}, {"P57": ["Q55431"], "P161": ["Q464650"]})
    wikibase.add("Q86427", {"en": "Breathless"}, {"P57": ["Q53001"], "P577": ["@1960-03-16"]})
    wikibase.add("Q1812267", {"en": "Weekend"}, {"P57": ["Q53001"], "P577": ["@1967"]})
    wikibase.add("Q900000001", {"ja": "見知らぬ人"}, {"P31": ["Q5"]})
    wikibase.add("Q900000002", {"en": "An Older Film"}, {"P31": ["Q11424"]})
    wikibase.add("Q11424", {"en": "film"})
    wikibase.add("Q5", {"en": "human"})
    engine.load(wikibase.turtle())
    wikidata = WikidataClient(api=serve(wikibase).api, endpoint=engine.endpoint)
    return pull(wikidata, sorted(wikibase.items))


@pytest.mark.parametrize("query", FEDERATED, ids=lambda query: query.name)
def test_the_snapshot_gives_the_rows_of_the_server(
    engine: Engine, snapshot: Snapshot, query: CannedQuery
) -> None:
    kg = open_graph()
    text = query.sparql.replace("https://query.wikidata.org/sparql", engine.endpoint)
    asked = kg.sparql(text, allow_service=[urlsplit(engine.endpoint).netloc])
    found = kg.executor.answer(
        inline_services(query.sparql, build_store(snapshot.items, snapshot.summaries))
    )
    assert isinstance(asked, Result)
    assert isinstance(found, Result)
    assert found.columns == asked.columns
    assert Counter(found.rows) == Counter(asked.rows)
    for wanted in query.expected["contains"]:
        assert any(wanted.items() <= record.items() for record in found.records())


def test_only_the_service_block_is_replaced_by_the_snapshot(snapshot: Snapshot) -> None:
    text = (
        "SELECT ?x ?y WHERE { VALUES ?x { wd:Q55431 } "
        'SERVICE <https://query.wikidata.org/sparql> { ?y wdt:P57 ?x . FILTER("}" != "{") } }'
    )
    sparql = inline_services(text, build_store(snapshot.items, snapshot.summaries))
    assert "SERVICE" not in sparql
    answer = open_graph().executor.answer(sparql)
    assert isinstance(answer, Result)
    assert {str(row[1]).rsplit("/", 1)[-1] for row in answer.rows} == {"Q766263", "Q164702"}


def test_a_merged_item_leads_to_its_target() -> None:
    items = {"Q1": Item("Q1", "", 1, labels={"en": "A"}, redirects_to="Q2")}
    store = build_store(items, {})
    assert store.query('ASK { wd:Q1 owl:sameAs wd:Q2 . wd:Q2 rdfs:label "A"@en }') is True


def test_without_a_snapshot_the_error_has_the_command_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "snapshot_folder", lambda: tmp_path)
    with pytest.raises(MissingResource, match="run: allusion wikidata pull"):
        open_graph().query("wikidata-says", pulled=True)


def test_pulled_is_refused_for_a_query_without_service() -> None:
    with pytest.raises(ParameterError, match="awards queries no other server; remove --pulled"):
        open_graph().query("awards", pulled=True)


def test_without_a_network_the_error_suggests_the_snapshot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kg = open_graph()

    def fail(*_: object, **__: object) -> None:
        raise NetworkError("a SERVICE sent no valid response")

    monkeypatch.setattr(kg.executor, "run_limited", fail)
    with pytest.raises(NetworkError, match="can answer without a network: --pulled"):
        kg.query("wikidata-says", allow_service=["query.wikidata.org"])
