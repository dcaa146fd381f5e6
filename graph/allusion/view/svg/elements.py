"""SVG elements and attributes that several drawings share."""

from __future__ import annotations

from typing import Final

from markupsafe import escape

from ...core.model import Edge, Family
from ..edge_bundles import EdgeBundle, doubt
from ..text_boxes import TextLine
from ..text_metrics import clean_text, truncate
from ..theme import DOUBTED, FAMILY_STYLES, KindStyle
from .symbols import symbol_path

ATTRIBUTION_HEIGHT: Final = 18
_ATTRIBUTION_SIZE: Final = 11


def text_element(
    text: str, x: int, y: int, role: str, *, language: str = "", anchor: str = ""
) -> str:
    """Return a ``<text>`` element.

    Args:
        text: One line; it is cleaned and escaped.
        x: Position.
        y: Baseline.
        role: CSS class.
        language: Language tag; "" means the language of the drawing.
        anchor: ``text-anchor``; "" means start.
    """
    lang = f' lang="{escape(clean_text(language))}"' if language else ""
    text_anchor = f' text-anchor="{anchor}"' if anchor else ""
    content = escape(clean_text(text))
    return f'<text class="{role}" x="{x}" y="{y}"{lang}{text_anchor}>{content}</text>'


def text_line(line: TextLine, x: int, top: int, attributes: str = "") -> str:
    """Return a line of a box as a ``<text>`` element, each run with its language.

    Args:
        line: The line.
        x: Position.
        top: Top of the box.
        attributes: More attributes, with a leading space.
    """
    start = f'<text class="{line.role}" x="{x}" y="{top + line.baseline}"{attributes}'
    if len(line.runs) == 1:
        text, language = line.runs[0]
        lang = f' lang="{escape(language)}"' if language else ""
        return f"{start}{lang}>{escape(text)}</text>"
    runs = "".join(
        f'<tspan lang="{escape(language)}">{escape(text)}</tspan>'
        if language
        else f"<tspan>{escape(text)}</tspan>"
        for text, language in line.runs
    )
    return f"{start}>{runs}</text>"


def tooltip(text: str) -> str:
    """Return a ``<title>`` element, which a browser shows as a tooltip."""
    return f"<title>{escape(clean_text(text))}</title>"


def link(content: str, url: str) -> str:
    """Wrap ``content`` in an ``<a>`` element, unless ``url`` is ""."""
    if not url:
        return content
    href = escape(url)
    return f'<a href="{href}" xlink:href="{href}" target="_top">{content}</a>'


def symbol(style: KindStyle, x: int, y: int) -> str:
    """Return the symbol of a kind of entity, centered at (x, y)."""
    return (
        f'<path class="glyph" d="{symbol_path(style.shape)}" fill="{style.color}" '
        f'transform="translate({x} {y})"/>'
    )


def stroke_width(sources: int) -> str:
    """Return the width of a line; it grows with the number of sources, up to five.

    >>> stroke_width(1), stroke_width(3)
    ('1.25', '2.15')
    """
    return f"{1.25 + 0.45 * (min(max(sources, 1), 5) - 1):g}"


def dash_attribute(family: Family) -> str:
    """Return the attribute ``stroke-dasharray`` of a family; "" for a solid line."""
    dash = FAMILY_STYLES[family].dash
    return f' stroke-dasharray="{" ".join(map(str, dash))}"' if dash else ""


def arrowhead(path: str, uncertainty: str) -> str:
    """Return an arrowhead, hollow if ``uncertainty`` is not ""."""
    return f'<path class="head{" hollow" if uncertainty else ""}" d="{path}"/>'


def doubt_mark(uncertainty: str, x: int, y: int) -> str:
    """Return the question mark of a disputed or doubtful edge, else ""."""
    if uncertainty not in DOUBTED:
        return ""
    return (
        f'<circle class="open" cx="{x}" cy="{y}" r="7.5"/>'
        f'<text class="query" x="{x}" y="{y + 4}" text-anchor="middle">?</text>'
    )


def attribution(text: str, width: int, height: int, left: int) -> str:
    """Return source and license below a drawing, truncated to its width.

    Args:
        text: Source and license; "" for none.
        width: Width of the drawing.
        height: Height of the drawing without the attribution.
        left: Position, and margin on both sides.
    """
    if not text:
        return ""
    line = truncate(clean_text(text), _ATTRIBUTION_SIZE, width - 2 * left)
    return f'<text class="imprint" x="{left}" y="{height + 6}">{escape(line)}</text>'


def edge_sentence(edge: Edge) -> str:
    """Return the statement of an edge as a sentence with a full stop: "A quotes B (claimed)."."""
    return f"{clean_text(edge.sentence or edge.phrase).rstrip('.')}{in_brackets(doubt([edge]))}."


def in_brackets(uncertainty: str) -> str:
    """Return " (claimed)" for "claimed", and "" for ""."""
    return f" ({uncertainty})" if uncertainty else ""


def bundle_sentences(bundle: EdgeBundle, max_sentences: int = 3) -> str:
    """Return the statements of a bundle; those beyond ``max_sentences`` are counted."""
    sentences = list(dict.fromkeys(map(edge_sentence, bundle.edges)))
    more = len(sentences) - max_sentences
    suffix = f" And {more} more." if more > 0 else ""
    return " ".join(sentences[:max_sentences]) + suffix
