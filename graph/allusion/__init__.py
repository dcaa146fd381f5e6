"""An open knowledge graph of film, actor and cultural references, with its evidence.

>>> import allusion
>>> kg = allusion.open()
>>> kg.sparql("ASK { person:tomokazu-miura a al:Person }")
True

Nothing heavy is imported until it is used: rdflib by ``kg.dataset``, networkx by
``kg.network()``, pyvis by ``kg.view()``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._version import __version__
    from .core.errors import AllusionError
    from .knowledge_graph import KnowledgeGraph
    from .knowledge_graph import open_graph as open  # noqa: A004 (allusion.open, like sqlite3.connect)
    from .query.results import Result

__all__ = ["AllusionError", "KnowledgeGraph", "Result", "__version__", "open"]

_HOMES = {
    "AllusionError": ("core.errors", "AllusionError"),
    "KnowledgeGraph": ("knowledge_graph", "KnowledgeGraph"),
    "Result": ("query.results", "Result"),
    "__version__": ("_version", "__version__"),
    "open": ("knowledge_graph", "open_graph"),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _HOMES:
        module, attribute = _HOMES[name]
        return getattr(import_module(f".{module}", __name__), attribute)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
