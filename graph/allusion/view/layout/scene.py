"""The scenes of a work in their order: what is said in each, by whom to whom, and what it means.

A scene is a row on the rail at the left. What is said stands in it as speech; speech that
tells of other speech holds it, so that who says what on whose word can be read from the
outside in. At the right stands what each points at, one arrow a connection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from ...core.errors import ParameterError
from ...core.model import Edge, Entity, Scene, Utterance
from ..neighbors import edges_of
from ..text_metrics import clean

if TYPE_CHECKING:
    import networkx as nx

SOMEWHERE: Final = "Somewhere in the work"
UNPLACED: Final = "Scenes that no source places"
ELSEWHERE: Final = "Elsewhere in the work, of the same"


@dataclass(frozen=True, slots=True)
class Speech:
    """An utterance, what it points at, and the speech that it tells of."""

    utterance: Utterance
    edges: tuple[Edge, ...]
    told: tuple[Speech, ...]

    def everything(self) -> Iterable[Edge]:
        """Its edges and those of the speech inside it."""
        yield from self.edges
        for speech in self.told:
            yield from speech.everything()


@dataclass(frozen=True, slots=True)
class Row:
    """A scene with its speech and with the edges that nothing said in it expresses.

    ``scene`` is None for what is said in no known scene.
    """

    scene: Scene | None
    speech: tuple[Speech, ...]
    edges: tuple[Edge, ...]

    @property
    def bare(self) -> bool:
        """Whether there is nothing to show but the scene itself."""
        return not self.speech and not self.edges


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading."""

    heading: str
    rows: tuple[Row, ...]


def scenes_of(
    network: nx.MultiDiGraph[str], work: str, only: str = "", kept: Collection[str] | None = None
) -> tuple[Section, ...]:
    """The scenes of a work, in order, in the sections of its story.

    Args:
        network: With ``scenes`` and ``utterances`` in its ``graph``.
        work: The IRI of the work.
        only: Leave the scenes with this in their name, and say what else in the work points
            at the same things.
        kept: The IRIs of the edges to show; None means all.

    Raises:
        ParameterError: If the work has no scenes, or none of that name; it tells which there are.
    """
    scenes = [s for s in network.graph.get("scenes", ()) if s.work == work]
    utterances = [u for u in network.graph.get("utterances", ()) if u.work == work]
    if not scenes and not utterances:
        raise ParameterError(_without_scenes(network, work))
    edges = {e.iri: e for e in edges_of(network) if kept is None or e.iri in kept}
    speeches = _speeches(utterances, edges)
    if only:
        wanted = _named(scenes, only)
        rows = tuple(_row(scene, speeches, edges) for scene in wanted)
        return (Section("", rows), *_elsewhere(rows, speeches, {s.iri for s in wanted}))
    sections = [
        Section(heading, tuple(_row(scene, speeches, edges) for scene in group))
        for heading, group in _by_heading(scenes)
    ]
    loose = tuple(speech for speech in speeches if not speech.utterance.scene)
    if loose:
        sections.append(Section(SOMEWHERE, (Row(None, loose, ()),)))
    return tuple(sections)


def _without_scenes(network: nx.MultiDiGraph[str], work: str) -> str:
    counts: dict[str, int] = {}
    for scene in network.graph.get("scenes", ()):
        counts[scene.work] = counts.get(scene.work, 0) + 1
    with_scenes = [
        f"{network.nodes[iri]['entity'].label()} ({count})"
        for iri, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if iri in network
    ]
    name = network.nodes[work]["entity"].label()
    there = f"; these have: {', '.join(with_scenes)}" if with_scenes else ""
    return f"no scene of {name} is known here{there}"


def _named(scenes: Sequence[Scene], only: str) -> list[Scene]:
    word = only.casefold()
    found = [scene for scene in scenes if word in f"{scene.label} {scene.iri}".casefold()]
    if not found:
        labels = [scene.label for scene in scenes]
        near = get_close_matches(only, labels, n=3, cutoff=0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(labels)}"
        raise ParameterError(f"no scene has {only!r} in its name; {hint}")
    return found


def _speeches(utterances: Sequence[Utterance], edges: Mapping[str, Edge]) -> list[Speech]:
    """What is said, with what it tells of inside it; only what nobody else tells of."""
    by_iri = {utterance.iri: utterance for utterance in utterances}
    told = {iri for utterance in utterances for iri in utterance.reports}

    def speech(utterance: Utterance, above: tuple[str, ...]) -> Speech:
        inside = [by_iri[i] for i in utterance.reports if i in by_iri and i not in above]
        return Speech(
            utterance,
            tuple(edges[iri] for iri in utterance.connections if iri in edges),
            tuple(speech(one, (*above, one.iri)) for one in inside),
        )

    return [speech(u, (u.iri,)) for u in utterances if u.iri not in told or u.scene]


def _row(scene: Scene, speeches: Iterable[Speech], edges: Mapping[str, Edge]) -> Row:
    said = tuple(speech for speech in speeches if speech.utterance.scene == scene.iri)
    expressed = {edge.iri for speech in said for edge in speech.everything()}
    rest = tuple(edges[i] for i in scene.connections if i in edges and i not in expressed)
    return Row(scene, said, rest)


def _by_heading(scenes: Sequence[Scene]) -> list[tuple[str, list[Scene]]]:
    """Runs of scenes of one part of the story, those without a place in the order last."""
    groups: list[tuple[str, list[Scene]]] = []
    for scene in scenes:
        scope = clean(scene.scope)
        heading = UNPLACED if scene.order is None else scope[:1].upper() + scope[1:]
        if not groups or groups[-1][0] != heading:
            groups.append((heading, []))
        groups[-1][1].append(scene)
    return groups


def _elsewhere(
    rows: Sequence[Row], speeches: Sequence[Speech], shown: Collection[str]
) -> tuple[Section, ...]:
    """What else is said in the work and points at the same things."""
    targets = {
        edge.target
        for row in rows
        for edge in (*row.edges, *(e for s in row.speech for e in s.everything()))
    }
    same = tuple(
        speech
        for speech in speeches
        if speech.utterance.scene not in shown
        and any(edge.target in targets for edge in speech.everything())
    )
    return (Section(ELSEWHERE, (Row(None, same, ()),)),) if same else ()


def name_of(network: nx.MultiDiGraph[str], iri: str, languages: Sequence[str]) -> str:
    """The name of an entity, "" where there is none."""
    if iri not in network:
        return ""
    entity: Entity = network.nodes[iri]["entity"]
    return clean(entity.label(*languages))
