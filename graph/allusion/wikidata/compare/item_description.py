"""Items in the form that the comparison needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...core.labels import Name
from ..model.items import Item, ItemSummary
from ..model.languages import LANGUAGES
from ..model.properties import INSTANCE_OF, MAKERS, PROPERTY_LABELS


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """The value of a statement.

    Attributes:
        text: Text to display: the English label, another label, or the value itself.
        item: Q-id; "" for dates, identifiers and text.
        names: Labels by language code.
        circa: Whether a date is only approximate.
    """

    text: str
    item: str = ""
    names: dict[str, str] = field(default_factory=dict)
    circa: bool = False


@dataclass(frozen=True, slots=True)
class ItemDescription:
    """Names and best-rank statements of an item.

    Attributes:
        languages: Tags of our languages to compare.
        labels: Labels by Wikidata language code.
        statements: Best-rank values by property ("P57").
        superclasses: Superclasses of its types; () if one of its types is a known class.
        sitelinks: Address of the article by site ("enwiki").
        redirects_to: Item that it was merged into, or "".
        exists: False for deleted and unused Q-ids.
    """

    item: str
    languages: tuple[str, ...]
    labels: dict[str, str] = field(default_factory=dict)
    aliases: tuple[Name, ...] = ()
    statements: dict[str, tuple[PropertyValue, ...]] = field(default_factory=dict)
    superclasses: frozenset[str] = frozenset()
    sitelinks: dict[str, str] = field(default_factory=dict)
    redirects_to: str = ""
    exists: bool = True

    @property
    def types(self) -> tuple[PropertyValue, ...]:
        """Its classes (P31 instance of)."""
        return self.statements.get(INSTANCE_OF, ())

    @property
    def makers(self) -> dict[str, tuple[PropertyValue, ...]]:
        """Directors, authors, performers and other makers, by property."""
        return {prop: self.statements[prop] for prop in MAKERS if prop in self.statements}


def describe_item(item: Item, summaries: Mapping[str, ItemSummary]) -> ItemDescription:
    """Return the best-rank statements of an item, with superclasses from ``summaries``."""
    statements = {
        prop: tuple(PropertyValue(one.text, one.item, one.names, one.is_circa) for one in best)
        for prop in PROPERTY_LABELS
        if (best := item.best_statements(prop))
    }
    above = summaries[item.item].superclasses if item.item in summaries else ()
    aliases = tuple(Name(text, tag) for tag, many in item.aliases.items() for text in many)
    return ItemDescription(
        item.item, LANGUAGES, item.labels, aliases, statements, frozenset(above),
        item.sitelinks, item.redirects_to, exists=item.exists,
    )  # fmt: skip
