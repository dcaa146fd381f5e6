"""Text of boxes and edge labels, with sizes in pixels.

All measuring of text happens here, once. The layouts then work with integers only, so that
`layout.focus` and its JavaScript twin ``assets/focus-layout.js`` give the same picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..core.model import Edge, Entity
from .display_names import label_language, secondary_name
from .holders import split_holder
from .text_metrics import clean_text, text_width, truncate, wrap_text
from .theme import FAMILY_STYLES, kind_style

NAME_SIZE: Final = 13
SMALL_SIZE: Final = 11
LABEL_SIZE: Final = 12
TITLE_SIZE: Final = 23
SUBTITLE_SIZE: Final = 16
META_SIZE: Final = 12

MAX_NAME_WIDTH: Final = 156
MAX_LABEL_WIDTH: Final = 176
#: Width of a line with a maker and a reporter, in widths of other lines.
HOLDER_STRETCH: Final = 1.5
MAX_CARD_WIDTH: Final = 224
SYMBOL_WIDTH: Final = 30
PADDING: Final = 12

NAME_LINE_HEIGHT: Final = 17
SMALL_LINE_HEIGHT: Final = 15
COMPACT_BOX_HEIGHT: Final = 42
"""Height of the boxes of `svg.entity_box`."""

TextRun = tuple[str, str]
"""Text and its language tag; "" means the language of the page."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of a box.

    Attributes:
        role: CSS class: "name" or "sub" in a name box; "title", "second" or "meta" in a card.
        baseline: Distance from the top of the box.
        runs: Text in one or several languages.
    """

    role: str
    baseline: int
    runs: tuple[TextRun, ...]


@dataclass(frozen=True, slots=True)
class TextBox:
    """Size and text of a box."""

    width: int
    height: int
    lines: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class EdgeLabel:
    """The text along an edge.

    Attributes:
        width: Width of the widest line.
        lines: The phrase.
        holder: Who states it, in a line of its own; "" if nobody has to be named.
    """

    width: int
    lines: tuple[str, ...]
    holder: str = ""

    @property
    def rows(self) -> int:
        """Number of lines with that of the holder."""
        return len(self.lines) + bool(self.holder)


def year_text(entity: Entity) -> str:
    """Return the year as a box shows it: "1994", for a person "b. 1952"."""
    if entity.year is None:
        return ""
    return f"b. {entity.year}" if entity.kind == "person" else str(entity.year)


def kind_text(entity: Entity) -> str:
    """Return the kind of a group or series ("star couple", "series"), else ""."""
    if entity.kind == "series":
        return kind_style(entity.kind).singular
    return clean_text(entity.type).lower() if entity.kind == "group" else ""


def name_box(entity: Entity, *languages: str) -> TextBox:
    """Build the box of a neighbor: the name, below it the second name, year and kind."""
    tag = label_language(entity, *languages)
    label = entity.label(*languages)
    names = wrap_text(label, NAME_SIZE, MAX_NAME_WIDTH, 2, bold=True) or (entity.slug,)
    runs = _name_details(entity, *languages)
    lines: list[TextLine] = []
    bottom = 6
    for name in names:
        bottom += NAME_LINE_HEIGHT
        lines.append(TextLine("name", bottom - 4, ((name, tag),)))
    bottom += SMALL_LINE_HEIGHT
    lines.append(TextLine("sub", bottom - 4, tuple(runs)))
    width = max(
        *(text_width(name, NAME_SIZE, bold=True) for name in names),
        text_width("".join(text for text, _ in runs), SMALL_SIZE),
    )
    return TextBox(SYMBOL_WIDTH + width + PADDING, bottom + 7, tuple(lines))


def _name_details(entity: Entity, *languages: str) -> list[TextRun]:
    """Return the text of the last line of a name box; it is never empty."""
    second, second_tag = secondary_name(entity, *languages)
    year = year_text(entity)
    suffix = f" · {year}" if second and year else year
    runs: list[TextRun] = []
    if second:
        max_width = MAX_NAME_WIDTH - text_width(suffix, SMALL_SIZE)
        runs.append((truncate(clean_text(second), SMALL_SIZE, max_width), second_tag))
    if suffix:
        runs.append((suffix, ""))
    if kind := kind_text(entity):
        used = text_width("".join(text for text, _ in runs), SMALL_SIZE)
        text = f" · {kind}" if runs else kind
        if text_width(text, SMALL_SIZE) <= MAX_NAME_WIDTH - used:
            runs.append((text, ""))
    return runs or [(kind_style(entity.kind).singular, "")]


def focus_card(entity: Entity, *languages: str) -> TextBox:
    """Build the larger box of the focus, with centered text."""
    tag = label_language(entity, *languages)
    lines: list[TextLine] = []
    width = 150
    bottom = 40
    for text in wrap_text(entity.label(*languages), TITLE_SIZE, MAX_CARD_WIDTH, 4, bold=True):
        bottom += 28
        lines.append(TextLine("title", bottom - 7, ((text, tag),)))
        width = max(width, text_width(text, TITLE_SIZE, bold=True))
    second, second_tag = secondary_name(entity, *languages)
    for text in wrap_text(second, SUBTITLE_SIZE, MAX_CARD_WIDTH, 2):
        bottom += 23
        lines.append(TextLine("second", bottom - 6, ((text, second_tag),)))
        width = max(width, text_width(text, SUBTITLE_SIZE))
    bottom += 4
    details = [" · ".join(part for part in (entity.type, year_text(entity)) if part)]
    if entity.makers:
        details.append("by " + ", ".join(entity.makers))
    for detail in details:
        for text in wrap_text(detail, META_SIZE, MAX_CARD_WIDTH, 2):
            bottom += 18
            lines.append(TextLine("meta", bottom - 5, ((text, ""),)))
            width = max(width, text_width(text, META_SIZE))
    return TextBox(width + 44, bottom + 18, tuple(lines))


def edge_label(edge: Edge, *, show_reporter: bool = True) -> EdgeLabel:
    """Return the phrase of an edge on at most two lines.

    If a character reports the words of another one, the name of that character comes
    first and there may be three lines: "Cop 223 tells: the owner says May looks like". The
    holder of a claim has a line of its own, see `holders.split_holder`.

    Args:
        edge: The edge.
        show_reporter: False if the picture shows the reporting character elsewhere, and has
            no room for a holder.
    """
    phrase = edge.phrase or edge.kind_label
    if not show_reporter:
        return _label(wrap_text(phrase, LABEL_SIZE, MAX_LABEL_WIDTH, 2))
    if edge.told_by:
        text = f"{edge.told_by} tells: {phrase}"
        return _label(wrap_text(text, LABEL_SIZE, MAX_LABEL_WIDTH, 3))
    phrase, holder = split_holder(edge)
    return _label(
        wrap_text(phrase, LABEL_SIZE, MAX_LABEL_WIDTH, 2),
        _fit_holder(holder, round(MAX_LABEL_WIDTH * HOLDER_STRETCH)),
    )


def _fit_holder(holder: str, max_width: int) -> str:
    """Return a holder without its reporters if both do not fit."""
    if text_width(holder, SMALL_SIZE) > max_width:
        holder = holder.split(", report", maxsplit=1)[0]
    return truncate(holder, SMALL_SIZE, max_width)


def short_kind_label(edge: Edge) -> str:
    """Return the kind of an edge, short enough for `bundle_label`."""
    return truncate(clean_text(edge.kind_label), LABEL_SIZE, MAX_LABEL_WIDTH - COUNT_WIDTH)


def bundle_label(name: str, count: int) -> EdgeLabel:
    """Return the label of an edge bundle: "name-drop ×4"."""
    return EdgeLabel(text_width(name, LABEL_SIZE) + COUNT_WIDTH, (f"{name} ×{count}",))


def counted_label(label: EdgeLabel, count: int) -> EdgeLabel:
    """Return the label of several edges with the same text: "quotes ×4"."""
    if count == 1:
        return label
    lines = (*label.lines[:-1], f"{''.join(label.lines[-1:])} ×{count}".strip())
    return _label(lines, label.holder)


def extended_label(label: EdgeLabel, more: int) -> EdgeLabel:
    """Return a label followed by the number of edges that it does not name: "quotes +2"."""
    if not more:
        return label
    lines = (*label.lines[:-1], f"{''.join(label.lines[-1:])} +{more}".strip())
    return _label(lines, label.holder)


COUNT_WIDTH: Final = text_width(" ×999", LABEL_SIZE)
FAMILY_NAMES: Final = {family: style.plural for family, style in FAMILY_STYLES.items()}


def _label(lines: tuple[str, ...], holder: str = "") -> EdgeLabel:
    widths = [*(text_width(line, LABEL_SIZE) for line in lines), text_width(holder, SMALL_SIZE)]
    return EdgeLabel(max(widths), lines, holder)
