"""The scene layout: the scenes of a work in order, with speech and what it points to.

A scene is a row. Its utterances are speech bubbles; a bubble contains the bubbles of the
utterances that it reports. At the right are the entities that each of them points to, one
arrow for each connection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from ...core.errors import ParameterError
from ...core.model import Edge, Scene, Utterance
from ...network.networkx_graph import get_entity, iter_edges
from ..text_metrics import clean_text

if TYPE_CHECKING:
    import networkx as nx

NO_SCENE_HEADING: Final = "Scene not known"
UNORDERED_HEADING: Final = "Scenes without a known position"
ELSEWHERE_HEADING: Final = "Elsewhere in the work, about the same entities"


@dataclass(frozen=True, slots=True)
class Speech:
    """An utterance with its connections and the utterances that it reports."""

    utterance: Utterance
    edges: tuple[Edge, ...]
    reported: tuple[Speech, ...]

    def all_edges(self) -> Iterable[Edge]:
        """Yield its edges and those of the speech it reports."""
        yield from self.edges
        for speech in self.reported:
            yield from speech.all_edges()


@dataclass(frozen=True, slots=True)
class SceneRow:
    """A scene with its speech.

    Attributes:
        scene: The scene; None for utterances without a known scene.
        speech: Utterances of the scene that no other utterance reports.
        edges: Connections of the scene that no utterance expresses.
    """

    scene: Scene | None
    speech: tuple[Speech, ...]
    edges: tuple[Edge, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the scene has neither speech nor connections."""
        return not self.speech and not self.edges


@dataclass(frozen=True, slots=True)
class SceneSection:
    """Rows below a heading."""

    heading: str
    rows: tuple[SceneRow, ...]


def scene_sections(
    network: nx.MultiDiGraph[str],
    work: str,
    scene_name: str = "",
    kept: Collection[str] | None = None,
) -> tuple[SceneSection, ...]:
    """Group the scenes of a work by part of the story.

    Args:
        network: Its graph attributes ``scenes`` and ``utterances`` hold the records.
        work: IRI of the work.
        scene_name: Only scenes whose name contains this text. A last section then holds
            other utterances of the work that point to the same entities.
        kept: IRIs of the edges to show; None means all.

    Raises:
        ParameterError: If the work has no scenes, or none with that name; lists the
            alternatives.
    """
    scenes = [s for s in network.graph.get("scenes", ()) if s.work == work]
    utterances = [u for u in network.graph.get("utterances", ()) if u.work == work]
    if not scenes and not utterances:
        raise ParameterError(_no_scenes_message(network, work))
    edges = {e.iri: e for e in iter_edges(network) if kept is None or e.iri in kept}
    speeches = _build_speeches(utterances, edges)
    if scene_name:
        wanted = _find_scenes(scenes, scene_name)
        rows = tuple(_build_row(scene, speeches, edges) for scene in wanted)
        shown = {scene.iri for scene in wanted}
        return (SceneSection("", rows), *_elsewhere_section(rows, speeches, shown))
    sections = [
        SceneSection(heading, tuple(_build_row(scene, speeches, edges) for scene in group))
        for heading, group in _group_by_heading(scenes)
    ]
    without_scene = tuple(speech for speech in speeches if not speech.utterance.scene)
    if without_scene:
        sections.append(SceneSection(NO_SCENE_HEADING, (SceneRow(None, without_scene, ()),)))
    return tuple(sections)


def _no_scenes_message(network: nx.MultiDiGraph[str], work: str) -> str:
    counts: dict[str, int] = {}
    for scene in network.graph.get("scenes", ()):
        counts[scene.work] = counts.get(scene.work, 0) + 1
    with_scenes = [
        f"{get_entity(network, iri).label()} ({count})"
        for iri, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if iri in network
    ]
    name = get_entity(network, work).label()
    others = f"; works with scenes: {', '.join(with_scenes)}" if with_scenes else ""
    return f"{name} has no scenes in the graph{others}"


def _find_scenes(scenes: Sequence[Scene], scene_name: str) -> list[Scene]:
    wanted = scene_name.casefold()
    found = [scene for scene in scenes if wanted in f"{scene.label} {scene.iri}".casefold()]
    if not found:
        labels = [scene.label for scene in scenes]
        close = get_close_matches(scene_name, labels, n=3, cutoff=0.4)
        hint = f"did you mean {close[0]!r}?" if close else f"scenes: {', '.join(labels)}"
        raise ParameterError(f"no scene has {scene_name!r} in its name; {hint}")
    return found


def _build_speeches(utterances: Sequence[Utterance], edges: Mapping[str, Edge]) -> list[Speech]:
    """Nest reported utterances; return those that are not reported or have a scene."""
    by_iri = {utterance.iri: utterance for utterance in utterances}
    reported = {iri for utterance in utterances for iri in utterance.reports}

    def build(utterance: Utterance, ancestors: tuple[str, ...]) -> Speech:
        inner = [by_iri[i] for i in utterance.reports if i in by_iri and i not in ancestors]
        return Speech(
            utterance,
            tuple(edges[iri] for iri in utterance.connections if iri in edges),
            tuple(build(one, (*ancestors, one.iri)) for one in inner),
        )

    return [build(u, (u.iri,)) for u in utterances if u.iri not in reported or u.scene]


def _build_row(scene: Scene, speeches: Iterable[Speech], edges: Mapping[str, Edge]) -> SceneRow:
    own = tuple(speech for speech in speeches if speech.utterance.scene == scene.iri)
    expressed = {edge.iri for speech in own for edge in speech.all_edges()}
    rest = tuple(edges[i] for i in scene.connections if i in edges and i not in expressed)
    return SceneRow(scene, own, rest)


def _group_by_heading(scenes: Sequence[Scene]) -> list[tuple[str, list[Scene]]]:
    """Group consecutive scenes of one part of the story; unordered scenes come last."""
    groups: list[tuple[str, list[Scene]]] = []
    for scene in scenes:
        scope = clean_text(scene.scope)
        heading = UNORDERED_HEADING if scene.order is None else scope[:1].upper() + scope[1:]
        if not groups or groups[-1][0] != heading:
            groups.append((heading, []))
        groups[-1][1].append(scene)
    return groups


def _elsewhere_section(
    rows: Sequence[SceneRow], speeches: Sequence[Speech], shown: Collection[str]
) -> tuple[SceneSection, ...]:
    """Collect utterances outside the ``shown`` scenes that point to the same entities."""
    targets = {
        edge.target
        for row in rows
        for edge in (*row.edges, *(e for s in row.speech for e in s.all_edges()))
    }
    same = tuple(
        speech
        for speech in speeches
        if speech.utterance.scene not in shown
        and any(edge.target in targets for edge in speech.all_edges())
    )
    return (SceneSection(ELSEWHERE_HEADING, (SceneRow(None, same, ()),)),) if same else ()


def entity_name(network: nx.MultiDiGraph[str], iri: str, languages: Sequence[str]) -> str:
    """Return the name of an entity; "" if it is not in the network."""
    return clean_text(get_entity(network, iri).label(*languages)) if iri in network else ""
