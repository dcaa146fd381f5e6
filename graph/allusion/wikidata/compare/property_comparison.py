"""What is said here and what Wikidata says, property by property."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from ...core.model import Entity
from ..model.classes import PAGES, fit
from ..model.languages import ANY, codes_of
from ..model.properties import DATES, IDENTIFIERS, MAKERS, PROPERTIES
from ..model.properties import READ as NAMES
from .equality import article, bare, key, keys, same_date, unique
from .item_description import ItemDescription, Value

Status = Literal["agree", "differ", "only here", "only there", "unclear"]


@dataclass(frozen=True, slots=True)
class Row:
    """One property, with what each side says of it.

    ``property`` is a Wikidata property ("P57"), or "item", "label@en", "makers" or
    "sitelink"; ``name`` is for people. Of a property with several values, those on
    both sides, here alone and there alone make a row each. "unclear" says that the
    two cannot be compared; ``note`` says why. ``items`` are the Q-ids of ``theirs``, one
    for each, "" where a value is no item; empty where none is.
    """

    property: str
    name: str
    status: Status
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    note: str = ""
    items: tuple[str, ...] = ()


# Which property of Wikidata a plain fact of ours answers to, best first.
_DATE_FACTS: Final = {
    "published": ("P577", "P571"),
    "born": ("P569",),
    "died": ("P570",),
    "opened": ("P1619", "P571"),
}
_BROADCAST: Final = ("P580", "P577")
_ITEM: Final = re.compile(r"Q[1-9][0-9]*")
# What the year of an entity means, where no dated fact says so.
_YEAR_OF: Final = {"person": "born", "group": "opened", "organisation": "opened", "place": "opened"}
# Whom our "makers" of a register are to be found among first.
_PRINCIPAL: Final = {
    "film": ("P57",),
    "television": ("P57",),
    "song": ("P86", "P175"),
    "recording": ("P175",),
    "literature": ("P50",),
    "artwork": ("P57",),
}


def beside(
    entity: Entity, facts: Mapping[str, Sequence[str | Value]], item: ItemDescription
) -> list[Row]:
    """Our entity beside an item, one property after the other.

    ``facts`` adds what we say beyond the entity's record: Wikidata property ("P161")
    to names, Q-ids, dates or identifiers, or to values: these are the same as Wikidata's
    by their items where both have one, and by their names where not. Names are compared
    in every language that was asked for, without regard to case, spaces and punctuation.
    Dates are compared as exactly as both sides state them; 1 January is taken to be able
    to mean the year alone, and one that is "circa" there is neither ours nor another.
    Labels in transcription are not compared: Wikidata has none.
    """
    rows = list(_identity(entity, item))
    if not item.exists or item.redirects_to:
        return rows
    rows += _labels(entity, item)
    rows.append(_type(entity, item))
    told = set(facts)
    if entity.makers and told.isdisjoint(_PRINCIPAL.get(entity.kind, MAKERS)):
        makers, covered = _makers(entity, item)
        rows += makers
        told |= covered
    dates = _our_dates(entity, item)
    told |= dates.keys()
    rows += [_date(prop, days, item) for prop, days in dates.items() if prop not in facts]
    rows += _links(entity, item, told)
    for prop, ours in facts.items():
        if prop in DATES:
            rows.append(_date(prop, map(str, ours), item))
        else:
            rows += _values(prop, ours, item.statements.get(prop, ()))
    for prop in (*MAKERS, *DATES, *IDENTIFIERS):
        if prop not in item.statements or prop in told:
            continue
        if prop in DATES:
            rows.append(_date(prop, (), item))
        else:
            rows += _values(prop, (), item.statements[prop])
    return rows


def _identity(entity: Entity, item: ItemDescription) -> Iterator[Row]:
    """A row where the item cannot stand for any entity of ours."""
    page = next((PAGES[value.item] for value in item.types if value.item in PAGES), "")
    if item.redirects_to:
        note = f"{item.item} was merged into {item.redirects_to}: link to that one"
        yield Row("item", "item", "differ", (item.item,), (item.redirects_to,), note)
    elif not item.exists:
        note = f"Wikidata knows nothing of {item.item}: deleted, or never used"
        yield Row("item", "item", "only here", (item.item,), (), note)
    elif page:
        note = f"{item.item} is a page ({page}), not {entity.type.lower() or 'a thing'}"
        yield Row("item", "item", "differ", (entity.label(),), (page,), note)


def _labels(entity: Entity, item: ItemDescription) -> Iterator[Row]:
    theirs_by_code = {tag.lower(): text for tag, text in item.labels.items()}
    aliases = {key(alias.text) for alias in item.aliases}
    ours_too = {key(alias.text) for alias in entity.aliases}
    for tag in item.languages:
        codes = codes_of(tag)
        exact = unique(theirs_by_code[code] for code in codes.exact if code in theirs_by_code)
        loose = unique(
            theirs_by_code[code] for code in (*codes.loose, ANY) if code in theirs_by_code
        )
        ours = entity.labels.get(tag, "")
        prop, name = f"label@{tag}", f"label ({tag})"
        if not ours:
            if exact:
                yield Row(prop, name, "only there", (), exact[:1])
        elif not codes.exact:
            continue
        elif same := [text for text in (*exact, *loose) if key(text) == key(ours)]:
            yield Row(prop, name, "agree", (ours,), (same[0],))
        elif same := [text for text in (*exact, *loose) if key(text) == key(bare(ours))]:
            note = "but for what tells ours from namesakes"
            yield Row(prop, name, "agree", (ours,), (same[0],), note)
        elif key(ours) in aliases:
            yield Row(prop, name, "agree", (ours,), exact or loose, "ours is an alias there")
        elif other := [text for text in exact if key(text) in ours_too]:
            yield Row(prop, name, "agree", (ours,), (other[0],), "theirs is an alias here")
        elif exact:
            yield Row(prop, name, "differ", (ours,), exact)
        else:
            note = f"there without a script: {', '.join(loose)}" if loose else ""
            yield Row(prop, name, "only here", (ours,), (), note)


def _type(entity: Entity, item: ItemDescription) -> Row:
    theirs = tuple(value.text for value in item.types)
    if not theirs:
        return Row("P31", PROPERTIES["P31"], "only here", (entity.type,))
    verdict = fit(entity.kind, (value.item for value in item.types), item.superclasses)
    if verdict == "unknown":
        note = "none of its classes is in our table: judge for yourself"
        return Row("P31", PROPERTIES["P31"], "unclear", (entity.type,), theirs, note)
    status: Status = "agree" if verdict == "fits" else "differ"
    return Row("P31", PROPERTIES["P31"], status, (entity.type,), theirs)


def _makers(entity: Entity, item: ItemDescription) -> tuple[list[Row], set[str]]:
    """Rows for our makers, whose role is not told apart here, and the properties covered."""
    principal = _PRINCIPAL.get(entity.kind, ())
    covered = {prop for prop in principal if prop in item.statements}
    theirs = [value for prop in principal for value in item.statements.get(prop, ())]
    wanted = {key(maker) for maker in entity.makers}
    for prop, values in item.makers.items():
        if prop not in principal:
            theirs += [value for value in values if not wanted.isdisjoint(keys(value))]
    return _values("makers", entity.makers, theirs), covered


def _our_dates(entity: Entity, item: ItemDescription) -> dict[str, tuple[str, ...]]:
    """Our dates by the property of Wikidata that they answer to."""
    dates: dict[str, tuple[str, ...]] = {}
    known = [(fact.property, fact.value) for fact in entity.facts if fact.property in _DATE_FACTS]
    if entity.year is not None and {name for name, _ in known} <= {"died"}:
        known.append((_YEAR_OF.get(entity.kind, "published"), str(entity.year)))
    for name, value in known:
        aired = entity.kind == "television" and name == "published"
        properties = _BROADCAST if aired else _DATE_FACTS[name]
        # The property that the item has, so that one side does not miss the other.
        prop = next((one for one in properties if one in item.statements), properties[0])
        dates[prop] = unique((*dates.get(prop, ()), value))
    return dates


def _date(prop: str, ours: Iterable[str], item: ItemDescription) -> Row:
    here = tuple(ours)
    values = item.statements.get(prop, ())
    there = tuple(f"about {value.text}" if value.circa else value.text for value in values)
    name = PROPERTIES[prop]
    if not here or not there:
        return Row(prop, name, "only there" if there else "only here", here, there)
    agreed = [(a, b.text) for a in here for b in values if not b.circa and same_date(a, b.text)]
    if not agreed and any(value.circa for value in values):
        return Row(prop, name, "unclear", here, there, "there it is not sure to the year")
    if not agreed:
        return Row(prop, name, "differ", here, there)
    by_year = all(len(a) == 4 or b.endswith("-01-01") for a, b in agreed)
    return Row(prop, name, "agree", here, there, "to the year" if by_year else "")


def _links(entity: Entity, item: ItemDescription, told: set[str]) -> Iterator[Row]:
    for site, prop in (("IMDb", "P345"), ("TMDb", "P4947")):
        ours = unique(link.identifier for link in entity.links if link.site == site)
        if ours and prop not in told:
            told.add(prop)
            yield from _values(prop, ours, item.statements.get(prop, ()))
    for link in entity.links:
        if link.site != "Wikipedia" or not item.sitelinks:
            continue
        wiki = urlsplit(link.url).netloc
        there = [url for url in item.sitelinks.values() if urlsplit(url).netloc == wiki]
        if not there:
            yield Row("sitelink", wiki, "only here", (link.url,))
            continue
        status: Status = "agree" if article(there[0]) == article(link.url) else "differ"
        yield Row("sitelink", wiki, status, (link.url,), (there[0],))


def _values(prop: str, ours: Iterable[str | Value], theirs: Iterable[Value]) -> list[Row]:
    """Rows for values on both sides, or for two sides that have nothing in common."""
    left = list({(one.item, one.text): one for one in map(_as_value, ours)}.values())
    both: list[tuple[Value, Value]] = []
    rest: list[Value] = []
    for value in {(one.item, one.text): one for one in theirs}.values():
        match = next((one for one in left if _same(one, value)), None)
        if match is None:
            rest.append(value)
        else:
            left.remove(match)
            both.append((match, value))
    name = NAMES.get(prop, prop)
    shown, items = tuple(value.text for value in rest), _items(rest)
    here = tuple(value.text for value in left)
    if left and rest and not both:
        return [Row(prop, name, "differ", here, shown, "", items)]
    rows = []
    if both:
        same = [value for _, value in both]
        texts = tuple(value.text for value in same)
        matched = tuple(one.text for one, _ in both)
        rows.append(Row(prop, name, "agree", matched, texts, "", _items(same)))
    if left:
        rows.append(Row(prop, name, "only here", here))
    if rest:
        rows.append(Row(prop, name, "only there", (), shown, "", items))
    return rows


def _as_value(ours: str | Value) -> Value:
    if isinstance(ours, Value):
        return ours
    return Value(ours, ours if _ITEM.fullmatch(ours) else "")


def _same(ours: Value, theirs: Value) -> bool:
    """By their items where both have one; namesakes are two."""
    if ours.item and theirs.item:
        return ours.item == theirs.item
    return not keys(ours).isdisjoint(keys(theirs))


def _items(values: Sequence[Value]) -> tuple[str, ...]:
    return tuple(value.item for value in values) if any(value.item for value in values) else ()
