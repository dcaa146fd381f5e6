"""Comparison of two collections, as sentences, and their merge.

The records of the second collection first get the IRIs of equal records of the first. Two sources
are equal if their address or title is; two things, if a name, the register and the year are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ..core.labels import fold
from ..core.vocabulary import register_of
from ..search.name_index import NameIndex
from .collection import Collection
from .concepts import Concepts
from .records import Connection, Content, EntityRecord, EvidenceRecord, Source
from .slugs import local, new_iri


@dataclass(slots=True)
class CollectionComparison:
    """Two collections, compared.

    Attributes:
        second: The records of the second one, in the namespace of the first.
        same: Sentences that both have.
        removed: Sentences that only the first has.
        added: Sentences that only the second has.
        differs: Sentences of both with different values on which sources may disagree.
        clashes: Sentences with values that exclude each other; a merge keeps the first.
    """

    second: Content
    same: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)


class Sentences:
    """Writes records as sentences.

    Args:
        contents: Records with the names of things and the keys of sources.
        names: Index of the shipped graph.
        concepts: Terms of the ontology.
    """

    def __init__(self, contents: list[Content], names: NameIndex, concepts: Concepts) -> None:
        self._contents = contents
        self._names = names
        self._concepts = concepts

    def label(self, iri: str) -> str:
        """Return the name of a thing."""
        for content in self._contents:
            if (thing := content.things.get(iri)) and thing.names:
                return thing.names[0].text
        return self._names.label_of(iri) or iri.rpartition("/")[2]

    def source(self, iri: str) -> str:
        """Return the title of a source."""
        for content in self._contents:
            if source := content.sources.get(iri):
                return source.title.text
        return iri.rpartition("/")[2]

    def connection(self, connection: Connection) -> str:
        """Return the statement of a connection, without its evidence."""
        kind = self._concepts.kinds.concepts[connection.kind].label("en")
        return f"{self.label(connection.origin)}: {kind}, {self.label(connection.target)}"

    def evidence(self, connection: Connection, evidence: EvidenceRecord) -> str:
        """Return the statement of a source."""
        where = f", {evidence.where}" if evidence.where else ""
        says = f": {evidence.says[0].text}" if evidence.says else ""
        return f"{self.connection(connection)} ({self.source(evidence.source)}{where}){says}"

    def thing(self, thing: EntityRecord) -> str:
        """Return the description of a thing."""
        date = f", {thing.date.text}" if thing.date else ""
        return f"{self.label(thing.iri)} ({thing.register}{date})"


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
    mapped = _in_namespace(first, second, *collections)
    found = CollectionComparison(mapped)
    say = sentences([first, mapped])
    for iri in sorted(first.sources.keys() | mapped.sources.keys()):
        text = f"source {say.source(iri)}"
        _sort(found, text, first.sources.get(iri), mapped.sources.get(iri), _source_changes)
    for iri in sorted(first.things.keys() | mapped.things.keys()):
        thing = first.things.get(iri) or mapped.things[iri]
        _sort(
            found, say.thing(thing), first.things.get(iri), mapped.things.get(iri), _thing_changes
        )
    for ends in sorted(first.connections.keys() | mapped.connections.keys()):
        _connections(found, say, first.connections.get(ends), mapped.connections.get(ends))
    return found


def merge_second(first: Content, comparison: CollectionComparison) -> Content:
    """Return the first collection with additions from the second; in clashes, the first wins."""
    second = comparison.second
    things = dict(second.things)
    for iri, thing in first.things.items():
        other = things.get(iri)
        things[iri] = _joined(thing, other) if other else thing
    connections = dict(second.connections)
    for ends, connection in first.connections.items():
        if other_ := connections.get(ends):
            known = {(one.source, one.where) for one in connection.evidence}
            more = [one for one in other_.evidence if (one.source, one.where) not in known]
            connections[ends] = replace(connection, evidence=(*connection.evidence, *more))
        else:
            connections[ends] = connection
    return Content(second.sources | first.sources, things, connections, dict(first.slugs))


def _joined(thing: EntityRecord, other: EntityRecord) -> EntityRecord:
    languages = {name.language for name in thing.names}
    return replace(
        thing,
        names=(*thing.names, *(n for n in other.names if n.language not in languages)),
        aliases=(*thing.aliases, *other.aliases),
        date=thing.date or other.date,
        sources=(*thing.sources, *other.sources),
        makers=(*thing.makers, *other.makers),
        works=(*thing.works, *other.works),
        descriptions=thing.descriptions or other.descriptions,
    )


def _sort(
    found: CollectionComparison,
    text: str,
    one: Source | EntityRecord | None,
    other: Source | EntityRecord | None,
    changes: Callable[..., Iterator[tuple[bool, str]]],
) -> None:
    if one is None:
        found.added.append(text)
    elif other is None:
        found.removed.append(text)
    elif one == other:
        found.same.append(text)
    else:
        listed = list(changes(one, other))
        if not listed:
            found.same.append(text)
        for clash, change in listed:
            (found.clashes if clash else found.differs).append(f"{text}: {change}")


def _source_changes(one: Source, other: Source) -> Iterator[tuple[bool, str]]:
    for name in ("title", "url", "date", "type", "language"):
        was, now = getattr(one, name), getattr(other, name)
        if was and now and was != now:
            yield name == "url", f"{name} {_shown(was)} or {_shown(now)}"


def _thing_changes(one: EntityRecord, other: EntityRecord) -> Iterator[tuple[bool, str]]:
    if one.date and other.date and one.date != other.date:
        yield False, f"{one.date.text} or {other.date.text}"
    names = {name.language: name.text for name in one.names}
    for name in other.names:
        was = names.get(name.language, name.text)
        if was != name.text:
            yield True, f"{was} or {name.text} ({name.language})"


def _shown(value: object) -> str:
    return str(getattr(value, "text", value))


def _connections(
    found: CollectionComparison, say: Sentences, one: Connection | None, other: Connection | None
) -> None:
    some = one or other
    assert some is not None
    if one and other and one.certainty != other.certainty:
        found.clashes.append(f"{say.connection(one)}: {one.certainty} or {other.certainty}")
    was = {(e.source, e.where): e for e in one.evidence} if one else {}
    now = {(e.source, e.where): e for e in other.evidence} if other else {}
    for key in sorted(was.keys() | now.keys()):
        before, after = was.get(key), now.get(key)
        if before and after:
            text = say.evidence(some, before)
            if before.says == after.says and before.stance == after.stance:
                found.same.append(text)
            else:
                words = after.says[0].text if after.says else after.stance
                found.differs.append(f"{text} | {words}")
        elif before:
            found.removed.append(say.evidence(some, before))
        elif after:
            found.added.append(say.evidence(some, after))


def _in_namespace(
    first: Content, second: Content, collection: Collection, other: Collection
) -> Content:
    """Return the records of the second, with the IRIs of equal records of the first."""
    iris, space = _matches(first, second), collection.namespace
    taken = {*first.sources, *first.things}
    for iri in (*second.sources, *(one.iri for one in second.things.values() if one.cls)):
        if iri not in iris:
            slug = local(iri, other.namespace)
            iris[iri] = new_iri(register_of(iri), space, slug, taken.__contains__)
            taken.add(iris[iri])

    def to(iri: str) -> str:
        return iris.get(iri, iri)

    def all_to(several: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(to, several))

    found = Content()
    for source in second.sources.values():
        iri = to(source.iri)
        found.sources[iri] = replace(source, iri=iri, key=local(iri, space), by=all_to(source.by))
    for thing in second.things.values():
        found.things[to(thing.iri)] = replace(
            thing, iri=to(thing.iri), sources=all_to(thing.sources), works=all_to(thing.works),
            makers=tuple((role, to(agent)) for role, agent in thing.makers),
        )  # fmt: skip
    for one in second.connections.values():
        moved = replace(
            one, origin=to(one.origin), target=to(one.target), made_by=all_to(one.made_by),
            reported_by=all_to(one.reported_by),
            evidence=tuple(
                replace(e, source=to(e.source), words_of=all_to(e.words_of)) for e in one.evidence
            ),
        )  # fmt: skip
        found.connections[moved.ends] = moved
    return found.normalized(collection.language)


def _matches(first: Content, second: Content) -> dict[str, str]:
    """Return IRI in the second -> IRI in the first, for equal sources and things."""
    iris: dict[str, str] = {}
    sources: dict[str, str] = {}
    for source in first.sources.values():
        sources |= {word: source.iri for word in (source.url, fold(source.title.text)) if word}
    for source in second.sources.values():
        same = sources.get(source.url) or sources.get(fold(source.title.text))
        if same:
            iris[source.iri] = same
    things: dict[tuple[str, str], EntityRecord] = {}
    for thing in first.things.values():
        things |= {(thing.register, fold(name.text)): thing for name in thing.names}
    for thing in second.things.values():
        for name in thing.names:
            found = things.get((thing.register, fold(name.text)))
            if found and _same_year(found, thing):
                iris[thing.iri] = found.iri
    return iris


def _same_year(one: EntityRecord, other: EntityRecord) -> bool:
    """Return whether the years may be equal; sources can differ by one year."""
    return not (one.date and other.date and abs(one.date.year - other.date.year) > 1)
