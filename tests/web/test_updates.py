"""Writing: SPARQL Update and the Graph Store Protocol on a copy of the store."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import repeat
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from web_server import TOKEN, UPDATE, Writable, loaded, running_server, writing

from allusion.core.errors import ParameterError, StoreError
from allusion.knowledge_graph import KnowledgeGraph
from allusion.sparql.update import split_update
from allusion.store.manifest import check_folder
from allusion.store.oxigraph import OxigraphStore
from allusion.web import frozen_heap
from allusion.web.app import store_path
from allusion.web.options import ServerOptions

DATA = """\
<urn:a> <urn:p> "both" <urn:g1> .
<urn:a> <urn:p> "both" <urn:g2> .
<urn:a> <urn:p> "first" <urn:g1> .
<urn:a> <urn:p> "own" .
"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    return loaded(tmp_path_factory.mktemp("updates"), DATA)


def serving(
    graph: KnowledgeGraph, folder: Path, **settings: Any
) -> AbstractContextManager[Writable]:
    return writing(graph, folder / "copy", **settings)


@pytest.fixture
def server(graph: KnowledgeGraph, tmp_path: Path) -> Iterator[Writable]:
    with serving(graph, tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def unchanged(
    graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Writable]:
    """One server for all writes that are refused: each leaves the store as it was."""
    with serving(graph, tmp_path_factory.mktemp("unchanged")) as running:
        yield running


def test_an_insertion_into_a_graph_is_in_the_default_graph_too(server: Writable) -> None:
    reply = server.update('INSERT DATA { GRAPH <urn:g3> { <urn:a> <urn:p> "third" } }')
    assert reply.status == 204
    assert server.holds('GRAPH <urn:g3> { <urn:a> <urn:p> "third" }')
    assert server.values() == {"both", "first", "own", "third"}
    assert server.is_merged()


def test_a_statement_leaves_the_default_graph_with_its_last_source(server: Writable) -> None:
    assert server.update('DELETE DATA { GRAPH <urn:g1> { <urn:a> <urn:p> "both" } }').status == 204
    assert "both" in server.values()
    assert server.update("DROP GRAPH <urn:g1>").status == 204
    assert server.values() == {"both", "own"}
    assert server.update('DELETE WHERE { GRAPH <urn:g2> { ?s ?p "both" } }').status == 204
    assert server.values() == {"own"}


def test_statements_of_the_default_graph_alone_can_be_removed(server: Writable) -> None:
    assert server.update('DELETE DATA { <urn:a> <urn:p> "own" }').status == 204
    assert server.values() == {"both", "first"}


@pytest.mark.parametrize(
    "text",
    [
        'DELETE DATA { <urn:a> <urn:p> "first" }',
        'DELETE { ?s ?p ?o } INSERT { ?s ?p "new" } WHERE { ?s ?p ?o FILTER(?o = "both") }',
        "CLEAR DEFAULT",
        "COPY <urn:g1> TO DEFAULT",
        'DELETE { GRAPH ?g { ?s ?p "first" } } INSERT { ?s ?p "x" } WHERE { GRAPH ?g { ?s ?p "first" } }',
        "DROP GRAPH <urn:missing>",
        'INSERT DATA { <urn:a> <urn:p> "x" } ; DROP GRAPH <urn:missing>',
    ],
)
def test_a_write_that_contradicts_the_store_is_refused_as_a_whole(
    text: str, unchanged: Writable
) -> None:
    before = unchanged.store.path
    reply = unchanged.update(text)
    assert (reply.status, reply.media_type) == (409, "application/problem+json")
    assert "Nothing was changed" in reply.json()["detail"]
    assert unchanged.values() == {"both", "first", "own"}
    assert unchanged.store.path == before


def test_a_moved_graph_stays_in_the_default_graph(server: Writable) -> None:
    assert server.update("DROP GRAPH <urn:g2> ; MOVE <urn:g1> TO DEFAULT").status == 409
    assert server.update('DELETE DATA { <urn:a> <urn:p> "own" }').status == 204
    assert server.update("CLEAR NAMED; CREATE GRAPH <urn:g>").status == 204
    assert server.values() == set()
    assert server.update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 1 } }").status == 204
    assert server.update("MOVE <urn:g> TO DEFAULT").status == 204
    assert server.values() == {"1"}
    assert not server.holds("GRAPH ?g { ?s ?p ?o }")


