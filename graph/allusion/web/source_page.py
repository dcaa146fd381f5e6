"""The statements of each source: connections, claims, facts, credits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx

from ..core.errors import UnknownName
from ..core.model import Edge, Evidence, Remark
from ..core.terms import shorten
from ..network.networkx_graph import get_entity, iter_edges, iter_entities
from ..network.readers import ReaderContext
from .footnotes import Footnote

#: Local name of a property of a source -> its name on the page.
_ABOUT: Final = {
    "sourceType": "Type",
    "language": "Language",
    "publisher": "Publisher",
    "isPartOf": "Part of",
    "copyOf": "Copy of",
    "seen": "Read on",
}


@dataclass(frozen=True, slots=True)
class End:
    """An entity that an item is about."""

    iri: str
    label: str


@dataclass(frozen=True, slots=True)
class SourceItem:
    """A statement of a source, with its passages."""

    things: tuple[End, ...]
    text: str
    passages: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """Statements of one kind."""

    title: str
    items: Sequence[SourceItem]


@dataclass(frozen=True, slots=True)
class SourcePage:
    """All statements of one source."""

    note: Footnote
    groups: tuple[SourceGroup, ...]

    @property
    def total(self) -> int:
        """The number of statements."""
        return sum(len(group.items) for group in self.groups)


def footnote_of(iri: str, facts: Sequence[Mapping[str, Any]]) -> Footnote:
    """Return a source as a footnote.

    Args:
        iri: The source.
        facts: Rows of `resource_page.statements_of`.
    """
    texts = {row["property_label"]: row["target"] or row["text"] for row in facts}
    names = [texts.get(name, "") for name in ("author", "issued", "url")]
    return Footnote(0, iri, texts.get("title", "") or shorten(iri), *names)


def facts_about_source(facts: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the type and the other facts of a source, which its heading does not have.

    Args:
        facts: Rows of `resource_page.statements_of`.
    """
    return [
        {"name": name, "text": row["text"], "target": row["target"]}
        for property_, name in _ABOUT.items()
        for row in facts
        if row["property_label"] == property_
    ]


class StatementsBySource:
    """The statements of each source, collected in one pass over a network."""

    def __init__(self, network: nx.MultiDiGraph[str], context: ReaderContext | None) -> None:
        self._network = network
        sources = context.sources if context else None
        self._notes = {
            iri: Footnote(0, iri, sources.title(iri), *sources.citation(iri))
            for iri in sources or ()
            if sources
        }
        self._items: dict[str, dict[str, list[SourceItem]]] = defaultdict(lambda: defaultdict(list))
        self._collect()

    def notes(self) -> list[Footnote]:
        """Return all sources by title."""
        return sorted(self._notes.values(), key=lambda note: note.title.casefold())

    def page(self, iri: str) -> SourcePage:
        """Return the statements of a source.

        Raises:
            UnknownName: If there is no such source.
        """
        if iri not in self._notes:
            raise UnknownName(f"there is no source {shorten(iri)}")
        groups = self._items.get(iri, {})
        order = ("Connections", "Claims and opinions", "Facts", "Credits", "Stories and parts")
        return SourcePage(
            self._notes[iri],
            tuple(SourceGroup(title, groups[title]) for title in order if title in groups),
        )

    def _collect(self) -> None:
        for edge in iter_edges(self._network):
            self._add_edge(edge)
        seen: set[str] = set()
        for entity in iter_entities(self._network):
            end = End(entity.iri, entity.label())
            for fact in entity.facts:
                for source, _ in fact.sources:
                    text = f"{fact.property}: {fact.value}"
                    self._items[source]["Facts"].append(SourceItem((end,), text))
            for remark in entity.remarks:
                if remark.iri not in seen:
                    seen.add(remark.iri)
                    self._add_remark(end, remark)

    def _add_edge(self, edge: Edge) -> None:
        titles = {"credit": "Credits", "story": "Stories and parts", "part": "Stories and parts"}
        title = titles.get(edge.family, "Connections")
        for source, passages in _by_source(edge.evidence).items():
            ends = tuple(
                End(iri, get_entity(self._network, iri).label())
                for iri in (edge.origin, edge.target)
            )
            text = edge.sentence or edge.phrase
            own = passages if title == "Connections" else ()
            self._items[source][title].append(SourceItem(ends, text, own))

    def _add_remark(self, end: End, remark: Remark) -> None:
        holder = f" ({remark.holder})" if remark.holder else ""
        for source, passages in _by_source(remark.evidence).items():
            item = SourceItem((end,), f"{remark.text}{holder}", passages)
            self._items[source]["Claims and opinions"].append(item)


def _by_source(evidence: tuple[Evidence, ...]) -> dict[str, tuple[Evidence, ...]]:
    found: dict[str, tuple[Evidence, ...]] = {}
    for item in evidence:
        found[item.source] = (*found.get(item.source, ()), item)
    return found
