"""A server of the shipped graph, and one of a graph of four films."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from web_server import Running, running_server

from allusion.knowledge_graph import KnowledgeGraph


@pytest.fixture(scope="session")
def site(kg: KnowledgeGraph) -> Iterator[Running]:
    """The server of the graph that ships."""
    with running_server(kg) as running:
        yield running
