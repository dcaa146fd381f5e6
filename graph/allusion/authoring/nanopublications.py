"""Nanopublications of a collection: one for each connection, in TriG.

Each has the four graphs of the guidelines (https://nanopub.net/guidelines/working_draft/). They are
neither signed nor have trusty URIs: a client such as nanopub-java adds both when it publishes them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from ..core.terms import XSD, Iri, Literal
from ..core.vocabulary import AL, BASE, PREFIXES
from .collection import Collection
from .concepts import Concepts
from .from_rdf import CollectionContent
from .records import Connection, Content
from .to_rdf import LABEL, TYPE, connection_slugs, outward, to_graphs
from .turtle_writer import Statement

_NP: Final = "http://www.nanopub.org/nschema#"
_NPX: Final = "http://purl.org/nanopub/x/"
_PROV: Final = "http://www.w3.org/ns/prov#"
_DCTERMS: Final = PREFIXES["dcterms"]
#: SPDX identifier -> the IRI by which nanopublications name the license.
_LICENSES: Final = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
}
_SPDX: Final = "https://spdx.org/licenses/"
Part = tuple[str, list[Statement]]
"""Name of a graph and its statements."""


def has_provenance(connection: Connection) -> bool:
    """Return whether a connection has an author, or evidence that does not dispute it."""
    return bool(connection.made_by) or any(one.stance != "disputes" for one in connection.evidence)


def nanopublications(
    stored: CollectionContent, collection: Collection, concepts: Concepts, created: dt.datetime
) -> str:
    """Return the connections of a collection as nanopublications in TriG.

    Connections without provenance (`has_provenance`) are left out.

    Args:
        stored: Content of the collection.
        collection: The collection; its license and maintainers are the publication info.
        concepts: Terms of the ontology.
        created: Time of creation, with a time zone.
    """
    slugs = connection_slugs(stored.content, collection.namespace)
    quads = [
        ox.Quad(
            ox.NamedNode(subject),
            ox.NamedNode(predicate),
            _term(value),
            ox.NamedNode(collection.outward(graph)),
        )
        for ends, connection in stored.content.connections.items()
        if has_provenance(connection)
        for graph, statements in _parts(
            f"{BASE}nanopub/{slugs[ends]}",
            connection,
            stored.content,
            collection,
            concepts,
            created,
        )
        for subject, predicate, value in outward(statements, collection)
    ]
    prefixes = {**PREFIXES, "np": _NP, "npx": _NPX, "prov": _PROV}
    text = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=prefixes)
    assert text is not None  # it is, without a file to write to
    return text.decode("utf-8")


def _parts(
    iri: str,
    connection: Connection,
    content: Content,
    collection: Collection,
    concepts: Concepts,
    created: dt.datetime,
) -> Iterator[Part]:
    assertion, provenance, info = (
        f"{iri}#{name}" for name in ("assertion", "provenance", "pubinfo")
    )
    yield (
        f"{iri}#Head",
        [
            (iri, TYPE, Iri(_NP + "Nanopublication")),
            (iri, _NP + "hasAssertion", Iri(assertion)),
            (iri, _NP + "hasProvenance", Iri(provenance)),
            (iri, _NP + "hasPublicationInfo", Iri(info)),
        ],
    )
    about = _statements(connection, content, collection, concepts)
    node = next(one for one in about if one.startswith(f"{BASE}connection/"))
    parts = (part for one in connection.evidence for part in (one.scene, one.line) if part)
    shown = dict.fromkeys(part.iri for part in parts)
    new = [one for one in _described(connection) if _is_new(one, content)]
    evidence = [one for one in about[node] if one[1] == AL + "evidence"]
    stated = [one for subject in (node, *shown, *new) for one in about[subject]]
    yield assertion, [one for one in stated if one[1] != AL + "evidence"]
    passages = [one for _, _, passage in evidence for one in about[passage.value]]
    sources = dict.fromkeys(one.source for one in connection.evidence)
    supporting = dict.fromkeys(
        one.source for one in connection.evidence if one.stance != "disputes"
    )
    yield (
        provenance,
        [
            *((assertion, _PROV + "wasDerivedFrom", Iri(one)) for one in supporting),
            *((assertion, _PROV + "wasAttributedTo", Iri(one)) for one in connection.made_by),
            *evidence,
            *passages,
            *(one for source in sources for one in about[source]),
        ],
    )
    license_ = _LICENSES.get(collection.license, _SPDX + collection.license)
    kind = concepts.kinds.concepts[connection.kind].label("en")
    moment = Literal(created.isoformat(timespec="seconds"), datatype=XSD + "dateTime")
    yield info, [
        (iri, _DCTERMS + "created", moment),
        (iri, _DCTERMS + "license", Iri(license_)),
        (iri, LABEL, Literal(f"{collection.name}: {kind}")),
        *((iri, _DCTERMS + "creator", Literal(name)) for name in collection.maintainers),
        *((iri, _NPX + "introduces", Iri(end)) for end in (node, *new)),
    ]  # fmt: skip


def _described(connection: Connection) -> list[str]:
    """Return the IRIs of the entities that a nanopublication describes if they are new."""
    ends = (connection.origin, connection.target)
    lines = (part for one in connection.evidence if one.line for part in one.line.entities())
    return list(dict.fromkeys((*ends, *lines)))


def _is_new(iri: str, content: Content) -> bool:
    thing = content.things.get(iri)
    return bool(thing and thing.cls)


def _statements(
    connection: Connection, content: Content, collection: Collection, concepts: Concepts
) -> dict[str, list[Statement]]:
    """Return subject -> statements, of a connection and of what it names."""
    part = Content(
        {one.source: content.sources[one.source] for one in connection.evidence},
        {one: content.things[one] for one in _described(connection) if one in content.things},
        {connection.ends: connection},
        content.slugs,
    )
    found: dict[str, list[Statement]] = defaultdict(list)
    for statements in to_graphs(part, collection, concepts).values():
        for one in statements:
            if one not in found[one[0]]:
                found[one[0]].append(one)
    return found


def _term(value: Iri | Literal) -> ox.NamedNode | ox.Literal:
    if isinstance(value, Iri):
        return ox.NamedNode(value.value)
    if value.language:
        return ox.Literal(value.value, language=value.language)
    return ox.Literal(value.value, datatype=ox.NamedNode(value.datatype))
