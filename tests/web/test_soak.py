"""A short soak of the real server: mixed load, hostile queries, clients that leave."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from bench_serve import started
from bench_soak import command, soak
from servers import free_port

from allusion.knowledge_graph import KnowledgeGraph


# Clients leave without closing their connections on purpose.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="/proc has the figures")
def test_threads_and_descriptors_stay_flat_under_mixed_load(kg: KnowledgeGraph) -> None:
    port = free_port()
    with started(command(port), port, "/sparql") as server, ThreadPoolExecutor(1) as threads:
        # Another test of this process may have left an event loop running in the main thread.
        found = threads.submit(soak, server, 10).result()
    assert found.is_alive
    assert found.after.threads <= found.before.threads
    # A worker that was stopped or is not yet replaced has three descriptors.
    assert abs(found.after.descriptors - found.before.descriptors) <= 6
    answered = {kind for kind in found.answers if kind.endswith((": 200", ": 303"))}
    assert {"cached: 200", "short: 200", "page: 200", "search: 200"} <= answered
    assert not {kind for kind in found.answers if ": 500" in kind}
