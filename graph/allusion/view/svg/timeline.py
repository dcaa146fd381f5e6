"""Draw the timeline layout as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ...core.model import Entity
from ...core.text import count_text
from ...core.vocabulary import BASE
from ..layout import DRAWING_MARGIN
from ..layout.rectangles import Rectangle, free_point
from ..layout.timeline import (
    AXIS_HEIGHT,
    HEADER_HEIGHT,
    LANE_LABEL_WIDTH,
    OVERFLOW_HEIGHT,
    UNDATED_WIDTH,
    WIDTH,
    Arc,
    Lane,
    OverflowCount,
    TimelineLayout,
    TimelineMark,
    UndatedEntity,
)
from ..options import PictureOptions
from ..text_boxes import LABEL_SIZE
from ..text_metrics import clean_text, text_width, truncate
from ..theme import DOUBTED, kind_style
from .document import edge_legend, svg_document
from .elements import (
    arrowhead,
    bundle_sentences,
    dash_attribute,
    doubt_mark,
    link,
    stroke_width,
    symbol,
    text_element,
    text_line,
    tooltip,
)
from .entity_box import draw_entity_box

_SYMBOL_RADIUS: Final = 9  # including the gap to the tip of an arrow
_MAX_DESCRIBED: Final = 12


def draw_timeline(layout: TimelineLayout, options: PictureOptions) -> str:
    """Return the drawing as the text of an SVG file.

    Args:
        layout: Positions.
        options: Theme, languages and title.
    """
    languages = options.languages
    title = options.title or f"{clean_text(layout.focus.label(*languages))} in time"
    edges = [edge for arc in layout.arcs for edge in arc.bundle.edges]
    edges += [edge for item in layout.undated if item.bundle for edge in item.bundle.edges]
    max_width = WIDTH - 2 * DRAWING_MARGIN
    samples, legend_height = edge_legend(
        edges, DRAWING_MARGIN, layout.height + 26, max_width, role="arc"
    )
    marks = [mark for lane in layout.lanes for mark in lane.marks]
    heading = truncate(clean_text(title), 20, max_width)
    elements = [
        text_element(heading, DRAWING_MARGIN, 40, "heading"),
        text_element(_caption(layout), DRAWING_MARGIN, 60, "caption"),
        *_draw_grid(layout),
        *_draw_arcs(layout),
        *(_draw_mark(mark, layout.focus.iri, options) for mark in marks),
        *(
            _draw_overflow(overflow, lane.kind)
            for lane in layout.lanes
            for overflow in lane.overflow_counts
        ),
        *_draw_undated(layout, options),
        *samples,
    ]
    return svg_document(
        f"timeline-{layout.focus.iri.removeprefix(BASE)}",
        title,
        _describe(layout, languages),
        (WIDTH, layout.height + 26 + legend_height),
        options,
        elements,
        omitted=layout.hidden_dated + layout.hidden_undated,
    )


def _caption(layout: TimelineLayout) -> str:
    text = "Each entity is at its year, a person at the year of birth. Lines point to the target."
    if layout.hidden_dated:
        text += f" {_count_is(layout.hidden_dated, 'more')} counted by decade, as in +2."
    if layout.hidden_undated:
        text += f" {_count_is(layout.hidden_undated, 'more without a year')} not shown."
    return text


def _count_is(count: int, noun: str) -> str:
    return count_text(count, f"{noun} is", f"{noun} are")


def _describe(layout: TimelineLayout, languages: Sequence[str]) -> str:
    """Describe the drawing for screen readers."""
    marks = sorted(
        (mark for lane in layout.lanes for mark in lane.marks),
        key=lambda mark: (mark.entity.year or 0, mark.entity.iri),
    )
    named = [
        f"{clean_text(mark.entity.label(*languages))} ({mark.entity.year})"
        for mark in marks[:_MAX_DESCRIBED]
    ]
    more = f", and {len(marks) - len(named)} more" if len(marks) > len(named) else ""
    first, last = marks[0].entity.year, marks[-1].entity.year
    years = f"from {first} to {last}" if first != last else f"in {first}"
    parts = [f"What {clean_text(layout.focus.label(*languages))} is joined to, {years}: "]
    parts.append(f"{', '.join(named)}{more}.")
    if layout.hidden_dated:
        parts.append(f" {_count_is(layout.hidden_dated, 'more')} counted by decade.")
    if layout.undated_count:
        parts.append(f" {_count_is(layout.undated_count, 'without a year')} below.")
    return "".join(parts)


def _draw_grid(layout: TimelineLayout) -> list[str]:
    top, bottom = HEADER_HEIGHT + AXIS_HEIGHT, layout.bottom
    right = WIDTH - DRAWING_MARGIN
    parts = [
        '<path class="axis" d="'
        + "".join(f"M{x} {top - 6}V{bottom + 6}" for _, x in layout.axis.ticks)
        + "".join(f"M{DRAWING_MARGIN} {lane.top}H{right}" for lane in layout.lanes)
        + f'M{DRAWING_MARGIN} {bottom}H{right}"/>'
    ]
    for year, x in layout.axis.ticks:
        parts.append(text_element(str(year), x, top - 12, "year", anchor="middle"))
        parts.append(text_element(str(year), x, bottom + 20, "year", anchor="middle"))
    for x, before, after in layout.axis.breaks:
        zigzag = "".join(f"l{step} 7" for step in (5, -5) * ((bottom - top) // 14))
        tip = tooltip(f"{before} to {after}: no entities; the axis has a break")
        parts.append(
            f'<g>{tip}<path class="paper" d="M{x - 4} {top - 1}h8V{bottom + 1}h-8Z"/>'
            f'<path class="axis" d="M{x - 2} {top}{zigzag}"/></g>'
        )
        parts.append(text_element("//", x, top - 12, "year", anchor="middle"))
        parts.append(text_element("//", x, bottom + 20, "year", anchor="middle"))
    parts += [_draw_lane_label(lane) for lane in layout.lanes]
    return parts


def _draw_lane_label(lane: Lane) -> str:
    max_width = LANE_LABEL_WIDTH - DRAWING_MARGIN - 6
    label = truncate(kind_style(lane.kind).plural, LABEL_SIZE, max_width, bold=True)
    return text_element(label[:1].upper() + label[1:], DRAWING_MARGIN, lane.top + 20, "lane")


def _draw_overflow(overflow: OverflowCount, kind: str) -> str:
    text = f"+{overflow.count}"
    width = text_width(text, LABEL_SIZE) + 14
    style = kind_style(kind)
    years = str(overflow.first)
    if overflow.first != overflow.last:
        years += f" to {overflow.last}"
    noun = style.singular if overflow.count == 1 else style.plural
    left, top = overflow.x - width // 2, overflow.y - OVERFLOW_HEIGHT // 2
    return (
        f'<g class="crowd">{tooltip(f"{overflow.count} more {noun} of {years}")}'
        f'<rect class="frame" x="{left}" y="{top}" '
        f'width="{width}" height="{OVERFLOW_HEIGHT}" rx="{OVERFLOW_HEIGHT // 2}"/>'
        f"{text_element(text, overflow.x, overflow.y + 4, 'words', anchor='middle')}</g>"
    )


def _draw_arcs(layout: TimelineLayout) -> list[str]:
    """Draw the arcs of the focus last, above all others."""
    parts: dict[bool, list[str]] = {False: [], True: []}
    taken: list[Rectangle] = [
        (mark.left, mark.top, mark.left + mark.box.width, mark.top + mark.box.height)
        for lane in layout.lanes
        for mark in lane.marks
    ]
    for arc in layout.arcs:
        at_focus = layout.focus.iri in (arc.origin.entity.iri, arc.target.entity.iri)
        parts[at_focus].append(_draw_arc(arc, layout.focus, taken, at_focus=at_focus))
    return [*parts[False], *parts[True]]


def _draw_arc(arc: Arc, focus: Entity, taken: list[Rectangle], *, at_focus: bool) -> str:
    origin, target, bundle, middle, bend = (
        arc.origin, arc.target, arc.bundle, arc.middle, arc.bend,
    )  # fmt: skip
    from_above = middle < target.y
    tip, end = _arc_end(target, focus, above=from_above)
    start, _ = _arc_end(origin, focus, above=middle < origin.y)
    path = (
        f"M{origin.x} {start}C{origin.x - bend} {middle} {target.x - bend} {middle} "
        f"{target.x} {end}"
    )
    head = f"M{target.x} {tip}l-3.5 {'-7' if from_above else '7'}h7Z"
    arrow = "" if bundle.mutual else arrowhead(head, bundle.doubt)
    mark = ""
    if bundle.doubt in DOUBTED:
        controls = (origin.x - bend, middle), (target.x - bend, middle)
        curve = ((origin.x, start), *controls, (target.x, end))
        if point := free_point(_points_on(curve), (-9, -9, 9, 9), taken):
            mark = doubt_mark(bundle.doubt, *point)
    dim = "" if at_focus else " dim"
    return (
        f'<g class="strand {bundle.family} arc{dim}">{tooltip(bundle_sentences(bundle))}'
        f'<path class="wire" d="{path}" stroke-width="{stroke_width(bundle.sources)}"'
        f"{dash_attribute(bundle.family)}/>{arrow}{mark}</g>"
    )


def _points_on(curve: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    """Yield points of a cubic Bézier curve, the middle first."""
    for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
        rest = 1 - share
        weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
        x, y = (
            round(sum(weight * at for weight, at in zip(weights, axis, strict=True)))
            for axis in zip(*curve, strict=True)
        )
        yield x, y


def _arc_end(mark: TimelineMark, focus: Entity, *, above: bool) -> tuple[int, int]:
    """Return the y positions where an arc meets a mark: the arrow tip, and the line end.

    The focus has a frame; other marks have a symbol only.
    """
    if mark.entity is focus:
        tip = mark.top if above else mark.top + mark.box.height
    else:
        tip = mark.y - _SYMBOL_RADIUS if above else mark.y + _SYMBOL_RADIUS
    return tip, tip - 6 if above else tip + 6


def _draw_mark(mark: TimelineMark, focus: str, options: PictureOptions) -> str:
    entity, box = mark.entity, mark.box
    x = mark.left + box.width - 30 if mark.flipped else mark.left + 30
    anchor = ' text-anchor="end"' if mark.flipped else ""
    lines = "".join(text_line(line, x, mark.top, anchor) for line in box.lines)
    role, frame = "thing", ""
    if entity.iri == focus:
        role = "mark"
        frame = (
            f'<rect class="frame" x="{mark.left}" y="{mark.top}" width="{box.width}" '
            f'height="{box.height}" rx="6"/>'
        )
    else:
        lines = lines.replace('<text class="', '<text class="halo ')
    glyph = symbol(kind_style(entity.kind), mark.x, mark.y)
    return link(f'<g class="{role}">{frame}{glyph}{lines}</g>', options.url(entity))


def _draw_undated(layout: TimelineLayout, options: PictureOptions) -> list[str]:
    if not layout.undated:
        return []
    more = f", {layout.hidden_undated} more not shown" if layout.hidden_undated else ""
    name = clean_text(layout.focus.label(*options.languages))
    heading = f"Without a known year ({len(layout.undated)}{more})"
    explanation = f"→ {name} points to it · ← it points to {name}"
    y = layout.bottom + AXIS_HEIGHT + 28
    x = DRAWING_MARGIN + text_width(heading, LABEL_SIZE, bold=True) + 18
    return [
        text_element(heading, DRAWING_MARGIN, y, "lane"),
        text_element(explanation, x, y, "sub"),
        *(_draw_undated_entity(item, layout.focus, options) for item in layout.undated),
    ]


def _draw_undated_entity(item: UndatedEntity, focus: Entity, options: PictureOptions) -> str:
    prefix = "→" if item.outwards else "←"
    if item.other is not None and item.other is not focus:
        prefix = f"{clean_text(item.other.label(*options.languages))} {prefix}"
    place = (item.x, item.y, UNDATED_WIDTH)
    return draw_entity_box(item.entity, place, item.bundle, prefix, options)
