"""The SVG document: title, description, style and background of a drawing.

The rules stand in a ``<style>`` element of the drawing, limited to the class of its theme.
There is no script, no ``foreignObject`` and no external reference, so the drawing also works
in an ``<img>``, as JupyterLab and GitHub show the drawings of a notebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from markupsafe import escape

from ...core.model import Edge
from ..layout import DRAWING_MARGIN
from ..options import PictureOptions
from ..text_boxes import LABEL_SIZE
from ..text_metrics import clean_text, text_width
from ..theme import FAMILY_ORDER, FAMILY_STYLES
from .elements import ATTRIBUTION_HEIGHT, attribution, dash_attribute, text_element
from .stylesheet import scoped_stylesheet

_SAMPLE_WIDTH: Final = 34
_LEGEND_GAP: Final = 26


def svg_document(
    name: str,
    title: str,
    description: str,
    size: tuple[int, int],
    options: PictureOptions,
    elements: Iterable[str],
) -> str:
    """Return the text of an SVG file.

    Args:
        name: Makes the ids unique if several drawings are in one page.
        title: Content of ``<title>``.
        description: Content of ``<desc>``.
        size: Width and height without the attribution.
        options: Color theme, source and license.
        elements: The drawing.
    """
    width, height = size[0], size[1] + ATTRIBUTION_HEIGHT
    ident = element_id(name)
    return "".join(
        (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'class="picture {options.theme}" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" role="img" aria-labelledby="{ident}-title {ident}-desc" lang="en">',
            f'<title id="{ident}-title">{escape(clean_text(title))}</title>',
            f'<desc id="{ident}-desc">{escape(clean_text(description))}</desc>',
            f"<style>{scoped_stylesheet(options.theme, 'sheet.css')}</style>",
            f'<rect class="paper" width="{width}" height="{height}"/>',
            *elements,
            attribution(options.attribution, *size, DRAWING_MARGIN),
            "</svg>\n",
        )
    )


def element_id(name: str) -> str:
    """Return a name as an id: other characters than ASCII letters and digits become hyphens."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in name)


def edge_legend(edges: Sequence[Edge], x: int, y: int, max_width: int) -> tuple[list[str], int]:
    """Draw a sample line for each family, with the number of its edges.

    Returns:
        The elements, and the height they take.
    """
    counts = {f: sum(edge.family == f for edge in edges) for f in FAMILY_ORDER}
    elements: list[str] = []
    left, top = x, y
    for family, count in counts.items():
        if not count:
            continue
        style = FAMILY_STYLES[family]
        text = f"{style.singular if count == 1 else style.plural} {count}"
        width = _SAMPLE_WIDTH + 8 + text_width(text, LABEL_SIZE)
        if left > x and left + width > x + max_width:
            left, top = x, top + 20
        elements += [
            f'<path class="wire" d="M{left} {top - 4}h{_SAMPLE_WIDTH}" stroke-width="1.5"'
            f"{dash_attribute(family)}/>",
            text_element(text, left + _SAMPLE_WIDTH + 8, top, "sub"),
        ]
        left += width + _LEGEND_GAP
    return elements, (top - y + 20) if elements else 0
