"""Loading the graph into another engine: whole, resumable, counted, by two ways."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal import pieces

from allusion import open as open_graph
from allusion import open_or_build
from allusion.build.pipeline import data_version
from allusion.core.errors import NetworkError, QueryError, StoreError
from allusion.core.resources import Resources
from allusion.core.vocabulary import BASE, ONTOLOGY
from allusion.knowledge_graph import KnowledgeGraph
from allusion.store import Rows
from allusion.store.graph_writers import GraphStoreWriter, UpdateWriter, Writer
from allusion.store.manifest import read_manifest
from allusion.store.push import MERGED, PushPlan, plan, push, split_into_requests
from allusion.store.remote_inventory import (
    INVENTORY,
    count_default,
    count_graphs,
    difference,
    read_inventory,
    read_version,
)

if TYPE_CHECKING:
    from .conftest import Engine, Exchange, Serve

WAYS = ["graph store", "update"]
REVIEW = f"{BASE}source/review"


@pytest.fixture
def kg(built: Resources) -> KnowledgeGraph:
    return open_or_build(built)


class Recorder:
    """A writer that notes what it is told to do, and breaks down when it is told to."""

    def __init__(self, inner: Writer, fail_at: str | None = None) -> None:
        self.inner = inner
        self.lines_a_part = 400
        self.fail_at = fail_at
        self.replaced: list[str] = []
        self.dropped: list[str] = []

    def replace(self, graph: str, parts: Iterable[list[str]]) -> None:
        if graph == self.fail_at:
            self.inner.replace(graph, [next(iter(parts))[:1]])
            raise KeyboardInterrupt
        self.inner.replace(graph, parts)
        self.replaced.append(graph)

    def drop(self, graph: str) -> None:
        self.inner.drop(graph)
        self.dropped.append(graph)

    def check_access(self, graph: str) -> None:
        self.inner.check_access(graph)


def push_into(
    engine: Engine, kg: KnowledgeGraph, way: str = "graph store", fail_at: str | None = None
) -> tuple[PushPlan, Recorder]:
    store = engine.store()
    work = plan(kg.embedded.engine, store, data_version(kg.resources.store))
    writer = Recorder(engine.writers()[way], fail_at)
    push(kg.embedded.engine, store, writer, work)
    return work, writer


def quads_of(engine: Engine, kg: KnowledgeGraph) -> bool:
    """Whether the engine holds the quads of the graph, blank nodes joined alike."""
    from allusion.store.remote_copy import copy_to_memory

    datasets = [ox.Dataset(copy_to_memory(store).engine) for store in (engine.store(), kg.store)]
    for dataset in datasets:
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return datasets[0] == datasets[1]


@pytest.mark.parametrize("way", WAYS)
def test_a_push_loads_every_graph_and_reports_the_counts(
    engine: Engine, kg: KnowledgeGraph, way: str
) -> None:
    work, writer = push_into(engine, kg, way)
    assert {ONTOLOGY, REVIEW} <= set(work.todo)
    assert set(work.todo) <= set(writer.replaced)
    assert quads_of(engine, kg)
    assert read_version(engine.store()) == data_version(kg.resources.store)
    recorded = read_inventory(engine.store())
    assert (recorded.begun, recorded.complete) == (None, data_version(kg.resources.store))
    assert recorded.graphs == count_graphs(engine.store()).keys() - {INVENTORY}


@pytest.mark.parametrize("way", WAYS)
def test_the_default_graph_of_a_pushed_store_has_every_statement_once(
    engine: Engine, kg: KnowledgeGraph, way: str
) -> None:
    push_into(engine, kg, way)
    assert count_default(engine.store()) == read_manifest(kg.resources.store).merged
    rows = engine.store().query("SELECT ?s ?p ?o WHERE { ?s ?p ?o }")
    assert isinstance(rows, Rows)
    there = [f"{' '.join(term.n3() for term in row if term)} ." for row in rows]
    here = kg.embedded.engine.quads_for_pattern(None, None, None, ox.DefaultGraph())
    assert _canonical(there) == _canonical([f"{quad.triple} ." for quad in here])


def test_statements_of_others_in_the_default_graph_are_not_replaced(
    engine: Engine, kg: KnowledgeGraph
) -> None:
    engine.load("<urn:a> <urn:b> <urn:c> .")
    with pytest.raises(StoreError, match=r"finds 1 statements .*default-graph-uri="):
        push_into(engine, kg)
    assert count_graphs(engine.store()) == {}
    assert count_default(engine.store()) == 1


def test_the_merge_can_be_a_named_graph_beside_the_default_graph(
    engine: Engine, kg: KnowledgeGraph
) -> None:
    engine.load("<urn:a> <urn:b> <urn:c> .")
    asked = replace(engine, endpoint=f"{engine.endpoint}?default-graph-uri={MERGED}")
    push_into(asked, kg)
    assert count_default(engine.store()) == 1
    assert count_default(asked.store()) == read_manifest(kg.resources.store).merged
    assert quads_of(asked, kg)
    assert MERGED not in count_graphs(asked.store())
    assert difference(asked.store(), data_version(kg.resources.store)) == ""
    assert f"?default-graph-uri={MERGED}" in difference(
        engine.store(), data_version(kg.resources.store)
    )
    work, _ = push_into(engine_without_data(engine), kg)
    assert MERGED in work.gone


def engine_without_data(engine: Engine) -> Engine:
    """The same server; its default graph is emptied."""
    engine.load("")
    return engine


@pytest.mark.parametrize("way", WAYS)
def test_a_second_push_sends_nothing(engine: Engine, kg: KnowledgeGraph, way: str) -> None:
    push_into(engine, kg, way)
    work, writer = push_into(engine, kg, way)
    assert work.is_done
    assert writer.replaced == []


@pytest.mark.parametrize("way", WAYS)
def test_a_stopped_push_is_resumed(engine: Engine, kg: KnowledgeGraph, way: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        push_into(engine, kg, way, fail_at=REVIEW)
    assert read_version(engine.store()) is None
    work, writer = push_into(engine, kg, way)
    assert REVIEW in work.todo, "half a graph is not taken for a whole one"
    assert ONTOLOGY in work.kept
    assert set(writer.replaced) == {*work.todo, INVENTORY}
    assert quads_of(engine, kg)


@pytest.mark.parametrize("way", WAYS)
def test_after_a_change_all_graphs_are_sent_and_old_ones_removed(
    engine: Engine,
    kg: KnowledgeGraph,
    way: str,
    spoil: Callable[[str, str, str], Resources],
) -> None:
    push_into(engine, kg, way)
    changed = spoil("entities/all.ttl", "Later Film", "Later Movie")
    mappings = changed.mapping_file.read_text(encoding="utf-8").splitlines(keepends=True)
    changed.mapping_file.write_text("".join(mappings[:3]), encoding="utf-8")
    again = open_or_build(Resources(changed.data, changed.ontology, changed.queries))
    work, writer = push_into(engine, again, way)
    assert work.kept == ()
    assert work.gone == (f"{BASE}source/wikidata-mapping",)
    assert set(work.gone) <= set(writer.dropped)
    assert quads_of(engine, again)


@pytest.mark.parametrize(
    "fail_at",
    [REVIEW, pytest.param(f"{BASE}source/wikidata-mapping", marks=pytest.mark.slow), ""],
)
def test_a_resumed_push_replaces_an_older_graph_of_equal_size(
    engine: Engine,
    kg: KnowledgeGraph,
    spoil: Callable[[str, str, str], Resources],
    fail_at: str,
) -> None:
    push_into(engine, kg)
    spoil("sources/review.ttl", '"1994"', '"1995"')
    changed = open_or_build(spoil("wikidata.sssom.tsv", "a namesake", "another namesake"))
    with pytest.raises(KeyboardInterrupt):
        push_into(engine, changed, fail_at=fail_at)
    work, _ = push_into(engine, changed)
    assert ONTOLOGY in work.kept
    assert quads_of(engine, changed)
    assert count_default(engine.store()) == read_manifest(changed.resources.store).merged
    assert read_version(engine.store()) == data_version(changed.resources.store)


def test_a_push_that_was_stopped_while_it_removed_graphs_sends_all(
    engine: Engine, kg: KnowledgeGraph, spoil: Callable[[str, str, str], Resources]
) -> None:
    class Stopped(Recorder):
        def drop(self, graph: str) -> None:
            if self.dropped:
                raise KeyboardInterrupt
            super().drop(graph)

    push_into(engine, kg)
    changed = open_or_build(spoil("sources/review.ttl", '"1994"', '"1995"'))
    data, store = data_version(changed.resources.store), engine.store()
    first = plan(changed.embedded.engine, store, data)
    with pytest.raises(KeyboardInterrupt):
        push(changed.embedded.engine, store, Stopped(engine.writers()["update"]), first)
    work, _ = push_into(engine, changed)
    assert work.kept == ()
    assert quads_of(engine, changed)


def test_graphs_of_others_are_kept_and_reported(engine: Engine, kg: KnowledgeGraph) -> None:
    writer = engine.writers()["update"]
    writer.replace("urn:mine", [["<urn:a> <urn:b> <urn:c> ."]])
    work, _ = push_into(engine, kg)
    assert work.foreign == ("urn:mine",)
    assert count_graphs(engine.store())["urn:mine"] == 1


def test_a_store_that_loses_triples_is_detected(engine: Engine, kg: KnowledgeGraph) -> None:
    class Lossy(Recorder):
        def replace(self, graph: str, parts: Iterable[list[str]]) -> None:
            lines = [part[1:] if graph == REVIEW else part for part in parts]
            super().replace(graph, lines)

    store, data = engine.store(), data_version(kg.resources.store)
    work = plan(kg.embedded.engine, store, data)
    wanted = work.sizes[REVIEW]
    with pytest.raises(StoreError, match=f"source/review: {wanted - 1} of {wanted}"):
        push(kg.embedded.engine, store, Lossy(engine.writers()["update"]), work)
    assert read_version(store) is None
    assert plan(kg.embedded.engine, store, data).todo == (REVIEW,)


def test_a_default_graph_that_counts_a_statement_twice_is_detected(
    kg: KnowledgeGraph, union_engine: Engine
) -> None:
    with pytest.raises(StoreError, match=r"a query without GRAPH .*default-graph-uri="):
        push_into(union_engine, kg)
    assert read_version(union_engine.store()) is None


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("server", ["engine", "running_virtuoso"])
def test_blank_nodes_survive_being_sent_in_small_parts(
    server: str, kg: KnowledgeGraph, way: str, request: pytest.FixtureRequest
) -> None:
    engine: Engine = request.getfixturevalue(server)
    quads = kg.embedded.engine.quads_for_pattern(None, None, None, ox.NamedNode(ONTOLOGY))
    lines = [f"{quad.triple} ." for quad in quads]
    writer = engine.writers()[way]
    writer.replace("urn:ontology", split_into_requests(lines, 200))
    store = engine.store().without_dataset()
    rows = store.query("SELECT ?s ?p ?o WHERE { GRAPH <urn:ontology> { ?s ?p ?o } }")
    assert isinstance(rows, Rows)
    back = [f"{' '.join(term.n3() for term in row if term)} ." for row in rows]
    assert _canonical(back) == _canonical(lines)
    writer.drop("urn:ontology")
    assert "urn:ontology" not in count_graphs(store)


def _canonical(lines: list[str]) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse("\n".join(lines).encode(), ox.RdfFormat.N_TRIPLES))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


labels = st.sampled_from(["_:a", "_:b", "_:c", "_:d", "_:e", "<urn:x>", "<urn:y>"])
values = labels | st.sampled_from(['"_:a"', '"_:f \\" _:g"@en'])
lines = st.lists(st.builds("{} <urn:p> {} .".format, labels, values), max_size=30, unique=True)


@given(lines=lines, size=st.integers(1, 8))
def test_parts_hold_every_line_once_and_never_split_a_blank_node(
    lines: list[str], size: int
) -> None:
    made = list(split_into_requests(lines, size))
    assert made, "a graph without triples is replaced too"
    assert sorted(line for part in made for line in part) == sorted(lines)
    seen = [{label for line in part for label in _blank(line)} for part in made]
    for index, here in enumerate(seen):
        assert not any(here & there for there in seen[index + 1 :])


def _blank(line: str) -> list[str]:
    return re.findall(r"_:\w+", line.split('"')[0])


# Refusals


def refusing(status: int, text: bytes = b"no") -> Callable[[Exchange], None]:
    return lambda exchange: exchange.answer(status, text, Content_Type="text/plain")


@pytest.mark.parametrize("way", [GraphStoreWriter, UpdateWriter])
@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "asks for a login"),
        (403, "does not let this client write"),
        (404, "accepts no graphs or updates at this address"),
        (405, "is it the address for updates, or for graphs"),
        (413, "raise its limit"),
        (500, "failed to write"),
    ],
)
def test_a_refused_write_has_the_next_step_and_the_message_of_the_server(
    serve: Serve, status: int, advice: str, way: Callable[[str], Writer]
) -> None:
    server = serve(refusing(status, b"the disk is full"))
    with pytest.raises(NetworkError, match=advice) as caught:
        way(server.endpoint).replace("urn:g", [["<urn:a> <urn:b> <urn:c> ."]])
    assert f"(HTTP {status}): the disk is full" in str(caught.value)
    assert len(server.paths) == 1


def test_an_error_in_the_data_has_the_message_of_the_server(serve: Serve) -> None:
    server = serve(refusing(400, b"line 1: not a triple"))
    with pytest.raises(QueryError, match="rejects the data to write: line 1: not a triple"):
        GraphStoreWriter(server.endpoint).replace("urn:g", [["oops"]])


def test_an_unrepeatable_request_is_sent_once(serve: Serve) -> None:
    def hang_up(exchange: Exchange) -> None:
        exchange.handler.connection.close()

    server = serve(hang_up)
    writer = UpdateWriter(server.endpoint)
    writer.client.backoff_s = 0.01
    ground, blank = ["<urn:a> <urn:b> <urn:c> ."], ["<urn:a> <urn:b> _:c ."]

    def first_well() -> Iterator[list[str]]:
        yield ground
        yield blank

    for lines, times in (([ground], 4), ([blank], 4)):
        server.paths.clear()
        with pytest.raises(NetworkError):
            writer.replace("urn:g", lines)
        assert len(server.paths) == times, "with DROP before it, it is the same twice"
    calm = serve(lambda e: e.answer(204) if e.number == 1 else hang_up(e))
    with pytest.raises(NetworkError):
        UpdateWriter(calm.endpoint).replace("urn:g", first_well())
    assert len(calm.paths) == 2, "blank nodes would be others the second time"


# On the command line


def allusion(
    *words: str, home: Path, data: Path | None = None, stderr: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    extra = ["--data", str(data)] if data else []
    environment = os.environ | {
        "ALLUSION_HOME": str(home), "no_proxy": "127.0.0.1",
        "PYTHONPATH": str(Path(__file__).parents[2] / "graph"),
    }  # fmt: skip
    code = "from allusion.cli import run; run()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *words, *extra],
        stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment,
    )  # fmt: skip


@pytest.mark.slow
def test_a_push_that_is_killed_repeatedly_completes(engine: Engine, tmp_path: Path) -> None:
    kg = open_graph()
    home = Path(os.environ["ALLUSION_HOME"])
    words = ("push", "--store", engine.endpoint, "--graph-store", engine.graphs)
    for graphs in (3, 150, 400):
        process = allusion(*words, home=home)
        while process.poll() is None and len(count_graphs(engine.store())) < graphs:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=10)
    done = allusion(*words, home=home)
    _, said = done.communicate(timeout=120)
    assert done.returncode == 0, said
    assert "counted" in said
    assert "\x1b" not in said, "no bar where there is no terminal"
    assert plan(kg.embedded.engine, engine.store(), data_version(kg.resources.store)).is_done


def test_push_shows_a_progress_bar_on_a_terminal(
    engine: Engine, built: Resources, tmp_path: Path
) -> None:
    ours, theirs = os.openpty()
    words = ("push", "--store", engine.endpoint, "--graph-store", engine.graphs)
    process = allusion(*words, home=tmp_path / "home", data=built.data, stderr=theirs)
    os.close(theirs)
    shown = b""
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        for piece in pieces(terminal):
            shown += piece
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert re.search(rb"triples.*[0-9]+/[0-9]+", shown)
    assert b"counted" in shown


def test_a_dry_run_lists_the_steps_and_does_none(
    engine: Engine, built: Resources, tmp_path: Path
) -> None:
    words = ("push", "--store", engine.endpoint, "--graph-store", engine.graphs, "--dry-run")
    process = allusion(*words, home=tmp_path / "home", data=built.data)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert re.search(r"\d+ graphs to load \([\d,]+ triples\)", said)
    assert count_graphs(engine.store()) == {}


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ([], r"add --graph-store URL or --update URL; usual: --graph-store http"),
        (["--graph-store", "http://127.0.0.1:1/", "--update", "http://127.0.0.1:1/"], "not both"),
        (["--update", "http://me:hunter2@127.0.0.1/"], "an address must not contain a login"),
    ],
)
def test_a_push_with_wrong_options_is_an_error_with_exit_code_2(
    built: Resources, tmp_path: Path, more: list[str], complaint: str
) -> None:
    words = ("push", "--store", "http://127.0.0.1:1/query", *more)
    process = allusion(*words, home=tmp_path / "home", data=built.data)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert re.search(complaint, said)
    assert "hunter2" not in said
