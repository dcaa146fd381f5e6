"""Comparison of two collections, as sentences, and their merge.

The records of the second collection first get the IRIs of equal records of the first. Two sources
are equal if their address is, or if their key and title are and nothing else excludes it; two
things, if a name, the register and the year are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ..core.labels import fold_whole
from ..core.terms import Iri
from ..core.vocabulary import BASE, register_of
from .collection import Collection
from .records import (
    Connection,
    Content,
    EntityRecord,
    EvidenceRecord,
    LineRecord,
    SceneRecord,
    Source,
    join_parts,
    second_names_as_aliases,
)
from .scene_iris import SceneIris
from .sentences import Sentences
from .slugs import local, new_iri
from .to_rdf import Graphs

_Key = TypeVar("_Key")
_Record = TypeVar("_Record")


@dataclass(slots=True)
class CollectionComparison:
    """Two collections, compared.

    Attributes:
        second: The records of the second one, in the namespace of the first.
        iris: IRI in the second -> IRI in the first.
        same: Sentences that both have.
        removed: Sentences that only the first has.
        added: Sentences that only the second has.
        differs: Sentences of both with different values on which sources may disagree.
        clashes: Sentences with values that exclude each other; a merge can keep only one of them.
    """

    second: Content
    iris: Mapping[str, str]
    same: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)


def compare(
    first: Content,
    second: Content,
    collections: tuple[Collection, Collection],
    sentences: Callable[..., Sentences],
) -> CollectionComparison:
    """Compare two collections.

    Args:
        first: Records of the first.
        second: Records of the second.
        collections: The two collections.
        sentences: Makes the writer of sentences for a list of contents.
    """
    iris = _iris(first, second, *collections)
    mapped = _with_iris(second, iris, collections[0], first)
    return changes(first, mapped, sentences([first, mapped]), iris)


def changes(
    first: Content, second: Content, say: Sentences, iris: Mapping[str, str] | None = None
) -> CollectionComparison:
    """Compare two states of one collection, or two collections with the same IRIs.

    Args:
        first: Records of the first.
        second: Records of the second.
        say: Writer of sentences with the names of both.
        iris: IRI that the second had -> its IRI; none by default.
    """
    found = CollectionComparison(second, iris or {})
    for iri in sorted(first.sources.keys() | second.sources.keys()):
        text = f"source {say.source(iri)}"
        _sort(found, text, first.sources.get(iri), second.sources.get(iri), _source_changes, say)
    for iri in sorted(first.things.keys() | second.things.keys()):
        thing = first.things.get(iri) or second.things[iri]
        one, other = first.things.get(iri), second.things.get(iri)
        _sort(found, say.thing(thing), one, other, _thing_changes, say)
    for ends in sorted(first.connections.keys() | second.connections.keys()):
        _connections(found, say, first.connections.get(ends), second.connections.get(ends))
    return found


def merge_second(
    first: Content, comparison: CollectionComparison, *, prefer_second: bool = False
) -> Content:
    """Return the first collection with the statements of the second.

    Args:
        first: Records of the first collection.
        comparison: The comparison with the second one.
        prefer_second: In clashes, keep the value of the second collection.
    """
    second, kept = comparison.second, prefer_second
    return Content(
        _joined(first.sources, second.sources, _merged_source, prefer_second=kept),
        _joined(first.things, second.things, _merged_thing, prefer_second=kept),
        _joined(first.connections, second.connections, _merged_connection, prefer_second=kept),
        dict(first.slugs),
    )


def connection_iris(second: Content, merged: Content, iris: Mapping[str, str]) -> dict[str, str]:
    """Return IRI in the second -> IRI in the merged content, for connections of the second.

    Args:
        second: Records of the second collection, with their own IRIs.
        merged: The merged content, with the slugs of its connections.
        iris: The same for sources and things.
    """
    found = {}
    for (origin, kind, target), slug in second.slugs.items():
        ends = (iris.get(origin, origin), kind, iris.get(target, target))
        found[f"{BASE}connection/{slug}"] = f"{BASE}connection/{merged.slugs[ends]}"
    return found


def merge_rest(first: Graphs, second: Graphs, iris: Mapping[str, str]) -> Graphs:
    """Return the statements that no record holds, of both collections.

    Args:
        first: Those of the first.
        second: Those of the second.
        iris: IRI in the second -> IRI in the first.
    """
    merged = {graph: list(found) for graph, found in first.items()}
    for graph, found in second.items():
        known = merged.setdefault(iris.get(graph, graph), [])
        for subject, predicate, value in found:
            object_ = Iri(iris.get(value.value, value.value)) if isinstance(value, Iri) else value
            statement = (iris.get(subject, subject), predicate, object_)
            if statement not in known:
                known.append(statement)
    return merged


def _joined(
    first: Mapping[_Key, _Record],
    second: Mapping[_Key, _Record],
    merge: Callable[[_Record, _Record], _Record],
    *,
    prefer_second: bool,
) -> dict[_Key, _Record]:
    found = dict(second) | dict(first)
    for key in first.keys() & second.keys():
        one, other = first[key], second[key]
        found[key] = merge(other, one) if prefer_second else merge(one, other)
    return found


def _merged_source(one: Source, other: Source) -> Source:
    texted = one if one.text_sha256 else other
    return replace(
        one,
        by=(*one.by, *other.by),
        url=one.url or other.url,
        date=one.date or other.date,
        language=one.language or other.language,
        note="; ".join(dict.fromkeys(filter(None, (one.note, other.note)))),
        text_length=texted.text_length,
        text_sha256=texted.text_sha256,
    )


def _merged_thing(one: EntityRecord, other: EntityRecord) -> EntityRecord:
    names = one.all_names
    others = (second_names_as_aliases(part, names) for part in other.parts)
    return join_parts([*one.parts, *others])


def _merged_connection(one: Connection, other: Connection) -> Connection:
    evidence = {(item.source, item.where): item for item in one.evidence}
    for item in other.evidence:
        key = (item.source, item.where)
        evidence[key] = _merged_evidence(evidence[key], item) if key in evidence else item
    return replace(
        one,
        made_by=(*one.made_by, *other.made_by),
        reported_by=(*one.reported_by, *other.reported_by),
        evidence=tuple(evidence.values()),
    )


def _merged_evidence(one: EvidenceRecord, other: EvidenceRecord) -> EvidenceRecord:
    languages = {text.language for text in one.says}
    return replace(
        one,
        says=(*one.says, *(text for text in other.says if text.language not in languages)),
        anchor=one.anchor or other.anchor,
        words_of=tuple(dict.fromkeys((*one.words_of, *other.words_of))),
        scene=one.scene or other.scene,
        line=one.line or other.line,
    )


def _sort(
    found: CollectionComparison,
    text: str,
    one: Source | EntityRecord | None,
    other: Source | EntityRecord | None,
    changes: Callable[..., Iterator[tuple[bool, str]]],
    say: Sentences,
) -> None:
    if one is None:
        found.added.append(text)
    elif other is None:
        found.removed.append(text)
    elif one == other:
        found.same.append(text)
    else:
        listed = list(changes(one, other, say))
        if not listed:
            found.same.append(text)
        for clash, change in listed:
            (found.clashes if clash else found.differs).append(f"{text}: {change}")


def _source_changes(one: Source, other: Source, say: Sentences) -> Iterator[tuple[bool, str]]:
    """Yield the differences of two sources, and whether only one value can be kept."""
    for name in ("title", "url", "date", "type", "language"):
        was, now = getattr(one, name), getattr(other, name)
        if was and now and was != now:
            yield True, f"{name} {_shown(was)}{say.between}{_shown(now)}"
        elif was != now:
            values = (_shown(value) or "missing" for value in (was, now))
            yield False, f"{name} {say.between.join(values)}"
    if set(one.by) != set(other.by):
        by = (", ".join(map(say.author, source.by)) or "nobody" for source in (one, other))
        yield False, f"by {say.between.join(by)}"
    if one.note != other.note:
        notes = (source.note or "missing" for source in (one, other))
        yield False, f"note {say.between.join(notes)}"


def _thing_changes(
    one: EntityRecord, other: EntityRecord, say: Sentences
) -> Iterator[tuple[bool, str]]:
    """Yield the differences of two things, and whether only one value can be kept."""
    dates, others = _dates(one), _dates(other)
    same = [source for source in dates.keys() & others.keys() if dates[source] != others[source]]
    if one.year != other.year or same:
        was, now = (", ".join(sorted(set(found.values()))) for found in (dates, others))
        if was and now:
            yield bool(same), f"{was}{say.between}{now}"
    first, second = set(_statements(one, say)), set(_statements(other, say))
    for found, where in zip((first - second, second - first), say.only, strict=True):
        if found:
            yield False, f"{where}: {'; '.join(sorted(found))}"


def _dates(thing: EntityRecord) -> dict[str, str]:
    """Return source -> the date that it states."""
    return {source: part.date.text for part in thing.parts if part.date for source in part.sources}


def _statements(thing: EntityRecord, say: Sentences) -> Iterator[str]:
    for part in thing.parts:
        yield from (f"{name.text} ({name.language})" for name in (*part.names, *part.aliases))
        yield from (f"{role.replace('-', ' ')} {say.label(agent)}" for role, agent in part.makers)
        yield from (f"in {say.label(work)}" for work in part.works)
        yield from (text.text for text in part.descriptions)


def _shown(value: object) -> str:
    return str(getattr(value, "text", value))


def _connections(
    found: CollectionComparison, say: Sentences, one: Connection | None, other: Connection | None
) -> None:
    some = one or other
    assert some is not None
    if one and other and one.certainty != other.certainty:
        found.clashes.append(
            f"{say.connection(one)}: {one.certainty}{say.between}{other.certainty}"
        )
    was = {(e.source, e.where): e for e in one.evidence} if one else {}
    now = {(e.source, e.where): e for e in other.evidence} if other else {}
    for key in sorted(was.keys() | now.keys()):
        before, after = was.get(key), now.get(key)
        if before and after:
            text = say.evidence(some, before)
            parts = [(one.scene, one.line) for one in (before, after)]
            if before.says == after.says and before.stance == after.stance and parts[0] == parts[1]:
                found.same.append(text)
            else:
                words = say.passage(after) or after.stance
                is_clash = _clashes(before, after)
                (found.clashes if is_clash else found.differs).append(f"{text} | {words}")
        elif before:
            found.removed.append(say.evidence(some, before))
        elif after:
            found.added.append(say.evidence(some, after))


def _clashes(one: EvidenceRecord, other: EvidenceRecord) -> bool:
    """Return whether two readings of one passage exclude each other."""
    says = {text.language: text.text for text in one.says}
    return one.stance != other.stance or any(
        says.get(text.language, text.text) != text.text for text in other.says
    )


def _iris(
    first: Content, second: Content, collection: Collection, other: Collection
) -> dict[str, str]:
    """Return IRI in the second -> IRI in the first; new ones get the namespace of the first."""
    iris, space = _matches(first, second), collection.namespace
    taken = {*first.sources, *first.things}
    for iri in (*second.sources, *(one.iri for one in second.things.values() if one.cls)):
        if iri not in iris:
            slug = local(iri, other.namespace)
            iris[iri] = new_iri(register_of(iri), space, slug, taken.__contains__)
            taken.add(iris[iri])
    return iris


def _with_iris(
    second: Content, iris: Mapping[str, str], collection: Collection, first: Content
) -> Content:
    """Return records with other IRIs, in which scenes and lines of the first keep theirs."""
    mover = _Mover(iris, SceneIris(collection.namespace, first))
    found = Content()
    for source in second.sources.values():
        iri = mover.iri(source.iri)
        key = local(iri, collection.namespace)
        found.sources[iri] = replace(source, iri=iri, key=key, by=mover.all(source.by))
    for thing in second.things.values():
        found.things[mover.iri(thing.iri)] = mover.thing(thing)
    for one in second.connections.values():
        moved = mover.connection(one)
        found.connections[moved.ends] = moved
    return found.normalized(collection.language)


class _Mover:
    """Gives records other IRIs."""

    def __init__(self, iris: Mapping[str, str], scene_iris: SceneIris) -> None:
        self._iris = iris
        self._scene_iris = scene_iris

    def iri(self, iri: str) -> str:
        return self._iris.get(iri, iri)

    def all(self, several: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(self.iri, several))

    def thing(self, part: EntityRecord) -> EntityRecord:
        return replace(
            part, iri=self.iri(part.iri), sources=self.all(part.sources),
            works=self.all(part.works),
            makers=tuple((role, self.iri(agent)) for role, agent in part.makers),
            others=tuple(map(self.thing, part.others)),
        )  # fmt: skip

    def connection(self, one: Connection) -> Connection:
        return replace(
            one, origin=self.iri(one.origin), target=self.iri(one.target),
            made_by=self.all(one.made_by), reported_by=self.all(one.reported_by),
            evidence=tuple(map(self._evidence, one.evidence)),
        )  # fmt: skip

    def _evidence(self, one: EvidenceRecord) -> EvidenceRecord:
        scene = one.scene and self._scene(one.scene)
        line = one.line and self._line(one.line)
        if one.scene and scene and line and line.scene == one.scene.iri:
            line = replace(line, scene=scene.iri)
        return replace(
            one, source=self.iri(one.source), words_of=self.all(one.words_of), scene=scene,
            line=line,
        )  # fmt: skip

    def _scene(self, scene: SceneRecord) -> SceneRecord:
        if not scene.names:
            return scene
        work = self.iri(scene.work)
        return replace(scene, iri=self._scene_iris.scene(work, scene.names), work=work)

    def _line(self, line: LineRecord) -> LineRecord:
        work = self.iri(line.work)
        return replace(
            line, iri=self._scene_iris.line(work, line.text), work=work,
            speaker=self.iri(line.speaker), language=self.iri(line.language),
        )  # fmt: skip


def _matches(first: Content, second: Content) -> dict[str, str]:
    """Return IRI in the second -> IRI in the first, for equal sources and things."""
    iris: dict[str, str] = {}
    by_url = {source.url: source.iri for source in first.sources.values() if source.url}
    by_key = {source.key: source for source in first.sources.values()}
    for source in second.sources.values():
        named = by_key.get(source.key)
        if source.url in by_url:
            iris[source.iri] = by_url[source.url]
        elif named and _same_source(named, source):
            iris[source.iri] = named.iri
    things: dict[tuple[str, str], EntityRecord] = {}
    for thing in first.things.values():
        things |= {(thing.register, fold_whole(name.text)): thing for name in thing.all_names}
    for thing in second.things.values():
        for name in thing.all_names:
            found = things.get((thing.register, fold_whole(name.text)))
            if found and _same_year(found, thing):
                iris[thing.iri] = found.iri
    return iris


def _same_source(one: Source, other: Source) -> bool:
    """Return whether two sources of one key can be the same: not if a value excludes it."""
    if fold_whole(one.title.text) != fold_whole(other.title.text) or (one.url and other.url):
        return False
    return one.date is None or other.date is None or one.date == other.date


def _same_year(one: EntityRecord, other: EntityRecord) -> bool:
    """Return whether the years may be equal; sources can differ by one year."""
    return one.year is None or other.year is None or abs(one.year - other.year) <= 1
