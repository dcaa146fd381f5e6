"""The card of an entity: its record and all edges that concern it."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

import networkx as nx

from ..core.external_links import safe_url
from ..core.labels import Link
from ..core.model import Edge, Entity, Evidence, Family
from ..core.terminal import visible
from .graph import get_entity, iter_edges

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
    """An entity and its edges.

    Attributes:
        entity: The record: ``labels`` by language, ``aliases``, year, facts, links.
        outgoing: Connections from the entity, oldest neighbor first.
        incoming: Connections to the entity, oldest neighbor first.
        involved: Connections between other entities in which this one takes part, for
            example as the speaker or as the author of a comparison.
        relations: Edges of the family "story", in both directions.
        others: Edges of the families "credit" and "part", in both directions.
        labels: English label of every entity that is an end of an edge, by IRI.
    """

    entity: Entity
    outgoing: tuple[Edge, ...]
    incoming: tuple[Edge, ...]
    involved: tuple[Edge, ...]
    relations: tuple[Edge, ...]
    others: tuple[Edge, ...]
    labels: dict[str, str]

    def __repr__(self) -> str:
        """Return names, description, and the number of edges of each attribute."""
        from ..query.text_table import shorten_text

        entity = self.entity
        year = f", {entity.year}" if entity.year else ""
        names = [text for text in entity.labels.values() if text != entity.label()]
        names += [name.text for name in entity.aliases]
        counts = {
            name: len(getattr(self, name))
            for name in ("outgoing", "incoming", "involved", "relations", "others")
        }
        lines = [
            f"{entity.label()} ({entity.type}{year})",
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

    def to_json(self) -> dict[str, Any]:
        """Return the card as plain dictionaries and lists."""
        return asdict(self)

    def _repr_html_(self) -> str:
        parts = [f"<h3>{_html(self.entity.label())}</h3>"]
        if self.entity.description:
            parts.append(f"<p>{_html(self.entity.description)}</p>")
        for heading, _, edges in self.by_family():
            items = "".join(f"<li>{_edge_html(edge)}</li>" for edge in edges)
            parts.append(f"<h4>{heading}</h4><ul>{items}</ul>")
        parts.append(f"<p>{' · '.join(map(_link_html, self.entity.links))}</p>")
        return "".join(parts)


def build_card(network: nx.MultiDiGraph[str], iri: str) -> Card:
    """Build the card of one node.

    Raises:
        UnknownName: If ``iri`` is not a node.
    """
    entity = get_entity(network, iri)
    outgoing = [data["edge"] for _, _, data in network.out_edges(iri, data=True)]
    incoming = [data["edge"] for _, _, data in network.in_edges(iri, data=True)]
    incident = {edge.iri for edge in (*outgoing, *incoming)}
    involved = [
        edge
        for edge in iter_edges(network)
        if iri in edge.participants and edge.iri not in incident
    ]

    def sort_key(edge: Edge) -> tuple[int, str]:
        other = edge.target if edge.origin == iri else edge.origin
        return get_entity(network, other).year or 9999, edge.iri

    def select(edges: Iterable[Edge], *families: str) -> tuple[Edge, ...]:
        return tuple(sorted((e for e in edges if e.family in families), key=sort_key))

    return Card(
        entity=entity,
        outgoing=select(outgoing, *_HEADINGS),
        incoming=select(incoming, *_HEADINGS),
        involved=select(involved, *_HEADINGS),
        relations=select([*outgoing, *incoming], "story"),
        others=select([*outgoing, *incoming], "credit", "part"),
        labels={
            end: get_entity(network, end).label()
            for edge in (*outgoing, *incoming, *involved)
            for end in (edge.origin, edge.target)
        },
    )


def format_citation(evidence: Evidence) -> str:
    """Return one line: title, author, date, position in the source."""
    parts = [evidence.title, evidence.author, evidence.issued, evidence.locator]
    return ", ".join(part for part in parts if part)


def _link_html(link: Link) -> str:
    text = _html(f"{link.site} {link.identifier}")
    if url := safe_url(link.url):
        return f'<a href="{html.escape(url)}" rel="noopener noreferrer">{text}</a>'
    return f"{text} ({_html(link.url)})"


def _html(text: str) -> str:
    return html.escape(visible(text))


def _edge_html(edge: Edge) -> str:
    sources = "; ".join(_html(format_citation(item)) for item in edge.evidence)
    return f"{_html(edge.sentence or edge.phrase)} <small>[{sources}]</small>"
