"""Features of entities and candidates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from ...core.labels import Name

_YEAR: Final = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of an entity.

    Attributes:
        subject: IRI, or any identifier of the caller.
        names: Best first.
        kind: Register ("film"); "" if unknown.
        years: Years of publication, birth or opening.
        makers: Names or Q-ids by property ("P57").
        cast: Names or Q-ids of cast members.
        works: Labels of the person's works by Q-id.
        identifiers: Identifiers by property ("P345").
        articles: Article titles by site ("enwiki").
        item_labels: Labels of the Q-ids in these features, for messages.
    """

    subject: str
    names: tuple[Name, ...]
    kind: str = ""
    years: tuple[int, ...] = ()
    makers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cast: tuple[str, ...] = ()
    works: Mapping[str, str] = field(default_factory=dict)
    identifiers: Mapping[str, str] = field(default_factory=dict)
    articles: Mapping[str, str] = field(default_factory=dict)
    item_labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """First name, else the subject."""
        return self.names[0].text if self.names else self.subject


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person or organization that an item names; ``item`` is "" if unknown."""

    item: str
    names: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """First name, else the Q-id."""
        return self.names[0] if self.names else self.item


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be the entity.

    Attributes:
        types: Q-ids of its classes.
        superclasses: Known superclasses of its types.
        years: Years by date property ("P577").
        makers: Contributors by property ("P57").
        works: Q-ids of items that name it as a maker or cast member.
    """

    item: str
    labels: tuple[Name, ...] = ()
    aliases: tuple[Name, ...] = ()
    types: tuple[str, ...] = ()
    superclasses: frozenset[str] = frozenset()
    years: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    makers: Mapping[str, tuple[Contributor, ...]] = field(default_factory=dict)
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    articles: Mapping[str, str] = field(default_factory=dict)
    works: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """English label, else any label, else the Q-id."""
        english = next((name.text for name in self.labels if name.language == "en"), "")
        return english or next((name.text for name in self.labels), self.item)


class CandidateSource(Protocol):
    """Source of candidates."""

    @property
    def name(self) -> str:
        """Name for comments, with the date of the file or of the oldest response used."""

    def candidates(self, queries: Sequence[Features]) -> Iterator[list[Candidate]]:
        """Yield the candidates for each query, in order."""


def extract_years(text: str) -> tuple[int, ...]:
    """Return the distinct years in a text, in order.

    >>> extract_years("1994-07-14"), extract_years("14 July 1994 (HK), 1996")
    ((1994,), (1994, 1996))
    >>> extract_years("tt0109424")
    ()
    """
    return tuple(dict.fromkeys(int(year) for year in _YEAR.findall(text)))


def years_of_values(values: Iterable[str]) -> tuple[int, ...]:
    """Return the distinct years in date values, sorted."""
    return tuple(sorted({year for value in values for year in extract_years(value)}))


def merge_candidates(lists: Iterable[Sequence[Candidate]]) -> list[Candidate]:
    """Merge candidates of several sources; the first source takes precedence."""
    found: dict[str, Candidate] = {}
    for candidates in lists:
        for candidate in candidates:
            found.setdefault(candidate.item, candidate)
    return list(found.values())


def parse_article_url(url: str) -> tuple[str, str] | None:
    """Return the site ("enwiki") and the title of a Wikipedia article; None for other addresses.

    >>> parse_article_url("https://en.wikipedia.org/wiki/Chungking_Express")
    ('enwiki', 'Chungking Express')
    """
    parts = urlsplit(url)
    language, _, host = parts.netloc.partition(".")
    if host != "wikipedia.org" or not parts.path.startswith("/wiki/"):
        return None
    title = unquote(parts.path.removeprefix("/wiki/")).replace("_", " ")
    return f"{language.replace('-', '_')}wiki", title
