"""Federated queries answered from the snapshot instead of the remote endpoint.

A SERVICE block is evaluated independently of the rest of the query and joined afterwards
(SPARQL 1.1 Federated Query, section 2.4). So its rows can be computed from the snapshot
beforehand and substituted as a VALUES block, on any engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from ...core.vocabulary import PREFIXES, WIKIDATA_ENTITY
from ...sparql.tokenizer import Token, tokens_of
from ...store import Rows, Store, select
from ...store.oxigraph import OxigraphStore
from ..model.items import Item, ItemStatement, ItemSummary
from .snapshot import read_snapshot

_DATE_TIME: Final = ox.NamedNode(f"{PREFIXES['xsd']}dateTime")
_LABEL: Final = ox.NamedNode(f"{PREFIXES['rdfs']}label")
_ALIAS: Final = ox.NamedNode(f"{PREFIXES['skos']}altLabel")
_SAME_AS: Final = ox.NamedNode(f"{PREFIXES['owl']}sameAs")
# Length of a date -> suffix for a full date: Wikidata uses the first day of a month or year.
_DAY_SUFFIXES: Final = {4: "-01-01", 7: "-01", 10: ""}
# Properties with dates as values.
_DATES: Final = frozenset(("P577", "P580", "P569", "P570", "P571", "P1619"))


@dataclass(frozen=True, slots=True)
class SnapshotSource:
    """The snapshot as a store.

    Attributes:
        store: Triples in the shape of Wikidata's own endpoint.
        items: Number of items.
        read: First and last day of retrieval, in ISO 8601.
    """

    store: OxigraphStore
    items: int
    read: tuple[str, str]

    def inline(self, sparql: str) -> str:
        """Replace each SERVICE block of a canned query by its rows in the snapshot."""
        return inline_services(sparql, self.store)


def open_snapshot_source() -> SnapshotSource:
    """Load the snapshot into a store.

    Raises:
        MissingResource: If there is no snapshot.
        StoreError: If the snapshot is damaged.
    """
    snapshot = read_snapshot()
    days = sorted(item.read[:10] for item in snapshot.items.values())
    store = build_store(snapshot.items, snapshot.summaries)
    return SnapshotSource(store, len(snapshot.items), (days[0], days[-1]) if days else ("", ""))


def inline_services(sparql: str, store: Store) -> str:
    """Replace each SERVICE block by a VALUES block with its rows in ``store``.

    It supports only the form of the canned queries: SERVICE, an address, a block.
    """
    tokens = tokens_of(sparql)
    prologue = sparql[: next(token.place for token in tokens if token.word == "SELECT")]
    parts, done = [], 0
    for index, token in enumerate(tokens):
        if token.word != "SERVICE":
            continue
        start = next(i for i in range(index, len(tokens)) if tokens[i].text == "{")
        end = _find_closing_brace(tokens, start)
        body = sparql[tokens[start].end : tokens[end].place]
        parts += [
            sparql[done : token.place],
            _values_block(select(store, f"{prologue}SELECT * WHERE {{{body}}}")),
        ]
        done = tokens[end].end
    return "".join([*parts, sparql[done:]])


def _find_closing_brace(tokens: list[Token], start: int) -> int:
    """Return the index of the brace that closes the one at ``start``."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[index].text, 0)
        if depth == 0:
            return index
    raise ValueError("a brace is not closed")


def _values_block(rows: Rows) -> str:
    heads = " ".join(f"?{name}" for name in rows.columns)
    lines = (
        f"    ({' '.join('UNDEF' if term is None else term.n3() for term in row)})" for row in rows
    )
    return "\n".join([f"VALUES ({heads}) {{", *lines, "  }"])


def build_store(items: Mapping[str, Item], named: Mapping[str, ItemSummary]) -> OxigraphStore:
    """Build a store in memory, in the shape of Wikidata's endpoint.

    It has best-rank statements (``wdt:``), labels, aliases, and ``owl:sameAs`` for redirects.

    Source: https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format
    """
    store = OxigraphStore()
    store.engine.extend(
        ox.Quad(*triple) for item in items.values() if item.exists for triple in _item_triples(item)
    )
    store.engine.extend(
        ox.Quad(_item_node(number), _LABEL, ox.Literal(text, language=tag))
        for number, one in named.items()
        for tag, text in one.labels.items()
    )
    return store


def _item_triples(
    item: Item,
) -> Iterator[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]]:
    # A merged item has the statements of its target.
    subject = _item_node(item.redirects_to or item.item)
    if item.redirects_to:
        yield _item_node(item.item), _SAME_AS, subject
    for tag, text in item.labels.items():
        yield subject, _LABEL, ox.Literal(text, language=tag)
    for tag, texts in item.aliases.items():
        for text in texts:
            yield subject, _ALIAS, ox.Literal(text, language=tag)
    for prop in item.statements:
        path = ox.NamedNode(f"{PREFIXES['wdt']}{prop}")
        for one in item.best_statements(prop):
            yield subject, path, _to_term(prop, one)
            for tag, text in one.names.items():
                yield _item_node(one.item), _LABEL, ox.Literal(text, language=tag)


def _to_term(prop: str, statement: ItemStatement) -> ox.NamedNode | ox.Literal:
    if statement.item:
        return _item_node(statement.item)
    if prop in _DATES and len(statement.value) in _DAY_SUFFIXES:
        day = statement.value + _DAY_SUFFIXES[len(statement.value)]
        return ox.Literal(f"{day}T00:00:00Z", datatype=_DATE_TIME)
    return ox.Literal(statement.value)


def _item_node(item: str) -> ox.NamedNode:
    return ox.NamedNode(f"{WIKIDATA_ENTITY}{item}")
