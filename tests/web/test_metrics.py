"""Metrics count requests, time, the queue and cut answers; they are off unless asked for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from web_server import Running, running_server

from allusion.core.errors import ParameterError
from allusion.knowledge_graph import KnowledgeGraph
from allusion.sparql.limits import Limits
from allusion.web.options import ServerOptions

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
Labels = frozenset[tuple[str, str]]


@pytest.fixture(scope="module")
def measured(kg: KnowledgeGraph) -> Iterator[Running]:
    limits = Limits(timeout=2, max_rows=50)
    with running_server(kg, metrics=True, workers=1, limits=limits) as running:
        yield running


def read(running: Running) -> dict[str, dict[Labels, float]]:
    """The samples by name and labels."""
    reply = running.ask("/metrics")
    assert (reply.status, reply.media_type) == (200, "text/plain")
    found: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(reply.text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return found


def requests(running: Running, route: str, status: int) -> float:
    labels = frozenset({("route", route), ("status", str(status))})
    return read(running).get("allusion_requests_total", {}).get(labels, 0)


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        ("/film/chungking-express.json", "/{register}/{slug}", 200),
        ("/sparql?query=ASK%7B%7D", "/sparql", 200),
        ("/sparql?query=nonsense", "/sparql", 400),
        ("/query/cast.csv", "/query/{name}", 200),
        ("/query/none.csv", "/query/{name}", 404),
        ("/a/b/c/d/e", "other", 404),
    ],
)
def test_a_request_is_counted_by_its_route_and_status(
    measured: Running, path: str, route: str, status: int
) -> None:
    before = requests(measured, route, status)
    assert measured.ask(path).status == status
    assert requests(measured, route, status) == before + 1
    times = read(measured)["allusion_request_seconds_count"]
    assert times[frozenset({("route", route)})] >= 1


def test_a_foreign_host_is_counted_without_a_route(measured: Running) -> None:
    before = requests(measured, "other", 421)
    assert measured.ask("/limits", Host="example.org").status == 421
    assert requests(measured, "other", 421) == before + 1


def test_cut_answers_are_counted_by_limit(measured: Running) -> None:
    assert measured.query("SELECT * { ?s ?p ?o }", partial=1).headers["Allusion-Truncated"]
    counted = read(measured)["allusion_truncated_answers_total"]
    assert counted[frozenset({("limit", "max_rows")})] == 1


def test_the_queue_and_the_workers_are_shown(measured: Running) -> None:
    idle: Labels = frozenset()
    with ThreadPoolExecutor(3) as clients:
        running = [clients.submit(measured.query, ENDLESS) for _ in range(3)]
        seen = set()
        while not all(one.done() for one in running):
            found = read(measured)
            seen.add(
                (found["allusion_queries_running"][idle], found["allusion_queries_waiting"][idle])
            )
    assert (1, 2) in seen
    found = read(measured)
    assert found["allusion_queries_running"][idle] == found["allusion_queries_waiting"][idle] == 0
    assert found["allusion_workers"][idle] == 1


def test_metrics_are_not_shown_through_a_proxy(measured: Running) -> None:
    for header in ("X_Forwarded_For", "Forwarded"):
        assert measured.ask("/metrics", **{header: "for=192.0.2.1"}).status == 404


def test_metrics_are_off_unless_asked_for(site: Running) -> None:
    assert site.ask("/metrics").status == 404


def test_without_the_library_the_error_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['prometheus_client'] = None; "
        "sys.argv = ['allusion', 'serve', '--metrics', '--no-open', '--port', '0']; "
        "from allusion.cli import run; run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2] / "graph",
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "allusion[serve,metrics]" in done.stderr


def test_several_processes_cannot_show_metrics() -> None:
    with pytest.raises(ParameterError, match="--processes"):
        ServerOptions(metrics=True, processes=2)
