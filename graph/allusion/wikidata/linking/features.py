"""What is known of a thing that wants an item, and of an item that may be it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from ...core.labels import Name

_Q_ID: Final = re.compile(r"Q[1-9][0-9]{0,11}")
_YEAR: Final = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a thing.

    ``subject`` is its IRI, or what the caller knows it by. ``names`` come best first;
    ``kind`` is a register of ours ("film"), "" where it is not known. ``years`` are those of
    publication, birth or opening, each as good as the other. ``makers`` maps a property ("P57")
    to those who are known to have that part in it, ``cast`` are its players; both by name or
    Q-id. ``works`` maps the items of works of theirs to what these are called.
    ``identifiers`` maps property ("P345") to value, ``articles`` a site
    ("enwiki") to the title of its article. ``called`` gives the name of a Q-id that stands in
    it, for people.
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
        """Its first name, for people."""
        return self.names[0].text if self.names else self.subject


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person or company that an item names: Q-id ("" where unknown) and all known names."""

    item: str
    names: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """A name for people, the Q-id where there is none."""
        return self.names[0] if self.names else self.item


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be the thing.

    ``labels`` and ``aliases`` are its names; ``types`` its classes and ``superclasses`` those
    above them, as far as the source has them. ``years`` maps a property of date ("P577") to
    the years of its values, ``makers`` a property ("P57") to those it names; ``works`` are the
    items that name it as a maker or player.
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
        """Its English label, else any, else the Q-id."""
        english = next((name.text for name in self.labels if name.language == "en"), "")
        return english or next((name.text for name in self.labels), self.item)


class CandidateSource(Protocol):
    """Where candidates come from."""

    @property
    def name(self) -> str:
        """What it is, as a comment names it: a file and its date, the address of a service."""

    def candidates(self, queries: Sequence[Features]) -> Iterator[list[Candidate]]:
        """For each of ``wanted``, in that order, the items that may be it."""


def is_item_id(text: str) -> bool:
    """Whether it is a Q-id and no name."""
    return _Q_ID.fullmatch(text) is not None


def extract_years(text: str) -> tuple[int, ...]:
    """The years that a text names, in its order.

    >>> years_in("1994-07-14"), years_in("14 July 1994 (HK), 1996"), years_in("tt0109424")
    ((1994,), (1994, 1996), ())
    """
    return tuple(dict.fromkeys(int(year) for year in _YEAR.findall(text)))


def merge_candidates(lists: Iterable[Sequence[Candidate]]) -> list[Candidate]:
    """Candidates of several sources, each item once: as the first source has it."""
    found: dict[str, Candidate] = {}
    for candidates in lists:
        for candidate in candidates:
            found.setdefault(candidate.item, candidate)
    return list(found.values())


def parse_article_url(url: str) -> tuple[str, str] | None:
    """The site ("enwiki") and title of an article of Wikipedia.

    >>> article_of("https://en.wikipedia.org/wiki/Chungking_Express")
    ('enwiki', 'Chungking Express')
    """
    parts = urlsplit(url)
    language, _, host = parts.netloc.partition(".")
    if host != "wikipedia.org" or not parts.path.startswith("/wiki/"):
        return None
    title = unquote(parts.path.removeprefix("/wiki/")).replace("_", " ")
    return f"{language.replace('-', '_')}wiki", title
