"""What is new in a graph: its sources and connections by the day on which they were read.

The day of a source is its `al:seen`; that of a connection is the first day of its sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from markupsafe import escape

from ..core.terms import shorten, xml_text
from ..core.text import count_text
from ..core.vocabulary import BASE, local_path
from ..network.networkx_graph import iter_edges
from ..store.interface import select
from .long_pages import PageBlock, PageSeries, make_block
from .site import ListedEntity, Site

#: Sources of a large store that are read, the newest first.
_MOST: Final = 2_000
#: Items of a section that are not folded.
_SHOWN: Final = 24
#: Entries of the feed.
_FEED: Final = 100
_SEEN: Final = f"""
SELECT ?source (MAX(STR(?date)) AS ?day) (SAMPLE(?name) AS ?title) WHERE {{
  ?source al:seen ?date
  FILTER(REGEX(STR(?date), "^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$"))
  OPTIONAL {{ ?source dcterms:title ?name }}
}} GROUP BY ?source ORDER BY DESC(?day) ?source LIMIT {_MOST}"""


@dataclass(frozen=True, slots=True)
class NewsDay:
    """What was read on one day, which is written as in ISO 8601."""

    day: str
    connections: list[ListedEntity] = field(default_factory=list)
    sources: list[ListedEntity] = field(default_factory=list)


def news_of(site: Site) -> list[NewsDay]:
    """Return what is new by day, the last day first; a large store has sources only.

    A value of `al:seen` that is not a day, such as a year, is left out.
    """
    days: dict[str, NewsDay] = {}
    seen: dict[str, str] = {}
    for source, day, title in select(site.graph.store, _SEEN):
        iri, text = str(source), str(day)
        with suppress(ValueError):
            date.fromisoformat(text)
            seen[iri] = text
            days.setdefault(text, NewsDay(text)).sources.append(
                ListedEntity(iri, str(title or shorten(iri)))
            )
    for edge in sorted(iter_edges(site.network), key=lambda edge: edge.iri):
        dates = [seen.get(item.source, "") for item in edge.evidence]
        if edge.certainty and dates and all(dates):
            name = edge.sentence or edge.phrase
            days[min(dates)].connections.append(ListedEntity(edge.iri, name, "", edge.kind_label))
    return sorted(days.values(), key=lambda one: one.day, reverse=True)


def news_pages(site: Site) -> PageSeries:
    """Return the page of what is new."""
    days = news_of(site)
    macros = site.renderer.macros("new")

    def blocks() -> Iterator[PageBlock]:
        for one in days:
            for name, items in (("connection", one.connections), ("source", one.sources)):
                if items:
                    yield make_block(
                        f"{one.day}: {count_text(len(items), name, f'{name}s')}",
                        items,
                        macros.listed,
                        macros,
                        style="credits",
                        shown=_SHOWN,
                    )

    return site.renderer.series("new", "new", list(blocks()), title="What is new", days=len(days))


def feed(site: Site) -> str:
    """Return what is new as an Atom feed, whose addresses are relative to it.

    Source: RFC 4287
    """
    items = [(one.day, item) for one in news_of(site) for item in (*one.connections, *one.sources)]
    entries = "".join(_entry(site, day, item) for day, item in items[:_FEED])
    updated = items[0][0] if items else "1970-01-01"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        f"<id>{BASE}new</id>\n<title>What is new in the graph</title>\n"
        f"<updated>{escape(updated)}T00:00:00Z</updated>\n<author><name>allusion</name></author>\n"
        f'<link rel="self" href="new.atom"/>\n<link href="{_url(site, "new")}"/>\n'
        f"{entries}</feed>\n"
    )


def _entry(site: Site, day: str, item: ListedEntity) -> str:
    kind = item.detail or "source"
    label = escape(xml_text(item.label))
    return (
        f"<entry><id>{escape(item.iri)}</id><title>{label}</title>"
        f"<updated>{escape(day)}T00:00:00Z</updated>"
        f'<link href="{escape(_url(site, local_path(item.iri)))}"/>'
        f'<category term="{escape(xml_text(kind))}"/><content>{label}</content></entry>\n'
    )


def _url(site: Site, path: str) -> str:
    return site.renderer.address("", path)
