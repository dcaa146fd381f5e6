"""The scenes of a work as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ...core.model import Edge, Scene, Utterance
from ...core.vocabulary import BASE
from ..boxes import SUB_SIZE, edge_label, name_box
from ..layout.scene import Row, Section, Speech, name_of
from ..links import first_link
from ..text_metrics import clean, shorten, wrap
from ..theme import kind_style
from .document import MARGIN, hint, legend, sentence, sheet, text
from .focus import ThemeName, dashes, glyph, linked, text_row, thickness

if TYPE_CHECKING:
    import networkx as nx

WIDTH: Final = 1040
_RAIL: Final = 34
_LEFT: Final = 64
_RIGHT: Final = 590  # where speech ends
_BOXES: Final = 806  # where what it points at begins
_ARROW: Final = 8
_STEP: Final = 15
_GAP: Final = 10
WIDEST_FONT: Final = 1.17  # DejaVu Sans is so much wider than Helvetica, which text_metrics has
_MOST_NAMED: Final = 8


class _Scenes:
    """Draws from the top down; ``y`` is where the next thing begins."""

    def __init__(self, network: nx.MultiDiGraph[str], languages: Sequence[str]) -> None:
        self.network = network
        self.languages = languages
        self.y = 84
        self.parts: list[str] = []
        self.edges: list[Edge] = []

    def name(self, iri: str) -> str:
        return name_of(self.network, iri, self.languages)

    def line(self, words: str, x: int, role: str, step: int, language: str = "") -> None:
        self.y += step
        self.parts.append(text(words, x, self.y, role, language=language))

    def section(self, section: Section) -> None:
        if section.heading:
            self.y += 16
            self.line(section.heading, MARGIN, "lane", 12)
            self.parts.append(f'<path class="axis" d="M{MARGIN} {self.y + 8}H{WIDTH - MARGIN}"/>')
            self.y += 14
        first = self.y + 10
        at = len(self.parts)
        stops = []
        for row in section.rows:
            if row.scene:
                stops.append(self.y + 14)
            self.row(row)
        if stops:
            self.parts.insert(at, f'<path class="axis" d="M{_RAIL} {first}V{stops[-1]}"/>')

    def row(self, row: Row) -> None:
        top = self.y
        if row.scene:
            self.scene(row.scene, bare=row.bare)
        heading = self.y
        self.y = max(self.pointers(row.edges, _RIGHT, top + 2), heading)
        for speech in row.speech:
            self.y += _GAP
            self.speech(speech, _LEFT, inside=False)
        self.y += 12 if row.bare else 22

    def scene(self, scene: Scene, *, bare: bool) -> None:
        middle = self.y + 14
        self.parts.append(f'<circle class="dot" cx="{_RAIL}" cy="{middle}" r="12"/>')
        number = "·" if scene.order is None else str(scene.order)
        self.parts.append(text(number, _RAIL, middle + 4, "number", anchor="middle"))
        right = WIDTH - MARGIN if bare else _RIGHT
        label = shorten(clean(scene.label), 15, right - _LEFT, bold=True)
        self.line(label, _LEFT, "label", 19)
        where = self.name(scene.place)
        who = [self.name(iri) for iri in scene.features]
        how = list(map(clean, scene.techniques))
        about = [where, ", ".join(filter(None, who)), ", ".join(how)]
        for words in wrap(" · ".join(filter(None, about)), SUB_SIZE, right - _LEFT, 2):
            self.line(words, _LEFT, "sub", _STEP)
        self.y += 2
        for words in wrap(scene.summary, 13, right - _LEFT, 3):
            self.line(words, _LEFT, "body", 18)

    def speech(self, speech: Speech, left: int, *, inside: bool) -> None:
        """A bubble with who speaks to whom, the line, its translation, and speech told of."""
        said = speech.utterance
        top, at = self.y, len(self.parts)
        room, x = int((_RIGHT - left - 28) / WIDEST_FONT), left + 14
        self.y += 8
        spoken_head = self.y
        self.line(shorten(self.who(said, inside=inside), 12, room, bold=True), x, "who", 13)
        manner = ", ".join(part for part in map(clean, (said.language, said.channel)) if part)
        if manner:
            self.line(shorten(manner, SUB_SIZE, room), x, "sub", _STEP)
        self.words(said, x, room)
        for number, note in enumerate(said.notes):
            self.y += 0 if number else 5
            for words in wrap(note, SUB_SIZE, room, 3):
                self.line(words, x, "sub", _STEP)
        for told in speech.told:
            self.y += 8
            self.speech(told, left + 14, inside=True)
        self.y = max(self.y + 11, self.pointers(speech.edges, _RIGHT, spoken_head))
        role = "told" if inside else "bubble"
        right = _RIGHT - (14 if inside else 0)
        self.parts.insert(
            at,
            f'<rect class="{role}" x="{left}" y="{top}" width="{right - left}" '
            f'height="{self.y - top}" rx="8"/>',
        )

    def words(self, said: Utterance, x: int, room: int) -> None:
        """The line and its translation; where none is known, what it says in our words."""
        if said.line:
            tag = said.line.language
            for words in wrap(_quoted(said.line.text, tag), 18, room, 3):
                self.line(words, x, "spoken", 25, tag)
            for name in said.line.translations:
                if name.language in ("en", *self.languages):
                    for words in wrap(_quoted(name.text, name.language), 13, room, 2):
                        self.line(words, x, "sub", 18, name.language)
        else:
            for words in wrap(said.summary or said.label, 13, room, 3):
                self.line(words, x, "body", 19)

    def who(self, said: Utterance, *, inside: bool) -> str:
        """Who speaks to whom; inside the speech of another it goes on as a sentence."""
        speaker = self.name(said.speaker) or "somebody"
        if said.channel == "on-screen text" and not said.speaker:
            speaker = "written on the screen"
        addressee = self.name(said.addressee)
        if inside:
            return f"tells that {speaker} said{f' to {addressee}' if addressee else ''}:"
        return f"{speaker} → {addressee}" if addressee else speaker

    def pointers(self, edges: Sequence[Edge], start: int, top: int) -> int:
        """Arrows to what is meant, one below the other from ``top``; where the last one ends."""
        y = top
        for edge in edges:
            entity = self.network.nodes[edge.target]["entity"]
            box = name_box(entity, *self.languages)
            label = edge_label(edge, told=False)
            height = max(box.height, _STEP * len(label.lines) + 22)
            middle = y + height // 2
            words = [
                text(line, start + 12, middle - 7 - _STEP * (len(label.lines) - 1 - n), "words")
                for n, line in enumerate(label.lines)
            ]
            box_top = middle - box.height // 2
            block = (
                f'<g class="block"><rect class="frame" x="{_BOXES}" y="{box_top}" '
                f'width="{WIDTH - MARGIN - _BOXES}" height="{box.height}" rx="6"/>'
                f"{glyph(kind_style(entity.kind), _BOXES + 16, middle)}"
                + "".join(text_row(row, _BOXES + 30, box_top) for row in box.rows)
                + "</g>"
            )
            kind = shorten(clean(edge.kind_label), SUB_SIZE, _BOXES - start - 26)
            opened = ""
            if edge.disputed:
                opened = f'<circle class="open" cx="{_BOXES - 20}" cy="{middle}" r="4.5"/>'
            self.parts.append(
                f'<g class="strand {edge.family}">{hint(sentence(edge))}'
                f'<path class="wire" d="M{start} {middle}H{_BOXES - _ARROW}" '
                f'stroke-width="{thickness(edge.sources)}"{dashes(edge.family)}/>'
                f'<path class="head" d="M{_BOXES} {middle}l-{_ARROW} -4v8Z"/>{opened}'
                f"{''.join(words)}{text(kind, start + 12, middle + 14, 'sub')}</g>"
            )
            self.parts.append(linked(block, first_link(entity)))
            self.edges.append(edge)
            y += height + 6
        return y if edges else top


def _quoted(words: str, language: str) -> str:
    """A line in the quotation marks of its script."""
    marks = "「」" if language.startswith(("ja", "zh-Hant", "yue")) else "“”"
    return f"{marks[0]}{clean(words)}{marks[1]}"


def draw_scenes(
    network: nx.MultiDiGraph[str],
    work: str,
    sections: Sequence[Section],
    theme: ThemeName,
    *,
    title: str | None,
    languages: Sequence[str] = ("en",),
) -> str:
    """The text of an SVG file."""
    entity = network.nodes[work]["entity"]
    name = clean(entity.label(*languages))
    rows = [row for section in sections for row in section.rows if row.scene]
    one = rows[0].scene if len(rows) == 1 else None
    heading = title or (f"{name}: {clean(one.label)}" if one else f"{name}, scene by scene")
    drawing = _Scenes(network, languages)
    for section in sections:
        drawing.section(section)
    placed = sum(row.scene is not None and row.scene.order is not None for row in rows)
    counted = "A scene that sources tell of, and what is said in it"
    if not one:
        counted = f"{len(rows)} scenes that sources tell of, {placed} of them in their order"
    samples, height = legend(drawing.edges, MARGIN, drawing.y + 16, WIDTH - 2 * MARGIN)
    head = [
        text(shorten(heading, 20, WIDTH - 2 * MARGIN, bold=True), MARGIN, 40, "heading"),
        text(f"{counted}.", MARGIN, 62, "caption"),
    ]
    ident = f"scene-{(one.iri if one else work).removeprefix(BASE)}"
    size = (WIDTH, drawing.y + 16 + height)
    return sheet(
        ident, heading, describe(sections), size, theme,
        [*head, *drawing.parts, *samples],
    )  # fmt: skip


def describe(sections: Sequence[Section]) -> str:
    """The scenes in sentences, for those who do not see them."""
    told = [row for section in sections for row in section.rows if not row.bare]
    said = []
    for row in told[:_MOST_NAMED]:
        where = f"{clean(row.scene.label)}: " if row.scene else "Elsewhere: "
        spoken = (speech.utterance for speech in row.speech[:_MOST_NAMED])
        heard = (clean(one.summary or one.label).rstrip(".") + "." for one in spoken)
        said.append(where + " ".join((*map(sentence, row.edges), *heard)))
    more = len(told) - len(said)
    if more > 0:
        said.append(f"And {more} more scenes.")
    bare = sum(row.bare for section in sections for row in section.rows)
    if bare:
        said.append(f"Of {bare} scenes only what happens is known.")
    return " ".join(said)
