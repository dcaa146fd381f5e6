"""The SVG document: title, description, style and background of a drawing.

The rules stand in a ``<style>`` element of the drawing, limited to the class of its theme.
There is no script, no ``foreignObject`` and no external reference, so the drawing also works
in an ``<img>``, as JupyterLab and GitHub show the drawings of a notebook.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, TypeAlias

from markupsafe import escape

from ...core.model import Edge
from ..edge_bundles import doubt
from ..layout import DRAWING_MARGIN
from ..options import PictureOptions
from ..text_boxes import LABEL_SIZE
from ..text_metrics import clean_text, text_width
from ..theme import CLAIMED, DOUBTED, FAMILY_ORDER, FAMILY_STYLES, KINDS, KindStyle, kind_style
from .elements import (
    ATTRIBUTION_HEIGHT,
    arrowhead,
    attribution,
    dash_attribute,
    doubt_mark,
    symbol,
    text_element,
)
from .stylesheet import style_element

_LEGEND_GAP: Final = 22
_Sample: TypeAlias = tuple[Callable[[int, int], str], int, str]
"""Returns elements at a position; their width; and the text beside them."""


def svg_document(
    name: str,
    title: str,
    description: str,
    size: tuple[int, int],
    options: PictureOptions,
    elements: Iterable[str],
    *,
    omitted: int = 0,
    margin: int = DRAWING_MARGIN,
) -> str:
    """Return the text of an SVG file.

    Args:
        name: Makes the ids unique if several drawings are in one page.
        title: Content of ``<title>``.
        description: Content of ``<desc>``.
        size: Width and height without the attribution.
        options: Color theme, source and license.
        elements: The drawing.
        omitted: Number of entities that it leaves out or only counts.
        margin: Left of the attribution.
    """
    width, height = size[0], size[1] + ATTRIBUTION_HEIGHT
    ident = element_id(name)
    return "".join(
        (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'class="picture {options.theme}" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" role="img" aria-labelledby="{ident}-title {ident}-desc" lang="en"'
            f"{omitted_attribute(omitted)}>",
            f'<title id="{ident}-title">{escape(clean_text(title))}</title>',
            f'<desc id="{ident}-desc">{escape(clean_text(description))}</desc>',
            style_element(options, "sheet.css"),
            f'<rect class="paper" width="{width}" height="{height}"/>',
            *elements,
            attribution(options.attribution, *size, margin),
            "</svg>\n",
        )
    )


def omitted_attribute(count: int) -> str:
    """Return the number of entities that a drawing leaves out or only counts; "" for none."""
    return f' data-omitted="{count}"' if count else ""


def element_id(name: str) -> str:
    """Return a name as an id: other characters than ASCII letters and digits become hyphens."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in name)


def edge_legend(
    edges: Sequence[Edge], x: int, y: int, max_width: int, *, widths: bool = True, role: str = ""
) -> tuple[list[str], int]:
    """Draw a sample of each line style that occurs, with the number of its edges.

    Args:
        edges: What is drawn.
        x: Left, in pixels.
        y: Baseline of the first row, in pixels.
        max_width: Width of a row, in pixels.
        widths: Whether lines are as wide as their sources are many.
        role: CSS class of the lines, if it gives families colors.

    Returns:
        The elements, and the height they take.
    """
    samples: list[_Sample] = []
    for family in FAMILY_ORDER:
        if count := sum(edge.family == family for edge in edges):
            style = FAMILY_STYLES[family]
            name = style.singular if count == 1 else style.plural
            classes = f"{role} {family}".strip()
            line = partial(_family_wire, classes, dash_attribute(family))
            samples.append((line, 34, f"{name} {count}"))
    doubts = Counter(doubt([edge]) for edge in edges)
    doubted = sum(doubts[word] for word in DOUBTED)
    if claimed := doubts.total() - doubts[""] - doubted:
        samples.append((_hollow_arrow, 24, f"{CLAIMED} {claimed}"))
    if doubted:
        samples.append((_question_mark, 16, f"disputed or doubtful {doubted}"))
    if widths and len({min(edge.sources, 5) for edge in edges}) > 1:
        samples.append((_widths, 34, "thicker: more sources"))
    return _draw_samples(samples, x, y, max_width)


def _family_wire(classes: str, dash: str, x: int, y: int) -> str:
    return f'<g class="{classes}">{_wire(34, dash, x, y)}</g>'


def _wire(width: int, dash: str, x: int, y: int) -> str:
    return f'<path class="wire" d="M{x} {y}h{width}" stroke-width="1.5"{dash}/>'


def _widths(x: int, y: int) -> str:
    return arrowhead(f"M{x} {y - 0.5}L{x + 34} {y - 2}v4L{x} {y + 0.5}Z", "")


def _hollow_arrow(x: int, y: int) -> str:
    return _wire(16, "", x, y) + arrowhead(f"M{x + 24} {y}l-8 -4v8Z", "claimed")


def _question_mark(x: int, y: int) -> str:
    return doubt_mark("disputed", x + 8, y)


def _kind_symbol(style: KindStyle, x: int, y: int) -> str:
    return symbol(style, x + 7, y)


def kind_legend(kinds: Sequence[str], x: int, y: int, max_width: int) -> tuple[list[str], int]:
    """Draw the symbol of each kind that occurs, with the number of its entities.

    Args:
        kinds: The kind of each entity.
        x: Left of the legend.
        y: First baseline.
        max_width: Width after which a row ends.

    Returns:
        The elements, and the height they take.
    """
    counts = Counter(kinds)
    samples: list[_Sample] = []
    for kind in KINDS:
        if count := counts[kind]:
            style = kind_style(kind)
            name = style.singular if count == 1 else style.plural
            samples.append((partial(_kind_symbol, style), 14, f"{name} {count}"))
    return _draw_samples(samples, x, y, max_width)


def _draw_samples(
    samples: Sequence[_Sample], x: int, y: int, max_width: int
) -> tuple[list[str], int]:
    """Draw samples with their texts in rows."""
    elements: list[str] = []
    left, top = x, y
    for sample, sample_width, text in samples:
        width = sample_width + 8 + text_width(text, LABEL_SIZE)
        if left > x and left + width > x + max_width:
            left, top = x, top + 20
        elements += [
            sample(left, top - 4),
            text_element(text, left + sample_width + 8, top, "sub"),
        ]
        left += width + _LEGEND_GAP
    return elements, (top - y + 20) if elements else 0
