"""Draw the network layout as SVG."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from ...core.text import count_text, join_names
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
_FOCUS_RADIUS: Final = 13
_HEAD_LENGTH: Final = 7
_HEAD_STEP: Final = 9
_MAX_HEAD_SHIFT: Final = 60


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
    nodes = count_text(layout.node_count, "entity", "entities")
    edges = count_text(layout.edge_count, "statement", "statements")
    sentences = [f"{nodes} and {edges} between them. Communities are placed side by side."]
    if hidden := layout.omitted:
        omitted = count_text(
            hidden, "entity with only one neighbor is", "entities with only one neighbor are"
        )
        sentences.append(f"{omitted} omitted; +2 is their number at that neighbor.")
    if unnamed:
        sentences.append(f"{count_text(unnamed, 'has', 'have')} no name for lack of space.")
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
    taken += [
        (x - SYMBOL_RADIUS, y - SYMBOL_RADIUS, x + SYMBOL_RADIUS, y + SYMBOL_RADIUS)
        for x, y in positions.values()
    ]
    heads: list[tuple[float, float]] = []
    marks = []
    for origin, target, bundle, offset in _with_offsets(bundle_by_family(single)):
        dim = " dim" if focus and focus not in (origin, target) else ""
        main = " main" if focus and not dim else ""
        start, end = _shifted(positions[origin], positions[target], offset)
        radius = _FOCUS_RADIUS if target == focus else SYMBOL_RADIUS
        parts.append(
            f'<g class="strand {bundle.family}{dim}{main}">{tooltip(bundle_sentences(bundle))}'
            f"{_draw_arrow(start, end, bundle, radius + 2, heads)}</g>"
        )
        # Marks lie on top of all lines.
        if mark := _draw_marks(start, end, bundle, taken):
            marks.append(f'<g class="mark{dim}">{mark}</g>')
    return [*parts, *marks]


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


def _shifted(
    start: tuple[int, int], end: tuple[int, int], offset: float
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Move a line to its right by some pixels."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1.0
    x, y = round(-offset * dy / length), round(offset * dx / length)
    return (start[0] + x, start[1] + y), (end[0] + x, end[1] + y)


def _draw_arrow(
    start: tuple[int, int],
    end: tuple[int, int],
    bundle: EdgeBundle,
    gap: float,
    heads: list[tuple[float, float]],
) -> str:
    """Draw a straight line and its arrowhead in front of the symbol at the end.

    A head that would cover one of ``heads`` is moved back along its line, as far as
    `_MAX_HEAD_SHIFT`.

    Args:
        start: Center of the origin.
        end: Center of the target.
        bundle: The edges.
        gap: Distance of the tip from the center of the target.
        heads: Centers of the heads drawn before; this one is added.
    """
    length = math.hypot(end[0] - start[0], end[1] - start[1]) or 1.0

    def point(distance: float, aside: float = 0) -> tuple[float, float]:
        along = (end[0] - start[0]) / length, (end[1] - start[1]) / length
        x = start[0] + distance * along[0] - aside * along[1]
        return x, start[1] + distance * along[1] + aside * along[0]

    wire = f'stroke-width="1.5"{dash_attribute(bundle.family)}/>'
    if bundle.mutual or length - gap - _HEAD_LENGTH <= 0:
        return f'<path class="wire" d="M{start[0]} {start[1]}L{end[0]} {end[1]}" {wire}'
    farthest = min(_MAX_HEAD_SHIFT, int(length / 2 - gap))
    free = (
        shift
        for shift in range(0, max(1, farthest), _HEAD_STEP)
        if all(math.dist(point(length - gap - shift), other) >= _HEAD_STEP for other in heads)
    )
    tip = length - gap - next(free, 0)
    base = tip - _HEAD_LENGTH
    heads.append(point(tip))
    # A hollow head is not crossed by its line.
    ends = [start, point(base), *([point(tip), end] if tip < length - gap else [])]
    path = "".join(f"{'ML'[index % 2]}{round(x)} {round(y)}" for index, (x, y) in enumerate(ends))
    corners = (point(tip), point(base, 3.5), point(base, -3.5))
    head = "L".join(f"{round(x)} {round(y)}" for x, y in corners)
    return f'<path class="wire" d="{path}" {wire}' + arrowhead(f"M{head}Z", bundle.doubt)


def _draw_marks(
    start: tuple[int, int], end: tuple[int, int], bundle: EdgeBundle, taken: list[Rectangle]
) -> str:
    """Draw the question mark and the number of edges of a bundle, where there is room."""
    marks = ""
    if bundle.doubt in DOUBTED and (
        point := free_point(_points_on(start, end), (-9, -9, 9, 7), taken)
    ):
        marks += doubt_mark(bundle.doubt, *point)
    if len(bundle.edges) > 1:
        count = f"×{len(bundle.edges)}"
        half = text_width(count, NODE_NAME_SIZE) // 2 + 5
        if point := free_point(_points_on(start, end), (-half, -10, half, 10), taken):
            marks += text_element(count, point[0], point[1] + 4, "halo sub", anchor="middle")
    return marks


def _points_on(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield points of a line, the middle first."""
    for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.45, 0.55, 0.35, 0.65):
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
        ring = f'<circle class="open" cx="{item.x}" cy="{item.y}" r="{_FOCUS_RADIUS}"/>'
    return link(f'<g class="thing">{ring}{_use_symbol(item, name)}{text}</g>', options.url(entity))
