"""Items of Wikidata as they are read: ranks, dates in either calendar, what has no value."""

from __future__ import annotations

from typing import Any

import pytest

from allusion.wikidata.model.items import Item, from_json, parse_entity, to_json
from allusion.wikidata.model.time_values import parse_time

GREGORIAN = "http://www.wikidata.org/entity/Q1985727"
JULIAN = "http://www.wikidata.org/entity/Q1985786"


def value(kind: str, of: object) -> dict[str, Any]:
    return {"snaktype": "value", "datavalue": {"type": kind, "value": of}}


def item(number: str) -> dict[str, Any]:
    return value("wikibase-entityid", {"entity-type": "item", "id": number})


def day(time: str, precision: int = 11, calendar: str = GREGORIAN) -> dict[str, Any]:
    return value("time", {"time": time, "precision": precision, "calendarmodel": calendar})


UNKNOWN, NONE = {"snaktype": "somevalue"}, {"snaktype": "novalue"}


def read(prop: str, *claims: tuple[dict[str, Any], str], **more: Any) -> Item:
    statements = [{"mainsnak": snak, "rank": rank, **more} for snak, rank in claims]
    entity = {"lastrevid": 1, "modified": "2026-11-01T12:00:00Z", "claims": {prop: statements}}
    found = parse_entity("Q1", entity, "2026-11-22T00:00:00+00:00")
    assert from_json(to_json(found)) == found
    return found


def values(found: Item, prop: str) -> list[str]:
    return [one.item or one.value for one in found.best_statements(prop)]


@pytest.mark.parametrize("best", [UNKNOWN, NONE, day("+1950-00-00T00:00:00Z", 8)])
def test_an_unreadable_preferred_value_is_not_replaced_by_another(
    best: dict[str, Any],
) -> None:
    found = read("P570", (best, "preferred"), (day("+1957-03-01T00:00:00Z"), "normal"))
    assert values(found, "P570") == []
    assert [one.value for one in found.statements["P570"] if one.value] == ["1957-03-01"]


def test_an_unknown_value_does_not_hide_values_of_its_rank() -> None:
    claims = (UNKNOWN, "normal"), (item("Q2"), "normal"), (item("Q3"), "deprecated")
    assert values(read("P57", *claims), "P57") == ["Q2"]
    assert values(read("P57", *claims, (item("Q4"), "preferred")), "P57") == ["Q4"]


@pytest.mark.parametrize(
    ("time", "precision", "calendar", "date"),
    [
        ("+1994-07-14T00:00:00Z", 11, GREGORIAN, "1994-07-14"),
        ("+1994-07-00T00:00:00Z", 10, GREGORIAN, "1994-07"),
        ("+1994-00-00T00:00:00Z", 9, GREGORIAN, "1994"),
        ("+1990-00-00T00:00:00Z", 8, GREGORIAN, ""),
        ("+1994-02-30T00:00:00Z", 11, GREGORIAN, ""),
        ("-0043-03-15T00:00:00Z", 11, JULIAN, ""),
        ("+12026-01-01T00:00:00Z", 11, GREGORIAN, ""),
        ("+1564-04-26T00:00:00Z", 11, JULIAN, "1564-05-06"),
        ("+1582-10-04T00:00:00Z", 11, JULIAN, "1582-10-14"),
        ("+1917-10-25T00:00:00Z", 11, JULIAN, "1917-11-07"),
        ("+1900-02-29T00:00:00Z", 11, JULIAN, "1900-03-13"),
        ("+1900-02-30T00:00:00Z", 11, JULIAN, ""),
        ("+0001-01-03T00:00:00Z", 11, JULIAN, "0001-01-01"),
        ("+0001-01-02T00:00:00Z", 11, JULIAN, ""),
        ("+1564-04-00T00:00:00Z", 10, JULIAN, "1564"),
        ("+1564-00-00T00:00:00Z", 9, JULIAN, "1564"),
    ],
)  # fmt: skip
def test_a_date_keeps_its_precision_in_the_gregorian_calendar(
    time: str, precision: int, calendar: str, date: str
) -> None:
    assert parse_time(time, precision, calendar) == date


def test_imported_from_is_not_a_reference_url() -> None:
    copied = {"snaks": {"P143": [item("Q328")], "P854": [UNKNOWN]}}
    page = {"snaks": {"P854": [value("string", "https://example.org/a")]}}
    (one,) = read("P57", (item("Q2"), "normal"), references=[copied, page]).best_statements("P57")
    assert one.references == ("https://example.org/a",)


def test_a_value_that_is_a_property_is_ignored() -> None:
    other = value("wikibase-entityid", {"entity-type": "property", "id": "P31"})
    assert values(read("P57", (other, "normal")), "P57") == []


def test_a_date_with_the_qualifier_circa_is_marked() -> None:
    other = {"P1480": [item("Q18122778")]}
    for qualifiers, circa in (({"P1480": [item("Q5727902")]}, True), (other, False), ({}, False)):
        found = read("P569", (day("+1952-00-00T00:00:00Z", 9), "normal"), qualifiers=qualifiers)
        (born,) = found.best_statements("P569")
        assert (born.value, born.is_circa) == ("1952", circa)
