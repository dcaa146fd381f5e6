"""The card of an entity as lines of text for the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.text import Text

    from ..core.model import Edge
    from ..network.card import Card
    from ..network.card_sections import Line

_STYLES: Final = {
    "text": "",
    "name": "cyan",
    "kind": "magenta",
    "note": "dim",
    "warning": "red",
    "source": "dim italic",
}


def card_lines(card: Card, language: str, *, everything: bool) -> Iterable[Text]:
    """Yield the lines of a card.

    Args:
        card: The card.
        language: Language of the title.
        everything: Add all evidence, and what long lists leave out.
    """
    from rich.text import Text

    from ..network.card_sections import card_names, card_sections, card_title

    title = _text("", card_title(card, language))
    title.stylize("bold", 0, len(card.entity.label(language)))
    yield title
    if names := card_names(card, language):
        yield Text(" · ".join(names), style="dim")
    if card.entity.description:
        yield Text(card.entity.description)
    for section in card_sections(card, everything=everything):
        if section.heading:
            yield Text(f"\n{section.heading}", style="bold")
        for item in section.items:
            first, *rest = item.lines
            yield _text(f"  {item.marker} " if item.marker else "  ", first)
            yield from (_text("    ", line) for line in rest)


def statement_lines(head: Text, edge: Edge, *, hint: str) -> Iterable[Text]:
    """Yield the lines of an edge.

    Args:
        head: The beginning of the first line; the kind follows it.
        edge: The edge.
        hint: How to show the omitted evidence.
    """
    from ..network.card_sections import edge_lines

    first, *rest = edge_lines(edge, hint=hint)
    yield head.append_text(_text("", first))
    yield from (_text("    ", line) for line in rest)


def _text(indent: str, line: Line) -> Text:
    from rich.text import Text

    text = Text(indent, style="")
    for span in line:
        text.append(span.text, style=_STYLES[span.role])
        if span.url:
            text.append(f" <{span.url}>" if span.text else span.url, style="dim" * bool(span.text))
    return text
