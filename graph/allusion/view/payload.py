"""All that the page knows, as plain data.

Entities stand in the order of the focus view (oldest first) and edges in that of
their families and kinds, so that the page sorts by place in the list and needs no
rules of collation of its own. Fields that would be empty are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import networkx as nx

from ..records import Edge, Entity, Evidence, Link, Name
from ..vocabulary import BASE
from . import glyphs
from .boxes import COUNT_ROOM, FAMILY_WORDS, LABEL_SIZE, Box, card, edge_label, kind_label, name_box
from .links import links, safe_url, unsure
from .model import network_model
from .naming import first_language, names
from .neighbours import edge_order, edges_of, entities_of, entity_order
from .palette import CONNECTIONS, FAMILY_STYLES, KINDS, UNKNOWN_KIND
from .text import width

MOST: Final = 18
"""How many neighbours a side the page shows before "and 12 more"."""
REACH: Final = 400
"""The lowest place for the middle of the card: it is seen on the first screen."""


def entity_id(iri: str) -> str:
    """An entity in the page's address: "film/chungking-express"."""
    return iri.removeprefix(BASE)


class Payload:
    """Collects entities, edges and sources, and numbers them."""

    def __init__(self, network: nx.MultiDiGraph[str], languages: tuple[str, ...]) -> None:
        self.network = network
        self.languages = languages
        self.entities = sorted(
            entities_of(network), key=lambda entity: entity_order(entity, *languages)
        )
        self.edges = sorted(edges_of(network), key=edge_order)
        self.place = {entity.iri: place for place, entity in enumerate(self.entities)}
        self._sources: dict[tuple[str, str, str, str], int] = {}

    def data(self, focus: str) -> dict[str, Any]:
        """The whole payload, for a page that opens at ``focus``."""
        entities = [self._entity(entity) for entity in self.entities]
        edges = [self._edge(edge) for edge in self.edges]
        words = {f"{e.family} {e.kind}": kind_label(e) for e in reversed(self.edges)}
        return {
            "base": BASE,
            "focus": self.place[focus],
            "most": MOST,
            "reach": REACH,
            "countRoom": COUNT_ROOM,
            "kinds": {
                name: {
                    "one": style.one,
                    "many": style.many,
                    "colour": style.colour,
                    "path": glyphs.path(style.shape),
                }
                for name, style in (*KINDS.items(), ("", UNKNOWN_KIND))
            },
            "families": {
                name: {
                    "one": style.one,
                    "many": style.many,
                    "explains": style.explains,
                    "dash": style.dash,
                    "shown": style.shown,
                    "connection": name in CONNECTIONS,
                    "width": width(FAMILY_WORDS[name], LABEL_SIZE),
                }
                for name, style in FAMILY_STYLES.items()
            },
            "words": {key: [text, width(text, LABEL_SIZE)] for key, text in sorted(words.items())},
            "sources": [
                _without_empty({"title": title, "author": author, "issued": issued, "url": url})
                for title, author, issued, url in self._sources
            ],
            "entities": entities,
            "edges": edges,
            "vis": network_model(self.network, self.entities, self.edges, self.languages),
        }

    def _source(self, title: str, author: str = "", issued: str = "", url: str = "") -> int:
        return self._sources.setdefault((title, author, issued, url), len(self._sources))

    def _evidence(self, evidence: Sequence[Evidence]) -> list[list[Any]]:
        return [
            [
                self._source(
                    item.title or entity_id(item.source), item.author, item.issued, item.url
                ),
                item.stance,
                item.locator,
                item.paraphrase,
            ]
            for item in evidence
        ]

    def _entity(self, entity: Entity) -> dict[str, Any]:
        found = {
            "id": entity_id(entity.iri),
            "kind": entity.kind,
            "type": entity.type,
            "name": entity.label(*self.languages),
            "lang": first_language(entity, *self.languages),
            "year": entity.year,
            "names": names(entity),
            "aliases": _names(entity.aliases),
            "description": entity.description,
            "makers": entity.makers,
            "links": [_link(link) for link in links(entity)],
            "facts": [
                [
                    fact.property,
                    fact.value,
                    self.place.get(fact.target, -1),
                    [title for _, title in fact.sources],
                ]
                for fact in entity.facts
            ],
            "remarks": [
                _without_empty(
                    {
                        "text": remark.text,
                        "holder": remark.holder,
                        "opinion": remark.opinion,
                        "disputes": bool(remark.disputes),
                        "evidence": self._evidence(remark.evidence),
                    }
                )
                for remark in entity.remarks
            ],
            "box": _box(name_box(entity, *self.languages)),
            "card": _box(card(entity, *self.languages)),
        }
        return _without_empty(found)

    def _edge(self, edge: Edge) -> dict[str, Any]:
        label = edge_label(edge)
        found = {
            "id": entity_id(edge.iri),
            "from": self.place[edge.origin],
            "to": self.place[edge.target],
            "family": edge.family,
            "kind": edge.kind,
            "kindLabel": edge.kind_label,
            "phrase": edge.phrase,
            "label": [label.width, label.lines],
            "sentence": edge.sentence,
            "certainty": edge.certainty,
            "statedFrom": edge.stated_from,
            "madeBy": edge.made_by,
            "scene": edge.scene,
            "speaker": edge.speaker,
            "toldBy": edge.told_by,
            "addressee": edge.addressee,
            "language": edge.language,
            "channel": edge.channel,
            "line": edge.line
            and [edge.line.text, edge.line.language, _names(edge.line.translations)],
            "counterparts": edge.counterparts and [self._mention(one) for one in edge.counterparts],
            "concerns": [self._mention(one) for one in edge.concerns],
            "evidence": self._evidence(edge.evidence),
            "sources": edge.sources,
            "disputed": edge.disputed,
        }
        return _without_empty(found, keep=("from", "to", "sources"))

    def _mention(self, text: str) -> int | str:
        """The place of an entity given by IRI; anything else as readable text."""
        if text in self.place:
            return self.place[text]
        return text.rsplit("/", 1)[-1].replace("-", " ") if text.startswith(BASE) else text


def _names(names: Iterable[Name]) -> list[list[str]]:
    return [[name.text, name.language] for name in names]


def _link(link: Link) -> dict[str, Any]:
    found = {
        "site": link.site,
        "url": safe_url(link.url),
        "id": link.identifier,
        "unsure": unsure(link),
        "confidence": link.confidence,
        "note": link.note,
    }
    return _without_empty(found)


def _box(box: Box) -> list[Any]:
    return [box.width, box.height, [[row.role, row.baseline, row.spans] for row in box.rows]]


def _without_empty(values: dict[str, Any], keep: tuple[str, ...] = ()) -> dict[str, Any]:
    empty: tuple[Any, ...] = ("", None, False, (), [])
    return {key: value for key, value in values.items() if key in keep or value not in empty}
