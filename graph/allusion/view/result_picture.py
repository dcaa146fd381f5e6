"""The answer to a query as a picture: which of its cells are things, and what joins them.

Three kinds of answer can be drawn. One that holds statements (connections, credits) shows
those. One with a pair of columns such as ``?origin`` and ``?target``, or asked about an entity
(as ``who-refers-to`` is), joins what stands in one row: by what the graph says of the two, and
where it says nothing, by the row itself, which is then said. Any other answer with entities
shows what the graph says among them. A CONSTRUCT joins subject and object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

import networkx as nx

from ..core.errors import ParameterError
from ..core.model import Edge
from ..core.terms import Iri, Term
from ..core.vocabulary import AL, BASE
from ..query.results import Result, TripleResult
from ..store.base import Row
from .neighbors import edges_of
from .picture import Picture
from .selection import narrowed
from .theme import FAMILY_ORDER

if TYPE_CHECKING:
    from . import Layout

    Network = nx.MultiDiGraph[str]

PAIRS: Final = (
    ("origin", "target"), ("from", "to"), ("source", "target"), ("subject", "object"),
    ("s", "o"), ("work", "target"), ("one", "other"), ("character", "person"),
)  # fmt: skip
MOST: Final = 1500
_HOW: Final = (
    "to be drawn, an answer must hold entities or statements themselves, not only their labels: "
    "SELECT a pair such as ?origin ?target, or ?connection, or any entities; or CONSTRUCT "
    "triples between entities"
)


def picture_of(
    answer: Result | TripleResult,
    network: Network,
    layout: Layout | None = None,
    kinds: Sequence[str] = (),
    languages: Sequence[str] = ("en",),
    theme: Literal["light", "dark", "auto"] = "light",
    title: str | None = None,
) -> Picture:
    """The answer as a picture; one thing joined to all others is its middle, else a network.

    Raises:
        ParameterError: If nothing of it can be drawn; the message says what it must hold.
    """
    found = _Found(network)
    if isinstance(answer, TripleResult):
        found.triples(answer)
    else:
        found.rows(answer)
    part = narrowed(found.part(), kinds)
    middle = found.middle(part)
    star = all(middle in (edge.origin, edge.target) for edge in edges_of(part))
    chosen: Layout = layout or ("focus" if star and part.number_of_edges() else "network")
    things, lines = len(part), part.number_of_edges()
    said = f"An answer: {things} thing{'s' * (things != 1)}, {lines} statement{'s' * (lines != 1)}"
    return Picture(
        part, middle, chosen, None, FAMILY_ORDER, "", tuple(languages), theme, title or said
    )


@dataclass
class _Found:
    """Entities and edges of an answer, in the order in which it has them."""

    network: Network
    entities: dict[str, None] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    about: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.known = {edge.iri: edge for edge in edges_of(self.network)}

    def rows(self, answer: Result) -> None:
        if not answer.rows:
            raise ParameterError("the answer has no rows, so there is nothing to draw")
        self.about = tuple(iri for iri in answer.about if iri in self.network)
        columns = [
            index
            for index, _ in enumerate(answer.columns)
            if any(self._thing(row[index]) for row in answer.rows)
        ]
        for row in answer.rows:
            self._statements(row)
        if self.edges:
            return
        if not columns:
            raise ParameterError(
                f"no column of the answer ({', '.join(answer.columns)}) holds an entity; {_HOW}"
            )
        pair = next(
            (
                (answer.columns.index(one), answer.columns.index(other))
                for one, other in PAIRS
                if {one, other} <= {answer.columns[index] for index in columns}
            ),
            None,
        )
        if pair is None and len(self.about) != 1:
            cells = (self._thing(row[index]) for row in answer.rows for index in columns)
            self.entities |= dict.fromkeys(filter(None, (*self.about, *cells)))
            self._among()
            return
        for number, row in enumerate(answer.rows, 1):
            if pair is None:
                ends = [(self.about[0], self._thing(row[columns[0]]))]
            else:
                ends = [(self._thing(row[pair[0]]), self._thing(row[pair[1]]))]
            for one, other in ends:
                if one and other:
                    self._join(one, other, number, set(map(str, filter(None, row))))

    def triples(self, answer: TripleResult) -> None:
        if not answer.triples:
            raise ParameterError("the answer has no triples, so there is nothing to draw")
        for number, triple in enumerate(sorted(answer.triples, key=str), 1):
            self._statements(triple)
            one, other = self._thing(triple[0]), self._thing(triple[2])
            if one and other:
                words = "".join(
                    f" {c.lower()}" if c.isupper() else c
                    for c in str(triple[1]).removeprefix(AL).rsplit("/", 1)[-1].rsplit("#", 1)[-1]
                )
                self._join(one, other, number, set(), words)
            self.entities |= dict.fromkeys(filter(None, (one, other)))
        if not self.entities and not self.edges:
            raise ParameterError(f"no triple of the answer has an entity at either end; {_HOW}")

    def _thing(self, term: Term | None) -> str:
        """The IRI of an entity, "" for anything else."""
        return term.value if isinstance(term, Iri) and term.value in self.network else ""

    def _statements(self, terms: Row | Iterable[Term]) -> None:
        for term in terms:
            if isinstance(term, Iri) and term.value in self.known:
                self.edges[term.value] = self.known[term.value]

    def _between(self, one: str, other: str) -> Iterator[Edge]:
        """What the graph says of two; what a character has a part in starts at the character."""
        between = [
            data["edge"]
            for origin, target in ((one, other), (other, one))
            for data in (self.network.get_edge_data(origin, target) or {}).values()
        ]
        yield from between
        if not between:
            for origin, target in ((one, other), (other, one)):
                for _, _, data in self.network.in_edges(target, data=True):
                    if origin in data["edge"].participants:
                        yield replace(data["edge"], origin=origin)

    def _join(
        self, one: str, other: str, number: int, said: set[str], words: str = "in one row with"
    ) -> None:
        """Join two by what the graph says, that which the row says where it says any."""
        self.entities |= dict.fromkeys((one, other))
        between = list(self._between(one, other))
        exact = [edge for edge in between if edge.sentence in said]
        of_kind = [edge for edge in between if f"{BASE}kind/{edge.kind}" in said]
        for edge in exact or of_kind or between:
            self.edges[edge.iri] = edge
        if not between and one != other:
            iri = f"{BASE}answer/{one.removeprefix(BASE)}-{other.removeprefix(BASE)}"
            sentence = f"Nothing but the answer joins the two (its place {number})."
            self.edges.setdefault(
                iri, Edge(iri, one, other, "part", "answer", "in the answer", words, sentence)
            )

    def _among(self) -> None:
        for iri, edge in self.known.items():
            if edge.origin in self.entities and edge.target in self.entities:
                self.edges[iri] = edge

    def part(self) -> Network:
        """The network of what was found."""
        for edge in self.edges.values():
            self.entities |= dict.fromkeys((edge.origin, edge.target))
        if len(self.entities) > MOST:
            raise ParameterError(
                f"the answer holds {len(self.entities):,} entities, more than the {MOST:,} that "
                "a picture can; add a LIMIT, or ask about one of them"
            )
        part: Network = nx.MultiDiGraph(**self.network.graph, answer=True)
        for iri in self.entities:
            part.add_node(iri, entity=self.network.nodes[iri]["entity"])
        for edge in sorted(self.edges.values(), key=lambda item: item.iri):
            part.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
        return part

    def middle(self, part: Network) -> str:
        """What the query was about; else what is joined to the most others."""
        if len(self.about) == 1 and self.about[0] in part:
            return self.about[0]
        order = {iri: place for place, iri in enumerate(part)}
        return max(part, key=lambda iri: (len({*part.succ[iri], *part.pred[iri]}), -order[iri]))
