"""From a name to the card of an entity, a scene, an utterance or a relationship."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.errors import AmbiguousName, UnknownName
from ..core.terms import expand, shorten
from ..core.vocabulary import STATEMENTS_WITH_CARD
from .card import Card, build_card
from .neighborhood import StoreNeighborhood

if TYPE_CHECKING:
    import networkx as nx

    from ..search.name_index import NameIndex


def read_card(name: str, nodes: nx.MultiDiGraph[str] | StoreNeighborhood, names: NameIndex) -> Card:
    """Return the card of the node with this name.

    Args:
        name: As in `allusion.KnowledgeGraph.card`.
        nodes: The whole network, or the reader of a large store.
        names: The index of names.

    Raises:
        UnknownName: If nothing has that name; `AmbiguousName` if several have it.
    """
    iri, is_statement = _find_node(name, nodes, names)
    if not isinstance(nodes, StoreNeighborhood):
        return build_card(nodes.graph["records"], iri)
    if is_statement:
        return build_card(nodes.statement_records(iri), iri)
    return build_card(nodes.records([iri], boundary=True, involved=True), iri)


def find_entity(
    name: str, nodes: nx.MultiDiGraph[str] | StoreNeighborhood, names: NameIndex
) -> str:
    """Return the IRI of the entity with this name.

    Raises:
        UnknownName: If no entity has this name, or the entity has no card;
            `AmbiguousName` if several entities have it.
    """
    # In a loaded store, an entity may have no name, so the name index does not contain it.
    iri = expand(name) or name
    iri = iri if iri in nodes else names.resolve(name)
    if iri not in nodes:
        store = f" --store {names.store}" if names.store else ""
        raise UnknownName(
            f"{shorten(iri)} has a name, but no named graph states its type (such as "
            "al:Film), so it has no card; to see its statements: "
            f"allusion sparql 'DESCRIBE <{iri}>'{store}"
        )
    return iri


def _find_node(
    name: str, nodes: nx.MultiDiGraph[str] | StoreNeighborhood, names: NameIndex
) -> tuple[str, bool]:
    """Return the IRI of the node with this name, and whether it is not an entity."""
    try:
        return find_entity(name, nodes, names), False
    except AmbiguousName:
        raise
    except UnknownName:
        iri = expand(name) or name
        if not _has_statement(nodes, iri):
            try:
                iri = names.resolve(name, STATEMENTS_WITH_CARD)
            except AmbiguousName:
                raise
            except UnknownName:
                iri = ""
        if not iri or not _has_statement(nodes, iri):
            raise
        return iri, True


def _has_statement(nodes: nx.MultiDiGraph[str] | StoreNeighborhood, iri: str) -> bool:
    if isinstance(nodes, StoreNeighborhood):
        return nodes.has_statement(iri)
    return iri in nodes.graph["statements"]
