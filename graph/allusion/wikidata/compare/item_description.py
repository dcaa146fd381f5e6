"""An item as `beside` takes it: the best of what was read, with all names there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...core.labels import Name
from ..model.items import Item, Named
from ..model.languages import LANGUAGES
from ..model.properties import MAKERS, READ, TYPE


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
    def types(self) -> tuple[Value, ...]:
        """Its classes ("instance of")."""
        return self.statements.get(TYPE, ())

    @property
    def makers(self) -> dict[str, tuple[Value, ...]]:
        """Who made or performs in it, by property."""
        return {prop: self.statements[prop] for prop in MAKERS if prop in self.statements}


def described(item: Item, named: Mapping[str, Named]) -> ItemDescription:
    """The best-ranked statements of an item; ``named`` has the classes above its own."""
    statements = {
        prop: tuple(Value(one.text, one.item, one.names, one.is_circa) for one in best)
        for prop in READ
        if (best := item.best(prop))
    }
    above = named[item.item].above if item.item in named else ()
    aliases = tuple(Name(text, tag) for tag, many in item.aliases.items() for text in many)
    return ItemDescription(
        item.item, LANGUAGES, item.labels, aliases, statements, frozenset(above),
        item.sitelinks, item.redirects_to, exists=item.exists,
    )  # fmt: skip
