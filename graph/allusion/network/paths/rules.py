"""Which edges a path may use, and what each step costs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Protocol

from ...core.model import ConnectionEnds, Edge
from ...core.text import count_text
from ...core.vocabulary import BASE, FAMILIES, HUBS, register_of

MAX_HOPS: Final = 6
HUB_NAMES: Final = "a place, an organization, a language or an award"

_HOP_COST: Final = 1_000_000
_NO_CONNECTION_COST: Final = 10_000
_MAX_SOURCES: Final = 9


class Step(ConnectionEnds, Protocol):
    """What the rules read of an edge."""

    @property
    def kind(self) -> str:
        """The kind."""


@dataclass(frozen=True, slots=True)
class PathRules:
    """Which edges a path may use.

    Attributes:
        via: Families or kinds of edges; () means all.
        credits: Use the families "credit", "story" and "part" too.
        hubs: Pass through entities of the kinds `HUBS` by credits and parts too.
        max_hops: Maximum length of a path.
    """

    via: tuple[str, ...] = ()
    credits: bool = True
    hubs: bool = False
    max_hops: int = MAX_HOPS

    def allows(self, step: Step, ends: Collection[str]) -> bool:
        """Return whether a path between two entities may use an edge that is not doubtful."""
        if step.origin == step.target:
            return False
        if self.via and not {step.family, step.kind} & set(self.via):
            return False
        if step.family in FAMILIES:
            return True
        return self.credits and (
            self.hubs
            or not any(is_hub(iri) for iri in (step.origin, step.target) if iri not in ends)
        )

    def describe(self) -> str:
        """Return the rules as text: "by reference within 6 hops"."""
        if self.via:
            edges = " or ".join(self.via)
        elif self.credits:
            edges = "connections, credits, stories and parts"
        else:
            edges = "the four families of connection"
        avoids_hubs = self.credits and not self.via and not self.hubs
        hubs = f", not through {HUB_NAMES}," if avoids_hubs else ""
        return f"by {edges}{hubs} within {count_hops(self.max_hops)}"


def is_hub(iri: str) -> bool:
    """Return whether paths lead through an entity by connections only."""
    return iri.startswith(BASE) and register_of(iri) in HUBS


def step_cost(degrees: int, sources: int, *, is_connection: bool) -> int:
    """Return the cost of a step; a path of fewer hops always costs less.

    Args:
        degrees: Product of the numbers of neighbors of both ends.
        sources: Number of sources of the best edge.
        is_connection: Whether the best edge is one of the four families of connection.
    """
    return (
        _HOP_COST
        + (0 if is_connection else _NO_CONNECTION_COST)
        + 100 * degrees.bit_length()
        - min(sources, _MAX_SOURCES)
    )


def count_hops(count: int) -> str:
    """Return a length as text: "1 hop"."""
    return count_text(count, "hop", "hops")


def edge_sort_key(edge: Edge) -> tuple[bool, int, str]:
    """Sort connections first, then by number of sources."""
    return edge.family not in FAMILIES, -edge.sources, edge.iri
