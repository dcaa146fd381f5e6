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
    from .errors import AllusionError
    from .knowledge import KnowledgeGraph
    from .knowledge import open_graph as open  # noqa: A004 (allusion.open, like sqlite3.connect)
    from .results import Result
    from .version import __version__

__all__ = ["AllusionError", "KnowledgeGraph", "Result", "__version__", "open"]

_HOMES = {
    "AllusionError": ("errors", "AllusionError"),
    "KnowledgeGraph": ("knowledge", "KnowledgeGraph"),
    "Result": ("results", "Result"),
    "__version__": ("version", "__version__"),
    "open": ("knowledge", "open_graph"),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _HOMES:
        module, attribute = _HOMES[name]
        return getattr(import_module(f".{module}", __name__), attribute)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
