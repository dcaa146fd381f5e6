"""All that the page knows, as plain data.

Entities stand in the order of the focus view (oldest first) and edges in that of
their families and kinds, so that the page sorts by place in the list and needs no
rules of collation of its own. Fields that would be empty are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import networkx as nx

from ...core.external_links import safe_url
from ...core.labels import Link, Name, folding
from ...core.model import Edge, Entity, Evidence, Line, Scene, Utterance
from ...core.progress import Silent, Teller
from ...core.vocabulary import BASE
from ...search.matching import HOW, IDEOGRAPHS
from ...search.romanization import tables
from ..display_names import USUAL, names, own_script, transcribed
from ..links import links, unsure
from ..neighbors import edge_order, edges_of, entities_of, entity_order
from ..svg import symbols as glyphs
from ..svg.focus import IMPRINT, IMPRINT_HEIGHT
from ..text_metrics import measures
from ..theme import CONNECTIONS, FAMILY_STYLES, KINDS, UNKNOWN_KIND
from .network_layout import as_data, network_plan
from .pyvis_model import network_model

MOST: Final = 18
"""How many neighbours a side the page shows before "and 12 more"."""
REACH: Final = 400
"""The lowest place for the middle of the card: it is seen on the first screen."""


def entity_id(iri: str) -> str:
    """An entity in the page's address: "film/chungking-express"."""
    return iri.removeprefix(BASE)


class Payload:
    """Collects entities, edges and sources, and numbers them."""

    def __init__(
        self,
        network: nx.MultiDiGraph[str],
        languages: tuple[str, ...],
        tell: Teller | None = None,
    ) -> None:
        self.network = network
        self.plan = network_plan(network, languages, tell)
        self.tell = tell or Silent()
        self.languages = languages
        self.entities = sorted(
            entities_of(network), key=lambda entity: entity_order(entity, *languages)
        )
        self.edges = sorted(edges_of(network), key=edge_order)
        self.place = {entity.iri: place for place, entity in enumerate(self.entities)}
        self._sources: dict[tuple[str, str, str, str], int] = {}

    def data(self, focus: str) -> dict[str, Any]:
        """The whole payload, for a page that opens at ``focus``."""
        self.tell(f"writing {len(self.entities):,} entities and {len(self.edges):,} edges")
        entities = [self._entity(entity) for entity in self.entities]
        edges = [self._edge(edge) for edge in self.edges]
        told = self._told()
        data = {
            "base": BASE,
            "imprint": [IMPRINT, IMPRINT_HEIGHT],
            "version": self.network.graph.get("version", ""),
            "languages": self.languages,
            "usual": USUAL,
            "focus": self.place[focus],
            "most": MOST,
            "reach": REACH,
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
                }
                for name, style in FAMILY_STYLES.items()
            },
            "sources": [
                _without_empty({"title": title, "author": author, "issued": issued, "url": url})
                for title, author, issued, url in self._sources
            ],
            "entities": entities,
            "edges": edges,
            **told,
            "plan": as_data(self.plan, [entity.iri for entity in self.entities]),
        }
        if not self.plan.painted:
            data["vis"] = network_model(self.plan, self.entities, self.edges, self.languages)
        if self.network.graph.get("of", 0):
            data["of"] = self.network.graph["of"]
        used = json.dumps(data, ensure_ascii=False)
        return data | {"text": measures(used), "searching": searching()}

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
            "year": entity.year,
            "names": names(entity),
            "own": own_script(entity),
            "transcribed": transcribed(entity, "ja"),
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
        }
        return _without_empty(found)

    def _edge(self, edge: Edge) -> dict[str, Any]:
        origin = self.entities[self.place[edge.origin]]
        found = {
            "id": entity_id(edge.iri),
            "from": self.place[edge.origin],
            "to": self.place[edge.target],
            "family": edge.family,
            "kind": edge.kind,
            "kindLabel": edge.kind_label,
            "phrase": edge.phrase,
            "sentence": edge.sentence,
            "certainty": edge.certainty,
            # A character, an utterance; of a work as a whole its name says enough.
            "statedFrom": edge.stated_from if edge.stated_from != origin.label() else "",
            "madeBy": edge.made_by,
            "scene": edge.scene,
            "speaker": edge.speaker,
            "toldBy": edge.told_by,
            "addressee": edge.addressee,
            "language": edge.language,
            "channel": edge.channel,
            "line": _line(edge.line),
            "notes": edge.notes,
            "counterparts": edge.counterparts and [self._mention(one) for one in edge.counterparts],
            "concerns": [self._mention(one) for one in edge.concerns],
            "evidence": self._evidence(edge.evidence),
            "sources": edge.sources,
            "disputed": edge.disputed,
        }
        return _without_empty(found, keep=("from", "to", "sources"))

    def _told(self) -> dict[str, Any]:
        """Scenes and utterances; both know each other, and their edges, by place."""
        edges = {edge.iri: place for place, edge in enumerate(self.edges)}
        scenes: tuple[Scene, ...] = self.network.graph.get("scenes", ())
        scenes = tuple(scene for scene in scenes if scene.work in self.place)
        spoken: tuple[Utterance, ...] = self.network.graph.get("utterances", ())
        spoken = tuple(utterance for utterance in spoken if utterance.work in self.place)
        scene_place = {scene.iri: place for place, scene in enumerate(scenes)}
        spoken_place = {utterance.iri: place for place, utterance in enumerate(spoken)}

        def common(told: Scene | Utterance) -> dict[str, Any]:
            return {
                "id": entity_id(told.iri),
                "work": self.place[told.work],
                "label": told.label,
                "summary": told.summary,
                "edges": [edges[iri] for iri in told.connections if iri in edges],
                "notes": told.notes,
                "evidence": self._evidence(told.evidence),
            }

        return {
            "scenes": [
                _without_empty(
                    common(scene)
                    | {
                        "order": scene.order,
                        "scope": scene.scope,
                        "place": self.place.get(scene.place),
                        "features": [self.place[x] for x in scene.features if x in self.place],
                        "techniques": scene.techniques,
                    },
                    keep=("work", "place"),
                )
                for scene in scenes
            ],
            "utterances": [
                _without_empty(
                    common(one)
                    | {
                        "scene": scene_place.get(one.scene),
                        "speaker": self.place.get(one.speaker),
                        "addressee": self.place.get(one.addressee),
                        "language": one.language,
                        "channel": one.channel,
                        "line": _line(one.line),
                        "reports": [spoken_place[x] for x in one.reports if x in spoken_place],
                    },
                    keep=("work", "scene", "speaker", "addressee"),
                )
                for one in spoken
            ],
        }

    def _mention(self, text: str) -> int | str:
        """The place of an entity given by IRI; anything else as readable text."""
        if text in self.place:
            return self.place[text]
        return text.rsplit("/", 1)[-1].replace("-", " ") if text.startswith(BASE) else text


def searching() -> dict[str, Any]:
    """The rules by which the page finds names as `allusion.searching` does."""
    return {"how": HOW, "ideographs": IDEOGRAPHS, "folding": folding(), "romanising": tables()}


def _line(line: Line | None) -> list[Any] | None:
    return None if line is None else [line.text, line.language, _names(line.translations)]


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


def _without_empty(values: dict[str, Any], keep: tuple[str, ...] = ()) -> dict[str, Any]:
    empty: tuple[Any, ...] = ("", None, False, (), [])
    return {key: value for key, value in values.items() if key in keep or value not in empty}