def test_each_operation_sees_the_merge_after_the_one_before(server: Writable) -> None:
    text = """PREFIX : <urn:>
      INSERT DATA { GRAPH :g3 { :b :p 1 } } ;
      INSERT { GRAPH :g4 { ?s :q ?o } } WHERE { ?s :p ?o FILTER(?s = :b) } ;
      DELETE DATA { GRAPH :g3 { :b :p 1 } } ;
      INSERT { GRAPH :g5 { ?s :q ?o } } WHERE { ?s :p ?o FILTER(?s = :b) }"""
    assert server.update(text).status == 204
    assert server.holds("GRAPH <urn:g4> { <urn:b> <urn:q> 1 } <urn:b> <urn:q> 1")
    assert not server.holds("GRAPH <urn:g5> { ?s ?p ?o }")


def test_an_update_is_split_in_the_thread_of_writes(
    server: Writable, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def split(*arguments: Any) -> Any:
        threads.append(threading.current_thread().name)
        return split_update(*arguments)

    monkeypatch.setattr("allusion.web.writing.split_update", split)
    assert server.update("INSERT DATA { <urn:a> <urn:p> 1 }").status == 204
    assert server.update("PREFIX a: <urn:a> # nothing").status == 204
    assert server.update("INSERT DATA { <urn:a> <urn:p> 2").json()["line"] == 1
    assert [name.partition("_")[0] for name in threads] == ["write"] * 3
    assert server.values() == {"both", "first", "own", "1"}


def test_names_with_escapes_are_written(server: Writable) -> None:
    prefix = "PREFIX ex: <urn:>\n"
    for text in (
        r"INSERT DATA { GRAPH <urn:g> { ex:a\#b ex:p 1 } }",
        "INSERT DATA { GRAPH <urn:g> { ex:O\\'Hara ex:p 1 } } ;\nCLEAR GRAPH <urn:g1>",
    ):
        assert server.update(prefix + text).status == 204
    assert server.holds("GRAPH <urn:g> { <urn:a#b> ?p 1 . <urn:O'Hara> ?p 1 }")
    assert server.values() == {"both", "own"}


def test_a_graph_can_be_removed_and_made_again_in_one_update(server: Writable) -> None:
    text = 'DROP GRAPH <urn:g1> ; INSERT DATA { GRAPH <urn:g1> { <urn:a> <urn:p> "first", "x" } }'
    assert server.update(text).status == 204
    assert server.values() == {"both", "first", "own", "x"}
    assert server.is_merged()


def test_an_invalid_update_is_explained_by_line_and_column(unchanged: Writable) -> None:
    reply = unchanged.update("INSERT DATA { <urn:a> <urn:p> 1 } ;\nDELETE WHERE { ?s ?p }")
    assert reply.status == 400
    assert reply.json()["line"] == 2
    assert not unchanged.holds("<urn:a> <urn:p> 1")


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1:9/x>",
        "LOADSILENT<http://127.0.0.1:9/x>",
        "CLEAR ALL;LOAD#\n<http://127.0.0.1:9/x>",
        "PREFIX a: <urn:a>LOAD a:b",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }",
        "INSERT{?s ?p ?o}WHERE{SERVICESILENT<http://127.0.0.1:9/x>{?s ?p ?o}}",
    ],
)
def test_an_update_reads_no_file_and_no_other_server(text: str, unchanged: Writable) -> None:
    assert unchanged.update(text).status == 403
    assert unchanged.values() == {"both", "first", "own"}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_reading_method_does_not_update(method: str, unchanged: Writable) -> None:
    path = f"/sparql?{urlencode({'update': 'CLEAR ALL'})}"
    reply = unchanged.ask(path, method=method, Authorization=f"Bearer {TOKEN}")
    assert reply.status == 400
    assert unchanged.values() == {"both", "first", "own"}


