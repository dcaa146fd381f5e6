"""A thing as a small box of two lines: its name, and what joins it to something else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...core.model import Entity
from ..boxes import NAME_SIZE, SUB_SIZE
from ..display_names import first_language, second_name
from ..links import first_link
from ..neighbors import Strand
from ..text_metrics import clean, shorten, width
from ..theme import kind_style
from .document import hint, sentences, text
from .focus import glyph, linked

CELL_HEIGHT: Final = 42
_PAD: Final = 42


def cell(
    entity: Entity,
    place: tuple[int, int, int],
    tie: Strand | None,
    before: str,
    languages: Sequence[str],
) -> str:
    """The box at ``place`` (x, y and width), `CELL_HEIGHT` high.

    ``before`` stands before the words of ``tie``: an arrow, with a name where one is needed.
    """
    x, y, across = place
    room = across - _PAD
    name = shorten(clean(entity.label(*languages)), NAME_SIZE, room, bold=True)
    used = width(name, NAME_SIZE, bold=True) + 8
    second, tag = second_name(entity, *languages)
    beside = ""
    if second and used + width(second, SUB_SIZE) <= room:
        beside = text(second, x + 30 + used, y + 18, "sub", language=tag)
    words, tip = kind_style(entity.kind).one, ""
    if tie:
        words = f"{before} {' '.join(tie.label.lines)}"
        tip = hint(sentences(tie))
    language = first_language(entity, *languages)
    drawn = (
        f'<g class="block">{tip}<rect class="frame" x="{x}" y="{y}" width="{across}" '
        f'height="{CELL_HEIGHT}" rx="6"/>'
        f"{glyph(kind_style(entity.kind), x + 16, y + CELL_HEIGHT // 2)}"
        f"{text(name, x + 30, y + 18, 'name', language=language)}{beside}"
        f"{text(shorten(words, SUB_SIZE, room), x + 30, y + 34, 'sub')}</g>"
    )
    return linked(drawn, first_link(entity))
