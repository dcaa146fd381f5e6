"""Read entities: names, years, makers, facts with sources, remarks, external links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ...core.labels import Link, Name
from ...core.model import Entity, Fact, Remark
from ...core.record_properties import JOINING_PROPERTIES
from ...core.replacements import follow_replacements
from ...core.terms import Literal
from ...core.text import join_names
from ...core.values import year_of
from ...core.vocabulary import AL, BASE, is_entity, register_of
from ...store import Store
from .rows import (
    Record,
    group_records,
    in_english,
    property_text,
    select_records,
)
from .source_index import ReaderContext, SourceIndex

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

_NOTE: Final = in_english("?release", "skos:note", "?note")
# One row for each source of a release, with the values that this source states.
_RELEASES: Final = f"""
SELECT ?entity ?release ?place ?graph ?date ?title ?distributor ?note WHERE {{
  ?release a al:Release ; al:inWork ?entity ; al:releasedIn ?place .
  {{ SELECT DISTINCT ?release ?graph WHERE {{
      VALUES ?fact {{ al:inWork al:releasedIn al:releaseDate al:releaseTitle al:distributedBy }}
      GRAPH ?graph {{ ?release ?fact ?value }} }} }}
  OPTIONAL {{ GRAPH ?graph {{ ?release al:releaseDate ?date }} }}
  OPTIONAL {{ GRAPH ?graph {{ ?release al:releaseTitle ?title }} }}
  OPTIONAL {{ GRAPH ?graph {{ ?release al:distributedBy ?distributor }} }}
  OPTIONAL {{ GRAPH ?graph {{ ?release skos:note ?note }} {_NOTE} }}
}} ORDER BY ?entity ?date ?place ?release ?graph ?title ?distributor STR(?note)"""

_CLAIMS: Final = """
SELECT ?claim ?class ?text ?holder ?disputes WHERE {
  { SELECT DISTINCT ?class WHERE { ?class rdfs:subClassOf* al:Claim } }
  ?claim a ?class ; dcterms:description ?text FILTER(LANG(?text) IN ("en", ""))
  OPTIONAL { ?claim al:heldBy ?holder }
  OPTIONAL { ?claim al:disputes ?disputes }
} ORDER BY ?claim ?class ?holder ?disputes"""

_SUBJECTS: Final = "SELECT ?claim ?about WHERE { ?claim al:about ?about } ORDER BY ?claim ?about"

# The entities that a statement joins, or a part of a work: a claim about it concerns them.
_JOINED: Final = f"""
SELECT DISTINCT ?claim ?entity WHERE {{
  ?claim al:about ?about .
  VALUES ?join {{ {" ".join(f"al:{name}" for name in JOINING_PROPERTIES)} }}
  ?about ?join ?entity .
}} ORDER BY ?claim ?entity"""

# What is stated of the nodes that have a card of their own without being entities.
_STATEMENT_FACTS: Final = """
SELECT ?entity ?class ?property ?value ?graph WHERE {
  VALUES ?class { al:Scene al:Utterance al:Relationship }
  ?entity a ?class .
  VALUES ?property {
    rdf:type al:relationshipType al:party al:began al:ended al:tookPlaceAt al:inWork al:scope
    al:narrativePlace al:filmingPlace al:technique al:features al:inScene al:speaker
    al:addressee al:channel al:inLanguage al:line al:translation al:reports skos:note
    skos:editorialNote
  }
  GRAPH ?graph { ?entity ?property ?value }
} ORDER BY ?entity ?property STR(?value) ?graph"""

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

_DESCRIPTIONS: Final = f"""
SELECT ?entity ?text WHERE {{
  ?entity dcterms:description ?text {in_english("?entity", "dcterms:description", "?text")}
}} ORDER BY ?entity STR(?text)"""

_REPLACEMENTS: Final = """
SELECT DISTINCT ?old ?new WHERE { ?old dcterms:isReplacedBy ?new } ORDER BY ?old ?new"""

_YEAR_PROPERTIES: Final = ("published", "born", "opened")
#: Facts that the card of the value shows too.
_INVERSE_FACTS: Final = {AL + "awardReceived": "awarded to", AL + "birthPlace": "birth place of"}
#: Properties whose values are shown in every language.
_QUOTED: Final = ("line", "translation")

#: Property, value as text, and IRI of the value or "".
_FactKey = tuple[str, str, str]
_Stated = dict[str, dict[_FactKey, list[str]]]


def read_entities(
    context: ReaderContext, links: Callable[[str], Iterable[Link]], untyped: Iterable[str] = ()
) -> tuple[dict[str, Entity], dict[str, Entity]]:
    """Read all entities, and the scenes, utterances and relationships.

    Args:
        context: The store, with labels and sources.
        links: Returns the external links of an entity by its IRI.
        untyped: Ends of edges, which are entities even if no class of them is stated.

    Returns:
        The records of the entities by IRI, and those of the statements. Type "" means that no
        class is stated.
    """
    store, labels, sources = context.store, context.labels, context.sources
    types = {
        iri: rows[0].text("label")
        for iri, rows in group_records(store, _TYPES, "entity").items()
        if is_entity(iri)
    }
    names = group_records(store, _NAMES, "entity")
    facts = _facts(store, labels, sources)
    statement_types, statement_facts = _statement_facts(store, labels, sources)
    remarks = _remarks(store, labels, sources)
    makers = group_records(store, _MAKERS, "entity")
    descriptions = group_records(store, _DESCRIPTIONS, "entity")
    former: dict[str, list[str]] = defaultdict(list)
    replaced = ((row.text("old"), row.text("new")) for row in select_records(store, _REPLACEMENTS))
    for old, new in follow_replacements(replaced).final.items():
        former[new].append(old)

    def record(iri: str, kind: str, facts: tuple[Fact, ...]) -> Entity:
        preferred: dict[str, str] = {}
        aliases: list[Name] = []
        for row in names.get(iri, []):
            name = Name(row.text("name"), row.language("name"))
            if row.text("property").endswith("#label"):
                preferred.setdefault(name.language, name.text)
            elif name not in aliases:
                aliases.append(name)
        if preferred.get("") in [text for tag, text in preferred.items() if tag]:
            del preferred[""]  # the copy that stands for a label in English
        return Entity(
            iri,
            register_of(iri) if iri.startswith(BASE) else "",
            kind,
            preferred,
            tuple(aliases),
            _year(facts),
            next((row.text("text") for row in descriptions.get(iri, [])), ""),
            _unique(labels.get(row.text("maker"), "") for row in makers.get(iri, [])),
            tuple(links(iri)),
            facts,
            remarks.get(iri, ()),
            sources.evidence(iri),
            tuple(former.get(iri, ())),
        )

    return (
        {
            iri: record(iri, types.get(iri, ""), facts.get(iri, ()))
            for iri in dict.fromkeys((*types, *untyped))
        },
        {
            iri: record(iri, kind, statement_facts.get(iri, ()))
            for iri, kind in statement_types.items()
        },
    )


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
    stated: _Stated = defaultdict(lambda: defaultdict(list))
    for record in select_records(store, _FACTS):
        value, target = record.text("value"), ""
        if record.is_iri("value"):
            value, target = labels.get(value, value), value
        name = property_text(record.text("property").rsplit("#", 1)[-1])
        stated[record.text("entity")][name, value, target].append(record.text("graph"))
        if record.text("property") in _INVERSE_FACTS and target:
            inverse = _INVERSE_FACTS[record.text("property")]
            entity = record.text("entity")
            stated[target][inverse, labels.get(entity, entity), entity].append(record.text("graph"))
    for entity, fact, graph in _releases(store, labels):
        stated[entity][fact].append(graph)
    return _with_titles(stated, sources)


def _releases(store: Store, labels: dict[str, str]) -> Iterator[tuple[str, _FactKey, str]]:
    """Yield each release for the work, the place and the distributors: (entity, fact, graph)."""
    releases: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record in select_records(store, _RELEASES):
        key = tuple(record.text(name) for name in ("entity", "release", "place", "graph"))
        releases[key].append(record)
    for (work, _, place, graph), rows in releases.items():
        distributors = _unique(row.text("distributor") for row in rows)
        firms = join_names(labels.get(iri, iri) for iri in distributors)
        notes = ". ".join(_unique(row.text("note").removesuffix(".") for row in rows))
        dated = [*_unique(r.text("date") for r in rows), *_unique(r.text("title") for r in rows)]
        for entity in (work, place, *distributors):
            named = [labels.get(iri, iri) for iri in (work, place) if iri != entity]
            by = f"by {firms}" if firms and entity not in distributors else ""
            value = ", ".join(filter(None, (*named, *dated, by)))
            value += f" ({notes})" if notes else ""
            target = place if entity == work else work
            yield entity, ("release", value, target), graph


def _statement_facts(
    store: Store, labels: dict[str, str], sources: SourceIndex
) -> tuple[dict[str, str], dict[str, tuple[Fact, ...]]]:
    """Read the statements that have a card: their type, and their facts."""
    types: dict[str, str] = {}
    stated: _Stated = defaultdict(lambda: defaultdict(list))
    for record in select_records(store, _STATEMENT_FACTS):
        iri, value = record.text("entity"), record["value"]
        types[iri] = labels.get(record.text("class"), "")
        name = property_text(record.text("property").replace("/", "#").rsplit("#", 1)[-1])
        is_foreign = isinstance(value, Literal) and value.language not in ("", "en")
        if name == "type" or (is_foreign and name not in _QUOTED):
            continue
        text, target = str(value), ""
        if record.is_iri("value"):
            text, target = labels.get(text, text), text
        stated[iri][name, text, target].append(record.text("graph"))
    return types, _with_titles(stated, sources)


def _with_titles(stated: _Stated, sources: SourceIndex) -> dict[str, tuple[Fact, ...]]:
    return {
        iri: tuple(Fact(*key, sources.source_titles(graphs)) for key, graphs in rows.items())
        for iri, rows in stated.items()
    }


def _remarks(
    store: Store, labels: dict[str, str], sources: SourceIndex
) -> dict[str, tuple[Remark, ...]]:
    """Read the claims that concern each entity or statement, by its IRI.

    A claim concerns what it is about, the entities that are joined by a statement or a part of
    a work that it is about, and its holders.
    """
    subjects = group_records(store, _SUBJECTS, "claim")
    joined = group_records(store, _JOINED, "claim")
    found: dict[str, list[Remark]] = defaultdict(list)
    for claim, rows in group_records(store, _CLAIMS, "claim").items():
        about = _unique(row.text("about") for row in subjects.get(claim, []))
        holders = _unique(row.text("holder") for row in rows)
        remark = Remark(
            claim,
            rows[0].text("text"),
            ", ".join(_unique(labels.get(iri, "") for iri in holders)),
            any(row.text("class").endswith("#Opinion") for row in rows),
            _unique(row.text("disputes") for row in rows),
            sources.evidence(claim),
            tuple((iri, labels.get(iri, "")) for iri in about if not is_entity(iri)),
        )
        entities = (row.text("entity") for row in joined.get(claim, []))
        for iri in _unique((*about, *filter(is_entity, entities), *holders)):
            found[iri].append(remark)
    return {iri: tuple(remarks) for iri, remarks in found.items()}
