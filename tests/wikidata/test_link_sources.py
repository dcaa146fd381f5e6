"""Candidates from a real SPARQL server with triples of Wikidata's shape, and from a service that
speaks the reconciliation API, well or badly; what either proposes is judged here alone."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from allusion.core.errors import NetworkError, ParameterError
from allusion.core.labels import Name
from allusion.store.interface import Answer
from allusion.wikidata.client.batch_client import RequestPolicy
from allusion.wikidata.client.cache import ResponseCache
from allusion.wikidata.client.wikidata_client import WikidataClient
from allusion.wikidata.linking import Features, LinkDecision, decide_all
from allusion.wikidata.linking.reconciliation_source import ReconciliationSource
from allusion.wikidata.linking.sparql_source import SparqlSource

if TYPE_CHECKING:
    from loopback import Engine, Exchange, Serve, Server

# Items and values as the register of this project has them; Q900000001 and above are made up.
TRIPLES = """
PREFIX schema: <http://schema.org/>

wd:Q86427 rdfs:label "Breathless"@en , "À bout de souffle"@fr ; wdt:P31 wd:Q11424 ;
  wdt:P577 "1960-03-16T00:00:00Z"^^xsd:dateTime ; wdt:P57 wd:Q53001 ; wdt:P345 "tt0053472" .
wd:Q754304 rdfs:label "Breathless"@en ; wdt:P31 wd:Q900000001 ; wdt:P57 [] ;
  wdt:P577 "1983-01-01T00:00:00Z"^^xsd:dateTime .
wd:Q900000001 wdt:P279 wd:Q900000002 . wd:Q900000002 wdt:P279 wd:Q11424 .
wd:Q900000003 rdfs:label "Breathless"@en ; wdt:P31 wd:Q4167410 .
wd:Q53001 rdfs:label "Jean-Luc Godard"@en ; wdt:P31 wd:Q5 .
wd:Q766263 rdfs:label "Chungking Express"@mul , "恋する惑星"@ja ; wdt:P31 wd:Q11424 ;
  skos:altLabel "重慶森林"@zh-hk ; wdt:P57 wd:Q55431 ; wdt:P161 wd:Q319001 ;
  wdt:P577 "1994-07-14T00:00:00Z"^^xsd:dateTime .
