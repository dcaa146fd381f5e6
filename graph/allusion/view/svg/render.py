"""Draw one entity in the layout that the options name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...core.errors import ParameterError
from ...core.text import count_text
from ...core.vocabulary import BASE
from ...network.networkx_graph import get_entity, iter_edges
from ..options import DEFAULT_OPTIONS, PictureOptions
from ..subgraphs import (
    check_languages,
    ego_graph,
    family_subgraph,
    filter_by_kind,
    visible_families,
)

if TYPE_CHECKING:
    import networkx as nx

    Network = nx.MultiDiGraph[str]


def render_svg(network: Network, focus: str, options: PictureOptions = DEFAULT_OPTIONS) -> str:
    """Return the drawing of one entity as the text of an SVG file.

    Args:
        network: All entities and edges.
        focus: IRI of the entity.
        options: Layout and other options. Layout "path" needs two entities, see
            `svg.path.draw_paths`.

    Raises:
        UnknownName: If ``focus`` is not in the network.
        ParameterError: If the layout cannot show this entity, or a kind or language is
            unknown.
    """
    options = replace(options, attribution=network.graph.get("attribution", ""))
    get_entity(network, focus)
    check_languages(network, options.languages)
    match options.layout:
        case "timeline":
            return _render_timeline(network, focus, options)
        case "network":
            return _render_network(network, focus, options)
        case "scene":
            return _render_scenes(network, focus, options)
        case "focus":
            return _render_focus(network, focus, options)
    raise ParameterError(
        "layout path needs two entities; for one entity choose focus, network, timeline or scene"
    )


def _render_timeline(network: Network, focus: str, options: PictureOptions) -> str:
    from ..layout.timeline import MAX_ENTITIES, layout_timeline
    from .timeline import draw_timeline

    hops = options.hops or 1
    filtered = filter_by_kind(network, options.kinds)
    families = visible_families(filtered, focus, options.kinds)
    part = ego_graph(filtered, focus, hops, families)
    layout = layout_timeline(
        part,
        focus,
        max_entities=max(MAX_ENTITIES, options.max_neighbors),
        languages=options.languages,
    )
    if layout is None:
        name = get_entity(network, focus).label()
        raise ParameterError(
            f"no entity within {count_text(hops, 'hop', 'hops')} of {name} has a year, so there "
            "is no timeline; choose layout focus or network"
        )
    return draw_timeline(layout, options)


def _render_scenes(network: Network, focus: str, options: PictureOptions) -> str:
    from ..layout.scene import scene_sections
    from .scene import draw_scenes

    kept = None
    if options.kinds:
        kept = {edge.iri for edge in iter_edges(filter_by_kind(network, options.kinds))}
    sections = scene_sections(network, focus, options.scene, kept)
    return draw_scenes(network, focus, sections, options)


def _render_network(network: Network, focus: str, options: PictureOptions) -> str:
    from ..layout.network import layout_network
    from .network import draw_network

    filtered = filter_by_kind(network, options.kinds)
    families = visible_families(filtered, focus, options.kinds)
    entity = get_entity(network, focus)
    label = entity.label(*options.languages)
    if options.hops is None:
        part = family_subgraph(filtered, families, focus)
        title = options.title or f"The network, and in it {label}"
    else:
        part = ego_graph(filtered, focus, options.hops, families)
        title = options.title or f"Around {label}"
    # The focus of a query result is chosen for the page; the drawing does not mark it.
    marked = "" if network.graph.get("answer") else focus
    layout = layout_network(part, marked, options.languages)
    return draw_network(layout, options, title=title, name=entity.iri.removeprefix(BASE))


def _render_focus(network: Network, focus: str, options: PictureOptions) -> str:
    from ..layout.focus import layout_focus
    from ..neighbors import find_neighbors
    from .focus import draw_focus
    from .second_hop import (
        SIDE_WIDTH,
        SecondHop,
        draw_second_hop,
        find_second_hop,
        reserve_heights,
    )

    filtered = filter_by_kind(network, options.kinds)
    entity = get_entity(filtered, focus)
    families = visible_families(filtered, focus, options.kinds)
    languages = options.languages
    neighbors = find_neighbors(filtered, focus, families=families, languages=languages)
    second_hop: SecondHop = {}
    if options.hops == 2:
        second_hop = find_second_hop(filtered, focus, neighbors, families, languages)
    sides = {side for side, _ in second_hop}
    layout = layout_focus(
        entity,
        reserve_heights(neighbors, second_hop),
        max_neighbors=options.max_neighbors,
        side_widths=(SIDE_WIDTH * ("in" in sides), SIDE_WIDTH * ("out" in sides)),
        languages=languages,
    )
    elements = draw_second_hop(layout, second_hop, options)
    svg = draw_focus(
        layout,
        options,
        second_hop=elements,
        extra_rules=options.hops == 2,
    )
    return svg + "\n"
