"""The card of an entity, a scene, an utterance or a relationship.

It holds the record and all edges that concern it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from math import inf
from typing import Any, Final

from ..core.model import Edge, Entity, Evidence, Family, Scene, Utterance
from ..core.terminal import visible
from ..core.vocabulary import BASE, FAMILIES
from .records import GraphRecords

#: Headings of each family, for edges from the entity and for edges to it. A comparison has
#: no direction.
_HEADINGS: Final[dict[Family, tuple[str, str]]] = {
    "reference": ("Refers to", "Referred to by"),
    "influence": ("Influenced by", "An influence on"),
    "comparison": ("Compared with", "Compared with"),
    "derivation": ("Derived from", "Derived from it"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """An entity and its edges; or a scene, an utterance or a relationship.

    Attributes:
        entity: The record: ``labels`` by language, ``aliases``, year, facts, links.
        outgoing: Connections from the entity, oldest neighbor first.
        incoming: Connections to the entity, oldest neighbor first.
        involved: Edges between other entities in which this one takes part, for example as
            the speaker, as the author of a comparison, as the character of a performance or
            as the place of a wedding; the connections in a scene or utterance.
        relations: Edges of the family "story", in both directions.
        others: Edges of the families "credit" and "part", in both directions.
        labels: English label of every entity that is an end of an edge, or that an edge
            concerns, by IRI.
        years: Year of every such entity that has one.
        parts: Records of the scenes and utterances in which it takes part, in the order of the
            work; of a scene its utterances, of an utterance those that it reports.
    """

    entity: Entity
    outgoing: tuple[Edge, ...]
    incoming: tuple[Edge, ...]
    involved: tuple[Edge, ...]
    relations: tuple[Edge, ...]
    others: tuple[Edge, ...]
    labels: dict[str, str]
    years: dict[str, int] = field(default_factory=dict)
    parts: tuple[Entity, ...] = ()

    def __repr__(self) -> str:
        """Return names, description, and the number of edges of each attribute."""
        from ..query.text_table import shorten_text

        entity = self.entity
        year = f", {entity.year}" if entity.year else ""
        names = [text for text in entity.labels.values() if text != entity.label()]
        names += [name.text for name in entity.aliases]
        counts = {
            name: len(getattr(self, name))
            for name in ("outgoing", "incoming", "involved", "relations", "others", "parts")
        }
        lines = [
            f"{entity.label()} ({entity.type}{year}, {entity.curie})",
            shorten_text(" · ".join(dict.fromkeys(names))),
            shorten_text(entity.description),
            ", ".join(f"{count} in .{name}" for name, count in counts.items() if count),
        ]
        return visible("\n".join(line for line in lines if line))

    def by_family(self) -> Iterator[tuple[str, str, tuple[Edge, ...]]]:
        """Yield the connections by family and direction: (heading, arrow, edges)."""
        for family, (heading_out, heading_in) in _HEADINGS.items():
            outgoing, incoming = (
                tuple(edge for edge in edges if edge.family == family)
                for edges in (self.outgoing, self.incoming)
            )
            if heading_out == heading_in:
                groups = [(heading_out, "↔", tuple(dict.fromkeys((*outgoing, *incoming))))]
            else:
                groups = [(heading_out, "→", outgoing), (heading_in, "←", incoming)]
            yield from (group for group in groups if group[2])

    def with_labels(self, label: Callable[[str], str]) -> Card:
        """Return the card with other labels of entities, kinds and roles.

        Args:
            label: Returns the label of an IRI, "" to keep the present one.
        """

        def edges(found: tuple[Edge, ...]) -> tuple[Edge, ...]:
            return tuple(edge_with_labels(edge, label) for edge in found)

        return replace(
            self,
            outgoing=edges(self.outgoing),
            incoming=edges(self.incoming),
            involved=edges(self.involved),
            relations=edges(self.relations),
            others=edges(self.others),
            labels={iri: label(iri) or text for iri, text in self.labels.items()},
        )

    def to_json(self) -> dict[str, Any]:
        """Return the card as plain dictionaries and lists."""
        return asdict(self)

    def to_markdown(self, *, everything: bool = False) -> str:
        """Return the card as Markdown.

        Args:
            everything: Add all evidence, and what long lists leave out.
        """
        from .card_markup import to_markdown

        return to_markdown(self, everything=everything)

    def _repr_html_(self) -> str:
        from .card_markup import to_html

        return to_html(self)


def edge_with_labels(edge: Edge, label: Callable[[str], str]) -> Edge:
    """Return an edge with another label of its kind, unless ``label`` returns ""."""
    kind = label(f"{BASE}kind/{edge.kind}")
    return replace(edge, kind_label=kind) if kind and edge.family in FAMILIES else edge


def build_card(records: GraphRecords, iri: str) -> Card:
    """Build the card of a node, or of a scene, an utterance or a relationship.

    Raises:
        UnknownName: If ``iri`` is neither.
    """
    if statement := records.statements.get(iri):
        entity, outgoing, incoming = statement, [], []
        stated = _connections_of(records, iri)
        involved = [edge for edge in records.edges if edge.iri in stated]
    else:
        entity = records.entity(iri)
        edges = records.edges_by_entity.get(iri, ())
        outgoing = [edge for edge in edges if edge.origin == iri]
        incoming = [edge for edge in edges if edge.target == iri]
        incident = {edge.iri for edge in (*outgoing, *incoming)}
        involved = [edge for edge in edges if edge.iri not in incident]

    def sort_key(edge: Edge) -> tuple[float, str]:
        other = edge.target if edge.origin == iri else edge.origin
        year = records.entity(other).year
        return inf if year is None else year, edge.iri

    def select(edges: Iterable[Edge], *families: str) -> tuple[Edge, ...]:
        return tuple(sorted((e for e in edges if e.family in families), key=sort_key))

    named = dict.fromkeys(
        named
        for edge in (*outgoing, *incoming, *involved)
        for named in (edge.origin, edge.target, *edge.concerns)
        if named in records.entities
    )
    return Card(
        entity=entity,
        outgoing=select(outgoing, *_HEADINGS),
        incoming=select(incoming, *_HEADINGS),
        involved=tuple(sorted(involved, key=sort_key)),
        relations=select([*outgoing, *incoming], "story"),
        others=select([*outgoing, *incoming], "credit", "part"),
        labels={end: records.entity(end).label() for end in named},
        years={end: year for end in named if (year := records.entity(end).year) is not None},
        parts=_parts(records, entity),
    )


def _connections_of(records: GraphRecords, iri: str) -> frozenset[str]:
    """Return the IRIs of the edges that a scene, with its utterances, or an utterance states."""
    scenes = (scene for scene in records.scenes if scene.iri == iri)
    utterances = (one for one in records.utterances if iri in (one.iri, one.scene))
    parts: tuple[Scene | Utterance, ...] = (*scenes, *utterances)
    return frozenset(edge for part in parts for edge in part.connections)


def _parts(records: GraphRecords, entity: Entity) -> tuple[Entity, ...]:
    """Return the scenes and utterances that have the entity as a value, or are its values."""
    values = {fact.target for fact in entity.facts if fact.target.startswith(f"{BASE}utterance/")}
    found = values | records.parts.get(entity.iri, set())
    if not found:
        return ()
    parts: tuple[Scene | Utterance, ...] = (*records.scenes, *records.utterances)
    return tuple(records.statements[part.iri] for part in parts if part.iri in found)


def format_citation(evidence: Evidence) -> str:
    """Return one line: title, author, date, position in the source."""
    parts = [evidence.title, evidence.author, evidence.issued, evidence.locator]
    return ", ".join(part for part in parts if part)
