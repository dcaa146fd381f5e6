"""Draw the focus layout as SVG.

``assets/focus-view.js`` draws the same elements in the page; a browser test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from markupsafe import escape

from ...core.model import Entity
from ...core.vocabulary import BASE
from ..layout.focus import (
    ARROW_LENGTH,
    DECADE_COLUMN_WIDTH,
    DECADE_ROW_HEIGHT,
    HIDDEN_BOX_HEIGHT,
    LABEL_LINE_HEIGHT,
    MARGIN,
    FocusLayout,
    PlacedBundle,
    PlacedNeighbor,
)
from ..links import primary_url
from ..options import PictureOptions
from ..text_metrics import clean_text
from ..theme import CONNECTION_FAMILIES, kind_style
from .document import edge_legend, kind_legend, omitted_attribute
from .elements import (
    ATTRIBUTION_HEIGHT,
    arrowhead,
    attribution,
    dash_attribute,
    doubt_mark,
    in_brackets,
    link,
    stroke_width,
    symbol,
    text_line,
)
from .stylesheet import style_element

CAPTIONS: Final = {
    "out": "What it points to, oldest first, undated last",
    "in": "What points to it, oldest first, undated last",
}
NO_CONNECTIONS: Final = "No connections to show"
_MAX_DESCRIBED: Final = 12


def draw_focus(
    layout: FocusLayout,
    options: PictureOptions | None,
    *,
    second_hop: Sequence[str] = (),
    extra_rules: bool = False,
    url: Callable[[Entity], str] = primary_url,
) -> str:
    """Return the drawing as an ``<svg>`` element.

    Args:
        layout: Positions.
        options: Color theme, title and attribution; None omits the style and the
            attribution, which the page has.
        second_hop: Elements of `second_hop.draw_second_hop`.
        extra_rules: Add the rules that these elements need.
        url: Without options: returns the address that an entity links to, or "".
    """
    omitted = sum(item.hidden for item in layout.neighbors) if options else 0
    legend, legend_height = _draw_legend(layout) if options else ([], 0)
    bottom = layout.height + legend_height
    height = bottom + (ATTRIBUTION_HEIGHT if options else 0)
    size = f'viewBox="0 0 {layout.width} {height}"'
    style, identity, title, imprint = "", 'class="picture" id="picture"', None, ""
    if options:
        assets = ("sheet.css",) if extra_rules else ()
        style, url = style_element(options, *assets), options.url
        identity, title = f'class="picture {options.theme}"', options.title
        imprint = attribution(options.attribution, layout.width, bottom, MARGIN)
    # A notebook may show several drawings, and ids are unique in the whole page.
    name = escape(layout.entity.iri.removeprefix(BASE).replace("/", "-"))
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{identity} {size} width="{layout.width}" height="{height}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" lang="en"'
        f"{omitted_attribute(omitted)}>",
        f'<title id="{name}-title">{escape(clean_text(title or _title(layout)))}</title>',
        f'<desc id="{name}-desc">{escape(clean_text(_describe(layout)))}</desc>',
        style,
        f'<rect class="paper" width="{layout.width}" height="{height}"/>',
        *_draw_captions(layout),
        *second_hop,
        *(_draw_bundle(bundle, item) for item in layout.neighbors for bundle in item.bundles),
        *(_draw_neighbor(item, url) for item in layout.neighbors),
        _draw_card(layout, url),
        *legend,
        imprint,
        "</svg>",
    ]
    return "".join(parts)


def _draw_legend(layout: FocusLayout) -> tuple[list[str], int]:
    """Draw what the lines and symbols mean, and return the height."""
    shown = [item.neighbor for item in layout.neighbors if item.neighbor]
    edges = [edge for neighbor in shown for bundle in neighbor.bundles for edge in bundle.edges]
    kinds = {neighbor.entity.iri: neighbor.entity.kind for neighbor in shown}
    top, max_width = layout.height + 12, layout.width - 2 * MARGIN
    lines, height = edge_legend(edges, MARGIN, top, max_width)
    symbols, more = kind_legend(list(kinds.values()), MARGIN, top + height, max_width)
    return [*lines, *symbols], height + more + (6 if edges else 0)


def _title(layout: FocusLayout) -> str:
    year = f" ({layout.entity.year})" if layout.entity.year is not None else ""
    return f"{clean_text(layout.entity.label())}{year}: connections from it and to it"


def _describe(layout: FocusLayout) -> str:
    """Describe the drawing for screen readers."""
    entity = layout.entity
    makers = f" by {', '.join(map(clean_text, entity.makers))}" if entity.makers else ""
    kind = f", {clean_text(entity.type).lower()}" if entity.type else ""
    name = clean_text(entity.label())
    sentences = [f"In the middle {name}{kind}{makers}."]
    for side, start in (("out", "What it points to"), ("in", "What points to it")):
        column = [item for item in layout.neighbors if item.side == side]
        drawn = [item for item in column if item.neighbor]
        clauses = [clause for item in drawn[:_MAX_DESCRIBED] for clause in _clauses(item, name)]
        rest = sum(item.hidden for item in column) + max(0, len(drawn) - _MAX_DESCRIBED)
        if clauses:
            suffix = f"; and {rest} more" if rest else ""
            sentences.append(f"{start}: {'; '.join(clauses)}{suffix}.")
    return " ".join(sentences)


def _clauses(item: PlacedNeighbor, focus: str) -> Iterator[str]:
    """Yield a clause for each bundle: "it is named for Chungking Mansions"."""
    assert item.neighbor is not None
    name = clean_text(item.neighbor.entity.label())
    for bundle in item.neighbor.bundles:
        phrase = " ".join(bundle.label.lines)
        note = f", {bundle.label.holder}" if bundle.label.holder else ""
        note += in_brackets(bundle.doubt)
        if len(bundle.edges) > 1 or bundle.family not in CONNECTION_FAMILIES:
            yield f"{name} ({phrase}){note}"
        elif item.side == "in":
            yield f"{name} {phrase} {focus}{note}"
        else:
            # The phrase of a telling begins with a character; others need a subject.
            subject = "it " if phrase[:1].islower() else ""
            yield f"{subject}{phrase} {name}{note}"


def _draw_captions(layout: FocusLayout) -> list[str]:
    elements = []
    for side, text in CAPTIONS.items():
        column = [item for item in layout.neighbors if item.side == side]
        if column:
            x, y = column[0].x, column[0].y - 14
            if side == "out":
                x += column[0].width
            anchor = ' text-anchor="end"' if side == "out" else ""
            elements.append(f'<text class="caption" x="{x}" y="{y}"{anchor}>{text}</text>')
    if not layout.neighbors:
        x = layout.x + layout.card.width // 2
        elements.append(
            f'<text class="caption" x="{x}" y="{layout.y - 14}" '
            f'text-anchor="middle">{NO_CONNECTIONS}</text>'
        )
    return elements


def bundle_path(placed: PlacedBundle) -> str:
    """Return the path of a bundle from the card to the box, shortened for the arrowhead."""
    outwards = placed.end_x > placed.start_x
    arrow = 0 if placed.bundle.mutual else ARROW_LENGTH
    start = placed.start_x - (0 if outwards else arrow)
    end = placed.end_x - (arrow if outwards else 0)
    control = (placed.bend_x - placed.start_x) * 6 // 10
    return (
        f"M{start} {placed.port_y}C{placed.start_x + control} {placed.port_y} "
        f"{placed.bend_x - control} {placed.y} {placed.bend_x} {placed.y}H{end}"
    )


def _draw_bundle(placed: PlacedBundle, item: PlacedNeighbor) -> str:
    bundle = placed.bundle
    outwards = item.side == "out"
    x, y = (placed.end_x, placed.y) if outwards else (placed.start_x, placed.port_y)
    parts = [
        f'<path class="wire" d="{bundle_path(placed)}" '
        f'stroke-width="{stroke_width(bundle.sources)}"{dash_attribute(bundle.family)}/>',
    ]
    if not bundle.mutual:
        parts.append(arrowhead(f"M{x} {y}l-{ARROW_LENGTH} -4v8Z", bundle.doubt))
    parts.append(doubt_mark(bundle.doubt, placed.bend_x, placed.y))
    anchor = ' text-anchor="end"' if outwards else ""
    text_x = placed.end_x - 14 if outwards else placed.end_x + 12
    rows = [("words", line) for line in bundle.label.lines]
    if bundle.label.holder:
        rows.append(("sub", bundle.label.holder))
    for index, (role, line) in enumerate(rows):
        text_y = placed.y - 6 - LABEL_LINE_HEIGHT * (len(rows) - 1 - index)
        parts.append(
            f'<text class="{role}" x="{text_x}" y="{text_y}"{anchor}>{escape(line)}</text>'
        )
    return f'<g class="strand {bundle.family}">{"".join(parts)}</g>'


def _draw_neighbor(item: PlacedNeighbor, url: Callable[[Entity], str]) -> str:
    if item.neighbor is None:
        return _draw_hidden(item)
    entity, box = item.neighbor.entity, item.neighbor.box
    top = item.y + (item.height - box.height) // 2
    parts = [
        f'<rect class="frame" x="{item.x}" y="{item.y}" width="{item.width}" '
        f'height="{item.height}" rx="6"/>',
        symbol(kind_style(entity.kind), item.x + 16, item.y + item.height // 2),
        *(text_line(line, item.x + 30, top) for line in box.lines),
    ]
    return link(f'<g class="block">{"".join(parts)}</g>', url(entity))


def _draw_hidden(item: PlacedNeighbor) -> str:
    """Draw "and 12 more" with the counts by decade in two columns."""
    x, y = item.x + 12, item.y + HIDDEN_BOX_HEIGHT // 2 + 4
    rows = (len(item.decade_counts) + 1) // 2
    counts = "".join(
        f'<text class="sub fold" x="{x + 6 + DECADE_COLUMN_WIDTH * (index // rows)}" '
        f'y="{y + DECADE_ROW_HEIGHT * (index % rows + 1)}">{count.text}</text>'
        for index, count in enumerate(item.decade_counts)
    )
    return (
        f'<g class="block more"><text class="sub rest" x="{x}" y="{y}">'
        f"and {item.hidden} more</text>{counts}</g>"
    )


def _draw_card(layout: FocusLayout, url: Callable[[Entity], str]) -> str:
    box = layout.card
    top = layout.y + (layout.card_height - box.height) // 2
    middle = layout.x + box.width // 2
    parts = [
        f'<rect class="frame" x="{layout.x}" y="{layout.y}" width="{box.width}" '
        f'height="{layout.card_height}" rx="10"/>',
        symbol(kind_style(layout.entity.kind), middle, top + 26),
        *(text_line(line, middle, top, ' text-anchor="middle"') for line in box.lines),
    ]
    return link(f'<g class="card">{"".join(parts)}</g>', url(layout.entity))
