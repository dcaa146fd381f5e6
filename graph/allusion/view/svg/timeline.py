"""The timeline as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...core.model import Entity
from ...core.vocabulary import BASE
from ..boxes import LABEL_SIZE
from ..layout.timeline import (
    AXIS,
    CELL,
    CROWD_HEIGHT,
    HEAD,
    LANE_LABEL,
    WIDTH,
    Arc,
    Cell,
    Crowd,
    Lane,
    Mark,
    Timeline,
)
from ..links import first_link
from ..text_metrics import clean, shorten, width
from ..theme import kind_style
from .document import MARGIN, hint, legend, sentences, sheet, text
from .entity_box import cell
from .focus import ThemeName, dashes, glyph, linked, text_row, thickness

_TIP: Final = 9  # from the middle of a shape to the tip of an arrow
_MOST_NAMED: Final = 12


def draw_timeline(
    made: Timeline, theme: ThemeName, *, title: str | None, languages: Sequence[str] = ("en",)
) -> str:
    """The text of an SVG file."""
    name = clean(made.focus.label(*languages))
    heading = title or f"{name} in time"
    edges = [edge for arc in made.arcs for edge in arc.strand.edges]
    edges += [edge for item in made.cells if item.tie for edge in item.tie.edges]
    samples, samples_height = legend(edges, MARGIN, made.height + 26, WIDTH - 2 * MARGIN)
    marks = [mark for lane in made.lanes for mark in lane.marks]
    drawn = [
        text(shorten(clean(heading), 20, WIDTH - 2 * MARGIN), MARGIN, 40, "heading"),
        text(_caption(made), MARGIN, 60, "caption"),
        *_grid(made),
        *_arcs(made),
        *(_mark(mark, made.focus.iri) for mark in marks),
        *(_crowd(crowd, lane.kind) for lane in made.lanes for crowd in lane.crowds),
        *_undated(made, languages),
        *samples,
    ]
    height = made.height + 26 + samples_height
    ident = f"timeline-{made.focus.iri.removeprefix(BASE)}"
    said = describe(made, languages)
    return sheet(ident, heading, said, (WIDTH, height), theme, drawn)


def _caption(made: Timeline) -> str:
    said = "Each thing stands on its year, a person on that of birth. Lines point to what is meant."
    if made.left_out:
        said += f" {_number(made.left_out, 'more')} counted by decade: +2 means two."
    if made.undated_out:
        said += f" {_number(made.undated_out, 'more without a year')} not shown."
    return said


def _number(count: int, words: str) -> str:
    return f"{count} {words} {'is' if count == 1 else 'are'}"


def describe(made: Timeline, languages: Sequence[str]) -> str:
    """The timeline in sentences, for those who do not see it."""
    marks = sorted(
        (mark for lane in made.lanes for mark in lane.marks),
        key=lambda mark: (mark.entity.year or 0, mark.entity.iri),
    )
    named = [f"{clean(m.entity.label(*languages))} ({m.entity.year})" for m in marks[:_MOST_NAMED]]
    more = f", and {len(marks) - len(named)} more" if len(marks) > len(named) else ""
    first, last = marks[0].entity.year, marks[-1].entity.year
    span = f"from {first} to {last}" if first != last else f"in {first}"
    said = [f"What {clean(made.focus.label(*languages))} is joined to, {span}: "]
    said.append(f"{', '.join(named)}{more}.")
    if made.left_out:
        said.append(f" {_number(made.left_out, 'more')} counted by decade.")
    if made.undated:
        said.append(f" {made.undated} without a year {'is' if made.undated == 1 else 'are'} below.")
    return "".join(said)


def _grid(made: Timeline) -> list[str]:
    top, bottom = HEAD + AXIS, made.bottom
    parts = [
        '<path class="axis" d="'
        + "".join(f"M{x} {top - 6}V{bottom + 6}" for _, x in made.axis.ticks)
        + "".join(f"M{MARGIN} {lane.top}H{WIDTH - MARGIN}" for lane in made.lanes)
        + f'M{MARGIN} {bottom}H{WIDTH - MARGIN}"/>'
    ]
    for year, x in made.axis.ticks:
        parts.append(text(str(year), x, top - 12, "year", anchor="middle"))
        parts.append(text(str(year), x, bottom + 20, "year", anchor="middle"))
    for x, before, after in made.axis.breaks:
        zigzag = "".join(f"l{step} 7" for step in (5, -5) * ((bottom - top) // 14))
        words = f"{before} to {after}: nothing here, and the axis is broken"
        parts.append(
            f'<g>{hint(words)}<path class="paper" d="M{x - 4} {top - 1}h8V{bottom + 1}h-8Z"/>'
            f'<path class="axis" d="M{x - 2} {top}{zigzag}"/></g>'
        )
        parts.append(text("//", x, top - 12, "year", anchor="middle"))
        parts.append(text("//", x, bottom + 20, "year", anchor="middle"))
    parts += [_lane_label(lane) for lane in made.lanes]
    return parts


def _lane_label(lane: Lane) -> str:
    style = kind_style(lane.kind)
    words = shorten(style.many, LABEL_SIZE, LANE_LABEL - MARGIN - 6, bold=True)
    return text(words[:1].upper() + words[1:], MARGIN, lane.top + 20, "lane")


def _crowd(crowd: Crowd, kind: str) -> str:
    """How many more there are of some years: the number that the page has there."""
    words = f"+{crowd.number}"
    across = width(words, LABEL_SIZE) + 14
    style = kind_style(kind)
    time = str(crowd.first) if crowd.first == crowd.last else f"{crowd.first} to {crowd.last}"
    things = style.one if crowd.number == 1 else style.many
    return (
        f'<g class="crowd">{hint(f"{crowd.number} more {things} of {time}")}'
        f'<rect class="frame" x="{crowd.x - across // 2}" y="{crowd.y - CROWD_HEIGHT // 2}" '
        f'width="{across}" height="{CROWD_HEIGHT}" rx="{CROWD_HEIGHT // 2}"/>'
        f"{text(words, crowd.x, crowd.y + 4, 'words', anchor='middle')}</g>"
    )


def _arcs(made: Timeline) -> list[str]:
    """Those of the focus last, so that they lie above the rest."""
    parts: dict[bool, list[str]] = {False: [], True: []}
    for arc in made.arcs:
        own = made.focus.iri in (arc.origin.entity.iri, arc.target.entity.iri)
        parts[own].append(_arc(arc, made.focus, own=own))
    return [*parts[False], *parts[True]]


def _arc(arc: Arc, focus: Entity, *, own: bool) -> str:
    origin, target, strand, middle, bend = (
        arc.origin, arc.target, arc.strand, arc.middle, arc.bend,
    )  # fmt: skip
    from_above = middle < target.y
    tip, before = _edge(target, focus, above=from_above)
    start, _ = _edge(origin, focus, above=middle < origin.y)
    path = (
        f"M{origin.x} {start}C{origin.x - bend} {middle} {target.x - bend} {middle} "
        f"{target.x} {before}"
    )
    head = f"M{target.x} {tip}l-3.5 {'-7' if from_above else '7'}h7Z"
    mutual = all(edge.mutual for edge in strand.edges)
    arrow = "" if mutual else f'<path class="head" d="{head}"/>'
    opened = ""
    if strand.disputed:
        opened = (
            f'<circle class="open" cx="{(origin.x + target.x) // 2 - bend}" cy="{middle}" r="4"/>'
        )
    return (
        f'<g class="strand {strand.family}{"" if own else " dim"}">{hint(sentences(strand))}'
        f'<path class="wire" d="{path}" stroke-width="{thickness(strand.sources)}"'
        f"{dashes(strand.family)}/>{arrow}{opened}</g>"
    )


def _edge(mark: Mark, focus: Entity, *, above: bool) -> tuple[int, int]:
    """Where a line meets a mark, and where it ends before its arrow: the focus has a frame."""
    if mark.entity is focus:
        edge = mark.top if above else mark.top + mark.box.height
    else:
        edge = mark.y - _TIP if above else mark.y + _TIP
    return edge, edge - 6 if above else edge + 6


def _mark(mark: Mark, focus: str) -> str:
    entity, box = mark.entity, mark.box
    side = mark.left + box.width - 30 if mark.flipped else mark.left + 30
    anchor = ' text-anchor="end"' if mark.flipped else ""
    rows = "".join(text_row(row, side, mark.top, anchor) for row in box.rows)
    frame = ""
    if entity.iri == focus:
        frame = (
            f'<rect class="frame" x="{mark.left}" y="{mark.top}" width="{box.width}" '
            f'height="{box.height}" rx="6"/>'
        )
    halo = rows.replace('<text class="', '<text class="halo ')
    role = "mark" if frame else "thing"
    drawn = f'<g class="{role}">{frame}{glyph(kind_style(entity.kind), mark.x, mark.y)}'
    return linked(f"{drawn}{rows if frame else halo}</g>", first_link(entity))


def _undated(made: Timeline, languages: Sequence[str]) -> list[str]:
    if not made.cells:
        return []
    shown = len(made.cells)
    more = f", {made.undated_out} more not shown" if made.undated_out else ""
    name = clean(made.focus.label(*languages))
    head = f"No year is known here ({shown}{more})"
    key = f"→ {name} points to it · ← it points to {name}"
    y = made.bottom + AXIS + 28
    left = MARGIN + width(head, LABEL_SIZE, bold=True) + 18
    return [
        text(head, MARGIN, y, "lane"),
        text(key, left, y, "sub"),
        *(_cell(item, made.focus, languages) for item in made.cells),
    ]


def _cell(item: Cell, focus: Entity, languages: Sequence[str]) -> str:
    arrow = "→" if item.outwards else "←"
    far = item.other is not None and item.other is not focus
    name = f"{clean(item.other.label(*languages))} " if item.other and far else ""
    return cell(item.entity, (item.x, item.y, CELL), item.tie, f"{name}{arrow}", languages)
