"""Draw the network layout as SVG."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from ...core.model import join_names
from ..display_names import label_language
from ..edge_bundles import EdgeBundle, bundle_by_family
from ..layout import DRAWING_MARGIN
from ..layout.areas import Area
from ..layout.network import (
    NODE_NAME_SIZE,
    SYMBOL_RADIUS,
    WIDTH,
    NetworkLayout,
    PlacedNode,
)
from ..layout.rectangles import Rectangle, free_point
from ..options import PictureOptions
from ..text_metrics import clean_text, text_width, truncate
from ..theme import DOUBTED, FAMILY_ORDER, kind_style
from .document import edge_legend, element_id, kind_legend, svg_document
from .elements import (
    arrowhead,
    bundle_sentences,
    dash_attribute,
    doubt_mark,
    link,
    text_element,
    tooltip,
)
from .symbols import symbol_path

_SMALL_SCALE: Final = 0.6  # of symbols without a name
_MAX_SINGLE_LINES: Final = 80  # up to this many edges, each is drawn with an arrow
_MAX_DESCRIBED: Final = 12
_PARALLEL_DISTANCE: Final = 6


def draw_network(layout: NetworkLayout, options: PictureOptions, *, title: str, name: str) -> str:
    """Return the drawing as the text of an SVG file.

    Args:
        layout: Positions.
        options: Theme and languages.
        title: Heading.
        name: Makes the ids unique.
    """
    positions = {item.entity.iri: (item.x, item.y) for item in layout.nodes}
    named = [item for item in layout.nodes if item.name]
    unnamed = [item for item in layout.nodes if not item.name]
    caption = _caption(layout, len(unnamed))
    max_width = WIDTH - 2 * DRAWING_MARGIN
    y = layout.height + 14
    edge_samples, edge_height = edge_legend(
        list(layout.edges), DRAWING_MARGIN, y, max_width, widths=False
    )
    kinds = [item.entity.kind for item in layout.nodes]
    kind_samples, kind_height = kind_legend(kinds, DRAWING_MARGIN, y + edge_height, max_width)
    heading = truncate(clean_text(title), 20, max_width, bold=True)
    elements = [
        text_element(heading, DRAWING_MARGIN, 40, "heading"),
        text_element(caption, DRAWING_MARGIN, 62, "caption"),
        *(_draw_outline(area) for area in layout.areas),
        *_draw_edges(layout, positions),
        *(_draw_area_name(area) for area in layout.areas if area.name),
        f"<defs>{_define_symbols(layout, name)}</defs>",
        *(_use_symbol(item, name) for item in unnamed),
        *(_draw_named_node(item, name, layout.focus, options) for item in named),
        *edge_samples,
        *kind_samples,
    ]
    labels = (item.entity.label(*options.languages) for item in named[:_MAX_DESCRIBED])
    names = join_names(map(clean_text, labels))
    description = f"{caption} Among them {names}." if names else caption
    size = (WIDTH, y + edge_height + kind_height)
    return svg_document(
        f"network-{name}", title, description, size, options, elements, omitted=layout.omitted
    )


def _draw_outline(area: Area) -> str:
    corners = "L".join(f"{round(x)} {round(y)}" for x, y in area.outline)
    return f'<path class="area" d="M{corners}Z"/>'


def _draw_area_name(area: Area) -> str:
    left, _, _, bottom = area.rectangle
    return text_element(area.name, left + 2, bottom - 4, "halo region")


def _caption(layout: NetworkLayout, unnamed: int) -> str:
    nodes, edges = layout.node_count, layout.edge_count
    sentences = [
        f"{nodes} entit{'y' if nodes == 1 else 'ies'} and {edges} statement{'s' * (edges != 1)} "
        "between them. Communities are placed side by side."
    ]
    if hidden := layout.omitted:
        sentences.append(
            f"{hidden} entities with only one neighbor are omitted; +2 is their number at that "
            "neighbor."
        )
    if unnamed:
        sentences.append(f"{unnamed} ha{'s' if unnamed == 1 else 've'} no name for lack of space.")
    return " ".join(sentences)


def _draw_edges(layout: NetworkLayout, positions: dict[str, tuple[int, int]]) -> list[str]:
    """Draw the edges of the focus, or of a small network, one by one with arrows.

    All other edges of one family are one path, which keeps the file of a large network small.
    """
    parts = []
    focus = layout.focus
    all_single = len(layout.edges) <= _MAX_SINGLE_LINES
    single = [e for e in layout.edges if all_single or (focus and focus in (e.origin, e.target))]
    single_iris = {edge.iri for edge in single}
    for family in FAMILY_ORDER:
        ends = sorted(
            {
                (positions[edge.origin], positions[edge.target])
                for edge in layout.edges
                if edge.family == family and edge.iri not in single_iris
            }
        )
        path = "".join(f"M{start[0]} {start[1]}L{end[0]} {end[1]}" for start, end in ends)
        if path:
            dim = " dim" if focus else ""
            parts.append(
                f'<path class="wire{dim}" d="{path}" stroke-width="1"{dash_attribute(family)}/>'
            )
    taken = [node.rectangle for node in layout.nodes if node.name]
    taken += [area.rectangle for area in layout.areas if area.name]
    for origin, target, bundle, offset in _with_offsets(bundle_by_family(single)):
        dim = " dim" if focus and focus not in (origin, target) else ""
        main = " main" if focus and not dim else ""
        parts.append(
            f'<g class="strand {bundle.family}{dim}{main}">{tooltip(bundle_sentences(bundle))}'
            f"{_draw_arrow(positions[origin], positions[target], bundle, offset, taken)}</g>"
        )
    return parts


def _with_offsets(
    bundles: Iterable[tuple[str, str, EdgeBundle]],
) -> Iterator[tuple[str, str, EdgeBundle, float]]:
    """Put the bundles between the same two nodes side by side.

    Yields:
        Origin, target, bundle, and its distance from the straight line between the nodes, in
        pixels to the right of the direction from origin to target.
    """
    pairs: dict[tuple[str, str], list[tuple[str, str, EdgeBundle]]] = defaultdict(list)
    for origin, target, bundle in bundles:
        if origin != target:
            pairs[min(origin, target), max(origin, target)].append((origin, target, bundle))
    for (first, _), parallel in pairs.items():
        for index, (origin, target, bundle) in enumerate(parallel):
            offset = _PARALLEL_DISTANCE * (index - (len(parallel) - 1) / 2)
            yield origin, target, bundle, offset if origin == first else -offset


def _draw_arrow(
    start: tuple[int, int],
    end: tuple[int, int],
    bundle: EdgeBundle,
    offset: float,
    taken: list[Rectangle],
) -> str:
    """Draw a straight line, its arrowhead in front of the symbol at the end.

    A bundle of several edges has their number beside it, where it covers none of ``taken``,
    and a disputed or doubtful one a question mark.
    """
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1.0
    along, normal = (dx / length, dy / length), (-dy / length, dx / length)
    tip, base = (length - SYMBOL_RADIUS - 2, length - SYMBOL_RADIUS - 9)
    shift = (round(offset * normal[0]), round(offset * normal[1]))
    start = (start[0] + shift[0], start[1] + shift[1])
    end = (end[0] + shift[0], end[1] + shift[1])
    has_head = not bundle.mutual and base > 0
    # A hollow head is not crossed by its line.
    rest = base / length if has_head else 1
    stop = [round(a + rest * (b - a)) for a, b in zip(start, end, strict=True)]
    line = (
        f'<path class="wire" d="M{start[0]} {start[1]}L{stop[0]} {stop[1]}" '
        f'stroke-width="1.5"{dash_attribute(bundle.family)}/>'
    )
    if bundle.doubt in DOUBTED and (
        point := free_point(_points_on(start, end), (-9, -9, 9, 7), taken)
    ):
        line += doubt_mark(bundle.doubt, *point)
    if len(bundle.edges) > 1:
        count = f"×{len(bundle.edges)}"
        half = text_width(count, NODE_NAME_SIZE) // 2 + 2
        if point := free_point(_points_on(start, end), (-half, -9, half, 7), taken):
            line += text_element(count, point[0], point[1] + 4, "halo sub", anchor="middle")
    if not has_head:
        return line
    corners = (
        (tip * along[0], tip * along[1]),
        (base * along[0] + 3.5 * normal[0], base * along[1] + 3.5 * normal[1]),
        (base * along[0] - 3.5 * normal[0], base * along[1] - 3.5 * normal[1]),
    )
    points = "L".join(f"{round(start[0] + x)} {round(start[1] + y)}" for x, y in corners)
    return line + arrowhead(f"M{points}Z", bundle.doubt)


def _points_on(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield points of a line, the middle first."""
    for share in (0.5, 0.4, 0.6, 0.3, 0.7):
        x, y = (round(a + share * (b - a)) for a, b in zip(start, end, strict=True))
        yield x, y


