"""A compact box of two lines: the name of an entity, and its relation to another one."""

from __future__ import annotations

from typing import Final

from ...core.model import Entity
from ..display_names import label_language, secondary_name
from ..edge_bundles import EdgeBundle
from ..options import PictureOptions
from ..text_boxes import COMPACT_BOX_HEIGHT, NAME_SIZE, SMALL_SIZE
from ..text_metrics import clean_text, text_width, truncate
from ..theme import kind_style
from .elements import bundle_sentences, in_brackets, link, symbol, text_element, tooltip

_PADDING: Final = 42


def draw_entity_box(
    entity: Entity,
    place: tuple[int, int, int],
    bundle: EdgeBundle | None,
    prefix: str,
    options: PictureOptions,
) -> str:
    """Draw a box of the height `text_boxes.COMPACT_BOX_HEIGHT`.

    Args:
        entity: The entity.
        place: Left, top and width.
        bundle: Joins it to the other entity; None shows the kind of the entity instead.
        prefix: Text before the label of ``bundle``: an arrow, or a name and an arrow.
        options: Languages, and the address of the link.
    """
    x, y, width = place
    max_width = width - _PADDING
    name = truncate(clean_text(entity.label(*options.languages)), NAME_SIZE, max_width, bold=True)
    used = text_width(name, NAME_SIZE, bold=True) + 8
    second, tag = secondary_name(entity, *options.languages)
    second_element = ""
    if second and used + text_width(second, SMALL_SIZE) <= max_width:
        second_element = text_element(second, x + 30 + used, y + 18, "sub", language=tag)
    relation, tip = kind_style(entity.kind).singular, ""
    if bundle:
        label = " ".join(bundle.label.lines)
        if bundle.doubt:
            label = f"{label.rstrip(',')}{in_brackets(bundle.doubt)}"
        relation = f"{prefix} {label}"
        tip = tooltip(bundle_sentences(bundle))
    language = label_language(entity, *options.languages)
    box = (
        f'<g class="block">{tip}<rect class="frame" x="{x}" y="{y}" width="{width}" '
        f'height="{COMPACT_BOX_HEIGHT}" rx="6"/>'
        f"{symbol(kind_style(entity.kind), x + 16, y + COMPACT_BOX_HEIGHT // 2)}"
        f"{text_element(name, x + 30, y + 18, 'name', language=language)}{second_element}"
        f"{text_element(truncate(relation, SMALL_SIZE, max_width), x + 30, y + 34, 'sub')}</g>"
    )
    return link(box, options.url(entity))
