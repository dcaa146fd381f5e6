"""Conversion of the Turtle files of a collection to records.

Statements that no record can hold (scenes, claims and other manual additions) are kept
unchanged, see `CollectionContent.rest`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

import pyoxigraph as ox

from ..build.turtle import CuratedFile, parse_turtle
from ..core.errors import DataError
from ..core.labels import Name
from ..core.terms import XSD_STRING, Iri, Literal
from ..core.vocabulary import AL, ENTITY_REGISTERS, FAMILIES, PREFIXES, register_of
from .cell_values import Date
from .collection import Collection
from .concepts import PERFORMER, Concepts
from .connection_labels import LABELS
from .records import (
    Anchor,
    Connection,
    Content,
    EntityRecord,
    EvidenceRecord,
    LineRecord,
    SceneRecord,
    Source,
    join_parts,
)
from .source_keys import key_of
from .to_rdf import (
    ALIAS,
    DESCRIPTION,
    LABEL,
    NOTATION,
    NOTE,
    SOURCE_OF_NAMES,
    TYPE,
    Graphs,
    credit_node,
    label_of_line,
)
from .turtle_writer import Statement

_DCTERMS: Final = PREFIXES["dcterms"]
_FAMILIES: Final = tuple(AL + family.capitalize() for family in FAMILIES)
_OF_CONNECTION: Final = (
    TYPE, LABEL, DESCRIPTION, AL + "from", AL + "to", AL + "kind", AL + "certainty",
    AL + "evidence", AL + "madeBy", AL + "reportedBy",
)  # fmt: skip
_OF_EVIDENCE: Final = (
    TYPE, DESCRIPTION, AL + "source", AL + "stance", AL + "locator", AL + "wordsOf",
    AL + "startOffset", AL + "endOffset", AL + "spanSha256",
)  # fmt: skip
_OF_CREDIT: Final = frozenset(
    (TYPE, AL + "inWork", AL + "role", AL + "contributor", AL + "performer", AL + "character")
)
_OF_SCENE: Final = frozenset((TYPE, LABEL, AL + "inWork"))
_OF_LINE: Final = frozenset(
    (TYPE, LABEL, *(AL + name for name in ("line", "inWork", "inScene", "speaker", "inLanguage")))
)
_Part = TypeVar("_Part", SceneRecord, LineRecord)
_DATES: Final = (AL + "published", AL + "born", AL + "opened")


@dataclass(slots=True)
class CollectionContent:
    """Content of a collection.

    Attributes:
        content: The records.
        rest: Statements that no record holds.
        graphs: IRIs of all named graphs.
    """

    content: Content
    rest: Graphs
    graphs: set[str] = field(default_factory=set)


def read_collection(collection: Collection, concepts: Concepts) -> CollectionContent:
    """Read the Turtle files of a collection.

    Args:
        collection: The collection.
        concepts: Terms of the ontology.

    Raises:
        DataError: If a file is not valid Turtle.
    """
    files, faults = [], []
    for path in sorted(collection.sources.glob("*.ttl")):
        file, fault = parse_turtle(path, f"{collection.folder.name}/sources/{path.name}")
        files.append(file)
        if fault:
            faults.append(fault)
    if faults:
        raise DataError(faults, f"the collection {collection.folder}")
    return _Reader(files, collection, concepts).read()


class _Reader:
    """Removes the statements of each record; the remaining statements are the rest."""

    def __init__(
        self, files: Iterable[CuratedFile], collection: Collection, concepts: Concepts
    ) -> None:
        self._collection = collection
        self._kinds = concepts.kinds.concepts
        self._left: dict[str, dict[str, set[tuple[str, Iri | Literal]]]] = {}
        #: Subject -> graphs that state anything of it, in the order of the files.
        self._graphs_of: dict[str, list[str]] = defaultdict(list)
        for file in files:
            graph = self._left.setdefault(file.graph, defaultdict(set))
            for one in file.statements:
                subject = one.subject.value
                graph[subject].add((one.predicate.value, _term(one.object)))
                if file.graph not in self._graphs_of[subject]:
                    self._graphs_of[subject].append(file.graph)

    def read(self) -> CollectionContent:
        content = Content()
        #: Node of evidence -> the scene and the line that its source states with it.
        self._scenes = self._parts("Scene", self._scene)
        self._lines = self._parts("Utterance", self._line)
        for graph in self._left:
            source = self._source(graph)
            if source:
                content.sources[graph] = source
        evidence = {
            node: found
            for node in self._of_class((AL + "Evidence",))
            if (found := self._evidence(node))
        }
        for iri in self._of_class(_FAMILIES):
            connection = self._connection(iri, evidence)
            if connection:
                content.connections[connection.ends] = connection
                content.slugs[connection.ends] = iri.rpartition("/")[2]
        makers = self._credits()
        for iri in list(self._graphs_of):
            thing = self._thing(iri, makers.get(iri, ()))
            if thing:
                content.things[iri] = thing
        return CollectionContent(
            content.normalized(self._collection.language), self._rest(), set(self._left)
        )

    def _rest(self) -> Graphs:
        rest: Graphs = {}
        for graph, subjects in self._left.items():
            found: list[Statement] = [
                (subject, predicate, value)
                for subject, pairs in subjects.items()
                for predicate, value in pairs
            ]
            if found:
                rest[graph] = found
        return rest

    def _values(self, subject: str, predicate: str) -> list[Iri | Literal]:
        """Return the values of a property in all graphs, without removing them."""
        found: dict[Iri | Literal, None] = {}
        for graph in self._graphs_of.get(subject, ()):
            found |= dict.fromkeys(sorted(self._values_in(graph, subject, predicate), key=_order))
        return list(found)

    def _values_in(self, graph: str, subject: str, predicate: str) -> list[Iri | Literal]:
        return [value for name, value in self._left[graph].get(subject, ()) if name == predicate]

    def _take(self, subject: str, predicates: Iterable[str]) -> None:
        """Remove all statements of a subject with these properties."""
        wanted = set(predicates)
        for graph in self._graphs_of.get(subject, ()):
            pairs = self._left[graph].get(subject, set())
            self._left[graph][subject] = {pair for pair in pairs if pair[0] not in wanted}

    def _one(self, subject: str, predicate: str) -> str:
        values = self._values(subject, predicate)
        return values[0].value if values else ""

    def _iris(self, subject: str, predicate: str) -> tuple[str, ...]:
        return tuple(value.value for value in self._values(subject, predicate))

    def _names(self, subject: str, predicate: str) -> tuple[Name, ...]:
        found = [v for v in self._values(subject, predicate) if isinstance(v, Literal)]
        return tuple(Name(one.value, one.language) for one in found)

    def _of_class(self, classes: tuple[str, ...]) -> Iterator[str]:
        for iri in list(self._graphs_of):
            if any(v.value in classes for v in self._values(iri, TYPE)):
                yield iri

    def _source(self, iri: str) -> Source | None:
        title = self._names(iri, _DCTERMS + "title")
        if not title:
            return None
        length = self._one(iri, AL + "textLength")
        if length and not _is_number(length):
            return None
        issued = self._one(iri, _DCTERMS + "issued")
        authors = (
            *self._values(iri, _DCTERMS + "creator"), *self._values(iri, AL + "author")
        )  # fmt: skip
        url, typed = self._one(iri, AL + "url"), self._one(iri, NOTATION)
        source = Source(
            iri, key_of(iri, typed, title[0], url, self._collection.namespace), title[0],
            tuple(one.value for one in authors), url,
            Date(issued) if issued else None,
            self._one(iri, AL + "sourceType").rpartition("/")[2],
            self._one(iri, _DCTERMS + "language"), self._one(iri, NOTE),
            int(length) if length else None, self._one(iri, AL + "textSha256"),
        )  # fmt: skip
        self._take(
            iri,
            (
                TYPE, _DCTERMS + "title", AL + "sourceType", _DCTERMS + "creator", AL + "author",
                AL + "url", _DCTERMS + "issued", _DCTERMS + "language", NOTE, AL + "textLength",
                AL + "textSha256", NOTATION,
            ),
        )  # fmt: skip
        return source

    def _evidence(self, node: str) -> EvidenceRecord | None:
        source = self._one(node, AL + "source")
        start, end = (self._one(node, AL + name) for name in ("startOffset", "endOffset"))
        if source not in self._left or (start and not (_is_number(start) and _is_number(end))):
            return None
        anchor = Anchor(int(start), int(end), self._one(node, AL + "spanSha256")) if start else None
        return EvidenceRecord(
            source, self._names(node, DESCRIPTION), self._one(node, AL + "locator"),
            self._one(node, AL + "stance").rpartition("/")[2] or "supports", anchor,
            self._iris(node, AL + "wordsOf"), self._scenes.get(node), self._lines.get(node),
        )  # fmt: skip

    def _parts(self, name: str, read: Callable[[str, str], _Part | None]) -> dict[str, _Part]:
        """Return node of evidence -> the scene or line that its source states with it.

        Args:
            name: The class of the parts.
            read: Reads a part from a graph; None if it has more than a row can hold.
        """
        found: dict[str, _Part] = {}
        for graph, subjects in self._left.items():
            for iri in subjects:
                if register_of(iri) != name.lower():
                    continue
                part = read(graph, iri)
                if part:
                    nodes = self._values_in(graph, iri, AL + "evidence")
                    found |= {node.value: part for node in nodes}
        return found

    def _scene(self, graph: str, iri: str) -> SceneRecord | None:
        about = {name for name, _ in self._left[graph][iri]} - {AL + "evidence"}
        works = self._values_in(graph, iri, AL + "inWork")
        names = [v for v in self._values_in(graph, iri, LABEL) if isinstance(v, Literal)]
        if not about:
            return SceneRecord(iri, "")
        if about != _OF_SCENE or len(works) != 1:
            return None
        return SceneRecord(
            iri, works[0].value, tuple(Name(one.value, one.language) for one in names)
        )

    def _line(self, graph: str, iri: str) -> LineRecord | None:
        about = self._left[graph][iri]
        one = {name: value for name, value in about if name != AL + "evidence"}
        lines = self._values_in(graph, iri, AL + "line")
        if len(one) != sum(name != AL + "evidence" for name, _ in about) or not lines:
            return None
        line, label = lines[0], one.get(LABEL)
        if not (
            isinstance(line, Literal) and isinstance(label, Literal) and one.keys() <= _OF_LINE
        ):
            return None
        text = Name(line.value, line.language)
        if label_of_line(text) != Name(label.value, label.language) or AL + "inWork" not in one:
            return None
        scene, speaker, language = (
            one[AL + name].value if AL + name in one else ""
            for name in ("inScene", "speaker", "inLanguage")
        )
        return LineRecord(iri, one[AL + "inWork"].value, text, scene, speaker, language)

    def _take_part(
        self, connection: str, prop: str, node: str, part: SceneRecord | LineRecord, graph: str
    ) -> None:
        """Remove what a source states of a scene or line with a piece of evidence."""
        self._left[graph][connection].discard((prop, Iri(part.iri)))
        about = self._left[graph][part.iri]
        about.discard((AL + "evidence", Iri(node)))
        if not any(name == AL + "evidence" for name, _ in about):
            about.clear()

    def _connection(self, iri: str, evidence: dict[str, EvidenceRecord]) -> Connection | None:
        nodes = [value.value for value in self._values(iri, AL + "evidence")]
        origin, kind, target, certainty = (
            self._one(iri, AL + name) for name in ("from", "kind", "to", "certainty")
        )
        if not (origin and kind and target and nodes) or any(n not in evidence for n in nodes):
            return None
        label = self._names(iri, LABEL)
        concept = self._kinds.get(kind.rpartition("/")[2])
        if concept is None or concept.slug not in LABELS:
            return None
        # Earlier versions gave the label of the kind.
        generated = {LABELS[concept.slug], concept.label("en")}
        if label and not (len(label) == 1 and label[0].text in generated):
            return None  # another label than the generated one, which no row can hold
        says = self._names(iri, DESCRIPTION)
        found = [evidence[node] for node in nodes]
        if says and not any(set(one.says) == set(says) for one in found):
            return None  # another sentence than the generated one, which no row can hold
        made_by = self._iris(iri, AL + "madeBy")
        reported_by = self._iris(iri, AL + "reportedBy")
        self._take(iri, _OF_CONNECTION)
        for node, one in zip(nodes, found, strict=True):
            self._take(node, _OF_EVIDENCE)
            if one.scene:
                self._take_part(iri, AL + "inScene", node, one.scene, one.source)
            if one.line:
                self._take_part(iri, AL + "expressedIn", node, one.line, one.source)
        return Connection(
            origin, kind.rpartition("/")[2], target, certainty.rpartition("/")[2], made_by,
            tuple(found), reported_by,
        )  # fmt: skip

    def _credits(self) -> dict[str, tuple[tuple[str, str, str], ...]]:
        """Remove all credits that a row can hold.

        Returns:
            Work, or character who is played -> (role, agent, graph) of each.
        """
        found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for node in self._of_class((AL + "Contribution", AL + "Performance")):
            graphs = list(self._graphs_of[node])
            work, agent = self._one(node, AL + "inWork"), self._one(node, AL + "contributor")
            role = self._one(node, AL + "role").rpartition("/")[2]
            if performer := self._one(node, AL + "performer"):
                agent, role = performer, PERFORMER
            if not (work and role and agent):
                continue
            stated = {p for graph in graphs for p, _ in self._left[graph].get(node, ())}
            is_generated = node == credit_node(agent, role, work, self._collection.namespace)
            if not (is_generated and stated <= _OF_CREDIT):
                continue
            parts = [(graph, self._values_in(graph, node, AL + "character")) for graph in graphs]
            if all(self._is_part_of(one.value, work, graph) for graph, of in parts for one in of):
                for graph, characters in parts:
                    for one in characters or [Iri(work)]:
                        found[one.value].append((role, agent, graph))
                self._take(node, _OF_CREDIT)
        return {work: tuple(several) for work, several in found.items()}

    def _is_part_of(self, character: str, work: str, graph: str) -> bool:
        """Return whether a source names this work, and no other, as that of a character."""
        return [one.value for one in self._values_in(graph, character, AL + "presentIn")] == [work]

    def _thing(self, iri: str, makers: Iterable[tuple[str, str, str]]) -> EntityRecord | None:
        if register_of(iri) not in ENTITY_REGISTERS:
            return None
        classes = [value.value.removeprefix(AL) for value in self._values(iri, TYPE)]
        if classes and not self._names(iri, LABEL):
            return None
        makers = list(makers)
        typed = [graph for graph in self._graphs_of[iri] if self._values_in(graph, iri, TYPE)]
        graphs = dict.fromkeys((*typed, *self._graphs_of[iri], *(graph for _, _, graph in makers)))
        parts = [self._part(graph, iri, makers, bool(classes)) for graph in graphs]
        parts = [part for part in parts if any(part.values())]
        taken = (ALIAS, DESCRIPTION, AL + "presentIn", *_DATES)
        self._take(iri, (*taken, TYPE, LABEL) if classes else taken)
        for graph in graphs if classes else ():
            self._left[graph][iri].discard((SOURCE_OF_NAMES, Iri(graph)))
        if not parts:
            return None
        return join_parts([replace(parts[0], cls=classes[0] if classes else ""), *parts[1:]])

    def _part(
        self, graph: str, iri: str, makers: Iterable[tuple[str, str, str]], is_described: bool
    ) -> EntityRecord:
        """Return what one source states of an entity."""
        values = sorted(
            self._left[graph].get(iri, ()), key=lambda pair: (pair[0], *_order(pair[1]))
        )

        def names(predicate: str) -> tuple[Name, ...]:
            return tuple(
                Name(value.value, value.language)
                for name, value in values
                if name == predicate and isinstance(value, Literal)
            )

        dates = [value.value for name, value in values if name in _DATES]
        return EntityRecord(
            iri, "", names(LABEL) if is_described else (), names(ALIAS),
            Date(dates[0]) if dates else None, (graph,),
            tuple((role, agent) for role, agent, stated_in in makers if stated_in == graph),
            tuple(value.value for name, value in values if name == AL + "presentIn"),
            names(DESCRIPTION),
        )  # fmt: skip


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _order(value: Iri | Literal) -> tuple[str, str]:
    return (value.value, getattr(value, "language", ""))


def _term(value: ox.NamedNode | ox.BlankNode | ox.Literal) -> Iri | Literal:
    if isinstance(value, ox.Literal):
        if value.language:
            return Literal(value.value, value.language)
        return Literal(value.value, datatype=value.datatype.value or XSD_STRING)
    return Iri(value.value)
