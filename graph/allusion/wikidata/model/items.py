"""An item as the action API gives it, read into a record, and the record as JSON.

Source: https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from ...core.errors import ParameterError
from .properties import READ
from .time_values import stated

ITEM: Final = re.compile(r"Q[1-9][0-9]{0,11}")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
#: "Sourcing circumstances", and the one that says of a date that it is not sure to the year.
#: Source: https://www.wikidata.org/wiki/Property:P1480, https://www.wikidata.org/wiki/Q5727902
CIRCUMSTANCES: Final = "P1480"
CIRCA: Final = "Q5727902"
_RANKS: Final = ("preferred", "normal", "deprecated")


class WrongShape(ValueError):
    """JSON that is not what the documentation says an item looks like."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: ``item`` is the Q-id of its value, or ``value`` a date, number or text.

    Dates are as exact as they are stated: "1994", "1994-07", "1994-07-14", in the calendar of
    Gregory. Neither is there where a statement of the rank preferred says that the value is
    unknown or none, or one that cannot be read here. ``text`` is what to show, ``names`` the
    labels of the item that is the value, by Wikidata's language code.
    ``qualifiers`` maps a property to Q-ids or values; ``references`` are the addresses and
    items that vouch for it.
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
        """Whether its date is said to be near the true one, and no more."""
        return CIRCA in self.qualifiers.get(CIRCUMSTANCES, ())


@dataclass(frozen=True, slots=True)
class Item:
    """An item as it was read; ``read`` and ``modified`` are moments of ISO 8601.

    ``labels`` and ``aliases`` are by Wikidata's language code, ``sitelinks`` by site
    ("enwiki") with the article's address. An item that was deleted or never made has the
    revision 0. ``redirects_to`` is the one it was merged into, whose statements it shows.
    """

    item: str
    read: str
    revision: int = 0
    modified: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    statements: dict[str, tuple[Statement, ...]] = field(default_factory=dict)
    sitelinks: dict[str, str] = field(default_factory=dict)
    redirects_to: str = ""

    @property
    def exists(self) -> bool:
        """Whether Wikidata has it."""
        return self.revision > 0

    def best(self, prop: str) -> tuple[Statement, ...]:
        """The statements of the best rank that a property has; deprecated ones never count.

        None where the preferred ones have no value that can be read here: those of normal rank
        are not what Wikidata says then.
        """
        found = self.statements.get(prop, ())
        for rank in _RANKS[:2]:
            if chosen := tuple(one for one in found if one.rank == rank):
                return tuple(one for one in chosen if one.item or one.value)
        return ()

    def mentioned(self) -> Iterator[str]:
        """The Q-ids of all that its statements and their qualifiers name."""
        for statements in self.statements.values():
            for one in statements:
                if one.item:
                    yield one.item
                for values in one.qualifiers.values():
                    yield from (value for value in values if ITEM.fullmatch(value))

    def with_names(self, names: Mapping[str, Mapping[str, str]]) -> Item:
        """The same, with the labels of what its statements name."""
        statements = {
            prop: tuple(
                replace(one, names=dict(names[one.item]), text=shown(names[one.item]) or one.item)
                if one.item in names
                else one
                for one in found
            )
            for prop, found in self.statements.items()
        }
        return replace(self, statements=statements)


@dataclass(frozen=True, slots=True)
class Named:
    """What an item that others name is called, and its classes, with those above them."""

    labels: dict[str, str]
    types: tuple[str, ...]
    above: tuple[str, ...] = ()


def shown(labels: Mapping[str, str]) -> str:
    """The label to show: English, else Wikidata's default for all languages, else any."""
    return labels.get("en") or labels.get("mul") or next(iter(labels.values()), "")


def check_items(items: Collection[str]) -> list[str]:
    """The same without repetition, in the order of their numbers.

    :raises ParameterError: if one is not a Q-id.
    """
    for item in items:
        if not ITEM.fullmatch(item):
            raise ParameterError(f"{item!r} is not an item of Wikidata; one looks like Q766263")
    return sorted(set(items), key=lambda item: int(item[1:]))


def entities_of(answer: Mapping[str, Any], asked: Collection[str]) -> dict[str, dict[str, Any]]:
    """The entity that answers for each of ``asked``, looked at before it is believed.

    :raises WrongShape: if one is left out, or is another than was asked for.
    """
    entities = answer.get("entities")
    if not isinstance(entities, dict):
        raise WrongShape("it has no entities")
    for item in asked:
        entity = entities.get(item)
        if not isinstance(entity, dict):
            raise WrongShape(f"{item} is left out")
        _check(item, entity)
    return {item: entities[item] for item in asked}


