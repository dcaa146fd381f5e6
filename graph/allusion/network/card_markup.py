"""Cards as HTML for notebooks, and as Markdown."""

from __future__ import annotations

import html
import re
from typing import Final

from ..core.external_links import safe_url
from ..core.terminal import visible
from .card import Card
from .card_sections import Line, Span, card_names, card_sections, card_title

#: How a notebook shows what the HTML of a card leaves out.
_HINT: Final = "card.to_markdown(everything=True)"
_TAGS: Final = {"name": "b", "kind": "i", "note": "small", "warning": "strong", "source": "small"}
# Characters with a meaning in CommonMark, section 2.4 (https://spec.commonmark.org/0.31.2/).
_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>&#|~!])")
_LIST_START: Final = re.compile(r"^(\d*)([-+.)])(?=\s|$)")


def to_html(card: Card) -> str:
    """Return a card as HTML; text from data is escaped, and links are http or https."""
    title, *about = card_title(card)
    parts = [f"<h3>{_escape(title.text)}</h3>", f"<p>{_html(tuple(about))}</p>"]
    if names := card_names(card):
        parts.append(f"<p><small>{_escape(' · '.join(names))}</small></p>")
    if card.entity.description:
        parts.append(f"<p>{_escape(card.entity.description)}</p>")
    for section in card_sections(card, hint=_HINT):
        parts += [f"<h4>{_escape(section.heading)}</h4>"] if section.heading else []
        items = (
            f'<li style="margin-bottom: .4em">{item.marker} '
            + "<br>".join(map(_html, item.lines))
            + "</li>"
            for item in section.items
        )
        parts.append(f'<ul style="list-style: none">{"".join(items)}</ul>')
    return "".join(parts)


def to_markdown(card: Card, *, everything: bool = False, hint: str = "everything=True") -> str:
    """Return a card as Markdown; text from data is escaped, and links are http or https.

    Args:
        card: The card.
        everything: Add all evidence, and what long lists leave out.
        hint: How to show what is left out.
    """
    title, *about = card_title(card)
    blocks = [f"## {_plain(title.text)}", _markdown(tuple(about))]
    if names := card_names(card):
        blocks.append(_plain(" · ".join(names)))
    if card.entity.description:
        blocks.append(_plain(card.entity.description))
    for section in card_sections(card, everything=everything, hint=hint):
        blocks += [f"### {section.heading}"] if section.heading else []
        blocks.append(
            "\n".join(
                "- " + "\\\n  ".join(map(_markdown, _marked(item.marker, item.lines)))
                for item in section.items
            )
        )
    return "\n\n".join(blocks) + "\n"


def _marked(marker: str, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Put the marker before the first line, unless it is a bullet, which the list adds."""
    if marker in ("", "•"):
        return lines
    return ((Span(f"{marker} "), *lines[0]), *lines[1:])


def _html(line: Line) -> str:
    found = []
    for span in line:
        text = _escape(span.text or span.url)
        if url := safe_url(span.url):
            text = f'<a href="{html.escape(url)}" rel="noopener noreferrer">{text}</a>'
        elif span.url and span.text:
            text += f" ({_escape(span.url)})"
        tag = _TAGS.get(span.role)
        found.append(f"<{tag}>{text}</{tag}>" if tag and text else text)
    return "".join(found)


def _markdown(line: Line) -> str:
    found = []
    for span in line:
        lead = span.text[: len(span.text) - len(span.text.lstrip())]
        tail = span.text[len(span.text.rstrip()) :] if span.text.strip() else ""
        text = _plain(span.text.strip() or span.url)
        if url := safe_url(span.url):
            text = f"[{text}](<{url.replace('<', '%3C').replace('>', '%3E')}>)"
        elif span.url and span.text:
            text += f" ({_plain(span.url)})"
        mark = {"name": "**", "kind": "*"}.get(span.role, "") if text else ""
        found.append(f"{lead}{mark}{text}{mark}{tail}")
    return "".join(found).strip()


def _plain(text: str) -> str:
    """Return text with the characters escaped that have a meaning in Markdown."""
    escaped = _MARKDOWN.sub(r"\\\1", " ".join(visible(text).split()))
    return _LIST_START.sub(r"\1\\\2", escaped)


def _escape(text: str) -> str:
    return html.escape(visible(text))
