"""The network as a static picture: the plane of the page, as much of it as has names.

On paper nobody zooms, so a large network is drawn without what only one other is joined to:
such things are counted behind the name of that other ("2046 +12"). Names stand below, above
or beside their shapes, where they cover neither a name nor a shape.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ..records import Edge, Entity, listed
from . import glyphs
from .drawing import ThemeName, dashes, glyph, linked
from .links import first_link
from .naming import first_language
from .neighbours import Strand, edges_of
from .palette import FAMILY_ORDER, KINDS, kind_style
from .sheet import MARGIN, bundles, hint, identifier, legend, sentences, sheet, text
from .spread import spread
from .text import clean, shorten, width

if TYPE_CHECKING:
    import networkx as nx

WIDTH: Final = 1280
_HEAD: Final = 84
_NAME: Final = 11
_LONGEST: Final = 170
_SHAPE: Final = 8  # half of a shape
_SMALL: Final = 0.6  # the size of a shape without a name
_LEAST: Final = 220
_SPARSE: Final = 30
_FEW: Final = 80  # so many statements are drawn one by one, with arrows
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
    shapes = {
        iri: (x - _SHAPE, y - _SHAPE, x + _SHAPE, y + _SHAPE) for iri, (x, y) in where.items()
    }
    taken: list[Rectangle] = []
    named = []
    for rank, iri in enumerate(order):
        entity = part.nodes[iri]["entity"]
        bold = iri == focus
        more = f" +{hanging[iri]}" if hanging.get(iri) else ""
        limit = _LONGEST - width(more, _NAME)
        words = shorten(clean(entity.label(*languages)), _NAME, limit, bold=bold) + more
        others = [shape for other, shape in shapes.items() if other != iri]
        found = _room_for(
            Named(entity, *where[iri], words), width(words, _NAME, bold=bold), taken, others,
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
    half, beyond = across // 2 + 1, _SHAPE + 4
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


def draw_plane(
    made: Plane,
    theme: ThemeName,
    *,
    title: str,
    name: str,
    languages: Sequence[str] = ("en",),
) -> str:
    """The text of an SVG file; ``name`` makes its ids."""
    where = {item.entity.iri: (item.x, item.y) for item in made.named}
    shown = [item for item in made.named if item.words]
    unnamed = [item for item in made.named if not item.words]
    caption = _caption(made, len(unnamed))
    samples, height = legend(list(made.edges), MARGIN, made.height + 14, WIDTH - 2 * MARGIN)
    kinds, kinds_height = _kinds(made, made.height + 14 + height)
    drawn = [
        text(shorten(clean(title), 20, WIDTH - 2 * MARGIN, bold=True), MARGIN, 40, "heading"),
        text(caption, MARGIN, 62, "caption"),
        *_lines(made, where),
        f"<defs>{_outlines(made, name)}</defs>",
        *(_shape(item, name) for item in unnamed),
        *(_named(item, name, made.focus, languages) for item in shown),
        *samples,
        *kinds,
    ]
    size = (WIDTH, made.height + 14 + height + kinds_height)
    best = listed(clean(i.entity.label(*languages)) for i in shown[:12])
    said = f"{caption} Among them {best}." if best else caption
    return sheet(f"network-{name}", title, said, size, theme, drawn)


def _caption(made: Plane, unnamed: int) -> str:
    things, statements = made.things, made.statements
    said = [
        f"{things} thing{'s' * (things != 1)} and {statements} statement{'s' * (statements != 1)} "
        "that join them, what belongs together side by side."
    ]
    if out := things - len(made.named):
        said.append(f"{out} that hang on one other alone are left out; +2 counts those of a thing.")
    if unnamed:
        said.append(f"{unnamed} ha{'s' if unnamed == 1 else 've'} no room for a name.")
    return " ".join(said)


def _lines(made: Plane, where: dict[str, tuple[int, int]]) -> list[str]:
    """Lines of one family are one path, so that a large network stays a small file."""
    parts = []
    few = len(made.edges) <= _FEW
    own = [e for e in made.edges if few or (made.focus and made.focus in (e.origin, e.target))]
    known = {edge.iri for edge in own}
    for family in FAMILY_ORDER:
        ends = sorted(
            {
                (where[edge.origin], where[edge.target])
                for edge in made.edges
                if edge.family == family and edge.iri not in known
            }
        )
        path = "".join(f"M{one[0]} {one[1]}L{other[0]} {other[1]}" for one, other in ends)
        if path:
            dim = " dim" if made.focus else ""
            parts.append(f'<path class="wire{dim}" d="{path}" stroke-width="1"{dashes(family)}/>')
    for origin, target, strand in bundles(own):
        if origin == target:
            continue
        dim = " dim" if made.focus and made.focus not in (origin, target) else ""
        parts.append(
            f'<g class="strand {strand.family}{dim}">{hint(sentences(strand))}'
            f"{_line(where[origin], where[target], strand)}</g>"
        )
    return parts


def _line(start: tuple[int, int], end: tuple[int, int], strand: Strand) -> str:
    """A straight line with its arrow before the shape at its end."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = math.hypot(across, down) or 1.0
    along, aside = (across / length, down / length), (-down / length, across / length)
    tip, base = (length - _SHAPE - 2, length - _SHAPE - 9)
    wire = (
        f'<path class="wire" d="M{start[0]} {start[1]}L{end[0]} {end[1]}" '
        f'stroke-width="1.5"{dashes(strand.family)}/>'
    )
    if strand.mutual or base <= 0:
        return wire
    corners = (
        (tip * along[0], tip * along[1]),
        (base * along[0] + 3.5 * aside[0], base * along[1] + 3.5 * aside[1]),
        (base * along[0] - 3.5 * aside[0], base * along[1] - 3.5 * aside[1]),
    )
    points = "L".join(f"{round(start[0] + x)} {round(start[1] + y)}" for x, y in corners)
    return f'{wire}<path class="head" d="M{points}Z"/>'


