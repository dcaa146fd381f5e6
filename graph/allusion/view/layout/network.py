"""The network layout of a static drawing.

A drawing cannot be zoomed, so nodes of a large network that have only one neighbor are left
out and counted behind the name of that neighbor ("2046 +12"). Names are placed below, above
or beside their symbols, where they cover neither a name nor a symbol.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ...core.model import Edge, Entity
from ...network.networkx_graph import get_entity, iter_edges
from ..text_metrics import clean_text, text_width, truncate
from . import DRAWING_MARGIN
from .areas import Area, find_areas
from .community_layout import layout_communities
from .leaves import find_leaves, neighbors_of, without_leaves
from .rectangles import Rectangle, count_overlaps

if TYPE_CHECKING:
    import networkx as nx

WIDTH: Final = 1280
NODE_NAME_SIZE: Final = 11
SYMBOL_RADIUS: Final = 8
_HEADER_HEIGHT: Final = 84
_MAX_NAME_WIDTH: Final = 170
_MIN_HEIGHT: Final = 220
_STRETCH: Final = 2.0
_MAX_ENLARGED: Final = 30  # networks up to this size may be scaled up
_MIN_NAMED: Final = 12  # of the nodes with the most edges, this many always have a name
_MAX_COMPLETE: Final = 150  # networks up to this size are drawn with all nodes


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A symbol and its name.

    Attributes:
        entity: The entity.
        x: Center of the symbol.
        y: Center of the symbol.
        name: The name as drawn; "" if there is no room.
        text_x: Position of the name.
        text_y: Baseline of the name.
        anchor: ``text-anchor`` of the name; "" means start.
        rectangle: The area that the name covers.
    """

    entity: Entity
    x: int
    y: int
    name: str = ""
    text_x: int = 0
    text_y: int = 0
    anchor: str = "middle"
    rectangle: Rectangle = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class NetworkLayout:
    """A whole layout.

    Attributes:
        nodes: The focus first, then its neighbors, then by number of edges.
        edges: Edges between ``nodes``.
        areas: Areas of communities of at least ``areas.MIN_AREA`` members.
        focus: IRI of the focus; "" if there is none.
        height: Height of the drawing.
        node_count: Nodes of the network, including those that are not drawn.
        edge_count: Edges of the network, including those that are not drawn.
    """

    nodes: tuple[PlacedNode, ...]
    edges: tuple[Edge, ...]
    areas: tuple[Area, ...]
    focus: str
    height: int
    node_count: int
    edge_count: int

    @property
    def omitted(self) -> int:
        """Number of nodes that are not drawn."""
        return self.node_count - len(self.nodes)


def layout_network(
    network: nx.MultiDiGraph[str], focus: str = "", languages: Sequence[str] = ("en",)
) -> NetworkLayout:
    """Place all nodes and their names.

    Args:
        network: What to draw.
        focus: IRI of the entity to mark; "" for none.
        languages: Tags in order of preference.

    >>> import networkx as nx
    >>> layout_network(nx.MultiDiGraph()).nodes
    ()
    """
    leaves: dict[str, str] = {}
    if len(network) > _MAX_COMPLETE:
        kept = {focus, *neighbors_of(network, focus)} if focus in network else set()
        leaves = find_leaves(network, kept)
    core = without_leaves(network, leaves)
    hidden_counts = Counter(leaves.values())
    positions, height, communities = _fit_width(core, languages)

    def short_name(iri: str) -> str:
        label = clean_text(get_entity(network, iri).label(*languages))
        return truncate(label, NODE_NAME_SIZE, _MAX_NAME_WIDTH)

    bounds = (
        DRAWING_MARGIN, _HEADER_HEIGHT - 10, WIDTH - DRAWING_MARGIN, _HEADER_HEIGHT + height,
    )  # fmt: skip
    areas = find_areas(communities, positions, short_name, bounds)
    near = neighbors_of(core, focus) | {focus} if focus in core else set()
    order = sorted(
        positions, key=lambda iri: (iri != focus, iri not in near, -network.degree(iri), iri)
    )
    symbols = {
        iri: (x - SYMBOL_RADIUS, y - SYMBOL_RADIUS, x + SYMBOL_RADIUS, y + SYMBOL_RADIUS)
        for iri, (x, y) in positions.items()
    }
    names = [area.rectangle for area in areas if area.name]
    nodes = []
    for rank, iri in enumerate(order):
        entity = get_entity(network, iri)
        bold = iri == focus
        suffix = f" +{hidden_counts[iri]}" if hidden_counts.get(iri) else ""
        max_width = _MAX_NAME_WIDTH - text_width(suffix, NODE_NAME_SIZE)
        label = clean_text(entity.label(*languages))
        name = truncate(label, NODE_NAME_SIZE, max_width, bold=bold) + suffix
        node = _place_name(
            PlacedNode(entity, *positions[iri], name),
            text_width(name, NODE_NAME_SIZE, bold=bold),
            names,
            [rectangle for other, rectangle in symbols.items() if other != iri],
            required=iri in near or rank < len(near) + _MIN_NAMED,
        )
        if node.name:
            names.append(node.rectangle)
        nodes.append(node)
    return NetworkLayout(
        tuple(nodes),
        tuple(iter_edges(core)),
        tuple(areas),
        focus,
        _HEADER_HEIGHT + height,
        len(network),
        network.number_of_edges(),
    )


