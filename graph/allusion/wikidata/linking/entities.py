"""Linking of entities of the graph: their features, excluded items, and SSSOM rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import networkx as nx

from ..._version import __version__
from ...build.sssom import Mapping
from ...core.labels import Name, is_editorial
from ...core.model import Entity
from ..model.items import item_url
from ..model.links import linked_item
from ..model.properties import AGENTS
from .decision import LinkDecision
from .features import Features, extract_years, parse_article_url
from .scoring import ScoredCandidate

TOOL: Final = "allusion"
_DATES: Final = ("published", "born", "opened")
_IDENTIFIERS: Final = {"IMDb": "P345", "TMDb": "P4947"}
_CAST_ROLES: Final = frozenset(("performer", "voice"))
# Role -> equivalent property (ontology/alignments.ttl).
_PROPERTY_BY_ROLE: Final = {
    "director": "P57", "screenwriter": "P58", "producer": "P162", "composer": "P86",
    "songwriter": "P86", "singer": "P175", "author": "P50",
}  # fmt: skip


def entity_features(network: nx.MultiDiGraph[str], iri: str) -> Features:
    """Return what distinguishes an entity from others.

    Makers and cast members have their English name and, if linked, their Q-id.
    """
    entity: Entity = network.nodes[iri]["entity"]
    years = [entity.year] if entity.year else []
    for fact in entity.facts:
        if fact.property in _DATES:
            years += extract_years(fact.value[:10])
    identifiers: dict[str, str] = {}
    articles: dict[str, str] = {}
    for link in entity.links:
        if link.site in _IDENTIFIERS:
            identifiers.setdefault(_IDENTIFIERS[link.site], link.identifier)
        elif link.site == "Wikipedia" and (found := parse_article_url(_desktop_url(link.url))):
            articles.setdefault(*found)
    makers: dict[str, dict[str, None]] = defaultdict(dict)
    works: dict[str, str] = {}
    item_labels: dict[str, str] = {}
    for kind, other in _credit_edges(network, iri):
        item = linked_item(other)
        if entity.kind in AGENTS:
            if item and other.kind not in (*AGENTS, "place"):
                works[item] = other.label()
        elif other.kind in AGENTS:
            part = "P161" if kind in _CAST_ROLES else _PROPERTY_BY_ROLE.get(kind, "")
            item_labels |= {item: other.label()} if item else {}
            makers[part] |= dict.fromkeys((other.label(), item) if item else (other.label(),))
    cast = makers.pop("P161", {})
    makers.pop("", None)
    return Features(
        iri,
        tuple(_names(entity)),
        entity.kind,
        tuple(dict.fromkeys(years)),
        {part: tuple(names) for part, names in makers.items()},
        tuple(cast),
        works,
        identifiers,
        articles,
        item_labels,
    )


def _credit_edges(network: nx.MultiDiGraph[str], iri: str) -> Iterator[tuple[str, Entity]]:
    """Yield the kind and the other end of each credit of an entity."""
    around = [(other, data["edge"]) for _, other, data in network.out_edges(iri, data=True)]
    around += [(other, data["edge"]) for other, _, data in network.in_edges(iri, data=True)]
    for other, edge in around:
        if edge.family == "credit":
            yield edge.kind, network.nodes[other]["entity"]


def _names(entity: Entity) -> Iterator[Name]:
    """Yield labels that sources give, English first, then aliases."""
    for tag, text in sorted(entity.labels.items(), key=lambda pair: pair[0] != "en"):
        if not is_editorial(text):
            yield Name(text, tag)
    yield from entity.aliases


def _desktop_url(url: str) -> str:
    return url.replace(".m.wikipedia.org", ".wikipedia.org", 1)


def excluded_items(mappings: Iterable[Mapping], queries: Iterable[Features]) -> dict[str, set[str]]:
    """Return the items of ``Not`` rows and of other entities, which an entity cannot have."""
    excluded: dict[str, set[str]] = defaultdict(set)
    owners: dict[str, str] = {}
    for row in mappings:
        if row.negative:
            excluded[row.subject].add(row.item)
        else:
            owners[row.item] = row.subject
    for features in queries:
        excluded[features.subject] |= {
            item for item, owner in owners.items() if owner != features.subject
        }
    return excluded


def reject_shared_items(decisions: Iterable[LinkDecision]) -> list[LinkDecision]:
    """Change decisions that accept the same item to undecided."""
    listed = list(decisions)
    takers: dict[str, list[LinkDecision]] = defaultdict(list)
    for one in listed:
        if one.item:
            takers[one.item].append(one)
    return [
        LinkDecision(
            one.features, "undecided", one.candidates, _shared_reason(one, takers[one.item])
        )
        if one.item and len(takers[one.item]) > 1
        else one
        for one in listed
    ]


def _shared_reason(one: LinkDecision, takers: Sequence[LinkDecision]) -> str:
    others = [other.features.label for other in takers if other is not one]
    return f"{one.item} fits {' and '.join(others)} as well"


def sssom_row(
    features: Features, scored: ScoredCandidate, *, confidence: float, seen_in: str,
    negative: bool = False, by_person: bool = False,
) -> Mapping:  # fmt: skip
    """Return the SSSOM row for one decision.

    One type of evidence is a lexical matching, several are a composite matching. A decision by a
    person is a manual curation; its comment still lists the evidence and its source.
    """
    kinds = {reason.feature for reason in scored.reasons if reason.points > 0} - {"type"}
    if by_person:
        justification = "semapv:ManualMappingCuration"
    else:
        justification = f"semapv:{'Lexical' if kinds == {'name'} else 'Composite'}Matching"
    who = "rejected by a person; " if negative else "accepted by a person; "
    page = item_url(scored.candidate.item)
    comment = f"{who if by_person else ''}seen: {page} by way of {seen_in}: {scored.explanation}"
    return Mapping(
        0,
        features.subject,
        features.label,
        "skos:exactMatch",
        scored.candidate.item,
        scored.candidate.label if scored.candidate.label != scored.candidate.item else "",
        justification,
        confidence,
        negative,
        comment,
        TOOL,
        __version__,
        dt.datetime.now(dt.UTC).date().isoformat(),
    )