def _define_symbols(layout: NetworkLayout, name: str) -> str:
    """Define the symbol of each kind in both sizes, to be used for every node."""
    kinds = sorted({item.entity.kind for item in layout.nodes})
    return "".join(
        f'<path id="{_symbol_id(name, kind, named=named)}" class="glyph" '
        f'd="{symbol_path(kind_style(kind).shape)}" fill="{kind_style(kind).color}"'
        + ("/>" if named else f' transform="scale({_SMALL_SCALE})"/>')
        for kind in kinds
        for named in (True, False)
    )


def _symbol_id(name: str, kind: str, *, named: bool) -> str:
    return element_id(f"{name}-{kind or 'other'}{'' if named else '-small'}")


def _use_symbol(item: PlacedNode, name: str) -> str:
    ident = _symbol_id(name, item.entity.kind, named=bool(item.name))
    return f'<use href="#{ident}" x="{item.x}" y="{item.y}"/>'


def _draw_named_node(item: PlacedNode, name: str, focus: str, options: PictureOptions) -> str:
    entity = item.entity
    role = "who" if entity.iri == focus else "sub"
    text = text_element(
        item.name, item.text_x, item.text_y, f"halo {role}",
        language=label_language(entity, *options.languages), anchor=item.anchor,
    )  # fmt: skip
    ring = ""
    if entity.iri == focus:
        ring = f'<circle class="open" cx="{item.x}" cy="{item.y}" r="13"/>'
    return link(f'<g class="thing">{ring}{_use_symbol(item, name)}{text}</g>', options.url(entity))
