"""One entity with everything that is said of it, for reading."""

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

#: How each family reads from an entity: over what it points at, and over what points at it.
#: A comparison is drawn between two, and reads the same from either.
_HEADINGS: Final[dict[Family, tuple[str, str]]] = {
    "reference": ("Refers to", "Referred to by"),
    "influence": ("Influenced by", "An influence on"),
    "comparison": ("Compared with", "Compared with"),
    "derivation": ("Derived from", "Derived from it"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """An entity, the edges that leave it and those that reach it.

    ``entity`` has its names (``labels`` by language, ``aliases``), year, facts and links.
    ``outgoing`` and ``incoming`` hold connections only, oldest neighbour first;
    ``involved`` holds connections between others in which the entity has a part: it
    speaks, is likened, draws the comparison. ``relations`` holds the ties of its life
    and story, ``others`` credits and parts, both in both directions. ``labels`` gives
    the English label of every entity at the end of an edge.
    """

    entity: Entity
    outgoing: tuple[Edge, ...]
    incoming: tuple[Edge, ...]
    involved: tuple[Edge, ...]
    relations: tuple[Edge, ...]
    others: tuple[Edge, ...]
    labels: dict[str, str]

    def __repr__(self) -> str:
        """The head of the card, and what else is on it."""
        from ..query.text_table import brief

        entity = self.entity
        year = f", {entity.year}" if entity.year else ""
        others = [text for text in entity.labels.values() if text != entity.label()]
        others += [name.text for name in entity.aliases]
        parts = {
            name: len(getattr(self, name))
            for name in ("outgoing", "incoming", "involved", "relations", "others")
        }
        lines = [
            f"{entity.label()} ({entity.type}{year})",
            brief(" · ".join(dict.fromkeys(others))),
            brief(entity.description),
            ", ".join(f"{count} in .{name}" for name, count in parts.items() if count),
        ]
        return visible("\n".join(line for line in lines if line))

    def by_family(self) -> Iterator[tuple[str, str, tuple[Edge, ...]]]:
        """The connections of each family that has some: a heading, an arrow, the edges."""
        for family, (outwards, inwards) in _HEADINGS.items():
            there, back = (
                tuple(edge for edge in edges if edge.family == family)
                for edges in (self.outgoing, self.incoming)
            )
            if outwards == inwards:
                groups = [(outwards, "↔", tuple(dict.fromkeys((*there, *back))))]
            else:
                groups = [(outwards, "→", there), (inwards, "←", back)]
            yield from (group for group in groups if group[2])

    def to_json(self) -> dict[str, Any]:
        """The card as plain dictionaries and lists."""
        return asdict(self)

    def _repr_html_(self) -> str:
        """The card that a notebook shows."""
        parts = [f"<h3>{_html(self.entity.label())}</h3>"]
        if self.entity.description:
            parts.append(f"<p>{_html(self.entity.description)}</p>")
        for title, _, edges in self.by_family():
            items = "".join(f"<li>{_item(edge)}</li>" for edge in edges)
            parts.append(f"<h4>{title}</h4><ul>{items}</ul>")
        parts.append(f"<p>{' · '.join(map(_link, self.entity.links))}</p>")
        return "".join(parts)


def make_card(network: nx.MultiDiGraph[str], iri: str) -> Card:
    """The card of one node of the network.

    :raises KeyError: if ``iri`` is not a node.
    """
    outgoing = [data["edge"] for _, _, data in network.out_edges(iri, data=True)]
    incoming = [data["edge"] for _, _, data in network.in_edges(iri, data=True)]

    def key(edge: Edge) -> tuple[int, str]:
        other = edge.target if edge.origin == iri else edge.origin
        return network.nodes[other]["entity"].year or 9999, edge.iri

    def chosen(edges: Iterable[Edge], *families: str) -> tuple[Edge, ...]:
        return tuple(sorted((e for e in edges if e.family in families), key=key))

    touching = {edge.iri for edge in (*outgoing, *incoming)}
    involved = [
        data["edge"]
        for _, _, data in network.edges(data=True)
        if iri in data["edge"].participants and data["edge"].iri not in touching
    ]
    labels = {
        node: network.nodes[node]["entity"].label()
        for edge in (*outgoing, *incoming, *involved)
        for node in (edge.origin, edge.target)
    }
    return Card(
        network.nodes[iri]["entity"],
        chosen(outgoing, *_HEADINGS),
        chosen(incoming, *_HEADINGS),
        chosen(involved, *_HEADINGS),
        chosen([*outgoing, *incoming], "story"),
        chosen([*outgoing, *incoming], "credit", "part"),
        labels,
    )


def cite(evidence: Evidence) -> str:
    """One piece of evidence as a line: title, author, date, place in it."""
    parts = [evidence.title, evidence.author, evidence.issued, evidence.locator]
    return ", ".join(part for part in parts if part)


def _link(link: Link) -> str:
    text = _html(f"{link.site} {link.identifier}")
    if url := safe_url(link.url):
        return f'<a href="{html.escape(url)}" rel="noopener noreferrer">{text}</a>'
    return f"{text} ({_html(link.url)})"


def _html(text: str) -> str:
    return html.escape(visible(text))


def _item(edge: Edge) -> str:
    sources = "; ".join(_html(cite(item)) for item in edge.evidence)
    return f"{_html(edge.sentence or edge.phrase)} <small>[{sources}]</small>"
