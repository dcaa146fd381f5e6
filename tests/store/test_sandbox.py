"""The worker process: limits, crashes, threads, and no way out."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
from processes import is_gone

from allusion import open as open_graph
from allusion.core.errors import ParameterError, QueryCrashed, QueryError, QueryStopped, StoreError
from allusion.knowledge_graph import KnowledgeGraph
from allusion.query.localization import localize
from allusion.query.results import Result, TripleResult
from allusion.sparql.limits import DEFAULTS, Limits
from allusion.store import Rows, select
from allusion.store.sandbox import confinement as confine
from allusion.store.sandbox import worker as serve
from allusion.store.sandbox.framing import ROWS, Frames
from allusion.store.sandbox.memory_limit import MemoryLimit
from allusion.store.sandbox.store import MAX_WORKERS, WorkerStore

PACKAGES = Path(confine.__file__).parents[3]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux's kernel alone does this")

ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(?a = ?none) }"
ENDLESS_AFTER_TWO = (
    "SELECT ?x { { SELECT ?x { VALUES ?x { 1 2 } } LIMIT 2 } UNION "
    "{ ?a ?b ?c . ?d ?e ?f FILTER(?a = ?none) } }"
)
ENDLESS_ROWS = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
GREEDY = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f"
DEEP = "ASK { FILTER" + "(" * 60_000 + "true" + ")" * 60_000 + " }"
#: Their rows take 8, 9, 10 and 11 bytes: ["\\"a"] and a comma, and so on.
FOUR_ROWS = "SELECT ?x { VALUES ?x { 'a' 'bb' 'ccc' 'dddd' } }"
LET_DEEP = Limits(max_depth=10**6, max_length=10**6)


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return open_graph()


@pytest.fixture(scope="module")
def path(kg: KnowledgeGraph) -> Path:
    assert kg.embedded.path is not None
    return kg.embedded.path


@pytest.fixture(params=["as this system can", "bare"])
def worker(path: Path, request: pytest.FixtureRequest) -> Iterator[WorkerStore]:
    """A store of its own; once with all that the kernel offers, once without."""
    store = WorkerStore(path, bare=request.param == "bare")
    yield store
    store.close()


def pid_of(store: WorkerStore) -> int:
    store.query("ASK {}")
    (process,) = store._idle
    return process.pid


def answers_at_once(store: WorkerStore) -> bool:
    """Whether it answers within a second; a machine that stalls is given another chance."""
    for _ in range(3):
        began = time.monotonic()
        assert store.query("ASK {}") is True
        if time.monotonic() - began < 1:
            return True
    return False


def stopped(store: WorkerStore, query: str, limits: Limits) -> QueryStopped:
    with pytest.raises(QueryStopped) as caught:
        list(store.query(query, limits))  # type: ignore[arg-type]  # it is no ASK
    assert answers_at_once(store)
    return caught.value


def test_answers_are_those_of_a_direct_call(kg: KnowledgeGraph, worker: WorkerStore) -> None:
    for query in (
        "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 3000",
        'SELECT * { VALUES (?a ?b) { ("x"@en-US UNDEF) (1.5 <a:b>) ("é\\n\\"" true) } }',
        "SELECT ?none {}",
        "SELECT ?year { ?film al:published ?year } ORDER BY ?year",
    ):
        direct, through = select(kg.store, query), select(worker, query)
        assert through.columns == direct.columns
        assert list(through) == list(direct)
    assert worker.query("ASK { film:chungking-express a al:Film }") is True
    assert worker.query("ASK { film:chungking-express a al:Person }") is False
    query = "CONSTRUCT { ?s a al:Film } WHERE { ?s a al:Film }"
    assert set(worker.query(query)) == set(kg.store.query(query))  # type: ignore[arg-type]


def test_a_syntax_error_reads_as_it_does_from_a_direct_call(
    kg: KnowledgeGraph, worker: WorkerStore
) -> None:
    for query in ("SELECT ?f { ?f flim:x ?g }", "SELECT ?f {\n ?f a al:Film ?f ?g ?h }", "x"):
        with pytest.raises(QueryError) as direct:
            kg.store.query(query)
        with pytest.raises(QueryError) as through:
            worker.query(query)
        assert str(through.value) == str(direct.value)


def test_canned_queries_need_no_worker() -> None:
    kg = open_graph()
    assert kg.query("what-it-refers-to").rows
    assert kg.executor._workers == {}


def test_a_query_without_rows_is_stopped_by_the_timeout(worker: WorkerStore) -> None:
    began = time.monotonic()
    stop = stopped(worker, ENDLESS, Limits(timeout=0.3))
    assert time.monotonic() - began < 10, "it would never end"
    assert stop.limit == "timeout"
    assert str(stop).startswith("stopped after 0.3 s; nothing found so far.")
    assert "--timeout" in str(stop)


def test_rows_found_before_the_timeout_are_returned(worker: WorkerStore) -> None:
    answer = worker.query(ENDLESS_AFTER_TWO, Limits(timeout=2))
    assert isinstance(answer, Rows)
    rows = iter(answer)
    assert [str(row[0]) for row in (next(rows), next(rows))] == ["1", "2"]
    with pytest.raises(QueryStopped, match="stopped after 2 s; first 2 rows"):
        next(rows)


def test_rows_are_streamed_while_the_query_runs(worker: WorkerStore) -> None:
    answer = worker.query(ENDLESS_ROWS, Limits(timeout=20))
    assert isinstance(answer, Rows)
    began = time.monotonic()
    rows = iter(answer)
    for _ in range(1000):
        next(rows)
    assert time.monotonic() - began < 15, "the engine looks for 20 s"


def test_an_abandoned_answer_frees_its_worker(worker: WorkerStore) -> None:
    pids = [pid_of(worker)]
    for _ in range(2 * MAX_WORKERS):
        answer = worker.query(ENDLESS_ROWS)
        assert isinstance(answer, Rows)
        next(iter(answer))
        del answer
        pids.append(pid_of(worker))
    # One that does not stop at once, as where the machine stalls, is ended and replaced.
    assert any(one == other for one, other in pairwise(pids))


def test_one_row_above_the_limit_stops_the_query(worker: WorkerStore) -> None:
    query = "SELECT ?x { VALUES ?x { 1 2 3 } }"
    assert len(list(select(worker, query))) == 3
    assert len(list(worker.query(query, Limits(max_rows=3)))) == 3  # type: ignore[arg-type]
    stop = stopped(worker, query, Limits(max_rows=2))
    assert stop.limit == "max_rows"
    assert str(stop).startswith("stopped at 2 rows; first 2 rows.")


def test_memory_is_limited(worker: WorkerStore) -> None:
    stop = stopped(worker, GREEDY, Limits(timeout=30, max_memory=64 << 20))
    assert stop.limit == "max_memory"
    assert str(stop).startswith("stopped at 64 MB of memory; nothing found so far.")


def test_a_worker_that_has_grown_large_is_not_kept(worker: WorkerStore) -> None:
    pid = pid_of(worker)
    doublings = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(18))
    query = f"SELECT (STRLEN(?x18) AS ?n) {{ BIND('{'x' * 1200}' AS ?x0) {doublings} }}"
    assert list(worker.query(query, Limits(timeout=60)))  # type: ignore[arg-type]
    assert pid_of(worker) != pid


@LINUX
def test_the_memory_of_a_process_does_not_include_that_of_its_parent() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from allusion.store.sandbox.memory_limit import MemoryLimit;"
        "memory = MemoryLimit(watch=True); text = 'x' * (50 << 20);"
        "print(memory.grown_bytes >> 20)"
    )
    ballast = b"x" * (400 << 20)
    grown = subprocess.run(
        [sys.executable, "-c", code, str(PACKAGES)], capture_output=True, check=True, text=True
    )
    del ballast
    assert int(grown.stdout) in range(45, 80)


def test_bytes_of_the_answer_are_limited(worker: WorkerStore) -> None:
    stop = stopped(worker, "SELECT * { ?a ?b ?c }", Limits(max_bytes=200_000))
    assert stop.limit == "max_bytes"
    assert "stopped at 195 kB of answer; first" in str(stop)


@pytest.mark.parametrize("pieces", [1, 7, 512])
def test_bytes_are_counted_per_row_for_any_chunk_size(
    monkeypatch: pytest.MonkeyPatch, pieces: int
) -> None:
    monkeypatch.setattr(serve, "CHUNK_ROWS", pieces)
    monkeypatch.setattr(serve, "CHUNK_S", 1000)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        asked = serve.Worker(ox.Store(), theirs, {}, MemoryLimit(watch=True))
        for most, expected in {26: 2, 27: 3, 37: 3, 38: 4}.items():
            asked._answer(most, FOUR_ROWS, 1000, most, 1 << 40)
            told = list(Frames().feed(ours.recv(65536)))
            assert sum(len(body) for kind, body in told if kind == ROWS) == expected
            assert told[-1][1][0] == ("max_bytes" if expected < 4 else "")


def test_rows_up_to_the_byte_limit_are_returned(
    worker: WorkerStore,
) -> None:
    assert len(list(worker.query(FOUR_ROWS, Limits(max_bytes=38)))) == 4  # type: ignore[arg-type]
    stop = stopped(worker, FOUR_ROWS, Limits(max_bytes=37))
    assert str(stop).startswith("stopped at 37 bytes of answer; first 3 rows.")
    stop = stopped(worker, FOUR_ROWS, Limits(max_bytes=6))
    assert str(stop).startswith("stopped at 6 bytes of answer; a single row is larger.")


def test_a_stopped_query_raises_with_its_partial_rows(kg: KnowledgeGraph) -> None:
    with pytest.raises(QueryStopped) as caught:
        kg.sparql("SELECT * { ?a ?b ?c }", max_rows=3)
    partial = caught.value.partial
    assert isinstance(partial, Result)
    assert (len(partial), partial.complete, partial.stopped) == (3, False, str(caught.value))
    assert caught.value.exit_code == 5


def test_a_partial_answer_on_request_is_marked_as_partial(kg: KnowledgeGraph) -> None:
    rows = kg.sparql("SELECT * { ?a ?b ?c }", max_rows=3, partial=True)
    triples = kg.sparql("CONSTRUCT WHERE { ?a ?b ?c }", max_rows=3, partial=True)
    small = kg.sparql(FOUR_ROWS, max_bytes=30, partial=True)
    assert isinstance(small, Result)
    assert (small.column("x"), small.complete) == (["a", "bb", "ccc"], False)
    assert isinstance(rows, Result)
    assert isinstance(triples, TripleResult)
    assert not rows.complete
    assert not rows.for_people().complete
    assert not localize(rows, lambda: kg.names, "ja", links=True).complete
    assert "stopped at 3 rows" in rows._repr_html_()
    assert triples.stopped.startswith("stopped at 3 triples; first 3 triples")
    whole = kg.sparql("SELECT ?x { VALUES ?x { 1 } }")
    assert isinstance(whole, Result)
    assert whole.complete


def test_an_unknown_limit_names_the_known_ones(kg: KnowledgeGraph) -> None:
    with pytest.raises(ParameterError, match="'time'; allowed: timeout, max_rows, max_memory"):
        kg.sparql("ASK {}", time=3)
    with pytest.raises(
        ParameterError, match=r"timeout is 0; it must be a number of seconds from 0\.001 to"
    ):
        kg.sparql("ASK {}", timeout=0)


def test_a_crash_of_the_engine_is_an_error_and_the_next_query_is_answered(
    worker: WorkerStore,
) -> None:
    with pytest.raises(QueryCrashed, match=r"engine process crashed on this query \(SIG"):
        worker.query(DEEP, LET_DEEP)
    assert answers_at_once(worker)


def test_a_worker_that_died_while_idle_is_replaced(worker: WorkerStore) -> None:
    pid = pid_of(worker)
    assert worker.has_idle_worker
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while worker.has_idle_worker and time.monotonic() < until:
        time.sleep(0.01)
    assert not worker.has_idle_worker
    assert answers_at_once(worker)
    assert is_gone(pid)


def test_a_worker_finds_the_package_wherever_its_owner_found_it(path: Path) -> None:
    code = (
        "import sys; assert sys.path[0] == ''; "
        f"from allusion.store.sandbox.store import WorkerStore; from pathlib import Path; import os; "
        f"os.chdir('/'); print(WorkerStore(Path({str(path)!r})).query('ASK {{}}'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PACKAGES, capture_output=True, text=True, timeout=60,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_a_garbage_collected_answer_does_not_block_the_pool(
    worker: WorkerStore,
) -> None:
    def is_free_again() -> bool:
        answer = worker.query(ENDLESS_ROWS)
        with worker._lock:  # the collector may find it at any step, so at this one too
            del answer
            return len(worker._idle) == 1

    # One that does not stop at once, as where the machine stalls, is ended.
    assert any(is_free_again() for _ in range(20))


@pytest.mark.parametrize(
    "given",
    [
        {"timeout": float("inf")},
        {"timeout": float("nan")},
        {"max_rows": 0.5},
        {"max_bytes": 1 << 99},
    ],
)
def test_a_limit_that_no_system_can_hold_is_refused(given: dict[str, float]) -> None:
    (name,) = given
    with pytest.raises(ParameterError, match=f"^{name} is "):
        Limits().replace(**given)


def test_a_missing_store_is_a_store_error(tmp_path: Path) -> None:
    store = WorkerStore(tmp_path / "none")
    with pytest.raises(StoreError, match="cannot be opened"):
        store.query("ASK {}")
    assert store._all == set()


def test_a_worker_is_reused(worker: WorkerStore) -> None:
    assert pid_of(worker) == pid_of(worker)


def test_two_answers_can_be_read_in_turn(worker: WorkerStore) -> None:
    one, other = (iter(select(worker, f"SELECT * {{ ?s a {kind} }}")) for kind in ("al:Film", "al:Person"))  # fmt: skip
    assert next(one) != next(other)
    assert next(one) != next(other)


def test_a_query_beyond_the_number_of_workers_waits_and_then_fails(worker: WorkerStore) -> None:
    held = [worker.query(ENDLESS_ROWS) for _ in range(MAX_WORKERS)]
    with pytest.raises(QueryStopped, match=f"{MAX_WORKERS} queries are running"):
        worker.query("ASK {}", Limits(timeout=0.2))
    held.clear()
    assert answers_at_once(worker)


def test_threads_share_a_store(worker: WorkerStore) -> None:
    counts: list[int] = []

    def ask(number: int) -> None:
        for _ in range(5):
            query = f"SELECT ?s {{ ?s ?p ?o }} LIMIT {number * 100}"
            counts.append(len(list(select(worker, query))) - number * 100)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [0] * 40


def test_a_worker_started_by_a_thread_outlives_that_thread(worker: WorkerStore) -> None:
    pids: list[int] = []
    thread = threading.Thread(target=lambda: pids.append(pid_of(worker)))
    thread.start()
    thread.join()
    time.sleep(0.1)
    assert [pid_of(worker)] == pids


def test_workers_end_with_their_owner(path: Path) -> None:
    store = WorkerStore(path)
    pid = pid_of(store)
    del store
    assert is_gone(pid)


def test_a_closed_store_starts_another_worker(worker: WorkerStore) -> None:
    pid = pid_of(worker)
    worker.close()
    assert is_gone(pid)
    assert answers_at_once(worker)


def test_the_restrictions_of_a_worker_are_reported(worker: WorkerStore) -> None:
    said = worker.confinement()
    assert confine.NO_CORE in said or sys.platform == "win32"
    assert any("memory" in words for words in said)


@LINUX
def test_a_worker_has_no_network_even_if_a_service_passes(path: Path) -> None:
    import allusion.store.sandbox.store as module

    with socket.create_server(("127.0.0.1", 0)) as server, pytest.MonkeyPatch.context() as patch:
        server.settimeout(0.3)
        store = WorkerStore(path)
        if not {confine.NO_NETWORK, confine.NO_CALLS} & {*store.confinement()}:
            pytest.skip("this system lets no process give up its network")
        patch.setattr(module, "refuse_unsafe", lambda *_: None)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(StoreError):
            list(store.query(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"))  # type: ignore[arg-type]
        with pytest.raises(TimeoutError):
            server.accept()
        store.close()


@LINUX
@pytest.mark.parametrize("door", ["_leave_network", "_deny_calls"])
def test_namespace_and_seccomp_each_block_the_network(door: str) -> None:
    code = f"""
