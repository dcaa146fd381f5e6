"""From a name to an entity and its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.errors import UnknownName
from ..core.terms import expand, shorten
from .card import Card, build_card
from .neighborhood import StoreNeighborhood

if TYPE_CHECKING:
    import networkx as nx

    from ..search.name_index import NameIndex


def read_card(name: str, nodes: nx.MultiDiGraph[str] | StoreNeighborhood, names: NameIndex) -> Card:
    """Return the card of the entity with this name.

    Args:
        name: A name, a slug, a prefixed name or an IRI.
        nodes: The whole network, or the reader of a large store.
        names: The index of names.

    Raises:
        UnknownName: If there is no entity of that name; `AmbiguousName` if several.
    """
    iri = find_entity(name, nodes, names)
    if isinstance(nodes, StoreNeighborhood):
        return build_card(nodes.subgraph([iri], boundary=True, involved=True), iri)
    return build_card(nodes, iri)


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
            f"{shorten(iri)} has a name here, but no named graph says what it is (a al:Film, "
            "for one), so there is no card of it; see what is said: "
            f"allusion sparql 'DESCRIBE <{iri}>'{store}"
        )
    return iri
