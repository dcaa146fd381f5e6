"""Federated queries, answered by what was pulled instead of by the server they name.

A SERVICE block is found on its own, whatever stands around it, and joined afterwards (SPARQL
1.1 Federated Query, section 2.4). So its rows can be found beforehand, in what was pulled,
and stand in its place as VALUES: the rest of the query never knows, on any engine.
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
from ..model.items import Item, Named, Statement
from .snapshot import read_pulled

_DATE_TIME: Final = ox.NamedNode(f"{PREFIXES['xsd']}dateTime")
_LABEL: Final = ox.NamedNode(f"{PREFIXES['rdfs']}label")
_ALIAS: Final = ox.NamedNode(f"{PREFIXES['skos']}altLabel")
_SAME: Final = ox.NamedNode(f"{PREFIXES['owl']}sameAs")
# What is left out of a date that is not known to the day: Wikidata writes the first.
_FIRST: Final = {4: "-01-01", 7: "-01", 10: ""}
# The properties whose values are dates.
_DATES: Final = frozenset(("P577", "P580", "P569", "P570", "P571", "P1619"))


@dataclass(frozen=True, slots=True)
class Standin:
    """What was pulled, as a ``store``: how many ``items``, and the day each was ``read``.

    ``read`` are the first and the last of those days.
    """

    store: OxigraphStore
    items: int
    read: tuple[str, str]


def standin() -> Standin:
    """What was pulled, ready to answer.

    :raises MissingResource: if nothing was pulled.
    :raises StoreError: if what was pulled is damaged.
    """
    pulled = read_pulled()
    days = sorted(item.read[:10] for item in pulled.items.values())
    store = shaped(pulled.items, pulled.named)
    return Standin(store, len(pulled.items), (days[0], days[-1]) if days else ("", ""))


def answered(sparql: str, store: Store) -> str:
    """``sparql`` with the rows that ``store`` has for each SERVICE in the place of it.

    It is for queries of the project's own: of each, SERVICE, the address and its block stand
    one after the other.
    """
    tokens = tokens_of(sparql)
    prologue = sparql[: next(token.place for token in tokens if token.word == "SELECT")]
    parts, done = [], 0
    for index, token in enumerate(tokens):
        if token.word != "SERVICE":
            continue
        start = next(i for i in range(index, len(tokens)) if tokens[i].text == "{")
        end = _closing(tokens, start)
        body = sparql[tokens[start].end : tokens[end].place]
        parts += [
            sparql[done : token.place],
            _values(select(store, f"{prologue}SELECT * WHERE {{{body}}}")),
        ]
        done = tokens[end].end
    return "".join([*parts, sparql[done:]])


def _closing(tokens: list[Token], start: int) -> int:
    """The brace that closes the one at ``start``."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[index].text, 0)
        if depth == 0:
            return index
    raise ValueError("a brace is not closed")


def _values(rows: Rows) -> str:
    heads = " ".join(f"?{name}" for name in rows.columns)
    lines = (
        f"    ({' '.join('UNDEF' if term is None else term.n3() for term in row)})" for row in rows
    )
    return "\n".join([f"VALUES ({heads}) {{", *lines, "  }"])


def shaped(items: Mapping[str, Item], named: Mapping[str, Named]) -> OxigraphStore:
    """What was pulled, in memory and in the shape that Wikidata's own endpoint has.

    Statements of the best rank as ``wdt:``, labels, aliases, and what was merged as
    ``owl:sameAs``.

    Source: https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format
    """
    store = OxigraphStore()
    store.engine.extend(
        ox.Quad(*triple) for item in items.values() if item.exists for triple in _item(item)
    )
    store.engine.extend(
        ox.Quad(_node(number), _LABEL, ox.Literal(text, language=tag))
        for number, one in named.items()
        for tag, text in one.labels.items()
    )
    return store


def _item(item: Item) -> Iterator[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]]:
    # An item that was merged shows the statements of the one it was merged into.
    subject = _node(item.redirects_to or item.item)
    if item.redirects_to:
        yield _node(item.item), _SAME, subject
    for tag, text in item.labels.items():
        yield subject, _LABEL, ox.Literal(text, language=tag)
    for tag, texts in item.aliases.items():
        for text in texts:
            yield subject, _ALIAS, ox.Literal(text, language=tag)
    for prop in item.statements:
        path = ox.NamedNode(f"{PREFIXES['wdt']}{prop}")
        for one in item.best(prop):
            yield subject, path, _value(prop, one)
            for tag, text in one.names.items():
                yield _node(one.item), _LABEL, ox.Literal(text, language=tag)


def _value(prop: str, statement: Statement) -> ox.NamedNode | ox.Literal:
    if statement.item:
        return _node(statement.item)
    if prop in _DATES and len(statement.value) in _FIRST:
        day = statement.value + _FIRST[len(statement.value)]
        return ox.Literal(f"{day}T00:00:00Z", datatype=_DATE_TIME)
    return ox.Literal(statement.value)


def _node(item: str) -> ox.NamedNode:
    return ox.NamedNode(f"{WIKIDATA_ENTITY}{item}")
