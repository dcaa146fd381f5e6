"""The static layouts, each from the whole network to the text of an SVG file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...core.errors import ParameterError
from ...core.vocabulary import BASE
from ..neighbors import known
from ..selection import around, joined, narrowed, shown_families
from .focus import ThemeName

if TYPE_CHECKING:
    import networkx as nx

    Network = nx.MultiDiGraph[str]


def timeline(
    network: Network,
    focus: str,
    hops: int,
    kinds: Sequence[str],
    theme: ThemeName,
    languages: Sequence[str],
    title: str | None,
) -> str:
    """Years from left to right, a lane for each kind of thing.

    Raises:
        ParameterError: If neither the focus nor anything around it has a year.
    """
    from ..layout.timeline import arrange_timeline
    from .timeline import draw_timeline

    chosen = narrowed(network, kinds)
    part = around(chosen, focus, hops, shown_families(chosen, focus, kinds))
    made = arrange_timeline(part, focus, languages=languages)
    if made is None:
        name = network.nodes[focus]["entity"].label()
        raise ParameterError(
            f"nothing within {hops} hop{'s' if hops > 1 else ''} of {name} has a year, so there is "
            "no timeline of it; the layouts focus and network need none"
        )
    return draw_timeline(made, theme, title=title, languages=languages)


def scenes(
    network: Network,
    focus: str,
    scene: str,
    kinds: Sequence[str],
    theme: ThemeName,
    languages: Sequence[str],
    title: str | None,
) -> str:
    """A film scene by scene, with what is said and what that points at.

    Raises:
        ParameterError: If no scene of it, or none of that name, is known.
    """
    from ..layout.scene import scenes_of
    from ..neighbors import edges_of
    from .scene import draw_scenes

    kept = {edge.iri for edge in edges_of(narrowed(network, kinds))} if kinds else None
    sections = scenes_of(network, focus, scene, kept)
    return draw_scenes(network, focus, sections, theme, title=title, languages=languages)


def plane(
    network: Network,
    focus: str,
    hops: int | None,
    kinds: Sequence[str],
    theme: ThemeName,
    languages: Sequence[str],
    title: str | None,
) -> str:
    """The whole network on a plane, or what is within ``hops`` of the focus."""
    from ..layout.network import arrange_plane
    from .network import draw_plane

    chosen = narrowed(network, kinds)
    families = shown_families(chosen, focus, kinds)
    entity = known(network, focus)
    if hops is None:
        part = joined(chosen, families, focus)
        heading = title or f"The network, and in it {entity.label(*languages)}"
    else:
        part = around(chosen, focus, hops, families)
        heading = title or f"Around {entity.label(*languages)}"
    # An answer has no middle of its own; the page needs one, a drawing does not.
    made = arrange_plane(part, "" if network.graph.get("answer") else focus, languages)
    name = entity.iri.removeprefix(BASE)
    return draw_plane(made, theme, title=heading, name=name, languages=languages)


def focused(
    network: Network,
    focus: str,
    hops: int,
    kinds: Sequence[str],
    theme: ThemeName,
    languages: Sequence[str],
    title: str | None,
    max_neighbours: int,
) -> str:
    """The entity between what it points to and what points to it."""
    from ..layout.focus import arrange
    from ..neighbors import neighbours
    from .focus import render
    from .second_hop import ROOM, draw_beyond, further, with_room

    chosen = narrowed(network, kinds)
    entity = known(chosen, focus)
    families = shown_families(chosen, focus, kinds)
    beside = neighbours(chosen, focus, families=families, languages=languages)
    if hops == 1:
        picture = arrange(entity, beside, most=max_neighbours, languages=languages)
        return render(picture, theme, heading=title) + "\n"
    beyond = further(chosen, focus, beside, families, languages)
    outside = (
        ROOM if any(side == "out" for side, _ in beyond) else 0,
        ROOM if any(side == "in" for side, _ in beyond) else 0,
    )
    picture = arrange(
        entity,
        with_room(beside, beyond),
        most=max_neighbours,
        outside=outside,
        languages=languages,
    )
    more = draw_beyond(picture, beyond, languages)
    return render(picture, theme, heading=title, more=more, sheets=("sheet.css",)) + "\n"
