"""Covers and samples of a work, read from the answers of MusicBrainz."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ..core.labels import fold
from .api import MusicBrainzApi

#: Relation of a recording to the work that is performed in it; "cover" is an attribute of it.
_PERFORMANCE: Final = "performance"
_COVER: Final = "cover"
#: Relation of a recording to one whose sound it takes over.
_SAMPLES: Final = "samples material"
_GROUPS: Final = frozenset(("Group", "Orchestra", "Choir"))


@dataclass(frozen=True, slots=True)
class CreditedArtist:
    """An artist of a recording.

    Attributes:
        mbid: Its identifier.
        name: Its name.
        kind: "person", "group", or "" if it is not known.
    """

    mbid: str
    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class MusicRecording:
    """A recording.

    Attributes:
        date: Date of its first release: "1966", "1966-02" or "1966-02-05"; "" if unknown.
    """

    mbid: str
    title: str
    artists: tuple[CreditedArtist, ...] = ()
    date: str = ""


@dataclass(frozen=True, slots=True)
class MusicDerivation:
    """A recording that covers a work or samples a recording of it, or that such a one samples.

    Attributes:
        relation: "cover": ``origin`` performs the work of somebody else. "sample": ``origin`` has
            sound of ``target``, and one of the two is a recording of the work.
        target: The recording that is sampled; None for a cover.
    """

    relation: Literal["cover", "sample"]
    work: str
    origin: MusicRecording
    target: MusicRecording | None = None


def find_works(api: MusicBrainzApi, names: Iterable[str], makers: Iterable[str]) -> list[str]:
    """Return the works that have one of the names, and one of the makers among their artists.

    Args:
        api: The web service.
        names: Names of a song.
        makers: Names of those who wrote or performed it.
    """
    wanted, known = set(map(fold, names)), set(map(fold, makers))
    found: dict[str, bool] = {}
    for name in dict.fromkeys(names):
        for mbid in api.search_works(name):
            if mbid not in found:
                found[mbid] = _is_meant(api.work(mbid), wanted, known)
    return [mbid for mbid, is_meant in found.items() if is_meant]


def _is_meant(work: Mapping[str, Any], names: set[str], makers: set[str]) -> bool:
    titles = [work.get("title"), *(one.get("name") for one in work.get("aliases") or ())]
    artists = [
        artist.get(key)
        for relation in work.get("relations") or ()
        if isinstance(artist := relation.get("artist"), dict)
        for key in ("name", "sort-name")
    ]
    return not names.isdisjoint(_folded(titles)) and not makers.isdisjoint(_folded(artists))


def _folded(texts: Iterable[object]) -> Iterator[str]:
    yield from (fold(text) for text in texts if isinstance(text, str))


def derivations_of(api: MusicBrainzApi, work: str) -> Iterator[MusicDerivation]:
    """Yield the covers of a work, and the samples of and in its recordings."""
    for raw in api.recordings(work):
        one = _recording(raw)
        if one is None:
            continue
        for relation in raw.get("relations") or ():
            kind, other = relation.get("type"), _recording(relation.get("recording"))
            if kind == _PERFORMANCE and _is_cover_of(relation, work):
                yield MusicDerivation("cover", work, one)
            elif kind == _SAMPLES and other:
                ends = (one, other) if relation.get("direction") == "forward" else (other, one)
                yield MusicDerivation("sample", work, *ends)


def _is_cover_of(relation: Mapping[str, Any], work: str) -> bool:
    of_work = (relation.get("work") or {}).get("id") == work
    return of_work and _COVER in (relation.get("attributes") or ())


def _recording(raw: Any) -> MusicRecording | None:
    if not isinstance(raw, dict) or not (raw.get("id") and raw.get("title")):
        return None
    return MusicRecording(
        raw["id"],
        raw["title"],
        tuple(_artists(raw.get("artist-credit") or ())),
        raw.get("first-release-date") or "",
    )


def _artists(credit: Iterable[Mapping[str, Any]]) -> Iterator[CreditedArtist]:
    for one in credit:
        artist = one.get("artist")
        if isinstance(artist, dict) and artist.get("id") and artist.get("name"):
            of_type = str(artist.get("type") or "")
            kind = "group" if of_type in _GROUPS else "person" if of_type == "Person" else ""
            yield CreditedArtist(artist["id"], artist["name"], kind)
