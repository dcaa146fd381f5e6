"""The card of an entity as lines of text for the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ..core.vocabulary import GRAPH_INFERRED

if TYPE_CHECKING:
    from rich.text import Text

    from ..core.model import Edge, Evidence
    from ..network.card import Card


# First words of the comment on a link -> text shown without --all.
_LINK_STYLE: Final = {
    "confirmed": "seen in several places",
    "seen once": "seen in one place",
    "structural": "not checked by name",
}
# Number of pieces of evidence shown for each connection without --all.
_MAX_SHOWN = 2


def card_lines(card: Card, language: str, *, everything: bool) -> Iterable[Text]:
    """Yield the lines of a card.

    Args:
        card: The card.
        language: Language of the title.
        everything: Add all evidence, credits and parts.
    """
    from rich.text import Text

    entity = card.entity
    title = Text(entity.label(language), style="bold")
    title.append(f"  {entity.type}", style="dim")
    title.append(f", {entity.year}" if entity.year else "", style="dim")
    yield title
    names = [f"{text} ({tag})" for tag, text in sorted(entity.labels.items()) if tag != language]
    names += [
        f"{name.text} ({name.language})" if name.language else name.text for name in entity.aliases
    ]
    if names:
        yield Text(" · ".join(names), style="dim")
    if entity.description:
        yield Text(entity.description)
    yield from _facts(card)
    for heading, arrow, edges in card.by_family():
        yield from _edges(heading, edges, card, arrow, everything=everything)
    yield from _edges("Has a part in", card.involved, card, "", everything=everything)
    if card.relations:
        yield Text("\nLife and story", style="bold")
        for edge in card.relations:
            yield Text(f"  • {edge.sentence}")
    if entity.remarks:
        yield Text("\nRemarks", style="bold")
        for remark in entity.remarks:
            holder = f" — {remark.holder}" if remark.holder else ""
            kind = " (opinion)" if remark.opinion else ""
            yield Text(f"  • {remark.text}{holder}{kind}")
            yield from _evidence(remark.evidence, everything=everything)
    if everything:
        yield from _edges("Credits and parts", card.others, card, "·", everything=True)
    elif card.others:
        yield Text(f"\n{len(card.others)} credits and parts: add --all", style="dim")
    yield from _links(card, everything=everything)


def _facts(card: Card) -> Iterable[Text]:
    from rich.text import Text

    for fact in card.entity.facts:
        line = Text(f"  {fact.property}: {fact.value}")
        sources = ["inferred" if it == GRAPH_INFERRED else title for it, title in fact.sources]
        line.append(f"  [{'; '.join(sources)}]", style="dim")
        yield line


def _edges(
    title: str, edges: tuple[Edge, ...], card: Card, arrow: str, *, everything: bool
) -> Iterable[Text]:
    from rich.text import Text

    if not edges:
        return
    yield Text(f"\n{title}", style="bold")
    for edge in edges:
        other = edge.target if edge.origin == card.entity.iri else edge.origin
        line = Text(f"  {arrow} " if arrow else "  • ", style="dim")
        if not arrow:  # an edge between two other entities
            line.append(f"{card.labels[edge.origin]} → ", style="cyan")
        line.append(card.labels[edge.target if not arrow else other], style="cyan")
        yield from statement_lines(line.append("  "), edge, everything=everything)


def statement_lines(
    head: Text, edge: Edge, *, everything: bool, hint: str = "add --all"
) -> Iterable[Text]:
    """Yield the lines of an edge: kind, sentence, speakers, quoted line, evidence.

    Args:
        head: The beginning of the first line, to which the kind is added.
        edge: The edge.
        everything: Show all evidence.
        hint: How to show the omitted evidence.
    """
    from rich.text import Text

    head.append(edge.kind_label, style="magenta")
    head.append(f", {edge.certainty}" if edge.certainty else "", style="dim")
    head.append("  disputed" if edge.disputed else "", style="red")
    yield head
    yield Text(f"    {edge.sentence or edge.phrase}")
    spoken = [
        f"scene: {edge.scene}" if edge.scene else "",
        f"by: {edge.speaker}" if edge.speaker else "",
        f"told by: {edge.told_by}" if edge.told_by else "",
        f"to: {edge.addressee}" if edge.addressee else "",
        edge.channel,
        edge.language,
    ]
    if any(spoken):
        yield Text(f"    {', '.join(filter(None, spoken))}", style="dim")
    if edge.line:
        translations = " / ".join(name.text for name in edge.line.translations)
        yield Text(f"    “{edge.line.text}”" + (f" — {translations}" if translations else ""))
    for remark in edge.notes:
        yield Text(f"    note: {remark}", style="dim")
    yield from _evidence(edge.evidence, everything=everything, hint=hint)


def _evidence(
    evidence: tuple[Evidence, ...], *, everything: bool, hint: str = "add --all"
) -> Iterable[Text]:
    from rich.text import Text

    from ..network.card import format_citation

    shown = evidence if everything else evidence[:_MAX_SHOWN]
    for item in shown:
        line = Text(f"    {item.stance}: ", style="dim")
        line.append(format_citation(item), style="dim italic")
        line.append(f" <{item.url}>" if item.url else "", style="dim")
        yield line
    if len(shown) < len(evidence):
        more = len(evidence) - len(shown)
        sources = "source" if more == 1 else "sources"
        yield Text(f"    and {more} more {sources}: {hint}", style="dim")


def _links(card: Card, *, everything: bool) -> Iterable[Text]:
    from rich.text import Text

    if not card.entity.links:
        return
    yield Text("\nLinks", style="bold")
    for link in card.entity.links:
        sure = f"  confidence {link.confidence:g}" if link.confidence is not None else ""
        line = Text(f"  {link.site}: {link.url}")
        comment = link.note
        if link.confidence is not None and not everything:
            basis = comment.partition(":")[0]
            comment = _LINK_STYLE.get(basis, "")
        line.append(sure + (f"  ({comment})" if comment else ""), style="dim")
        yield line
