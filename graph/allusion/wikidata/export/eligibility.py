"""Selection of the connections that can be exported to Wikidata, with reasons.

Each connection has exactly one outcome: it cannot be expressed on Wikidata, it exists there
already, it is held back, or it is exported. "Cannot be expressed" is decided first, because
no better source would change it.

Sources count according to Wikidata's help: an encyclopedia is not a source (Wikipedia and
its copies are most of ours), and a dataset may have copied its statement from Wikidata.

Source: https://www.wikidata.org/wiki/Help:Sources
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

import networkx as nx

from ...core.errors import ParameterError
from ...core.labels import Link, Name
from ...core.model import Edge, Entity, Evidence
from ...core.vocabulary import FAMILIES, register_of
from ...network.readers.rows import group_records
from ...store import Store
from ..model.items import Item
from ..model.links import wikidata_link
from ..model.property_mapping import NoProperty, PropertyMapping, property_with_label

ExportOutcome = Literal["exported", "already there", "cannot be expressed", "held back"]
OUTCOMES: Final[tuple[ExportOutcome, ...]] = (
    "exported", "already there", "held back", "cannot be expressed",
)  # fmt: skip

#: Words of the maker or of the work; one such source is sufficient.
PRIMARY_SOURCE_TYPES: Final = frozenset(("interview", "transcript"))
#: Not counted as sources: see above; nor are conclusions of this project.
UNCOUNTED_SOURCE_TYPES: Final = frozenset(
    ("encyclopedia", "dataset", "register", "editors", "inference")
)
_CERTAIN: Final = ("explicit", "stated by the maker")
_EXISTS_CODE: Final = "stated there"
#: Properties whose statements get a quotation of the work as qualifier.
_QUOTING_PROPERTIES: Final = frozenset(("P6166", "P8371"))
#: Maximum length of a short quotation, in characters.
_MAX_QUOTATION: Final = 120

_SOURCES: Final = """
SELECT ?source ?type ?seen WHERE {
  ?source a al:Source .
  OPTIONAL { ?source al:sourceType ?type }
  OPTIONAL { ?source al:seen ?seen }
} ORDER BY ?source ?type ?seen"""
_ORIGINS: Final = """
SELECT ?connection ?origin WHERE {
  { ?connection al:fromWork ?origin }
  UNION
  { ?connection a/rdfs:subClassOf* al:Connection ; al:from ?origin .
    ?origin a/rdfs:subClassOf* al:Agent }
} ORDER BY ?connection ?origin"""


@dataclass(frozen=True, slots=True)
class ExportThresholds:
    """Minimum requirements for an export.

    Args:
        min_confidence: Least confidence of the links of both ends, 0 to 1.
        min_sources: Least number of different sites, if no source is primary.

    Raises:
        ParameterError: If a value is out of range or NaN.
    """

    min_confidence: float = 0.9
    min_sources: int = 2

    def __post_init__(self) -> None:
        if not 0 <= self.min_confidence <= 1:
            raise ParameterError(f"the confidence {self.min_confidence!r} is not between 0 and 1")
        if self.min_sources < 1:
            raise ParameterError(
                f"{self.min_sources!r} sources are too few; at least 1 is required"
            )


@dataclass(frozen=True, slots=True)
class StatementReference:
    """Reference of a statement: a page, or a work with a short quotation.

    Attributes:
        seen: Day of retrieval of ``url`` ("2026-11-22"), or "".
        stated_in: Q-id of the work.
    """

    url: str = ""
    seen: str = ""
    stated_in: str = ""
    quotation: Name | None = None


@dataclass(frozen=True, slots=True)
class StatementProposal:
    """A statement proposed for Wikidata.

    Attributes:
        origin: IRI of the entity whose item is the ``subject``.
        excerpt: Short line of the work that refers or quotes, if there is one.
        existing_properties: Properties that connect the two items on Wikidata already.
    """

    origin: str
    subject: str
    property: str
    value: str
    references: tuple[StatementReference, ...]
    excerpt: Name | None = None
    existing_properties: tuple[str, ...] = ()


class ExportReason(NamedTuple):
    """Reason for an outcome: a short ``code`` and a full ``text``."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class ExportDecision:
    """Outcome for one connection.

    Attributes:
        reasons: Most important first. An exported connection has reasons only for works of
            origin that were left out.
        property: Property of Wikidata; "" if the connection cannot be expressed.
        evidence: Evidence that counts.
        cautions: What a person should check before the export.
    """

    edge: Edge
    outcome: ExportOutcome
    reasons: tuple[ExportReason, ...] = ()
    property: str = ""
    proposals: tuple[StatementProposal, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    type: str = ""
    seen: str = ""


@dataclass(slots=True)
class EligibilityRules:
    """Rules for the export of connections.

    Attributes:
        items: Fetched items by Q-id; None if there is no snapshot, so that no statement can
            be recognized as existing.
    """

    network: nx.MultiDiGraph[str]
    store: Store
    thresholds: ExportThresholds = field(default_factory=ExportThresholds)
    items: Mapping[str, Item] | None = None
    _mapping: PropertyMapping = field(init=False)
    _sources: dict[str, _Source] = field(init=False)
    _origins: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._mapping = PropertyMapping(self.store)
        self._sources = {
            iri: _Source(rows[0].text("type").rsplit("/", 1)[-1], rows[0].text("seen"))
            for iri, rows in group_records(self.store, _SOURCES, "source").items()
        }
        self._origins = {
            iri: list(dict.fromkeys(row.text("origin") for row in rows))
            for iri, rows in group_records(self.store, _ORIGINS, "connection").items()
        }

    def decide_all(self, entities: Iterable[str] = ()) -> list[ExportDecision]:
        """Decide all connections, or those of ``entities``, in the order of IRIs."""
        selected = set(entities)
        edges = [data["edge"] for _, _, data in self.network.edges(data=True)]
        found = [edge for edge in edges if edge.family in FAMILIES]
        if selected:
            found = [edge for edge in found if selected & {edge.target, *self._origins_of(edge)}]
        return [self.decide(edge) for edge in sorted(found, key=lambda edge: edge.iri)]

    def decide(self, edge: Edge) -> ExportDecision:
        """Decide one connection."""
        origins = self._origins_of(edge)
        registers = [register_of(origin) for origin in origins]
        mapped = self._mapping.property_for(edge.kind, registers, register_of(edge.target))
        impossible = _inexpressible_reasons(edge)
        if isinstance(mapped, NoProperty):
            if edge.family != "comparison":
                impossible.append(ExportReason(mapped.code, mapped.text))
            return ExportDecision(edge, "cannot be expressed", tuple(impossible))
        if impossible:
            return ExportDecision(edge, "cannot be expressed", tuple(impossible))
        counted = self._counted_evidence(edge)
        doubts = self._evidence_reasons(edge, counted)
        proposals: list[StatementProposal] = []
        there: list[ExportReason] = []
        unsure: list[ExportReason] = []
        for origin in origins:
            found = self._propose(edge, origin, mapped, counted)
            if isinstance(found, StatementProposal):
                proposals.append(found)
            elif found[0].code == _EXISTS_CODE:
                there += found
            else:
                unsure += found
        reasons = tuple(dict.fromkeys((*there, *doubts, *unsure)))
        if proposals and not doubts:
            cautions = tuple(self._cautions(edge, proposals))
            return ExportDecision(
                edge, "exported", reasons, mapped, tuple(proposals), counted, cautions
            )
        outcome: ExportOutcome = "already there" if there and not proposals else "held back"
        return ExportDecision(edge, outcome, reasons, mapped, (), counted)

    def _propose(
        self, edge: Edge, origin: str, prop: str, counted: tuple[Evidence, ...]
    ) -> StatementProposal | list[ExportReason]:
        """Return the proposal for one work of origin, or the reasons against it."""
        subject = wikidata_link(self.network.nodes[origin]["entity"])
        value = wikidata_link(self.network.nodes[edge.target]["entity"])
        unsure = [*self._link_reasons(origin, subject), *self._link_reasons(edge.target, value)]
        if not subject or not value:
            return unsure
        if subject.identifier == value.identifier:
            words = f"both ends have the item {subject.identifier}"
            return [ExportReason("same item", words), *unsure]
        existing = self._existing_properties(subject.identifier, value.identifier)
        if prop in existing:
            how = "with deprecated rank" if existing[prop] else "already"
            statement = f"{subject.identifier} {property_with_label(prop)} {value.identifier}"
            words = f"{statement} exists {how}"
            return [ExportReason(_EXISTS_CODE, words)]
        line = _short_line(edge)
        return unsure or StatementProposal(
            origin,
            subject.identifier,
            prop,
            value.identifier,
            self._references(subject.identifier, line, counted),
            line if prop in _QUOTING_PROPERTIES else None,
            tuple(name for name, deprecated in existing.items() if not deprecated),
        )

    def _cautions(self, edge: Edge, proposals: list[StatementProposal]) -> Iterator[str]:
        for proposal in proposals:
            subject: Entity = self.network.nodes[proposal.origin]["entity"]
            value: Entity = self.network.nodes[edge.target]["entity"]
            if subject.kind == value.kind == "film" and (subject.year or 0) < (value.year or 0):
                yield f"{value.label()} ({value.year}) is later than {subject.label()}"
            for prop in proposal.existing_properties:
                yield f"Wikidata connects the two by {property_with_label(prop)}"

    def _origins_of(self, edge: Edge) -> list[str]:
        return self._origins.get(edge.iri) or [edge.origin]

    def _counted_evidence(self, edge: Edge) -> tuple[Evidence, ...]:
        """Return the evidence that counts: one for each site, primary sources first."""
        found: dict[str, Evidence] = {}
        for item in sorted(
            edge.evidence, key=lambda it: self._source_type(it) not in PRIMARY_SOURCE_TYPES
        ):
            site = _site(item.url)
            if (
                item.stance == "supports"
                and site
                and self._source_type(item) not in UNCOUNTED_SOURCE_TYPES
            ):
                found.setdefault(site, item)
        return tuple(found.values())

    def _source_type(self, item: Evidence) -> str:
        return self._sources.get(item.source, _Source()).type

    def _evidence_reasons(self, edge: Edge, counted: tuple[Evidence, ...]) -> list[ExportReason]:
        """Return the reasons against an export that do not depend on links."""
        doubts = []
        if edge.certainty not in _CERTAIN:
            who = f" by {' and '.join(edge.made_by)}" if edge.made_by else ""
            words = (
                f"it is {edge.certainty or 'of no stated certainty'}{who}: "
                "it is neither explicit in the work nor stated by its maker"
            )
            doubts.append(ExportReason("not certain", words))
        if edge.disputed:
            sources = [item.title for item in edge.evidence if item.stance == "disputes"]
            words = f"it is disputed by {', '.join(dict.fromkeys(sources))}"
            doubts.append(ExportReason("disputed", words))
        if len(counted) < self.thresholds.min_sources and not any(
            self._source_type(item) in PRIMARY_SOURCE_TYPES for item in counted
        ):
            others = len({it.source for it in edge.evidence} - {it.source for it in counted})
            rest = f" ({others} more do not count)" if others else ""
            needed = self.thresholds.min_sources
            words = f"{len(counted)} of {needed} required sources{rest}, none primary"
            doubts.append(ExportReason("too few sources", words))
        return doubts

    def _link_reasons(self, iri: str, link: Link | None) -> list[ExportReason]:
        """Return the reasons why the link of an entity is not sufficient."""
        entity: Entity = self.network.nodes[iri]["entity"]
        item = (self.items or {}).get(link.identifier) if link else None
        if link is None:
            return [ExportReason("no item", f"{entity.label()} has no confirmed item")]
        if (link.confidence or 0) < self.thresholds.min_confidence:
            words = (
                f"{entity.label()} is linked to {link.identifier} with a confidence of "
                f"{link.confidence:g}, below {self.thresholds.min_confidence:g}"
            )
            return [ExportReason("link not sure", words)]
        if item and item.redirects_to:
            words = f"{link.identifier} was merged into {item.redirects_to}; change the link"
            return [ExportReason("item gone", words)]
        if item and not item.exists:
            return [ExportReason("item gone", f"{link.identifier} was deleted")]
        return []

    def _existing_properties(self, subject: str, value: str) -> dict[str, bool]:
        """Return the properties that connect two items, and whether each is deprecated.

        A derivative work (P4969) of the value counts too.
        """
        items = self.items or {}
        found: dict[str, bool] = {}
        for start, end, only in ((subject, value, ""), (value, subject, "P4969")):
            if start not in items:
                continue
            same = {end, items[end].redirects_to if end in items else ""} - {""}
            for prop, values in items[start].statements.items():
                joining = [one for one in values if one.item in same]
                if joining and only in ("", prop):
                    found.setdefault(prop, all(one.rank == "deprecated" for one in joining))
        return found

    def _references(
        self, subject: str, line: Name | None, counted: tuple[Evidence, ...]
    ) -> tuple[StatementReference, ...]:
        pages = [
            StatementReference(item.url, self._sources.get(item.source, _Source()).seen)
            for item in counted
        ]
        if line:
            pages.append(StatementReference(stated_in=subject, quotation=line))
        return tuple(pages)


def _short_line(edge: Edge) -> Name | None:
    """Return the line of the work that makes the reference, if it is short."""
    line = edge.line
    if (
        not line
        or not line.language
        or len(line.text) > _MAX_QUOTATION
        or edge.certainty != "explicit"
    ):
        return None
    return Name(line.text, line.language)


def _inexpressible_reasons(edge: Edge) -> list[ExportReason]:
    """Return the reasons why no statement can express the connection, whatever its kind."""
    reasons = []
    if edge.counterparts:
        reasons.append(
            ExportReason("analogy", "an analogy connects four entities, but a statement only two")
        )
    elif edge.family == "comparison":
        words = "a critic or viewer makes it, not the work"
        reasons.append(ExportReason("comparison", words))
    if edge.family == "influence" and edge.certainty not in _CERTAIN:
        who = f" of {' and '.join(edge.made_by)}" if edge.made_by else " of a critic"
        words = f"it is the opinion{who}; a statement on Wikidata would present it as a fact"
        reasons.append(ExportReason("opinion", words))
    if edge.told_by:
        words = (
            f"{edge.told_by} reports what {edge.speaker or 'somebody'} said; "
            "Wikidata has no nested attribution"
        )
        reasons.append(ExportReason("nested attribution", words))
    return reasons


def _site(url: str) -> str:
    """Return the host of a page without "www." and "m."; "" if it is not a web page."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return ""
    return (parts.hostname or "").removeprefix("www.").removeprefix("m.")
