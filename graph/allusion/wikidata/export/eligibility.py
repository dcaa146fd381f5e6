"""Which connections may be proposed to Wikidata, and why the others may not.

Every connection ends in exactly one of four ways: it cannot be expressed there, it is there
already, the gate holds it back, or it is exported. What cannot be expressed is said first,
for no better source would change it.

What counts as a source follows Wikidata's help on sources: an encyclopedia is not one but
leads to some (Wikipedia and its copies are most of ours), and a dataset may have its
statement from Wikidata itself.

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
from ...core.vocabulary import BASE, FAMILIES
from ...network.readers.rows import grouped
from ...store import Store
from ..model.items import Item
from ..model.property_mapping import Sayings, Unsayable, said_as

Outcome = Literal["exported", "already there", "cannot be expressed", "held back"]
OUTCOMES: Final[tuple[Outcome, ...]] = (
    "exported", "already there", "held back", "cannot be expressed",
)  # fmt: skip

#: The maker's words, or those of the work: one is enough.
PRIMARY: Final = frozenset(("interview", "transcript"))
#: Not counted: see above; and what this project concludes itself is no source.
NOT_COUNTED: Final = frozenset(("encyclopedia", "dataset", "register", "editors", "inference"))
_SEEN_OR_SAID: Final = ("explicit", "stated by the maker")
_THERE: Final = "stated there"
#: Statements of what a work says, to which its own words belong as a qualifier.
_EXCERPTED: Final = frozenset(("P6166", "P8371"))
#: So many characters of a line are a short quotation.
_SHORT: Final = 120

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
class Gate:
    """How sure a connection must be.

    ``confidence`` (0 to 1) is the least that the link of either end must have, ``sources``
    how many different sites must say it where no source is primary.

    :raises ParameterError: if either is no such number; NaN is none, and would let all pass.
    """

    confidence: float = 0.9
    sources: int = 2

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ParameterError(f"the confidence is {self.confidence!r}; it goes from 0 to 1")
        if self.sources < 1:
            raise ParameterError(f"{self.sources!r} sources vouch for nothing; at least 1 must")


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a statement is from: a page, or a work with a short quotation of it.

    ``seen`` is the day on which the page at ``url`` was read ("2026-11-22"), or "";
    ``stated_in`` is the item of the work.
    """

    url: str = ""
    seen: str = ""
    stated_in: str = ""
    quotation: Name | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A statement for Wikidata: two items, the property, and what it rests on.

    ``origin`` is the IRI of our entity whose item is the ``subject``. ``excerpt`` is the short
    line of the work that refers or quotes, where there is one. ``beside`` are the properties
    by which Wikidata joins the two items already.
    """

    origin: str
    subject: str
    property: str
    value: str
    references: tuple[Reference, ...]
    excerpt: Name | None = None
    beside: tuple[str, ...] = ()


class Reason(NamedTuple):
    """Why something is not exported: in one or two words, and in full."""

    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one connection.

    ``reasons`` say why, the weightiest first; of what is exported there is none, or why it is
    not for all of the works it comes from. ``property`` is "" where none says it. ``counted``
    is the evidence that counts, ``cautions`` what a person should look at before it is sent.
    """

    edge: Edge
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    property: str = ""
    proposals: tuple[Proposal, ...] = ()
    counted: tuple[Evidence, ...] = ()
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    type: str = ""
    seen: str = ""


