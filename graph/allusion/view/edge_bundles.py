"""Edge bundles: parallel edges that a picture draws as one line."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from ..core.model import Edge, Family
from ..core.vocabulary import DOUBTFUL
from .text_boxes import (
    FAMILY_NAMES,
    EdgeLabel,
    bundle_label,
    counted_label,
    edge_label,
    extended_label,
    short_kind_label,
)
from .theme import FAMILY_ORDER, UNCERTAIN

MAX_BUNDLES: Final = 3
"""Lines drawn between two entities at most."""

_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class EdgeBundle:
    """One line of a picture: an edge, or several edges of one kind or family."""

    family: Family
    edges: tuple[Edge, ...]
    label: EdgeLabel

    @property
    def sources(self) -> int:
        """Number of sources of the edge that has the most."""
        return max(edge.sources for edge in self.edges)

    @property
    def doubt(self) -> str:
        """The uncertainty of the edges, see `doubt`."""
        return doubt(self.edges)

    @property
    def mutual(self) -> bool:
        """Whether all edges are undirected."""
        return all(edge.mutual for edge in self.edges)


def doubt(edges: Sequence[Edge]) -> str:
    """Return the uncertainty of edges that are drawn as one line, in one word.

    Returns:
        "disputed" or "doubtful" if one edge is; "claimed", "reported" or "inferred" if all
        edges are uncertain; else "".
    """
    if any(edge.disputed for edge in edges):
        return "disputed"
    certainties = [edge.certainty for edge in edges]
    if DOUBTFUL in certainties:
        return DOUBTFUL
    if not certainties or not all(certainty in UNCERTAIN for certainty in certainties):
        return ""
    return certainties[0] if len(set(certainties)) == 1 else "claimed"


def edge_sort_key(edge: Edge) -> tuple[int, str, str, str]:
    """Sort by family, then kind, then phrase."""
    return (FAMILY_ORDER.index(edge.family), edge.kind_label, edge.phrase, edge.iri)


def bundle_edges(edges: Sequence[Edge]) -> tuple[EdgeBundle, ...]:
    """Bundle the edges between two entities.

    Edges with the same label form one bundle. If that gives more than `MAX_BUNDLES`, edges
    of one kind form a bundle; if that is still too many, edges of one family.
    """
    by_label = _group(edges, [(edge.family, edge_label(edge)) for edge in edges])
    if len(by_label) <= MAX_BUNDLES:
        return tuple(
            EdgeBundle(
                group[0].family, tuple(group), counted_label(edge_label(group[0]), len(group))
            )
            for group in by_label
        )
    by_kind = _group(edges, [(edge.family, edge.kind) for edge in edges])
    if len(by_kind) <= MAX_BUNDLES:
        return tuple(_bundle(group, short_kind_label(group[0])) for group in by_kind)
    by_family = _group(edges, [edge.family for edge in edges])
    return tuple(_bundle(group, FAMILY_NAMES[group[0].family]) for group in by_family)


def bundle_by_family(edges: Iterable[Edge]) -> list[tuple[str, str, EdgeBundle]]:
    """Bundle edges of one family between the same two entities.

    Returns:
        (origin, target, bundle) in the order of origin, target and family.
    """
    groups: dict[tuple[str, str, Family], list[Edge]] = {}
    for edge in sorted(edges, key=edge_sort_key):
        groups.setdefault((edge.origin, edge.target, edge.family), []).append(edge)
    return [
        (origin, target, _family_bundle(group))
        for (origin, target, _), group in sorted(groups.items())
    ]


def _family_bundle(edges: Sequence[Edge]) -> EdgeBundle:
    """Return edges of one family as one bundle: the first label, and "+2" for two other edges."""
    first, *others = bundle_edges(edges)
    more = sum(len(bundle.edges) for bundle in others)
    return EdgeBundle(first.family, tuple(edges), extended_label(first.label, more))


def _group(edges: Sequence[Edge], keys: Sequence[_Key]) -> list[list[Edge]]:
    """Group edges by key, in the order of the first edge of each group."""
    groups: dict[_Key, list[Edge]] = {}
    for key, edge in zip(keys, edges, strict=True):
        groups.setdefault(key, []).append(edge)
    return list(groups.values())


def _bundle(edges: Sequence[Edge], name: str) -> EdgeBundle:
    label = edge_label(edges[0]) if len(edges) == 1 else bundle_label(name, len(edges))
    return EdgeBundle(edges[0].family, tuple(edges), label)
