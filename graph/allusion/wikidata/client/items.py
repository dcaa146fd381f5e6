"""An item of Wikidata as records, and the properties that are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ...core.labels import Name

#: Who made or performs in a work. Wikidata property -> its English label.
MAKERS: Final = {
    "P57": "director",
    "P58": "screenwriter",
    "P162": "producer",
    "P161": "cast member",
    "P175": "performer",
    "P86": "composer",
    "P50": "author",
}
DATES: Final = {
    "P577": "publication date",
    "P580": "start time",
    "P569": "date of birth",
    "P570": "date of death",
    "P571": "inception",
    "P1619": "date of official opening",
}
IDENTIFIERS: Final = {"P345": "IMDb ID", "P4947": "TMDb movie ID"}
TYPE: Final = "P31"

#: All properties that a description holds, with their English labels on Wikidata.
PROPERTIES: Final = {TYPE: "instance of", **MAKERS, **DATES, **IDENTIFIERS}

DISAMBIGUATION: Final = "Q4167410"


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a statement.

    ``item`` is a Q-id, or "" for dates, identifiers and text. ``text`` is what to
    show: the English label, else one in another language, else the value itself.
    ``names`` are the labels in all languages that were asked for. ``circa`` says of a date
    that it is meant to be near the true one, and no more.
    """

    text: str
    item: str = ""
    names: dict[str, str] = field(default_factory=dict)
    circa: bool = False

    @property
    def url(self) -> str:
        """The page of the item, "" where the value is none."""
        return item_url(self.item) if self.item else ""


@dataclass(frozen=True, slots=True)
class ItemDescription:
    """What Wikidata says of one item, as `beside` compares it.

    ``labels`` maps its language codes to labels, ``languages`` are the tags of ours that
    are compared. ``statements`` maps property ("P57") to its best-ranked values;
    ``superclasses`` are the classes above its types, looked up only where no type is
    a well-known one. ``sitelinks`` maps a site ("enwiki") to the article's address.
    ``redirects_to`` is the item it was merged into; ``exists`` is False for deleted and
    unused Q-ids.
    """

    item: str
    languages: tuple[str, ...]
    labels: dict[str, str] = field(default_factory=dict)
    aliases: tuple[Name, ...] = ()
    statements: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    superclasses: frozenset[str] = frozenset()
    sitelinks: dict[str, str] = field(default_factory=dict)
    redirects_to: str = ""
    exists: bool = True

    @property
    def is_disambiguation(self) -> bool:
        """Whether it stands for a page that lists namesakes."""
        return any(value.item == DISAMBIGUATION for value in self.types)

    @property
    def types(self) -> tuple[Value, ...]:
        """Its classes ("instance of")."""
        return self.statements.get(TYPE, ())

    @property
    def makers(self) -> dict[str, tuple[Value, ...]]:
        """Who made or performs in it, by property."""
        return self._part(MAKERS)

    @property
    def dates(self) -> dict[str, tuple[Value, ...]]:
        """Its dates, by property: "1994-07-14". One of 1 January may mean the year alone."""
        return self._part(DATES)

    @property
    def identifiers(self) -> dict[str, tuple[Value, ...]]:
        """Its identifiers elsewhere, by property."""
        return self._part(IDENTIFIERS)

    @property
    def url(self) -> str:
        """Its page on Wikidata."""
        return item_url(self.item)

    def _part(self, properties: dict[str, str]) -> dict[str, tuple[Value, ...]]:
        return {name: self.statements[name] for name in properties if name in self.statements}


def item_url(item: str) -> str:
    """The page of an item on Wikidata."""
    return f"https://www.wikidata.org/wiki/{item}"
