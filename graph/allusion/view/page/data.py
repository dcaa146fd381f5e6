"""The data of the page as JSON.

Entities are ordered as in the focus view (oldest first), edges by family and kind. The page
refers to them by index and sorts by index, so it needs no collation rules. Empty fields are
left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import networkx as nx

from ...core.external_links import safe_url
from ...core.labels import Link, Name, folding
from ...core.model import Edge, Entity, Evidence, Fact, Line, Scene, Utterance
from ...core.progress import NoProgress, Progress
from ...core.vocabulary import BASE, HUBS
from ...network.networkx_graph import iter_edges, iter_entities
from ...search.results import MATCH_KINDS
from ...search.romanization import tables
from ...search.spelling import IDEOGRAPHS
from ..display_names import (
    PREFERRED_TAGS,
    all_names,
    is_transcription,
    original_tags,
)
from ..edge_bundles import edge_sort_key
from ..holders import split_holder
from ..links import is_uncertain, sorted_links
from ..neighbors import entity_sort_key
from ..svg.elements import ATTRIBUTION_HEIGHT
from ..svg.symbols import symbol_path
from ..text_metrics import font_metrics
from ..theme import CONNECTION_FAMILIES, DOUBTED, FAMILY_STYLES, KINDS, UNCERTAIN, UNKNOWN_KIND
from .network_layout import layout_page, layout_to_json
from .pyvis_model import vis_network_data

MAX_NEIGHBORS: Final = 18
"""Neighbors that the page shows on each side before "and 12 more"."""
MAX_CARD_Y: Final = 400
"""Limit for the middle of the card in pixels, so that it is visible without scrolling."""


def entity_id(iri: str) -> str:
    """Return the id of an entity in the data: "film/chungking-express"."""
    return iri.removeprefix(BASE)


class PageData:
    """Entities, edges and sources of a network, with their indices.

    Attributes:
        layout: Positions of the network view.
        entities: In the order of the data.
        edges: In the order of the data.
        index: Index of each entity by IRI.
    """

    def __init__(
        self,
        network: nx.MultiDiGraph[str],
        languages: tuple[str, ...],
        focus: str,
        progress: Progress | None = None,
    ) -> None:
        self.network, self.focus = network, focus
        self.layout = layout_page(network, languages, focus, progress)
        self.progress = progress or NoProgress()
        self.languages = languages
        self.entities = sorted(
            iter_entities(network), key=lambda entity: entity_sort_key(entity, *languages)
        )
        self.edges = sorted(iter_edges(network), key=edge_sort_key)
        self.index = {entity.iri: number for number, entity in enumerate(self.entities)}
        self._sources: dict[tuple[str, str, str, str], int] = {}

    def to_json(self) -> str:
        """Return all data of the page, which opens at the focus, as JSON."""
        self.progress(f"writing {len(self.entities):,} entities and {len(self.edges):,} edges")
        entities = [self._entity(entity) for entity in self.entities]
        edges = [self._edge(edge) for edge in self.edges]
        scenes = self._scenes()
        data = {
            "base": BASE,
            "imprint": [self.network.graph.get("attribution", ""), ATTRIBUTION_HEIGHT],
            "version": self.network.graph.get("version", ""),
            "languages": self.languages,
            "usual": PREFERRED_TAGS,
            "focus": self.index[self.focus],
            "most": MAX_NEIGHBORS,
            "reach": MAX_CARD_Y,
            "kinds": {
                name: {
                    "one": style.singular,
                    "many": style.plural,
                    "color": style.color,
                    "path": symbol_path(style.shape),
                    "hub": name in HUBS,
                }
                for name, style in (*KINDS.items(), ("", UNKNOWN_KIND))
            },
            "families": {
                name: {
                    "one": style.singular,
                    "many": style.plural,
                    "explains": style.description,
                    "dash": style.dash,
                    "shown": style.shown,
                    "connection": name in CONNECTION_FAMILIES,
                }
                for name, style in FAMILY_STYLES.items()
            },
            "uncertain": UNCERTAIN,
            "doubted": DOUBTED,
            "sources": [
                _without_empty(
                    {
                        "title": title,
                        "author": author,
                        "issued": issued,
                        "url": url,
                        "unsafe": bool(url) and not safe_url(url),
                    }
                )
                for title, author, issued, url in self._sources
            ],
            "entities": entities,
            "edges": edges,
            **scenes,
            "plan": layout_to_json(self.layout, [entity.iri for entity in self.entities]),
        }
        if not self.layout.uses_canvas:
            data["vis"] = vis_network_data(self.layout, self.entities, self.edges, self.languages)
        if self.network.graph.get("of", 0):
            data["of"] = self.network.graph["of"]
        used = _json(data)
        # Not the data once more, which can have millions of characters.
        rest = _json({"text": font_metrics(used), "searching": search_rules()})
        return f"{used[:-1]},{rest[1:]}"

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

    def _facts(self, facts: Iterable[Fact]) -> list[list[Any]]:
        return [
            [
                fact.property,
                fact.value,
                self.index.get(fact.target, -1),
                [title for _, title in fact.sources],
            ]
            for fact in facts
        ]

    def _entity(self, entity: Entity) -> dict[str, Any]:
        found = {
            "id": entity_id(entity.iri),
            "former": [entity_id(iri) for iri in entity.former],
            "kind": entity.kind,
            "type": entity.type,
            "year": entity.year,
            "names": all_names(entity),
            "own": original_tags(entity),
            "transcribed": is_transcription(entity, "ja"),
            "aliases": _names(entity.aliases),
            "description": entity.description,
            "makers": entity.makers,
            "links": [_link(link) for link in sorted_links(entity)],
            "facts": self._facts(entity.facts),
            "remarks": [
                _without_empty(
                    {
                        "text": remark.text,
                        "holder": remark.holder,
                        "opinion": remark.opinion,
                        "disputes": bool(remark.disputes),
                        "on": [label for _, label in remark.on if label],
                        "evidence": self._evidence(remark.evidence),
                    }
                )
                for remark in entity.remarks
            ],
        }
        return _without_empty(found)

    def _edge(self, edge: Edge) -> dict[str, Any]:
        origin = self.entities[self.index[edge.origin]]
        stated, holder = split_holder(edge)
        found = {
            "id": entity_id(edge.iri),
            "from": self.index[edge.origin],
            "to": self.index[edge.target],
            "family": edge.family,
            "kind": edge.kind,
            "kindLabel": edge.kind_label,
            "phrase": edge.phrase,
            # The phrase without its holder, and the holder, if drawings show one.
            "stated": stated if holder else "",
            "holder": holder,
            "sentence": edge.sentence,
            "certainty": edge.certainty,
            # Set if the statement names a character or utterance instead of the work.
            "statedFrom": edge.stated_from if edge.stated_from != origin.label() else "",
            "holders": edge.holders,
            "scene": edge.scene,
            "speaker": edge.speaker,
            "toldBy": edge.told_by,
            "addressee": edge.addressee,
            "language": edge.language,
            "channel": edge.channel,
            "line": _line(edge.line),
            "notes": edge.notes,
            "counterparts": edge.counterparts
            and [self._index_or_text(one) for one in edge.counterparts],
            "concerns": [self._index_or_text(one) for one in edge.concerns],
            "details": self._facts(edge.details),
            "evidence": self._evidence(edge.evidence),
            "sources": edge.sources,
            "disputed": edge.disputed,
        }
        return _without_empty(found, keep=("from", "to", "sources"))

    def _scenes(self) -> dict[str, Any]:
        """Return scenes and utterances; they refer to each other and to edges by index."""
        edges = {edge.iri: number for number, edge in enumerate(self.edges)}
        scenes: tuple[Scene, ...] = self.network.graph.get("scenes", ())
        scenes = tuple(scene for scene in scenes if scene.work in self.index)
        utterances: tuple[Utterance, ...] = self.network.graph.get("utterances", ())
        utterances = tuple(utterance for utterance in utterances if utterance.work in self.index)
        scene_index = {scene.iri: number for number, scene in enumerate(scenes)}
        utterance_index = {utterance.iri: number for number, utterance in enumerate(utterances)}

        def common(record: Scene | Utterance) -> dict[str, Any]:
            return {
                "id": entity_id(record.iri),
                "work": self.index[record.work],
                "label": record.label,
                "summary": record.summary,
                "edges": [edges[iri] for iri in record.connections if iri in edges],
                "notes": record.notes,
                "evidence": self._evidence(record.evidence),
            }

        return {
            "scenes": [
                _without_empty(
                    common(scene)
                    | {
                        "order": scene.order,
                        "scope": scene.scope,
                        "place": self.index.get(scene.place),
                        "features": [self.index[x] for x in scene.features if x in self.index],
                        "techniques": scene.techniques,
                    },
                    keep=("work", "place"),
                )
                for scene in scenes
            ],
            "utterances": [
                _without_empty(
                    common(utterance)
                    | {
                        "scene": scene_index.get(utterance.scene),
                        "speaker": self.index.get(utterance.speaker),
                        "addressee": self.index.get(utterance.addressee),
                        "language": utterance.language,
                        "channel": utterance.channel,
                        "line": _line(utterance.line),
                        "reports": [
                            utterance_index[x] for x in utterance.reports if x in utterance_index
                        ],
                    },
                    keep=("work", "scene", "speaker", "addressee"),
                )
                for utterance in utterances
            ],
        }

    def _index_or_text(self, text: str) -> int | str:
        """Return the index of an entity given by its IRI; other text as it is, made readable."""
        if text in self.index:
            return self.index[text]
        return text.rsplit("/", 1)[-1].replace("-", " ") if text.startswith(BASE) else text


def search_rules() -> dict[str, Any]:
    """Return the rules of `allusion.search`, by which the page finds names."""
    return {
        "how": MATCH_KINDS,
        "ideographs": IDEOGRAPHS,
        "folding": folding(),
        "romanizing": tables(),
    }


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _line(line: Line | None) -> list[Any] | None:
    return None if line is None else [line.text, line.language, _names(line.translations)]


def _names(names: Iterable[Name]) -> list[list[str]]:
    return [[name.text, name.language] for name in names]


def _link(link: Link) -> dict[str, Any]:
    found = {
        "site": link.site,
        "url": safe_url(link.url),
        "id": link.identifier,
        "unsure": is_uncertain(link),
        "confidence": link.confidence,
        "note": link.note,
    }
    return _without_empty(found)


def _without_empty(values: dict[str, Any], keep: tuple[str, ...] = ()) -> dict[str, Any]:
    empty: tuple[Any, ...] = ("", None, False, (), [])
    return {key: value for key, value in values.items() if key in keep or value not in empty}
