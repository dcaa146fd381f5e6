"""Who stands beside an entity, and by which strands: what the focus view shows, unplaced."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from ..core.errors import UnknownName
from ..core.model import Edge, Entity, Family
from .boxes import (
    FAMILY_WORDS,
    Box,
    Label,
    bundle_label,
    counted,
    edge_label,
    kind_label,
    name_box,
)
from .theme import CONNECTIONS, FAMILY_ORDER

if TYPE_CHECKING:
    import networkx as nx

Side = Literal["out", "in"]

MOST_STRANDS: Final = 3
_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Strand:
    """One line of the picture: an edge, or several of one kind or family as a bundle."""

    family: Family
    edges: tuple[Edge, ...]
    label: Label

    @property
    def sources(self) -> int:
        """How many sources stand behind the best supported of its edges."""
        return max(edge.sources for edge in self.edges)

    @property
    def disputed(self) -> bool:
        """Whether a source says otherwise of any of its edges."""
        return any(edge.disputed for edge in self.edges)

    @property
    def mutual(self) -> bool:
        """Whether all of its edges join both ends alike."""
        return all(edge.mutual for edge in self.edges)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An entity beside the focus, and the strands that join the two.

    ``room`` is how high its block must be at least, for what stands beside it in turn;
    ``degree`` how many edges it has in all.
    """

    entity: Entity
    side: Side
    box: Box
    strands: tuple[Strand, ...]
    room: int = 0
    degree: int = 0


def entities_of(network: nx.MultiDiGraph[str]) -> Iterator[Entity]:
    """The records of all nodes."""
    for _, data in network.nodes(data=True):
        yield data["entity"]


def edges_of(network: nx.MultiDiGraph[str]) -> Iterator[Edge]:
    """The records of all edges."""
    for _, _, data in network.edges(data=True):
        yield data["edge"]


def entity_order(entity: Entity, *languages: str) -> tuple[bool, int, str, str]:
    """A key that puts the oldest first and those without a year last."""
    # Numbers sort by their value: part 2 comes before part 10.
    name = _NUMBER.sub(lambda match: match[0].zfill(12), entity.label(*languages).casefold())
    return (entity.year is None, entity.year or 0, name, entity.iri)


def edge_order(edge: Edge) -> tuple[int, str, str, str]:
    """A key that keeps the families and kinds together."""
    return (FAMILY_ORDER.index(edge.family), edge.kind_label, edge.phrase, edge.iri)


def known(network: nx.MultiDiGraph[str], focus: str) -> Entity:
    """The entity at ``focus``.

    :raises UnknownName: if the network has no such node.
    """
    if focus not in network:
        raise UnknownName(f"{focus!r} is not an entity of this network; give the IRI of one")
    entity: Entity = network.nodes[focus]["entity"]
    return entity


def neighbours(
    network: nx.MultiDiGraph[str],
    focus: str,
    *,
    families: Collection[Family] | None = None,
    languages: Sequence[str] = ("en",),
) -> list[Neighbour]:
    """Those beside the focus: what it points to, then what points to it, each oldest first.

    ``families`` None means those of `usual_families`. An edge from the focus to itself stands on
    the left, as a box of its own.
    """
    known(network, focus)
    outgoing: dict[str, list[Edge]] = {}
    incoming: dict[str, list[Edge]] = {}
    for _, target, data in network.out_edges(focus, data=True):
        outgoing.setdefault(target, []).append(data["edge"])
    for origin, _, data in network.in_edges(focus, data=True):
        if origin != focus:
            incoming.setdefault(origin, []).append(data["edge"])
    if families is None:
        every = [edge for side in (outgoing, incoming) for edges in side.values() for edge in edges]
        families = usual_families(network.nodes[focus]["entity"], every)
    found: list[Neighbour] = []
    sides: tuple[tuple[Side, dict[str, list[Edge]]], ...] = (("out", outgoing), ("in", incoming))
    for side, by_entity in sides:
        entities = [network.nodes[iri]["entity"] for iri in by_entity]
        for entity in sorted(entities, key=lambda item: entity_order(item, *languages)):
            edges = sorted(
                (e for e in by_entity[entity.iri] if e.family in families), key=edge_order
            )
            if edges:
                box = name_box(entity, *languages)
                # An edge to itself counts once, as it does in the page.
                itself = network.number_of_edges(entity.iri, entity.iri)
                degree = network.degree(entity.iri) - itself
                found.append(Neighbour(entity, side, box, strands(edges), degree=degree))
    return found


def usual_families(entity: Entity, edges: Iterable[Edge]) -> Collection[Family]:
    """The four kinds of connection, with the ties of a person's life; all where there is none."""
    if not any(edge.family in CONNECTIONS for edge in edges):
        return FAMILY_ORDER
    return {*CONNECTIONS, "story"} if entity.kind == "person" else CONNECTIONS


def strands(edges: Sequence[Edge]) -> tuple[Strand, ...]:
    """Edges between the same two as at most a few strands.

    Those that say the same are one strand. The rest are strands of their own
    while there are few; else those of one kind bundle, and where even that is
    too many, those of one family.
    """
    by_words: dict[tuple[Family, tuple[str, ...]], list[Edge]] = {}
    for edge in edges:
        by_words.setdefault((edge.family, edge_label(edge).lines), []).append(edge)
    if len(by_words) <= MOST_STRANDS:
        return tuple(
            Strand(family, tuple(group), counted(edge_label(group[0]), len(group)))
            for (family, _), group in by_words.items()
        )
    by_kind: dict[tuple[Family, str], list[Edge]] = {}
    for edge in edges:
        by_kind.setdefault((edge.family, edge.kind), []).append(edge)
    if len(by_kind) <= MOST_STRANDS:
        return tuple(
            Strand(family, tuple(group), _group_label(kind_label(group[0]), group))
            for (family, _), group in by_kind.items()
        )
    by_family: dict[Family, list[Edge]] = {}
    for edge in edges:
        by_family.setdefault(edge.family, []).append(edge)
    return tuple(
        Strand(family, tuple(group), _group_label(FAMILY_WORDS[family], group))
        for family, group in by_family.items()
    )


def family_strand(family: Family, edges: Sequence[Edge]) -> Strand:
    """Return edges of one family as one strand."""
    found = strands(edges)
    label = found[0].label if len(found) == 1 else bundle_label(FAMILY_WORDS[family], len(edges))
    return Strand(family, tuple(edges), label)


def _group_label(words: str, group: Sequence[Edge]) -> Label:
    return edge_label(group[0]) if len(group) == 1 else bundle_label(words, len(group))
