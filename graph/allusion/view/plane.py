"""The network as a static picture: the plane of the page, with names where there is room.

Places are those of ``spread``. On paper a plane is smaller than on a screen one can zoom,
so names go to the focus, to its neighbours and to the best joined, each where it covers
neither a name nor the shape of something named; the rest are shapes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..records import Edge, Entity
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

Rectangle = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Named:
    """A shape with its name; ``words`` is "" where there was no room for one."""

    entity: Entity
    x: int
    y: int
    words: str
    rectangle: Rectangle


@dataclass(frozen=True, slots=True)
class Plane:
    """All shapes in pixels from the top left corner, the best joined first."""

    named: tuple[Named, ...]
    edges: tuple[Edge, ...]
    focus: str
    height: int


def arrange_plane(
    part: nx.MultiDiGraph[str], focus: str = "", languages: Sequence[str] = ("en",)
) -> Plane:
    """Place the network; ``focus`` "" means that nothing is in the middle of interest.

    >>> import networkx as nx
    >>> arrange_plane(nx.MultiDiGraph()).named
    ()
    """
    places = spread(part, tuple(languages))
    across = max((x for x, _ in places.values()), default=0)
    left = min((x for x, _ in places.values()), default=0)
    top = min((y for _, y in places.values()), default=0)
    down = max((y for _, y in places.values()), default=0)
    room = WIDTH - 2 * MARGIN - _LONGEST
    # Few things would stand in a huddle: the layout keeps names apart, no more.
    largest = 2.0 if len(part) <= _SPARSE else 1.0
    scale = min(largest, room / max(1, across - left))
    height = max(_LEAST, int((down - top) * scale) + 30)
    indent = (WIDTH - int((across - left) * scale)) // 2
    where = {
        iri: (indent + int((x - left) * scale), _HEAD + 10 + int((y - top) * scale))
        for iri, (x, y) in places.items()
    }
    near = {focus, *part.successors(focus), *part.predecessors(focus)} if focus in part else set()
    order = sorted(where, key=lambda iri: (iri != focus, iri not in near, -part.degree(iri), iri))
    taken: list[Rectangle] = []
    named = []
    for iri in order:
        entity = part.nodes[iri]["entity"]
        x, y = where[iri]
        words = shorten(clean(entity.label(*languages)), _NAME, _LONGEST, bold=iri == focus)
        half = width(words, _NAME, bold=iri == focus) // 2 + 1
        rectangle = (min(x - half, x - _SHAPE), y - _SHAPE, max(x + half, x + _SHAPE), y + 23)
        fits = all(
            rectangle[2] <= other[0] or other[2] <= rectangle[0]
            or rectangle[3] <= other[1] or other[3] <= rectangle[1]
            for other in taken
        )  # fmt: skip
        if fits:
            taken.append(rectangle)
        named.append(Named(entity, x, y, words if fits else "", rectangle))
    return Plane(tuple(named), tuple(edges_of(part)), focus, _HEAD + height)


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
    more = f" {len(unnamed)} are shapes without a name, for want of room." if unnamed else ""
    caption = (
        f"{len(made.named)} things and {len(made.edges)} statements that join them, "
        f"what belongs together side by side.{more}"
    )
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
    best = ", ".join(clean(i.entity.label(*languages)) for i in shown[:12])
    said = f"{caption} Among them {best}." if best else caption
    return sheet(f"network-{name}", title, said, size, theme, drawn)


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
        item.words, item.x, item.y + 20, f"halo {role}",
        language=first_language(entity, *languages), anchor="middle",
    )  # fmt: skip
    ring = ""
    if entity.iri == focus:
        ring = f'<circle class="open" cx="{item.x}" cy="{item.y}" r="13"/>'
    drawn = f'<g class="thing">{ring}{_shape(item, name)}{words}</g>'
    return linked(drawn, first_link(entity))
