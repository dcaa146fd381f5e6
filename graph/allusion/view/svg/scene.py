"""Draw the scenes of a work as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ...core.model import Edge, Scene, Utterance
from ...core.vocabulary import BASE
from ...network.networkx_graph import get_entity
from ..edge_bundles import doubt
from ..layout import DRAWING_MARGIN
from ..layout.scene import SceneRow, SceneSection, Speech, entity_name
from ..links import primary_url
from ..options import PictureOptions
from ..text_boxes import SMALL_SIZE, edge_label, name_box
from ..text_metrics import clean_text, truncate, wrap_text
from ..theme import kind_style
from .document import edge_legend, svg_document
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

if TYPE_CHECKING:
    import networkx as nx

WIDTH: Final = 1040
_NUMBER_X: Final = 34
_LEFT: Final = 64
_SPEECH_RIGHT: Final = 590
_BOXES_LEFT: Final = 806
_ARROW_LENGTH: Final = 8
_LINE_HEIGHT: Final = 15
_GAP: Final = 10
WIDEST_FONT: Final = 1.17  # width of DejaVu Sans, relative to `text_metrics`
_MAX_DESCRIBED: Final = 8


class _SceneDrawing:
    """Builds the drawing of the scenes from top to bottom.

    Attributes:
        y: Top of the next element.
    """

    def __init__(self, network: nx.MultiDiGraph[str], languages: Sequence[str]) -> None:
        self.network = network
        self.languages = languages
        self.y = 84
        self.parts: list[str] = []
        self.edges: list[Edge] = []

    def name(self, iri: str) -> str:
        return entity_name(self.network, iri, self.languages)

    def draw_text(self, text: str, x: int, role: str, step: int, language: str = "") -> None:
        self.y += step
        self.parts.append(text_element(text, x, self.y, role, language=language))

    def draw_section(self, section: SceneSection) -> None:
        if section.heading:
            self.y += 16
            self.draw_text(section.heading, DRAWING_MARGIN, "lane", 12)
            line = f"M{DRAWING_MARGIN} {self.y + 8}H{WIDTH - DRAWING_MARGIN}"
            self.parts.append(f'<path class="axis" d="{line}"/>')
            self.y += 14
        first = self.y + 10
        position = len(self.parts)
        numbers_y = []
        for row in section.rows:
            if row.scene:
                numbers_y.append(self.y + 14)
            self.draw_row(row)
        if numbers_y:
            line = f"M{_NUMBER_X} {first}V{numbers_y[-1]}"
            self.parts.insert(position, f'<path class="axis" d="{line}"/>')

    def draw_row(self, row: SceneRow) -> None:
        top = self.y
        if row.scene:
            self.draw_scene(row.scene, full_width=row.is_empty)
        bottom = self.y
        self.y = max(self.draw_targets(row.edges, _SPEECH_RIGHT, top + 2), bottom)
        for speech in row.speech:
            self.y += _GAP
            self.draw_speech(speech, _LEFT, is_reported=False)
        self.y += 12 if row.is_empty else 22

    def draw_scene(self, scene: Scene, *, full_width: bool) -> None:
        middle = self.y + 14
        radius = 5 if scene.order is None else 12
        self.parts.append(f'<circle class="dot" cx="{_NUMBER_X}" cy="{middle}" r="{radius}"/>')
        if scene.order is not None:
            number = str(scene.order)
            mark = text_element(number, _NUMBER_X, middle + 4, "number", anchor="middle")
            self.parts.append(mark)
        max_width = (WIDTH - DRAWING_MARGIN if full_width else _SPEECH_RIGHT) - _LEFT
        label = truncate(clean_text(scene.label), 15, max_width, bold=True)
        self.draw_text(label, _LEFT, "label", 19)
        features = [self.name(iri) for iri in scene.features]
        techniques = list(map(clean_text, scene.techniques))
        details = [self.name(scene.place), ", ".join(filter(None, features)), ", ".join(techniques)]
        for line in wrap_text(" · ".join(filter(None, details)), SMALL_SIZE, max_width, 2):
            self.draw_text(line, _LEFT, "sub", _LINE_HEIGHT)
        self.y += 2
        for line in wrap_text(scene.summary, 13, max_width, 3):
            self.draw_text(line, _LEFT, "body", 18)

    def draw_speech(self, speech: Speech, left: int, *, is_reported: bool) -> None:
        """Draw a speech bubble with the bubbles of reported speech inside."""
        utterance = speech.utterance
        top, position = self.y, len(self.parts)
        max_width, x = int((_SPEECH_RIGHT - left - 28) / WIDEST_FONT), left + 14
        self.y += 8
        targets_top = self.y
        speakers = self.speaker_text(utterance, is_reported=is_reported)
        self.draw_text(truncate(speakers, 12, max_width, bold=True), x, "who", 13)
        parts = map(clean_text, (utterance.language, utterance.channel))
        if manner := ", ".join(filter(None, parts)):
            self.draw_text(truncate(manner, SMALL_SIZE, max_width), x, "sub", _LINE_HEIGHT)
        self.draw_utterance(utterance, x, max_width)
        for number, note in enumerate(utterance.notes):
            self.y += 0 if number else 5
            for line in wrap_text(note, SMALL_SIZE, max_width, 3):
                self.draw_text(line, x, "sub", _LINE_HEIGHT)
        for reported in speech.reported:
            self.y += 8
            self.draw_speech(reported, left + 14, is_reported=True)
        self.y = max(self.y + 11, self.draw_targets(speech.edges, _SPEECH_RIGHT, targets_top))
        role = "told" if is_reported else "bubble"
        right = _SPEECH_RIGHT - (14 if is_reported else 0)
        self.parts.insert(
            position,
            f'<rect class="{role}" x="{left}" y="{top}" width="{right - left}" '
            f'height="{self.y - top}" rx="8"/>',
        )

    def draw_utterance(self, utterance: Utterance, x: int, max_width: int) -> None:
        """Draw the line with its translations; if no line is known, the summary."""
        if utterance.line:
            tag = utterance.line.language
            for line in wrap_text(_quoted(utterance.line.text, tag), 18, max_width, 6):
                self.draw_text(line, x, "spoken", 25, tag)
            for name in utterance.line.translations:
                if name.language in ("en", *self.languages):
                    for line in wrap_text(_quoted(name.text, name.language), 13, max_width, 2):
                        self.draw_text(line, x, "sub", 18, name.language)
        else:
            for line in wrap_text(utterance.summary or utterance.label, 13, max_width, 3):
                self.draw_text(line, x, "body", 19)

    def speaker_text(self, utterance: Utterance, *, is_reported: bool) -> str:
        """Return "A → B"; for reported speech the rest of a sentence: "tells that A said:"."""
        speaker = self.name(utterance.speaker) or "somebody"
        if utterance.channel == "on-screen text" and not utterance.speaker:
            speaker = "written on the screen"
        addressee = self.name(utterance.addressee)
        if is_reported:
            return f"tells that {speaker} said{f' to {addressee}' if addressee else ''}:"
        return f"{speaker} → {addressee}" if addressee else speaker

    def draw_targets(self, edges: Sequence[Edge], start: int, top: int) -> int:
        """Draw an arrow and a box for each edge, one below the other.

        Args:
            edges: The edges.
            start: X position of the start of the arrows.
            top: Y position of the first box.

        Returns:
            Y position below the last box.
        """
        y = top
        for edge in edges:
            entity = get_entity(self.network, edge.target)
            box = name_box(entity, *self.languages)
            label = edge_label(edge, show_reporter=False)
            height = max(box.height, _LINE_HEIGHT * len(label.lines) + 22)
            middle = y + height // 2
            last = len(label.lines) - 1
            label_elements = [
                text_element(line, start + 12, middle - 7 - _LINE_HEIGHT * (last - index), "words")
                for index, line in enumerate(label.lines)
            ]
            box_top = middle - box.height // 2
            block = (
                f'<g class="block"><rect class="frame" x="{_BOXES_LEFT}" y="{box_top}" '
                f'width="{WIDTH - DRAWING_MARGIN - _BOXES_LEFT}" height="{box.height}" rx="6"/>'
                f"{symbol(kind_style(entity.kind), _BOXES_LEFT + 16, middle)}"
                + "".join(text_line(line, _BOXES_LEFT + 30, box_top) for line in box.lines)
                + "</g>"
            )
            kind = truncate(clean_text(edge.kind_label), SMALL_SIZE, _BOXES_LEFT - start - 26)
            uncertainty = doubt([edge])
            head = arrowhead(f"M{_BOXES_LEFT} {middle}l-{_ARROW_LENGTH} -4v8Z", uncertainty)
            mark = doubt_mark(uncertainty, _BOXES_LEFT - 20, middle)
            self.parts.append(
                f'<g class="strand {edge.family}">{tooltip(edge_sentence(edge))}'
                f'<path class="wire" d="M{start} {middle}H{_BOXES_LEFT - _ARROW_LENGTH}" '
                f'stroke-width="{stroke_width(edge.sources)}"{dash_attribute(edge.family)}/>'
                f"{head}{mark}{''.join(label_elements)}"
                f"{text_element(kind, start + 12, middle + 14, 'sub')}</g>"
            )
            self.parts.append(link(block, primary_url(entity)))
            self.edges.append(edge)
            y += height + 6
        return y if edges else top


def _quoted(text: str, language: str) -> str:
    """Put a line in the quotation marks of its language."""
    marks = "「」" if language.startswith(("ja", "zh-Hant", "yue")) else "“”"
    return f"{marks[0]}{clean_text(text)}{marks[1]}"


def draw_scenes(
    network: nx.MultiDiGraph[str],
    work: str,
    sections: Sequence[SceneSection],
    options: PictureOptions,
) -> str:
    """Return the drawing as the text of an SVG file.

    Args:
        network: Contains the entities that the scenes mention.
        work: IRI of the work.
        sections: The scenes.
        options: Theme, languages and title.
    """
    name = entity_name(network, work, options.languages)
    scenes = [row.scene for section in sections for row in section.rows if row.scene]
    single = scenes[0] if len(scenes) == 1 else None
    title = options.title or (
        f"{name}: {clean_text(single.label)}" if single else f"{name}, scene by scene"
    )
    drawing = _SceneDrawing(network, options.languages)
    for section in sections:
        drawing.draw_section(section)
    caption = "A scene that sources describe, with its lines"
    if not single:
        ordered = sum(scene.order is not None for scene in scenes)
        caption = f"{len(scenes)} scenes that sources describe"
        if ordered:
            caption += f", {ordered} of them in order"
    max_width = WIDTH - 2 * DRAWING_MARGIN
    samples, height = edge_legend(drawing.edges, DRAWING_MARGIN, drawing.y + 16, max_width)
    heading = [
        text_element(truncate(title, 20, max_width, bold=True), DRAWING_MARGIN, 40, "heading"),
        text_element(f"{caption}.", DRAWING_MARGIN, 62, "caption"),
    ]
    return svg_document(
        f"scene-{(single.iri if single else work).removeprefix(BASE)}",
        title,
        _describe(sections),
        (WIDTH, drawing.y + 16 + height),
        options,
        [*heading, *drawing.parts, *samples],
    )


def _describe(sections: Sequence[SceneSection]) -> str:
    """Describe the drawing for screen readers."""
    rows = [row for section in sections for row in section.rows if not row.is_empty]
    sentences = []
    for row in rows[:_MAX_DESCRIBED]:
        start = f"{clean_text(row.scene.label)}: " if row.scene else "Elsewhere: "
        utterances = (speech.utterance for speech in row.speech[:_MAX_DESCRIBED])
        summaries = (clean_text(u.summary or u.label).rstrip(".") + "." for u in utterances)
        sentences.append(start + " ".join((*map(edge_sentence, row.edges), *summaries)))
    more = len(rows) - len(sentences)
    if more > 0:
        sentences.append(f"And {more} more scenes.")
    empty = sum(row.is_empty for section in sections for row in section.rows)
    if empty:
        sentences.append(f"{empty} scenes have a summary only.")
    return " ".join(sentences)
