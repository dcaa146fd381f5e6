"""The result of a query as a picture.

Three kinds of results can be drawn. If cells hold statements (connections, credits), the
picture shows those. If the result has a pair of columns such as ``?origin`` and ``?target``,
or the query is about one entity (as ``who-refers-to`` is), the entities of each row are
joined: by the edges of the graph, else by an edge that stands for the row. Any other result
with entities shows the edges of the graph between them. A triple of CONSTRUCT joins its
subject and object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import networkx as nx

from ..core.errors import ParameterError
from ..core.model import Edge
from ..core.terms import Iri, Term
from ..core.text import count_text
from ..core.vocabulary import AL, BASE
from ..network.networkx_graph import get_entity, iter_edges
from ..query.results import Result, TripleResult
from ..store.interface import Row
from .options import Layout, PictureOptions
from .picture import Picture
from .subgraphs import filter_by_kind
from .theme import FAMILY_ORDER

if TYPE_CHECKING:
    Network = nx.MultiDiGraph[str]

COLUMN_PAIRS: Final = (
    ("origin", "target"), ("from", "to"), ("source", "target"), ("subject", "object"),
    ("s", "o"), ("work", "target"), ("one", "other"), ("character", "person"),
)  # fmt: skip
MAX_RESULT_ENTITIES: Final = 1500
_EXPECTED: Final = (
    "a result can be drawn if it holds IRIs of entities or statements, not only labels: SELECT a "
    "pair such as ?origin ?target, or ?connection, or any entities; or CONSTRUCT triples between "
    "entities"
)


def result_picture(
    result: Result | TripleResult, network: Network, options: PictureOptions, *, star: bool = False
) -> Picture:
    """Draw a result.

    Args:
        result: The result of a query.
        network: All entities and edges.
        options: As for an entity; ``kinds`` filters the edges of the result.
        star: Use the layout "focus" if one entity is an end of every edge.

    Raises:
        ParameterError: If the result holds nothing that can be drawn, or too much.
    """
    graph = _ResultGraph(network)
    if isinstance(result, TripleResult):
        graph.add_triples(result)
    else:
        graph.add_rows(result)
    part = filter_by_kind(graph.subgraph(), options.kinds)
    focus = graph.focus_of(part)
    is_star = all(focus in (edge.origin, edge.target) for edge in iter_edges(part))
    if star:
        layout: Layout = "focus" if is_star and part.number_of_edges() else "network"
        options = replace(options, layout=layout)
    nodes, edges = len(part), part.number_of_edges()
    counts = (
        f"{count_text(nodes, 'thing', 'things')}, {count_text(edges, 'statement', 'statements')}"
    )
    title = options.title or f"An answer: {counts}"
    return Picture(part, focus, replace(options, kinds=FAMILY_ORDER, title=title))


@dataclass
class _ResultGraph:
    """Entities and edges of a result, in the order of the result."""

    network: Network
    entities: dict[str, None] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    about: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.known = {edge.iri: edge for edge in iter_edges(self.network)}

    def add_rows(self, result: Result) -> None:
        if not result.rows:
            raise ParameterError("the result has no rows, so there is nothing to draw")
        self.about = tuple(iri for iri in result.about if iri in self.network)
        columns = [
            index
            for index, _ in enumerate(result.columns)
            if any(self._entity_iri(row[index]) for row in result.rows)
        ]
        for row in result.rows:
            self._add_statements(row)
        if self.edges:
            return
        if not columns:
            raise ParameterError(
                f"no column of the result ({', '.join(result.columns)}) holds entities; {_EXPECTED}"
            )
        names = {result.columns[index] for index in columns}
        pair = next(
            (
                (result.columns.index(one), result.columns.index(other))
                for one, other in COLUMN_PAIRS
                if {one, other} <= names
            ),
            None,
        )
        if pair is None and len(self.about) != 1:
            cells = (self._entity_iri(row[index]) for row in result.rows for index in columns)
            self.entities |= dict.fromkeys(filter(None, (*self.about, *cells)))
            self._add_edges_between_entities()
            return
        for number, row in enumerate(result.rows, 1):
            if pair is None:
                one, other = self.about[0], self._entity_iri(row[columns[0]])
            else:
                one, other = self._entity_iri(row[pair[0]]), self._entity_iri(row[pair[1]])
            if one and other:
                self._add_pair(one, other, number, set(map(str, filter(None, row))))

    def add_triples(self, result: TripleResult) -> None:
        if not result.triples:
            raise ParameterError("the result has no triples, so there is nothing to draw")
        for number, triple in enumerate(sorted(result.triples, key=str), 1):
            self._add_statements(triple)
            one, other = self._entity_iri(triple[0]), self._entity_iri(triple[2])
            if one and other:
                name = str(triple[1]).removeprefix(AL).rsplit("/", 1)[-1].rsplit("#", 1)[-1]
                phrase = "".join(f" {c.lower()}" if c.isupper() else c for c in name)
                self._add_pair(one, other, number, set(), phrase)
            self.entities |= dict.fromkeys(filter(None, (one, other)))
        if not self.entities and not self.edges:
            raise ParameterError(
                f"no triple of the result has an entity as subject or object; {_EXPECTED}"
            )

    def _entity_iri(self, term: Term | None) -> str:
        """Return the IRI of an entity; "" for any other term."""
        return term.value if isinstance(term, Iri) and term.value in self.network else ""

    def _add_statements(self, terms: Row | Iterable[Term]) -> None:
        for term in terms:
            if isinstance(term, Iri) and term.value in self.known:
                self.edges[term.value] = self.known[term.value]

    def _edges_between(self, one: str, other: str) -> Iterator[Edge]:
        """Yield the edges between two entities.

        If there is none, yield edges at one of them in which the other takes part, for
        example as the speaker; they are drawn from that participant.
        """
        directions = ((one, other), (other, one))
        between = [
            data["edge"]
            for origin, target in directions
            for data in (self.network.get_edge_data(origin, target) or {}).values()
        ]
        yield from between
        if not between:
            for origin, target in directions:
                for _, _, data in self.network.in_edges(target, data=True):
                    if origin in data["edge"].participants:
                        yield replace(data["edge"], origin=origin)

    def _add_pair(
        self, one: str, other: str, number: int, cells: set[str], phrase: str = "in the same row as"
    ) -> None:
        """Join two entities of a row.

        Args:
            one: IRI.
            other: IRI.
            number: Number of the row, from 1.
            cells: Text of the cells. If one is the sentence or the kind of an edge between
                the two, only such edges are added.
            phrase: Label of the edge that is made if the graph has none.
        """
        self.entities |= dict.fromkeys((one, other))
        between = list(self._edges_between(one, other))
        same_sentence = [edge for edge in between if edge.sentence in cells]
        same_kind = [edge for edge in between if f"{BASE}kind/{edge.kind}" in cells]
        for edge in same_sentence or same_kind or between:
            self.edges[edge.iri] = edge
        if not between and one != other:
            iri = f"{BASE}answer/{one.removeprefix(BASE)}-{other.removeprefix(BASE)}"
            sentence = f"Only the answer connects the two (row {number})."
            self.edges.setdefault(
                iri, Edge(iri, one, other, "part", "answer", "in the answer", phrase, sentence)
            )

    def _add_edges_between_entities(self) -> None:
        for iri, edge in self.known.items():
            if edge.origin in self.entities and edge.target in self.entities:
                self.edges[iri] = edge

    def subgraph(self) -> Network:
        """Build the network of the result; its graph attribute ``answer`` is True."""
        for edge in self.edges.values():
            self.entities |= dict.fromkeys((edge.origin, edge.target))
        if len(self.entities) > MAX_RESULT_ENTITIES:
            raise ParameterError(
                f"the result holds {len(self.entities):,} entities; a picture can show "
                f"{MAX_RESULT_ENTITIES:,}; add a LIMIT, or query one entity"
            )
        part: Network = nx.MultiDiGraph(**self.network.graph, answer=True)
        for iri in self.entities:
            part.add_node(iri, entity=get_entity(self.network, iri))
        for edge in sorted(self.edges.values(), key=lambda item: item.iri):
            part.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
        return part

    def focus_of(self, part: Network) -> str:
        """Return the entity that the query is about, else the one with the most neighbors."""
        if len(self.about) == 1 and self.about[0] in part:
            return self.about[0]
        order = {iri: index for index, iri in enumerate(part)}
        return max(part, key=lambda iri: (len({*part.succ[iri], *part.pred[iri]}), -order[iri]))
