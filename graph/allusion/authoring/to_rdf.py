"""Conversion of records to triples, with a named graph for each source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..core.labels import Name
from ..core.terms import XSD, Iri, Literal
from ..core.vocabulary import AL, BASE, PREFIXES
from .collection import Collection
from .concepts import PERFORMER, Concepts
from .connection_labels import LABELS
from .records import (
    Connection,
    Content,
    EntityRecord,
    EvidenceRecord,
    LineRecord,
    SceneRecord,
    Source,
)
from .slugs import latin_slug, local, short, shorten_slug, slug_of_names
from .source_keys import key_of
from .turtle_writer import Statement, turtle

_DCTERMS, _RDFS, _SKOS = PREFIXES["dcterms"], PREFIXES["rdfs"], PREFIXES["skos"]
TYPE = PREFIXES["rdf"] + "type"
LABEL = _RDFS + "label"
ALIAS = _SKOS + "altLabel"
NOTE = _SKOS + "note"
#: Of a source: its key, if that is not its slug.
NOTATION = _SKOS + "notation"
DESCRIPTION = _DCTERMS + "description"
SOURCE_OF_NAMES = _DCTERMS + "source"

Graphs = dict[str, list[Statement]]
"""IRI of a source -> the statements in its named graph."""


def to_graphs(content: Content, collection: Collection, concepts: Concepts) -> Graphs:
    """Return the statements of all records.

    Args:
        content: The records.
        collection: The collection; its namespace is the prefix of new slugs.
        concepts: Terms of the ontology, for families and labels of kinds.
    """
    graphs: Graphs = defaultdict(list)
    for iri, described in content.sources.items():
        graphs[iri] += _source(described, collection.namespace)
    space = collection.namespace
    for thing in content.things.values():
        for part in thing.parts:
            for source in part.sources:
                graphs[source] += _thing(replace(part, cls=thing.cls), source, space)
        if thing.cls and thing.sources:
            graphs[thing.sources[0]].append((thing.iri, TYPE, Iri(AL + thing.cls)))
    slugs = connection_slugs(content, collection.namespace)
    for ends, connection in content.connections.items():
        slug = slugs[ends]
        _connection(connection, slug, collection.namespace, concepts, graphs)
    return dict(graphs)


def to_texts(graphs: Graphs, collection: Collection) -> dict[str, str]:
    """Return the Turtle files of named graphs: name of the file -> text."""
    return {
        f"{iri.rpartition('/')[2]}.ttl": turtle(outward(found, collection))
        for iri, found in graphs.items()
    }


def outward(statements: Iterable[Statement], collection: Collection) -> Iterable[Statement]:
    """Return statements with the IRIs of the namespace of a collection, if it has one."""
    own = collection.own
    if own is None:
        return statements
    return (
        (
            own.outward(subject),
            predicate,
            Iri(own.outward(value.value)) if isinstance(value, Iri) else value,
        )
        for subject, predicate, value in statements
    )


def connection_slugs(content: Content, namespace: str) -> dict[tuple[str, str, str], str]:
    """Return the slug of each connection: origin, kind and target; existing slugs are kept."""
    slugs = {ends: content.slugs[ends] for ends in content.connections if ends in content.slugs}
    taken = set(slugs.values())
    for origin, kind, target in sorted(content.connections.keys() - slugs.keys()):
        parts = (short(origin, namespace), kind, short(target, namespace))
        slug = free = f"{namespace}-{shorten_slug('-'.join(parts))}"
        number = 2
        while free in taken:  # a film and a person of one name
            free = f"{slug}-{number}"
            number += 1
        taken.add(free)
        slugs[origin, kind, target] = free
    return slugs


def _source(source: Source, namespace: str) -> Iterator[Statement]:
    iri = source.iri
    yield iri, TYPE, Iri(AL + "Source")
    yield iri, _DCTERMS + "title", _text(source.title)
    yield iri, AL + "sourceType", Iri(f"{BASE}source-type/{source.type}")
    for author in source.by:
        if author.startswith(BASE):
            yield iri, _DCTERMS + "creator", Iri(author)
        else:
            yield iri, AL + "author", Literal(author)
    if source.url:
        yield iri, AL + "url", Iri(source.url)
    if source.date:
        yield iri, _DCTERMS + "issued", Literal(source.date.text, datatype=source.date.datatype)
    if source.language:
        yield iri, _DCTERMS + "language", Literal(source.language)
    if source.note:
        yield iri, NOTE, Literal(source.note, source.title.language)
    if source.key != key_of(iri, "", source.title, source.url, namespace):
        yield iri, NOTATION, Literal(source.key)
    if source.text_length is not None:
        yield iri, AL + "textLength", _integer(source.text_length)
        yield iri, AL + "textSha256", Literal(source.text_sha256)


def _thing(thing: EntityRecord, source: str, namespace: str) -> Iterator[Statement]:
    """Yield the triples of an entity in one source, without its type."""
    iri = thing.iri
    if thing.names:
        for name in thing.names:
            yield iri, LABEL, _text(name)
        yield iri, SOURCE_OF_NAMES, Iri(source)
    for name in thing.aliases:
        yield iri, ALIAS, _text(name)
    for text in thing.descriptions:
        yield iri, DESCRIPTION, _text(text)
    if thing.date:
        born = "born" if thing.register in ("person", "character") else "published"
        opened = "opened" if thing.register == "place" else born
        yield iri, AL + opened, Literal(thing.date.text, datatype=thing.date.datatype)
    for work in thing.works:
        yield iri, AL + "presentIn", Iri(work)
    is_character = thing.register == "character"
    for role, agent in thing.makers:
        work = thing.works[0] if is_character else iri
        node = credit_node(agent, role, work, namespace)
        yield node, AL + "inWork", Iri(work)
        if is_character:
            yield node, AL + "character", Iri(iri)
        if role == PERFORMER:
            yield node, TYPE, Iri(AL + "Performance")
            yield node, AL + "performer", Iri(agent)
        else:
            yield node, TYPE, Iri(AL + "Contribution")
            yield node, AL + "contributor", Iri(agent)
            yield node, AL + "role", Iri(f"{BASE}role/{role}")


def credit_node(agent: str, role: str, work: str, namespace: str) -> str:
    """Return the IRI of the node that joins an agent to a work in a role."""
    slug = shorten_slug(f"{short(agent, namespace)}-{role}-{short(work, namespace)}")
    register = "performance" if role == PERFORMER else "contribution"
    return f"{BASE}{register}/{namespace}-{slug}"


def _connection(
    connection: Connection, slug: str, namespace: str, concepts: Concepts, graphs: Graphs
) -> None:
    iri = f"{BASE}connection/{slug}"
    main = next((one for one in connection.evidence if one.says), connection.evidence[0])
    stated = graphs[main.source]
    stated += [
        (iri, TYPE, Iri(AL + concepts.family_of(connection.kind).capitalize())),
        (iri, LABEL, Literal(LABELS[connection.kind], "en")),
        (iri, AL + "from", Iri(connection.origin)),
        (iri, AL + "to", Iri(connection.target)),
        (iri, AL + "kind", Iri(f"{BASE}kind/{connection.kind}")),
        (iri, AL + "certainty", Iri(f"{BASE}certainty/{connection.certainty}")),
    ]
    stated += [(iri, AL + "madeBy", Iri(agent)) for agent in connection.made_by]
    stated += [(iri, AL + "reportedBy", Iri(agent)) for agent in connection.reported_by]
    stated += [(iri, DESCRIPTION, _text(text)) for text in main.says]
    for node, evidence in evidence_nodes(connection.evidence, slug, namespace):
        graph = graphs[evidence.source]
        graph.append((iri, AL + "evidence", Iri(node)))
        graph += _evidence(node, evidence)
        if scene := evidence.scene:
            graph.append((iri, AL + "inScene", Iri(scene.iri)))
            graph += _scene(node, scene)
        if evidence.line:
            graph.append((iri, AL + "expressedIn", Iri(evidence.line.iri)))
            graph += _line(node, evidence.line)


def evidence_nodes(
    several: Iterable[EvidenceRecord], slug: str, namespace: str
) -> Iterator[tuple[str, EvidenceRecord]]:
    """Yield the IRI of each piece of evidence: source, connection, place."""
    taken: set[str] = set()
    for one in several:
        parts = [local(one.source, namespace), slug.removeprefix(f"{namespace}-")]
        if one.where:
            parts.append(latin_slug(one.where) or "place")
        node = free = f"{BASE}evidence/{namespace}-{shorten_slug('-'.join(parts))}"
        while free in taken:  # places that differ only in punctuation: 1, 1'
            free = f"{node}-{len(taken) + 1}"
        taken.add(free)
        yield free, one


def _evidence(node: str, evidence: EvidenceRecord) -> Iterator[Statement]:
    yield node, TYPE, Iri(AL + "Evidence")
    yield node, AL + "source", Iri(evidence.source)
    yield node, AL + "stance", Iri(f"{BASE}stance/{evidence.stance}")
    if evidence.where:
        yield node, AL + "locator", Literal(evidence.where)
    for text in evidence.says:
        yield node, DESCRIPTION, _text(text)
    for agent in evidence.words_of:
        yield node, AL + "wordsOf", Iri(agent)
    if evidence.anchor:
        yield node, AL + "startOffset", _integer(evidence.anchor.start)
        yield node, AL + "endOffset", _integer(evidence.anchor.end)
        yield node, AL + "spanSha256", Literal(evidence.anchor.sha256)


def _scene(node: str, scene: SceneRecord) -> Iterator[Statement]:
    yield scene.iri, AL + "evidence", Iri(node)
    if scene.names:
        yield scene.iri, TYPE, Iri(AL + "Scene")
        yield scene.iri, AL + "inWork", Iri(scene.work)
    for name in scene.names:
        yield scene.iri, LABEL, _text(name)


def _line(node: str, line: LineRecord) -> Iterator[Statement]:
    yield line.iri, AL + "evidence", Iri(node)
    yield line.iri, TYPE, Iri(AL + "Utterance")
    yield line.iri, LABEL, _text(label_of_line(line.text))
    yield line.iri, AL + "line", _text(line.text)
    yield line.iri, AL + "inWork", Iri(line.work)
    for name, value in (
        ("inScene", line.scene), ("speaker", line.speaker), ("inLanguage", line.language)
    ):  # fmt: skip
        if value:
            yield line.iri, AL + name, Iri(value)


def label_of_line(text: Name) -> Name:
    """Return the label of an utterance: the line in quotation marks."""
    return replace(text, text=f"“{text.text}”")


def scene_iri(work: str, names: Iterable[Name], namespace: str) -> str:
    """Return the IRI of a scene with a name in a work."""
    return _part_iri("scene", work, names, namespace)


def line_iri(work: str, text: Name, namespace: str) -> str:
    """Return the IRI of a line that is spoken in a work."""
    return _part_iri("utterance", work, [text], namespace)


def _part_iri(register: str, work: str, names: Iterable[Name], namespace: str) -> str:
    slug = shorten_slug(f"{short(work, namespace)}-{slug_of_names(names)}")
    return f"{BASE}{register}/{namespace}-{slug}"


def _text(name: Name) -> Literal:
    return Literal(name.text, name.language)


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD + "integer")
