"""Items of Wikidata: records, the parser for Wikibase JSON, and JSON serialization.

Source: https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from ...core.errors import ParameterError
from ...core.terms import Iri, Term
from ...core.vocabulary import WIKIDATA_ENTITY
from .properties import PROPERTY_LABELS
from .time_values import parse_time

_ITEM_ID: Final = re.compile(r"Q[1-9][0-9]{0,11}")
_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
#: "Sourcing circumstances", and its value for an approximate date.
#: Source: https://www.wikidata.org/wiki/Property:P1480, https://www.wikidata.org/wiki/Q5727902
CIRCUMSTANCES: Final = "P1480"
CIRCA: Final = "Q5727902"
_RANKS: Final = ("preferred", "normal", "deprecated")


class MalformedEntity(ValueError):
    """JSON that does not have the documented shape of an item."""


@dataclass(frozen=True, slots=True)
class ItemStatement:
    """One statement of an item.

    Attributes:
        item: Q-id of the value; "" if the value is not an item.
        value: Date, number or text; "" if the value is an item. A date has the precision that
            is stated ("1994", "1994-07", "1994-07-14"), in the Gregorian calendar. ``item`` and
            ``value`` are both "" in a preferred statement whose value is unknown, absent or of
            an unsupported type.
        text: Text to display.
        names: Labels of the item that is the value, by Wikidata language code.
        qualifiers: Q-ids or values by property.
        references: Addresses (P854) and items (P248) of the references.
    """

    item: str = ""
    value: str = ""
    text: str = ""
    names: dict[str, str] = field(default_factory=dict)
    rank: str = "normal"
    qualifiers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    references: tuple[str, ...] = ()

    @property
    def is_circa(self) -> bool:
        """Whether its date is qualified as approximate (P1480 circa)."""
        return CIRCA in self.qualifiers.get(CIRCUMSTANCES, ())


@dataclass(frozen=True, slots=True)
class Item:
    """An item of Wikidata.

    Attributes:
        read: Time of retrieval, in ISO 8601.
        revision: Revision id; 0 if the item was deleted or never existed.
        modified: Time of the last edit, in ISO 8601.
        labels: Labels by Wikidata language code.
        aliases: Aliases by Wikidata language code.
        sitelinks: Addresses of articles by site ("enwiki").
        redirects_to: Q-id of the item that it was merged into; ``statements`` are then those
            of the target.
    """

    item: str
    read: str
    revision: int = 0
    modified: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    statements: dict[str, tuple[ItemStatement, ...]] = field(default_factory=dict)
    sitelinks: dict[str, str] = field(default_factory=dict)
    redirects_to: str = ""

    @property
    def exists(self) -> bool:
        """Whether Wikidata has this item."""
        return self.revision > 0

    def best_statements(self, prop: str) -> tuple[ItemStatement, ...]:
        """Return the best-rank statements of a property.

        If preferred statements exist but none has a usable value, the result is empty:
        statements of normal rank are then not the best ones. Deprecated statements never count.
        """
        found = self.statements.get(prop, ())
        for rank in _RANKS[:2]:
            if chosen := tuple(one for one in found if one.rank == rank):
                return tuple(one for one in chosen if one.item or one.value)
        return ()

    def mentioned_items(self) -> Iterator[str]:
        """Yield the Q-ids of all values of statements and qualifiers."""
        for statements in self.statements.values():
            for one in statements:
                if one.item:
                    yield one.item
                for values in one.qualifiers.values():
                    yield from (value for value in values if is_item_id(value))

    def with_labels(self, labels: Mapping[str, Mapping[str, str]]) -> Item:
        """Return a copy whose statements have the labels of their values."""
        statements = {
            prop: tuple(
                replace(
                    one,
                    names=dict(labels[one.item]),
                    text=display_label(labels[one.item]) or one.item,
                )
                if one.item in labels
                else one
                for one in found
            )
            for prop, found in self.statements.items()
        }
        return replace(self, statements=statements)


@dataclass(frozen=True, slots=True)
class ItemSummary:
    """Labels, classes and superclasses of an item."""

    labels: dict[str, str]
    types: tuple[str, ...]
    superclasses: tuple[str, ...] = ()


def display_label(labels: Mapping[str, str]) -> str:
    """Return the label to display: English, else ``mul``, else any; "" if there is none."""
    return labels.get("en") or labels.get("mul") or next(iter(labels.values()), "")


def sort_item_ids(items: Collection[str]) -> list[str]:
    """Return the distinct ids in numerical order.

    Raises:
        ParameterError: If one is not a Q-id.
    """
    for item in items:
        if not is_item_id(item):
            raise ParameterError(f"{item!r} is not an item of Wikidata; one looks like Q766263")
    return sorted(set(items), key=lambda item: int(item[1:]))


def extract_entities(
    answer: Mapping[str, Any], requested: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Return the validated entity for each requested Q-id of a ``wbgetentities`` response.

    Raises:
        MalformedEntity: If an entity is missing from the response or has another id.
    """
    entities = answer.get("entities")
    if not isinstance(entities, dict):
        raise MalformedEntity("entities are missing")
    for item in requested:
        entity = entities.get(item)
        if not isinstance(entity, dict):
            raise MalformedEntity(f"{item} is missing")
        _check_entity(item, entity)
    return {item: entities[item] for item in requested}


