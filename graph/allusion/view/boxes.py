"""What is written in a picture, measured: name boxes, the card in the middle, edge labels.

Everything that depends on a text's width is done here, once, so that placing
(``focus.py`` and its twin in the page, ``assets/focus-layout.js``) is whole-number
arithmetic and gives the same picture in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..core.model import Edge, Entity
from .display_names import first_language, second_name
from .text_metrics import clean, shorten, width, wrap
from .theme import FAMILY_STYLES, kind_style

NAME_SIZE: Final = 13
SUB_SIZE: Final = 11
LABEL_SIZE: Final = 12
TITLE_SIZE: Final = 23
SECOND_SIZE: Final = 16
META_SIZE: Final = 12

NAME_LIMIT: Final = 156
LABEL_LIMIT: Final = 176
CARD_LIMIT: Final = 224
GLYPH_ROOM: Final = 30
PAD: Final = 12

NAME_STEP: Final = 17
SUB_STEP: Final = 15

Span = tuple[str, str]
"""A run of text and its language tag ("" for the page's own)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a box: what it is, where its baseline stands, and its runs of text.

    ``role`` is "name" or "sub" in a box, "title", "second" or "meta" in a card.
    """

    role: str
    baseline: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its text; sizes in pixels."""

    width: int
    height: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """The words along an edge."""

    width: int
    lines: tuple[str, ...]


def year_text(entity: Entity) -> str:
    """The year as it stands in a box: "1994", or "b. 1952" for a person."""
    if entity.year is None:
        return ""
    return f"b. {entity.year}" if entity.kind == "person" else str(entity.year)


def what_kind(entity: Entity) -> str:
    """What the name of a group or a series does not say: "star couple", "series"."""
    if entity.kind == "series":
        return kind_style(entity.kind).one
    return clean(entity.type).lower() if entity.kind == "group" else ""


def name_box(entity: Entity, *languages: str) -> Box:
    """An entity as a neighbour: its name, under it the second name and the year."""
    tag = first_language(entity, *languages)
    names = wrap(entity.label(*languages), NAME_SIZE, NAME_LIMIT, 2, bold=True) or (entity.slug,)
    second, second_tag = second_name(entity, *languages)
    year = year_text(entity)
    tail = f" · {year}" if second and year else year
    runs: list[Span] = []
    if second:
        room = NAME_LIMIT - width(tail, SUB_SIZE)
        runs.append((shorten(clean(second), SUB_SIZE, room), second_tag))
    if tail:
        runs.append((tail, ""))
    if kind := what_kind(entity):
        room = NAME_LIMIT - width("".join(words for words, _ in runs), SUB_SIZE)
        words = f" · {kind}" if runs else kind
        if width(words, SUB_SIZE) <= room:
            runs.append((words, ""))
    if not runs:
        runs.append((kind_style(entity.kind).one, ""))
    rows: list[Row] = []
    bottom = 6
    for name in names:
        bottom += NAME_STEP
        rows.append(Row("name", bottom - 4, ((name, tag),)))
    bottom += SUB_STEP
    rows.append(Row("sub", bottom - 4, tuple(runs)))
    widest = max(
        *(width(name, NAME_SIZE, bold=True) for name in names),
        width("".join(text for text, _ in runs), SUB_SIZE),
    )
    return Box(GLYPH_ROOM + widest + PAD, bottom + 7, tuple(rows))


def card(entity: Entity, *languages: str) -> Box:
    """An entity in the middle of the focus view: a larger box, its text centred."""
    tag = first_language(entity, *languages)
    rows: list[Row] = []
    widest = 150
    bottom = 40
    for line in wrap(entity.label(*languages), TITLE_SIZE, CARD_LIMIT, 4, bold=True):
        bottom += 28
        rows.append(Row("title", bottom - 7, ((line, tag),)))
        widest = max(widest, width(line, TITLE_SIZE, bold=True))
    second, second_tag = second_name(entity, *languages)
    for line in wrap(second, SECOND_SIZE, CARD_LIMIT, 2):
        bottom += 23
        rows.append(Row("second", bottom - 6, ((line, second_tag),)))
        widest = max(widest, width(line, SECOND_SIZE))
    bottom += 4
    metas = [" · ".join(part for part in (entity.type, year_text(entity)) if part)]
    if entity.makers:
        metas.append("by " + ", ".join(entity.makers))
    for meta in metas:
        for line in wrap(meta, META_SIZE, CARD_LIMIT, 2):
            bottom += 18
            rows.append(Row("meta", bottom - 5, ((line, ""),)))
            widest = max(widest, width(line, META_SIZE))
    return Box(widest + 44, bottom + 18, tuple(rows))


def edge_label(edge: Edge, *, told: bool = True) -> Label:
    """The phrase along one edge, on at most two lines.

    What one tells of another's words says so, on a third: "Cop 223 tells: the owner says May
    looks like". ``told`` False is for a picture that shows the teller beside it.
    """
    words = edge.phrase or edge.kind_label
    if edge.told_by and told:
        return _label(wrap(f"{edge.told_by} tells: {words}", LABEL_SIZE, LABEL_LIMIT, 3))
    return _label(wrap(words, LABEL_SIZE, LABEL_LIMIT, 2))


def kind_label(edge: Edge) -> str:
    """The name of an edge's kind, short enough to be followed by a number."""
    return shorten(clean(edge.kind_label), LABEL_SIZE, LABEL_LIMIT - COUNT_ROOM)


def bundle_label(words: str, count: int) -> Label:
    """The words along a bundle of edges: "name-drop ×4"."""
    return Label(width(words, LABEL_SIZE) + COUNT_ROOM, (f"{words} ×{count}",))


COUNT_ROOM: Final = width(" ×999", LABEL_SIZE)
FAMILY_WORDS: Final = {family: style.many for family, style in FAMILY_STYLES.items()}


def _label(lines: tuple[str, ...]) -> Label:
    return Label(max((width(line, LABEL_SIZE) for line in lines), default=0), lines)
