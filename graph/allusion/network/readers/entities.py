"""Read entities: names, years, makers, facts with sources, remarks, external links."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final

from ...core.labels import Link, Name
from ...core.model import Entity, Fact, Remark, listed
from ...core.values import year_of
from ...core.vocabulary import BASE
from ...store import Store
from .evidence import ReaderContext, SourceIndex, stating_graphs
from .rows import Record, group_records, is_entity, select_records

_NAMES: Final = """
SELECT ?entity ?property ?name WHERE {
  VALUES ?property { rdfs:label skos:altLabel al:birthName }
  ?entity ?property ?name .
} ORDER BY ?entity ?property STR(?name) LANG(?name)"""

_TYPES: Final = """
SELECT ?entity ?class ?label WHERE {
  GRAPH ?stated { ?entity a ?class }
  ?class rdfs:subClassOf* al:Entity ; rdfs:label ?label .
  FILTER(LANG(?label) = "en" && ?stated != source:inferred)
  FILTER NOT EXISTS { ?entity owl:deprecated true }
} ORDER BY ?entity ?class"""

# Facts that a source states of an entity directly.
_FACTS: Final = """
SELECT ?entity ?property ?value ?graph WHERE {
  VALUES ?property {
    al:published al:ended al:episodes al:runningTimeMinutes al:originalLanguage al:partOfSeries
    al:seriesOrdinal al:setIn al:shotAt al:boxOffice al:born al:died al:birthName al:birthPlace
    al:locatedIn al:opened al:awardReceived
  }
  GRAPH ?graph { ?entity ?property ?value }
} ORDER BY ?entity ?property ?value ?graph"""

# One row for each source of a release, with the values that this source states.
_RELEASES: Final = """
SELECT ?entity ?release ?place ?graph ?date ?title ?distributor ?note WHERE {
  ?release a al:Release ; al:inWork ?entity ; al:releasedIn ?place .
  { SELECT DISTINCT ?release ?graph WHERE {
      VALUES ?fact { al:inWork al:releasedIn al:releaseDate al:releaseTitle al:distributedBy }
      GRAPH ?graph { ?release ?fact ?value } } }
  OPTIONAL { GRAPH ?graph { ?release al:releaseDate ?date } }
  OPTIONAL { GRAPH ?graph { ?release al:releaseTitle ?title } }
  OPTIONAL { GRAPH ?graph { ?release al:distributedBy ?distributor } }
  OPTIONAL { GRAPH ?graph { ?release skos:note ?note } FILTER(LANG(?note) = "en") }
} ORDER BY ?entity ?date ?place ?release ?graph ?title ?distributor STR(?note)"""

_REMARKS: Final = """
SELECT ?entity ?claim ?text ?holder ?class ?disputes WHERE {
  ?claim al:about ?entity ; a ?class ; dcterms:description ?text .
  ?class rdfs:subClassOf* al:Claim .
  FILTER(LANG(?text) = "en")
  OPTIONAL { ?claim al:heldBy ?holder }
  OPTIONAL { ?claim al:disputes ?disputes }
} ORDER BY ?entity ?claim ?class ?holder ?disputes"""

# A contributor to a part of a work counts only if nobody has that role for the whole work.
_MAKERS: Final = """
SELECT ?entity ?maker ?role WHERE {
  ?node al:contributor ?maker ; al:role ?role ; al:inWork ?entity .
  VALUES ?role { role:director role:author role:songwriter role:singer }
  FILTER NOT EXISTS {
    ?node al:scope ?part .
    ?whole al:role ?role ; al:inWork ?entity FILTER NOT EXISTS { ?whole al:scope ?some }
  }
} ORDER BY ?entity ?role ?maker"""

_DESCRIPTIONS: Final = """
SELECT ?entity ?text WHERE {
  ?entity dcterms:description ?text FILTER(LANG(?text) = "en")
} ORDER BY ?entity STR(?text)"""

_YEAR_PROPERTIES: Final = ("published", "born", "opened")


def read_entities(
    context: ReaderContext, links: Callable[[str], Iterable[Link]]
) -> dict[str, Entity]:
    """Read all entities.

    Args:
        context: The store, with labels and sources.
        links: Returns the external links of an entity by its IRI.

    Returns:
        The records by IRI.
    """
    store, labels, sources = context.store, context.labels, context.sources
    types = {
        iri: rows[0].text("label") for iri, rows in group_records(store, _TYPES, "entity").items()
    }
    names = group_records(store, _NAMES, "entity")
    facts = _facts(store, labels, sources)
    remarks = _remarks(store, labels, sources)
    makers = group_records(store, _MAKERS, "entity")
    descriptions = group_records(store, _DESCRIPTIONS, "entity")
    found = {}
    for iri, kind in types.items():
        if not is_entity(iri):
            continue
        preferred: dict[str, str] = {}
        aliases: list[Name] = []
        for record in names.get(iri, []):
            name = Name(record.text("name"), record.language("name"))
            if record.text("property").endswith("#label"):
                preferred.setdefault(name.language, name.text)
            elif name not in aliases:
                aliases.append(name)
        found[iri] = Entity(
            iri,
            iri.removeprefix(BASE).split("/")[0],
            kind,
            preferred,
            tuple(aliases),
            _year(facts.get(iri, ())),
            next((record.text("text") for record in descriptions.get(iri, [])), ""),
            _unique(labels.get(record.text("maker"), "") for record in makers.get(iri, [])),
            tuple(links(iri)),
            facts.get(iri, ()),
            remarks.get(iri, ()),
        )
    return found


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _year(facts: Iterable[Fact]) -> int | None:
    """Return the year that most sources state; the earliest of several."""
    votes: dict[int, int] = defaultdict(int)
    for fact in facts:
        if fact.property in _YEAR_PROPERTIES and (year := year_of(fact.value)) is not None:
            votes[year] += len(fact.sources)
    return min(votes, key=lambda year: (-votes[year], year)) if votes else None


def _facts(
    store: Store, labels: dict[str, str], sources: SourceIndex
) -> dict[str, tuple[Fact, ...]]:
    stated: dict[str, dict[tuple[str, str, str], list[str]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for record in select_records(store, _FACTS):
        value, target = record.text("value"), ""
        if record.is_iri("value"):
            value, target = labels.get(value, value), value
        name = _property_text(record.text("property").rsplit("#", 1)[-1])
        stated[record.text("entity")][name, value, target].append(record.text("graph"))
    releases: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record in select_records(store, _RELEASES):
        key = tuple(record.text(name) for name in ("entity", "release", "place", "graph"))
        releases[key].append(record)
    for (entity, _, place, graph), rows in releases.items():
        iris = _unique(row.text("distributor") for row in rows)
        distributors = [labels.get(iri, iri) for iri in iris]
        value = ", ".join(
            part
            for part in (
                labels.get(place, place),
                *_unique(row.text("date") for row in rows),
                *_unique(row.text("title") for row in rows),
                f"by {listed(distributors)}" if distributors else "",
            )
            if part
        )
        if notes := _unique(row.text("note").removesuffix(".") for row in rows):
            value += f" ({'. '.join(notes)})"
        stated[entity]["release", value, place].append(graph)
    return {
        iri: tuple(
            Fact(
                name,
                value,
                target,
                tuple((graph, sources.title(graph)) for graph in stating_graphs(graphs)),
            )
            for (name, value, target), graphs in rows.items()
        )
        for iri, rows in stated.items()
    }


def _property_text(name: str) -> str:
    """Return a property name as text: "runningTimeMinutes" gives "running time minutes"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _remarks(
    store: Store, labels: dict[str, str], sources: SourceIndex
) -> dict[str, tuple[Remark, ...]]:
    rows: dict[str, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in select_records(store, _REMARKS):
        rows[record.text("entity")][record.text("claim")].append(record)
    return {
        iri: tuple(
            Remark(
                claim,
                group[0].text("text"),
                ", ".join(_unique(labels.get(r.text("holder"), "") for r in group)),
                any(r.text("class").endswith("#Opinion") for r in group),
                _unique(r.text("disputes") for r in group),
                sources.evidence(claim),
            )
            for claim, group in claims.items()
        )
        for iri, claims in rows.items()
    }