import socket, sys
sys.path.insert(0, {str(PACKAGES)!r})
from allusion.store.sandbox import confinement as confine
server = socket.create_server(("127.0.0.1", 0))
if not confine.{door}():
    print("cannot")
else:
    try:
        socket.create_connection(server.getsockname(), 1).close()
        print("connected")
    except OSError as error:
        print("refused")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    if done.stdout.strip() == "cannot":
        pytest.skip("this system does not let a process do it")
    assert done.stdout.strip() == "refused"


@LINUX
def test_a_worker_can_start_no_program() -> None:
    code = f"""
import subprocess, sys
sys.path.insert(0, {str(PACKAGES)!r})
from allusion.store.sandbox import confinement as confine
if confine._deny_calls():
    try:
        subprocess.run(["true"]); print("ran")
    except PermissionError:
        print("refused")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.strip() in ("refused", "")


def test_from_names_graphs_and_reads_no_file(kg: KnowledgeGraph, tmp_path: Path) -> None:
    canary = tmp_path / "canary.ttl"
    canary.write_text("<a:canary> <a:is> <a:read> .")
    for query in (
        f"SELECT * FROM <{canary.as_uri()}> {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED <{canary.as_uri()}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"SELECT * {{ GRAPH <{canary.as_uri()}> {{ ?s ?p ?o }} }}",
        "SELECT * from<file:///etc/passwd>{ ?s ?p ?o }",
    ):
        for answer in (kg.sparql(query), kg.executor.answer(query)):
            assert isinstance(answer, Result)
            assert not answer.rows


def test_from_queries_only_the_named_graphs(kg: KnowledgeGraph) -> None:
    counts = []
    for clause in ("", "FROM source:wikidata-mapping", "FROM NAMED source:inferred"):
        query = f"SELECT (COUNT(*) AS ?n) {clause} {{ ?work al:from ?x }}"
        (count,) = list(select(kg.executor.workers(), query))
        assert [count] == list(select(kg.store, query))
        counts.append(str(count[0]))
    assert int(counts[0]) > 0
    assert counts[1:] == ["0", "0"]


def test_the_limits_are_defined_once_and_all_are_options() -> None:
    from allusion.cli import cli

    command = cli.get_command(cli.make_context("allusion", ["sparql"]), "sparql")
    assert command is not None
    options = {parameter.name for parameter in command.params}
    assert {*Limits._fields} <= options
    assert Limits() == DEFAULTS
