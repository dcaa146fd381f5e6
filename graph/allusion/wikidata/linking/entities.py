"""Our entities as clues, what each must never be linked to, and the rows that come of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import networkx as nx

from ..._version import __version__
from ...build.sssom import Mapping
from ...core.labels import Name
from ...core.model import Entity
from ..model.items import item_url
from .decision import Decision
from .features import Clues, article_of, is_item, years_in
from .scoring import Scored

TOOL: Final = "allusion"
_DATES: Final = ("published", "born", "opened")
_IDENTIFIERS: Final = {"IMDb": "P345", "TMDb": "P4947"}
_AGENTS: Final = ("person", "group", "organisation")
_PLAYERS: Final = frozenset(("performer", "voice"))
# Our roles as the properties of Wikidata that say the same (ontology/alignments.ttl).
_PARTS: Final = {
    "director": "P57", "screenwriter": "P58", "producer": "P162", "composer": "P86",
    "songwriter": "P86", "singer": "P175", "author": "P50",
}  # fmt: skip


def clues_of(network: nx.MultiDiGraph[str], iri: str) -> Clues:
    """What we know of an entity, as far as it tells it from others.

    Makers and players are given by all that can be compared: their English name and, where
    they are linked, their item.
    """
    entity: Entity = network.nodes[iri]["entity"]
    years = [entity.year] if entity.year else []
    for fact in entity.facts:
        if fact.property in _DATES:
            years += years_in(fact.value[:10])
    identifiers: dict[str, str] = {}
    articles: dict[str, str] = {}
    for link in entity.links:
        if link.site in _IDENTIFIERS:
            identifiers.setdefault(_IDENTIFIERS[link.site], link.identifier)
        elif link.site == "Wikipedia" and (found := article_of(_desktop(link.url))):
            articles.setdefault(*found)
    makers: dict[str, dict[str, None]] = defaultdict(dict)
    works: dict[str, str] = {}
    called: dict[str, str] = {}
    for kind, other in _credited(network, iri):
        item = item_of(other)
        if entity.kind in _AGENTS:
            if item and other.kind not in (*_AGENTS, "place"):
                works[item] = other.label()
        elif other.kind in _AGENTS:
            part = "P161" if kind in _PLAYERS else _PARTS.get(kind, "")
            called |= {item: other.label()} if item else {}
            makers[part] |= dict.fromkeys((other.label(), item) if item else (other.label(),))
    cast = makers.pop("P161", {})
    makers.pop("", None)
    return Clues(
        iri,
        tuple(_names(entity)),
        entity.kind,
        tuple(dict.fromkeys(years)),
        {part: tuple(names) for part, names in makers.items()},
        tuple(cast),
        works,
        identifiers,
        articles,
        called,
    )


def _credited(network: nx.MultiDiGraph[str], iri: str) -> Iterator[tuple[str, Entity]]:
    """The kind of each credit of an entity, and who or what is at its other end."""
    around = [(other, data["edge"]) for _, other, data in network.out_edges(iri, data=True)]
    around += [(other, data["edge"]) for other, _, data in network.in_edges(iri, data=True)]
    for other, edge in around:
        if edge.family == "credit":
            yield edge.kind, network.nodes[other]["entity"]


def _names(entity: Entity) -> Iterator[Name]:
    """Labels, English first, then aliases."""
    for tag, text in sorted(entity.labels.items(), key=lambda pair: pair[0] != "en"):
        yield Name(text, tag)
    yield from entity.aliases


def _desktop(url: str) -> str:
    return url.replace(".m.wikipedia.org", ".wikipedia.org", 1)


def item_of(entity: Entity) -> str:
    """The item that an entity is linked to, "" where none has been seen."""
    return next(
        (
            link.identifier
            for link in entity.links
            if link.site == "Wikidata" and link.confidence is not None
            and is_item(link.identifier)
        ),
        "",
    )  # fmt: skip


def forbidden(mappings: Iterable[Mapping], wanted: Iterable[Clues]) -> dict[str, set[str]]:
    """Which items each of ``wanted`` must not get: its ``Not`` rows, and items of others."""
    never: dict[str, set[str]] = defaultdict(set)
    owners: dict[str, str] = {}
    for row in mappings:
        if row.negative:
            never[row.subject].add(row.item)
        else:
            owners[row.item] = row.subject
    for clues in wanted:
        never[clues.subject] |= {item for item, owner in owners.items() if owner != clues.subject}
    return never


def without_shared(decisions: Iterable[Decision]) -> list[Decision]:
    """The same, but an item that several would get goes to none of them without a person."""
    listed = list(decisions)
    takers: dict[str, list[Decision]] = defaultdict(list)
    for one in listed:
        if one.item:
            takers[one.item].append(one)
    return [
        Decision(one.clues, "undecided", one.ranking, _shared(one, takers[one.item]))
        if one.item and len(takers[one.item]) > 1
        else one
        for one in listed
    ]


def _shared(one: Decision, takers: Sequence[Decision]) -> str:
    others = [other.clues.label for other in takers if other is not one]
    return f"{one.item} fits {' and '.join(others)} as well"


def row_of(
    clues: Clues, scored: Scored, *, confidence: float, seen_in: str, negative: bool = False,
    by_person: bool = False,
) -> Mapping:  # fmt: skip
    """The SSSOM row for one decision.

    One kind of reason is a lexical matching, several a composite one; what a person decided
    is manual curation, and still says what was looked at and with which program.
    """
    kinds = {reason.about for reason in scored.reasons if reason.points > 0} - {"type"}
    if by_person:
        justification = "semapv:ManualMappingCuration"
    else:
        justification = f"semapv:{'Lexical' if kinds == {'name'} else 'Composite'}Matching"
    who = "not the one, by a person's decision; " if negative else "by a person's decision; "
    page = item_url(scored.candidate.item)
    comment = f"{who if by_person else ''}seen: {page} by way of {seen_in}: {scored.account}"
    return Mapping(
        0,
        clues.subject,
        clues.label,
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
