"""Servers on loopback for tests of remote stores, two of them with the whole graph."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import (
    JSON,
    Behavior,
    Engine,
    Exchange,
    Serve,
    Server,
    _loopback_without_leaks,
    _older_objects_are_frozen,
    engine,
    oxigraph,
    running_engine,
    serve,
)
from servers import free_port, running, virtuoso_ini
from wikibase import Wikibase, wikibase

from allusion import open as open_graph
from allusion.build.pipeline import data_version
from allusion.http.credentials import Login
from allusion.knowledge_graph import KnowledgeGraph
from allusion.store.push import MERGED, plan, push

__all__ = [
    "JSON",
    "Behavior",
    "Engine",
    "Exchange",
    "Serve",
    "Server",
    "Wikibase",
    "_loopback_without_leaks",
    "_older_objects_are_frozen",
    "engine",
    "oxigraph",
    "running_engine",
    "serve",
    "wikibase",
]


@pytest.fixture
def union_engine(tmp_path: Path) -> Iterator[Engine]:
    """An Oxigraph server whose default graph is the union of its graphs, with repetitions."""
    with oxigraph(tmp_path, "--union-default-graph") as engine:
        yield engine


@pytest.fixture(scope="session")
def small_oxigraph(tmp_path_factory: pytest.TempPathFactory, _built_home: Path) -> Iterator[Engine]:
    """The Oxigraph server with the graph of `write_tiny` in it."""
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as engine:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ALLUSION_HOME", str(_built_home))
            push_all(open_graph(_built_home.parent / "data"), engine, "graph store")
        yield engine


@pytest.fixture(scope="session")
def whole_oxigraph(
    tmp_path_factory: pytest.TempPathFactory, _home_of_the_tests: None
) -> Iterator[Engine]:
    """The Oxigraph server with the whole graph in it, pushed by updates."""
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as engine:
        push_all(open_graph(), engine, "update")
        yield engine


@pytest.fixture(scope="session")
def running_virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Virtuoso on loopback, with a password of its own; see Debian's virtuoso-opensource."""
    program, console = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if not program or not console:
        if os.environ.get("CI"):
            pytest.fail("no Virtuoso: apt-get install virtuoso-opensource")
        pytest.skip("no Virtuoso: apt-get install virtuoso-opensource")
    folder = tmp_path_factory.mktemp("virtuoso")
    http, sql, password = free_port(), free_port(), secrets.token_hex(8)
    # The limits of Debian's virtuoso.ini on answers, and a quarter of its limit on estimates: these
    # vary with each load, see docs/decisions/012-virtuoso.md.
    ini = virtuoso_ini(
        sql=sql,
        http=http,
        parameters={
            "NumberOfBuffers": 10_000,
            "MaxDirtyBuffers": 6_000,
            "ThreadsPerQuery": 4,
            "AsyncQueueMaxThreads": 10,
        },
        sparql={
            "ResultSetMaxRows": 10_000,
            "MaxQueryCostEstimationTime": 100,
            "MaxQueryExecutionTime": 60,
        },
    )
    (folder / "virtuoso.ini").write_text(ini)
    with running([program, "+foreground", "+configfile", "virtuoso.ini"], http, folder):
        done = subprocess.run(
            [console, f"127.0.0.1:{sql}", "dba", "dba"],
            input=f"user_set_password('dba', '{password}');\n", capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert "Done." in done.stdout, done.stdout + done.stderr
        base = f"http://127.0.0.1:{http}/sparql"
        login = Login("dba", password, origin="the test")
        # Its default graph is the union of all graphs; see docs/decisions/012-virtuoso.md.
        query = f"{base}?default-graph-uri={MERGED}"
        yield Engine(query, f"{base}-graph-crud-auth", f"{base}-auth", login)


@pytest.fixture(scope="session")
def whole_virtuoso(running_virtuoso: Engine, _home_of_the_tests: None) -> Engine:
    """Virtuoso with the whole graph in it, pushed by the Graph Store Protocol."""
    push_all(open_graph(), running_virtuoso, "graph store")
    return running_virtuoso


def push_all(kg: KnowledgeGraph, engine: Engine, way: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("no_proxy", "127.0.0.1")
        store = engine.store()
        work = plan(kg.embedded.engine, store, data_version(kg.resources.store))
        push(kg.embedded.engine, store, engine.writers()[way], work)