def _fit_width(
    core: nx.MultiDiGraph[str], languages: Sequence[str]
) -> tuple[dict[str, tuple[int, int]], int, list[tuple[str, ...]]]:
    """Scale the positions to the width of the drawing.

    Returns:
        Positions in the drawing, the height they take, and the members of each community.
    """
    layout = layout_communities(core, tuple(languages))
    positions = layout.positions
    left = min((x for x, _ in positions.values()), default=0)
    right = max((x for x, _ in positions.values()), default=0)
    top = min((y for _, y in positions.values()), default=0)
    bottom = max((y for _, y in positions.values()), default=0)
    available = WIDTH - 2 * DRAWING_MARGIN - _MAX_NAME_WIDTH
    max_scale = 2.0 if len(core) <= _MAX_ENLARGED else 1.0
    scale = min(max_scale, available / max(1, right - left))
    # The height is free: names that shrank together in the width get rows of their own.
    scale_y = max(scale, min(1.0, scale * _STRETCH))
    height = max(_MIN_HEIGHT, int((bottom - top) * scale_y) + 40)
    indent = (WIDTH - int((right - left) * scale)) // 2
    placed = {
        iri: (indent + int((x - left) * scale), _HEADER_HEIGHT + 20 + int((y - top) * scale_y))
        for iri, (x, y) in positions.items()
    }
    return placed, height, [_joined(one.members, core) for one in layout.communities]


def _joined(members: Sequence[str], core: nx.MultiDiGraph[str]) -> tuple[str, ...]:
    """Return the members with a neighbor among the members; the rest only fills a place."""
    inside = set(members)
    return tuple(iri for iri in members if not inside.isdisjoint(neighbors_of(core, iri)))


def _place_name(
    node: PlacedNode,
    width: int,
    names: Sequence[Rectangle],
    symbols: Sequence[Rectangle],
    *,
    required: bool,
) -> PlacedNode:
    """Place the name of a node where it covers no other name and no symbol.

    Args:
        node: The node, with its name.
        width: Width of the name.
        names: Areas of the names that are placed already.
        symbols: Areas of the symbols of all other nodes.
        required: The name may cover symbols, but as few as possible.

    Returns:
        The node, without a name if there is no room.
    """
    half, offset = width // 2 + 1, SYMBOL_RADIUS + 4
    x, y = node.x, node.y
    candidates = [
        replace(node, text_x=text_x, text_y=y + dy, anchor=anchor,
                rectangle=(left, y + dy - 11, left + width + 2, y + dy + 3))
        for text_x, dy, anchor, left in (
            (x, 20, "middle", x - half),
            (x, -13, "middle", x - half),
            (x + offset, 4, "", x + offset - 1),
            (x - offset, 4, "end", x - offset - width - 1),
        )
    ]  # fmt: skip
    allowed = [
        candidate
        for candidate in candidates
        if candidate.rectangle[0] >= DRAWING_MARGIN
        and candidate.rectangle[2] <= WIDTH - DRAWING_MARGIN
        and not count_overlaps(candidate.rectangle, names)
    ]
    overlaps = [count_overlaps(candidate.rectangle, symbols) for candidate in allowed]
    if overlaps and (required or not min(overlaps)):
        return allowed[overlaps.index(min(overlaps))]
    return replace(node, name="")
