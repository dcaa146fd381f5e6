"""What of the graph goes into the index of names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from .linkout import imdb_link, tmdb_link, wikidata_link, wikipedia_links
from .names import Thing
from .naming import Link, Name
from .terms import canonical_language, shorten
from .vocabulary import AL, BASE, ENTITY_REGISTERS, PREFIXES, STATEMENT_REGISTERS

_LABEL: Final = (PREFIXES["rdfs"] + "label", PREFIXES["dcterms"] + "title")
#: Kinds of connection can be named too, as values of parameters.
_CONCEPT_LABEL: Final = PREFIXES["skos"] + "prefLabel"
_ALIAS: Final = (PREFIXES["skos"] + "altLabel", AL + "birthName", AL + "releaseTitle")
_REPLACED_BY: Final = PREFIXES["dcterms"] + "isReplacedBy"
_ENDS: Final = (AL + "from", AL + "to", AL + "concerns", AL + "about")


def things(store: ox.Store) -> Iterator[Thing]:
    """Every node of a register with its names, ways out, and how many statements touch it."""
    names: dict[str, set[tuple[Name, bool]]] = defaultdict(set)
    weight: Counter[str] = Counter()
    for predicate in (*_LABEL, _CONCEPT_LABEL, *_ALIAS):
        for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                language = canonical_language(quad.object.language or "")
                names[quad.subject.value].add(
                    (Name(quad.object.value, language), predicate not in _ALIAS)
                )
    for predicate in _ENDS:
        for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, None):
            if isinstance(quad.object, ox.NamedNode):
                weight[quad.object.value] += 1
    links = _links(store)
    _redirect(names, store)
    for iri in sorted(names):
        register = iri.removeprefix(BASE).split("/")[0]
        if register not in (*ENTITY_REGISTERS, *STATEMENT_REGISTERS, "kind"):
            continue
        ordered = tuple(
            sorted(names[iri], key=lambda pair: (not pair[1], pair[0].language, pair[0].text))
        )
        label = next(
            (n.text for n, main in ordered if main and n.language == "en"), ordered[0][0].text
        )
        yield Thing(iri, register, label, ordered, tuple(links[iri]), weight[iri])


def _redirect(names: dict[str, set[tuple[Name, bool]]], store: ox.Store) -> None:
    """Find what is deprecated by its slug alone, and as that which replaces it."""
    replaced = {
        quad.subject.value: quad.object.value
        for quad in store.quads_for_pattern(None, ox.NamedNode(_REPLACED_BY), None, None)
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
    }
    for old, new in replaced.items():
        passed = {old}
        while new in replaced and new not in passed:
            passed.add(new)
            new = replaced[new]
        names.pop(old, None)
        if new in names:
            names[new].add((Name(shorten(old), ""), False))


def _links(store: ox.Store) -> dict[str, list[Link]]:
    """Wikidata items, articles and identifiers by entity; a seen item beats a lookup by title."""
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
        use_default_graph_as_union=True,
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
            for quad in store.quads_for_pattern(None, ox.NamedNode(AL + name), None, None)
            if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.Triple)
        }
        for iri, value in sorted(found):
            if name == "wikipediaArticle":
                known = any(link.site == "Wikidata" for link in links[iri])
                links[iri] += wikipedia_links(value)[: 1 if known else None]
            else:
                links[iri].append((imdb_link if name == "imdbId" else tmdb_link)(value))
    return links
