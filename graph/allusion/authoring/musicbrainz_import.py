"""Covers and samples of songs, as claims of those who edit MusicBrainz."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ..core.labels import Name
from ..core.text import join_names
from ..core.vocabulary import BASE
from ..musicbrainz.derivations import CreditedArtist, MusicDerivation, MusicRecording
from ..search.name_index import NameIndex
from .cell_values import language_of, read_date
from .collection import Collection
from .concepts import PERFORMER
from .records import Connection, Content, EntityRecord, EvidenceRecord, Source
from .slugs import shorten_slug, slug_of_names

_SITE: Final = "https://musicbrainz.org/"
_KINDS: Final = {"cover": "cover", "sample": "features-excerpt"}
#: Length of the part of an identifier that slugs end with.
_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class MusicContent:
    """Records of covers and samples.

    Attributes:
        content: The records.
        skipped: Reason -> number of statements that are left out.
    """

    content: Content
    skipped: Mapping[str, int]


def music_content(
    derivations: Iterable[tuple[str, MusicDerivation]], collection: Collection, names: NameIndex
) -> MusicContent:
    """Return covers and samples as records.

    Args:
        derivations: IRI of a song, and what MusicBrainz states of it.
        collection: The collection that they are for.
        names: Index of the graph; artists with the name of one person are that person.
    """
    converter = _Converter(collection, names)
    for song, one in derivations:
        converter.add(song, one)
    return converter.result()


class _Converter:
    def __init__(self, collection: Collection, names: NameIndex) -> None:
        self._collection = collection
        self._names = names
        self._source = f"{BASE}source/{collection.namespace}-musicbrainz"
        self._editors = f"{BASE}organisation/{collection.namespace}-musicbrainz-contributors"
        self._content = Content()
        self._skipped: Counter[str] = Counter()

    def add(self, song: str, one: MusicDerivation) -> None:
        origin = self._recording(one.origin)
        target = self._recording(one.target) if one.target else song
        ends = [f"recording {part.mbid}" for part in (one.origin, one.target) if part]
        where = ", ".join([*ends, f"work {one.work}"])
        evidence = EvidenceRecord(self._source, tuple(_credits(one)), where)
        connection = Connection(
            origin, _KINDS[one.relation], target, "claimed", (self._editors,), (evidence,)
        )
        if before := self._content.connections.get(connection.ends):
            kept = [item for item in before.evidence if item != evidence]
            connection = replace(before, evidence=(*kept, evidence))
        self._content.connections[connection.ends] = connection

    def result(self) -> MusicContent:
        content = self._content
        if content.connections:
            content.sources[self._source] = Source(
                self._source, "musicbrainz", Name("MusicBrainz", "en"), (self._editors,), _SITE,
                None, "dataset",
            )  # fmt: skip
            content.things[self._editors] = EntityRecord(
                self._editors, "Organisation", (Name("Contributors of MusicBrainz", "en"),),
                sources=(self._source,),
            )  # fmt: skip
        return MusicContent(content.normalized(self._collection.language), dict(self._skipped))

    def _recording(self, one: MusicRecording) -> str:
        name = Name(one.title, _language(one.title))
        iri = self._iri("recording", name, one.mbid)
        artists = [agent for artist in one.artists if (agent := self._artist(artist))]
        makers = tuple(dict.fromkeys((PERFORMER, agent) for agent in artists))
        date = read_date(one.date) if one.date else None
        record = EntityRecord(iri, "Recording", (name,), (), date, (self._source,), makers)
        before = self._content.things.get(iri)
        if before is None or (len(before.makers), bool(before.date)) < (len(makers), bool(date)):
            self._content.things[iri] = record
        return iri

    def _artist(self, one: CreditedArtist) -> str:
        """Return the IRI of a person; "" for groups, and if it is not known who is meant.

        Only persons perform in the ontology, and a credit does not state who sings or plays.
        """
        if one.kind == "group":
            return ""
        found = self._names.find_exact(one.name, ("person",))
        if len(found) == 1:
            return found[0].iri
        if not one.kind or found:
            reason = "with the name of several" if found else "who may be persons or groups"
            self._skipped[reason] += 1
            return ""
        name = Name(one.name, _language(one.name))
        iri = self._iri("person", name, one.mbid)
        self._content.things[iri] = EntityRecord(iri, "Person", (name,), sources=(self._source,))
        return iri

    def _iri(self, register: str, name: Name, mbid: str) -> str:
        slug = shorten_slug(f"{slug_of_names([name])}-{mbid[:_DIGITS]}")
        return f"{BASE}{register}/{self._collection.namespace}-{slug}"


def _credits(one: MusicDerivation) -> Iterator[Name]:
    """Yield the credits of the recordings as a sentence, if there are any."""
    recordings = [part for part in (one.origin, one.target) if part and part.artists]
    texts = [f"{part.title} is credited to {_joined(part.artists)}" for part in recordings]
    if texts:
        yield Name(f"{'; '.join(texts)}.", "en")


def _joined(artists: Iterable[CreditedArtist]) -> str:
    return join_names(one.name for one in artists)


def _language(text: str) -> str:
    """Return the script of a name, because MusicBrainz gives no language of it."""
    found = language_of(text, "en")
    if found is None:
        return "und-Hani"
    return "und-Latn" if found == "en" else found
