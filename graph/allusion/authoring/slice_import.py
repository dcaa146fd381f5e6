"""Connections of the films of a Wikidata slice, as claims of those who edit Wikidata.

A slice is read twice: for the statements, then for names, classes and years of what they join.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..core.labels import Name
from ..core.terms import canonical_language
from ..core.vocabulary import BASE, ENTITY_REGISTERS, PREFIXES, WIKIDATA_ENTITY, register_of
from ..wikidata.dump.files import DumpReader, find_dumps, read_ntriples
from ..wikidata.model.classes import match_classes
from ..wikidata.model.properties import CONNECTIONS, INSTANCE_OF, WORKS
from .cell_values import Date, read_date
from .collection import Collection
from .context import NEEDED
from .records import Connection, Content, EntityRecord, EvidenceRecord, Source

#: Languages whose labels are kept; of other languages only if there is none of these.
_LANGUAGES: Final = ("en", "ja", "zh", "zh-Hans", "zh-Hant", "yue", "ko")
_WDT: Final = PREFIXES["wdt"]
_LABEL: Final = PREFIXES["rdfs"] + "label"
_DATES: Final = (f"{_WDT}P577", f"{_WDT}P580", f"{_WDT}P569", f"{_WDT}P571")
#: Property -> its label and the kind of the connection, in addition to `CONNECTIONS`.
_MORE: Final = {"P921": ("main subject", "reference"), "P1877": ("after a work by", "inspired-by")}


class _Statement(NamedTuple):
    subject: str
    property: str
    value: str


@dataclass(slots=True)
class _Item:
    """What the slice states of an item."""

    labels: dict[str, str] = field(default_factory=dict)
    classes: list[str] = field(default_factory=list)
    years: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SliceContent:
    """Records of a slice.

    Attributes:
        content: The records. The slug of a new entity ends with its item.
        skipped: Reason -> number of statements that are left out.
    """

    content: Content
    skipped: Mapping[str, int]


def read_slice(
    paths: Sequence[Path], collection: Collection, linked: Mapping[str, str]
) -> SliceContent:
    """Read the connections of films.

    Args:
        paths: Slices in N-Triples, compressed or not.
        collection: The collection that they are for.
        linked: Item -> IRI of the entity of the shipped graph.

    Raises:
        StoreError: If a file is not N-Triples.
        DataError: If a file is truncated or damaged.
    """
    statements = sorted({one for quad in _quads(paths) if (one := _statement(quad))})
    wanted = {end for one in statements for end in (one.subject, one.value)}
    items: dict[str, _Item] = defaultdict(_Item)
    for quad in _quads(paths):
        _add(quad, wanted, items)
    return _Converter(collection, linked, items).convert(statements)


def _quads(paths: Sequence[Path]) -> Iterator[ox.Quad]:
    for dump in find_dumps(paths):
        yield from read_ntriples(DumpReader(dump).blocks(), dump.name)


def _item(term: object) -> str:
    iri = term.value if isinstance(term, ox.NamedNode) else ""
    return iri.removeprefix(WIKIDATA_ENTITY) if iri.startswith(f"{WIKIDATA_ENTITY}Q") else ""


def _statement(quad: ox.Quad) -> _Statement | None:
    prop = quad.predicate.value.removeprefix(_WDT)
    subject, value = _item(quad.subject), _item(quad.object)
    known = prop in CONNECTIONS or prop in _MORE
    return _Statement(subject, prop, value) if known and subject and value else None


def _add(quad: ox.Quad, wanted: set[str], items: dict[str, _Item]) -> None:
    item, predicate, value = _item(quad.subject), quad.predicate.value, quad.object
    if item not in wanted:
        return
    if predicate == f"{_WDT}{INSTANCE_OF}":
        items[item].classes.append(_item(value))
    elif isinstance(value, ox.Literal):
        if predicate == _LABEL:
            items[item].labels[canonical_language(value.language or "und")] = value.value
        elif predicate in _DATES and (date := read_date(value.value[:4])):
            items[item].years.append(date.year)


class _Converter:
    def __init__(
        self, collection: Collection, linked: Mapping[str, str], items: Mapping[str, _Item]
    ) -> None:
        self._collection = collection
        self._linked = linked
        self._items = items
        self._source = f"{BASE}source/{collection.namespace}-wikidata"
        self._editors = f"{BASE}organisation/{collection.namespace}-wikidata-contributors"
        self._content = Content()
        self._skipped: Counter[str] = Counter()

    def convert(self, statements: Iterable[_Statement]) -> SliceContent:
        for one in statements:
            self._add(one)
        content = self._content
        if content.connections:
            content.sources[self._source] = Source(
                self._source, "wikidata", Name("Wikidata", "en"), (self._editors,),
                "https://www.wikidata.org/", None, "dataset",
            )  # fmt: skip
            content.things[self._editors] = EntityRecord(
                self._editors, "Organisation", (Name("Contributors of Wikidata", "en"),),
                sources=(self._source,),
            )  # fmt: skip
        language = self._collection.language
        return SliceContent(content.normalized(language), dict(self._skipped))

    def _add(self, one: _Statement) -> None:
        origin, target = one.subject, one.value
        if (known := CONNECTIONS.get(one.property)) and known.inverse:
            origin, target = target, origin
        registers = {item: self._register(item) for item in (origin, target)}
        if registers[origin] not in WORKS or "film" not in registers.values():
            self._skipped["no film, or not of a work"] += 1
            return
        ends = [self._iri(item, registers[item]) for item in (origin, target)]
        if not all(ends) or ends[0] == ends[1]:
            self._skipped["of something without a label, or of a kind that is not here"] += 1
            return
        for item, iri in zip((origin, target), ends, strict=True):
            if item not in self._linked:
                self._describe(item, registers[item], iri)
        label, kind = (known.label, known.kind) if known else _MORE[one.property]
        evidence = EvidenceRecord(self._source, (), f"{one.subject}, {one.property} ({label})")
        connection = Connection(ends[0], kind, ends[1], "claimed", (self._editors,), (evidence,))
        if before := self._content.connections.get(connection.ends):
            connection = replace(before, evidence=(*before.evidence, evidence))
        self._content.connections[connection.ends] = connection

    def _register(self, item: str) -> str:
        if iri := self._linked.get(item):
            return register_of(iri)
        classes = self._items[item].classes
        fits = (name for name in ENTITY_REGISTERS if match_classes(name, classes) == "fits")
        return next(fits, "")

    def _iri(self, item: str, register: str) -> str:
        """Return the IRI of an item; "" if it cannot be described."""
        if iri := self._linked.get(item):
            return iri
        cls = ENTITY_REGISTERS[register][0] if register else ""
        if not self._items[item].labels or not cls or cls in NEEDED:
            return ""
        return f"{BASE}{register}/{self._collection.namespace}-{item.lower()}"

    def _describe(self, item: str, register: str, iri: str) -> None:
        cls = ENTITY_REGISTERS[register][0]
        names = tuple(_names(self._items[item].labels))
        years = self._items[item].years
        date = Date(f"{min(years):04}") if years else None
        self._content.things[iri] = EntityRecord(iri, cls, names, (), date, (self._source,))


def _names(labels: Mapping[str, str]) -> Iterator[Name]:
    kept = [tag for tag in _LANGUAGES if tag in labels] or sorted(labels)[:1]
    yield from (Name(labels[tag], tag) for tag in kept)