def _outlines(made: Plane, name: str) -> str:
    """Each kind's shape, to be used often: at its size, and smaller for what has no name."""
    kinds = sorted({item.entity.kind for item in made.named})
    return "".join(
        f'<path id="{_outline(name, kind, named=named)}" class="glyph" '
        f'd="{glyphs.path(kind_style(kind).shape)}" fill="{kind_style(kind).colour}"'
        + ("/>" if named else f' transform="scale({_SMALL})"/>')
        for kind in kinds
        for named in (True, False)
    )


def _outline(name: str, kind: str, *, named: bool) -> str:
    return identifier(f"{name}-{kind or 'other'}{'' if named else '-small'}")


def _shape(item: Named, name: str) -> str:
    shape = _outline(name, item.entity.kind, named=bool(item.words))
    return f'<use href="#{shape}" x="{item.x}" y="{item.y}"/>'


def _kinds(made: Plane, y: int) -> tuple[list[str], int]:
    counts = {kind: sum(i.entity.kind == kind for i in made.named) for kind in KINDS}
    parts: list[str] = []
    x, top = MARGIN, y
    for kind, count in counts.items():
        if not count:
            continue
        style = kind_style(kind)
        words = f"{style.one if count == 1 else style.many} {count}"
        across = 22 + width(words, _NAME)
        if x > MARGIN and x + across > WIDTH - MARGIN:
            x, top = MARGIN, top + 20
        parts += [glyph(style, x + 7, top - 4), text(words, x + 20, top, "sub")]
        x += across + 20
    return parts, (top - y + 20) if parts else 0


def _named(item: Named, name: str, focus: str, languages: Sequence[str]) -> str:
    entity = item.entity
    role = "who" if entity.iri == focus else "sub"
    words = text(
        item.words, item.text_x, item.text_y, f"halo {role}",
        language=first_language(entity, *languages), anchor=item.anchor,
    )  # fmt: skip
    ring = ""
    if entity.iri == focus:
        ring = f'<circle class="open" cx="{item.x}" cy="{item.y}" r="13"/>'
    drawn = f'<g class="thing">{ring}{_shape(item, name)}{words}</g>'
    return linked(drawn, first_link(entity))
