"""Verification of passages: whether their offsets still match the texts of the sources."""

from __future__ import annotations

from collections.abc import Collection as AnyOf
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .anchors import LocatedPassage, Text, locate, recall
from .collection import Collection
from .concepts import Concepts
from .from_rdf import read_collection
from .history import Change, apply_change
from .importing import render
from .records import Anchor, Connection, Content, EvidenceRecord, Source


@dataclass(frozen=True, slots=True)
class PassageCheck:
    """Result of the search for one passage.

    Attributes:
        connection: The connection that it is evidence for.
        evidence: The passage.
        found: Where it is now; None if the text of its source was not given.
        passage: Up to 80 characters of the text at the place that was found.
    """

    connection: Connection
    evidence: EvidenceRecord
    found: LocatedPassage | None
    passage: str = ""


def verify_passages(
    collection: Collection, concepts: Concepts, texts: Mapping[str, Text]
) -> list[PassageCheck]:
    """Search for all passages with offsets in the texts of their sources.

    Args:
        collection: The collection.
        concepts: Terms of the ontology.
        texts: Key of a source -> its text now.

    Raises:
        DataError: If a file of the collection is not valid.
    """
    content = read_collection(collection, concepts).content
    checked = []
    for connection in content.connections.values():
        for evidence in connection.evidence:
            if evidence.anchor:
                source = content.sources.get(evidence.source)
                checked.append(_check(connection, evidence, evidence.anchor, source, texts))
    return checked


def _check(
    connection: Connection,
    evidence: EvidenceRecord,
    anchor: Anchor,
    source: Source | None,
    texts: Mapping[str, Text],
) -> PassageCheck:
    text = texts.get(source.key) if source else None
    if source is None or text is None:
        return PassageCheck(connection, evidence, None)
    before = text if text.sha256 == source.text_sha256 else recall(source.text_sha256)
    found = locate(anchor, text, before)
    shown = text.text[found.anchor.start : found.anchor.end] if found.anchor else ""
    return PassageCheck(connection, evidence, found, " ".join(shown.split())[:80])


def move_passages(
    collection: Collection,
    concepts: Concepts,
    texts: Mapping[str, Text],
    moved: AnyOf[PassageCheck],
) -> Change:
    """Write new offsets as one change that can be undone.

    Args:
        collection: The collection.
        concepts: Terms of the ontology.
        texts: Key of a source -> its text now.
        moved: The passages to move, or to leave without offsets because they are gone or
            ambiguous. All others stay unchanged.

    Raises:
        OutputError: If a file cannot be written.
    """
    stored = read_collection(collection, concepts)
    places = {
        (one.connection.ends, one.evidence.source, one.evidence.where): (
            one.found.anchor if one.found and one.found.state == "moved" else None
        )
        for one in moved
    }
    connections = {
        ends: replace(
            connection,
            evidence=tuple(
                replace(one, anchor=places.get((ends, one.source, one.where), one.anchor))
                for one in connection.evidence
            ),
        )
        for ends, connection in stored.content.connections.items()
    }
    content = replace(
        stored.content, connections=connections, sources=_with_texts(stored.content, texts)
    )
    written = render(content, stored, collection, concepts)
    return apply_change(collection, "verify", written)


def _with_texts(content: Content, texts: Mapping[str, Text]) -> dict[str, Source]:
    return {
        iri: replace(source, text_length=len(text.text), text_sha256=text.sha256)
        if (text := texts.get(source.key))
        else source
        for iri, source in content.sources.items()
    }
