"""The chain layout: entities one under the other, and between them what joins them.

Each chain is a column. Beside the line between two entities stands the statement that joins
them: its kind, how sure it is, the sentence, and the source. The arrow points the way the
statement does, so a chain that is read downwards can meet arrows that point up. Several
chains stand side by side and wrap into rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ...core.errors import ParameterError
from ...core.external_links import safe_url
from ...core.model import listed
from ...core.vocabulary import BASE
from ...network.card import cite
from ...network.paths import Chain, Chains, Hop
from ..boxes import LABEL_SIZE, SUB_SIZE, Box, name_box
from ..layout.focus import ARROW, MARGIN
from ..links import first_link
from ..text_metrics import clean, shorten, width, wrap
from ..theme import FAMILY_STYLES, kind_style
from .document import hint, sentence, sheet, text
from .focus import ThemeName, dashes, glyph, linked, text_row, thickness

WIDTH: Final = 640
NARROWEST: Final = 280
_COLUMN: Final = 400  # of several chains side by side
_BETWEEN: Final = 28
_CAPTION: Final = 26
_WIRE: Final = 16  # from the left of a box: under the middle of its glyph
_WORDS: Final = 40
_STEP: Final = 17
_SMALL_STEP: Final = 15
_PAD: Final = 13
_MOST_LINES: Final = 9
_SPACED: Final = SUB_SIZE * 1.15  # captions are letter-spaced


@dataclass(frozen=True, slots=True)
class _Step:
    """A hop with its text broken into lines; ``height`` is that of the line beside it."""

    hop: Hop
    head: str
    sentence: tuple[str, ...]
    source: str
    url: str
    height: int


@dataclass(frozen=True, slots=True)
class _Column:
    """A chain with its boxes and steps measured."""

    boxes: tuple[Box, ...]
    steps: tuple[_Step, ...]
    chain: Chain

    @property
    def height(self) -> int:
        return sum(box.height for box in self.boxes) + sum(step.height for step in self.steps)


def chain_svg(
    chains: Chains,
    *,
    theme: ThemeName = "light",
    languages: Sequence[str] = ("en",),
    width: int = WIDTH,
    title: str | None = None,
) -> str:
    """The chains as the text of an SVG file ``width`` pixels wide (`NARROWEST` at least).

    :raises ParameterError: if there is no chain, or the picture is to be narrower than that.
    """
    if not chains.chains:
        raise ParameterError(f"there is nothing to draw: {chains.summary}")
    if width < NARROWEST:
        raise ParameterError(f"a picture {width} pixels wide holds no sentence; {NARROWEST} does")
    room = width - 2 * MARGIN
    abreast = min(len(chains), max(1, (room + _BETWEEN) // (_COLUMN + _BETWEEN)))
    across = (room - _BETWEEN * (abreast - 1)) // abreast
    columns = [_measure(chain, across, languages) for chain in chains]
    y = MARGIN + _CAPTION
    drawn: list[str] = []
    for first in range(0, len(columns), abreast):
        row = columns[first : first + abreast]
        for place, column in enumerate(row):
            drawn += _draw(column, MARGIN + place * (across + _BETWEEN), y)
        y += max(column.height for column in row) + 2 * MARGIN
    heading = title or f"From {chains.summary}"
    caption = shorten(clean(heading), _SPACED, width - 2 * MARGIN)
    name = "-to-".join(entity.iri.removeprefix(BASE) for entity in (chains.one, chains.other))
    head = text(caption, MARGIN, MARGIN + 11, "caption")
    return sheet(
        f"chain-{name}", heading, _describe(chains), (width, y - MARGIN), theme, [head, *drawn]
    )


def _measure(chain: Chain, across: int, languages: Sequence[str]) -> _Column:
    boxes = tuple(name_box(entity, *languages) for entity in chain.entities)
    return _Column(boxes, tuple(_step(hop, across - _WORDS) for hop in chain.hops), chain)


def _step(hop: Hop, room: int) -> _Step:
    edge = hop.edge
    kind = clean(edge.kind_label)
    # A kind may say its family and its certainty by its name: "influence stated by the maker".
    rest = (FAMILY_STYLES[edge.family].one, clean(edge.certainty))
    head = " · ".join((kind, *(word for word in rest if word and word not in kind)))
    if edge.disputed:
        head += " · disputed"
    sentence = wrap(edge.sentence or edge.phrase, LABEL_SIZE, room, _MOST_LINES)
    source, url = "", ""
    if edge.evidence:
        more = len({item.source for item in edge.evidence}) - 1
        tail = f" and {more} more source{'s' if more > 1 else ''}" if more else ""
        cited = clean(cite(replace(edge.evidence[0], locator="")))
        source = shorten(cited, SUB_SIZE, room - width(tail, SUB_SIZE)) + tail
        url = safe_url(edge.evidence[0].url)
    lines = _SMALL_STEP + _STEP * len(sentence) + (_SMALL_STEP if source else 0)
    return _Step(hop, shorten(head, _SPACED, room), sentence, source, url, lines + 2 * _PAD)


def _draw(column: _Column, x: int, top: int) -> list[str]:
    parts = []
    y = top
    last = len(column.boxes) - 1
    for place, (box, entity) in enumerate(zip(column.boxes, column.chain.entities, strict=True)):
        role = "card" if place in (0, last) else "block"
        inside = (
            f'<rect class="frame" x="{x}" y="{y}" width="{box.width}" height="{box.height}" '
            f'rx="6"/>{glyph(kind_style(entity.kind), x + _WIRE, y + box.height // 2)}'
            + "".join(text_row(row, x + 30, y) for row in box.rows)
        )
        parts.append(linked(f'<g class="{role}">{inside}</g>', first_link(entity)))
        y += box.height
        if place < last:
            parts.append(_drawn_step(column.steps[place], x, y))
            y += column.steps[place].height
    return parts


def _drawn_step(step: _Step, x: int, y: int) -> str:
    edge = step.hop.edge
    wire, end = x + _WIRE, y + step.height
    if edge.mutual:
        path, head = f"M{wire} {y}V{end}", ""
    elif step.hop.forwards:
        path, head = f"M{wire} {y}V{end - ARROW}", f"M{wire} {end}l-4 -{ARROW}h8Z"
    else:
        path, head = f"M{wire} {y + ARROW}V{end}", f"M{wire} {y}l-4 {ARROW}h8Z"
    arrow = f'<path class="head" d="{head}"/>' if head else ""
    parts = [
        f'<path class="wire" d="{path}" stroke-width="{thickness(edge.sources)}"'
        f"{dashes(edge.family)}/>{arrow}"
    ]
    if edge.disputed:
        parts.append(f'<circle class="open" cx="{wire}" cy="{y + step.height // 2}" r="4.5"/>')
    left, baseline = x + _WORDS, y + _PAD + 11
    parts.append(text(step.head, left, baseline, "caption"))
    for line in step.sentence:
        baseline += _STEP
        parts.append(text(line, left, baseline, "words"))
    if step.source:
        baseline += _SMALL_STEP + 1
        parts.append(linked(text(step.source, left, baseline, "sub"), step.url))
    return f'<g class="strand {edge.family}">{hint(sentence(edge))}{"".join(parts)}</g>'


def _describe(chains: Chains) -> str:
    """The chains in sentences, for those who do not see them.

    What each hop says is a sentence already; before it stands what it leads to.
    """
    said = []
    ends = f"{clean(chains.one.label())} and {clean(chains.other.label())}"
    for number, chain in enumerate(chains, 1):
        hops = f"{len(chain)} hop{'s' if len(chain) > 1 else ''}"
        between = [clean(entity.label()) for entity in chain.entities[1:-1]]
        way = f", by way of {listed(between)}" if between else ""
        which = f"Chain {number}: {hops}" if len(chains) > 1 else f"{hops} join {ends}"
        said.append(f"{which[:1].upper()}{which[1:]}{way}.")
        said += [sentence(hop.edge) for hop in chain.hops]
    head = f"{len(chains)} chains join {ends}." if len(chains) > 1 else ""
    return " ".join(filter(None, (head, *said)))