def _check(item: str, entity: Mapping[str, Any]) -> None:
    if "missing" in entity:
        if entity.get("id", item) != item:
            raise WrongShape(f"{item} was asked for and {entity['id']!r} is missing")
        return
    redirects = entity.get("redirects")
    expected = item
    if redirects is not None:
        if not isinstance(redirects, dict) or redirects.get("from") != item:
            raise WrongShape(f"{item} redirects from elsewhere")
        expected = str(redirects.get("to"))
    if entity.get("id") != expected or not ITEM.fullmatch(expected):
        raise WrongShape(f"{item} was asked for and {entity.get('id')!r} came")
    if entity.get("type") != "item" or not isinstance(entity.get("lastrevid"), int):
        raise WrongShape(f"{item} is no item with a revision")
    if not _MOMENT.fullmatch(str(entity.get("modified"))):
        raise WrongShape(f"{item} was modified at no moment")
    for part in ("labels", "aliases", "claims", "sitelinks"):
        _mapping(entity, part)


def _mapping(entity: Mapping[str, Any], part: str) -> dict[str, Any]:
    found = entity.get(part)
    if found is None or found == []:  # PHP writes an empty map as a list
        return {}
    if not isinstance(found, dict):
        raise WrongShape(f"its {part} are no object")
    return found


def read_item(item: str, entity: Mapping[str, Any], read: str) -> Item:
    """The record of an entity that `entities_of` let pass.

    :raises WrongShape: if a label, statement or link in it is not as documented.
    """
    if "missing" in entity:
        return Item(item, read)
    try:
        claims = _mapping(entity, "claims")
        return Item(
            item,
            read,
            int(entity["lastrevid"]),
            str(entity.get("modified", "")),
            {tag: str(one["value"]) for tag, one in _mapping(entity, "labels").items()},
            {
                tag: tuple(str(one["value"]) for one in many)
                for tag, many in _mapping(entity, "aliases").items()
            },
            {
                prop: statements
                for prop in READ
                if (statements := tuple(_statements(claims.get(prop, ()))))
            },
            {
                site: str(one["url"])
                for site, one in _mapping(entity, "sitelinks").items()
                if "url" in one
            },
            str(entity["redirects"]["to"]) if "redirects" in entity else "",
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise WrongShape(f"{item} is not as documented ({error!r})") from error


def _statements(claims: Any) -> Iterator[Statement]:
    for claim in claims:
        item, value = _value(claim["mainsnak"])
        if claim["rank"] not in _RANKS:
            raise WrongShape(f"{claim['rank']!r} is no rank")
        if not item and not value and claim["rank"] != "preferred":  # an unknown value, or none
            continue
        qualifiers = {
            prop: values
            for prop, snaks in _mapping(claim, "qualifiers").items()
            if (values := tuple(one for snak in snaks if (one := "".join(_value(snak)))))
        }
        yield Statement(
            item, value, value or item or "?", {}, claim["rank"], qualifiers,
            tuple(_references(claim)),
        )  # fmt: skip


def _references(claim: Mapping[str, Any]) -> Iterator[str]:
    """Reference addresses (P854) and the items that state it (P248)."""
    for reference in claim.get("references", ()):
        for prop in ("P854", "P248"):
            for snak in _mapping(reference, "snaks").get(prop, ()):
                if found := "".join(_value(snak)):
                    yield found


def _value(snak: Mapping[str, Any]) -> tuple[str, str]:
    """The Q-id, or the value, of a snak; two times nothing where it has none of ours."""
    if snak["snaktype"] != "value":
        return "", ""
    kind, value = snak["datavalue"]["type"], snak["datavalue"]["value"]
    if kind == "wikibase-entityid":
        found = str(value["id"])
        return (found, "") if ITEM.fullmatch(found) else ("", "")
    if kind == "time":
        return "", stated(str(value["time"]), value["precision"], value["calendarmodel"])
    if kind == "string":
        return "", str(value)
    if kind == "monolingualtext":
        return "", str(value["text"])
    return "", ""


def to_json(item: Item) -> dict[str, Any]:
    """The record as plain JSON; what is empty in a statement is left out."""
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
    """What `to_json` wrote.

    :raises WrongShape: if it is not that.
    """
    try:
        statements = {
            prop: tuple(
                Statement(
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
        raise WrongShape(f"a record of an item is not as it was written ({error!r})") from error


def item_url(item: str) -> str:
    """The page of an item on Wikidata."""
    return f"https://www.wikidata.org/wiki/{item}"