def test_words_that_resemble_load_are_allowed(server: Writable) -> None:
    text = 'INSERT DATA { <urn:download> <urn:p> "load it, payload <x>" }'
    assert server.update(text).status == 204


def test_the_dataset_of_the_request_is_that_of_where(server: Writable) -> None:
    using = urlencode({"using-graph-uri": "urn:g2", "using-named-graph-uri": "urn:g1"})
    headers = {"Content_Type": UPDATE, "Authorization": f"Bearer {TOKEN}"}
    text = "INSERT { GRAPH <urn:new> { ?s ?p ?o . ?s <urn:n> ?n } } WHERE { ?s ?p ?o OPTIONAL { GRAPH ?g { ?s ?p ?n } FILTER(?n != ?o) } }"  # fmt: skip
    assert server.ask(f"/sparql?{using}", method="POST", body=text, **headers).status == 204
    assert server.holds('GRAPH <urn:new> { <urn:a> <urn:p> "both" ; <urn:n> "first" }')
    assert not server.holds('GRAPH <urn:new> { <urn:a> <urn:p> "own" }')
    text = "DELETE WHERE { ?s ?p ?o }"
    reply = server.ask(f"/sparql?{using}", method="POST", body=text, **headers)
    assert reply.status == 409  # g1 and g2 still state what leaves the default graph
    text = "WITH <urn:g1> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }"
    assert server.ask(f"/sparql?{using}", method="POST", body=text, **headers).status == 400


def test_a_statement_of_two_using_graphs_counts_once(server: Writable) -> None:
    count = "{ SELECT (COUNT(*) AS ?n) { ?s ?p ?o } }"
    text = (
        f"PREFIX g: <urn:> INSERT {{ <urn:a> <urn:p> ?n }} USING g:g1 USING <urn:g2> WHERE {count}"
    )
    assert server.update(text).status == 204
    assert server.values() == {"both", "first", "own", "2"}
    using = urlencode({"using-graph-uri": ["urn:g2", "urn:g2"]}, doseq=True)
    text = (
        f"WITH <urn:g3> INSERT {{ <urn:a> <urn:p> ?n }} USING <urn:g2> USING <urn:g2> WHERE {count}"
    )
    assert server.update(text).status == 204
    assert server.values() == {"both", "first", "own", "2", "1"}
    text = f"INSERT {{ GRAPH <urn:g3> {{ <urn:a> <urn:q> ?n }} }} WHERE {count}"
    headers = {"Content_Type": UPDATE, "Authorization": f"Bearer {TOKEN}"}
    assert server.ask(f"/sparql?{using}", method="POST", body=text, **headers).status == 204
    assert server.holds("<urn:a> <urn:q> 1")
    assert not server.holds("GRAPH <urn:x-allusion:using> { ?s ?p ?o }")
    assert server.is_merged()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer another-token-1234"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN}x"},
    ],
)
def test_a_write_without_the_token_is_refused(headers: dict[str, str], unchanged: Writable) -> None:
    for method, path, form in (
        ("POST", "/sparql", UPDATE),
        ("PUT", "/graphs?graph=urn:x", "text/turtle"),
        ("DELETE", "/graphs?graph=urn:g1", "text/turtle"),
    ):
        reply = unchanged.ask(path, method=method, body="CLEAR ALL", Content_Type=form, **headers)
        assert reply.status == 401
        assert reply.headers["WWW-Authenticate"].startswith('Bearer realm="allusion"')
        assert TOKEN not in reply.text
    assert unchanged.values() == {"both", "first", "own"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"},
    ],
)
def test_a_browser_cannot_write_for_another_site(
    headers: dict[str, str], unchanged: Writable
) -> None:
    assert unchanged.update("CLEAR ALL", **headers).status == 403
    reply = unchanged.ask(
        "/graphs?graph=urn:g1", method="DELETE", Authorization=f"Bearer {TOKEN}", **headers
    )
    assert reply.status == 403