@dataclass(slots=True)
class Judge:
    """Looks at connections one by one.

    ``pulled`` are Wikidata's items by Q-id, as far as they were pulled; None where none were,
    so that nothing can be said to be there already.
    """

    network: nx.MultiDiGraph[str]
    store: Store
    gate: Gate = field(default_factory=Gate)
    pulled: Mapping[str, Item] | None = None
    _sayings: Sayings = field(init=False)
    _sources: dict[str, _Source] = field(init=False)
    _origins: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._sayings = Sayings(self.store)
        self._sources = {
            iri: _Source(rows[0].text("type").rsplit("/", 1)[-1], rows[0].text("seen"))
            for iri, rows in grouped(self.store, _SOURCES, "source").items()
        }
        self._origins = {
            iri: list(dict.fromkeys(row.text("origin") for row in rows))
            for iri, rows in grouped(self.store, _ORIGINS, "connection").items()
        }

    def verdicts(self, entities: Iterable[str] = ()) -> list[Verdict]:
        """A verdict on every connection, or on those from or to ``entities``, by IRI."""
        wanted = set(entities)
        edges = [data["edge"] for _, _, data in self.network.edges(data=True)]
        found = [edge for edge in edges if edge.family in FAMILIES]
        if wanted:
            found = [edge for edge in found if wanted & {edge.target, *self._from(edge)}]
        return [self.verdict(edge) for edge in sorted(found, key=lambda edge: edge.iri)]

    def verdict(self, edge: Edge) -> Verdict:
        """What becomes of one connection."""
        origins = self._from(edge)
        registers = [_register(origin) for origin in origins]
        said = self._sayings.property_for(edge.kind, registers, _register(edge.target))
        impossible = _impossible(edge)
        if isinstance(said, Unsayable):
            if edge.family != "comparison":
                impossible.append(Reason(said.word, said.reason))
            return Verdict(edge, "cannot be expressed", tuple(impossible))
        if impossible:
            return Verdict(edge, "cannot be expressed", tuple(impossible))
        counted = self._counted(edge)
        doubts = self._doubts(edge, counted)
        proposals: list[Proposal] = []
        there: list[Reason] = []
        unsure: list[Reason] = []
        for origin in origins:
            found = self._proposal(edge, origin, said, counted)
            if isinstance(found, Proposal):
                proposals.append(found)
            elif found[0].word == _THERE:
                there += found
            else:
                unsure += found
        reasons = tuple(dict.fromkeys((*there, *doubts, *unsure)))
        if proposals and not doubts:
            cautions = tuple(self._cautions(edge, proposals))
            return Verdict(edge, "exported", reasons, said, tuple(proposals), counted, cautions)
        outcome: Outcome = "already there" if there and not proposals else "held back"
        return Verdict(edge, outcome, reasons, said, (), counted)

    def _proposal(
        self, edge: Edge, origin: str, prop: str, counted: tuple[Evidence, ...]
    ) -> Proposal | list[Reason]:
        """What would be stated of one of the works it comes from, or why not."""
        subject, value = self._link(origin), self._link(edge.target)
        unsure = [*self._unsure(origin, subject), *self._unsure(edge.target, value)]
        if not subject or not value:
            return unsure
        if subject.identifier == value.identifier:
            words = (
                f"both ends are {subject.identifier}: a statement of it about itself says nothing"
            )
            return [Reason("same item", words), *unsure]
        standing = self._standing(subject.identifier, value.identifier)
        if prop in standing:
            how = "with the rank deprecated" if standing[prop] else "as it would be stated"
            words = f"{subject.identifier} {said_as(prop)} {value.identifier} is there, {how}"
            return [Reason(_THERE, words)]
        line = _short_line(edge)
        return unsure or Proposal(
            origin,
            subject.identifier,
            prop,
            value.identifier,
            self._references(subject.identifier, line, counted),
            line if prop in _EXCERPTED else None,
            tuple(name for name, deprecated in standing.items() if not deprecated),
        )

    def _cautions(self, edge: Edge, proposals: list[Proposal]) -> Iterator[str]:
        for proposal in proposals:
            subject: Entity = self.network.nodes[proposal.origin]["entity"]
            value: Entity = self.network.nodes[edge.target]["entity"]
            if subject.kind == value.kind == "film" and (subject.year or 0) < (value.year or 0):
                yield f"{value.label()} ({value.year}) is later than {subject.label()}"
            for prop in proposal.beside:
                yield f"Wikidata joins the two by {said_as(prop)}"

    def _from(self, edge: Edge) -> list[str]:
        return self._origins.get(edge.iri) or [edge.origin]

    def _counted(self, edge: Edge) -> tuple[Evidence, ...]:
        """The evidence that counts: one for each site, those of primary sources first."""
        found: dict[str, Evidence] = {}
        for item in sorted(edge.evidence, key=lambda it: self._type(it) not in PRIMARY):
            site = _site(item.url)
            if item.stance == "supports" and site and self._type(item) not in NOT_COUNTED:
                found.setdefault(site, item)
        return tuple(found.values())

    def _type(self, item: Evidence) -> str:
        return self._sources.get(item.source, _Source()).type

    def _doubts(self, edge: Edge, counted: tuple[Evidence, ...]) -> list[Reason]:
        """Why the gate does not let it pass, whatever its ends are linked to."""
        doubts = []
        if edge.certainty not in _SEEN_OR_SAID:
            who = f" by {' and '.join(edge.made_by)}" if edge.made_by else ""
            words = (
                f"it is {edge.certainty or 'of no stated certainty'}{who}: "
                "neither seen in the work nor said by its maker"
            )
            doubts.append(Reason("not certain", words))
        if edge.disputed:
            sources = [item.title for item in edge.evidence if item.stance == "disputes"]
            words = f"it is disputed by {', '.join(dict.fromkeys(sources))}"
            doubts.append(Reason("disputed", words))
        if len(counted) < self.gate.sources and not any(
            self._type(item) in PRIMARY for item in counted
        ):
            others = len({it.source for it in edge.evidence} - {it.source for it in counted})
            rest = f" ({others} more that do not)" if others else ""
            words = f"{len(counted)} of {self.gate.sources} sources that count{rest}, none primary"
            doubts.append(Reason("too few sources", words))
        return doubts

    def _unsure(self, iri: str, link: Link | None) -> list[Reason]:
        """Why an entity is not linked well enough."""
        entity: Entity = self.network.nodes[iri]["entity"]
        item = (self.pulled or {}).get(link.identifier) if link else None
        if link is None:
            return [Reason("no item", f"{entity.label()} has no item that was seen")]
        if (link.confidence or 0) < self.gate.confidence:
            words = (
                f"{entity.label()} is {link.identifier} with a confidence of "
                f"{link.confidence:g}, below {self.gate.confidence:g}"
            )
            return [Reason("link not sure", words)]
        if item and item.redirects_to:
            words = f"{link.identifier} was merged into {item.redirects_to}: link that one"
            return [Reason("item gone", words)]
        if item and not item.exists:
            return [Reason("item gone", f"{link.identifier} is not there any more")]
        return []

    def _link(self, iri: str) -> Link | None:
        entity: Entity = self.network.nodes[iri]["entity"]
        return next((link for link in entity.links if link.confidence is not None), None)

    def _standing(self, subject: str, value: str) -> dict[str, bool]:
        """The properties by which Wikidata joins the two, and whether each is deprecated there.

        That the value has the subject for a derivative work (P4969) joins them too.
        """
        pulled = self.pulled or {}
        found: dict[str, bool] = {}
        for start, end, only in ((subject, value, ""), (value, subject, "P4969")):
            if start not in pulled:
                continue
            same = {end, pulled[end].redirects_to if end in pulled else ""} - {""}
            for prop, values in pulled[start].statements.items():
                joining = [one for one in values if one.item in same]
                if joining and only in ("", prop):
                    found.setdefault(prop, all(one.rank == "deprecated" for one in joining))
        return found

    def _references(
        self, subject: str, line: Name | None, counted: tuple[Evidence, ...]
    ) -> tuple[Reference, ...]:
        pages = [
            Reference(item.url, self._sources.get(item.source, _Source()).seen) for item in counted
        ]
        if line:
            pages.append(Reference(stated_in=subject, quotation=line))
        return tuple(pages)


