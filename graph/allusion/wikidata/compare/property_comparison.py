"""Comparison of an entity with its item, property by property."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from ...core.labels import is_editorial
from ...core.model import Entity
from ..model.classes import WIKIMEDIA_PAGES, match_classes
from ..model.items import is_item_id
from ..model.languages import MUL, language_codes
from ..model.properties import COMPARED_PROPERTIES, DATES, IDENTIFIERS, MAKERS
from ..model.properties import PROPERTY_LABELS as NAMES
from .equality import (
    article_title,
    comparison_key,
    comparison_keys,
    same_date,
    strip_qualifier,
    unique,
)
from .item_description import ItemDescription, PropertyValue

ComparisonStatus = Literal["agree", "differ", "only here", "only there", "unclear"]


@dataclass(frozen=True, slots=True)
class PropertyComparison:
    """Values of one property on both sides.

    A property with several values has up to three comparisons: values on both sides, only here
    and only there.

    Attributes:
        property: Property of Wikidata ("P57"), or "item", "label@en", "makers", "sitelink".
        name: Name to display.
        status: "unclear" means that the values cannot be compared.
        note: Reason for the status.
        items: Q-id for each of ``theirs``, "" for other values; empty if no value is an item.
    """

    property: str
    name: str
    status: ComparisonStatus
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    note: str = ""
    items: tuple[str, ...] = ()


# Our date property -> properties of Wikidata, best first.
_DATE_PROPERTIES: Final = {
    "published": ("P577", "P571"),
    "born": ("P569",),
    "died": ("P570",),
    "opened": ("P1619", "P571"),
}
_BROADCAST_DATES: Final = ("P580", "P577")
# Our date property for the year of an entity without a dated fact.
_YEAR_MEANING: Final = {
    "person": "born",
    "group": "opened",
    "organisation": "opened",
    "place": "opened",
}
# Properties that the makers of a register are compared with first.
_PRINCIPAL: Final = {
    "film": ("P57",),
    "television": ("P57",),
    "song": ("P86", "P175"),
    "recording": ("P175",),
    "literature": ("P50",),
    "artwork": ("P57",),
}


def compare_entity(
    entity: Entity, facts: Mapping[str, Sequence[str | PropertyValue]], item: ItemDescription
) -> list[PropertyComparison]:
    """Compare an entity with an item.

    Names are compared in all languages, ignoring case, spaces and punctuation. Dates are
    compared with the precision that both sides state; 1 January may stand for the year, and an
    approximate date is neither equal nor different. Transcriptions are not compared, because
    Wikidata has no labels for them.

    Args:
        entity: Entity of the graph.
        facts: Further values by Wikidata property: names, Q-ids, dates or identifiers.
            `PropertyValue` objects are compared by item if both sides have one, else by name.
        item: Item to compare with.
    """
    rows = list(_compare_identity(entity, item))
    if not item.exists or item.redirects_to:
        return rows
    rows += _compare_labels(entity, item)
    rows.append(_compare_type(entity, item))
    compared = set(facts)
    if entity.makers and compared.isdisjoint(_PRINCIPAL.get(entity.kind, MAKERS)):
        makers, covered = _compare_makers(entity, item)
        rows += makers
        compared |= covered
    dates = _our_dates(entity, item)
    compared |= dates.keys()
    rows += [_compare_date(prop, days, item) for prop, days in dates.items() if prop not in facts]
    rows += _compare_links(entity, item, compared)
    for prop, ours in facts.items():
        if prop in DATES:
            rows.append(_compare_date(prop, map(str, ours), item))
        else:
            rows += _compare_values(prop, ours, item.statements.get(prop, ()))
    for prop in (*MAKERS, *DATES, *IDENTIFIERS):
        if prop not in item.statements or prop in compared:
            continue
        if prop in DATES:
            rows.append(_compare_date(prop, (), item))
        else:
            rows += _compare_values(prop, (), item.statements[prop])
    return rows


def _compare_identity(entity: Entity, item: ItemDescription) -> Iterator[PropertyComparison]:
    """Yield a comparison if the item cannot stand for any entity."""
    page = next(
        (WIKIMEDIA_PAGES[value.item] for value in item.types if value.item in WIKIMEDIA_PAGES), ""
    )
    if item.redirects_to:
        note = f"{item.item} was merged into {item.redirects_to}; change the link"
        yield PropertyComparison("item", "item", "differ", (item.item,), (item.redirects_to,), note)
    elif not item.exists:
        note = f"{item.item} was deleted or never existed"
        yield PropertyComparison("item", "item", "only here", (item.item,), (), note)
    elif page:
        note = f"{item.item} is a page ({page}), not {entity.type.lower() or 'a thing'}"
        yield PropertyComparison("item", "item", "differ", (entity.label(),), (page,), note)


def _compare_labels(entity: Entity, item: ItemDescription) -> Iterator[PropertyComparison]:
    labels = {tag: text for tag, text in entity.labels.items() if not is_editorial(text)}
    theirs_by_code = {tag.lower(): text for tag, text in item.labels.items()}
    aliases = {comparison_key(alias.text) for alias in item.aliases}
    ours_too = {comparison_key(alias.text) for alias in entity.aliases}
    for tag in item.languages:
        codes = language_codes(tag)
        exact = unique(theirs_by_code[code] for code in codes.exact if code in theirs_by_code)
        loose = unique(
            theirs_by_code[code] for code in (*codes.loose, MUL) if code in theirs_by_code
        )
        ours = labels.get(tag, "")
        prop, name = f"label@{tag}", f"label ({tag})"
        if not ours:
            if exact:
                yield PropertyComparison(prop, name, "only there", (), exact[:1])
        elif not codes.exact:
            continue
        elif same := [
            text for text in (*exact, *loose) if comparison_key(text) == comparison_key(ours)
        ]:
            yield PropertyComparison(prop, name, "agree", (ours,), (same[0],))
        elif same := [
            text
            for text in (*exact, *loose)
            if comparison_key(text) == comparison_key(strip_qualifier(ours))
        ]:
            note = "without our qualifier for namesakes"
            yield PropertyComparison(prop, name, "agree", (ours,), (same[0],), note)
        elif comparison_key(ours) in aliases:
            yield PropertyComparison(
                prop, name, "agree", (ours,), exact or loose, "ours is an alias there"
            )
        elif other := [text for text in exact if comparison_key(text) in ours_too]:
            yield PropertyComparison(
                prop, name, "agree", (ours,), (other[0],), "theirs is an alias here"
            )
        elif exact:
            yield PropertyComparison(prop, name, "differ", (ours,), exact)
        else:
            note = f"there without a script: {', '.join(loose)}" if loose else ""
            yield PropertyComparison(prop, name, "only here", (ours,), (), note)


def _compare_type(entity: Entity, item: ItemDescription) -> PropertyComparison:
    theirs = tuple(value.text for value in item.types)
    if not theirs:
        return PropertyComparison("P31", COMPARED_PROPERTIES["P31"], "only here", (entity.type,))
    match = match_classes(entity.kind, (value.item for value in item.types), item.superclasses)
    if match == "unknown":
        note = "its classes are unknown here; please check"
        return PropertyComparison(
            "P31", COMPARED_PROPERTIES["P31"], "unclear", (entity.type,), theirs, note
        )
    status: ComparisonStatus = "agree" if match == "fits" else "differ"
    return PropertyComparison("P31", COMPARED_PROPERTIES["P31"], status, (entity.type,), theirs)


def _compare_makers(
    entity: Entity, item: ItemDescription
) -> tuple[list[PropertyComparison], set[str]]:
    """Compare makers without a role; also return the properties that this covers."""
    principal = _PRINCIPAL.get(entity.kind, ())
    covered = {prop for prop in principal if prop in item.statements}
    theirs = [value for prop in principal for value in item.statements.get(prop, ())]
    our_keys = {comparison_key(maker) for maker in entity.makers}
    for prop, values in item.makers.items():
        if prop not in principal:
            theirs += [value for value in values if not our_keys.isdisjoint(comparison_keys(value))]
    return _compare_values("makers", entity.makers, theirs), covered


def _our_dates(entity: Entity, item: ItemDescription) -> dict[str, tuple[str, ...]]:
    """Return our dates by the corresponding Wikidata property."""
    dates: dict[str, tuple[str, ...]] = {}
    known = [
        (fact.property, fact.value) for fact in entity.facts if fact.property in _DATE_PROPERTIES
    ]
    if entity.year is not None and {name for name, _ in known} <= {"died"}:
        known.append((_YEAR_MEANING.get(entity.kind, "published"), str(entity.year)))
    for name, value in known:
        aired = entity.kind == "television" and name == "published"
        properties = _BROADCAST_DATES if aired else _DATE_PROPERTIES[name]
        # Prefer a property that the item has.
        prop = next((one for one in properties if one in item.statements), properties[0])
        dates[prop] = unique((*dates.get(prop, ()), value))
    return dates


def _compare_date(prop: str, ours: Iterable[str], item: ItemDescription) -> PropertyComparison:
    here = tuple(ours)
    values = item.statements.get(prop, ())
    there = tuple(f"about {value.text}" if value.circa else value.text for value in values)
    name = COMPARED_PROPERTIES[prop]
    if not here or not there:
        return PropertyComparison(prop, name, "only there" if there else "only here", here, there)
    agreed = [(a, b.text) for a in here for b in values if not b.circa and same_date(a, b.text)]
    if not agreed and any(value.circa for value in values):
        return PropertyComparison(
            prop, name, "unclear", here, there, "the date there is approximate"
        )
    if not agreed:
        return PropertyComparison(prop, name, "differ", here, there)
    by_year = all(len(a) == 4 or b.endswith("-01-01") for a, b in agreed)
    return PropertyComparison(prop, name, "agree", here, there, "to the year" if by_year else "")


def _compare_links(
    entity: Entity, item: ItemDescription, compared: set[str]
) -> Iterator[PropertyComparison]:
    for site, prop in (("IMDb", "P345"), ("TMDb", "P4947")):
        ours = unique(link.identifier for link in entity.links if link.site == site)
        if ours and prop not in compared:
            compared.add(prop)
            yield from _compare_values(prop, ours, item.statements.get(prop, ()))
    for link in entity.links:
        if link.site != "Wikipedia" or not item.sitelinks:
            continue
        wiki = urlsplit(link.url).netloc
        there = [url for url in item.sitelinks.values() if urlsplit(url).netloc == wiki]
        if not there:
            yield PropertyComparison("sitelink", wiki, "only here", (link.url,))
            continue
        status: ComparisonStatus = (
            "agree" if article_title(there[0]) == article_title(link.url) else "differ"
        )
        yield PropertyComparison("sitelink", wiki, status, (link.url,), (there[0],))


def _compare_values(
    prop: str, ours: Iterable[str | PropertyValue], theirs: Iterable[PropertyValue]
) -> list[PropertyComparison]:
    """Compare the values of one property."""
    left = list({(one.item, one.text): one for one in map(_as_value, ours)}.values())
    both: list[tuple[PropertyValue, PropertyValue]] = []
    rest: list[PropertyValue] = []
    for value in {(one.item, one.text): one for one in theirs}.values():
        match = next((one for one in left if _is_same(one, value)), None)
        if match is None:
            rest.append(value)
        else:
            left.remove(match)
            both.append((match, value))
    name = NAMES.get(prop, prop)
    shown, items = tuple(value.text for value in rest), _item_ids(rest)
    here = tuple(value.text for value in left)
    if left and rest and not both:
        return [PropertyComparison(prop, name, "differ", here, shown, "", items)]
    rows = []
    if both:
        same = [value for _, value in both]
        texts = tuple(value.text for value in same)
        matched = tuple(one.text for one, _ in both)
        rows.append(PropertyComparison(prop, name, "agree", matched, texts, "", _item_ids(same)))
    if left:
        rows.append(PropertyComparison(prop, name, "only here", here))
    if rest:
        rows.append(PropertyComparison(prop, name, "only there", (), shown, "", items))
    return rows


def _as_value(ours: str | PropertyValue) -> PropertyValue:
    if isinstance(ours, PropertyValue):
        return ours
    return PropertyValue(ours, ours if is_item_id(ours) else "")


def _is_same(ours: PropertyValue, theirs: PropertyValue) -> bool:
    """Compare by item if both values have one, else by name."""
    if ours.item and theirs.item:
        return ours.item == theirs.item
    return not comparison_keys(ours).isdisjoint(comparison_keys(theirs))


def _item_ids(values: Sequence[PropertyValue]) -> tuple[str, ...]:
    return tuple(value.item for value in values) if any(value.item for value in values) else ()
