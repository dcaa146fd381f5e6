"""Connections before the gate to Wikidata: made, changed, judged."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import allusion
from allusion.core.model import Edge, Evidence
from allusion.core.vocabulary import BASE
from allusion.knowledge_graph import KnowledgeGraph
from allusion.wikidata.export.eligibility import EligibilityRules
from allusion.wikidata.model.items import Item, ItemStatement

REMAKE = "breathless-1983-remakes-breathless"


def connection(kg: KnowledgeGraph, slug: str, **changes: Any) -> Edge:
    """A connection of the graph, changed as the test says."""
    iri = f"{BASE}connection/{slug}"
    edges = kg.network(records=True).edges(keys=True, data=True)
    found: Edge = next(data["edge"] for _, _, key, data in edges if key == iri)
    return replace(found, **changes)


def words(judge: EligibilityRules, edge: Edge) -> list[str]:
    """Why it is not exported, in short."""
    verdict = judge.decide(edge)
    assert verdict.outcome != "exported"
    return [reason.code for reason in verdict.reasons]


def evidence(source: str, url: str, stance: str = "supports") -> Evidence:
    return Evidence(
        f"{BASE}evidence/x", f"{BASE}source/{source}", source, "", "", url, "", "", stance
    )


def a_source_of(kg: KnowledgeGraph, kind: str) -> str:
    """Some source of this type."""
    query = f"SELECT ?s {{ ?s al:sourceType source-type:{kind} }} ORDER BY ?s LIMIT 1"
    found = kg.executor.answer(query)
    assert isinstance(found, allusion.Result)
    return str(found.rows[0][0]).rsplit("/", 1)[-1]


def pulled(*items: Item) -> dict[str, Item]:
    return {item.item: item for item in items}


def item(
    name: str, statements: dict[str, tuple[ItemStatement, ...]] | None = None, **more: Any
) -> Item:
    return Item(name, "2026-11-22T00:00:00Z", revision=1, statements=statements or {}, **more)


def judged(kg: KnowledgeGraph, items: dict[str, Item]) -> Any:
    return EligibilityRules(kg.network(records=True), kg.store, items=items).decide(
        connection(kg, REMAKE)
    )


def cells(line: str) -> tuple[list[str], str]:
    """A command as both programs take it apart: cells between tabs, and the comment."""
    found = re.fullmatch(r"(.*?)\s*/\*\s*(.*?)\s*\*/\s*", line)
    assert found
    assert "|" not in line
    assert len(line.splitlines()) == 1
    return found[1].split("\t"), found[2]