def test_the_token_is_in_no_message(server: Writable, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        server.update("CLEAR ALL")
        server.update("CLEAR ALL", token="another-token-1234")
    assert "/sparql" in caplog.text
    assert "token-" not in caplog.text
    assert TOKEN not in repr(server.server.options)


def test_a_write_changes_entity_tags_and_caches(server: Writable) -> None:
    page, query = "/resource", "SELECT ?o { <urn:a> <urn:p> ?o }"
    before = server.query(query, "text/csv")
    home = server.ask("/void")
    assert server.query(query, "text/csv").body == before.body
    assert server.update("INSERT DATA { GRAPH <urn:g1> { <urn:a> <urn:p> 7 } }").status == 204
    after = server.query(query, "text/csv")
    assert "7" in after.text.split()
    assert after.headers["ETag"] != before.headers["ETag"]
    assert server.ask("/void").headers["ETag"] != home.headers["ETag"]
    tag = before.headers["ETag"]
    path = f"/sparql?{urlencode({'query': query})}"
    assert server.ask(path, Accept="text/csv", If_None_Match=tag).status == 200
    assert server.ask(page).status == 404


def test_names_and_pages_are_those_after_the_write(server: Writable) -> None:
    film = "https://w3id.org/allusion/film/new"
    data = f"""PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    INSERT DATA {{ GRAPH <urn:g1> {{ <{film}> a <https://w3id.org/allusion/ontology#Film> ;
      rdfs:label "A Film Written Now"@en }} }}"""
    assert server.ask("/search.json?q=Written+Now").json() == []
    assert server.ask("/film/new").status == 404
    assert server.update(data).status == 204
    [found] = server.ask("/search.json?q=Written+Now").json()
    assert found["iri"] == film
    assert "A Film Written Now" in server.ask("/film/new", Accept="text/html").text


def test_the_state_after_a_write_is_frozen_and_the_one_before_is_freed(
    server: Writable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frozen_heap, "_WARM_UP_S", 0)
    replaced = weakref.ref(server.server.site)
    try:
        for value in ("one", "two"):
            update = f'INSERT DATA {{ GRAPH <urn:g3> {{ <urn:a> <urn:p> "{value}" }} }}'
            assert server.update(update).status == 204
            requests = repeat("/healthz", 1000)
            while not gc.get_freeze_count() and (path := next(requests, "")):
                server.ask(path)
            assert gc.get_freeze_count() > 0
            assert replaced() is None
            replaced = weakref.ref(server.server.site)
            assert replaced() not in gc.get_objects()
    finally:
        gc.unfreeze()


def test_graphs_are_written_by_put_post_and_delete(server: Writable) -> None:
    path = f"/graphs?graph={quote('urn:new', safe='')}"
    assert server.write("PUT", path, "<urn:a> <urn:p> 1 .").status == 201
    assert server.write("PUT", path, "<urn:a> <urn:p> 2 .").status == 204
    assert server.write("POST", path, "<urn:a> <urn:p> 3 .").status == 204
    assert server.values() == {"both", "first", "own", "2", "3"}
    assert set(server.ask(path, Accept="application/n-triples").text.splitlines()) == {
        f'<urn:a> <urn:p> "{n}"^^<http://www.w3.org/2001/XMLSchema#integer> .' for n in (2, 3)
    }
    assert server.ask(path, method="HEAD").status == 200
    assert server.write("DELETE", path).status == 204
    assert server.write("DELETE", path).status == 404
    assert server.ask(path, method="HEAD").status == 404
    assert server.values() == {"both", "first", "own"}


def test_an_empty_graph_exists(server: Writable) -> None:
    assert server.write("PUT", "/graphs?graph=urn:empty").status == 201
    assert server.ask("/graphs?graph=urn:empty").status == 200


def test_a_new_graph_gets_the_address_in_location(server: Writable) -> None:
    reply = server.write("POST", "/graphs", "<> <urn:p> 1 .")
    address = reply.headers["Location"]
    assert (reply.status, address.startswith(f"{server.address}/graphs/")) == (201, True)
    assert address in server.ask(address.removeprefix(server.address)).text


@pytest.mark.parametrize(
    ("body", "form", "status"),
    [
        ("<urn:a> <urn:p>", "text/turtle", 400),
        ("<urn:a> <urn:p> 1 .", "text/csv", 415),
        ("<urn:a> <urn:p> 1 <urn:g> .", "application/n-quads", 415),
        ('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "application/rdf+xml", 400),
        ('{"@context": "http://127.0.0.1:9/context"}', "application/ld+json", 400),
        ("--x\r\n\r\n", "multipart/form-data", 400),
        ("x" * (1 << 20), "text/turtle", 413),
    ],
)  # fmt: skip
def test_a_body_that_is_not_rdf_is_refused(
    body: str, form: str, status: int, unchanged: Writable
) -> None:
    assert unchanged.write("PUT", "/graphs?graph=urn:g1", body + " ", form).status == status
    assert unchanged.values() == {"both", "first", "own"}


def test_a_write_ends_at_its_limits_without_effect(graph: KnowledgeGraph, tmp_path: Path) -> None:
    with serving(graph, tmp_path, max_store=200_000) as server:
        many = " ".join(f'<urn:x> <urn:p> "{"long" * 20}{n}" .' for n in range(8_000))
        assert server.write("PUT", "/graphs?graph=urn:x", many).status == 507
        cross = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(9))
        slow = f"/sparql?{urlencode({'timeout': '1'})}"
        text = f"INSERT {{ <urn:a> <urn:p> ?a0 }} WHERE {{ {cross} }}"
        reply = server.ask(
            slow, method="POST", body=text, Content_Type=UPDATE, Authorization=f"Bearer {TOKEN}"
        )
        assert (reply.status, reply.json()["limit"]) == (504, "timeout")
        assert server.values() == {"both", "first", "own"}


def test_the_copy_is_kept_and_is_a_store(graph: KnowledgeGraph, tmp_path: Path) -> None:
    with serving(graph, tmp_path) as server:
        assert server.update("INSERT DATA { GRAPH <urn:g9> { <urn:a> <urn:p> 9 } }").status == 204
        assert server.server.writer is not None
        link = server.server.writer.copy.link
        manifest = check_folder(link.resolve(), everything=True)
        assert manifest.stored == len(server.store.engine)
        with pytest.raises(StoreError, match="another server writes"):
            type(server.server)(server.server.graph, server.server.options)
    origin = store_path(graph)
    assert not OxigraphStore(origin).query("ASK { <urn:a> <urn:p> 9 }")
    check_folder(origin.parent, everything=True)
    with serving(graph, tmp_path) as again:
        assert "9" in again.values()


def test_a_new_graph_has_an_address_without_an_empty_part(server: Writable) -> None:
    reply = server.write("POST", "/graphs/", "<> <urn:p> 1 .")
    assert reply.status == 201
    assert "/graphs//" not in reply.headers["Location"]


def test_options_names_the_methods(graph: KnowledgeGraph, unchanged: Writable) -> None:
    writes = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
    for path, methods in (("/sparql", "GET, HEAD, POST, OPTIONS"), ("/graphs", writes)):
        reply = unchanged.ask(path, method="OPTIONS")
        assert (reply.status, reply.headers["Allow"]) == (204, methods)
    with running_server(graph) as running:
        reply = running.ask("/graphs", method="OPTIONS")
        assert (reply.status, reply.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")


def test_a_server_without_the_option_names_it(graph: KnowledgeGraph) -> None:
    with running_server(graph) as running:
        server = Writable(running.server, running.port)
        reply = server.update("CLEAR ALL")
        assert (reply.status, "--writable" in reply.json()["detail"]) == (403, True)
        for method in ("PUT", "POST", "DELETE"):
            reply = server.write(method, "/graphs?default")
            assert (reply.status, reply.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
            assert "--writable" in reply.json()["detail"]


@pytest.mark.parametrize("token", ["short", "a token with spaces", "ein-Schlüssel-für-alle"])
def test_a_weak_token_is_refused(token: str) -> None:
    with pytest.raises(ParameterError, match="token"):
        ServerOptions(token=token)
