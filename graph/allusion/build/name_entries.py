"""Entries of the name index, read from the graph."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..core.external_links import imdb_link, tmdb_link, wikidata_link, wikipedia_links
from ..core.labels import Link, Name
from ..core.own_namespace import OwnNamespace
from ..core.replacements import REPLACED_BY, follow_replacements
from ..core.terms import canonical_language, shorten
from ..core.unfinished_files import new_file
from ..core.values import year_of
from ..core.vocabulary import AL, ENTITY_REGISTERS, PREFIXES, STATEMENT_REGISTERS, register_of
from ..search.name_index import NameEntry, NameIndex, write_index
from ..store.default_graph import DEFAULT_GRAPH
from ..store.interface import Store
from ..store.oxigraph import OxigraphStore

_LABEL: Final = (PREFIXES["rdfs"] + "label", PREFIXES["dcterms"] + "title")
#: Kinds of connection are indexed too, because users write them as parameter values.
_CONCEPT_LABEL: Final = PREFIXES["skos"] + "prefLabel"
_ALIAS: Final = (PREFIXES["skos"] + "altLabel", AL + "birthName", AL + "releaseTitle")
_DESCRIPTION: Final = PREFIXES["dcterms"] + "description"
_ENDS: Final = (AL + "from", AL + "to", AL + "concerns", AL + "about")
_YEAR_OF: Final = ("published", "born", "opened")
#: Properties that link a node to the entities it joins: first those of connections (``al:joins``
#: links to both ends), then those of credits and stories.
_JOINING_PROPERTIES: Final = (
    ("joins",),
    ("performer", "contributor", "inWork", "character", "party"),
)
#: Properties that join two entities directly.
_DIRECT_PROPERTIES: Final = ("presentIn", "partOfSeries", "member", "recordingOf")
_MAX_LEADS: Final = 3


def open_names(
    folder: Path, store: Store, where: str, own: Sequence[OwnNamespace] = ()
) -> NameIndex:
    """Open the name index of a store; make it if the store was written without one.

    Args:
        folder: Folder of the store.
        store: The store.
        where: Names the store in messages; "" is the built store.
        own: Namespaces of collections, whose IRIs name entities too.
    """
    path = folder / "names.sqlite"
    if isinstance(store, OxigraphStore) and store.path and not path.exists():
        with new_file(path) as made:
            made.unlink()
            write_index(made, name_entries(store.engine))
            made.replace(path)
    index = NameIndex(path, store=where)
    index.own = own
    return index


def name_entries(
    store: ox.Store,
    passed: Callable[[str], None] = lambda _iri: None,
    default: ox.Store | None = None,
) -> Iterator[NameEntry]:
    """Yield the index entries of all nodes of registers.

    An entry has the names, the external links, and the number of statements about the node.

    Args:
        store: The graph.
        passed: Called with the IRI of each other node that has a name.
        default: A copy of the default graph, which is read instead.
    """
    years = _years(store, store if default is None else default)
    store = store if default is None else default
    names: dict[str, set[tuple[Name, bool]]] = defaultdict(set)
    weight: Counter[str] = Counter()
    for predicate in (*_LABEL, _CONCEPT_LABEL, *_ALIAS):
        for quad in _statements_with(store, predicate):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                language = canonical_language(quad.object.language or "")
                names[quad.subject.value].add(
                    (Name(quad.object.value, language), predicate not in _ALIAS)
                )
    for predicate in _ENDS:
        for quad in _statements_with(store, predicate):
            if isinstance(quad.object, ox.NamedNode):
                weight[quad.object.value] += 1
    descriptions = _descriptions(store)
    links, joined = _links(store), _joined_entities(store)
    _move_names_of_deprecated(names, store)
    for iri in sorted(names):
        register = register_of(iri)
        if register not in (*ENTITY_REGISTERS, *STATEMENT_REGISTERS, "kind"):
            passed(iri)
            continue
        ordered = tuple(
            sorted(
                _without_copies(names[iri]),
                key=lambda pair: (not pair[1], pair[0].language, pair[0].text),
            )
        )
        label = next(
            (n.text for n, main in ordered if main and n.language == "en"), ordered[0][0].text
        )
        known = {other: far for other, far in joined[iri].items() if other in names}
        leads = sorted(known, key=lambda other: (known[other], -weight[other], other))
        yield NameEntry(
            iri,
            register,
            label,
            ordered,
            tuple(links[iri]),
            weight[iri],
            years.get(iri),
            len(known),
            tuple(leads[:_MAX_LEADS]),
            tuple(sorted(descriptions[iri], key=lambda text: (text.language, text.text))),
        )


def _without_copies(names: set[tuple[Name, bool]]) -> set[tuple[Name, bool]]:
    """Remove labels without language that repeat one with a language: a rule copies them."""
    tagged = {name.text for name, main in names if main and name.language}
    return {(n, main) for n, main in names if n.language or not main or n.text not in tagged}


def _statements_with(store: ox.Store, predicate: str) -> Iterator[ox.Quad]:
    """Return the triples of the default graph with this predicate, each once."""
    return store.quads_for_pattern(None, ox.NamedNode(predicate), None, DEFAULT_GRAPH)


def _descriptions(store: ox.Store) -> dict[str, set[Name]]:
    """Return the descriptions by entity."""
    found: dict[str, set[Name]] = defaultdict(set)
    for quad in _statements_with(store, _DESCRIPTION):
        if not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.object, ox.Literal):
            continue
        if register_of(quad.subject.value) in ENTITY_REGISTERS:
            language = canonical_language(quad.object.language or "")
            found[quad.subject.value].add(Name(quad.object.value, language))
    for texts in found.values():
        tagged = {text.text for text in texts if text.language}
        texts -= {text for text in texts if not text.language and text.text in tagged}
    return found


def _years(store: ox.Store, default: ox.Store) -> dict[str, int]:
    """Return the year of publication, birth or opening by entity.

    If sources disagree, this is the year that most sources state; in a tie, the earliest.
    """
    stated: dict[str, set[int]] = defaultdict(set)
    for quad in _dated(default, None, DEFAULT_GRAPH):
        year = year_of(quad.object.value)  # type: ignore[union-attr]
        if year is not None and isinstance(quad.subject, ox.NamedNode):
            stated[quad.subject.value].add(year)
    return {
        iri: min(years) if len(years) == 1 else _year_of_most(store, iri)
        for iri, years in stated.items()
    }


def _year_of_most(store: ox.Store, iri: str) -> int:
    # The default graph adds one vote for each date, also if two dates are in one year.
    votes = Counter(
        year
        for quad in _dated(store, ox.NamedNode(iri), None)
        if (year := year_of(quad.object.value)) is not None  # type: ignore[union-attr]
    )
    return min(votes, key=lambda year: (-votes[year], year))


def _dated(
    store: ox.Store, subject: ox.NamedNode | None, graph: ox.DefaultGraph | None
) -> Iterator[ox.Quad]:
    for name in _YEAR_OF:
        for quad in store.quads_for_pattern(subject, ox.NamedNode(AL + name), None, graph):
            if isinstance(quad.object, ox.Literal):
                yield quad


def _joined_entities(store: ox.Store) -> dict[str, dict[str, int]]:
    """Return 0 for a connection or 1 for other facts, by entity and connected entity."""
    joined: dict[str, dict[str, int]] = defaultdict(dict)
    for far, properties in enumerate(_JOINING_PROPERTIES):
        nodes: dict[str, set[str]] = defaultdict(set)
        for node, end in _subject_object_pairs(store, properties):
            nodes[node].add(end)
        for ends in nodes.values():
            _add_joined(joined, ends, far)
    for pair in _subject_object_pairs(store, _DIRECT_PROPERTIES):
        _add_joined(joined, set(pair), 1)
    return joined


def _subject_object_pairs(
    store: ox.Store, properties: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for name in properties:
        for quad in _statements_with(store, AL + name):
            yield str(quad.subject)[1:-1], str(quad.object)[1:-1]


def _add_joined(joined: dict[str, dict[str, int]], ends: set[str], far: int) -> None:
    entities = [end for end in ends if register_of(end) in ENTITY_REGISTERS]
    for one in entities:
        for other in entities:
            if one != other:
                joined[one].setdefault(other, far)


def _move_names_of_deprecated(names: dict[str, set[tuple[Name, bool]]], store: ox.Store) -> None:
    """Replace the names of deprecated entities by those of their replacements.

    The prefixed name and the slug of a deprecated entity become aliases of its replacement. An
    entity whose replacement has no name, or is itself, keeps its names.
    """
    replaced = (
        (quad.subject.value, quad.object.value)
        for quad in _statements_with(store, REPLACED_BY)
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
    )
    for old, new in follow_replacements(replaced).final.items():
        if new in names:
            names.pop(old, None)
            prefixed = shorten(old)
            names[new] |= {(Name(text, ""), False) for text in (prefixed, prefixed.split(":")[-1])}


def _links(store: ox.Store) -> dict[str, list[Link]]:
    """Return the links to Wikidata, Wikipedia, IMDb and TMDb by entity.

    The link to Wikidata by article title is added only if no item is known.
    """
    links: dict[str, list[Link]] = defaultdict(list)
    confidence, note = PREFIXES["sssom"] + "confidence", PREFIXES["rdfs"] + "comment"
    rows = store.query(
        f"""SELECT ?entity ?item ?confidence ?note WHERE {{
            ?mapping owl:annotatedSource ?entity ; owl:annotatedTarget ?item ;
                owl:annotatedProperty skos:exactMatch ; <{confidence}> ?confidence ;
                <{note}> ?note .
            FILTER NOT EXISTS {{ ?mapping sssom:predicate_modifier "Not" }}
        }}""",
        prefixes=PREFIXES,
    )
    if isinstance(rows, ox.QuerySolutions):
        for row in rows:
            item = row["item"].value.rsplit("/", 1)[-1]
            links[row["entity"].value].append(
                wikidata_link(item, float(row["confidence"].value), row["note"].value)
            )
    for name in ("wikipediaArticle", "imdbId", "tmdbId"):
        found = {
            (quad.subject.value, quad.object.value)
            for quad in _statements_with(store, AL + name)
            if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.Triple)
        }
        for iri, value in sorted(found):
            if name == "wikipediaArticle":
                known = any(link.site == "Wikidata" for link in links[iri])
                links[iri] += wikipedia_links(value)[: 1 if known else None]
            else:
                links[iri].append((imdb_link if name == "imdbId" else tmdb_link)(value))
    return links
