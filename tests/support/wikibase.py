"""A small Wikibase: the action API's wbgetentities in its documented shape.

Source: https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from loopback import Exchange

Record = dict[str, Any]
Qualified = tuple[str, dict[str, list[str]]]


def snak(prop: str, value: str) -> Record:
    """A Q-id, a date ("1994", "1994-07-14") with a "@" before it, or a string; "?" is unknown."""
    if value == "?":
        return {"snaktype": "somevalue", "property": prop}
    if value.startswith("@"):
        parts = (value[1:] + "-00-00").split("-")[:3]
        precision = {4: 9, 7: 10, 10: 11}[len(value) - 1]
        found: Record = {
            "time": f"+{'-'.join(parts)}T00:00:00Z",
            "timezone": 0,
            "before": 0,
            "after": 0,
            "precision": precision,
            "calendarmodel": "http://www.wikidata.org/entity/Q1985727",
        }
        return {
            "snaktype": "value",
            "property": prop,
            "datavalue": {"value": found, "type": "time"},
        }
    if value[0] == "Q" and value[1:].isdigit():
        found = {"entity-type": "item", "numeric-id": int(value[1:]), "id": value}
        return {
            "snaktype": "value",
            "property": prop,
            "datavalue": {"value": found, "type": "wikibase-entityid"},
        }
    return {"snaktype": "value", "property": prop, "datavalue": {"value": value, "type": "string"}}


@dataclass
class Wikibase:
    """Items that a server gives, and which were asked for, batch by batch."""

    items: dict[str, Record] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)

    def add(
        self,
        number: str,
        labels: dict[str, str],
        claims: dict[str, list[str | Qualified]] | None = None,
        *,
        aliases: dict[str, list[str]] | None = None,
        sitelinks: dict[str, str] | None = None,
        revision: int = 2_000_000_001,
    ) -> None:
        """One more item; its statements are of normal rank unless it says otherwise.

        A value may have qualifiers beside it; "rank" among them is the rank, "from" an address
        that is the reference.
        """
        written: Record = {}
        for prop, values in (claims or {}).items():
            for count, value in enumerate(values):
                text, more = (value, {}) if isinstance(value, str) else value
                qualifiers = {
                    name: [snak(name, one) for one in many]
                    for name, many in more.items()
                    if name[0] == "P"
                }
                claim: Record = {
                    "mainsnak": snak(prop, text),
                    "type": "statement",
                    "id": f"{number}${prop}-{count}",
                    "rank": more.get("rank", ["normal"])[0],
                }
                if qualifiers:
                    claim |= {"qualifiers": qualifiers, "qualifiers-order": list(qualifiers)}
                if "from" in more:
                    snaks = {"P854": [snak("P854", one) for one in more["from"]]}
                    claim["references"] = [{"hash": "0", "snaks": snaks, "snaks-order": ["P854"]}]
                written.setdefault(prop, []).append(claim)
        self.items[number] = {
            "pageid": int(number[1:]), "ns": 0, "title": number, "lastrevid": revision, "modified": "2026-11-01T12:00:00Z",
            "type": "item", "id": number,
            "labels": {tag: {"language": tag, "value": text} for tag, text in labels.items()},
            # PHP writes an empty map as a list.
            "aliases": {tag: [{"language": tag, "value": text} for text in many] for tag, many in (aliases or {}).items()} or [],
            "claims": written or [],
            "sitelinks": {site: {"site": site, "title": url.rpartition("/")[2], "badges": [], "url": url} for site, url in (sitelinks or {}).items()} or [],
        }  # fmt: skip

    def __call__(self, exchange: Exchange) -> None:
        """Answer one request."""
        query = parse_qs(urlsplit(exchange.handler.path).query)
        numbers = query["ids"][0].split("|")
        assert query["action"] == ["wbgetentities"]
        assert query["format"] == ["json"]
        assert query["maxlag"] == ["5"]
        assert len(numbers) <= 50
        self.asked.append(numbers)
        body = json.dumps(self.answer(numbers)).encode()
        exchange.answer(200, body, Content_Type="application/json; charset=utf-8")

    def answer(self, numbers: Sequence[str]) -> Record:
        return {"entities": {number: self.entity(number) for number in numbers}, "success": 1}

    def entity(self, number: str) -> Record:
        target = self.merged.get(number, number)
        if target not in self.items:
            return {"id": number, "missing": ""}
        redirect = {"redirects": {"from": number, "to": target}} if target != number else {}
        return redirect | self.items[target]

    def turtle(self) -> str:
        """The same items as Wikidata's RDF has them: labels and truthy statements."""
        lines = []
        for number, record in self.items.items():
            lines += [
                f"wd:{number} rdfs:label {json.dumps(one['value'], ensure_ascii=False)}@{tag} ."
                for tag, one in record["labels"].items()
            ]
            for prop, claims in dict(record["claims"]).items():
                for claim in claims:
                    value = claim["mainsnak"].get("datavalue", {}).get("value")
                    if claim["rank"] == "deprecated" or not isinstance(value, dict):
                        continue
                    if "id" in value:
                        lines.append(f"wd:{number} wdt:{prop} wd:{value['id']} .")
                    elif "time" in value:
                        # What is not known of a date is the first there.
                        day = value["time"].lstrip("+").replace("-00", "-01")
                        lines.append(f'wd:{number} wdt:{prop} "{day}"^^xsd:dateTime .')
        return "\n".join(lines)


@pytest.fixture
def wikibase() -> Wikibase:
    """A Wikibase with nothing in it."""
    return Wikibase()
