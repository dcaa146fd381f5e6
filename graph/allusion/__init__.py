"""A knowledge graph of film, actor and cultural references, with evidence.

>>> import allusion
>>> kg = allusion.open()
>>> kg.sparql("ASK { person:tomokazu-miura a al:Person }")
True

Heavy libraries are imported when they are first used: rdflib by ``kg.dataset``, networkx by
``kg.network()``, pyvis by ``kg.view()``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._version import __version__
    from .core.errors import (
        AllusionError,
        AmbiguousName,
        CutAnswer,
        DataError,
        Fault,
        MissingExtra,
        MissingResource,
        NetworkError,
        OutputError,
        ParameterError,
        QueryCrashed,
        QueryError,
        QueryRefused,
        QueryStopped,
        QueryWarning,
        StoreError,
        UnknownName,
    )
    from .knowledge_graph import KnowledgeGraph
    from .knowledge_graph import open_graph as open  # noqa: A004 (allusion.open, like sqlite3.connect)
    from .query.results import Result, RowStream, TripleResult

__all__ = [
    "AllusionError",
    "AmbiguousName",
    "CutAnswer",
    "DataError",
    "Fault",
    "KnowledgeGraph",
    "MissingExtra",
    "MissingResource",
    "NetworkError",
    "OutputError",
    "ParameterError",
    "QueryCrashed",
    "QueryError",
    "QueryRefused",
    "QueryStopped",
    "QueryWarning",
    "Result",
    "RowStream",
    "StoreError",
    "TripleResult",
    "UnknownName",
    "__version__",
    "open",
]

#: Module and attribute of each public name, except exceptions.
_HOMES = {
    "KnowledgeGraph": ("knowledge_graph", "KnowledgeGraph"),
    "Result": ("query.results", "Result"),
    "RowStream": ("query.results", "RowStream"),
    "TripleResult": ("query.results", "TripleResult"),
    "__version__": ("_version", "__version__"),
    "open": ("knowledge_graph", "open_graph"),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES.get(name, ("core.errors", name))
    return getattr(import_module(f".{module}", __name__), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
