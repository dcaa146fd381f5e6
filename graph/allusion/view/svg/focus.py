"""The focus picture as SVG: the same bytes for the same data, and nothing fetched.

``assets/focus-view.js`` draws the same elements in the page; a browser test compares
the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from string import Template
from typing import Final, Literal

from markupsafe import escape

from ...core.model import Family
from ...core.vocabulary import BASE
from ..boxes import Row
from ..layout.focus import (
    ARROW,
    FOLD_COLUMN,
    FOLD_STEP,
    LABEL_STEP,
    MARGIN,
    MORE_HEIGHT,
    Picture,
    PlacedNeighbour,
    PlacedStrand,
)
from ..links import first_link
from ..text_metrics import clean, shorten
from ..theme import CONNECTIONS, DARK, FAMILY_STYLES, LIGHT, KindStyle, Theme, kind_style
from . import symbols as glyphs

ThemeName = Literal["light", "dark", "auto"]

CAPTIONS: Final = {
    "out": "What it points to, oldest first",
    "in": "What points to it, oldest first",
}
_MOST_NAMED: Final = 12
IMPRINT: Final = "allusion · w3id.org/allusion · its own data: CC0 1.0"
"""Where a picture is from, and its licence: in small type below what is passed on as a file."""
IMPRINT_HEIGHT: Final = 18
_IMPRINT_SIZE: Final = 10


def asset(name: str) -> str:
    """The text of a file of ``assets/``."""
    return files("allusion.view").joinpath("assets", name).read_text(encoding="utf-8")


def colours(theme: Theme, *sheets: str) -> str:
    """The colour rules of the picture in a theme, and those of further ``sheets``."""
    values = {slot: getattr(theme, slot) for slot in theme.__slots__}
    rules = "".join(map(asset, ("picture-colours.css", *sheets)))
    return Template(rules).substitute(values)


def stylesheet(theme: ThemeName, *sheets: str) -> str:
    """All the rules a picture needs; "auto" follows what the reader's system prefers.

    ``sheets`` are files of ``assets/`` that hold colours, beside those of every picture.
    """
    match theme:
        case "light":
            rules = colours(LIGHT, *sheets)
        case "dark":
            rules = colours(DARK, *sheets)
        case "auto":
            dark = colours(DARK, *sheets)
            rules = f"{colours(LIGHT, *sheets)}@media (prefers-color-scheme:dark){{{dark}}}"
    return _dense(asset("picture.css") + rules)


def scoped(theme: ThemeName, *sheets: str) -> str:
    """The rules of `stylesheet` under the class of their theme.

    Viewers that put the pictures of a notebook into one page (nbviewer, VS Code) would
    else give all of them the rules of the last one.
    """
    return stylesheet(theme, *sheets).replace(".picture", f".picture.{theme}")


def render(
    picture: Picture,
    theme: ThemeName | None,
    *,
    heading: str | None = None,
    more: Sequence[str] = (),
    sheets: Sequence[str] = (),
) -> str:
    """The picture as one ``<svg>`` element; ``theme`` None leaves the style to the page.

    ``heading`` takes the place of `title`; ``more`` is drawn below all else, with the rules
    of further ``sheets``.
    """
    # The page says it of itself.
    height = picture.height + (0 if theme is None else IMPRINT_HEIGHT)
    size = f'viewBox="0 0 {picture.width} {height}"'
    style = "" if theme is None else f"<style>{scoped(theme, *sheets)}</style>"
    identity = 'class="picture" id="picture"' if theme is None else f'class="picture {theme}"'
    # Several pictures may stand in one notebook, and ids are those of the whole page.
    name = picture.entity.iri.removeprefix(BASE).replace("/", "-")
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{identity} {size} width="{picture.width}" height="{height}" '
        f'role="img" aria-labelledby="{escape(name)}-title {escape(name)}-desc" lang="en">',
        f'<title id="{escape(name)}-title">{escape(clean(heading or title(picture)))}</title>',
        f'<desc id="{escape(name)}-desc">{escape(clean(description(picture)))}</desc>',
        style,
        f'<rect class="paper" width="{picture.width}" height="{height}"/>',
        *_captions(picture),
        *more,
        *(_strand(placed, block) for block in picture.blocks for placed in block.strands),
        *(_block(block) for block in picture.blocks),
        _card(picture),
        "" if theme is None else imprint(picture.width, picture.height),
        "</svg>",
    ]
    return "".join(parts)


def imprint(across: int, down: int, left: int = MARGIN) -> str:
    """`IMPRINT` below a drawing of that size, shorter where that is narrow."""
    words = shorten(IMPRINT, _IMPRINT_SIZE, across - 2 * left)
    return f'<text class="imprint" x="{left}" y="{down + 6}">{escape(words)}</text>'


def title(picture: Picture) -> str:
    """What the picture shows, in one line."""
    year = f" ({picture.entity.year})" if picture.entity.year is not None else ""
    return f"{clean(picture.entity.label())}{year}: what it points to, and what points to it"


def description(picture: Picture) -> str:
    """The picture as two or three sentences, for those who do not see it."""
    entity = picture.entity
    makers = f" by {', '.join(map(clean, entity.makers))}" if entity.makers else ""
    kind = f", {clean(entity.type).lower()}" if entity.type else ""
    name = clean(entity.label())
    said = [f"In the middle {name}{kind}{makers}."]
    for side, head in (("out", "What it points to"), ("in", "What points to it")):
        placed = [block for block in picture.blocks if block.side == side]
        shown = [block for block in placed if block.neighbour]
        told = [clause for block in shown[:_MOST_NAMED] for clause in _clauses(block, name)]
        rest = sum(block.more for block in placed) + max(0, len(shown) - _MOST_NAMED)
        if told:
            tail = f"; and {rest} more" if rest else ""
            said.append(f"{head}: {'; '.join(told)}{tail}.")
    return " ".join(said)


def _clauses(block: PlacedNeighbour, middle: str) -> Iterator[str]:
    """What joins a neighbour, as it reads along the edge: "it is named for Chungking Mansions"."""
    assert block.neighbour is not None
    name = clean(block.neighbour.entity.label())
    for strand in block.neighbour.strands:
        words = " ".join(strand.label.lines)
        if len(strand.edges) > 1 or strand.family not in CONNECTIONS:
            yield f"{name} ({words})"
        elif block.side == "in":
            yield f"{name} {words} {middle}"
        else:
            # What a character says begins with the speaker; all else is said of the middle.
            spoken = strand.edges[0].speaker or not words[:1].islower()
            yield f"{words} {name}" if spoken else f"it {words} {name}"


def _captions(picture: Picture) -> list[str]:
    found = []
    for side, words in CAPTIONS.items():
        blocks = [block for block in picture.blocks if block.side == side]
        if blocks:
            x, y = blocks[0].x, blocks[0].y - 14
            if side == "in":
                x += blocks[0].width
            anchor = ' text-anchor="end"' if side == "in" else ""
            found.append(f'<text class="caption" x="{x}" y="{y}"{anchor}>{words}</text>')
    return found


def wire(placed: PlacedStrand) -> str:
    """The path of a strand, from the card along its curve to the box, short of its arrow."""
    sign = 1 if placed.end > placed.start else -1
    arrow = 0 if placed.strand.mutual else ARROW
    start = placed.start + (arrow if sign > 0 else 0)
    end = placed.end + (0 if sign > 0 else arrow)
    reach = (placed.turn - placed.start) * 6 // 10
    return (
        f"M{start} {placed.port}C{placed.start + reach} {placed.port} "
        f"{placed.turn - reach} {placed.y} {placed.turn} {placed.y}H{end}"
    )


def thickness(sources: int) -> str:
    """The width of a line: a little wider for every further source, up to five.

    >>> thickness(1), thickness(3)
    ('1.25', '2.15')
    """
    return f"{1.25 + 0.45 * (min(max(sources, 1), 5) - 1):g}"


def dashes(family: Family) -> str:
    """The attribute that makes a line that of its family; "" for a solid one."""
    dash = FAMILY_STYLES[family].dash
    return f' stroke-dasharray="{" ".join(map(str, dash))}"' if dash else ""


def _strand(placed: PlacedStrand, block: PlacedNeighbour) -> str:
    strand = placed.strand
    outwards = block.side == "out"
    x, y = (placed.end, placed.y) if outwards else (placed.start, placed.port)
    head = f"M{x} {y}l{ARROW} -4v8Z"
    parts = [
        f'<path class="wire" d="{wire(placed)}" '
        f'stroke-width="{thickness(strand.sources)}"{dashes(strand.family)}/>',
    ]
    if not strand.mutual:
        parts.append(f'<path class="head" d="{head}"/>')
    if strand.disputed:
        parts.append(f'<circle class="open" cx="{placed.turn}" cy="{placed.y}" r="4.5"/>')
    anchor = "" if outwards else ' text-anchor="end"'
    text_x = placed.end + 14 if outwards else placed.end - 12
    for index, line in enumerate(strand.label.lines):
        text_y = placed.y - 6 - LABEL_STEP * (len(strand.label.lines) - 1 - index)
        parts.append(f'<text class="words" x="{text_x}" y="{text_y}"{anchor}>{escape(line)}</text>')
    return f'<g class="strand {strand.family}">{"".join(parts)}</g>'


def _block(block: PlacedNeighbour) -> str:
    frame = (
        f'<rect class="frame" x="{block.x}" y="{block.y}" width="{block.width}" '
        f'height="{block.height}" rx="6"/>'
    )
    middle = block.y + block.height // 2
    if block.neighbour is None:
        x, y = block.x + 12, block.y + MORE_HEIGHT // 2 + 4
        half = (len(block.folds) + 1) // 2
        folded = "".join(
            f'<text class="sub fold" x="{x + 6 + FOLD_COLUMN * (place // half)}" '
            f'y="{y + FOLD_STEP * (place % half + 1)}">{fold.words}</text>'
            for place, fold in enumerate(block.folds)
        )
        return (
            f'<g class="block more"><text class="sub rest" x="{x}" y="{y}">'
            f"and {block.more} more</text>{folded}</g>"
        )
    entity, box = block.neighbour.entity, block.neighbour.box
    top = block.y + (block.height - box.height) // 2
    inside = [
        frame,
        glyph(kind_style(entity.kind), block.x + 16, middle),
        *(text_row(row, block.x + 30, top) for row in box.rows),
    ]
    drawn = f'<g class="block">{"".join(inside)}</g>'
    return linked(drawn, first_link(entity))


def _card(picture: Picture) -> str:
    box = picture.card
    top = picture.y + (picture.card_height - box.height) // 2
    middle = picture.x + box.width // 2
    inside = [
        f'<rect class="frame" x="{picture.x}" y="{picture.y}" width="{box.width}" '
        f'height="{picture.card_height}" rx="10"/>',
        glyph(kind_style(picture.entity.kind), middle, top + 26),
        *(text_row(row, middle, top, ' text-anchor="middle"') for row in box.rows),
    ]
    drawn = f'<g class="card">{"".join(inside)}</g>'
    return linked(drawn, first_link(picture.entity))


def linked(drawn: str, url: str) -> str:
    """What was drawn as a link to an address that may be followed; as it is where that is ""."""
    if not url:
        return drawn
    address = escape(url)
    return f'<a href="{address}" xlink:href="{address}" target="_top">{drawn}</a>'


def glyph(style: KindStyle, x: int, y: int) -> str:
    """The shape of a kind around a point."""
    return (
        f'<path class="glyph" d="{glyphs.path(style.shape)}" fill="{style.colour}" '
        f'transform="translate({x} {y})"/>'
    )


def text_row(row: Row, x: int, top: int, anchor: str = "") -> str:
    """One line of a box, each run of text with its language."""
    if len(row.spans) == 1:
        text, language = row.spans[0]
        tag = f' lang="{escape(language)}"' if language else ""
        return (
            f'<text class="{row.role}" x="{x}" y="{top + row.baseline}"{anchor}{tag}>'
            f"{escape(text)}</text>"
        )
    runs = "".join(
        f'<tspan lang="{escape(language)}">{escape(text)}</tspan>'
        if language
        else f"<tspan>{escape(text)}</tspan>"
        for text, language in row.spans
    )
    return f'<text class="{row.role}" x="{x}" y="{top + row.baseline}"{anchor}>{runs}</text>'


def _dense(css: str) -> str:
    """A stylesheet without comments and line breaks; it is repeated in every picture."""
    without = "".join(part.partition("*/")[2] or part for part in css.split("/*"))
    return " ".join(without.split())