def _short_line(edge: Edge) -> Name | None:
    """The line by which the work says it, where it does so in a few words."""
    line = edge.line
    if not line or not line.language or len(line.text) > _SHORT or edge.certainty != "explicit":
        return None
    return Name(line.text, line.language)


def _impossible(edge: Edge) -> list[Reason]:
    """Why no statement of Wikidata could say it, whatever its kind."""
    reasons = []
    if edge.counterparts:
        reasons.append(Reason("analogy", "an analogy joins four things, and a statement two"))
    elif edge.family == "comparison":
        words = "a critic or viewer draws it, not the work: it has a holder, and no truth"
        reasons.append(Reason("comparison", words))
    if edge.family == "influence" and edge.certainty not in _SEEN_OR_SAID:
        who = f" of {' and '.join(edge.made_by)}" if edge.made_by else " of a critic"
        words = f"it is the view{who}: a statement there would stand as a fact"
        reasons.append(Reason("opinion", words))
    if edge.told_by:
        words = (
            f"{edge.told_by} tells what {edge.speaker or 'somebody'} said: "
            "attribution does not nest there"
        )
        reasons.append(Reason("nested attribution", words))
    return reasons


def _register(iri: str) -> str:
    return iri.removeprefix(BASE).split("/")[0]


def _site(url: str) -> str:
    """The host of a page, without www. or m.; "" where it is no page on the Web."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return ""
    return (parts.hostname or "").removeprefix("www.").removeprefix("m.")