def _check_entity(item: str, entity: Mapping[str, Any]) -> None:
    if "missing" in entity:
        if entity.get("id", item) != item:
            raise MalformedEntity(f"{item} was requested, but {entity['id']!r} is reported missing")
        return
    redirects = entity.get("redirects")
    expected = item
    if redirects is not None:
        if not isinstance(redirects, dict) or redirects.get("from") != item:
            raise MalformedEntity(f"the redirect of {item} is inconsistent")
        expected = str(redirects.get("to"))
    if entity.get("id") != expected or not is_item_id(expected):
        raise MalformedEntity(f"{item} was requested, but {entity.get('id')!r} was sent")
    if entity.get("type") != "item" or not isinstance(entity.get("lastrevid"), int):
        raise MalformedEntity(f"{item} is not an item with a revision")
    if not _TIMESTAMP.fullmatch(str(entity.get("modified"))):
        raise MalformedEntity(f"{item} has no modification time")
    for part in ("labels", "aliases", "claims", "sitelinks"):
        _get_mapping(entity, part)


def _get_mapping(entity: Mapping[str, Any], part: str) -> dict[str, Any]:
    found = entity.get(part)
    if found is None or found == []:  # PHP writes an empty map as a list
        return {}
    if not isinstance(found, dict):
        raise MalformedEntity(f"its {part} are not an object")
    return found


def parse_entity(item: str, entity: Mapping[str, Any], read: str) -> Item:
    """Convert an entity that `extract_entities` accepted into a record.

    Raises:
        MalformedEntity: If a label, statement or sitelink does not have the documented shape.
    """
    if "missing" in entity:
        return Item(item, read)
    try:
        claims = _get_mapping(entity, "claims")
        return Item(
            item,
            read,
            int(entity["lastrevid"]),
            str(entity.get("modified", "")),
            {tag: str(one["value"]) for tag, one in _get_mapping(entity, "labels").items()},
            {
                tag: tuple(str(one["value"]) for one in many)
                for tag, many in _get_mapping(entity, "aliases").items()
            },
            {
                prop: statements
                for prop in PROPERTY_LABELS
                if (statements := tuple(_parse_statements(claims.get(prop, ()))))
            },
            {
                site: str(one["url"])
                for site, one in _get_mapping(entity, "sitelinks").items()
                if "url" in one
            },
            str(entity["redirects"]["to"]) if "redirects" in entity else "",
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedEntity(f"{item} has an undocumented format ({error!r})") from error


def _parse_statements(claims: Any) -> Iterator[ItemStatement]:
    for claim in claims:
        item, value = _parse_value(claim["mainsnak"])
        if claim["rank"] not in _RANKS:
            raise MalformedEntity(f"{claim['rank']!r} is not a rank")
        if not item and not value and claim["rank"] != "preferred":  # unknown value or no value
            continue
        qualifiers = {
            prop: values
            for prop, snaks in _get_mapping(claim, "qualifiers").items()
            if (values := tuple(one for snak in snaks if (one := "".join(_parse_value(snak)))))
        }
        yield ItemStatement(
            item, value, value or item or "?", {}, claim["rank"], qualifiers,
            tuple(_parse_references(claim)),
        )  # fmt: skip


def _parse_references(claim: Mapping[str, Any]) -> Iterator[str]:
    """Yield reference addresses (P854) and the items a statement is stated in (P248)."""
    for reference in claim.get("references", ()):
        for prop in ("P854", "P248"):
            for snak in _get_mapping(reference, "snaks").get(prop, ()):
                if found := "".join(_parse_value(snak)):
                    yield found


def _parse_value(snak: Mapping[str, Any]) -> tuple[str, str]:
    """Return the Q-id and the value of a snak; at least one of them is ""."""
    if snak["snaktype"] != "value":
        return "", ""
    kind, value = snak["datavalue"]["type"], snak["datavalue"]["value"]
    if kind == "wikibase-entityid":
        found = str(value["id"])
        return (found, "") if is_item_id(found) else ("", "")
    if kind == "time":
        return "", parse_time(str(value["time"]), value["precision"], value["calendarmodel"])
    if kind == "string":
        return "", str(value)
    if kind == "monolingualtext":
        return "", str(value["text"])
    return "", ""


def to_json(item: Item) -> dict[str, Any]:
    """Convert an item to JSON; empty fields of statements are omitted."""
    record = asdict(item)
    record["statements"] = {
        prop: [
            {name: value for name, value in one.items() if value or name in ("text", "rank")}
            for one in statements
        ]
        for prop, statements in record["statements"].items()
    }
    return record


def from_json(record: Mapping[str, Any]) -> Item:
    """Convert the output of `to_json` back into an item.

    Raises:
        MalformedEntity: If the record does not have that shape.
    """
    try:
        statements = {
            prop: tuple(
                ItemStatement(
                    one.get("item", ""), one.get("value", ""), one["text"], one.get("names", {}),
                    one["rank"],
                    {name: tuple(values) for name, values in one.get("qualifiers", {}).items()},
                    tuple(one.get("references", ())),
                )
                for one in found
            )
            for prop, found in record["statements"].items()
        }  # fmt: skip
        return Item(
            record["item"], record["read"], record["revision"], record["modified"],
            record["labels"], {tag: tuple(many) for tag, many in record["aliases"].items()},
            statements, record["sitelinks"], record["redirects_to"],
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedEntity(f"a record of an item is invalid ({error!r})") from error


def is_item_id(text: str) -> bool:
    """Return whether the text is a Q-id."""
    return _ITEM_ID.fullmatch(text) is not None


def item_id(term: Term | None) -> str:
    """Return the Q-id of an item's IRI; "" for other terms."""
    text = term.value.removeprefix(WIKIDATA_ENTITY) if isinstance(term, Iri) else ""
    return text if is_item_id(text) else ""


def item_url(item: str) -> str:
    """Return the address of an item's page on Wikidata."""
    return f"https://www.wikidata.org/wiki/{item}"