wd:Q55431 rdfs:label "Wong Kar-wai"@en ; wdt:P31 wd:Q5 .
wd:Q319001 rdfs:label "Tony Leung Chiu-wai"@en ; wdt:P31 wd:Q5 .
<https://en.wikipedia.org/wiki/It%27s_an_Example> schema:about wd:Q900000004 .
wd:Q900000004 rdfs:label "An Example"@en ; wdt:P31 wd:Q11424 .
"""


def film(title: str, *years: int, language: str = "en", **more: Any) -> Features:
    return Features(f"film:{title}", (Name(title, language),), "film", years, **more)


@pytest.fixture
def endpoint(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[SparqlSource, list[str]]:
    engine.load(TRIPLES)
    wikidata = WikidataClient(ResponseCache(tmp_path), endpoint=engine.endpoint)
    asked: list[str] = []
    query = wikidata.store.query

    def ask(sparql: str) -> Answer:
        asked.append(sparql)
        return query(sparql)

    monkeypatch.setattr(wikidata.store, "query", ask)
    return SparqlSource(wikidata), asked


def decisions(source: Any, *clues: Features) -> list[LinkDecision]:
    return list(decide_all(clues, [source]))


# SPARQL


def test_an_endpoint_finds_films_by_name_and_separates_the_remake(
    endpoint: tuple[SparqlSource, list[str]],
) -> None:
    source, _ = endpoint
    first, remake, neither = decisions(
        source, film("Breathless", 1960), film("BREATHLESS (film)", 1983), film("Breathless", 1970)
    )
    assert (first.item, remake.item, neither.item) == ("Q86427", "Q754304", "")
    assert remake.best
    assert "is a film" in [reason.text for reason in remake.best.reasons]


def test_an_endpoint_finds_by_other_scripts_identifiers_articles_and_works(
    endpoint: tuple[SparqlSource, list[str]],
) -> None:
    source, _ = endpoint
    found = decisions(
        source,
        film("重慶森林", 1994, language="zh-Hant"),
        film("Nothing", identifiers={"P345": "tt0053472"}),
        film("Nothing", articles={"enwiki": "It's an Example"}),
        Features("p", (Name("Tony Leung Chiu-wai", "en"),), "person", works={"Q766263": "a film"}),
    )
    assert [one.item for one in found] == ["Q766263", "Q86427", "Q900000004", "Q319001"]


def test_the_queries_are_standard_sparql_in_chunks(
    endpoint: tuple[SparqlSource, list[str]],
) -> None:
    source, asked = endpoint
    list(source.candidates([film(f"Breathless {number}") for number in range(100)]))
    assert len(asked) == 4  # 100 names, each in two languages, 60 at a time
    list(source.candidates([film("Breathless", 1960, works={})]))
    assert not re.search(r"wikibase:|bd:|mwapi|hint:", "".join(asked))
    assert len(asked) == 4 + 3  # by name, described, classes above


def test_only_new_rows_of_a_changed_list_are_requested(
    endpoint: tuple[SparqlSource, list[str]],
) -> None:
    source, asked = endpoint
    wanted = [film(f"Nowhere {number}") for number in range(70)] + [
        film("Breathless", 1960),
        film("Chungking Express", 1994, identifiers={"P345": "tt0109424"}),
        Features("p", (Name("Tony Leung Chiu-wai", "en"),), "person", works={"Q766263": "a film"}),
        film("An Example", articles={"enwiki": "It's an Example"}),
    ]
    found = list(source.candidates(wanted))
    assert [len(some) for some in found[-4:]] == [3, 1, 1, 1]
    asked.clear()
    assert list(source.candidates(wanted[1:])) == found[1:]
    assert asked == [], "what is left was asked before"
    again = list(source.candidates([film("À bout de souffle", language="fr"), *wanted[2:]]))
    assert [one.item for one in again[0]] == ["Q86427"]
    assert again[1:] == found[2:]
    (query,) = asked
    assert '"À bout de souffle"@fr' in query
    assert "Nowhere" not in query


def test_transcriptions_are_searched_if_there_is_no_other_name(
    endpoint: tuple[SparqlSource, list[str]],
) -> None:
    source, asked = endpoint
    names = (Name("Bai2 Ling4", "yue-Latn-jyutping"), Name("Bai Ling", "en"))
    list(source.candidates([Features("p", names, "person")]))
    assert '"Bai Ling"@en' in asked[-1]
    assert "Bai2" not in "".join(asked)
    list(source.candidates([Features("p", names[:1], "person")]))
    assert '"Bai2 Ling4"@en' in asked[-1]


# A reconciliation service

SPACE = "http://www.wikidata.org/entity/"
MANIFEST = {"versions": ["0.1", "0.2"], "name": "Ours", "identifierSpace": SPACE,
            "schemaSpace": "http://www.wikidata.org/prop/direct/"}  # fmt: skip
PROPOSED = [
    {
        "id": "Q754304",
        "name": "Breathless",
        "score": 100,
        "match": True,
        "type": [{"id": "Q11424"}],
    },
    {"id": "Q86427", "name": "Breathless", "score": 1, "match": False, "type": ["Q11424"]},
    {"id": "L1", "name": "Breathless", "score": 1},
]
ROWS = {
    "Q86427": {"P577": [{"date": "1960-03-16T00:00:00Z"}],
               "P57": [{"id": "Q53001", "name": "Jean-Luc Godard"}], "P345": [{"str": "tt0053472"}]},
    "Q754304": {"P577": [{"date": "1983-01-01T00:00:00Z"}], "P57": [{}]},
}  # fmt: skip


Form = dict[str, Any]


def answering(serve: Serve, answer: Callable[[Form], Any], *, busy_first: bool = False) -> Server:
    """A service that gives what ``answer`` makes of each form; {} is asking for the manifest."""
    server: list[Server] = []

    def behave(exchange: Exchange) -> None:
        if busy_first and exchange.number == 1:
            exchange.answer(429, b"", Retry_After="1")
            return
        form = parse_qs(server[0].bodies[exchange.number - 1])
        body = answer({name: json.loads(values[0]) for name, values in form.items()})
        exchange.answer(200, json.dumps(body).encode(), Content_Type="application/json")

    server.append(serve(behave))
    return server[0]


def by_the_api(form: Form) -> Any:
    """What a service answers that does as the API says, with data extension."""
    if "extend" in form:
        return {"meta": [], "rows": {item: ROWS.get(item, {}) for item in form["extend"]["ids"]}}
    if "queries" in form:
        return {key: {"result": PROPOSED} for key in form["queries"]}
    return {**MANIFEST, "extend": {}}


Reconcile = Callable[..., ReconciliationSource]


@pytest.fixture
def reconciler(tmp_path: Path) -> Reconcile:
    """A client of a service, with a cache of this test's own."""

    def made(server: Server, **manners: Any) -> ReconciliationSource:
        return ReconciliationSource(
            server.endpoint, ResponseCache(tmp_path), timeout_s=5, backoff_s=0.01,
            policy=RequestPolicy(**manners),
        )  # fmt: skip

    return made


