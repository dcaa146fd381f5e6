"""The network as a static picture: the plane of the page, as much of it as has names.

On paper nobody zooms, so a large network is drawn without what only one other is joined to:
such things are counted behind the name of that other ("2046 +12"). Names stand below, above
or beside their shapes, where they cover neither a name nor a shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ...core.model import Edge, Entity
from ..neighbors import edges_of
from ..svg.document import MARGIN
from ..text_metrics import clean, shorten, width
from .force import spread

if TYPE_CHECKING:
    import networkx as nx

WIDTH: Final = 1280
_HEAD: Final = 84
NAME: Final = 11
_LONGEST: Final = 170
SHAPE: Final = 8  # half of a shape
_LEAST: Final = 220
_SPARSE: Final = 30
_BEST: Final = 12  # so many of the best joined have a name wherever there is any room
_WHOLE: Final = 150  # so many things are drawn with all that hangs on one other

Rectangle = tuple[int, int, int, int]
"""Left, top, right and bottom."""


@dataclass(frozen=True, slots=True)
class Named:
    """A shape with its name; ``words`` is "" where there was no room for one.

    ``text_x``, ``text_y`` and ``anchor`` place the words, ``rectangle`` is what they cover.
    """

    entity: Entity
    x: int
    y: int
    words: str = ""
    text_x: int = 0
    text_y: int = 0
    anchor: str = "middle"
    rectangle: Rectangle = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Plane:
    """All shapes in pixels from the top left corner, the best joined first.

    ``things`` and ``statements`` count the network, with what is left out of the drawing.
    """

    named: tuple[Named, ...]
    edges: tuple[Edge, ...]
    focus: str
    height: int
    things: int
    statements: int


def arrange_plane(
    part: nx.MultiDiGraph[str], focus: str = "", languages: Sequence[str] = ("en",)
) -> Plane:
    """Place the network; ``focus`` "" means that nothing is in the middle of interest.

    >>> import networkx as nx
    >>> arrange_plane(nx.MultiDiGraph()).named
    ()
    """
    core, hanging = _core(part, focus)
    places = spread(core, tuple(languages))
    across = max((x for x, _ in places.values()), default=0)
    left = min((x for x, _ in places.values()), default=0)
    top = min((y for _, y in places.values()), default=0)
    down = max((y for _, y in places.values()), default=0)
    room = WIDTH - 2 * MARGIN - _LONGEST
    # Few things would stand in a huddle: the layout keeps names apart, no more.
    largest = 2.0 if len(core) <= _SPARSE else 1.0
    scale = min(largest, room / max(1, across - left))
    height = max(_LEAST, int((down - top) * scale) + 40)
    indent = (WIDTH - int((across - left) * scale)) // 2
    where = {
        iri: (indent + int((x - left) * scale), _HEAD + 20 + int((y - top) * scale))
        for iri, (x, y) in places.items()
    }
    near = _beside(core, focus) | {focus} if focus in core else set()
    order = sorted(where, key=lambda iri: (iri != focus, iri not in near, -part.degree(iri), iri))
    shapes = {iri: (x - SHAPE, y - SHAPE, x + SHAPE, y + SHAPE) for iri, (x, y) in where.items()}
    taken: list[Rectangle] = []
    named = []
    for rank, iri in enumerate(order):
        entity = part.nodes[iri]["entity"]
        bold = iri == focus
        more = f" +{hanging[iri]}" if hanging.get(iri) else ""
        limit = _LONGEST - width(more, NAME)
        words = shorten(clean(entity.label(*languages)), NAME, limit, bold=bold) + more
        others = [shape for other, shape in shapes.items() if other != iri]
        found = _room_for(
            Named(entity, *where[iri], words), width(words, NAME, bold=bold), taken, others,
            must=iri in near or rank < len(near) + _BEST,
        )  # fmt: skip
        if found.words:
            taken.append(found.rectangle)
        named.append(found)
    return Plane(
        tuple(named), tuple(edges_of(core)), focus, _HEAD + height, len(part),
        part.number_of_edges(),
    )  # fmt: skip


def _beside(part: nx.MultiDiGraph[str], iri: str) -> set[str]:
    return {*part.successors(iri), *part.predecessors(iri)} - {iri}


def _core(part: nx.MultiDiGraph[str], focus: str) -> tuple[nx.MultiDiGraph[str], dict[str, int]]:
    """What is drawn, and how many things that are not hang on each; the focus keeps its own."""
    if len(part) <= _WHOLE:
        return part, {}
    beside = {iri: _beside(part, iri) for iri in part}
    near = {focus, *beside.get(focus, ())}
    kept = [iri for iri in part if iri in near or len(beside[iri]) > 1]
    core = part.subgraph(kept)
    hanging = {iri: sum(other not in core for other in beside[iri]) for iri in kept}
    ordered: nx.MultiDiGraph[str] = part.__class__()
    ordered.add_nodes_from((iri, part.nodes[iri]) for iri in kept)
    for edge in edges_of(core):
        ordered.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return ordered, hanging


def _room_for(
    item: Named,
    across: int,
    taken: Sequence[Rectangle],
    shapes: Sequence[Rectangle],
    *,
    must: bool,
) -> Named:
    """The item with its name below, above or beside it; without, where that covers something.

    One that ``must`` be named may cover shapes, as few as can be.
    """
    half, beyond = across // 2 + 1, SHAPE + 4
    x, y = item.x, item.y
    tried = [
        replace(item, text_x=at, text_y=y + down, anchor=anchor,
                rectangle=(left, y + down - 11, left + across + 2, y + down + 3))
        for at, down, anchor, left in (
            (x, 20, "middle", x - half),
            (x, -13, "middle", x - half),
            (x + beyond, 4, "", x + beyond - 1),
            (x - beyond, 4, "end", x - beyond - across - 1),
        )
    ]  # fmt: skip
    inside = [
        one
        for one in tried
        if one.rectangle[0] >= MARGIN
        and one.rectangle[2] <= WIDTH - MARGIN
        and not _covered(one.rectangle, taken)
    ]
    covers = [_covered(one.rectangle, shapes) for one in inside]
    if covers and (must or not min(covers)):
        return inside[covers.index(min(covers))]
    return replace(item, words="")


def _covered(one: Rectangle, others: Sequence[Rectangle]) -> int:
    return sum(
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        for other in others
    )
