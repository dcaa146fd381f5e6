"""A knowledge graph of film, actor and cultural references, with evidence.

>>> import allusion
>>> kg = allusion.open()
>>> kg.sparql("ASK { person:tomokazu-miura a al:Person }")
True

Heavy libraries are imported when they are first used: rdflib by ``kg.dataset``, networkx by
``kg.network()``, pyvis by ``kg.view()``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._version import __version__
    from .core.errors import (
        AllusionError,
        AmbiguousName,
        CutAnswer,
        DataError,
        EmptyResultWarning,
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
    from .core.resources import Resources
    from .knowledge_graph import KnowledgeGraph
    from .query.results import Result, RowStream, TripleResult

__all__ = [
    "AllusionError",
    "AmbiguousName",
    "CutAnswer",
    "DataError",
    "EmptyResultWarning",
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
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES.get(name, ("core.errors", name))
    return getattr(import_module(f".{module}", __name__), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def open(  # noqa: A001 (allusion.open, like sqlite3.connect)
    data: str | Path | None = None,
    *,
    store: str = "disk",
    with_wikidata: bool = False,
    collections: Sequence[str | Path] = (),
) -> KnowledgeGraph:
    """Open the knowledge graph; build it if it is missing or outdated.

    Args:
        data: Folder with ``entities/`` and ``sources/`` to use in place of the data that
            ship with the package; None means the shipped data.
        store: "disk" (the built store), "memory" (a copy of it), a folder made by
            ``allusion load``, or the address of a SPARQL 1.1 endpoint. With an endpoint,
            names and canned queries are still read locally, and a warning reports if the
            endpoint holds other data.
        with_wikidata: Add the snapshot made by ``allusion wikidata pull`` as one more
            source. This builds a separate store.
        collections: Folders of collections (``allusion new``) to layer over the data. This
            builds a separate store.

    Raises:
        DataError: If the data files have faults, and no store was built before.
        StoreError: If the store cannot be made or read.
        ParameterError: If ``store`` is none of these, contains a login, or holds its own
            data and something is to be layered over it.
        NetworkError: If an endpoint fails or returns an invalid response.
        MissingResource: If ``with_wikidata`` is set and there is no snapshot.
        UnknownName: If one of ``collections`` is not a collection.

    >>> import allusion
    >>> kg = allusion.open()
    >>> kg["重慶森林"].entity.label()
    'Chungking Express'
    """
    import warnings

    from .core.resources import locate
    from .core.terminal import visible

    resources = locate(Path(data) if data is not None else None)
    if collections or with_wikidata:
        from .authoring.layers import layered

        resources = layered(resources, collections, store=store, with_wikidata=with_wikidata)
    graph = open_or_build(resources, store=store)
    if remark := graph.store_difference():
        warnings.warn(visible(remark), stacklevel=2)
    return graph


def open_or_build(
    resources: Resources, report: Callable[[str], None] = lambda _: None, *, store: str = "disk"
) -> KnowledgeGraph:
    """Open the graph of these inputs; build a missing or damaged store.

    If the data files have faults, this opens the last store built from them. The
    attribute ``outdated`` of the graph then holds the first fault.

    Args:
        resources: Input files of the graph.
        report: Called with a message before a build.
        store: As in `allusion.open`.

    Raises:
        DataError: If the data files have faults, and no store was built before.
        StoreError: If the store cannot be made or read.
        ParameterError: If ``store`` is none of the stores of `allusion.open`.
    """
    from .core.errors import StoreError
    from .knowledge_graph import KnowledgeGraph
    from .store.factory import MEMORY, is_loaded
    from .store.manifest import remedy

    if is_loaded(store):
        return KnowledgeGraph(Path(store), resources)
    outdated = ""
    if not resources.is_built:
        from .build.pipeline import build_or_last

        resources, outdated = build_or_last(resources, report, last=store != MEMORY)
    try:
        graph = KnowledgeGraph(resources.store, resources, store)
        graph.outdated = outdated
        from contextlib import suppress

        with suppress(OSError):  # a later build removes stores that are not in use
            (resources.store / "manifest.json").touch()
        return graph
    except StoreError as error:
        from .build.pipeline import build

        report(f"{error}; building it again ...".replace(f"; {remedy(resources.store)}", ""))
        build(resources, force=True)
        return KnowledgeGraph(resources.store, resources, store)