def test_match_true_of_a_service_is_not_trusted(serve: Serve, reconciler: Reconcile) -> None:
    server = answering(serve, by_the_api)
    first, other = decisions(reconciler(server), film("Breathless", 1960), film("Breathless"))
    assert first.item == "Q86427"
    assert other.reason == "only its name supports it"
    assert {scored.candidate.item for scored in other.candidates} == {"Q754304", "Q86427"}


def test_without_data_extension_nothing_is_accepted(serve: Serve, reconciler: Reconcile) -> None:
    server = answering(serve, lambda form: by_the_api(form) if form else MANIFEST)
    (decision,) = decisions(reconciler(server), film("Breathless", 1983))
    assert decision.item == ""
    assert decision.status == "undecided"


def test_a_batch_is_one_query_with_type_year_and_makers(
    serve: Serve, reconciler: Reconcile
) -> None:
    asked: list[dict[str, Any]] = []

    def answer(form: Form) -> Any:
        if not form:
            return MANIFEST
        asked.append(form["queries"])
        return {key: {"result": []} for key in form["queries"]}

    makers = {"P57": ("Jean-Luc Godard", "Q53001")}
    clues = film("Breathless", 1960, makers=makers, identifiers={"P345": "tt0053472"})
    others = [film(f"Breathless {number}") for number in range(11)]
    found = decisions(reconciler(answering(serve, answer)), clues, *others)
    assert [one.status for one in found] == ["none"] * 12
    assert [len(queries) for queries in asked] == [10, 2]
    assert asked[0]["q0"] == {
        "query": "Breathless", "type": "Q11424", "type_strict": "should", "limit": 10,
        "properties": [
            {"pid": "P345", "v": "tt0053472"}, {"pid": "P577", "v": "1960"},
            {"pid": "P57", "v": "Jean-Luc Godard"}, {"pid": "P57", "v": {"id": "Q53001"}},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("manifest", "complaint"),
    [
        ({"identifierSpace": "http://viaf.org/viaf/"}, "not a reconciliation service for Wikidata"),
        ({"identifierSpace": None}, "not a reconciliation service for Wikidata"),
        ({"versions": ["1.0"]}, "0.2 is required"),
    ],
)
def test_a_service_for_something_else_is_refused(
    serve: Serve, reconciler: Reconcile, manifest: dict[str, Any], complaint: str
) -> None:
    server = answering(serve, lambda _: MANIFEST | manifest)
    with pytest.raises(ParameterError, match=complaint):
        decisions(reconciler(server), film("Breathless"))


@pytest.mark.parametrize(
    "bodies",
    [
        [b"<html>busy</html>"],
        [b"[]"],
        [json.dumps(MANIFEST).encode(), b'{"q0": {}}'],
        [json.dumps(MANIFEST).encode(), b'{"q0": {"result": [{"name": "x"}]}}'],
        [json.dumps(MANIFEST).encode(), b'{"q0": {"result": [{"id": 1, "name": "x"}]}}'],
        [json.dumps(MANIFEST).encode(), b'{"q0": {"result": ['],
        [json.dumps({**MANIFEST, "extend": {}}).encode(),
         json.dumps({"q0": {"result": PROPOSED}}).encode(), b'{"rows": {"Q86427": 1}}'],
        [json.dumps({**MANIFEST, "extend": {}}).encode(),
         json.dumps({"q0": {"result": PROPOSED}}).encode(), b'{"rows": {"Q86427": {"P57": 1}}}'],
        [b"[" * 100_000],
        [json.dumps(MANIFEST).encode(), b'{"q0": {"result": [{"id": "Q1", "name": "\\ud800"}]}}'],
    ],
)  # fmt: skip
def test_a_response_that_does_not_conform_to_the_api_is_an_error(
    serve: Serve, reconciler: Reconcile, bodies: Sequence[bytes]
) -> None:
    def behave(exchange: Exchange) -> None:
        body = bodies[min(exchange.number, len(bodies)) - 1]
        exchange.answer(200, body, Content_Type="application/json")

    with pytest.raises(NetworkError, match="which does not conform to the reconciliation API"):
        decisions(reconciler(serve(behave)), film("Breathless", 1960))


def test_retry_after_of_a_service_is_respected(serve: Serve, reconciler: Reconcile) -> None:
    server = answering(serve, by_the_api, busy_first=True)
    (decision,) = decisions(reconciler(server), film("Breathless", 1960))
    assert decision.item == "Q86427"
    assert server.times[1] - server.times[0] >= 1
    assert server.most_in_flight == 1
    assert all("allusion/" in headers["User-Agent"] for headers in server.headers)


def test_answers_of_a_service_are_cached_and_available_offline(
    serve: Serve, reconciler: Reconcile
) -> None:
    server = answering(serve, by_the_api)
    first, second = film("Breathless", 1960), film("Breathless", 1983)
    assert [one.item for one in decisions(reconciler(server), first)] == ["Q86427"]
    assert len(server.methods) == 3, "the manifest, the query, what extends it"
    again = reconciler(server, max_age_s=60)
    assert [one.item for one in decisions(again, first, second, first)] == [
        "Q86427", "Q754304", "Q86427"
    ]  # fmt: skip
    assert (len(server.methods), again.log.requests) == (4, 1), "the other film alone"
    offline = reconciler(server, offline=True)
    found = decisions(offline, first, second, film("Nobody asked", 1999))
    assert [one.item for one in found] == ["Q86427", "Q754304", ""]
    assert offline.log.missing == ["Nobody asked"]
    assert len(server.methods) == 4
    decisions(reconciler(server, max_age_s=0), first)
    assert len(server.methods) == 7


def test_an_interrupted_run_requests_only_the_rest(serve: Serve, reconciler: Reconcile) -> None:
    wanted = [film(f"Breathless {number}") for number in range(25)]
    asked: list[int] = []

    def answer(form: Form) -> Any:
        if "queries" in form:
            asked.append(len(form["queries"]))
            if len(asked) == 2:
                return {"q0": "invalid extension response"}
        return by_the_api(form)

    server = answering(serve, answer)
    with pytest.raises(NetworkError):
        decisions(reconciler(server), *wanted)
    assert asked == [10, 10]
    decisions(reconciler(server), *wanted)
    assert asked == [10, 10, 10, 5]


def test_a_dry_run_shows_the_remaining_requests_of_an_interrupted_run(
    serve: Serve, reconciler: Reconcile
) -> None:
    wanted = film("Breathless", 1960)

    def planned() -> list[str]:
        dry = reconciler(server, dry_run=True)
        decisions(dry, wanted)
        return dry.log.planned_requests

    server = answering(serve, lambda form: {} if "extend" in form else by_the_api(form))
    manifest, query = planned()
    assert manifest == f"GET {server.endpoint}\n"
    assert query.startswith(f"POST {server.endpoint}\nqueries=")
    assert server.methods == []
    with pytest.raises(NetworkError, match="an extension response without rows"):
        decisions(reconciler(server), wanted)
    (request,) = planned()
    form = parse_qs(request.splitlines()[1])
    assert json.loads(form["extend"][0])["ids"] == ["Q754304", "Q86427"]
    assert request.startswith(f"POST {server.endpoint}\n")


def test_links_name_the_service_and_the_date(
    serve: Serve, reconciler: Reconcile, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = answering(serve, by_the_api)
    with monkeypatch.context() as earlier:
        earlier.setattr("allusion.wikidata.client.cache.time.time", lambda: 1_700_000_000.0)
        decisions(reconciler(server), film("Breathless", 1960))
    source = reconciler(server)
    today = dt.datetime.now(dt.UTC).date()
    assert source.name == f"{source.client.host} ({today})"
    decisions(source, film("Breathless", 1960))
    assert source.name == f"{source.client.host} (2023-11-14)"


def test_answers_of_an_endpoint_are_cached_and_available_offline(
    engine: Engine, tmp_path: Path
) -> None:
    engine.load(TRIPLES)
    wanted = film("重慶森林", 1994, language="zh-Hant")
    for manners, requests in (
        (RequestPolicy(), 2),
        (RequestPolicy(max_age_s=60), 0),
        (RequestPolicy(offline=True), 0),
    ):
        wikidata = WikidataClient(ResponseCache(tmp_path), endpoint=engine.endpoint, policy=manners)
        (decision,) = decisions(SparqlSource(wikidata), wanted)
        assert decision.item == "Q766263"
        assert wikidata.log.requests == requests
    again = WikidataClient(
        ResponseCache(tmp_path), endpoint=engine.endpoint, policy=RequestPolicy(max_age_s=0)
    )
    decisions(SparqlSource(again), wanted)
    assert again.log.requests == 2
    nothing = WikidataClient(
        ResponseCache(tmp_path / "x"), endpoint=engine.endpoint, policy=RequestPolicy(offline=True)
    )
    (decision,) = decisions(SparqlSource(nothing), wanted)
    assert (decision.status, nothing.log.requests) == ("none", 0)
    assert nothing.log.missing
