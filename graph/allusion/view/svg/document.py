"""A picture as a whole: one ``<svg>`` with its title, its description, its style and its paper.

The rules stand in a ``<style>`` inside the picture, under a class of the theme, so that a
light and a dark picture inlined in one page (as nbviewer and VS Code inline them) keep to
their own. There is no script, no ``foreignObject`` and nothing to fetch: that survives an
``<img>``, which is how JupyterLab and GitHub show the pictures of a notebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from markupsafe import escape

from ...core.model import Edge, Family
from ..boxes import LABEL_SIZE
from ..neighbors import Strand, edge_order, family_strand
from ..text_metrics import clean, width
from ..theme import FAMILY_ORDER, FAMILY_STYLES
from .focus import IMPRINT_HEIGHT, ThemeName, dashes, imprint, scoped

MARGIN: Final = 20
_SAMPLE: Final = 34
_LEGEND_GAP: Final = 26


def sheet(
    name: str,
    title: str,
    description: str,
    size: tuple[int, int],
    theme: ThemeName,
    drawn: Iterable[str],
) -> str:
    """The text of an SVG file; ``name`` makes its ids, so that several may stand in one page."""
    across, down = size[0], size[1] + IMPRINT_HEIGHT
    ident = identifier(name)
    return "".join(
        (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'class="picture {theme}" viewBox="0 0 {across} {down}" width="{across}" '
            f'height="{down}" role="img" aria-labelledby="{ident}-title {ident}-desc" lang="en">',
            f'<title id="{ident}-title">{escape(clean(title))}</title>',
            f'<desc id="{ident}-desc">{escape(clean(description))}</desc>',
            f"<style>{scoped(theme, 'sheet.css')}</style>",
            f'<rect class="paper" width="{across}" height="{down}"/>',
            *drawn,
            imprint(*size, MARGIN),
            "</svg>\n",
        )
    )


def identifier(name: str) -> str:
    """A name as the id of an element: letters, digits and hyphens."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in name)


def text(words: str, x: int, y: int, role: str, *, language: str = "", anchor: str = "") -> str:
    """One line of text, its baseline at ``y``."""
    tag = f' lang="{escape(clean(language))}"' if language else ""
    at = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{role}" x="{x}" y="{y}"{tag}{at}>{escape(clean(words))}</text>'


def hint(words: str) -> str:
    """What a pointer that rests on an element is told."""
    return f"<title>{escape(clean(words))}</title>"


def legend(edges: Sequence[Edge], x: int, y: int, room: int) -> tuple[list[str], int]:
    """A sample of the line of each family with its number, and the height they take."""
    counts = {f: sum(edge.family == f for edge in edges) for f in FAMILY_ORDER}
    drawn: list[str] = []
    left, top = x, y
    for family, count in counts.items():
        if not count:
            continue
        words = f"{FAMILY_STYLES[family].one if count == 1 else FAMILY_STYLES[family].many} {count}"
        across = _SAMPLE + 8 + width(words, LABEL_SIZE)
        if left > x and left + across > x + room:
            left, top = x, top + 20
        drawn += [
            f'<path class="wire" d="M{left} {top - 4}h{_SAMPLE}" stroke-width="1.5"'
            f"{dashes(family)}/>",
            text(words, left + _SAMPLE + 8, top, "sub"),
        ]
        left += across + _LEGEND_GAP
    return drawn, (top - y + 20) if drawn else 0


def bundles(edges: Iterable[Edge]) -> list[tuple[str, str, Strand]]:
    """Edges as (origin, target, strand), those of one family between the same two in one strand."""
    groups: dict[tuple[str, str, Family], list[Edge]] = {}
    for edge in sorted(edges, key=edge_order):
        groups.setdefault((edge.origin, edge.target, edge.family), []).append(edge)
    found = []
    for (origin, target, family), group in sorted(groups.items()):
        found.append((origin, target, family_strand(family, group)))
    return found


def sentence(edge: Edge) -> str:
    """What an edge says, as a sentence that ends."""
    return clean(edge.sentence or edge.phrase).rstrip(".") + "."


def sentences(strand: Strand, most: int = 3) -> str:
    """What a strand says, as sentences, those beyond ``most`` counted."""
    said = list(dict.fromkeys(map(sentence, strand.edges)))
    more = f" And {len(said) - most} more." if len(said) > most else ""
    return " ".join(said[:most]) + more
