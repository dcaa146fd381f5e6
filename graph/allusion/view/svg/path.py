"""Draw paths between two entities as SVG (layout "path").

A path is a column of entities. Beside the line between two entities is the statement that
joins them: kind, certainty, sentence and source. The arrow points in the direction of the
statement, so it may point up. Several paths are drawn side by side and wrap into rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ...core.errors import ParameterError
from ...core.external_links import safe_url
from ...core.text import count_text, join_names
from ...core.vocabulary import BASE
from ...network.card import format_citation
from ...network.paths.results import EntityPath, Hop, Paths
from ..edge_bundles import doubt
from ..layout.focus import ARROW_LENGTH, MARGIN
from ..links import primary_url
from ..options import DEFAULT_OPTIONS, PictureOptions
from ..text_boxes import LABEL_SIZE, SMALL_SIZE, TextBox, name_box
from ..text_metrics import clean_text, text_width, truncate, wrap_text
from ..theme import FAMILY_STYLES, kind_style
from .document import edge_legend, kind_legend, svg_document
from .elements import (
    arrowhead,
    dash_attribute,
    doubt_mark,
    edge_sentence,
    link,
    stroke_width,
    symbol,
    text_element,
    text_line,
    tooltip,
)

WIDTH: Final = 640
MIN_WIDTH: Final = 280
_MIN_COLUMN_WIDTH: Final = 400
_COLUMN_GAP: Final = 28
_CAPTION_HEIGHT: Final = 26
_LINE_X: Final = 16  # from the left of a box: below the center of its symbol
_TEXT_X: Final = 40
_LINE_HEIGHT: Final = 17
_SMALL_LINE_HEIGHT: Final = 15
_PADDING: Final = 13
_MAX_LINES: Final = 9
_WIDER_FONTS: Final = 116  # percent; DejaVu Sans is that much wider than the measured fonts
_LETTER_SPACED_SIZE: Final = SMALL_SIZE * 1.15  # captions have wider letter spacing


@dataclass(frozen=True, slots=True)
class _MeasuredHop:
    """A hop with its text broken into lines.

    Attributes:
        hop: The hop.
        caption: Kind, family and certainty.
        sentence: Lines of the statement.
        source: The first source, and the number of others.
        url: URL of the first source; "" if there is none.
        height: Distance between the boxes of both entities.
    """

    hop: Hop
    caption: str
    sentence: tuple[str, ...]
    source: str
    url: str
    height: int


@dataclass(frozen=True, slots=True)
class _Column:
    """A path with the sizes of its boxes and hops."""

    path: EntityPath
    boxes: tuple[TextBox, ...]
    hops: tuple[_MeasuredHop, ...]

    @property
    def height(self) -> int:
        return sum(box.height for box in self.boxes) + sum(hop.height for hop in self.hops)


def draw_paths(
    paths: Paths, options: PictureOptions = DEFAULT_OPTIONS, *, width: int = WIDTH
) -> str:
    """Return the drawing as the text of an SVG file.

    Args:
        paths: At least one path.
        options: Theme, languages and title.
        width: Width in pixels, at least `MIN_WIDTH`; the height depends on the text.

    Raises:
        ParameterError: If there is no path, or ``width`` is too small.
    """
    if not paths.paths:
        raise ParameterError(f"there is nothing to draw: {paths.summary}")
    if width < MIN_WIDTH:
        raise ParameterError(f"width must be at least {MIN_WIDTH} pixels, not {width}")
    available = width - 2 * MARGIN
    columns_per_row = min(
        len(paths), max(1, (available + _COLUMN_GAP) // (_MIN_COLUMN_WIDTH + _COLUMN_GAP))
    )
    column_width = (available - _COLUMN_GAP * (columns_per_row - 1)) // columns_per_row
    columns = [_measure_path(path, column_width, options.languages) for path in paths]
    y = MARGIN + _CAPTION_HEIGHT
    elements: list[str] = []
    for first in range(0, len(columns), columns_per_row):
        row = columns[first : first + columns_per_row]
        for index, column in enumerate(row):
            elements += _draw_column(column, MARGIN + index * (column_width + _COLUMN_GAP), y)
        y += max(column.height for column in row) + 2 * MARGIN
    edges = list({hop.edge.iri: hop.edge for path in paths for hop in path.hops}.values())
    kinds = {entity.iri: entity.kind for path in paths for entity in path.entities}
    lines, height = edge_legend(edges, MARGIN, y, available)
    symbols, more = kind_legend(list(kinds.values()), MARGIN, y + height, available)
    title = options.title or f"From {paths.summary}"
    caption = truncate(clean_text(title), _LETTER_SPACED_SIZE, available)
    heading = text_element(caption, MARGIN, MARGIN + 11, "caption")
    name = "-to-".join(entity.iri.removeprefix(BASE) for entity in (paths.start, paths.end))
    return svg_document(
        f"path-{name}",
        title,
        _describe(paths),
        (width, y + height + more - 8),
        options,
        [heading, *elements, *lines, *symbols],
        margin=MARGIN,
    )


def _measure_path(path: EntityPath, width: int, languages: Sequence[str]) -> _Column:
    boxes = tuple(name_box(entity, *languages) for entity in path.entities)
    text_width_limit = (width - _TEXT_X) * 100 // _WIDER_FONTS
    return _Column(path, boxes, tuple(_measure_hop(hop, text_width_limit) for hop in path.hops))


def _measure_hop(hop: Hop, max_width: int) -> _MeasuredHop:
    edge = hop.edge
    kind = clean_text(edge.kind_label)
    # The name of a kind may contain its family or certainty: "influence stated by the maker".
    details = (FAMILY_STYLES[edge.family].singular, clean_text(edge.certainty))
    caption = " · ".join((kind, *(detail for detail in details if detail and detail not in kind)))
    if edge.disputed:
        caption += " · disputed"
    sentence = wrap_text(edge.sentence or edge.phrase, LABEL_SIZE, max_width, _MAX_LINES)
    source, url = "", ""
    if edge.evidence:
        more = len({item.source for item in edge.evidence}) - 1
        suffix = f" and {count_text(more, 'more source', 'more sources')}" if more else ""
        citation = clean_text(format_citation(replace(edge.evidence[0], locator="")))
        source = truncate(citation, SMALL_SIZE, max_width - text_width(suffix, SMALL_SIZE)) + suffix
        url = safe_url(edge.evidence[0].url)
    text_height = (
        _SMALL_LINE_HEIGHT + _LINE_HEIGHT * len(sentence) + (_SMALL_LINE_HEIGHT if source else 0)
    )
    caption = truncate(caption, _LETTER_SPACED_SIZE, max_width)
    return _MeasuredHop(hop, caption, sentence, source, url, text_height + 2 * _PADDING)


def _draw_column(column: _Column, x: int, top: int) -> list[str]:
    parts = []
    y = top
    last = len(column.boxes) - 1
    for index, (box, entity) in enumerate(zip(column.boxes, column.path.entities, strict=True)):
        role = "card" if index in (0, last) else "block"
        content = (
            f'<rect class="frame" x="{x}" y="{y}" width="{box.width}" height="{box.height}" '
            f'rx="6"/>{symbol(kind_style(entity.kind), x + _LINE_X, y + box.height // 2)}'
            + "".join(text_line(line, x + 30, y) for line in box.lines)
        )
        parts.append(link(f'<g class="{role}">{content}</g>', primary_url(entity)))
        y += box.height
        if index < last:
            parts.append(_draw_hop(column.hops[index], x, y))
            y += column.hops[index].height
    return parts


def _draw_hop(measured: _MeasuredHop, x: int, y: int) -> str:
    edge = measured.hop.edge
    line_x, end = x + _LINE_X, y + measured.height
    if edge.mutual:
        path, head = f"M{line_x} {y}V{end}", ""
    elif measured.hop.forwards:
        path = f"M{line_x} {y}V{end - ARROW_LENGTH}"
        head = f"M{line_x} {end}l-4 -{ARROW_LENGTH}h8Z"
    else:
        path = f"M{line_x} {y + ARROW_LENGTH}V{end}"
        head = f"M{line_x} {y}l-4 {ARROW_LENGTH}h8Z"
    uncertainty = doubt([edge])
    arrow = arrowhead(head, uncertainty) if head else ""
    parts = [
        f'<path class="wire" d="{path}" stroke-width="{stroke_width(edge.sources)}"'
        f"{dash_attribute(edge.family)}/>{arrow}"
    ]
    parts.append(doubt_mark(uncertainty, line_x, y + measured.height // 2))
    left, baseline = x + _TEXT_X, y + _PADDING + 11
    parts.append(text_element(measured.caption, left, baseline, "caption"))
    for line in measured.sentence:
        baseline += _LINE_HEIGHT
        parts.append(text_element(line, left, baseline, "words"))
    if measured.source:
        baseline += _SMALL_LINE_HEIGHT + 1
        parts.append(link(text_element(measured.source, left, baseline, "sub"), measured.url))
    return f'<g class="strand {edge.family}">{tooltip(edge_sentence(edge))}{"".join(parts)}</g>'


def _describe(paths: Paths) -> str:
    """Describe the drawing for screen readers: each path, then the sentence of each hop."""
    ends = f"{clean_text(paths.start.label())} and {clean_text(paths.end.label())}"
    sentences = [f"{len(paths)} paths join {ends}."] if len(paths) > 1 else []
    for number, path in enumerate(paths, 1):
        hops = count_text(len(path), "hop", "hops")
        between = [clean_text(entity.label()) for entity in path.entities[1:-1]]
        by_way_of = f", via {join_names(between)}" if between else ""
        start = f"Path {number}: {hops}" if len(paths) > 1 else f"{hops} join {ends}"
        sentences.append(f"{start[:1].upper()}{start[1:]}{by_way_of}.")
        sentences += [edge_sentence(hop.edge) for hop in path.hops]
    return " ".join(sentences)
