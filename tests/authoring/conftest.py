"""A collection over a small graph, which is built once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sheets import Desk, collection_in, write_small_graph

from allusion import open as open_graph
from allusion.authoring.concepts import Concepts
from allusion.knowledge_graph import KnowledgeGraph


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    return open_graph(write_small_graph(tmp_path_factory.mktemp("small") / "data").data)


@pytest.fixture(scope="session")
def concepts(small: KnowledgeGraph) -> Concepts:
    return Concepts(small.resources)


@pytest.fixture
def desk(small: KnowledgeGraph, concepts: Concepts, tmp_path: Path) -> Desk:
    return Desk(collection_in(tmp_path / "mine"), small.resources, small.names, concepts)
