"""Lists of the entities of a register, of scenes and utterances, and of sources."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

from ..core.errors import UnknownName
from ..core.model import Entity
from ..core.vocabulary import ENTITY_REGISTERS, STATEMENTS_WITH_CARD
from ..network.networkx_graph import iter_entities
from ..store.interface import select
from ..view.text_boxes import year_text
from ..view.theme import kind_style
from .long_pages import MAX_ITEMS, PageSeries, make_block
from .site import ListedEntity, Site

_TYPES: Final = """
SELECT ?type ?label ?source { ?source al:sourceType ?type
  OPTIONAL { ?type skos:prefLabel ?label FILTER(LANG(?label) = "en") } }"""
_SOURCES: Final = f"""
SELECT ?source (SAMPLE(?name) AS ?title) {{ ?source a al:Source
  OPTIONAL {{ ?source dcterms:title ?name }} }}
GROUP BY ?source ORDER BY ?source LIMIT {MAX_ITEMS}"""
_COUNT: Final = "SELECT (COUNT(DISTINCT ?source) AS ?n) { ?source a al:Source }"


def list_pages(site: Site, kind: str) -> PageSeries:
    """Return the list of a register, or of all sources.

    That of a large store has the first `MAX_ITEMS`, and the number of all.

    Raises:
        UnknownName: If there is no such register.
    """
    lead, types = "", []
    if kind == "source":
        title = "Sources"
        things, total = _sources(site)
        lead = (
            f"{total:,} texts, pages and data sets. Each page has all that the graph "
            "takes from one of them."
        )
        types = _source_types(site)
    elif kind in STATEMENTS_WITH_CARD:
        title = f"{kind.capitalize()}s"
        statements: dict[str, Entity] = site.network.graph["statements"]
        found = [one for one in statements.values() if one.kind == kind]
        things, total = [ListedEntity(one.iri, one.label()) for one in found], len(found)
    elif kind in ENTITY_REGISTERS:
        title = kind_style(kind).plural.capitalize()
        things, total = _entities(site, kind)
    else:
        raise UnknownName(f"there is no register {kind!r}")
    macros = site.renderer.macros(kind)
    block = make_block(title, things, macros.listed, macros, style="columns")
    block = replace(block, omitted=total - len(block.items))
    return site.renderer.series(
        "list",
        kind,
        [block],
        section=kind if kind == "source" else "",
        title=title,
        lead=lead,
        types=types,
    )


def _entities(site: Site, kind: str) -> tuple[list[ListedEntity], int]:
    """Return the entities of a register by name, and the number of all."""
    if site.near is not None:
        rows, total = site.graph.names.register(kind, MAX_ITEMS)
        return [
            ListedEntity(iri, label, "" if year is None else str(year)) for iri, label, year in rows
        ], total
    entities = sorted(
        (one for one in iter_entities(site.network) if one.kind == kind),
        key=lambda one: one.label().casefold(),
    )
    return [ListedEntity(one.iri, one.label(), year_text(one)) for one in entities], len(entities)


def _sources(site: Site) -> tuple[list[ListedEntity], int]:
    """Return the sources by title, those of a large store by IRI, and the number of all."""
    if site.near is not None:
        [(count,)] = select(site.graph.store, _COUNT)
        rows = select(site.graph.store, _SOURCES)
        things = [
            ListedEntity(str(source), str(title or site.label(str(source))))
            for source, title in rows
        ]
        return things, int(str(count))
    notes = site.source_index.notes()
    return [ListedEntity(one.iri, one.title, "", one.issued[:4]) for one in notes], len(notes)


def _source_types(site: Site) -> list[ListedEntity]:
    """Return the types of sources, the most frequent first, with their numbers of sources."""
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for kind, label, _ in select(site.graph.store, _TYPES):
        names[str(kind)] = str(label or site.label(str(kind)))
        counts[str(kind)] += 1
    return [ListedEntity(iri, names[iri], f"{count:,}") for iri, count in counts.most_common()]
