"""The plane as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from ...core.model import listed
from ..display_names import first_language
from ..layout.network import NAME, SHAPE, WIDTH, Named, Plane
from ..links import first_link
from ..neighbors import Strand
from ..text_metrics import clean, shorten, width
from ..theme import FAMILY_ORDER, KINDS, kind_style
from . import symbols as glyphs
from .document import MARGIN, bundles, hint, identifier, legend, sentences, sheet, text
from .focus import ThemeName, dashes, glyph, linked

_SMALL: Final = 0.6  # the size of a shape without a name
_FEW: Final = 80  # so many statements are drawn one by one, with arrows


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
    tip, base = (length - SHAPE - 2, length - SHAPE - 9)
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
        across = 22 + width(words, NAME)
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
