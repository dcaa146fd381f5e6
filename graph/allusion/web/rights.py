"""Licenses of the data of a graph: the shipped facts, collections, or the user's own data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..authoring.collection import open_collection
from ..core.resources import locate
from ..network.readers import read_attribution

if TYPE_CHECKING:
    from ..knowledge_graph import KnowledgeGraph

_SHIPPED: Final = "Facts and vocabulary are in the public domain (CC0 1.0)"
_OWN: Final = "The vocabulary is in the public domain (CC0 1.0)"


@dataclass(frozen=True, slots=True)
class LayeredCollection:
    """A collection over the graph: its title, license and maintainers."""

    name: str
    license: str
    maintainers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rights:
    """Who licenses what.

    Attributes:
        statement: License of the graph without the collections, as a sentence without its end.
        collections: The collections.
    """

    statement: str
    collections: tuple[LayeredCollection, ...] = ()


def rights_of(graph: KnowledgeGraph) -> Rights:
    """Return the licenses of the data of a graph."""
    if graph.names.store:
        stated = read_attribution(graph.store)
        return Rights(f"{_OWN}; {stated or 'the data name no license'}")
    shipped = graph.resources.data == locate().data
    collections = (open_collection(folder) for folder in graph.resources.collections)
    return Rights(
        _SHIPPED if shipped else f"{_OWN}; the facts are from {graph.resources.data.name}",
        tuple(LayeredCollection(one.name, one.license, one.maintainers) for one in collections),
    )
